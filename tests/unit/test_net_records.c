/* test_net_records.c - however a client cuts its bytes into TLS records and writes, pauses between
 * them and ends its side, every request that is complete is answered, in order and without delay;
 * what is not complete never reaches the app whole, and only a reset takes a request back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../lib/fair_clock.h"
#include "../lib/pki.h"
#include "base/buf.h"
#include "net/net.h"
#include "tls/context.h"

/* ---- an app that sends bodies back, at once or a little later ---- */

struct app {
	struct event_base *base;
	bool later;
	struct exchange *waiting;
	struct event timer;
	int heads, bodies, gone;
};

static void answer(struct exchange *x)
{
	struct http_response *r = response_new(x->arena, 200);
	r->content_type = "text/plain";
	r->body = x->body.n ? x->body : x->head->path;
	x->ops->reply(x, r);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct app *app = arg;
	struct exchange *x = app->waiting;
	app->waiting = NULL;
	if (x)
		answer(x);
}

static void app_head(struct exchange *x, void *arg)
{
	struct app *app = arg;
	app->heads++;
	x->app = app;
	x->ops->read_body(x, 1 << 20);
}

static void app_body(struct exchange *x)
{
	struct app *app = x->app;
	const struct timeval soon = {0, 0};
	app->bodies++;
	if (!app->later && !slice_is(x->head->path, "/never")) {
		answer(x);
		return;
	}
	assert_null(app->waiting); /* one at a time */
	app->waiting = x;
	if (!slice_is(x->head->path, "/never"))
		event_add(&app->timer, &soon);
}

static void app_gone(struct exchange *x)
{
	struct app *app = x->app;
	app->gone++;
	app->waiting = NULL;
}

/* ---- a server ---- */

enum speech { PLAIN, TLS_1_2, TLS_1_3, SPEECHES };

static const char *const speech_names[] = {"plain", "TLS 1.2", "TLS 1.3"};

struct bench {
	struct event_base *base;
	struct net *net;
	struct app app;
	struct exchange_app up;
	struct tls_context *tls;
	SSL_CTX *ctx[SPEECHES];
};

static struct pki pki;
static struct tls_tickets tickets;

static int setup(void **state)
{
	static const int versions[] = {0, TLS1_2_VERSION, TLS1_3_VERSION};
	struct bench *b = calloc(1, sizeof *b);
	char why[TLS_ERROR_TEXT];
	const struct tls_pems pems = pki_pems(pki.cert, pki.key, NULL);
	b->base = event_base_new();
	b->app.base = b->base;
	evtimer_assign(&b->app.timer, b->base, on_timer, &b->app);
	b->up = (struct exchange_app){
		.head = app_head, .body = app_body, .gone = app_gone, .arg = &b->app};
	const struct net_config config = {
		.limits = &NET_LIMITS_DEFAULT, .app = &b->up, .base_url = SLICE("https://h")};
	b->net = net_new(b->base, &config);
	assert_non_null(b->net);
	assert_int_equal(tls_context_new(&pems, &tickets, &b->tls, why), 0);
	for (int s = TLS_1_2; s < SPEECHES; s++) {
		b->ctx[s] = SSL_CTX_new(TLS_client_method());
		SSL_CTX_set_min_proto_version(b->ctx[s], versions[s]);
		SSL_CTX_set_max_proto_version(b->ctx[s], versions[s]);
	}
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	net_free(b->net);
	event_del(&b->app.timer);
	tls_context_free(b->tls);
	for (int s = TLS_1_2; s < SPEECHES; s++)
		SSL_CTX_free(b->ctx[s]);
	event_base_free(b->base);
	free(b);
	return 0;
}

/* ---- a client whose TLS stands in memory, so that the test cuts what goes over the wire ---- */

struct client {
	struct bench *b;
	int fd;
	SSL *ssl;        /* NULL = plain */
	struct buf wire; /* ready to be sent */
	struct buf got;
	bool ended;  /* the server will send no more, and said so where TLS has a word for it */
	bool broken; /* it ended otherwise */
};

/* What TLS has made ready moves to c->wire. */
static void collect(struct client *c)
{
	char piece[16384];
	int n;
	while (c->ssl && (n = BIO_read(SSL_get_wbio(c->ssl), piece, sizeof piece)) > 0)
		buf_add(&c->wire, slice_from(piece, (size_t)n));
}

static void decrypt(struct client *c)
{
	char piece[16384];
	size_t n;
	ERR_clear_error();
	while (SSL_read_ex(c->ssl, piece, sizeof piece, &n) == 1)
		buf_add(&c->got, slice_from(piece, n));
}

static void receive(struct client *c)
{
	char piece[16384];
	ssize_t n;
	while (!c->ended && !c->broken && (n = recv(c->fd, piece, sizeof piece, 0)) >= 0) {
		if (n == 0) {
			bool said = !c->ssl || SSL_get_shutdown(c->ssl) & SSL_RECEIVED_SHUTDOWN;
			*(said ? &c->ended : &c->broken) = true;
		} else if (c->ssl) {
			BIO_write(SSL_get_rbio(c->ssl), piece, (int)n);
			decrypt(c);
		} else {
			buf_add(&c->got, slice_from(piece, (size_t)n));
		}
	}
	c->broken |= !c->ended && errno != EAGAIN;
}

static void turn(struct client *c)
{
	event_base_loop(c->b->base, EVLOOP_NONBLOCK);
	receive(c);
}

/* Sends what is ready, the server running only when the socket is full. */
static void flush(struct client *c, size_t most)
{
	size_t sent = 0;
	while (sent < most && sent < c->wire.n && !c->broken) {
		size_t left = (most < c->wire.n ? most : c->wire.n) - sent;
		ssize_t n = send(c->fd, c->wire.p + sent, left, MSG_NOSIGNAL);
		if (n > 0)
			sent += (size_t)n;
		else if (errno == EAGAIN)
			turn(c);
		else
			c->broken = true;
	}
	buf_consume(&c->wire, sent);
}

static void shake_hands(struct client *c)
{
	for (int i = 0; i < 20000 && !SSL_is_init_finished(c->ssl); i++) {
		SSL_do_handshake(c->ssl);
		collect(c);
		flush(c, SIZE_MAX);
		turn(c);
	}
	assert_true(SSL_is_init_finished(c->ssl));
}

static void dial(struct bench *b, struct client *c, enum speech s, const int fd[2])
{
	struct sockaddr_storage addr = {.ss_family = AF_UNIX};
	*c = (struct client){.b = b, .fd = fd[1]};
	c->wire = BUF_INIT(16 * MIB);
	c->got = BUF_INIT(16 * MIB);
	evutil_make_socket_nonblocking(c->fd);
	enum listener_kind kind = s == PLAIN ? LISTENER_OPS : LISTENER_PUBLIC;
	assert_int_equal(net_adopt(b->net, fd[0], kind, s == PLAIN ? NULL : b->tls, &addr), 0);
	if (s == PLAIN)
		return;
	c->ssl = SSL_new(b->ctx[s]);
	SSL_set_bio(c->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	SSL_set_connect_state(c->ssl);
	shake_hands(c);
}

static void dial_pair(struct bench *b, struct client *c, enum speech s)
{
	int fd[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	dial(b, c, s, fd);
}

/* Over TCP, where a reset can be told from an end. */
static void dial_tcp(struct bench *b, struct client *c, enum speech s)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;
	int fd[2], listening = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listening, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(listening, 1), 0);
	assert_int_equal(getsockname(listening, (struct sockaddr *)&at, &n), 0);
	fd[1] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd[1], (struct sockaddr *)&at, n), 0);
	fd[0] = accept(listening, NULL, NULL);
	assert_true(fd[0] >= 0);
	close(listening);
	dial(b, c, s, fd);
}

static void hang_up(struct client *c)
{
	SSL_free(c->ssl);
	close(c->fd);
	buf_free(&c->wire);
	buf_free(&c->got);
	for (int i = 0; i < 100 && net_connections(c->b->net); i++)
		event_base_loop(c->b->base, EVLOOP_NONBLOCK);
	assert_int_equal(net_connections(c->b->net), 0);
}

/* One record. */
static void put(struct client *c, struct slice text)
{
	if (!c->ssl) {
		buf_add(&c->wire, text);
		return;
	}
	assert_int_equal(SSL_write(c->ssl, text.p, (int)text.n), (int)text.n);
	collect(c);
}

static void put_text(struct client *c, const char *text)
{
	put(c, slice_of(text));
}

enum ending { STAYS, FIN, CLOSE_NOTIFY, CLOSE_NOTIFY_AND_FIN, ENDINGS };

static const char *const ending_names[] = {"stays", "FIN", "close_notify", "close_notify, FIN"};

static void put_ending(struct client *c, enum ending e)
{
	if (c->ssl && (e == CLOSE_NOTIFY || e == CLOSE_NOTIFY_AND_FIN)) {
		SSL_shutdown(c->ssl);
		collect(c);
	}
	flush(c, SIZE_MAX);
	if (e == FIN || e == CLOSE_NOTIFY_AND_FIN)
		shutdown(c->fd, SHUT_WR);
}

/* ---- what is said ---- */

enum talk { ONE_POST, MANY_CHUNKS, MANY_POSTS, MIXED, TALKS };

static const char *const talk_names[] = {"one POST", "many chunks", "many POSTs", "mixed"};

/* The n-th request, and the body of the answer that it must get. */
static void write_post(struct buf *out, struct buf *wanted, int n, size_t size)
{
	char body[2048];
	memset(body, 'a' + n % 26, size);
	buf_addf(out, "POST /post/%d HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n", n, size);
	buf_add(out, slice_from(body, size));
	buf_add(wanted, slice_from(body, size));
	buf_addc(wanted, '\n');
}

static void write_chunks(struct buf *out, struct buf *wanted, int n, int chunks)
{
	buf_addf(out, "POST /chunks/%d HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", n);
	for (int i = 0; i < chunks; i++) {
		buf_addf(out, "3\r\n%03d\r\n", i);
		buf_addf(wanted, "%03d", i);
	}
	buf_adds(out, "0\r\n\r\n");
	buf_addc(wanted, '\n');
}

static void write_get(struct buf *out, struct buf *wanted, int n)
{
	buf_addf(out, "GET /get/%d HTTP/1.1\r\nHost: h\r\n\r\n", n);
	buf_addf(wanted, "/get/%d\n", n);
}

static void write_talk(struct buf *out, struct buf *wanted, enum talk t)
{
	switch (t) {
	case ONE_POST:
		write_post(out, wanted, 0, 300);
		break;
	case MANY_CHUNKS:
		write_get(out, wanted, 0);
		write_chunks(out, wanted, 1, 92);
		break;
	case MANY_POSTS:
		for (int i = 0; i < 40; i++)
			write_post(out, wanted, i, 40);
		break;
	case MIXED:
		for (int i = 0; i < 8; i++) {
			write_get(out, wanted, i);
			write_post(out, wanted, i, 1 + (size_t)i * 90);
			write_chunks(out, wanted, i, i * 5 + 1);
		}
		break;
	case TALKS:
		break;
	}
}

/* ---- how it is cut ---- */

enum pace { BURST, PAUSED, UNEVEN, PACES };

static const char *const pace_names[] = {"in one burst", "with pauses", "cut within records"};

/* Records of this size; the pauses fall between some of them, or anywhere. */
static void say(struct client *c, struct slice text, size_t record, enum pace p, enum ending e)
{
	size_t records = 0, each = (text.n / record + 1) / 8 + 1;
	while (text.n) {
		size_t n = text.n < record ? text.n : record;
		put(c, slice_from(text.p, n));
		text = slice_skip(text, n);
		if (p == PAUSED && ++records % each == 0) {
			flush(c, SIZE_MAX);
			turn(c);
			turn(c);
		}
	}
	for (size_t piece = c->wire.n / 7 + 1; p == UNEVEN && c->wire.n > piece;) {
		flush(c, piece);
		turn(c);
	}
	put_ending(c, e);
}

/* The bodies that came, a line each. */
static void read_answers(const struct client *c, struct buf *out)
{
	struct slice rest = buf_slice(&c->got);
	while (slice_starts(rest, SLICE("HTTP/1.1 200 "))) {
		const char *length = memmem(rest.p, rest.n, "Content-Length: ", 16);
		const char *end = memmem(rest.p, rest.n, "\r\n\r\n", 4);
		size_t n = length ? strtoul(length + 16, NULL, 10) : 0;
		if (!end || (size_t)(rest.p + rest.n - end) < n + 4)
			return;
		buf_add(out, slice_from(end + 4, n));
		buf_addc(out, '\n');
		rest = slice_skip(rest, (size_t)(end + 4 + n - rest.p));
	}
}

enum { SOON_MS = 4000 };

/* Until the answers are there, and the end when the client has ended its side. */
static bool answered(struct client *c, struct slice wanted, bool until_end)
{
	int64_t end = fair_ms() + SOON_MS;
	size_t seen = SIZE_MAX;
	bool same = false;
	while ((!same || (until_end && !c->ended && !c->broken)) && fair_ms() < end) {
		struct buf lines = BUF_INIT(MIB);
		if (c->got.n != seen) {
			read_answers(c, &lines);
			same = slice_eq(buf_slice(&lines), wanted);
			seen = c->got.n;
		}
		buf_free(&lines);
		turn(c);
	}
	return same && !c->broken && c->ended == until_end;
}

/* Whether everything was answered. */
static bool converse(struct bench *b, enum speech s, enum talk t, size_t record, enum pace p,
                     enum ending e)
{
	struct client c;
	struct buf text = BUF_INIT(MIB), wanted = BUF_INIT(MIB);
	write_talk(&text, &wanted, t);
	dial_pair(b, &c, s);
	say(&c, buf_slice(&text), record, p, e);
	bool ends = e != STAYS && (s != PLAIN || e != CLOSE_NOTIFY);
	bool good = answered(&c, buf_slice(&wanted), ends) && b->app.gone == 0;
	if (!good)
		print_error("%s, %s in records of %zu, %s, %s: ended %d broken %d, got %zu bytes\n",
		            speech_names[s], talk_names[t], record, pace_names[p], ending_names[e],
		            c.ended, c.broken, c.got.n);
	hang_up(&c);
	b->app.gone = 0;
	buf_free(&text);
	buf_free(&wanted);
	return good;
}

static int converse_at_all_sizes(struct bench *b, enum speech s, enum pace p)
{
	static const size_t sizes[] = {1, 7, 50, 333, 1400, 16384};
	int wrong = 0;
	for (int e = 0; e < ENDINGS; e++)
		for (int t = 0; t < TALKS; t++)
			for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
				wrong += !converse(b, s, (enum talk)t, sizes[i], p, (enum ending)e);
	return wrong;
}

#define CONVERSATIONS(name, speech, wait) \
	static void name(void **state) \
	{ \
		struct bench *b = *state; \
		int wrong = 0; \
		b->app.later = wait; \
		for (int p = 0; p < PACES; p++) \
			wrong += converse_at_all_sizes(b, speech, (enum pace)p); \
		assert_int_equal(wrong, 0); \
	}

CONVERSATIONS(plain_at_once, PLAIN, false)
CONVERSATIONS(plain_later, PLAIN, true)
CONVERSATIONS(tls_1_2_at_once, TLS_1_2, false)
CONVERSATIONS(tls_1_2_later, TLS_1_2, true)
CONVERSATIONS(tls_1_3_at_once, TLS_1_3, false)
CONVERSATIONS(tls_1_3_later, TLS_1_3, true)

/* ---- ends and resets ---- */

/* The client ends its side while the app thinks; the answer comes. */
static void an_end_while_waiting_is_no_departure(void **state)
{
	struct bench *b = *state;
	for (int s = 0; s < SPEECHES; s++) {
		for (int e = FIN; e < ENDINGS; e++) {
			struct client c;
			dial_tcp(b, &c, (enum speech)s);
			put_text(&c, "GET /never HTTP/1.1\r\nHost: h\r\n\r\n");
			flush(&c, SIZE_MAX);
			for (int i = 0; i < 20; i++)
				turn(&c);
			assert_non_null(b->app.waiting);
			put_ending(&c, (enum ending)e);
			for (int i = 0; i < 20; i++)
				turn(&c);
			assert_int_equal(b->app.gone, 0);
			on_timer(-1, 0, &b->app);
			assert_true(answered(&c, SLICE("/never\n"), s != PLAIN || e != CLOSE_NOTIFY));
			hang_up(&c);
		}
	}
}

static void reset(struct client *c)
{
	const struct linger now = {.l_onoff = 1, .l_linger = 0};
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	hang_up(c);
}

/* A reset takes the request back, also with bytes unread and after an orderly end. */
static void a_reset_is_a_departure(void **state)
{
	struct bench *b = *state;
	int gone = 0;
	for (int s = 0; s < SPEECHES; s++) {
		for (int more = 0; more < 3; more++) {
			struct client c;
			dial_tcp(b, &c, (enum speech)s);
			put_text(&c, "GET /never HTTP/1.1\r\nHost: h\r\n\r\n");
			flush(&c, SIZE_MAX);
			for (int i = 0; i < 20; i++)
				turn(&c);
			if (more > 0)
				put_text(&c, "GET /get/1 HTTP/1.1\r\nHost: h\r\n\r\n");
			put_ending(&c, more > 1 ? FIN : STAYS);
			for (int i = 0; i < 20; i++)
				turn(&c);
			assert_int_equal(b->app.gone, gone);
			reset(&c);
			assert_int_equal(b->app.gone, ++gone);
		}
	}
}

/* What ends before it is whole is answered by nobody, and ends the connection at once. */
static void an_incomplete_request_is_dropped(void **state)
{
	static const struct {
		const char *text;
		int heads;
	} cut[] = {
		{"GET /get/1 HTTP/1.1\r\nHost:", 0},
		{"POST /post/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabc", 1},
		{"POST /post/1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", 1},
	};
	struct bench *b = *state;
	int heads = 0;
	for (int s = 0; s < SPEECHES; s++) {
		for (size_t i = 0; i < ARRAY_LEN(cut); i++) {
			struct client c;
			dial_tcp(b, &c, (enum speech)s);
			put_text(&c, cut[i].text);
			put_ending(&c, CLOSE_NOTIFY_AND_FIN);
			assert_true(answered(&c, SLICE(""), true));
			assert_int_equal(c.got.n, 0);
			assert_int_equal(b->app.heads, heads += cut[i].heads);
			assert_int_equal(b->app.bodies, 0);
			hang_up(&c);
		}
	}
	assert_int_equal(b->app.gone, heads);
}

/* ---- others ---- */

/* Who sends much at once is served in turns: in one round of the loop nobody takes more than his
 * share, and whoever asks meanwhile does not wait for the end. */
static void a_long_queue_waits_its_turn(void **state)
{
	enum { QUEUE = 150 };
	struct bench *b = *state;
	struct client greedy, other;
	struct buf text = BUF_INIT(MIB), wanted = BUF_INIT(MIB);
	dial_pair(b, &greedy, PLAIN);
	dial_pair(b, &other, PLAIN);
	for (int i = 0; i < QUEUE; i++)
		write_post(&text, &wanted, i, 10);
	put(&greedy, buf_slice(&text));
	flush(&greedy, SIZE_MAX);
	event_base_loop(b->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	assert_in_range(b->app.bodies, 1, QUEUE / 3);
	put_text(&other, "GET /get/7 HTTP/1.1\r\nHost: h\r\n\r\n");
	flush(&other, SIZE_MAX);
	event_base_loop(b->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	receive(&other);
	assert_true(other.got.n > 0);
	assert_in_range(b->app.bodies, 1, QUEUE - 1);
	assert_true(answered(&greedy, buf_slice(&wanted), false));
	close(other.fd);
	buf_free(&other.got);
	buf_free(&other.wire);
	hang_up(&greedy);
	buf_free(&text);
	buf_free(&wanted);
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
		T(plain_at_once),
		T(plain_later),
		T(tls_1_2_at_once),
		T(tls_1_2_later),
		T(tls_1_3_at_once),
		T(tls_1_3_later),
		T(an_end_while_waiting_is_no_departure),
		T(a_reset_is_a_departure),
		T(an_incomplete_request_is_dropped),
		T(a_long_queue_waits_its_turn),
	};
	return cmocka_run_group_tests_name("net_records", tests, make_pki, remove_pki);
}
