/* Segments on a real server: order, errors, retries, limits. */
#include "db_bench.h"

static void answers_come_in_order(void **state)
{
	struct bench *b = *state;
	struct seen seen[40] = {0};
	char text[40][12];
	for (int i = 0; i < 40; i++) {
		snprintf(text[i], sizeof(text[i]), "%d", i);
		assert_int_equal(bench_send(b, DB_READ, S_ECHO, text[i], NULL, SECONDS(5), &seen[i],
		                            NULL),
		                 0);
	}
	bench_until(b, &b->order, 40);
	for (int i = 0; i < 40; i++) {
		assert_int_equal(seen[i].times, 1);
		assert_int_equal(seen[i].order, i + 1);
		assert_int_equal(seen[i].outcome, DB_OK);
		assert_string_equal(seen[i].text, text[i]);
	}
}

static void a_segment_is_one_transaction(void **state)
{
	struct bench *b = *state;
	struct db_arg row[] = {db_i64(1), db_cstr("a")}, zero[] = {db_i64(0)};
	struct db_call calls[] = {{S_INSERT, 2, row}, {S_DIVIDE, 1, zero}, {S_COUNT, 0, NULL}};
	struct seen bad = {0}, after = {0};
	assert_int_equal(db_send(b->db, DB_WRITE, calls, 3, SECONDS(5), on_done, &bad, NULL), 0);
	bench_until(b, &bad.times, 1);
	assert_int_equal(bad.outcome, DB_ERROR);
	assert_string_equal(bad.sqlstate, "22012");
	assert_int_equal(db_send(b->db, DB_WRITE, calls, 1, SECONDS(5), on_done, &after, NULL), 0);
	bench_until(b, &after.times, 1);
	assert_int_equal(after.outcome, DB_OK); /* the first insert was rolled back */
	struct db_call good[] = {{S_COUNT, 0, NULL}, {S_COUNT, 0, NULL}};
	struct seen count = {0};
	assert_int_equal(db_send(b->db, DB_READ, good, 2, SECONDS(5), on_done, &count, NULL), 0);
	bench_until(b, &count.times, 1);
	assert_string_equal(count.text, "1");
}

/* A segment behind a failing one on the same connection is not touched by it. */
static void an_error_ends_at_its_sync(void **state)
{
	struct bench *b = *state;
	struct seen seen[3] = {0};
	assert_int_equal(bench_send(b, DB_READ, S_ECHO, "a", NULL, SECONDS(5), &seen[0], NULL), 0);
	assert_int_equal(bench_send(b, DB_READ, S_DIVIDE, "0", NULL, SECONDS(5), &seen[1], NULL), 0);
	assert_int_equal(bench_send(b, DB_READ, S_ECHO, "c", NULL, SECONDS(5), &seen[2], NULL), 0);
	bench_until(b, &b->order, 3);
	assert_int_equal(seen[0].outcome, DB_OK);
	assert_int_equal(seen[1].outcome, DB_ERROR);
	assert_int_equal(seen[2].outcome, DB_OK);
	assert_string_equal(seen[2].text, "c");
}

/* The statement whose Prepare was skipped with its aborted segment is prepared when next used. */
static void a_skipped_prepare_is_made_up_for(void **state)
{
	struct bench *b = *state;
	struct db_arg zero[] = {db_i64(0)}, word[] = {db_cstr("w")};
	struct db_call calls[] = {{S_DIVIDE, 1, zero}, {S_ECHO, 1, word}};
	struct seen bad = {0}, next = {0};
	assert_int_equal(db_send(b->db, DB_READ, calls, 2, SECONDS(5), on_done, &bad, NULL), 0);
	assert_int_equal(bench_send(b, DB_READ, S_ECHO, "x", NULL, SECONDS(5), &next, NULL), 0);
	bench_until(b, &b->order, 2);
	assert_int_equal(bad.outcome, DB_ERROR);
	assert_int_equal(next.outcome, DB_OK); /* sent before the failure was known: repeated */
	assert_string_equal(bench_ask(b, DB_READ, S_ECHO, "y", NULL).text, "y");
}

static void a_deferred_trigger_fails_at_the_sync(void **state)
{
	struct bench *b = *state;
	struct seen s = bench_ask(b, DB_WRITE, S_DEFERRED, "1", NULL);
	assert_int_equal(s.outcome, DB_CONSTRAINT);
	assert_string_equal(s.constraint, "pair_complete");
	assert_string_equal(s.sqlstate, "TA001");
	assert_string_equal(bench_ask(b, DB_WRITE, S_ECHO, "on", NULL).text, "on");
	assert_string_equal(cluster_ask(b->cluster, b->database, "SELECT count(*) FROM talent.d"), "0");
}

static void a_constraint_is_named(void **state)
{
	struct bench *b = *state;
	assert_int_equal(bench_ask(b, DB_WRITE, S_INSERT, "7", "a").outcome, DB_OK);
	struct seen s = bench_ask(b, DB_WRITE, S_INSERT, "7", "b");
	assert_int_equal(s.outcome, DB_CONSTRAINT);
	assert_string_equal(s.constraint, "t_k_key");
	s = bench_ask(b, DB_WRITE, S_RAISE, "TA007", "1000");
	assert_int_equal(s.outcome, DB_CONSTRAINT);
	assert_string_equal(s.constraint, "TA007"); /* raised without a name */
}

static void conflicts_are_repeated(void **state)
{
	struct bench *b = *state;
	struct seen s = bench_ask(b, DB_WRITE, S_RAISE, "40001", "3");
	assert_int_equal(s.outcome, DB_OK);
	assert_string_equal(s.text, "passed");
	assert_string_equal(cluster_ask(b->cluster, b->database,
	                                "SELECT last_value FROM talent.raised"),
	                    "4");
	s = bench_ask(b, DB_READ, S_RAISE, "40P01", "1000"); /* never passes */
	assert_int_equal(s.outcome, DB_TIMEOUT);
	assert_string_equal(cluster_ask(b->cluster, b->database,
	                                "SELECT last_value FROM talent.raised"),
	                    "8"); /* once and three times again */
}

static void a_lock_is_not_waited_for_long(void **state)
{
	struct bench *b = *state;
	PGconn *holder = cluster_connect(b->cluster, b->database, NULL);
	PQclear(PQexec(holder, "INSERT INTO talent.t VALUES (1, 'a')"));
	PQclear(PQexec(holder, "BEGIN; SELECT FROM talent.t WHERE k = 1 FOR UPDATE"));
	struct mono before = mono_now();
	int64_t from = fair_ms();
	struct seen s = bench_ask(b, DB_WRITE, S_LOCK, "1", NULL);
	assert_int_equal(s.outcome, DB_TIMEOUT);
	assert_string_equal(s.sqlstate, "55P03");
	assert_true(mono_since(mono_now(), before).us >= 450000);
	assert_true(fair_ms() - from < 1900);
	PQfinish(holder);
	assert_int_equal(bench_ask(b, DB_WRITE, S_LOCK, "1", NULL).outcome, DB_OK);
}

static void the_limit_is_kept(void **state)
{
	struct bench *b = *state;
	struct seen read = {0}, write = {0};
	int64_t before = fair_ms();
	assert_int_equal(bench_send(b, DB_READ, S_SLEEP, "1.5", NULL, MILLIS(100), &read, NULL), 0);
	assert_int_equal(bench_send(b, DB_WRITE, S_SLEEP, "1.5", NULL, MILLIS(100), &write, NULL), 0);
	bench_until(b, &b->order, 2);
	assert_true(fair_ms() - before < 1300);
	assert_int_equal(read.outcome, DB_TIMEOUT);
	assert_int_equal(write.outcome, DB_UNKNOWN);
	/* Both complete all the same; nobody is told twice, and the connections go on. */
	assert_string_equal(bench_ask(b, DB_READ, S_ECHO, "r", NULL).text, "r");
	bench_spin(b, 1600);
	assert_int_equal(read.times, 1);
	assert_int_equal(write.times, 1);
}

static void a_cancelled_write_completes(void **state)
{
	struct bench *b = *state;
	struct seen s = {0};
	struct db_ticket *t = NULL;
	assert_int_equal(bench_send(b, DB_WRITE, S_INSERT, "5", "x", SECONDS(5), &s, &t), 0);
	db_cancel(b->db, t);
	for (int i = 0; i < 100; i++) {
		bench_spin(b, 100);
		if (strcmp(bench_ask(b, DB_READ, S_COUNT, NULL, NULL).text, "1") == 0)
			break;
	}
	assert_int_equal(s.times, 0);
	assert_string_equal(bench_ask(b, DB_READ, S_COUNT, NULL, NULL).text, "1");
}

static void stale_plans_are_replaced(void **state)
{
	struct bench *b = *state;
	struct seen seen[3] = {0};
	assert_int_equal(bench_ask(b, DB_WRITE, S_INSERT, "1", "a").outcome, DB_OK);
	assert_int_equal(bench_ask(b, DB_READ, S_STAR, "1", NULL).outcome, DB_OK);
	cluster_sql(b->cluster, b->database, "ALTER TABLE talent.t ADD COLUMN w int");
	for (int i = 0; i < 3; i++) /* all three fail with 0A000 and go again elsewhere */
		assert_int_equal(bench_send(b, DB_READ, S_STAR, "1", NULL, SECONDS(5), &seen[i],
		                            NULL),
		                 0);
	bench_until(b, &b->order, 5);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(seen[i].outcome, DB_OK);
		assert_string_equal(seen[i].text, "1");
	}
	assert_int_equal(b->aways, 0);
}

/* The same on both writers of the lane, one after the other without a pause: who then is sent again
 * must not meet the second one's stale plan. */
static void make_both_stale(struct bench *b, int stmt, const char *arg)
{
	struct seen seen[2] = {0};
	int order = b->order;
	for (int i = 0; i < 2; i++)
		assert_int_equal(bench_send(b, DB_WRITE, stmt, arg, NULL, SECONDS(5), &seen[i], NULL), 0);
	bench_until(b, &b->order, order + 2);
	assert_int_equal(seen[0].outcome, DB_OK);
	assert_int_equal(seen[1].outcome, DB_OK);
}

static void every_warm_connection_may_be_stale(void **state)
{
	struct bench *b = *state;
	assert_int_equal(bench_ask(b, DB_WRITE, S_INSERT, "1", "a").outcome, DB_OK);

	make_both_stale(b, S_STAR, "1"); /* 0A000 */
	cluster_sql(b->cluster, b->database, "ALTER TABLE talent.t ALTER k TYPE bigint");
	assert_string_equal(bench_ask(b, DB_WRITE, S_STAR, "1", NULL).text, "1");

	make_both_stale(b, S_STAR, "1"); /* 26000 */
	make_both_stale(b, S_FORGET, NULL);
	assert_string_equal(bench_ask(b, DB_WRITE, S_STAR, "1", NULL).text, "1");

	bench_connected(b, 5);
	make_both_stale(b, S_OCCUPY, NULL); /* 42P05 */
	assert_string_equal(bench_ask(b, DB_WRITE, S_ECHO, "x", NULL).text, "x");

	bench_connected(b, 5);
	make_both_stale(b, S_TYPED, "1"); /* 42804 */
	cluster_sql(b->cluster, b->database, "ALTER TABLE talent.t ALTER v TYPE varchar(20)");
	assert_string_equal(bench_ask(b, DB_WRITE, S_TYPED, "1", NULL).text, "a");
	assert_int_equal(b->aways, 0);
}

/* A statement is prepared by the first who needs it, and those behind rely on that. Cancelled, he
 * takes it with him; they prepare for themselves. */
static void a_cancelled_preparation_is_made_up_for(void **state)
{
	struct bench *b = *state;
	struct seen seen[4] = {0};
	const struct db_arg zero = db_i64(0), one = db_i64(1);
	const struct db_call fails[] = {{S_DIVIDE, 1, &zero}, {S_STAR, 1, &one}};
	assert_int_equal(bench_ask(b, DB_WRITE, S_INSERT, "1", "a").outcome, DB_OK);
	for (int i = 0; i < 4; i++) {
		if (i % 2 == 0)
			assert_int_equal(db_send(b->db, DB_READ, fails, 2, SECONDS(5), on_done, &seen[i], NULL), 0);
		else
			assert_int_equal(bench_send(b, DB_READ, S_STAR, "1", NULL, SECONDS(5), &seen[i], NULL), 0);
	}
	bench_until(b, &b->order, 5);
	for (int i = 0; i < 4; i++)
		assert_int_equal(seen[i].outcome, i % 2 == 0 ? DB_ERROR : DB_OK);
	assert_int_equal(b->aways, 0);
}

static void large_results_and_parameters_pass(void **state)
{
	struct bench *b = *state;
	enum { N = 20 };
	struct seen seen[N] = {0};
	char *big = calloc(1, 256 * KIB + 1);
	assert_non_null(big);
	memset(big, 'y', 256 * KIB);
	for (int i = 0; i < N; i++) /* both directions fill: 5 MiB out, 5 MiB back */
		assert_int_equal(bench_send(b, DB_READ, S_REPEAT, big, "1", SECONDS(5), &seen[i],
		                            NULL),
		                 0);
	free(big);
	bench_until(b, &b->order, N);
	for (int i = 0; i < N; i++) {
		assert_int_equal(seen[i].outcome, DB_OK);
		assert_int_equal(seen[i].length, 256 * KIB);
	}
	struct seen s = bench_ask(b, DB_READ, S_REPEAT, "z", "65536");
	assert_int_equal(s.length, 65536);
}

static void a_full_lane_says_so(void **state)
{
	struct bench *b = *state;
	bench_close(b);
	bench_open(b, cluster_conninfo(b->cluster, b->database, NULL), 2, 3);
	bench_connected(b, 5);
	struct seen seen[6] = {0}, more = {0};
	for (int i = 0; i < 6; i++)
		assert_int_equal(bench_send(b, DB_WRITE, S_SLEEP, "0.05", NULL, SECONDS(5), &seen[i],
		                            NULL),
		                 0);
	assert_int_equal(bench_send(b, DB_WRITE, S_SLEEP, "0", NULL, SECONDS(5), &more, NULL), E_FULL);
	assert_int_equal(bench_send(b, DB_READ, S_ECHO, "a", NULL, SECONDS(5), &more, NULL), 0);
	bench_until(b, &b->order, 7);
	for (int i = 0; i < 6; i++)
		assert_int_equal(seen[i].outcome, DB_OK);
	assert_int_equal(bench_ask(b, DB_WRITE, S_SLEEP, "0", NULL).outcome, DB_OK);
}

/* Two writers work at the same time: a slow one does not hold up the next. */
static void writers_share_the_load(void **state)
{
	struct bench *b = *state;
	struct seen slow = {0}, quick = {0};
	assert_int_equal(bench_send(b, DB_WRITE, S_SLEEP, "0.5", NULL, SECONDS(5), &slow, NULL), 0);
	assert_int_equal(bench_send(b, DB_WRITE, S_ECHO, "q", NULL, SECONDS(5), &quick, NULL), 0);
	bench_until(b, &b->order, 2);
	assert_int_equal(quick.order, 1);
	assert_int_equal(slow.outcome, DB_OK);
}

static void sessions_are_set_up(void **state)
{
	struct bench *b = *state;
	struct db_call call = {S_SETTINGS, 0, NULL};
	struct seen s = {0};
	assert_int_equal(db_send(b->db, DB_WRITE, &call, 1, SECONDS(5), on_done, &s, NULL), 0);
	bench_until(b, &s.times, 1);
	assert_string_equal(s.text, "500ms");
	assert_string_equal(cluster_ask(b->cluster, b->database,
	                                "SELECT count(*) FROM pg_stat_activity WHERE"
	                                " application_name = 'test' AND datname = current_database()"),
	                    "5"); /* status, long, read, two writers */
	assert_true(pool_is_up(b->db));
}

/* A recount outlasts the limit of short statements, and does not hold up a read. */
static void a_long_read_has_its_own_connection(void **state)
{
	struct bench *b = *state;
	struct seen slow = {0}, quick = {0};
	assert_int_equal(bench_send(b, DB_LONG, S_SLEEP, "2.2", NULL, SECONDS(8), &slow, NULL), 0);
	assert_int_equal(bench_send(b, DB_READ, S_ECHO, "q", NULL, SECONDS(5), &quick, NULL), 0);
	bench_until(b, &b->order, 2);
	assert_int_equal(quick.order, 1);
	assert_int_equal(slow.outcome, DB_OK);
}

static void send_from_done(void *arg, const struct db_result *r)
{
	struct seen *s = arg;
	assert_int_equal(r->outcome, DB_OK);
	assert_int_equal(bench_send(bench_now, DB_READ, S_ECHO, "second", NULL, SECONDS(5), s, NULL),
	                 0);
}

static void done_may_send(void **state)
{
	struct bench *b = *state;
	struct seen s = {0};
	struct db_call call = {S_COUNT, 0, NULL};
	assert_int_equal(db_send(b->db, DB_READ, &call, 1, SECONDS(5), send_from_done, &s, NULL), 0);
	bench_until(b, &s.times, 1);
	assert_string_equal(s.text, "second");
}

static void nul_and_nulls(void **state)
{
	struct bench *b = *state;
	struct db_arg args[] = {db_text(slice_from("a\0b", 3))};
	struct db_call call = {S_ECHO, 1, args};
	struct seen s = {0};
	assert_int_equal(db_send(b->db, DB_READ, &call, 1, SECONDS(5), on_done, &s, NULL), E_SYNTAX);
	s = bench_ask(b, DB_READ, S_ECHO, NULL, NULL);
	assert_int_equal(s.outcome, DB_OK);
	assert_string_equal(s.text, "");
	assert_string_equal(bench_ask(b, DB_READ, S_ECHO, "𠮷·a", NULL).text, "𠮷·a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(answers_come_in_order),
		BENCH_TEST(a_segment_is_one_transaction),
		BENCH_TEST(an_error_ends_at_its_sync),
		BENCH_TEST(a_skipped_prepare_is_made_up_for),
		BENCH_TEST(a_deferred_trigger_fails_at_the_sync),
		BENCH_TEST(a_constraint_is_named),
		BENCH_TEST(conflicts_are_repeated),
		BENCH_TEST(a_lock_is_not_waited_for_long),
		BENCH_TEST(the_limit_is_kept),
		BENCH_TEST(a_cancelled_write_completes),
		BENCH_TEST(stale_plans_are_replaced),
		BENCH_TEST(every_warm_connection_may_be_stale),
		BENCH_TEST(a_cancelled_preparation_is_made_up_for),
		BENCH_TEST(large_results_and_parameters_pass),
		BENCH_TEST(a_full_lane_says_so),
		BENCH_TEST(writers_share_the_load),
		BENCH_TEST(a_long_read_has_its_own_connection),
		BENCH_TEST(sessions_are_set_up),
		BENCH_TEST(done_may_send),
		BENCH_TEST(nul_and_nulls),
	};
	return cmocka_run_group_tests_name("db_pipeline", tests, bench_group_setup,
	                                   bench_group_teardown);
}
