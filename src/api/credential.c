/* api/credential.c - the signed document of a certificate, in the forms that Open Badges 3.0 knows:
 * with embedded proof, as stored, and as a JWT, made at the first request and stored then. What is
 * stored is what is served, byte for byte, once it is known to be signed. */
#include "api/api.h"
#include "api/certificate.h"
#include "api/outcome.h"
#include "api/routes.h"
#include "api/stored_signature.h"
#include "api/tagged.h"
#include "api/unsettled.h"
#include "base/outcome.h"
#include "credential/jwt.h"
#include "db/rows.h"
#include "http/accept.h"
#include "signer/client.h"
#include "sql_statements.h"
#include "text/name.h"

enum { FIRST_JWT = 3 };

/* The preferred one first. */
static const char *const types[] = {"application/vc", "application/vc+ld+json", "application/json",
                                    "application/vc+jwt", "application/jwt", "text/plain"};

struct credential_state {
	size_t type; /* index in types */
	bool minted; /* the JWT is stored: it is read like any other */
	struct slice number, version, input, key_id, jwt;
	struct signer *signer;
	struct signer_call *call;
	struct unsettled unsettled;
};

static step_fn begin, load, loaded, stored;

const struct route route_certificate_credential = {
	.name = "certificate_credential",
	.method = HTTP_GET,
	.path = "/v1/certificates/{number}/credential",
	.deadline = INIT_SECONDS(8),
	.first = begin,
};

static struct step begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct credential_state *st = request_state(rq, sizeof *st);
	if (!st)
		return reply_out_of_memory(rq);
	st->type = accept_pick(request_header(rq, "accept"), types, ARRAY_LEN(types));
	if (st->type == ARRAY_LEN(types))
		return reply_problem(rq, P_NOT_ACCEPTABLE);
	if (number_fold(rq->param[0], rq->arena, &st->number) < 0)
		return reply_problem(rq, P_NOT_FOUND);
	return request_continue(rq, load);
}

static struct step load(struct request *rq, const struct db_result *none)
{
	(void)none;
	const struct credential_state *st = rq->state;
	return AWAIT_READ(rq, loaded, CALL(Q_CREDENTIAL_LOAD, db_text(st->number), db_null(),
	                                   db_null(), db_null()));
}

static struct step hand_out(struct request *rq, const struct signed_form *form, const PGresult *res)
{
	const struct credential_state *st = rq->state;
	struct step refused;
	if (!stored_signature_good(rq, form, res, 1, NULL, NULL, &refused))
		return refused;
	struct slice copy = arena_slice(rq->arena, row_text(res, 0, rows_col(res, form->text)));
	if (!copy.p)
		return reply_out_of_memory(rq);
	request_set_header(rq, "Vary", SLICE("Accept"));
	return reply_tagged(rq, types[st->type], "private, no-cache", copy);
}

/* ---- making the JWT ---- */

/* The signing input, from what the stored document says. */
static int input_of(struct request *rq, struct slice document, const uint8_t *public,
                    struct slice *ret)
{
	struct credential_facts facts;
	struct document bare;
	int r = certificate_facts(rq, document, &facts, &bare);
	if (r == 0)
		r = jwt_input(rq->arena, request_crypt(rq), &facts, bare.json, public, ret);
	return r;
}

static void forget(void *arg)
{
	struct credential_state *st = arg;
	signer_cancel(st->signer, st->call);
}

static void on_signature(void *arg, int outcome, const uint8_t *signatures, size_t n)
{
	struct request *rq = arg;
	struct credential_state *st = rq->state;
	st->call = NULL;
	unsettled_answered(&st->unsettled, outcome);
	if (outcome < 0 || n != 1)
		request_fail(rq, outcome == E_SYSTEM ? P_JOURNAL_AWAY : P_SIGNER_AWAY);
	else if (jwt_attach(rq->arena, st->input, signatures, &st->jwt) < 0)
		request_fail(rq, P_OVERLOADED);
	else
		request_resume(rq);
}

static step_fn signed_once;

static struct step make_jwt(struct request *rq, struct credential_state *st, const PGresult *res)
{
	const struct api *api = request_app(rq);
	uint8_t public[P256_PUBLIC];
	struct step refused;
	if (row_bool(res, 0, rows_col(res, "held")))
		return reply_problem(rq, P_HISTORY_HELD);
	if (st->minted || row_is_null(res, 0, rows_col(res, "es256_key")))
		return reply_problem(rq, P_ISSUER_NOT_READY);
	if (!stored_signature_good(rq, &signed_document, res, 1, NULL, NULL, &refused))
		return refused;
	st->version = arena_slice(rq->arena, row_text(res, 0, rows_col(res, "version")));
	st->key_id = arena_slice(rq->arena, row_text(res, 0, rows_col(res, "es256_key")));
	struct slice slug = arena_slice(rq->arena, row_text(res, 0, rows_col(res, "issuer_slug")));
	struct slice wrapped = row_bytes(res, 0, rows_col(res, "es256_wrapped"), rq->arena);
	struct slice document = arena_slice(rq->arena, row_text(res, 0, rows_col(res, "document")));
	struct uuid version = row_uuid(res, 0, rows_col(res, "version"));
	if (!st->version.p || !st->key_id.p || !slug.p || !wrapped.p || !document.p)
		return reply_out_of_memory(rq);
	if (!row_bytes_exact(res, 0, rows_col(res, "es256_public"), public, sizeof public))
		return reply_problem(rq, P_INTERNAL);
	int r = input_of(rq, document, public, &st->input);
	if (r < 0)
		return reply_problem(rq, r == E_NOMEM ? P_OVERLOADED : P_INTERNAL);
	const struct sign_job job = {
		.kind = SIGNER_P256,
		.about = {.what = SIGN_JWT, .version = version, .subject = st->number},
		.issuer = slug,
		.key_id = st->key_id,
		.wrapped = wrapped,
		.document = st->input,
	};
	struct duration left = mono_since(rq->deadline, mono_now());
	st->signer = api->signer;
	st->unsettled.n = 1;
	st->unsettled.item[0] = (struct unsettled_item){
		.version = row_uuid(res, 0, rows_col(res, "version")),
		.options.key_id = st->key_id,
		.jwt_input = st->input,
	};
	if (unsettled_open(rq, &st->unsettled) < 0)
		return reply_out_of_memory(rq);
	if (signer_sign(api->signer, SIGNER_INTERACTIVE, &job, 1, left, on_signature, rq,
	                &st->call) < 0) {
		unsettled_settle(&st->unsettled);
		return reply_problem(rq, P_OVERLOADED);
	}
	return request_await_event(rq, signed_once, forget, st);
}

static struct step loaded(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct credential_state *st = rq->state;
	if (!certificate_may_touch(rq, res))
		return reply_problem(rq, P_NOT_FOUND);
	if (st->type < FIRST_JWT)
		return hand_out(rq, &signed_document, res);
	if (!row_is_null(res, 0, rows_col(res, "jwt")))
		return hand_out(rq, &signed_jwt, res);
	return make_jwt(rq, st, res);
}

/* Of several requests at once the first stores its JWT, and all are answered with that one. */
static struct step signed_once(struct request *rq, const struct db_result *none)
{
	(void)none;
	const struct credential_state *st = rq->state;
	return AWAIT_WRITE(rq, stored,
	                   CALL(F_CERTIFICATE_JWT_STORE, db_text(slice_of(rq->id)),
	                        db_text(st->version), db_text(st->key_id), db_text(st->jwt)));
}

static struct step stored(struct request *rq, const struct db_result *rows)
{
	struct slice outcome = outcome_of(rows);
	struct credential_state *st = rq->state;
	unsettled_settle(&st->unsettled);
	if (!slice_is(outcome, "stored") && !slice_is(outcome, "replayed"))
		return reply_outcome(rq, outcome);
	st->minted = true;
	return request_continue(rq, load);
}
