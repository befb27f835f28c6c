/* Every invariant of the model, broken on purpose: by the owner's raw SQL, which the constraints
 * must stop, and by the daemon's roles, which may not even try. */
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

/* E1: dual, level 4, passed by A, failed by F, missed by X. E3: plain, level 3, passed by A. W:
 * awaiting. Read only: each attempt fails and leaves everything as it was. */
static int open_all(void **state)
{
	R.cluster = cluster_start();
	registry_open(&R);
	expect(R.worker, "SELECT test.exam('E1', '4'), test.exam('E3', '3', NULL),"
	                 " test.exam('W', '5', NULL, talent._today(), 7), test.exam('R', '2', NULL)",
	       "created|created|created|created");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'F', 50, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'X')", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E3', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('W', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('R', 'A', 80, 80, 60)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('R', 'B', 80, 80, 70)", "stored");
	expect(R.worker, "SELECT test.move('revoke', 'R', 'B')", "revoked");
	return 0;
}

static int close_all(void **state)
{
	registry_close(&R);
	cluster_stop(R.cluster);
	return 0;
}

struct attempt {
	const char *sql, *sqlstate, *constraint;
};

static void refuse_all(PGconn *conn, const struct attempt *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_error(conn, at[i].sql, at[i].sqlstate, at[i].constraint);
}

#define REFUSE(conn, table) refuse_all(conn, table, sizeof(table) / sizeof((table)[0]))

/* A certificate for an assessment, by hand; %s is kind and assessment. Audited in the same query. */
#define AUDIT "INSERT INTO talent.audit (action) VALUES ('by hand');"
#define CERTIFICATE(kind, exam, who)                                                               \
	"INSERT INTO talent.certificate (id, kind, number, assessment, person, issuer, body,"      \
	" district, occupation, edition, work_type, level, issued_on, issued_at)"                  \
	" SELECT gen_random_uuid(), '" kind "', CASE '" kind "' WHEN 'skill_grade' THEN 'S000031000123264999999'"    \
	" WHEN 'company' THEN 'XINGBO-2026-99999999' ELSE 'NUMBER-1' END, a.id, a.person, e.body, e.body,"       \
	" e.district, e.occupation, e.edition, e.work_type, e.level,"                              \
	" talent._today(), now()"                                                                \
	" FROM talent.assessment a JOIN talent.exam e ON e.id = a.exam"                            \
	" WHERE a.id = test.assessment_id('" exam "', '" who "');"
#define RESULT(exam, state, outcome, scores)                                                       \
	"INSERT INTO talent.assessment (id, exam, person, name, attendance, theory, skill, review,"\
	" outcome, failed_parts, state, publish_on, annulled_on)"                                  \
	" SELECT gen_random_uuid(), test.exam_id('" exam "'), p.id, p.name, " scores ", '" outcome \
	"', '{}', '" state "', talent._today(), NULL FROM talent.person p"                            \
	" WHERE p.id_hash = test.hash('B');"

static void test_exactly_two_one_or_none(void **state)
{
	static const struct attempt at[] = {
		/* a published pass without certificates, dual and plain */
		{AUDIT RESULT("E1", "published", "pass", "'present', 80, 80, NULL"), "TA001",
	         "assessment_certificates"},
		{AUDIT RESULT("E3", "published", "pass", "'present', 80, 80, NULL"), "TA001",
	         "assessment_certificates"},
		/* one certificate too many: dual, plain, fail, absence, awaiting; all later */
		{AUDIT CERTIFICATE("skill_grade", "E1", "A"), "TA001", "assessment_certificates"},
		{AUDIT CERTIFICATE("company", "E3", "A"), "TA001", "assessment_certificates"},
		{AUDIT CERTIFICATE("skill_grade", "E1", "F"), "TA001", "assessment_certificates"},
		{AUDIT CERTIFICATE("skill_grade", "E1", "X"), "TA001", "assessment_certificates"},
		{AUDIT CERTIFICATE("skill_grade", "W", "A"), "TA001", "assessment_certificates"},
		/* publishing without them; annulling without voiding them */
		{AUDIT "UPDATE talent.assessment SET state = 'published'"
	               " WHERE id = test.assessment_id('W', 'A')",
	         "TA001", "assessment_certificates"},
		{AUDIT "UPDATE talent.assessment SET state = 'annulled', annulled_on = talent._today()"
	               " WHERE id = test.assessment_id('E1', 'A')",
	         "TA001", "assessment_certificates"},
		/* voiding one without annulling its result */
		{AUDIT "INSERT INTO talent.certificate_event (certificate, kind, rev)"
	               " SELECT id, 'voided', 99 FROM talent.certificate"
	               " WHERE number = test.number('E1', 'A');"
	               "UPDATE talent.certificate_state SET state = 'void', rev = 99,"
	               " revoked_on = talent._today() WHERE certificate = (SELECT id"
	               " FROM talent.certificate WHERE number = test.number('E1', 'A'))",
	         "TA001", "assessment_certificates"},
	};
	REFUSE(R.owner, at);
}

/* A code or a title with something in it that does not show reads as another. */
static void test_codes_and_titles_show(void **state)
{
#define EXAM(code)                                                                                              \
	"INSERT INTO talent.exam (id, body, code, occupation, edition, work_type, level, held_on, district)"    \
	" SELECT gen_random_uuid(), body, " code ", occupation, edition, work_type, level, held_on, district"   \
	" FROM talent.exam WHERE code = 'E1'"
	static const struct attempt at[] = {
		{EXAM("U&'E\\200B2'"), "23514", "exam_code_shown"}, {EXAM("U&'E\\202E2'"), "23514", "exam_code_shown"},
		{EXAM("U&'E\\20662'"), "23514", "exam_code_shown"}, {EXAM("U&'E\\00A02'"), "23514", "exam_code_shown"},
		{EXAM("U&'E\\FEFF'"), "23514", "exam_code_shown"}, {EXAM("U&'E\\+0E0041'"), "23514", "exam_code_shown"},
		{EXAM("E'E\\n'"), "23514", "exam_code_shown"},
		{"INSERT INTO talent.training_session (id, institution, title, occupation, edition, work_type, level,"
	         " starts_on, ends_on, hours, capacity, district) SELECT gen_random_uuid(), institution,"
	         " U&'\\76F4\\200D\\64AD', occupation, edition, work_type, level, starts_on, ends_on, hours, capacity,"
	         " district FROM talent.training_session LIMIT 1", "23514", "training_session_title_shown"},
	};
	expect(R.worker, "SELECT test.session('T')", "created");
	REFUSE(R.owner, at);
	expect(R.owner, "SELECT talent._shows('互联网 · 直播' || U&'\\3000' || 'é-１ 🎬𠮷')", "t");
#undef EXAM
}

/* 78.50 is 78.5, and 59.995 is no 60. */
static void test_scores_are_exact(void **state)
{
	static const struct attempt at[] = {
		{"SELECT test.submit('EXACT', 'EX', 59.995, 80)", "23514", "assessment_score_exact"},
		{"SELECT test.submit('EXACT', 'EX', 80, 78.30000000000001)", "23514", "assessment_score_exact"},
	};
	expect(R.worker, "SELECT test.exam('EXACT', '4')", "created");
	REFUSE(R.worker, at);
	expect(R.worker, "SELECT outcome FROM test.submit('EXACT', 'EX', 78.5, 60)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('EXACT', 'EX', 78.50, 60.000)", "replayed");
}

#define BORN(when, record) "jsonb_set(to_jsonb(" record "), '{person,born}', to_jsonb(talent._today() - " when "))"
#define EXAMINED(who, born) \
	"SELECT outcome FROM talent.assessment_submit(NULL, 'test', NULL, NULL, test.exam_id('BIRTH'), now()," \
	" jsonb_build_array(" BORN(born, "test.result('BIRTH', '" who "')") ")::json)"
#define ENROLLED(who, born) \
	"SELECT outcome FROM talent.session_enrol(NULL, 'test', NULL, NULL, gen_random_uuid(), test.session_id('BIRTH')," \
	" (to_jsonb(test.person('" who "')) || jsonb_build_object('born', talent._today() - " born "))::json)"

/* Whoever writes; and the day of birth is not kept, nor written later. */
static void test_nobody_before_birth(void **state)
{
	static const struct attempt at[] = {
		{EXAMINED("N1", "1"), "23514", "assessment_after_birth"},
		{ENROLLED("N2", "29"), "23514", "enrolment_after_birth"},
	};
	expect(R.worker, "SELECT test.exam('BIRTH', '4', NULL, talent._today() - 2), test.session('BIRTH')",
	       "created|created");
	/* An exam that asks nothing of its candidates, as those that were announced before anybody asked. */
	expect(R.owner, "BEGIN", "");
	expect(R.owner, "SET LOCAL talent.maintenance = 'on'", "");
	expect(R.owner, "UPDATE talent.exam SET eligibility = NULL WHERE code = 'BIRTH'", "");
	expect(R.owner, "COMMIT", "");
	REFUSE(R.worker, at);
	expect(R.worker, EXAMINED("N3", "2"), "stored");
	expect(R.worker, ENROLLED("N4", "9000"), "enrolled");
	expect(R.owner, "SELECT (SELECT count(*) FROM talent.assessment WHERE born IS NOT NULL),"
	                " (SELECT count(*) FROM talent.enrolment WHERE born IS NOT NULL)", "0|0");
	expect(R.owner, "UPDATE talent.enrolment SET born = '1990-01-01'"
	                " WHERE session = test.session_id('BIRTH') RETURNING born", "");
	expect_error(R.owner, "UPDATE talent.assessment SET born = '1990-01-01' WHERE exam = test.exam_id('BIRTH')",
	             "TA003", "assessment_transition");
}

/* In the order of days: the exam, its result; the session's last day, its completion. What earlier versions
 * took otherwise stays, waits, and is listed. */
static void test_nothing_before_its_day(void **state)
{
	static const struct attempt at[] = {
		{AUDIT RESULT("SOON", "published", "absent", "'absent', NULL, NULL, NULL"), "23514",
	         "assessment_exam_held"},
		{AUDIT RESULT("SOON", "awaiting_publication", "pass", "'present', 80, 80, NULL"), "23514",
	         "assessment_exam_held"},
		{"UPDATE talent.training_session SET state = 'completed', completed_on = talent._today() - 2,"
	         " counted_district = '310105'", "23514", "training_session_over"},
		{"UPDATE talent.training_session SET state = 'completed', completed_on = talent._today() + 1,"
	         " counted_district = '310105'", "23514", "training_session_over"},
		{"INSERT INTO talent.exam (id, body, code, session, occupation, edition, work_type, level, held_on,"
	         " district, late_reason) SELECT gen_random_uuid(), body, 'EARLY', test.session_id('S'), occupation, edition,"
	         " work_type, level, talent._today() - 31, district, 'x' FROM talent.exam WHERE code = 'E1'", "23514",
	         "exam_after_session"},
		{"INSERT INTO talent.goal (programme, key, title, title_en, reached_on, evidence, position, measures)"
	         " VALUES ('shanghai-2025-27', 'late', 't', 't', talent._today() + 1, 'e', 99, '{}')", "23514",
	         "goal_reached"},
	};
	expect(R.worker, "SELECT test.exam('SOON', '4', NULL, talent._today() + 1, 3), test.session('S')",
	       "created|created");
	REFUSE(R.owner, at);
	expect(R.owner, "ALTER TABLE talent.assessment DISABLE TRIGGER assessment_certificates", "");
	expect(R.owner, RESULT("SOON", "awaiting_publication", "pass", "'present', 80, 80, NULL"), "");
	expect(R.owner, "ALTER TABLE talent.assessment ENABLE TRIGGER assessment_certificates", "");
	expect(R.owner, "SELECT count(*) FROM talent.publish_waiting WHERE id = test.assessment_id('SOON', 'B')", "0");
	expect(R.jobs, "SELECT outcome, other::date - talent._today() FROM test.publish('SOON', 'B')", "not_due|1");
	expect(R.worker, "SELECT test.annul('SOON', 'B')", "annulled");
}

static void test_no_version_without_proof(void **state)
{
#define VERSION                                                                                    \
	"INSERT INTO talent.certificate_version SELECT gen_random_uuid(), certificate, 2,"         \
	" sha256('x')::bytea, issuer, 5, 5, key, now(), NULL, kind, number, holder, title,"        \
	" occupation, edition, occupation_name, work_type, level, level_name, level_name_en,"      \
	" issuer_name, issuer_slug, issued_on, dual FROM talent.certificate_version LIMIT 1"
	static const struct attempt at[] = {
		{"INSERT INTO talent.certificate_document (version, document)"
	         " VALUES (gen_random_uuid(), NULL)",
	         "23502", NULL},
		{"INSERT INTO talent.certificate_document (version, document)"
	         " VALUES (gen_random_uuid(), '{\"proof\":{}}')",
	         "23514", NULL},
		{"INSERT INTO talent.certificate_version SELECT gen_random_uuid(), certificate, 2,"
	         " substr(sha256('x'), 1, 16), issuer, 5, 5, key, now(), NULL, kind, number, holder,"
	         " title, occupation, edition, occupation_name, work_type, level, level_name,"
	         " level_name_en, issuer_name, issuer_slug, issued_on, dual"
	         " FROM talent.certificate_version LIMIT 1",
	         "23503", "certificate_version_id_fkey"},
		{VERSION, "23514", NULL}, /* a code of 32 bytes */
	};
	REFUSE(R.owner, at);
#undef VERSION
}

static void test_signed_rows_never_change(void **state)
{
	static const struct attempt at[] = {
		{"UPDATE talent.certificate_document SET document = document || ' '", "TA002",
	         "certificate_document_immutable"},
		{"DELETE FROM talent.certificate_document", "TA002", "certificate_document_immutable"},
		{"UPDATE talent.certificate_version SET holder = 'x'", "TA002",
	         "certificate_version_immutable"},
		{"DELETE FROM talent.certificate_version", "TA002", "certificate_version_immutable"},
		{"UPDATE talent.certificate SET number = 'OTHER-1'", "TA002",
	         "certificate_immutable"},
		{"DELETE FROM talent.certificate", "TA002", "certificate_immutable"},
		{"DELETE FROM talent.certificate_state", "TA002", "certificate_state_immutable"},
		{"UPDATE talent.certificate_event SET rev = 7", "TA002",
	         "certificate_event_immutable"},
		{"DELETE FROM talent.assessment", "TA002", "assessment_immutable"},
		{"DELETE FROM talent.person", "TA002", "person_immutable"},
		{"DELETE FROM talent.exam", "TA002", "exam_immutable"},
		{"UPDATE talent.exam SET held_on = held_on - 1 WHERE id IN (SELECT exam FROM talent.assessment)", "23514",
	         "exam_without_results"},
		{"UPDATE talent.exam SET code = code || 'X'", "TA002", "exam_immutable"},
		{"DELETE FROM talent.organisation", "TA002", "organisation_immutable"},
		{"DELETE FROM talent.level", "TA002", "level_immutable"},
		{"UPDATE talent.audit SET action = 'x'", "TA002", "audit_immutable"},
		{"DELETE FROM talent.audit", "TA002", "audit_immutable"},
		{"UPDATE talent.count_delta SET n = n + 1", "TA002", "count_delta_immutable"},
		{"UPDATE talent.issuer_key SET public = sha256('x')", "TA002",
	         "issuer_key_immutable"},
		{"TRUNCATE talent.audit", "TA002", "audit_immutable"},
		{"TRUNCATE talent.certificate_event", "TA002", "certificate_event_immutable"},
		{"TRUNCATE talent.count_delta", "TA002", "count_delta_immutable"},
	};
	REFUSE(R.owner, at);
}

static void test_result_follows_from_scores(void **state)
{
	static const struct attempt at[] = {
		{AUDIT RESULT("E1", "published", "pass", "'present', 59.99, 80, NULL"), "23514",
	         "assessment_grading"},
		{AUDIT RESULT("E1", "published", "fail", "'present', 80, 80, NULL"), "23514",
	         "assessment_grading"},
		{AUDIT RESULT("E1", "published", "absent", "'absent', 80, NULL, NULL"), "23514",
	         "assessment_grading"},
		{AUDIT RESULT("E1", "published", "absent", "'present', NULL, NULL, NULL"), "23514",
	         "assessment_grading"},
		{AUDIT RESULT("E1", "awaiting_publication", "absent", "'absent', NULL, NULL, NULL"),
	         "23514", "assessment_grading"},
		{AUDIT RESULT("E1", "published", "pass", "'present', 100.5, 80, NULL"), "23514", NULL},
		/* a review at level 4, none at level 2 */
		{AUDIT RESULT("W", "awaiting_publication", "pass", "'present', 80, 80, 80"), "TA004",
	         "certificate_facts"},
		{AUDIT "INSERT INTO talent.assessment (id, exam, person, name, attendance, theory,"
	               " skill, outcome, failed_parts, state, publish_on)"
	               " SELECT gen_random_uuid(), test.exam_id('R'), p.id, p.name, 'present', 80, 80,"
	               " 'pass', '{}', 'awaiting_publication', talent._today() FROM talent.person p"
	               " WHERE p.id_hash = test.hash('F')",
	         "TA004", "certificate_facts"},
		/* of no exam */
		{AUDIT "INSERT INTO talent.assessment (id, exam, person, name, attendance, outcome,"
	               " failed_parts, state) SELECT gen_random_uuid(), gen_random_uuid(), p.id,"
	               " p.name, 'absent', 'absent', '{}', 'published' FROM talent.person p LIMIT 1",
	         "TA004", "certificate_facts"},
	};
	REFUSE(R.owner, at);
}

static void test_one_assessment_one_live_certificate_one_number(void **state)
{
	static const struct attempt at[] = {
		{AUDIT "INSERT INTO talent.assessment (id, exam, person, name, attendance, outcome,"
	               " failed_parts, state) SELECT gen_random_uuid(), exam, person, name, 'absent',"
	               " 'absent', '{}', 'published' FROM talent.assessment"
	               " WHERE id = test.assessment_id('E1', 'A')",
	         "23505", "assessment_person_key"},
		{"INSERT INTO talent.certificate_state (certificate, kind, person, occupation,"
	         " work_type, level, state, version) SELECT gen_random_uuid(), kind, person,"
	         " occupation, work_type, level, 'valid', version FROM talent.certificate_state"
	         " WHERE kind = 'skill_grade' AND state = 'valid' LIMIT 1",
	         "23505", "certificate_already_certified"},
		{"INSERT INTO talent.certificate (id, kind, number, person, issuer, body, district,"
	         " occupation, edition, work_type, level, issued_on, issued_at)"
	         " SELECT gen_random_uuid(), 'recommendation', number, person, issuer, body,"
	         " district, occupation, edition, work_type, level, issued_on, issued_at"
	         " FROM talent.certificate LIMIT 1",
	         "23505", "certificate_number_key"},
		{"INSERT INTO talent.certificate (id, kind, number, person, issuer, body, district,"
	         " occupation, edition, work_type, level, issued_on, issued_at)"
	         " SELECT gen_random_uuid(), 'recommendation', 'lower-case', person, issuer, body,"
	         " district, occupation, edition, work_type, level, issued_on, issued_at"
	         " FROM talent.certificate LIMIT 1",
	         "23514", "certificate_form"},
		/* whatever its kind, a certificate has a state and a version */
		{"INSERT INTO talent.certificate (id, kind, number, person, issuer, body, district,"
	         " occupation, edition, work_type, level, issued_on, issued_at)"
	         " SELECT gen_random_uuid(), 'recommendation', 'BARE-0001', person, issuer, body,"
	         " district, occupation, edition, work_type, level, issued_on, issued_at"
	         " FROM talent.certificate LIMIT 1",
	         "TA004", "certificate_facts"},
		{"INSERT INTO talent.person SELECT gen_random_uuid(), id_type, id_country, id_hash,"
	         " id_cipher, id_key, id_masked, name FROM talent.person LIMIT 1",
	         "23505", "person_id_hash_key"},
		{"INSERT INTO talent.certificate_document (version, document)"
	         " VALUES ('0d000000-0000-4000-8000-00000000ffff', test.document());"
	         "INSERT INTO talent.certificate_version"
	         " SELECT '0d000000-0000-4000-8000-00000000ffff', certificate, 2,"
	         " substr(sha256('x'), 1, 16), issuer, list, idx, key, now(), NULL, kind, number,"
	         " holder, title, occupation, edition, occupation_name, work_type, level,"
	         " level_name, level_name_en, issuer_name, issuer_slug, issued_on, dual"
	         " FROM talent.certificate_version LIMIT 1",
	         "23505", "certificate_version_status_key"},
		{"INSERT INTO talent.issuer_key (key, organisation, public, wrapped)"
	         " SELECT 'zOther', organisation, public, wrapped FROM talent.issuer_key"
	         " WHERE kind = 'ed25519' LIMIT 1",
	         "23505", "issuer_key_active"},
		{"INSERT INTO talent.agreement_title SELECT agreement, occupation, edition,"
	         " 'video-promotion', level, '国家级主播' FROM talent.agreement_title LIMIT 1",
	         "23514", "agreement_title_reserved_words"},
	};
	REFUSE(R.owner, at);
}

static void test_states_that_may_not_follow(void **state)
{
#define OF(exam, who)                                                                              \
	" WHERE certificate = (SELECT id FROM talent.certificate WHERE number = test.number('"     \
	exam "', '" who "'))"
	static const struct attempt at[] = {
		/* revocation is final */
		{AUDIT "UPDATE talent.certificate_state SET state = 'valid', rev = 99,"
	               " revoked_on = NULL" OF("R", "B"),
	         "TA003", "certificate_state_transition"},
		{AUDIT "UPDATE talent.certificate_state SET state = 'suspended', rev = 99" OF("R", "B"),
	         "TA003", "certificate_state_transition"},
		{AUDIT "UPDATE talent.certificate_state SET revoked_on = revoked_on - 1" OF("R", "B"),
	         "TA003", "certificate_state_transition"},
		/* a change without a new revision, or an older one */
		{AUDIT "UPDATE talent.certificate_state SET state = 'suspended',"
	               " suspended_on = talent._today()" OF("E1", "A"),
	         "TA003", "certificate_state_transition"},
		{AUDIT "UPDATE talent.certificate_state SET suspended_on = talent._today()" OF("R", "B"),
	         "TA003", "certificate_state_transition"},
		/* under a revision that the clock did not give: no cache would hear of it */
		{AUDIT "INSERT INTO talent.certificate_event (certificate, kind, rev) SELECT id,"
	               " 'suspended', 1 FROM talent.certificate WHERE number = test.number('E1', 'A');"
	               "UPDATE talent.certificate_state SET state = 'suspended', rev = 1,"
	               " suspended_on = talent._today()" OF("E1", "A"),
	         "TA004", "status_clock_moved"},
		{AUDIT "INSERT INTO talent.certificate_event (certificate, kind, rev) SELECT id,"
	               " 'suspended', talent._tick() + 1 FROM talent.certificate"
	               " WHERE number = test.number('E1', 'A');"
	               "UPDATE talent.certificate_state SET state = 'suspended', suspended_on ="
	               " talent._today(), rev = (SELECT rev + 1 FROM talent.status_clock)" OF("E1", "A"),
	         "TA004", "status_clock_moved"},
		/* without its event, its audit row, its date */
		{AUDIT "UPDATE talent.certificate_state SET state = 'suspended', rev = 99,"
	               " suspended_on = talent._today()" OF("E1", "A"),
	         "TA004", "certificate_facts"},
		{"INSERT INTO talent.certificate_event (certificate, kind, rev) SELECT id, 'suspended',"
	         " 99 FROM talent.certificate WHERE number = test.number('E1', 'A');"
	         "UPDATE talent.certificate_state SET state = 'suspended', rev = 99,"
	         " suspended_on = talent._today()" OF("E1", "A"),
	         "TA005", "audit_same_transaction"},
		{AUDIT "UPDATE talent.certificate_state SET state = 'suspended', rev = 99"
	         OF("E1", "A"),
	         "23514", "certificate_state_dates"},
		/* another person's certificate */
		{AUDIT "UPDATE talent.certificate_state SET person = gen_random_uuid()" OF("E1", "A"),
	         "TA003", "certificate_state_transition"},
		{AUDIT "UPDATE talent.assessment SET theory = 99 WHERE id ="
	               " test.assessment_id('E1', 'A')",
	         "TA003", "assessment_transition"},
		{AUDIT "UPDATE talent.assessment SET state = 'awaiting_publication',"
	               " publish_on = talent._today() WHERE id = test.assessment_id('E1', 'A')",
	         "TA003", "assessment_transition"},
		{"UPDATE talent.status_clock SET rev = rev", "TA003", "status_clock_transition"},
		{"UPDATE talent.status_clock SET rev = rev - 1", "TA003", "status_clock_transition"},
	};
	REFUSE(R.owner, at);
#undef OF
}

static void test_result_without_audit(void **state)
{
	expect_error(R.owner,
	             "INSERT INTO talent.assessment (id, exam, person, name, attendance, outcome,"
	             " failed_parts, state) SELECT gen_random_uuid(), test.exam_id('E3'), p.id, p.name,"
	             " 'absent', 'absent', '{}', 'published' FROM talent.person p"
	             " WHERE p.id_hash = test.hash('F')",
	             "TA005", "audit_same_transaction");
}

/* No table takes a write from a daemon, and what it has no use for it cannot read. */
static void test_daemons_only_read_and_execute(void **state)
{
	PGconn *daemons[] = {R.worker, R.jobs};
	for (size_t d = 0; d < 2; d++) {
		PGresult *res = PQexec(R.owner, "SELECT relname FROM pg_class WHERE relnamespace ="
		                                " 'talent'::regnamespace AND relkind = 'r'"
		                                " AND relname <> 'schema_migration'");
		assert_true(PQntuples(res) > 35);
		for (int i = 0; i < PQntuples(res); i++) {
			char sql[256];
			const char *table = PQgetvalue(res, i, 0);
			snprintf(sql, sizeof(sql), "DELETE FROM talent.%s", table);
			expect_error(daemons[d], sql, "42501", NULL);
			snprintf(sql, sizeof(sql), "INSERT INTO talent.%s DEFAULT VALUES", table);
			expect_error(daemons[d], sql, "42501", NULL);
			snprintf(sql, sizeof(sql), "TRUNCATE talent.%s", table);
			expect_error(daemons[d], sql, "42501", NULL);
		}
		PQclear(res);
		static const struct attempt at[] = {
			{"UPDATE talent.certificate_state SET state = 'valid'", "42501", NULL},
			{"UPDATE talent.certificate_document SET document = ''", "42501", NULL},
			{"SELECT id_cipher FROM talent.person", "42501", NULL},
			{"SELECT * FROM talent.status_block", "42501", NULL},
			{"SELECT * FROM talent.idempotency", "42501", NULL},
			{"SELECT talent._tick()", "42501", NULL},
			{"SELECT talent._recount_person(gen_random_uuid())", "42501", NULL},
			{"CREATE TABLE talent.mine ()", "42501", NULL},
			{"CREATE TABLE public.mine ()", "42501", NULL},
			{"SET ROLE talent_owner", "42501", NULL},
		};
		REFUSE(daemons[d], at);
	}
	static const struct attempt jobs_only[] = {
		{"SELECT talent.counts_fold(1)", "42501", NULL},
		{"SELECT talent.idempotency_purge('1 day', 1)", "42501", NULL},
		{"SELECT talent.verification_records_forget(1)", "42501", NULL},
	};
	REFUSE(R.worker, jobs_only);
	static const struct attempt worker_only[] = {
		{"SELECT talent.verification_records_add('[]')", "42501", NULL},
		{"SELECT talent.token_revoke(NULL, '', NULL, NULL, gen_random_uuid())", "42501", NULL},
		{"SELECT talent.assessment_annul(NULL, '', NULL, NULL, gen_random_uuid(), '', '')",
	         "42501", NULL},
	};
	REFUSE(R.jobs, worker_only);
}

/* Every write function runs as the owner under a fixed search path, and is nobody's but those
 * roles' whom its file names. */
static void test_functions_are_closed(void **state)
{
	expect(R.owner,
	       "SELECT count(*) FROM pg_proc p WHERE pronamespace = 'talent'::regnamespace AND prosecdef"
	       " AND (proconfig IS NULL OR NOT 'search_path=talent, pg_temp' = ANY (proconfig))",
	       "0");
	expect(R.owner,
	       "SELECT count(*) FROM pg_proc p WHERE pronamespace = 'talent'::regnamespace"
	       " AND prosecdef AND proname LIKE '\\_%' AND p.proowner <> 'talent_eraser'::regrole",
	       "0");
	expect(R.owner,
	       "SELECT count(*) FROM pg_proc p, aclexplode(coalesce(p.proacl,"
	       " acldefault('f', p.proowner))) a WHERE p.pronamespace = 'talent'::regnamespace"
	       " AND a.grantee = 0 AND p.prosecdef",
	       "0");
}

/* Repairs are possible to the owner who asks for them, and to no daemon that does. */
static void test_maintenance(void **state)
{
	static const char edit[] = "UPDATE talent.person SET name = name WHERE id_hash = test.hash('F')";
	expect(R.owner, "BEGIN", "");
	expect(R.owner, "SET LOCAL talent.maintenance = 'on'", "");
	expect(R.owner, edit, "");
	expect(R.owner, "ROLLBACK", "");
	expect_error(R.owner, edit, "TA002", "person_immutable");
	/* A daemon may set the word; it gains nothing, even where it had the right to write. */
	expect(R.owner, "GRANT UPDATE (name) ON talent.person TO talent_worker", "");
	expect(R.worker, "SET talent.maintenance = 'on'", "");
	expect_error(R.worker, edit, "TA002", "person_immutable");
	expect(R.worker, "RESET talent.maintenance", "");
	expect(R.owner, "REVOKE UPDATE (name) ON talent.person FROM talent_worker", "");
}

/* --- the server's own log --------------------------------------------------------------------- */

static bool log_has(const char *needle)
{
	static char text[1024 * 1024];
	FILE *f = fopen(cluster_log(R.cluster), "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	return strstr(text, needle) != NULL;
}

/* An administrator of PostgreSQL who turns every log on sees statements and errors, but nobody's
 * name: neither parameters nor the rows that errors quote. */
static void test_no_row_and_no_parameter_in_the_log(void **state)
{
	char sql[256];
	snprintf(sql, sizeof(sql),
	         "ALTER DATABASE %s SET log_min_messages = 'warning';"
	         "ALTER DATABASE %s SET log_min_error_statement = 'error';"
	         "ALTER DATABASE %s SET log_min_duration_statement = 0",
	         R.database, R.database, R.database);
	cluster_sql(R.cluster, R.database, sql);
	static const char *const roles[] = {"talent_worker", "talent_jobs"};
	for (size_t i = 0; i < 2; i++) {
		PGconn *conn = registry_connect(&R, roles[i]);
		static const char *const name[] = {"SECRET-NAME"};
		PQclear(PQexecParams(conn, "SELECT 1 AS seen_it, $1::text", 1, NULL, name, NULL, NULL, 0));
		PQclear(PQexecParams(conn, "SELECT 1/0, $1::text", 1, NULL, name, NULL, NULL, 0));
		/* the error quotes the row: id, role, organisation, districts, label ... */
		PQclear(PQexecParams(conn,
		                     "SELECT talent.token_create(NULL, '', NULL, NULL, gen_random_uuid(),"
		                     " 'auditor', NULL, NULL, $1, sha256('x'), NULL)",
		                     1, NULL, name, NULL, NULL, 0));
		PQfinish(conn);
	}
	assert_true(log_has("seen_it"));
	assert_true(log_has("division by zero"));
	assert_true(log_has("violates not-null constraint"));
	assert_false(log_has("SECRET-NAME"));
}

/* talent_jobs was called talent_clerk: for one version both may exactly the same, and have the same settings. */
static void test_the_former_role(void **state)
{
	expect(R.owner,
	       "CREATE VIEW talent.grants AS"
	       " SELECT format('%s %s', p.oid::regprocedure, a.privilege_type) AS what, a.grantee"
	       "  FROM pg_proc p, aclexplode(p.proacl) a WHERE p.pronamespace = 'talent'::regnamespace"
	       " UNION ALL SELECT format('%s %s', c.relname, a.privilege_type), a.grantee"
	       "  FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'talent'::regnamespace"
	       " UNION ALL SELECT format('%s.%s %s', t.attrelid::regclass, t.attname, a.privilege_type), a.grantee"
	       "  FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid::regclass::text LIKE 'talent.%'"
	       " UNION ALL SELECT 'schema ' || a.privilege_type, a.grantee FROM pg_namespace n, aclexplode(n.nspacl) a"
	       "  WHERE n.nspname = 'talent'"
	       " UNION ALL SELECT 'database ' || a.privilege_type, a.grantee FROM pg_database d, aclexplode(d.datacl) a"
	       "  WHERE d.datname = current_database()"
	       " UNION ALL SELECT 'setting ' || u, s.setrole FROM pg_db_role_setting s, unnest(s.setconfig) u"
	       "  JOIN pg_database d ON d.datname = current_database() WHERE s.setdatabase = d.oid",
	       NULL);
	expect(R.owner,
	       "SELECT string_agg(what, ',' ORDER BY what) FILTER (WHERE n <> 2),"
	       " count(*) FILTER (WHERE what LIKE '%job_claim(%' OR what = 'database CONNECT')"
	       " FROM (SELECT what, count(*) AS n FROM talent.grants"
	       "  WHERE grantee IN ('talent_jobs'::regrole, 'talent_clerk'::regrole) GROUP BY what) g",
	       "|2");
	expect(R.owner, "DROP VIEW talent.grants", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_former_role),
		cmocka_unit_test(test_exactly_two_one_or_none),
		cmocka_unit_test(test_codes_and_titles_show),
		cmocka_unit_test(test_scores_are_exact),
		cmocka_unit_test(test_nothing_before_its_day),
		cmocka_unit_test(test_nobody_before_birth),
		cmocka_unit_test(test_no_version_without_proof),
		cmocka_unit_test(test_signed_rows_never_change),
		cmocka_unit_test(test_result_follows_from_scores),
		cmocka_unit_test(test_one_assessment_one_live_certificate_one_number),
		cmocka_unit_test(test_states_that_may_not_follow),
		cmocka_unit_test(test_result_without_audit),
		cmocka_unit_test(test_daemons_only_read_and_execute),
		cmocka_unit_test(test_functions_are_closed),
		cmocka_unit_test(test_maintenance),
		cmocka_unit_test(test_no_row_and_no_parameter_in_the_log),
	};
	return cmocka_run_group_tests_name("sql_invariants", tests, open_all, close_all);
}
