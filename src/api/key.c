/* api/key.c - issuing keys. They are generated in the signer; what passes here is the public half
 * and a box that only the signer can open. */
#include "api/key.h"

#include "api/api.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "sql/issuer_key_store.h"
#include "sql/key_list.h"
#include "sql/organisation_load.h"
#include "web/request.h"

const char *const key_uses[] = {"certificates", "lists", "receipts", NULL};

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

/* What an issuer needs; where it has one already it keeps that. */
enum { PROOF_KEY, JWT_KEY, LIST_KEY, NEEDED };

static const enum signer_kind needed[NEEDED] = {SIGNER_ED25519, SIGNER_P256, SIGNER_ED25519};

struct key_state {
	struct uuid organisation;
	struct generated_key keys[NEEDED];
};

static step_fn create_begin, create_generate, create_store, create_done;

struct made_keys {
	struct slice issuer, key, jwt_key, list_key;
	const char *state;
};

static const struct view_field made_fields[] = {
	VIEW_FIELD(struct made_keys, issuer, "issuer"),
	VIEW_FIELD(struct made_keys, key, "key_id"),
	VIEW_FIELD(struct made_keys, jwt_key, "jwt_key_id"),
	VIEW_FIELD(struct made_keys, list_key, "list_key_id"),
	VIEW_FIELD(struct made_keys, state, "state"),
};
static const struct view made_view = VIEW(made_keys, struct made_keys, made_fields);

const struct route route_key_create = {
	.name = "key_create",
	.method = HTTP_POST,
	.path = "/v1/issuers/{slug}/keys",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.state_size = sizeof(struct key_state),
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(201, made_view)),
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
	return request_await_keys(rq, create_store, rq->param[0].text, needed, NEEDED, st->keys);
}

static struct step create_store(struct request *rq, const struct db_result *none)
{
	const struct key_state *st = rq->state;
	const struct db_context *context = request_context(rq);
	const struct key_args k = key_args(&st->keys[PROOF_KEY]), jwt = key_args(&st->keys[JWT_KEY]);
	const struct key_args list = key_args(&st->keys[LIST_KEY]);
	const struct slice certificates = SLICE("certificates"), lists = SLICE("lists");
	return AWAIT_WRITE(rq, create_done,
	                   ISSUER_KEY_STORE_CALL(context, st->organisation, certificates, k.id, k.public,
	                                         k.wrapped),
	                   ISSUER_KEY_STORE_CALL(context, st->organisation, certificates, jwt.id,
	                                         jwt.public, jwt.wrapped),
	                   ISSUER_KEY_STORE_CALL(context, st->organisation, lists, list.id, list.public,
	                                         list.wrapped));
}

/* An issuer that has a key of a kind keeps it: the answer names that one. */
static struct step create_done(struct request *rq, const struct db_result *rows)
{
	struct issuer_key_store_row key[NEEDED];
	bool made = false;
	for (int i = 0; i < NEEDED; i++) {
		issuer_key_store_read(rows->res[i], 0, rq->arena, &key[i]);
		if (key[i].outcome == ISSUER_KEY_STORE_STORED)
			made = true;
		else if (key[i].outcome != ISSUER_KEY_STORE_REPLAYED)
			return reply_outcome(rq, key[i].outcome);
	}
	if (!made)
		request_replayed(rq);
	const struct made_keys made_keys = {rq->param[0].text, key[PROOF_KEY].key, key[JWT_KEY].key,
	                                    key[LIST_KEY].key, "active"};
	return reply_view(rq, 201, &made_view, &made_keys);
}

/* ---- GET /v1/issuers/{slug}/keys ---- */

static step_fn list_begin, list_done;

static const char *const states[] = {"published", "active", "retired", "revoked", NULL};

static const struct view_field key_fields[] = {
	VIEW_COLUMN(key_list_row, slug, "issuer"),
	VIEW_COLUMN(key_list_row, name, "name"),
	VIEW_COLUMN(key_list_row, key, "key_id"),
	VIEW_COLUMN(key_list_row, kind, "kind"),
	VIEW_COLUMN(key_list_row, signs, "signs", .words = key_uses),
	VIEW_COLUMN(key_list_row, state, "state", .words = states),
	VIEW_COLUMN(key_list_row, created_at, "created_at"),
	VIEW_COLUMN(key_list_row, signs_from, "signs_from"),
	VIEW_COLUMN(key_list_row, retired_at, "retired_at"),
	VIEW_COLUMN(key_list_row, revoked_from, "revoked_from"),
};
static const struct view key_view = VIEW(key, struct key_list_row, key_fields);

static int read_key(struct request *rq, const PGresult *res, int row, void *item)
{
	key_list_read(res, row, item);
	return 1;
}

static const struct listed key_list = {
	.key = {"key", 2, {CURSOR_KEY(struct key_list_row, made), CURSOR_KEY(struct key_list_row, key)}},
	.view = &key_view,
	.read = read_key,
};
LISTING_TABLE(list_query, key_list);

const struct route route_key_list = {
	.name = "key_list",
	.method = HTTP_GET,
	.path = "/v1/issuers/{slug}/keys",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(key_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	const struct cursor *after = &l->after;
	return AWAIT_READ(rq, list_done,
	                  KEY_LIST_CALL(rq->param[0].text, cursor_number(after, 0), after->key[1].text,
	                                listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &key_list, rq->query, rows->res[0]);
}
