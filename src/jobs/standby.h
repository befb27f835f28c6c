/* jobs/standby.h - says in the log that COMMITs wait for the synchronous standby, and when they no
 * longer do. Clients are told 503 outcome_unknown then, which is no reason for anybody to look at
 * the database; nothing else fails. */
#pragma once

#include <stdbool.h>

#include "loop/loop.h"
#include "telemetry/log.h"

struct standby; /* opaque */
struct db;

/* Asks at once and each five seconds. NULL when out of memory. */
struct standby *standby_new(struct loop *loop, struct db *db, const struct log_ctx *log);

/* Whether they waited when last asked. What can be done later is not begun then: a session whose COMMIT
 * waits is not ended with its client, and PostgreSQL would run out of places for others. */
bool standby_is_awaited(const struct standby *s);

/* NULL is allowed. */
void standby_free(struct standby *s);
