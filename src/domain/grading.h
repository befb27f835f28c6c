/* domain/grading.h - pass, fail, absent. Each part is out of 100 and each must reach 60; nothing is
 * averaged and nothing is rounded: 59.99 fails. */
#pragma once

#include "base/attr.h"
#include "text/decode.h"

enum { SCORE_PASS = 6000, SCORE_MAX = 10000 }; /* hundredths */

/* The same in words, as credentials say it to the reader: signed, so they never change. */
#define GRADING_TWO_PARTS "theory and skill each at least 60"
#define GRADING_THREE_PARTS "theory, skill and comprehensive review each at least 60"

enum part { PART_THEORY, PART_SKILL, PART_REVIEW };
enum { PART_COUNT = PART_REVIEW + 1 };

struct scores {
	struct opt_int part[PART_COUNT]; /* hundredths */
};

enum exam_outcome { OUTCOME_PASS, OUTCOME_FAIL, OUTCOME_ABSENT };

struct grade {
	enum exam_outcome outcome;
	enum part failed[PART_COUNT]; /* in the order of enum part */
	size_t n_failed;
};

/* The scores have been checked: the parts that apply are given, others are not looked at. An absent
 * person is absent whatever the scores. */
struct grade grade(const struct scores *scores, bool has_review, bool present);

const char *part_code(enum part part);                   /* "theory" */
const char *exam_outcome_code(enum exam_outcome outcome); /* "pass" */
