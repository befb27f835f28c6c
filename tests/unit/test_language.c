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
	enum language wanted, otherwise; /* with fallback en, with fallback zh */
} cases[] = {
	{"zh-CN", LANGUAGE_ZH, LANGUAGE_ZH},
	{"ZH-hant-TW", LANGUAGE_ZH, LANGUAGE_ZH},
	{"en-US,en;q=0.9", LANGUAGE_EN, LANGUAGE_EN},
	{"zh-CN,zh;q=0.9,en;q=0.8", LANGUAGE_ZH, LANGUAGE_ZH},
	{"en;q=0.8, zh ; q=0.9", LANGUAGE_ZH, LANGUAGE_ZH},
	{"en;q=0.5,zh;q=0.50", LANGUAGE_EN, LANGUAGE_EN},
	{"de, fr;q=0.9, zh;q=0.1", LANGUAGE_ZH, LANGUAGE_ZH},
	{"zh;q=0", LANGUAGE_EN, LANGUAGE_ZH},
	{"zh;q=0, en;q=0.001", LANGUAGE_EN, LANGUAGE_EN},
	{"*", LANGUAGE_EN, LANGUAGE_ZH},
	{"", LANGUAGE_EN, LANGUAGE_ZH},
	{"de", LANGUAGE_EN, LANGUAGE_ZH},
	{"zhx", LANGUAGE_EN, LANGUAGE_ZH},
	{"zh;q=2", LANGUAGE_EN, LANGUAGE_ZH},
	{"zh;q=1.001", LANGUAGE_EN, LANGUAGE_ZH},
	{"zh;q=x", LANGUAGE_EN, LANGUAGE_ZH},
	{"zh;q=0.12345", LANGUAGE_EN, LANGUAGE_ZH},
	{"zh;level=1", LANGUAGE_EN, LANGUAGE_ZH},
	{",,;,zh,;q=1", LANGUAGE_ZH, LANGUAGE_ZH},
	{"zh;q=1.000,en;q=0.999", LANGUAGE_ZH, LANGUAGE_ZH},
};

static void picks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice accept = slice_of(cases[i].accept);
		assert_int_equal(language_pick(accept, LANGUAGE_EN), cases[i].wanted);
		assert_int_equal(language_pick(accept, LANGUAGE_ZH), cases[i].otherwise);
	}
	assert_int_equal(language_pick(SLICE_NONE, LANGUAGE_ZH), LANGUAGE_ZH);
}

static void names(void **state)
{
	(void)state;
	enum language l = LANGUAGE_EN;
	assert_true(language_named(SLICE("zh"), &l));
	assert_int_equal(l, LANGUAGE_ZH);
	assert_true(language_named(SLICE("en-GB"), &l));
	assert_int_equal(l, LANGUAGE_EN);
	assert_false(language_named(SLICE("fr"), &l));
	assert_false(language_named(SLICE_NONE, &l));
	assert_string_equal(language_tag(LANGUAGE_ZH), "zh-CN");
	assert_string_equal(language_tag(LANGUAGE_EN), "en");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(picks),
		cmocka_unit_test(names),
	};
	return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
