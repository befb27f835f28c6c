/* http/accept.c - of all ranges that cover a type the most specific one gives its weight. */
#include "http/accept.h"

enum { WEIGHT_MAX = 1000 };

/* "0", "1", "0.75": thousandths, or -1. */
static int weight_parse(struct slice text)
{
	int weight = 0, scale = WEIGHT_MAX;
	if (text.n < 1 || text.n > 5 || (text.p[0] != '0' && text.p[0] != '1'))
		return -1;
	if (text.n > 1 && text.p[1] != '.')
		return -1;
	for (size_t i = 0; i < text.n; i++) {
		if (i == 1)
			continue;
		if (text.p[i] < '0' || text.p[i] > '9')
			return -1;
		weight += (text.p[i] - '0') * scale;
		scale /= 10;
	}
	return weight <= WEIGHT_MAX ? weight : -1;
}

/* The weight among a range's parameters, 1 when there is none; -1: malformed. */
static int weight_of(struct slice parameters)
{
	while (parameters.p) {
		struct slice value = slice_trim(slice_cut(&parameters, ';'));
		struct slice name = slice_trim(slice_cut(&value, '='));
		if (slice_eq_nocase(name, SLICE("q")))
			return value.p ? weight_parse(slice_trim(value)) : -1;
	}
	return WEIGHT_MAX;
}

/* How closely a range names a type: 3 itself, 2 its top-level type, 1 anything, 0 not at all. */
static int closeness(struct slice range, struct slice type)
{
	if (slice_eq_nocase(range, type))
		return 3;
	if (slice_is(range, "*/*"))
		return 1;
	struct slice top = slice_cut(&range, '/');
	if (slice_is(range, "*") && slice_eq_nocase(top, slice_cut(&type, '/')))
		return 2;
	return 0;
}

static int weight_for(struct slice accept, struct slice type)
{
	int best = 0, weight = 0;
	while (accept.p) {
		struct slice parameters = slice_cut(&accept, ',');
		int close = closeness(slice_trim(slice_cut(&parameters, ';')), type);
		int w = close > best ? weight_of(parameters) : -1;
		if (w < 0)
			continue;
		best = close;
		weight = w;
	}
	return weight;
}

size_t accept_pick(struct slice accept, const char *const *types, size_t n)
{
	size_t pick = n;
	int best = 0;
	if (slice_trim(accept).n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		int weight = weight_for(accept, slice_of(types[i]));
		if (weight > best) {
			best = weight;
			pick = i;
		}
	}
	return pick;
}
