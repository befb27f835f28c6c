/* web/declared.c - the problems of a route, by the reasons for them. */
#include "web/declared.h"

#include <string.h>

#include "db/statement.h"
#include "http/response.h"
#include "text/id_number.h"

#ifdef TALENT_FAILPOINTS /* a build for tests */
#define BODIES_ARE_COMPARED true
#else
#define BODIES_ARE_COMPARED false
#endif

/* ---- what follows ---- */

static bool always(const struct route *r)
{
	return true;
}

static bool waits(const struct route *r)
{
	return !r->local;
}

static bool asks_who(const struct route *r)
{
	return !r->open || r->roles != 0;
}

static bool asks_in_force(const struct route *r)
{
	return asks_who(r) && !r->while_suspended;
}

static bool is_loaded(const struct route *r)
{
	return r->object && r->object->load;
}

static bool may_be_nothing(const struct route *r)
{
	return strchr(r->path, ':') || is_loaded(r);
}

static bool takes_body(const struct route *r)
{
	return r->media != NULL;
}

static bool takes_none(const struct route *r)
{
	return r->media == NULL;
}

static bool takes_json(const struct route *r)
{
	return r->body != NULL;
}

static bool stores(const struct route *r)
{
	return !route_asks(r);
}

static bool is_journaled(const struct route *r)
{
	return r->recorded || (r->write && statements[*r->write].journal);
}

static const struct {
	enum problem_id problem;
	bool (*given)(const struct route *r);
} reasons[] = {
	{P_INTERNAL, always},
	{P_OVERLOADED, always},        /* its arena is full */
	{P_MALFORMED_REQUEST, always}, /* an address that is not percent-encoded text */
	{P_INVALID_QUERY, always},     /* lang is a parameter of every address */
	{P_DATABASE_AWAY, waits},
	{P_DATABASE_FULL, waits},
	{P_DEADLINE, waits},
	{P_NOT_FOUND, may_be_nothing},
	{P_UNAUTHENTICATED, asks_who},
	{P_CALLER_SUSPENDED, asks_in_force},
	{P_FORBIDDEN, asks_who},
	{P_UNEXPECTED_BODY, takes_none},
	{P_BODY_TOO_LARGE, takes_body},
	{P_UNSUPPORTED_MEDIA_TYPE, takes_body},
	{P_CONTENT_ENCODING, takes_body},
	{P_INVALID_IDEMPOTENCY_KEY, takes_body},
	{P_INVALID_JSON, takes_json},
	{P_INVALID_UTF8, takes_json},
	{P_INVALID_FIELDS, takes_json},
	{P_OUTCOME_UNKNOWN, stores},
	{P_JOURNAL_AWAY, is_journaled},
};

static bool follows(const struct route *r, enum problem_id problem)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].problem == problem)
			return reasons[i].given(r);
	return false;
}

static bool says(const struct route *r, enum problem_id problem, outcome_gives_fn *outcome_gives)
{
	const char *const *word = r->write ? statements[*r->write].outcomes : NULL;
	for (; outcome_gives && word && *word; word++)
		if (outcome_gives(slice_of(*word), problem))
			return true;
	return false;
}

static bool lists(const struct route *r, enum problem_id problem)
{
	const enum problem_id *p = r->problems;
	while (p && *p != P_NONE && *p != problem)
		p++;
	return p && *p == problem;
}

/* ---- what is asked ---- */

bool route_gives(const struct route *r, enum problem_id problem, outcome_gives_fn *outcome_gives)
{
	return follows(r, problem) || lists(r, problem) || says(r, problem, outcome_gives);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* ---- the body ---- */

/* The envelope of a list is listing.c's. */
static bool is_page(const struct route_answer *a, json_t *json)
{
	const json_t *items = json_object_get(json, "items"), *cursor = json_object_get(json, "next_cursor");
	bool good = json_is_array(items) && (json_is_string(cursor) || json_is_null(cursor)) &&
	            json_object_size(json) == 2;
	for (size_t i = 0; good && i < json_array_size(items); i++)
		good = shape_fits(a->shape, json_array_get(items, i));
	return good;
}

static bool is_of_shape(const struct route_answer *a, struct slice body)
{
	json_t *json = a->shape ? json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
	bool good = !a->shape;
	if (json)
		good = a->page ? is_page(a, json) : shape_fits(a->shape, json);
	json_decref(json);
	return good;
}

bool route_answers(const struct route *r, const struct http_response *response)
{
	if (response->status == 304)
		return r->cache != NULL;
	for (const struct route_answer *a = r->answers; a && a->status; a++)
		if (a->status == response->status && same_text(a->media, response->content_type) &&
		    (!BODIES_ARE_COMPARED || is_of_shape(a, response->body)))
			return true;
	return false;
}

bool route_masks(const struct route *r, const struct http_response *response)
{
	if (!BODIES_ARE_COMPARED || (r && (r->shows_numbers || (r->local && r->cache))))
		return true;
	for (size_t i = 0; i < response->n_fields; i++)
		if (id_number_stands_in(response->fields[i].value))
			return false;
	return !id_number_stands_in(response->body);
}

bool problem_is_of_connection(enum problem_id problem)
{
	static const enum problem_id list[] = {
		P_MALFORMED_REQUEST,
		P_HTTP_VERSION,
		P_PLAIN_HTTP,
		P_HEADER_TOO_LARGE,
		P_URI_TOO_LONG,
		P_EXPECTATION_FAILED,
		P_REQUEST_TIMEOUT,
		P_TOO_MANY_CONNECTIONS,
		P_METHOD_NOT_ALLOWED,
	};
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		if (list[i] == problem)
			return true;
	return false;
}
