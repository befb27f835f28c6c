/* domain/progress.c - proportions without floating point, so that every host and a recount agree
 * to the last digit. 128 bits hold target x days x 70. */
#include "domain/progress.h"

#include <assert.h>

static const int64_t LARGEST = 1000000000000;

__extension__ typedef __int128 wide;

static int64_t divide_rounded(wide a, wide b)
{
	wide half = b / 2;
	return (int64_t)(a < 0 ? (a - half) / b : (a + half) / b);
}

struct progress progress_of(int64_t count, int64_t target, struct day from, struct day to,
                            struct day today)
{
	assert(count >= 0 && count <= LARGEST && target > 0 && target <= LARGEST);
	assert(from.n <= to.n);
	int64_t days = (int64_t)to.n - from.n + 1;
	int64_t elapsed = (int64_t)today.n - from.n + 1;
	elapsed = elapsed < 0      ? 0
	          : elapsed > days ? days
	                           : elapsed;

	struct progress p = {0};
	p.remaining = count < target ? target - count : 0;
	p.percent_hundredths = divide_rounded((wide)count * 10000, target);
	p.plan_to_date = divide_rounded((wide)target * elapsed, days);
	p.ahead = count - p.plan_to_date;
	/* ahead / (target * 7 / days), in tenths. */
	p.ahead_weeks_tenths = divide_rounded((wide)p.ahead * days * 10, (wide)target * 7);
	return p;
}
