/* api/organisation.c - who applied, who may work with the registry, and what became of each: lists, one by its slug,
 * its history. */
#include "api/organisation.h"

#include "api/audit.h"
#include "api/listing.h"
#include "sql/organisation_list.h"

const char *const organisation_states[] = {"applied", "approved", "refused", "suspended", "ended", NULL};
const char *const organisation_kinds[] = {
#define X(code, zh) #code,
#include "domain/organisation_kind_list.h"
#undef X
	NULL,
};

/* ---- as it is shown ---- */

static const struct view_field contact_fields[] = {
	VIEW_COLUMN(organisation_row, contact_name, "name"),
	VIEW_COLUMN(organisation_row, contact_phone, "phone"),
};
static const struct view contact_view = VIEW(organisation_contact, struct organisation_row, contact_fields);

static const struct view_field organisation_fields[] = {
	VIEW_COLUMN(organisation_row, slug, "slug"),
	VIEW_COLUMN(organisation_row, name, "name"),
	VIEW_COLUMN(organisation_row, name_en, "name_en"),
	VIEW_COLUMN(organisation_row, credit_code, "credit_code"),
	VIEW_COLUMN(organisation_row, kinds, "kinds", .as = VIEW_WORDS),
	VIEW_COLUMN(organisation_row, district, "district"),
	VIEW_COLUMN(organisation_row, area, "area"),
	VIEW_COLUMN(organisation_row, state, "state", .words = organisation_states),
	VIEW_COLUMN(organisation_row, state_since, "since"),
	VIEW_COLUMN(organisation_row, state_reason, "reason"),
	VIEW_SELF(contact_view, "contact", .nullable = true),
	VIEW_COLUMN(organisation_row, evidence, "evidence", .as = VIEW_JSON),
	VIEW_COLUMN(organisation_row, id, "id"),
};
static const struct view organisation_view = VIEW(organisation, struct organisation_row, organisation_fields);

/* ---- whose it is ---- */

static struct step load_organisation(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next,
	                  ORGANISATION_LIST_CALL(rq->param[0].text, SLICE_NONE, SLICE_NONE, SLICE_NONE, SLICE_NONE,
	                                         SLICE_NONE, SLICE_NONE, SLICE_NONE, 1));
}

static int whose_organisation(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct organisation_row o;
	organisation_row_read(res, row, 0, &o);
	*ret = (struct belongings){.holder = o.id, .partner = o.id, .district = o.district};
	return 0;
}

const struct route_object organisation_object = {load_organisation, whose_organisation};
static const struct route_object organisations = {.whose = whose_organisation};

/* ---- GET /v1/organisations ---- */

static int read_organisation(struct request *rq, const PGresult *res, int row, void *item)
{
	organisation_row_read(res, row, 0, item);
	return 1;
}

static const struct listed organisation_list = {
	.key = {"organisation", 1, {CURSOR_KEY(struct organisation_row, slug)}},
	.view = &organisation_view,
	.read = read_organisation,
};

struct organisation_query {
	struct listing page;
	struct slice state, kind, district, area, text;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct organisation_query, page., organisation_list),
	{.name = "state", .kind = DECODE_CHOICE, .offset = offsetof(struct organisation_query, state),
	 .choices = organisation_states},
	{.name = "kind", .kind = DECODE_CHOICE, .offset = offsetof(struct organisation_query, kind),
	 .choices = organisation_kinds},
	{.name = "district", .kind = DECODE_STRING, .offset = offsetof(struct organisation_query, district), .min = 6,
	 .max = 6},
	{.name = "area", .kind = DECODE_STRING, .offset = offsetof(struct organisation_query, area), .min = 1, .max = 40},
	{.name = "text", .kind = DECODE_STRING, .offset = offsetof(struct organisation_query, text), .min = 1, .max = 100},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields),
                                                sizeof(struct organisation_query)};

static step_fn list_begin, list_done, view, history;

const struct route route_organisation_list = {
	.name = "organisation_list",
	.method = HTTP_GET,
	.path = "/v1/organisations",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &organisations,
	.query = &query_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(organisation_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct organisation_query *q = rq->query;
	return AWAIT_READ(rq, list_done,
	                  ORGANISATION_LIST_CALL(SLICE_NONE, principal_scope(&rq->who).districts, q->state, q->kind,
	                                         q->district, q->area, q->text, q->page.after.key[0].text, listing_rows(&q->page)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const struct organisation_query *q = rq->query;
	return listing_reply(rq, &organisation_list, &q->page, rows->res[0]);
}

/* ---- GET /v1/organisations/{slug}, …/history ---- */

const struct route route_organisation_view = {
	.name = "organisation_view",
	.method = HTTP_GET,
	.path = "/v1/organisations/{slug}",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &organisation_object,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, organisation_view)),
	.first = view,
};

static struct step view(struct request *rq, const struct db_result *rows)
{
	struct organisation_row o;
	organisation_row_read(rows->res[0], 0, 0, &o);
	return reply_view(rq, 200, &organisation_view, &o);
}

const struct route route_organisation_history = {
	.name = "organisation_history",
	.method = HTTP_GET,
	.path = "/v1/organisations/{slug}/history",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &organisation_object,
	.query = &history_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(audit_view)),
	.first = history,
};

static struct step history(struct request *rq, const struct db_result *rows)
{
	struct organisation_row o;
	organisation_row_read(rows->res[0], 0, 0, &o);
	return history_reply(rq, o.id);
}
