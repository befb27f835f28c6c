/* jobs/compare.h - the registry's journal of this host against the database.
 *
 * At the start, in every new epoch (a server that was started, a standby that took over), and for
 * what has been written since: each line must be in the database. While an epoch has not been
 * compared no verdict is given and nothing is issued, on any host; a line that is missing holds the
 * history until `talentd recover` has run. The database keeps how far each journal was found in it:
 * restored, it knows no more than it has. */
#pragma once

#include "loop/loop.h"
#include "telemetry/log.h"

struct compare; /* opaque */
struct db;

/* Starts in the next turn. path is copied; a journal that is not there yet is waited for. NULL when
 * out of memory. */
struct compare *compare_new(struct loop *loop, struct db *db, const char *path,
                            const struct log_ctx *log);

/* NULL is allowed. */
void compare_free(struct compare *c);
