/* api/body.c - strict JSON in, a struct or a problem out. */
#include "api/body.h"

#include "base/outcome.h"
#include "text/json.h"

static struct step reply_syntax(struct request *rq, const struct json_error_at *at)
{
	const struct problem_member where[] = {
		{.name = "offset", .kind = PROBLEM_NUMBER, .number = (int64_t)at->offset},
		{.name = "line", .kind = PROBLEM_NUMBER, .number = (int64_t)at->line},
		{.name = "column", .kind = PROBLEM_NUMBER, .number = (int64_t)at->column},
		{.name = "reason", .kind = PROBLEM_TEXT, .text = slice_of(at->reason)},
	};
	bool utf8 = strcmp(at->reason, "utf8") == 0;
	return reply_problem_with(rq, utf8 ? P_INVALID_UTF8 : P_INVALID_JSON, SLICE_NONE, where,
	                          ARRAY_LEN(where));
}

json_t *body_json(struct request *rq, struct step *refused)
{
	json_t *json = NULL;
	struct json_error_at at = {0};
	int r = json_read(rq->body, BODY_DEPTH, &json, &at);
	if (r == E_SYNTAX) {
		*refused = reply_syntax(rq, &at);
		return NULL;
	}
	if (r < 0 || json_keep(rq->arena, json) < 0) {
		*refused = reply_out_of_memory(rq);
		return NULL;
	}
	return json;
}

bool body_decode(struct request *rq, const struct decode_table *table, void *out,
                 struct fields *errors, struct step *refused)
{
	fields_init(errors, rq->arena);
	json_t *json = body_json(rq, refused);
	if (!json)
		return false;
	if (decode_object(json, table, out, rq->arena, errors) < 0) {
		*refused = reply_out_of_memory(rq);
		return false;
	}
	return true;
}
