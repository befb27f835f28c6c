/* domain/progress.h - where a goal stands against its plan. The plan is a straight line over the
 * days of the window, both ends in. All arithmetic is in whole numbers, rounded half away from
 * zero once at the end. */
#pragma once

#include "base/clock.h"

struct progress {
	int64_t remaining;          /* to the target, never below 0 */
	int64_t percent_hundredths; /* 6202 is 62.02 % */
	int64_t plan_to_date;       /* the day counts whole; 0 before the window, target after it */
	int64_t ahead;              /* count - plan_to_date */
	int64_t ahead_weeks_tenths; /* -17 is 1.7 weeks behind at the plan's pace */
};

/* 0 <= count <= 10^12, 0 < target <= 10^12; from <= to, asserted. A milestone has no target and none of
 * these figures. */
struct progress progress_of(int64_t count, int64_t target, struct day from, struct day to,
			    struct day today);
