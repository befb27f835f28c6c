/* Slices: comparing, cutting, trimming, numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/slice.h"

static void comparing(void **state)
{
	assert_true(slice_eq(SLICE("a\0b"), SLICE("a\0b")));
	assert_false(slice_eq(SLICE("a\0b"), SLICE("a\0c")));
	assert_true(slice_eq(SLICE_NONE, SLICE("")));
	assert_false(slice_is(SLICE("ab"), "a"));
	assert_true(slice_is(slice_of(NULL), ""));
	assert_true(slice_starts(SLICE("abc"), SLICE("ab")));
	assert_true(slice_starts(SLICE("abc"), SLICE_NONE));
	assert_false(slice_starts(SLICE("a"), SLICE("ab")));
	assert_true(slice_eq_nocase(SLICE("Content-TYPE"), SLICE("content-type")));
	assert_false(slice_eq_nocase(SLICE("a"), SLICE("ab")));
	assert_false(slice_eq_nocase(SLICE("["), SLICE("{"))); /* only letters have a case */
	assert_false(slice_eq_nocase(SLICE("@"), SLICE("`")));
}

static void cutting(void **state)
{
	struct slice rest = SLICE("a,,b");
	assert_true(slice_is(slice_cut(&rest, ','), "a"));
	assert_true(slice_is(slice_cut(&rest, ','), ""));
	assert_true(slice_is(slice_cut(&rest, ','), "b"));
	assert_null(rest.p);
	rest = SLICE("a,");
	assert_true(slice_is(slice_cut(&rest, ','), "a"));
	assert_non_null(rest.p); /* an empty last piece is still to come */
	assert_true(slice_is(slice_cut(&rest, ','), ""));
	assert_null(rest.p);
	assert_null(slice_cut(&rest, ',').p);
	assert_true(slice_is(slice_skip(SLICE("abc"), 1), "bc"));
	assert_int_equal(slice_skip(SLICE("abc"), 9).n, 0);
	assert_true(slice_is(slice_trim(SLICE(" \t a b\t ")), "a b"));
	assert_int_equal(slice_trim(SLICE(" \t ")).n, 0);
	assert_int_equal(slice_trim(SLICE_NONE).n, 0);
	assert_true(slice_is(slice_trim(SLICE("\r\na")), "\r\na"));
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint64_t v;
	} cases[] = {
		{"0", true, 0}, {"007", true, 7}, {"18446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0}, {"99999999999999999999", false, 0},
		{"000000000000000000001", false, 0}, {"", false, 0}, {"-1", false, 0},
		{"+1", false, 0}, {" 1", false, 0}, {"1 ", false, 0}, {"1.0", false, 0}, {"0x1", false, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t v = 12345;
		assert_int_equal(slice_to_u64(slice_of(cases[i].text), &v), cases[i].ok);
		assert_true(v == (cases[i].ok ? cases[i].v : 12345));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparing),
		cmocka_unit_test(cutting),
		cmocka_unit_test(numbers),
	};
	return cmocka_run_group_tests_name("slice", tests, NULL, NULL);
}
