/* test_language.c - which language a client gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/language.h"

static const struct {
	const char *accept;
	enum lang wanted, otherwise; /* with fallback en, with fallback zh */
} cases[] = {
	{"zh-CN", LANG_ZH, LANG_ZH},
	{"ZH-hant-TW", LANG_ZH, LANG_ZH},
	{"en-US,en;q=0.9", LANG_EN, LANG_EN},
	{"zh-CN,zh;q=0.9,en;q=0.8", LANG_ZH, LANG_ZH},
	{"en;q=0.8, zh ; q=0.9", LANG_ZH, LANG_ZH},
	{"en;q=0.5,zh;q=0.50", LANG_EN, LANG_EN},
	{"de, fr;q=0.9, zh;q=0.1", LANG_ZH, LANG_ZH},
	{"zh;q=0", LANG_EN, LANG_ZH},
	{"zh;q=0, en;q=0.001", LANG_EN, LANG_EN},
	{"*", LANG_EN, LANG_ZH},
	{"", LANG_EN, LANG_ZH},
	{"de", LANG_EN, LANG_ZH},
	{"zhx", LANG_EN, LANG_ZH},
	{"zh;q=2", LANG_EN, LANG_ZH},
	{"zh;q=1.001", LANG_EN, LANG_ZH},
	{"zh;q=x", LANG_EN, LANG_ZH},
	{"zh;q=0.12345", LANG_EN, LANG_ZH},
	{"zh;level=1", LANG_EN, LANG_ZH},
	{",,;,zh,;q=1", LANG_ZH, LANG_ZH},
	{"zh;q=1.000,en;q=0.999", LANG_ZH, LANG_ZH},
};

static void picks(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice accept = slice_of(cases[i].accept);
		assert_int_equal(language_pick(accept, LANG_EN), cases[i].wanted);
		assert_int_equal(language_pick(accept, LANG_ZH), cases[i].otherwise);
	}
	assert_int_equal(language_pick(SLICE_NONE, LANG_ZH), LANG_ZH);
}

static void names(void **state)
{
	enum lang l = LANG_EN;
	assert_true(language_named(SLICE("zh"), &l));
	assert_int_equal(l, LANG_ZH);
	assert_true(language_named(SLICE("en-GB"), &l));
	assert_int_equal(l, LANG_EN);
	assert_false(language_named(SLICE("fr"), &l));
	assert_false(language_named(SLICE_NONE, &l));
	assert_string_equal(language_tag(LANG_ZH), "zh-CN");
	assert_string_equal(language_tag(LANG_EN), "en");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(picks),
		cmocka_unit_test(names),
	};
	return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
