/* test_progress - the figures of the published example, to the last digit, and the edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "domain/progress.h"

static struct day day(const char *text)
{
	struct day d;
	assert_true(day_parse(slice_of(text), &d));
	return d;
}

static struct progress on(const char *today, int64_t count, int64_t target)
{
	return progress_of(count, target, day("2025-01-01"), day("2027-12-31"), day(today));
}

static void agrees_with_the_example(void **state)
{
	static const struct {
		int64_t count, target, remaining, percent, plan, ahead, weeks;
	} goals[] = {
		{37214, 60000, 22786, 6202, 37863, -649, -17},
		{24105, 50000, 25895, 4821, 31553, -7448, -233},
		{18333, 40000, 21667, 4583, 25242, -6909, -270},
	};
	for (size_t i = 0; i < ARRAY_LEN(goals); i++) {
		struct progress p = on("2026-11-22", goals[i].count, goals[i].target);
		assert_int_equal(p.remaining, goals[i].remaining);
		assert_int_equal(p.percent_hundredths, goals[i].percent);
		assert_int_equal(p.plan_to_date, goals[i].plan);
		assert_int_equal(p.ahead, goals[i].ahead);
		assert_int_equal(p.ahead_weeks_tenths, goals[i].weeks);
	}
}

static void stays_inside_the_window(void **state)
{
	assert_int_equal(on("2024-12-31", 0, 60000).plan_to_date, 0);
	assert_int_equal(on("2020-01-01", 5, 60000).plan_to_date, 0);
	assert_int_equal(on("2025-01-01", 0, 1095).plan_to_date, 1);
	assert_int_equal(on("2027-12-30", 0, 1095).plan_to_date, 1094);
	assert_int_equal(on("2027-12-31", 0, 60000).plan_to_date, 60000);
	assert_int_equal(on("2030-01-01", 0, 60000).plan_to_date, 60000);
}

static void never_moves_backwards(void **state)
{
	int64_t before = 0;
	for (struct day d = day("2024-12-25"); d.n < day("2028-01-10").n; d.n++) {
		struct progress p =
			progress_of(7, 40000, day("2025-01-01"), day("2027-12-31"), d);
		assert_true(p.plan_to_date >= before && p.plan_to_date <= 40000);
		assert_int_equal(p.ahead + p.plan_to_date, 7);
		before = p.plan_to_date;
	}
	assert_int_equal(before, 40000);
}

static void goes_beyond_the_target(void **state)
{
	struct progress p = on("2027-12-31", 75000, 50000);
	assert_int_equal(p.remaining, 0);
	assert_int_equal(p.percent_hundredths, 15000);
	assert_int_equal(p.ahead, 25000);
	assert_int_equal(p.ahead_weeks_tenths, 782); /* 25000 / (50000 * 7 / 1095) = 78.21 */
}

static void survives_the_edges(void **state)
{
	struct progress p = progress_of(1000000000000, 1000000000000, day("0001-01-01"), day("9999-12-31"),
			day("9999-12-31"));
	assert_int_equal(p.percent_hundredths, 10000);
	assert_int_equal(p.ahead, 0);
	p = progress_of(1, 1, day("2026-01-01"), day("2026-01-01"), day("2026-01-01"));
	assert_int_equal(p.plan_to_date, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_example), cmocka_unit_test(stays_inside_the_window),
		cmocka_unit_test(never_moves_backwards),   cmocka_unit_test(goes_beyond_the_target),
		cmocka_unit_test(survives_the_edges),
	};
	return cmocka_run_group_tests_name("domain/progress", tests, NULL, NULL);
}
