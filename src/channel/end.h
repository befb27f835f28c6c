/* channel/end.h - one end of a connection: bytes that came and are not taken yet, bytes that are to
 * go. For client.c and server.c. */
#pragma once

#include "base/buf.h"
#include "loop/loop.h"

struct channel_end {
	int fd; /* -1: no connection */
	struct loop_fd watch;
	struct buf in, out;
	size_t sent;    /* of out: gone, though still there */
	uint64_t total; /* gone over this connection */
};

void channel_end_init(struct channel_end *e, size_t in_max, size_t out_max);

/* Takes a connected, non-blocking descriptor. 0, or E_SYSTEM: it cannot be watched, and is closed. */
MUSTUSE int channel_end_open(struct channel_end *e, struct loop *loop, int fd, loop_fd_fn *ready,
                             void *arg);

/* Closes the connection and forgets what was to go and what had come. */
void channel_end_close(struct channel_end *e);
void channel_end_free(struct channel_end *e);

/* Sends what can be sent now. 0; E_CLOSED: the other side has gone; E_NOMEM: more was to go than out
 * has room for; E_SYSTEM. */
MUSTUSE int channel_end_flush(struct channel_end *e);

/* Reads what is there. 0, also when nothing is; E_CLOSED, E_NOMEM. */
MUSTUSE int channel_end_read(struct channel_end *e);

/* Where in the stream a byte that is added to out now will go. */
static inline uint64_t channel_end_position(const struct channel_end *e)
{
	return e->total + (e->out.n - e->sent);
}

/* The first n bytes of in have been dealt with. */
void channel_end_used(struct channel_end *e, size_t n);
