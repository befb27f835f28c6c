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
#include "../lib/pki.h"
#include "../lib/wire.h"
#include "net/net.h"
#include "tls/context.h"

/* ---- an app that does what the path says ---- */

struct app {
	struct exchange *waiting; /* of /later, /slow-body, /never */
	int heads, bodies, gone, disposed;
	char last_id[EXCHANGE_ID_MAX + 1];
};

static void answer(struct exchange *x, int status, struct slice body)
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
	answer(x, 200, slice_from(p, HUGE_BYTES));
}

static void app_head(struct exchange *x, void *arg)
{
	struct app *app = arg;
	struct slice path = x->head->path;
	app->heads++;
	x->app = app;
	snprintf(app->last_id, sizeof app->last_id, "%s", x->id);
	assert_int_equal(arena_on_dispose(x->arena, count_dispose, &app->disposed), 0);
	if (slice_is(path, "/hello"))
		answer(x, 200, SLICE("hello"));
	else if (slice_is(path, "/echo"))
		x->ops->read_body(x, 64);
	else if (slice_is(path, "/upload"))
		x->ops->read_body(x, 8 << 20);
	else if (slice_is(path, "/deny"))
		answer(x, 401, SLICE("no"));
	else if (slice_is(path, "/huge"))
		answer_huge(x);
	else
		app->waiting = x;
}

static void app_body(struct exchange *x)
{
	struct app *app = x->app;
	app->bodies++;
	if (slice_is(x->head->path, "/upload")) {
		answer(x, 200, slice_of(arena_printf(x->arena, "got %zu", x->body.n)));
		return;
	}
	answer(x, 200, slice_from(x->body.p, x->body.n));
}

static void app_gone(struct exchange *x)
{
	struct app *app = x->app;
	app->gone++;
	if (app->waiting == x)
		app->waiting = NULL;
}

/* ---- a server and its client ---- */

struct bench {
	struct event_base *base;
	struct net *net;
	struct app app;
	struct exchange_app up;
	struct net_limits limits;
	struct tls_context *tls, *client_tls;
	SSL_CTX *ctx;
	int events[NET_TURNED_AWAY + 1];
	bool over, drained;
	char why[TLS_ERROR_TEXT];
};

static struct pki pki;
static struct tls_tickets tickets;

static void on_net_event(void *arg, enum net_event what)
{
	((struct bench *)arg)->events[what]++;
}

static bool over_share(void *arg)
{
	return ((struct bench *)arg)->over;
}

static void start(struct bench *b)
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

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	b->base = event_base_new();
	b->limits = NET_LIMITS_DEFAULT;
	struct tls_pems open = pki_pems(pki.cert, pki.key, NULL);
	struct tls_pems client = pki_pems(pki.cert, pki.key, pki.ca);
	assert_int_equal(tls_context_new(&open, &tickets, &b->tls, b->why), 0);
	assert_int_equal(tls_context_new(&client, NULL, &b->client_tls, b->why), 0);
	b->ctx = wire_context(NULL, NULL);
	start(b);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
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

static void dial(struct bench *b, struct wire *w, enum listener_kind kind, SSL_CTX *ctx)
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

static void dial_tls(struct bench *b, struct wire *w)
{
	dial(b, w, LISTENER_PUBLIC, b->ctx);
	assert_true(wire_handshake(w));
}

static void dial_plain(struct bench *b, struct wire *w)
{
	dial(b, w, LISTENER_OPS, NULL);
}

/* ---- requests and answers ---- */

static void keep_alive(void **state)
{
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_plain(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
	assert_true(wire_send(&w, "HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "Content-Length: 5\r\n"));
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "hello"));
	assert_int_equal(wire_count(&w, "hello"), 1);
	wire_close(&w);
}

static void pipelined(void **state)
{
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
	assert_true(wire_send(&w, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
	                          "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
	                          "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	wire_run(&w, 10);
	assert_int_equal(b->app.heads, 1); /* the next is not begun before the first is answered */
	assert_int_equal(w.got.n, 0);
	answer(b->app.waiting, 200, SLICE("late"));
	assert_true(wire_sees(&w, "\r\n\r\nhello"));
	assert_non_null(strstr(w.got.p, "late"));
	assert_true(strstr(w.got.p, "late") < strstr(w.got.p, "abc"));
	assert_int_equal(b->app.heads, 3);
	wire_close(&w);
}

static void more_arrives_while_waiting(void **state)
{
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
	assert_true(wire_send(&w, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
	wire_run(&w, 5);
	assert_non_null(b->app.waiting);
	for (int i = 0; i < 5; i++) {
		assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
		wire_run(&w, 2);
	}
	assert_int_equal(b->app.heads, 1);
	answer(b->app.waiting, 200, SLICE("late"));
	struct mono end = mono_add(mono_now(), SECONDS(5));
	while (wire_count(&w, "hello") < 5 && mono_now().us < end.us)
		wire_run(&w, 1);
	assert_int_equal(wire_count(&w, "hello"), 5);
	wire_close(&w);
}

static void bodies(void **state)
{
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
	assert_true(wire_send(&w, "GET /huge HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_got_within(&w, 4 << 20, 5000));
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "hello"));
	wire_close(&w);
}

static void continue_only_when_wanted(void **state)
{
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
	assert_true(wire_send(&w, "POST /deny HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
	                          "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "hello"));
	assert_true(wire_send(&w, "POST /deny HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n"));
	assert_true(wire_closed_within(&w, 500));
	wire_close(&w);
}

static void too_large(void **state)
{
	struct bench *b = *state;
	const char *requests[] = {
		"POST /echo HTTP/1.1\r\nHost: h\r\nAccept-Language: zh\r\nContent-Length: 65\r\n\r\n",
		"POST /echo HTTP/1.1\r\nHost: h\r\nAccept-Language: zh\r\nTransfer-Encoding: chunked"
		"\r\n\r\n41\r\n01234567890123456789012345678901234567890123456789012345678901234",
	};
	for (size_t i = 0; i < 2; i++) {
		struct wire w;
		dial_tls(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
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
	struct bench *b = *state;
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
		dial_tls(b, &w);
		assert_true(wire_send(&w, cases[i].request));
		if (!wire_sees(&w, cases[i].told))
			fail_msg("no %s in %.*s", cases[i].told, (int)w.got.n, w.got.p);
		wire_close(&w);
	}
}

/* Also when what it asked for did not parse, or did not come. */
static void a_refused_head_has_no_body(void **state)
{
	struct bench *b = *state;
	static const char *const requests[] = {
		"HEAD /hello HTTP/1.1\r\n\r\n", "HEAD /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"\r\nHEAD /hello HTTP/9.9\r\n", "HEAD /hello\r\n", "HEAD /hello HTTP/1.1\r\nA: \x01"};
	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		struct wire w;
		dial_tls(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
	assert_true(wire_send(&w, "GET /hello\r\n"));
	assert_true(wire_sees(&w, "HTTP/1.1 400 Bad Request\r\n"));
	assert_true(wire_closed_within(&w, 500));
	wire_close(&w);
}

/* Who types http:// and the port hears where to go; nothing is served in the clear. */
static void plain_http_is_told_of_https(void **state)
{
	struct bench *b = *state;
	const enum listener_kind kinds[] = {LISTENER_PUBLIC, LISTENER_CLIENT};
	static const char *const requests[] = {"GET /hello HTTP/1.1\r\nHost: h\r\n\r\n",
	                                       "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab",
	                                       "OPTIONS * HTTP/1.1\r\nHost: h\r\nAccept-Language: zh\r\n\r\n"};
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
			struct wire w;
			dial(b, &w, kinds[k], NULL);
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
	dial(b, &w, LISTENER_PUBLIC, NULL);
	assert_true(wire_send(&w, "G"));
	wire_run(&w, 5);
	assert_true(wire_send(&w, "ET / HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "\"code\":\"plain_http\""));
	wire_close(&w);
	dial(b, &w, LISTENER_PUBLIC, NULL);
	assert_true(wire_send(&w, "get / http/1.1\r\n\r\n"));
	assert_true(wire_closed_within(&w, 500));
	assert_int_equal(wire_count(&w, "HTTP/1.1"), 0);
	wire_close(&w);
}

/* A domain's cookies may be larger than all the rest. */
static void cookies_are_no_burden(void **state)
{
	struct bench *b = *state;
	struct wire w;
	struct buf request = BUF_INIT(128 * KIB);
	buf_adds(&request, "POST /echo HTTP/1.1\r\nHost: h\r\nCookie: ");
	for (int i = 0; i < 60; i++)
		for (int k = 0; k < 64; k++)
			buf_adds(&request, "0123456789abcdef");
	buf_adds(&request, "\r\nContent-Length: 2\r\n\r\nab");
	buf_addc(&request, '\0');
	dial_tls(b, &w);
	assert_true(wire_send(&w, request.p));
	assert_true(wire_sees(&w, "\r\n\r\nab"));
	assert_true(wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&w, "hello"));
	wire_close(&w);
	buf_free(&request);
}

/* ---- the client leaves ---- */

static void gone_while_waiting(void **state)
{
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_plain(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
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
static void set_short_limits(struct bench *b)
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
	struct bench *b = *state;
	set_short_limits(b);
	struct wire w;
	dial(b, &w, LISTENER_PUBLIC, NULL); /* says nothing */
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
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
	set_short_limits(b);
	drip(&w, "GET /hello HTTP/1.1\r\nHost: h\r\nX: ", "a");
	assert_true(wire_sees(&w, "\"code\":\"request_timeout\""));
	assert_true(wire_closed_within(&w, 1000));
	assert_int_equal(b->events[NET_TIMED_OUT], 1);
	wire_close(&w);
}

static void dripped_body_is_cut(void **state)
{
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
	set_short_limits(b);
	drip(&w, "PUT /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n", "a");
	assert_int_equal(b->app.gone, 1);
	assert_int_equal(b->app.bodies, 0);
	wire_close(&w);
}

/* At the slowest allowed rate the deadline moves with the bytes. */
static void steady_body_is_not_cut(void **state)
{
	struct bench *b = *state;
	b->limits.rate_min = 1000;
	net_set_limits(b->net, &b->limits);
	struct wire w;
	dial_tls(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
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
	struct bench *b = *state;
	struct wire w;
	dial_tls(b, &w);
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
	struct bench *b = *state;
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
	start(b);
}

static void caps_per_address(void **state)
{
	struct bench *b = *state;
	b->limits.per_address_max = 2;
	net_set_limits(b->net, &b->limits);
	struct wire w[12];
	for (int i = 0; i < 12; i++)
		dial(b, &w[i], LISTENER_PUBLIC, b->ctx);
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
	dial_tls(b, &again);
	assert_true(wire_send(&again, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_sees(&again, "hello")); /* counted down again */
	wire_close(&again);
}

/* ---- drain ---- */

static void on_drained(void *arg)
{
	((struct bench *)arg)->drained = true;
}

static void drain(void **state)
{
	struct bench *b = *state;
	b->limits.drain = MILLIS(60);
	net_set_limits(b->net, &b->limits);
	struct wire idle, busy, late;
	dial_tls(b, &idle);
	dial_tls(b, &busy);
	dial_tls(b, &late);
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
	answer(b->app.waiting, 200, SLICE("late"));
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
	struct bench *b = *state;
	net_drain(b->net, on_drained, b);
	assert_false(b->drained);
	event_base_loop(b->base, EVLOOP_NONBLOCK);
	assert_true(b->drained);
}

static void freed_while_busy(void **state)
{
	struct bench *b = *state;
	struct wire w[3];
	for (int i = 0; i < 3; i++)
		dial_tls(b, &w[i]);
	assert_true(wire_send(&w[0], "GET /never HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_true(wire_send(&w[1], "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"));
	wire_run(&w[0], 5);
	net_free(b->net);
	assert_int_equal(b->app.gone, 2);
	for (int i = 0; i < 3; i++)
		wire_close(&w[i]);
	start(b);
}

/* ---- client certificates ---- */

static void client_certificates(void **state)
{
	struct bench *b = *state;
	struct wire w;
	SSL_CTX *with = wire_context(pki.client_cert, pki.client_key);
	dial(b, &w, LISTENER_CLIENT, with);
	assert_true(wire_send(&w, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
	wire_run(&w, 10);
	assert_non_null(b->app.waiting);
	assert_true(b->app.waiting->peer->has_client_cert);
	uint8_t zero[32] = {0};
	assert_memory_not_equal(b->app.waiting->peer->spki_sha256, zero, 32);
	wire_close(&w);

	dial(b, &w, LISTENER_CLIENT, b->ctx);
	wire_send(&w, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(wire_closed_within(&w, 1000));
	assert_int_equal(wire_count(&w, "HTTP/1.1"), 0);
	assert_int_equal(b->events[NET_HANDSHAKE_FAILED], 1);
	wire_close(&w);
	SSL_CTX_free(with);
}

static int make_pki(void **state)
{
	return pki_make(&pki) && tls_tickets_rotate(&tickets) == 0 ? 0 : -1;
}

static int remove_pki(void **state)
{
	pki_remove(&pki);
	return 0;
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

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
	return cmocka_run_group_tests_name("net_connection", tests, make_pki, remove_pki);
}
