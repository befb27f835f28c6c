/* tests/integration/test_sql_publication.c - passes that wait, in PostgreSQL: what their company decides, raced and
 * too late; that a pass is published whole or, vetoed, with the public certificate alone, whoever writes; the numbers
 * that come after the results; what is checked again. */
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
#include "api/assessment_json.h"

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

/* ---- numbers that come later ---- */

#define NUMBER(n) "'S000031000123' || to_char(talent._today(), 'YY') || '4000" n "'"
#define GIVEN(who, number, day) \
	"json_build_object('person', test.person('" who "'), 'number', " number ", 'printed_on', talent._today() - " day ")"
#define LIST(code, entries) \
	"FROM talent.exam_number(NULL, 't', NULL, NULL, test.exam_id('" code "'), json_build_array(" entries "))"
/* What was said of each, in their order. */
#define SAID(code, entries) \
	"SELECT outcome, numbered, refused, (SELECT string_agg(i ->> 'outcome', ',' ORDER BY (i ->> 'row')::int)" \
	" FROM json_array_elements(items::json) i) " LIST(code, entries)
#define PUBLISH_LATER(who, number) "SELECT outcome, other FROM test.publish('L', '" who "', " number ")"

static void numbers_come_later(void)
{
	expect(R.owner, "UPDATE talent.site SET number_mode = 'supplied_later', also_supplied = false"
	       " WHERE number_prefix = 'S000031000123'", "");
	expect(R.worker, "SELECT test.exam('L', '4', 'xingbo', talent._today() - 9)", "created");
}

static void a_pass_waits_for_its_number(void **state)
{
	numbers_come_later();
	expect(R.worker, SUBMIT("L", "A"), "stored");
	expect(R.worker, SUBMIT("L", "A"), "replayed");
	expect(R.worker, "SELECT outcome FROM test.submit('L', 'F', 80, 50)", "stored");
	expect(R.worker, "SELECT string_agg(state || ' ' || (publish_on - talent._today()), ',') FROM talent.assessment"
	       " WHERE outcome = 'pass'", "awaiting_number 0");
	expect(R.owner, "SELECT count(*) FROM talent.publish_waiting", "0");
	expect(R.jobs, PUBLISH_LATER("A", NUMBER("001")), ask(R.worker, "SELECT 'not_due|' || talent._today()"));
	expect(R.worker, "SELECT count(*) FROM talent.certificate", "0");
	expect(R.worker, "SELECT test.figures()", "2|0|0");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("001"), "4") ", " GIVEN("F", NUMBER("002"), "4") ", " GIVEN("N", NUMBER("003"), "4")),
	       "numbered|1|2|numbered,no_pass,not_found");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("001"), "4")), "replayed|1|0|numbered");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("001"), "3")), "numbered|0|1|number_not_awaited");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("009"), "4")), "numbered|0|1|number_not_awaited");
	expect(R.worker, SUBMIT("L", "A"), "replayed");
	expect(R.jobs, PUBLISH_LATER("A", NUMBER("001")), "published|");
	/* the public one says what is printed, the company's when it was published; both are recorded today */
	expect(R.worker, "SELECT string_agg(kind || ' ' || (talent._today() - issued_on) || ' ' || (talent._today() -"
	       " talent._day(recorded_at)), ',' ORDER BY kind) FROM talent.certificate", "company 0 0,skill_grade 4 0");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("009"), "4")), "numbered|0|1|number_not_awaited");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("001"), "4")), "replayed|1|0|numbered");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

/* Its number is another body's by the time it is published: another list gives it another one. */
static void a_pass_whose_number_was_taken_is_numbered_again(void **state)
{
	numbers_come_later();
	expect(R.worker, SUBMIT("L", "A"), "stored");
	expect(R.worker, SUBMIT("L", "B"), "stored");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("001"), "4") ", " GIVEN("B", NUMBER("002"), "4")),
	       "numbered|2|0|numbered,numbered");
	cluster_sql(R.cluster, R.database, "SET session_replication_role = replica; UPDATE talent.assessment SET state = 'withheld';"
	            " INSERT INTO talent.withheld_pass (assessment, reason) SELECT test.assessment_id('L', 'A'), 'number_taken'"
	            " UNION ALL SELECT test.assessment_id('L', 'B'), 'issuer_not_ready'");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("002"), "3") ", " GIVEN("B", NUMBER("003"), "3")),
	       "numbered|0|2|number_taken,number_not_awaited");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("003"), "3")), "numbered|1|0|numbered");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("003"), "3")), "replayed|1|0|numbered");
	expect(R.worker, "SELECT count(*) FROM talent.withheld_pass", "1");
	expect(R.jobs, PUBLISH_LATER("A", NUMBER("003")), "published|");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

static void what_does_not_match_is_told_row_by_row(void **state)
{
	numbers_come_later();
	expect(R.worker, SUBMIT("L", "A"), "stored");
	expect(R.worker, SUBMIT("L", "B"), "stored");
	expect(R.worker, SUBMIT("L", "C"), "stored");
	expect(R.worker, SUBMIT("L", "D"), "stored");
	expect(R.worker, "SELECT test.annul('L', 'D')", "annulled");
	expect(R.worker, SAID("L", "json_build_object('person', test.person('A', 'Another'), 'number', " NUMBER("001")
	                      ", 'printed_on', talent._today()), " GIVEN("D", NUMBER("002"), "0") ", " GIVEN("B", NUMBER("003"), "0")
	                      ", " GIVEN("C", NUMBER("003"), "0")),
	       "numbered|1|3|person_name_differs,assessment_annulled,number_taken,numbered");
	expect(R.worker, "SELECT string_agg(state, ',' ORDER BY state) FROM talent.assessment",
	       "annulled,awaiting_number,awaiting_number,awaiting_publication");
	expect_error(R.owner, "UPDATE talent.assessment SET supplied_number = 'x' WHERE state = 'awaiting_number'", "23514",
	             "assessment_grading");
	expect_error(R.owner, "UPDATE talent.assessment SET state = 'published' WHERE state = 'awaiting_number'", "TA003",
	             "assessment_transition");
	expect_error(R.owner, "UPDATE talent.assessment SET state = 'awaiting_publication' WHERE state = 'awaiting_number'", "TA003",
	             "assessment_transition");
	expect_error(R.owner, "UPDATE talent.assessment SET state = 'awaiting_publication', printed_on = talent._today()"
	             " WHERE state = 'awaiting_number'", "TA003", "assessment_transition");
}

/* The window runs meanwhile; the number is waited for whatever the company has said. */
static void the_company_decides_before_the_number_comes(void **state)
{
	numbers_come_later();
	expect(R.worker, "SELECT test.exam('LW', '4', 'yunxuan')", "created");
	expect(R.worker, SUBMIT("LW", "A"), "stored");
	expect(R.worker, "SELECT outcome FROM talent.assessment_decide(NULL, 't', NULL, NULL, test.assessment_id('LW', 'A'),"
	       " 'veto', 'conduct', NULL)", "vetoed");
	expect(R.owner, "SELECT count(*) FROM talent.publish_waiting", "0");
	expect(R.worker, SAID("LW", GIVEN("A", NUMBER("001"), "0")), "numbered|1|0|numbered");
	expect(R.owner, "SELECT count(*) FROM talent.publish_waiting", "1");
	expect(R.jobs, "SELECT outcome FROM test.publish('LW', 'A', " NUMBER("001") ")", "published");
	expect(R.worker, "SELECT count(*) FROM talent.certificate", "1");
}

/* What is corrected waits on, what becomes a pass waits as one does, and what is none any more waits for nothing. */
static void corrections_wait_for_their_number_too(void **state)
{
	static const char states[] = "SELECT string_agg(p.id_masked || ' ' || a.state || ' ' || a.outcome, ',' ORDER BY p.id_masked)"
	                             " FROM talent.assessment a JOIN talent.person p ON p.id = a.person WHERE a.state <> 'superseded'";
	numbers_come_later();
	expect(R.worker, SUBMIT("L", "A"), "stored");
	expect(R.worker, SUBMIT("L", "B"), "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('L', 'C', 50, 80)", "stored");
	expect(R.worker, SUBMIT("L", "D"), "stored");
	expect(R.worker, SAID("L", GIVEN("D", NUMBER("004"), "4")), "numbered|1|0|numbered");
	expect(R.worker, "SELECT test.correct('L', 'A', 90, 90), test.correct('L', 'B', 50, 90), test.correct('L', 'C', 70, 80),"
	       " test.correct('L', 'D', 90, 90)", "approved|approved|approved|approved");
	expect(R.worker, states, "*****A awaiting_number pass,*****B published fail,*****C awaiting_number pass,"
	       "*****D awaiting_publication pass");
	expect(R.worker, SAID("L", GIVEN("A", NUMBER("001"), "4") ", " GIVEN("B", NUMBER("002"), "4") ", " GIVEN("C", NUMBER("003"),
	       "4")), "numbered|2|1|numbered,no_pass,numbered");
	expect(R.jobs, PUBLISH_LATER("D", NUMBER("004")), "published|");
	expect(R.worker, "SELECT talent._today() - issued_on FROM talent.certificate WHERE kind = 'skill_grade'", "4");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

static void one_pass_gets_one_number(void **state)
{
	int n[3];
	numbers_come_later();
	expect(R.worker, SUBMIT("L", "A"), "stored");
	expect(R.worker, SUBMIT("L", "B"), "stored");
	registry_race(&R, (const char *const[]){SAID("L", GIVEN("A", NUMBER("001"), "0")), SAID("L", GIVEN("B", NUMBER("001"), "0"))},
	              (const char *const[]){"numbered|1|0|numbered", "replayed|1|0|numbered", "numbered|0|1|number_taken"}, n, 3);
	assert_int_equal(n[0], 1);
	assert_int_equal(n[1], REGISTRY_CLIENTS / 2 - 1);
	assert_int_equal(n[2], REGISTRY_CLIENTS / 2);
}

/* ---- what is checked again ---- */

#define RECHECK(code, who, reason) \
	"SELECT outcome, answer_by - talent._today(), until - talent._today() FROM talent.recheck_request(NULL, 't', NULL, NULL," \
	" gen_random_uuid(), test.assessment_id('" code "', '" who "'), '" reason "', NULL)"
#define ANSWER(code, who) \
	"SELECT outcome FROM talent.recheck_answer(NULL, 't', NULL, NULL, (SELECT r.id FROM talent.recheck r WHERE r.assessment =" \
	" test.assessment_id('" code "', '" who "')), 'added up again')"
#define PUBLISH_OF(code, who) "SELECT outcome FROM test.publish('" code "', '" who "')"

static void publication_waits_for_the_answer(void **state)
{
	expect(R.worker, "SELECT test.exam('P', '4', NULL, talent._today(), 3), test.exam('N', '5', NULL)", "created|created");
	expect(R.worker, SUBMIT("P", "A"), "stored");
	expect(R.worker, SUBMIT("N", "A"), "stored");
	expect(R.worker, RECHECK("N", "A", "adding_up"), "recheck_closed||");
	days_pass(3);
	expect(R.worker, RECHECK("P", "A", "adding_up"), "requested|10|0");
	expect(R.worker, RECHECK("P", "A", "adding_up"), "replayed|10|0");
	expect(R.worker, RECHECK("P", "A", "other"), "recheck_exists|10|0");
	days_pass(1);
	expect(R.owner, "SELECT count(*) FROM talent.publish_waiting", "0");
	expect(R.jobs, PUBLISH_OF("P", "A"), "recheck_open");
	expect_error(R.owner, "UPDATE talent.assessment SET state = 'published' WHERE state = 'awaiting_publication'", "23514",
	             "assessment_rechecked");
	expect(R.worker, ANSWER("P", "A"), "answered");
	expect(R.worker, ANSWER("P", "A"), "replayed");
	expect(R.owner, "SELECT count(*) FROM talent.publish_waiting", "1");
	expect(R.jobs, PUBLISH_OF("P", "A"), "published");
	expect(R.worker, RECHECK("P", "A", "other"), "recheck_exists|10|");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

static void it_is_asked_for_in_time(void **state)
{
	expect(R.worker, "SELECT test.exam('P', '4', NULL, talent._today(), 3)", "created");
	expect(R.worker, SUBMIT("P", "A"), "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('P', 'F', 80, 50)", "stored");
	expect(R.owner, "INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason)"
	       " VALUES ('recheck_answer_days', 2, '5', talent._today(), 'x')", "");
	expect(R.worker, RECHECK("P", "F", "marking_omitted"), "requested|5|3"); /* who failed, too */
	cluster_sql(R.cluster, R.database, "SET session_replication_role = replica; UPDATE talent.assessment SET recorded_at ="
	            " recorded_at - interval '4 days'");
	expect(R.worker, RECHECK("P", "A", "adding_up"), "recheck_closed||-1");
	expect_error(R.owner, "INSERT INTO talent.recheck (id, assessment, exam, body, reason, answer_by) SELECT gen_random_uuid(), id,"
	             " exam, gen_random_uuid(), 'other', talent._today() FROM talent.assessment WHERE outcome = 'pass'", "23514",
	             "recheck_in_time");
	expect_error(R.owner, "UPDATE talent.recheck SET answer_by = answer_by + 1", "TA002", "recheck_immutable");
	expect_error(R.owner, "DELETE FROM talent.recheck", "TA002", "recheck_immutable");
	expect(R.worker, ANSWER("P", "F"), "answered");
	expect_error(R.owner, "UPDATE talent.recheck SET state = 'open', answered_at = NULL", "TA003", "recheck_transition");
}

static void the_api_calls_the_states_as_the_table_does(void **state)
{
	char sql[300];
	size_t n = 0;
	for (; recheck_states[n]; n++) {
		snprintf(sql, sizeof sql, "SELECT count(*) > 0 FROM talent.life WHERE noun = 'recheck' AND '%s' IN (state, becomes)",
		         recheck_states[n]);
		expect(R.worker, sql, "t");
	}
	snprintf(sql, sizeof sql, "SELECT count(*) = %zu FROM (SELECT state FROM talent.life WHERE noun = 'recheck' UNION"
	         " SELECT becomes FROM talent.life WHERE noun = 'recheck') s", n);
	expect(R.worker, sql, "t");
}

/* A pass whose mark was wrong waits on under the right one, somebody who had passed after all is published in his turn; what
 * is annulled is answered by that. */
static void a_correction_answers_and_so_does_an_annulment(void **state)
{
	static const char states[] = "SELECT string_agg(r.state, ',' ORDER BY p.id_masked) FROM talent.recheck r JOIN talent.assessment"
	                             " a ON a.id = r.assessment JOIN talent.person p ON p.id = a.person";
	expect(R.worker, "SELECT test.exam('P', '4', NULL, talent._today(), 3)", "created");
	expect(R.worker, SUBMIT("P", "A"), "stored");
	expect(R.worker, SUBMIT("P", "B"), "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('P', 'C', 50, 80)", "stored");
	expect(R.worker, RECHECK("P", "A", "adding_up"), "requested|10|3");
	expect(R.worker, RECHECK("P", "B", "adding_up"), "requested|10|3");
	expect(R.worker, RECHECK("P", "C", "adding_up"), "requested|10|3");
	expect(R.worker, "SELECT test.correct('P', 'A', 81, 80), test.annul('P', 'B'), test.correct('P', 'C', 60, 80)",
	       "approved|annulled|approved");
	expect(R.worker, states, "changed,lapsed,changed");
	expect(R.worker, RECHECK("P", "A", "other"), "requested|10|3"); /* the corrected one may be doubted again */
	expect(R.worker, ANSWER("P", "A"), "answered");
	days_pass(4);
	expect(R.jobs, PUBLISH_OF("P", "A"), "published");
	expect(R.jobs, PUBLISH_OF("P", "C"), "published");
	expect(R.worker, "SELECT count(*) FROM talent.certificate", "2");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

/* ---- 64 at once ---- */

/* A name or a document says nothing of the mark: whoever was to look at it still is, and once. */
static void a_recheck_follows_what_keeps_its_mark(void **state)
{
	char *id;
	expect(R.worker, "SELECT test.exam('P', '4', NULL, talent._today(), 3)", "created");
	expect(R.worker, SUBMIT("P", "A"), "stored");
	expect(R.worker, SUBMIT("P", "B"), "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('P', 'C', 50, 80)", "stored");
	expect(R.worker, RECHECK("P", "A", "adding_up"), "requested|10|3");
	expect(R.worker, RECHECK("P", "B", "adding_up"), "requested|10|3");
	expect(R.worker, RECHECK("P", "C", "adding_up"), "requested|10|3");
	id = strdup(ask(R.worker, "SELECT id FROM talent.recheck WHERE assessment = test.assessment_id('P', 'A')"));
	expect(R.worker, ANSWER("P", "B"), "answered");
	expect_error(R.owner, "UPDATE talent.recheck SET assessment = test.assessment_id('P', 'C') WHERE assessment ="
	             " test.assessment_id('P', 'A')", "TA002", "recheck_immutable");
	expect(R.worker, "SELECT test.rename('P', 'A', 'Right Name'), test.rename('P', 'B', 'Other Name'),"
	                 " test.redocument('P', 'C', 'D')", "approved|approved|approved");
	expect(R.worker, "SELECT id FROM talent.recheck WHERE state = 'open' AND assessment = test.assessment_id('P', 'A')", id);
	expect(R.worker, "SELECT state FROM talent.recheck WHERE assessment = test.assessment_id('P', 'B')", "stands");
	expect(R.worker, "SELECT state FROM talent.recheck WHERE assessment = test.assessment_id('P', 'D')", "open");
	expect(R.worker, RECHECK("P", "B", "other"), "recheck_exists|10|3");
	days_pass(4);
	expect(R.jobs, PUBLISH_OF("P", "A"), "recheck_open");
	expect(R.jobs, PUBLISH_OF("P", "B"), "published");
	expect(R.worker, ANSWER("P", "A"), "answered");
	expect(R.jobs, PUBLISH_OF("P", "A"), "published");
	expect(R.worker, "SELECT test.correct('P', 'D', 60, 80)", "approved"); /* and the mark answers */
	expect(R.worker, "SELECT count(*) FROM talent.recheck WHERE state = 'changed'", "1");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
	free(id);
}

static void one_recheck_is_asked_for_and_answered(void **state)
{
	int n[4];
	expect(R.worker, "SELECT test.exam('P', '4', NULL, talent._today(), 3)", "created");
	expect(R.worker, SUBMIT("P", "A"), "stored");
	registry_race(&R, (const char *const[]){RECHECK("P", "A", "adding_up"), RECHECK("P", "A", "adding_up")},
	              (const char *const[]){"requested|10|3", "replayed|10|3"}, n, 2);
	assert_int_equal(n[0], 1);
	registry_race(&R, (const char *const[]){ANSWER("P", "A"), "SELECT test.annul('P', 'A')"},
	              (const char *const[]){"answered", "annulled", "replayed", "recheck_state"}, n, 4);
	assert_int_equal(n[1], 1);
	expect(R.worker, "SELECT state IN ('stands', 'lapsed') FROM talent.recheck", "t");
}

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

/* Either is first; who annuls always can. */
static void a_veto_and_an_annulment(void **state)
{
	int n[4];
	expect(R.worker, SUBMIT("W", "A"), "stored");
	registry_race(&R, (const char *const[]){VETO("A"), "SELECT test.annul('W', 'A')"},
	              (const char *const[]){"vetoed", "window_state", "annulled", "replayed"}, n, 4);
	assert_int_equal(n[2], 1);
	assert_true(n[0] == 1 ? n[1] == 0 : n[1] == REGISTRY_CLIENTS / 2);
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
		TEST(a_pass_waits_for_its_number),
		TEST(a_pass_whose_number_was_taken_is_numbered_again),
		TEST(what_does_not_match_is_told_row_by_row),
		TEST(the_company_decides_before_the_number_comes),
		TEST(corrections_wait_for_their_number_too),
		TEST(one_pass_gets_one_number),
		TEST(publication_waits_for_the_answer),
		TEST(it_is_asked_for_in_time),
		TEST(the_api_calls_the_states_as_the_table_does),
		TEST(a_correction_answers_and_so_does_an_annulment),
		TEST(a_recheck_follows_what_keeps_its_mark),
		TEST(one_recheck_is_asked_for_and_answered),
		TEST(one_decision_is_made),
		TEST(a_veto_and_an_annulment),
	};
	return cmocka_run_group_tests_name("sql_publication", tests, group_setup, group_teardown);
}
