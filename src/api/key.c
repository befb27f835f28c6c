/* api/key.c - issuing keys. They are generated in the signer; what passes here is the public half
 * and a box that only the signer can open. */
#include "api/key.h"

#include "api/api.h"
#include "api/outcome.h"
#include "api/routes.h"
#include "db/rows.h"
#include "sql_statements.h"
#include "text/jsonw.h"

/* ---- one key of each kind, one after the other ---- */

static step_fn pair_next;

static void forget(void *arg)
{
	struct key_pair *pair = arg;
	signer_cancel(pair->signer, pair->call);
}

static void on_key(void *arg, int outcome, const struct generated_key *key)
{
	struct request *rq = arg;
	struct key_pair *pair = rq->waiting;
	pair->call = NULL;
	if (outcome < 0) {
		request_fail(rq, P_SIGNER_AWAY);
		return;
	}
	pair->keys[pair->n++] = *key;
	request_resume(rq);
}

struct step key_pair_generate(struct request *rq, struct key_pair *pair, struct slice issuer,
                              step_fn *next)
{
	const struct api *api = request_app(rq);
	pair->issuer = issuer;
	pair->next = next;
	pair->signer = api->signer;
	rq->waiting = pair;
	return request_continue(rq, pair_next);
}

static struct step pair_next(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct key_pair *pair = rq->waiting;
	if (pair->n == SIGNER_KINDS)
		return request_continue(rq, pair->next);
	struct duration left = mono_since(rq->deadline, mono_now());
	if (signer_generate(pair->signer, (enum signer_kind)pair->n, pair->issuer, left, on_key, rq,
	                    &pair->call) < 0)
		return reply_problem(rq, P_OVERLOADED);
	return request_await_event(rq, pair_next, forget, pair);
}

/* ---- POST /v1/issuers/{slug}/keys ---- */

struct key_state {
	struct uuid organisation;
	struct key_pair pair;
};

static step_fn create_begin, create_generate, create_store, create_done;

const struct route route_key_create = {
	.name = "key_create",
	.method = HTTP_POST,
	.path = "/v1/issuers/{slug}/keys",
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.first = create_begin,
};

static struct step create_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return AWAIT_READ(rq, create_generate, CALL(Q_ORGANISATION_LOAD, db_text(rq->param[0])));
}

static struct step create_generate(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct key_state *st = request_state(rq, sizeof *st);
	if (!st)
		return reply_out_of_memory(rq);
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	st->organisation = row_uuid(res, 0, rows_col(res, "id"));
	return key_pair_generate(rq, &st->pair, rq->param[0], create_store);
}

#define STORE(rq, st, k) \
	CALL(F_ISSUER_KEY_STORE, WRITE_CONTEXT(rq), db_uuid((st)->organisation), db_cstr((k)->id), \
	     db_bytes(slice_from((k)->public, (k)->public_n)), \
	     db_bytes(slice_from((k)->wrapped, (k)->wrapped_n)))

static struct step create_store(struct request *rq, const struct db_result *none)
{
	(void)none;
	const struct key_state *st = rq->state;
	return AWAIT_WRITE(rq, create_done, STORE(rq, st, &st->pair.keys[SIGNER_ED25519]),
	                   STORE(rq, st, &st->pair.keys[SIGNER_P256]));
}

/* An issuer that has a key of a kind keeps it: the answer names that one. */
static struct step create_done(struct request *rq, const struct db_result *rows)
{
	struct jsonw w;
	bool made = false;
	for (int i = 0; i < SIGNER_KINDS; i++) {
		struct slice outcome = row_text(rows->res[i], 0, 0);
		if (slice_is(outcome, "stored"))
			made = true;
		else if (!slice_is(outcome, "replayed"))
			return reply_outcome(rq, outcome);
	}
	if (!made)
		request_replayed(rq);
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kstr(&w, "issuer", rq->param[0]);
	jsonw_kstr(&w, "key_id", row_text(rows->res[SIGNER_ED25519], 0,
	                                  rows_col(rows->res[SIGNER_ED25519], "key")));
	jsonw_kstr(&w, "jwt_key_id",
	           row_text(rows->res[SIGNER_P256], 0, rows_col(rows->res[SIGNER_P256], "key")));
	jsonw_kcstr(&w, "state", "active");
	jsonw_end(&w);
	return reply_json(rq, 201);
}

/* ---- GET /v1/issuers/{slug}/keys ---- */

static step_fn list_begin, list_done;

const struct route route_key_list = {
	.name = "key_list",
	.method = HTTP_GET,
	.path = "/v1/issuers/{slug}/keys",
	.deadline = INIT_SECONDS(5),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return AWAIT_READ(rq, list_done, CALL(Q_KEY_LIST, db_text(rq->param[0])));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; i < rows_n(res); i++) {
		jsonw_object(&w);
		jsonw_kstr(&w, "issuer", row_text(res, i, rows_col(res, "slug")));
		jsonw_kstr(&w, "name", row_text(res, i, rows_col(res, "name")));
		jsonw_kstr(&w, "key_id", row_text(res, i, rows_col(res, "key")));
		jsonw_kstr(&w, "kind", row_text(res, i, rows_col(res, "kind")));
		jsonw_kstr(&w, "state", row_text(res, i, rows_col(res, "state")));
		jsonw_kstr(&w, "created_at", row_text(res, i, rows_col(res, "created_at")));
		jsonw_kstr(&w, "retired_at", row_text(res, i, rows_col(res, "retired_at")));
		jsonw_kstr(&w, "revoked_from", row_text(res, i, rows_col(res, "revoked_from")));
		jsonw_end(&w);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
