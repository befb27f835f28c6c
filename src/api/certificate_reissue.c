/* api/certificate_reissue.c - the same certificate under the same number as a new version, signed
 * with the issuer's active key: what a certificate needs whose key was revoked. It says what the
 * old document said; only identity, status position and proof are new. */
#include "api/api.h"
#include "api/certificate.h"
#include "issuing/issue.h"
#include "api/outcome.h"
#include "verifying/stored_signature.h"
#include "issuing/unsettled.h"
#include "base/outcome.h"
#include "credential/did.h"
#include "credential/proof.h"
#include "crypt/encode.h"
#include "crypt/permute.h"
#include "crypt/random.h"
#include "web/helper.h"
#include "sql/certificate_reissue.h"
#include "sql/credential_load.h"
#include "sql/status_reserve.h"
#include "store/blocks.h"
#include "store/refill.h"
#include "text/name.h"
#include "web/request.h"

struct reissue {
	bool again; /* what was read had changed when it was to be stored, once */
	bool signing;
	struct uuid issuer;
	struct credential_facts facts;
	struct proof_options options;
	struct slice wrapped, proof;
	struct slice json; /* the signed document; p NULL: nothing was signed */
	struct unsecured_document document;
	uint8_t code[CODE_BYTES];
	struct unsettled unsettled;
	struct request *rq;
	struct refill_wait lack; /* of positions */
};

static step_fn loaded, place, store, done;

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
	struct unsecured_document old;
	struct step refused;
	credential_load_read(rows->res[0], 0, rq->arena, &row);
	st->signing = !nothing_to_sign(&row);
	if (!st->signing)
		return request_continue(rq, store);
	if (row.held)
		return reply_problem(rq, P_HISTORY_HELD);
	if (!row.proof_key.p)
		return reply_problem(rq, P_ISSUER_NOT_READY);
	if (!stored_signature_good(rq, &row.proof, row.signature, &refused))
		return refused; /* signing what it says would make a forged one good */
	st->issuer = row.issuer;
	st->wrapped = row.proof_wrapped;
	st->options.key_id = arena_slice(rq->arena, row.proof_key);
	st->options.created = row.now;
	int r = certificate_facts(rq, row.proof.document, &st->facts, &old);
	if (r == E_NOMEM || !st->wrapped.p || !st->options.key_id.p)
		return reply_out_of_memory(rq);
	if (r < 0)
		return reply_problem(rq, P_INTERNAL);
	st->facts.id = uuid_v4();
	st->facts.subject = uuid_v4();
	st->facts.public_url = request_public_url(rq);
	random_bytes(st->code, sizeof st->code);
	return request_continue(rq, place);
}

/* ---- a position in the status lists ---- */

static struct step sign(struct request *rq, struct reissue *st);

static bool take_position(const struct registry *registry, struct reissue *st)
{
	char key[BLOCK_KEY_TEXT];
	uint8_t secret[BLOCK_SECRET];
	uint64_t ordinal;
	block_key_status(key, st->issuer);
	if (!blocks_take(registry->blocks, key, &ordinal, secret))
		return false;
	st->facts.list = (uint32_t)(ordinal / PERMUTE_SIZE) + 1;
	st->facts.index = permute(secret, (uint32_t)(ordinal % PERMUTE_SIZE));
	return true;
}

static void forget_refill(void *arg)
{
	struct reissue *st = arg;
	refill_cancel(&st->lack);
}

static void on_refilled(struct refill_wait *w, int outcome)
{
	struct reissue *st = CONTAINER_OF(w, struct reissue, lack);
	if (outcome < 0)
		request_fail(st->rq, issue_problem_of_refill(outcome));
	else
		request_resume(st->rq);
}

/* Again and again while others are faster, within the deadline. */
static struct step place(struct request *rq, const struct db_result *none)
{
	const struct registry *registry = request_app(rq);
	struct reissue *st = rq->state;
	char key[BLOCK_KEY_TEXT];
	if (take_position(registry, st))
		return sign(rq, st);
	if (mono_since(rq->deadline, mono_now()).us <= 0)
		return reply_problem(rq, P_DEADLINE);
	st->rq = rq;
	st->lack.ready = on_refilled;
	block_key_status(key, st->issuer);
	if (refill_await(registry->refills, key,
	                 &STATUS_RESERVE_CALL(st->issuer, BLOCK_SIZE), &st->lack) < 0)
		return reply_problem(rq, P_OVERLOADED);
	return request_await_event(rq, place, forget_refill, st);
}

/* ---- document and signature ---- */

static int build(struct request *rq, struct reissue *st)
{
	int r = credential_build(rq->arena, &st->facts, &st->document);
	if (r == 0)
		r = did_web(rq->arena, st->facts.public_url, st->facts.issuer_slug, &st->options.did);
	if (r == 0)
		r = proof_canonical(rq->arena, &st->options, &st->proof);
	return r;
}

static struct step attach(struct request *rq, const struct db_result *none)
{
	struct reissue *st = rq->state;
	if (proof_attach(rq->arena, st->document.json, &st->options, request_signatures(rq), &st->json) < 0)
		return reply_problem(rq, P_OVERLOADED);
	return request_continue(rq, store);
}

static struct step sign(struct request *rq, struct reissue *st)
{
	int r = build(rq, st);
	if (r < 0)
		return reply_problem(rq, r == E_NOMEM ? P_OVERLOADED : P_INTERNAL);
	const struct sign_job job = {
		.about = {
			.what = SIGN_CREDENTIAL,
			.version = st->facts.id,
			.subject = rq->param[0].text,
			.list = st->facts.list,
			.index = st->facts.index,
			.indexed = true,
		},
		.issuer = st->facts.issuer_slug,
		.key_id = st->options.key_id,
		.wrapped = st->wrapped,
		.proof = st->proof,
		.document = st->document.canonical,
	};
	st->unsettled.n = 1;
	st->unsettled.item[0] = (struct unsettled_item){
		.version = st->facts.id,
		.json = st->document.json,
		.options = st->options,
		.list = st->facts.list,
		.index = st->facts.index,
	};
	if (unsettled_open(rq, &st->unsettled) < 0)
		return reply_out_of_memory(rq);
	return AWAIT_SIGN(rq, attach, &job, 1, NULL);
}

/* ---- storing ---- */

static struct step store(struct request *rq, const struct db_result *none)
{
	const struct reissue *st = rq->state;
	return AWAIT_WRITE(rq, done,
	                   CERTIFICATE_REISSUE_CALL(
				   request_context(rq), rq->param[0].text, st->facts.id,
				   slice_from(st->code, sizeof st->code), st->options.key_id,
				   st->facts.list, st->facts.index, st->options.created, st->json));
}

static struct step done(struct request *rq, const struct db_result *rows)
{
	struct certificate_reissue_row row;
	struct reissue *st = rq->state;
	unsettled_settle(&st->unsettled);
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
