/* What is corrected, against the database: the wrong result stays, superseded; certificates, counts and the one result
 * of a person in an exam follow; whoever writes is held to it; of many deciders one is first. */
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
#define ASKED(code, who, scores) \
	"SELECT outcome FROM talent.correction_request(NULL, 'test', NULL, NULL, test.correction(" ID \
	", test.assessment_id('" code "', '" who "'), 'score', " scores "))"
#define STATES(code, who) \
	"SELECT string_agg(concat_ws(' ', a.state, a.outcome, a.theory), ', ' ORDER BY a.recorded_at) FROM" \
	" talent.assessment a JOIN talent.person p ON p.id = a.person WHERE a.exam = test.exam_id('" code "')" \
	" AND p.id_hash = test.hash('" who "')"
#define CERTIFICATES(code, who) \
	"SELECT coalesce(string_agg(concat_ws(' ', c.kind, s.state), ', ' ORDER BY c.kind DESC), '') FROM" \
	" talent.certificate c JOIN talent.certificate_state s ON s.certificate = c.id WHERE c.assessment =" \
	" test.assessment_id('" code "', '" who "')"

static struct registry R;

static int setup(void **state)
{
	registry_open(&R);
	expect(R.worker, "SELECT test.exam('E1', '4'), test.exam('E2', '5'), test.exam('E3', '3', NULL)",
	       "created|created|created");
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

static void a_pass_that_was_none_loses_its_certificates(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
	expect(R.worker, "SELECT test.move('suspend', 'E1', 'A')", "suspended");
	expect(R.worker, "SELECT test.correct('E1', 'A', 50, 80)", "approved");
	expect(R.worker, "SELECT test.figures()", "1|0|0");
	audit();
	expect(R.worker, STATES("E1", "A"), "superseded pass 80.00, published fail 50.00");
	expect(R.worker, CERTIFICATES("E1", "A"), "");
	expect(R.worker, "SELECT string_agg(state, ' ') FROM talent.certificate_state", "void void");
	expect(R.worker, "SELECT count(*) FROM talent.status_bit WHERE purpose = 'revocation'", "2");
	expect(R.worker, "SELECT string_agg(DISTINCT kind || ' ' || reason, ' ') FROM talent.certificate_event"
	                 " WHERE kind = 'voided'", "voided issued_in_error");
	/* Sent again as it was: it is another result by now. */
	expect(R.worker, "SELECT outcome, assessment = test.assessment_id('E1', 'A') FROM test.submit('E1', 'A', 80, 80)",
	       "already_assessed|t");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 50, 80)", "replayed");
}

static void a_fail_that_was_a_pass_is_published(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 50, 80)", "stored");
	expect(R.worker, "SELECT test.figures()", "1|0|0");
	expect(R.worker, "SELECT test.correct('E1', 'A', 60, 80)", "approved");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
	audit();
	expect(R.worker, CERTIFICATES("E1", "A"), "skill_grade valid, company valid");
	/* And back, and once more: other certificates each time, the void ones stay so. */
	expect(R.worker, "SELECT test.correct('E1', 'A', 59, 80)", "approved");
	expect(R.worker, "SELECT test.correct('E1', 'A', 61, 80)", "approved");
	expect(R.worker, STATES("E1", "A"), "superseded fail 50.00, superseded pass 60.00, superseded fail 59.00,"
	                                    " published pass 61.00");
	expect(R.worker, CERTIFICATES("E1", "A"), "skill_grade valid, company valid");
	expect(R.worker, "SELECT count(DISTINCT number), count(*) FILTER (WHERE s.state = 'void') FROM"
	                 " talent.certificate c JOIN talent.certificate_state s ON s.certificate = c.id", "4|2");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
	audit();
}

static void a_score_within_a_pass_keeps_the_certificates(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT test.move('revoke', 'E1', 'A', 'company')", "revoked");
	char *number = strdup(ask(R.worker, "SELECT test.number('E1', 'A')"));
	expect(R.worker, "SELECT test.correct('E1', 'A', 90, 80)", "approved");
	expect(R.worker, "SELECT test.number('E1', 'A')", number);
	free(number);
	expect(R.worker, CERTIFICATES("E1", "A"), "skill_grade valid, company revoked");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
	audit();
	expect(R.jobs, "SELECT folded > 0 FROM talent.counts_fold(1000)", "t");
	audit();
	expect(R.worker, "SELECT test.annul('E1', 'A')", "annulled");
	expect(R.worker, "SELECT test.figures()", "0|0|0");
	audit();
}

static void an_absence_by_mistake_is_a_participation(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A')", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'B')", "stored");
	expect(R.worker, "SELECT test.figures()", "0|0|0");
	expect(R.worker, "SELECT test.correct('E1', 'A', 50, 50)", "approved");
	expect(R.worker, "SELECT test.figures()", "1|0|0");
	expect(R.worker, "SELECT test.correct('E1', 'B', 80, 80)", "approved");
	expect(R.worker, "SELECT test.figures()", "2|1|1");
	audit();
}

static void a_pass_that_waits_goes_on_waiting(void **state)
{
	expect(R.worker, "SELECT test.exam('W', '4', 'xingbo', talent._today(), 3)", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('W', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('W', 'B', 50, 80)", "stored");
	expect(R.worker, "SELECT test.correct('W', 'A', 90, 80), test.correct('W', 'B', 90, 80)", "approved|approved");
	expect(R.worker, STATES("W", "A"), "superseded pass 80.00, awaiting_publication pass 90.00");
	expect(R.worker, STATES("W", "B"), "superseded fail 50.00, awaiting_publication pass 90.00");
	expect(R.worker, "SELECT count(DISTINCT publish_on), min(publish_on) - talent._today() FROM talent.assessment"
	                 " WHERE state = 'awaiting_publication'", "1|4");
	expect(R.worker, "SELECT test.figures()", "2|0|0");
	expect(R.worker, "SELECT test.correct('W', 'A', 50, 80)", "approved");
	expect(R.owner, "ALTER TABLE talent.assessment DISABLE TRIGGER USER", "");
	expect(R.owner, "UPDATE talent.assessment SET publish_on = talent._today() - 1 WHERE publish_on IS NOT NULL", "");
	expect(R.owner, "ALTER TABLE talent.assessment ENABLE TRIGGER USER", "");
	expect(R.owner, "SELECT count(*) FROM talent.publish_waiting", "1");
	expect(R.jobs, "SELECT outcome FROM test.publish('W', 'B')", "published");
	expect(R.worker, "SELECT test.figures()", "2|1|1");
	audit();
}

/* A number that was promised to a pass goes with it, or is free again. */
static void a_supplied_number_follows(void **state)
{
	static const char number[] = "'S000031000123' || to_char(talent._today(), 'YY') || '5000042'";
	char sql[512];
	expect(R.worker, "SELECT test.exam('W', '5', NULL, talent._today(), 3)", "created");
	snprintf(sql, sizeof sql, "SELECT outcome FROM test.submit('W', 'A', 80, 80, _number => %s)", number);
	expect(R.worker, sql, "stored");
	expect(R.worker, "SELECT test.correct('W', 'A', 90, 80)", "approved");
	expect(R.worker, "SELECT right(supplied_number, 7) FROM talent.assessment WHERE state <> 'superseded'", "5000042");
	snprintf(sql, sizeof sql, "SELECT outcome FROM test.submit('W', 'B', 80, 80, _number => %s)", number);
	expect(R.worker, sql, "number_taken");
	expect(R.worker, "SELECT test.correct('W', 'A', 50, 80)", "approved");
	expect(R.worker, sql, "stored");
	audit();
}

/* As of yesterday's end nothing has changed: what is corrected is counted from today. */
static void a_correction_counts_on_its_own_day(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.owner, "ALTER TABLE talent.count_delta DISABLE TRIGGER count_delta_immutable", "");
	expect(R.owner, "UPDATE talent.count_delta SET day = day - 1", "");
	expect(R.owner, "ALTER TABLE talent.count_delta ENABLE TRIGGER count_delta_immutable", "");
	expect(R.worker, "SELECT test.correct('E1', 'A', 50, 80)", "approved");
	expect(R.jobs, "SELECT folded > 0 FROM talent.counts_fold(1000)", "t");
	expect(R.worker, "SELECT string_agg(n::text, ',' ORDER BY day) FROM talent.count_total WHERE measure ="
	                 " 'newly_certified' AND programme = 'shanghai-2025-27'", "1,-1");
	expect(R.owner, "SELECT u.ended = talent._today(), u.void IS NULL FROM talent.unit u WHERE u.of = 'result'"
	                 " AND u.ended IS NOT NULL", "t|t");
	audit();
}

static void sixty_four_deciders_have_one_winner(void **state)
{
	static PGconn *conns[DECIDERS];
	int approved = 0, replayed = 0, refused = 0, late = 0;
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 50, 80)", "stored");
	expect(R.worker, ASKED("E1", "A", "80, 80"), "requested");
	for (int i = 0; i < DECIDERS; i++) {
		conns[i] = registry_connect(&R, "talent_worker");
		expect(conns[i], "SET lock_timeout = '60s'", "");
		expect(conns[i], "SET statement_timeout = '60s'", "");
	}
	for (int i = 0; i < DECIDERS; i++)
		start(conns[i], i % 2 ? "SELECT test.approve(" ID ")"
		                      : "SELECT outcome FROM talent.correction_end(NULL, 'test', NULL, NULL, " ID
		                        ", 'refuse', 'not_founded', NULL)");
	for (int i = 0; i < DECIDERS; i++) {
		const char *got = finish(conns[i]);
		approved += strcmp(got, "approved") == 0;
		refused += strcmp(got, "refused") == 0;
		replayed += strcmp(got, "replayed") == 0;
		late += strcmp(got, "correction_state") == 0;
		PQfinish(conns[i]);
	}
	assert_int_equal(approved + refused, 1);
	assert_int_equal(replayed, DECIDERS / 2 - 1);
	assert_int_equal(late, DECIDERS / 2);
	expect(R.worker, "SELECT test.figures()", approved ? "1|1|1" : "1|0|0");
	expect(R.worker, "SELECT count(*) FROM talent.assessment", approved ? "2" : "1");
	expect(R.worker, "SELECT count(*) FROM talent.certificate", approved ? "2" : "0");
	audit();
}

static void whoever_writes_is_held_to_it(void **state)
{
	static const struct {
		const char *sql, *sqlstate, *constraint;
	} at[] = {
		{"UPDATE talent.assessment SET state = 'superseded', superseded_on = talent._today()", "TA004",
	         "certificate_facts"}, /* by nobody */
		{"UPDATE talent.assessment SET state = 'superseded'", "23514", "assessment_grading"},
		{"UPDATE talent.assessment SET superseded_on = talent._today()", "23514", "assessment_grading"},
		{"UPDATE talent.certificate SET assessment = gen_random_uuid()", "TA002", "certificate_immutable"},
		{"INSERT INTO talent.assessment (id, exam, person, name, attendance, theory, skill, outcome, failed_parts, state,"
	         " supersedes) SELECT gen_random_uuid(), exam, person, name, attendance, theory, 50, 'fail', '{skill}',"
	         " 'published', id FROM talent.assessment", "TA004", "certificate_facts"},
		{"INSERT INTO talent.assessment (id, exam, person, name, attendance, theory, skill, outcome, failed_parts, state)"
	         " SELECT gen_random_uuid(), exam, person, name, attendance, theory, 50, 'fail', '{skill}', 'published'"
	         " FROM talent.assessment", "23505", "assessment_person_key"},
		{"UPDATE talent.correction SET theory = 99", "TA002", "correction_immutable"},
		{"UPDATE talent.correction SET state = 'approved', decided_at = now()", "23514", "correction_made"},
		{"UPDATE talent.correction SET decision_note = 'x'", "TA003", "correction_transition"},
		{"DELETE FROM talent.correction", "TA002", "correction_immutable"},
		{"TRUNCATE talent.correction CASCADE", "TA002", "correction_immutable"},
	};
	expect(R.worker, "SELECT outcome FROM test.submit('E3', 'A', 80, 80)", "stored");
	expect(R.worker, ASKED("E3", "A", "70, 80"), "requested");
	for (size_t i = 0; i < sizeof at / sizeof at[0]; i++)
		expect_error(R.owner, at[i].sql, at[i].sqlstate, at[i].constraint);
	/* A result that takes another one's place takes its certificates along. */
	expect_error(R.owner,
	             "WITH old AS (UPDATE talent.assessment SET state = 'superseded', superseded_on = talent._today()"
	             " RETURNING *) SELECT count(*) FROM old; INSERT INTO talent.audit (action) VALUES ('x'); INSERT INTO"
	             " talent.assessment (id, exam, person, name, attendance, theory, skill, outcome, failed_parts, state,"
	             " supersedes) SELECT gen_random_uuid(), exam, person, name, attendance, theory, 50, 'fail', '{skill}',"
	             " 'published', id FROM talent.assessment",
	             "TA001", "assessment_certificates");
	expect(R.worker, CERTIFICATES("E3", "A"), "skill_grade valid");
}

#define VERSIONS(code, who) \
	"SELECT string_agg(concat_ws(' ', v.kind, v.ordinal, v.holder, s.state), ', ' ORDER BY v.kind DESC, v.ordinal) FROM" \
	" talent.certificate c JOIN talent.certificate_state s ON s.certificate = c.id JOIN talent.certificate_version v" \
	" ON v.certificate = c.id WHERE c.assessment = test.assessment_id('" code "', '" who "')"

static void a_name_gives_both_certificates_a_new_version(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT test.move('suspend', 'E1', 'A', 'company')", "suspended");
	char *numbers = strdup(ask(R.worker, "SELECT test.number('E1', 'A'), test.number('E1', 'A', 'company')"));
	expect(R.worker, "SELECT test.rename('E1', 'A', 'Right Name')", "approved");
	expect(R.worker, VERSIONS("E1", "A"), "skill_grade 1 Name A valid, skill_grade 2 Right Name valid,"
	                                      " company 1 Name A suspended, company 2 Right Name suspended");
	expect(R.worker, "SELECT test.number('E1', 'A'), test.number('E1', 'A', 'company')", numbers);
	free(numbers);
	/* What was signed first is replaced for whoever asks a status list, and both of the suspended one are suspended. */
	expect(R.worker, "SELECT string_agg(purpose || ' ' || n, ' ' ORDER BY purpose) FROM (SELECT purpose, count(*) AS n"
	                 " FROM talent.status_bit GROUP BY 1) b", "revocation 2 suspension 2");
	expect(R.worker, "SELECT test.figures()", "1|1|1");
	audit();
	/* The name is the person's: other results come under it. */
	expect(R.worker, "SELECT outcome FROM test.submit('E2', 'A', 80, 80)", "person_name_differs");
	expect(R.worker, "SELECT outcome FROM test.submit('E2', 'A', 80, 80, _name => 'Right Name')", "stored");
	expect(R.worker, "SELECT string_agg(basis || ' ' || name, ', ' ORDER BY n) FROM talent.known_name",
	       "result Name A, result Right Name");
	audit();
}

/* Only what has not ended is signed anew. */
static void a_name_of_what_has_ended(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'B', 50, 80)", "stored");
	expect(R.worker, "SELECT test.move('revoke', 'E1', 'A')", "revoked");
	expect(R.worker, "SELECT test.rename('E1', 'A', 'Right Name'), test.rename('E1', 'B', 'Good Name')",
	       "approved|approved");
	expect(R.worker, VERSIONS("E1", "A"), "skill_grade 1 Name A revoked, company 1 Name A valid, company 2 Right Name valid");
	expect(R.worker, "SELECT name, outcome FROM talent.assessment WHERE id = test.assessment_id('E1', 'B')",
	       "Good Name|fail");
	audit();
}

static void a_document_takes_the_place_of_the_wrong_one(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E2', 'B', 80, 80)", "stored");
	expect(R.worker, "SELECT test.redocument('E1', 'A', 'B')", "document_known");
	expect(R.owner, "SELECT count(*) FROM talent.correction WHERE id_cipher IS NOT NULL", "1");
	expect(R.worker, "SELECT outcome FROM talent.correction_end(NULL, 'test', NULL, NULL, (SELECT id FROM"
	                 " talent.correction), 'refuse', 'not_founded', NULL)", "refused");
	expect(R.worker, "SELECT test.redocument('E1', 'A', 'C')", "approved");
	expect(R.owner, "SELECT count(*) FROM talent.correction WHERE id_cipher IS NOT NULL", "0");
	expect(R.worker, VERSIONS("E1", "C"), "skill_grade 1 Name A valid, skill_grade 2 Name A valid,"
	                                      " company 1 Name A valid, company 2 Name A valid");
	expect(R.owner, "SELECT p.sealed_for = c.id, p.id_masked FROM talent.person p JOIN talent.correction c"
	                " ON c.id = p.sealed_for", "t|*****C");
	expect(R.worker, "SELECT test.figures()", "2|2|1");
	audit();
	/* The wrong row sent again finds its result, and him wherever he is handed in so; somebody else has the number himself. */
	expect(R.worker, "SELECT outcome, assessment = test.assessment_id('E1', 'C') FROM test.submit('E1', 'A', 80, 80)",
	       "replayed|t");
	expect(R.worker, "SELECT outcome FROM test.submit('E3', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT test.session('S', '4'), test.enrol('S', 'A')", "created|enrolled");
	expect(R.worker, "SELECT count(*), count(DISTINCT person) FROM talent.assessment WHERE person = (SELECT id FROM talent.person"
	                 " WHERE id_hash = test.hash('C')) AND state <> 'superseded'", "2|1");
	expect(R.worker, "SELECT count(*) FROM talent.enrolment e JOIN talent.person p ON p.id = e.person WHERE p.id_hash ="
	                 " test.hash('C')", "1");
	expect(R.worker, "SELECT count(*) FROM talent.person", "2");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80, _name => 'Somebody Else')", "stored");
	expect(R.worker, "SELECT test.figures()", "4|3|2");
	audit();
	expect_error(R.owner, "UPDATE talent.person SET id_masked = '*****X'", "TA002", "person_immutable");
	expect_error(R.worker, "SELECT id_cipher FROM talent.correction", "42501", NULL);
}

static void a_name_races_a_revocation(void **state)
{
	PGconn *a = registry_connect(&R, "talent_worker"), *b = registry_connect(&R, "talent_worker");
	expect(R.worker, "SELECT outcome FROM test.submit('E3', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM talent.correction_request(NULL, 'test', NULL, NULL, test.identity(" ID
	                 ", test.assessment_id('E3', 'A'), 'name', 'A', 'Right Name'))", "requested");
	expect(a, "SET lock_timeout = '20s'", "");
	expect(b, "SET lock_timeout = '20s'", "");
	expect(b, "SET statement_timeout = '20s'", "");
	static char sql[32768];
	snprintf(sql, sizeof sql, "SELECT outcome, other FROM talent.correction_approve(NULL, 'test', NULL, NULL, " ID
	         ", NULL, gen_random_uuid(), now(), $json$%s$json$)", ask(b, "SELECT test.correction_signed(" ID ")"));
	expect(a, "BEGIN", "");
	expect(a, "SELECT test.move('revoke', 'E3', 'A')", "revoked");
	start(b, sql);
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "standing|terms_changed"); /* it was signed for one that has ended */
	expect(R.worker, "SELECT count(*) FROM talent.abandoned_signature", "1");
	expect(R.worker, "SELECT test.approve(" ID ")", "approved");
	expect(R.worker, VERSIONS("E3", "A"), "skill_grade 1 Name A revoked");
	audit();
	PQfinish(a);
	PQfinish(b);
}

static void nothing_is_asked_twice_or_corrected_after_erasure(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 50, 80)", "stored");
	expect(R.worker, ASKED("E1", "A", "80, 80"), "requested");
	expect(R.worker, ASKED("E1", "A", "80, 80"), "replayed");
	expect(R.worker, ASKED("E1", "A", "81, 80"), "correction_open");
	expect(R.owner, "SELECT talent._person_erase(NULL, 'test', gen_random_uuid(), p.id, talent._tick(), '{}', '{}',"
	                " '{}') IS NOT NULL FROM talent.person p", "t");
	expect(R.worker, "SELECT state, evidence, refusal FROM talent.correction", "refused|*|other");
	expect(R.worker, ASKED("E1", "A", "80, 80"), "not_found");
	audit();
}

/* Of two who bring the same number the first has it; the other one's correction still waits. */
static void a_number_goes_to_the_first(void **state)
{
	static const char number[] = "'S000031000123' || to_char(talent._today(), 'YY') || '5000042'";
	PGconn *a = registry_connect(&R, "talent_worker"), *b = registry_connect(&R, "talent_worker");
	char sql[512];
	expect(R.worker, "SELECT test.exam('W', '5', NULL, talent._today(), 3)", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('W', 'B', 50, 80)", "stored");
	snprintf(sql, sizeof sql, ASKED("W", "B", "80, 80, %s"), number);
	expect(R.worker, sql, "requested");
	expect(a, "BEGIN", "");
	snprintf(sql, sizeof sql, "SELECT outcome FROM test.submit('W', 'A', 80, 80, _number => %s)", number);
	expect(a, sql, "stored");
	expect(b, "SET lock_timeout = '20s'", "");
	expect(b, "SET statement_timeout = '20s'", "");
	start(b, "SELECT left(test.approve(" ID "), 26)");
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "number_taken|S000031000123");
	expect(R.worker, "SELECT state FROM talent.correction", "requested");
	audit();
	PQfinish(a);
	PQfinish(b);
}

/* A result that is to become a pass brings its number, or brings none, by how its site gets them: that stands as well. */
static void a_site_keeps_its_mode_while_a_correction_waits(void **state)
{
	static const char change[] = "SELECT outcome FROM talent.site_change(NULL, 'test', NULL, NULL, (SELECT e.site FROM talent.exam e"
	                             " WHERE e.code = 'E3'), NULL, NULL, NULL, 'supplied_later', false, NULL)";
	expect(R.worker, "SELECT outcome FROM test.submit('E3', 'A', 50, 80)", "stored");
	expect(R.worker, ASKED("E3", "A", "55, 80"), "requested");
	expect(R.worker, "SELECT test.approve(" ID ")", "approved");
	expect(R.worker, "SELECT outcome FROM talent.correction_request(NULL, 'test', NULL, NULL, test.correction("
	                 "gen_random_uuid(), test.assessment_id('E3', 'A'), 'score', 80, 80))", "requested");
	expect(R.worker, change, "site_numbered");
	expect(R.worker, "SELECT outcome FROM talent.correction_end(NULL, 'test', NULL, NULL, (SELECT id FROM"
	                 " talent.correction WHERE state = 'requested'), 'withdraw', 'not_founded', NULL)", "withdrawn");
	expect(R.worker, change, "changed");
}

/* In an older database, of before the correction, the result that was wrong is in force, with these certificates. */
static void an_annulment_outlives_a_restore(void **state)
{
	static char sql[4096];
	expect(R.worker, "SELECT test.exam('W', '4', 'xingbo', talent._today(), 3)", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('W', 'B', 80, 80)", "stored");
	expect(R.owner, "BEGIN", "");
	expect(R.owner, "SELECT test.correct('E1', 'A', 90, 80), test.rename('E1', 'A', 'Right Name'),"
	                " test.correct('W', 'B', 90, 80)", "approved|approved|approved");
	snprintf(sql, sizeof sql, "CREATE TABLE talent.recover_line AS SELECT gen_random_uuid() AS journal, n, string_to_array(l, ' ')"
	         " AS w FROM string_to_table('%s', '/') WITH ORDINALITY x (l, n)",
	         ask(R.owner, "SELECT string_agg(replace(j.journal, E'\n', '/'), '/') FROM (VALUES ('E1', 'A'), ('W', 'B')) x (e, p)"
	                      " CROSS JOIN LATERAL talent.assessment_annul(NULL, 'test', NULL, NULL, test.assessment_id(e, p),"
	                      " 'issued_in_error', NULL) j"));
	expect(R.owner, "ROLLBACK", "");
	expect(R.worker, STATES("E1", "A"), "published pass 80.00");
	expect(R.owner, "BEGIN", "");
	expect(R.owner, sql, "");
	expect(R.owner, "SELECT count(*) FROM talent.recover_line WHERE NOT talent._journal_line_ok(array_to_string(w, ' '))", "0");
	expect(R.owner, "SELECT n FROM talent._recover('{}') WHERE what LIKE 'annulments entered again%'", "2");
	expect(R.owner, "DROP TABLE talent.recover_line", "");
	expect(R.owner, "COMMIT", "");
	expect(R.worker, STATES("E1", "A"), "annulled pass 80.00");
	expect(R.worker, STATES("W", "B"), "annulled pass 80.00");
	expect(R.worker, CERTIFICATES("E1", "A"), "skill_grade void, company void");
	expect(R.worker, "SELECT test.figures()", "0|0|0");
	audit();
}

/* Also evidence that looks like what an erasure leaves. */
static void whatever_was_remarked_goes(void **state)
{
	expect(R.worker, "SELECT test.exam('W', '4', 'yunxuan')", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('W', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM talent.assessment_decide(NULL, 'test', NULL, NULL, test.assessment_id('W', 'A'), 'veto',"
	                 " 'conduct', 'what Name A has done')", "vetoed");
	expect(R.worker, "SELECT outcome FROM talent.correction_request(NULL, 'test', NULL, NULL, (test.identity(" ID
	                 ", test.assessment_id('W', 'A'), 'name', 'A', 'Right Name')::jsonb || '{\"evidence\": \"*\"}')::json)",
	       "requested");
	expect(R.worker, "SELECT test.approve(" ID ")", "approved");
	expect(R.worker, "SELECT test.annul('W', 'A')", "annulled");
	expect(R.owner, "ALTER TABLE talent.assessment DISABLE TRIGGER USER", "");
	expect(R.owner, "UPDATE talent.assessment SET declared = '{\"basis\": \"of Name A\"}'", "");
	expect(R.owner, "ALTER TABLE talent.assessment ENABLE TRIGGER USER", "");
	expect(R.owner, "SELECT talent._person_erase(NULL, 'test', gen_random_uuid(), p.id, talent._tick(), '{}', '{}',"
	                " '{}') IS NOT NULL FROM talent.person p", "t");
	expect(R.owner, "SELECT num_nonnulls(name, name_joined, note, id_hash) FROM talent.correction", "0");
	expect(R.owner, "SELECT count(*), count(note) FROM talent.company_decision", "2|0");
	expect(R.owner, "SELECT count(*), count(declared), count(*) FILTER (WHERE name <> '*') FROM talent.assessment", "2|0|0");
	audit();
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_pass_that_was_none_loses_its_certificates),
		TEST(a_fail_that_was_a_pass_is_published),
		TEST(a_score_within_a_pass_keeps_the_certificates),
		TEST(an_absence_by_mistake_is_a_participation),
		TEST(a_pass_that_waits_goes_on_waiting),
		TEST(a_supplied_number_follows),
		TEST(a_correction_counts_on_its_own_day),
		TEST(sixty_four_deciders_have_one_winner),
		TEST(whoever_writes_is_held_to_it),
		TEST(a_name_gives_both_certificates_a_new_version),
		TEST(a_name_of_what_has_ended),
		TEST(a_document_takes_the_place_of_the_wrong_one),
		TEST(a_name_races_a_revocation),
		TEST(nothing_is_asked_twice_or_corrected_after_erasure),
		TEST(a_number_goes_to_the_first),
		TEST(a_site_keeps_its_mode_while_a_correction_waits),
		TEST(an_annulment_outlives_a_restore),
		TEST(whatever_was_remarked_goes),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_corrections", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
