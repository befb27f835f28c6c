/* tests/lib/net_bench.h - a server of net/ with an app that does what the path says, and its clients, in one loop without
 * a port. */
#pragma once

#include <event2/event.h>

#include "net/net.h"
#include "pki.h"
#include "tls/context.h"
#include "wire.h"

struct net_bench_app {
	struct exchange *waiting; /* of /later, /slow-body, /never */
	int heads, bodies, gone, disposed;
	char last_id[EXCHANGE_ID_MAX + 1];
};

struct net_bench {
	struct event_base *base;
	struct net *net;
	struct net_bench_app app;
	struct exchange_app up;
	struct net_limits limits;
	struct tls_context *tls, *client_tls;
	SSL_CTX *ctx;
	int events[NET_TURNED_AWAY + 1];
	bool over, drained;
	char why[TLS_ERROR_TEXT];
};

extern struct pki net_bench_pki;

/* Of a group of tests; of each, whose state the bench is. */
int net_bench_make_pki(void **state);
int net_bench_remove_pki(void **state);
int net_bench_setup(void **state);
int net_bench_teardown(void **state);

/* Another server, after net_free. */
void net_bench_start(struct net_bench *b);

void net_bench_answer(struct exchange *x, int status, struct slice body);

void net_bench_dial(struct net_bench *b, struct wire *w, enum listener_kind kind, SSL_CTX *ctx);
void net_bench_dial_tls(struct net_bench *b, struct wire *w); /* and shakes hands */
void net_bench_dial_plain(struct net_bench *b, struct wire *w);
