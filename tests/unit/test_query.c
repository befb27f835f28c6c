/* Queries: every parameter of every route's table, and those in none of them. A filter that is not
 * understood must never become no filter: that once let a results file issue under the wrong exam. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/office.h"
#include "text/decode.h"
#include "text/field_text.h"
#include "web/cursor.h"

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

static void be_admitted(struct office *o, const struct route *r)
{
	unsigned role = r->roles ? r->roles & -r->roles : ROLE_EMPLOYER;
	office_caller(o, role_code((enum role)role), OFFICE_BODY, "active");
}

/* The path of a route with something in each parameter's place, and a query. */
static struct visit *ask(struct office *o, const struct route *r, const char *query)
{
	char target[600];
	char fields[sizeof o->fields + 100];
	snprintf(fields, sizeof fields, "%sAccept-Language: zh-CN\r\nContent-Type: %s\r\n", o->fields,
	         r->media ? r->media : "application/json");
	office_target(r, target);
	snprintf(target + strlen(target), sizeof target - strlen(target), "?%s", query);
	be_admitted(o, r);
	struct visit *v = loopback_open(o->loop, &(struct visit_request){
		.method = http_method_name(r->method), .target = target,
		.fields = fields});
	loopback_head(v);
	office_run(o);
	return v;
}

static void expect_invalid(struct office *o, const struct route *r, const char *query,
                           const char *parameter, const char *code)
{
	struct visit *v = ask(o, r, query);
	char error[200];
	if (v->status != 400 || !slice_is(visit_member(v, "code"), "invalid_query"))
		fail_msg("%s?%s: %d %s", r->path, query, v->status, v->body);
	snprintf(error, sizeof error, "\"parameter\":\"%s\",\"code\":\"%s\"", parameter, code);
	if (!strstr(v->body, error))
		fail_msg("%s?%s: no %s in %s", r->path, query, error, v->body);
	assert_non_null(strstr(v->body, "\"allowed\":["));
	assert_non_null(strstr(v->body, "查询参数"));
	loopback_forget(v);
}

static bool is_invalid(struct office *o, const struct route *r, const char *query)
{
	struct visit *v = ask(o, r, query);
	bool invalid = slice_is(visit_member(v, "code"), "invalid_query");
	if (v->phase != VISIT_OVER)
		loopback_leave(v);
	loopback_run(o->loop);
	loopback_forget(v);
	return invalid;
}

/* The cursor behind an item of which every key is this id, or empty. */
static const char *cursor_to(const struct cursor_shape *shape, const char *id)
{
	static char text[CURSOR_BYTES_MAX * 2];
	char item[4096] = {0};
	struct buf b = BUF_INIT(sizeof text);
	for (size_t i = 0; i < shape->n; i++)
		if (shape->key[i].kind == CURSOR_UUID)
			assert_true(uuid_parse(slice_of(id), (struct uuid *)(item + shape->key[i].offset)));
	cursor_add(&b, shape, item);
	snprintf(text, sizeof text, "%.*s", SLICE_ARGS(buf_slice(&b)));
	buf_free(&b);
	return text;
}

/* Some value that the field takes. */
static const char *sample(const struct decode_field *f)
{
	switch ((int)f->kind) {
	case DECODE_OWN:
		return cursor_to(f->by, OFFICE_EXAM);
	case DECODE_CHOICE:
		return f->choices[0];
	case DECODE_INT:
		return "1";
	case DECODE_DAY:
		return "2026-11-14";
	case DECODE_UUID:
		return OFFICE_EXAM;
	default:
		return "x";
	}
}

static void walk(struct office *o, const struct route *r)
{
	char query[300];
	bool strict = strncmp(r->path, "/v1/", 4) == 0;
	expect_invalid(o, r, "lang=zh&lang=zh", "lang", "repeated_parameter");
	expect_invalid(o, r, "lang=%00", "lang", "encoding");
	if (strict) {
		expect_invalid(o, r, "as_of=banana", "as_of", "unknown_parameter");
		expect_invalid(o, r, "%61s_of", "as_of", "unknown_parameter");
		expect_invalid(o, r, "%00=1", "%00", "unknown_parameter");
	} else {
		assert_false(is_invalid(o, r, "from=singlemessage&isappinstalled=0&from=x&a=%00&%zz"));
	}
	for (size_t i = 0; r->query && i < r->query->n; i++) {
		const struct decode_field *f = &r->query->fields[i];
		snprintf(query, sizeof query, "%s=%%00", f->name);
		expect_invalid(o, r, query, f->name, "encoding");
		snprintf(query, sizeof query, "%s=%%ff", f->name);
		expect_invalid(o, r, query, f->name, "encoding");
		snprintf(query, sizeof query, "%s=%s&%s=%s", f->name, sample(f), f->name, sample(f));
		expect_invalid(o, r, query, f->name, "repeated_parameter");
		if (f->required)
			expect_invalid(o, r, "", f->name, "required");
	}
}

static void every_parameter_of_every_route(void **state)
{
	int tables = 0;
	for (const struct route *const *r = api_routes; *r; r++) {
		walk(*state, *r);
		tables += (*r)->query != NULL;
		assert_true(!(*r)->query || ((*r)->query->n < 63 && (*r)->query->size > 0));
	}
	assert_true(tables > 5);
}

static void values(void **state)
{
	static const struct {
		const char *path, *query, *parameter, *code;
	} cases[] = {
		{"/v1/exams", "code=", "code", "required"},
		{"/v1/exams", "code=a%00b", "code", "encoding"},
		{"/v1/exams", "limit=0", "limit", "out_of_range"},
		{"/v1/exams", "limit=201", "limit", "out_of_range"},
		{"/v1/exams", "limit=-1", "limit", "whole_number"},
		{"/v1/exams", "limit", "limit", "whole_number"},
		{"/v1/exams", "after=x", "after", "cursor"},
		{"/v1/exams", "after=" OFFICE_EXAM, "after", "cursor"},
		{"/v1/exams", "limit=1&code=%", "code", "encoding"},
		{"/v1/assessments", "state=whatever", "state", "not_a_choice"},
		{"/v1/adoptions", "state=", "state", "not_a_choice"},
		{"/v1/exams/{id:uuid}/documents.pdf", "after=2", "after", "cursor"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct route *const *r = api_routes;
		while (*r && !((*r)->method == HTTP_GET && strcmp((*r)->path, cases[i].path) == 0))
			r++;
		assert_non_null(*r);
		expect_invalid(*state, *r, cases[i].query, cases[i].parameter, cases[i].code);
		assert_non_null(field_text(cases[i].code, LANG_ZH));
	}
}

/* In words, in the caller's language, naming what is allowed. */
static void the_problem_speaks(void **state)
{
	struct office *o = *state;
	office_caller(o, "institution", OFFICE_BODY, "active");
	struct visit *v = office_done(o, "GET", "/v1/exams?as_of=banana&limit=x", NULL);
	assert_int_equal(v->status, 400);
	assert_true(slice_is(visit_member(v, "detail"),
	                     "Query parameter as_of: Not a parameter of this address. Allowed: "
	                     "after,limit,state,candidate_group,code,lang."));
	assert_non_null(strstr(v->body, "\"allowed\":[\"after\",\"limit\",\"state\",\"candidate_group\",\"code\",\"lang\"]"));
	assert_non_null(strstr(v->body, "\"parameter\":\"limit\",\"code\":\"whole_number\""));
	v = ask(o, api_routes[0], "as_of=banana");
	assert_true(slice_is(visit_member(v, "detail"),
	                     "查询参数 as_of：此地址不支持该参数。可用参数：lang。"));
}

/* What is given and good reaches the database. */
static void filters_are_applied(void **state)
{
	static const struct cursor_shape by_id = {"exam", 1, {{CURSOR_UUID, 0}}};
	struct office *o = *state;
	char target[300];
	office_caller(o, "institution", OFFICE_BODY, "active");
	fake_db_fail(o->db, Q_EXAM_BY_CODE, DB_AWAY, NULL);
	office_done(o, "GET", "/v1/exams?%63ode=A+1%2B&lang=fr&", NULL);
	assert_true(slice_is(fake_db_arg(o->db, Q_EXAM_BY_CODE, 1), "A 1+"));
	fake_db_fail(o->db, Q_EXAM_LIST, DB_AWAY, NULL);
	snprintf(target, sizeof target, "/v1/exams?limit=7&after=%s", cursor_to(&by_id, OFFICE_EXAM));
	office_done(o, "GET", target, NULL);
	assert_true(slice_is(fake_db_arg(o->db, Q_EXAM_LIST, 0), OFFICE_BODY));
	assert_true(slice_is(fake_db_arg(o->db, Q_EXAM_LIST, 5), OFFICE_EXAM));
	assert_true(slice_is(fake_db_arg(o->db, Q_EXAM_LIST, 6), "8"));
}

#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(every_parameter_of_every_route),
		OFFICE_TEST(values),
		OFFICE_TEST(the_problem_speaks),
		OFFICE_TEST(filters_are_applied),
	};
	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
