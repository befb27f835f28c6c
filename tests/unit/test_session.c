/* test_session - the two bodies of a training session and its few rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/session.h"
#include "text/field_text.h"
#include "text/json.h"

static struct day day(const char *text)
{
	struct day d;
	assert_true(day_parse(slice_of(text), &d));
	return d;
}

static int setup(void **state)
{
	*state = arena_new(4 * MIB);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static json_t *read(const char *text)
{
	json_t *json;
	struct json_error_at err;
	assert_int_equal(json_read(slice_of(text), 8, &json, &err), 0);
	return json;
}

static void expect_errors(const struct fields *f, struct arena *a, const char *expected)
{
	const char *got = "";
	for (size_t i = 0; i < f->n; i++) {
		got = arena_printf(a, "%s%s%s %s", got, i ? "," : "", f->at[i].pointer, f->at[i].code);
		assert_non_null(field_text(f->at[i].code, LANG_ZH));
	}
	assert_string_equal(got, expected);
}

static int decode_plan(json_t *json, struct arena *arena, struct fields *f, struct session_plan *ret)
{
	*ret = (struct session_plan){0};
	int r = decode_object(json, &session_plan_table, ret, arena, f);
	session_plan_check(ret, f);
	return r;
}

static void decodes_the_published_plan(void **state)
{
	struct fields f;
	struct session_plan plan;
	fields_init(&f, *state);
	json_t *json = read(
		"{\"title\":\"直播销售员四级 11月班\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
		"\"work_type\":\"直播销售员\",\"level\":\"4\",\"starts_on\":\"2026-10-12\","
		"\"ends_on\":\"2026-11-06\",\"hours\":104,\"capacity\":40,\"district\":\"310105\"}");
	assert_int_equal(decode_plan(json, *state, &f, &plan), 0);
	json_decref(json);
	expect_errors(&f, *state, "");
	assert_true(slice_is(plan.title, "直播销售员四级 11月班"));
	assert_true(slice_is(plan.level, "4"));
	assert_int_equal(plan.hours.v, 104);
	assert_int_equal(plan.ends_on.v.n - plan.starts_on.v.n, 25);
}

static void tells_what_is_wrong_with_a_plan(void **state)
{
	struct fields f;
	struct session_plan plan;
	fields_init(&f, *state);
	json_t *json = read(
		"{\"title\":\"\",\"occupation\":\"4-1-6-2\",\"edition\":\"22\",\"work_type\":null,"
		"\"level\":\"6\",\"starts_on\":\"2026-10-12\",\"ends_on\":\"2026-10-11\","
		"\"hours\":0,\"capacity\":1.5,\"district\":\"310105x\",\"fee\":1}");
	assert_int_equal(decode_plan(json, *state, &f, &plan), 0);
	json_decref(json);
	expect_errors(&f, *state,
		      "/capacity whole_number,/district district,/edition edition,/ends_on date_order,"
		      "/fee unknown_field,/hours out_of_range,"
		      "/occupation occupation_code,/title required");
	fields_init(&f, *state);
	json = read("{\"level\":null}");
	assert_int_equal(decode_plan(json, *state, &f, &plan), 0);
	json_decref(json);
	assert_int_equal(f.n, 8);
	assert_false(fields_has(&f, "/level"));
}

#define FIRST "5e0a7f3c-64b1-4c7e-8d02-9a1b3c5d7e10"
#define SECOND "5e0a7f3c-64b1-4c7e-8d02-9a1b3c5d7e11"

static void complete(struct arena *a, const char *text, struct fields *f,
		     struct session_completion *c)
{
	fields_init(f, a);
	json_t *json = read(text);
	*c = (struct session_completion){0};
	assert_int_equal(decode_object(json, &session_completion_table, c, a, f), 0);
	assert_int_equal(session_completion_check(c, day("2026-11-05"), day("2026-11-06"), a, f), 0);
	json_decref(json);
}

static void decodes_the_published_completion(void **state)
{
	struct fields f;
	struct session_completion c;
	complete(*state,
		 "{\"completed_on\":\"2026-11-06\",\"enrolments\":["
		 "{\"id\":\"" FIRST "\",\"hours_attended\":104},"
		 "{\"id\":\"" SECOND "\",\"hours_attended\":60}]}",
		 &f, &c);
	expect_errors(&f, *state, "");
	const struct session_attendance *list = c.enrolments.items;
	assert_int_equal(c.enrolments.n, 2);
	assert_int_equal(list[0].hours_attended.v, 10400);
	assert_int_equal(list[1].hours_attended.v, 6000);
}

static void tells_what_is_wrong_with_a_completion(void **state)
{
	struct fields f;
	struct session_completion c;
	complete(*state,
		 "{\"completed_on\":\"2026-11-07\",\"enrolments\":["
		 "{\"id\":\"" FIRST "\",\"hours_attended\":104},"
		 "{\"id\":\"" SECOND "\",\"hours_attended\":-1},"
		 "{\"id\":\"5E0A7F3C-64B1-4C7E-8D02-9A1B3C5D7E10\",\"hours_attended\":1},"
		 "{\"id\":\"x\"}]}",
		 &f, &c);
	expect_errors(&f, *state,
		      "/completed_on date_in_future,/enrolments/1/hours_attended out_of_range,"
		      "/enrolments/2/id duplicate,/enrolments/3/hours_attended required,"
		      "/enrolments/3/id uuid");
	complete(*state, "{\"completed_on\":\"2026-11-04\",\"enrolments\":[]}", &f, &c);
	expect_errors(&f, *state, "/completed_on before_end");
	complete(*state, "{\"completed_on\":\"2026-11-05\",\"enrolments\":[]}", &f, &c);
	expect_errors(&f, *state, "");
	complete(*state, "{\"enrolments\":{}}", &f, &c);
	expect_errors(&f, *state, "/completed_on required,/enrolments wrong_type");
}

static void bounds_the_list(void **state)
{
	struct fields f;
	struct session_completion c;
	size_t size = 100 + 70 * (SESSION_ENROLMENTS_MAX + 1);
	char *text = malloc(size);
	for (int n = SESSION_ENROLMENTS_MAX; n <= SESSION_ENROLMENTS_MAX + 1; n++) {
		size_t at = (size_t)snprintf(text, size,
					     "{\"completed_on\":\"2026-11-06\",\"enrolments\":[");
		for (int i = 0; i < n; i++)
			at += (size_t)snprintf(text + at, size - at,
					       "%s{\"id\":\"5e0a7f3c-64b1-4c7e-8d02-%012d\","
					       "\"hours_attended\":1}",
					       i ? "," : "", i);
		snprintf(text + at, size - at, "]}");
		complete(*state, text, &f, &c);
		expect_errors(&f, *state,
			      n > SESSION_ENROLMENTS_MAX ? "/enrolments too_many" : "");
	}
	free(text);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(decodes_the_published_plan),
		TEST(tells_what_is_wrong_with_a_plan),
		TEST(decodes_the_published_completion),
		TEST(tells_what_is_wrong_with_a_completion),
		TEST(bounds_the_list),
	};
	return cmocka_run_group_tests_name("domain/session", tests, NULL, NULL);
}
