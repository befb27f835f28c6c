/* web/body.c - strict JSON in, the struct of the route's table or a problem out. */
#include "base/outcome.h"
#include "text/decode.h"
#include "text/json.h"
#include "web/request.h"
#include "web/run.h"

/* Depth of JSON that most bodies need, with some to spare. */
enum { BODY_DEPTH = 8 };

static struct step reply_syntax(struct request *rq, const struct json_error_at *at,
                                size_t max_depth)
{
	const struct problem_member where[] = {
		{.name = "offset", .kind = PROBLEM_NUMBER, .number = (int64_t)at->offset},
		{.name = "line", .kind = PROBLEM_NUMBER, .number = (int64_t)at->line},
		{.name = "column", .kind = PROBLEM_NUMBER, .number = (int64_t)at->column},
		{.name = "reason", .kind = PROBLEM_TEXT, .text = slice_of(at->reason)},
		{.name = "limit", .kind = PROBLEM_NUMBER, .number = (int64_t)max_depth},
	};
	size_t n = ARRAY_LEN(where) - (strcmp(at->reason, "depth") == 0 ? 0 : 1);
	bool utf8 = strcmp(at->reason, "utf8") == 0;
	return reply_problem_with(rq, utf8 ? P_INVALID_UTF8 : P_INVALID_JSON, SLICE_NONE, where,
	                          n);
}

/* The same body with stand-ins for numbers that are too long or too large. */
static int read_despite_numbers(struct request *rq, size_t max_depth, json_t **ret)
{
	struct json_error_at at;
	struct buf text = BUF_INIT(2 * rq->body.n + KIB);
	json_stand_in(rq->body, &text);
	int r = buf_failed(&text) ? E_NOMEM : json_read(buf_slice(&text), max_depth, ret, &at);
	buf_free(&text);
	return r;
}

/* ret_number: has a reason when a number had to be replaced, so that the fields can be judged. */
static json_t *read_json(struct request *rq, size_t max_depth, struct json_error_at *ret_number,
                         struct step *refused)
{
	json_t *json = NULL;
	struct json_error_at at = {0};
	int r = json_read(rq->body, max_depth, &json, &at);
	if (r == E_SYNTAX && strcmp(at.reason, "number") == 0) {
		*ret_number = at;
		r = read_despite_numbers(rq, max_depth, &json);
	}
	if (r == E_SYNTAX) {
		*refused = reply_syntax(rq, &at, max_depth);
		return NULL;
	}
	if (r < 0 || json_keep(rq->arena, json) < 0) {
		*refused = reply_out_of_memory(rq);
		return NULL;
	}
	return json;
}

/* 0, or E_NOMEM. */
static int judge(struct request *rq, json_t *json)
{
	const struct route *route = rq->route;
	rq->errors = arena_alloc(rq->arena, sizeof *rq->errors);
	if (!rq->errors)
		return E_NOMEM;
	fields_init(rq->errors, rq->arena);
	int r = decode_object(json, route->body, rq->state, rq->arena, rq->errors);
	return r == 0 && route->check ? route->check(rq, rq->state, rq->errors) : r;
}

bool request_read_fields(struct request *rq, struct step *refused)
{
	const struct route *route = rq->route;
	struct json_error_at number = {0};
	size_t depth = route->depth ? route->depth : BODY_DEPTH;
	json_t *json = read_json(rq, depth, &number, refused);
	if (!json)
		return false;
	if (judge(rq, json) < 0 || arena_failed(rq->arena)) {
		*refused = reply_out_of_memory(rq);
		return false;
	}
	if (number.reason && !fields_any(rq->errors)) {
		*refused = reply_syntax(rq, &number, depth); /* no field's fault */
		return false;
	}
	if (route->answers_fields || !fields_any(rq->errors))
		return true;
	fields_sort(rq->errors);
	*refused = reply_fields(rq, rq->errors);
	return false;
}
