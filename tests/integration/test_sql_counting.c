/* The counting rules against the database: every event of the worked example in its order, the
 * move of a unit between buckets, folding, and the recount from source rows. */
#include "../lib/registry.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"

static struct registry R;

static int setup(void **state)
{
	registry_open(&R);
	expect(R.worker, "SELECT test.exam('E1', '4'), test.exam('E2', '5'), test.exam('E3', '3', NULL)",
	       "created|created|created");
	expect(R.worker, "SELECT test.session('T1'), test.enrol('T1', 'A')", "created|enrolled");
	return 0;
}

static int teardown(void **state)
{
	registry_close(&R);
	return 0;
}

struct event {
	const char *sql, *outcome, *figures;
};

/* Participation, newly certified, mid or higher after each event. */
static const struct event example[] = {
	{"SELECT test.complete('T1', 104)", "completed|1", "1|0|0"},
	{"SELECT outcome FROM test.submit('E1', 'A', 80, 60)", "stored", "2|1|1"},
	{"SELECT outcome FROM test.submit('E1', 'B', 59.5, 90)", "stored", "3|1|1"},
	{"SELECT outcome FROM test.submit('E1', 'C')", "stored", "3|1|1"},
	{"SELECT outcome FROM test.submit('E2', 'B', 70, 70)", "stored", "4|2|1"},
	{"SELECT outcome FROM test.submit('E3', 'B', 70, 70)", "stored", "5|2|2"},
	{"SELECT test.move('revoke', 'E1', 'A', 'company')", "revoked", "5|2|2"},
	{"SELECT test.move('suspend', 'E1', 'A')", "suspended", "5|2|2"},
	{"SELECT test.move('reinstate', 'E1', 'A')", "reinstated", "5|2|2"},
	{"SELECT test.annul('E3', 'B')", "annulled", "4|2|1"},
	{"SELECT test.move('revoke', 'E1', 'A')", "revoked", "4|1|0"},
};

/* Repetitions of all of them afterwards: nothing moves. */
static const struct event repeated[] = {
	{"SELECT test.complete('T1', 104)", "replayed|1", "4|1|0"},
	{"SELECT outcome FROM test.submit('E1', 'A', 80, 60)", "replayed", "4|1|0"},
	{"SELECT outcome FROM test.submit('E1', 'C')", "replayed", "4|1|0"},
	{"SELECT outcome FROM test.submit('E3', 'B', 70, 70)", "assessment_annulled", "4|1|0"},
	{"SELECT test.move('revoke', 'E1', 'A', 'company')", "replayed", "4|1|0"},
	{"SELECT test.annul('E3', 'B')", "replayed", "4|1|0"},
	{"SELECT test.move('revoke', 'E1', 'A')", "replayed", "4|1|0"},
};

static void run_events(const struct event *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		expect(R.worker, e[i].sql, e[i].outcome);
		expect(R.worker, "SELECT test.figures()", e[i].figures);
	}
}

static void audit(void)
{
	expect_audit(R.worker, "shanghai-2025-27", 8);
	expect_audit(R.worker, "hongqiao-cbd-2026", 8);
}

static void test_worked_example(void **state)
{
	run_events(example, sizeof(example) / sizeof(example[0]));
	audit();
	run_events(repeated, sizeof(repeated) / sizeof(repeated[0]));
	audit();
}

static void test_folding_keeps_figures(void **state)
{
	for (size_t i = 0; i < sizeof(example) / sizeof(example[0]); i++) {
		expect(R.worker, example[i].sql, example[i].outcome);
		expect(R.jobs, "SELECT folded <= 2 FROM talent.counts_fold(2)", "t");
		expect(R.worker, "SELECT test.figures()", example[i].figures);
	}
	audit();
	expect(R.jobs, "SELECT folded > 0 FROM talent.counts_fold(1000)", "t");
	expect(R.jobs, "SELECT folded FROM talent.counts_fold(1000)", "0");
	expect(R.worker, "SELECT count(*) FROM talent.count_delta", "0");
	expect(R.worker, "SELECT test.figures()", "4|1|0");
	audit();
	expect_query(R.worker, Q_PROGRESS, (const char *const[]){"shanghai-2025-27", NULL, NULL}, NULL);
}

static void test_fold_never_mixes_days(void **state)
{
	expect(R.owner, "UPDATE talent.programme SET window_to = '2099-12-31' WHERE slug = 'hongqiao-cbd-2026'", "");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 60)", "stored");
	expect(R.owner, "ALTER TABLE talent.count_delta DISABLE TRIGGER count_delta_immutable", "");
	expect(R.owner, "UPDATE talent.count_delta SET day = day - 1", "");
	expect(R.owner, "ALTER TABLE talent.count_delta ENABLE TRIGGER count_delta_immutable", "");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'B', 80, 60)", "stored");
	expect(R.jobs, "SELECT folded FROM talent.counts_fold(1000)", "20"); /* of two programmes */
	expect(R.worker,
	       "SELECT string_agg(n::text, ',' ORDER BY programme, day) FROM talent.count_total"
	       " WHERE measure = 'newly_certified'",
	       "1,1,1,1");
	expect(R.worker,
	       "SELECT string_agg(n::text, ',' ORDER BY programme) FROM talent.count_grand"
	       " WHERE measure = 'newly_certified'",
	       "2,2");
}

static void test_unit_moves_between_buckets(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E2', 'B', 70, 70)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E3', 'B', 70, 70)", "stored");
	expect(R.worker, "SELECT test.buckets('newly_certified'), test.buckets('mid_or_higher')",
	       "5=1|3=1");
	expect(R.jobs, "SELECT folded > 0 FROM talent.counts_fold(1000)", "t");
	expect(R.worker, "SELECT test.annul('E2', 'B')", "annulled");
	expect(R.worker, "SELECT test.buckets('newly_certified'), test.buckets('mid_or_higher')",
	       "3=1|3=1");
	expect(R.worker,
	       "SELECT string_agg(n::text, ',' ORDER BY n) FROM talent.count_delta"
	       " WHERE programme = 'shanghai-2025-27' AND measure = 'newly_certified'",
	       "-1,1");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
	audit();
}

static void test_before_the_window(void **state)
{
	expect(R.owner, "UPDATE talent.programme SET window_from = '2025-01-01'", "");
	/* The demo's accreditation must reach back for an exam of 2024. */
	expect(R.owner, "UPDATE talent.accreditation SET valid_from = '2020-01-01'", "");
	expect(R.worker, "SELECT test.exam('OLD', '5', NULL, '2024-12-01')", "created");
	/* Nobody can issue at a time of his choice but the owner, repairing. */
	expect(R.owner, "SET talent.maintenance = 'on'", "");
	expect(R.owner,
	       "SELECT outcome FROM test.submit('OLD', 'A', 80, 80, _issued_at => '2024-12-31 15:59:59Z')",
	       "stored");
	expect(R.worker, "SELECT test.figures()", "0|0|0");
	/* One second later it is 2025 in Shanghai. */
	expect(R.owner,
	       "SELECT outcome FROM test.submit('OLD', 'B', 80, 80, _issued_at => '2024-12-31 16:00:00Z')",
	       "stored");
	expect(R.owner, "RESET talent.maintenance", "");
	expect(R.worker, "SELECT test.figures()", "0|1|0");
	/* Who was certified before the window is not newly certified, even once that is revoked. */
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT test.figures()", "1|1|0");
	expect(R.worker, "SELECT test.move('revoke', 'OLD', 'A')", "revoked");
	expect(R.worker, "SELECT test.figures()", "1|1|0");
	audit();
	/* Annulled is as never issued: now it makes A newly certified, by the certificate of E1. */
	expect(R.worker, "SELECT test.annul('OLD', 'A')", "annulled");
	expect(R.worker, "SELECT test.figures()", "1|2|1");
	audit();
}

static void test_publication_counts_the_person(void **state)
{
	expect(R.worker, "SELECT test.exam('W', '4', 'xingbo', talent._today(), 3)", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('W', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT test.figures()", "1|0|0");
	expect(R.jobs, "SELECT outcome FROM test.publish('W', 'A')", "not_due");
	expect(R.owner, "ALTER TABLE talent.assessment DISABLE TRIGGER USER", "");
	expect(R.owner, "UPDATE talent.assessment SET publish_on = talent._today() - 1", "");
	expect(R.owner, "ALTER TABLE talent.assessment ENABLE TRIGGER USER", "");
	char *due = strdup(ask(R.worker, "SELECT test.assessment_id('W', 'A')"));
	expect_query(R.jobs, Q_ASSESSMENT_DUE, (const char *const[]){due}, NULL);
	free(due);
	expect(R.jobs, "SELECT outcome FROM test.publish('W', 'A')", "published");
	expect(R.jobs, "SELECT outcome FROM test.publish('W', 'A')", "replayed");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
	audit();
}

static void test_hours_below_minimum(void **state)
{
	expect(R.worker, "SELECT test.session('T2'), test.enrol('T2', 'A'), test.enrol('T2', 'B')",
	       "created|enrolled|enrolled");
	expect(R.worker, "SELECT test.complete('T2', 103.99)", "completed|0");
	expect(R.worker, "SELECT test.figures()", "0|0|0");
	audit();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_worked_example, setup, teardown),
		cmocka_unit_test_setup_teardown(test_folding_keeps_figures, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fold_never_mixes_days, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unit_moves_between_buckets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_before_the_window, setup, teardown),
		cmocka_unit_test_setup_teardown(test_publication_counts_the_person, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hours_below_minimum, setup, teardown),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_counting", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
