/* tests/lib/fair_clock.h - a clock for upper bounds, which stands still while the machine does.
 *
 * "Within two seconds" is a promise of the program on a machine that runs it. Beside the test, a
 * thread naps for a few milliseconds and computes a little, over and over; whatever that takes
 * longer than it should is not counted. On a quiet machine this is the monotonic clock.
 *
 * For what must not take longer than promised. What must take at least so long, and how long to
 * wait at most for what is not promised, is for the true clock. One thread of a test asks. */
#pragma once

#include <stdint.h>

int64_t fair_ms(void);

/* How much has not been counted so far: what a test says about exact numbers of things that a
 * stalled machine adds to holds while this stays the same, give or take half a second. */
int64_t fair_lost_ms(void);
