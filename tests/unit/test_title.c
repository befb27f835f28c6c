/* test_title - words a company may not use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "domain/title.h"

static const char *check(const char *title)
{
	struct arena *a = arena_new(64 * KIB);
	const char *code = "unset";
	assert_int_equal(title_check(slice_of(title), a, &code), 0);
	arena_free(a);
	return code;
}

static void accepts(void **state)
{
	assert_null(check("星播直播销售 中级"));
	assert_null(check("Livestream host, level 2"));
	assert_null(check("直播技能证书"));
	assert_null(check("国 贸直播 家居"));
}

static void refuses(void **state)
{
	static const char *const reserved[] = {
		"中国主播证书", "国家级主播", "全国直播等级", "直播职业资格证书",
		"星播职业技能等级证书", "职业 资格", "职业　资　格", "職業資格", "中·国主播", "全國",
		"职业\xE2\x80\x8B资格",
	};
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		assert_string_equal(check(reserved[i]), "title_reserved");
	assert_string_equal(check(""), "required");
	assert_string_equal(check("\xFF"), "characters");
	char title[TITLE_MAX_CHARACTERS + 2];
	memset(title, 'x', sizeof title);
	title[TITLE_MAX_CHARACTERS] = '\0';
	assert_null(check(title));
	title[TITLE_MAX_CHARACTERS] = 'x';
	title[TITLE_MAX_CHARACTERS + 1] = '\0';
	assert_string_equal(check(title), "too_long");
}

static void reports_a_full_arena(void **state)
{
	struct arena *none = arena_new(0);
	const char *code;
	assert_int_equal(title_check(SLICE("x"), none, &code), E_NOMEM);
	arena_free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts),
		cmocka_unit_test(refuses),
		cmocka_unit_test(reports_a_full_arena),
	};
	return cmocka_run_group_tests_name("domain/title", tests, NULL, NULL);
}
