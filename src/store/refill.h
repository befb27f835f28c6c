/* store/refill.h - reserving the next block of a series once, however many wait for it.
 *
 * Whoever finds a block used up asks for a refill and waits. The first one's reservation is sent,
 * on behalf of all: it goes on when its own request ends. When it is answered everybody is woken
 * in the order of asking, the reservation being in the journal, and takes from the block again; who finds it used up again asks again. */
#pragma once

#include "base/list.h"
#include "db/db.h"
#include "store/blocks.h"

struct recorder;
struct refills; /* opaque: the reservations in flight of one process */

/* All must outlive it; recorder may be NULL (tests). NULL when out of memory. */
struct refills *refills_new(struct db *db, struct blocks *blocks, struct recorder *recorder);

/* Nobody is woken any more. NULL is allowed. */
void refills_free(struct refills *r);

struct refill_wait {
	/* outcome 0: take again. E_ABSENT: the series is used up; E_CLOSED: the database is away;
	 * E_LIMIT: it has no room (53xxx); E_FULL: no time; E_LIBRARY: it failed; E_REFUSED: the
	 * history is held (jobs/compare.h); E_SYSTEM: the reservation could not be recorded; E_NOMEM.
	 * From the loop; w may be used anew. */
	void (*ready)(struct refill_wait *w, int outcome);
	struct list _node;
};

/* call: numbers_reserve or status_reserve. It is copied. Returns 0, and then
 * ready runs once unless cancelled; or, and then it never runs, E_FULL or E_NOMEM. */
MUSTUSE int refill_await(struct refills *r, const char *key, const struct db_call *call,
                         struct refill_wait *w);
void refill_cancel(struct refill_wait *w); /* also when it does not wait, or is all zero */
