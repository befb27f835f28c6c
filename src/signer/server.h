/* signer/server.h - the signer's side of the socket: clients, their frames, and the queue of
 * work. A turn signs for two milliseconds at most, interactive jobs first, then forces to disk what the
 * journal has of it and answers: so a bulk client delays others by one turn at most, and many clients
 * share one write. */
#pragma once

#include <sys/types.h>

#include "loop/loop.h"
#include "signer/journal.h"
#include "signer/vault.h"
#include "telemetry/log.h"

struct server; /* opaque */

enum {
	SERVER_CLIENTS_MAX = 128,
	SERVER_JOBS_MAX = 256,              /* queued frames of one client; more are refused */
	SERVER_BYTES_MAX = 8 * 1024 * 1024, /* their bytes */
};

struct server_conf {
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
struct server *server_new(const struct server_conf *conf, int listening);

/* Closes every connection. NULL is allowed. */
void server_free(struct server *s);

size_t server_clients(const struct server *s);
