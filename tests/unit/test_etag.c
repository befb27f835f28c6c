/* Entity tags: whatever a route lets its clients keep has one, and who has it is told so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/office.h"

static int open_office(void **state)
{
	*state = office_new(false);
	return 0;
}

static int close_office(void **state)
{
	office_free(*state);
	return 0;
}

static struct visit *ask(struct office *o, const char *target, const char *tags)
{
	char fields[400] = "";
	if (tags)
		snprintf(fields, sizeof fields, "If-None-Match: %s\r\n", tags);
	if (strstr(target, "occupations"))
		fake_db_answer_one(o->db, Q_OCCUPATION_LIST, FAKE_ROW("code edition", "4-01-06-02", "2022"));
	struct visit *v = loopback_open(o->loop, &(struct visit_request){
		.method = "GET", .target = target, .fields = fields});
	loopback_head(v);
	office_run(o);
	return v;
}

static const char *tag_of(struct visit *v)
{
	static char tag[80];
	struct slice s = visit_field(v, "etag");
	assert_int_equal(v->status, 200);
	assert_true(s.n > 10 && s.p[0] == '"' && s.p[s.n - 1] == '"');
	snprintf(tag, sizeof tag, "%.*s", SLICE_ARGS(s));
	return tag;
}

static void who_has_it_is_told_so(void **state)
{
	static const struct {
		const char *before, *behind;
		int status;
	} asked[] = {
		{"", "", 304}, {"W/", "", 304}, {"\"other\", ", "", 304}, {"\"a\",W/", " , \"b\"", 304},
		{"x", "", 200}, {"", "x", 200},
	};
	static const char *const targets[] = {"/problems/not_found", "/v1/occupations"};
	struct office *o = *state;
	for (size_t t = 0; t < ARRAY_LEN(targets); t++) {
		const char *tag = tag_of(ask(o, targets[t], NULL));
		assert_int_equal(ask(o, targets[t], "*")->status, 304);
		for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
			char tags[200];
			snprintf(tags, sizeof tags, "%s%s%s", asked[i].before, tag, asked[i].behind);
			struct visit *v = ask(o, targets[t], tags);
			assert_int_equal(v->status, asked[i].status);
			assert_true(slice_is(visit_field(v, "etag"), tag));
			assert_true(slice_starts(visit_field(v, "cache-control"), SLICE("public, max-age=")));
			assert_true((v->status == 304) == (strlen(v->body) == 0));
		}
	}
}

static void another_answer_has_another_tag(void **state)
{
	struct office *o = *state;
	char chinese[80];
	snprintf(chinese, sizeof chinese, "%s", tag_of(ask(o, "/problems/not_found?lang=zh", NULL)));
	assert_string_not_equal(tag_of(ask(o, "/problems/not_found?lang=en", NULL)), chinese);
	assert_int_equal(ask(o, "/problems/not_found?lang=en", chinese)->status, 200);
}

/* Nor is a verdict, which nobody may keep. */
static void a_problem_is_not_tagged(void **state)
{
	struct visit *v = ask(*state, "/problems/none_such", "*");
	assert_int_equal(v->status, 404);
	assert_null(visit_field(v, "etag").p);
	assert_true(slice_is(visit_field(v, "cache-control"), "no-store"));
	v = ask(*state, "/", "*");
	assert_int_equal(v->status, 200);
	assert_null(visit_field(v, "etag").p);
}

/* Only what is asked for can be kept. */
static void routes_with_a_cache_are_read(void **state)
{
	int n = 0;
	for (const struct route *const *r = api_routes; *r; r++)
		if ((*r)->cache) {
			n++;
			assert_int_equal((*r)->method, HTTP_GET);
			assert_true(strncmp((*r)->cache, (*r)->open ? "public" : "private", 6) == 0);
		}
	assert_true(n > 10);
}

#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(who_has_it_is_told_so),
		OFFICE_TEST(another_answer_has_another_tag),
		OFFICE_TEST(a_problem_is_not_tagged),
		OFFICE_TEST(routes_with_a_cache_are_read),
	};
	return cmocka_run_group_tests_name("etag", tests, NULL, NULL);
}
