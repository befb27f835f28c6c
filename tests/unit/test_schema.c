/* Shapes of what is written, and JSON Schema of what is decoded and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/schema.h"

static const char *const colours[] = {"red", "blue", NULL};

static SHAPE(part, MEMBER(STRING, "name"));
static SHAPE(other, MEMBER(NUMBER, "size"));
static SHAPE(whole,
             MEMBER(UUID, "id"),
             MEMBER(STRING, "colour", .words = colours),
             MEMBER(DAY, "on", .nullable = true),
             MEMBER(INSTANT, "at", .omitted = true),
             MEMBER(BOOL, "good", .omitted = true, .nullable = true),
             MEMBER(OBJECT, "part", .omitted = true, .of = &part_shape),
             MEMBER(LIST, "words", .omitted = true),
             MEMBER(LIST, "parts", .omitted = true, .of = &part_shape, .or = &other_shape));

#define ID "\"id\":\"7d1c0a52-9d5e-4c3a-8b1f-2f6c1f0e9a11\""
#define REST "\"colour\":\"red\",\"on\":\"2026-11-30\""

static void what_fits(void **state)
{
	static const struct {
		const char *json;
		bool fits;
	} cases[] = {
		{"{" ID "," REST "}", true},
		{"{" ID ",\"colour\":\"blue\",\"on\":null}", true},
		{"{" ID ",\"colour\":\"green\",\"on\":null}", false},
		{"{" ID ",\"on\":null}", false},
		{"{" REST ",\"id\":\"7d1c0a52\"}", false},
		{"{" ID ",\"colour\":\"red\",\"on\":\"2026-13-30\"}", false},
		{"{" ID ",\"colour\":null,\"on\":null}", false},
		{"{" ID "," REST ",\"x\":1}", false},
		{"[]", false},
		{"{" ID "," REST ",\"at\":\"2026-11-30T10:00:00Z\",\"good\":null}", true},
		{"{" ID "," REST ",\"at\":\"2026-11-30\"}", false},
		{"{" ID "," REST ",\"good\":1}", false},
		{"{" ID "," REST ",\"part\":{\"name\":\"a\"},\"words\":[\"a\",\"b\"]}", true},
		{"{" ID "," REST ",\"part\":{\"size\":1}}", false},
		{"{" ID "," REST ",\"words\":[1]}", false},
		{"{" ID "," REST ",\"parts\":[{\"name\":\"a\"},{\"size\":1.5}]}", true},
		{"{" ID "," REST ",\"parts\":[{\"name\":\"a\",\"size\":1.5}]}", false},
		{"{" ID "," REST ",\"parts\":{}}", false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_t *json = json_loads(cases[i].json, 0, NULL);
		assert_non_null(json);
		if (shape_fits(&whole_shape, json) != cases[i].fits)
			fail_msg("%s", cases[i].json);
		json_decref(json);
	}
}

static void schema_of_what_is_written(void **state)
{
	struct buf b = BUF_INIT(8 * KIB);
	struct jsonw w;
	jsonw_init(&w, &b);
	schema_of_shape(&w, &whole_shape);
	assert_true(slice_is(buf_slice(&b),
		"{\"type\":\"object\",\"properties\":{"
		"\"id\":{\"type\":\"string\",\"format\":\"uuid\"},"
		"\"colour\":{\"type\":\"string\",\"enum\":[\"red\",\"blue\"]},"
		"\"on\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"},"
		"\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
		"\"good\":{\"type\":[\"boolean\",\"null\"]},"
		"\"part\":{\"$ref\":\"#/components/schemas/part\"},"
		"\"words\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
		"\"parts\":{\"type\":\"array\",\"items\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/part\"},"
		"{\"$ref\":\"#/components/schemas/other\"}]}}},"
		"\"required\":[\"id\",\"colour\",\"on\"],\"additionalProperties\":false}"));
	buf_free(&b);
}

static void schema_of_what_is_decoded(void **state)
{
	struct any {
		int nothing;
	};
	static const struct decode_field item[] = {{.name = "n", .kind = DECODE_INT, .required = true,
	                                            .min = 1, .max = 9}};
	static const struct decode_table item_table = {item, ARRAY_LEN(item), sizeof(struct any)};
	static const struct decode_field fields[] = {
		{.name = "name", .kind = DECODE_STRING, .required = true, .min = 1, .max = 20},
		{.name = "note", .kind = DECODE_ANY_STRING},
		{.name = "colour", .kind = DECODE_CHOICE, .choices = colours},
		{.name = "score", .kind = DECODE_SCORE, .required = true, .nullable = true, .max = 10050},
		{.name = "items", .kind = DECODE_ARRAY, .required = true, .min = 1, .max = 5,
		 .table = &item_table},
		{.name = "codes", .kind = DECODE_ARRAY, .required = true, .max = 5},
		{.name = "any", .kind = DECODE_JSON},
	};
	static const struct decode_table table = {fields, ARRAY_LEN(fields), sizeof(struct any)};
	struct buf b = BUF_INIT(8 * KIB);
	struct jsonw w;
	jsonw_init(&w, &b);
	schema_of_table(&w, &table);
	assert_true(slice_is(buf_slice(&b),
		"{\"type\":\"object\",\"properties\":{"
		"\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":20,"
		"\"pattern\":\"^[^\\\\u0000-\\\\u001f\\\\u007f-\\\\u009f]*$\"},"
		"\"note\":{\"type\":[\"string\",\"null\"]},"
		"\"colour\":{\"type\":[\"string\",\"null\"],\"enum\":[\"red\",\"blue\",null]},"
		"\"score\":{\"type\":[\"number\",\"null\"],\"multipleOf\":0.01,\"minimum\":0,\"maximum\":100.5},"
		"\"items\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":5,\"items\":{\"type\":\"object\","
		"\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9}},"
		"\"required\":[\"n\"],\"additionalProperties\":false}},"
		"\"codes\":{\"type\":\"array\",\"maxItems\":5,"
		"\"items\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200}},"
		"\"any\":{}},\"required\":[\"name\",\"score\",\"items\",\"codes\"],"
		"\"additionalProperties\":false}"));
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits),
		cmocka_unit_test(schema_of_what_is_written),
		cmocka_unit_test(schema_of_what_is_decoded),
	};
	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
