/* test_id_number - numbers of identity documents in what people and programs write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"
#include "text/id_number.h"

/* Whatever the writer has put between, and whatever stands around it. */
static void sees_a_number_in_prose(void **state)
{
	static const char *const with[] = {"310199199003070014", "证件310199199003070014。", "No. 310199 19900307 0014",
	                                   "３１０１９９１９９００３０７００１４", "310199-19900307-0014",
	                                   "1234567890123456789012345678901234567890310199199003070014"};
	static const char *const without[] = {"", "三百一十", "310199199003070015", "S000031000123264000001",
	                                      "310199199003070", "2026-11-30 10:00 13800138000", "XXXXXXXXXXXXXXXXXX"};
	for (size_t i = 0; i < ARRAY_LEN(with); i++)
		assert_true(id_number_is_in(slice_of(with[i])));
	for (size_t i = 0; i < ARRAY_LEN(without); i++)
		assert_false(id_number_is_in(slice_of(without[i])));
	assert_false(id_number_is_in(SLICE_NONE));
}

static void sees_a_number_in_what_a_program_wrote(void **state)
{
	static const char *const with[] = {"310199199003070014", "{\"id_number\":\"310199199003070014\"}",
	                                   "a,310199199003070014\r\n", "id=310199199003070014&x=1",
	                                   "证件310199199003070014号"};
	static const char *const without[] = {"", "**************0014", "310199199003070015", "a310199199003070014",
	                                      "3101991990030700141", "9f310199199003070014", "310199 19900307 0014"};
	for (size_t i = 0; i < ARRAY_LEN(with); i++)
		assert_true(id_number_stands_in(slice_of(with[i])));
	for (size_t i = 0; i < ARRAY_LEN(without); i++)
		assert_false(id_number_stands_in(slice_of(without[i])));
	assert_false(id_number_stands_in(SLICE_NONE));
}

/* The document that the standard gives as its example. */
static void knows_the_check_character(void **state)
{
	struct day born;
	assert_int_equal(id_number_check_character("11010519491231002"), 'X');
	assert_int_equal(id_number_check_character("44052418800101001"), '4');
	assert_true(id_number_birth("11010519491231002X", &born));
	assert_false(id_number_birth("11010519491331002X", &born));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_a_number_in_prose),
		cmocka_unit_test(sees_a_number_in_what_a_program_wrote),
		cmocka_unit_test(knows_the_check_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
