/* daemon/ticket_file.h - the session ticket keys of this host, in memory that only workers get a
 * descriptor of (no other process can read them). */
#pragma once

#include "telemetry/shared.h"
#include "tls/tickets.h"

struct ticket_file; /* opaque */

/* With a first key in it. NULL when the system refuses. */
struct ticket_file *ticket_file_new(struct shared *shared);
void ticket_file_free(struct ticket_file *f);
int ticket_file_fd(const struct ticket_file *f);

/* Supervisor: a new key; the one before still opens. Returns 0, E_SYSTEM or E_LIBRARY. */
MUSTUSE int ticket_file_rotate(struct ticket_file *f);

/* Worker: copies the keys into *t when they changed since *seen (0 at first). Returns 0, also
 * when nothing changed, or E_SYSTEM. */
MUSTUSE int ticket_file_update(const struct ticket_file *f, struct tls_tickets *t, uint32_t *seen);
