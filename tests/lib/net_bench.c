/* tests/lib/net_bench.c - what the app does, and how the two are connected. */
#include "net_bench.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- an app that does what the path says ---- */

void net_bench_answer(struct exchange *x, int status, struct slice body)
{
	struct http_response *r = response_new(x->arena, status);
	r->content_type = "text/plain";
	r->body = body;
	x->ops->reply(x, r);
}

static void count_dispose(void *arg)
{
	(*(int *)arg)++;
}

static void answer_huge(struct exchange *x)
{
	enum { HUGE_BYTES = 4 << 20 };
	char *p = arena_alloc(x->arena, HUGE_BYTES);
	assert_non_null(p);
	memset(p, 'x', HUGE_BYTES);
	net_bench_answer(x, 200, slice_from(p, HUGE_BYTES));
}

static void app_head(struct exchange *x, void *arg)
{
	struct net_bench_app *app = arg;
	struct slice path = x->head->path;
	app->heads++;
	x->app = app;
	snprintf(app->last_id, sizeof app->last_id, "%s", x->id);
	assert_int_equal(arena_on_dispose(x->arena, count_dispose, &app->disposed), 0);
	if (slice_is(path, "/hello"))
		net_bench_answer(x, 200, SLICE("hello"));
	else if (slice_is(path, "/echo"))
		x->ops->read_body(x, 64);
	else if (slice_is(path, "/upload"))
		x->ops->read_body(x, 8 << 20);
	else if (slice_is(path, "/deny"))
		net_bench_answer(x, 401, SLICE("no"));
	else if (slice_is(path, "/huge"))
		answer_huge(x);
	else
		app->waiting = x;
}

static void app_body(struct exchange *x)
{
	struct net_bench_app *app = x->app;
	app->bodies++;
	if (slice_is(x->head->path, "/upload")) {
		net_bench_answer(x, 200, slice_of(arena_printf(x->arena, "got %zu", x->body.n)));
		return;
	}
	net_bench_answer(x, 200, slice_from(x->body.p, x->body.n));
}

static void app_gone(struct exchange *x)
{
	struct net_bench_app *app = x->app;
	app->gone++;
	if (app->waiting == x)
		app->waiting = NULL;
}

/* ---- a server and its client ---- */

struct pki net_bench_pki;
static struct tls_tickets tickets;

static void on_net_event(void *arg, enum net_event what)
{
	((struct net_bench *)arg)->events[what]++;
}

static bool over_share(void *arg)
{
	return ((struct net_bench *)arg)->over;
}

void net_bench_start(struct net_bench *b)
{
	b->up = (struct exchange_app){
		.head = app_head, .body = app_body, .gone = app_gone, .arg = &b->app};
	struct net_config config = {
		.limits = &b->limits,
		.app = &b->up,
		.hooks = {on_net_event, over_share, b},
		.base_url = SLICE("https://localhost:8443"),
		.seed = {1, 2, 3},
	};
	b->net = net_new(b->base, &config);
	assert_non_null(b->net);
}

int net_bench_setup(void **state)
{
	struct net_bench *b = calloc(1, sizeof *b);
	b->base = event_base_new();
	b->limits = NET_LIMITS_DEFAULT;
	struct tls_pems open = pki_pems(net_bench_pki.cert, net_bench_pki.key, NULL);
	struct tls_pems client = pki_pems(net_bench_pki.cert, net_bench_pki.key, net_bench_pki.ca);
	assert_int_equal(tls_context_new(&open, &tickets, &b->tls, b->why), 0);
	assert_int_equal(tls_context_new(&client, NULL, &b->client_tls, b->why), 0);
	b->ctx = wire_context(NULL, NULL);
	net_bench_start(b);
	*state = b;
	return 0;
}

int net_bench_teardown(void **state)
{
	struct net_bench *b = *state;
	net_free(b->net);
	assert_int_equal(b->events[NET_OPENED], b->events[NET_CLOSED]);
	assert_int_equal(b->app.heads, b->app.disposed);
	tls_context_free(b->tls);
	tls_context_free(b->client_tls);
	SSL_CTX_free(b->ctx);
	event_base_free(b->base);
	free(b);
	return 0;
}

void net_bench_dial(struct net_bench *b, struct wire *w, enum listener_kind kind, SSL_CTX *ctx)
{
	int fd[2];
	struct sockaddr_storage addr = {.ss_family = AF_UNIX};
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd), 0);
	struct tls_context *tls = kind == LISTENER_PUBLIC   ? b->tls
	                          : kind == LISTENER_CLIENT ? b->client_tls
	                                                    : NULL;
	assert_int_equal(net_adopt(b->net, fd[0], kind, tls, &addr), 0);
	wire_init(w, b->base, fd[1], ctx, NULL);
}

void net_bench_dial_tls(struct net_bench *b, struct wire *w)
{
	net_bench_dial(b, w, LISTENER_PUBLIC, b->ctx);
	assert_true(wire_handshake(w));
}

void net_bench_dial_plain(struct net_bench *b, struct wire *w)
{
	net_bench_dial(b, w, LISTENER_OPS, NULL);
}

int net_bench_make_pki(void **state)
{
	return pki_make(&net_bench_pki) && tls_tickets_rotate(&tickets) == 0 ? 0 : -1;
}

int net_bench_remove_pki(void **state)
{
	pki_remove(&net_bench_pki);
	return 0;
}
