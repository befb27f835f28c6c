/* api/session.c - training sessions: planned, people enrolled, completed. Each completion counts
 * at once. */
#include "api/routes.h"

#include "api/body.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "api/person.h"
#include "auth/gate.h"
#include "base/failpoint.h"
#include "crypt/random.h"
#include "db/rows.h"
#include "domain/session.h"
#include "sql_statements.h"

/* ---- one session as JSON ---- */

static void write_session(struct jsonw *w, const PGresult *res, int row, bool counts)
{
	static const char *const texts[] = {"title", "occupation", "edition", "work_type", "level",
	                                    "starts_on", "ends_on"};
	jsonw_object(w);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		jsonw_kstr(w, texts[i], row_text(res, row, rows_col(res, texts[i])));
	jsonw_ki64(w, "hours", row_i64(res, row, rows_col(res, "hours")));
	jsonw_ki64(w, "capacity", row_i64(res, row, rows_col(res, "capacity")));
	jsonw_kstr(w, "district", row_text(res, row, rows_col(res, "district")));
	jsonw_kstr(w, "id", row_text(res, row, rows_col(res, "id")));
	jsonw_kstr(w, "state", row_text(res, row, rows_col(res, "state")));
	if (counts) {
		jsonw_kstr(w, "institution", row_text(res, row, rows_col(res, "institution_slug")));
		jsonw_kstr(w, "completed_on", row_text(res, row, rows_col(res, "completed_on")));
		jsonw_ki64(w, "enrolled", row_i64(res, row, rows_col(res, "enrolled")));
		jsonw_ki64(w, "completed", row_i64(res, row, rows_col(res, "completed")));
	}
	jsonw_end(w);
}

static bool owns_session(const struct request *rq, const PGresult *res, int row)
{
	const struct belongings what = {
		.holder = row_uuid(res, row, rows_col(res, "institution")),
		.district = row_text(res, row, rows_col(res, "district")),
	};
	return auth_owns(rq, &what);
}

/* Loads the session of the address; next checks with refuse_session. */
static struct step load_session(struct request *rq, step_fn *next)
{
	struct uuid id;
	if (!uuid_parse(rq->param[0], &id))
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_READ(rq, next, CALL(Q_SESSION_VIEW, db_uuid(id)));
}

/* True when the loaded session is absent or somebody else's: *refused is the reply. */
static bool refuse_session(struct request *rq, const PGresult *res, struct step *refused)
{
	if (rows_n(res) == 1 && owns_session(rq, res, 0))
		return false;
	*refused = reply_problem(rq, rows_n(res) == 0 ? P_NOT_FOUND : P_NOT_OWNER);
	return true;
}

/* ---- POST /v1/sessions ---- */

static step_fn create_begin, create_done, created;

const struct route route_session_create = {
	.name = "session_create",
	.method = HTTP_POST,
	.path = "/v1/sessions",
	.media = "application/json",
	.body_max = 16 * KIB,
	.deadline = INIT_SECONDS(5),
	.first = create_begin,
};

static struct step create_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct session_plan plan = {0};
	struct fields errors;
	struct step refused;
	json_t *json = body_json(rq, &refused);
	if (!json)
		return refused;
	fields_init(&errors, rq->arena);
	if (session_plan_decode(json, rq->arena, &errors, &plan) < 0)
		return reply_out_of_memory(rq);
	if (fields_any(&errors))
		return reply_fields(rq, &errors);
	return AWAIT_WRITE(rq, create_done,
	                   CALL(F_SESSION_CREATE, WRITE_CONTEXT(rq),
	                        db_uuid(uuid_v7(instant_now())), db_uuid(rq->who.organisation),
	                        db_text(plan.title), db_text(plan.occupation), db_text(plan.edition),
	                        db_text(plan.work_type), db_text(plan.level),
	                        db_day(plan.starts_on.v), db_day(plan.ends_on.v),
	                        db_i64(plan.hours.v), db_i64(plan.capacity.v),
	                        db_text(plan.district)));
}

static struct step create_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct slice outcome = outcome_of(rows);
	if (slice_is(outcome, "replayed"))
		request_replayed(rq);
	else if (!slice_is(outcome, "created"))
		return reply_outcome(rq, outcome);
	return AWAIT_READ(rq, created,
	                  CALL(Q_SESSION_VIEW, db_uuid(row_uuid(res, 0, rows_col(res, "session")))));
}

static struct step created(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jsonw w;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_INTERNAL);
	char *location =
		arena_printf(rq->arena, "/v1/sessions/%s", row_cstr(res, 0, rows_col(res, "id")));
	if (location)
		request_set_header(rq, "Location", slice_of(location));
	jsonw_init(&w, request_out(rq));
	write_session(&w, res, 0, false);
	return reply_json(rq, 201);
}

/* ---- GET /v1/sessions, GET /v1/sessions/{id} ---- */

static step_fn list_begin, list_done, view_begin, view_done;

const struct route route_session_list = {
	.name = "session_list",
	.method = HTTP_GET,
	.path = "/v1/sessions",
	.deadline = INIT_SECONDS(5),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct step refused;
	struct listing *l = request_state(rq, sizeof *l);
	if (!l)
		return reply_out_of_memory(rq);
	if (!listing_read(rq, l, &refused))
		return refused;
	return AWAIT_READ(rq, list_done,
	                  CALL(Q_SESSION_LIST, db_uuid_or_null(rq->who.organisation),
	                       db_uuid_or_null(l->after), listing_rows(l)));
}

static void session_row(struct request *rq, struct jsonw *w, const PGresult *res, int row)
{
	if (owns_session(rq, res, row))
		write_session(w, res, row, true);
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, rows, session_row);
}

const struct route route_session_view = {
	.name = "session_view",
	.method = HTTP_GET,
	.path = "/v1/sessions/{id}",
	.deadline = INIT_SECONDS(5),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return load_session(rq, view_done);
}

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct step refused;
	struct jsonw w;
	if (refuse_session(rq, res, &refused))
		return refused;
	jsonw_init(&w, request_out(rq));
	write_session(&w, res, 0, true);
	return reply_json(rq, 200);
}

/* ---- POST and GET /v1/sessions/{id}/enrolments ---- */

static step_fn enrol_begin, enrol_store, enrol_done, enrolments_begin, enrolments_read,
	enrolments_done;

const struct route route_enrolment_create = {
	.name = "enrolment_create",
	.method = HTTP_POST,
	.path = "/v1/sessions/{id}/enrolments",
	.media = "application/json",
	.body_max = 16 * KIB,
	.deadline = INIT_SECONDS(5),
	.first = enrol_begin,
};

static struct step enrol_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct fields errors;
	struct step refused;
	struct candidate_facts *who = request_state(rq, sizeof *who);
	if (!who)
		return reply_out_of_memory(rq);
	json_t *json = body_json(rq, &refused);
	if (!json)
		return refused;
	fields_init(&errors, rq->arena);
	if (candidate_decode(json, day_of(instant_now()), rq->arena, &errors, who) < 0)
		return reply_out_of_memory(rq);
	if (fields_any(&errors))
		return reply_fields(rq, &errors);
	return load_session(rq, enrol_store);
}

static struct step enrol_store(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	const struct candidate_facts *who = rq->state;
	struct db_arg person[PERSON_ARGS];
	struct step refused;
	if (refuse_session(rq, res, &refused))
		return refused;
	struct instant now = instant_now();
	if (!person_args(rq, uuid_v7(now), who, person))
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, enrol_done,
	                   CALL(F_SESSION_ENROL, WRITE_CONTEXT(rq), db_uuid(uuid_v7(now)),
	                        db_uuid(row_uuid(res, 0, rows_col(res, "id"))), person[0], person[1],
	                        person[2], person[3], person[4], person[5], person[6], person[7]));
}

static struct step enrol_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct slice outcome = outcome_of(rows);
	struct jsonw w;
	if (slice_is(outcome, "replayed"))
		request_replayed(rq);
	else if (!slice_is(outcome, "enrolled"))
		return reply_outcome(rq, outcome);
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kstr(&w, "id", row_text(res, 0, rows_col(res, "enrolment")));
	jsonw_kcstr(&w, "state", "enrolled");
	jsonw_end(&w);
	return reply_json(rq, 201);
}

const struct route route_enrolment_list = {
	.name = "enrolment_list",
	.method = HTTP_GET,
	.path = "/v1/sessions/{id}/enrolments",
	.deadline = INIT_SECONDS(5),
	.first = enrolments_begin,
};

static struct step enrolments_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return load_session(rq, enrolments_read);
}

static struct step enrolments_read(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct step refused;
	if (refuse_session(rq, res, &refused))
		return refused;
	return AWAIT_READ(rq, enrolments_done,
	                  CALL(Q_ENROLMENT_LIST, db_uuid(row_uuid(res, 0, rows_col(res, "id")))));
}

static void write_enrolment(struct jsonw *w, const PGresult *res, int row)
{
	struct slice hours = row_text(res, row, rows_col(res, "hours_attended"));
	jsonw_object(w);
	jsonw_kstr(w, "id", row_text(res, row, rows_col(res, "id")));
	jsonw_kstr(w, "state", row_text(res, row, rows_col(res, "state")));
	jsonw_kobject(w, "candidate");
	jsonw_kstr(w, "name", row_text(res, row, rows_col(res, "name")));
	jsonw_kstr(w, "id_type", row_text(res, row, rows_col(res, "id_type")));
	jsonw_kstr(w, "id_number", row_text(res, row, rows_col(res, "id_masked")));
	jsonw_end(w);
	if (hours.p)
		jsonw_kraw(w, "hours_attended", hours);
	jsonw_end(w);
}

static struct step enrolments_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; i < rows_n(res); i++)
		write_enrolment(&w, res, i);
	jsonw_end(&w);
	jsonw_end(&w);
	return reply_json(rq, 200);
}

/* ---- POST /v1/sessions/{id}/completion ---- */

static step_fn complete_begin, complete_store, complete_done;

const struct route route_session_complete = {
	.name = "session_complete",
	.method = HTTP_POST,
	.path = "/v1/sessions/{id}/completion",
	.media = "application/json",
	.body_max = 256 * KIB,
	.deadline = INIT_SECONDS(10),
	.first = complete_begin,
};

static struct step complete_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct step refused;
	json_t *json = body_json(rq, &refused);
	if (!json)
		return refused;
	rq->state = json;
	return load_session(rq, complete_store);
}

/* Two array literals of equal length: ids and hours. */
static bool attendance_arrays(struct request *rq, const struct session_completion *c,
                              struct db_arg *ret_ids, struct db_arg *ret_hours)
{
	const struct session_attendance *a = c->enrolments.items;
	struct buf ids = BUF_INIT(64 * KIB), hours = BUF_INIT(64 * KIB);
	for (size_t i = 0; i < c->enrolments.n; i++) {
		char id[UUID_TEXT];
		uuid_format(a[i].id.v, id);
		buf_addf(&ids, "%c%s", i ? ',' : '{', id);
		buf_addf(&hours, "%c%lld", i ? ',' : '{', (long long)a[i].hours_attended.v);
	}
	buf_adds(&ids, c->enrolments.n ? "}" : "{}");
	buf_adds(&hours, c->enrolments.n ? "}" : "{}");
	*ret_ids = db_text(arena_slice(rq->arena, buf_slice(&ids)));
	*ret_hours = db_text(arena_slice(rq->arena, buf_slice(&hours)));
	bool ok = !buf_failed(&ids) && !buf_failed(&hours) && !arena_failed(rq->arena);
	buf_free(&ids);
	buf_free(&hours);
	return ok;
}

static struct step complete_store(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct session_completion c = {0};
	struct fields errors;
	struct db_arg ids, hours;
	struct step refused;
	if (refuse_session(rq, res, &refused))
		return refused;
	fields_init(&errors, rq->arena);
	if (session_completion_decode(rq->state, row_day(res, 0, rows_col(res, "starts_on")),
	                              day_of(instant_now()), rq->arena, &errors, &c) < 0)
		return reply_out_of_memory(rq);
	if (fields_any(&errors))
		return reply_fields(rq, &errors);
	if (!attendance_arrays(rq, &c, &ids, &hours))
		return reply_out_of_memory(rq);
	if (FAILPOINT("session_complete"))
		return reply_problem(rq, P_INTERNAL);
	return AWAIT_WRITE(rq, complete_done,
	                   CALL(F_SESSION_COMPLETE, WRITE_CONTEXT(rq),
	                        db_uuid(row_uuid(res, 0, rows_col(res, "id"))),
	                        db_day(c.completed_on.v), ids, hours));
}

static struct step complete_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct slice outcome = outcome_of(rows);
	struct jsonw w;
	if (slice_is(outcome, "replayed"))
		request_replayed(rq);
	else if (!slice_is(outcome, "completed"))
		return reply_outcome(rq, outcome);
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_ki64(&w, "completed", row_i64(res, 0, rows_col(res, "completed")));
	struct slice missed = row_text(res, 0, rows_col(res, "not_completed"));
	jsonw_kraw(&w, "not_completed", missed.p ? missed : SLICE("[]"));
	jsonw_end(&w);
	return reply_json(rq, 200);
}
