/* store/touched.h - which credentials were used lately, so that their last use can be noted now
 * and then in one statement instead of with every request. */
#pragma once

#include "base/uuid.h"

struct db;

enum { TOUCHED_MAX = 128 };

/* Zeroed is empty. */
struct touched {
	struct uuid id[TOUCHED_MAX];
	size_t n;
};

/* Remembers the id once; what does not fit is remembered at its next use. */
void touched_add(struct touched *t, struct uuid id);

/* Sends what was gathered and forgets it. Nothing is repeated when it fails: the column is a
 * convenience, to the minute. */
void touched_flush(struct touched *t, struct db *db);
