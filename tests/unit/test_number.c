/* test_number - composing numbers and checking supplied ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "domain/number.h"

static void knows_the_shape(void **state)
{
	static const char *const valid[] = {"S000031000123264000001", "Y000031000123265000001",
					    "Y000131000123263000042", "J000031000123261999999"};
	static const char *const invalid[] = {
		"",
		"S00003100012326400001",   /* 21 */
		"S0000310001232640000011", /* 23 */
		"S000031000123266000001",  /* level 6 */
		"S000031000123260000001",
		"X000031000123264000001",
		"s000031000123264000001",
		"S00003100012326400000A",
		"S000031000123 64000001",
	};
	for (size_t i = 0; i < ARRAY_LEN(valid); i++)
		assert_true(number_is_skill_grade(slice_of(valid[i])));
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++)
		assert_false(number_is_skill_grade(slice_of(invalid[i])));
}

#define AT(prefix_, slug_, year_, digit) \
	((struct number_place){.prefix = (prefix_), .slug = (slug_), .year = (year_), .level_digit = (digit)})

static void composes_skill_grade_numbers(void **state)
{
	char out[NUMBER_TEXT] = "untouched";
	struct slice prefix = SLICE("S000031000123");
	assert_true(number_skill_grade(&AT(prefix, SLICE_NONE, 2026, '4'), 1, out));
	assert_string_equal(out, "S000031000123264000001");
	assert_true(number_skill_grade(&AT(prefix, SLICE_NONE, 2105, '1'), 999999, out));
	assert_string_equal(out, "S000031000123051999999");
	assert_true(number_is_skill_grade(slice_of(out)));
	snprintf(out, sizeof out, "untouched");
	assert_false(number_skill_grade(&AT(prefix, SLICE_NONE, 2026, '4'), 0, out));
	assert_false(number_skill_grade(&AT(prefix, SLICE_NONE, 2026, '4'), 1000000, out));
	assert_false(number_skill_grade(&AT(prefix, SLICE_NONE, 2026, '6'), 1, out));
	assert_false(number_skill_grade(&AT(prefix, SLICE_NONE, 2026, '\0'), 1, out));
	assert_false(number_skill_grade(&AT(prefix, SLICE_NONE, 26, '4'), 1, out));
	assert_false(number_skill_grade(&AT(SLICE("S00003100012"), SLICE_NONE, 2026, '4'), 1, out));
	assert_false(number_skill_grade(&AT(SLICE("X000031000123"), SLICE_NONE, 2026, '4'), 1, out));
	assert_false(number_skill_grade(&AT(SLICE_NONE, SLICE_NONE, 2026, '4'), 1, out));
	assert_string_equal(out, "untouched");
}

static void composes_company_numbers(void **state)
{
	char out[NUMBER_TEXT];
	assert_true(number_company(&AT(SLICE_NONE, SLICE("xingbo"), 2026, '4'), 1, out));
	assert_string_equal(out, "XINGBO-2026-00000001");
	assert_true(number_company(&AT(SLICE_NONE, SLICE("a-1"), 2026, '4'), 99999999, out));
	assert_string_equal(out, "A-1-2026-99999999");
	char slug[SLUG_MAX + 1];
	memset(slug, 'z', sizeof slug);
	assert_true(number_company(&AT(SLICE_NONE, slice_from(slug, SLUG_MAX), 9999, '4'), 99999999, out));
	assert_int_equal(strlen(out), NUMBER_TEXT - 1);
	assert_false(number_company(&AT(SLICE_NONE, slice_from(slug, SLUG_MAX + 1), 2026, '4'), 1, out));
	static const char *const bad[] = {"", "-a", "a-", "a--b", "A", "a_b", "星播", "a b"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(number_company(&AT(SLICE_NONE, slice_of(bad[i]), 2026, '4'), 1, out));
	assert_false(number_company(&AT(SLICE_NONE, SLICE("a"), 2026, '4'), 0, out));
	assert_false(number_company(&AT(SLICE_NONE, SLICE("a"), 2026, '4'), 100000000, out));
	assert_false(number_company(&AT(SLICE_NONE, SLICE("a"), 10000, '4'), 1, out));
}

static void knows_a_company_s_shape(void **state)
{
	static const char *const good[] = {"XINGBO-2026-00000001", "A-0000-00000000", "A-1-B-2026-12345678"};
	static const char *const bad[] = {"",  "-2026-00000001", "xingbo-2026-00000001", "XINGBO-2026-0000001",
	                                  "XINGBO2026-00000001", "XINGBO-2026_00000001", "XINGBO--2026-00000001",
	                                  "XING_BO-2026-00000001", "XINGBO-20O6-00000001"};
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(number_is_company(slice_of(good[i])));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(number_is_company(slice_of(bad[i])));
	assert_false(number_is_company(SLICE("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-2026-00000001"))); /* 41 */
}

static void checks_supplied_numbers(void **state)
{
	struct slice number = SLICE("S000031000123264000001"), prefix = SLICE("S000031000123");
	assert_null(number_check_supplied(number, prefix, '4', 2026, 2026));
	assert_null(number_check_supplied(number, prefix, '4', 2025, 2026));
	assert_null(number_check_supplied(number, prefix, '4', 2026, 2027));
	assert_null(number_check_supplied(number, SLICE_NONE, '4', 2026, 2026));
	assert_string_equal(number_check_supplied(number, prefix, '4', 2027, 2027), "number_year");
	assert_string_equal(number_check_supplied(number, prefix, '3', 2026, 2026), "number_level");
	assert_string_equal(number_check_supplied(number, prefix, '\0', 2026, 2026),
			    "number_level");
	assert_string_equal(number_check_supplied(number, SLICE("S000031000124"), '4', 2026, 2026),
			    "number_body");
	assert_string_equal(number_check_supplied(SLICE("s000031000123264000001"), prefix, '4', 2026,
						  2026),
			    "number_format");
	assert_string_equal(number_check_supplied(SLICE_NONE, prefix, '4', 2026, 2026),
			    "number_format");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_shape),
		cmocka_unit_test(composes_skill_grade_numbers),
		cmocka_unit_test(composes_company_numbers),
		cmocka_unit_test(knows_a_company_s_shape),
		cmocka_unit_test(checks_supplied_numbers),
	};
	return cmocka_run_group_tests_name("domain/number", tests, NULL, NULL);
}
