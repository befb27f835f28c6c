/* test_validity - the last day, and the day of publication. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/validity.h"

static struct day day(const char *text)
{
	struct day d;
	assert_true(day_parse(slice_of(text), &d));
	return d;
}

static void assert_day(struct day d, const char *text)
{
	char out[DAY_TEXT];
	day_format(d, out);
	assert_string_equal(out, text);
}

static void ends_before_the_same_day(void **state)
{
	assert_day(validity_last_day(day("2026-11-20"), 12), "2027-11-19");
	assert_day(validity_last_day(day("2026-11-20"), 36), "2029-11-19");
	assert_day(validity_last_day(day("2026-11-20"), 1), "2026-12-19");
	assert_day(validity_last_day(day("2026-12-01"), 1), "2026-12-31");
	assert_day(validity_last_day(day("2026-01-01"), 12), "2026-12-31");
	assert_day(validity_last_day(day("2024-02-29"), 12), "2025-02-28");
	assert_day(validity_last_day(day("2024-02-29"), 48), "2028-02-28");
	assert_day(validity_last_day(day("2026-08-31"), 6), "2027-02-28");
	assert_day(validity_last_day(day("2026-12-31"), 2), "2027-02-28");
}

static void is_valid_through_the_last_day(void **state)
{
	assert_false(validity_is_over(day("2027-11-19"), day("2027-11-19")));
	assert_true(validity_is_over(day("2027-11-19"), day("2027-11-20")));
}

static void publishes_after_the_longer_period(void **state)
{
	struct day d = day("2026-11-20");
	assert_day(validity_publication_day(d, 0, 0), "2026-11-20");
	assert_day(validity_publication_day(d, 10, 0), "2026-12-01");
	assert_day(validity_publication_day(d, 3, 10), "2026-12-01");
	assert_day(validity_publication_day(d, 0, 1), "2026-11-22");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_before_the_same_day),
		cmocka_unit_test(is_valid_through_the_last_day),
		cmocka_unit_test(publishes_after_the_longer_period),
	};
	return cmocka_run_group_tests_name("domain/validity", tests, NULL, NULL);
}
