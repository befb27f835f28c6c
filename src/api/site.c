/* api/site.c - sites: where an organisation's exams and sessions take place, and what their certificates' numbers
 * begin with. Administrators open them; the organisation sees its own. */
#include "api/audit.h"
#include "api/listing.h"
#include "api/organisation.h"
#include "api/outcome.h"
#include "crypt/random.h"
#include "domain/organisation.h"
#include "domain/number.h"
#include "sql/rows/site.h"
#include "sql/site_change.h"
#include "sql/site_create.h"
#include "sql/site_end.h"
#include "sql/site_list.h"
#include "sql/site_view.h"

enum { SITE_NAME_MAX = 100 };

static const char *const number_modes[] = {"minted", "supplied", "supplied_later", NULL};

/* ---- as it is shown ---- */

static const struct view_field site_fields[] = {
	VIEW_COLUMN(site_row, id, "id"),
	VIEW_COLUMN(site_row, organisation_slug, "organisation"),
	VIEW_COLUMN(site_row, code, "code"),
	VIEW_COLUMN(site_row, name, "name"),
	VIEW_COLUMN(site_row, district, "district"),
	VIEW_COLUMN(site_row, number_prefix, "number_prefix"),
	VIEW_COLUMN(site_row, number_mode, "number_mode", .words = number_modes),
	VIEW_COLUMN(site_row, also_supplied, "also_supplied"),
	VIEW_COLUMN(site_row, valid_to, "valid_to"),
	VIEW_COLUMN(site_row, end_reason, "reason"),
};
static const struct view site_view = VIEW(site, struct site_row, site_fields);

/* ---- whose it is ---- */

static struct step load_site(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, SITE_VIEW_CALL(rq->param[0].uuid));
}

static int whose_site(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct site_row s;
	site_row_read(res, row, 0, &s);
	*ret = (struct belongings){.holder = s.organisation, .partner = s.organisation, .district = s.organisation_district};
	return 0;
}

static const struct route_object site_object = {.load = load_site, .whose = whose_site};

/* ---- GET /v1/organisations/{slug}/sites ---- */

static int read_site(struct request *rq, const PGresult *res, int row, void *item)
{
	site_row_read(res, row, 0, item);
	return 1;
}

static const struct listed site_list = {
	.key = {"site", 1, {CURSOR_KEY(struct site_row, code)}},
	.view = &site_view,
	.read = read_site,
};

struct site_query {
	struct listing page;
	struct slice district;
	struct opt_day on;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct site_query, page., site_list),
	{.name = "district", .kind = DECODE_STRING, .offset = offsetof(struct site_query, district), .min = 6, .max = 6},
	{.name = "on", .kind = DECODE_DAY, .offset = offsetof(struct site_query, on)},
};
static const struct decode_table list_query = {query_fields, ARRAY_LEN(query_fields), sizeof(struct site_query)};

#define READERS (ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR)

static step_fn list_begin, list_done, show, history;

const struct route route_site_list = {
	.name = "site_list",
	.method = HTTP_GET,
	.path = "/v1/organisations/{slug}/sites",
	.roles = READERS,
	.own = OWN_ORG,
	.object = &organisation_object,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(site_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *rows)
{
	const struct site_query *q = rq->query;
	struct organisation_row o;
	organisation_row_read(rows->res[0], 0, 0, &o);
	return AWAIT_READ(rq, list_done, SITE_LIST_CALL(o.id, q->district, q->on, q->page.after.key[0].text, listing_rows(&q->page)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &site_list, rq->query, rows->res[0]);
}

/* ---- GET /v1/sites/{id}, …/history ---- */

const struct route route_site_view = {
	.name = "site_view",
	.method = HTTP_GET,
	.path = "/v1/sites/{id:uuid}",
	.roles = READERS,
	.own = OWN_ORG,
	.object = &site_object,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, site_view)),
	.first = show,
};

static struct step show(struct request *rq, const struct db_result *rows)
{
	struct site_row s;
	site_row_read(rows->res[0], 0, 0, &s);
	return reply_view(rq, 200, &site_view, &s);
}

const struct route route_site_history = {
	.name = "site_history",
	.method = HTTP_GET,
	.path = "/v1/sites/{id:uuid}/history",
	.roles = READERS,
	.own = OWN_ORG,
	.object = &site_object,
	.query = &history_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(audit_view)),
	.first = history,
};

static struct step history(struct request *rq, const struct db_result *none)
{
	return history_reply(rq, rq->param[0].uuid);
}

/* ---- POST /v1/organisations/{slug}/sites: what was written is what is answered ---- */

struct site_body {
	struct slice organisation, code, name, district, number_prefix, number_mode;
	struct opt_bool also_supplied;
	struct uuid id;
};

#define AT(member) .offset = offsetof(struct site_body, member)
static const struct decode_field body_fields[] = {
	{.name = "code", .kind = DECODE_ANY_STRING, .required = true, AT(code)},
	{.name = "name", .kind = DECODE_STRING, .required = true, AT(name), .min = 1, .max = SITE_NAME_MAX},
	{.name = "district", .kind = DECODE_STRING, .required = true, AT(district), .min = 1, .max = 6},
	{.name = "number_prefix", .kind = DECODE_ANY_STRING, .nullable = true, AT(number_prefix)},
	{.name = "number_mode", .kind = DECODE_CHOICE, .nullable = true, AT(number_mode), .choices = number_modes},
	{.name = "also_supplied", .kind = DECODE_BOOL, .nullable = true, AT(also_supplied)},
};
static const struct decode_table body_table = {body_fields, ARRAY_LEN(body_fields), sizeof(struct site_body)};

static const struct view_field created_fields[] = {
	VIEW_FIELD(struct site_body, id, "id"),
	VIEW_FIELD(struct site_body, organisation, "organisation"),
	VIEW_FIELD(struct site_body, code, "code"),
	VIEW_FIELD(struct site_body, name, "name"),
	VIEW_FIELD(struct site_body, district, "district"),
	VIEW_FIELD(struct site_body, number_prefix, "number_prefix", .nullable = true),
	VIEW_FIELD(struct site_body, number_mode, "number_mode", .words = number_modes),
	VIEW_FIELD(struct site_body, also_supplied, "also_supplied"),
};
static const struct view created_view = VIEW(site_created, struct site_body, created_fields);

/* Who has a prefix mints, if nothing else is said; who has none cannot. */
static int check_new(struct request *rq, void *state, struct fields *errors)
{
	struct site_body *b = state;
	if (b->code.p && !slug_valid(b->code))
		fields_add(errors, "/code", "site_code_form");
	if (b->number_prefix.p && !number_prefix_valid(b->number_prefix))
		fields_add(errors, "/number_prefix", "number_prefix_form");
	if (!b->number_mode.p)
		b->number_mode = b->number_prefix.p ? SLICE("minted") : SLICE("supplied");
	b->also_supplied.given = true;
	if (slice_is(b->number_mode, "minted") && !b->number_prefix.p)
		fields_add(errors, "/number_prefix", "required");
	if (b->also_supplied.v && !slice_is(b->number_mode, "minted"))
		fields_add(errors, "/also_supplied", "also_supplied_minted");
	return 0;
}

static step_fn create_store, create_done;

/* Prefixes are the city's to give. */
const struct route route_site_create = {
	.name = "site_create",
	.method = HTTP_POST,
	.path = "/v1/organisations/{slug}/sites",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &body_table,
	.check = check_new,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(201, created_view)),
	.write = &site_create_statement,
	.first = create_store,
};

static struct step create_store(struct request *rq, const struct db_result *none)
{
	struct site_body *b = rq->state;
	b->organisation = rq->param[0].text;
	b->id = uuid_v7(instant_now());
	const struct new_site site = {
		.id = b->id,
		.organisation = b->organisation,
		.code = b->code,
		.name = b->name,
		.district = b->district,
		.number_prefix = b->number_prefix,
		.number_mode = b->number_mode,
		.also_supplied = b->also_supplied.v,
	};
	return AWAIT_WRITE(rq, create_done,
	                   SITE_CREATE_CALL(request_context(rq), new_site_json(request_record(rq), &site)));
}

static struct step reply_district_unknown(struct request *rq)
{
	struct fields errors;
	fields_init(&errors, rq->arena);
	fields_add(&errors, "/district", "district_unknown");
	return reply_fields(rq, &errors);
}

static struct step create_done(struct request *rq, const struct db_result *rows)
{
	struct site_body *b = rq->state;
	struct site_create_row row;
	char id[UUID_TEXT];
	site_create_read(rows->res[0], 0, &row);
	if (row.outcome == SITE_CREATE_DISTRICT_UNKNOWN)
		return reply_district_unknown(rq);
	if (row.outcome == SITE_CREATE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != SITE_CREATE_CREATED)
		return reply_outcome(rq, row.outcome);
	b->id = row.site;
	uuid_format(b->id, id);
	request_set_header(rq, "Location", slice_of(arena_printf(rq->arena, "/v1/sites/%s", id)));
	return reply_view(rq, 201, &created_view, b);
}

/* ---- PATCH /v1/sites/{id} ---- */

struct change {
	struct slice name, district, number_prefix, number_mode, note;
	struct opt_bool also_supplied;
	struct uuid id;
};

#define CHANGED(member) .nullable = true, .offset = offsetof(struct change, member)
static const struct decode_field change_fields[] = {
	{.name = "name", .kind = DECODE_STRING, CHANGED(name), .min = 1, .max = SITE_NAME_MAX},
	{.name = "district", .kind = DECODE_STRING, CHANGED(district), .min = 1, .max = 6},
	{.name = "number_prefix", .kind = DECODE_ANY_STRING, CHANGED(number_prefix)},
	{.name = "number_mode", .kind = DECODE_CHOICE, CHANGED(number_mode), .choices = number_modes},
	{.name = "also_supplied", .kind = DECODE_BOOL, CHANGED(also_supplied)},
	{.name = "note", .kind = DECODE_PROSE, CHANGED(note), .max = 1000},
};
static const struct decode_table change_table = {change_fields, ARRAY_LEN(change_fields), sizeof(struct change)};

static const struct view_field changed_fields[] = {
	VIEW_FIELD(struct change, id, "id"),
	VIEW_FIELD(struct change, name, "name", .omitted = true),
	VIEW_FIELD(struct change, district, "district", .omitted = true),
	VIEW_FIELD(struct change, number_prefix, "number_prefix", .omitted = true),
	VIEW_FIELD(struct change, number_mode, "number_mode", .words = number_modes, .omitted = true),
	VIEW_FIELD(struct change, also_supplied, "also_supplied", .omitted = true),
};
static const struct view changed_view = VIEW(site_changed, struct change, changed_fields);

/* An empty prefix takes it away. */
static int check_change(struct request *rq, void *state, struct fields *errors)
{
	const struct change *c = state;
	if (c->number_prefix.n && !number_prefix_valid(c->number_prefix))
		fields_add(errors, "/number_prefix", "number_prefix_form");
	return 0;
}

static step_fn change_store, change_done, end_store, end_done;

const struct route route_site_change = {
	.name = "site_change",
	.method = HTTP_PATCH,
	.path = "/v1/sites/{id:uuid}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &change_table,
	.check = check_change,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, changed_view)),
	.write = &site_change_statement,
	.first = change_store,
};

static struct step change_store(struct request *rq, const struct db_result *none)
{
	const struct change *c = rq->state;
	return AWAIT_WRITE(rq, change_done,
	                   SITE_CHANGE_CALL(request_context(rq), rq->param[0].uuid, c->name, c->district, c->number_prefix,
	                                    c->number_mode, c->also_supplied, c->note));
}

static struct step change_done(struct request *rq, const struct db_result *rows)
{
	struct change *c = rq->state;
	struct site_change_row row;
	site_change_read(rows->res[0], 0, &row);
	if (row.outcome == SITE_CHANGE_DISTRICT_UNKNOWN)
		return reply_district_unknown(rq);
	if (row.outcome == SITE_CHANGE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != SITE_CHANGE_CHANGED)
		return reply_outcome(rq, row.outcome);
	c->id = rq->param[0].uuid;
	return reply_view(rq, 200, &changed_view, c);
}

/* ---- POST /v1/sites/{id}/ending ---- */

struct ending {
	struct opt_day valid_to;
	struct slice reason, note;
	struct uuid id;
};

static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/site_reason_list.h"
#undef X
	NULL,
};

static const struct decode_field ending_fields[] = {
	{.name = "valid_to", .kind = DECODE_DAY, .required = true, .offset = offsetof(struct ending, valid_to)},
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct ending, reason),
	 .choices = reasons},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct ending, note), .max = 1000},
};
static const struct decode_table ending_table = {ending_fields, ARRAY_LEN(ending_fields), sizeof(struct ending)};

static const struct view_field ended_fields[] = {
	VIEW_FIELD(struct ending, id, "id"),
	VIEW_FIELD(struct ending, valid_to, "valid_to"),
	VIEW_FIELD(struct ending, reason, "reason", .words = reasons),
};
static const struct view ended_view = VIEW(site_ended, struct ending, ended_fields);

const struct route route_site_end = {
	.name = "site_end",
	.method = HTTP_POST,
	.path = "/v1/sites/{id:uuid}/ending",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &ending_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, ended_view)),
	.write = &site_end_statement,
	.first = end_store,
};

static struct step end_store(struct request *rq, const struct db_result *none)
{
	const struct ending *e = rq->state;
	return AWAIT_WRITE(rq, end_done,
	                   SITE_END_CALL(request_context(rq), rq->param[0].uuid, e->valid_to.v, e->reason, e->note));
}

static struct step end_done(struct request *rq, const struct db_result *rows)
{
	struct ending *e = rq->state;
	struct site_end_row row;
	site_end_read(rows->res[0], 0, &row);
	if (row.outcome == SITE_END_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != SITE_END_ENDED)
		return reply_outcome(rq, row.outcome);
	e->id = rq->param[0].uuid;
	return reply_view(rq, 200, &ended_view, e);
}
