/* Every outcome of the functions that write sessions, exams, credentials, standing, keys and
 * blocks; and that a daemon may prepare every statement. */
#include "../lib/registry.h"
#include "base/attr.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

#include "../lib/cluster.h"

#define NOBODY "'0d000000-0000-4000-8000-00000000dead'"
#define SITE "'0d000000-0000-4000-8000-000000000011'"
#define SHILI "'0d000000-0000-4000-8000-000000000001'"
#define XINGBO "'0d000000-0000-4000-8000-000000000003'"
#define QIHANG "'0d000000-0000-4000-8000-000000000005'"
#define HAOLAI "'0d000000-0000-4000-8000-000000000006'"

static struct registry R;

static int setup(void **state)
{
	registry_open(&R);
	return 0;
}

static int teardown(void **state)
{
	registry_close(&R);
	return 0;
}

struct step {
	const char *sql, *want;
};

static void run(PGconn *conn, const struct step *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect(conn, s[i].sql, s[i].want);
}

#define RUN(conn, steps) run(conn, steps, sizeof(steps) / sizeof((steps)[0]))

static void test_reservations(void **state)
{
	static const struct step steps[] = {
		{"SELECT first FROM talent.numbers_reserve(" SITE ", 'skill_grade', 2026, '1', 100)", "1"},
		{"SELECT first FROM talent.numbers_reserve(" SITE ", 'skill_grade', 2026, '1', 1)",
	         "101"},
		{"SELECT first FROM talent.numbers_reserve(" SITE ", 'skill_grade', 2027, '1', 5)", "1"},
		{"SELECT first FROM talent.numbers_reserve(" XINGBO ", 'company', 2026, NULL, 5)", "1"},
		{"SELECT first FROM talent.status_reserve(" HAOLAI ", 3)", "0"},
		{"SELECT first, length(list_key) FROM talent.status_reserve(" HAOLAI ", 3)", "3|32"},
		{"SELECT count(DISTINCT list_key) FROM generate_series(1, 3),"
	         " LATERAL talent.status_reserve(" HAOLAI ", 1)",
	         "1"},
		{"SELECT count(*) FROM talent.status_list WHERE issuer = " HAOLAI, "2"},
	};
	RUN(R.worker, steps);
	expect(R.owner, "UPDATE talent.number_block SET next = 999990 WHERE level = '1'", "");
	expect(R.worker,
	       "SELECT first FROM talent.numbers_reserve(" SITE ", 'skill_grade', 2026, '1', 10)",
	       "999990");
	expect(R.worker,
	       "SELECT first IS NULL FROM talent.numbers_reserve(" SITE ", 'skill_grade', 2026, '1', 1)",
	       "t");
	expect(R.owner, "UPDATE talent.status_block SET next = 131070 WHERE issuer = " HAOLAI, "");
	expect(R.worker, "SELECT first FROM talent.status_reserve(" HAOLAI ", 4)", "131070");
	expect(R.worker,
	       "SELECT string_agg(list::text, ',' ORDER BY list) FROM talent.status_list"
	       " WHERE purpose = 'revocation' AND issuer = " HAOLAI,
	       "1,2");
	/* A series is somebody's; who asks for one of an organisation that had numbers before there were sites means
	 * the site that goes on with them. */
	expect_error(R.worker, "SELECT talent.numbers_reserve(" NOBODY ", 'skill_grade', 2026, '1', 1)", "23503",
	             "number_block_series");
	expect_error(R.worker, "SELECT talent.numbers_reserve(" QIHANG ", 'skill_grade', 2026, '1', 1)", "23503",
	             "number_block_series");
	expect(R.owner, "INSERT INTO talent.site (id, organisation, code, name, district, number_prefix, number_mode,"
	                " continues) SELECT gen_random_uuid(), id, 'main', name, district, 'S000031000199', 'minted', id"
	                " FROM talent.organisation WHERE slug = 'qihang'", "");
	expect(R.worker, "SELECT first FROM talent.numbers_reserve(" QIHANG ", 'skill_grade', 2026, '1', 7)", "1");
	expect(R.worker, "SELECT b.first FROM talent.site s, LATERAL talent.numbers_reserve(s.id, 'skill_grade', 2026,"
	                 " '1', 1) b WHERE s.continues = " QIHANG, "8");
	expect(R.owner, "SELECT count(*) FROM talent._journal_missing(ARRAY['numbers: ' || " QIHANG
	                 " || ' skill_grade 2026 1 9', 'numbers: ' || " QIHANG " || ' skill_grade 2026 1 10'])", "1");
	expect_error(R.worker, "SELECT talent.numbers_reserve(" SHILI ", 'company', 2026, '', 0)",
	             "22023", NULL);
	expect_error(R.worker, "SELECT talent.status_reserve(" SHILI ", 10001)", "22023", NULL);
}

/* --- sessions and exams -------------------------------------------------------------------- */

#define SESSION(institution, work_type, level, district, key)                                      \
	"SELECT outcome FROM test.session_create(" key ", 'p', gen_random_uuid(), "    \
	institution ", 't', '4-01-06-02', '2022', " work_type ", " level                           \
	", '2026-10-12', '2026-11-06', 104, 40, '" district "')"

static void test_sessions(void **state)
{
	static const struct step steps[] = {
		{SESSION(QIHANG, "'直播销售员'", "'4'", "310104", "NULL"), "created"},
		{SESSION(QIHANG, "'livestream-sales'", "NULL", "310104", "'k'"), "created"},
		{SESSION(QIHANG, "'livestream-sales'", "NULL", "310104", "'k'"), "replayed"},
		{SESSION(QIHANG, "'unknown'", "'4'", "310104", "NULL"), "work_type_unknown"},
		{SESSION(QIHANG, "'平台管理员'", "'1'", "310104", "NULL"), "level_not_offered"},
		{SESSION(QIHANG, "'直播销售员'", "'4'", "310199", "NULL"), "district_differs"},
		{SESSION(NOBODY, "'直播销售员'", "'4'", "310105", "NULL"), "organisation_suspended"},
		{"SELECT test.session('S', 3), test.enrol('S', 'A'), test.enrol('S', 'B')",
	         "created|enrolled|enrolled"},
		{"SELECT test.enrol('S', 'A')", "replayed"},
		{"SELECT test.enrol('S', 'A', 'Other')", "person_name_differs"},
		{"SELECT test.enrol('none', 'A')", "session_not_found"},
		{"SELECT test.enrol('S', 'C'), test.enrol('S', 'D')", "enrolled|session_full"},
		{"SELECT test.complete('S', 104, talent._today() + 3)", "date_in_future|"},
		{"SELECT test.complete('S', 104, talent._today() - 2)", "completed_before_end|"},
		{"SELECT test.complete('none', 104)", NULL},
		{"SELECT outcome, other FROM talent.session_complete(NULL, '', NULL, NULL,"
	         " test.session_id('S'), talent._today() - 1, ARRAY[" NOBODY "]::uuid[], '{104}')",
	         "enrolment_unknown|0d000000-0000-4000-8000-00000000dead"},
	};
	RUN(R.worker, steps);
	/* A stays below the minimum, B is not listed. */
	static const char complete[] =
		"SELECT outcome, completed, not_completed::jsonb -> 0 ->> 'code',"
		" not_completed::jsonb -> 0 ->> 'minimum', not_completed::jsonb -> 1 ->> 'code',"
		" jsonb_array_length(not_completed::jsonb)"
		" FROM talent.session_complete(NULL, '', NULL, NULL, test.session_id('S'), talent._today() - 1,"
		" ARRAY(SELECT e.id FROM talent.enrolment e JOIN talent.person p ON p.id = e.person"
		"  WHERE p.id_hash IN (test.hash('A'), test.hash('C')) AND e.session = test.session_id('S')"
		"  ORDER BY p.name), '{60,104}')";
	expect(R.worker, complete, "completed|1|hours_below_minimum|104|not_reported|2");
	expect(R.worker, complete, "replayed|1|hours_below_minimum|104|not_reported|2");
	expect(R.worker, "SELECT test.complete('S', 104)", NULL);
	expect(R.worker,
	       "SELECT outcome FROM talent.session_complete(NULL, '', NULL, NULL, test.session_id('S'),"
	       " talent._today() - 1, '{}', '{}')",
	       "already_completed");
	expect(R.worker, "SELECT test.enrol('S', 'A'), test.enrol('S', 'E')",
	       "replayed|session_closed");
	expect(R.owner, "UPDATE talent.training_session SET state = 'cancelled' WHERE title = 't'", "");
	expect(R.worker,
	       "SELECT outcome FROM talent.session_complete(NULL, '', NULL, NULL, test.session_id('t'),"
	       " talent._today(), '{}', '{}')",
	       NULL);
}

#define EXAM(code, session, level, work_type, partner, publicity)                                  \
	"SELECT outcome, other FROM test.exam_create(gen_random_uuid(), "  \
	SHILI ", '" code "', " session ", '4-01-06-02', '2022', '" work_type "', '" level "', "    \
	partner ", talent._today(), " publicity ")"

static void test_exams(void **state)
{
	static const struct step steps[] = {
		{EXAM("X", "NULL", "4", "直播销售员", "'xingbo'", "0"), "created|"},
		{EXAM("X", "NULL", "4", "livestream-sales", "'xingbo'", "0"), "replayed|"},
		{EXAM("X", "NULL", "4", "livestream-sales", "'xingbo'", "1"), "code_taken|"},
		{EXAM("Y", "NULL", "4", "unknown", "NULL", "0"), "work_type_unknown|"},
		{EXAM("Y", "NULL", "special", "livestream-sales", "NULL", "0"), "level_not_offered|"},
		{EXAM("Y", "NULL", "4", "livestream-sales", "'qihang'", "0"), "partner_unknown|"},
		{EXAM("Y", NOBODY, "4", "livestream-sales", "NULL", "0"), "session_not_found|"},
		{EXAM("Y", "NULL", "4", "video-promotion", "NULL", "0"), "standing|not_accredited"},
		{EXAM("Y", "NULL", "1", "livestream-sales", "'yunxuan'", "0"),
	         "standing|recognition_not_in_force"},
		{"SELECT count(*) FROM talent.exam WHERE code = 'Y'", "0"},
	};
	RUN(R.worker, steps);
	expect_query(R.worker, Q_EXAM_BY_CODE,
	             (const char *const[]){"0d000000-0000-4000-8000-000000000001", "none"}, "");
}

/* --- credentials and standing --------------------------------------------------------------- */

#define TOKEN(role, org, districts, hash, expires, key)                                            \
	"SELECT outcome FROM talent.token_create(NULL, '', " key ", 'p', gen_random_uuid(), '" role\
	"', " org ", '" districts "', 'label', sha256('" hash "'), " expires ")"

/* Nina's, by herself. */
#define OWN_TOKEN(districts, hash, key) \
	"SELECT outcome FROM talent.token_create('0d0000ff-0000-4000-8000-000000000001', '', " key ", 'p'," \
	" gen_random_uuid(), 'administrator', NULL, '" districts "', 'label', sha256('" hash "'), NULL," \
	" '0d0000fe-0000-4000-8000-000000000001', NULL)"

static const char *principal(const char *hash)
{
	static char text[128];
	char sql[128], arg[80];
	snprintf(sql, sizeof(sql), "SELECT sha256('%s')", hash);
	snprintf(arg, sizeof(arg), "%s", ask(R.worker, sql));
	PGresult *res = PQexecParams(R.worker, statements[Q_PRINCIPAL_BY_TOKEN].text, 1, NULL,
	                             (const char *const[]){arg}, NULL, NULL, 0);
	if (PQntuples(res) == 0)
		snprintf(text, sizeof(text), "nobody");
	else
		snprintf(text, sizeof(text), "%s %s %s %s", PQgetvalue(res, 0, 1), PQgetvalue(res, 0, 3),
		         PQgetvalue(res, 0, 4), PQgetvalue(res, 0, 5));
	PQclear(res);
	return text;
}

static void test_tokens(void **state)
{
	static const struct step steps[] = {
		{TOKEN("institution", SHILI, "{}", "a", "NULL", "NULL"), "created"},
		{TOKEN("institution", SHILI, "{}", "a", "NULL", "NULL"), "hash_taken"},
		{TOKEN("administrator", "NULL", "{}", "b", "NULL", "NULL"), "role_unsuitable"}, /* nobody's */
		{OWN_TOKEN("{310105,310112}", "b", "'k'"), "created"},
		{OWN_TOKEN("{310105,310112}", "b", "'k'"), "replayed"},
		{TOKEN("administrator", "NULL", "{310199}", "c", "NULL", "NULL"), "district_unknown"},
		{TOKEN("administrator", SHILI, "{}", "c", "NULL", "NULL"), "role_unsuitable"},
		{TOKEN("institution", XINGBO, "{}", "c", "NULL", "NULL"), "role_unsuitable"},
		{TOKEN("company", SHILI, "{}", "c", "NULL", "NULL"), "role_unsuitable"},
		{TOKEN("institution", SHILI, "{310105}", "c", "NULL", "NULL"), "role_unsuitable"},
		{TOKEN("employer", "NULL", "{}", "c", "NULL", "NULL"), "role_unsuitable"},
		{TOKEN("king", "NULL", "{}", "c", "NULL", "NULL"), "role_unsuitable"},
		{TOKEN("employer", NOBODY, "{}", "c", "NULL", "NULL"), "organisation_unknown"},
		{TOKEN("employer", HAOLAI, "{}", "c", "now() - interval '1 s'", "NULL"), "created"},
		{TOKEN("company", XINGBO, "{}", "d", "now() + interval '1 h'", "NULL"), "created"},
		{TOKEN("auditor", "NULL", "{}", "e", "NULL", "NULL"), "created"},
	};
	RUN(R.worker, steps);
	expect_error(R.worker,
	             "SELECT talent.token_create(NULL, '', NULL, NULL, gen_random_uuid(),"
	             " 'administrator', NULL, NULL, 'label', sha256('f'), NULL, gen_random_uuid(), 'x')",
	             "23502", NULL);
	assert_string_equal(principal("a"), "institution shili  active");
	assert_string_equal(principal("b"), "administrator  310105,310112 active");
	assert_string_equal(principal("c"), "employer haolai  expired");
	assert_string_equal(principal("d"), "company xingbo  active");
	assert_string_equal(principal("z"), "nobody");
	static const char revoke[] =
		"SELECT outcome FROM talent.token_revoke(NULL, '', NULL, NULL,"
		" (SELECT id FROM talent.token WHERE hash = sha256('a')))";
	expect(R.worker, revoke, "revoked");
	expect(R.worker, revoke, "replayed");
	expect(R.worker, "SELECT outcome FROM talent.token_revoke(NULL, '', NULL, NULL, " NOBODY ")",
	       "not_found");
	assert_string_equal(principal("a"), "institution shili  revoked");
	expect(R.owner, "UPDATE talent.organisation SET suspended_at = now() WHERE slug = 'xingbo'", "");
	assert_string_equal(principal("d"), "company xingbo  suspended");
	expect(R.worker,
	       "SELECT touched FROM talent.credentials_touch(ARRAY(SELECT id FROM talent.token))", "7");
	expect(R.worker,
	       "SELECT touched <= 7 FROM talent.credentials_touch(ARRAY(SELECT id FROM talent.token))",
	       "t");
	expect_query(R.worker, Q_TOKEN_LIST, (const char *const[]){NULL, NULL, "10"}, NULL);
}

/* Records of verifications are what they were, until the day that was promised is over. */
static void test_verification_records(void **state)
{
	expect(R.worker, "SELECT added FROM talent.verification_records_add(test.verification_records('a', 3))", "3");
	expect(R.worker, "SELECT count(*), count(version), count(asked) FROM talent.verification_record", "3|1|2");
	expect_query(R.worker, Q_VERIFICATION_RECORD, (const char *const[]){"\\x0cc175b9c0f1b6a831c3"},
	             "2026-11-22T03:04:05Z|no_match|not_made||public|2126-11-22");
	expect_query(R.worker, Q_VERIFICATION_RECORD, (const char *const[]){"\\x0cc175b9c0f1b6a831c4"}, "");
	static const char *const refused[] = {
		"UPDATE talent.verification_record SET result = 'valid'", /* changed */
		"TRUNCATE talent.verification_record",
	};
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		PGresult *res = PQexec(R.owner, refused[i]);
		assert_string_equal(PQresultErrorField(res, PG_DIAG_SQLSTATE), "TA002");
		PQclear(res);
	}
	/* Of nothing, or of both; with half a reference. */
	static const char *const broken[][2] = {
		{"NULL, NULL", "decode(repeat('01', 10), 'hex')"},
		{"gen_random_uuid(), sha256('x')", "decode(repeat('01', 10), 'hex')"},
		{"NULL, '\\x01'", "decode(repeat('01', 10), 'hex')"},
		{"NULL, sha256('x')", "'\\x0102'"},
	};
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		char sql[512];
		snprintf(sql, sizeof sql,
		         "INSERT INTO talent.verification_record (version, asked, reference, checked_at, result, name,"
		         " caller, kept_until) VALUES (%s, %s, now(), 'valid', 'passed', 'public', '2126-01-01')",
		         broken[i][0], broken[i][1]);
		PGresult *res = PQexec(R.owner, sql);
		assert_string_equal(PQresultErrorField(res, PG_DIAG_SQLSTATE), "23514");
		PQclear(res);
	}
	expect(R.jobs, "SELECT forgotten FROM talent.verification_records_forget(100)", "0");
	expect(R.worker, "SELECT added FROM talent.verification_records_add(test.verification_records('b', 2,"
	       " talent._today()))", "2");
	expect(R.worker, "SELECT added FROM talent.verification_records_add(test.verification_records('c', 3,"
	       " talent._today() - 1))", "3");
	expect(R.jobs, "SELECT forgotten FROM talent.verification_records_forget(2)", "2");
	expect(R.jobs, "SELECT forgotten FROM talent.verification_records_forget(2)", "1");
	expect(R.worker, "SELECT count(*) FROM talent.verification_record", "5");
}

/* An organisation like shili that has been in a state for some days. */
#define SINCE(n, state, days) \
	"INSERT INTO talent.organisation SELECT (jsonb_populate_record(o, jsonb_build_object('id', '0d0000cc-0000-4000-8000-00000000000" n \
	"', 'slug', 'past-" n "', 'credit_code', overlay(o.credit_code PLACING '" n "' FROM 18), 'state', '" state "', 'state_since', now() - interval '" days " days'," \
	" 'suspended_at', now(), 'contact_name', '王经理', 'contact_phone', '021'))).* FROM talent.organisation o WHERE slug = 'shili'"
#define CONTACTS \
	"SELECT string_agg(right(slug, 1), ',' ORDER BY slug) FROM talent.organisation" \
	" WHERE slug LIKE 'past-%' AND contact_name = '王经理' AND contact_phone = '021'"

/* Whom an organisation named is forgotten when it was refused or has ended for as long as the policy of that day said;
 * the audit says when, and nothing of who it was. */
static void contacts_of_organisations_that_ended_are_forgotten(void **state)
{
	expect(R.owner, SINCE("1", "refused", "1096"), "");
	expect(R.owner, SINCE("2", "ended", "1096"), "");
	expect(R.owner, SINCE("3", "ended", "1095"), "");
	expect(R.owner, SINCE("4", "suspended", "4000"), "");
	expect(R.owner, SINCE("5", "applied", "4000"), "");
	expect(R.owner, "INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason)"
	                " VALUES ('organisation_contact_days', 2, '1', talent._today(), 'x')", "");
	expect(R.jobs, "SELECT talent.retention_forget(100)", "2");
	expect(R.worker, CONTACTS, "3,4,5");
	expect(R.worker, "SELECT count(*), count(detail), count(actor) FROM talent.audit"
	                 " WHERE action = 'organisation_contact_forget'", "2|0|0");
	expect(R.jobs, "SELECT talent.retention_forget(100)", "0");
	expect(R.worker, "SELECT outcome FROM talent.organisation_change(NULL, 't', NULL, NULL, 'shili', NULL, NULL, NULL, '李经理',"
	                 " NULL, NULL)", "changed");
	expect(R.worker, "SELECT detail FROM talent.audit WHERE action = 'organisation_change'",
	       "{\"note\": null, \"contact\": \"changed\"}");
}

#define RECEIPT "eyJ0eXAiOiJ2ZXJpZmljYXRpb24tcmVjZWlwdCtqd3QiLCJh"
#define REFERENCE "'\\x0cc175b9c0f1b6a831c3'"
#define BEGIN_RECEIPT(standing, key, input) \
	"SELECT outcome, input, signature IS NULL FROM talent.receipt_begin(" REFERENCE ", '" standing "', now(), '" key \
	"', '" input "')"

#define RECOVERS(line) \
	"INSERT INTO talent.recover_line SELECT gen_random_uuid(), 1, string_to_array(" line ", ' ')"
#define LOST_RECEIPT "'receipt: ' || encode(sha256('lost'), 'hex') || ' zDnOwn 1700000000000000'"
#define MISSING "SELECT count(*) FROM talent._journal_missing(ARRAY[" LOST_RECEIPT "])"

/* One that was given out after the point to which the database was restored is known by its hash again, while nothing
 * else is signed; one that was begun before is known to be signed, though it was forgotten since. */
static void lost_receipts_are_entered_again(void **state)
{
	expect(R.worker, "SELECT outcome FROM talent.issuer_key_store(NULL, 't', NULL, NULL, NULL, 'receipts', 'zDnOwn',"
	                 " sha512('x'), sha512('x'))", "stored");
	expect(R.worker, "SELECT added FROM talent.verification_records_add(test.verification_records('a', 1))", "1");
	expect(R.worker, BEGIN_RECEIPT("valid", "zDnOwn", RECEIPT "2"), "stored|" RECEIPT "2|t");
	expect(R.owner, "UPDATE talent.verification_receipt SET reference = NULL, input = NULL", "");
	expect(R.worker, BEGIN_RECEIPT("valid", "zDnOwn", RECEIPT "1"), "stored|" RECEIPT "1|t");
	expect(R.owner, "UPDATE talent.status_clock SET rev = rev + 1, held = true, held_because = 'restored'", "");
	expect_error(R.worker, BEGIN_RECEIPT("suspended", "zDnOwn", RECEIPT "3"), "TA006", "history_held");
	expect(R.owner, MISSING, "1");
	expect(R.owner, "CREATE TABLE talent.recover_line (journal uuid, n bigint, w text[])", "");
	expect(R.owner, RECOVERS(LOST_RECEIPT), "");
	expect(R.owner, RECOVERS("'receipt: ' || encode(sha256('" RECEIPT "1'), 'hex') || ' zDnOwn 1'"), "");
	expect(R.owner, RECOVERS("'receipt: ' || encode(sha256('" RECEIPT "2'), 'hex') || ' zDnOwn 1'"), "");
	expect(R.owner, RECOVERS("'receipt: ' || encode(sha256('other'), 'hex') || ' zDnNobody 1'"), "");
	expect(R.owner, "SELECT n FROM talent._recover('{}') WHERE what LIKE 'receipts of verifications%'", "3");
	expect(R.owner, "SELECT n FROM talent._recover('{}') WHERE what LIKE 'receipts of verifications%'", "0");
	expect(R.owner, "DROP TABLE talent.recover_line", "");
	expect(R.owner, MISSING, "0");
	expect(R.worker, "SELECT key, day, reference, signed FROM talent.verification_receipt WHERE hash = sha256('lost')",
	       "zDnOwn|2023-11-15||t");
	expect(R.worker, "SELECT bool_and(signed), count(input) FROM talent.verification_receipt", "t|1");
}

/* What is signed about a record is there before, once for a standing and a day; forgotten, its hash explains the
 * signer's journal. */
static void receipts_are_kept_before_they_are_signed(void **state)
{
	expect(R.worker, "SELECT added FROM talent.verification_records_add(test.verification_records('a', 1))", "1");
	expect(R.worker, "SELECT outcome FROM talent.issuer_key_store(NULL, 't', NULL, NULL, NULL, 'receipts', 'zDnOwn',"
	                 " sha512('x'), sha512('x'))", "stored");
	expect(R.worker, BEGIN_RECEIPT("valid", "zDnOwn", RECEIPT "1"), "stored|" RECEIPT "1|t");
	expect(R.worker, BEGIN_RECEIPT("valid", "zDnOwn", RECEIPT "2"), "replayed|" RECEIPT "1|t");
	expect(R.worker, BEGIN_RECEIPT("revoked 2026-11-22", "zDnOwn", RECEIPT "3"), "stored|" RECEIPT "3|t");
	expect(R.worker, BEGIN_RECEIPT("valid", "zDnshili", RECEIPT "1"), "terms_changed||t");
	expect(R.worker, "SELECT outcome FROM talent.receipt_begin('\\x0cc175b9c0f1b6a831c4', 'valid', now(), 'zDnOwn', '"
	                 RECEIPT "')", "not_found");
#define SIGNED(input, by) \
	"SELECT outcome, signature = sha512('" by "') FROM talent.receipt_signed(sha256('" input "'), sha512('" by "'))"
	expect(R.worker, SIGNED(RECEIPT "1", "one"), "stored|t");
	expect(R.worker, SIGNED(RECEIPT "1", "two"), "replayed|f");
	expect(R.worker, SIGNED(RECEIPT "9", "one"), "not_found|");
	/* what was given out, and nothing else, is the journal's to know, whoever is given it again */
	expect(R.owner, "SELECT journal ~ ('^receipt: ' || encode(sha256('" RECEIPT "1'), 'hex') || ' zDnOwn \\d+$'),"
	                 " talent._journal_line_ok(journal) FROM talent.receipt_signed(sha256('" RECEIPT "1'), sha512('x'))", "t|t");
	expect(R.worker, "SELECT journal ~ '^receipt: ' FROM talent.receipt_begin(" REFERENCE ", 'valid', now(), 'zDnOwn', '"
	                 RECEIPT "2')", "t");
	expect(R.worker, "SELECT journal FROM talent.receipt_begin(" REFERENCE ", 'revoked 2026-11-22', now(), 'zDnOwn', '"
	                 RECEIPT "3')", "");
	/* nothing that could be a certificate's, no key of an issuer, no other time */
	expect_error(R.worker, BEGIN_RECEIPT("", "zDnOwn", "eyJhbGciOiJFUzI1NiIs"), "23514",
	             "verification_receipt_input_check");
	expect_error(R.owner, "INSERT INTO talent.verification_receipt (key, made_at, standing, reference, input) VALUES"
	                      " ('zDnshili', now(), '', " REFERENCE ", '" RECEIPT "5')", "23514", "verification_receipt_key");
	expect_error(R.owner, "INSERT INTO talent.verification_receipt (key, made_at, standing, reference, input) VALUES"
	                      " ('zDnOwn', now() - interval '1 day', '', " REFERENCE ", '" RECEIPT "5')",
	             "23514", "verification_receipt_made");
	static const char *const refused[] = {
		"UPDATE talent.verification_receipt SET input = '" RECEIPT "7'",
		"UPDATE talent.verification_receipt SET signature = sha512('other') WHERE signed",
		"UPDATE talent.verification_receipt SET standing = 'valid'",
		"DELETE FROM talent.verification_receipt",
		"TRUNCATE talent.verification_receipt",
	};
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		expect_error(R.owner, refused[i], "TA002", NULL);
	expect(R.owner, "SET talent.maintenance = 'on'; UPDATE talent.verification_record"
	                " SET kept_until = talent._today() - 1; RESET talent.maintenance", "");
	expect(R.worker, BEGIN_RECEIPT("valid", "zDnOwn", RECEIPT "1"), "not_found||t");
	expect(R.jobs, "SELECT forgotten FROM talent.verification_records_forget(100)", "1");
	expect(R.worker, "SELECT count(*), count(reference), count(input), count(signature), count(hash), bool_and(signed)"
	                 " FROM talent.verification_receipt", "2|0|0|0|2|f");
}

static void test_issuer_keys(void **state)
{
	expect_query(R.worker, Q_ISSUERS_WITHOUT_KEY, NULL, "");
	expect(R.worker,
	       "SELECT outcome, key FROM talent.issuer_key_store(NULL, '', NULL, NULL, " SHILI
	       ", 'certificates', 'zNew', sha256('x'), sha512('x'))",
	       "replayed|z6Mkshili");
	expect(R.worker,
	       "SELECT outcome FROM talent.issuer_key_store(NULL, '', NULL, NULL, " NOBODY
	       ", 'certificates', 'zNew', sha256('x'), sha512('x'))",
	       "organisation_unknown");
	expect(R.owner, "UPDATE talent.issuer_key SET state = 'retired', retired_at = now()"
	                " WHERE key = 'z6Mkshili'",
	       "");
	expect_query(R.worker, Q_ISSUERS_WITHOUT_KEY, NULL,
	             "0d000000-0000-4000-8000-000000000001|shili");
	expect(R.worker,
	       "SELECT outcome, key FROM talent.issuer_key_store(NULL, '', NULL, NULL, " SHILI
	       ", 'certificates', 'zNew', sha256('x'), sha512('x'))",
	       "stored|zNew");
	/* newest first, the retired one still listed */
	PGresult *res = PQexecParams(R.worker, statements[Q_DID_DOCUMENT].text, 1, NULL,
	                             (const char *const[]){"shili"}, NULL, NULL, 0);
	assert_int_equal(PQntuples(res), 3);
	assert_string_equal(PQgetvalue(res, 0, 3), "zNew");
	assert_string_equal(PQgetvalue(res, 1, 6), "retired");
	assert_string_equal(PQgetvalue(res, 2, 4), "p256");
	PQclear(res);
}

/* Each query is one that a daemon may run: prepared by the worker, with the arity it declares. */
/* What is told of a request is that request, however many others there are. */
static void test_adoptions_asked_for(void **state)
{
#define ASK(n)                                                                                     \
	"SELECT outcome, id = '0000000" n "-0000-4000-8000-000000000000', number FROM"             \
	" talent.adoption_request(" NOBODY ", 'r', NULL, NULL, '0000000" n                         \
	"-0000-4000-8000-000000000000', md5('" n "')::uuid, 'LOST-" n "', 'x')"
	static const struct step steps[] = {
		{ASK("1"), "requested|t|LOST-1"},
		{ASK("2"), "requested|t|LOST-2"},
		{ASK("3"), "requested|t|LOST-3"},
		{ASK("2"), "replayed|t|LOST-2"},
		{ASK("4"), "not_found||"},
	};
#undef ASK
	expect(R.owner, "INSERT INTO talent.journal_host (id, name) VALUES (" NOBODY ", 'lost')", "");
	expect(R.owner,
	       "INSERT INTO talent.lost_certificate (version, certificate, number, issuer, list, idx,"
	       " state, journal, line) SELECT md5(n::text)::uuid, md5(n::text)::uuid, 'LOST-' || n, " SHILI
	       ", 1, n, 'valid', " NOBODY ", n FROM generate_series(1, 3) n", "");
	RUN(R.worker, steps);
}

static void test_every_statement_prepares(void **state)
{
	for (int i = 0; i < STATEMENT_COUNT; i++) {
		PGresult *res = PQprepare(R.jobs, statements[i].name, statements[i].text, 0, NULL);
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			fail_msg("%s: %s", statements[i].name, PQresultErrorMessage(res));
		PQclear(res);
		res = PQdescribePrepared(R.jobs, statements[i].name);
		assert_int_equal(PQnparams(res), statements[i].n_args);
		PQclear(res);
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_reservations),
		CASE(test_sessions),
		CASE(test_exams),
		CASE(test_tokens),
		CASE(test_verification_records),
		CASE(contacts_of_organisations_that_ended_are_forgotten),
		CASE(receipts_are_kept_before_they_are_signed),
		CASE(lost_receipts_are_entered_again),
		CASE(test_issuer_keys),
		CASE(test_adoptions_asked_for),
		CASE(test_every_statement_prepares),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_records", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
