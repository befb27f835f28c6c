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

static json_t *read_json(struct request *rq, size_t max_depth, struct step *refused)
{
	json_t *json = NULL;
	struct json_error_at at = {0};
	int r = json_read(rq->body, max_depth, &json, &at);
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
	json_t *json = read_json(rq, route->depth ? route->depth : BODY_DEPTH, refused);
	if (!json)
		return false;
	if (judge(rq, json) < 0 || arena_failed(rq->arena)) {
		*refused = reply_out_of_memory(rq);
		return false;
	}
	if (route->answers_fields || !fields_any(rq->errors))
		return true;
	fields_sort(rq->errors);
	*refused = reply_fields(rq, rq->errors);
	return false;
}
