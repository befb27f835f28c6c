/* api/certificate_reissue.c - the same certificate under the same number as a new version, signed
 * with the issuer's active key: what a certificate needs whose key was revoked. It says what the
 * old document said; only identity, status position and proof are new. */
#include "api/certificate.h"
#include "issuing/issue.h"
#include "api/outcome.h"
#include "crypt/encode.h"
#include "sql/certificate_reissue.h"
#include "sql/credential_load.h"
#include "web/request.h"

struct reissue {
	bool again; /* what was read had changed when it was to be stored, once */
	struct renewed renewed;
	struct issue issue; /* of none: nothing is signed */
};

static step_fn loaded, sign, store, done;

static const struct view_field reissued_fields[] = {
	VIEW_FIELD(struct certificate_reissue_row, number, "number"),
	VIEW_FIELD(struct certificate_reissue_row, state, "state"),
	VIEW_FIELD(struct certificate_reissue_row, code, "verification_code", .made = code_text),
};
static const struct view reissued_view = VIEW(certificate_reissued, struct certificate_reissue_row, reissued_fields);

static struct step load(struct request *rq, step_fn *next)
{
	const struct db_context *c = request_context(rq);
	return AWAIT_READ(rq, next,
	                  CREDENTIAL_LOAD_CALL(rq->param[0].text, c->actor, c->idem_key, c->idem_print));
}

static int whose(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct credential_load_row c;
	credential_load_read(res, row, rq->arena, &c);
	return certificate_whose(&c.belongings, ret);
}

static const struct route_object certificate = {.load = load, .whose = whose};

const struct route route_certificate_reissue = {
	.name = "certificate_reissue",
	.method = HTTP_POST,
	.path = "/v1/certificates/{number:certificate}/reissue",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_ORG,
	.object = &certificate,
	.recorded = true,
	.state_size = sizeof(struct reissue),
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, reissued_view)),
	.problems = PROBLEMS(ISSUE_PROBLEMS, P_STORED_SIGNATURE_FAILED),
	.write = &certificate_reissue_statement,
	.first = loaded,
};

/* A repetition, or what has ended for good: storing will say so, and nothing is signed for it. */
static bool nothing_to_sign(const struct credential_load_row *row)
{
	return row->seen.p || !(slice_is(row->state, "valid") || slice_is(row->state, "suspended"));
}

static struct step loaded(struct request *rq, const struct db_result *rows)
{
	struct credential_load_row row;
	struct reissue *st = rq->state;
	struct issue_order order;
	struct step refused;
	credential_load_read(rows->res[0], 0, rq->arena, &row);
	st->issue.n = 0;
	if (nothing_to_sign(&row))
		return request_continue(rq, store);
	if (row.held)
		return reply_problem(rq, P_HISTORY_HELD);
	if (!row.proof_key.p)
		return reply_problem(rq, P_ISSUER_NOT_READY);
	st->renewed.issuer = (struct exam_issuer){
		.id = row.issuer,
		.key_id = arena_slice(rq->arena, row.proof_key),
		.wrapped = row.proof_wrapped,
	};
	if (!st->renewed.issuer.wrapped.p || arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	if (!certificate_renew(rq, &row.proof, row.signature, SLICE_NONE, &st->renewed, &order, &refused))
		return refused;
	if (!issue_begin(&st->issue, &order, 1, row.now))
		return reply_problem(rq, P_ISSUER_NOT_READY);
	return issue_numbers(rq, &st->issue, sign);
}

static struct step sign(struct request *rq, const struct db_result *none)
{
	struct reissue *st = rq->state;
	return issue_sign(rq, &st->issue, store);
}

/* ---- storing ---- */

static struct step store(struct request *rq, const struct db_result *none)
{
	const struct reissue *st = rq->state;
	static const uint8_t none_made[CODE_BYTES];
	struct new_certificate made[ISSUE_CERTIFICATES] = {{.code = slice_from(none_made, sizeof none_made)}};
	issue_certificates(&st->issue, made);
	return AWAIT_WRITE(rq, done,
	                   CERTIFICATE_REISSUE_CALL(request_context(rq), rq->param[0].text, made->version, made->code, made->key,
	                                            made->list, made->idx, st->issue.issued_at, made->document));
}

static struct step done(struct request *rq, const struct db_result *rows)
{
	struct certificate_reissue_row row;
	struct reissue *st = rq->state;
	unsettled_settle(&st->issue.unsettled);
	certificate_reissue_read(rows->res[0], 0, &row);
	if (row.outcome == CERTIFICATE_REISSUE_TERMS_CHANGED && !st->again) {
		st->again = true;
		return request_load(rq);
	}
	if (row.outcome == CERTIFICATE_REISSUE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != CERTIFICATE_REISSUE_REISSUED)
		return reply_outcome(rq, row.outcome);
	if (!row.has_code)
		return reply_problem(rq, P_INTERNAL);
	return reply_view(rq, 200, &reissued_view, &row);
}
