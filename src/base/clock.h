/* base/clock.h - time with its units in the type.
 *
 * duration: a span. mono: the monotonic clock, for deadlines. instant: UTC wall time, for records
 * (authoritative instants come from the database). day: a calendar date; dates of the field are
 * Asia/Shanghai, which has been UTC+8 without daylight saving since 1991. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

struct duration {
	int64_t us;
};
struct mono {
	int64_t us;
};
struct instant {
	int64_t us; /* since 1970-01-01T00:00:00Z */
};
struct day {
	int32_t n; /* days since 1970-01-01 */
};

#define MILLIS(k) ((struct duration){(int64_t)(k) * 1000})
#define SECONDS(k) ((struct duration){(int64_t)(k) * 1000000})
#define INIT_SECONDS(k) {(int64_t)(k) * 1000000} /* the same in an initialiser */

struct mono mono_now(void);
struct instant instant_now(void);

static inline struct mono mono_add(struct mono t, struct duration d)
{
	return (struct mono){t.us + d.us};
}
static inline struct duration mono_since(struct mono later, struct mono earlier)
{
	return (struct duration){later.us - earlier.us};
}

/* The Shanghai date of an instant. */
struct day day_of(struct instant t);

/* Its first moment. */
struct instant day_begins(struct day d);

/* Proleptic Gregorian. day_from_civil returns false for a date that does not exist. */
bool day_from_civil(int year, int month, int dom, struct day *ret);
void day_to_civil(struct day d, int *year, int *month, int *dom);

/* "YYYY-MM-DD", exactly ten characters, year 0001-9999, a date that exists. */
bool day_parse(struct slice s, struct day *ret);
enum { DAY_TEXT = 11 };
void day_format(struct day d, char out[static DAY_TEXT]);

/* RFC 3339 in UTC with whole seconds: 2026-11-20T02:15:07Z. */
enum { INSTANT_TEXT = 21 };
void instant_format(struct instant t, char out[static INSTANT_TEXT]);

/* For people, everywhere: the wall clock of Shanghai and its offset, 2026-11-20 10:15:07+08:00, which
 * instant_parse reads back. */
enum { INSTANT_LOCAL_TEXT = 26 };
void instant_format_local(struct instant t, char out[static INSTANT_LOCAL_TEXT]);

/* RFC 3339 with Z or an offset, optional fraction (kept to the microsecond). Also accepts
 * PostgreSQL's form "2026-11-20 02:15:07.123+00". */
bool instant_parse(struct slice s, struct instant *ret);
