/* base/slice.c - the few slice operations that are not worth inlining. */
#include "base/slice.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static bool is_ows(char c)
{
	return c == ' ' || c == '\t';
}

struct slice slice_trim(struct slice a)
{
	while (a.n > 0 && is_ows(a.p[0]))
		a = slice_skip(a, 1);
	while (a.n > 0 && is_ows(a.p[a.n - 1]))
		a.n--;
	return a;
}

struct slice slice_cut(struct slice *rest, char sep)
{
	const char *hit = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
	struct slice head = *rest;
	if (!hit) {
		*rest = SLICE_NONE;
		return head;
	}
	head.n = (size_t)(hit - head.p);
	*rest = slice_skip(*rest, head.n + 1);
	return head;
}

bool slice_to_u64(struct slice a, uint64_t *ret)
{
	uint64_t v = 0;
	if (a.n == 0 || a.n > 20)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (a.p[i] < '0' || a.p[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(a.p[i] - '0');
		if (v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*ret = v;
	return true;
}
