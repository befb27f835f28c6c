/* api/operation.c - parameters, body, answers and problems of one route. Examples are files of
 * api/openapi, one a route: {"path": {…}, "request": …, "answer": …}. */
#include "api/operation.h"

#include <assert.h>
#include <stdio.h>

#include "api/outcome.h"
#include "http/response.h"
#include "text/schema.h"
#include "web/asset.h"
#include "web/declared.h"

enum { SCHEMA_MAX = 64 * 1024 };

void description_put(struct description *d, json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value) < 0)
		d->failed = true;
}

static void add(struct description *d, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		d->failed = true;
}

static json_t *ref(const char *where, const char *name)
{
	return json_pack("{s:s+}", "$ref", where, name);
}

/* ---- words and examples ---- */

#define X(route, tag, en, zh) {#route, #tag, en, zh},
static const struct words {
	const char *route, *tag, *en, *zh;
} words[] = {
#include "api/operation_list.h"
};
#undef X

static const struct words *words_of(const struct route *r)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].route, r->name) == 0)
			return &words[i];
	assert(false); /* a route without its line */
	return NULL;
}

/* NULL: it has none. */
static json_t *example_of(const struct route *r)
{
	char name[96];
	snprintf(name, sizeof name, "%s.json", r->name);
	struct slice file = asset_find(name);
	return file.p ? json_loadb(file.p, file.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

static void put_example(struct description *d, json_t *object, const json_t *example, const char *part)
{
	json_t *value = json_object_get(example, part);
	if (value)
		description_put(d, object, "example", json_incref(value));
}

/* ---- schemas ---- */

static json_t *value_of(struct buf *b)
{
	json_t *value = json_loadb(b->p, b->n, 0, NULL);
	buf_free(b);
	return value;
}

static json_t *table_schema(const struct decode_table *table)
{
	struct buf b = BUF_INIT(SCHEMA_MAX);
	struct jsonw w;
	jsonw_init(&w, &b);
	schema_of_table(&w, table);
	return value_of(&b);
}

static json_t *field_schema(const struct decode_field *field)
{
	struct buf b = BUF_INIT(SCHEMA_MAX);
	struct jsonw w;
	jsonw_init(&w, &b);
	schema_of_parameter(&w, field);
	return value_of(&b);
}

static json_t *shape_schema(const struct shape *shape)
{
	struct buf b = BUF_INIT(SCHEMA_MAX);
	struct jsonw w;
	jsonw_init(&w, &b);
	schema_of_shape(&w, shape);
	return value_of(&b);
}

static bool add_member_shapes(void *arg, const struct shape_field *field);

/* A name has one shape. */
static void add_shape(struct description *d, const struct shape *shape)
{
	json_t *before = json_object_get(d->schemas, shape_name(shape)), *schema = shape_schema(shape);
	if (before) {
		assert(!schema || json_equal(before, schema));
		json_decref(schema);
		return;
	}
	description_put(d, d->schemas, shape_name(shape), schema);
	shape_each(shape, add_member_shapes, d);
}

static bool add_member_shapes(void *arg, const struct shape_field *field)
{
	if (field->of)
		add_shape(arg, field->of);
	if (field->or)
		add_shape(arg, field->or);
	return true;
}

/* Of a page of a list, whose items have the shape. */
static json_t *page_schema(const struct route_answer *a)
{
	json_t *items = json_pack("{s:s, s:o}", "type", "array", "items",
	                          ref(SCHEMA_REF, shape_name(a->shape)));
	return json_pack("{s:s, s:{s:o, s:{s:[s, s]}}, s:[s, s], s:b}", "type", "object", "properties",
	                 "items", items, "next_cursor", "type", "string", "null", "required", "items",
	                 "next_cursor", "additionalProperties", 0);
}

static json_t *answer_schema(struct description *d, const struct route_answer *a)
{
	if (!a->shape) {
		bool object = strstr(a->media, "json") || strcmp(a->media, "application/vc") == 0;
		return json_pack("{s:s}", "type", object ? "object" : "string");
	}
	add_shape(d, a->shape);
	return a->page ? page_schema(a) : ref(SCHEMA_REF, shape_name(a->shape));
}

/* ---- who ---- */

static const struct {
	enum role role;
	const char *name;
} roles[] = {
	{ROLE_INSTITUTION, "institution"}, {ROLE_COMPANY, "company"}, {ROLE_ADMINISTRATOR, "administrator"},
	{ROLE_AUDITOR, "auditor"},         {ROLE_EMPLOYER, "employer"},
};

static void put_security(struct description *d, json_t *operation, const struct route *r)
{
	json_t *security = json_array();
	if (r->roles) {
		json_t *access = json_object();
		for (size_t i = 0; i < ARRAY_LEN(roles); i++)
			if (r->roles & (unsigned)roles[i].role)
				description_put(d, access, roles[i].name,
				                json_string(route_access(r, roles[i].role)));
		description_put(d, operation, "x-roles", access);
		description_put(d, operation, "x-right", json_string(right_code(route_right(r))));
		add(d, security, json_pack("{s:[]}", "token"));
		add(d, security, json_pack("{s:[]}", "client_certificate"));
		if (r->open)
			add(d, security, json_object());
	}
	description_put(d, operation, "security", security);
}

/* ---- parameters ---- */

void operation_path(const struct route *r, char out[static OPERATION_PATH])
{
	size_t n = 0;
	bool type = false;
	for (const char *p = r->path; *p; p++) {
		type = (type || *p == ':') && *p != '}';
		assert(n + 1 < OPERATION_PATH);
		if (!type)
			out[n++] = *p;
	}
	out[n] = '\0';
}

static json_t *param_schema(struct slice type)
{
	if (slice_is(type, "uuid"))
		return json_pack("{s:s, s:s}", "type", "string", "format", "uuid");
	if (slice_is(type, "integer"))
		return json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", 1, "maximum", INT32_MAX);
	return json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
}

static void put_path(struct description *d, json_t *parameters, const struct route *r,
                     const json_t *example)
{
	struct slice rest = slice_of(r->path);
	while (rest.p) {
		struct slice segment = slice_cut(&rest, '/');
		if (segment.n < 3 || segment.p[0] != '{')
			continue;
		struct slice type = slice_from(segment.p + 1, segment.n - 2), name = slice_cut(&type, ':');
		json_t *p = json_pack("{s:s%, s:s, s:b, s:o}", "name", name.p, name.n, "in", "path", "required",
		                      1, "schema", param_schema(type));
		json_t *value = json_object_getn(json_object_get(example, "path"), name.p, name.n);
		if (value)
			description_put(d, p, "example", json_incref(value));
		add(d, parameters, p);
	}
}

static void put_query(struct description *d, json_t *parameters, const struct decode_table *query)
{
	for (size_t i = 0; query && i < query->n; i++) {
		const struct decode_field *f = &query->fields[i];
		json_t *one = json_pack("{s:s, s:s, s:b, s:o}", "name", f->name, "in", "query", "required",
		                        (int)f->required, "schema", field_schema(f));
		add(d, parameters, one);
	}
}

#define PARAMETER_REF "#/components/parameters/"

static void put_parameters(struct description *d, json_t *operation, const struct route *r,
                           const json_t *example)
{
	json_t *parameters = json_array();
	put_path(d, parameters, r, example);
	put_query(d, parameters, r->query);
	add(d, parameters, ref(PARAMETER_REF, "lang"));
	if (route_acknowledges(r))
		add(d, parameters, ref(PARAMETER_REF, "idempotency_key"));
	if (r->cache)
		add(d, parameters, ref(PARAMETER_REF, "if_none_match"));
	description_put(d, operation, "parameters", parameters);
}

/* ---- the body ---- */

static void put_body(struct description *d, json_t *operation, const struct route *r,
                     const json_t *example)
{
	if (!r->media)
		return;
	const struct decode_table *table = r->body ? r->body : r->form;
	json_t *content = json_pack("{s:o}", "schema", table_schema(table));
	put_example(d, content, example, "request");
	description_put(d, operation, "requestBody",
	                json_pack("{s:b, s:{s:o}}", "required", 1, "content", r->media, content));
}

/* ---- answers ---- */

/* The response of that status; new when it is the first of it. */
static json_t *response_of(struct description *d, json_t *responses, int status)
{
	char name[16];
	snprintf(name, sizeof name, "%d", status);
	json_t *response = json_object_get(responses, name);
	if (response)
		return response;
	response = json_pack("{s:s}", "description", response_reason(status));
	description_put(d, responses, name, response);
	return response;
}

/* A second schema of the same media type stands beside the first. */
static void put_media(struct description *d, json_t *content, const char *name, json_t *schema,
                      const json_t *example)
{
	json_t *media = json_object_get(content, name);
	if (media) {
		json_t *first = json_incref(json_object_get(media, "schema"));
		description_put(d, media, "schema", json_pack("{s:[o, o]}", "anyOf", first, schema));
		return;
	}
	media = json_pack("{s:o}", "schema", schema);
	if (strcmp(name, "application/json") == 0)
		put_example(d, media, example, "answer");
	description_put(d, content, name, media);
}

static void put_answers(struct description *d, json_t *responses, const struct route *r,
                        const json_t *example)
{
	for (const struct route_answer *a = r->answers; a->status; a++) {
		json_t *response = response_of(d, responses, a->status);
		if (a->status == 200 && r->cache && !json_object_get(response, "headers"))
			description_put(d, response, "headers",
			                json_pack("{s:o}", "ETag", ref("#/components/headers/", "ETag")));
		if (!a->media)
			continue;
		if (!json_object_get(response, "content"))
			description_put(d, response, "content", json_object());
		put_media(d, json_object_get(response, "content"), a->media, answer_schema(d, a), example);
	}
	if (r->cache)
		response_of(d, responses, 304);
}

/* ---- problems ---- */

json_t *problem_content(json_t *codes)
{
	return json_pack("{s:{s:[o, {s:{s:{s:o}}}]}}", "schema", "allOf", ref(SCHEMA_REF, "problem"),
	                 "properties", "code", "enum", codes);
}

/* The codes of one status. */
static json_t *codes_of(struct description *d, const struct route *r, int status)
{
	json_t *codes = json_array();
	for (int p = 0; p < PROBLEM_COUNT; p++)
		if (problems[p].status == status && route_gives(r, (enum problem_id)p, outcome_gives))
			add(d, codes, json_string(problems[p].code));
	return codes;
}

static void put_problems(struct description *d, json_t *responses, const struct route *r)
{
	for (int status = 400; status < 600; status++) {
		json_t *codes = codes_of(d, r, status);
		if (json_array_size(codes) > 0) {
			json_t *response = response_of(d, responses, status);
			if (!json_object_get(response, "content"))
				description_put(d, response, "content", json_object());
			description_put(d, json_object_get(response, "content"), "application/problem+json",
			                problem_content(codes));
		} else {
			json_decref(codes);
		}
	}
	description_put(d, responses, "default", ref("#/components/responses/", "connection"));
}

json_t *operation_describe(struct description *d, const struct route *r)
{
	const struct words *w = words_of(r);
	json_t *example = example_of(r), *responses = json_object();
	json_t *operation = json_pack("{s:s, s:s, s:s, s:[s]}", "operationId", r->name, "summary", w->en,
	                              "description", w->zh, "tags", w->tag);
	put_security(d, operation, r);
	put_parameters(d, operation, r, example);
	put_body(d, operation, r, example);
	put_answers(d, responses, r, example);
	put_problems(d, responses, r);
	description_put(d, operation, "responses", responses);
	json_decref(example);
	return operation;
}
