/* test_clock - instants as programs and as people of Shanghai read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"

static void assert_forms(const char *utc, const char *local, const char *date)
{
	struct instant t;
	char text[INSTANT_TEXT], wall[INSTANT_LOCAL_TEXT], day[DAY_TEXT];
	assert_true(instant_parse(slice_of(utc), &t));
	instant_format(t, text);
	assert_string_equal(text, utc);
	instant_format_local(t, wall);
	assert_string_equal(wall, local);
	day_format(day_of(t), day);
	assert_string_equal(day, date);
}

static void shanghai_is_eight_hours_ahead(void **state)
{
	(void)state;
	assert_forms("2026-11-20T02:15:07Z", "2026-11-20 10:15:07", "2026-11-20");
	assert_forms("2026-11-20T15:59:59Z", "2026-11-20 23:59:59", "2026-11-20");
	assert_forms("2026-11-20T16:00:00Z", "2026-11-21 00:00:00", "2026-11-21");
	assert_forms("2027-12-31T16:00:00Z", "2028-01-01 00:00:00", "2028-01-01");
	assert_forms("2028-02-28T23:59:59Z", "2028-02-29 07:59:59", "2028-02-29");
}

static void before_the_epoch(void **state)
{
	(void)state;
	assert_forms("1969-12-31T15:59:59Z", "1969-12-31 23:59:59", "1969-12-31");
	assert_forms("1949-10-01T07:00:00Z", "1949-10-01 15:00:00", "1949-10-01");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shanghai_is_eight_hours_ahead),
		cmocka_unit_test(before_the_epoch),
	};
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
