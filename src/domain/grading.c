/* domain/grading.c - the pass rule of the skill standards: every part on its own. */
#include "domain/grading.h"

struct grade grade(const struct scores *scores, bool has_review, bool present)
{
	struct grade g = {.outcome = OUTCOME_ABSENT};
	if (!present)
		return g;
	size_t parts = has_review ? PART_COUNT : PART_REVIEW;
	for (size_t i = 0; i < parts; i++)
		if (!scores->part[i].given || scores->part[i].v < SCORE_PASS)
			g.failed[g.n_failed++] = (enum part)i;
	g.outcome = g.n_failed ? OUTCOME_FAIL : OUTCOME_PASS;
	return g;
}

const char *part_code(enum part part)
{
	static const char *const codes[PART_COUNT] = {"theory", "skill", "review"};
	return codes[part];
}

const char *exam_outcome_code(enum exam_outcome outcome)
{
	static const char *const codes[] = {
		[OUTCOME_PASS] = "pass", [OUTCOME_FAIL] = "fail", [OUTCOME_ABSENT] = "absent"};
	return codes[outcome];
}
