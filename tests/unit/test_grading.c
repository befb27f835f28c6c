/* test_grading - sixty in every part, to the hundredth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/grading.h"

static struct scores scores(int theory, int skill, int review)
{
	struct scores s = {{{true, theory}, {true, skill}, {review >= 0, review}}};
	return s;
}

static void needs_sixty_in_each(void **state)
{
	struct scores s = scores(7850, 6000, -1);
	struct grade g = grade(&s, false, true);
	assert_int_equal(g.outcome, OUTCOME_PASS);
	assert_int_equal(g.n_failed, 0);

	s = scores(5950, 10000, -1);
	g = grade(&s, false, true);
	assert_int_equal(g.outcome, OUTCOME_FAIL);
	assert_int_equal(g.n_failed, 1);
	assert_string_equal(part_code(g.failed[0]), "theory");

	s = scores(5999, 0, 5999);
	g = grade(&s, true, true);
	assert_int_equal(g.n_failed, 3);
	assert_string_equal(part_code(g.failed[1]), "skill");
	assert_string_equal(part_code(g.failed[2]), "review");
}

static void looks_at_review_only_where_it_applies(void **state)
{
	struct scores s = scores(6000, 6000, 100);
	struct grade g = grade(&s, false, true);
	assert_int_equal(g.outcome, OUTCOME_PASS);
	g = grade(&s, true, true);
	assert_int_equal(g.outcome, OUTCOME_FAIL);
	s = scores(6000, 6000, -1);
	g = grade(&s, true, true); /* a part that was not taken is not passed */
	assert_int_equal(g.outcome, OUTCOME_FAIL);
}

/* The outcome is a pass exactly when the smallest part reaches 60. */
static void is_the_minimum(void **state)
{
	for (int theory = 5990; theory <= 6010; theory++) {
		for (int skill = 5990; skill <= 6010; skill++) {
			struct scores s = scores(theory, skill, -1);
			bool pass = theory >= 6000 && skill >= 6000;
			assert_int_equal(grade(&s, false, true).outcome,
					 pass ? OUTCOME_PASS : OUTCOME_FAIL);
		}
	}
}

static void absence_is_neither(void **state)
{
	struct scores none = {0};
	struct grade g = grade(&none, true, false);
	assert_int_equal(g.outcome, OUTCOME_ABSENT);
	assert_int_equal(g.n_failed, 0);
	assert_string_equal(exam_outcome_code(OUTCOME_PASS), "pass");
	assert_string_equal(exam_outcome_code(OUTCOME_FAIL), "fail");
	assert_string_equal(exam_outcome_code(OUTCOME_ABSENT), "absent");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(needs_sixty_in_each),
		cmocka_unit_test(looks_at_review_only_where_it_applies),
		cmocka_unit_test(is_the_minimum),
		cmocka_unit_test(absence_is_neither),
	};
	return cmocka_run_group_tests_name("domain/grading", tests, NULL, NULL);
}
