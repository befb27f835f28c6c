/* test_net_connection.c - whole conversations over TLS and plain socket pairs. */
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

/* ---- requests and answers ---- */

static void keep_alive(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	for (int i = 0; i < 3; i++) {
		wire_run(&w, 2); /* session tickets are records, too */
		wire_forget(&w);
		size_t before = w.records;
		assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
		assert_true(wire_sees(&w, "\r\n\r\nhello"));
		assert_int_equal(w.records - before, 1);
		assert_int_equal(wire_count(&w, "HTTP/1.1 200 OK\r\n"), 1);
		assert_int_equal(wire_count(&w, "Content-Length: 5\r\n"), 1);
		assert_int_equal(wire_count(&w, "Strict-Transport-Security: "), 1);
		assert_int_equal(wire_count(&w, "Cache-Control: no-store\r\n"), 1);
		assert_int_equal(wire_count(&w, "Connection: close"), 0);
	}
	assert_int_equal(b->app.disposed, 3);
	wire_close(&w);
}

static void names_requests(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_plain(b, &w);
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\nX-Request-Id: mine-1\r\n\r\n"));
	assert_true(wire_sees(&w, "X-Request-Id: mine-1\r\n"));
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\nX-Request-Id: no good\r\n\r\n"));
	wire_run(&w, 5);
	assert_int_equal(wire_count(&w, "no good"), 0);
	assert_int_equal(strlen(b->app.last_id), 13);
	wire_close(&w);
}

static void head_has_no_body(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, "HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "Content-Length: 5\r\n"));
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "hello"));
	assert_int_equal(wire_count(&w, "hello"), 1);
	wire_close(&w);
}

static void pipelined(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
	                          "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
	                          "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	wire_run(&w, 10);
	assert_int_equal(b->app.heads, 1); /* the next is not begun before the first is answered */
	assert_int_equal(w.got.n, 0);
	net_bench_answer(b->app.waiting, 200, SLICE("late"));
	assert_true(wire_sees(&w, "\r\n\r\nhello"));
	assert_non_null(strstr(w.got.p, "late"));
	assert_true(strstr(w.got.p, "late") < strstr(w.got.p, "abc"));
	assert_int_equal(b->app.heads, 3);
	wire_close(&w);
}

static void more_arrives_while_waiting(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
	wire_run(&w, 5);
	assert_non_null(b->app.waiting);
	for (int i = 0; i < 5; i++) {
		assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
		wire_run(&w, 2);
	}
	assert_int_equal(b->app.heads, 1);
	net_bench_answer(b->app.waiting, 200, SLICE("late"));
	struct mono end = mono_add(mono_now(), SECONDS(5));
	while (wire_count(&w, "hello") < 5 && mono_now().us < end.us)
		wire_run(&w, 1);
	assert_int_equal(wire_count(&w, "hello"), 5);
	wire_close(&w);
}

static void bodies(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab"));
	wire_run(&w, 3);
	assert_true(wire_send(&w, "cd"));
	assert_true(wire_sees(&w, "abcd"));
	assert_true(wire_send(&w, "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
	                          "\r\n3\r\nxyz\r\n0\r\n\r\n"));
	assert_true(wire_sees(&w, "xyz"));
	assert_true(wire_send(&w, "POST /echo HTTP/1.1\r\nHost: h\r\n\r\n"));
	wire_run(&w, 5);
	assert_int_equal(b->app.bodies, 3);
	wire_close(&w);
}

static void large_upload(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	enum { N = 3 << 20 };
	char *p = calloc(1, N);
	assert_true(wire_send(&w, "PUT /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 3145728\r\n\r\n"));
	assert_true(wire_send_bytes(&w, p, N));
	free(p);
	assert_true(wire_sees(&w, "got 3145728"));
	wire_close(&w);
}

static void large_download(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, "GET /huge HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_got_within(&w, 4 << 20, 5000));
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "hello"));
	wire_close(&w);
}

static void continue_only_when_wanted(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	const char *head = "POST /later HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
	                   "Content-Length: 2\r\n\r\n";
	assert_true(wire_send(&w, head));
	wire_run(&w, 10);
	assert_non_null(b->app.waiting);
	assert_int_equal(w.got.n, 0); /* not authorised yet */
	b->app.waiting->ops->read_body(b->app.waiting, 10);
	assert_true(wire_sees(&w, "HTTP/1.1 100 Continue\r\n\r\n"));
	assert_true(wire_send(&w, "ok"));
	assert_true(wire_sees(&w, "\r\n\r\nok"));
	wire_forget(&w);
	/* Refused without reading: no 100, and the connection ends. */
	assert_true(wire_send(&w, "POST /deny HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
	                          "Content-Length: 2\r\n\r\n"));
	assert_true(wire_sees(&w, "401 Unauthorized"));
	assert_true(wire_closed_within(&w, 500));
	assert_int_equal(wire_count(&w, "100 Continue"), 0);
	assert_int_equal(wire_count(&w, "Connection: close\r\n"), 1);
	wire_close(&w);
}

static void unread_body_that_is_here_is_skipped(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, "POST /deny HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
	                          "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "hello"));
	assert_true(wire_send(&w, "POST /deny HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n"));
	assert_true(wire_closed_within(&w, 500));
	wire_close(&w);
}

static void too_large(void **state)
{
	struct net_bench *b = *state;
	const char *requests[] = {
		"POST /echo HTTP/1.1\r\nHost: h\r\nAccept-Language: zh\r\nContent-Length: 65\r\n\r\n",
		"POST /echo HTTP/1.1\r\nHost: h\r\nAccept-Language: zh\r\nTransfer-Encoding: chunked"
		"\r\n\r\n41\r\n01234567890123456789012345678901234567890123456789012345678901234",
	};
	for (size_t i = 0; i < 2; i++) {
		struct wire w;
		net_bench_dial_tls(b, &w);
		assert_true(wire_send(&w, requests[i]));
		assert_true(wire_sees(&w, "HTTP/1.1 413 "));
		assert_true(wire_sees(&w, "\"code\":\"body_too_large\""));
		assert_true(wire_sees(&w, "请求内容过大"));
		assert_true(wire_closed_within(&w, 500));
		wire_close(&w);
	}
	assert_int_equal(b->app.gone, 2);
}

static void malformed(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nAccept-Language: zh-CN\r\n\r\n"));
	assert_true(wire_sees(&w, "\"request_id\":"));
	assert_int_equal(wire_count(&w, "HTTP/1.1 400 Bad Request\r\n"), 1);
	assert_int_equal(wire_count(&w, "Content-Type: application/problem+json\r\n"), 1);
	assert_int_equal(wire_count(&w, "Content-Language: zh-CN\r\n"), 1);
	assert_int_equal(
		wire_count(&w, "{\"type\":\"https://localhost:8443/problems/malformed_request\","), 1);
	assert_true(wire_closed_within(&w, 500));
	assert_int_equal(b->app.heads, 0);
	assert_int_equal(b->events[NET_MALFORMED], 1);
	wire_close(&w);
}

/* The app has its own way to tell a problem; it hears what the client likes, whatever did not parse. */
static struct http_response *tell(const struct problem_report *p, struct slice accept, struct arena *a, void *arg)
{
	struct http_response *r = response_new(a, p->problem->status);
	r->content_type = "text/plain";
	r->body = slice_of(arena_printf(a, "<%s %.*s %s>", p->problem->code, SLICE_ARGS(accept),
	                                p->lang == LANG_ZH ? "zh" : "en"));
	return r;
}

static void the_app_tells_problems(void **state)
{
	struct net_bench *b = *state;
	static const struct {
		const char *request, *told;
	} cases[] = {
		{"GET /hello HTTP/1.1\r\nAccept: text/html\r\nAccept-Language: zh\r\n\r\n",
		 "<malformed_request text/html zh>"},
		{"GET /hello?a=b&lang=en HTTP/1.1\r\nAccept-Language: zh\r\nAccept: */*\r\nX: \x01",
		 "<malformed_request */* en>"},
		{"GET /hello?lang=zh&lang=en HTTP/3.1\r\n", "<http_version  zh>"},
		{"POST /echo?lang=zh HTTP/1.1\r\nHost: h\r\nAccept: a/b\r\nContent-Length: 65\r\n\r\n",
		 "<body_too_large a/b zh>"},
	};
	b->up.problem = tell;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct wire w;
		net_bench_dial_tls(b, &w);
		assert_true(wire_send(&w, cases[i].request));
		if (!wire_sees(&w, cases[i].told))
			fail_msg("no %s in %.*s", cases[i].told, (int)w.got.n, w.got.p);
		wire_close(&w);
	}
}

/* Also when what it asked for did not parse, or did not come. */
static void a_refused_head_has_no_body(void **state)
{
	struct net_bench *b = *state;
	static const char *const requests[] = {
		"HEAD /hello HTTP/1.1\r\n\r\n", "HEAD /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"\r\nHEAD /hello HTTP/9.9\r\n", "HEAD /hello\r\n", "HEAD /hello HTTP/1.1\r\nA: \x01"};
	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		struct wire w;
		net_bench_dial_tls(b, &w);
		assert_true(wire_send(&w, requests[i]));
		assert_true(wire_sees(&w, "Connection: close\r\n"));
		assert_true(wire_closed_within(&w, 500));
		assert_int_equal(wire_count(&w, "HTTP/1.1 400 Bad Request\r\n"), 1);
		assert_int_equal(wire_count(&w, "Content-Type: application/problem+json\r\n"), 1);
		assert_int_equal(wire_count(&w, "{"), 0);
		wire_close(&w);
	}
	assert_int_equal(b->app.heads, 0);
}

/* Nothing that could still come would make it one. */
static void a_line_without_a_version_is_refused_at_once(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, "GET /hello\r\n"));
	assert_true(wire_sees(&w, "HTTP/1.1 400 Bad Request\r\n"));
	assert_true(wire_closed_within(&w, 500));
	wire_close(&w);
}

/* Who types http:// and the port hears where to go; nothing is served in the clear. */
static void plain_http_is_told_of_https(void **state)
{
	struct net_bench *b = *state;
	const enum listener_kind kinds[] = {LISTENER_PUBLIC, LISTENER_CLIENT};
	static const char *const requests[] = {"GET /hello HTTP/1.1\r\nHost: h\r\n\r\n",
	                                       "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab",
	                                       "OPTIONS * HTTP/1.1\r\nHost: h\r\nAccept-Language: zh\r\n\r\n"};
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
			struct wire w;
			net_bench_dial(b, &w, kinds[k], NULL);
			assert_true(wire_send(&w, requests[i]));
			assert_true(wire_sees(&w, "\"code\":\"plain_http\""));
			assert_true(wire_closed_within(&w, 500));
			assert_int_equal(wire_count(&w, "HTTP/1.1 400 Bad Request\r\n"), 1);
			assert_true(wire_count(&w, "https://localhost:8443/") > 1); /* not only as the type */
			assert_int_equal(wire_count(&w, "此端口仅支持 HTTPS"), i == 2);
			assert_int_equal(wire_count(&w, "Strict-Transport-Security"), 0); /* means nothing here */
			wire_close(&w);
		}
	assert_int_equal(b->app.heads, 0);
	struct wire w; /* one byte after the other, and no request at all */
	net_bench_dial(b, &w, LISTENER_PUBLIC, NULL);
	assert_true(wire_send(&w, "G"));
	wire_run(&w, 5);
	assert_true(wire_send(&w, "ET / HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "\"code\":\"plain_http\""));
	wire_close(&w);
	net_bench_dial(b, &w, LISTENER_PUBLIC, NULL);
	assert_true(wire_send(&w, "get / http/1.1\r\n\r\n"));
	assert_true(wire_closed_within(&w, 500));
	assert_int_equal(wire_count(&w, "HTTP/1.1"), 0);
	wire_close(&w);
}

/* A domain's cookies may be larger than all the rest. */
static void cookies_are_no_burden(void **state)
{
	struct net_bench *b = *state;
	struct wire w;
	struct buf request = BUF_INIT(128 * KIB);
	buf_adds(&request, "POST /echo HTTP/1.1\r\nHost: h\r\nCookie: ");
	for (int i = 0; i < 60; i++)
		for (int k = 0; k < 64; k++)
			buf_adds(&request, "0123456789abcdef");
	buf_adds(&request, "\r\nContent-Length: 2\r\n\r\nab");
	buf_addc(&request, '\0');
	net_bench_dial_tls(b, &w);
	assert_true(wire_send(&w, request.p));
	assert_true(wire_sees(&w, "\r\n\r\nab"));
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "hello"));
	wire_close(&w);
	buf_free(&request);
}

#define T(f) cmocka_unit_test_setup_teardown(f, net_bench_setup, net_bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(keep_alive),
		T(names_requests),
		T(head_has_no_body),
		T(pipelined),
		T(more_arrives_while_waiting),
		T(bodies),
		T(large_upload),
		T(large_download),
		T(continue_only_when_wanted),
		T(unread_body_that_is_here_is_skipped),
		T(too_large),
		T(malformed),
		T(the_app_tells_problems),
		T(a_refused_head_has_no_body),
		T(a_line_without_a_version_is_refused_at_once),
		T(plain_http_is_told_of_https),
		T(cookies_are_no_burden),
	};
	return cmocka_run_group_tests_name("net_connection", tests, net_bench_make_pki, net_bench_remove_pki);
}
