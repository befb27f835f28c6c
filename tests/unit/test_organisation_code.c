/* test_organisation_code - vectors of the standard and of its traps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/organisation_code.h"

static const char *const valid[] = {
	"91350100M000100Y43", "91310115MA1TEXT144", "52310000000000019R",
	"9131011500000022X0", "91310115000000115Y",
};

static void knows_the_vectors(void **state)
{
	static const char *const invalid[][2] = {
		{"91310115MA1TEXT145", "credit_code_check_digit"},
		{"91310115MA1TEST144", "credit_code_characters"},
		{"91310115MA1TEXT14", "credit_code_length"},
		{"91310115MA1H8R7C6D", "credit_code_check_digit"},
		{"91310115ma1text144", "credit_code_characters"},
		{"9A310115MA1TEXT14Z", "credit_code_characters"},
		{"91A10115MA1TEXT144", "credit_code_characters"},
		{"", "credit_code_length"},
		{"91310115MA1TEXT1440", "credit_code_length"},
	};
	for (size_t i = 0; i < ARRAY_LEN(valid); i++)
		assert_null(organisation_code_check(slice_of(valid[i])));
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++)
		assert_string_equal(organisation_code_check(slice_of(invalid[i][0])),
				    invalid[i][1]);
}

/* 31 is prime and no weight is 0, so every change of one character shows. */
static void refuses_every_single_change(void **state)
{
	for (size_t v = 0; v < ARRAY_LEN(valid); v++) {
		for (size_t i = 0; i < 18; i++) {
			for (const char *c = "0123456789ABCDEFGHJKLMNPQRTUWXY"; *c; c++) {
				char code[19];
				memcpy(code, valid[v], sizeof code);
				if (code[i] == *c)
					continue;
				code[i] = *c;
				assert_non_null(organisation_code_check(slice_of(code)));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_vectors),
		cmocka_unit_test(refuses_every_single_change),
	};
	return cmocka_run_group_tests_name("domain/organisation_code", tests, NULL, NULL);
}
