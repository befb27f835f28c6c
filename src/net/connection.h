/* net/connection.h - what the files of net/ share: the net, its listeners, one connection. */
#pragma once

#include <event2/event.h>
#include <event2/event_struct.h>

#include "base/buf.h"
#include "base/list.h"
#include "http/parser.h"
#include "http/request_id.h"
#include "net/net.h"
#include "net/peers.h"
#include "net/stream.h"

enum { NET_MAGIC = 0x4e455431, CONNECTION_MAGIC = 0x434f4e31 };
enum { LISTENERS_MAX = 4, READ_SIZE = 16384, ARENAS_KEPT = 32 };

struct listener {
	struct net *net;
	enum listener_kind kind;
	struct tls_context *tls;
	int fd;
	struct event ev_accept, ev_pause;
	struct mono pause_until;
	bool waited; /* it was left to the others: what is still there now is ours */
};

struct net {
	unsigned magic;
	struct event_base *base;
	struct net_limits limits;
	const struct exchange_app *app;
	struct net_hooks hooks;
	struct slice base_url;
	struct request_ids ids;
	struct peers *peers;
	struct list all, idle; /* idle: the longest idle first */
	size_t n_connections;
	struct listener listeners[LISTENERS_MAX];
	size_t n_listeners;
	struct arena *arenas[ARENAS_KEPT];
	size_t n_arenas;
	struct buf spare; /* of the last connection that had written everything, for the next */
	int64_t date_second;
	char date[HTTP_DATE_TEXT];
	bool draining;
	void (*drained)(void *arg);
	void *drained_arg;
	struct event ev_drained;
	char scratch[READ_SIZE];
};

/*                                              ┌──────── keep-alive ────────┐
 *                                              ▼                            │
 *   HANDSHAKE ─► IDLE ─► HEAD ─► WAIT ─► (BODY ─► WAIT ─►) WRITE ───────────┤
 *     TLS       socket  socket   app     socket   app      socket           └► LINGER ─► DEAD
 *
 * Below each state, what it waits for. A refusal goes from anywhere to WRITE; a reset from anywhere
 * to DEAD, and so does an end of the peer where we read, and a deadline in HANDSHAKE, IDLE, WRITE
 * and LINGER. */
enum connection_state {
	C_HANDSHAKE,
	C_IDLE,
	C_HEAD,
	C_WAIT,
	C_BODY,
	C_WRITE,
	C_LINGER,
	C_DEAD,
};

/* One request being served; lives in its own arena. */
struct net_exchange {
	struct exchange x;
	struct connection *c;
	struct http_parser parser;
	struct buf body;
	bool body_read; /* the message was consumed to its end */
	bool replied;
};

struct connection {
	unsigned magic;
	enum connection_state state;
	struct net *net;
	struct stream stream;
	struct list in_all, in_idle;
	struct event ev_in, ev_out, ev_time;
	struct mono deadline; /* of the present state; us == INT64_MAX: none */
	struct mono armed;    /* when ev_time fires; us == 0: not armed */
	struct mono since;    /* when the body began */
	struct buf in, out;
	size_t sent;          /* of out */
	size_t received;      /* of the body; in LINGER: thrown away */
	struct http_scan scan;
	struct net_exchange *exchange;
	struct exchange_peer peer;
	bool may_read;   /* the socket said so and nobody found it empty since */
	bool want_write; /* TLS or a response waits for room */
	bool edge;       /* ev_in is edge-triggered: what comes is left where it is */
	bool closing;    /* the connection ends after what is in out */
	bool surplus;    /* over the cap of its address: will be told so */
	bool greeted;    /* its first byte has been looked at */
	bool plain;      /* speaks HTTP where TLS is spoken: will be told so, and nothing else */
	bool pumping;    /* inside connection_pump */
};

/* Serves fd, which it takes. */
MUSTUSE int connection_open(struct net *n, int fd, enum listener_kind kind,
                            struct tls_context *tls, const struct sockaddr_storage *addr);

/* Ends it at once, saying goodbye where that costs nothing. Not from within an app callback. */
void connection_close(struct connection *c);

/* Goes on as far as possible. */
void connection_pump(struct connection *c);

/* Moves to a state and sets its deadline. */
void connection_enter(struct connection *c, enum connection_state next);

/* Idle, while draining: the shorter deadline counts from now. */
void connection_hasten(struct connection *c);

/* Has the pump run from the loop. */
void connection_kick(struct connection *c);

/* Gives c->out memory that is at hand, before something is written to it. */
void connection_take_buffer(struct connection *c);

/* Writes as much of out as the socket takes: OK when all of it. */
enum stream_result connection_flush(struct connection *c);

/* net/exchange.c: one request on a connection. */

extern const struct exchange_ops net_exchange_ops;

/* Parses the head of n bytes at the start of c->in and hands it to the app, or refuses. */
void net_exchange_begin(struct connection *c, size_t n);

/* Takes what there is of the body. True when the state moved on. */
bool net_exchange_body(struct connection *c);

/* Answers a problem in the client's language and lets the connection end. An exchange that the app
 * holds is gone. */
void net_exchange_refuse(struct connection *c, enum problem_id why, const struct http_head *head);

/* Forgets the request, telling the app if it still waits. */
void net_exchange_end(struct connection *c);

/* net/net.c */
struct arena *net_take_arena(struct net *n);
void net_give_arena(struct net *n, struct arena *a);
struct slice net_date(struct net *n);
void net_event(struct net *n, enum net_event what);
void net_closed(struct net *n); /* a connection is gone */
