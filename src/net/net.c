/* net/net.c - listeners, caps and drain.
 *
 * All workers accept from the same sockets. The kernel would hand one worker everything, so a
 * worker that holds more than its share does not touch the socket for 2 ms, and another gets it.
 * What is still there afterwards is nobody else's (the others are busy, or hang): it takes one.
 * At the process's cap the connection that has been idle longest makes room, since its client can
 * come back; a client that never sent a request thereby cannot keep others out. */
#include "net/net.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/magic.h"
#include "base/outcome.h"
#include "net/connection.h"

enum { ACCEPT_BATCH = 16, SHARE_PAUSE_US = 2000, SHORTAGE_PAUSE_US = 100000 };

const struct net_limits NET_LIMITS_DEFAULT = { /* durations in microseconds */
	.handshake = {5 * 1000000},
	.headers = {10 * 1000000},
	.body = {30 * 1000000},
	.response = {30 * 1000000},
	.idle = {60 * 1000000},
	.linger = {1 * 1000000},
	.drain = {500 * 1000},
	.rate_min = 16 * KIB,
	.connections_max = 10000,
	.per_address_max = 1000,
};

/* ---- small services ---- */

struct arena *net_take_arena(struct net *n)
{
	return n->n_arenas ? n->arenas[--n->n_arenas] : arena_new(EXCHANGE_ARENA_MAX);
}

void net_give_arena(struct net *n, struct arena *a)
{
	if (!a)
		return;
	arena_reset(a);
	if (n->n_arenas < ARENAS_KEPT)
		n->arenas[n->n_arenas++] = a;
	else
		arena_free(a);
}

struct slice net_date(struct net *n)
{
	int64_t now = instant_now().us / 1000000;
	if (now != n->date_second) {
		http_date_format(now, n->date);
		n->date_second = now;
	}
	return slice_from(n->date, HTTP_DATE_TEXT - 1);
}

void net_event(struct net *n, enum net_event what)
{
	if (n->hooks.event)
		n->hooks.event(n->hooks.arg, what);
}

void net_closed(struct net *n)
{
	n->n_connections--;
	net_event(n, NET_CLOSED);
	if (n->draining && n->n_connections == 0)
		event_active(&n->ev_drained, EV_TIMEOUT, 0);
}

/* ---- accepting ---- */

static void wake_listener_in(struct listener *l, int64_t us)
{
	struct timeval tv = {us / 1000000, us % 1000000};
	event_add(&l->ev_pause, &tv);
}

static void pause_listener(struct listener *l, int64_t us)
{
	event_del(&l->ev_accept);
	l->pause_until = (struct mono){mono_now().us + us};
	wake_listener_in(l, us);
}

static void on_accept(evutil_socket_t listening, short what, void *arg);

static void on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct listener *l = arg;
	if (l->net->draining)
		return;
	/* The loop's timers are coarse and may be milliseconds early, as long as this whole pause. */
	int64_t left = mono_since(l->pause_until, mono_now()).us;
	if (left > 0) {
		wake_listener_in(l, left);
		return;
	}
	event_add(&l->ev_accept, NULL);
	l->waited = true;
	on_accept(l->fd, what, l);
	l->waited = false;
}

static bool make_room(struct net *n)
{
	if (n->n_connections < n->limits.connections_max)
		return true;
	struct list *oldest = list_first(&n->idle);
	if (!oldest)
		return false;
	connection_close(CONTAINER_OF(oldest, struct connection, in_idle));
	return true;
}

static void admit(struct listener *l, int fd, const struct sockaddr_storage *addr)
{
	bool room = make_room(l->net);
	if (!room)
		close(fd);
	if (!room || connection_open(l->net, fd, l->kind, l->tls, addr))
		net_event(l->net, NET_TURNED_AWAY);
}

static void on_accept(evutil_socket_t listening, short what, void *arg)
{
	struct listener *l = arg;
	struct net *n = l->net;
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		bool over = n->hooks.over_share && n->hooks.over_share(n->hooks.arg);
		if (over && !l->waited) {
			pause_listener(l, SHARE_PAUSE_US);
			return;
		}
		struct sockaddr_storage addr = {0};
		socklen_t size = sizeof addr;
		int fd = accept4(listening, (struct sockaddr *)&addr, &size,
		                 SOCK_NONBLOCK | SOCK_CLOEXEC);
		l->waited = false;
		if (fd >= 0) {
			admit(l, fd, &addr);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
			pause_listener(l, SHORTAGE_PAUSE_US);
		return;
	}
}

int net_listen(struct net *n, int fd, enum listener_kind kind, struct tls_context *tls)
{
	CHECK_MAGIC(n, NET_MAGIC);
	assert(n->n_listeners < LISTENERS_MAX && (tls != NULL) == (kind != LISTENER_OPS));
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return E_SYSTEM;
	struct listener *l = &n->listeners[n->n_listeners];
	*l = (struct listener){.net = n, .kind = kind, .tls = tls, .fd = fd};
	evtimer_assign(&l->ev_pause, n->base, on_pause_over, l);
	if (event_assign(&l->ev_accept, n->base, fd, EV_READ | EV_PERSIST, on_accept, l) ||
	    event_add(&l->ev_accept, NULL))
		return E_NOMEM;
	n->n_listeners++;
	return 0;
}

int net_adopt(struct net *n, int fd, enum listener_kind kind, struct tls_context *tls,
              const struct sockaddr_storage *addr)
{
	CHECK_MAGIC(n, NET_MAGIC);
	int flags = fcntl(fd, F_GETFL);
	if (flags >= 0)
		fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	return connection_open(n, fd, kind, tls, addr);
}

/* ---- life ---- */

static void on_drained(evutil_socket_t fd, short what, void *arg)
{
	struct net *n = arg;
	n->drained(n->drained_arg);
}

struct net *net_new(struct event_base *base, const struct net_config *config)
{
	struct net *n = calloc(1, sizeof *n);
	if (!n)
		return NULL;
	n->magic = NET_MAGIC;
	n->base = base;
	n->limits = *config->limits;
	n->app = config->app;
	n->hooks = config->hooks;
	n->base_url = config->base_url;
	memcpy(n->ids.seed, config->seed, sizeof n->ids.seed);
	list_init(&n->all);
	list_init(&n->idle);
	evtimer_assign(&n->ev_drained, base, on_drained, n);
	n->peers = peers_new(n->limits.connections_max + 1, config->seed);
	if (!n->peers) {
		free(n);
		return NULL;
	}
	signal(SIGPIPE, SIG_IGN);
	return n;
}

void net_set_limits(struct net *n, const struct net_limits *limits)
{
	CHECK_MAGIC(n, NET_MAGIC);
	n->limits = *limits;
}

static void stop_listening(struct net *n)
{
	for (size_t i = 0; i < n->n_listeners; i++) {
		event_del(&n->listeners[i].ev_accept);
		event_del(&n->listeners[i].ev_pause);
	}
}

void net_drain(struct net *n, void (*done)(void *arg), void *arg)
{
	CHECK_MAGIC(n, NET_MAGIC);
	n->draining = true;
	n->drained = done;
	n->drained_arg = arg;
	stop_listening(n);
	/* Idle connections are not closed at once: a request may be on its way, and gets its
	 * answer with Connection: close. */
	LIST_FOR(it, &n->idle)
		connection_hasten(CONTAINER_OF(it, struct connection, in_idle));
	if (n->n_connections == 0)
		event_active(&n->ev_drained, EV_TIMEOUT, 0);
}

size_t net_connections(const struct net *n)
{
	return n->n_connections;
}

void net_free(struct net *n)
{
	if (!n)
		return;
	CHECK_MAGIC(n, NET_MAGIC);
	stop_listening(n);
	LIST_FOR(it, &n->all)
		connection_close(CONTAINER_OF(it, struct connection, in_all));
	event_del(&n->ev_drained);
	while (n->n_arenas)
		arena_free(n->arenas[--n->n_arenas]);
	buf_free(&n->spare);
	peers_free(n->peers);
	n->magic = 0;
	free(n);
}
