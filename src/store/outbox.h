/* store/outbox.h - writes that nobody waits for and that must not be lost while the process lives:
 * what became of a signature whose request has ended otherwise than planned.
 *
 * Each is one write function that may safely be repeated. They are sent one after the other,
 * anew after a pause as long as the database is away or the outcome is unknown; what the database
 * refuses as wrong is logged and let go. */
#pragma once

#include "db/db.h"
#include "loop/loop.h"
#include "telemetry/log.h"

struct outbox; /* opaque */

enum { OUTBOX_MAX = 1024, OUTBOX_ARGS_MAX = 10 };

/* Both must outlive it. NULL when out of memory. */
struct outbox *outbox_new(struct loop *loop, struct db *db);

/* What is still waiting is lost. NULL is allowed. */
void outbox_free(struct outbox *o);

/* Copies the call, which has at most OUTBOX_ARGS_MAX arguments (asserted), and sends it in the
 * next turn. Where there is no room or no memory the error log says so: log may be NULL. */
void outbox_add(struct outbox *o, const struct db_call *call, const struct log_ctx *log);

/* Calls done once: when nothing is waiting any more, or when limit has passed. */
void outbox_drain(struct outbox *o, struct duration limit, void (*done)(void *arg), void *arg);
