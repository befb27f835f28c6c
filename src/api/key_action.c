/* api/key_action.c - rotating, retiring and revoking issuing keys: one person asks, another one
 * decides within 24 hours. PostgreSQL sees to it that they are two, and does what was asked in the
 * transaction of the approval. */
#include "api/api.h"
#include "api/key.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "api/two_people.h"
#include "crypt/random.h"
#include "domain/registry.h"
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

struct asked_action {
	struct uuid id;
	const char *action, *state;
	struct opt_instant expires_at;
	struct slice other_key;
	struct opt_bool issues;
};

static const struct view_field asked_fields[] = {
	VIEW_FIELD(struct asked_action, id, "id", .nullable = true),
	VIEW_FIELD(struct asked_action, action, "action", .words = actions),
	VIEW_FIELD(struct asked_action, state, "state", .words = states),
	VIEW_FIELD(struct asked_action, expires_at, "expires_at"),
	VIEW_FIELD(struct asked_action, other_key, "other_key_id", .nullable = true),
	VIEW_FIELD(struct asked_action, issues, "issues"),
};
static const struct view asked_view = VIEW(asked_key_action, struct asked_action, asked_fields);

const struct route route_key_rotate = {
	.name = "key_rotate",
	.method = HTTP_POST,
	.path = "/v1/issuers/{slug}/keys/rotation",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.state_size = sizeof(struct ask_state),
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(202, asked_view)),
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
	.answers = ANSWERS(JSON_VIEW(202, asked_view)),
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
	.answers = ANSWERS(JSON_VIEW(202, asked_view)),
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
	key_action_request_read(rows->res[0], 0, &row);
	if (row.outcome == KEY_ACTION_REQUEST_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != KEY_ACTION_REQUEST_REQUESTED)
		return reply_outcome(rq, row.outcome);
	const struct asked_action action = {row.id, st->action, "awaiting_approval", row.expires_at,
	                                    row.other_key, row.issues};
	return reply_view(rq, 202, &asked_view, &action);
}

/* ---- GET /v1/key-actions ---- */

static step_fn list_begin, list_done;

static const struct view_field action_fields[] = {
	VIEW_COLUMN(key_action_list_row, id, "id"),
	VIEW_COLUMN(key_action_list_row, slug, "issuer"),
	VIEW_COLUMN(key_action_list_row, action, "action", .words = actions),
	VIEW_COLUMN(key_action_list_row, key, "key_id"),
	VIEW_COLUMN(key_action_list_row, revoke_from, "from"),
	VIEW_COLUMN(key_action_list_row, state, "state", .words = states),
	VIEW_INCLUDE_STRUCT(struct key_action_list_row, decision, two_people_view),
};
static const struct view action_view = VIEW(key_action, struct key_action_list_row, action_fields);

static int read_action(struct request *rq, const PGresult *res, int row, void *item)
{
	key_action_list_read(res, row, item);
	return 1;
}

static const struct listed action_list = {
	.key = {"key_action", 1, {CURSOR_KEY(struct key_action_list_row, id)}},
	.view = &action_view,
	.read = read_action,
};
LISTING_TABLE(list_query, action_list);

const struct route route_key_action_list = {
	.name = "key_action_list",
	.method = HTTP_GET,
	.path = "/v1/key-actions",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(action_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done,
	                  KEY_ACTION_LIST_CALL((struct uuid){{0}}, l->after.key[0].uuid, listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &action_list, rq->query, rows->res[0]);
}

/* ---- POST /v1/key-actions/{id}/approval ---- */

static const enum signer_kind pair[SIGNER_KINDS] = {SIGNER_ED25519, SIGNER_P256};
static const enum signer_kind for_lists[] = {SIGNER_ED25519}, for_receipts[] = {SIGNER_P256};

struct approve_state {
	struct slice issuer;
	struct generated_key keys[SIGNER_KINDS]; /* a pair in this order, or one alone */
};

static step_fn approve_begin, approve_loaded, approve_store, approve_done;

/* Both decisions; the keys are an approval's, and what is left then. */
struct decision {
	struct uuid id;
	struct slice issuer, action;
	const char *state;
	struct slice key, signs, new_key, new_jwt_key;
	struct opt_instant signs_from;
	struct slice other_key;
	struct opt_bool issues;
};

static const struct view_field decision_fields[] = {
	VIEW_FIELD(struct decision, id, "id"),
	VIEW_FIELD(struct decision, issuer, "issuer"),
	VIEW_FIELD(struct decision, action, "action", .words = actions),
	VIEW_FIELD(struct decision, state, "state", .words = states),
};
static const struct view rejection_view = VIEW(key_action_rejection, struct decision, decision_fields);

static const struct view_field approval_fields[] = {
	VIEW_INCLUDE(rejection_view),
	VIEW_FIELD(struct decision, key, "key_id", .nullable = true),
	VIEW_FIELD(struct decision, signs, "signs", .words = key_uses, .nullable = true),
	VIEW_FIELD(struct decision, new_key, "new_key_id", .nullable = true),
	VIEW_FIELD(struct decision, new_jwt_key, "new_jwt_key_id", .nullable = true),
	VIEW_FIELD(struct decision, signs_from, "signs_from"),
	VIEW_FIELD(struct decision, other_key, "other_key_id", .nullable = true),
	VIEW_FIELD(struct decision, issues, "issues"),
};
static const struct view approval_view = VIEW(key_action_approval, struct decision, approval_fields);

const struct route route_key_action_approve = {
	.name = "key_action_approve",
	.method = HTTP_POST,
	.path = "/v1/key-actions/{id:uuid}/approval",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.state_size = sizeof(struct approve_state),
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(200, approval_view)),
	.problems = PROBLEMS(SIGNER_PROBLEMS),
	.write = &key_action_approve_statement,
	.first = approve_begin,
};

static struct step approve_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, approve_loaded, KEY_ACTION_LIST_CALL(rq->param[0].uuid, (struct uuid){{0}}, 1));
}

/* A rotation brings a pair; the list key that goes is followed by another one, and so is the registry's, which is
 * one alone. */
static size_t keys_needed(const struct key_action_list_row *row, const enum signer_kind **ret)
{
	bool registry = slice_is(row->slug, REGISTRY_ISSUER), rotation = slice_is(row->action, "rotation");
	if (registry)
		*ret = for_receipts;
	else
		*ret = rotation ? pair : for_lists;
	if (rotation && !registry)
		return SIGNER_KINDS;
	return registry || slice_is(row->signs, "lists") ? 1 : 0;
}

/* Only for what can still be approved are they made. */
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
	const enum signer_kind *kinds;
	size_t n = keys_needed(&row, &kinds);
	if (n && slice_is(row.state, "awaiting_approval") && !uuid_eq(row.decision.requested_by, rq->who.id))
		return request_await_keys(rq, approve_store, st->issuer, kinds, n, st->keys);
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

static struct step approve_done(struct request *rq, const struct db_result *rows)
{
	struct key_action_approve_row row;
	key_action_approve_read(rows->res[0], 0, &row);
	if (row.outcome == KEY_ACTION_APPROVE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != KEY_ACTION_APPROVE_APPROVED)
		return reply_outcome(rq, row.outcome);
	const struct decision d = {
		.id = rq->param[0].uuid,
		.issuer = row.slug,
		.action = row.action,
		.state = "approved",
		.key = row.key,
		.signs = row.signs,
		.new_key = row.new_key,
		.new_jwt_key = row.jwt_key,
		.signs_from = row.signs_from,
		.other_key = row.other_key,
		.issues = row.issues,
	};
	return reply_view(rq, 200, &approval_view, &d);
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
	.answers = ANSWERS(JSON_VIEW(200, rejection_view)),
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
	key_action_reject_read(rows->res[0], 0, &row);
	if (row.outcome == KEY_ACTION_REJECT_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != KEY_ACTION_REJECT_REJECTED)
		return reply_outcome(rq, row.outcome);
	const struct decision d = {
		.id = rq->param[0].uuid, .issuer = row.slug, .action = row.action, .state = "rejected"};
	return reply_view(rq, 200, &rejection_view, &d);
}
