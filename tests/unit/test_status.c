/* The shared read of the status clock: one in flight, the next shared by all who came meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/office.h"
#include "base/outcome.h"
#include "loop/loop.h"
#include "store/status.h"

struct waiter {
	struct status_wait wait;
	struct status_now now;
	struct bench *bench;
	bool again; /* asks once more when it is told */
	int told;
	int changes_then; /* what the observer had been told by then */
};

struct bench {
	struct loop *loop;
	struct fake_db *db;
	struct status *status;
	int changes, forgets;
	struct uuid last;
	int64_t last_rev;
};

static void on_changed(void *arg, struct uuid certificate, int64_t rev)
{
	struct bench *b = arg;
	b->changes++;
	b->last = certificate;
	b->last_rev = rev;
}

static void on_forget(void *arg)
{
	struct bench *b = arg;
	b->forgets++;
}

static void on_ready(struct status_wait *wait, const struct status_now *now)
{
	struct waiter *w = CONTAINER_OF(wait, struct waiter, wait);
	w->told++;
	w->now = *now;
	w->changes_then = w->bench->changes;
	if (!w->again)
		return;
	w->again = false;
	status_await(w->bench->status, &w->wait);
}

/* More than a read is ever put off for. */
static void turns(struct bench *b)
{
	for (int i = 0; i < 8; i++)
		assert_int_equal(loop_turn(b->loop, MILLIS(0)), 0);
}

/* As one that comes when nothing else does. */
static void await(struct bench *b, struct waiter *w)
{
	*w = (struct waiter){.wait = {.ready = on_ready}, .bench = b, .again = w->again};
	status_await(b->status, &w->wait);
	turns(b);
	assert_int_equal(w->told, 0);
}

static int open_bench(void **state)
{
	static struct bench b;
	b = (struct bench){.loop = loop_new(), .db = fake_db_new()};
	const struct status_observer observer = {on_changed, on_forget, &b};
	b.status = status_new(b.loop, fake_db_of(b.db), &observer);
	*state = &b;
	return b.status ? 0 : -1;
}

static int close_bench(void **state)
{
	struct bench *b = *state;
	status_free(b->status);
	fake_db_free(b->db);
	loop_free(b->loop);
	return 0;
}

/* One answer, and the turns of the loop after it. */
static bool step(struct bench *b)
{
	bool did = fake_db_step(b->db);
	turns(b);
	return did;
}

static int run(struct bench *b)
{
	int n = 0;
	while (step(b))
		n++;
	return n;
}

static int reads(const struct bench *b)
{
	return fake_db_sent(b->db, Q_STATUS_READ);
}

static void says(struct bench *b, const char *rev, const char *changed, bool overflow)
{
	fake_db_answer_one(b->db, Q_STATUS_READ, office_status(rev, changed, overflow));
}

static void the_next_read_is_shared(void **state)
{
	struct bench *b = *state;
	struct waiter w[4] = {0};
	for (int i = 0; i < 4; i++)
		await(b, &w[i]);
	assert_int_equal(reads(b), 1);
	says(b, "3", NULL, false);
	says(b, "4", NULL, false);
	step(b);
	assert_int_equal(w[0].told, 1);
	assert_true(w[0].now.known);
	assert_int_equal(w[0].now.rev, 3);
	for (int i = 1; i < 4; i++)
		assert_int_equal(w[i].told, 0);
	assert_int_equal(reads(b), 2);
	step(b);
	for (int i = 1; i < 4; i++) {
		assert_int_equal(w[i].told, 1);
		assert_int_equal(w[i].now.rev, 4);
	}
	assert_int_equal(reads(b), 2);
	assert_true(status_covers(b->status, OFFICE_EPOCH, 4));
	assert_false(status_covers(b->status, OFFICE_EPOCH, 3));
}

static void come(struct bench *b, struct waiter *w)
{
	*w = (struct waiter){.wait = {.ready = on_ready}, .bench = b};
	status_await(b->status, &w->wait);
}

/* A read is put off while each turn of the loop brings somebody, and shared by all of them. */
static void who_comes_together_shares(void **state)
{
	struct bench *b = *state;
	struct waiter w[4] = {0};
	come(b, &w[0]);
	come(b, &w[1]);
	assert_int_equal(reads(b), 0);
	assert_int_equal(loop_turn(b->loop, MILLIS(0)), 0);
	come(b, &w[2]);
	assert_int_equal(reads(b), 0);
	turns(b);
	assert_int_equal(reads(b), 1);
	come(b, &w[3]);
	says(b, "4", NULL, false);
	fake_db_step(b->db);
	for (int i = 0; i < 3; i++)
		assert_int_equal(w[i].now.rev, 4);
	assert_int_equal(w[3].told, 0); /* came after it was sent */
	turns(b);
	assert_int_equal(reads(b), 2);
	says(b, "5", NULL, false);
	step(b);
	assert_int_equal(w[3].now.rev, 5);
}

/* An endless stream of newcomers does not put the read off for ever. */
static void newcomers_delay_little(void **state)
{
	struct bench *b = *state;
	struct waiter w[32] = {0};
	int n = 0;
	come(b, &w[n++]);
	while (reads(b) == 0 && n < 32) {
		come(b, &w[n++]);
		assert_int_equal(loop_turn(b->loop, MILLIS(0)), 0);
	}
	assert_in_range(n, 3, 8);
	says(b, "4", NULL, false);
	step(b);
	for (int i = 0; i < n; i++)
		assert_int_equal(w[i].now.rev, 4);
}

/* Who asks from inside an answer is served by a read that is sent afterwards. */
static void asking_again_from_an_answer(void **state)
{
	struct bench *b = *state;
	struct waiter w = {.again = true};
	await(b, &w);
	says(b, "3", NULL, false);
	step(b);
	assert_int_equal(w.told, 1);
	assert_int_equal(reads(b), 2);
	says(b, "5", NULL, false);
	step(b);
	assert_int_equal(w.told, 2);
	assert_int_equal(w.now.rev, 5);
}

static void changes_are_told_first(void **state)
{
	struct bench *b = *state;
	struct waiter w = {0};
	await(b, &w);
	says(b, "9", OFFICE_CERTIFICATE "," OFFICE_EXAM, false);
	run(b);
	assert_int_equal(b->changes, 2);
	assert_int_equal(w.changes_then, 2);
	assert_int_equal(b->last_rev, 9);
	struct uuid exam;
	assert_true(uuid_parse(SLICE(OFFICE_EXAM), &exam));
	assert_true(uuid_eq(b->last, exam));
	await(b, &w);
	assert_true(slice_is(fake_db_arg(b->db, Q_STATUS_READ, 0), "9"));
	says(b, "9", NULL, false);
	run(b);
	assert_int_equal(b->changes, 2);
	await(b, &w);
	says(b, "5000", OFFICE_EXAM, true);
	run(b);
	assert_int_equal(b->forgets, 1);
	assert_int_equal(b->changes, 2);
}

/* A clock that runs backwards is another history (a failover that lost commits): what was learnt
 * from the first one says nothing about the second. */
static void another_history(void **state)
{
	struct bench *b = *state;
	struct waiter w = {0};
	await(b, &w);
	says(b, "9", NULL, false);
	run(b);
	await(b, &w);
	says(b, "8", NULL, false);
	run(b);
	assert_true(w.now.known);
	assert_int_equal(b->forgets, 1);
	assert_true(status_covers(b->status, OFFICE_EPOCH, 8));
}

static void cancelling(void **state)
{
	struct bench *b = *state;
	struct waiter w[3] = {0};
	for (int i = 0; i < 3; i++)
		await(b, &w[i]);
	status_cancel(&w[0].wait); /* of the read in flight */
	status_cancel(&w[1].wait); /* of the next */
	says(b, "3", NULL, false);
	says(b, "4", NULL, false);
	run(b);
	assert_int_equal(w[0].told, 0);
	assert_int_equal(w[1].told, 0);
	assert_int_equal(w[2].told, 1);
	/* Nobody is left for the next one: then there is none. */
	await(b, &w[0]);
	await(b, &w[1]);
	status_cancel(&w[1].wait);
	says(b, "5", NULL, false);
	int before = reads(b);
	run(b);
	assert_int_equal(w[0].told, 1);
	assert_int_equal(reads(b), before);
}

static void failures(void **state)
{
	struct bench *b = *state;
	struct waiter w[2] = {0};
	await(b, &w[0]);
	await(b, &w[1]);
	fake_db_fail(b->db, Q_STATUS_READ, DB_AWAY, NULL);
	fake_db_refuse(b->db, E_FULL);
	step(b); /* it fails, and the next cannot even be sent */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(w[i].told, 1);
		assert_false(w[i].now.known);
	}
	come(b, &w[0]);
	turns(b);
	assert_int_equal(w[0].told, 1);
	assert_false(w[0].now.known);
	fake_db_refuse(b->db, 0);
	await(b, &w[1]);
	says(b, "3", NULL, false);
	run(b);
	assert_true(w[1].now.known);
}

static void freed_while_it_reads(void **state)
{
	struct bench *b = *state;
	struct waiter w = {0};
	await(b, &w);
	status_cancel(&w.wait);
	status_free(b->status);
	b->status = NULL;
	says(b, "3", NULL, false);
	assert_int_equal(run(b), 1); /* comes to nobody */
	assert_int_equal(w.told, 0);
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(the_next_read_is_shared), BENCH_TEST(who_comes_together_shares),
		BENCH_TEST(newcomers_delay_little), BENCH_TEST(asking_again_from_an_answer),
		BENCH_TEST(changes_are_told_first),  BENCH_TEST(another_history),
		BENCH_TEST(cancelling),              BENCH_TEST(failures),
		BENCH_TEST(freed_while_it_reads),
	};
	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
