/* api/body.c - strict JSON in, a struct or a problem out. */
#include "api/body.h"

#include "base/outcome.h"
#include "text/json.h"

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

json_t *body_json(struct request *rq, struct step *refused)
{
	return read_json(rq, BODY_DEPTH, refused);
}

bool body_decode(struct request *rq, const struct decode_table *table, void *out,
                 struct fields *errors, struct step *refused)
{
	return body_decode_deep(rq, BODY_DEPTH, table, out, errors, refused);
}

bool body_decode_deep(struct request *rq, size_t max_depth, const struct decode_table *table,
                      void *out, struct fields *errors, struct step *refused)
{
	fields_init(errors, rq->arena);
	json_t *json = read_json(rq, max_depth, refused);
	if (!json)
		return false;
	if (decode_object(json, table, out, rq->arena, errors) < 0) {
		*refused = reply_out_of_memory(rq);
		return false;
	}
	return true;
}
