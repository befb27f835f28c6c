/* test_net_corpus.c - every malformed request against a running server: an answer of 4xx, the end
 * of the connection, and the server goes on serving others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <event2/event.h>
#include <sys/socket.h>

#include "../lib/corpus.h"
#include "../lib/wire.h"
#include "net/net.h"

static void app_head(struct exchange *x, void *arg)
{
	x->ops->read_body(x, 1024);
}

static void app_body(struct exchange *x)
{
	struct http_response *r = response_new(x->arena, 200);
	r->body = SLICE("served");
	x->ops->reply(x, r);
}

static void app_gone(struct exchange *x)
{
}

struct run {
	struct event_base *base;
	struct net *net;
	int wrong;
};

static void dial(struct run *r, struct wire *w)
{
	int fd[2];
	struct sockaddr_storage addr = {.ss_family = AF_UNIX};
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd), 0);
	assert_int_equal(net_adopt(r->net, fd[0], LISTENER_OPS, NULL, &addr), 0);
	wire_init(w, r->base, fd[1], NULL, NULL);
}

static void canary(struct run *r, const char *after)
{
	struct wire w;
	dial(r, &w);
	wire_send(&w, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	if (!wire_sees(&w, "served")) {
		print_error("%s: others are not served afterwards\n", after);
		r->wrong++;
	}
	wire_close(&w);
}

static void each_malformed(void *arg, const char *name, struct slice bytes)
{
	struct run *r = arg;
	struct wire w;
	dial(r, &w);
	wire_send_bytes(&w, bytes.p, bytes.n);
	bool closed = wire_closed_within(&w, 3000);
	bool answered = w.got.n > 12 && memcmp(w.got.p, "HTTP/1.1 4", 10) == 0;
	if (!closed || !answered || wire_count(&w, "HTTP/1.1 4") != 1 ||
	    wire_count(&w, "Connection: close\r\n") != 1 || wire_count(&w, "served")) {
		print_error("%s: closed %d, got %.*s\n", name, closed,
		            (int)(w.got.n < 40 ? w.got.n : 40), w.got.n ? w.got.p : "");
		r->wrong++;
	}
	wire_close(&w);
	canary(r, name);
}

static void each_valid(void *arg, const char *name, struct slice bytes)
{
	struct run *r = arg;
	struct wire w;
	dial(r, &w);
	wire_send_bytes(&w, bytes.p, bytes.n);
	if (!wire_sees(&w, "HTTP/1.1 200 OK")) {
		print_error("%s: not served\n", name);
		r->wrong++;
	}
	wire_close(&w);
}

static void corpus_over_the_wire(void **state)
{
	struct net_limits limits = NET_LIMITS_DEFAULT;
	struct exchange_app app = {app_head, app_body, app_gone, NULL, NULL};
	struct net_config config = {.limits = &limits, .app = &app, .base_url = SLICE("https://h")};
	struct run r = {.base = event_base_new()};
	r.net = net_new(r.base, &config);
	assert_non_null(r.net);
	assert_true(corpus_read("tests/corpus/http/malformed.txt", each_malformed, &r) >= 200);
	assert_true(corpus_read("tests/corpus/http/valid.txt", each_valid, &r) >= 40);
	for (int i = 0; i < 100 && net_connections(r.net); i++)
		event_base_loop(r.base, EVLOOP_NONBLOCK);
	assert_int_equal(net_connections(r.net), 0);
	assert_int_equal(r.wrong, 0);
	net_free(r.net);
	event_base_free(r.base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(corpus_over_the_wire),
	};
	return cmocka_run_group_tests_name("net_corpus", tests, NULL, NULL);
}
