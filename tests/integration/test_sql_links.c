/* Two people who are one, against the database: counted once from the day on which that is decided, certified once
 * whatever document is handed in, and never two of a kind. */
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

enum { DECIDERS = 64 };

#define ID "'0d0000aa-0000-4000-8000-000000000001'"
#define PERSON(who) "(SELECT id FROM talent.person WHERE id_hash = test.hash('" who "'))"
#define ASKED(who, whom) \
	"SELECT outcome FROM talent.person_link_request('0d0000ff-0000-4000-8000-000000000002', 't', NULL, NULL, " ID ", " \
	PERSON(who) ", " PERSON(whom) ", 'other', 'file 7', NULL)"

static struct registry R;

static int setup(void **state)
{
	registry_open(&R);
	expect(R.worker, "SELECT test.exam('E1', '4'), test.exam('E2', '5'), test.exam('E3', '3', NULL), test.exam('E4', '4')",
	       "created|created|created|created");
	return 0;
}

static int teardown(void **state)
{
	registry_close(&R);
	return 0;
}

static void audit(void)
{
	expect_audit(R.worker, "shanghai-2025-27", 8);
	expect_audit(R.worker, "hongqiao-cbd-2026", 8);
}

static void both_count_as_one_person(void **state)
{
	expect(R.worker, "SELECT test.session('T1'), test.session('T2'), test.enrol('T1', 'A'), test.enrol('T2', 'B')",
	       "created|created|enrolled|enrolled");
	expect(R.worker, "SELECT test.complete('T1', 104), test.complete('T2', 104)", "completed|1|completed|1");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E2', 'B', 80, 80)", "stored");
	expect(R.worker, "SELECT test.figures()", "4|2|1");
	expect(R.worker, "SELECT test.buckets('trained_people')", "4=2");
	expect(R.worker, "SELECT test.link('B', 'A')", "approved");
	expect(R.worker, "SELECT test.figures()", "4|1|1"); /* person-times stay */
	expect(R.worker, "SELECT test.buckets('trained_people')", "4=1");
	expect(R.worker, "SELECT count(*) FROM talent.certificate_state WHERE person = " PERSON("B"), "2"); /* rows stay */
	audit();
	/* The unit goes on to what the other one has. */
	expect(R.worker, "SELECT test.move('revoke', 'E1', 'A')", "revoked");
	expect(R.worker, "SELECT test.figures()", "4|1|0");
	expect(R.worker, "SELECT test.buckets('newly_certified')", "5=1");
	audit();
	expect(R.worker, "SELECT outcome FROM test.submit('E3', 'B', 80, 80)", "stored");
	expect(R.worker, "SELECT test.figures()", "5|1|1");
	expect(R.worker, "SELECT test.annul('E2', 'B'), test.annul('E3', 'B')", "annulled|annulled");
	expect(R.worker, "SELECT test.figures()", "3|0|0");
	audit();
}

static void one_certificate_of_a_kind(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E4', 'B', 80, 80)", "stored");
	char want[64];
	snprintf(want, sizeof want, "both_certified|%s", ask(R.worker, "SELECT test.number('E4', 'B')"));
	expect(R.worker, "SELECT test.link('B', 'A')", want);
	expect(R.worker, "SELECT test.move('revoke', 'E4', 'B')", "revoked");
	expect(R.worker, "SELECT outcome FROM talent.person_link_approve('0d0000ff-0000-4000-8000-000000000001', 'test',"
	                 " NULL, NULL, (SELECT id FROM talent.person_link))", "approved");
	audit();
	/* Whichever document is handed in: examined once, certified once. */
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'B', 80, 80)", "replayed");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'B', 81, 80)", "already_assessed");
	expect(R.worker, "SELECT test.exam('E5', '4')", "created");
	snprintf(want, sizeof want, "already_certified|%s", ask(R.worker, "SELECT test.number('E1', 'A')"));
	expect(R.worker, "SELECT outcome, other FROM test.submit('E5', 'B', 80, 80)", want);
	expect(R.worker, "SELECT test.figures()", "2|1|1");
	audit();
}

/* A pass that waits is not published beside another one's certificate, whoever writes. */
static void a_pass_that_waits(void **state)
{
	expect(R.worker, "SELECT test.exam('W', '4', 'xingbo', talent._today(), 3)", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('W', 'B', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT test.link('B', 'A')", "approved");
	expect(R.owner, "ALTER TABLE talent.assessment DISABLE TRIGGER USER", "");
	expect(R.owner, "UPDATE talent.assessment SET publish_on = talent._today() - 1 WHERE publish_on IS NOT NULL", "");
	expect(R.owner, "ALTER TABLE talent.assessment ENABLE TRIGGER USER", "");
	expect(R.jobs, "SELECT outcome, other FROM test.publish('W', 'B')", "withheld|already_certified");
	expect(R.owner, "INSERT INTO talent.audit (action) VALUES ('x')", "");
	expect_error(R.owner,
	             "INSERT INTO talent.certificate_state (certificate, kind, person, occupation, work_type, level, state, version)"
	             " SELECT gen_random_uuid(), kind, " PERSON("B") ", occupation, work_type, level, 'valid', version FROM"
	             " talent.certificate_state WHERE kind = 'skill_grade'", "23505", "certificate_already_certified");
	audit();
}

static void there_are_no_chains(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 50, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E2', 'B', 50, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E3', 'C', 50, 80)", "stored");
	expect(R.worker, "SELECT test.link('B', 'A')", "approved");
	expect(R.worker, "SELECT test.link('C', 'B'), test.link('A', 'C'), test.link('B', 'C')",
	       "already_linked|already_linked|already_linked");
	expect(R.worker, "SELECT test.link('C', 'A')", "approved");
	expect(R.worker, "SELECT cardinality(talent._persons(" PERSON("B") ")), (talent._persons(" PERSON("C") "))[1] = "
	                 PERSON("A"), "3|t");
	expect_error(R.owner, "UPDATE talent.person_link SET note = 'x'", "TA003", "person_link_transition");
	expect_error(R.owner, "DELETE FROM talent.person_link", "TA002", "person_link_immutable");
	expect_error(R.owner, "INSERT INTO talent.person_link (id, person, canonical, reason, evidence, state, decided_at)"
	                      " SELECT gen_random_uuid(), " PERSON("A") ", " PERSON("B") ", 'other', 'x', 'approved', now()",
	             "TA003", "person_link_transition");
}

/* What is filled later says of each past day what was counted on it. */
static void a_measure_that_is_filled_says_the_same(void **state)
{
	static const char days[] =
		"SELECT string_agg(concat_ws(' ', measure, day - talent._today(), level, n), ', ' ORDER BY measure, day, level)"
		" FROM talent.count_total WHERE programme = 'shanghai-2025-27' AND measure IN ('newly_certified', 'mid_or_higher')"
		" AND n <> 0";
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E2', 'B', 80, 80)", "stored");
	/* both of yesterday */
	expect(R.owner, "SET talent.maintenance = 'on'", "");
	expect(R.owner, "ALTER TABLE talent.count_delta DISABLE TRIGGER count_delta_immutable", "");
	expect(R.owner, "UPDATE talent.count_delta SET day = day - 1", "");
	expect(R.owner, "ALTER TABLE talent.count_delta ENABLE TRIGGER count_delta_immutable", "");
	expect(R.owner, "UPDATE talent.certificate SET recorded_at = issued_at - interval '1 day'", "");
	expect(R.owner, "RESET talent.maintenance", "");
	expect(R.worker, "SELECT test.link('B', 'A')", "approved");
	expect(R.worker, "SELECT test.move('revoke', 'E1', 'A')", "revoked");
	expect(R.jobs, "SELECT folded > 0 FROM talent.counts_fold(1000)", "t");
	char *lived = strdup(ask(R.worker, days));
	expect(R.owner, "SELECT talent._measure_fill('shanghai-2025-27', m) FROM unnest('{newly_certified,mid_or_higher}'::text[]) m",
	       NULL);
	expect(R.worker, days, lived);
	free(lived);
	audit();
}

static void sixty_four_deciders_have_one_winner(void **state)
{
	static PGconn *conns[DECIDERS];
	int approved = 0, replayed = 0, rejected = 0, late = 0;
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E2', 'B', 80, 80)", "stored");
	expect(R.worker, ASKED("B", "A"), "requested");
	for (int i = 0; i < DECIDERS; i++) {
		conns[i] = registry_connect(&R, "talent_worker");
		expect(conns[i], "SET lock_timeout = '60s'", "");
		expect(conns[i], "SET statement_timeout = '60s'", "");
	}
	for (int i = 0; i < DECIDERS; i++)
		start(conns[i], i % 2 ? "SELECT outcome FROM talent.person_link_approve('0d0000ff-0000-4000-8000-000000000001',"
		                        " 'test', NULL, NULL, " ID ")"
		                      : "SELECT outcome FROM talent.person_link_reject('0d0000ff-0000-4000-8000-000000000001',"
		                        " 'test', NULL, NULL, " ID ")");
	for (int i = 0; i < DECIDERS; i++) {
		const char *got = finish(conns[i]);
		approved += strcmp(got, "approved") == 0;
		rejected += strcmp(got, "rejected") == 0;
		replayed += strcmp(got, "replayed") == 0;
		late += strcmp(got, "action_over") == 0;
		PQfinish(conns[i]);
	}
	assert_int_equal(approved + rejected, 1);
	assert_int_equal(replayed, DECIDERS / 2 - 1);
	assert_int_equal(late, DECIDERS / 2);
	expect(R.worker, "SELECT test.figures()", approved ? "2|1|1" : "2|2|1");
	audit();
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(both_count_as_one_person),
		TEST(one_certificate_of_a_kind),
		TEST(a_pass_that_waits),
		TEST(there_are_no_chains),
		TEST(a_measure_that_is_filled_says_the_same),
		TEST(sixty_four_deciders_have_one_winner),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_links", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
