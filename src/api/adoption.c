/* api/adoption.c - a certificate that was lost with a restored database, and whose holder has its
 * credential: one person presents it, another one decides within 24 hours. Then the body may submit
 * the holder's result again under the old number, by the ordinary way: everything that holds for a
 * certificate holds for that one too. Until then nobody gets the number. */
#include "api/listing.h"
#include "api/outcome.h"
#include "api/two_people.h"
#include "api/reason.h"
#include "verifying/presented.h"
#include "base/outcome.h"
#include "credential/unwrap.h"
#include "crypt/random.h"
#include "sql/adoption_approve.h"
#include "sql/adoption_list.h"
#include "sql/adoption_reject.h"
#include "sql/adoption_request.h"
#include "sql/did_document.h"
#include "sql/verdict_by_version.h"
#include "web/request.h"

enum { DEPTH_MAX = UNWRAP_DEPTH_MAX + 1 };

struct ask_state {
	json_t *credential; /* object, or string: a JWT */
	struct presented *presented;
	struct slice number, holder; /* as it says */
};

static const struct decode_field ask_fields[] = {
	{.name = "credential", .kind = DECODE_JSON, .required = true,
	 .offset = offsetof(struct ask_state, credential)},
};
static const struct decode_table ask_table = {ask_fields, ARRAY_LEN(ask_fields),
                                              sizeof(struct ask_state)};

/* ---- POST /v1/adoptions ---- */

static step_fn ask_begin, ask_checked, ask_done;

static const char *const states[] = {"awaiting_approval", "approved", "rejected", "expired", NULL};

/* What was asked for or decided. */
struct adoption {
	struct uuid id;
	struct slice number;
	const char *state;
	struct opt_instant expires_at;
};

static const struct view_field decision_fields[] = {
	VIEW_FIELD(struct adoption, id, "id", .nullable = true),
	VIEW_FIELD(struct adoption, number, "number", .nullable = true),
	VIEW_FIELD(struct adoption, state, "state", .words = states),
	VIEW_FIELD(struct adoption, expires_at, "expires_at"),
};
static const struct view decision_view = VIEW(adoption_decision, struct adoption, decision_fields);

static int check_ask(struct request *rq, void *state, struct fields *errors)
{
	const struct ask_state *st = state;
	if (!fields_any(errors) && !json_is_object(st->credential) && !json_is_string(st->credential))
		fields_add(errors, "/credential", "wrong_type");
	return 0;
}

const struct route route_adoption_create = {
	.name = "adoption_create",
	.method = HTTP_POST,
	.path = "/v1/adoptions",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 128 * KIB,
	.body = &ask_table,
	.depth = DEPTH_MAX,
	.check = check_ask,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(202, decision_view)),
	.problems = PROBLEMS(P_CREDENTIAL_NOT_PROVEN),
	.write = &adoption_request_statement,
	.first = ask_begin,
};

/* What it says of itself, into the request's arena. E_SYNTAX: it is none of ours. */
static int look_into(struct request *rq, struct ask_state *st)
{
	struct verify_needs needs;
	struct arena *scratch = arena_new(VERIFY_ARENA);
	int r = scratch ? verify_peek(scratch, st->presented->text, &needs) : E_NOMEM;
	if (r == 0 && needs.form.outcome != CHECK_PASSED)
		r = E_SYNTAX;
	if (r == 0) {
		st->number = arena_slice(rq->arena, needs.facts.number);
		st->holder = arena_slice(rq->arena, needs.facts.holder);
	}
	arena_free(scratch);
	return r == 0 && (!st->number.p || !st->holder.p) ? E_NOMEM : r;
}

static struct step ask_begin(struct request *rq, const struct db_result *none)
{
	struct ask_state *st = rq->state;
	st->presented = presented_new(rq, st->credential);
	int r = st->presented ? look_into(rq, st) : E_NOMEM;
	if (r == E_NOMEM)
		return reply_out_of_memory(rq);
	if (r)
		return reply_problem(rq, P_CREDENTIAL_NOT_PROVEN);
	return AWAIT_READ(rq, ask_checked, VERDICT_BY_VERSION_CALL(st->presented->version),
	                  DID_DOCUMENT_CALL(st->presented->slug));
}

static struct step ask_checked(struct request *rq, const struct db_result *rows)
{
	const struct ask_state *st = rq->state;
	const struct presented *s = st->presented;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	if (presented_check(rq, st->presented, rows->res[0], rows->res[1]) < 0)
		return reply_out_of_memory(rq);
	if (s->form.outcome != CHECK_PASSED || s->issuer.outcome != CHECK_PASSED ||
	    s->signature.outcome != CHECK_PASSED)
		return reply_problem(rq, P_CREDENTIAL_NOT_PROVEN);
	return AWAIT_WRITE(rq, ask_done,
	                   ADOPTION_REQUEST_CALL(request_context(rq), uuid_v7(instant_now()),
	                                         s->version, st->number, st->holder));
}

static struct step reply_adoption(struct request *rq, int status, struct uuid id,
                                  struct slice number, const char *state, struct opt_instant end)
{
	return reply_view(rq, status, &decision_view, &(struct adoption){id, number, state, end});
}

static struct step ask_done(struct request *rq, const struct db_result *rows)
{
	struct adoption_request_row row;
	adoption_request_read(rows->res[0], 0, &row);
	if (row.outcome == ADOPTION_REQUEST_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != ADOPTION_REQUEST_REQUESTED)
		return reply_outcome(rq, row.outcome);
	return reply_adoption(rq, 202, row.id, row.number, "awaiting_approval", row.expires_at);
}

/* ---- GET /v1/adoptions ---- */

static const struct view_field adoption_fields[] = {
	VIEW_COLUMN(adoption_list_row, id, "id"),
	VIEW_COLUMN(adoption_list_row, number, "number"),
	VIEW_COLUMN(adoption_list_row, holder, "holder"),
	VIEW_COLUMN(adoption_list_row, state, "state", .words = states),
	VIEW_INCLUDE_STRUCT(struct adoption_list_row, decision, two_people_view),
	VIEW_COLUMN(adoption_list_row, reason, "reason"),
	VIEW_COLUMN(adoption_list_row, note, "note"),
};
static const struct view adoption_view = VIEW(adoption, struct adoption_list_row, adoption_fields);

static int read_adoption(struct request *rq, const PGresult *res, int row, void *item)
{
	adoption_list_read(res, row, item);
	return 1;
}

static const struct listed adoption_list = {
	.key = {"adoption", 2, {CURSOR_KEY(struct adoption_list_row, turn),
	                        CURSOR_KEY(struct adoption_list_row, id)}},
	.view = &adoption_view,
	.read = read_adoption,
};

struct adoption_query {
	struct listing page;
	struct slice state;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct adoption_query, page., adoption_list),
	{.name = "state", .kind = DECODE_CHOICE, .offset = offsetof(struct adoption_query, state),
	 .choices = states},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields),
                                                sizeof(struct adoption_query)};

static step_fn list_begin, list_done;

const struct route route_adoption_list = {
	.name = "adoption_list",
	.method = HTTP_GET,
	.path = "/v1/adoptions",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &query_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(adoption_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct adoption_query *q = rq->query;
	const struct cursor *after = &q->page.after;
	return AWAIT_READ(rq, list_done,
	                  ADOPTION_LIST_CALL(q->state, cursor_number(after, 0), after->key[1].uuid,
	                                     listing_rows(&q->page)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const struct adoption_query *q = rq->query;
	return listing_reply(rq, &adoption_list, &q->page, rows->res[0]);
}

/* ---- POST /v1/adoptions/{id}/approval ---- */

static step_fn approve_begin, approve_done;

const struct route route_adoption_approve = {
	.name = "adoption_approve",
	.method = HTTP_POST,
	.path = "/v1/adoptions/{id:uuid}/approval",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, decision_view)),
	.write = &adoption_approve_statement,
	.first = approve_begin,
};

static struct step approve_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, approve_done, ADOPTION_APPROVE_CALL(request_context(rq), rq->param[0].uuid));
}

static struct step approve_done(struct request *rq, const struct db_result *rows)
{
	struct adoption_approve_row row;
	adoption_approve_read(rows->res[0], 0, &row);
	if (row.outcome == ADOPTION_APPROVE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != ADOPTION_APPROVE_APPROVED)
		return reply_outcome(rq, row.outcome);
	return reply_adoption(rq, 200, row.id, row.number, "approved", row.expires_at);
}

/* ---- POST /v1/adoptions/{id}/rejection ---- */

struct reject_state {
	struct slice reason, note;
};

static const char *const reject_reasons[] = {"not_the_holder", "not_convincing", "withdrawn", "other",
                                             NULL};
static const struct decode_field reject_fields[] = {
	{.name = "reason", .kind = DECODE_CHOICE, .required = true,
	 .offset = offsetof(struct reject_state, reason), .choices = reject_reasons},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true,
	 .offset = offsetof(struct reject_state, note), .max = 1000},
};
static const struct decode_table reject_table = {reject_fields, ARRAY_LEN(reject_fields),
                                                 sizeof(struct reject_state)};

static step_fn reject_begin, reject_done;

const struct route route_adoption_reject = {
	.name = "adoption_reject",
	.method = HTTP_POST,
	.path = "/v1/adoptions/{id:uuid}/rejection",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &reject_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, decision_view)),
	.write = &adoption_reject_statement,
	.first = reject_begin,
};

static struct step reject_begin(struct request *rq, const struct db_result *none)
{
	const struct reject_state *st = rq->state;
	return AWAIT_WRITE(rq, reject_done,
	                   ADOPTION_REJECT_CALL(request_context(rq), rq->param[0].uuid, st->reason,
	                                        st->note));
}

static struct step reject_done(struct request *rq, const struct db_result *rows)
{
	struct adoption_reject_row row;
	adoption_reject_read(rows->res[0], 0, &row);
	if (row.outcome == ADOPTION_REJECT_OTHER_REASON)
		return reply_other_reason(rq, SLICE("rejected"), row.reason, (struct opt_day){0});
	if (row.outcome == ADOPTION_REJECT_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != ADOPTION_REJECT_REJECTED)
		return reply_outcome(rq, row.outcome);
	return reply_adoption(rq, 200, row.id, row.number, "rejected", row.expires_at);
}
