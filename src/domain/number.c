/* domain/number.c - composing and taking apart by position. */
#include "domain/number.h"

#include <stdio.h>

enum { AT_YEAR = 13, AT_LEVEL = 15, COMPANY_TAIL = 1 + 4 + 1 + NUMBER_COMPANY_DIGITS };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool are_digits(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return false;
	return true;
}

static bool is_class(char c)
{
	return c == 'Y' || c == 'S' || c == 'J';
}

static bool is_level_digit(char c)
{
	return c >= '1' && c <= '5';
}

bool number_prefix_valid(struct slice prefix)
{
	return prefix.n == NUMBER_PREFIX && is_class(prefix.p[0]) &&
	       are_digits(slice_skip(prefix, 1));
}

bool number_is_skill_grade(struct slice number)
{
	return number.n == NUMBER_SKILL_GRADE && is_class(number.p[0]) &&
	       are_digits(slice_skip(number, 1)) && is_level_digit(number.p[AT_LEVEL]);
}

static bool year_ok(int year)
{
	return year >= 2000 && year <= 9999;
}

bool number_skill_grade(const struct number_place *at, int64_t sequence, char out[static NUMBER_TEXT])
{
	if (!number_prefix_valid(at->prefix) || !year_ok(at->year) || !is_level_digit(at->level_digit) ||
	    sequence < 1 || sequence > NUMBER_SKILL_GRADE_LAST)
		return false;
	snprintf(out, NUMBER_TEXT, "%.*s%02d%c%06d", SLICE_ARGS(at->prefix), at->year % 100,
	         at->level_digit, (int)sequence);
	return true;
}

bool slug_valid(struct slice slug)
{
	if (slug.n == 0 || slug.n > SLUG_MAX || slug.p[0] == '-' || slug.p[slug.n - 1] == '-')
		return false;
	for (size_t i = 0; i < slug.n; i++) {
		char c = slug.p[i];
		if (c == '-' ? slug.p[i - 1] == '-' : !is_digit(c) && !(c >= 'a' && c <= 'z'))
			return false;
	}
	return true;
}

static bool is_capital_slug(struct slice s)
{
	char slug[SLUG_MAX];
	if (s.n > sizeof slug)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= 'a' && s.p[i] <= 'z')
			return false;
		slug[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 0x20) : s.p[i];
	}
	return slug_valid(slice_from(slug, s.n));
}

bool number_is_company(struct slice number)
{
	if (number.n <= COMPANY_TAIL)
		return false;
	struct slice slug = slice_from(number.p, number.n - COMPANY_TAIL);
	struct slice tail = slice_skip(number, slug.n);
	return is_capital_slug(slug) && tail.p[0] == '-' && are_digits(slice_from(tail.p + 1, 4)) &&
	       tail.p[5] == '-' && are_digits(slice_skip(tail, 6));
}

bool number_company(const struct number_place *at, int64_t sequence, char out[static NUMBER_TEXT])
{
	if (!slug_valid(at->slug) || !year_ok(at->year) || sequence < 1 || sequence > NUMBER_COMPANY_LAST)
		return false;
	snprintf(out, NUMBER_TEXT, "%.*s-%04d-%08d", SLICE_ARGS(at->slug), at->year, (int)sequence);
	for (size_t i = 0; i < at->slug.n; i++)
		if (out[i] >= 'a' && out[i] <= 'z')
			out[i] = (char)(out[i] - 'a' + 'A');
	return true;
}

const char *number_check_supplied(struct slice number, struct slice prefix, char level_digit,
                                  int exam_year, int issue_year)
{
	if (!number_is_skill_grade(number))
		return "number_format";
	if (prefix.n > 0 && !slice_starts(number, prefix))
		return "number_body";
	if (number.p[AT_LEVEL] != level_digit)
		return "number_level";
	int year = (number.p[AT_YEAR] - '0') * 10 + (number.p[AT_YEAR + 1] - '0');
	return year == exam_year % 100 || year == issue_year % 100 ? NULL : "number_year";
}

enum number_source number_source_from_code(struct slice code)
{
	if (slice_is(code, "minted"))
		return NUMBER_MINTED;
	if (slice_is(code, "later"))
		return NUMBER_LATER;
	return slice_is(code, "supplied") ? NUMBER_SUPPLIED : NUMBER_EITHER;
}
