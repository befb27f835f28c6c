/* Issuing keys that are wrapped anew or revoked, and what is issued anew, as PostgreSQL keeps it. */
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
#include "../lib/key_sql.h"

static struct registry R;
static PGconn *a, *b;

static int setup(void **state)
{
	registry_open(&R);
	a = registry_connect(&R, "talent_worker");
	b = registry_connect(&R, "talent_worker");
	expect(R.worker, "SELECT test.exam('E1', '4')", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	return 0;
}

static int teardown(void **state)
{
	PQfinish(a);
	PQfinish(b);
	registry_close(&R);
	return 0;
}

/* ---- another wrapping ---- */

#define REWRAP(idem, key, old, new) \
	"SELECT outcome FROM talent.issuer_key_rewrap(" NINA ", 't', " idem ", '" key "', " old ", " new ")"
#define WRAPPED "(SELECT wrapped FROM talent.issuer_key WHERE key = 'zDnshili')"

static void test_rewrap(void **state)
{
	expect(R.worker, REWRAP("NULL, NULL", "zDnshili", "sha512('not it')", "sha512('new')"),
	       "changed_meanwhile");
	expect(R.worker, REWRAP("NULL, NULL", "zDnnobody", "sha512('x')", "sha512('new')"), "not_found");
	expect(R.worker, REWRAP("NULL, NULL", "zDnshili", WRAPPED, WRAPPED), "unchanged");
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE action = 'issuer_key_rewrap'", "0");
	expect(R.worker, REWRAP("NULL, NULL", "zDnshili", WRAPPED, "sha512('new')"), "rewrapped");
	expect(R.worker, "SELECT " WRAPPED " = sha512('new')", "t");
	/* repeated, as after a lost COMMIT */
	expect(R.worker, REWRAP("NULL, NULL", "zDnshili", "sha512('old')", "sha512('new')"), "unchanged");
	expect(R.worker, "SELECT actor = " NINA ", object = " SHILI ", detail FROM talent.audit"
	                 " WHERE action = 'issuer_key_rewrap'", "t|t|{\"key\": \"zDnshili\"}");
	/* one Idempotency-Key for many keys, and for the rest of them later */
	expect(R.worker, REWRAP("'i', 'p'", "zDnshili", "sha512('new')", "sha512('next')"), "rewrapped");
	expect(R.worker, REWRAP("'i', 'p'", "zDnshili", "sha512('next')", "sha512('last')"), "rewrapped");
	expect(R.worker, REWRAP("'i', 'q'", "zDnshili", "sha512('last')", "sha512('x')"),
	       "idempotency_key_reused");
	/* a retired key still signs nothing, but is kept under the current key too */
	expect(R.owner, "UPDATE talent.issuer_key SET state = 'retired', retired_at = now()"
	                " WHERE key = 'zDnshili'", "");
	expect(R.worker, REWRAP("NULL, NULL", "zDnshili", "sha512('last')", "sha512('new')"), "rewrapped");
}

/* By no other way, not for the owner, and not after the function in the same transaction. */
static void test_rewrap_only(void **state)
{
	expect_error(R.owner, "UPDATE talent.issuer_key SET wrapped = sha512('other')", "TA002",
	             "issuer_key_immutable");
	expect_error(R.worker, "UPDATE talent.issuer_key SET wrapped = sha512('other')", "42501", NULL);
	expect(R.owner, "BEGIN", "");
	expect(R.owner, REWRAP("NULL, NULL", "zDnshili", WRAPPED, "sha512('new')"), "rewrapped");
	expect_error(R.owner, "UPDATE talent.issuer_key SET wrapped = sha512('x') WHERE key = 'zDnshili'",
	             "TA002", "issuer_key_immutable");
	expect(R.owner, "ROLLBACK", "");
}

static void test_rewrap_race(void **state)
{
	expect(a, "BEGIN", "");
	expect(a, REWRAP("NULL, NULL", "zDnshili", WRAPPED, "sha512('one')"), "rewrapped");
	start(b, REWRAP("NULL, NULL", "zDnshili", WRAPPED, "sha512('two')"));
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "changed_meanwhile");
	expect(R.worker, "SELECT " WRAPPED " = sha512('one')", "t");
	expect_query(R.worker, Q_KEY_WRAPPED, (const char *const[]){""}, NULL);
}

/* ---- revocation of a key, and what is issued anew ---- */

#define TOLD(who) \
	"SELECT state, key_revoked, replaced FROM (SELECT s.state, coalesce(g.state = 'revoked' AND" \
	" v.made_at >= g.revoked_from, false) AS key_revoked, s.version <> v.id AS replaced" \
	" FROM talent.certificate_version v JOIN talent.certificate_state s ON s.certificate = v.certificate" \
	" JOIN talent.issuer_key g ON g.key = v.key WHERE v.kind = 'skill_grade' AND v.number = test.number('E1', '" \
	who "') ORDER BY v.ordinal LIMIT 1) x"

/* The column of that name of what verdict_by_number says. */
static const char *told(const char *who, const char *column)
{
	static char out[64];
	char sql[96];
	snprintf(sql, sizeof sql, "SELECT test.number('E1', '%s')", who);
	const char *number = ask(R.worker, sql);
	PGresult *res = PQexecParams(R.worker, statements[Q_VERDICT_BY_NUMBER].text, 1, NULL, &number,
	                             NULL, NULL, 0);
	assert_int_equal(PQntuples(res), 1);
	snprintf(out, sizeof out, "%s", PQgetvalue(res, 0, PQfnumber(res, column)));
	PQclear(res);
	return out;
}

static const char *overflow_since(const char *rev)
{
	static char out[8];
	PGresult *res = PQexecParams(R.worker, statements[Q_STATUS_READ].text, 1, NULL, &rev, NULL, NULL, 0);
	snprintf(out, sizeof out, "%s", PQgetvalue(res, 0, PQfnumber(res, "overflow")));
	PQclear(res);
	return out;
}

static void test_revoked_key(void **state)
{
	expect(R.owner, "SET talent.maintenance = 'on'", ""); /* nobody else issues three days ago */
	expect(R.owner, "SELECT outcome FROM test.submit('E1', 'OLD', 80, 80, NULL, NULL,"
	                " now() - interval '3 days')", "stored");
	expect(R.owner, "RESET talent.maintenance", "");
	char rev[32];
	snprintf(rev, sizeof rev, "%s", ask(R.worker, "SELECT rev FROM talent.status_clock"));
	assert_string_equal(overflow_since(rev), "f");
	expect(R.worker, REQUEST(NINA, ONE, "revocation", "'z6Mkshili'", "talent._today() - 2"), NULL);
	assert_string_equal(told("A", "key_revoked"), "f");
	expect(R.worker, APPROVE(OTTO, ONE), "approved|z6Mkshili||");
	assert_string_equal(overflow_since(rev), "t");
	assert_string_equal(told("A", "key_revoked"), "t");
	assert_string_equal(told("A", "state"), "valid");
	assert_string_equal(told("OLD", "key_revoked"), "f"); /* signed before that day */
	snprintf(rev, sizeof rev, "%s", ask(R.worker, "SELECT rev FROM talent.status_clock"));
	assert_string_equal(overflow_since(rev), "f"); /* told once */
	expect_error(R.owner, "UPDATE talent.issuer_key SET revoked_from = now() WHERE state = 'revoked'",
	             "TA003", "issuer_key_transition");
	expect(R.worker, REQUEST(NINA, TWO, "revocation", "'z6Mkshili'", "talent._today() - 9"),
	       "wrong_state|");
	/* what a revoked key signed as a JWT is made anew with the next key */
	expect(R.worker, JWT("zDnshili", "one"), "stored|one");
	expect(R.worker, REQUEST(NINA, TWO, "revocation", "'zDnshili'", "talent._today() - 2"), NULL);
	expect(R.worker, APPROVE(OTTO, TWO), "approved|zDnshili||");
	expect(R.worker, JWT("zDnshili", "two"), "key_unusable|");
	expect(R.worker, "SELECT outcome FROM talent.issuer_key_store(NULL, 't', NULL, NULL, " SHILI
	                 ", 'certificates', 'zDnNew', sha512('x'), sha512('x'))", "stored");
	expect(R.worker, JWT("zDnNew", "three"), "stored|three");
	expect(R.worker, JWT("zDnNew", "four"), "replayed|three");
}

#define REISSUE(who, key, version) \
	"SELECT outcome, state FROM talent.certificate_reissue(" NINA ", 't', NULL, NULL," \
	" test.number('E1', '" who "'), " version ", uuid_send(gen_random_uuid()), '" key \
	"', 1, (random() * 131071)::int, now(), test.document())"

static void test_reissue(void **state)
{
	expect(R.worker, REISSUE("A", "z6Mkxingbo", "gen_random_uuid()"), "terms_changed|valid");
	expect(R.worker, REISSUE("A", "zDnshili", "gen_random_uuid()"), "terms_changed|valid");
	expect(R.worker, REISSUE("A", "z6Mkshili", ONE), "reissued|valid");
	expect(R.worker, REISSUE("A", "z6Mkshili", ONE), "replayed|valid"); /* a lost answer */
	expect(R.worker, TOLD("A"), "valid|f|t");
	expect(R.worker, "SELECT count(*), count(DISTINCT number), max(ordinal), count(DISTINCT code)"
	                 " FROM talent.certificate_version WHERE kind = 'skill_grade'", "2|1|2|2");
	/* the old version's bit, and only that one */
	expect(R.worker, "SELECT string_agg(v.ordinal::text, ',') FROM talent.status_bit b"
	                 " JOIN talent.certificate_version v USING (issuer, list, idx)"
	                 " WHERE b.purpose = 'revocation'", "1");
	expect(R.worker, "SELECT string_agg(kind, ',') FROM talent.certificate_event", "reissued");
	expect(R.worker, "SELECT test.move('suspend', 'E1', 'A')", "suspended");
	expect(R.worker, REISSUE("A", "z6Mkshili", TWO), "reissued|suspended");
	expect(R.worker, "SELECT count(*) FROM talent.status_bit WHERE purpose = 'suspension'", "3");
	expect(R.worker, "SELECT test.move('revoke', 'E1', 'A')", "revoked");
	expect(R.worker, REISSUE("A", "z6Mkshili", "gen_random_uuid()"), "revoked_is_final|revoked");
	expect(R.worker, "SELECT count(*) FROM talent.status_bit WHERE purpose = 'revocation'", "3");
	expect(R.worker, REISSUE("NOBODY", "z6Mkshili", "gen_random_uuid()"), "not_found|");
	expect(R.worker, "SELECT test.figures()", "1|0|0"); /* counted as ever */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rewrap),
		TEST(test_rewrap_only),
		TEST(test_rewrap_race),
		TEST(test_revoked_key),
		TEST(test_reissue),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql key revoked", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
