/* tests/integration/test_sql_publication.c - passes that wait, in PostgreSQL: what their company decides, raced and
 * too late, and that a pass is published whole or, vetoed, with the public certificate alone, whoever writes. */
#include "../lib/registry.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>

#include "../lib/cluster.h"

enum { MEASURES = 8 };

static struct registry R;

#define SUBMIT(code, who) "SELECT outcome FROM test.submit('" code "', '" who "', 80, 80)"
#define DECIDE(who, how) \
	"SELECT outcome FROM talent.assessment_decide(NULL, 't', NULL, NULL, test.assessment_id('W', '" who "'), " how ", NULL)"
#define CONFIRM(who) DECIDE(who, "'confirm', NULL")
#define VETO(who) DECIDE(who, "'veto', 'conduct'")
#define PUBLISH(who) "SELECT outcome, other FROM test.publish('W', '" who "')"
#define WAITS(who) \
	"SELECT publish_on - talent._today(), promised_on - talent._today() FROM talent.assessment" \
	" WHERE id = test.assessment_id('W', '" who "')"

static int setup(void **state)
{
	registry_open(&R);
	expect(R.worker, "SELECT test.exam('W', '4', 'yunxuan')", "created"); /* five days to decide */
	return 0;
}

static int teardown(void **state)
{
	registry_close(&R);
	return 0;
}

/* So many days later, for all that waits. */
static void days_pass(int days)
{
	char sql[300];
	snprintf(sql, sizeof sql,
	         "BEGIN; SET LOCAL session_replication_role = replica; UPDATE talent.assessment SET publish_on = publish_on - %d,"
	         " window_to = window_to - %d, recorded_at = recorded_at - interval '%d days' WHERE state <> 'published'; COMMIT",
	         days, days, days);
	cluster_sql(R.cluster, R.database, sql);
}

/* ---- what it does ---- */

static void who_confirms_is_not_waited_for(void **state)
{
	expect(R.worker, SUBMIT("W", "A"), "stored");
	expect(R.worker, WAITS("A"), "6|");
	expect(R.jobs, PUBLISH("A"), NULL);
	expect(R.worker, CONFIRM("A"), "confirmed");
	expect(R.worker, WAITS("A"), "0|6");
	expect(R.jobs, PUBLISH("A"), "published|");
	expect(R.worker, "SELECT count(*) FROM talent.certificate", "2");
	expect(R.worker, CONFIRM("A"), "replayed");
	expect(R.worker, VETO("A"), "window_state");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

/* The public goes on looking at what the company has confirmed. */
static void publicity_is_waited_for(void **state)
{
	static const char waits[] = "SELECT publish_on - talent._today(), promised_on - talent._today() FROM talent.assessment"
	                            " WHERE id = test.assessment_id('P', 'A')";
	static const char confirms[] = "SELECT outcome, publish_on - talent._today() FROM talent.assessment_decide(NULL, 't', NULL,"
	                               " NULL, test.assessment_id('P', 'A'), 'confirm', NULL, NULL)";
	expect(R.worker, "SELECT test.exam('P', '4', 'yunxuan', talent._today(), 3)", "created");
	expect(R.worker, SUBMIT("P", "A"), "stored");
	expect(R.worker, waits, "6|");
	days_pass(1);
	expect(R.worker, confirms, "confirmed|3");
	expect(R.worker, confirms, "replayed|3");
	expect(R.worker, waits, "3|5");
}

static void a_longer_publicity_stays(void **state)
{
	expect(R.worker, "SELECT test.exam('L', '4', 'yunxuan', talent._today(), 9)", "created");
	expect(R.worker, SUBMIT("L", "A"), "stored");
	expect(R.worker, "SELECT outcome, publish_on - talent._today() FROM talent.assessment_decide(NULL, 't', NULL, NULL,"
	       " test.assessment_id('L', 'A'), 'veto', 'other', NULL)", "vetoed|10");
	expect(R.worker, "SELECT promised_on FROM talent.assessment", "");
}

static void a_veto_leaves_the_public_certificate(void **state)
{
	expect(R.worker, SUBMIT("W", "A"), "stored");
	expect(R.worker, VETO("A"), "vetoed");
	expect(R.worker, WAITS("A"), "0|6");
	/* whatever becomes of the company: it has no part in this any more */
	expect(R.owner, "UPDATE talent.organisation SET suspended_at = now() WHERE slug = 'yunxuan'", "");
	expect(R.jobs, PUBLISH("A"), "published|");
	expect(R.worker, "SELECT string_agg(c.kind || ' ' || v.dual, ',') FROM talent.certificate c"
	       " JOIN talent.certificate_version v ON v.certificate = c.id", "skill_grade false");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
	expect(R.worker, "SELECT test.annul('W', 'A')", "annulled");
	expect(R.worker, "SELECT test.figures()", "0|0|0");
}

/* The body's standing still counts, and is waited for. */
static void a_vetoed_pass_is_withheld_for_its_body(void **state)
{
	expect(R.worker, SUBMIT("W", "A"), "stored");
	expect(R.worker, VETO("A"), "vetoed");
	expect(R.owner, "UPDATE talent.organisation SET suspended_at = now() WHERE slug IN ('yunxuan', 'shili')", "");
	expect(R.jobs, PUBLISH("A"), "withheld|organisation_suspended");
	expect(R.owner, "UPDATE talent.organisation SET suspended_at = NULL WHERE slug = 'shili'", "");
	expect(R.jobs, "SELECT * FROM talent.withheld_reconsider(9, '-1 hour')", "1|1");
	expect(R.jobs, PUBLISH("A"), "published|");
}

static void silence_confirms(void **state)
{
	expect(R.worker, SUBMIT("W", "A"), "stored");
	days_pass(5);
	expect(R.jobs, PUBLISH("A"), NULL);
	expect(R.worker, "SELECT state, talent._window_state(window_to, NULL) FROM talent.assessment",
	       "awaiting_publication|open");
	days_pass(1);
	expect(R.worker, VETO("A"), "window_state");
	expect(R.jobs, PUBLISH("A"), "published|");
	expect(R.worker, "SELECT count(*), talent._window_state(min(a.window_to), NULL) FROM talent.certificate c"
	       " JOIN talent.assessment a ON a.id = c.assessment", "2|silent");
}

/* ---- whoever writes ---- */

static void a_pair_is_whole_but_for_a_veto(void **state)
{
	static const struct {
		const char *before, *sql, *sqlstate, *constraint;
	} wrong[] = {
		/* signed without the company, or with it, by somebody who had read otherwise */
		{VETO("A"), "INSERT INTO talent.company_decision VALUES (test.assessment_id('W', 'A'), 'confirmed')", "23505", NULL},
		{"SELECT 1", "INSERT INTO talent.company_decision VALUES (test.assessment_id('E', 'A'), 'confirmed')", "23514",
	         "company_decision_in_time"},
		{"SELECT 1", "INSERT INTO talent.company_decision VALUES (test.assessment_id('W', 'A'), 'vetoed')", "23514",
	         "company_decision_reason"},
		{VETO("A"), "UPDATE talent.company_decision SET decision = 'confirmed', reason = NULL", "TA002",
	         "company_decision_immutable"},
		{VETO("A"), "DELETE FROM talent.company_decision", "TA002", "company_decision_immutable"},
		{"SELECT 1", "UPDATE talent.assessment SET window_to = window_to + 1 WHERE window_to IS NOT NULL", "TA003",
	         "assessment_transition"},
		{"SELECT 1", "UPDATE talent.assessment SET publish_on = publish_on - 1 WHERE window_to IS NOT NULL", "TA003",
	         "assessment_transition"},
		{"SELECT 1", "UPDATE talent.assessment SET promised_on = publish_on WHERE window_to IS NOT NULL", "TA003",
	         "assessment_transition"},
		{"SELECT 1", "UPDATE talent.assessment SET publish_on = talent._today() WHERE state = 'published'", "TA003",
	         "assessment_transition"},
	};
	expect(R.worker, "SELECT test.exam('E', '5')", "created");
	expect(R.worker, SUBMIT("E", "A"), "stored");
	expect(R.worker, SUBMIT("W", "A"), "stored");
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		expect(R.owner, "BEGIN", "");
		expect(R.owner, wrong[i].before, NULL);
		expect_error(R.owner, wrong[i].sql, wrong[i].sqlstate, wrong[i].constraint);
		expect(R.owner, "ROLLBACK", "");
	}
	/* a worker that had read the pass before the veto has signed a pair: nothing of it is stored */
	expect(R.jobs, "BEGIN", "");
	expect(R.worker, VETO("A"), "vetoed");
	expect(R.jobs, "SELECT outcome, other FROM talent.assessment_publish(NULL, 't', NULL, NULL, test.assessment_id('W', 'A'),"
	       " now(), (SELECT test.certificates(ARRAY[test.certificate('skill_grade', f, now(), NULL),"
	       " test.certificate('company', f, now(), NULL)]) FROM talent.exam_facts f WHERE f.id = test.exam_id('W')))",
	       "standing|terms_changed");
	expect(R.jobs, "ROLLBACK", "");
	/* and the other way round: one half of a pair that nobody has vetoed, two of one that was */
	expect(R.worker, SUBMIT("W", "B"), "stored");
	expect(R.worker, CONFIRM("B"), "confirmed");
	expect(R.jobs, "SELECT outcome, other FROM talent.assessment_publish(NULL, 't', NULL, NULL, test.assessment_id('W', 'B'),"
	       " now(), (SELECT test.certificates(ARRAY[test.certificate('skill_grade', f, now(), NULL)])"
	       " FROM talent.exam_facts f WHERE f.id = test.exam_id('W')))", "standing|terms_changed");
	expect(R.jobs, PUBLISH("A"), "published|");
	expect(R.jobs, PUBLISH("B"), "published|");
	expect(R.worker, SUBMIT("W", "D"), "stored");
	days_pass(6);
	expect(R.owner, "BEGIN", "");
	expect(R.owner, "SET LOCAL talent.maintenance = 'on'", "");
	expect(R.owner, PUBLISH("D"), "published|");
	expect(R.owner, "INSERT INTO talent.company_decision VALUES (test.assessment_id('W', 'D'), 'vetoed', 'other')", "");
	expect_error(R.owner, "SET CONSTRAINTS ALL IMMEDIATE", "TA001", "assessment_certificates");
	expect(R.owner, "ROLLBACK", "");
}

/* ---- 64 at once ---- */

static void one_decision_is_made(void **state)
{
	int n[4];
	expect(R.worker, SUBMIT("W", "A"), "stored");
	registry_race(&R, (const char *const[]){CONFIRM("A"), VETO("A")},
	              (const char *const[]){"confirmed", "vetoed", "replayed", "window_state"}, n, 4);
	assert_int_equal(n[0] + n[1], 1);
	assert_int_equal(n[2], REGISTRY_CLIENTS / 2 - 1);
	assert_int_equal(n[3], REGISTRY_CLIENTS / 2);
	expect(R.jobs, PUBLISH("A"), "published|");
	expect(R.worker, "SELECT count(*) FROM talent.certificate", n[1] ? "1" : "2");
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE action IN ('assessment_confirm', 'assessment_veto')", "1");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

static void a_veto_and_an_annulment(void **state)
{
	int n[3];
	expect(R.worker, SUBMIT("W", "A"), "stored");
	registry_race(&R, (const char *const[]){VETO("A"), "SELECT test.annul('W', 'A')"},
	              (const char *const[]){"vetoed", "annulled", "replayed"}, n, 3);
	assert_int_equal(n[0], 1);
	assert_int_equal(n[1], 1);
}

static int group_setup(void **state)
{
	R.cluster = cluster_start();
	return 0;
}

static int group_teardown(void **state)
{
	cluster_stop(R.cluster);
	return 0;
}

#define TEST(of) cmocka_unit_test_setup_teardown(of, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_confirms_is_not_waited_for),
		TEST(publicity_is_waited_for),
		TEST(a_longer_publicity_stays),
		TEST(a_veto_leaves_the_public_certificate),
		TEST(a_vetoed_pass_is_withheld_for_its_body),
		TEST(silence_confirms),
		TEST(a_pair_is_whole_but_for_a_veto),
		TEST(one_decision_is_made),
		TEST(a_veto_and_an_annulment),
	};
	return cmocka_run_group_tests_name("sql_publication", tests, group_setup, group_teardown);
}
