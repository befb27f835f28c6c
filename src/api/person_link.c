/* api/person_link.c - two people who are found to be one: an administrator asks that the one be linked to the other, who
 * stands for both, another one decides within 24 hours. Rows stay where they are; a link is for good. */
#include "api/listing.h"
#include "api/outcome.h"
#include "api/two_people.h"
#include "crypt/random.h"
#include "sql/person_link_approve.h"
#include "sql/person_link_list.h"
#include "sql/person_link_reject.h"
#include "sql/person_link_request.h"
#include "web/request.h"

enum { EVIDENCE_MAX = 200 };

static const char *const states[] = {"awaiting_approval", "approved", "rejected", "expired", NULL};
static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/link_reason_list.h"
#undef X
	NULL,
};

/* What was asked for or decided. */
struct link {
	struct uuid id;
	const char *state;
	struct opt_instant expires_at;
};

static const struct view_field decision_fields[] = {
	VIEW_FIELD(struct link, id, "id"),
	VIEW_FIELD(struct link, state, "state", .words = states),
	VIEW_FIELD(struct link, expires_at, "expires_at", .omitted = true),
};
static const struct view decision_view = VIEW(person_link_decision, struct link, decision_fields);

/* ---- POST /v1/people/{id}/link ---- */

struct ask {
	struct opt_uuid canonical;
	struct slice reason, evidence, note;
};

#define AT(member) .offset = offsetof(struct ask, member)
static const struct decode_field ask_fields[] = {
	{.name = "canonical", .kind = DECODE_UUID, .required = true, AT(canonical)},
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, .choices = reasons, AT(reason)},
	{.name = "evidence", .kind = DECODE_STRING, .required = true, .min = 1, .max = EVIDENCE_MAX, AT(evidence)},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .max = 1000, AT(note)},
};
static const struct decode_table ask_table = {ask_fields, ARRAY_LEN(ask_fields), sizeof(struct ask)};

static step_fn ask_begin, ask_done;

const struct route route_person_link_request = {
	.name = "person_link_request",
	.method = HTTP_POST,
	.path = "/v1/people/{id:uuid}/link",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &ask_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(202, decision_view)),
	.write = &person_link_request_statement,
	.first = ask_begin,
};

static struct step ask_begin(struct request *rq, const struct db_result *none)
{
	const struct ask *st = rq->state;
	return AWAIT_WRITE(rq, ask_done,
	                   PERSON_LINK_REQUEST_CALL(request_context(rq), uuid_v7(instant_now()), rq->param[0].uuid,
	                                            st->canonical.v, st->reason, st->evidence, st->note));
}

static struct step ask_done(struct request *rq, const struct db_result *rows)
{
	struct person_link_request_row row;
	person_link_request_read(rows->res[0], 0, &row);
	if (row.outcome == PERSON_LINK_REQUEST_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != PERSON_LINK_REQUEST_REQUESTED)
		return reply_outcome(rq, row.outcome);
	return reply_view(rq, 202, &decision_view,
	                  &(struct link){.id = row.id, .state = "awaiting_approval", .expires_at = row.expires_at});
}

/* ---- GET /v1/person-links ---- */

static const struct view_field link_fields[] = {
	VIEW_COLUMN(person_link_list_row, id, "id"),
	VIEW_COLUMN(person_link_list_row, person, "person"),
	VIEW_COLUMN(person_link_list_row, canonical, "canonical"),
	VIEW_COLUMN(person_link_list_row, reason, "reason", .words = reasons),
	VIEW_COLUMN(person_link_list_row, evidence, "evidence"),
	VIEW_COLUMN(person_link_list_row, note, "note"),
	VIEW_COLUMN(person_link_list_row, state, "state", .words = states),
	VIEW_INCLUDE_STRUCT(struct person_link_list_row, decision, two_people_view),
};
static const struct view link_view = VIEW(person_link, struct person_link_list_row, link_fields);

static int read_link(struct request *rq, const PGresult *res, int row, void *item)
{
	person_link_list_read(res, row, item);
	return 1;
}

static const struct listed link_list = {
	.key = {"person_link", 1, {CURSOR_KEY(struct person_link_list_row, id)}},
	.view = &link_view,
	.read = read_link,
};
LISTING_TABLE(list_query, link_list);

static step_fn list_begin, list_done;

const struct route route_person_link_list = {
	.name = "person_link_list",
	.method = HTTP_GET,
	.path = "/v1/person-links",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(link_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done,
	                  PERSON_LINK_LIST_CALL((struct uuid){{0}}, l->after.key[0].uuid, listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &link_list, rq->query, rows->res[0]);
}

/* ---- POST /v1/person-links/{id}/approval ---- */

static step_fn approve_begin, approve_done;

const struct route route_person_link_approve = {
	.name = "person_link_approve",
	.method = HTTP_POST,
	.path = "/v1/person-links/{id:uuid}/approval",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, decision_view)),
	.write = &person_link_approve_statement,
	.first = approve_begin,
};

static struct step approve_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, approve_done, PERSON_LINK_APPROVE_CALL(request_context(rq), rq->param[0].uuid));
}

static struct step approve_done(struct request *rq, const struct db_result *rows)
{
	struct person_link_approve_row row;
	person_link_approve_read(rows->res[0], 0, &row);
	if (row.outcome == PERSON_LINK_APPROVE_BOTH_CERTIFIED)
		return reply_problem_about(rq, P_BOTH_CERTIFIED, "certificate_number", row.number);
	if (row.outcome == PERSON_LINK_APPROVE_BOTH_ASSESSED)
		return reply_problem_about(rq, P_BOTH_ASSESSED, "exam", row.exam);
	if (row.outcome == PERSON_LINK_APPROVE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != PERSON_LINK_APPROVE_APPROVED)
		return reply_outcome(rq, row.outcome);
	return reply_view(rq, 200, &decision_view, &(struct link){.id = rq->param[0].uuid, .state = "approved"});
}

/* ---- POST /v1/person-links/{id}/rejection ---- */

static step_fn reject_begin, reject_done;

const struct route route_person_link_reject = {
	.name = "person_link_reject",
	.method = HTTP_POST,
	.path = "/v1/person-links/{id:uuid}/rejection",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, decision_view)),
	.write = &person_link_reject_statement,
	.first = reject_begin,
};

static struct step reject_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, reject_done, PERSON_LINK_REJECT_CALL(request_context(rq), rq->param[0].uuid));
}

static struct step reject_done(struct request *rq, const struct db_result *rows)
{
	struct person_link_reject_row row;
	person_link_reject_read(rows->res[0], 0, &row);
	if (row.outcome == PERSON_LINK_REJECT_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != PERSON_LINK_REJECT_REJECTED)
		return reply_outcome(rq, row.outcome);
	return reply_view(rq, 200, &decision_view, &(struct link){.id = rq->param[0].uuid, .state = "rejected"});
}
