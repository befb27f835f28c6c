/* recorder/server.h - the recorder's work: what all clients have sent by now is written, forced to
 * disk once, and then answered. While the disk works the next ones gather. */
#pragma once

#include <sys/types.h>

#include "journal/file.h"
#include "loop/loop.h"
#include "telemetry/log.h"

struct recorder_server; /* opaque */

struct recorder_server_conf {
	struct loop *loop;
	struct journal *journal;
	const uid_t *uids; /* who may connect (SO_PEERCRED); anybody else is cut off */
	size_t n_uids;
	const struct log_ctx *log;
};

/* Accepts on a listening, non-blocking socket, which stays the caller's. conf is copied, what it
 * points to is not. NULL: memory, or the descriptor cannot be watched. */
struct recorder_server *recorder_server_new(const struct recorder_server_conf *conf, int listening);

/* Closes every connection. NULL is allowed. */
void recorder_server_free(struct recorder_server *s);
