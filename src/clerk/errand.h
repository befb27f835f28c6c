/* clerk/errand.h - the clerk runs handlers by sending itself requests: the step runtime, the
 * issuing steps and their error handling are the same as for a client, only nobody is connected. */
#pragma once

#include "net/exchange.h"

struct errand; /* opaque: one at a time */

typedef void errand_done(void *arg, int status);

/* app: the web's (web_exchange_app); it and errand outlive each other's calls. NULL when out of
 * memory. */
struct errand *errand_new(const struct exchange_app *app);

/* The handler in flight is told that its client left. NULL is allowed. */
void errand_free(struct errand *e);

/* What hangs on the last request's end happens now, not at the next errand. Not from inside done,
 * and not while busy (asserted). */
void errand_end(struct errand *e);

bool errand_busy(const struct errand *e);

/* POSTs to path without a body; done gets the answer's status, from the loop or from inside this
 * call. path is copied. Not while busy (asserted). Returns 0 or E_NOMEM. */
MUSTUSE int errand_send(struct errand *e, const char *path, errand_done *done, void *arg);
