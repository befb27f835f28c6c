/* ctl/dates.c - a date that may be said relative to today, so that a training timetable or the
 * demonstration data can be written once and used on any day. */
#include "ctl/dates.h"

bool date_read(struct slice s, struct day today, struct day *ret)
{
	if (!slice_starts(s, SLICE("today")))
		return day_parse(s, ret);
	uint64_t n = 0;
	s = slice_skip(s, 5);
	bool back = slice_starts(s, SLICE("-"));
	if (s.n && !back && *s.p != '+')
		return false;
	if (s.n && (!slice_to_u64(slice_skip(s, 1), &n) || n > 36500))
		return false;
	ret->n = today.n + (back ? -(int32_t)n : (int32_t)n);
	return true;
}

bool date_or_instant_read(struct slice s, struct day today, struct day *ret)
{
	struct instant t;
	if (date_read(s, today, ret))
		return true;
	if (!instant_parse(s, &t))
		return false;
	*ret = day_of(t);
	return true;
}
