/* ctl/verdict.c - what an employer types and what the answer means to a script. */
#include "ctl/verdict.h"

#include "ctl/verb.h"

enum { CODE_CHARACTERS = 26 };

static bool is_code_character(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z' && c != 'U');
}

/* SLUG-YYYY-12345678 with a slug of 14 characters is as long as a code. */
static bool is_company_number(struct slice s)
{
	if (s.n < 14 || s.p[s.n - 9] != '-' || s.p[s.n - 14] != '-')
		return false;
	for (size_t i = s.n - 13; i < s.n; i++)
		if (i != s.n - 9 && (s.p[i] < '0' || s.p[i] > '9'))
			return false;
	return true;
}

bool verdict_subject(struct slice typed, struct buf *out)
{
	if (slice_starts(typed, SLICE("https://")))
		for (size_t i = typed.n; i-- > 0;)
			if (typed.p[i] == '/') {
				typed = slice_skip(typed, i + 1);
				break;
			}
	typed = slice_trim(typed);
	buf_add(out, typed);
	size_t n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		if (typed.p[i] == ' ' || typed.p[i] == '-')
			continue;
		if (!is_code_character(typed.p[i]))
			return false;
		n++;
	}
	return n == CODE_CHARACTERS && !is_company_number(typed);
}

int verdict_exit(const char *result)
{
	if (strcmp(result, "valid") == 0)
		return CTL_OK;
	return strcmp(result, "unknown") == 0 ? CTL_UNKNOWN : CTL_NEGATIVE;
}
