/* Every outcome of the functions that write results and certificates, and what verdicts, status
 * lists and views read after them. */
#include "../lib/registry.h"

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
#include "domain/kind.h"
#include "domain/number.h"
#include "store/blocks.h"

#define SHILI "'0d000000-0000-4000-8000-000000000001'"

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

struct step {
	const char *sql, *want;
};

static void run(PGconn *conn, const struct step *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect(conn, s[i].sql, s[i].want);
}

#define RUN(conn, steps) run(conn, steps, sizeof(steps) / sizeof((steps)[0]))
#define SUBMIT(args) "SELECT outcome, other FROM test.submit(" args ")"

/* --- kinds of certificates ---------------------------------------------------------------- */

/* What SQL says of a kind is what the program's table says; of any other it says nothing. */
static void test_kinds_are_the_programs(void **state)
{
	char sql[128], want[64];
	for (int i = 0; i < KIND_COUNT; i++) {
		const struct kind_row *k = kind_row((enum certificate_kind)i);
		int last = k->numbers_have_level ? NUMBER_SKILL_GRADE_LAST : NUMBER_COMPANY_LAST;
		snprintf(sql, sizeof sql, "SELECT talent._of_partner('%s'), talent._series_last('%s')", k->code,
		         k->code);
		snprintf(want, sizeof want, "%s|%d", k->of_partner ? "t" : "f", last);
		expect(R.owner, sql, want);
	}
	expect(R.owner, "SELECT talent._of_partner('title'), talent._series_last('title')", "|");
}

/* --- results ------------------------------------------------------------------------------ */

static void test_submit_outcomes(void **state)
{
	static const struct step steps[] = {
		{SUBMIT("'E1', 'A', 78.5, 60"), "stored|"},
		{SUBMIT("'E1', 'A', 78.50, 60.00"), "replayed|"},
		{SUBMIT("'E1', 'A', 78.5, 61"), "already_assessed|"},
		{SUBMIT("'E1', 'A'"), "already_assessed|"},
		{SUBMIT("'E1', 'A', 78.5, 60, _number => 'S000031000123264000009'"),
	         "already_assessed|"},
		{SUBMIT("'E1', 'A', 78.5, 60, _name => 'Other'"), "person_name_differs|"},
		{SUBMIT("'E2', 'A', 80, 80, _name => 'Other'"), "person_name_differs|"},
		{SUBMIT("'E1', 'F', 59.5, 60"), "stored|"},
		{SUBMIT("'E1', 'F', 59.5, 60"), "replayed|"},
		{SUBMIT("'E1', 'X'"), "stored|"},
		{SUBMIT("'E1', 'X'"), "replayed|"},
		{SUBMIT("'none', 'X'"), "exam_not_found|"},
		{SUBMIT("'E3', 'S', 80, 80, _number => 'S000031000123263000777'"), "stored|"},
		{SUBMIT("'E3', 'S', 80, 80, _number => 'S000031000123263000777'"), "replayed|"},
		{SUBMIT("'E3', 'T', 80, 80, _number => 'S000031000123263000777'"),
	         "number_taken|S000031000123263000777"},
		{SUBMIT("'E3', 'T', 80, 80, _mint => 'S000031000123263000777'"),
	         "number_taken|S000031000123263000777"},
		{SUBMIT("'E3', 'T', 80, 80, _title => 'Another title'"), "standing|terms_changed"},
		{"SELECT test.number('E3', 'S')", "S000031000123263000777"},
		{"SELECT count(*) FROM talent.person", "4"},
	};
	RUN(R.worker, steps);
}

/* A worker can neither date a certificate as it likes nor give it a number of another form, body or
 * level. */
static void test_dates_and_numbers_are_bounded(void **state)
{
	expect_error(R.worker, SUBMIT("'E3', 'A', 80, 80, _issued_at => now() - interval '11 minutes'"),
	             "23514", "certificate_form");
	expect_error(R.worker, SUBMIT("'E3', 'A', 80, 80, _issued_at => now() + interval '2 minutes'"),
	             "23514", "certificate_form");
	expect_error(R.worker, SUBMIT("'E3', 'A', 80, 80, _mint => 'S00003100012326300001'"), "23514",
	             "certificate_form");
	expect(R.worker, SUBMIT("'E3', 'A', 80, 80, _mint => 'S000031000456263000001'"),
	       "standing|terms_changed");
	expect(R.worker, SUBMIT("'E3', 'A', 80, 80, _mint => 'S000031000123264000001'"),
	       "standing|terms_changed");
	expect(R.worker, SUBMIT("'E3', 'B', 80, 80"), "stored|");
	expect_error(R.worker, "SELECT outcome FROM talent.certificate_reissue(NULL, 't', NULL, NULL,"
	             " test.number('E3', 'B'), gen_random_uuid(), uuid_send(gen_random_uuid()),"
	             " 'z6Mkshili', 1, 7, now() - interval '1 day', test.document())",
	             "23514", "certificate_version_form");
}

static void test_already_certified(void **state)
{
	expect(R.worker, "SELECT test.exam('AGAIN', '4')", "created");
	expect(R.worker, SUBMIT("'E1', 'A', 80, 80"), "stored|");
	char want[64];
	snprintf(want, sizeof(want), "already_certified|%s",
	         ask(R.worker, "SELECT test.number('E1', 'A')"));
	expect(R.worker, SUBMIT("'AGAIN', 'A', 80, 80"), want);
	expect(R.worker, "SELECT test.move('suspend', 'E1', 'A')", "suspended");
	expect(R.worker, SUBMIT("'AGAIN', 'A', 80, 80"), want);
	/* A failure is no second certificate; and a revoked one stands in nobody's way. */
	expect(R.worker, SUBMIT("'AGAIN', 'A', 50, 80"), "stored|");
	expect(R.worker, "SELECT test.move('revoke', 'E1', 'A')", "revoked");
	expect(R.worker, "SELECT test.exam('THIRD', '4')", "created");
	expect(R.worker, SUBMIT("'THIRD', 'A', 80, 80"), "stored|");
}

static void test_submit_key(void **state)
{
	static const struct step steps[] = {
		{SUBMIT("'E1', 'A', 80, 80, _key => 'k1', _print => 'p1'"), "stored|"},
		{SUBMIT("'E1', 'A', 80, 80, _key => 'k1', _print => 'p1'"), "replayed|first"},
		{SUBMIT("'E1', 'A', 81, 80, _key => 'k1', _print => 'p2'"),
	         "idempotency_key_reused|"},
		/* without a key, or with another: the natural key */
		{SUBMIT("'E1', 'A', 80, 80"), "replayed|"},
		{SUBMIT("'E1', 'A', 80, 80, _key => 'k2', _print => 'p1'"), "replayed|"},
		{SUBMIT("'E1', 'A', 80, 80, _key => 'k2', _print => 'p1'"), "replayed|"},
		/* a refusal leaves the key free */
		{SUBMIT("'E1', 'B', 80, 80, _title => 'x', _key => 'k3', _print => 'p3'"),
	         "standing|terms_changed"},
		{SUBMIT("'E1', 'B', 80, 80, _key => 'k3', _print => 'p4'"), "stored|"},
		{"SELECT count(*) FROM talent.certificate", "4"},
	};
	RUN(R.worker, steps);
	expect(R.worker,
	       "SELECT (SELECT assessment FROM test.submit('E1', 'A', 80, 80, _key => 'k2', _print => 'p1'))"
	       " = test.assessment_id('E1', 'A')",
	       "t");
	expect(R.jobs, "SELECT purged FROM talent.idempotency_purge('1 day', 100)", "0");
	expect(R.jobs, "SELECT purged FROM talent.idempotency_purge('-1 day', 100)", "3");
}

static void test_standing(void **state)
{
	static const struct {
		const char *withdraw, *want;
	} cases[] = {
		{"UPDATE talent.exam SET state = 'closed' WHERE code = 'E1'", "exam_closed"},
		{"UPDATE talent.agreement SET valid_to = talent._today() - 2", "agreement_not_in_force"},
		{"UPDATE talent.recognition SET valid_from = talent._today() + 1",
	         "recognition_not_in_force"},
		{"UPDATE talent.recognition SET levels = '{5}'", "recognition_not_in_force"},
		{"UPDATE talent.accreditation SET levels = '{5}'", "not_accredited"},
		{"UPDATE talent.accreditation SET valid_to = talent._today() - 2", "not_accredited"},
		{"UPDATE talent.accreditation SET suspended_at = now()", "accreditation_suspended"},
		{"UPDATE talent.organisation SET suspended_at = now() WHERE slug = 'shili'",
	         "organisation_suspended"},
		{"UPDATE talent.organisation SET suspended_at = now() WHERE slug = 'xingbo'",
	         "organisation_suspended"},
		{"UPDATE talent.issuer_key SET state = 'retired', retired_at = now()",
	         "terms_changed"},
	};
	expect(R.worker, SUBMIT("'E1', 'EARLY', 80, 80"), "stored|");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char want[64];
		snprintf(want, sizeof(want), "standing|%s", cases[i].want);
		/* One connection, one transaction: withdrawn, refused, rolled back. */
		expect(R.owner, "BEGIN", "");
		expect(R.owner, cases[i].withdraw, "");
		expect(R.owner, SUBMIT("'E1', 'A', 80, 80"), want);
		/* what was recorded before is still answered */
		expect(R.owner, SUBMIT("'E1', 'EARLY', 80, 80"), "replayed|");
		expect(R.owner, "ROLLBACK", "");
	}
	expect(R.worker, SUBMIT("'E1', 'A', 80, 80"), "stored|");
}

/* Standing is judged on the days on which the exam was held and announced, so results may follow an accreditation's
 * end. */
static void test_standing_of_the_exam_day(void **state)
{
	expect(R.worker, "SELECT test.exam('BEFORE', '4', 'xingbo', talent._today() - 10)", "created");
	expect(R.owner, "SET talent.maintenance = 'on';"
	                " UPDATE talent.exam SET announced_on = held_on - 9 WHERE code = 'BEFORE';"
	                " RESET talent.maintenance", "");
	expect(R.owner, "UPDATE talent.accreditation SET valid_to = talent._today() - 5", "");
	expect(R.worker, SUBMIT("'BEFORE', 'A', 80, 80"), "stored|");
	expect(R.worker, SUBMIT("'E2', 'A', 80, 80"), "standing|not_accredited");
}

#define SEVERAL(key, ...) \
	"SELECT string_agg(concat_ws(' ', outcome, other," \
	" array_length(string_to_array(journal, E'\\n'), 1)), '; ')" \
	" FROM talent.assessment_submit(NULL, 'test', " key ", 'p', test.exam_id('E1'), now()," \
	" json_build_array(" __VA_ARGS__ ")) s"
#define RESULT(...) "test.result('E1', " __VA_ARGS__ ")"

/* Each is stored or refused by itself, and answered where it stood. */
static void test_several_results_at_once(void **state)
{
	expect(R.worker, SUBMIT("'E1', 'K', 80, 80"), "stored|");
	expect(R.worker,
	       SEVERAL("NULL", RESULT("'C', 80, 80") "," RESULT("'K', 70, 80") "," RESULT("'B', 50, 80") ","
	               RESULT("'C', 80, 80") "," RESULT("'K', 80, 80, _name => 'X'") "," RESULT("'A'") ","
	               RESULT("'D', 80, 80, _title => 'X'")),
	       "stored 2; already_assessed; stored; replayed 2; person_name_differs; stored;"
	       " standing terms_changed");
	expect(R.worker, "SELECT count(*), count(DISTINCT person) FROM talent.certificate", "4|2");
	expect(R.worker, "SELECT test.figures()", "3|2|2");
	/* The repeated pass was signed anew, and so was the one whose name and the one whose title differ. */
	expect(R.owner, "SELECT string_agg(reason, ' ' ORDER BY reason) FROM talent.abandoned_signature",
	       "already_assessed already_assessed person_name_differs person_name_differs replayed replayed"
	       " terms_changed terms_changed");
	expect(R.worker, SEVERAL("NULL", ""), "");
	expect_error(R.worker, SEVERAL("'k'", RESULT("'E', 80, 80") "," RESULT("'F', 80, 80")), "22023", NULL);
	expect(R.worker, SEVERAL("'k'", RESULT("'E', 80, 80")), "stored 2");
	expect(R.worker, SEVERAL("'k'", RESULT("'E', 80, 80")), "replayed first 2");
}

#define UNSIGNED(pass) \
	"SELECT outcome, other FROM talent.assessment_publish(NULL, 'test', NULL, NULL," \
	" test.assessment_id(" pass "), now(), '[]')"
#define SERIES(kind, level, next) \
	"INSERT INTO talent.number_block (series, kind, year, level, next) SELECT coalesce(s.id, o.id), " kind "," \
	" extract(year FROM talent._today()), " level ", " next " FROM talent.organisation o LEFT JOIN talent.site s" \
	" ON s.organisation = o.id AND " kind " = 'skill_grade' WHERE o.slug = CASE " kind " WHEN 'company' THEN 'yunxuan' ELSE 'shili' END" \
	" ON CONFLICT (series, kind, year, level) DO UPDATE SET next = EXCLUDED.next"

static void test_publication(void **state)
{
	expect(R.worker,
	       "SELECT test.exam('W', '4', 'yunxuan'), test.exam('P', '5', NULL, talent._today(), 3)",
	       "created|created");
	expect(R.worker, SUBMIT("'W', 'A', 80, 80"), "stored|");
	expect(R.worker, SUBMIT("'W', 'A', 80, 80"), "replayed|");
	expect(R.worker, SUBMIT("'P', 'A', 80, 80, _number => 'S000031000123265000042'"), "stored|");
	expect(R.worker, SUBMIT("'P', 'B', 80, 80, _number => 'S000031000123265000042'"),
	       "number_taken|S000031000123265000042");
	/* Nobody brings a number that begins as another body's do, prefix of its own or not. */
	expect(R.owner, "BEGIN", "");
	expect(R.owner, "ALTER TABLE talent.site DISABLE TRIGGER site_facts_immutable", "");
	expect(R.owner, "UPDATE talent.site SET number_prefix = NULL, number_mode = 'supplied', also_supplied = false"
	       " WHERE number_prefix = 'S000031000124'", "");
	expect(R.owner, "SELECT test.exam('OTHER', '5', NULL, _body => 'pujiang')", "created");
	expect(R.owner, SUBMIT("'OTHER', 'O', 80, 80, _number => 'S000031000123265000043'"),
	       "number_taken|S000031000123265000043");
	expect(R.owner, "ROLLBACK", "");
	/* A number that was promised to somebody waiting is not minted for another. */
	expect(R.worker, "SELECT test.exam('NOW', '5', NULL)", "created");
	expect(R.worker, SUBMIT("'NOW', 'M', 80, 80, _mint => 'S000031000123265000042'"),
	       "number_taken|S000031000123265000042");
	expect(R.worker, SUBMIT("'W', 'D', 80, 80"), "stored|");
	expect(R.worker, "SELECT count(*) FROM talent.certificate", "0");
	expect(R.worker,
	       "SELECT state, publish_on - talent._today() FROM"
	       " talent.assessment WHERE id = test.assessment_id('W', 'A')",
	       "awaiting_publication|6");
	expect(R.jobs, "SELECT outcome FROM test.publish('W', 'A')", "not_due");
	expect(R.jobs, "SELECT outcome FROM test.publish('W', 'nobody')", "not_found");
	expect(R.owner, "ALTER TABLE talent.assessment DISABLE TRIGGER USER", "");
	expect(R.owner, "UPDATE talent.assessment SET publish_on = talent._today() - 1", "");
	expect(R.owner, "ALTER TABLE talent.assessment ENABLE TRIGGER USER", "");
	expect(R.jobs, "SELECT outcome, other FROM test.publish('P', 'A')", "standing|terms_changed");
	expect(R.jobs, "SELECT outcome FROM test.publish('P', 'A', 'S000031000123265000042')",
	       "published");
	expect(R.jobs, "SELECT outcome FROM test.publish('P', 'A', 'S000031000123265000042')",
	       "replayed");
	/* Meanwhile certified elsewhere at that level: the waiting pass is withheld, nothing more is
	 * signed for it, and body and administrator are told why. */
	expect(R.worker, SUBMIT("'E1', 'A', 80, 80"), "stored|");
	expect(R.jobs, "SELECT outcome, other FROM test.publish('W', 'A')", "withheld|already_certified");
	expect(R.jobs, "SELECT outcome, other FROM test.publish('W', 'A')", "withheld|already_certified");
	expect(R.worker, "SELECT state FROM talent.assessment WHERE id = test.assessment_id('W', 'A')",
	       "withheld");
	expect(R.worker, "SELECT reason, certificate_number = test.number('E1', 'A') FROM"
	       " talent.withheld_pass", "already_certified|t");
	expect(R.jobs, "SELECT item = test.assessment_id('W', 'D')::text, tries FROM"
	       " talent.job_claim('publish', 'first', 50, 60000, 3)", "t|1");
	expect(R.worker, "SELECT test.annul('W', 'A')", "annulled");
	expect(R.worker, "SELECT count(*) FROM talent.withheld_pass", "0");
	expect(R.jobs, "SELECT outcome FROM test.publish('W', 'A')", "assessment_annulled");
	expect(R.owner, "UPDATE talent.accreditation SET suspended_at = now()", "");
	expect(R.jobs, "SELECT outcome, other FROM test.publish('W', 'D')",
	       "withheld|accreditation_suspended");
	/* Judged anew: the same, another reason, none. */
	expect(R.jobs, "SELECT * FROM talent.withheld_reconsider(9, '1 hour')", "0|0");
	expect(R.jobs, "SELECT * FROM talent.withheld_reconsider(9, '-1 hour')", "1|0");
	expect(R.owner, "UPDATE talent.organisation SET suspended_at = now() WHERE slug = 'yunxuan'", "");
	expect(R.jobs, "SELECT * FROM talent.withheld_reconsider(9, '-1 hour')", "1|0");
	expect(R.worker, "SELECT reason FROM talent.withheld_pass", "organisation_suspended");
	expect(R.owner, "UPDATE talent.organisation SET suspended_at = NULL WHERE slug = 'yunxuan'", "");
	expect(R.owner, "UPDATE talent.accreditation SET suspended_at = NULL", "");
	expect(R.jobs, "SELECT * FROM talent.withheld_reconsider(9, '-1 hour')", "1|1");
	expect(R.worker, "SELECT state FROM talent.assessment WHERE id = test.assessment_id('W', 'D')",
	       "awaiting_publication");
	/* A series that has no block left: withheld until one gives again. Numbers that were minted before
	 * are good. */
	expect(R.owner, "SELECT talent._block_size(), talent._series_last('company')", "256|99999999");
	assert_int_equal(BLOCK_SIZE, 256);
	expect(R.owner, SERIES("'company'", "''", "99999999 - 254"), "");
	expect(R.jobs, UNSIGNED("'W', 'D'"), "withheld|numbers_used_up");
	expect(R.worker, "SELECT reason FROM talent.withheld_pass", "numbers_used_up");
	expect(R.jobs, "SELECT * FROM talent.withheld_reconsider(9, '-1 hour')", "1|0");
	expect(R.owner, SERIES("'company'", "''", "99999999 - 255"), "");
	expect(R.jobs, "SELECT * FROM talent.withheld_reconsider(9, '-1 hour')", "1|1");
	expect(R.owner, SERIES("'skill_grade'", "'4'", "1000000"), "");
	expect(R.jobs, UNSIGNED("'W', 'D'"), "withheld|numbers_used_up");
	expect(R.owner, "UPDATE talent.number_block SET year = year - 1 WHERE next = 1000000", "");
	expect(R.jobs, "SELECT * FROM talent.withheld_reconsider(9, '-1 hour')", "1|1");
	expect(R.owner, SERIES("'skill_grade'", "'4'", "999999 - 200"), "");
	expect(R.owner, "UPDATE talent.exam SET state = 'closed' WHERE code = 'W'", "");
	expect(R.jobs, "SELECT outcome FROM test.publish('W', 'D')", "published");
	expect(R.worker, "SELECT count(*) FROM talent.certificate", "5");
}

/* --- certificates ------------------------------------------------------------------------- */

static void test_moves(void **state)
{
	expect(R.worker, SUBMIT("'E1', 'A', 80, 80"), "stored|");
	static const struct step steps[] = {
		{"SELECT outcome FROM talent.certificate_revoke(NULL, '', NULL, NULL, 'NONE-1', 'r', NULL)",
	         "not_found"},
		{"SELECT test.move('reinstate', 'E1', 'A')", "replayed"},
		{"SELECT test.move('suspend', 'E1', 'A', _key => 'k')", "suspended"},
		{"SELECT test.move('suspend', 'E1', 'A')", "replayed"},
		{"SELECT test.move('reinstate', 'E1', 'A')", "reinstated"},
		/* the first request comes once more, late: it is not done again */
		{"SELECT test.move('suspend', 'E1', 'A', _key => 'k')", "replayed"},
		{"SELECT state FROM talent.certificate_state WHERE kind = 'skill_grade'", "valid"},
		{"SELECT test.move('suspend', 'E1', 'A')", "suspended"},
		{"SELECT test.move('revoke', 'E1', 'A')", "revoked"},
		{"SELECT test.move('revoke', 'E1', 'A')", "replayed"},
		{"SELECT test.move('suspend', 'E1', 'A')", "revoked_is_final"},
		{"SELECT test.move('reinstate', 'E1', 'A')", "revoked_is_final"},
		{"SELECT state FROM talent.certificate_state WHERE kind = 'company'", "valid"},
		{"SELECT string_agg(kind, ',' ORDER BY rev) FROM talent.certificate_event",
	         "suspended,reinstated,suspended,revoked"},
		{"SELECT test.annul('E1', 'A')", "annulled"},
		{"SELECT test.annul('E1', 'A')", "replayed"},
		{"SELECT test.annul('E1', 'nobody')", "not_found"},
		{"SELECT string_agg(state, ',') FROM talent.certificate_state", "void,void"},
		{"SELECT test.move('revoke', 'E1', 'A')", "replayed"},
		{SUBMIT("'E1', 'A', 80, 80"), "assessment_annulled|"},
		{"SELECT count(*) FROM talent.audit WHERE action = 'certificate_suspended'", "2"},
	};
	RUN(R.worker, steps);
}

static void test_annulled_columns(void **state)
{
	expect(R.worker, SUBMIT("'E1', 'A', 80, 80"), "stored|");
	char want[160];
	snprintf(want, sizeof(want), "annulled|t|%s,%s", ask(R.worker, "SELECT test.number('E1', 'A')"),
	         ask(R.worker, "SELECT test.number('E1', 'A', 'company')"));
	static const char call[] =
		"SELECT outcome, annulled_on = talent._today(), numbers"
		" FROM talent.assessment_annul(NULL, 'r', 'k', 'p', test.assessment_id('E1', 'A'), 'x', 'y')";
	expect(R.worker, call, want);
	memcpy(want, "replayed", 8);
	expect(R.worker, call, want);
}

/* --- what verdicts and status lists read --------------------------------------------------- */

static const char *verdict(enum statement stmt, const char *arg)
{
	static char text[128];
	PGresult *res = PQexecParams(R.worker, statements[stmt].text, 1, NULL, &arg, NULL, NULL, 0);
	assert_int_equal(PQntuples(res), 1);
	snprintf(text, sizeof(text), "%s %s %s", PQgetvalue(res, 0, PQfnumber(res, "found")),
	         PQgetvalue(res, 0, PQfnumber(res, "state")),
	         PQgetvalue(res, 0, PQfnumber(res, "replaced")));
	PQclear(res);
	return text;
}

static void test_verdicts(void **state)
{
	char number[64], code[64];
	expect(R.worker, SUBMIT("'E1', 'A', 80, 80"), "stored|");
	snprintf(number, sizeof(number), "%s", ask(R.worker, "SELECT test.number('E1', 'A')"));
	snprintf(code, sizeof(code), "%s",
	         ask(R.worker, "SELECT code FROM talent.certificate_version WHERE kind = 'skill_grade'"));
	assert_string_equal(verdict(Q_VERDICT_BY_NUMBER, number), "t valid f");
	assert_string_equal(verdict(Q_VERDICT_BY_CODE, code), "t valid f");
	/* A decoy before, between and after all that there are. */
	assert_string_equal(verdict(Q_VERDICT_BY_NUMBER, "A"), "f valid f");
	assert_string_equal(verdict(Q_VERDICT_BY_NUMBER, "S1"), "f valid f");
	assert_string_equal(verdict(Q_VERDICT_BY_NUMBER, "Z"), "f valid f");
	assert_string_equal(verdict(Q_VERDICT_BY_CODE, "\\x00000000000000000000000000000000"),
	                    "f valid f");
	assert_string_equal(verdict(Q_VERDICT_BY_CODE, "\\xffffffffffffffffffffffffffffffff"),
	                    "f valid f");
	char version[64];
	snprintf(version, sizeof(version), "%s",
	         ask(R.worker, "SELECT id FROM talent.certificate_version WHERE kind = 'skill_grade'"));
	assert_string_equal(verdict(Q_VERDICT_BY_VERSION, version), "t valid f");
	assert_string_equal(verdict(Q_VERDICT_BY_VERSION, "00000000-0000-0000-0000-000000000000"),
	                    "f valid f");
	assert_string_equal(verdict(Q_VERDICT_BY_VERSION, "ffffffff-ffff-ffff-ffff-ffffffffffff"),
	                    "f valid f");
	expect(R.worker, "SELECT test.move('revoke', 'E1', 'A')", "revoked");
	assert_string_equal(verdict(Q_VERDICT_BY_VERSION, version), "t revoked f");
	assert_string_equal(verdict(Q_VERDICT_BY_NUMBER, number), "t revoked f");
	assert_string_equal(verdict(Q_VERDICT_BY_CODE, code), "t revoked f");
}

static void test_status_read_and_lists(void **state)
{
	char want[512];
	expect(R.worker, SUBMIT("'E1', 'A', 80, 80"), "stored|");
	expect(R.worker, SUBMIT("'E1', 'B', 80, 80"), "stored|");
	expect(R.worker, "SELECT test.move('revoke', 'E1', 'A'), test.move('suspend', 'E1', 'B')",
	       "revoked|suspended");
	static const char *const since[] = {"0", "1", "2"};
	static const int changed[] = {2, 1, 0};
	for (size_t i = 0; i < 3; i++) {
		PGresult *res = PQexecParams(R.worker, statements[Q_STATUS_READ].text, 1, NULL, &since[i],
		                             NULL, NULL, 0);
		assert_string_equal(PQgetvalue(res, 0, 0), "2");
		assert_int_equal(PQgetlength(res, 0, 4), changed[i] ? changed[i] * 37 - 1 : 0);
		assert_string_equal(PQgetvalue(res, 0, 5), "f");
		PQclear(res);
	}
	static const char *const lists[][3] = {{"shili", "revocation", "1"},
	                                       {"shili", "suspension", "1"},
	                                       {"xingbo", "revocation", "1"}};
	for (size_t i = 0; i < 3; i++) {
		PGresult *res = PQexecParams(R.worker, statements[Q_STATUS_LIST].text, 3, NULL, lists[i],
		                             NULL, NULL, 0);
		assert_int_equal(PQntuples(res), 1);
		snprintf(want, sizeof(want),
		         "SELECT coalesce(string_agg(idx::text, ',' ORDER BY idx), '') FROM"
		         " talent.certificate_version v JOIN talent.certificate_state s ON s.version = v.id"
		         " WHERE v.issuer_slug = '%s' AND s.state = '%s'",
		         lists[i][0], i == 1 ? "suspended" : "revoked");
		assert_string_equal(PQgetvalue(res, 0, PQfnumber(res, "indices")), ask(R.worker, want));
		PQclear(res);
	}
	expect_query(R.worker, Q_STATUS_LIST, (const char *const[]){"shili", "revocation", "2"}, "");
	expect_query(R.worker, Q_STATUS_LIST, (const char *const[]){"nobody", "revocation", "1"}, "");
	expect(R.worker, "SELECT test.move('reinstate', 'E1', 'B')", "reinstated");
	expect(R.worker, "SELECT count(*) FROM talent.status_bit WHERE purpose = 'suspension'", "0");
	expect(R.worker, "SELECT rev FROM talent.status_list WHERE purpose = 'suspension' AND"
	                 " issuer = " SHILI,
	       "3");
}

static void test_more_than_a_thousand_events(void **state)
{
	expect(R.worker, SUBMIT("'E1', 'A', 80, 80"), "stored|");
	expect(R.owner,
	       "INSERT INTO talent.certificate_event (certificate, kind, rev) SELECT c.id, 'suspended', n"
	       " FROM talent.certificate c, generate_series(1, 1001) n WHERE c.kind = 'company';"
	       "UPDATE talent.status_clock SET rev = 1001",
	       "");
	PGresult *res = PQexecParams(R.worker, statements[Q_STATUS_READ].text, 1, NULL,
	                             (const char *const[]){"0"}, NULL, NULL, 0);
	assert_string_equal(PQgetvalue(res, 0, 5), "t");
	PQclear(res);
	res = PQexecParams(R.worker, statements[Q_STATUS_READ].text, 1, NULL,
	                   (const char *const[]){"1"}, NULL, NULL, 0);
	assert_string_equal(PQgetvalue(res, 0, 5), "f");
	PQclear(res);
}

/* --- reading ---------------------------------------------------------------------------------- */

static void test_reads_of_a_result(void **state)
{
	char exam[64], assessment[64], number[64];
	expect(R.worker, SUBMIT("'E1', 'A', 78.50, 60"), "stored|");
	snprintf(exam, sizeof(exam), "%s", ask(R.worker, "SELECT test.exam_id('E1')"));
	snprintf(assessment, sizeof(assessment), "%s",
	         ask(R.worker, "SELECT test.assessment_id('E1', 'A')"));
	snprintf(number, sizeof(number), "%s", ask(R.worker, "SELECT test.number('E1', 'A')"));

	PGresult *res = PQexecParams(R.worker, statements[Q_ASSESSMENT_VIEW].text, 1, NULL,
	                             (const char *const[]){assessment}, NULL, NULL, 0);
	assert_string_equal(PQgetvalue(res, 0, PQfnumber(res, "theory")), "78.5");
	assert_string_equal(PQgetvalue(res, 0, PQfnumber(res, "skill")), "60");
	assert_true(PQgetisnull(res, 0, PQfnumber(res, "review")));
	PQclear(res);
	res = PQexecParams(R.worker, statements[Q_ASSESSMENT_CERTIFICATES].text, 2, NULL,
	                   (const char *const[]){assessment, "f"}, NULL, NULL, 0);
	assert_int_equal(PQntuples(res), 2);
	assert_string_equal(PQgetvalue(res, 0, 0), "skill_grade");
	assert_string_equal(PQgetvalue(res, 0, 3), "互联网营销师 直播销售员 四级/中级工");
	assert_string_equal(PQgetvalue(res, 1, 3), "星播直播销售 中级");
	PQclear(res);
	res = PQexecParams(R.worker, statements[Q_EXAM_LOAD].text, 7, NULL,
	                   (const char *const[]){exam, NULL, "Name A", NULL, NULL, NULL, NULL}, NULL, NULL, 0);
	assert_int_equal(PQntuples(res), 1);
	assert_string_equal(PQgetvalue(res, 0, PQfnumber(res, "standing")), "ok");
	assert_string_equal(PQgetvalue(res, 0, PQfnumber(res, "body_number_prefix")), "S000031000123");
	assert_true(PQgetisnull(res, 0, PQfnumber(res, "person")));
	PQclear(res);
	res = PQexecParams(R.worker, statements[Q_CERTIFICATE_LOAD].text, 1, NULL,
	                   (const char *const[]){number}, NULL, NULL, 0);
	assert_int_equal(PQntuples(res), 1);
	assert_string_equal(PQgetvalue(res, 0, PQfnumber(res, "issuer_slug")), "shili");
	PQclear(res);
	expect_query(R.worker, Q_CERTIFICATE_LOAD, (const char *const[]){"NONE"}, "");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_kinds_are_the_programs),
		CASE(test_submit_outcomes),
		CASE(test_dates_and_numbers_are_bounded),
		CASE(test_already_certified),
		CASE(test_submit_key),
		CASE(test_standing),
		CASE(test_standing_of_the_exam_day),
		CASE(test_several_results_at_once),
		CASE(test_publication),
		CASE(test_moves),
		CASE(test_annulled_columns),
		CASE(test_verdicts),
		CASE(test_status_read_and_lists),
		CASE(test_more_than_a_thousand_events),
		CASE(test_reads_of_a_result),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_functions", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
