/* api/key_action.c - rotating, retiring and revoking issuing keys: one person asks, another one
 * decides within 24 hours. PostgreSQL sees to it that they are two, and does what was asked in the
 * transaction of the approval. */
#include "api/api.h"
#include "api/key.h"
#include "api/outcome.h"
#include "crypt/random.h"
#include "sql/key_action_approve.h"
#include "sql/key_action_list.h"
#include "sql/key_action_reject.h"
#include "sql/key_action_request.h"
#include "web/request.h"

/* ---- asking ---- */

struct ask_state {
	struct opt_day from;
	const char *action;
};

static const struct decode_field revoke_fields[] = {
	{.name = "from", .kind = DECODE_DAY, .required = true,
	 .offset = offsetof(struct ask_state, from)},
};
static const struct decode_table revoke_table = {revoke_fields, ARRAY_LEN(revoke_fields),
                                                 sizeof(struct ask_state)};

static step_fn rotate_begin, retire_begin, revoke_begin, asked;

static const char *const actions[] = {"rotation", "retirement", "revocation", NULL};
static const char *const states[] = {"awaiting_approval", "approved", "rejected", "expired", NULL};

static SHAPE(key_action_asked,
             MEMBER(UUID, "id", .nullable = true),
             MEMBER(STRING, "action", .words = actions),
             MEMBER(STRING, "state", .words = states),
             MEMBER(INSTANT, "expires_at", .nullable = true));

const struct route route_key_rotate = {
	.name = "key_rotate",
	.method = HTTP_POST,
	.path = "/v1/issuers/{slug}/keys/rotation",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.state_size = sizeof(struct ask_state),
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_OF(202, key_action_asked_shape)),
	.write = &key_action_request_statement,
	.first = rotate_begin,
};

const struct route route_key_retire = {
	.name = "key_retire",
	.method = HTTP_POST,
	.path = "/v1/issuers/{slug}/keys/{key_id}/retirement",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.state_size = sizeof(struct ask_state),
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_OF(202, key_action_asked_shape)),
	.write = &key_action_request_statement,
	.first = retire_begin,
};

const struct route route_key_revoke = {
	.name = "key_revoke",
	.method = HTTP_POST,
	.path = "/v1/issuers/{slug}/keys/{key_id}/revocation",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 4 * KIB,
	.body = &revoke_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_OF(202, key_action_asked_shape)),
	.write = &key_action_request_statement,
	.first = revoke_begin,
};

static struct step ask_for(struct request *rq, struct ask_state *st, const char *action,
                           struct slice key)
{
	st->action = action;
	return AWAIT_WRITE(rq, asked,
	                   KEY_ACTION_REQUEST_CALL(request_context(rq), uuid_v7(instant_now()),
	                                           rq->param[0].text, slice_of(action), key, st->from));
}

static struct step rotate_begin(struct request *rq, const struct db_result *none)
{
	return ask_for(rq, rq->state, "rotation", SLICE_NONE);
}

static struct step retire_begin(struct request *rq, const struct db_result *none)
{
	return ask_for(rq, rq->state, "retirement", rq->param[1].text);
}

static struct step revoke_begin(struct request *rq, const struct db_result *none)
{
	return ask_for(rq, rq->state, "revocation", rq->param[1].text);
}

static struct step asked(struct request *rq, const struct db_result *rows)
{
	const struct ask_state *st = rq->state;
	struct key_action_request_row row;
	struct jsonw w;
	key_action_request_read(rows->res[0], 0, &row);
	if (row.outcome == KEY_ACTION_REQUEST_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != KEY_ACTION_REQUEST_REQUESTED)
		return reply_outcome(rq, row.outcome);
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kuuid_or_null(&w, "id", row.id);
	jsonw_kcstr(&w, "action", st->action);
	jsonw_kcstr(&w, "state", "awaiting_approval");
	jsonw_kopt_instant(&w, "expires_at", row.expires_at);
	jsonw_end(&w);
	return reply_json(rq, 202);
}

/* ---- GET /v1/key-actions ---- */

static step_fn list_begin, list_done;

static SHAPE(key_action,
             MEMBER(UUID, "id"),
             MEMBER(STRING, "issuer"),
             MEMBER(STRING, "action", .words = actions),
             MEMBER(STRING, "key_id", .nullable = true),
             MEMBER(DAY, "from", .nullable = true),
             MEMBER(STRING, "state", .words = states),
             MEMBER(UUID, "requested_by"),
             MEMBER(INSTANT, "requested_at"),
             MEMBER(INSTANT, "expires_at"),
             MEMBER(UUID, "decided_by", .nullable = true),
             MEMBER(INSTANT, "decided_at", .nullable = true));

const struct route route_key_action_list = {
	.name = "key_action_list",
	.method = HTTP_GET,
	.path = "/v1/key-actions",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_LIST(key_action_shape)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, list_done, KEY_ACTION_LIST_CALL((struct uuid){{0}}));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; i < rows_n(res); i++) {
		struct key_action_list_row row;
		key_action_list_read(res, i, &row);
		jsonw_object(&w);
		jsonw_kuuid(&w, "id", row.id);
		jsonw_kstr(&w, "issuer", row.slug);
		jsonw_kstr(&w, "action", row.action);
		jsonw_kstr(&w, "key_id", row.key);
		jsonw_kopt_day(&w, "from", row.revoke_from);
		jsonw_kstr(&w, "state", row.state);
		jsonw_kuuid(&w, "requested_by", row.requested_by);
		jsonw_kinstant(&w, "requested_at", row.requested_at);
		jsonw_kinstant(&w, "expires_at", row.expires_at);
		jsonw_kuuid_or_null(&w, "decided_by", row.decided_by);
		jsonw_kopt_instant(&w, "decided_at", row.decided_at);
		jsonw_end(&w);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	return reply_json(rq, 200);
}

/* ---- POST /v1/key-actions/{id}/approval ---- */

struct approve_state {
	struct slice issuer;
	struct generated_key keys[SIGNER_KINDS];
};

static step_fn approve_begin, approve_loaded, approve_store, approve_done;

static SHAPE(key_action_decided,
             MEMBER(UUID, "id"),
             MEMBER(STRING, "issuer"),
             MEMBER(STRING, "action", .words = actions),
             MEMBER(STRING, "state", .words = states),
             MEMBER(STRING, "key_id", .nullable = true, .omitted = true),
             MEMBER(STRING, "jwt_key_id", .nullable = true, .omitted = true));

const struct route route_key_action_approve = {
	.name = "key_action_approve",
	.method = HTTP_POST,
	.path = "/v1/key-actions/{id:uuid}/approval",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.state_size = sizeof(struct approve_state),
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.answers = ANSWERS(JSON_OF(200, key_action_decided_shape)),
	.problems = PROBLEMS(SIGNER_PROBLEMS),
	.write = &key_action_approve_statement,
	.first = approve_begin,
};

static struct step approve_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, approve_loaded, KEY_ACTION_LIST_CALL(rq->param[0].uuid));
}

/* Only what can still become a rotation needs keys. */
static struct step approve_loaded(struct request *rq, const struct db_result *rows)
{
	struct key_action_list_row row;
	struct approve_state *st = rq->state;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	key_action_list_read(rows->res[0], 0, &row);
	st->issuer = arena_slice(rq->arena, row.slug);
	if (!st->issuer.p)
		return reply_out_of_memory(rq);
	if (slice_is(row.state, "awaiting_approval") && !uuid_eq(row.requested_by, rq->who.id) &&
	    slice_is(row.action, "rotation"))
		return request_await_keys(rq, approve_store, st->issuer, st->keys);
	return request_continue(rq, approve_store);
}

static struct step approve_store(struct request *rq, const struct db_result *none)
{
	const struct approve_state *st = rq->state;
	const struct key_args k = key_args(&st->keys[SIGNER_ED25519]);
	const struct key_args jwt = key_args(&st->keys[SIGNER_P256]);
	return AWAIT_WRITE(rq, approve_done,
	                   KEY_ACTION_APPROVE_CALL(request_context(rq), rq->param[0].uuid, k.id, k.public,
	                                           k.wrapped, jwt.id, jwt.public, jwt.wrapped));
}

/* Both decisions; jsonw_end is the caller's. */
static void write_decision(struct request *rq, struct jsonw *w, struct slice issuer,
                           struct slice action, const char *state)
{
	jsonw_init(w, request_out(rq));
	jsonw_object(w);
	jsonw_kuuid(w, "id", rq->param[0].uuid);
	jsonw_kstr(w, "issuer", issuer);
	jsonw_kstr(w, "action", action);
	jsonw_kcstr(w, "state", state);
}

static struct step approve_done(struct request *rq, const struct db_result *rows)
{
	struct key_action_approve_row row;
	struct jsonw w;
	key_action_approve_read(rows->res[0], 0, &row);
	if (row.outcome == KEY_ACTION_APPROVE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != KEY_ACTION_APPROVE_APPROVED)
		return reply_outcome(rq, row.outcome);
	write_decision(rq, &w, row.slug, row.action, "approved");
	jsonw_kstr(&w, "key_id", row.key);
	jsonw_kstr(&w, "jwt_key_id", row.jwt_key);
	jsonw_end(&w);
	return reply_json(rq, 200);
}

/* ---- DELETE /v1/key-actions/{id} ---- */

static step_fn reject_begin, reject_done;

const struct route route_key_action_reject = {
	.name = "key_action_reject",
	.method = HTTP_DELETE,
	.path = "/v1/key-actions/{id:uuid}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_OF(200, key_action_decided_shape)),
	.write = &key_action_reject_statement,
	.first = reject_begin,
};

static struct step reject_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, reject_done, KEY_ACTION_REJECT_CALL(request_context(rq), rq->param[0].uuid));
}

static struct step reject_done(struct request *rq, const struct db_result *rows)
{
	struct key_action_reject_row row;
	struct jsonw w;
	key_action_reject_read(rows->res[0], 0, &row);
	if (row.outcome == KEY_ACTION_REJECT_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != KEY_ACTION_REJECT_REJECTED)
		return reply_outcome(rq, row.outcome);
	write_decision(rq, &w, row.slug, row.action, "rejected");
	jsonw_end(&w);
	return reply_json(rq, 200);
}
