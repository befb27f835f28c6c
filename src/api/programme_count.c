/* api/programme_count.c - what a programme counts besides: another version of a rule is a measure of its own, which is
 * filled by a background job beside the one that goals show, until they are set to it. */
#include "api/outcome.h"
#include "api/programme.h"
#include "sql/programme_count.h"
#include "sql/programme_count_preview.h"
#include "sql/programme_list.h"
#include "sql/progress_audit.h"

struct more {
	struct decode_array measures;
	struct slice reason;
	bool unfilled; /* by what this request did: answered so, however fast the background job is */
	struct day from, to;
};

static const struct decode_field more_fields[] = {
	{.name = "measures", .kind = DECODE_ARRAY, .required = true, .offset = offsetof(struct more, measures), .min = 1,
	 .max = 20},
	{.name = "reason", .kind = DECODE_PROSE, .required = true, .offset = offsetof(struct more, reason), .min = 1,
	 .max = 1000},
};
static const struct decode_table more_table = {more_fields, ARRAY_LEN(more_fields), sizeof(struct more)};

/* ---- POST /v1/programmes/{programme}/measures ---- */

static step_fn count_begin, count_done, count_shown;

const struct route route_programme_count = {
	.name = "programme_count",
	.method = HTTP_POST,
	.path = "/v1/programmes/{programme}/measures",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &more_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, programme_view)),
	.write = &programme_count_statement,
	.first = count_begin,
};

static struct step count_begin(struct request *rq, const struct db_result *none)
{
	const struct more *m = rq->state;
	return AWAIT_WRITE(rq, count_done,
	                   PROGRAMME_COUNT_CALL(request_context(rq), rq->param[0].text, programme_names(rq, &m->measures),
	                                        m->reason));
}

static struct step count_done(struct request *rq, const struct db_result *rows)
{
	struct more *m = rq->state;
	struct programme_count_row row;
	programme_count_read(rows->res[0], 0, &row);
	if (row.outcome == PROGRAMME_COUNT_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != PROGRAMME_COUNT_ADDED)
		return reply_outcome(rq, row.outcome);
	m->unfilled = row.outcome == PROGRAMME_COUNT_ADDED;
	return AWAIT_READ(rq, count_shown, PROGRAMME_LIST_CALL(rq->param[0].text, SLICE_NONE, 1));
}

static struct step count_shown(struct request *rq, const struct db_result *rows)
{
	const struct more *m = rq->state;
	struct programme_list_row row;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_INTERNAL);
	programme_list_read(rows->res[0], 0, &row);
	row.filled = row.filled && !m->unfilled;
	return reply_view(rq, 200, &programme_view, &row);
}

/* ---- POST /v1/programmes/{programme}/measures/preview ---- */

static step_fn preview_begin, preview_count, preview_done;

const struct route route_programme_count_preview = {
	.name = "programme_count_preview",
	.method = HTTP_POST,
	.path = "/v1/programmes/{programme}/measures/preview",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &more_table,
	.question = true,
	.deadline = INIT_SECONDS(310), /* a recount of everything, and some waiting for its turn */
	.answers = ANSWERS(JSON_VIEW(200, programme_preview_view)),
	.write = &programme_count_statement,
	.first = preview_begin,
};

static struct step preview_begin(struct request *rq, const struct db_result *none)
{
	const struct more *m = rq->state;
	return AWAIT_READ(rq, preview_count,
	                  PROGRAMME_COUNT_PREVIEW_CALL(rq->param[0].text, programme_names(rq, &m->measures)));
}

static struct step preview_count(struct request *rq, const struct db_result *rows)
{
	struct more *m = rq->state;
	struct programme_count_preview_row row;
	programme_count_preview_read(rows->res[0], 0, &row);
	if (row.refusal.p)
		return reply_outcome(rq, (int)outcome_word(row.refusal));
	m->from = row.window_from.v;
	m->to = row.window_to.v;
	return AWAIT_LANE(rq, preview_done, DB_LONG,
	                  PROGRESS_AUDIT_CALL(rq->param[0].text, row.window_from, row.window_to, row.district_prefix, row.area,
	                                      row.occupations, programme_names(rq, &m->measures), SLICE_NONE, SLICE_NONE,
	                                      (struct opt_day){0}));
}

static struct step preview_done(struct request *rq, const struct db_result *rows)
{
	const struct more *m = rq->state;
	return reply_programme_preview(rq, rq->param[0].text, m->from, m->to, rows->res[0]);
}
