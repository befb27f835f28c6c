/* domain/number.h - certificate numbers.
 *
 * Skill grade, 22 characters: class of the body (Y employer, S social organisation, J technical
 * college), ministry's body code (4), province (2), sequence of the body (6) - these 13 are the
 * body's own - then year (2), level (1), sequence (6). No check digit: a mistyped number may be
 * another valid one, which is why verification asks for a name too.
 * Company: SLUG-YYYY-8 digits. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

enum {
	NUMBER_PREFIX = 13,
	NUMBER_SKILL_GRADE = 22,
	NUMBER_SKILL_GRADE_LAST = 999999,
	NUMBER_COMPANY_LAST = 99999999,
	NUMBER_COMPANY_DIGITS = 8, /* of its sequence */
	SLUG_MAX = 40,
	NUMBER_TEXT = SLUG_MAX + 15, /* room for either, with NUL */
};

/* 13 characters: Y, S or J and 12 digits. */
bool number_prefix_valid(struct slice prefix);

/* Shape only: class letter, digits, level 1 to 5. */
bool number_is_skill_grade(struct slice number);

/* Shape only: a slug in capitals, four digits, eight digits. */
bool number_is_company(struct slice number);

/* Where a number is drawn. */
struct number_place {
	struct slice prefix; /* of the body */
	struct slice slug;   /* of the issuer */
	int year;
	char level_digit; /* '\0' where the level has none */
};

/* Composes the number at a place in its series: false, and out is untouched, when a part of the place that
 * it needs is none or the sequence is past the last. */
typedef bool number_fn(const struct number_place *at, int64_t sequence, char out[static NUMBER_TEXT]);
number_fn number_skill_grade; /* prefix, year from 2000, level; up to NUMBER_SKILL_GRADE_LAST */
number_fn number_company;     /* slug, year from 2000; up to NUMBER_COMPANY_LAST */

/* Lower-case letters, digits and single hyphens inside, 1 to SLUG_MAX characters. */
bool slug_valid(struct slice slug);

/* Where the numbers of an exam's certificates may come from. */
enum number_source {
	NUMBER_EITHER,   /* minted, unless the result brings one */
	NUMBER_MINTED,   /* results bring none */
	NUMBER_SUPPLIED, /* each pass brings its own */
	NUMBER_LATER,    /* one that brings none waits until its body has been given one */
};

/* "minted", "supplied", "later"; anything else is either. */
enum number_source number_source_from_code(struct slice code);

/* A number supplied by the body that drew it elsewhere: NULL, or number_format, number_body (not
 * this body's prefix; an empty prefix is not compared), number_level, or number_year (neither the
 * year of the exam nor of the issue). */
MUSTUSE const char *number_check_supplied(struct slice number, struct slice prefix,
					  char level_digit, int exam_year, int issue_year);
