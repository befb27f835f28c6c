/* base/slice.h - a piece of somebody else's memory: pointer and length, not NUL-terminated.
 * A slice never owns; it is valid as long as what it points into. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *p;
	size_t n;
};

#define SLICE_CONSTANT(literal) {("" literal), sizeof(literal) - 1} /* in an initializer of what is static */
#define SLICE(literal) ((struct slice)SLICE_CONSTANT(literal))
#define SLICE_NONE ((struct slice){NULL, 0})

/* For printf("%.*s", SLICE_ARGS(s)). */
#define SLICE_ARGS(s) (int)(s).n, (s).p

static inline struct slice slice_of(const char *cstr)
{
	return (struct slice){cstr, cstr ? strlen(cstr) : 0};
}

static inline struct slice slice_from(const void *p, size_t n)
{
	return (struct slice){p, n};
}

static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool slice_is(struct slice a, const char *cstr)
{
	return slice_eq(a, slice_of(cstr));
}

static inline bool slice_starts(struct slice a, struct slice prefix)
{
	return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}

/* The rest after n bytes; empty when there are fewer. */
static inline struct slice slice_skip(struct slice a, size_t n)
{
	return n >= a.n ? (struct slice){a.p + a.n, 0} : (struct slice){a.p + n, a.n - n};
}

/* Compares ASCII letters without case (HTTP field names, RFC 9110 section 5.1). */
bool slice_eq_nocase(struct slice a, struct slice b);

/* Without spaces and tabs at both ends (OWS, RFC 9110 section 5.6.3). */
struct slice slice_trim(struct slice a);

/* Splits at the first sep: returns what stands before it and moves *rest behind it.
 * Without sep the whole is returned and *rest becomes SLICE_NONE (p == NULL). */
struct slice slice_cut(struct slice *rest, char sep);

/* Strict decimal: digits only, no sign, no leading or trailing anything, fits uint64_t. */
bool slice_to_u64(struct slice a, uint64_t *ret);
