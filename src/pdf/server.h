/* pdf/server.h - the PDF process's work.
 *
 * Single documents go before batches, and a batch is made page by page, one page in a turn of the
 * loop, so that whoever prints one certificate waits for a page of somebody's five hundred at
 * most. */
#pragma once

#include <sys/types.h>

#include "crypt/crypt.h"
#include "loop/loop.h"
#include "telemetry/log.h"

struct pdf_server; /* opaque */

enum {
	PDF_SINGLES_MAX = 64, /* waiting single documents; more are refused */
	PDF_BATCHES_MAX = 4,
	PDF_CACHE_BYTES = 16 * 1024 * 1024,
};

struct pdf_server_conf {
	struct loop *loop;
	struct crypt *crypt;
	const uid_t *uids; /* who may connect (SO_PEERCRED); anybody else is cut off */
	size_t n_uids;
	const struct log_ctx *log;
};

/* Accepts on a listening, non-blocking Unix socket, which stays the caller's. conf is copied,
 * what it points to is not. NULL: memory, or the descriptor cannot be watched. */
struct pdf_server *pdf_server_new(const struct pdf_server_conf *conf, int listening);

/* Closes every connection. NULL is allowed. */
void pdf_server_free(struct pdf_server *s);
