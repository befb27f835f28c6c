/* api/token.c - bearer tokens: made, listed, revoked by administrators. A token is shown once. That of a new
 * administrator is good when a second person has approved (api/staff_request.c). */

#include "api/api.h"
#include "api/caller_credential.h"
#include "api/outcome.h"
#include "crypt/random.h"
#include "crypt/secret.h"
#include "crypt/token.h"
#include "sql/organisation_load.h"
#include "sql/token_create.h"
#include "sql/token_list.h"
#include "sql/token_revoke.h"
#include "web/request.h"

/* ---- POST /v1/tokens ---- */

struct token_state {
	struct credential_body body;
	struct uuid id;
	struct instant expires;
	char token[TOKEN_TEXT];
	const char *shown; /* it, or NULL */
	struct slice name; /* of an administrator who is asked for */
	struct uuid staff; /* whose it is */
	const char *state; /* NULL: it is good */
};

static const struct decode_field token_fields[] = {
	CREDENTIAL_FIELDS(struct token_state, body),
	{.name = "name", .kind = DECODE_STRING, .nullable = true, .offset = offsetof(struct token_state, name),
	 .min = 1, .max = 100},
};
static const struct decode_table token_table = {token_fields, ARRAY_LEN(token_fields),
                                                sizeof(struct token_state)};

static int check(struct request *rq, void *state, struct fields *errors)
{
	const struct token_state *st = state;
	credential_check(&st->body, errors);
	if (st->name.p && st->body.role.p && !slice_is(st->body.role, "administrator"))
		fields_add(errors, "/name", "name_for_administrators");
	else if (st->name.p && st->body.staff.given)
		fields_add(errors, "/staff", "not_yourself");
	return 0;
}

static step_fn token_create_begin, token_create_store, token_create_done;

static const struct view_field made_fields[] = {
	VIEW_FIELD(struct token_state, id, "id"),
	VIEW_FIELD(struct token_state, shown, "token", .omitted = true),
	VIEW_INCLUDE_STRUCT(struct token_state, body, credential_made_view),
	VIEW_FIELD(struct token_state, staff, "staff"),
	VIEW_FIELD(struct token_state, name, "name", .omitted = true),
	VIEW_FIELD(struct token_state, state, "state", .omitted = true),
};
static const struct view made_view = VIEW(token_made, struct token_state, made_fields);

const struct route route_token_create = {
	.name = "token_create",
	.method = HTTP_POST,
	.path = "/v1/tokens",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &token_table,
	.check = check,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, made_view), JSON_VIEW(202, made_view)),
	.write = &token_create_statement,
	.first = token_create_begin,
};

static struct step token_create_begin(struct request *rq, const struct db_result *none)
{
	const struct token_state *st = rq->state;
	if (!st->body.organisation.p)
		return request_continue(rq, token_create_store);
	return AWAIT_READ(rq, token_create_store, ORGANISATION_LOAD_CALL(st->body.organisation));
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
	st->staff = st->name.p ? uuid_v7(instant_now()) : st->body.staff.v;
	return AWAIT_WRITE(rq, token_create_done,
	                   TOKEN_CREATE_CALL(request_context(rq), st->id, st->body.role,
	                                     organisation, districts_literal(rq, &st->body.districts),
	                                     st->body.label, slice_from(hash, sizeof hash),
	                                     credential_expiry(&st->body), st->staff, st->name));
}

/* A repeated Idempotency-Key cannot show the token again: only its hash was kept. */
static struct step token_create_done(struct request *rq, const struct db_result *rows)
{
	struct token_state *st = rq->state;
	struct token_create_row row;
	token_create_read(rows->res[0], 0, &row);
	bool replayed = row.outcome == TOKEN_CREATE_REPLAYED;
	bool asked = row.outcome == TOKEN_CREATE_REQUESTED || (replayed && st->name.p);
	if (!replayed && !asked && row.outcome != TOKEN_CREATE_CREATED)
		return reply_outcome(rq, row.outcome);
	bool same = uuid_eq(row.token, st->id); /* our own repetition after a lost COMMIT */
	if (replayed && !same)
		request_replayed(rq);
	st->id = row.token;
	st->shown = !replayed || same ? st->token : NULL;
	st->staff = row.staff;
	st->state = asked ? "awaiting_approval" : NULL;
	struct step answer = reply_view(rq, asked ? 202 : 201, &made_view, st);
	secret_wipe(st->token, sizeof st->token);
	return answer;
}

/* ---- GET /v1/tokens, DELETE /v1/tokens/{id} ---- */

static step_fn token_list_begin, token_list_done, token_revoke_begin, token_revoke_done;

static const struct listed token_list = CREDENTIAL_LIST("token");
LISTING_TABLE(list_query, token_list);

const struct route route_token_list = {
	.name = "token_list",
	.method = HTTP_GET,
	.path = "/v1/tokens",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(credential_view)),
	.first = token_list_begin,
};

static struct step token_list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, token_list_done,
	                  TOKEN_LIST_CALL((struct uuid){{0}}, l->after.key[0].uuid, listing_rows(l)));
}

static struct step token_list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &token_list, rq->query, rows->res[0]);
}

const struct route route_token_revoke = {
	.name = "token_revoke",
	.method = HTTP_DELETE,
	.path = "/v1/tokens/{id:uuid}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(5),
	.recorded = true,
	.answers = ANSWERS(NO_BODY(204)),
	.write = &token_revoke_statement,
	.first = token_revoke_begin,
};

static struct step token_revoke_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, token_revoke_done, TOKEN_REVOKE_CALL(request_context(rq), rq->param[0].uuid));
}

static struct step token_revoke_done(struct request *rq, const struct db_result *rows)
{
	struct token_revoke_row row;
	token_revoke_read(rows->res[0], 0, &row);
	return credential_revoked(rq, row.outcome);
}
