/* Pages of lists over a scripted database: what is shown, the cursor behind it, the address of the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/office.h"
#include "crypt/encode.h"
#include "web/cursor.h"

#define ID(n) "00000000-0000-4000-8000-00000000000" #n
static const struct cursor_shape exam_key = {"exam", 1, {{CURSOR_UUID, 0}}};

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

/* Exams 9, 8, 7 … of these bodies. */
static void exams(struct office *o, int n, const char *const *bodies)
{
	static const char *const ids[] = {ID(9), ID(8), ID(7), ID(6)};
	const char *cells[16];
	for (int i = 0; i < n; i++) {
		cells[4 * i] = ids[i];
		cells[4 * i + 1] = bodies[i];
		cells[4 * i + 2] = "310105";
		cells[4 * i + 3] = "open";
	}
	fake_db_answer_one(o->db, Q_EXAM_LIST, fake_rows("id body district state", n, cells));
}

/* The id in the cursor that Link and body say alike; nil when there is none. */
static struct uuid next_of(struct visit *v, const char *address)
{
	char expected[600];
	struct cursor c = {0};
	struct slice cursor = visit_member(v, "next_cursor");
	assert_int_equal(v->status, 200);
	if (slice_is(cursor, "null")) {
		assert_non_null(strstr(v->body, "\"next_cursor\":null"));
		assert_null(visit_field(v, "link").p);
		return (struct uuid){{0}};
	}
	snprintf(expected, sizeof expected, "<%s&after=%.*s>; rel=\"next\"", address, SLICE_ARGS(cursor));
	if (!slice_is(visit_field(v, "link"), expected))
		fail_msg("%.*s, not %s", SLICE_ARGS(visit_field(v, "link")), expected);
	assert_null(cursor_read(&exam_key, cursor, &c));
	return c.key[0].uuid;
}

static void expect_id(struct uuid u, const char *id)
{
	char text[UUID_TEXT];
	uuid_format(u, text);
	assert_string_equal(text, id);
}

static void a_page_and_its_cursor(void **state)
{
	static const char *const own[] = {OFFICE_BODY, OFFICE_BODY, OFFICE_BODY};
	struct office *o = *state;
	office_caller(o, "institution", OFFICE_BODY, "active");
	exams(o, 3, own);
	struct visit *v = office_done(o, "GET", "/v1/exams?limit=2", NULL);
	expect_id(next_of(v, "/v1/exams?limit=2"), ID(8));
	assert_null(strstr(v->body, ID(7)));
	assert_null(strstr(v->body, "assessed"));
	exams(o, 2, own);
	v = office_done(o, "GET", "/v1/exams?limit=2", NULL);
	assert_true(uuid_is_nil(next_of(v, NULL)));
	exams(o, 0, own);
	v = office_done(o, "GET", "/v1/exams", NULL);
	assert_true(uuid_is_nil(next_of(v, NULL)));
	assert_string_equal(v->body, "{\"items\":[],\"next_cursor\":null}");
}

/* Should a query ever let one through: neither it nor its key is shown. */
static void a_foreign_row_is_not_shown_nor_its_key(void **state)
{
	static const char *const mixed[] = {OFFICE_BODY, OFFICE_BODY, OFFICE_COMPANY, OFFICE_BODY};
	static const char *const foreign[] = {OFFICE_COMPANY, OFFICE_COMPANY};
	struct office *o = *state;
	office_caller(o, "institution", OFFICE_BODY, "active");
	exams(o, 4, mixed);
	struct visit *v = office_done(o, "GET", "/v1/exams?limit=3", NULL);
	expect_id(next_of(v, "/v1/exams?limit=3"), ID(8));
	assert_null(strstr(v->body, ID(7)));
	exams(o, 2, foreign);
	v = office_done(o, "GET", "/v1/exams?limit=1", NULL);
	assert_true(uuid_is_nil(next_of(v, NULL)));
	assert_null(strstr(v->body, ID(9)));
}

/* As they were sent, escapes and all; not what applications append, nor the page itself. */
static void the_next_address_has_the_same_filters(void **state)
{
	static const char *const rows[] = {ID(1), OFFICE_BODY, "310105", ID(2), OFFICE_BODY, "310105"};
	struct office *o = *state;
	office_caller(o, "auditor", NULL, "active");
	fake_db_answer_one(o->db, Q_ASSESSMENT_LIST, fake_rows("id body district", 2, rows));
	struct visit *v = office_done(o, "GET", "/v1/assessments?limit=1&st%61te=with%68eld&lang=zh", NULL);
	char expected[600];
	snprintf(expected, sizeof expected,
	         "</v1/assessments?st%%61te=with%%68eld&lang=zh&limit=1&after=%.*s>; rel=\"next\"",
	         SLICE_ARGS(visit_member(v, "next_cursor")));
	assert_true(slice_is(visit_field(v, "link"), expected));
}

#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_page_and_its_cursor),
		OFFICE_TEST(a_foreign_row_is_not_shown_nor_its_key),
		OFFICE_TEST(the_next_address_has_the_same_filters),
	};
	return cmocka_run_group_tests_name("listing", tests, NULL, NULL);
}
