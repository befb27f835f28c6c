/* web/step.h - handlers are named steps that read top to bottom.
 *
 * A step ends by replying or by awaiting something and naming the step that goes on; only the
 * await_* and reply_* functions make a struct step, so a path that does neither does not compile.
 * The runtime (web/run.c) deals with clients that left, deadlines, drain and database errors: a
 * step runs only if the client is there and what it awaited succeeded. */
#pragma once

struct request;
struct db_result;

enum step_kind {
	STEP_AWAITS = 1,
	STEP_REPLIED,
};

struct step {
	enum step_kind kind;
};

/* The rows die when the step returns: keep values in request state (arena memory). rows is NULL
 * when the step did not await the database. */
typedef struct step step_fn(struct request *rq, const struct db_result *rows);
