/* api/credential.c - the signed document of a certificate, in the forms that Open Badges 3.0 knows:
 * with embedded proof, as stored, and as a JWT, made at the first request and stored then. What is
 * stored is what is served, byte for byte, once it is known to be signed. */
#include "api/api.h"
#include "api/certificate.h"
#include "api/outcome.h"
#include "verifying/stored_signature.h"
#include "issuing/unsettled.h"
#include "base/outcome.h"
#include "credential/jwt.h"
#include "http/accept.h"
#include "sql/certificate_jwt_store.h"
#include "sql/credential_load.h"
#include "text/name.h"
#include "web/helper.h"
#include "web/request.h"

enum { FIRST_JWT = 4 };

/* The preferred one first. Not application/vc+jwt (VC-JOSE-COSE), whose typ would have to be vc+jwt: the JWT is
 * of the form of Open Badges 3.0, which wants JWT. */
static const char *const types[] = {"application/vc", "application/vc+ld+json", "application/ld+json",
                                    "application/json", "application/jwt", "text/plain"};

struct credential_state {
	size_t type; /* index in types */
	bool minted; /* the JWT is stored: it is read like any other */
	struct uuid version;
	struct slice input, key_id, jwt;
	struct unsettled unsettled;
};

static step_fn loaded, stored;

static struct step load(struct request *rq, step_fn *next)
{
	struct credential_state *st = rq->state;
	st->type = accept_pick(request_header(rq, "accept"), types, ARRAY_LEN(types));
	if (st->type == ARRAY_LEN(types))
		return reply_problem(rq, P_NOT_ACCEPTABLE);
	return AWAIT_READ(rq, next, CREDENTIAL_LOAD_CALL(rq->param[0].text, (struct uuid){{0}}, SLICE_NONE, SLICE_NONE));
}

static int whose(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct credential_load_row c;
	credential_load_read(res, row, rq->arena, &c);
	return certificate_whose(&c.belongings, ret);
}

static const struct route_object certificate = {.load = load, .whose = whose};

const struct route route_certificate_credential = {
	.name = "certificate_credential",
	.method = HTTP_GET,
	.path = "/v1/certificates/{number:certificate}/credential",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &certificate,
	.state_size = sizeof(struct credential_state),
	.deadline = INIT_SECONDS(8),
	.cache = CACHE_PRIVATE,
	.answers = ANSWERS(MEDIA(200, "application/vc"), MEDIA(200, "application/vc+ld+json"),
	                   MEDIA(200, "application/ld+json"), MEDIA(200, "application/json"),
	                   MEDIA(200, "application/jwt"), MEDIA(200, "text/plain")),
	.problems = PROBLEMS(P_NOT_ACCEPTABLE, P_HISTORY_HELD, P_ISSUER_NOT_READY,
	                     P_STORED_SIGNATURE_FAILED, SIGNER_PROBLEMS),
	.write = &certificate_jwt_store_statement,
	.first = loaded,
};

static struct step hand_out(struct request *rq, const struct proof_row *form, struct slice known)
{
	const struct credential_state *st = rq->state;
	struct step refused;
	if (!stored_signature_good(rq, form, known, &refused))
		return refused;
	struct slice copy = arena_slice(rq->arena, form->document);
	if (!copy.p)
		return reply_out_of_memory(rq);
	request_set_header(rq, "Vary", SLICE("Accept"));
	return reply_bytes(rq, 200, types[st->type], copy);
}

/* ---- making the JWT ---- */

/* The signing input, from what the stored document says. */
static int input_of(struct request *rq, struct slice document, const uint8_t *public,
                    struct slice *ret)
{
	struct credential_facts facts;
	struct unsecured_document bare;
	int r = certificate_facts(rq, document, &facts, &bare);
	if (r == 0)
		r = jwt_input(rq->arena, request_crypt(rq), &facts, bare.json, public, ret);
	return r;
}

static step_fn signed_once;

static struct step make_jwt(struct request *rq, struct credential_state *st,
                            const struct credential_load_row *row)
{
	struct step refused;
	if (row->held)
		return reply_problem(rq, P_HISTORY_HELD);
	if (st->minted || !row->es256_key.p)
		return reply_problem(rq, P_ISSUER_NOT_READY);
	if (!stored_signature_good(rq, &row->proof, row->signature, &refused))
		return refused;
	st->version = row->proof.version;
	st->key_id = arena_slice(rq->arena, row->es256_key);
	if (!st->key_id.p || !row->es256_wrapped.p)
		return reply_out_of_memory(rq);
	int r = input_of(rq, row->proof.document, row->es256_public, &st->input);
	if (r < 0)
		return reply_problem(rq, r == E_NOMEM ? P_OVERLOADED : P_INTERNAL);
	const struct sign_job job = {
		.kind = SIGNER_P256,
		.about = {.what = SIGN_JWT, .version = st->version, .subject = rq->param[0].text},
		.issuer = row->proof.issuer_slug,
		.key_id = st->key_id,
		.wrapped = row->es256_wrapped,
		.document = st->input,
	};
	st->unsettled.n = 1;
	st->unsettled.item[0] = (struct unsettled_item){
		.version = st->version,
		.options.key_id = st->key_id,
		.jwt_input = st->input,
	};
	if (unsettled_open(rq, &st->unsettled) < 0)
		return reply_out_of_memory(rq);
	return AWAIT_SIGN(rq, signed_once, &job, 1, NULL);
}

static struct step loaded(struct request *rq, const struct db_result *rows)
{
	struct credential_load_row row;
	struct credential_state *st = rq->state;
	credential_load_read(rows->res[0], 0, rq->arena, &row);
	if (st->type < FIRST_JWT)
		return hand_out(rq, &row.proof, row.signature);
	if (!row.jwt.p)
		return make_jwt(rq, st, &row);
	struct proof_row jwt = row.proof; /* the same facts, signed in the other form */
	jwt.document = row.jwt;
	jwt.key = row.jwt_key;
	jwt.listed = row.jwt_listed.v;
	return hand_out(rq, &jwt, row.jwt_signature);
}

/* Of several requests at once the first stores its JWT, and all are answered with that one. */
static struct step signed_once(struct request *rq, const struct db_result *none)
{
	struct credential_state *st = rq->state;
	if (jwt_attach(rq->arena, st->input, request_signatures(rq), &st->jwt) < 0)
		return reply_problem(rq, P_OVERLOADED);
	return AWAIT_WRITE(rq, stored,
	                   CERTIFICATE_JWT_STORE_CALL(slice_of(rq->id), st->version, st->key_id,
	                                              st->jwt));
}

static struct step stored(struct request *rq, const struct db_result *rows)
{
	struct certificate_jwt_store_row row;
	struct credential_state *st = rq->state;
	unsettled_settle(&st->unsettled);
	certificate_jwt_store_read(rows->res[0], 0, &row);
	if (row.outcome != CERTIFICATE_JWT_STORE_STORED && row.outcome != CERTIFICATE_JWT_STORE_REPLAYED)
		return reply_outcome(rq, row.outcome);
	st->minted = true;
	return request_load(rq);
}
