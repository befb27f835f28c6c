/* recorder/client.c - one connection, many requests, matched by id.
 *
 *   DOWN --a call is waiting, after a pause--> connect() --ok--> UP --closed, malformed--> DOWN
 *
 * A call keeps its packet until it ends. A new connection gets the packets of all calls. After an
 * answer that the journal could not be written an empty request asks again, until it can. */
#include "recorder/client.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/list.h"
#include "base/magic.h"
#include "base/outcome.h"
#include "recorder/packet.h"

enum {
	CALL_MAGIC = 0x7ec0ca11,
	IN_FLIGHT_MAX = 1024,
	PAUSE_MS = 20,
	ASK_AGAIN_MS = 500,
	BACKLOG = 128,
};

enum state { DOWN, UP };

struct recorder_client {
	struct recorder base; /* first */
	struct loop *loop;
	struct recorder_address address;
	const struct log_ctx *log;
	enum state state;
	int fd;
	bool well;
	struct loop_fd watch;
	struct loop_timer retry, ask_again;
	struct loop_task send;
	struct list calls; /* those with sent set first */
	size_t n_calls;
	uint32_t last_id;
};

struct recorder_call {
	unsigned magic;
	struct recorder_client *client;
	struct list node;
	struct loop_timer deadline;
	recorder_done *done;
	void *arg;
	bool sent; /* over this connection */
	size_t n;  /* of the packet */
	uint32_t id;
	char entries[];
};

int recorder_listen(struct recorder_address *ret)
{
	struct recorder_address a = {.at = {.sun_family = AF_UNIX}, .n = sizeof a.at};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
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

static void call_free(struct recorder_call *call)
{
	CHECK_MAGIC(call, CALL_MAGIC);
	list_remove(&call->node);
	loop_timer_stop(&call->deadline);
	call->client->n_calls--;
	call->magic = 0;
	free(call);
}

/* Ends the call: it is gone before its callback runs, which may make new ones. */
static void call_end(struct recorder_call *call, int outcome)
{
	recorder_done *done = call->done;
	void *arg = call->arg;
	call_free(call);
	if (done)
		done(arg, outcome);
}

static void call_expired(void *arg)
{
	struct recorder_call *call = arg;
	CHECK_MAGIC(call, CALL_MAGIC);
	call_end(call, E_TIMEOUT);
}

/* ---- connection ---- */

static void go_down(struct recorder_client *c, const char *cause)
{
	if (c->state == UP) {
		loop_fd_stop(&c->watch);
		close(c->fd);
		c->fd = -1;
		c->state = DOWN;
	}
	LIST_FOR(it, &c->calls)
		CONTAINER_OF(it, struct recorder_call, node)->sent = false;
	log_warning(c->log, "recorder_away", LOG_S("cause", cause));
	loop_timer_after(&c->retry, MILLIS(PAUSE_MS));
}

/* False: the socket takes no more now, or the connection is gone. */
static bool send_call(struct recorder_client *c, struct recorder_call *call)
{
	struct iovec parts[] = {{&call->id, PACKET_HEAD}, {call->entries, call->n}};
	const struct msghdr message = {.msg_iov = parts, .msg_iovlen = ARRAY_LEN(parts)};
	ssize_t n;
	do
		n = sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS)
		go_down(c, strerror(errno));
	call->sent = n >= 0;
	return n >= 0;
}

static void flush(void *arg)
{
	struct recorder_client *c = arg;
	bool room = true;
	if (c->state != UP)
		return;
	LIST_FOR(it, &c->calls) {
		struct recorder_call *call = CONTAINER_OF(it, struct recorder_call, node);
		if (!call->sent && !(room = send_call(c, call)))
			break;
	}
	if (c->state == UP &&
	    loop_fd_watch(&c->watch, room ? LOOP_READ : LOOP_READ | LOOP_WRITE) != 0)
		go_down(c, "out of descriptors");
}

static void ready(void *arg, unsigned what);

static void try_connect(void *arg)
{
	struct recorder_client *c = arg;
	if (c->state == UP || list_empty(&c->calls))
		return;
	c->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
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
	flush(c);
}

/* ---- answers ---- */

static struct recorder_call *find_call(struct recorder_client *c, uint32_t id)
{
	LIST_FOR(it, &c->calls) {
		struct recorder_call *call = CONTAINER_OF(it, struct recorder_call, node);
		if (call->id == id)
			return call;
	}
	return NULL;
}

static int outcome_of(uint8_t outcome)
{
	if (outcome == PACKET_WRITTEN)
		return 0;
	return outcome == PACKET_MALFORMED ? E_SYNTAX : E_SYSTEM;
}

static void take_answer(struct recorder_client *c, const struct packet_answer *a)
{
	struct recorder_call *call = find_call(c, a->id);
	int outcome = outcome_of(a->outcome);
	if (outcome != E_SYNTAX)
		c->well = outcome == 0;
	if (!c->well && !loop_timer_armed(&c->ask_again))
		loop_timer_after(&c->ask_again, MILLIS(ASK_AGAIN_MS));
	if (call)
		call_end(call, outcome);
}

static void ready(void *arg, unsigned what)
{
	struct recorder_client *c = arg;
	if (what & LOOP_WRITE)
		flush(c);
	while (c->state == UP && (what & LOOP_READ)) {
		struct packet_answer a;
		ssize_t n = recv(c->fd, &a, sizeof a, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
			return;
		if (n != PACKET_ANSWER) {
			go_down(c, n > 0 ? "the answer makes no sense" : "the recorder closed the connection");
			return;
		}
		take_answer(c, &a);
	}
}

/* ---- requests ---- */

static int start_call(struct recorder_client *c, struct slice entries, struct duration limit,
                      recorder_done *done, void *arg, struct recorder_call **ret)
{
	struct recorder_call *call = calloc(1, sizeof *call + entries.n);
	if (!call)
		return E_NOMEM;
	*call = (struct recorder_call){.magic = CALL_MAGIC, .client = c, .done = done, .arg = arg,
	                               .id = ++c->last_id, .n = entries.n};
	if (entries.n)
		memcpy(call->entries, entries.p, entries.n);
	loop_timer_init(&call->deadline, c->loop, call_expired, call);
	loop_timer_after(&call->deadline, limit);
	list_append(&c->calls, &call->node);
	c->n_calls++;
	if (c->state == UP)
		loop_defer(c->loop, &c->send);
	else if (!loop_timer_armed(&c->retry))
		loop_timer_after(&c->retry, MILLIS(0));
	if (ret)
		*ret = call;
	return 0;
}

static void ask_again(void *arg)
{
	struct recorder_client *c = arg;
	if (start_call(c, SLICE_NONE, SECONDS(5), NULL, NULL, NULL) != 0)
		loop_timer_after(&c->ask_again, MILLIS(ASK_AGAIN_MS));
}

static int client_record(struct recorder *r, struct slice entries, struct duration limit,
                         recorder_done *done, void *arg, struct recorder_call **ret)
{
	struct recorder_client *c = CONTAINER_OF(r, struct recorder_client, base);
	if (entries.n > RECORDER_ENTRIES_MAX)
		return E_LIMIT;
	if (c->n_calls >= IN_FLIGHT_MAX)
		return E_FULL;
	return start_call(c, entries, limit, done, arg, ret);
}

static void client_cancel(struct recorder *r, struct recorder_call *call)
{
	if (call->sent)
		call_free(call);
	else
		call->done = NULL; /* it is still to be written */
}

static bool client_well(const struct recorder *r)
{
	return ((const struct recorder_client *)(const void *)r)->well; /* base is its first member */
}

static const struct recorder_ops ops = {client_record, client_cancel, client_well};

struct recorder_client *recorder_client_new(struct loop *loop,
                                            const struct recorder_address *address,
                                            const struct log_ctx *log)
{
	struct recorder_client *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	*c = (struct recorder_client){.base = {&ops}, .loop = loop, .address = *address, .log = log,
	                              .fd = -1, .well = true};
	list_init(&c->calls);
	loop_task_init(&c->send, flush, c);
	loop_timer_init(&c->retry, loop, try_connect, c);
	loop_timer_init(&c->ask_again, loop, ask_again, c);
	return c;
}

void recorder_client_free(struct recorder_client *c)
{
	if (!c)
		return;
	while (!list_empty(&c->calls))
		call_end(CONTAINER_OF(list_first(&c->calls), struct recorder_call, node), E_CLOSED);
	loop_timer_stop(&c->retry);
	loop_timer_stop(&c->ask_again);
	loop_cancel(&c->send);
	if (c->state == UP) {
		loop_fd_stop(&c->watch);
		close(c->fd);
	}
	free(c);
}

struct recorder *recorder_client_recorder(struct recorder_client *c)
{
	return &c->base;
}
