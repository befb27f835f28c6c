/* api/exam.c - exams: the batches that results are submitted to. */

#include "api/audit.h"
#include "api/exam.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "crypt/random.h"
#include "domain/standard.h"
#include "sql/exam_by_code.h"
#include "sql/exam_create.h"
#include "sql/exam_list.h"
#include "sql/exam_move.h"
#include "sql/exam_view.h"
#include "sql/organisation_load.h"
#include "web/request.h"

const char *const exam_groups[] = {
#define X(code, zh) #code,
#include "domain/candidate_group_list.h"
#undef X
	NULL,
};

/* ---- an exam as it is shown ---- */

static const struct view_field summary_fields[] = {
	VIEW_COLUMN(exam_summary_row, id, "id"),
	VIEW_COLUMN(exam_summary_row, code, "code"),
	VIEW_COLUMN(exam_summary_row, state, "state", .words = exam_states),
	VIEW_COLUMN(exam_summary_row, body_slug, "body"),
	VIEW_COLUMN(exam_summary_row, body_name, "body_name"),
	VIEW_COLUMN(exam_summary_row, occupation, "occupation"),
	VIEW_COLUMN(exam_summary_row, edition, "edition"),
	VIEW_COLUMN(exam_summary_row, occupation_name, "occupation_name"),
	VIEW_COLUMN(exam_summary_row, work_type, "work_type"),
	VIEW_COLUMN(exam_summary_row, level, "level"),
	VIEW_COLUMN(exam_summary_row, level_name, "level_name"),
	VIEW_COLUMN(exam_summary_row, held_on, "held_on"),
	VIEW_COLUMN(exam_summary_row, district, "district"),
	VIEW_COLUMN(exam_summary_row, site, "site"),
	VIEW_COLUMN(exam_summary_row, site_name, "site_name"),
	VIEW_COLUMN(exam_summary_row, partner_slug, "partner"),
	VIEW_COLUMN(exam_summary_row, partner_name, "partner_name"),
	VIEW_COLUMN(exam_summary_row, session, "session"),
	VIEW_COLUMN(exam_summary_row, standing, "standing"),
	VIEW_COLUMN(exam_summary_row, publicity_days, "publicity_days"),
	VIEW_COLUMN(exam_summary_row, standard, "standard"),
	VIEW_COLUMN(exam_summary_row, candidate_group, "candidate_group", .words = exam_groups),
	VIEW_COLUMN(exam_summary_row, roster_required, "roster_required"),
};
static const struct view summary_view = VIEW(exam_summary, struct exam_summary_row, summary_fields);

static const struct view_field whole_fields[] = {
	VIEW_INCLUDE_STRUCT(struct exam_view_row, exam_summary, summary_view),
	VIEW_COLUMN(exam_view_row, assessed, "assessed"),
};
const struct view exam_whole_view = VIEW(exam, struct exam_view_row, whole_fields);

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
	struct slice code, occupation, edition, work_type, level, partner, standard, body, late_reason, candidate_group;
	struct opt_day held_on;
	struct opt_uuid session, site;
	struct opt_int publicity_days;
	struct opt_bool roster_required;
	bool made; /* now or, when this is a repetition, the first time: answered as it was then */
};

static const struct decode_field exam_fields[] = {
	{.name = "code", .kind = DECODE_STRING, .required = true,
	 .offset = offsetof(struct exam_body, code), .min = 1, .max = 64},
	{.name = "occupation", .kind = DECODE_STRING, .required = true,
	 .offset = offsetof(struct exam_body, occupation), .min = 1, .max = 32},
	{.name = "edition", .kind = DECODE_STRING, .required = true,
	 .offset = offsetof(struct exam_body, edition), .min = 1, .max = 16},
	{.name = "work_type", .kind = DECODE_STRING, .required = true,
	 .offset = offsetof(struct exam_body, work_type), .min = 1, .max = 64},
	{.name = "level", .kind = DECODE_STRING, .required = true,
	 .offset = offsetof(struct exam_body, level), .min = 1, .max = 16},
	{.name = "held_on", .kind = DECODE_DAY, .required = true,
	 .offset = offsetof(struct exam_body, held_on)},
	{.name = "partner", .kind = DECODE_STRING, .nullable = true,
	 .offset = offsetof(struct exam_body, partner), .min = 1, .max = 40},
	{.name = "session", .kind = DECODE_UUID, .nullable = true,
	 .offset = offsetof(struct exam_body, session)},
	{.name = "site", .kind = DECODE_UUID, .nullable = true,
	 .offset = offsetof(struct exam_body, site)},
	{.name = "publicity_days", .kind = DECODE_INT, .nullable = true,
	 .offset = offsetof(struct exam_body, publicity_days), .max = 60},
	{.name = "standard", .kind = DECODE_STRING, .nullable = true,
	 .offset = offsetof(struct exam_body, standard), .min = 1, .max = STANDARD_NAME_MAX},
	{.name = "body", .kind = DECODE_STRING, .nullable = true,
	 .offset = offsetof(struct exam_body, body), .min = 1, .max = 40},
	{.name = "late_reason", .kind = DECODE_PROSE, .nullable = true,
	 .offset = offsetof(struct exam_body, late_reason), .min = 1, .max = 1000},
	{.name = "candidate_group", .kind = DECODE_CHOICE, .nullable = true,
	 .offset = offsetof(struct exam_body, candidate_group), .choices = exam_groups},
	{.name = "roster_required", .kind = DECODE_BOOL, .nullable = true,
	 .offset = offsetof(struct exam_body, roster_required)},
};
static const struct decode_table exam_table = {exam_fields, ARRAY_LEN(exam_fields),
                                               sizeof(struct exam_body)};

/* A body announces its own exams, before they are held. What was forgotten an administrator announces for it, and
 * says why. */
static int check_announcement(struct request *rq, void *state, struct fields *errors)
{
	const struct exam_body *b = state;
	const struct {
		const char *pointer;
		struct slice given;
	} own[] = {{"/body", b->body}, {"/late_reason", b->late_reason}};
	const bool administers = rq->who.role == ROLE_ADMINISTRATOR;
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (administers != (own[i].given.p != NULL))
			fields_add(errors, own[i].pointer, administers ? "required" : "administrators_only");
	return 0;
}

static step_fn exam_create_begin, exam_create_of, exam_create_done, exam_created;

const struct route route_exam_create = {
	.name = "exam_create",
	.method = HTTP_POST,
	.path = "/v1/exams",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR,
	.own = OWN_ORG,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &exam_table,
	.check = check_announcement,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, exam_whole_view)),
	.write = &exam_create_statement,
	.first = exam_create_begin,
};

static struct step announce(struct request *rq, struct uuid body)
{
	const struct exam_body *b = rq->state;
	const struct new_exam exam = {
		.id = uuid_v7(instant_now()),
		.body = body,
		.code = b->code,
		.session = b->session.given ? b->session.v : (struct uuid){{0}},
		.occupation = b->occupation,
		.edition = b->edition,
		.work_type = b->work_type,
		.level = b->level,
		.partner = b->partner,
		.held_on = {true, b->held_on.v},
		.publicity_days = b->publicity_days.v,
		.standard = b->standard,
		.publicity_by_policy = !b->publicity_days.given,
		.site = b->site.given ? b->site.v : (struct uuid){{0}},
		.late_reason = b->late_reason,
		.candidate_group = b->candidate_group,
		.roster_required = b->roster_required.v,
	};
	return AWAIT_WRITE(rq, exam_create_done,
	                   EXAM_CREATE_CALL(request_context(rq),
	                                    new_exam_json(request_record(rq), &exam)));
}

static struct step exam_create_begin(struct request *rq, const struct db_result *none)
{
	const struct exam_body *b = rq->state;
	if (rq->who.role != ROLE_ADMINISTRATOR)
		return announce(rq, rq->who.organisation);
	return AWAIT_READ(rq, exam_create_of, ORGANISATION_LOAD_CALL(b->body));
}

static struct step exam_create_of(struct request *rq, const struct db_result *rows)
{
	struct organisation_load_row o;
	if (rows_n(rows->res[0]) == 1) {
		organisation_load_read(rows->res[0], 0, &o);
		if (principal_owns(&rq->who, &(struct belongings){.holder = o.id, .district = o.district}))
			return announce(rq, o.id);
	}
	struct fields errors;
	fields_init(&errors, rq->arena);
	fields_add(&errors, "/body", "organisation_unknown");
	return reply_fields(rq, &errors);
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
	((struct exam_body *)rq->state)->made = r.outcome == EXAM_CREATE_CREATED || slice_is(r.other, "first");
	return AWAIT_READ(rq, exam_created, EXAM_VIEW_CALL(r.exam));
}

static struct step exam_created(struct request *rq, const struct db_result *rows)
{
	struct exam_view_row e;
	char id[UUID_TEXT];
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_INTERNAL);
	exam_view_read(rows->res[0], 0, &e);
	if (((const struct exam_body *)rq->state)->made) {
		e.exam_summary.state = SLICE("open");
		e.exam_summary.standing = SLICE("ok");
		e.assessed = 0;
	}
	uuid_format(e.exam_summary.id, id);
	request_set_header(rq, "Location", slice_of(arena_printf(rq->arena, "/v1/exams/%s", id)));
	return reply_view(rq, 201, &exam_whole_view, &e);
}

/* ---- GET /v1/exams/{id} ---- */

const struct route route_exam_view = {
	.name = "exam_view",
	.method = HTTP_GET,
	.path = "/v1/exams/{id:uuid}",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &exam_object,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, exam_whole_view)),
	.first = exam_shown,
};

struct step exam_shown(struct request *rq, const struct db_result *rows)
{
	struct exam_view_row e;
	exam_view_read(rows->res[0], 0, &e);
	return reply_view(rq, 200, &exam_whole_view, &e);
}

/* ---- POST /v1/exams/{id}/transfer: to the standard that follows ---- */

struct transfer {
	struct slice standard, work_type, reason;
};

static const struct decode_field transfer_fields[] = {
	{.name = "standard", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct transfer, standard),
	 .min = 1, .max = STANDARD_NAME_MAX},
	{.name = "work_type", .kind = DECODE_STRING, .nullable = true, .offset = offsetof(struct transfer, work_type),
	 .min = 1, .max = 64},
	{.name = "reason", .kind = DECODE_PROSE, .required = true, .offset = offsetof(struct transfer, reason),
	 .min = 1, .max = 1000},
};
static const struct decode_table transfer_table = {transfer_fields, ARRAY_LEN(transfer_fields),
                                                   sizeof(struct transfer)};

static step_fn exam_move_begin, exam_move_done;

const struct route route_exam_move = {
	.name = "exam_move",
	.method = HTTP_POST,
	.path = "/v1/exams/{id:uuid}/transfer",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR,
	.own = OWN_ORG,
	.object = &exam_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &transfer_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, exam_whole_view)),
	.write = &exam_move_statement,
	.first = exam_move_begin,
};

static struct step exam_move_begin(struct request *rq, const struct db_result *rows)
{
	const struct transfer *t = rq->state;
	return AWAIT_WRITE(rq, exam_move_done,
	                   EXAM_MOVE_CALL(request_context(rq), rq->param[0].uuid, t->standard, t->work_type, t->reason));
}

static struct step exam_move_done(struct request *rq, const struct db_result *rows)
{
	struct exam_move_row r;
	exam_move_read(rows->res[0], 0, &r);
	if (r.outcome == EXAM_MOVE_STANDING)
		return reply_standing(rq, r.other);
	if (r.outcome == EXAM_MOVE_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != EXAM_MOVE_MOVED)
		return reply_outcome(rq, r.outcome);
	return AWAIT_READ(rq, exam_shown, EXAM_VIEW_CALL(r.exam));
}

/* ---- GET /v1/exams/{id}/history ---- */

static step_fn exam_history;

const struct route route_exam_history = {
	.name = "exam_history",
	.method = HTTP_GET,
	.path = "/v1/exams/{id:uuid}/history",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &exam_object,
	.query = &history_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(audit_view)),
	.first = exam_history,
};

static struct step exam_history(struct request *rq, const struct db_result *rows)
{
	return history_reply(rq, rq->param[0].uuid);
}

/* ---- GET /v1/exams: the caller's own, or one by its code ---- */

static int read_summary(struct request *rq, const PGresult *res, int row, void *item)
{
	exam_summary_row_read(res, row, 0, item);
	return 1;
}

static const struct listed exam_list = {
	.key = {"exam", 1, {CURSOR_KEY(struct exam_summary_row, id)}},
	.view = &summary_view,
	.read = read_summary,
};

struct exam_query {
	struct listing page;
	struct slice code, state, candidate_group;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct exam_query, page., exam_list),
	{.name = "state", .kind = DECODE_CHOICE, .offset = offsetof(struct exam_query, state), .choices = exam_states},
	{.name = "candidate_group", .kind = DECODE_CHOICE, .offset = offsetof(struct exam_query, candidate_group),
	 .choices = exam_groups},
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
	.answers = ANSWERS(VIEW_PAGE(summary_view)),
	.first = exam_list_begin,
};

static struct step exam_list_begin(struct request *rq, const struct db_result *none)
{
	const struct exam_query *q = rq->query;
	const struct scope scope = principal_scope(&rq->who);
	if (q->code.p)
		return AWAIT_READ(rq, exam_list_done,
		                  EXAM_BY_CODE_CALL(rq->who.organisation, q->code));
	return AWAIT_READ(rq, exam_list_done,
	                  EXAM_LIST_CALL(scope.holder, scope.partner, scope.districts, q->state, q->candidate_group,
	                                 q->page.after.key[0].uuid, listing_rows(&q->page)));
}

static struct step exam_list_done(struct request *rq, const struct db_result *rows)
{
	const struct exam_query *q = rq->query;
	return listing_reply(rq, &exam_list, &q->page, rows->res[0]);
}
