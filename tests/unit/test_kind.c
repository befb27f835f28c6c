/* The kinds of certificates: each is found by its code and by what it signs, and none that is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "domain/kind.h"

static void every_kind_is_found_by_its_code_and_by_what_it_says(void **state)
{
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct kind_row *row = kind_row((enum certificate_kind)k);
		enum certificate_kind by_code, by_words;
		assert_true(kind_parse(slice_of(row->code), &by_code));
		assert_true(kind_described(slice_of(row->description), &by_words));
		assert_int_equal(by_code, k);
		assert_int_equal(by_words, k);
		assert_int_equal(kind_of(slice_of(kind_code((enum certificate_kind)k))), k);
	}
}

/* What a credential or a row says that no kind says is not taken for another's. */
static void no_other_words_are_a_kind(void **state)
{
	static const char *const none[] = {"", "skill", "skill_grade ", "COMPANY", "special_skill", "职业技能等级证书",
	                                   "企业证书"};
	enum certificate_kind kind = KIND_COUNT;
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_false(kind_parse(slice_of(none[i]), &kind) || kind_known(slice_of(none[i])));
	assert_false(kind_parse(SLICE_NONE, &kind));
	assert_false(kind_described(SLICE("职业技能等级证书 "), &kind));
	assert_false(kind_described(SLICE("企业证书"), &kind));
	assert_false(kind_described(SLICE_NONE, &kind));
	assert_int_equal(kind, KIND_COUNT);
}

/* Only a public certificate may be called one. */
static void what_is_no_public_certificate_says_so(void **state)
{
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct kind_row *row = kind_row((enum certificate_kind)k);
		const char *const said[] = {row->name.zh, row->many.zh, row->description};
		for (size_t i = 0; row->plain && i < ARRAY_LEN(said); i++) {
			const char *called = strstr(said[i], "职业技能等级证书");
			assert_non_null(called);
			assert_true(called > said[i] + strlen("非") && memcmp(called - strlen("非"), "非", strlen("非")) == 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_found_by_its_code_and_by_what_it_says),
		cmocka_unit_test(no_other_words_are_a_kind),
		cmocka_unit_test(what_is_no_public_certificate_says_so),
	};
	return cmocka_run_group_tests_name("kind", tests, NULL, NULL);
}
