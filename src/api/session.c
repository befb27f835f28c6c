/* api/session.c - training sessions: planned, people enrolled, completed. Each completion counts
 * at once. */

#include "api/assessment_json.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "api/person.h"
#include "base/failpoint.h"
#include "crypt/random.h"
#include "db/array.h"
#include "domain/session.h"
#include "sql/enrolment_list.h"
#include "sql/session_complete.h"
#include "sql/session_create.h"
#include "sql/session_enrol.h"
#include "sql/session_list.h"
#include "sql/session_view.h"
#include "verifying/guess.h"
#include "web/request.h"

/* ---- a session as it is shown ---- */

static const struct view_field planned_fields[] = {
	VIEW_COLUMN(session_row, title, "title"),
	VIEW_COLUMN(session_row, occupation, "occupation"),
	VIEW_COLUMN(session_row, edition, "edition"),
	VIEW_COLUMN(session_row, work_type, "work_type"),
	VIEW_COLUMN(session_row, level, "level"),
	VIEW_COLUMN(session_row, starts_on, "starts_on"),
	VIEW_COLUMN(session_row, ends_on, "ends_on"),
	VIEW_COLUMN(session_row, hours, "hours"),
	VIEW_COLUMN(session_row, capacity, "capacity"),
	VIEW_COLUMN(session_row, district, "district"),
	VIEW_COLUMN(session_row, site, "site"),
	VIEW_COLUMN(session_row, site_name, "site_name"),
	VIEW_COLUMN(session_row, id, "id"),
	VIEW_COLUMN(session_row, state, "state"),
	VIEW_COLUMN(session_row, standard, "standard"),
};
static const struct view planned_session_view = VIEW(planned_session, struct session_row, planned_fields);

static const struct view_field session_fields[] = {
	VIEW_INCLUDE(planned_session_view),
	VIEW_COLUMN(session_row, institution_slug, "institution"),
	VIEW_COLUMN(session_row, completed_on, "completed_on"),
	VIEW_COLUMN(session_row, enrolled, "enrolled"),
	VIEW_COLUMN(session_row, completed, "completed"),
};
static const struct view session_view = VIEW(session, struct session_row, session_fields);

static struct step load_session(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, SESSION_VIEW_CALL(rq->param[0].uuid));
}

static int whose_session(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct session_row s;
	session_row_read(res, row, 0, &s);
	*ret = (struct belongings){.holder = s.institution, .district = s.district};
	return 0;
}

static const struct route_object session_object = {.load = load_session, .whose = whose_session};
static const struct route_object sessions = {.whose = whose_session};

/* ---- POST /v1/sessions ---- */

static step_fn create_begin, create_done, created;

static int check_plan(struct request *rq, void *state, struct fields *errors)
{
	session_plan_check(state, errors);
	return 0;
}

const struct route route_session_create = {
	.name = "session_create",
	.method = HTTP_POST,
	.path = "/v1/sessions",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &session_plan_table,
	.check = check_plan,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, planned_session_view)),
	.write = &session_create_statement,
	.first = create_begin,
};

static struct step create_begin(struct request *rq, const struct db_result *none)
{
	const struct session_plan *plan = rq->state;
	const struct new_session session = {
		.id = uuid_v7(instant_now()),
		.institution = rq->who.organisation,
		.title = plan->title,
		.occupation = plan->occupation,
		.edition = plan->edition,
		.work_type = plan->work_type,
		.level = plan->level,
		.starts_on = {true, plan->starts_on.v},
		.ends_on = {true, plan->ends_on.v},
		.hours = plan->hours.v,
		.capacity = plan->capacity.v,
		.district = plan->district,
		.standard = plan->standard,
		.site = plan->site.given ? plan->site.v : (struct uuid){{0}},
	};
	return AWAIT_WRITE(rq, create_done,
	                   SESSION_CREATE_CALL(request_context(rq),
	                                       new_session_json(request_record(rq), &session)));
}

static struct step create_done(struct request *rq, const struct db_result *rows)
{
	struct session_create_row r;
	session_create_read(rows->res[0], 0, &r);
	if (r.outcome == SESSION_CREATE_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != SESSION_CREATE_CREATED)
		return reply_outcome(rq, r.outcome);
	return AWAIT_READ(rq, created, SESSION_VIEW_CALL(r.session));
}

static struct step created(struct request *rq, const struct db_result *rows)
{
	struct session_row s;
	char id[UUID_TEXT];
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_INTERNAL);
	session_view_read(rows->res[0], 0, &s);
	s.state = SLICE("planned"); /* as it was made, also when this is a repetition */
	uuid_format(s.id, id);
	char *location = arena_printf(rq->arena, "/v1/sessions/%s", id);
	if (location)
		request_set_header(rq, "Location", slice_of(location));
	return reply_view(rq, 201, &planned_session_view, &s);
}

/* ---- GET /v1/sessions, GET /v1/sessions/{id} ---- */

static step_fn list_begin, list_done, view;

static int read_session(struct request *rq, const PGresult *res, int row, void *item)
{
	session_list_read(res, row, item);
	return 1;
}

static const struct listed session_list = {
	.key = {"session", 1, {CURSOR_KEY(struct session_row, id)}},
	.view = &session_view,
	.read = read_session,
};
LISTING_TABLE(list_query, session_list);

const struct route route_session_list = {
	.name = "session_list",
	.method = HTTP_GET,
	.path = "/v1/sessions",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &sessions,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(session_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	const struct scope scope = principal_scope(&rq->who);
	return AWAIT_READ(rq, list_done,
	                  SESSION_LIST_CALL(scope.holder, scope.districts, l->after.key[0].uuid,
	                                    listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &session_list, rq->query, rows->res[0]);
}

const struct route route_session_view = {
	.name = "session_view",
	.method = HTTP_GET,
	.path = "/v1/sessions/{id:uuid}",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &session_object,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, session_view)),
	.first = view,
};

static struct step view(struct request *rq, const struct db_result *rows)
{
	struct session_row s;
	session_view_read(rows->res[0], 0, &s);
	return reply_view(rq, 200, &session_view, &s);
}

/* ---- POST and GET /v1/sessions/{id}/enrolments ---- */

static step_fn enrol_store, enrol_done, enrolments_read, enrolments_done;

static const struct view_field candidate_fields[] = {
	VIEW_COLUMN(enrolment_list_row, name, "name"),
	VIEW_COLUMN(enrolment_list_row, id_type, "id_type"),
	VIEW_COLUMN(enrolment_list_row, id_masked, "id_number"),
};
static const struct view candidate_view = VIEW(candidate_masked, struct enrolment_list_row, candidate_fields);

static const struct view_field enrolment_fields[] = {
	VIEW_COLUMN(enrolment_list_row, id, "id"),
	VIEW_COLUMN(enrolment_list_row, state, "state"),
	VIEW_SELF(candidate_view, "candidate"),
	VIEW_COLUMN(enrolment_list_row, hours_attended, "hours_attended", .as = VIEW_NUMBER, .omitted = true),
};
static const struct view enrolment_view = VIEW(enrolment, struct enrolment_list_row, enrolment_fields);

static int read_enrolment(struct request *rq, const PGresult *res, int row, void *item)
{
	enrolment_list_read(res, row, item);
	return 1;
}

static const struct listed enrolment_list = {
	.key = {"enrolment", 1, {CURSOR_KEY(struct enrolment_list_row, id)}},
	.view = &enrolment_view,
	.read = read_enrolment,
};
LISTING_TABLE(enrolments_query, enrolment_list);

struct enrolled {
	struct uuid id;
	const char *state;
};

static const struct view_field enrolled_fields[] = {
	VIEW_FIELD(struct enrolled, id, "id"),
	VIEW_FIELD(struct enrolled, state, "state"),
};
static const struct view enrolled_view = VIEW(enrolment_made, struct enrolled, enrolled_fields);

struct enrol {
	struct enrolment body;
	struct candidate_facts who;
	struct slice document; /* its keyed hash */
};

static int check_enrolment(struct request *rq, void *state, struct fields *errors)
{
	struct enrol *st = state;
	return candidate_check(&st->body.candidate, day_of(instant_now()), rq->arena, errors, &st->who);
}

const struct route route_enrolment_create = {
	.name = "enrolment_create",
	.method = HTTP_POST,
	.path = "/v1/sessions/{id:uuid}/enrolments",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &session_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &enrolment_table,
	.check = check_enrolment,
	.answers_fields = true, /* the birth date is checked against the session's */
	.state_size = sizeof(struct enrol),
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, enrolled_view)),
	.problems = PROBLEMS(P_RATE_LIMITED),
	.write = &session_enrol_statement,
	.first = enrol_store,
};

static struct step enrol_store(struct request *rq, const struct db_result *rows)
{
	struct enrol *st = rq->state;
	struct session_row s;
	struct new_person p;
	struct guess_refusal refusal;
	session_view_read(rows->res[0], 0, &s);
	candidate_check_born(&st->who, s.starts_on, "born_after_session", rq->errors);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	struct instant now = instant_now();
	if (!person_record(rq, uuid_v7(now), &st->who, &p))
		return reply_out_of_memory(rq);
	st->document = p.id_hash;
	if (!guess_allowed(rq, p.id_hash, &refusal))
		return guess_refuse(rq, &refusal);
	return AWAIT_WRITE(rq, enrol_done,
	                   SESSION_ENROL_CALL(request_context(rq), uuid_v7(now), s.id,
	                                      new_person_json(request_record(rq), &p)));
}

static struct step enrol_done(struct request *rq, const struct db_result *rows)
{
	const struct enrol *st = rq->state;
	struct session_enrol_row r;
	session_enrol_read(rows->res[0], 0, &r);
	if (r.outcome == SESSION_ENROL_PERSON_NAME_DIFFERS)
		return guess_name_differs(rq, st->document);
	if (r.outcome == SESSION_ENROL_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != SESSION_ENROL_ENROLLED)
		return reply_outcome(rq, r.outcome);
	return reply_view(rq, 201, &enrolled_view, &(struct enrolled){r.enrolment, "enrolled"});
}

const struct route route_enrolment_list = {
	.name = "enrolment_list",
	.method = HTTP_GET,
	.path = "/v1/sessions/{id:uuid}/enrolments",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &session_object,
	.query = &enrolments_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(enrolment_view)),
	.first = enrolments_read,
};

static struct step enrolments_read(struct request *rq, const struct db_result *rows)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, enrolments_done,
	                  ENROLMENT_LIST_CALL(rq->param[0].uuid, l->after.key[0].uuid, listing_rows(l)));
}

static struct step enrolments_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &enrolment_list, rq->query, rows->res[0]);
}

/* ---- POST /v1/sessions/{id}/completion ---- */

static step_fn complete_store, complete_done;

static const char *const shortfalls[] = {"hours_below_minimum", "not_reported", NULL};

/* As session_complete writes it. */
static SHAPE(not_completed,
             MEMBER(UUID, "id"),
             MEMBER(STRING, "code", .words = shortfalls),
             MEMBER(INT, "minimum"));

static const struct view_field completed_fields[] = {
	VIEW_FIELD(struct session_complete_row, completed.v, "completed"),
	VIEW_FIELD(struct session_complete_row, not_completed, "not_completed", .as = VIEW_JSON,
	           .shape = &not_completed_shape),
};
static const struct view session_completed_view =
	VIEW(session_completed, struct session_complete_row, completed_fields);

const struct route route_session_complete = {
	.name = "session_complete",
	.method = HTTP_POST,
	.path = "/v1/sessions/{id:uuid}/completion",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &session_object,
	.media = "application/json",
	.body_max = 256 * KIB,
	.body = &session_completion_table,
	.answers_fields = true, /* the date is checked against the session's */
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(JSON_VIEW(200, session_completed_view)),
	.write = &session_complete_statement,
	.first = complete_store,
};

/* Two array literals of equal length: ids and hours. */
static bool attendance_arrays(struct request *rq, const struct session_completion *c,
                              struct slice *ret_ids, struct slice *ret_hours)
{
	const struct session_attendance *a = c->enrolments.items;
	struct buf ids = BUF_INIT(64 * KIB), hours = BUF_INIT(64 * KIB);
	db_array_begin(&ids);
	db_array_begin(&hours);
	for (size_t i = 0; i < c->enrolments.n; i++) {
		db_array_uuid(&ids, a[i].id.v);
		db_array_int(&hours, a[i].hours_attended.v);
	}
	db_array_end(&ids);
	db_array_end(&hours);
	*ret_ids = arena_slice(rq->arena, buf_slice(&ids));
	*ret_hours = arena_slice(rq->arena, buf_slice(&hours));
	bool ok = !buf_failed(&ids) && !buf_failed(&hours) && !arena_failed(rq->arena);
	buf_free(&ids);
	buf_free(&hours);
	return ok;
}

static struct step complete_store(struct request *rq, const struct db_result *rows)
{
	struct session_row s;
	const struct session_completion *c = rq->state;
	struct slice ids, hours;
	session_view_read(rows->res[0], 0, &s);
	/* A repetition is answered as it was, by the write function. */
	struct day ends_on = slice_is(s.state, "completed") ? c->completed_on.v : s.ends_on;
	if (session_completion_check(c, ends_on, day_of(instant_now()), rq->arena, rq->errors) < 0)
		return reply_out_of_memory(rq);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	if (!attendance_arrays(rq, c, &ids, &hours))
		return reply_out_of_memory(rq);
	if (FAILPOINT("session_complete"))
		return reply_problem(rq, P_INTERNAL);
	return AWAIT_WRITE(rq, complete_done,
	                   SESSION_COMPLETE_CALL(request_context(rq), s.id, c->completed_on.v, ids,
	                                         hours));
}

static struct step complete_done(struct request *rq, const struct db_result *rows)
{
	struct session_complete_row r;
	session_complete_read(rows->res[0], 0, &r);
	if (r.outcome == SESSION_COMPLETE_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != SESSION_COMPLETE_COMPLETED)
		return reply_outcome(rq, r.outcome);
	return reply_view(rq, 200, &session_completed_view, &r);
}
