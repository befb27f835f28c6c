/* store/records.h - verification records on their way to the database, many in one COMMIT.
 *
 *   waiting --at once, or 5 ms after the first while another batch is under way--> in flight --> kept, or not
 *
 * Whoever waits is told that his records are kept only when the server has acknowledged the COMMIT of
 * their batch. In every other case (no room, the database away, slow, or its answer lost) he is told that
 * they are not: none is tried again, and a record that was kept all the same has a reference that nobody was
 * given. Verifying never depends on it. */
#pragma once

#include "base/attr.h"
#include "base/list.h"
#include "sql/types/new_verification_record.h"

struct db;
struct loop;
struct records; /* opaque */

enum {
	RECORDS_MAX = 4096,    /* waiting, not yet in flight */
	RECORDS_BATCH = 512,   /* in one COMMIT, unless one caller brings more */
	RECORDS_FLIGHTS = 4,   /* batches in flight at a time */
};

/* Both must outlive it. NULL when out of memory. */
struct records *records_new(struct loop *loop, struct db *db);

/* Nobody may be waiting. NULL is allowed. */
void records_free(struct records *r);

struct records_wait {
	struct list link;
	const struct new_verification_record *all; /* n of them; live until ready, or are cancelled */
	size_t n;
	void (*ready)(struct records_wait *w, bool kept);
	bool _waiting; /* counted in the queue */
};

/* Calls w->ready once, from the loop, never from inside this call, unless it is cancelled. */
void records_keep(struct records *r, struct records_wait *w);
void records_cancel(struct records *r, struct records_wait *w);
