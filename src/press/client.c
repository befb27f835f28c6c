/* press/client.c - one connection, many requests, matched by id.
 *
 *   DOWN --a call is waiting, after a pause--> connect() --ok--> UP --closed, malformed--> DOWN
 *
 * A call keeps its frame until it ends. A new connection gets the frames of all calls. The socket
 * belongs to the supervisor: it takes connections even while there is no press, and the one that
 * is started next finds them. */
#include "press/client.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/list.h"
#include "base/magic.h"
#include "base/outcome.h"
#include "press/frame.h"

enum {
	CALL_MAGIC = 0x1e55ca11,
	IN_FLIGHT_MAX = 32,
	BYTES_MAX = 32 * 1024 * 1024, /* of all frames in flight */
	READ_SIZE = 256 * 1024,
	KEEP = 1024 * 1024, /* of an empty buffer */
	SENDS_MAX = 2,
	PAUSE_MS = 20,
	BACKLOG = 128,
};

enum state { DOWN, UP };

struct press_client {
	struct press base;
	struct loop *loop;
	struct press_address address;
	const struct log_ctx *log;
	enum state state;
	int fd;
	struct loop_fd watch;
	struct loop_timer retry;
	struct loop_task send;
	struct list calls;
	size_t n_calls, n_bytes;
	uint32_t last_id;
	struct buf in, out;
};

struct press_call {
	unsigned magic;
	struct press_client *client;
	struct list node;
	struct loop_timer deadline;
	uint32_t id;
	int sends; /* to how many connections */
	press_done *done;
	void *arg;
	struct buf frame;
};

int press_listen(struct press_address *ret)
{
	struct press_address a = {.at = {.sun_family = AF_UNIX}, .n = sizeof a.at};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return E_SYSTEM;
	/* Nothing but the family: the kernel chooses a free name. */
	if (bind(fd, (const struct sockaddr *)&a.at, sizeof a.at.sun_family) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a.at, &a.n) != 0 || listen(fd, BACKLOG) != 0) {
		int saved = errno;
		close(fd);
		errno = saved;
		return E_SYSTEM;
	}
	*ret = a;
	return fd;
}

/* ---- calls ---- */

static void call_free(struct press_call *call)
{
	CHECK_MAGIC(call, CALL_MAGIC);
	list_remove(&call->node);
	loop_timer_stop(&call->deadline);
	call->client->n_calls--;
	call->client->n_bytes -= call->frame.n;
	buf_free(&call->frame);
	call->magic = 0;
	free(call);
}

/* Ends the call: it is gone before its callback runs, which may make new ones. */
static void call_end(struct press_call *call, int outcome, struct slice file,
                     const struct press_fault *fault)
{
	static const struct press_fault none = {0};
	press_done *done = call->done;
	void *arg = call->arg;
	call_free(call);
	done(arg, outcome, file, fault ? fault : &none);
}

static void call_expired(void *arg)
{
	struct press_call *call = arg;
	CHECK_MAGIC(call, CALL_MAGIC);
	call_end(call, E_TIMEOUT, SLICE_NONE, NULL);
}

/* ---- connection ---- */

/* Callbacks of the calls that are given up may make new calls: those are not touched. */
static void give_up(struct press_client *c)
{
	for (;;) {
		struct press_call *lost = NULL;
		LIST_FOR(it, &c->calls) {
			struct press_call *call = CONTAINER_OF(it, struct press_call, node);
			if (call->sends >= SENDS_MAX && !lost)
				lost = call;
		}
		if (!lost)
			return;
		call_end(lost, E_CLOSED, SLICE_NONE, NULL);
	}
}

static void go_down(struct press_client *c, const char *cause)
{
	if (c->state == UP) {
		loop_fd_stop(&c->watch);
		close(c->fd);
		c->fd = -1;
		c->state = DOWN;
	}
	buf_clear(&c->in);
	buf_clear(&c->out);
	log_warning(c->log, "press_away", LOG_S("cause", cause));
	loop_timer_after(&c->retry, MILLIS(PAUSE_MS));
	give_up(c);
}

static void flush(void *arg)
{
	struct press_client *c = arg;
	size_t sent = 0;
	if (c->state != UP)
		return;
	while (sent < c->out.n) {
		ssize_t n = send(c->fd, c->out.p + sent, c->out.n - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (n <= 0) {
			go_down(c, "the press closed the connection");
			return;
		}
		sent += (size_t)n;
	}
	buf_consume(&c->out, sent);
	if (!c->out.n && c->out.size > KEEP)
		buf_free(&c->out);
	if (buf_failed(&c->out) ||
	    loop_fd_watch(&c->watch, c->out.n ? LOOP_READ | LOOP_WRITE : LOOP_READ) != 0)
		go_down(c, "out of memory or descriptors");
}

static void ready(void *arg, unsigned what);

static void queue(struct press_call *call)
{
	call->sends++;
	buf_add(&call->client->out, buf_slice(&call->frame));
}

static void try_connect(void *arg)
{
	struct press_client *c = arg;
	if (c->state == UP || list_empty(&c->calls))
		return;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0 ||
	    connect(c->fd, (const struct sockaddr *)&c->address.at, c->address.n) != 0) {
		const char *cause = strerror(errno);
		if (c->fd >= 0)
			close(c->fd);
		go_down(c, cause);
		return;
	}
	c->state = UP;
	loop_fd_init(&c->watch, c->loop, c->fd, ready, c);
	LIST_FOR(it, &c->calls)
		queue(CONTAINER_OF(it, struct press_call, node));
	flush(c);
}

/* ---- answers ---- */

static struct press_call *find_call(struct press_client *c, uint32_t id)
{
	LIST_FOR(it, &c->calls) {
		struct press_call *call = CONTAINER_OF(it, struct press_call, node);
		if (call->id == id)
			return call;
	}
	return NULL;
}

/* The answer's bytes lie in c->in, which callbacks cannot touch. False: nonsense. */
static bool answer(struct press_client *c, const struct press_frame *f)
{
	struct press_call *call = find_call(c, f->id);
	struct press_fault fault;
	int outcome;
	if (!call)
		return true; /* cancelled or expired meanwhile */
	if (f->type == PRESS_FRAME_PRINTED && f->body.n)
		call_end(call, 0, f->body, NULL);
	else if (f->type == PRESS_FRAME_REFUSED &&
	         press_frame_read_refused(f->body, &outcome, &fault) == 0)
		call_end(call, outcome, SLICE_NONE, &fault);
	else
		return false;
	return true;
}

static void read_answers(struct press_client *c)
{
	struct press_frame f;
	size_t used = 0, n;
	int r;
	while ((r = press_frame_take(slice_skip(buf_slice(&c->in), used), PRESS_FRAME_MAX, &f, &n)) ==
	       0) {
		if (!answer(c, &f))
			break;
		used += n;
	}
	if (r != PRESS_FRAME_PARTIAL)
		go_down(c, "the press's answer makes no sense");
	else
		buf_consume(&c->in, used);
	if (!c->in.n && c->in.size > KEEP)
		buf_free(&c->in);
}

static void ready(void *arg, unsigned what)
{
	struct press_client *c = arg;
	if (what & LOOP_WRITE)
		flush(c);
	if (c->state != UP || !(what & LOOP_READ))
		return;
	char *room = buf_reserve(&c->in, READ_SIZE);
	ssize_t n = room ? recv(c->fd, room, READ_SIZE, MSG_DONTWAIT) : 0;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n <= 0) {
		go_down(c, "the press closed the connection");
		return;
	}
	buf_commit(&c->in, (size_t)n);
	read_answers(c);
}

/* ---- requests ---- */

static struct press_call *call_new(struct press_client *c, press_done *done, void *arg)
{
	struct press_call *call = calloc(1, sizeof *call);
	if (!call)
		return NULL;
	*call = (struct press_call){
		.magic = CALL_MAGIC, .client = c, .done = done, .arg = arg, .id = ++c->last_id,
		.frame = BUF_INIT(PRESS_REQUEST_MAX),
	};
	loop_timer_init(&call->deadline, c->loop, call_expired, call);
	list_init(&call->node);
	c->n_calls++;
	return call;
}

static int client_print(struct press *p, const struct press_facts *facts, size_t n,
                        struct duration limit, press_done *done, void *arg,
                        struct press_call **ret_call)
{
	struct press_client *c = CONTAINER_OF(p, struct press_client, base);
	assert(n >= 1 && n <= PRESS_PAGES_MAX);
	if (c->n_calls >= IN_FLIGHT_MAX)
		return E_FULL;
	struct press_call *call = call_new(c, done, arg);
	if (!call)
		return E_NOMEM;
	press_frame_write_print(&call->frame, call->id, facts, n);
	bool failed = buf_failed(&call->frame);
	c->n_bytes += call->frame.n;
	if (failed || c->n_bytes > BYTES_MAX) {
		call_free(call);
		return failed ? E_LIMIT : E_FULL;
	}
	list_append(&c->calls, &call->node);
	loop_timer_after(&call->deadline, limit);
	if (c->state == UP) {
		queue(call);
		loop_defer(c->loop, &c->send);
	} else if (!loop_timer_armed(&c->retry)) {
		loop_timer_after(&c->retry, MILLIS(0));
	}
	*ret_call = call;
	return 0;
}

static void client_cancel(struct press *p, struct press_call *call)
{
	call_free(call);
}

static const struct press_ops ops = {client_print, client_cancel};

struct press_client *press_client_new(struct loop *loop, const struct press_address *address,
                                      const struct log_ctx *log)
{
	struct press_client *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->base.ops = &ops;
	c->loop = loop;
	c->address = *address;
	c->log = log;
	c->fd = -1;
	c->in = BUF_INIT(PRESS_FRAME_MAX + READ_SIZE);
	c->out = BUF_INIT(2 * BYTES_MAX);
	list_init(&c->calls);
	loop_task_init(&c->send, flush, c);
	loop_timer_init(&c->retry, loop, try_connect, c);
	return c;
}

void press_client_free(struct press_client *c)
{
	if (!c)
		return;
	while (!list_empty(&c->calls))
		call_end(CONTAINER_OF(list_first(&c->calls), struct press_call, node), E_CLOSED,
		         SLICE_NONE, NULL);
	loop_timer_stop(&c->retry);
	loop_cancel(&c->send);
	if (c->state == UP) {
		loop_fd_stop(&c->watch);
		close(c->fd);
	}
	buf_free(&c->in);
	buf_free(&c->out);
	free(c);
}

struct press *press_client_press(struct press_client *c)
{
	return &c->base;
}
