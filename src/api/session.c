/* api/session.c - training sessions as they are planned and shown, and their history. What becomes of them is in
 * session_move.c, who is in them in enrolment.c, who attended and completed them in attendance.c. */
#include "api/session.h"

#include "api/audit.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "crypt/random.h"
#include "domain/session.h"
#include "sql/session_create.h"
#include "sql/session_list.h"
#include "sql/session_view.h"

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
	VIEW_COLUMN(session_row, state, "state", .words = session_states),
	VIEW_COLUMN(session_row, standard, "standard"),
};
static const struct view planned_session_view = VIEW(planned_session, struct session_row, planned_fields);

static const struct view_field session_fields[] = {
	VIEW_INCLUDE(planned_session_view),
	VIEW_COLUMN(session_row, institution_slug, "institution"),
	VIEW_COLUMN(session_row, since, "since"),
	VIEW_COLUMN(session_row, reason, "reason"),
	VIEW_COLUMN(session_row, allowed, "allowed", .as = VIEW_WORDS),
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

const struct route_object session_object = {.load = load_session, .whose = whose_session};
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

/* ---- GET /v1/sessions, GET /v1/sessions/{id}, …/history ---- */

static step_fn list_begin, list_done, view, history;

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

struct session_query {
	struct listing page;
	struct slice state, institution;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct session_query, page., session_list),
	{.name = "state", .kind = DECODE_CHOICE, .offset = offsetof(struct session_query, state),
	 .choices = session_states},
	{.name = "institution", .kind = DECODE_STRING, .offset = offsetof(struct session_query, institution), .min = 1,
	 .max = 40},
};
static const struct decode_table list_query = {query_fields, ARRAY_LEN(query_fields), sizeof(struct session_query)};

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
	const struct session_query *q = rq->query;
	const struct scope scope = principal_scope(&rq->who);
	return AWAIT_READ(rq, list_done,
	                  SESSION_LIST_CALL(scope.holder, scope.districts, q->state, q->institution,
	                                    q->page.after.key[0].uuid, listing_rows(&q->page)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const struct session_query *q = rq->query;
	return listing_reply(rq, &session_list, &q->page, rows->res[0]);
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

const struct route route_session_history = {
	.name = "session_history",
	.method = HTTP_GET,
	.path = "/v1/sessions/{id:uuid}/history",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &session_object,
	.query = &history_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(audit_view)),
	.first = history,
};

static struct step history(struct request *rq, const struct db_result *rows)
{
	return history_reply(rq, rq->param[0].uuid);
}
