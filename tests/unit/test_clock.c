/* Dates and instants: the calendar, Shanghai's day, the text forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"

static void the_calendar(void **state)
{
	static const struct {
		int y, m, d;
		bool exists;
		int n;
	} cases[] = {
		{1970, 1, 1, true, 0}, {1969, 12, 31, true, -1}, {2000, 2, 29, true, 11016},
		{2026, 11, 20, true, 20777}, {1, 1, 1, true, -719162}, {9999, 12, 31, true, 2932896},
		{1900, 2, 29, false, 0}, {2100, 2, 29, false, 0}, {2024, 2, 29, true, 19782},
		{2026, 2, 29, false, 0}, {2026, 4, 31, false, 0}, {2026, 13, 1, false, 0},
		{2026, 0, 1, false, 0}, {2026, 1, 0, false, 0}, {2026, 1, 32, false, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct day d = {12345};
		assert_int_equal(day_from_civil(cases[i].y, cases[i].m, cases[i].d, &d),
		                 cases[i].exists);
		assert_int_equal(d.n, cases[i].exists ? cases[i].n : 12345);
	}
}

/* Every day of 800 years follows the one before it. */
static void every_day(void **state)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct day d;
	assert_true(day_from_civil(1600, 1, 1, &d));
	for (int y = 1600; y < 2400; y++) {
		bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
		for (int m = 1; m <= 12; m++) {
			for (int dom = 1; dom <= lengths[m - 1] + (m == 2 && leap); dom++, d.n++) {
				int yy, mm, dd;
				struct day back;
				day_to_civil(d, &yy, &mm, &dd);
				assert_true(yy == y && mm == m && dd == dom);
				assert_true(day_from_civil(y, m, dom, &back) && back.n == d.n);
			}
		}
	}
}

static void days_as_text(void **state)
{
	static const char *const bad[] = {"", "2026-11-2", "2026-11-200", "2026/11/20", "20261120",
	                                  "2026-11-31", "2026-00-10", " 2026-11-20", "2026-11-20 ",
	                                  "-026-11-20", "2026-1a-20", "0000-01-01"};
	struct day d = {7};
	char text[DAY_TEXT];
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(day_parse(slice_of(bad[i]), &d));
	assert_int_equal(d.n, 7);
	assert_true(day_parse(SLICE("2026-11-20"), &d));
	assert_int_equal(d.n, 20777);
	day_format(d, text);
	assert_string_equal(text, "2026-11-20");
	assert_true(day_parse(SLICE("0001-01-01"), &d));
	day_format(d, text);
	assert_string_equal(text, "0001-01-01");
}

static void instants(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} good[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-11-20T02:15:07Z", 1795140907000000},
		{"2026-11-20T10:15:07+08:00", 1795140907000000},
		{"2026-11-19t21:15:07-0500", 1795140907000000},
		{"2026-11-20 02:15:07.123+00", 1795140907123000},
		{"2026-11-20T02:15:07.1234567Z", 1795140907123456},
		{"1969-12-31T23:59:59.5Z", -500000},
	};
	static const char *const bad[] = {
		"", "2026-11-20", "2026-11-20T02:15:07", "2026-11-20T02:15Z", "2026-11-20T24:00:00Z",
		"2026-11-20T02:60:00Z", "2026-11-20T02:15:61Z", "2026-11-31T02:15:07Z",
		"2026-11-20T02:15:07Zx", "2026-11-20T02:15:07+24:00", "2026-11-20T02:15:07+8",
		"2026-11-20T02:15:07+08:60", "2026-11-20x02:15:07Z",
	};
	struct instant t = {42};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(instant_parse(slice_of(bad[i]), &t));
	assert_true(t.us == 42);
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(instant_parse(slice_of(good[i].text), &t));
		assert_true(t.us == good[i].us);
	}
	char text[INSTANT_TEXT];
	instant_format(t, text); /* half a second before the epoch */
	assert_string_equal(text, "1969-12-31T23:59:59Z");
}

/* The day changes at 16:00 UTC. */
static void shanghai(void **state)
{
	struct instant t;
	assert_true(instant_parse(SLICE("2026-11-20T15:59:59Z"), &t));
	assert_int_equal(day_of(t).n, 20777);
	assert_true(instant_parse(SLICE("2026-11-20T16:00:00Z"), &t));
	assert_int_equal(day_of(t).n, 20778);
	assert_int_equal(day_of((struct instant){-1}).n, 0);
	assert_int_equal(day_of((struct instant){-8 * 3600 * INT64_C(1000000) - 1}).n, -1);
}

static void the_clocks_run(void **state)
{
	struct mono a = mono_now(), b = mono_now();
	assert_true(mono_since(b, a).us >= 0);
	assert_true(mono_since(mono_add(a, MILLIS(5)), a).us == 5000);
	assert_true(instant_now().us > INT64_C(1600000000) * 1000000);
}

static void assert_forms(const char *utc, const char *local, const char *date)
{
	struct instant t;
	char text[INSTANT_TEXT], wall[INSTANT_LOCAL_TEXT], day[DAY_TEXT];
	assert_true(instant_parse(slice_of(utc), &t));
	instant_format(t, text);
	assert_string_equal(text, utc);
	instant_format_local(t, wall);
	assert_string_equal(wall, local);
	struct instant back;
	assert_true(instant_parse(slice_of(wall), &back) && back.us == t.us);
	day_format(day_of(t), day);
	assert_string_equal(day, date);
}

static void shanghai_is_eight_hours_ahead(void **state)
{
	assert_forms("2026-11-20T02:15:07Z", "2026-11-20 10:15:07+08:00", "2026-11-20");
	assert_forms("2026-11-20T15:59:59Z", "2026-11-20 23:59:59+08:00", "2026-11-20");
	assert_forms("2026-11-20T16:00:00Z", "2026-11-21 00:00:00+08:00", "2026-11-21");
	assert_forms("2027-12-31T16:00:00Z", "2028-01-01 00:00:00+08:00", "2028-01-01");
	assert_forms("2028-02-28T23:59:59Z", "2028-02-29 07:59:59+08:00", "2028-02-29");
}

static void before_the_epoch(void **state)
{
	assert_forms("1969-12-31T15:59:59Z", "1969-12-31 23:59:59+08:00", "1969-12-31");
	assert_forms("1949-10-01T07:00:00Z", "1949-10-01 15:00:00+08:00", "1949-10-01");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_calendar), cmocka_unit_test(every_day),
		cmocka_unit_test(days_as_text), cmocka_unit_test(instants),
		cmocka_unit_test(shanghai),     cmocka_unit_test(the_clocks_run),
		cmocka_unit_test(shanghai_is_eight_hours_ahead),
		cmocka_unit_test(before_the_epoch),
	};
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
