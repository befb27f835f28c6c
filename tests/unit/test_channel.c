/* tests/unit/test_channel.c - a helper process and those who ask it, both on one loop: what becomes of
 * calls whose server died, who may connect, what is bounded, how often it is tried and reported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/outcome.h"
#include "channel/client.h"
#include "channel/frame.h"
#include "channel/server.h"

enum { ECHO = 1 };

static struct bench {
	struct loop *loop;
	struct channel_service service;
	struct channel_address address;
	int listening, log_read;
	struct log log;
	struct log_ctx ctx;
	uid_t uid;
	struct channel_server *server;
	struct channel_client *client;
	struct loop_task death; /* of the server: "poison" was asked */
	struct list held;
	bool holds; /* asked, and not answered */
	size_t n_asked, n_dropped, deaths;
} b;

/* ---- the helper ---- */

static void die(void *arg)
{
	channel_server_free(b.server);
	b.server = NULL;
	b.deaths++;
}

static void echo(struct channel_request *r)
{
	buf_add(channel_answer(r), r->body);
	channel_answered(r);
}

static void asked(void *arg, struct channel_request *r)
{
	assert_ptr_equal(arg, &b);
	b.n_asked++;
	if (slice_is(r->body, "poison"))
		loop_defer(b.loop, &b.death);
	if (slice_is(r->body, "poison") || b.holds)
		list_append(&b.held, &r->node);
	else if (slice_is(r->body, "no"))
		channel_refuse(r, E_REFUSED);
	else
		echo(r);
}

static void dropped(void *arg, struct channel_request *r)
{
	b.n_dropped++;
}

static void start_server(void)
{
	const struct channel_server_conf conf = {
		.loop = b.loop, .service = &b.service, .uids = &b.uid, .n_uids = 1, .log = &b.ctx,
		.asked = asked, .dropped = dropped, .arg = &b,
	};
	list_init(&b.held);
	b.server = channel_server_new(&conf, b.listening);
	assert_non_null(b.server);
}

static void answer_held(void)
{
	struct list *l;
	while ((l = list_pop(&b.held)))
		echo(CONTAINER_OF(l, struct channel_request, node));
	channel_server_flush(b.server);
}

/* ---- who asks ---- */

struct call {
	struct channel_call base;
	struct reported *reported;
};

struct reported {
	int n, outcome;
	char body[64];
};

static bool ended(struct channel_call *base, int outcome, struct slice body)
{
	struct reported *t = CONTAINER_OF(base, struct call, base)->reported;
	if (outcome == 0 && slice_is(body, "nonsense"))
		return false;
	t->n++;
	t->outcome = outcome;
	snprintf(t->body, sizeof t->body, "%.*s", SLICE_ARGS(body));
	return true;
}

static int ask(const char *what, struct duration limit, struct reported *t, struct channel_call **ret)
{
	int r = 0;
	struct channel_call *call = channel_call_new(channel_client_channel(b.client),
	                                             sizeof(struct call), ECHO, ended, &r);
	if (!call)
		return r;
	CONTAINER_OF(call, struct call, base)->reported = t;
	buf_adds(channel_body(call), what);
	return channel_send(call, limit, ret);
}

static void turns(int n)
{
	while (n-- > 0)
		assert_int_equal(loop_turn(b.loop, MILLIS(1)), 0);
}

static void until_reported(const struct reported *t, int n)
{
	struct mono end = mono_add(mono_now(), SECONDS(20));
	while (t->n < n && mono_since(mono_now(), end).us < 0)
		turns(1);
	assert_int_equal(t->n, n);
}

static struct channel_client *client_new(void)
{
	const struct channel_client_conf conf = {b.loop, &b.service, &b.address, &b.ctx};
	struct channel_client *c = channel_client_new(&conf);
	assert_non_null(c);
	return c;
}

/* How often the log has these words so far. */
static int logged(const char *words)
{
	static char text[64 * 1024];
	static size_t n;
	ssize_t got;
	int times = 0;
	if (!words) {
		n = 0;
		return 0;
	}
	while (n + 1 < sizeof text && (got = read(b.log_read, text + n, sizeof text - n - 1)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	for (const char *p = text; (p = strstr(p, words)); p++)
		times++;
	return times;
}

static int setup(void **state)
{
	int log_pipe[2];
	b = (struct bench){.service = {
		.name = "echo", .version = '1', .request_max = 1024, .answer_max = 1024,
		.calls_max = 16, .calls_bytes = 8192, .peers_max = 8, .waiting_max = 4,
		.waiting_bytes = 1000, .unread_max = 4096,
	}};
	if (pipe2(log_pipe, O_NONBLOCK) != 0)
		return -1;
	b.log_read = log_pipe[0];
	logged(NULL);
	b.log = (struct log){.fd = log_pipe[1], .level = LEVEL_DEBUG};
	b.ctx = (struct log_ctx){.log = &b.log, .process = "test"};
	b.uid = geteuid();
	b.loop = loop_new();
	b.listening = channel_listen(&b.address);
	loop_task_init(&b.death, die, &b);
	start_server();
	b.client = client_new();
	return b.loop && b.listening >= 0 ? 0 : -1;
}

static int teardown(void **state)
{
	channel_client_free(b.client);
	channel_server_free(b.server);
	close(b.listening);
	close(b.log_read);
	close(b.log.fd);
	loop_free(b.loop);
	return 0;
}

/* ---- calls ---- */

static void answers_and_refusals(void **state)
{
	struct reported t = {0};
	assert_int_equal(ask("one", SECONDS(9), &t, NULL), 0);
	until_reported(&t, 1);
	assert_int_equal(t.outcome, 0);
	assert_string_equal(t.body, "one");
	assert_int_equal(ask("no", SECONDS(9), &t, NULL), 0);
	until_reported(&t, 2);
	assert_int_equal(t.outcome, E_REFUSED);
	assert_int_equal(logged("echo_"), 0);
}

static void deadline_and_cancel(void **state)
{
	struct reported t = {0}, none = {0};
	struct channel_call *call;
	b.holds = true;
	assert_int_equal(ask("late", MILLIS(30), &t, NULL), 0);
	assert_int_equal(ask("unwanted", SECONDS(9), &none, &call), 0);
	channel_cancel(call);
	until_reported(&t, 1);
	assert_int_equal(t.outcome, E_TIMEOUT);
	b.holds = false;
	answer_held(); /* to nobody */
	assert_int_equal(ask("next", SECONDS(9), &t, NULL), 0);
	until_reported(&t, 2);
	assert_string_equal(t.body, "next");
	assert_int_equal(none.n, 0);
}

static void what_is_in_flight_is_bounded(void **state)
{
	struct reported t = {0};
	char big[1100];
	b.service.waiting_max = 100;
	b.holds = true;
	for (int i = 0; i < 16; i++)
		assert_int_equal(ask("x", SECONDS(9), &t, NULL), 0);
	assert_int_equal(ask("x", SECONDS(9), &t, NULL), E_FULL);
	turns(5);
	answer_held();
	until_reported(&t, 16);
	memset(big, 'x', sizeof big);
	big[1014] = '\0'; /* with its head as large as a frame may be */
	for (int i = 0; i < 8; i++)
		assert_int_equal(ask(big, SECONDS(9), &t, NULL), 0);
	assert_int_equal(ask("x", SECONDS(9), &t, NULL), E_FULL);
	b.holds = false;
	until_reported(&t, 24);
	big[1014] = 'x';
	big[1015] = '\0';
	assert_int_equal(ask(big, SECONDS(9), &t, NULL), E_LIMIT);
}

static void freeing_ends_every_call(void **state)
{
	struct reported t = {0};
	b.holds = true;
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask("x", SECONDS(9), &t, NULL), 0);
	turns(5);
	channel_client_free(b.client);
	b.client = NULL;
	assert_int_equal(t.n, 3);
	assert_int_equal(t.outcome, E_CLOSED);
	turns(3);
	assert_int_equal(b.n_dropped, 3);
}

/* ---- a server that dies ---- */

static void calls_in_flight_are_asked_of_the_next_server(void **state)
{
	struct reported t = {0};
	b.holds = true;
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask("x", SECONDS(9), &t, NULL), 0);
	turns(5);
	assert_int_equal(b.n_asked, 3);
	die(NULL);
	assert_int_equal(ask("x", SECONDS(9), &t, NULL), 0);
	turns(20);
	assert_int_equal(t.n, 0);
	b.holds = false;
	start_server();
	until_reported(&t, 4);
	assert_int_equal(t.outcome, 0);
	assert_int_equal(b.n_asked, 7);
	assert_int_equal(logged("event=echo_away"), 1);
	assert_int_equal(logged("event=echo_back"), 1);
}

/* Two deaths are enough; who comes after it is served. */
static void what_kills_two_servers_is_given_up(void **state)
{
	struct reported poison = {0}, after = {0};
	assert_int_equal(ask("poison", SECONDS(15), &poison, NULL), 0);
	while (b.deaths < 2) {
		turns(1);
		if (!b.server)
			start_server();
	}
	until_reported(&poison, 1);
	assert_int_equal(poison.outcome, E_CLOSED);
	if (!b.server)
		start_server();
	assert_int_equal(ask("after", SECONDS(9), &after, NULL), 0);
	until_reported(&after, 1);
	assert_string_equal(after.body, "after");
	turns(20);
	assert_int_equal(b.deaths, 2);
	assert_int_equal(logged("event=echo_away"), 1);
}

static void a_call_that_was_not_sent_has_killed_nobody(void **state)
{
	struct reported t = {0};
	die(NULL);
	turns(10);
	for (int i = 0; i < 4; i++) { /* connections that end before anything is asked over them */
		start_server();
		turns(60);
		die(NULL);
		turns(1);
	}
	assert_int_equal(ask("x", SECONDS(15), &t, NULL), 0);
	start_server();
	until_reported(&t, 1);
	assert_int_equal(t.outcome, 0);
}

static void a_kept_call_is_carried_out_though_nobody_waits(void **state)
{
	struct reported t = {0};
	struct channel_call *call;
	for (int kept = 0; kept < 2; kept++) {
		b.service.kept = kept;
		turns(50); /* connected */
		die(NULL);
		b.n_asked = 0;
		assert_int_equal(ask("x", SECONDS(9), &t, &call), 0);
		channel_cancel(call);
		start_server();
		assert_int_equal(ask("next", SECONDS(9), &t, NULL), 0);
		until_reported(&t, kept + 1);
		assert_int_equal(b.n_asked, kept + 1);
		assert_string_equal(t.body, "next");
	}
}

static void an_answer_that_makes_no_sense_counts_as_a_death(void **state)
{
	struct reported t = {0};
	assert_int_equal(ask("nonsense", SECONDS(15), &t, NULL), 0);
	until_reported(&t, 1);
	assert_int_equal(t.outcome, E_CLOSED);
	assert_int_equal(b.n_asked, 2);
	assert_int_equal(logged("makes no sense"), 1);
}

/* ---- how often it is tried, and reported ---- */

/* Accepts and closes for a while; how many came. */
static int attempts_within(struct duration while_)
{
	struct mono end = mono_add(mono_now(), while_);
	int n = 0;
	while (mono_since(mono_now(), end).us < 0) {
		int fd = accept(b.listening, NULL, NULL);
		turns(1);
		n += fd >= 0;
		if (fd >= 0)
			close(fd);
	}
	return n;
}

static void pauses_grow_and_begin_anew_after_an_answer(void **state)
{
	struct reported t = {0};
	die(NULL);
	assert_in_range(attempts_within(MILLIS(900)), 3, 25); /* every 5 ms: 180 */
	assert_int_equal(logged("event=echo_away"), 1);
	assert_int_equal(logged("event=echo_back"), 0);
	start_server();
	assert_int_equal(ask("x", SECONDS(9), &t, NULL), 0);
	until_reported(&t, 1);
	assert_int_equal(logged("event=echo_back"), 1);
	die(NULL);
	assert_true(attempts_within(MILLIS(150)) > 1);
	assert_int_equal(logged("event=echo_away"), 2);
}

/* Those that lost it at the same time do not come back at the same time. */
static void pauses_differ(void **state)
{
	struct channel_client *others[8];
	int n = 0, turns_with = 0;
	die(NULL);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		others[i] = client_new();
	attempts_within(MILLIS(200)); /* pauses of a fifth of a second by now */
	for (int i = 0; i < 2000 && n < 8; i++) {
		int fd, before = n;
		turns(1);
		while ((fd = accept(b.listening, NULL, NULL)) >= 0) {
			close(fd);
			n++;
		}
		turns_with += n > before;
	}
	assert_in_range(turns_with, 2, 8);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		channel_client_free(others[i]);
}

/* ---- the server's bounds ---- */

static int connect_raw(void)
{
	int fd = channel_connect(&b.address);
	assert_true(fd >= 0);
	return fd;
}

static bool is_closed(int fd)
{
	char bytes[4096];
	ssize_t n = 1;
	for (int i = 0; i < 50 && n != 0; i++) {
		turns(1);
		n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
		if (n < 0 && errno == ECONNRESET)
			n = 0;
	}
	return n == 0;
}

static void another_user_is_cut_off(void **state)
{
	struct reported t = {0};
	channel_client_free(b.client);
	b.client = NULL;
	b.uid = geteuid() + 1;
	int fd = connect_raw();
	assert_int_equal(send(fd, "\0\0\0\7" "1\1\0\0\0\1x", 11, MSG_NOSIGNAL), 11);
	assert_true(is_closed(fd));
	assert_int_equal(b.n_asked, 0);
	assert_int_equal(logged("event=echo_peer_refused"), 1);
	close(fd);
	b.uid = geteuid();
	b.client = client_new();
	assert_int_equal(ask("x", SECONDS(9), &t, NULL), 0);
	until_reported(&t, 1);
}

static void a_malformed_stream_is_cut_off(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} bad[] = {
		{"GET / HTTP/1.1\r\n\r\n", 18},
		{"\xff\xff\xff\xff", 4},
		{"\0\0\0\5" "1\1\0\0\0", 9},       /* shorter than a head */
		{"\0\0\3\xfd" "1\1", 6},           /* one byte more than may be */
		{"\0\0\0\6" "2\1\0\0\0\1", 10},    /* another version */
	};
	struct reported t = {0};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		int fd = connect_raw();
		assert_int_equal(send(fd, bad[i].bytes, bad[i].n, MSG_NOSIGNAL), bad[i].n);
		assert_true(is_closed(fd));
		close(fd);
	}
	assert_int_equal(b.n_asked, 0);
	assert_int_equal(logged("event=echo_peer_malformed"), ARRAY_LEN(bad));
	assert_int_equal(logged("its frames are of another version\" remedy=\"restart both"), 1);
	assert_int_equal(ask("x", SECONDS(9), &t, NULL), 0); /* nobody else is disturbed */
	until_reported(&t, 1);
}

static void a_frame_may_come_byte_by_byte(void **state)
{
	struct buf out = BUF_INIT(KIB);
	char got[64];
	size_t at = frame_begin(&out, '1', ECHO, 7);
	buf_adds(&out, "slow");
	frame_end(&out, at, KIB);
	int fd = connect_raw();
	for (size_t i = 0; i < out.n; i++) {
		assert_int_equal(send(fd, out.p + i, 1, MSG_NOSIGNAL), 1);
		turns(1);
	}
	turns(3);
	assert_int_equal(recv(fd, got, sizeof got, MSG_DONTWAIT), out.n);
	assert_memory_equal(got + FRAME_HEAD, "slow", 4);
	close(fd);
	buf_free(&out);
}

static void requests_beyond_the_bounds_are_refused(void **state)
{
	struct reported t[6] = {{0}};
	b.holds = true;
	for (int i = 0; i < 6; i++)
		assert_int_equal(ask("x", SECONDS(9), &t[i], NULL), 0);
	turns(10);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(t[i].n, i >= 4);
		assert_int_equal(t[i].outcome, i >= 4 ? E_FULL : 0);
	}
	answer_held();
	until_reported(&t[3], 1);
	char big[600];
	memset(big, 'x', sizeof big);
	big[599] = '\0';
	assert_int_equal(ask(big, SECONDS(9), &t[0], NULL), 0);
	assert_int_equal(ask(big, SECONDS(9), &t[1], NULL), 0);
	until_reported(&t[1], 2);
	assert_int_equal(t[1].outcome, E_FULL);
}

/* A peer that asks and does not read: the kernel's buffers fill, then ours, then it is cut off. */
static void who_does_not_read_is_cut_off(void **state)
{
	struct buf out = BUF_INIT(KIB);
	size_t at = frame_begin(&out, '1', ECHO, 7);
	for (int i = 0; i < 1000; i++)
		buf_addc(&out, 'x');
	frame_end(&out, at, KIB);
	int fd = connect_raw();
	ssize_t n = 0;
	b.service.waiting_bytes = 4096;
	for (int i = 0; i < 20000 && (n > 0 || errno == EAGAIN || i == 0); i++) {
		n = send(fd, out.p, out.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		assert_true(n < 0 || n == (ssize_t)out.n);
		turns(n < 0);
	}
	assert_true(n < 0 && errno != EAGAIN);
	close(fd);
	buf_free(&out);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(answers_and_refusals),
		TEST(deadline_and_cancel),
		TEST(what_is_in_flight_is_bounded),
		TEST(freeing_ends_every_call),
		TEST(calls_in_flight_are_asked_of_the_next_server),
		TEST(what_kills_two_servers_is_given_up),
		TEST(a_call_that_was_not_sent_has_killed_nobody),
		TEST(a_kept_call_is_carried_out_though_nobody_waits),
		TEST(an_answer_that_makes_no_sense_counts_as_a_death),
		TEST(pauses_grow_and_begin_anew_after_an_answer),
		TEST(pauses_differ),
		TEST(another_user_is_cut_off),
		TEST(a_malformed_stream_is_cut_off),
		TEST(a_frame_may_come_byte_by_byte),
		TEST(requests_beyond_the_bounds_are_refused),
		TEST(who_does_not_read_is_cut_off),
	};
	return cmocka_run_group_tests_name("channel", tests, NULL, NULL);
}
