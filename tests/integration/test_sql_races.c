/* What must hold when several sessions write at once. Where the order matters the test makes it:
 * one side holds its locks in an open transaction, the other is seen to wait, then goes on. */
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

enum { CLIENTS = 64 };

static struct registry R;
static PGconn *a, *b;

static int setup(void **state)
{
	registry_open(&R);
	a = registry_connect(&R, "talent_worker");
	b = registry_connect(&R, "talent_worker");
	/* A loaded test machine is slow; what is tested is order, not patience. */
	expect(a, "SET lock_timeout = '20s'", "");
	expect(b, "SET lock_timeout = '20s'", "");
	expect(a, "SET statement_timeout = '20s'", "");
	expect(b, "SET statement_timeout = '20s'", "");
	expect(R.worker, "SELECT test.exam('E1', '4'), test.exam('E2', '5'), test.exam('E3', '3', NULL)",
	       "created|created|created");
	return 0;
}

static int teardown(void **state)
{
	PQfinish(a);
	PQfinish(b);
	registry_close(&R);
	return 0;
}

/* Runs first in an open transaction of a and second in b, which must wait for it; commits. */
static const char *one_then_other(const char *first, const char *want, const char *second)
{
	expect(a, "BEGIN", "");
	expect(a, first, want);
	start(b, second);
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	return finish(b);
}

static void test_two_first_certificates_of_one_person(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E3', 'A', 50, 50)", "stored");
	const char *got = one_then_other("SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored",
	                                 "SELECT outcome FROM test.submit('E2', 'A', 80, 80)");
	assert_string_equal(got, "stored");
	expect(R.worker, "SELECT test.figures()", "3|1|1");
}

static void test_two_first_submissions_of_a_new_person(void **state)
{
	const char *got = one_then_other("SELECT outcome FROM test.submit('E1', 'N', 80, 80)", "stored",
	                                 "SELECT outcome FROM test.submit('E2', 'N', 80, 80)");
	assert_string_equal(got, "stored");
	expect(R.worker, "SELECT test.figures()", "2|1|1");
	expect(R.worker, "SELECT count(*) FROM talent.person", "1");
}

static void test_new_person_of_a_rolled_back_submission(void **state)
{
	expect(a, "BEGIN", "");
	expect(a, "SELECT outcome FROM test.submit('E1', 'N', 80, 80)", "stored");
	start(b, "SELECT outcome FROM test.submit('E1', 'N', 80, 80)");
	until_waiting(&R, b);
	expect(a, "ROLLBACK", "");
	assert_string_equal(finish(b), "stored");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
}

static void test_two_revocations_of_the_last_two(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E2', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT test.figures()", "2|1|1");
	const char *got = one_then_other("SELECT test.move('revoke', 'E1', 'A')", "revoked",
	                                 "SELECT test.move('revoke', 'E2', 'A')");
	assert_string_equal(got, "revoked");
	expect(R.worker, "SELECT test.figures()", "2|0|0");
}

static void test_revocation_beside_annulment(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	const char *got = one_then_other("SELECT test.move('revoke', 'E1', 'A')", "revoked",
	                                 "SELECT test.annul('E1', 'A')");
	assert_string_equal(got, "annulled");
	expect(R.worker, "SELECT test.figures()", "0|0|0");
	expect(R.worker, "SELECT string_agg(state, ',') FROM talent.certificate_state", "void,void");
}

static void test_same_number_for_two_people(void **state)
{
	expect(R.worker, "SELECT test.exam('P', '3', NULL)", "created");
	const char *got = one_then_other(
		"SELECT outcome FROM test.submit('P', 'A', 80, 80, _number => 'S000031000123263900001')",
		"stored",
		"SELECT outcome, other FROM test.submit('P', 'B', 80, 80,"
		" _number => 'S000031000123263900001')");
	assert_string_equal(got, "number_taken|S000031000123263900001");
	expect(R.worker, "SELECT count(*) FROM talent.person", "1");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
}

/* Whoever loses a race has signed already: its write says so, in the same transaction, and the
 * places in the status lists are revoked. */
static void test_what_a_lost_race_signed(void **state)
{
	static const char left[] = "SELECT string_agg(reason || coalesce(void_rev::text, ''), ' ' ORDER BY"
	                           " reason, void_rev) FROM talent.abandoned_signature";
	assert_string_equal(one_then_other("SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored",
	                                   "SELECT outcome FROM test.submit('E1', 'A', 80, 80)"),
	                    "replayed");
	expect(R.worker, left, "replayed replayed");
	expect(R.worker, "SELECT test.exam('F1', '4', NULL)", "created");
	assert_string_equal(one_then_other("SELECT outcome FROM test.submit('E1', 'B', 80, 80)", "stored",
	                                   "SELECT outcome FROM test.submit('F1', 'B', 80, 80)"),
	                    "already_certified");
	expect(R.worker, left, "already_certified replayed replayed");
	expect(R.jobs, "SELECT voided FROM talent.abandoned_void(2)", "2");
	expect(R.jobs, "SELECT voided FROM talent.abandoned_void(2)", "1");
	expect(R.jobs, "SELECT voided FROM talent.abandoned_void(2)", "0");
	expect(R.worker, "SELECT count(*) FROM talent.abandoned_signature a JOIN talent.status_bit b"
	       " ON (b.issuer, b.purpose, b.list, b.idx) = (a.issuer, 'revocation', a.list, a.idx)", "3");
	expect(R.worker, "SELECT rev FROM talent.status_clock", "2");
	expect(R.worker, "SELECT count(*) FROM talent.certificate_version v JOIN talent.status_bit b"
	       " ON (b.issuer, b.list, b.idx) = (v.issuer, v.list, v.idx)", "0");
}

#define ABANDON(version) "SELECT outcome FROM talent.signature_abandon('r', " version ", 'z6Mkshili'," \
	" test.document(), 1, 99999, " version ")"

/* A process that writes off what it does not know to be stored waits for the store, and a store
 * that comes later is refused. */
static void test_written_off_beside_the_store(void **state)
{
	expect(a, "BEGIN", "");
	expect(a, "SELECT outcome FROM test.submit('E3', 'A', 80, 80)", "stored");
	char call[512], version[64];
	snprintf(version, sizeof version, "'%s'",
	         ask(a, "SELECT id FROM talent.certificate_version"));
	snprintf(call, sizeof call, ABANDON("%s"), version, version);
	start(b, call);
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "stored");
	expect(R.worker, "SELECT count(*) FROM talent.abandoned_signature", "0");
	expect(R.worker, ABANDON("'0f000000-0000-4000-8000-000000000001'"), "abandoned");
	expect(R.worker, ABANDON("'0f000000-0000-4000-8000-000000000001'"), "abandoned");
	expect(R.owner, "SELECT talent._pair_terms(f, NULL, ARRAY[ROW('skill_grade', gen_random_uuid(),"
	       " '0f000000-0000-4000-8000-000000000001', 'N', f.title, NULL, f.body_key, 1, 5, NULL, '')"
	       "::talent.new_certificate]) FROM talent.exam_facts f WHERE f.id = test.exam_id('E3')",
	       "terms_changed");
	/* The place that a stored certificate has is not revoked, whatever a worker says. */
	expect(R.worker, "SELECT outcome FROM talent.signature_abandon('r',"
	       " '0f000000-0000-4000-8000-000000000002', 'z6Mkshili', test.document(),"
	       " (SELECT list FROM talent.certificate_version), (SELECT idx FROM"
	       " talent.certificate_version), '0f000000-0000-4000-8000-000000000002')", "abandoned");
	expect(R.jobs, "SELECT voided FROM talent.abandoned_void(10)", "1");
	expect(R.worker, "SELECT idx FROM talent.status_bit", "99999");
}

/* A call sent again, its COMMIT not heard, while the server has not finished the first. */
static void repeated_beside_itself(const char *sql, const char *first, const char *again)
{
	assert_string_equal(one_then_other(sql, first, sql), again);
}

static void test_creates_repeated_beside_themselves(void **state)
{
#define ID "'0e000000-0000-4000-8000-00000000000"
	repeated_beside_itself(
		"SELECT outcome, session FROM test.session_create(NULL, NULL, " ID "1', (SELECT"
		" id FROM talent.organisation WHERE slug = 'qihang'), 't', '4-01-06-02', '2022',"
		" 'livestream-sales', '4', '2026-10-12', '2026-11-06', 104, 40, NULL)",
		"created|0e000000-0000-4000-8000-000000000001",
		"created|0e000000-0000-4000-8000-000000000001");
	repeated_beside_itself(
		"SELECT outcome, token FROM talent.token_create(NULL, '', NULL, NULL, " ID "2', 'auditor',"
		" NULL, '{}', 'l', sha256('t'), NULL)",
		"created|0e000000-0000-4000-8000-000000000002",
		"replayed|0e000000-0000-4000-8000-000000000002");
	repeated_beside_itself(
		"SELECT outcome, client_certificate FROM talent.client_certificate_add(NULL, '', NULL, NULL, "
		ID "3', 'auditor', NULL, '{}', 'l', sha256('c'), NULL)",
		"created|0e000000-0000-4000-8000-000000000003",
		"replayed|0e000000-0000-4000-8000-000000000003");
	repeated_beside_itself(
		"SELECT outcome, exam FROM test.exam_create(" ID "4', (SELECT id"
		" FROM talent.organisation WHERE slug = 'shili'), 'R', NULL, '4-01-06-02', '2022',"
		" 'livestream-sales', '4', 'xingbo', talent._today(), 0)",
		"created|0e000000-0000-4000-8000-000000000004",
		"replayed|0e000000-0000-4000-8000-000000000004");
	expect(R.worker,
	       "SELECT action, count(*) FROM talent.audit WHERE object::text LIKE '0e000000%'"
	       " GROUP BY 1 HAVING count(*) > 1", "");
}

/* The store waits, the guard is withdrawn, the store is refused. */
static void guard_withdrawn(const char *withdraw, const char *want)
{
	const char *got = one_then_other(withdraw, NULL,
	                                 "SELECT outcome, other FROM test.submit('E1', 'A', 80, 80)");
	char text[64];
	snprintf(text, sizeof(text), "standing|%s", want);
	assert_string_equal(got, text);
	expect(R.worker, "SELECT count(*) FROM talent.assessment", "0");
	expect(R.worker, "SELECT count(*) FROM talent.person", "0");
}

static void test_accreditation_withdrawn(void **state)
{
	guard_withdrawn("SELECT outcome FROM talent.standing_suspend(NULL, 'test', NULL, NULL,"
	                " 'accreditation', '0d000000-0000-4000-8000-000000000101', 'cause', NULL)",
	                "accreditation_suspended");
}

static void test_agreement_withdrawn(void **state)
{
	guard_withdrawn("SELECT outcome FROM talent.standing_suspend(NULL, 'test', NULL, NULL,"
	                " 'agreement', '0d000000-0000-4000-8000-000000000301', 'cause', NULL)",
	                "agreement_not_in_force");
}

/* Raw SQL of the owner obeys the same guard: the trigger takes it. */
static void test_organisation_suspended_by_hand(void **state)
{
	expect(R.owner, "BEGIN", "");
	expect(R.owner, "UPDATE talent.organisation SET suspended_at = now() WHERE slug = 'xingbo'", "");
	start(b, "SELECT outcome, other FROM test.submit('E1', 'A', 80, 80)");
	PGconn *owner = R.owner;
	R.owner = a; /* to look on with: the owner's connection is in its transaction */
	until_waiting(&R, b);
	R.owner = owner;
	expect(R.owner, "COMMIT", "");
	assert_string_equal(finish(b), "standing|organisation_suspended");
}

/* And the other way round: a suspension waits for the store that came first. */
static void test_suspension_waits_for_store(void **state)
{
	const char *got = one_then_other(
		"SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored",
		"SELECT outcome FROM talent.standing_suspend(NULL, 'test', NULL, NULL,"
		" 'accreditation', '0d000000-0000-4000-8000-000000000101', 'cause', NULL)");
	assert_string_equal(got, "suspended");
}

static void test_stores_share_the_guard(void **state)
{
	expect(a, "BEGIN", "");
	expect(a, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(b, "SELECT outcome FROM test.submit('E1', 'B', 1, 1)", "stored");
	expect(a, "COMMIT", "");
}

static void test_64_clients_submit_one_candidate(void **state)
{
	static PGconn *conns[CLIENTS];
	int stored = 0, replayed = 0;
	for (int i = 0; i < CLIENTS; i++) {
		conns[i] = registry_connect(&R, "talent_worker");
		expect(conns[i], "SET lock_timeout = '60s'", "");
		expect(conns[i], "SET statement_timeout = '60s'", "");
	}
	for (int i = 0; i < CLIENTS; i++)
		start(conns[i], "SELECT outcome FROM test.submit('E1', 'A', 80, 80)");
	for (int i = 0; i < CLIENTS; i++) {
		const char *got = finish(conns[i]);
		stored += strcmp(got, "stored") == 0;
		replayed += strcmp(got, "replayed") == 0;
		PQfinish(conns[i]);
	}
	assert_int_equal(stored, 1);
	assert_int_equal(replayed, CLIENTS - 1);
	expect(R.worker, "SELECT count(*) FROM talent.certificate", "2");
	expect(R.worker, "SELECT count(*) FROM talent.certificate_document", "2");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
}

static void test_same_key_waits_and_replays(void **state)
{
	static const char call[] =
		"SELECT outcome, session FROM test.session_create('k', 'p',"
		" gen_random_uuid(), '0d000000-0000-4000-8000-000000000005', 'S', '4-01-06-02', '2022',"
		" '直播销售员', '4', '2026-10-12', '2026-11-06', 104, 40, NULL)";
	expect(a, "BEGIN", "");
	char first[64], want[64];
	snprintf(first, sizeof(first), "%s", ask(a, call));
	start(b, call);
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	snprintf(want, sizeof(want), "replayed%s", strchr(first, '|'));
	assert_string_equal(finish(b), want);
	expect(R.worker, "SELECT count(*) FROM talent.training_session", "1");
}

/* Revisions become visible in their order: no reader that has seen rev n misses one below. */
static void test_rev_order_is_commit_order(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'B', 80, 80)", "stored");
	expect(a, "BEGIN", "");
	expect(a, "SELECT test.move('revoke', 'E1', 'A')", "revoked");
	start(b, "SELECT test.move('suspend', 'E1', 'B')");
	until_waiting(&R, b);
	expect(R.worker, "SELECT rev FROM talent.status_clock", "0");
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "suspended");
	expect(R.worker,
	       "SELECT string_agg(kind || rev, ' ' ORDER BY rev) FROM talent.certificate_event",
	       "revoked1 suspended2");
	expect(R.worker, "SELECT rev FROM talent.status_clock", "2");
}

static void test_last_seat(void **state)
{
	expect(R.worker, "SELECT test.session('ONE', 1)", "created");
	const char *got = one_then_other("SELECT test.enrol('ONE', 'A')", "enrolled",
	                                 "SELECT test.enrol('ONE', 'B')");
	assert_string_equal(got, "session_full");
	expect(R.worker, "SELECT count(*) FROM talent.enrolment", "1");
}

static void test_two_hosts_make_a_key(void **state)
{
	const char *got = one_then_other(
		"SELECT outcome FROM talent.issuer_key_store(NULL, 'test', NULL, NULL,"
		" '0d000000-0000-4000-8000-000000000005', 'certificates', 'zA', sha256('a'), sha512('a'))",
		"stored",
		"SELECT outcome, key FROM talent.issuer_key_store(NULL, 'test', NULL, NULL,"
		" '0d000000-0000-4000-8000-000000000005', 'certificates', 'zB', sha256('b'), sha512('b'))");
	assert_string_equal(got, "replayed|zA");
}

#define RACE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RACE(test_two_first_certificates_of_one_person),
		RACE(test_two_first_submissions_of_a_new_person),
		RACE(test_new_person_of_a_rolled_back_submission),
		RACE(test_two_revocations_of_the_last_two),
		RACE(test_revocation_beside_annulment),
		RACE(test_same_number_for_two_people),
		RACE(test_what_a_lost_race_signed),
		RACE(test_written_off_beside_the_store),
		RACE(test_creates_repeated_beside_themselves),
		RACE(test_accreditation_withdrawn),
		RACE(test_agreement_withdrawn),
		RACE(test_organisation_suspended_by_hand),
		RACE(test_suspension_waits_for_store),
		RACE(test_stores_share_the_guard),
		RACE(test_64_clients_submit_one_candidate),
		RACE(test_same_key_waits_and_replays),
		RACE(test_rev_order_is_commit_order),
		RACE(test_last_seat),
		RACE(test_two_hosts_make_a_key),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_races", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
