/* domain/validity.h - from when, until when. Dates are Shanghai's. */
#pragma once

#include "base/clock.h"

/* The last day of a certificate issued on a day and valid for a number of months (> 0): the day
 * before the same day of the month, or before the first of the following month when that day does
 * not exist. 2026-11-20 and 12 months: 2027-11-19. 0 months means no end: ask before calling. */
struct day validity_last_day(struct day issued_on, int months);

/* Valid through the last day, whole. */
static inline bool validity_is_over(struct day expires_on, struct day today)
{
	return today.n > expires_on.n;
}

/* When a result submitted today is published. The public's period and the company's window are
 * whole days after the day of submission and run side by side; publication is on the day after the
 * longer of them. With neither it is today. 2026-11-20 with 10 days: 2026-12-01. */
struct day validity_publication_day(struct day submitted_on, int publicity_days, int window_days);
