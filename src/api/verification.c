/* api/verification.c - verification as JSON: by code in the address, by code or number with the
 * name or by credential in the body, and in batches for callers with a token. Who presents a token
 * with a single one is known by it, too: misses count for the token, not for the address. */

#include "api/api.h"
#include "verifying/record.h"
#include "auth/gate.h"
#include "credential/unwrap.h"
#include "domain/lookup.h"
#include "web/request.h"

/* A credential in its wrapping may nest UNWRAP_DEPTH_MAX deep below {"items":[{"credential":...}]}, so
 * that the answer names the credential's own limit. */
enum { BATCH_MAX = 100, DEPTH_MAX = UNWRAP_DEPTH_MAX + 3 };

static struct step reply_verdict(struct request *rq, const struct verify *v)
{
	struct jsonw w;
	if (v->refusal.policy)
		return guess_refuse(rq, &v->refusal);
	jsonw_init(&w, request_out(rq));
	if (verify_write(&w, v) < 0)
		return reply_out_of_memory(rq);
	return reply_json(rq, 200);
}

/* ---- GET /v1/verifications/{code} ---- */

static step_fn view_begin, view_done;

const struct route route_verification_view = {
	.name = "verification_view",
	.method = HTTP_GET,
	.path = "/v1/verifications/{code}",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.answers = ANSWERS(JSON_VIEW(200, verdict_view)),
	.problems = PROBLEMS(P_STATUS_UNKNOWN),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	struct verify *v = verify_by_code(rq, rq->param[0].text, SLICE_NONE);
	if (!v)
		return reply_out_of_memory(rq);
	rq->state = v;
	return verify_go(rq, v, view_done);
}

static struct step view_done(struct request *rq, const struct db_result *none)
{
	return reply_verdict(rq, rq->state);
}

/* ---- POST /v1/verifications ---- */

struct item {
	struct slice code, number, name;
	json_t *credential; /* object, or string: a JWT; NULL: not given */
};

struct verification_body {
	struct item one;
	struct decode_array items; /* of struct item */
	bool batch;
};

struct verification_state {
	struct verification_body body;
	struct verify *now;
	struct verify **all; /* of a batch */
	size_t at, judged;
	struct buf answers; /* of a batch */
};

#define ITEM_FIELDS(type, prefix) \
	{.name = "code", .kind = DECODE_TYPED, .offset = offsetof(type, prefix code), .min = 1, \
	 .max = LOOKUP_MAX_CHARACTERS}, \
	{.name = "number", .kind = DECODE_TYPED, .offset = offsetof(type, prefix number), .min = 1, \
	 .max = LOOKUP_MAX_CHARACTERS}, \
	{.name = "name", .kind = DECODE_TYPED, .offset = offsetof(type, prefix name), .min = 1, .max = 200}, \
	{.name = "credential", .kind = DECODE_JSON, .offset = offsetof(type, prefix credential)}

static const struct decode_field item_fields[] = {ITEM_FIELDS(struct item, )};
static const struct decode_table item_table = {item_fields, ARRAY_LEN(item_fields),
                                               sizeof(struct item)};
static const struct decode_field body_fields[] = {
	ITEM_FIELDS(struct verification_body, one.),
	{.name = "items", .kind = DECODE_ARRAY, .offset = offsetof(struct verification_body, items),
	 .given = DECODE_GIVEN(struct verification_body, batch), .min = 1, .max = BATCH_MAX,
	 .table = &item_table},
};
static const struct decode_table body_table = {body_fields, ARRAY_LEN(body_fields),
                                               sizeof(struct verification_body)};

/* Either a code, or a number with the name, or a credential. */
static void check_item(const struct item *it, const char *at, struct fields *errors)
{
	bool text = json_is_object(it->credential) || json_is_string(it->credential);
	if (it->credential && (it->code.p || it->number.p))
		fields_addf(errors, "code_or_number", "%s/credential", at);
	else if (it->credential && !text)
		fields_addf(errors, "wrong_type", "%s/credential", at);
	else if (it->credential)
		return;
	else if (it->code.p && it->number.p)
		fields_addf(errors, "code_or_number", "%s/number", at);
	else if (!it->code.p && !it->number.p)
		fields_addf(errors, "code_or_number", "%s/code", at);
	else if (it->number.p && !it->name.p)
		fields_addf(errors, "required", "%s/name", at);
}

static int check_body(struct request *rq, void *state, struct fields *errors)
{
	const struct verification_body *b = state;
	const struct item *items = b->items.items;
	if (fields_any(errors))
		return 0;
	if (!b->batch) {
		check_item(&b->one, "", errors);
		return 0;
	}
	if (b->one.code.p || b->one.number.p || b->one.name.p || b->one.credential)
		fields_add(errors, "/items", "items_alone");
	for (size_t i = 0; i < b->items.n; i++) {
		const char *at = arena_printf(rq->arena, "/items/%zu", i);
		if (at)
			check_item(&items[i], at, errors);
	}
	return 0;
}

static step_fn create_begin, create_one, create_judged, create_done, batch_begin, batch_next, batch_done;

static SHAPE(verdicts, MEMBER(LIST, "items", .of = SHAPE_OF(verdict_view), .or = SHAPE_OF(unjudged_view)));

const struct route route_verification_create = {
	.name = "verification_create",
	.method = HTTP_POST,
	.path = "/v1/verifications",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR |
	         ROLE_AUDITOR | ROLE_EMPLOYER,
	.media = "application/json",
	.body_max = 256 * KIB,
	.body = &body_table,
	.depth = DEPTH_MAX,
	.check = check_body,
	.state_size = sizeof(struct verification_state),
	.deadline = INIT_SECONDS(10),
	.open = true,
	.question = true,
	.answers = ANSWERS(JSON_VIEW(200, verdict_view), JSON_OF(200, verdicts_shape)),
	.problems = PROBLEMS(P_STATUS_UNKNOWN, P_RATE_LIMITED),
	.first = create_begin,
};

static struct verify *start(struct request *rq, const struct item *it)
{
	if (it->credential)
		return verify_by_credential(rq, it->credential, it->name);
	return it->code.p ? verify_by_code(rq, it->code, it->name)
	                  : verify_by_number(rq, it->number, it->name);
}

static struct step create_begin(struct request *rq, const struct db_result *none)
{
	const struct verification_state *st = rq->state;
	rq->away = verify_status_unknown;
	if (st->body.batch)
		return auth_require(rq, batch_begin);
	if (auth_presented(rq))
		return auth_require(rq, create_one);
	return create_one(rq, NULL);
}

static struct step create_one(struct request *rq, const struct db_result *none)
{
	struct verification_state *st = rq->state;
	st->now = start(rq, &st->body.one);
	if (!st->now)
		return reply_out_of_memory(rq);
	return verify_go(rq, st->now, create_judged);
}

static struct step create_judged(struct request *rq, const struct db_result *none)
{
	struct verification_state *st = rq->state;
	return verify_record(rq, &st->now, 1, create_done);
}

static struct step create_done(struct request *rq, const struct db_result *none)
{
	const struct verification_state *st = rq->state;
	return reply_verdict(rq, st->now);
}

/* ---- {"items":[...]}: one after the other, in order, each judged or not by itself; their records go into
 * one COMMIT ---- */

static void free_answers(void *arg)
{
	buf_free(arg);
}

static struct step verify_item(struct request *rq, struct verification_state *st)
{
	const struct item *items = st->body.items.items;
	st->now = start(rq, &items[st->at]);
	if (!st->now)
		return reply_out_of_memory(rq);
	return verify_go(rq, st->now, batch_next);
}

static struct step batch_begin(struct request *rq, const struct db_result *none)
{
	struct verification_state *st = rq->state;
	st->answers = BUF_INIT(BATCH_MAX * 4 * KIB);
	st->all = arena_alloc(rq->arena, st->body.items.n * sizeof(struct verify *));
	if (!st->all || arena_on_dispose(rq->arena, free_answers, &st->answers) < 0)
		return reply_out_of_memory(rq);
	return verify_item(rq, st);
}

static struct step batch_next(struct request *rq, const struct db_result *none)
{
	struct verification_state *st = rq->state;
	if (verify_hold(st->now) < 0)
		return reply_out_of_memory(rq);
	st->judged += st->now->refusal.policy == NULL;
	st->all[st->at++] = st->now;
	if (st->at < st->body.items.n)
		return verify_item(rq, st);
	if (st->judged == 0)
		return guess_refuse(rq, &st->now->refusal);
	return verify_record(rq, st->all, st->at, batch_done);
}

static struct step batch_done(struct request *rq, const struct db_result *none)
{
	struct verification_state *st = rq->state;
	struct jsonw w;
	buf_adds(&st->answers, "{\"items\":[");
	for (size_t i = 0; i < st->at; i++) {
		if (i > 0)
			buf_addc(&st->answers, ',');
		jsonw_init(&w, &st->answers);
		if (verify_write(&w, st->all[i]) < 0)
			return reply_out_of_memory(rq);
	}
	buf_adds(&st->answers, "]}");
	if (buf_failed(&st->answers))
		return reply_out_of_memory(rq);
	return reply_bytes(rq, 200, "application/json", buf_slice(&st->answers));
}
