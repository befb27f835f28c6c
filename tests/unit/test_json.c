/* test_json - the strict reader: what it accepts, what it refuses, and where it says the error is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "text/json.h"

static void accepts(void **state)
{
	static const char *const good[] = {
		"{}", " [1,2.5,-3e2,true,false,null]\n", "\"x\"", "0", "-0.5", "1e3",
		"{\"a\":{\"b\":{\"c\":{}}}}", "{\"\":1}", "\"\\ud83d\\ude00\"", "\"[[[[[[[[[[\"",
		"\"\\\"{{{{{{{{\"", "123456789012345", "78.500000000000000000", "1e0000000000000002", "0.00000000000000000001", "\"𠮷\"",
	};
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		json_t *json = NULL;
		struct json_error_at err;
		assert_int_equal(json_read(slice_of(good[i]), 4, &json, &err), 0);
		assert_non_null(json);
		json_decref(json);
	}
}

struct bad {
	struct slice in;
	const char *reason;
	size_t line; /* 0: not looked at */
	size_t column;
};

static void refuses(void **state)
{
	const struct bad bad[] = {
		{SLICE(""), "empty", 1, 1},
		{SLICE(" \n\t"), "empty", 2, 2},
		{SLICE("{"), "json_syntax", 1, 2},
		{SLICE("{\"a\":1,}"), "json_syntax", 1, 0},
		{SLICE("{\n \"a\": tru\n}"), "json_syntax", 2, 0},
		{SLICE("{'a':1}"), "json_syntax", 1, 0},
		{SLICE("[1] x"), "json_syntax", 1, 0},
		{SLICE("{}{}"), "json_syntax", 1, 0},
		{SLICE("[01]"), "json_syntax", 1, 0},
		{SLICE("[1.]"), "json_syntax", 1, 0},
		{SLICE("[.5]"), "json_syntax", 1, 0},
		{SLICE("[+1]"), "json_syntax", 1, 0},
		{SLICE("[NaN]"), "json_syntax", 1, 0},
		{SLICE("[Infinity]"), "json_syntax", 1, 0},
		{SLICE("[1e999]"), "number", 1, 0},
		{SLICE("[1,/* no */2]"), "json_syntax", 1, 0},
		{SLICE("\"\\x41\""), "json_syntax", 1, 0},
		{SLICE("\"\\ud800\""), "json_syntax", 1, 0},
		{SLICE("\"a\nb\""), "json_syntax", 0, 0},
		{SLICE("\xEF\xBB\xBF{}"), "json_syntax", 1, 0},
		{SLICE("{\"a\":1,\"a\":1}"), "duplicate_key", 1, 0},
		{SLICE("{\"a\":1,\"\\u0061\":2}"), "duplicate_key", 1, 0},
		{SLICE("{\"a\":{\"b\":1,\"b\":1}}"), "duplicate_key", 1, 0},
		{SLICE("\"\xC0\xAF\""), "utf8", 1, 0},
		{SLICE("\"\xED\xA0\x80\""), "utf8", 1, 0},
		{SLICE("\"\xF4\x90\x80\x80\""), "utf8", 1, 0},
		{SLICE("\"\xFF\""), "utf8", 1, 0},
		{SLICE("\"a\\u0000b\""), "nul", 1, 0},
		{SLICE("{\"a\\u0000\":1}"), "nul", 1, 0},
		{SLICE("{}\0"), "json_syntax", 1, 0},
		{SLICE("[[[[[]]]]]"), "depth", 1, 5},
		{SLICE("{\"a\":[{\"a\":[{}]}]}"), "depth", 1, 13},
		{SLICE("[1234567890123456]"), "number", 1, 2},
		{SLICE("[59.99999999999999999]"), "number", 1, 2},
		{SLICE("[99999999999999999999]"), "number", 1, 2},
		{SLICE("[1,1e301]"), "number", 1, 4},
		{SLICE("[1e-400]"), "number", 1, 2}, /* a double would make it 0 */
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		json_t *json = NULL;
		struct json_error_at err = {0};
		assert_int_equal(json_read(bad[i].in, 4, &json, &err), E_SYNTAX);
		assert_null(json);
		assert_string_equal(err.reason, bad[i].reason);
		assert_true(err.offset <= bad[i].in.n);
		assert_true(err.line >= 1 && err.column >= 1);
		if (bad[i].line)
			assert_int_equal(err.line, bad[i].line);
		if (bad[i].column)
			assert_int_equal(err.column, bad[i].column);
	}
}

static void counts_characters_in_columns(void **state)
{
	json_t *json;
	struct json_error_at err;
	assert_int_equal(json_read(SLICE("[\n\"张伟\", 1234567890123456]"), 4, &json, &err), E_SYNTAX);
	assert_int_equal(err.line, 2);
	assert_int_equal(err.column, 7);
	assert_int_equal(err.offset, 12);
}

static void survives_very_deep_input(void **state)
{
	enum { N = 200000 };
	static char deep[N];
	memset(deep, '[', N);
	json_t *json;
	struct json_error_at err;
	assert_int_equal(json_read(slice_from(deep, N), 16, &json, &err), E_SYNTAX);
	assert_string_equal(err.reason, "depth");
	assert_int_equal(err.offset, 16);
}

static void goes_with_the_arena(void **state)
{
	struct arena *a = arena_new(64 * KIB);
	json_t *json;
	struct json_error_at err;
	assert_int_equal(json_read(SLICE("{\"name\":\"张伟\"}"), 4, &json, &err), 0);
	assert_int_equal(json_keep(a, json), 0);
	assert_true(slice_is(json_text(json_object_get(json, "name")), "张伟"));
	assert_null(json_text(json).p);
	arena_free(a); /* the sanitizer run sees a leak if this does not drop it */
}

static void assert_copied(void (*copy)(struct slice, struct buf *), const char *in, const char *expected)
{
	struct buf out = BUF_INIT(1024);
	copy(slice_of(in), &out);
	buf_addc(&out, '\0');
	assert_false(buf_failed(&out));
	assert_string_equal(out.p, expected);
	buf_free(&out);
}

static void trims_numbers_and_nothing_else(void **state)
{
	assert_copied(json_trim_numbers, "{\"a 1.50\":78.50,\"b\":[60.0,60,0.00,-1.10,1.50e2,1e40],\"c\\\"2.0\":\"3.0\"} ",
		      "{\"a 1.50\":78.5,\"b\":[60,60,0,-1.1,150,1e40],\"c\\\"2.0\":\"3.0\"} ");
	assert_copied(json_trim_numbers, "", "");
	assert_copied(json_trim_numbers, "no json \"5.0", "no json \"5.0");
	assert_copied(json_trim_numbers, "5.0", "5");
	assert_copied(json_trim_numbers, ".-.0.", ".-.0"); /* whatever it is */
}

/* The same score in however many ways, for an Idempotency-Key says that it is the same. */
static void a_number_has_one_spelling(void **state)
{
	static const char *const cases[][6] = {
		{"78.5", "78.50", "7.85e1", "785E-1", "0.785e+2", "7850.0e-2"},
		{"0.05", "5e-2", "0.5e-1", "50e-3", "0.050", "0.005E1"},
		{"100", "1e2", "100.0", "1000e-1", "0.1E3", "10e01"},
		{"-12", "-12.0", "-1.2e1", "-120e-1", "-0.12e2", "-12e0"},
		{"0", "0.0", "0e5", "0.00e-3", "0E0", "0.0e0"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (size_t k = 0; k < ARRAY_LEN(cases[i]); k++)
			assert_copied(json_trim_numbers, cases[i][k], cases[i][0]);
	/* What is longer than any score stays; so does what is no number. */
	assert_copied(json_trim_numbers, "[1e25,1e-25,1e,1e+,-,0e99999999999999999999]",
		      "[1e25,1e-25,1e,1e+,-,0e99999999999999999999]");
	assert_copied(json_trim_numbers, "1234567890123456789012345e1", "1234567890123456789012345e1");
}

static void a_trimmed_text_fits(void **state)
{
	static const char *const cases[] = {"1e24", "1e-24", "[1e24,1.5E24,\"1e24\"]", "0.00000000000000000000000000000001e-24", ""};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT(json_trimmed_max(slice_of(cases[i])));
		json_trim_numbers(slice_of(cases[i]), &out);
		assert_false(buf_failed(&out));
		buf_free(&out);
	}
}

static void stands_in_for_numbers_that_a_double_does_not_carry(void **state)
{
	assert_copied(json_stand_in, "[78.30000000000001,78.3,-0.0000000000000001234567890123456]", "[78.001,78.3,-0.001]");
	assert_copied(json_stand_in, "[12345678901234567,1e999,-12345678901.234567]",
		      "[9999999999,9999999999.001,-9999999999.001]");
	assert_copied(json_stand_in, "\"78.30000000000001\"", "\"78.30000000000001\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts),
		cmocka_unit_test(refuses),
		cmocka_unit_test(trims_numbers_and_nothing_else),
		cmocka_unit_test(a_number_has_one_spelling),
		cmocka_unit_test(a_trimmed_text_fits),
		cmocka_unit_test(stands_in_for_numbers_that_a_double_does_not_carry),
		cmocka_unit_test(counts_characters_in_columns),
		cmocka_unit_test(survives_very_deep_input),
		cmocka_unit_test(goes_with_the_arena),
	};
	return cmocka_run_group_tests_name("text/json", tests, NULL, NULL);
}
