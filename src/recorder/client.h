/* recorder/client.h - having something written into the registry's journal, from a worker's loop.
 *
 * What is acknowledged to a client is first written outside the database, by a process of its own:
 * forcing to disk takes milliseconds, which no loop that serves can wait, and one of them is enough
 * for all that came meanwhile.
 *
 * Nothing blocks; callbacks run from the loop, never from inside a call. The connection is made when
 * it is needed, and again: entries in flight are sent anew then, so a line may be there twice, which
 * says nothing new.
 *
 * struct recorder is an interface, so that tests can record in process (tests/lib/fake_recorder.h). */
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/slice.h"
#include "loop/loop.h"
#include "telemetry/log.h"

/* Where a recorder listens: a name of the kernel's choice in the abstract namespace (unix(7)), known
 * to the processes of one daemon. */
struct recorder_address {
	struct sockaddr_un at;
	socklen_t n;
};

/* A listening socket, non-blocking, and its address. The descriptor, or E_SYSTEM. */
MUSTUSE int recorder_listen(struct recorder_address *ret);

struct recorder;
struct recorder_call; /* a request in flight; gone once its callback has begun */

/* 0: the entries are on disk. E_SYSTEM: they could not be written; E_SYNTAX: they are none;
 * E_TIMEOUT; E_CLOSED (the client is being freed). */
typedef void recorder_done(void *arg, int outcome);

struct recorder_ops {
	int (*record)(struct recorder *, struct slice entries, struct duration limit, recorder_done *,
	              void *arg, struct recorder_call **);
	void (*cancel)(struct recorder *, struct recorder_call *);
	bool (*well)(const struct recorder *);
};

struct recorder {
	const struct recorder_ops *ops;
};

enum { RECORDER_ENTRIES_MAX = 32 * 1024 }; /* bytes of one request */

/* Has entries written (journal/file.h: one a line) and forced to disk; copies them. No entries: asks
 * whether some could be written. After 0, done
 * runs exactly once unless cancelled; otherwise never: E_FULL (too much in flight), E_LIMIT (too
 * long), E_NOMEM. */
MUSTUSE static inline int recorder_record(struct recorder *r, struct slice entries,
                                          struct duration limit, recorder_done *done, void *arg,
                                          struct recorder_call **ret_call)
{
	return r->ops->record(r, entries, limit, done, arg, ret_call);
}

/* Forgets the call: its callback will not run. What was sent is written all the same. */
static inline void recorder_cancel(struct recorder *r, struct recorder_call *call)
{
	r->ops->cancel(r, call);
}

/* False while the journal is known not to take anything: what would have to be recorded need not be
 * begun. It is tried again by itself. */
static inline bool recorder_well(const struct recorder *r)
{
	return r->ops->well(r);
}

struct recorder_client; /* opaque; implements struct recorder */

/* address is copied; log is not. NULL: memory. */
struct recorder_client *recorder_client_new(struct loop *loop,
                                            const struct recorder_address *address,
                                            const struct log_ctx *log);

/* Ends every call with E_CLOSED first. NULL is allowed. Not from inside a callback. */
void recorder_client_free(struct recorder_client *c);

struct recorder *recorder_client_recorder(struct recorder_client *c);
