/* channel/end.c - what has gone stays in its buffer until half of that has: so each byte is moved
 * at most once, however small the pieces are in which the socket takes them. */
#include "channel/end.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/outcome.h"

enum {
	READ_SIZE = 64 * 1024,
	KEEP = 1024 * 1024, /* of an empty buffer */
};

void channel_end_init(struct channel_end *e, size_t in_max, size_t out_max)
{
	*e = (struct channel_end){.fd = -1, .in = BUF_INIT(in_max + READ_SIZE), .out = BUF_INIT(out_max)};
}

int channel_end_open(struct channel_end *e, struct loop *loop, int fd, loop_fd_fn *ready, void *arg)
{
	e->fd = fd;
	e->total = 0;
	loop_fd_init(&e->watch, loop, fd, ready, arg);
	if (loop_fd_watch(&e->watch, LOOP_READ) == 0)
		return 0;
	channel_end_close(e);
	return E_SYSTEM;
}

void channel_end_close(struct channel_end *e)
{
	if (e->fd >= 0) {
		loop_fd_stop(&e->watch);
		close(e->fd);
	}
	e->fd = -1;
	e->sent = 0;
	buf_clear(&e->in);
	buf_clear(&e->out);
}

void channel_end_free(struct channel_end *e)
{
	channel_end_close(e);
	buf_free(&e->in);
	buf_free(&e->out);
}

static void trim(struct buf *b)
{
	if (!b->n && b->size > KEEP)
		buf_free(b);
}

static int send_out(struct channel_end *e)
{
	while (e->sent < e->out.n) {
		ssize_t n = send(e->fd, e->out.p + e->sent, e->out.n - e->sent,
		                 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (n <= 0)
			return E_CLOSED;
		e->sent += (size_t)n;
		e->total += (size_t)n;
	}
	return 0;
}

int channel_end_flush(struct channel_end *e)
{
	int r = buf_failed(&e->out) ? E_NOMEM : send_out(e);
	if (r)
		return r;
	if (e->sent > e->out.n / 2) {
		buf_consume(&e->out, e->sent);
		e->sent = 0;
	}
	trim(&e->out);
	return loop_fd_watch(&e->watch, e->out.n ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

int channel_end_read(struct channel_end *e)
{
	char *room = buf_reserve(&e->in, READ_SIZE);
	if (!room)
		return E_NOMEM;
	ssize_t n = recv(e->fd, room, READ_SIZE, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return 0;
	if (n <= 0)
		return E_CLOSED;
	buf_commit(&e->in, (size_t)n);
	return 0;
}

void channel_end_used(struct channel_end *e, size_t n)
{
	buf_consume(&e->in, n);
	trim(&e->in);
}
