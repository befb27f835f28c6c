/* api/key.c - issuing keys. They are generated in the signer; what passes here is the public half
 * and a box that only the signer can open. */
#include "api/key.h"

#include "api/api.h"
#include "api/outcome.h"
#include "sql/issuer_key_store.h"
#include "sql/key_list.h"
#include "sql/organisation_load.h"
#include "text/jsonw.h"
#include "web/request.h"

struct key_args key_args(const struct generated_key *k)
{
	if (k->wrapped_n == 0)
		return (struct key_args){0};
	return (struct key_args){slice_of(k->id), slice_from(k->public, k->public_n),
	                         slice_from(k->wrapped, k->wrapped_n)};
}

struct rewrap_job key_job(const struct wrapped_key_row *key)
{
	return (struct rewrap_job){
		.kind = slice_is(key->kind, "p256") ? SIGNER_P256 : SIGNER_ED25519,
		.issuer = key->slug,
		.key_id = key->key,
		.wrapped = key->wrapped,
	};
}

/* ---- POST /v1/issuers/{slug}/keys ---- */

struct key_state {
	struct uuid organisation;
	struct generated_key keys[SIGNER_KINDS];
};

static step_fn create_begin, create_generate, create_store, create_done;

static SHAPE(key_made, MEMBER(STRING, "issuer"), MEMBER(STRING, "key_id"), MEMBER(STRING, "jwt_key_id"), MEMBER(STRING, "state"));

const struct route route_key_create = {
	.name = "key_create",
	.method = HTTP_POST,
	.path = "/v1/issuers/{slug}/keys",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.state_size = sizeof(struct key_state),
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.answers = ANSWERS(JSON_OF(201, key_made_shape)),
	.problems = PROBLEMS(P_NOT_FOUND, SIGNER_PROBLEMS),
	.write = &issuer_key_store_statement,
	.first = create_begin,
};

static struct step create_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, create_generate, ORGANISATION_LOAD_CALL(rq->param[0].text));
}

static struct step create_generate(struct request *rq, const struct db_result *rows)
{
	struct organisation_load_row row;
	struct key_state *st = rq->state;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	organisation_load_read(rows->res[0], 0, &row);
	st->organisation = row.id;
	return request_await_keys(rq, create_store, rq->param[0].text, st->keys);
}

static struct step create_store(struct request *rq, const struct db_result *none)
{
	const struct key_state *st = rq->state;
	const struct db_context *context = request_context(rq);
	const struct key_args k = key_args(&st->keys[SIGNER_ED25519]);
	const struct key_args jwt = key_args(&st->keys[SIGNER_P256]);
	return AWAIT_WRITE(rq, create_done,
	                   ISSUER_KEY_STORE_CALL(context, st->organisation, k.id, k.public, k.wrapped),
	                   ISSUER_KEY_STORE_CALL(context, st->organisation, jwt.id, jwt.public,
	                                         jwt.wrapped));
}

/* An issuer that has a key of a kind keeps it: the answer names that one. */
static struct step create_done(struct request *rq, const struct db_result *rows)
{
	struct issuer_key_store_row key[SIGNER_KINDS];
	struct jsonw w;
	bool made = false;
	for (int i = 0; i < SIGNER_KINDS; i++) {
		issuer_key_store_read(rows->res[i], 0, rq->arena, &key[i]);
		if (key[i].outcome == ISSUER_KEY_STORE_STORED)
			made = true;
		else if (key[i].outcome != ISSUER_KEY_STORE_REPLAYED)
			return reply_outcome(rq, key[i].outcome);
	}
	if (!made)
		request_replayed(rq);
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kstr(&w, "issuer", rq->param[0].text);
	jsonw_kstr(&w, "key_id", key[SIGNER_ED25519].key);
	jsonw_kstr(&w, "jwt_key_id", key[SIGNER_P256].key);
	jsonw_kcstr(&w, "state", "active");
	jsonw_end(&w);
	return reply_json(rq, 201);
}

/* ---- GET /v1/issuers/{slug}/keys ---- */

static step_fn list_begin, list_done;

static SHAPE(key,
             MEMBER(STRING, "issuer"),
             MEMBER(STRING, "name"),
             MEMBER(STRING, "key_id"),
             MEMBER(STRING, "kind"),
             MEMBER(STRING, "state"),
             MEMBER(INSTANT, "created_at"),
             MEMBER(INSTANT, "retired_at", .nullable = true),
             MEMBER(INSTANT, "revoked_from", .nullable = true));

const struct route route_key_list = {
	.name = "key_list",
	.method = HTTP_GET,
	.path = "/v1/issuers/{slug}/keys",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_LIST(key_shape)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, list_done, KEY_LIST_CALL(rq->param[0].text));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; i < rows_n(res); i++) {
		struct key_list_row row;
		key_list_read(res, i, &row);
		jsonw_object(&w);
		jsonw_kstr(&w, "issuer", row.slug);
		jsonw_kstr(&w, "name", row.name);
		jsonw_kstr(&w, "key_id", row.key);
		jsonw_kstr(&w, "kind", row.kind);
		jsonw_kstr(&w, "state", row.state);
		jsonw_kinstant(&w, "created_at", row.created_at);
		jsonw_kopt_instant(&w, "retired_at", row.retired_at);
		jsonw_kopt_instant(&w, "revoked_from", row.revoked_from);
		jsonw_end(&w);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
