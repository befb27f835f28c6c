/* api/staff_request.c - administrators come in, are named and changed by two people: one asks (api/staff.c,
 * api/token.c), another one decides within 24 hours. PostgreSQL sees to it that they are two. */
#include "api/listing.h"
#include "api/outcome.h"
#include "api/staff.h"
#include "api/two_people.h"
#include "sql/staff_approve.h"
#include "sql/staff_reject.h"
#include "sql/staff_request_list.h"

static const char *const kinds[] = {"admission", "change", NULL};
static const char *const states[] = {"awaiting_approval", "approved", "rejected", "expired", NULL};

static const struct view_field request_fields[] = {
	VIEW_COLUMN(staff_request_list_row, id, "id"),
	VIEW_COLUMN(staff_request_list_row, what, "what", .words = kinds),
	VIEW_COLUMN(staff_request_list_row, staff, "staff_id"),
	VIEW_COLUMN(staff_request_list_row, staff_name, "staff"),
	VIEW_COLUMN(staff_request_list_row, name, "name"),
	VIEW_COLUMN(staff_request_list_row, rights, "rights", .words = staff_rights),
	VIEW_COLUMN(staff_request_list_row, districts, "districts", .as = VIEW_WORDS, .omitted = true),
	VIEW_COLUMN(staff_request_list_row, state, "state", .words = states),
	VIEW_INCLUDE_STRUCT(struct staff_request_list_row, decision, two_people_view),
};
static const struct view request_view = VIEW(staff_request, struct staff_request_list_row, request_fields);

static int read_request(struct request *rq, const PGresult *res, int row, void *item)
{
	staff_request_list_read(res, row, item);
	return 1;
}

static const struct listed request_list = {
	.key = {"staff_request", 1, {CURSOR_KEY(struct staff_request_list_row, id)}},
	.view = &request_view,
	.read = read_request,
};
LISTING_TABLE(list_query, request_list);

static step_fn list_begin, list_done, approve_begin, approve_done, reject_begin, reject_done;

const struct route route_staff_request_list = {
	.name = "staff_request_list",
	.method = HTTP_GET,
	.path = "/v1/staff-requests",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(request_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done, STAFF_REQUEST_LIST_CALL(l->after.key[0].uuid, listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &request_list, rq->query, rows->res[0]);
}

/* ---- POST /v1/staff-requests/{id}/approval, …/rejection ---- */

struct decision {
	struct uuid id, staff;
	const char *state;
};

static const struct view_field decision_fields[] = {
	VIEW_FIELD(struct decision, id, "id"),
	VIEW_FIELD(struct decision, staff, "staff_id"),
	VIEW_FIELD(struct decision, state, "state", .words = states),
};
static const struct view decision_view = VIEW(staff_decision, struct decision, decision_fields);

const struct route route_staff_request_approve = {
	.name = "staff_request_approve",
	.method = HTTP_POST,
	.path = "/v1/staff-requests/{id:uuid}/approval",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, decision_view)),
	.write = &staff_approve_statement,
	.first = approve_begin,
};

static struct step approve_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, approve_done, STAFF_APPROVE_CALL(request_context(rq), rq->param[0].uuid));
}

static struct step reply_decision(struct request *rq, struct uuid staff, const char *state, bool replayed)
{
	if (replayed)
		request_replayed(rq);
	return reply_view(rq, 200, &decision_view, &(struct decision){rq->param[0].uuid, staff, state});
}

static struct step approve_done(struct request *rq, const struct db_result *rows)
{
	struct staff_approve_row row;
	staff_approve_read(rows->res[0], 0, &row);
	if (row.outcome != STAFF_APPROVE_APPROVED && row.outcome != STAFF_APPROVE_REPLAYED)
		return reply_outcome(rq, row.outcome);
	return reply_decision(rq, row.staff, "approved", row.outcome == STAFF_APPROVE_REPLAYED);
}

const struct route route_staff_request_reject = {
	.name = "staff_request_reject",
	.method = HTTP_POST,
	.path = "/v1/staff-requests/{id:uuid}/rejection",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, decision_view)),
	.write = &staff_reject_statement,
	.first = reject_begin,
};

static struct step reject_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, reject_done, STAFF_REJECT_CALL(request_context(rq), rq->param[0].uuid));
}

static struct step reject_done(struct request *rq, const struct db_result *rows)
{
	struct staff_reject_row row;
	staff_reject_read(rows->res[0], 0, &row);
	if (row.outcome != STAFF_REJECT_REJECTED && row.outcome != STAFF_REJECT_REPLAYED)
		return reply_outcome(rq, row.outcome);
	return reply_decision(rq, row.staff, "rejected", row.outcome == STAFF_REJECT_REPLAYED);
}
