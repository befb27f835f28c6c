/* telemetry/quota.h - how often each of many has done something within a window: exact, in memory
 * that is shared by processes and never grows.
 *
 * A key's window begins with its first use and lasts as long as told; within it so many uses are
 * taken as the limit allows, to the last one: any number of processes may take at once. There are
 * no locks, and a process may die at any instant.
 *
 * What is full forgets; it never refuses. Keys stand in two generations. A new one begins when the
 * present one is as old as a window, or when QUOTA_KEYS keys were new in it; the one before the
 * last goes then. So the last QUOTA_KEYS keys are remembered for their whole window, whatever comes
 * besides; in a flood of more than that the oldest may begin anew, which allows them more. Nobody
 * is refused for what others have done: keys are told apart by their place and 48 bits more of a
 * keyed hash, so that two are taken for one once in some 10^14 times that one is looked for. */
#pragma once

#include "base/attr.h"
#include "base/clock.h"

struct quota; /* opaque */

enum { QUOTA_KEYS = 65536, QUOTA_LIMIT_MAX = 1000000 };

/* In memory that is all zero and aligned to a cache line; nothing in it refers to an address. */
size_t quota_size(void);
void quota_init(struct quota *q);

/* What is to be done. key: a hash under a secret key, so that nobody can choose collisions. limit:
 * 1 to QUOTA_LIMIT_MAX. window: whole seconds count, rounded up; a change holds for windows that
 * begin from then on. */
struct quota_use {
	uint64_t key;
	uint32_t limit;
	struct duration window;
};

/* Whether there is room for one more; otherwise *ret_wait is the time until the window is over. */
MUSTUSE bool quota_has(struct quota *q, const struct quota_use *u, struct mono now,
                       struct duration *ret_wait);

/* Takes one if there is room; otherwise as quota_has. */
MUSTUSE bool quota_take(struct quota *q, const struct quota_use *u, struct mono now,
                        struct duration *ret_wait);

/* Gives back one that was taken just now. */
void quota_return(struct quota *q, const struct quota_use *u, struct mono now);
