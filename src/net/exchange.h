/* net/exchange.h - one request and its answer: the border between connections and the web layer.
 *
 * net (or a loopback test) makes the exchange and implements exchange_ops; the web layer installs
 * exchange_app. The order of calls on one exchange:
 *
 *     head ──► read_body ──► body ──► reply          with a body that is wanted
 *     head ──► reply                                 without, or refused unread
 *
 * and at any point before reply: gone, once, instead of everything that would follow. */
#pragma once

#include <sys/socket.h>

#include "base/arena.h"
#include "http/head.h"
#include "http/problem.h"
#include "http/response.h"

struct exchange;

enum listener_kind {
	LISTENER_PUBLIC, /* TLS, anybody */
	LISTENER_CLIENT, /* TLS, client certificate required */
	LISTENER_OPS,    /* plain HTTP for the operator */
};

/* Called by the app; neither calls the app back before it returns. */
struct exchange_ops {
	/* The client may send the body, up to max bytes: answers 100 Continue if that is awaited,
	 * reads, then calls up->body. A larger or malformed body is answered by net itself, then
	 * up->gone. Allowed (and answered by up->body) without a body, too. At most once. */
	void (*read_body)(struct exchange *x, size_t max);

	/* Exactly once, unless up->gone came first. Copies what it needs. The exchange, its head
	 * and arena stay until the loop runs on; app data in the arena goes then, with its
	 * hooks. */
	void (*reply)(struct exchange *x, const struct http_response *r);
};

/* Implemented by the app; called from the loop only. */
struct exchange_app {
	/* The head is complete: read_body or reply must follow, now or later. */
	void (*head)(struct exchange *x, void *arg);
	/* The whole body is in x->body: reply must follow, now or later. */
	void (*body)(struct exchange *x);
	/* The connection was reset, ended within the request, a deadline passed or the body was
	 * refused: the app forgets x before it returns; x and its arena do not outlive the call.
	 * Called only between head and reply. A client that ends its side behind a whole request
	 * has not left: it gets its answer. */
	void (*gone)(struct exchange *x);
	void *arg;
	/* How a problem that net tells by itself is told: a response in the arena, or NULL when that is full.
	 * accept: what the client likes, as far as that is known. NULL: as problem+json. */
	struct http_response *(*problem)(const struct problem_report *p, struct slice accept, struct arena *a,
	                                 void *arg);
};

struct exchange_peer {
	struct sockaddr_storage addr;
	enum listener_kind listener;
	bool has_client_cert;
	uint8_t spki_sha256[32]; /* of the leaf's SubjectPublicKeyInfo, with has_client_cert */
};

enum { EXCHANGE_ID_MAX = 64, EXCHANGE_ARENA_MAX = 8 << 20 };

struct exchange {
	const struct exchange_ops *ops;
	const struct exchange_app *up;
	const struct http_head *head; /* valid until reply has returned */
	const struct exchange_peer *peer;
	struct arena *arena;    /* EXCHANGE_ARENA_MAX at most; the body is apart */
	struct slice body;      /* complete when up->body runs; valid until reply has returned */
	char id[EXCHANGE_ID_MAX + 1]; /* X-Request-Id: the client's where usable, else made */
	void *app;              /* the app's own */
};
