/* api/token.c - bearer tokens: made, listed, revoked by administrators. A token is shown once. */
#include "api/routes.h"

#include "api/api.h"
#include "api/body.h"
#include "api/credentials.h"
#include "api/outcome.h"
#include "crypt/random.h"
#include "crypt/secret.h"
#include "crypt/token.h"
#include "db/rows.h"
#include "sql_statements.h"

/* ---- POST /v1/tokens ---- */

struct token_state {
	struct credential_body body;
	struct uuid id;
	struct instant expires;
	char token[TOKEN_TEXT];
};

static const struct decode_field token_fields[] = {
	CREDENTIAL_FIELDS(struct token_state, body),
};
static const struct decode_table token_table = {token_fields, ARRAY_LEN(token_fields),
                                                sizeof(struct token_state)};

static step_fn token_create_begin, token_create_store, token_create_done;

const struct route route_token_create = {
	.name = "token_create",
	.method = HTTP_POST,
	.path = "/v1/tokens",
	.media = "application/json",
	.body_max = 16 * KIB,
	.deadline = INIT_SECONDS(5),
	.first = token_create_begin,
};

static struct step token_create_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct fields errors;
	struct step refused;
	struct token_state *st = request_state(rq, sizeof *st);
	if (!st)
		return reply_out_of_memory(rq);
	if (!body_decode(rq, &token_table, st, &errors, &refused))
		return refused;
	credential_check(&st->body, &errors);
	if (fields_any(&errors))
		return reply_fields(rq, &errors);
	if (!st->body.organisation.p)
		return request_continue(rq, token_create_store);
	return AWAIT_READ(rq, token_create_store,
	                  CALL(Q_ORGANISATION_LOAD, db_text(st->body.organisation)));
}

static struct step token_create_store(struct request *rq, const struct db_result *rows)
{
	struct token_state *st = rq->state;
	struct uuid organisation;
	struct step refused;
	if (!credential_organisation(rq, &st->body, rows, &organisation, &refused))
		return refused;
	uint8_t hash[SHA256_SIZE];
	token_make(st->body.role, st->token);
	token_hash(request_crypt(rq), slice_of(st->token), hash);
	st->id = uuid_v7(instant_now());
	return AWAIT_WRITE(rq, token_create_done,
	                   CALL(F_TOKEN_CREATE, WRITE_CONTEXT(rq), db_uuid(st->id),
	                        db_text(st->body.role), db_uuid_or_null(organisation),
	                        credential_districts(rq, &st->body), db_text(st->body.label),
	                        db_bytes(slice_from(hash, sizeof hash)),
	                        credential_expiry(&st->body)));
}

/* A repeated Idempotency-Key cannot show the token again: only its hash was kept. */
static struct step token_create_done(struct request *rq, const struct db_result *rows)
{
	struct token_state *st = rq->state;
	struct slice outcome = outcome_of(rows);
	struct uuid id = row_uuid(rows->res[0], 0, rows_col(rows->res[0], "token"));
	bool replayed = slice_is(outcome, "replayed");
	if (!replayed && !slice_is(outcome, "created"))
		return reply_outcome(rq, outcome);
	bool same = uuid_eq(id, st->id); /* our own repetition after a lost COMMIT */
	if (replayed && !same)
		request_replayed(rq);
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kuuid(&w, "id", id);
	if (!replayed || same)
		jsonw_kcstr(&w, "token", st->token);
	credential_write_body(&w, &st->body);
	jsonw_end(&w);
	secret_wipe(st->token, sizeof st->token);
	return reply_json(rq, 201);
}

/* ---- GET /v1/tokens, DELETE /v1/tokens/{id} ---- */

static step_fn token_list_begin, token_revoke_begin;

const struct route route_token_list = {
	.name = "token_list",
	.method = HTTP_GET,
	.path = "/v1/tokens",
	.deadline = INIT_SECONDS(5),
	.first = token_list_begin,
};

static struct step token_list_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return credential_list(rq, Q_TOKEN_LIST);
}

const struct route route_token_revoke = {
	.name = "token_revoke",
	.method = HTTP_DELETE,
	.path = "/v1/tokens/{id}",
	.deadline = INIT_SECONDS(5),
	.recorded = true,
	.first = token_revoke_begin,
};

static struct step token_revoke_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return credential_revoke(rq, F_TOKEN_REVOKE);
}
