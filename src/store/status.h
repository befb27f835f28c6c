/* store/status.h - the shared read of the status clock.
 *
 * The promise of DESIGN section 9: a verification received after a revocation's success was sent
 * never answers "valid", on any host. Whoever wants to answer from the cache waits for one read
 * of the primary that was sent after its request had been read. One read is in flight at a time;
 * all who came meanwhile share the next one. No lease, no clock of ours, no notification. */
#pragma once

#include "base/attr.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/slice.h"
#include "base/uuid.h"

struct db;
struct loop;
struct status; /* opaque */

/* What a read said. */
struct status_now {
	bool known;          /* false: the primary could not be asked; nothing else is set */
	bool held;           /* its history is in doubt (jobs/compare.h): no verdict comes from it */
	int64_t epoch;       /* of the server that answered: revs of two epochs do not compare */
	int64_t rev;         /* revocations, suspensions and annulments up to this are visible */
	struct instant now;  /* the database's clock decides dates */
	struct day today;
};

struct status_wait {
	struct list link;
	void (*ready)(struct status_wait *w, const struct status_now *now);
};

/* changed(arg, certificate, rev) runs for each certificate whose state changed since the last
 * read, forget(arg) when that cannot be listed: too many, or another server's history (promoted,
 * restored). Both before any waiter is told. */
struct status_observer {
	void (*changed)(void *arg, struct uuid certificate, int64_t rev);
	void (*forget)(void *arg);
	void *arg;
};

/* NULL when out of memory. */
struct status *status_new(struct loop *loop, struct db *db,
                          const struct status_observer *observer);

/* Nobody may be waiting. */
void status_free(struct status *s);

/* Calls w->ready once, from the loop, never from inside this call, unless it is cancelled. */
void status_await(struct status *s, struct status_wait *w);
void status_cancel(struct status_wait *w);

/* Whether a row read at this rev of this epoch has everything that the last status read knows of.
 * Whoever answers from a row compares its epoch with that of their own read. */
bool status_covers(const struct status *s, int64_t epoch, int64_t rev);
