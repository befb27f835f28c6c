/* The description of the API: equal to the routes both ways, sound by itself, and true of its examples.
 * (integration/test_examples replays these against the daemon.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "../lib/json_schema.h"
#include "../lib/office.h"
#include "api/openapi.h"
#include "api/operation.h"
#include "api/outcome.h"
#include "web/declared.h"

static json_t *document;

static int describe(void **state)
{
	document = openapi_document(api_routes);
	return document ? 0 : -1;
}

static int forget(void **state)
{
	json_decref(document);
	return 0;
}

static json_t *paths(void)
{
	return json_object_get(document, "paths");
}

static const char *text_at(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	if (!text)
		fail_msg("no text %s", name);
	return text;
}

/* Runs through all operations. */
#define FOR_EACH_OPERATION(path, method, operation) \
	const char *path, *method; \
	json_t *of_path_, *operation; \
	json_object_foreach (paths(), path, of_path_) \
		json_object_foreach (of_path_, method, operation)

/* ---- equal to the routes ---- */

static json_t *operation_of(const struct route *r)
{
	char path[OPERATION_PATH], method[8];
	size_t n = 0;
	operation_path(r, path);
	for (const char *p = http_method_name(r->method); *p; p++)
		method[n++] = (char)(*p | 0x20);
	method[n] = '\0';
	return json_object_get(json_object_get(paths(), path), method);
}

static void every_route_is_an_operation_and_no_other(void **state)
{
	size_t routes = 0, operations = 0;
	for (const struct route *const *r = api_routes; *r; r++, routes++) {
		json_t *operation = operation_of(*r);
		assert_non_null(operation);
		assert_string_equal(text_at(operation, "operationId"), (*r)->name);
	}
	FOR_EACH_OPERATION(path, method, operation)
		operations++;
	assert_int_equal(routes, operations);
}

static const struct route *route_named(const char *name)
{
	const struct route *const *r = api_routes;
	while (*r && strcmp((*r)->name, name) != 0)
		r++;
	return *r;
}

static void every_line_of_words_is_a_routes(void **state)
{
#define X(route, tag, en, zh) assert_non_null(route_named(#route));
#include "api/operation_list.h"
#undef X
}

static bool lists_code(json_t *response, const char *code)
{
	json_t *schema = json_object_get(
		json_object_get(json_object_get(response, "content"), "application/problem+json"), "schema");
	json_t *codes = json_object_get(
		json_object_get(json_object_get(json_array_get(json_object_get(schema, "allOf"), 1),
		                                "properties"), "code"), "enum");
	for (size_t i = 0; i < json_array_size(codes); i++)
		if (strcmp(json_string_value(json_array_get(codes, i)), code) == 0)
			return true;
	return false;
}

static void problems_are_those_of_the_route(void **state)
{
	for (const struct route *const *r = api_routes; *r; r++) {
		json_t *responses = json_object_get(operation_of(*r), "responses");
		for (int p = 0; p < PROBLEM_COUNT; p++) {
			char status[16];
			snprintf(status, sizeof status, "%d", problems[p].status);
			assert_int_equal(lists_code(json_object_get(responses, status), problems[p].code),
			                 route_gives(*r, (enum problem_id)p, outcome_gives));
		}
	}
}

/* Whoever reads it knows every code: of an operation, or of the connection. */
static void every_problem_is_listed(void **state)
{
	json_t *connection =
		schema_resolve(document, "#/components/responses/connection");
	for (int p = 0; p < PROBLEM_COUNT; p++) {
		bool listed = lists_code(connection, problems[p].code);
		char status[16];
		snprintf(status, sizeof status, "%d", problems[p].status);
		FOR_EACH_OPERATION(path, method, operation)
			listed |= lists_code(json_object_get(json_object_get(operation, "responses"), status),
			                     problems[p].code);
		if (!listed)
			fail_msg("nothing lists %s", problems[p].code);
	}
}

/* ---- sound by itself (OpenAPI 3.1.0 section 4.8) ---- */

static int refs;

static void check_refs(json_t *value)
{
	const char *name;
	json_t *member;
	for (size_t i = 0; i < json_array_size(value); i++)
		check_refs(json_array_get(value, i));
	json_object_foreach(value, name, member) {
		if (strcmp(name, "$ref") == 0) {
			if (!schema_resolve(document, json_string_value(member)))
				fail_msg("%s", json_string_value(member));
			refs++;
		}
		check_refs(member);
	}
}

static void every_reference_leads_somewhere(void **state)
{
	check_refs(document);
	assert_true(refs > 200);
}

static bool is_among(json_t *list, const char *member, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(text_at(json_array_get(list, i), member), text) == 0)
			return true;
	return false;
}

static void check_parameters(const char *path, json_t *operation)
{
	json_t *parameters = json_object_get(operation, "parameters");
	int in_path = 0, braces = 0;
	for (const char *p = path; *p; p++)
		braces += *p == '{';
	for (size_t i = 0; i < json_array_size(parameters); i++) {
		json_t *p = json_array_get(parameters, i), *ref = json_object_get(p, "$ref");
		char name[80];
		if (ref)
			p = schema_resolve(document, json_string_value(ref));
		assert_true(json_is_object(json_object_get(p, "schema")));
		snprintf(name, sizeof name, "{%s}", text_at(p, "name"));
		if (strcmp(text_at(p, "in"), "path") != 0)
			continue;
		in_path++;
		assert_non_null(strstr(path, name));
		assert_true(json_is_true(json_object_get(p, "required")));
	}
	assert_int_equal(in_path, braces);
}

static void check_responses(json_t *responses)
{
	const char *status, *media;
	json_t *response, *content;
	int good = 0;
	json_object_foreach(responses, status, response) {
		if (strcmp(status, "default") == 0)
			continue;
		assert_int_equal(strlen(status), 3);
		assert_true(*text_at(response, "description") != '\0');
		good += status[0] == '2';
		json_object_foreach(json_object_get(response, "content"), media, content)
			assert_true(strchr(media, '/') && json_is_object(json_object_get(content, "schema")));
	}
	assert_true(good >= 1);
}

static void operations_are_whole(void **state)
{
	static const char *const members[] = {"operationId", "summary", "description", "tags", "x-roles", "x-right",
	                                      "security", "parameters", "requestBody", "responses", NULL};
	json_t *tags = json_object_get(document, "tags");
	FOR_EACH_OPERATION(path, method, operation) {
		const char *name;
		json_t *value;
		json_object_foreach(operation, name, value) {
			const char *const *known = members;
			while (*known && strcmp(*known, name) != 0)
				known++;
			assert_non_null(*known);
		}
		assert_true(*text_at(operation, "summary") && *text_at(operation, "description"));
		json_t *tag = json_array_get(json_object_get(operation, "tags"), 0);
		assert_true(is_among(tags, "name", json_string_value(tag)));
		check_parameters(path, operation);
		check_responses(json_object_get(operation, "responses"));
		assert_int_equal(json_object_get(operation, "x-right") != NULL,
		                 json_object_get(operation, "x-roles") != NULL);
		assert_int_equal(json_object_get(operation, "x-roles") != NULL,
		                 json_array_size(json_object_get(operation, "security")) > 0);
	}
}

/* Whether a schema keeps to what JSON Schema allows: known keywords, with arguments that fit. */
static void check_schema(json_t *schema)
{
	json_t *known = json_object_get(schema, "properties");
	json_t *required = json_object_get(schema, "required");
	const char *name;
	json_t *member;
	assert_true(json_is_object(schema) && schema_is_known(schema));
	for (size_t i = 0; known && i < json_array_size(required); i++)
		assert_non_null(json_object_get(known, json_string_value(json_array_get(required, i))));
	json_object_foreach(known, name, member)
		check_schema(member);
	if (json_object_get(schema, "items"))
		check_schema(json_object_get(schema, "items"));
}

static void schemas_are_sound(void **state)
{
	const char *name;
	json_t *schema;
	size_t n = 0;
	json_object_foreach(json_object_get(json_object_get(document, "components"), "schemas"), name, schema) {
		check_schema(schema);
		n++;
	}
	assert_true(n > 30);
	FOR_EACH_OPERATION(path, method, operation) {
		const char *media;
		json_t *content;
		json_object_foreach(json_object_get(json_object_get(operation, "requestBody"), "content"), media,
		                    content)
			check_schema(json_object_get(content, "schema"));
	}
}

/* ---- examples ---- */

static int examples;

static void check_examples(const char *operation, json_t *content)
{
	const char *media;
	json_t *of_media;
	char why[SCHEMA_WHY];
	json_object_foreach(content, media, of_media) {
		json_t *example = json_object_get(of_media, "example");
		if (example && !schema_accepts(document, json_object_get(of_media, "schema"), example, why))
			fail_msg("%s: %s", operation, why);
		examples += example != NULL;
	}
}

/* Whatever takes a body shows one; whatever is shown is of its schema. */
static void examples_are_of_their_schemas(void **state)
{
	FOR_EACH_OPERATION(path, method, operation) {
		const char *status, *name = text_at(operation, "operationId");
		json_t *response, *body = json_object_get(operation, "requestBody");
		int before = examples;
		check_examples(name, json_object_get(body, "content"));
		if (body && examples == before)
			fail_msg("%s shows no body", name);
		json_object_foreach(json_object_get(operation, "responses"), status, response)
			check_examples(name, json_object_get(response, "content"));
	}
	assert_true(examples > 50);
}

/* ---- served ---- */

static void it_is_served_and_kept(void **state)
{
	struct office *o = office_new(false);
	struct visit *v = office_done(o, "GET", "/openapi.json", NULL);
	char fields[120];
	assert_int_equal(v->status, 200);
	assert_true(slice_is(visit_field(v, "Content-Type"), "application/json"));
	json_t *served = json_loadb(v->body, v->body_n, JSON_REJECT_DUPLICATES, NULL);
	assert_true(json_equal(served, document));
	json_decref(served);
	struct slice tag = visit_field(v, "ETag");
	snprintf(fields, sizeof fields, "If-None-Match: %.*s\r\n", SLICE_ARGS(tag));
	v = loopback_open(o->loop, &(struct visit_request){.method = "GET", .target = "/openapi.json",
	                                                   .fields = fields});
	loopback_head(v);
	office_run(o);
	assert_int_equal(v->status, 304);
	office_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_is_an_operation_and_no_other),
		cmocka_unit_test(every_line_of_words_is_a_routes),
		cmocka_unit_test(problems_are_those_of_the_route),
		cmocka_unit_test(every_problem_is_listed),
		cmocka_unit_test(every_reference_leads_somewhere),
		cmocka_unit_test(operations_are_whole),
		cmocka_unit_test(schemas_are_sound),
		cmocka_unit_test(examples_are_of_their_schemas),
		cmocka_unit_test(it_is_served_and_kept),
	};
	return cmocka_run_group_tests_name("openapi", tests, describe, forget);
}
