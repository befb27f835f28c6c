/* test_fields - collecting errors, their order, and their texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/field_text.h"

static int new_arena(void **state)
{
	*state = arena_new(256 * KIB);
	return *state ? 0 : -1;
}

static int free_arena(void **state)
{
	arena_free(*state);
	return 0;
}

static void sorts_and_drops_repetitions(void **state)
{
	struct fields f;
	fields_init(&f, *state);
	assert_false(fields_any(&f));
	fields_add(&f, "/scores/skill", "out_of_range");
	fields_addf(&f, "required", "/items/%d/name", 10);
	fields_addf(&f, "required", "/items/%d/name", 9);
	fields_add(&f, "/candidate", "wrong_type");
	fields_add(&f, "/scores/skill", "out_of_range");
	fields_add(&f, "/scores/skill", "decimals");
	fields_put(&f, (struct field){.pointer = "/a", .code = "required", .row = 2});
	assert_int_equal(f.total, 6);
	fields_sort(&f);
	const char *const order[] = {"/candidate",    "/items/9/name", "/items/10/name",
				     "/scores/skill", "/scores/skill", "/a"};
	assert_int_equal(f.n, ARRAY_LEN(order));
	for (size_t i = 0; i < f.n; i++)
		assert_string_equal(f.at[i].pointer, order[i]);
	assert_string_equal(f.at[3].code, "decimals");
	assert_true(fields_has(&f, "/items/9/name"));
	assert_false(fields_has(&f, "/items/9"));
}

/* Whoever looks at what was decoded sees an empty struct there; what is sent has no such member. */
static void says_nothing_of_what_is_within_a_wrong_type(void **state)
{
	struct fields f;
	fields_init(&f, *state);
	fields_add(&f, "/items/1", "wrong_type");
	fields_addf(&f, "duplicate", "/items/%d/name", 1);
	fields_add(&f, "/items/10/name", "required");
	fields_add(&f, "/items/1", "required");
	assert_int_equal(f.total, 3);
	fields_add(&f, "", "wrong_type");
	fields_add(&f, "/slug", "required");
	assert_int_equal(f.total, 4);
}

static void keeps_fifty_and_counts_all(void **state)
{
	struct fields f;
	fields_init(&f, *state);
	for (int i = 0; i < 1000; i++)
		fields_addf(&f, "required", "/%d", i);
	assert_int_equal(f.n, FIELDS_MAX);
	assert_int_equal(f.total, 1000);
}

static void speaks_as_the_examples(void **state)
{
	struct arena *a = *state;
	struct field check = {.pointer = "/candidate/id_number", .code = "id_check_digit"};
	assert_string_equal(field_detail(&check, LANG_ZH, a),
			    "身份证号码校验位不符，请核对第 18 位和录入顺序。");
	assert_true(slice_is(field_text_short("id_check_digit", LANG_ZH), "校验位不符"));
	assert_string_equal(field_text("unknown_field", LANG_ZH), "不认识的字段。");
	assert_string_equal(field_text("part_not_applicable", LANG_ZH),
			    "综合评审仅适用于二级和一级。");
	struct field score = {.pointer = "/scores/skill",
			      .code = "out_of_range",
			      .hint = "score_range",
			      .limit = {0, 10000}};
	assert_string_equal(field_detail(&score, LANG_ZH, a), "成绩应在 0 至 100 之间。");
	struct field hours = {.pointer = "/hours", .code = "out_of_range", .limit = {1, 2000}};
	assert_string_equal(field_detail(&hours, LANG_EN, a), "Must be between 1 and 2000.");
	assert_string_equal(field_detail(&hours, LANG_ZH, a), "应在 1 至 2000 之间。");
	struct field sheet = {.pointer = "", .code = "id_spreadsheet_number"};
	assert_non_null(strstr(field_detail(&sheet, LANG_EN, a), "3.10199E+17"));
	struct field other = {.pointer = "", .code = "no_such_code"};
	assert_string_equal(field_detail(&other, LANG_ZH, a), "no_such_code");
	assert_null(field_text("no_such_code", LANG_ZH));
}

/* Every row has both languages, stands once, and reads as a sentence; the short form does not. */
static void has_every_text(void **state)
{
	for (size_t i = 0; field_code_at(i); i++) {
		const char *code = field_code_at(i);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(code, field_code_at(j));
		const char *zh = field_text(code, LANG_ZH), *en = field_text(code, LANG_EN);
		assert_true(strlen(zh) > 3 && strcmp(zh + strlen(zh) - 3, "。") == 0);
		assert_true(en[strlen(en) - 1] == '.' && en[0] >= 'A' && en[0] <= 'Z');
		struct slice brief = field_text_short(code, LANG_ZH);
		assert_true(brief.n > 3 && memcmp(brief.p + brief.n - 3, "。", 3) != 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_and_drops_repetitions),
		cmocka_unit_test(says_nothing_of_what_is_within_a_wrong_type),
		cmocka_unit_test(keeps_fifty_and_counts_all),
		cmocka_unit_test(speaks_as_the_examples),
		cmocka_unit_test(has_every_text),
	};
	return cmocka_run_group_tests_name("text/fields", tests, new_arena, free_arena);
}
