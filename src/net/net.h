/* net/net.h - a worker's connections: listeners, deadlines, caps, drain.
 *
 * Everything runs from one event loop. Every wait has an absolute deadline that no trickle of
 * bytes can move, except a body's, which moves with the bytes received at the slowest allowed
 * rate. */
#pragma once

#include "base/attr.h"
#include "base/clock.h"
#include "base/slice.h"
#include "net/exchange.h"

struct event_base;
struct tls_context;
struct net; /* opaque */

struct net_limits {
	struct duration handshake; /* of TLS, from accept */
	struct duration headers;   /* from the first byte of a request to its empty line */
	struct duration body;      /* from read_body to the last byte, plus bytes / rate_min */
	struct duration response;  /* from reply to the last byte taken */
	struct duration idle;      /* between requests, and before the first */
	struct duration linger;    /* after our last byte, for the client to close */
	struct duration drain;     /* idle connections live on so long once a drain began */
	size_t rate_min;           /* bytes a second */
	size_t connections_max;    /* in this process: the longest idle one makes room */
	size_t per_address_max;    /* per IPv4 address or IPv6 /64 in this process */
};

/* 5 s, 10 s, 30 s, 30 s, 60 s, 1 s, 500 ms, 16 KiB/s, 10,000 and 1,000. */
extern const struct net_limits NET_LIMITS_DEFAULT;

enum net_event {
	NET_OPENED,
	NET_CLOSED,           /* once for each opened */
	NET_HANDSHAKE_DONE,    /* a full one */
	NET_HANDSHAKE_RESUMED, /* one that went on with a session */
	NET_HANDSHAKE_FAILED,  /* or timed out */
	NET_MALFORMED,        /* a request that was refused by net itself */
	NET_TIMED_OUT,        /* a request or response */
	NET_TURNED_AWAY,      /* over a cap */
};

/* What the daemon gives. Functions may be NULL. */
struct net_hooks {
	void (*event)(void *arg, enum net_event what);
	/* True while this worker holds more than its share of the connections of all workers: it
	 * then leaves new ones to the others for 2 ms. */
	bool (*over_share)(void *arg);
	void *arg;
};

struct net_config {
	const struct net_limits *limits; /* copied */
	const struct exchange_app *app;  /* must outlive the net */
	struct net_hooks hooks;
	struct slice base_url; /* for problem types; must outlive the net */
	uint8_t seed[16];      /* random */
};

/* Ignores SIGPIPE in this process, since OpenSSL writes without MSG_NOSIGNAL. NULL when out of
 * memory. */
struct net *net_new(struct event_base *base, const struct net_config *config);

/* Accepts on fd (listening, made non-blocking here; stays the caller's) from now on. tls is NULL
 * for LISTENER_OPS only, must outlive the net and may be reloaded at any time. Returns 0, E_NOMEM
 * or E_SYSTEM. */
MUSTUSE int net_listen(struct net *n, int fd, enum listener_kind kind, struct tls_context *tls);

/* Serves a connection accepted elsewhere (tests use socket pairs). Takes fd. Returns 0 or E_NOMEM
 * (then fd is closed). */
MUSTUSE int net_adopt(struct net *n, int fd, enum listener_kind kind, struct tls_context *tls,
                      const struct sockaddr_storage *addr);

/* New limits for what begins from now on. */
void net_set_limits(struct net *n, const struct net_limits *limits);

/* Accepts no more; running requests are answered with Connection: close, idle connections closed.
 * done(arg) runs from the loop when the last connection is gone, at once if there is none. Meant
 * to be called once. */
void net_drain(struct net *n, void (*done)(void *arg), void *arg);

size_t net_connections(const struct net *n);

/* Closes what is left (exchanges get gone). */
void net_free(struct net *n);
