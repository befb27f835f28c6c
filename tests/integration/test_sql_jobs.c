/* Claims of background work: whose an item is, for how long, what a failure does to it, and that hosts do
 * not wait for each other. */
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
static PGconn *a, *b; /* two hosts */

#define CLAIM(owner, n) "SELECT count(*), max(tries) FROM talent.job_claim('publish', '" owner "', " n ", 60000, 3)"
#define OVER "UPDATE talent.job_item SET ready_at = now() - interval '1 s' WHERE ready_at < 'infinity'"
#define FAILED(owner, blamed, refused) \
	"SELECT * FROM talent.job_failed('publish', '" owner "', ARRAY[test.assessment_id('W', 'A')::text], 'why'," \
	" 60000, " blamed ", " refused ", 3)"

/* Two passes are due. */
static int open_registry(void **state)
{
	registry_open(&R);
	a = registry_connect(&R, "talent_jobs");
	b = registry_connect(&R, "talent_jobs");
	expect(R.worker, "SELECT test.exam('W', '4', 'xingbo', talent._today(), 3)", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('W', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('W', 'B', 80, 80)", "stored");
	expect(a, CLAIM("a", "9"), "0|");
	expect(R.owner, "ALTER TABLE talent.assessment DISABLE TRIGGER USER", "");
	expect(R.owner, "UPDATE talent.assessment SET publish_on = talent._today()", "");
	expect(R.owner, "ALTER TABLE talent.assessment ENABLE TRIGGER USER", "");
	return 0;
}

static int close_registry(void **state)
{
	PQfinish(a);
	PQfinish(b);
	registry_close(&R);
	return 0;
}

static void what_one_has_claimed_no_other_gets(void **state)
{
	expect(a, CLAIM("a", "1"), "1|1");
	expect(b, CLAIM("b", "9"), "1|1");
	expect(b, CLAIM("b", "9"), "0|");
	expect(a, CLAIM("a", "9"), "0|"); /* not he himself either */
	expect(R.worker, "SELECT waiting, working, given_up FROM talent.job_progress() WHERE job = 'publish'",
	       "2|2|0");
}

/* A's transaction is open: b does not wait for it, and takes what is left. */
static void nobody_waits_for_who_is_claiming(void **state)
{
	expect(b, "SET lock_timeout = '1ms'", "");
	expect(a, "BEGIN", "");
	expect(a, CLAIM("a", "1"), "1|1");
	expect(b, CLAIM("b", "9"), "1|1");
	expect(a, "COMMIT", "");
	expect(a, CLAIM("a", "9"), "0|");
	expect(R.worker, "SELECT count(*), count(DISTINCT owner) FROM talent.job_item", "2|2");
}

/* Folding, voiding, forgetting: whoever comes second has nothing to do. */
static void nobody_waits_for_who_is_working(void **state)
{
	expect(R.worker, "SELECT test.exam('N', '5', NULL)", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('N', 'M', 80, 80, _key => 'k', _print => 'p')", "stored");
	expect(b, "SET lock_timeout = '1ms'", "");
	expect(a, "BEGIN", "");
	expect(a, "SELECT folded > 0 FROM talent.counts_fold(1000)", "t");
	expect(b, "SELECT folded FROM talent.counts_fold(1000)", "0");
	expect(a, "SELECT purged FROM talent.idempotency_purge('-1 day', 100)", "1");
	expect(b, "SELECT purged FROM talent.idempotency_purge('-1 day', 100)", "0");
	expect(a, "SELECT voided FROM talent.abandoned_void(100)", "0");
	expect(b, "SELECT voided FROM talent.abandoned_void(100)", "0");
	expect(a, CLAIM("a", "9"), "2|1");
	expect(R.owner, "UPDATE talent.job_item SET ready_at = ready_at", "");
	expect(a, "SELECT swept FROM talent.job_sweep(100)", "0");
	expect(b, "SELECT swept FROM talent.job_sweep(100)", "0");
	expect(a, "COMMIT", "");
	expect(b, "SELECT folded FROM talent.counts_fold(1000)", "0");
}

/* Whoever died with it has failed at it; a third time, and nobody tries any more. */
static void a_claim_ends_by_itself(void **state)
{
	expect(a, CLAIM("a", "1"), "1|1");
	expect(R.owner, OVER, "");
	expect(b, CLAIM("b", "1"), "1|2");
	expect(R.worker, "SELECT owner, failures, reason FROM talent.job_item", "b|1|unfinished");
	expect(a, "SELECT ended FROM talent.job_end('publish', 'a', ARRAY(SELECT item FROM talent.job_item), '{}')",
	       "0"); /* he was only slow, and it is not his any more */
	expect(R.owner, OVER, "");
	expect(b, CLAIM("b", "1"), "1|3");
	expect(R.owner, OVER, "");
	expect(b, CLAIM("b", "1"), "0|");
	expect(R.worker, "SELECT owner, failures, reason, ready_at, given_up_at IS NOT NULL FROM talent.job_item",
	       "|3|unfinished|infinity|t");
	expect(b, CLAIM("b", "1"), "1|1"); /* the other one */
}

static void what_was_not_begun_is_let_go(void **state)
{
	expect(a, CLAIM("a", "9"), "2|1");
	expect(a, "SELECT ended FROM talent.job_end('publish', 'a', ARRAY[test.assessment_id('W', 'A')::text],"
	       " ARRAY[test.assessment_id('W', 'B')::text])", "1");
	expect(R.worker, "SELECT count(*), max(tries), max(failures) FROM talent.job_item", "1|0|0");
	expect(b, CLAIM("b", "9"), "2|1");
}

static void a_failure_pauses_and_the_third_ends(void **state)
{
	expect(a, CLAIM("a", "9"), "2|1");
	expect(b, FAILED("b", "true", "false"), "0|0"); /* not his */
	expect(a, FAILED("a", "true", "false"), "1|0");
	expect(b, CLAIM("b", "9"), "0|");
	expect(R.worker, "SELECT count(*) FROM talent.job_item WHERE owner IS NULL AND reason = 'why'"
	       " AND ready_at BETWEEN now() + interval '55 s' AND now() + interval '60 s'", "1");
	for (int i = 0; i < 5; i++) { /* for whoever cannot be blamed there is always another time */
		expect(R.owner, "UPDATE talent.job_item SET ready_at = now() WHERE owner IS NULL", "");
		expect(b, CLAIM("b", "1"), NULL);
		expect(b, FAILED("b", "false", "false"), "1|0");
	}
	expect(R.owner, "UPDATE talent.job_item SET ready_at = now() WHERE owner IS NULL", "");
	expect(b, CLAIM("b", "1"), "1|7");
	expect(b, FAILED("b", "true", "false"), "1|0");
	expect(R.owner, "UPDATE talent.job_item SET ready_at = now() WHERE owner IS NULL", "");
	expect(b, CLAIM("b", "1"), "1|8");
	expect(b, FAILED("b", "true", "false"), "1|1");
	expect(R.worker, "SELECT waiting, working, given_up FROM talent.job_progress() WHERE job = 'publish'",
	       "2|1|1");
	/* By hand, as if it had not failed. */
	static const char retry[] = "SELECT outcome, retried FROM talent.job_retry(NULL, 'test', NULL, NULL, 'publish',"
		" test.assessment_id('W', 'A')::text)";
	expect(R.worker, retry, "retried|1");
	expect(R.worker, retry, "retried|0");
	expect(R.worker, "SELECT count(*), max(detail->>'items') FROM talent.audit WHERE action = 'job_retry'", "1|1");
	expect(a, CLAIM("a", "9"), "1|9");
	expect(a, FAILED("a", "true", "false"), "1|0");
}

/* The same request again has nothing tried again that was given up meanwhile, and tells what it told. */
static void a_retry_is_repeated_and_not_done_again(void **state)
{
	static const char retry[] = "SELECT outcome, retried FROM talent.job_retry(NULL, 'test', '\\x01', '\\x02',"
	                            " 'publish', NULL)";
	expect(a, CLAIM("a", "9"), "2|1");
	expect(a, FAILED("a", "true", "true"), "1|1");
	expect(R.worker, retry, "retried|1");
	expect(a, CLAIM("a", "9"), NULL);
	expect(a, FAILED("a", "true", "true"), "1|1");
	expect(R.worker, retry, "replayed|1");
	expect(R.worker, "SELECT count(*) FROM talent.job_item WHERE given_up_at IS NOT NULL", "1");
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE action = 'job_retry'", "1");
}

/* Refused is refused; whose work is gone is forgotten. */
static void a_refusal_is_final(void **state)
{
	expect(a, CLAIM("a", "9"), "2|1");
	expect(a, FAILED("a", "true", "true"), "1|1");
	expect(R.owner, "UPDATE talent.job_item SET ready_at = now() - interval '2 days' WHERE owner IS NOT NULL", "");
	expect(a, "SELECT swept FROM talent.job_sweep(100)", "1");
	expect(b, CLAIM("b", "9"), "1|1");
	expect(R.worker, "SELECT test.annul('W', 'A')", "annulled");
	expect(a, "SELECT swept FROM talent.job_sweep(100)", "1");
	expect(R.worker, "SELECT count(*) FROM talent.job_item", "1");
}

static void only_what_there_is_can_be_claimed(void **state)
{
	expect_error(a, "SELECT talent.job_claim('nonsense', 'a', 1, 1, 1)", "20000", NULL);
	expect(a, "SELECT count(*) FROM talent.job_claim('confirm', 'a', 9, 60000, 3)", "0");
	expect(R.worker, "SELECT test.exam('N', '5', NULL)", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('N', 'M', 80, 80)", "stored");
	expect(a, "SELECT count(*) FROM talent.job_claim('verify', 'a', 9, 60000, 3)", "1");
	expect_error(R.worker, "SELECT talent.job_claim('publish', 'w', 1, 1, 1)", "42501", NULL);
	expect_error(a, "DELETE FROM talent.job_item", "42501", NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_registry, close_registry)

static int start_cluster(void **state)
{
	return (R.cluster = cluster_start()) ? 0 : -1;
}

static int stop_cluster(void **state)
{
	cluster_stop(R.cluster);
	return 0;
}

/* Hosts are upgraded one after another: what one of the version before claims, none of this gets, and the
 * other way round. */
static void a_host_of_the_version_before_claims_too(void **state)
{
	PGconn *before = registry_connect(&R, "talent_clerk");
	expect(before, "SELECT count(*), bool_or(number_taken) FROM talent.assessment_claim('r', test.assessment_id('W', 'A'))",
	       "1|f");
	expect(before, "SELECT count(*) FROM talent.assessment_claim('r', test.assessment_id('W', 'A'))", "1");
	expect(before, "SELECT count(*) FROM talent.assessment_claim('s', test.assessment_id('W', 'A'))", "0");
	expect(a, CLAIM("a", "9"), "1|1");
	expect(before, "SELECT count(*) FROM talent.assessment_claim('r', test.assessment_id('W', 'B'))", "0");
	expect(R.owner, OVER, "");
	expect(b, CLAIM("b", "9"), "2|2"); /* he has not come back */
	PQfinish(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_one_has_claimed_no_other_gets),
		TEST(nobody_waits_for_who_is_claiming),
		TEST(nobody_waits_for_who_is_working),
		TEST(a_claim_ends_by_itself),
		TEST(what_was_not_begun_is_let_go),
		TEST(a_failure_pauses_and_the_third_ends),
		TEST(a_refusal_is_final),
		TEST(a_retry_is_repeated_and_not_done_again),
		TEST(only_what_there_is_can_be_claimed),
		TEST(a_host_of_the_version_before_claims_too),
	};
	return cmocka_run_group_tests_name("sql jobs", tests, start_cluster, stop_cluster);
}
