/* api/exam.c - exams: the batches that results are submitted to. */

#include "api/exam.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "crypt/random.h"
#include "sql/exam_by_code.h"
#include "sql/exam_create.h"
#include "sql/exam_list.h"
#include "sql/exam_view.h"
#include "web/request.h"

/* ---- whose it is ---- */

static struct step load_exam(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, EXAM_VIEW_CALL(rq->param[0].uuid));
}

static int whose_exam(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct exam_summary_row e;
	exam_summary_row_read(res, row, 0, &e);
	*ret = (struct belongings){.holder = e.body, .partner = e.partner, .district = e.district};
	return 0;
}

const struct route_object exam_object = {.load = load_exam, .whose = whose_exam};
static const struct route_object exams = {.whose = whose_exam};

/* ---- POST /v1/exams ---- */

struct exam_body {
	struct slice code, occupation, edition, work_type, level, partner;
	struct opt_day held_on;
	struct opt_uuid session;
	struct opt_int publicity_days;
};

static const struct decode_field exam_fields[] = {
	{"code", DECODE_STRING, true, false, offsetof(struct exam_body, code), 0, 1, 64, NULL, NULL, NULL},
	{"occupation", DECODE_STRING, true, false, offsetof(struct exam_body, occupation), 0, 1, 32, NULL, NULL, NULL},
	{"edition", DECODE_STRING, true, false, offsetof(struct exam_body, edition), 0, 1, 16, NULL, NULL, NULL},
	{"work_type", DECODE_STRING, true, false, offsetof(struct exam_body, work_type), 0, 1, 64, NULL, NULL, NULL},
	{"level", DECODE_STRING, true, false, offsetof(struct exam_body, level), 0, 1, 16, NULL, NULL, NULL},
	{"held_on", DECODE_DAY, true, false, offsetof(struct exam_body, held_on), 0, 0, 0, NULL, NULL, NULL},
	{"partner", DECODE_STRING, false, true, offsetof(struct exam_body, partner), 0, 1, 40, NULL, NULL, NULL},
	{"session", DECODE_UUID, false, true, offsetof(struct exam_body, session), 0, 0, 0, NULL, NULL, NULL},
	{"publicity_days", DECODE_INT, false, true, offsetof(struct exam_body, publicity_days), 0, 0, 60, NULL, NULL, NULL},
};
static const struct decode_table exam_table = {exam_fields, ARRAY_LEN(exam_fields),
                                               sizeof(struct exam_body)};

static step_fn exam_create_begin, exam_create_done, exam_created;

const struct route route_exam_create = {
	.name = "exam_create",
	.method = HTTP_POST,
	.path = "/v1/exams",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &exam_table,
	.deadline = INIT_SECONDS(5),
	.first = exam_create_begin,
};

static struct step exam_create_begin(struct request *rq, const struct db_result *none)
{
	const struct exam_body *b = rq->state;
	const struct new_exam exam = {
		.id = uuid_v7(instant_now()),
		.body = rq->who.organisation,
		.code = b->code,
		.session = b->session.given ? b->session.v : (struct uuid){{0}},
		.occupation = b->occupation,
		.edition = b->edition,
		.work_type = b->work_type,
		.level = b->level,
		.partner = b->partner,
		.held_on = {true, b->held_on.v},
		.publicity_days = b->publicity_days.v,
	};
	return AWAIT_WRITE(rq, exam_create_done,
	                   EXAM_CREATE_CALL(request_context(rq),
	                                    new_exam_json(request_record(rq), &exam)));
}

static struct step exam_create_done(struct request *rq, const struct db_result *rows)
{
	struct exam_create_row r;
	exam_create_read(rows->res[0], 0, &r);
	if (r.outcome == EXAM_CREATE_STANDING)
		return reply_standing(rq, r.other);
	if (r.outcome == EXAM_CREATE_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != EXAM_CREATE_CREATED)
		return reply_outcome(rq, r.outcome);
	return AWAIT_READ(rq, exam_created, EXAM_VIEW_CALL(r.exam));
}

/* ---- one exam as JSON ---- */

static void write_exam(struct jsonw *w, const struct exam_summary_row *e)
{
	jsonw_object(w);
	jsonw_kuuid(w, "id", e->id);
	jsonw_kstr(w, "code", e->code);
	jsonw_kstr(w, "state", e->state);
	jsonw_kstr(w, "body", e->body_slug);
	jsonw_kstr(w, "body_name", e->body_name);
	jsonw_kstr(w, "occupation", e->occupation);
	jsonw_kstr(w, "edition", e->edition);
	jsonw_kstr(w, "occupation_name", e->occupation_name);
	jsonw_kstr(w, "work_type", e->work_type);
	jsonw_kstr(w, "level", e->level);
	jsonw_kstr(w, "level_name", e->level_name);
	jsonw_kday(w, "held_on", e->held_on);
	jsonw_kstr(w, "district", e->district);
	jsonw_kstr(w, "partner", e->partner_slug);
	jsonw_kstr(w, "partner_name", e->partner_name);
	jsonw_kuuid_or_null(w, "session", e->session);
	jsonw_kstr(w, "standing", e->standing);
	jsonw_ki64(w, "publicity_days", e->publicity_days);
	jsonw_ki64(w, "assessed", e->assessed);
	jsonw_end(w);
}

static struct step reply_exam(struct request *rq, const struct exam_summary_row *e, int status)
{
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	write_exam(&w, e);
	return reply_json(rq, status);
}

static struct step exam_created(struct request *rq, const struct db_result *rows)
{
	struct exam_summary_row e;
	char id[UUID_TEXT];
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_INTERNAL);
	exam_view_read(rows->res[0], 0, &e);
	uuid_format(e.id, id);
	request_set_header(rq, "Location", slice_of(arena_printf(rq->arena, "/v1/exams/%s", id)));
	return reply_exam(rq, &e, 201);
}

/* ---- GET /v1/exams/{id} ---- */

static step_fn exam_view;

const struct route route_exam_view = {
	.name = "exam_view",
	.method = HTTP_GET,
	.path = "/v1/exams/{id:uuid}",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &exam_object,
	.deadline = INIT_SECONDS(5),
	.first = exam_view,
};

static struct step exam_view(struct request *rq, const struct db_result *rows)
{
	struct exam_summary_row e;
	exam_view_read(rows->res[0], 0, &e);
	return reply_exam(rq, &e, 200);
}

/* ---- GET /v1/exams: the caller's own, or one by its code ---- */

struct exam_query {
	struct listing page;
	struct slice code;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct exam_query, page),
	{.name = "code", .kind = DECODE_STRING, .offset = offsetof(struct exam_query, code), .min = 1,
	 .max = 64},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields),
                                                sizeof(struct exam_query)};

static step_fn exam_list_begin, exam_list_done;

const struct route route_exam_list = {
	.name = "exam_list",
	.method = HTTP_GET,
	.path = "/v1/exams",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &exams,
	.query = &query_table,
	.deadline = INIT_SECONDS(5),
	.first = exam_list_begin,
};

static struct step exam_list_begin(struct request *rq, const struct db_result *none)
{
	const struct exam_query *q = rq->query;
	if (q->code.p)
		return AWAIT_READ(rq, exam_list_done,
		                  EXAM_BY_CODE_CALL(rq->who.organisation, q->code));
	return AWAIT_READ(rq, exam_list_done,
	                  EXAM_LIST_CALL(rq->who.organisation, q->page.after.v,
	                                 listing_rows(&q->page)));
}

static struct uuid list_row(struct request *rq, struct jsonw *w, const PGresult *res, int row)
{
	struct exam_summary_row e;
	exam_summary_row_read(res, row, 0, &e);
	write_exam(w, &e);
	return e.id;
}

static struct step exam_list_done(struct request *rq, const struct db_result *rows)
{
	const struct exam_query *q = rq->query;
	return listing_reply(rq, &q->page, rows, list_row);
}
