/* api/key_confirm.c - after keys were wrapped anew: whether the new boxes open. The signer is asked
 * to open each; then the old box is let go, or, when only the old one opens, put back. The clerk
 * asks itself for this (clerk/errand.h); no listener has the route, and no worker may say that a
 * box opens. */
#include <string.h>

#include "api/api.h"
#include "api/outcome.h"
#include "api/routes.h"
#include "base/outcome.h"
#include "db/rows.h"
#include "signer/client.h"
#include "sql_statements.h"

struct confirm {
	struct slice key, slug, wrapped, before; /* of the key at hand */
	enum signer_kind kind;
	bool trying_before; /* the new box did not open */
	bool trouble;       /* of some key in this round */
	struct signer_call *call;
	int outcome; /* of the call */
};

static step_fn begin, key_next, key_loaded, key_tried, key_stored;

const struct route route_key_confirm = {
	.name = "key_confirm",
	.method = HTTP_POST,
	.path = "/keys/confirmation",
	.deadline = INIT_SECONDS(20),
	.open = true,
	.chore = true,
	.first = begin,
};

static struct step begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct confirm *st = request_state(rq, sizeof *st);
	if (!st)
		return reply_out_of_memory(rq);
	st->key = SLICE("");
	return request_continue(rq, key_next);
}

static struct step key_next(struct request *rq, const struct db_result *none)
{
	(void)none;
	const struct confirm *st = rq->state;
	return AWAIT_READ(rq, key_loaded, CALL(Q_KEY_UNCONFIRMED, db_text(st->key)));
}

/* ---- asking the signer ---- */

static void forget(void *arg)
{
	struct request *rq = arg;
	const struct api *api = request_app(rq);
	const struct confirm *st = rq->state;
	signer_cancel(api->signer, st->call);
}

static void on_tried(void *arg, int outcome, const struct rewrapped_key *key)
{
	struct request *rq = arg;
	struct confirm *st = rq->state;
	(void)key; /* that it opened is all */
	st->call = NULL;
	st->outcome = outcome;
	request_resume(rq);
}

static struct step try_box(struct request *rq, struct confirm *st)
{
	const struct api *api = request_app(rq);
	const struct rewrap_job job = {
		.kind = st->kind,
		.issuer = st->slug,
		.key_id = st->key,
		.wrapped = st->trying_before ? st->before : st->wrapped,
	};
	struct duration left = mono_since(rq->deadline, mono_now());
	int r = signer_rewrap(api->signer, &job, left, on_tried, rq, &st->call);
	if (r == E_LIMIT || r == E_SYNTAX) { /* it can be no box at all */
		st->outcome = E_REFUSED;
		return request_continue(rq, key_tried);
	}
	if (r < 0)
		return reply_problem(rq, P_OVERLOADED);
	return request_await_event(rq, key_tried, forget, rq);
}

static struct step key_loaded(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct confirm *st = rq->state;
	if (rows_n(res) == 0)
		return st->trouble ? reply_problem(rq, P_KEY_NOT_OPENED) : reply_empty(rq, 204);
	st->key = arena_slice(rq->arena, row_text(res, 0, rows_col(res, "key")));
	st->slug = arena_slice(rq->arena, row_text(res, 0, rows_col(res, "slug")));
	st->kind = slice_is(row_text(res, 0, rows_col(res, "kind")), "p256") ? SIGNER_P256
	                                                                     : SIGNER_ED25519;
	st->wrapped = row_bytes(res, 0, rows_col(res, "wrapped"), rq->arena);
	st->before = row_bytes(res, 0, rows_col(res, "wrapped_before"), rq->arena);
	st->trying_before = false;
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	return try_box(rq, st);
}

static struct step key_tried(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct confirm *st = rq->state;
	if (st->outcome != 0 && st->outcome != E_REFUSED)
		return reply_problem(rq, P_SIGNER_AWAY);
	if (st->outcome == E_REFUSED) {
		st->trouble = true;
		if (st->trying_before) /* neither opens: a host without the right key; both stay */
			return request_continue(rq, key_next);
		st->trying_before = true;
		return try_box(rq, st);
	}
	return AWAIT_WRITE(rq, key_stored,
	                   CALL(F_ISSUER_KEY_CONFIRM, db_text(slice_of(rq->id)), db_text(st->key),
	                        db_bytes(st->wrapped), db_bool(!st->trying_before)));
}

static struct step key_stored(struct request *rq, const struct db_result *rows)
{
	(void)rows; /* whatever somebody else did to it meanwhile, it is looked at in the next round */
	return request_continue(rq, key_next);
}
