/* api/audit.c - who did what, when: all of it for administrators of the city and auditors, and of one thing as
 * its history. Nothing is ever taken out of it. */
#include "api/audit.h"

#include "api/api.h"
#include "sql/audit_list.h"
#include "sql/object_history.h"
#include "web/request.h"

static const struct view_field by_fields[] = {
	VIEW_COLUMN(audit_entry_row, staff_name, "staff"),
	VIEW_COLUMN(audit_entry_row, organisation_name, "organisation"),
	VIEW_COLUMN(audit_entry_row, organisation_slug, "slug"),
	VIEW_COLUMN(audit_entry_row, role, "role"),
	VIEW_COLUMN(audit_entry_row, staff, "staff_id"),
	VIEW_COLUMN(audit_entry_row, actor, "credential_id"),
	VIEW_COLUMN(audit_entry_row, label, "credential"),
};
static const struct view by_view = VIEW(audit_by, struct audit_entry_row, by_fields);

static const struct view_field audit_fields[] = {
	VIEW_COLUMN(audit_entry_row, id, "id"),
	VIEW_COLUMN(audit_entry_row, at, "at"),
	VIEW_COLUMN(audit_entry_row, action, "action"),
	VIEW_COLUMN(audit_entry_row, object, "object"),
	VIEW_SELF(by_view, "by", .nullable = true),
	VIEW_COLUMN(audit_entry_row, detail, "detail", .as = VIEW_JSON),
	VIEW_COLUMN(audit_entry_row, request, "request_id"),
};
const struct view audit_view = VIEW(audit_entry, struct audit_entry_row, audit_fields);

static int read_entry(struct request *rq, const PGresult *res, int row, void *item)
{
	audit_entry_row_read(res, row, 0, item);
	return 1;
}

static const struct listed audit_list = {
	.key = {"audit", 1, {CURSOR_KEY(struct audit_entry_row, id)}},
	.view = &audit_view,
	.read = read_entry,
};

/* ---- GET /v1/audit ---- */

struct audit_query {
	struct listing page;
	struct opt_uuid staff, object;
	struct slice organisation, action;
	struct opt_day from, to;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct audit_query, page., audit_list),
	{.name = "staff", .kind = DECODE_UUID, .offset = offsetof(struct audit_query, staff)},
	{.name = "organisation", .kind = DECODE_STRING, .offset = offsetof(struct audit_query, organisation),
	 .min = 1, .max = 40},
	{.name = "action", .kind = DECODE_STRING, .offset = offsetof(struct audit_query, action), .min = 1, .max = 60},
	{.name = "object", .kind = DECODE_UUID, .offset = offsetof(struct audit_query, object)},
	{.name = "from", .kind = DECODE_DAY, .offset = offsetof(struct audit_query, from)},
	{.name = "to", .kind = DECODE_DAY, .offset = offsetof(struct audit_query, to)},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields),
                                                sizeof(struct audit_query)};

static step_fn list_begin, list_done, history_done;

const struct route route_audit_list = {
	.name = "audit_list",
	.method = HTTP_GET,
	.path = "/v1/audit",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &query_table,
	.deadline = INIT_SECONDS(30),
	.answers = ANSWERS(VIEW_PAGE(audit_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct audit_query *q = rq->query;
	if (q->from.given && q->to.given && q->from.v.n > q->to.v.n)
		return reply_parameter(rq, "to", "date_order");
	return AWAIT_LANE(rq, list_done, DB_LONG,
	                  AUDIT_LIST_CALL(q->staff.v, q->organisation, q->action, q->object.v, q->from, q->to,
	                                  cursor_number(&q->page.after, 0), listing_rows(&q->page)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const struct audit_query *q = rq->query;
	return listing_reply(rq, &audit_list, &q->page, rows->res[0]);
}

/* ---- GET /v1/…/history ---- */

static const struct decode_field history_fields[] = {LISTING_FIELDS(struct listing, , audit_list)};
const struct decode_table history_query = {history_fields, ARRAY_LEN(history_fields), sizeof(struct listing)};

struct step history_reply(struct request *rq, struct uuid object)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, history_done,
	                  OBJECT_HISTORY_CALL(object, cursor_number(&l->after, 0), listing_rows(l)));
}

static struct step history_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &audit_list, rq->query, rows->res[0]);
}
