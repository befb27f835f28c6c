/* api/recheck.c - re-checks: a body asks for the candidate, while the result is in publicity, that it be checked again,
 * and answers within the days of the policy. Nothing of the result is published meanwhile. That it stands is answered
 * here; another score is asked for as a correction (api/correction.c), whose approval answers too. */
#include "api/assessment.h"
#include "api/assessment_json.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "api/reason.h"
#include "crypt/random.h"
#include "sql/recheck_answer.h"
#include "sql/recheck_list.h"
#include "sql/recheck_request.h"
#include "sql/recheck_view.h"

const char *const recheck_states[] = {"open", "stands", "changed", "lapsed", NULL};
static const char *const filters[] = {"open", "overdue", "stands", "changed", "lapsed", NULL};
static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/recheck_reason_list.h"
#undef X
	NULL,
};

/* ---- as it is shown ---- */

static const struct view_field recheck_fields[] = {
	VIEW_COLUMN(recheck_row, id, "id"),
	VIEW_COLUMN(recheck_row, assessment, "assessment_id"),
	VIEW_COLUMN(recheck_row, exam, "exam_id"),
	VIEW_COLUMN(recheck_row, exam_code, "exam_code"),
	VIEW_COLUMN(recheck_row, name, "name"),
	VIEW_COLUMN(recheck_row, reason, "reason", .words = reasons),
	VIEW_COLUMN(recheck_row, note, "note"),
	VIEW_COLUMN(recheck_row, state, "state", .words = recheck_states),
	VIEW_COLUMN(recheck_row, overdue, "overdue"),
	VIEW_COLUMN(recheck_row, asked_on, "asked_on"),
	VIEW_COLUMN(recheck_row, answer_by, "answer_by"),
	VIEW_COLUMN(recheck_row, answered_on, "answered_on"),
	VIEW_COLUMN(recheck_row, answer_note, "answer_note"),
};
static const struct view recheck_view = VIEW(recheck, struct recheck_row, recheck_fields);

/* ---- whose it is ---- */

static struct step load(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, RECHECK_VIEW_CALL(rq->param[0].uuid));
}

static int whose(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct recheck_row r;
	recheck_row_read(res, row, 0, &r);
	*ret = (struct belongings){.holder = r.body, .district = r.district};
	return 0;
}

static const struct route_object recheck_object = {.load = load, .whose = whose};
static const struct route_object rechecks = {.whose = whose};

/* ---- POST /v1/assessments/{id}/recheck ---- */

struct ask {
	struct slice reason, note;
	struct uuid id;
	const char *state;
	struct opt_day answer_by;
};

static const struct decode_field ask_fields[] = {
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct ask, reason),
	 .choices = reasons},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct ask, note), .max = 1000},
};
static const struct decode_table ask_table = {ask_fields, ARRAY_LEN(ask_fields), sizeof(struct ask)};

static const struct view_field asked_fields[] = {
	VIEW_FIELD(struct ask, id, "id"),
	VIEW_FIELD(struct ask, state, "state", .words = recheck_states),
	VIEW_FIELD(struct ask, answer_by, "answer_by"),
};
static const struct view asked_view = VIEW(recheck_asked, struct ask, asked_fields);

static step_fn ask_store, ask_done;

const struct route route_recheck_request = {
	.name = "recheck_request",
	.method = HTTP_POST,
	.path = "/v1/assessments/{id:uuid}/recheck",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &assessment_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &ask_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(201, asked_view)),
	.write = &recheck_request_statement,
	.first = ask_store,
};

static struct step ask_store(struct request *rq, const struct db_result *rows)
{
	struct ask *a = rq->state;
	a->id = uuid_v7(instant_now());
	return AWAIT_WRITE(rq, ask_done,
	                   RECHECK_REQUEST_CALL(request_context(rq), a->id, rq->param[0].uuid, a->reason, a->note));
}

/* 409: the day on which its publicity ended, if it had one. */
static struct step reply_closed(struct request *rq, struct opt_day until)
{
	char day[DAY_TEXT];
	if (!until.given)
		return reply_problem(rq, P_RECHECK_CLOSED);
	day_format(until.v, day);
	return reply_problem_about(rq, P_RECHECK_CLOSED, "until", arena_slice(rq->arena, slice_of(day)));
}

static struct step ask_done(struct request *rq, const struct db_result *rows)
{
	struct ask *a = rq->state;
	struct recheck_request_row row;
	recheck_request_read(rows->res[0], 0, &row);
	switch (row.outcome) {
	case RECHECK_REQUEST_RECHECK_CLOSED:
		return reply_closed(rq, row.until);
	case RECHECK_REQUEST_RECHECK_EXISTS:
		return reply_problem_about(rq, P_RECHECK_EXISTS, "recheck_id", arena_slice(rq->arena, row.other));
	case RECHECK_REQUEST_ASSESSMENT_SUPERSEDED:
		return reply_problem_about(rq, P_ASSESSMENT_SUPERSEDED, "assessment_id", arena_slice(rq->arena, row.other));
	case RECHECK_REQUEST_REPLAYED:
		request_replayed(rq);
		break;
	case RECHECK_REQUEST_REQUESTED:
		break;
	case RECHECK_REQUEST_ASSESSMENT_ANNULLED:
	case RECHECK_REQUEST_NOT_FOUND:
	case RECHECK_REQUEST_IDEMPOTENCY_KEY_REUSED:
	default:
		return reply_outcome(rq, row.outcome);
	}
	a->id = row.id;
	a->state = "open";
	a->answer_by = row.answer_by;
	return reply_view(rq, 201, &asked_view, a);
}

/* ---- POST /v1/rechecks/{id}/answer ---- */

static const struct decode_field answer_fields[] = {
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct ask, note), .max = 1000},
};
static const struct decode_table answer_table = {answer_fields, ARRAY_LEN(answer_fields), sizeof(struct ask)};

static const struct view_field answered_fields[] = {
	VIEW_FIELD(struct ask, id, "id"),
	VIEW_FIELD(struct ask, state, "state", .words = recheck_states),
};
static const struct view answered_view = VIEW(recheck_answered, struct ask, answered_fields);

static step_fn answer_store, answer_done;

const struct route route_recheck_answer = {
	.name = "recheck_answer",
	.method = HTTP_POST,
	.path = "/v1/rechecks/{id:uuid}/answer",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &recheck_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &answer_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, answered_view)),
	.write = &recheck_answer_statement,
	.first = answer_store,
};

static struct step answer_store(struct request *rq, const struct db_result *rows)
{
	const struct ask *a = rq->state;
	return AWAIT_WRITE(rq, answer_done, RECHECK_ANSWER_CALL(request_context(rq), rq->param[0].uuid, a->note));
}

static struct step answer_done(struct request *rq, const struct db_result *rows)
{
	struct ask *a = rq->state;
	struct recheck_answer_row row;
	recheck_answer_read(rows->res[0], 0, &row);
	if (row.outcome == RECHECK_ANSWER_RECHECK_STATE)
		return reply_state(rq, P_RECHECK_STATE, row.state, row.allowed);
	if (row.outcome == RECHECK_ANSWER_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != RECHECK_ANSWER_ANSWERED)
		return reply_outcome(rq, row.outcome);
	a->id = rq->param[0].uuid;
	a->state = "stands";
	return reply_view(rq, 200, &answered_view, a);
}

/* ---- GET /v1/rechecks ---- */

static int read_recheck(struct request *rq, const PGresult *res, int row, void *item)
{
	recheck_row_read(res, row, 0, item);
	return 1;
}

static const struct listed recheck_list = {
	.key = {"recheck", 1, {CURSOR_KEY(struct recheck_row, id)}},
	.view = &recheck_view,
	.read = read_recheck,
};

struct recheck_query {
	struct listing page;
	struct slice state;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct recheck_query, page., recheck_list),
	{.name = "state", .kind = DECODE_CHOICE, .offset = offsetof(struct recheck_query, state), .choices = filters},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields), sizeof(struct recheck_query)};

static step_fn list_begin, list_done;

const struct route route_recheck_list = {
	.name = "recheck_list",
	.method = HTTP_GET,
	.path = "/v1/rechecks",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &rechecks,
	.query = &query_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(recheck_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct recheck_query *q = rq->query;
	const struct scope scope = principal_scope(&rq->who);
	return AWAIT_READ(rq, list_done,
	                  RECHECK_LIST_CALL(scope.holder, scope.districts, q->state, q->page.after.key[0].uuid,
	                                    listing_rows(&q->page)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const struct recheck_query *q = rq->query;
	return listing_reply(rq, &recheck_list, &q->page, rows->res[0]);
}
