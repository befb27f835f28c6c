/* api/correction_decide.c - what becomes of a correction: approved or refused by an administrator, withdrawn by its body.
 *
 *   approve  ─► load exam     ─► (numbers ─► sign ─►) store ─► done     of a result
 *        └────► load versions ─► (positions ─► sign ─►) store ─► done   of a name or a document
 *
 * What has not ended of a candidate's certificates gets a new version. A result that becomes a pass is signed for before it is stored, as one that is submitted; if that cannot be, the
 * answer is 503, nothing has changed and the correction still waits. Storing is one transaction, and looks again. */
#include "api/certificate.h"
#include "api/correction.h"
#include "api/outcome.h"
#include "api/reason.h"
#include "base/failpoint.h"
#include "crypt/random.h"
#include "domain/validity.h"
#include "issuing/issue.h"
#include "sql/correction_approve.h"
#include "sql/correction_end.h"
#include "sql/correction_versions.h"
#include "sql/correction_view.h"
#include "sql/exam_load.h"
#include "web/request.h"

enum { AGAIN_MAX = 3 };

struct decided {
	struct uuid id, made;
	const char *state;
};

static const struct view_field decided_fields[] = {
	VIEW_FIELD(struct decided, id, "id"),
	VIEW_FIELD(struct decided, state, "state", .words = correction_states),
	VIEW_FIELD(struct decided, made, "result_id", .nullable = true, .omitted = true),
};
static const struct view decided_view = VIEW(correction_decided, struct decided, decided_fields);

static const char *const refusals[] = {
#define X(code, zh) #code,
#include "domain/correction_refusal_list.h"
#undef X
	NULL,
};

/* ---- POST /v1/corrections/{id}/approval ---- */

struct approve {
	struct slice note;
	struct uuid made;
	struct slice holder, supplied;
	bool becomes_pass, certified, in_the_way;
	struct instant now;
	struct renewed renewed[ISSUE_CERTIFICATES];
	struct exam exam;
	struct issue issue; /* of none: nothing is signed */
	int again;
};

static const struct decode_field approve_fields[] = {
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct approve, note), .max = 1000},
};
static const struct decode_table approve_table = {approve_fields, ARRAY_LEN(approve_fields), sizeof(struct approve)};

static step_fn approve_begin, approve_renew, approve_decide, approve_sign, approve_store, approve_done;

const struct route route_correction_approve = {
	.name = "correction_approve",
	.method = HTTP_POST,
	.path = "/v1/corrections/{id:uuid}/approval",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_ORG,
	.object = &correction_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &approve_table,
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(200, decided_view)),
	.problems = PROBLEMS(ISSUE_PROBLEMS, P_STORED_SIGNATURE_FAILED),
	.write = &correction_approve_statement,
	.first = approve_begin,
};

static struct step approve_begin(struct request *rq, const struct db_result *rows)
{
	struct approve *st = rq->state;
	struct correction_view_row c;
	correction_view_read(rows->res[0], 0, &c);
	const struct correction_row *q = &c.correction;
	st->issue.n = 0;
	st->now = instant_now();
	st->made = uuid_v7(instant_now());
	st->holder = arena_slice(rq->arena, q->to_name.p ? q->to_name : q->name);
	st->supplied = q->supplied_number.p ? arena_slice(rq->arena, q->supplied_number) : SLICE_NONE;
	st->in_the_way = !slice_is(q->state, "requested");
	st->certified = c.certified.p != NULL;
	st->becomes_pass = slice_is(q->outcome, "pass") && !slice_is(q->was_outcome, "pass");
	if (slice_is(q->kind, "name") || slice_is(q->kind, "id_document"))
		return AWAIT_READ(rq, approve_renew, CORRECTION_VERSIONS_CALL(q->assessment));
	return AWAIT_READ(rq, approve_decide,
	                  EXAM_LOAD_CALL(q->exam, SLICE_NONE, SLICE_NONE, st->supplied, (struct uuid){{0}}, SLICE_NONE, SLICE_NONE));
}

/* One of the certificates that get a new version; false: *ret_refused is the reply. */
static bool renew_one(struct request *rq, const PGresult *res, int i, struct issue_order *ret, struct step *ret_refused)
{
	struct approve *st = rq->state;
	struct correction_versions_row row;
	correction_versions_read(res, i, rq->arena, &row);
	st->now = row.now;
	st->renewed[i] = (struct renewed){
		.certificate = row.certificate,
		.issuer = {.id = row.issuer, .key_id = arena_slice(rq->arena, row.proof_key), .wrapped = row.proof_wrapped},
	};
	if (row.held)
		*ret_refused = reply_problem(rq, P_HISTORY_HELD);
	else if (!row.proof_key.p)
		*ret_refused = reply_problem(rq, P_ISSUER_NOT_READY);
	else if (!row.proof_wrapped.p || arena_failed(rq->arena))
		*ret_refused = reply_out_of_memory(rq);
	else
		return certificate_renew(rq, &row.proof, row.signature, st->holder, &st->renewed[i], ret, ret_refused);
	return false;
}

static struct step approve_renew(struct request *rq, const struct db_result *rows)
{
	struct approve *st = rq->state;
	struct issue_order orders[ISSUE_CERTIFICATES];
	struct step refused;
	int n = rows_n(rows->res[0]);
	if (st->in_the_way || n == 0)
		return request_continue(rq, approve_store);
	for (int i = 0; i < n; i++)
		if (!renew_one(rq, rows->res[0], i, &orders[i], &refused))
			return refused;
	if (!issue_begin(&st->issue, orders, n, st->now))
		return reply_problem(rq, P_ISSUER_NOT_READY);
	return issue_numbers(rq, &st->issue, approve_sign);
}

/* Whether certificates are to be signed: of what becomes a pass now, unless storing would refuse it. */
static bool signs(const struct approve *st)
{
	const struct exam *exam = &st->exam;
	struct day publish_on = validity_publication_day(exam->today, (int)exam->publicity_days, (int)exam->window_days);
	bool later = number_source_from_code(exam->numbers) == NUMBER_LATER && !st->supplied.p;
	return st->becomes_pass && !st->in_the_way && !st->certified && publish_on.n <= exam->today.n && !later &&
	       !exam->number_taken &&
	       (slice_is(exam->standing, "ok") || slice_is(exam->standing, "exam_closed"));
}

static struct step approve_decide(struct request *rq, const struct db_result *rows)
{
	struct approve *st = rq->state;
	struct issue_order orders[ISSUE_CERTIFICATES];
	if (!exam_from_rows(rows->res[0], rq->arena, &st->exam))
		return reply_out_of_memory(rq);
	st->now = st->exam.now;
	if (st->becomes_pass && slice_is(st->exam.standing, "history_held"))
		return reply_problem(rq, P_HISTORY_HELD);
	if (!signs(st))
		return request_continue(rq, approve_store);
	int n = issue_orders_of_exam(&st->exam, st->holder, st->supplied, orders);
	if (!issue_begin(&st->issue, orders, n, st->exam.now))
		return reply_problem(rq, P_ISSUER_NOT_READY);
	return issue_numbers(rq, &st->issue, approve_sign);
}

static struct step approve_sign(struct request *rq, const struct db_result *none)
{
	struct approve *st = rq->state;
	return issue_sign(rq, &st->issue, approve_store);
}

static struct step approve_store(struct request *rq, const struct db_result *none)
{
	const struct approve *st = rq->state;
	struct new_certificate certificates[ISSUE_CERTIFICATES];
	size_t n = issue_certificates(&st->issue, certificates);
	return AWAIT_WRITE(rq, approve_done,
	                   CORRECTION_APPROVE_CALL(request_context(rq), rq->param[0].uuid, st->note, st->made, st->now,
	                                           new_certificate_array(request_record(rq), certificates, n)));
}

static struct step approve_done(struct request *rq, const struct db_result *rows)
{
	struct approve *st = rq->state;
	struct correction_approve_row r;
	correction_approve_read(rows->res[0], 0, &r);
	unsettled_settle(&st->issue.unsettled);
	bool changed = r.outcome == CORRECTION_APPROVE_STANDING && slice_is(r.other, "terms_changed");
	bool taken = r.outcome == CORRECTION_APPROVE_NUMBER_TAKEN && !st->supplied.p;
	if ((changed || taken) && st->again++ < AGAIN_MAX)
		return request_load(rq); /* mints anew */
	if (r.outcome == CORRECTION_APPROVE_CORRECTION_STATE)
		return reply_state(rq, P_CORRECTION_STATE, r.state, r.allowed);
	if (r.outcome == CORRECTION_APPROVE_STANDING)
		return reply_standing(rq, r.other);
	if (r.outcome == CORRECTION_APPROVE_ALREADY_CERTIFIED)
		return reply_problem_about(rq, P_ALREADY_CERTIFIED, "certificate_number", r.other);
	if (r.outcome == CORRECTION_APPROVE_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != CORRECTION_APPROVE_APPROVED)
		return reply_outcome(rq, r.outcome);
	return reply_view(rq, 200, &decided_view, &(struct decided){rq->param[0].uuid, r.made, "approved"});
}

/* ---- POST /v1/corrections/{id}/refusal, …/withdrawal ---- */

static const struct decode_field end_fields[] = {
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct reason, reason),
	 .choices = refusals},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct reason, note), .max = 1000},
};
static const struct decode_table end_table = {end_fields, ARRAY_LEN(end_fields), sizeof(struct reason)};

static step_fn end_store, end_done;

#define ROUTE(of, at, who) \
	const struct route route_correction_##of = { \
		.name = "correction_" #of, \
		.method = HTTP_POST, \
		.path = "/v1/corrections/{id:uuid}/" at, \
		.roles = who, \
		.own = OWN_ORG, \
		.object = &correction_object, \
		.media = "application/json", \
		.body_max = 16 * KIB, \
		.body = &end_table, \
		.deadline = INIT_SECONDS(8), \
		.answers = ANSWERS(JSON_VIEW(200, decided_view)), \
		.write = &correction_end_statement, \
		.first = end_store, \
	}

ROUTE(refuse, "refusal", ROLE_ADMINISTRATOR);
ROUTE(withdraw, "withdrawal", ROLE_INSTITUTION);

static bool refuses(const struct request *rq)
{
	return rq->route == &route_correction_refuse;
}

static struct step end_store(struct request *rq, const struct db_result *rows)
{
	const struct reason b = reason_of(rq);
	return AWAIT_WRITE(rq, end_done,
	                   CORRECTION_END_CALL(request_context(rq), rq->param[0].uuid,
	                                       refuses(rq) ? SLICE("refuse") : SLICE("withdraw"), b.reason, b.note));
}

static struct step end_done(struct request *rq, const struct db_result *rows)
{
	struct correction_end_row r;
	correction_end_read(rows->res[0], 0, &r);
	if (r.outcome == CORRECTION_END_CORRECTION_STATE)
		return reply_state(rq, P_CORRECTION_STATE, r.state, r.allowed);
	if (r.outcome == CORRECTION_END_OTHER_REASON)
		return reply_other_reason(rq, r.state, r.reason, r.since);
	if (r.outcome == CORRECTION_END_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != (refuses(rq) ? CORRECTION_END_REFUSED : CORRECTION_END_WITHDRAWN))
		return reply_outcome(rq, r.outcome);
	return reply_view(rq, 200, &decided_view,
	                  &(struct decided){.id = rq->param[0].uuid, .state = refuses(rq) ? "refused" : "withdrawn"});
}
