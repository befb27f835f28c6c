/* How connections end: clients that leave, deadlines, caps, draining; and who may connect with a certificate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <event2/event.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../lib/fair_clock.h"
#include "../lib/net_bench.h"

/* ---- the client leaves ---- */

static void gone_while_waiting(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, "GET /never HTTP/1.1\r\nHost: h\r\n\r\n"));
	wire_run(&w, 5);
	assert_non_null(b->app.waiting);
	struct event_base *base = w.base;
	wire_close(&w);
	for (int i = 0; i < 5; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(b->app.gone, 1);
	assert_int_equal(b->app.disposed, 1);
	assert_int_equal(net_connections(b->net), 0);
}

static void gone_after_pipelining(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_plain(b, &w);
	assert_true(wire_send(&w, "GET /never HTTP/1.1\r\nHost: h\r\n\r\n"));
	wire_run(&w, 5);
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\n"));
	wire_run(&w, 5);
	wire_close(&w);
	for (int i = 0; i < 5; i++)
		event_base_loop(b->base, EVLOOP_NONBLOCK);
	assert_int_equal(b->app.gone, 1);
	assert_int_equal(net_connections(b->net), 0);
}

static void gone_in_the_body(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab"));
	wire_run(&w, 5);
	wire_close(&w);
	for (int i = 0; i < 5; i++)
		event_base_loop(b->base, EVLOOP_NONBLOCK);
	assert_int_equal(b->app.gone, 1);
	assert_int_equal(b->app.bodies, 0);
}

/* ---- deadlines ---- */

/* After a handshake that is not what is meant: on a busy machine it may take longer. */
static void set_short_limits(struct net_bench *b)
{
	b->limits.handshake = MILLIS(60);
	b->limits.headers = MILLIS(80);
	b->limits.body = MILLIS(80);
	b->limits.response = MILLIS(80);
	b->limits.idle = MILLIS(150);
	b->limits.linger = MILLIS(30);
	net_set_limits(b->net, &b->limits);
}

static void stalled_handshake_is_cut(void **state)
{
	struct net_bench *b = *state;
	set_short_limits(b);
	struct wire w;
	net_bench_dial(b, &w, LISTENER_PUBLIC, NULL); /* says nothing */
	struct mono from = mono_now();
	assert_true(wire_closed_within(&w, 2000));
	assert_true(mono_since(mono_now(), from).us >= 55000);
	assert_int_equal(b->events[NET_HANDSHAKE_FAILED], 1);
	wire_close(&w);
}

/* One byte every few milliseconds; the server stands it as long as it may and no longer. */
static void drip(struct wire *w, const char *first, const char *byte)
{
	struct mono from = mono_now();
	int64_t fair_from = fair_ms();
	assert_true(wire_send(w, first));
	while (!w->closed && fair_ms() - fair_from < 2000 && wire_count(w, "408") == 0) {
		wire_send(w, byte);
		wire_run(w, 5);
	}
	assert_true(mono_since(mono_now(), from).us >= 75000);
	assert_true(fair_ms() - fair_from <= 500);
}

static void dripped_headers_are_cut(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	set_short_limits(b);
	drip(&w, "GET /hello HTTP/1.1\r\nHost: h\r\nX: ", "a");
	assert_true(wire_sees(&w, "\"code\":\"request_timeout\""));
	assert_true(wire_closed_within(&w, 1000));
	assert_int_equal(b->events[NET_TIMED_OUT], 1);
	wire_close(&w);
}

static void dripped_body_is_cut(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	set_short_limits(b);
	drip(&w, "PUT /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n", "a");
	assert_int_equal(b->app.gone, 1);
	assert_int_equal(b->app.bodies, 0);
	wire_close(&w);
}

/* At the slowest allowed rate the deadline moves with the bytes. */
static void steady_body_is_not_cut(void **state)
{
	struct net_bench *b = *state;
	b->limits.rate_min = 1000;
	net_set_limits(b->net, &b->limits);
	struct wire w;
	net_bench_dial_tls(b, &w);
	set_short_limits(b);
	char piece[1001];
	memset(piece, 'a', 1000);
	piece[1000] = '\0';
	assert_true(wire_send(&w, "PUT /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n"));
	for (int i = 0; i < 10; i++) {
		assert_true(wire_send(&w, piece));
		wire_run(&w, 20);
	}
	assert_true(wire_sees(&w, "got 10000"));
	wire_close(&w);
}

static void non_reader_is_cut(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	set_short_limits(b);
	assert_true(wire_send(&w, "GET /huge HTTP/1.1\r\nHost: h\r\n\r\n"));
	int64_t end = fair_ms() + 2000;
	while (net_connections(b->net) && fair_ms() < end)
		event_base_loop(b->base, EVLOOP_ONCE);
	assert_int_equal(net_connections(b->net), 0);
	assert_int_equal(b->events[NET_TIMED_OUT], 1);
	wire_close(&w);
}

static void idle_is_closed(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	set_short_limits(b);
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "hello"));
	struct mono from = mono_now();
	assert_true(wire_closed_within(&w, 2000));
	assert_false(w.failed); /* with a proper goodbye */
	assert_true(mono_since(mono_now(), from).us >= 100000);
	assert_int_equal(b->events[NET_TIMED_OUT], 0);
	wire_close(&w);
}

/* ---- caps ---- */

static void the_longest_idle_makes_room(void **state)
{
	struct net_bench *b = *state;
	b->limits.connections_max = 2;
	net_set_limits(b->net, &b->limits);
	int listening = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof addr;
	assert_int_equal(bind(listening, (struct sockaddr *)&addr, size), 0);
	assert_int_equal(listen(listening, 8), 0);
	assert_int_equal(getsockname(listening, (struct sockaddr *)&addr, &size), 0);
	assert_int_equal(net_listen(b->net, listening, LISTENER_OPS, NULL), 0);
	struct wire w[3];
	for (int i = 0; i < 3; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		assert_int_equal(connect(fd, (struct sockaddr *)&addr, size), 0);
		evutil_make_socket_nonblocking(fd);
		wire_init(&w[i], b->base, fd, NULL, NULL);
		assert_true(wire_send(&w[i], "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
		assert_true(wire_sees(&w[i], "hello"));
	}
	assert_true(wire_closed_within(&w[0], 1000));
	wire_run(&w[1], 5);
	assert_false(w[1].closed);
	assert_int_equal(net_connections(b->net), 2);

	/* Over its share, the worker leaves the socket to the others for a while, but not for ever:
	 * they may hang. */
	b->over = true;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct mono from = mono_now();
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, size), 0);
	for (int i = 0; i < 1000 && b->events[NET_OPENED] < 4; i++)
		wire_run(&w[1], 1);
	assert_int_equal(b->events[NET_OPENED], 4);
	assert_true(mono_since(mono_now(), from).us >= 2000);
	b->over = false;
	close(fd);
	for (int i = 0; i < 3; i++)
		wire_close(&w[i]);
	net_free(b->net); /* before the socket it listens on goes */
	close(listening);
	b->net = NULL;
	net_bench_start(b);
}

static void caps_per_address(void **state)
{
	struct net_bench *b = *state;
	b->limits.per_address_max = 2;
	net_set_limits(b->net, &b->limits);
	struct wire w[12];
	for (int i = 0; i < 12; i++)
		net_bench_dial(b, &w[i], LISTENER_PUBLIC, b->ctx);
	for (int i = 0; i < 3; i++)
		assert_true(wire_send(&w[i], "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w[1], "hello"));
	assert_true(wire_sees(&w[2], "too_many_connections"));
	assert_int_equal(wire_count(&w[2], "HTTP/1.1 429 "), 1);
	assert_int_equal(wire_count(&w[2], "Retry-After: 5\r\n"), 1);
	assert_true(wire_closed_within(&w[2], 2000));
	assert_true(wire_closed_within(&w[10], 1000));
	assert_true(wire_closed_within(&w[11], 1000));
	for (int i = 0; i < 12; i++)
		wire_close(&w[i]);
	for (int i = 0; i < 20; i++)
		event_base_loop(b->base, EVLOOP_NONBLOCK);
	struct wire again;
	net_bench_dial_tls(b, &again);
	assert_true(wire_send(&again, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&again, "hello")); /* counted down again */
	wire_close(&again);
}

/* ---- drain ---- */

static void on_drained(void *arg)
{
	((struct net_bench *)arg)->drained = true;
}

static void drain(void **state)
{
	struct net_bench *b = *state;
	b->limits.drain = MILLIS(60);
	net_set_limits(b->net, &b->limits);
	struct wire idle, busy, late;
	net_bench_dial_tls(b, &idle);
	net_bench_dial_tls(b, &busy);
	net_bench_dial_tls(b, &late);
	assert_true(wire_send(&busy, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
	wire_run(&busy, 5);
	net_drain(b->net, on_drained, b);
	/* A request that was on its way is still answered. */
	assert_true(wire_send(&late, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&late, "hello"));
	assert_int_equal(wire_count(&late, "Connection: close\r\n"), 1);
	assert_true(wire_closed_within(&idle, 1000));
	wire_close(&late);
	wire_close(&idle);
	wire_run(&busy, 5);
	assert_false(b->drained);
	net_bench_answer(b->app.waiting, 200, SLICE("late"));
	assert_true(wire_sees(&busy, "late"));
	assert_int_equal(wire_count(&busy, "Connection: close\r\n"), 1);
	assert_true(wire_closed_within(&busy, 1000));
	struct event_base *base = busy.base;
	wire_close(&busy);
	for (int i = 0; i < 10; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	assert_true(b->drained);
}

static void drain_of_nothing(void **state)
{
	struct net_bench *b = *state;
	net_drain(b->net, on_drained, b);
	assert_false(b->drained);
	event_base_loop(b->base, EVLOOP_NONBLOCK);
	assert_true(b->drained);
}

static void freed_while_busy(void **state)
{
	struct net_bench *b = *state;
	struct wire w[3];
	for (int i = 0; i < 3; i++)
		net_bench_dial_tls(b, &w[i]);
	assert_true(wire_send(&w[0], "GET /never HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_send(&w[1], "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"));
	wire_run(&w[0], 5);
	net_free(b->net);
	assert_int_equal(b->app.gone, 2);
	for (int i = 0; i < 3; i++)
		wire_close(&w[i]);
	net_bench_start(b);
}

/* ---- client certificates ---- */

static void client_certificates(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	SSL_CTX *with = wire_context(net_bench_pki.client_cert, net_bench_pki.client_key);
	net_bench_dial(b, &w, LISTENER_CLIENT, with);
	assert_true(wire_send(&w, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
	wire_run(&w, 10);
	assert_non_null(b->app.waiting);
	assert_true(b->app.waiting->peer->has_client_cert);
	uint8_t zero[32] = {0};
	assert_memory_not_equal(b->app.waiting->peer->spki_sha256, zero, 32);
	wire_close(&w);

	net_bench_dial(b, &w, LISTENER_CLIENT, b->ctx);
	wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(wire_closed_within(&w, 1000));
	assert_int_equal(wire_count(&w, "HTTP/1.1"), 0);
	assert_int_equal(b->events[NET_HANDSHAKE_FAILED], 1);
	wire_close(&w);
	SSL_CTX_free(with);
}

#define T(f) cmocka_unit_test_setup_teardown(f, net_bench_setup, net_bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(gone_while_waiting),
		T(gone_after_pipelining),
		T(gone_in_the_body),
		T(stalled_handshake_is_cut),
		T(dripped_headers_are_cut),
		T(dripped_body_is_cut),
		T(steady_body_is_not_cut),
		T(non_reader_is_cut),
		T(idle_is_closed),
		T(the_longest_idle_makes_room),
		T(caps_per_address),
		T(drain),
		T(drain_of_nothing),
		T(freed_while_busy),
		T(client_certificates),
	};
	return cmocka_run_group_tests_name("net_life", tests, net_bench_make_pki, net_bench_remove_pki);
}
