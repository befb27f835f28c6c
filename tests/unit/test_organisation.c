/* tests/unit/test_organisation.c - credit codes and short names. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <string.h>

#include "domain/organisation.h"

static void a_credit_code_has_its_check_character(void **state)
{
	static const struct {
		const char *code, *wrong;
		size_t place;
	} cases[] = {
		{"91310115MA1TEXT144", NULL, 0}, /* DESIGN's example */
		{"52310105000000117N", NULL, 0},
		{"91310112MA1DEM0A1R", NULL, 0},
		{"91350100M000100Y43", NULL, 0}, /* GB 32100's own */
		{"91350100M000100Y44", "credit_code_check", 0},
		{"91350100M000100Y4", "credit_code_length", 0},
		{"91350100M000100Y430", "credit_code_length", 0},
		{"", "credit_code_length", 0},
		{"9135010OM000100Y43", "credit_code_character", 8}, /* the letter O */
		{"91A50100M000100Y43", "credit_code_character", 3}, /* a letter in the district */
		{"91350100m000100Y43", "credit_code_character", 9},
		{"91350100M000100S43", "credit_code_character", 16},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t place = 0;
		const char *said = credit_code_check(slice_of(cases[i].code), &place);
		if ((said == NULL) != (cases[i].wrong == NULL) || (said && strcmp(said, cases[i].wrong) != 0))
			fail_msg("%s: %s", cases[i].code, said ? said : "right");
		assert_int_equal(place, cases[i].place);
	}
}

/* Of all codes that differ in one character only the one given is right. */
static void one_wrong_character_is_found(void **state)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	size_t right = 0, tried = 0, place;
	for (size_t i = 0; i < CREDIT_CODE; i++)
		for (const char *c = alphabet; *c; c++) {
			char code[] = "91310115MA1TEXT144";
			code[i] = *c;
			tried++;
			right += credit_code_check(slice_of(code), &place) == NULL;
		}
	assert_int_equal(tried, CREDIT_CODE * 31);
	assert_int_equal(right, CREDIT_CODE); /* itself, once for each place */
}

static void a_short_name_is_offered(void **state)
{
	static const struct {
		const char *name, *slug;
	} cases[] = {
		{"Shili Evaluation", "shili-evaluation"},
		{"  Xingbo  (Shanghai) Technology Co., Ltd. ", "xingbo-shanghai-technology-co-ltd"},
		{"Women's Training School", "womens-training-school"},
		{"Shanghai Example Skill Evaluation Centre", "shanghai-example-skill-evaluation"},
		{"Pneumonoultramicroscopicsilicovolcanoconiosis", "pneumonoultramicroscopicsilicovolcano"},
		{"A", "a"},
		{"上海示例", NULL},
		{"", NULL},
		{"3M China", NULL}, /* begins with a digit */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char slug[SLUG_MAX + 1];
		bool offered = slug_offer(slice_of(cases[i].name), slug);
		assert_int_equal(offered, cases[i].slug != NULL);
		if (offered) {
			assert_string_equal(slug, cases[i].slug);
			assert_true(slug_valid(slice_of(slug)) && strlen(slug) <= SLUG_MAX - 3);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_credit_code_has_its_check_character),
		cmocka_unit_test(one_wrong_character_is_found),
		cmocka_unit_test(a_short_name_is_offered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
