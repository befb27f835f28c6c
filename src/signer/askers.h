/* signer/askers.h - the processes that asked an earlier signer: which of them have ended?
 *
 * A signer writes a line when a process that asked it has ended (signer/server.c). One that is killed
 * writes none, so the next one finds out: of those that are gone at once, of the others when they go.
 * What they left signed and unstored is then listed apart by the audit. */
#pragma once

#include "loop/loop.h"
#include "signer/journal.h"
#include "telemetry/log.h"

struct askers; /* opaque */

/* Reads the youngest lines of the journal at path, which j writes, and adds a line for each process
 * that asked, has ended, and has none. The others are watched. 0; E_NOMEM; E_SYSTEM:
 * one cannot be watched. A journal that cannot be read is the audit's to report. All must outlive it. */
MUSTUSE int askers_new(struct loop *loop, struct journal *j, const char *path,
                       const struct log_ctx *log, struct askers **ret);
void askers_free(struct askers *a); /* NULL is allowed */
