/* domain/level.h - the eight vocational skill levels. Codes are words, never compared by order:
 * a lower number is a higher level, and two have no number. */
#pragma once

#include "base/slice.h"

struct level {
	const char *code;            /* "5" "4" "3" "2" "1" "apprentice" "special" "chief" */
	int rank;                    /* 1 apprentice ... 8 chief */
	bool counts_as_intermediate; /* 中级 and above */
	bool examined;               /* by theory and skill; special and chief are appointed */
	bool has_review;             /* a comprehensive review as third part: levels 2 and 1 */
	char digit;                  /* in skill-grade numbers; '\0' for levels without one */
	const char *name, *name_en;
};

/* By its code, NULL when there is none. */
const struct level *level_find(struct slice code);

/* The i-th from the lowest, NULL behind the last. */
const struct level *level_at(size_t i);
