/* domain/validity.c - calendar arithmetic of certificates. */
#include "domain/validity.h"

#include <assert.h>

struct day validity_last_day(struct day issued_on, int months)
{
	assert(months > 0);
	int year, month, dom;
	day_to_civil(issued_on, &year, &month, &dom);
	int index = year * 12 + (month - 1) + months;
	struct day end;
	if (!day_from_civil(index / 12, index % 12 + 1, dom, &end)) {
		index++;
		if (!day_from_civil(index / 12, index % 12 + 1, 1, &end))
			end = (struct day){INT32_MAX}; /* beyond the year 9999 */
	}
	end.n--;
	return end;
}

struct day validity_publication_day(struct day submitted_on, int publicity_days, int window_days)
{
	int days = publicity_days > window_days ? publicity_days : window_days;
	return days > 0 ? (struct day){submitted_on.n + days + 1} : submitted_on;
}
