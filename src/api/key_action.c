/* api/key_action.c - rotating, retiring and revoking issuing keys: one person asks, another one
 * decides within 24 hours. PostgreSQL sees to it that they are two, and does what was asked in the
 * transaction of the approval. */
#include "api/api.h"
#include "api/body.h"
#include "api/key.h"
#include "api/outcome.h"
#include "api/routes.h"
#include "crypt/random.h"
#include "db/rows.h"
#include "sql_statements.h"

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

const struct route route_key_rotate = {
	.name = "key_rotate",
	.method = HTTP_POST,
	.path = "/v1/issuers/{slug}/keys/rotation",
	.deadline = INIT_SECONDS(5),
	.first = rotate_begin,
};

const struct route route_key_retire = {
	.name = "key_retire",
	.method = HTTP_POST,
	.path = "/v1/issuers/{slug}/keys/{key_id}/retirement",
	.deadline = INIT_SECONDS(5),
	.first = retire_begin,
};

const struct route route_key_revoke = {
	.name = "key_revoke",
	.method = HTTP_POST,
	.path = "/v1/issuers/{slug}/keys/{key_id}/revocation",
	.media = "application/json",
	.body_max = 4 * KIB,
	.deadline = INIT_SECONDS(5),
	.first = revoke_begin,
};

static struct step ask_for(struct request *rq, struct ask_state *st, const char *action,
                           struct slice key)
{
	st->action = action;
	return AWAIT_WRITE(rq, asked,
	                   CALL(F_KEY_ACTION_REQUEST, WRITE_CONTEXT(rq),
	                        db_uuid(uuid_v7(instant_now())), db_text(rq->param[0]),
	                        db_cstr(action), db_text(key),
	                        st->from.given ? db_day(st->from.v) : db_null()));
}

static struct step rotate_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct ask_state *st = request_state(rq, sizeof *st);
	return st ? ask_for(rq, st, "rotation", SLICE_NONE) : reply_out_of_memory(rq);
}

static struct step retire_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct ask_state *st = request_state(rq, sizeof *st);
	return st ? ask_for(rq, st, "retirement", rq->param[1]) : reply_out_of_memory(rq);
}

static struct step revoke_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct fields errors;
	struct step refused;
	struct ask_state *st = request_state(rq, sizeof *st);
	if (!st)
		return reply_out_of_memory(rq);
	if (!body_decode(rq, &revoke_table, st, &errors, &refused))
		return refused;
	if (fields_any(&errors))
		return reply_fields(rq, &errors);
	return ask_for(rq, st, "revocation", rq->param[1]);
}

static struct step asked(struct request *rq, const struct db_result *rows)
{
	const struct ask_state *st = rq->state;
	const PGresult *res = rows->res[0];
	struct slice outcome = outcome_of(rows);
	struct jsonw w;
	if (slice_is(outcome, "replayed"))
		request_replayed(rq);
	else if (!slice_is(outcome, "requested"))
		return reply_outcome(rq, outcome);
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kstr(&w, "id", row_text(res, 0, rows_col(res, "id")));
	jsonw_kcstr(&w, "action", st->action);
	jsonw_kcstr(&w, "state", "awaiting_approval");
	jsonw_kstr(&w, "expires_at", row_text(res, 0, rows_col(res, "expires_at")));
	jsonw_end(&w);
	return reply_json(rq, 202);
}

/* ---- GET /v1/key-actions ---- */

static step_fn list_begin, list_done;

const struct route route_key_action_list = {
	.name = "key_action_list",
	.method = HTTP_GET,
	.path = "/v1/key-actions",
	.deadline = INIT_SECONDS(5),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return AWAIT_READ(rq, list_done, CALL(Q_KEY_ACTION_LIST, db_null()));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	static const struct {
		const char *member, *column;
	} texts[] = {{"id", "id"}, {"issuer", "slug"}, {"action", "action"}, {"key_id", "key"},
	             {"from", "revoke_from"}, {"state", "state"}, {"requested_by", "requested_by"},
	             {"requested_at", "requested_at"}, {"expires_at", "expires_at"},
	             {"decided_by", "decided_by"}, {"decided_at", "decided_at"}};
	const PGresult *res = rows->res[0];
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; i < rows_n(res); i++) {
		jsonw_object(&w);
		for (size_t k = 0; k < ARRAY_LEN(texts); k++)
			jsonw_kstr(&w, texts[k].member, row_text(res, i, rows_col(res, texts[k].column)));
		jsonw_end(&w);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	return reply_json(rq, 200);
}

/* ---- POST /v1/key-actions/{id}/approval ---- */

struct approve_state {
	struct uuid id;
	struct slice issuer;
	struct key_pair pair;
};

static step_fn approve_begin, approve_loaded, approve_store, approve_done;

const struct route route_key_action_approve = {
	.name = "key_action_approve",
	.method = HTTP_POST,
	.path = "/v1/key-actions/{id}/approval",
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.first = approve_begin,
};

static struct step approve_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct approve_state *st = request_state(rq, sizeof *st);
	if (!st)
		return reply_out_of_memory(rq);
	if (!uuid_parse(rq->param[0], &st->id))
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_READ(rq, approve_loaded, CALL(Q_KEY_ACTION_LIST, db_uuid(st->id)));
}

/* Only what can still become a rotation needs keys. */
static struct step approve_loaded(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct approve_state *st = rq->state;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	struct uuid asker = row_uuid(res, 0, rows_col(res, "requested_by"));
	bool open = slice_is(row_text(res, 0, rows_col(res, "state")), "awaiting_approval");
	st->issuer = arena_slice(rq->arena, row_text(res, 0, rows_col(res, "slug")));
	if (!st->issuer.p)
		return reply_out_of_memory(rq);
	if (open && !uuid_eq(asker, rq->who.id) &&
	    slice_is(row_text(res, 0, rows_col(res, "action")), "rotation"))
		return key_pair_generate(rq, &st->pair, st->issuer, approve_store);
	return request_continue(rq, approve_store);
}

static struct step approve_store(struct request *rq, const struct db_result *none)
{
	(void)none;
	const struct approve_state *st = rq->state;
	struct db_arg keys[SIGNER_KINDS][3];
	for (int i = 0; i < SIGNER_KINDS; i++) {
		const struct generated_key *k = &st->pair.keys[i];
		bool made = i < st->pair.n;
		keys[i][0] = made ? db_cstr(k->id) : db_null();
		keys[i][1] = made ? db_bytes(slice_from(k->public, k->public_n)) : db_null();
		keys[i][2] = made ? db_bytes(slice_from(k->wrapped, k->wrapped_n)) : db_null();
	}
	return AWAIT_WRITE(rq, approve_done,
	                   CALL(F_KEY_ACTION_APPROVE, WRITE_CONTEXT(rq), db_uuid(st->id), keys[0][0],
	                        keys[0][1], keys[0][2], keys[1][0], keys[1][1], keys[1][2]));
}

static void write_decision(struct request *rq, const PGresult *res, const char *state)
{
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kstr(&w, "id", rq->param[0]);
	jsonw_kstr(&w, "issuer", row_text(res, 0, rows_col(res, "slug")));
	jsonw_kstr(&w, "action", row_text(res, 0, rows_col(res, "action")));
	jsonw_kcstr(&w, "state", state);
	if (strcmp(state, "approved") == 0) {
		jsonw_kstr(&w, "key_id", row_text(res, 0, rows_col(res, "key")));
		jsonw_kstr(&w, "jwt_key_id", row_text(res, 0, rows_col(res, "jwt_key")));
	}
	jsonw_end(&w);
}

static struct step reply_decision(struct request *rq, const struct db_result *rows,
                                  const char *state)
{
	struct slice outcome = outcome_of(rows);
	if (slice_is(outcome, "replayed"))
		request_replayed(rq);
	else if (!slice_is(outcome, state))
		return reply_outcome(rq, outcome);
	write_decision(rq, rows->res[0], state);
	return reply_json(rq, 200);
}

static struct step approve_done(struct request *rq, const struct db_result *rows)
{
	return reply_decision(rq, rows, "approved");
}

/* ---- DELETE /v1/key-actions/{id} ---- */

static step_fn reject_begin, reject_done;

const struct route route_key_action_reject = {
	.name = "key_action_reject",
	.method = HTTP_DELETE,
	.path = "/v1/key-actions/{id}",
	.deadline = INIT_SECONDS(5),
	.first = reject_begin,
};

static struct step reject_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct uuid id;
	if (!uuid_parse(rq->param[0], &id))
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_WRITE(rq, reject_done, CALL(F_KEY_ACTION_REJECT, WRITE_CONTEXT(rq), db_uuid(id)));
}

static struct step reject_done(struct request *rq, const struct db_result *rows)
{
	return reply_decision(rq, rows, "rejected");
}
