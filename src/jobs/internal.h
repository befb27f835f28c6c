/* jobs/internal.h - requests that this process makes of itself: an exchange without a connection. The step
 * runtime, the handlers and their error handling are those of a client's request, only nobody is
 * connected. */
#pragma once

#include "loop/loop.h"
#include "net/exchange.h"

struct internal; /* opaque: one request at a time */

enum { INTERNAL_BODY_MAX = 64 * 1024, INTERNAL_REPLY_MAX = 64 * 1024 };

struct internal_reply {
	int status;
	struct slice body; /* lives as long as the call of done; SLICE_NONE: none, or above INTERNAL_REPLY_MAX */
};

/* The memory of the request is in use still: the next one may be sent in the next turn. */
typedef void internal_done(void *arg, const struct internal_reply *reply);

/* app: the web's (web_exchange_app); it and loop outlive this. NULL when out of memory. */
struct internal *internal_new(struct loop *loop, const struct exchange_app *app);

/* The handler in flight is told that its client left. NULL is allowed. */
void internal_free(struct internal *i);

/* What hangs on the last request's end happens now, not at the next request. Not from inside done, and not
 * while one is in flight (asserted). */
void internal_end(struct internal *i);

/* POSTs JSON to a path; both are copied. done runs once, from the loop or from inside this call. Not while
 * one is in flight (asserted). Returns 0, or E_LIMIT: the body is above INTERNAL_BODY_MAX. */
MUSTUSE int internal_post(struct internal *i, const char *path, struct slice body, internal_done *done, void *arg);
