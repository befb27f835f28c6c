/* api/exam.c - exams: the batches that results are submitted to. */
#include "api/routes.h"

#include "api/body.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "auth/gate.h"
#include "crypt/random.h"
#include "db/rows.h"
#include "sql_statements.h"

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
	.media = "application/json",
	.body_max = 16 * KIB,
	.deadline = INIT_SECONDS(5),
	.first = exam_create_begin,
};

static struct step exam_create_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct exam_body b = {0};
	struct fields errors;
	struct step refused;
	if (!body_decode(rq, &exam_table, &b, &errors, &refused))
		return refused;
	if (fields_any(&errors))
		return reply_fields(rq, &errors);
	struct uuid id = uuid_v7(instant_now());
	return AWAIT_WRITE(rq, exam_create_done,
	                   CALL(F_EXAM_CREATE, WRITE_CONTEXT(rq), db_uuid(id),
	                        db_uuid(rq->who.organisation), db_text(b.code),
	                        b.session.given ? db_uuid(b.session.v) : db_null(),
	                        db_text(b.occupation), db_text(b.edition), db_text(b.work_type),
	                        db_text(b.level), db_text(b.partner), db_day(b.held_on.v),
	                        db_i64(b.publicity_days.given ? b.publicity_days.v : 0)));
}

static struct step exam_create_done(struct request *rq, const struct db_result *rows)
{
	struct slice outcome = outcome_of(rows);
	const PGresult *res = rows->res[0];
	if (slice_is(outcome, "standing"))
		return reply_outcome(rq, row_text(res, 0, rows_col(res, "other")));
	if (slice_is(outcome, "replayed"))
		request_replayed(rq);
	else if (!slice_is(outcome, "created"))
		return reply_outcome(rq, outcome);
	return AWAIT_READ(rq, exam_created,
	                  CALL(Q_EXAM_VIEW, db_uuid(row_uuid(res, 0, rows_col(res, "exam")))));
}

/* ---- one exam as JSON ---- */

static void write_exam(struct jsonw *w, const PGresult *res, int row)
{
	static const char *const texts[] = {"id",         "code",       "state",        "body_slug",
	                                    "body_name",  "occupation", "edition",      "occupation_name",
	                                    "work_type",  "level",      "level_name",   "held_on",
	                                    "district",   "partner_slug", "partner_name", "session",
	                                    "standing"};
	static const char *const keys[] = {"id",        "code",       "state",      "body",
	                                   "body_name", "occupation", "edition",    "occupation_name",
	                                   "work_type", "level",      "level_name", "held_on",
	                                   "district",  "partner",    "partner_name", "session",
	                                   "standing"};
	jsonw_object(w);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		jsonw_kstr(w, keys[i], row_text(res, row, rows_col(res, texts[i])));
	jsonw_ki64(w, "publicity_days", row_i64(res, row, rows_col(res, "publicity_days")));
	jsonw_ki64(w, "assessed", row_i64(res, row, rows_col(res, "assessed")));
	jsonw_end(w);
}

static bool owns_exam(const struct request *rq, const PGresult *res, int row)
{
	const struct belongings what = {
		.holder = row_uuid(res, row, rows_col(res, "body")),
		.partner = row_uuid(res, row, rows_col(res, "partner")),
		.district = row_text(res, row, rows_col(res, "district")),
	};
	return auth_owns(rq, &what);
}

static struct step reply_exam(struct request *rq, const PGresult *res, int status)
{
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	write_exam(&w, res, 0);
	return reply_json(rq, status);
}

static struct step exam_created(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	if (rows_n(res) == 0)
		return reply_problem(rq, P_INTERNAL);
	char *location = arena_printf(rq->arena, "/v1/exams/%s", row_cstr(res, 0, rows_col(res, "id")));
	request_set_header(rq, "Location", slice_of(location));
	return reply_exam(rq, res, 201);
}

/* ---- GET /v1/exams/{id} ---- */

static step_fn exam_view_begin, exam_view_done;

const struct route route_exam_view = {
	.name = "exam_view",
	.method = HTTP_GET,
	.path = "/v1/exams/{id}",
	.deadline = INIT_SECONDS(5),
	.first = exam_view_begin,
};

static struct step exam_view_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct uuid id;
	if (!uuid_parse(rq->param[0], &id))
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_READ(rq, exam_view_done, CALL(Q_EXAM_VIEW, db_uuid(id)));
}

static struct step exam_view_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	if (!owns_exam(rq, res, 0))
		return reply_problem(rq, P_NOT_OWNER);
	return reply_exam(rq, res, 200);
}

/* ---- GET /v1/exams: the caller's own, or one by its code ---- */

static step_fn exam_list_begin, exam_list_done, exam_by_code_done;

const struct route route_exam_list = {
	.name = "exam_list",
	.method = HTTP_GET,
	.path = "/v1/exams",
	.deadline = INIT_SECONDS(5),
	.first = exam_list_begin,
};

static struct step exam_list_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct step refused;
	struct slice code = request_query(rq, "code");
	if (code.p)
		return AWAIT_READ(rq, exam_by_code_done,
		                  CALL(Q_EXAM_BY_CODE, db_uuid(rq->who.organisation), db_text(code)));
	struct listing *l = request_state(rq, sizeof *l);
	if (!l)
		return reply_out_of_memory(rq);
	if (!listing_read(rq, l, &refused))
		return refused;
	return AWAIT_READ(rq, exam_list_done,
	                  CALL(Q_EXAM_LIST, db_uuid_or_null(rq->who.organisation),
	                       db_uuid_or_null(l->after), listing_rows(l)));
}

static struct step exam_by_code_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	if (rows_n(res) == 1)
		write_exam(&w, res, 0);
	jsonw_end(&w);
	jsonw_knull(&w, "next_cursor");
	jsonw_end(&w);
	return reply_json(rq, 200);
}

static void exam_row(struct request *rq, struct jsonw *w, const PGresult *res, int row)
{
	if (owns_exam(rq, res, row))
		write_exam(w, res, row);
}

static struct step exam_list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, rows, exam_row);
}
