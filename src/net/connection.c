/* net/connection.c - the life of one connection (the drawing is in net/connection.h).
 *
 * A pump does steps until something must be waited for, then sees to it that exactly that wait is
 * armed. In the usual case - one request, one answer - that costs no system call besides the read
 * and the write: the socket stays registered for reading, and the timer, once armed, is moved only
 * when a deadline comes nearer; if it fires early it is armed again.
 *
 * While the app thinks or the client reads, further requests are left in the socket: when the
 * socket reports some, it is registered edge-triggered until we want to read again, so that a
 * connection that breaks is still noticed. A client that only ends its side has not left: what it
 * asked before is answered.
 *
 * A pump that finds no end stops after some steps for the sake of the others, and has itself run
 * again after they were served. It never relies on the socket for that: the last bytes of a
 * request may be in memory already, and then the socket has nothing more to say. */
#include "net/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/magic.h"
#include "base/outcome.h"
#include "tls/context.h"

enum { STEPS_PER_PUMP = 64, IN_MAX = 64 * 1024, OUT_MAX = 64 << 20, DISCARD_MAX = 4 << 20,
       SPARE_MAX = 64 * 1024 };

/* So many connections over an address's cap are told why, with the answer to a request; further
 * ones are closed before they cost a handshake. */
enum { SURPLUS_TOLD = 8 };

#define NEVER ((struct mono){INT64_MAX})

/* ---- waiting ---- */

static struct duration limit_of(const struct connection *c, enum connection_state s)
{
	const struct net_limits *l = &c->net->limits;
	switch (s) {
	case C_HANDSHAKE:
		return l->handshake;
	case C_IDLE:
		return c->net->draining ? l->drain : l->idle;
	case C_HEAD:
		return l->headers;
	case C_BODY:
		return l->body;
	case C_WRITE:
		return l->response;
	case C_LINGER:
		return l->linger;
	case C_WAIT:
	case C_DEAD:
		break;
	}
	return (struct duration){0};
}

void connection_enter(struct connection *c, enum connection_state next)
{
	static const uint8_t allowed[] = {
		[C_HANDSHAKE] = 1 << C_IDLE | 1 << C_DEAD,
		[C_IDLE] = 1 << C_HEAD | 1 << C_LINGER | 1 << C_DEAD,
		[C_HEAD] = 1 << C_WAIT | 1 << C_WRITE | 1 << C_DEAD,
		[C_WAIT] = 1 << C_BODY | 1 << C_WRITE | 1 << C_DEAD,
		[C_BODY] = 1 << C_WAIT | 1 << C_WRITE | 1 << C_DEAD,
		[C_WRITE] = 1 << C_IDLE | 1 << C_LINGER | 1 << C_DEAD,
		[C_LINGER] = 1 << C_DEAD,
		[C_DEAD] = 1 << C_DEAD,
	};
	assert(allowed[c->state] & 1 << next);
	c->state = next;
	c->deadline = NEVER;
	list_remove(&c->in_idle);
	if (next == C_IDLE)
		list_append(&c->net->idle, &c->in_idle);
	if (next != C_WAIT && next != C_DEAD)
		c->deadline = mono_add(mono_now(), limit_of(c, next));
}

static void on_event(evutil_socket_t fd, short what, void *arg);
static void on_time(evutil_socket_t fd, short what, void *arg);

static bool watch_in(struct connection *c, bool edge)
{
	short what = EV_READ | EV_PERSIST;
	if (edge)
		what |= EV_ET;
	if (event_initialized(&c->ev_in))
		event_del(&c->ev_in);
	c->edge = edge;
	return event_assign(&c->ev_in, c->net->base, c->stream.fd, what, on_event, c) == 0 &&
	       event_add(&c->ev_in, NULL) == 0;
}

static bool arm_timer(struct connection *c, struct mono at)
{
	if (at.us == NEVER.us || (c->armed.us && c->armed.us <= at.us))
		return true;
	int64_t us = mono_since(at, mono_now()).us;
	if (us < 0)
		us = 0;
	struct timeval tv = {us / 1000000, us % 1000000};
	c->armed = at;
	return event_add(&c->ev_time, &tv) == 0;
}

static bool wants_to_read(const struct connection *c)
{
	return c->state != C_WAIT && c->state != C_WRITE;
}

/* Arms what the state waits for, or the next turn of the loop; memory that an idle connection does
 * not need goes. */
static bool settle(struct connection *c, bool again)
{
	if (c->in.n == 0)
		buf_free(&c->in);
	if (c->edge && wants_to_read(c) && !watch_in(c, false))
		return false;
	if (c->want_write && event_add(&c->ev_out, NULL))
		return false;
	return arm_timer(c, again ? mono_now() : c->deadline);
}

void connection_hasten(struct connection *c)
{
	assert(c->state == C_IDLE);
	c->deadline = mono_add(mono_now(), c->net->limits.drain);
	if (!arm_timer(c, c->deadline))
		c->deadline = (struct mono){0}; /* the timer that is armed will see it */
}

void connection_kick(struct connection *c)
{
	event_active(&c->ev_out, EV_WRITE, 0);
}

/* ---- moving bytes ---- */

/* Most connections write one answer at a time, and hold no memory between answers: one buffer
 * goes round. */
void connection_take_buffer(struct connection *c)
{
	struct buf *spare = &c->net->spare;
	if (c->out.p || !spare->p)
		return;
	c->out.p = spare->p;
	c->out.size = spare->size;
	*spare = BUF_INIT(0);
}

static void give_back(struct connection *c)
{
	struct buf *spare = &c->net->spare;
	if (!spare->p && c->out.size <= SPARE_MAX) {
		*spare = c->out;
		c->out = BUF_INIT(c->out.max);
	} else {
		buf_free(&c->out);
	}
}

enum stream_result connection_flush(struct connection *c)
{
	while (c->sent < c->out.n) {
		size_t n = 0;
		enum stream_result r = stream_write(&c->stream, c->out.p + c->sent,
		                                    c->out.n - c->sent, &n);
		if (r != STREAM_OK)
			return r;
		c->sent += n;
	}
	give_back(c);
	c->sent = 0;
	return STREAM_OK;
}

/* True when the step can go on at once; notes the wait or the end otherwise. */
static bool went_on(struct connection *c, enum stream_result r)
{
	if (r == STREAM_WANT_READ)
		c->may_read = false;
	if (r == STREAM_WANT_WRITE)
		c->want_write = true;
	if (r == STREAM_CLOSED)
		connection_enter(c, C_DEAD);
	return r == STREAM_OK;
}

/* The client sends no more, and everything it asked before is answered: what is in c->in is no
 * whole request. */
static void end(struct connection *c)
{
	stream_finish(&c->stream);
	connection_enter(c, C_DEAD);
}

/* Appends what came to c->in. A short read means the socket is probably empty: the loop will say
 * when it is not, which is cheaper than asking. */
static bool read_more(struct connection *c)
{
	if (!c->may_read && !stream_pending(&c->stream))
		return false;
	size_t n = 0;
	enum stream_result r = stream_read(&c->stream, c->net->scratch, READ_SIZE, &n);
	if (r == STREAM_END)
		end(c);
	if (!went_on(c, r))
		return false;
	if (n < READ_SIZE)
		c->may_read = false;
	buf_add(&c->in, slice_from(c->net->scratch, n));
	if (buf_failed(&c->in))
		connection_enter(c, C_DEAD);
	return true;
}

/* ---- steps: true = go on ---- */

/* A TLS record never begins with a capital, a request always does. */
static bool speaks_plainly(struct connection *c)
{
	char first = 0;
	if (c->greeted || !c->stream.ssl || stream_peek(&c->stream, &first) != STREAM_OK)
		return false;
	c->greeted = true;
	return first >= 'A' && first <= 'Z';
}

static bool step_handshake(struct connection *c)
{
	if (speaks_plainly(c)) {
		stream_make_plain(&c->stream);
		c->plain = true;
		connection_enter(c, C_IDLE);
		return true;
	}
	if (!went_on(c, stream_handshake(&c->stream))) {
		if (c->state == C_DEAD)
			net_event(c->net, NET_HANDSHAKE_FAILED);
		return false;
	}
	if (c->peer.listener == LISTENER_CLIENT) {
		c->peer.has_client_cert = tls_peer_spki(c->stream.ssl, c->peer.spki_sha256);
		if (!c->peer.has_client_cert) {
			connection_enter(c, C_DEAD);
			net_event(c->net, NET_HANDSHAKE_FAILED);
			return false;
		}
	}
	if (c->stream.ssl)
		net_event(c->net, stream_resumed(&c->stream) ? NET_HANDSHAKE_RESUMED : NET_HANDSHAKE_DONE);
	connection_enter(c, C_IDLE);
	return true;
}

static bool step_head(struct connection *c)
{
	size_t n = 0;
	enum problem_id why = P_INTERNAL;
	enum http_result r = http_scan(&c->scan, &c->in, &n, &why);
	if (c->state == C_IDLE && http_scan_begun(&c->scan))
		connection_enter(c, C_HEAD);
	switch (r) {
	case HTTP_READY:
		net_exchange_begin(c, n);
		return true;
	case HTTP_REFUSED:
		if (c->state == C_IDLE)
			connection_enter(c, C_HEAD);
		net_exchange_refuse(c, why, NULL);
		return true;
	case HTTP_MORE:
		break;
	}
	return read_more(c);
}

static bool step_body(struct connection *c)
{
	if (c->out.n && !went_on(c, connection_flush(c))) /* 100 Continue */
		return false;
	if (net_exchange_body(c))
		return true;
	size_t before = c->in.n;
	if (!read_more(c))
		return false;
	c->received += c->in.n - before;
	int64_t more = (int64_t)(c->received / c->net->limits.rate_min) * 1000000;
	c->deadline = mono_add(c->since, (struct duration){c->net->limits.body.us + more});
	return true;
}

static bool step_write(struct connection *c)
{
	net_exchange_end(c); /* everything is copied: a slow reader holds no more than the bytes */
	if (!went_on(c, connection_flush(c)))
		return false;
	if (c->closing) {
		stream_finish(&c->stream);
		buf_free(&c->in);
		c->received = 0;
		connection_enter(c, C_LINGER);
	} else {
		c->scan = (struct http_scan){0};
		connection_enter(c, C_IDLE);
	}
	return true;
}

/* A socket closed with unread bytes in it resets, and the client may lose our answer. */
static bool step_linger(struct connection *c)
{
	size_t n;
	if (!went_on(c, stream_discard(&c->stream, &n)))
		return false;
	c->received += n;
	if (c->received > DISCARD_MAX)
		connection_enter(c, C_DEAD);
	return true;
}

static bool step(struct connection *c)
{
	switch (c->state) {
	case C_HANDSHAKE:
		return step_handshake(c);
	case C_IDLE:
	case C_HEAD:
		return step_head(c);
	case C_BODY:
		return step_body(c);
	case C_WRITE:
		return step_write(c);
	case C_LINGER:
		return step_linger(c);
	case C_WAIT:
	case C_DEAD:
		break;
	}
	return false;
}

static void release(struct connection *c)
{
	struct net *n = c->net;
	net_exchange_end(c);
	event_del(&c->ev_in);
	event_del(&c->ev_out);
	event_del(&c->ev_time);
	stream_close(&c->stream);
	buf_free(&c->in);
	buf_free(&c->out);
	list_remove(&c->in_all);
	list_remove(&c->in_idle);
	peers_remove(n->peers, &c->peer.addr);
	c->magic = 0;
	free(c);
	net_closed(n);
}

void connection_pump(struct connection *c)
{
	c->pumping = true;
	c->want_write = false;
	size_t steps = 0;
	while (steps < STEPS_PER_PUMP && step(c) && c->state != C_DEAD)
		steps++;
	c->pumping = false;
	if (c->state == C_DEAD || !settle(c, steps == STEPS_PER_PUMP))
		release(c);
}

void connection_close(struct connection *c)
{
	CHECK_MAGIC(c, CONNECTION_MAGIC);
	assert(!c->pumping);
	if (c->state == C_IDLE)
		stream_finish(&c->stream);
	connection_enter(c, C_DEAD);
	release(c);
}

/* ---- events ---- */

static void on_event(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;
	CHECK_MAGIC(c, CONNECTION_MAGIC);
	if (what & EV_READ)
		c->may_read = true;
	if (!wants_to_read(c) && what & EV_READ) {
		if (stream_reset(&c->stream) || (!c->edge && !watch_in(c, true)))
			connection_enter(c, C_DEAD);
	}
	connection_pump(c);
}

static void timed_out(struct connection *c)
{
	switch (c->state) {
	case C_HEAD:
	case C_BODY:
		net_event(c->net, NET_TIMED_OUT);
		net_exchange_refuse(c, P_REQUEST_TIMEOUT, c->exchange ? c->exchange->x.head : NULL);
		break;
	case C_HANDSHAKE:
		net_event(c->net, NET_HANDSHAKE_FAILED);
		connection_enter(c, C_DEAD);
		break;
	case C_IDLE:
		stream_finish(&c->stream);
		connection_enter(c, C_DEAD);
		break;
	case C_WRITE:
		net_event(c->net, NET_TIMED_OUT);
		connection_enter(c, C_DEAD);
		break;
	case C_LINGER:
	case C_WAIT:
	case C_DEAD:
		connection_enter(c, C_DEAD);
		break;
	}
}

static void on_time(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;
	CHECK_MAGIC(c, CONNECTION_MAGIC);
	c->armed = (struct mono){0};
	if (mono_now().us >= c->deadline.us)
		timed_out(c);
	connection_pump(c);
}

/* ---- beginning ---- */

static struct connection *make(struct net *n, enum listener_kind kind,
                               const struct sockaddr_storage *addr)
{
	struct connection *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->magic = CONNECTION_MAGIC;
	c->net = n;
	c->in.max = IN_MAX;
	c->out.max = OUT_MAX;
	c->peer.addr = *addr;
	c->peer.listener = kind;
	return c;
}

int connection_open(struct net *n, int fd, enum listener_kind kind, struct tls_context *tls,
                    const struct sockaddr_storage *addr)
{
	struct connection *c = make(n, kind, addr);
	if (!c || stream_open(&c->stream, fd, tls)) {
		if (!c)
			close(fd);
		free(c);
		return E_NOMEM;
	}
	int on = 1;
	/* A socket pair has no such thing, and needs none. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	evtimer_assign(&c->ev_time, n->base, on_time, c);
	event_assign(&c->ev_out, n->base, fd, EV_WRITE, on_event, c);
	n->n_connections++;
	size_t held = peers_add(n->peers, addr);
	size_t max = kind == LISTENER_OPS ? SIZE_MAX - SURPLUS_TOLD : n->limits.per_address_max;
	c->surplus = held > max;
	list_append(&n->all, &c->in_all);
	net_event(n, NET_OPENED);
	c->deadline = mono_add(mono_now(), n->limits.handshake);
	bool ready = watch_in(c, false) && settle(c, false);
	if (!ready || held > max + SURPLUS_TOLD) {
		release(c);
		if (ready)
			net_event(n, NET_TURNED_AWAY);
		return ready ? 0 : E_NOMEM;
	}
	return 0;
}
