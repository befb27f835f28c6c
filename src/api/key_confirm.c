/* api/key_confirm.c - after keys were wrapped anew: whether the new boxes open. The signer is asked
 * to open each; then the old box is let go, or, when only the old one opens, put back. The clerk
 * asks itself for this (clerk/errand.h); no listener has the route, and no worker may say that a
 * box opens. */
#include <string.h>

#include "api/api.h"
#include "api/key.h"
#include "sql/issuer_key_confirm.h"
#include "sql/key_unconfirmed.h"
#include "web/request.h"

struct confirm {
	struct rewrap_job job; /* of the key at hand, in its new box */
	struct slice before;   /* the old one */
	bool trying_before; /* the new box did not open */
	bool trouble;       /* of some key in this round */
};

static step_fn begin, key_next, key_loaded, key_tried, key_stored;

const struct route route_key_confirm = {
	.name = "key_confirm",
	.method = HTTP_POST,
	.path = "/keys/confirmation",
	.state_size = sizeof(struct confirm),
	.deadline = INIT_SECONDS(20),
	.open = true,
	.chore = true,
	.answers = ANSWERS(NO_BODY(204)),
	.problems = PROBLEMS(P_KEY_NOT_OPENED, SIGNER_PROBLEMS),
	.first = begin,
};

static struct step begin(struct request *rq, const struct db_result *none)
{
	struct confirm *st = rq->state;
	st->job.key_id = SLICE("");
	return request_continue(rq, key_next);
}

static struct step key_next(struct request *rq, const struct db_result *none)
{
	const struct confirm *st = rq->state;
	return AWAIT_READ(rq, key_loaded, KEY_UNCONFIRMED_CALL(st->job.key_id));
}

/* ---- asking the signer ---- */

static struct step try_box(struct request *rq, const struct confirm *st)
{
	struct rewrap_job job = st->job;
	if (st->trying_before)
		job.wrapped = st->before;
	return request_await_rewrap(rq, key_tried, &job);
}

static struct step key_loaded(struct request *rq, const struct db_result *rows)
{
	struct key_unconfirmed_row row;
	struct confirm *st = rq->state;
	if (rows_n(rows->res[0]) == 0)
		return st->trouble ? reply_problem(rq, P_KEY_NOT_OPENED) : reply_empty(rq, 204);
	key_unconfirmed_read(rows->res[0], 0, rq->arena, &row);
	st->job = key_job(&row.wrapped_key);
	st->job.key_id = arena_slice(rq->arena, st->job.key_id);
	st->job.issuer = arena_slice(rq->arena, st->job.issuer);
	st->before = row.wrapped_before;
	st->trying_before = false;
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	return try_box(rq, st);
}

static struct step key_tried(struct request *rq, const struct db_result *none)
{
	struct confirm *st = rq->state;
	if (!request_rewrapped(rq)) {
		st->trouble = true;
		if (st->trying_before) /* neither opens: a host without the right key; both stay */
			return request_continue(rq, key_next);
		st->trying_before = true;
		return try_box(rq, st);
	}
	return AWAIT_WRITE(rq, key_stored,
	                   ISSUER_KEY_CONFIRM_CALL(slice_of(rq->id), st->job.key_id, st->job.wrapped,
	                                           !st->trying_before));
}

static struct step key_stored(struct request *rq, const struct db_result *rows)
{
	return request_continue(rq, key_next);
}
