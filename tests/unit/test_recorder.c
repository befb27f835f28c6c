/* tests/unit/test_recorder.c - entries of many clients in one journal: gathered, on disk before they are
 * answered, through a recorder that dies, and with a disk that is full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/outcome.h"
#include "channel/client.h"
#include "journal/read.h"
#include "recorder/client.h"
#include "recorder/server.h"

enum { CLIENTS = 3, CALLS = 50 };

static struct bench {
	char folder[40], path[64];
	struct loop *loop;
	struct log log;
	struct log_ctx ctx;
	struct channel_address address;
	int listening;
	uid_t uid;
	struct journal *journal;
	struct recorder_server *server;
	struct channel_client *clients[CLIENTS];
	struct recorder *recorders[CLIENTS];
	size_t answered;
	int last; /* outcome */
} b;

static void start_server(void)
{
	const struct journal_conf conf = {.path = b.path};
	assert_int_equal(journal_open(&conf, &b.journal), 0);
	const struct recorder_server_conf sc = {
		.loop = b.loop, .journal = b.journal, .uids = &b.uid, .n_uids = 1, .log = &b.ctx,
	};
	b.server = recorder_server_new(&sc, b.listening);
	assert_non_null(b.server);
}

static void stop_server(void)
{
	recorder_server_free(b.server);
	journal_free(b.journal);
	b.server = NULL;
	b.journal = NULL;
}

static int setup(void **state)
{
	b = (struct bench){.last = 1};
	snprintf(b.folder, sizeof b.folder, "/tmp/talent-recorder-XXXXXX");
	if (!mkdtemp(b.folder))
		return -1;
	snprintf(b.path, sizeof b.path, "%s/journal", b.folder);
	b.loop = loop_new();
	b.uid = geteuid();
	b.log = log_open(STDERR_FILENO, LEVEL_ERROR);
	b.ctx = (struct log_ctx){.log = &b.log, .process = "test"};
	b.listening = channel_listen(&b.address);
	start_server();
	const struct channel_client_conf conf = {b.loop, &recorder_service, &b.address, &b.ctx};
	for (int i = 0; i < CLIENTS; i++) {
		b.clients[i] = channel_client_new(&conf);
		assert_non_null(b.clients[i]);
		b.recorders[i] = recorder_new(b.loop, channel_client_channel(b.clients[i]));
	}
	return b.loop && b.listening >= 0 && b.recorders[CLIENTS - 1] ? 0 : -1;
}

static int teardown(void **state)
{
	for (int i = 0; i < CLIENTS; i++) {
		channel_client_free(b.clients[i]);
		recorder_free(b.recorders[i]);
	}
	stop_server();
	close(b.listening);
	loop_free(b.loop);
	unlink(b.path);
	return rmdir(b.folder);
}

static void answered(void *arg, int outcome)
{
	b.answered++;
	b.last = outcome;
}

static void record(int client, const char *entries)
{
	assert_int_equal(recorder_record(b.recorders[client], slice_of(entries),
	                                 SECONDS(10), answered, NULL, NULL), 0);
}

static void turn_until(size_t n)
{
	for (int i = 0; i < 20000 && b.answered < n; i++)
		assert_int_equal(loop_turn(b.loop, MILLIS(2)), 0);
	assert_int_equal(b.answered, n);
}

static int count(void *arg, const struct journal_line *line)
{
	size_t *n = arg;
	assert_true(slice_starts(line->entry, SLICE("test:")) ||
	            slice_starts(line->entry, SLICE("resumed:")));
	++*n;
	return 0;
}

static size_t lines(void)
{
	size_t n = 0;
	uint64_t at;
	int r = journal_read(b.path, 0, count, &n, &at);
	assert_true(r == 0);
	return n;
}

static void what_is_answered_is_in_the_journal(void **state)
{
	for (int i = 0; i < CALLS; i++)
		record(i % CLIENTS, i % 2 ? "test: one\n" : "test: one\ntest: two\n");
	turn_until(CALLS);
	assert_int_equal(b.last, 0);
	assert_int_equal(lines(), CALLS / 2 * 3);
}

static void a_bad_entry_is_alone(void **state)
{
	record(0, "test: good");
	record(1, "no entry");
	record(2, "test: good");
	turn_until(3);
	assert_int_equal(lines(), 2);
	record(1, "test: \x01");
	turn_until(4);
	assert_int_equal(b.last, E_SYNTAX);
	assert_true(recorder_well(b.recorders[1]));
}

static void a_recorder_that_dies_costs_time_only(void **state)
{
	record(0, "test: before");
	turn_until(1);
	stop_server();
	record(0, "test: while it is away");
	record(1, "test: while it is away");
	for (int i = 0; i < 20; i++)
		assert_int_equal(loop_turn(b.loop, MILLIS(2)), 0);
	assert_int_equal(b.answered, 1);
	start_server();
	turn_until(3);
	assert_int_equal(b.last, 0);
	assert_int_equal(lines(), 3);
}

static void a_full_disk_is_told_and_tried_again(void **state)
{
	struct recorder *r = b.recorders[0];
	setenv("FAIL", "journal_write:1:error", 1);
	record(0, "test: lost");
	turn_until(1);
	unsetenv("FAIL");
	assert_int_equal(b.last, E_SYSTEM);
	assert_false(recorder_well(r));
	assert_true(recorder_well(b.recorders[1]));
	for (int i = 0; i < 20000 && !recorder_well(r); i++)
		assert_int_equal(loop_turn(b.loop, MILLIS(2)), 0);
	assert_true(recorder_well(r));
	assert_int_equal(lines(), 1); /* it says that there was a gap */
	record(0, "test: again");
	turn_until(2);
	assert_int_equal(b.last, 0);
	assert_int_equal(lines(), 2);
}

static void whoever_left_is_not_answered(void **state)
{
	struct recorder *r = b.recorders[0];
	struct channel_call *call;
	assert_int_equal(recorder_record(r, SLICE("test: one"), SECONDS(10), answered, NULL, &call), 0);
	channel_cancel(call);
	record(1, "test: two");
	turn_until(1);
	for (int i = 0; i < 50; i++)
		assert_int_equal(loop_turn(b.loop, MILLIS(2)), 0);
	assert_int_equal(b.answered, 1);
	assert_int_equal(lines(), 2);
}

static void limits_and_deadlines(void **state)
{
	struct recorder *r = b.recorders[0];
	char *much = malloc(RECORDER_ENTRIES_MAX + 1);
	assert_non_null(much);
	memset(much, 'x', RECORDER_ENTRIES_MAX + 1);
	assert_int_equal(recorder_record(r, slice_from(much, RECORDER_ENTRIES_MAX + 1), SECONDS(1),
	                                 answered, NULL, NULL), E_LIMIT);
	free(much);
	stop_server();
	assert_int_equal(recorder_record(r, SLICE("test: late"), MILLIS(30), answered, NULL, NULL), 0);
	turn_until(1);
	assert_int_equal(b.last, E_TIMEOUT);
	start_server();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_answered_is_in_the_journal, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bad_entry_is_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(a_recorder_that_dies_costs_time_only, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_is_told_and_tried_again, setup, teardown),
		cmocka_unit_test_setup_teardown(whoever_left_is_not_answered, setup, teardown),
		cmocka_unit_test_setup_teardown(limits_and_deadlines, setup, teardown),
	};
	return cmocka_run_group_tests_name("recorder", tests, NULL, NULL);
}
