/* api/staff.c - who works for an organisation, administers or audits the registry: invited with a code that is shown
 * once, named, changed, and gone. An administrator comes in, and is changed, when a second person approves
 * (api/staff_request.c). */
#include "api/staff.h"

#include "api/audit.h"
#include "api/caller_credential.h"
#include "api/organisation.h"
#include "api/outcome.h"
#include "crypt/random.h"
#include "crypt/secret.h"
#include "sql/rows/staff.h"
#include "sql/staff_add.h"
#include "sql/staff_change.h"
#include "sql/staff_invite.h"
#include "sql/staff_leave.h"
#include "sql/staff_list.h"
#include "sql/staff_view.h"

enum { INVITED_DAYS = 7 };

#define STAFF_ROLES (ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR)

const char *const staff_rights[] = {"reads", "submits", "manages", NULL};
static const char *const states[] = {"active", "awaiting_approval", "not_admitted", "left", NULL};
static const char *const admissions[] = {"none", "owner", "one_person", "two_people", NULL};

/* ---- whose ---- */

static int whose_staff(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct staff_row s;
	staff_row_read(res, row, 0, &s);
	*ret = (struct belongings){.holder = s.whose, .partner = s.whose, .district = s.district};
	return 0;
}

static struct step load_staff(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, STAFF_VIEW_CALL(rq->param[0].uuid));
}

static const struct route_object staff_object = {.load = load_staff, .whose = whose_staff};

/* ---- looking ---- */

static const struct view_field staff_fields[] = {
	VIEW_COLUMN(staff_row, id, "id"),
	VIEW_COLUMN(staff_row, organisation_slug, "organisation"),
	VIEW_COLUMN(staff_row, organisation_name, "organisation_name"),
	VIEW_COLUMN(staff_row, name, "name"),
	VIEW_COLUMN(staff_row, role, "role", .words = credential_roles),
	VIEW_COLUMN(staff_row, rights, "rights", .words = staff_rights),
	VIEW_COLUMN(staff_row, districts, "districts", .as = VIEW_WORDS),
	VIEW_COLUMN(staff_row, state, "state", .words = states),
	VIEW_COLUMN(staff_row, admission, "admission", .words = admissions),
	VIEW_COLUMN(staff_row, admitted_by_name, "admitted_by"),
	VIEW_COLUMN(staff_row, approved_by_name, "approved_by"),
	VIEW_COLUMN(staff_row, admitted_at, "admitted_at"),
	VIEW_COLUMN(staff_row, left_at, "left_at"),
	VIEW_COLUMN(staff_row, invited_until, "invited_until"),
	VIEW_COLUMN(staff_row, credentials, "credentials"),
};
static const struct view staff_view = VIEW(staff, struct staff_row, staff_fields);

static int read_staff(struct request *rq, const PGresult *res, int row, void *item)
{
	staff_row_read(res, row, 0, item);
	return 1;
}

static const struct listed staff_list = {
	.key = {"staff", 1, {CURSOR_KEY(struct staff_row, id)}},
	.view = &staff_view,
	.read = read_staff,
};

struct staff_query {
	struct listing page;
	struct slice role, state, text;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct staff_query, page., staff_list),
	{.name = "role", .kind = DECODE_CHOICE, .offset = offsetof(struct staff_query, role), .choices = credential_roles},
	{.name = "state", .kind = DECODE_CHOICE, .offset = offsetof(struct staff_query, state), .choices = states},
	{.name = "text", .kind = DECODE_STRING, .offset = offsetof(struct staff_query, text), .min = 1, .max = 100},
};
static const struct decode_table list_query = {query_fields, ARRAY_LEN(query_fields), sizeof(struct staff_query)};

static step_fn list_all, list_of, list_done, show, history;

const struct route route_staff_list = {
	.name = "staff_list",
	.method = HTTP_GET,
	.path = "/v1/staff",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(staff_view)),
	.first = list_all,
};

const struct route route_organisation_staff_list = {
	.name = "organisation_staff_list",
	.method = HTTP_GET,
	.path = "/v1/organisations/{slug}/staff",
	.roles = STAFF_ROLES | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &organisation_object,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(staff_view)),
	.first = list_of,
};

static struct step list_staff(struct request *rq, struct uuid organisation)
{
	const struct staff_query *q = rq->query;
	return AWAIT_READ(rq, list_done,
	                  STAFF_LIST_CALL(organisation, q->role, q->state, q->text, q->page.after.key[0].uuid,
	                                  listing_rows(&q->page)));
}

static struct step list_all(struct request *rq, const struct db_result *none)
{
	return list_staff(rq, (struct uuid){{0}});
}

static struct step list_of(struct request *rq, const struct db_result *rows)
{
	struct organisation_row o;
	organisation_row_read(rows->res[0], 0, 0, &o);
	return list_staff(rq, o.id);
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &staff_list, rq->query, rows->res[0]);
}

const struct route route_staff_view = {
	.name = "staff_view",
	.method = HTTP_GET,
	.path = "/v1/staff/{id:uuid}",
	.roles = STAFF_ROLES | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &staff_object,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, staff_view)),
	.first = show,
};

static struct step show(struct request *rq, const struct db_result *rows)
{
	struct staff_row s;
	staff_row_read(rows->res[0], 0, 0, &s);
	return reply_view(rq, 200, &staff_view, &s);
}

const struct route route_staff_history = {
	.name = "staff_history",
	.method = HTTP_GET,
	.path = "/v1/staff/{id:uuid}/history",
	.roles = STAFF_ROLES | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &staff_object,
	.query = &history_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(audit_view)),
	.first = history,
};

static struct step history(struct request *rq, const struct db_result *rows)
{
	return history_reply(rq, rq->param[0].uuid);
}

/* ---- inviting ---- */

void invitation_make(struct request *rq, struct invitation *ret)
{
	const int64_t day_us = (int64_t)86400 * 1000000;
	struct instant now = instant_now();
	ret->id = uuid_v7(now);
	ret->expires_at = (struct instant){now.us + INVITED_DAYS * day_us};
	token_make(SLICE("invitation"), ret->code);
	token_hash(request_crypt(rq), slice_of(ret->code), ret->hash);
	ret->shown = ret->code;
}

static const struct view_field invitation_fields[] = {
	VIEW_FIELD(struct invitation, shown, "code", .omitted = true),
	VIEW_FIELD(struct invitation, expires_at, "expires_at"),
};
static const struct view invitation_view = VIEW(invitation, struct invitation, invitation_fields);

struct member {
	struct slice name, role, rights;
	struct decode_array districts; /* of slices */
	struct uuid id;
	struct slice organisation; /* slug */
	struct uuid of;
	const char *state;
	struct invitation invitation;
};

static const struct decode_field member_fields[] = {
	{.name = "name", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct member, name),
	 .min = 1, .max = 100},
	{.name = "role", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct member, role),
	 .choices = credential_roles},
	{.name = "rights", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct member, rights),
	 .choices = staff_rights},
	{.name = "districts", .kind = DECODE_ARRAY, .nullable = true, .offset = offsetof(struct member, districts),
	 .max = 40},
};
static const struct decode_table member_table = {member_fields, ARRAY_LEN(member_fields), sizeof(struct member)};

static int check_member(struct request *rq, void *state, struct fields *errors)
{
	const struct member *m = state;
	districts_check(&m->districts, errors);
	if (m->districts.n && m->role.p && !slice_is(m->role, "administrator"))
		fields_add(errors, "/districts", "districts_for_administrators");
	return 0;
}

static const struct view_field member_view_fields[] = {
	VIEW_FIELD(struct member, id, "id"),
	VIEW_FIELD(struct member, organisation, "organisation", .nullable = true),
	VIEW_FIELD(struct member, name, "name"),
	VIEW_FIELD(struct member, role, "role", .words = credential_roles),
	VIEW_FIELD(struct member, rights, "rights", .words = staff_rights),
	VIEW_FIELD(struct member, districts, "districts"),
	VIEW_FIELD(struct member, state, "state", .words = states),
	VIEW_STRUCT(struct member, invitation, invitation_view, "invitation"),
};
static const struct view member_view = VIEW(staff_invited, struct member, member_view_fields);

static step_fn add_to_registry, add_to_organisation, add_done;

const struct route route_staff_create = {
	.name = "staff_create",
	.method = HTTP_POST,
	.path = "/v1/staff",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &member_table,
	.check = check_member,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, member_view), JSON_VIEW(202, member_view)),
	.write = &staff_add_statement,
	.first = add_to_registry,
};

const struct route route_organisation_staff_create = {
	.name = "organisation_staff_create",
	.method = HTTP_POST,
	.path = "/v1/organisations/{slug}/staff",
	.roles = STAFF_ROLES,
	.right = RIGHT_MANAGES,
	.own = OWN_ORG,
	.object = &organisation_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &member_table,
	.check = check_member,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, member_view), JSON_VIEW(202, member_view)),
	.write = &staff_add_statement,
	.first = add_to_organisation,
};

/* Who administers or audits the registry is the city's matter; others let in whom they could be themselves. */
static bool may_add(const struct principal *who, struct slice role)
{
	if (who->role == ROLE_ADMINISTRATOR)
		return who->districts.n == 0 || !(role_from_code(role) & (ROLE_ADMINISTRATOR | ROLE_AUDITOR));
	return role_from_code(role) == who->role;
}

static struct step add(struct request *rq)
{
	struct member *m = rq->state;
	if (!may_add(&rq->who, m->role))
		return reply_problem(rq, P_FORBIDDEN);
	m->id = uuid_v7(instant_now());
	invitation_make(rq, &m->invitation);
	return AWAIT_WRITE(rq, add_done,
	                   STAFF_ADD_CALL(request_context(rq), m->id, m->of, m->role, m->name, m->rights,
	                                  districts_literal(rq, &m->districts), m->invitation.id,
	                                  slice_from(m->invitation.hash, SHA256_SIZE), m->invitation.expires_at));
}

static struct step add_to_registry(struct request *rq, const struct db_result *none)
{
	return add(rq);
}

static struct step add_to_organisation(struct request *rq, const struct db_result *rows)
{
	struct member *m = rq->state;
	struct organisation_row o;
	organisation_row_read(rows->res[0], 0, 0, &o);
	m->of = o.id;
	m->organisation = arena_slice(rq->arena, o.slug);
	return m->organisation.p ? add(rq) : reply_out_of_memory(rq);
}

/* A repeated Idempotency-Key cannot show the code again: only its hash was kept. */
static struct step add_done(struct request *rq, const struct db_result *rows)
{
	struct member *m = rq->state;
	struct staff_add_row row;
	staff_add_read(rows->res[0], 0, &row);
	bool replayed = row.outcome == STAFF_ADD_REPLAYED;
	if (!replayed && row.outcome != STAFF_ADD_INVITED && row.outcome != STAFF_ADD_REQUESTED)
		return reply_outcome(rq, row.outcome);
	if (replayed && !uuid_eq(row.staff, m->id)) {
		request_replayed(rq);
		m->invitation.shown = NULL;
	}
	m->id = row.staff;
	bool asked = slice_is(m->role, "administrator");
	m->state = asked ? "awaiting_approval" : "active";
	struct step answer = reply_view(rq, asked ? 202 : 201, &member_view, m);
	secret_wipe(m->invitation.code, sizeof m->invitation.code);
	return answer;
}

/* ---- POST /v1/staff/{id}/invitation ---- */

static step_fn invite_begin, invite_done;

const struct route route_staff_invite = {
	.name = "staff_invite",
	.method = HTTP_POST,
	.path = "/v1/staff/{id:uuid}/invitation",
	.roles = STAFF_ROLES,
	.right = RIGHT_MANAGES,
	.own = OWN_ORG,
	.object = &staff_object,
	.state_size = sizeof(struct invitation),
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, invitation_view)),
	.write = &staff_invite_statement,
	.first = invite_begin,
};

static struct step invite_begin(struct request *rq, const struct db_result *rows)
{
	struct invitation *i = rq->state;
	invitation_make(rq, i);
	return AWAIT_WRITE(rq, invite_done,
	                   STAFF_INVITE_CALL(request_context(rq), rq->param[0].uuid, i->id,
	                                     slice_from(i->hash, SHA256_SIZE), i->expires_at));
}

static struct step invite_done(struct request *rq, const struct db_result *rows)
{
	struct invitation *i = rq->state;
	struct staff_invite_row row;
	staff_invite_read(rows->res[0], 0, &row);
	if (row.outcome == STAFF_INVITE_REPLAYED) {
		request_replayed(rq);
		i->shown = NULL;
	} else if (row.outcome != STAFF_INVITE_INVITED) {
		return reply_outcome(rq, row.outcome);
	}
	struct step answer = reply_view(rq, 201, &invitation_view, i);
	secret_wipe(i->code, sizeof i->code);
	return answer;
}

/* ---- PATCH /v1/staff/{id} ---- */

struct change {
	struct slice name, rights;
	struct decode_array districts;
	bool limits; /* districts are given */
	const char *state;
	struct uuid id, request;
};

static const struct decode_field change_fields[] = {
	{.name = "name", .kind = DECODE_STRING, .offset = offsetof(struct change, name), .min = 1, .max = 100},
	{.name = "rights", .kind = DECODE_CHOICE, .offset = offsetof(struct change, rights), .choices = staff_rights},
	{.name = "districts", .kind = DECODE_ARRAY, .offset = offsetof(struct change, districts),
	 .given = DECODE_GIVEN(struct change, limits), .max = 40},
};
static const struct decode_table change_table = {change_fields, ARRAY_LEN(change_fields), sizeof(struct change)};

static int check_change(struct request *rq, void *state, struct fields *errors)
{
	const struct change *c = state;
	districts_check(&c->districts, errors);
	return 0;
}

static const char *const change_states[] = {"changed", "awaiting_approval", NULL};
static const struct view_field changed_fields[] = {
	VIEW_FIELD(struct change, id, "id"),
	VIEW_FIELD(struct change, state, "state", .words = change_states),
	VIEW_FIELD(struct change, request, "request", .nullable = true, .omitted = true),
};
static const struct view change_view = VIEW(staff_changed, struct change, changed_fields);

static step_fn change_begin, change_done;

const struct route route_staff_change = {
	.name = "staff_change",
	.method = HTTP_PATCH,
	.path = "/v1/staff/{id:uuid}",
	.roles = STAFF_ROLES,
	.right = RIGHT_MANAGES,
	.own = OWN_ORG,
	.object = &staff_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &change_table,
	.check = check_change,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, change_view), JSON_VIEW(202, change_view)),
	.write = &staff_change_statement,
	.first = change_begin,
};

static struct step change_begin(struct request *rq, const struct db_result *rows)
{
	struct change *c = rq->state;
	c->id = rq->param[0].uuid;
	return AWAIT_WRITE(rq, change_done,
	                   STAFF_CHANGE_CALL(request_context(rq), c->id, c->name, c->rights,
	                                     c->limits ? districts_literal(rq, &c->districts) : SLICE_NONE,
	                                     uuid_v7(instant_now())));
}

static struct step change_done(struct request *rq, const struct db_result *rows)
{
	struct change *c = rq->state;
	struct staff_change_row row;
	staff_change_read(rows->res[0], 0, &row);
	if (row.outcome == STAFF_CHANGE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != STAFF_CHANGE_CHANGED && row.outcome != STAFF_CHANGE_REQUESTED)
		return reply_outcome(rq, row.outcome);
	bool asked = !uuid_is_nil(row.staff_request);
	c->request = row.staff_request;
	c->state = asked ? "awaiting_approval" : "changed";
	return reply_view(rq, asked ? 202 : 200, &change_view, c);
}

/* ---- POST /v1/staff/{id}/leaving ---- */

struct leaving {
	struct slice note;
	struct uuid id;
	const char *state;
	struct opt_instant left_at;
};

static const struct decode_field leaving_fields[] = {
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct leaving, note), .max = 1000},
};
static const struct decode_table leaving_table = {leaving_fields, ARRAY_LEN(leaving_fields),
                                                  sizeof(struct leaving)};

static const struct view_field left_fields[] = {
	VIEW_FIELD(struct leaving, id, "id"),
	VIEW_FIELD(struct leaving, state, "state", .words = states),
	VIEW_FIELD(struct leaving, left_at, "left_at"),
};
static const struct view left_view = VIEW(staff_left, struct leaving, left_fields);

static step_fn leave_begin, leave_done;

const struct route route_staff_leave = {
	.name = "staff_leave",
	.method = HTTP_POST,
	.path = "/v1/staff/{id:uuid}/leaving",
	.roles = STAFF_ROLES,
	.right = RIGHT_MANAGES,
	.own = OWN_ORG,
	.object = &staff_object,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &leaving_table,
	.deadline = INIT_SECONDS(5),
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(200, left_view)),
	.write = &staff_leave_statement,
	.first = leave_begin,
};

static struct step leave_begin(struct request *rq, const struct db_result *rows)
{
	struct leaving *l = rq->state;
	return AWAIT_WRITE(rq, leave_done, STAFF_LEAVE_CALL(request_context(rq), rq->param[0].uuid, l->note));
}

static struct step leave_done(struct request *rq, const struct db_result *rows)
{
	struct leaving *l = rq->state;
	struct staff_leave_row row;
	staff_leave_read(rows->res[0], 0, &row);
	if (row.outcome == STAFF_LEAVE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != STAFF_LEAVE_LEFT)
		return reply_outcome(rq, row.outcome);
	l->id = rq->param[0].uuid;
	l->state = "left";
	l->left_at = row.left_at;
	return reply_view(rq, 200, &left_view, l);
}
