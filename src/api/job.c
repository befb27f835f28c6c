/* api/job.c - what administrators see of background jobs: how far they are, what failed, and that it is to be
 * tried again. Who does them, and how, is a matter of jobs/. */
#include "api/api.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "sql/job_failure_list.h"
#include "sql/job_list.h"
#include "sql/job_retry.h"
#include "web/request.h"

/* ---- GET /v1/jobs ---- */

static step_fn list_begin, list_done, failures_begin, failures_done;

static const struct view_field job_fields[] = {
	VIEW_COLUMN(job_list_row, job, "job"),
	VIEW_COLUMN(job_list_row, waiting, "waiting"),
	VIEW_COLUMN(job_list_row, working, "working"),
	VIEW_COLUMN(job_list_row, given_up, "given_up"),
};
static const struct view job_view = VIEW(job, struct job_list_row, job_fields);

static int read_job(struct request *rq, const PGresult *res, int row, void *item)
{
	job_list_read(res, row, item);
	return 1;
}

static const struct listed job_list = {
	.key = {"job", 1, {CURSOR_KEY(struct job_list_row, job)}},
	.view = &job_view,
	.read = read_job,
};
LISTING_TABLE(list_query, job_list);

const struct route route_job_list = {
	.name = "job_list",
	.method = HTTP_GET,
	.path = "/v1/jobs",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(job_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done, JOB_LIST_CALL(l->after.key[0].text, listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &job_list, rq->query, rows->res[0]);
}

/* ---- GET /v1/jobs/failures ---- */

static const char *const states[] = {"given_up", "to_be_tried", "at_work", NULL};

static const struct view_field failure_fields[] = {
	VIEW_COLUMN(job_failure_list_row, job, "job"),
	VIEW_COLUMN(job_failure_list_row, item, "item"),
	VIEW_COLUMN(job_failure_list_row, state, "state", .words = states),
	VIEW_COLUMN(job_failure_list_row, tries, "tries"),
	VIEW_COLUMN(job_failure_list_row, reason, "reason"),
	VIEW_COLUMN(job_failure_list_row, since, "since"),
	VIEW_COLUMN(job_failure_list_row, next_try_at, "next_try_at"),
	VIEW_COLUMN(job_failure_list_row, given_up_at, "given_up_at"),
};
static const struct view failure_view = VIEW(job_failure, struct job_failure_list_row, failure_fields);

static int read_failure(struct request *rq, const PGresult *res, int row, void *item)
{
	job_failure_list_read(res, row, item);
	return 1;
}

static const struct listed failure_list = {
	.key = {"job_failure", 2, {CURSOR_KEY(struct job_failure_list_row, job),
	                           CURSOR_KEY(struct job_failure_list_row, item)}},
	.view = &failure_view,
	.read = read_failure,
};
LISTING_TABLE(failure_query, failure_list);

const struct route route_job_failure_list = {
	.name = "job_failure_list",
	.method = HTTP_GET,
	.path = "/v1/jobs/failures",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &failure_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(failure_view)),
	.first = failures_begin,
};

static struct step failures_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, failures_done,
	                  JOB_FAILURE_LIST_CALL(l->after.key[0].text, l->after.key[1].text, listing_rows(l)));
}

static struct step failures_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &failure_list, rq->query, rows->res[0]);
}

/* ---- POST /v1/jobs/{job}/retry ---- */

struct retry_state {
	struct slice item; /* none: all that were given up */
};

static const struct decode_field retry_fields[] = {
	{.name = "item", .kind = DECODE_STRING, .offset = offsetof(struct retry_state, item), .min = 1, .max = 200},
};
static const struct decode_table retry_table = {retry_fields, ARRAY_LEN(retry_fields),
                                                sizeof(struct retry_state)};

static step_fn retry_begin, retry_done;

struct retried {
	struct slice job;
	int64_t retried;
};

static const struct view_field retried_fields[] = {
	VIEW_FIELD(struct retried, job, "job"),
	VIEW_FIELD(struct retried, retried, "retried"),
};
static const struct view retried_view = VIEW(retried_job, struct retried, retried_fields);

const struct route route_job_retry = {
	.name = "job_retry",
	.method = HTTP_POST,
	.path = "/v1/jobs/{job}/retry",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 4 * KIB,
	.body = &retry_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, retried_view)),
	.write = &job_retry_statement,
	.first = retry_begin,
};

static struct step retry_begin(struct request *rq, const struct db_result *none)
{
	const struct retry_state *st = rq->state;
	return AWAIT_WRITE(rq, retry_done, JOB_RETRY_CALL(request_context(rq), rq->param[0].text, st->item));
}

static struct step retry_done(struct request *rq, const struct db_result *rows)
{
	struct job_retry_row row;
	job_retry_read(rows->res[0], 0, &row);
	if (row.outcome == JOB_RETRY_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != JOB_RETRY_RETRIED)
		return reply_outcome(rq, row.outcome);
	const struct retried retried = {rq->param[0].text, row.retried.v};
	return reply_view(rq, 200, &retried_view, &retried);
}
