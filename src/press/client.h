/* press/client.h - asking the press for a document, from a worker's loop.
 *
 * Nothing blocks; callbacks run from the loop, never from inside a call. The connection is made
 * when the first document is asked for. When the press dies, requests in flight are sent once more
 * to the next one; a request that has seen two of them die is given up, because it may be what
 * kills them.
 *
 * struct press is an interface, so that tests can print in process. */
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "press/facts.h"
#include "telemetry/log.h"

/* Where a press listens: a name of the kernel's choice in the abstract namespace (unix(7)), known
 * to the processes of one daemon. */
struct press_address {
	struct sockaddr_un at;
	socklen_t n;
};

/* A listening socket, non-blocking, and its address. The descriptor, or E_SYSTEM. */
MUSTUSE int press_listen(struct press_address *ret);

struct press;
struct press_call; /* a request in flight; gone once its callback has begun */

/* outcome 0: the file, valid during the call. Otherwise file is empty: E_REFUSED (no font has
 * fault->character), E_LIMIT (fault->field too long for its place; without a field, the file
 * is), E_SYNTAX (fault->field is not printable), E_FULL (the press has too much to do), E_ABSENT
 * (it has no Chinese fonts), E_NOMEM (it failed), E_TIMEOUT, E_CLOSED (it died twice, or the client
 * is being freed). */
typedef void press_done(void *arg, int outcome, struct slice file, const struct press_fault *fault);

struct press_ops {
	int (*print)(struct press *, const struct press_facts *, size_t n, struct duration limit,
	             press_done *, void *arg, struct press_call **);
	void (*cancel)(struct press *, struct press_call *);
};

struct press {
	const struct press_ops *ops;
};

/* Asks for one file of n pages (1 to PRESS_PAGES_MAX); copies the facts. After 0, done runs
 * exactly once unless cancelled; otherwise never: E_FULL (too much in flight: answer 503), E_LIMIT
 * (too many bytes), E_NOMEM. */
MUSTUSE static inline int press_print(struct press *p, const struct press_facts *facts, size_t n,
                                      struct duration limit, press_done *done, void *arg,
                                      struct press_call **ret_call)
{
	return p->ops->print(p, facts, n, limit, done, arg, ret_call);
}

/* Forgets the call: its callback will not run. */
static inline void press_cancel(struct press *p, struct press_call *call)
{
	p->ops->cancel(p, call);
}

struct press_client; /* opaque; implements struct press */

/* address is copied; log is not. NULL: memory. */
struct press_client *press_client_new(struct loop *loop, const struct press_address *address,
                                      const struct log_ctx *log);

/* Ends every call with E_CLOSED first. NULL is allowed. Not from inside a callback. */
void press_client_free(struct press_client *c);

struct press *press_client_press(struct press_client *c);
