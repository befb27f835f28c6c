/* api/key_confirm.c - after a key was wrapped anew: whether the new box opens. The signer is asked to
 * open it; then the old box is let go, or, when only the old one opens, put back. The job "confirm"
 * asks for it (jobs/list.c); no listener has the route, and no worker may say that a box opens. */
#include "api/api.h"
#include "api/job_items.h"
#include "api/key.h"
#include "sql/issuer_key_confirm.h"
#include "sql/key_unconfirmed.h"
#include "store/registry.h"
#include "telemetry/log.h"
#include "web/request.h"

struct confirm {
	struct job_items asked; /* one: the key's id */
	struct rewrap_job job;  /* of the key in its new box */
	struct slice before;    /* the old one */
	bool trying_before;     /* the new box did not open */
};

static step_fn begin, key_loaded, key_tried, key_stored;

const struct route route_key_confirm = {
	.name = "key_confirm",
	.method = HTTP_POST,
	.path = "/jobs/confirm",
	.media = "application/json",
	.body_max = JOB_BODY_MAX,
	.body = &job_one_table,
	.state_size = sizeof(struct confirm),
	.deadline = INIT_SECONDS(20),
	.open = true,
	.internal = true,
	.answers = ANSWERS(JSON_VIEW(200, job_done_view)),
	.problems = PROBLEMS(P_KEY_NOT_OPENED, SIGNER_PROBLEMS),
	.first = begin,
};

static struct step begin(struct request *rq, const struct db_result *none)
{
	const struct confirm *st = rq->state;
	return AWAIT_READ(rq, key_loaded, KEY_UNCONFIRMED_CALL(job_item(&st->asked, 0)));
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
		return reply_job(rq, "gone", SLICE_NONE);
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

static void tell(const struct request *rq, struct slice key)
{
	const struct registry *registry = request_app(rq);
	if (registry->log)
		log_error(registry->log, "key_box_not_opened", LOG_SLICE("key_id", key),
		          LOG_S("meaning", "an issuing key was wrapped anew and the new box does not "
		                           "open; where the old one does it is put back"),
		          LOG_S("remedy", "find out who asked for it (audit: issuer_key_rewrap), and that "
		                          "every host has the same key-encryption keys"));
}

static struct step key_tried(struct request *rq, const struct db_result *none)
{
	struct confirm *st = rq->state;
	if (!request_rewrapped(rq)) {
		if (st->trying_before) /* neither opens: a host without the right key; both stay */
			return reply_problem(rq, P_KEY_NOT_OPENED);
		tell(rq, st->job.key_id);
		st->trying_before = true;
		return try_box(rq, st);
	}
	return AWAIT_WRITE(rq, key_stored,
	                   ISSUER_KEY_CONFIRM_CALL(slice_of(rq->id), st->job.key_id, st->job.wrapped,
	                                           !st->trying_before));
}

static struct step key_stored(struct request *rq, const struct db_result *rows)
{
	struct issuer_key_confirm_row r;
	issuer_key_confirm_read(rows->res[0], 0, &r);
	const char *what = "gone";
	if (r.outcome == ISSUER_KEY_CONFIRM_CONFIRMED)
		what = "confirmed";
	else if (r.outcome == ISSUER_KEY_CONFIRM_RESTORED)
		what = "restored";
	return reply_job(rq, what, SLICE_NONE);
}
