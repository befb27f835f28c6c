/* signer/server.h - the signer's work: requests in two priorities. A turn signs for two milliseconds at
 * most, interactive requests first, then forces to disk what the journal has of it and answers: so a
 * bulk client delays others by one turn at most, and many clients share one write. */
#pragma once

#include <sys/types.h>

#include "loop/loop.h"
#include "signer/journal.h"
#include "signer/vault.h"
#include "telemetry/log.h"

struct signer_server; /* opaque */

struct signer_server_conf {
	struct loop *loop;
	struct vault *vault;
	struct crypt *crypt;
	struct journal *journal; /* NULL: none is kept */
	const uid_t *uids; /* who may connect (SO_PEERCRED); anybody else is cut off */
	size_t n_uids;
	const struct log_ctx *log;
};

/* Accepts on a listening, non-blocking Unix socket, which stays the caller's. conf is copied,
 * what it points to is not. NULL: memory, or the descriptor cannot be watched. */
struct signer_server *signer_server_new(const struct signer_server_conf *conf, int listening);

/* Closes every connection. NULL is allowed. */
void signer_server_free(struct signer_server *s);
