/* test_level - the eight levels and what follows from each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "domain/level.h"

static void has_eight_in_order(void **state)
{
	static const struct {
		const char *code;
		bool intermediate, review;
	} expected[] = {{"apprentice", false, false}, {"5", false, false}, {"4", true, false},
			{"3", true, false},           {"2", true, true},   {"1", true, true},
			{"special", true, false},     {"chief", true, false}};
	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		const struct level *l = level_at(i);
		assert_non_null(l);
		assert_string_equal(l->code, expected[i].code);
		assert_ptr_equal(level_find(slice_of(l->code)), l);
		assert_int_equal(l->rank, (int)i + 1);
		assert_int_equal(l->counts_as_intermediate, expected[i].intermediate);
		assert_int_equal(l->has_review, expected[i].review);
		assert_int_equal(l->digit, l->code[1] == '\0' ? l->code[0] : '\0');
	}
	assert_null(level_at(ARRAY_LEN(expected)));
}

static void knows_names(void **state)
{
	assert_string_equal(level_find(SLICE("4"))->name, "四级/中级工");
	assert_string_equal(level_find(SLICE("4"))->name_en, "intermediate worker");
	assert_false(level_find(SLICE("chief"))->examined);
	assert_true(level_find(SLICE("5"))->examined);
}

static void refuses_others(void **state)
{
	static const char *const codes[] = {"", "0", "6", "04", "Special", "四级", "4 "};
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		assert_null(level_find(slice_of(codes[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_eight_in_order),
		cmocka_unit_test(knows_names),
		cmocka_unit_test(refuses_others),
	};
	return cmocka_run_group_tests_name("domain/level", tests, NULL, NULL);
}
