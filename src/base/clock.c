/* base/clock.c - clocks and the civil calendar. The day arithmetic counts days in 400-year eras
 * of a year that starts in March, so that the leap day is the last of its year. */
#include "base/clock.h"

#include <string.h>
#include <time.h>

enum { SHANGHAI_OFFSET_S = 8 * 3600, DAY_S = 86400 };
static const char SHANGHAI_OFFSET[] = "+08:00";

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;
	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

struct mono mono_now(void)
{
	return (struct mono){read_clock(CLOCK_MONOTONIC)};
}

struct instant instant_now(void)
{
	return (struct instant){read_clock(CLOCK_REALTIME)};
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct day day_of(struct instant t)
{
	int64_t s = floor_div(t.us, 1000000) + SHANGHAI_OFFSET_S;
	return (struct day){(int32_t)floor_div(s, DAY_S)};
}

struct instant day_begins(struct day d)
{
	return (struct instant){((int64_t)d.n * DAY_S - SHANGHAI_OFFSET_S) * 1000000};
}

static bool is_leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_days(int y, int m)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return m == 2 && is_leap(y) ? 29 : days[m - 1];
}

bool day_from_civil(int year, int month, int dom, struct day *ret)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12 || dom < 1 ||
	    dom > month_days(year, month))
		return false;
	int y = month <= 2 ? year - 1 : year;
	int era = (int)floor_div(y, 400);
	int year_of_era = y - era * 400;
	int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + dom - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	ret->n = era * 146097 + day_of_era - 719468;
	return true;
}

void day_to_civil(struct day d, int *year, int *month, int *dom)
{
	int64_t z = (int64_t)d.n + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	*dom = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

/* Reads exactly n digits at *s and moves on. */
static bool digits(struct slice *s, int n, int *ret)
{
	int v = 0;
	if (s->n < (size_t)n)
		return false;
	for (int i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	*s = slice_skip(*s, (size_t)n);
	*ret = v;
	return true;
}

static bool character(struct slice *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = slice_skip(*s, 1);
	return true;
}

static bool read_date(struct slice *s, struct day *ret)
{
	int y, m, d;
	return digits(s, 4, &y) && character(s, '-') && digits(s, 2, &m) && character(s, '-') &&
	       digits(s, 2, &d) && day_from_civil(y, m, d, ret);
}

bool day_parse(struct slice s, struct day *ret)
{
	struct day d;
	if (!read_date(&s, &d) || s.n != 0)
		return false;
	*ret = d;
	return true;
}

/* Two digits and what follows them: the next place to write. */
static char *two_digits(char *out, unsigned v, char after)
{
	out[0] = (char)('0' + v / 10 % 10);
	out[1] = (char)('0' + v % 10);
	out[2] = after;
	return out + 2 + (after != '\0');
}

void day_format(struct day d, char out[static DAY_TEXT])
{
	int y, m, dom;
	day_to_civil(d, &y, &m, &dom);
	char *at = two_digits(out, (unsigned)y % 10000 / 100, '\0');
	at = two_digits(at, (unsigned)y % 100, '-');
	at = two_digits(at, (unsigned)m, '-');
	two_digits(at, (unsigned)dom, '\0');
}

void instant_format(struct instant t, char out[static INSTANT_TEXT])
{
	int64_t s = floor_div(t.us, 1000000);
	int64_t day = floor_div(s, DAY_S);
	unsigned rest = (unsigned)(s - day * DAY_S);
	day_format((struct day){(int32_t)day}, out);
	char *at = out + DAY_TEXT - 1;
	*at++ = 'T';
	at = two_digits(at, rest / 3600 % 24, ':');
	at = two_digits(at, rest / 60 % 60, ':');
	at = two_digits(at, rest % 60, 'Z');
	*at = '\0';
}

void instant_format_local(struct instant t, char out[static INSTANT_LOCAL_TEXT])
{
	char utc[INSTANT_TEXT];
	instant_format((struct instant){t.us + (int64_t)SHANGHAI_OFFSET_S * 1000000}, utc);
	utc[10] = ' ';
	memcpy(out, utc, INSTANT_TEXT - 2);
	memcpy(out + INSTANT_TEXT - 2, SHANGHAI_OFFSET, sizeof SHANGHAI_OFFSET);
}

static void read_fraction(struct slice *s, int64_t *us)
{
	int64_t unit = 100000;
	if (!character(s, '.'))
		return;
	for (; s->n && s->p[0] >= '0' && s->p[0] <= '9'; *s = slice_skip(*s, 1)) {
		*us += (s->p[0] - '0') * unit;
		unit /= 10;
	}
}

/* Z, +hh, +hhmm or +hh:mm; the result is what to subtract, in seconds. */
static bool read_offset(struct slice *s, int *ret)
{
	int h, m = 0;
	if (character(s, 'Z') || character(s, 'z')) {
		*ret = 0;
		return true;
	}
	bool minus = s->n && s->p[0] == '-';
	if (!character(s, '+') && !character(s, '-'))
		return false;
	if (!digits(s, 2, &h))
		return false;
	if (s->n) {
		(void)character(s, ':');
		if (!digits(s, 2, &m))
			return false;
	}
	if (h > 23 || m > 59)
		return false;
	*ret = (h * 3600 + m * 60) * (minus ? -1 : 1);
	return true;
}

bool instant_parse(struct slice s, struct instant *ret)
{
	struct day d;
	int h, m, sec, offset;
	int64_t us = 0;
	if (!read_date(&s, &d) ||
	    !(character(&s, 'T') || character(&s, 't') || character(&s, ' ')))
		return false;
	if (!digits(&s, 2, &h) || !character(&s, ':') || !digits(&s, 2, &m) ||
	    !character(&s, ':') || !digits(&s, 2, &sec) || h > 23 || m > 59 || sec > 60)
		return false;
	read_fraction(&s, &us);
	if (!read_offset(&s, &offset) || s.n != 0)
		return false;
	ret->us = ((int64_t)d.n * DAY_S + h * 3600 + m * 60 + sec - offset) * 1000000 + us;
	return true;
}
