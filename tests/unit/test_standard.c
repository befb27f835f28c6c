/* test_standard - what is said of standards without asking the registry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "domain/standard.h"
#include "text/field_text.h"
#include "text/json.h"

static struct day today;

static int setup(void **state)
{
	assert_true(day_parse(slice_of("2026-11-30"), &today));
	*state = arena_new(4 * MIB);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static void decode(struct arena *a, const struct decode_table *table, const char *text, void *to, struct fields *f)
{
	struct json_error_at at;
	json_t *json;
	fields_init(f, a);
	assert_int_equal(json_read(slice_of(text), 8, &json, &at), 0);
	assert_int_equal(decode_object(json, table, to, a, f), 0);
	json_decref(json);
}

/* "pointer code,…", each said in both languages. */
static void expect(const struct fields *f, struct arena *a, const char *expected)
{
	const char *got = "";
	for (size_t i = 0; i < f->n; i++) {
		got = arena_printf(a, "%s%s%s %s", got, i ? "," : "", f->at[i].pointer, f->at[i].code);
		assert_non_null(field_text(f->at[i].code, LANG_ZH));
		assert_non_null(field_text(f->at[i].code, LANG_EN));
	}
	assert_string_equal(got, expected);
}

static void entries(void **state)
{
	static const struct {
		const char *body, *wrong;
	} cases[] = {
		{"{\"code\":\"4-13-01-11\",\"edition\":\"2022\",\"name\":\"主播\",\"name_en\":\"host\"}", ""},
		{"{\"code\":\"4-13-1-11\",\"edition\":\"22\",\"name\":\"\",\"name_en\":\"host\"}",
		 "/code occupation_code,/edition edition,/name required"},
		{"{\"code\":\"４-13-01-11\",\"edition\":\"2022\",\"name\":\"主播\"}", "/code occupation_code,/name_en required"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct occupation_body o = {0};
		struct fields f;
		decode(*state, &occupation_table, cases[i].body, &o, &f);
		occupation_check(&o, &f);
		expect(&f, *state, cases[i].wrong);
	}
}

#define WORK(members) "{\"slug\":\"live\",\"name\":\"直播\",\"name_en\":\"live\",\"levels\":[" members "]}"
#define LEVEL "{\"level\":\"4\",\"min_hours\":104,\"min_age\":16,\"conditions\":[{\"years\":2}]}"
#define STANDARD(name, issued, printed, from, to, work) \
	"{\"name\":\"" name "\",\"occupation\":\"4-13-01-10\",\"edition\":\"2022\",\"document\":\"x\",\"issued_on\":\"" issued \
	"\",\"printed_code\":" printed ",\"valid_from\":\"" from "\",\"valid_to\":" to ",\"work_types\":[" work "]}"
#define GOOD(work) STANDARD("网络主播/2026", "2026-03-01", "null", "2026-03-01", "null", work)

static void standards(void **state)
{
	static const struct {
		const char *body, *wrong;
	} cases[] = {
		{GOOD(WORK(LEVEL)), ""},
		{GOOD(WORK("")), ""},
		{STANDARD("网络主播/2026", "2026-03-01", "\"4-01-02-07\"", "2027-01-01", "\"2027-01-01\"", WORK(LEVEL)), ""},
		{STANDARD("网络主播/2026", "2026-03-01", "\"4-1-2-7\"", "2026-03-01", "null", WORK(LEVEL)),
		 "/printed_code occupation_code"},
		/* its name has the year of its issue */
		{STANDARD("网络主播", "2026-03-01", "null", "2026-03-01", "null", WORK(LEVEL)), "/name standard_name"},
		{STANDARD("/2026", "2026-03-01", "null", "2026-03-01", "null", WORK(LEVEL)), "/name standard_name"},
		{STANDARD("网络主播/26", "2026-03-01", "null", "2026-03-01", "null", WORK(LEVEL)), "/name standard_name"},
		{STANDARD("网络主播/2025", "2026-03-01", "null", "2026-03-01", "null", WORK(LEVEL)), "/name standard_year"},
		/* each date against its neighbours */
		{STANDARD("网络主播/2026", "2026-11-30", "null", "2026-11-30", "null", WORK(LEVEL)), ""},
		{STANDARD("网络主播/2026", "2026-12-01", "null", "2026-12-01", "null", WORK(LEVEL)), "/issued_on date_in_future"},
		{STANDARD("网络主播/2026", "2026-03-01", "null", "2026-02-28", "null", WORK(LEVEL)), "/valid_from before_issue"},
		{STANDARD("网络主播/2026", "2026-03-01", "null", "2026-03-02", "\"2026-03-01\"", WORK(LEVEL)),
		 "/valid_to date_order"},
		/* nothing twice, and everything says something */
		{GOOD(WORK(LEVEL) "," WORK(LEVEL)), "/work_types/1/name duplicate,/work_types/1/slug duplicate"},
		{GOOD(WORK(LEVEL "," LEVEL)), "/work_types/0/levels/1/level duplicate"},
		{GOOD(WORK("{\"level\":\"4\",\"conditions\":[{\"wording\":\"x\"}]}")),
		 "/work_types/0/levels/0/conditions/0 condition_empty"},
		{GOOD(WORK("{\"level\":\"4\",\"min_hours\":0,\"min_age\":101,\"conditions\":[{\"years\":51,\"education\":\"x\"}]}")),
		 "/work_types/0/levels/0/conditions/0 condition_empty,"
		 "/work_types/0/levels/0/conditions/0/education not_a_choice,"
		 "/work_types/0/levels/0/conditions/0/years out_of_range,/work_types/0/levels/0/min_age out_of_range,"
		 "/work_types/0/levels/0/min_hours out_of_range"},
		{GOOD(""), "/work_types too_few"},
		/* an occupation without work types */
		{GOOD("{\"slug\":\"whole\",\"name\":null,\"name_en\":null,\"levels\":[]}"), ""},
		{GOOD("{\"slug\":\"Whole\",\"name\":null,\"name_en\":\"x\",\"levels\":[]}"),
		 "/work_types/0/name work_type_name,/work_types/0/slug work_type_slug"},
		{GOOD("{\"slug\":\"whole\",\"name\":null,\"name_en\":null,\"levels\":[]}," WORK(LEVEL)),
		 "/work_types/0/name work_type_name"},
		{GOOD("{\"slug\":\"-x\",\"name\":\"x\",\"name_en\":null,\"levels\":[]}"),
		 "/work_types/0/name_en work_type_name,/work_types/0/slug work_type_slug"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct standard_body s = {0};
		struct fields f;
		decode(*state, &standard_table, cases[i].body, &s, &f);
		standard_check(&s, today, &f);
		expect(&f, *state, cases[i].wrong);
	}
}

static void previews(void **state)
{
	static const struct {
		const char *body, *wrong;
	} cases[] = {
		{"{\"valid_to\":\"2027-01-01\"}", ""},
		{"{\"valid_from\":\"2027-01-01\",\"work_types\":[" WORK(LEVEL) "]}", ""},
		{"{}", " version_or_end"},
		{"{\"valid_to\":\"2027-01-01\",\"valid_from\":\"2027-01-01\"}", " version_or_end"},
		{"{\"valid_from\":\"2027-01-01\"}", "/work_types required"},
		{"{\"work_types\":[" WORK(LEVEL "," LEVEL) "]}", "/valid_from required,/work_types/0/levels/1/level duplicate"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct standard_preview p = {0};
		struct fields f;
		decode(*state, &standard_preview_table, cases[i].body, &p, &f);
		standard_preview_check(&p, &f);
		expect(&f, *state, cases[i].wrong);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(entries, setup, teardown),
		cmocka_unit_test_setup_teardown(standards, setup, teardown),
		cmocka_unit_test_setup_teardown(previews, setup, teardown),
	};
	return cmocka_run_group_tests_name("standard", tests, NULL, NULL);
}
