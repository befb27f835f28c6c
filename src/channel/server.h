/* channel/server.h - a helper's side of its socket: connections, who may have one, their requests
 * and the answers. What is done, and in which order, is the service's.
 *
 * What a peer can make the helper hold is bounded by the service's row: requests beyond are refused,
 * answers that it does not read end its connection. A stream that cannot be delimited does too. */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "base/list.h"
#include "channel/service.h"
#include "loop/loop.h"
#include "telemetry/log.h"

struct channel_server; /* opaque */
struct channel_peer;   /* a connection */

/* A request until it is answered or its peer has left. The members behind body are the service's. */
struct channel_request {
	struct channel_peer *peer;
	struct list by_peer;
	uint8_t type;
	uint32_t id;
	struct slice body; /* a copy of its own */
	struct list node;  /* in whatever queue; left by itself at the end */
	void *work;
	size_t n;
	char _bytes[];
};

struct channel_server_conf {
	struct loop *loop;
	const struct channel_service *service;
	const uid_t *uids; /* who may connect (SO_PEERCRED); anybody else is cut off. Copied by nobody */
	size_t n_uids;
	const struct log_ctx *log;
	/* A request has come. It may be answered now or later. */
	void (*asked)(void *arg, struct channel_request *r);
	/* NULL, or: it will not be answered, its peer has left. */
	void (*dropped)(void *arg, struct channel_request *r);
	/* NULL, or: what the service keeps of a connection, and its end. */
	void *(*came)(void *arg, pid_t process);
	void (*left)(void *arg, void *kept);
	void *arg;
};

/* Accepts on a listening, non-blocking Unix socket, which stays the caller's. conf is copied, what
 * it points to is not. NULL: memory, or the descriptor cannot be watched. */
struct channel_server *channel_server_new(const struct channel_server_conf *conf, int listening);

/* Closes every connection. NULL is allowed. */
void channel_server_free(struct channel_server *s);

/* What `came` has returned for the request's connection. */
void *channel_request_kept(const struct channel_request *r);

/* Answers: its body is to be written to the buffer, then it is answered, and gone. */
struct buf *channel_answer(struct channel_request *r);
void channel_answered(struct channel_request *r);

/* Refuses with a failure of base/outcome.h. Between begin and channel_answered a service may add
 * what it has to say of it. */
struct buf *channel_refuse_begin(struct channel_request *r, int failure);
void channel_refuse(struct channel_request *r, int failure);

/* Sends what has been answered. Peers may leave, and their requests with them: to be called at the
 * end of a piece of work. What is answered from inside `asked` is sent without it. */
void channel_server_flush(struct channel_server *s);
