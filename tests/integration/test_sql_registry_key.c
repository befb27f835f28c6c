/* The registry's own key, for receipts, as PostgreSQL keeps it. */
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
static PGconn *jobs;

static int setup(void **state)
{
	registry_open(&R);
	jobs = registry_connect(&R, "talent_jobs");
	expect(R.worker, "SELECT test.exam('E1', '4')", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	return 0;
}

static int teardown(void **state)
{
	PQfinish(jobs);
	registry_close(&R);
	return 0;
}

/* ---- the registry's own ---- */

#define OWN_KEY(name) \
	"SELECT outcome, key FROM talent.issuer_key_store(NULL, 't', NULL, NULL, NULL, 'receipts', '" name \
	"', sha512('" name "'), sha512('" name "'))"
#define OWN_KEYS \
	"SELECT string_agg(key || ' ' || state, ',' ORDER BY key) FROM talent.issuer_key WHERE signs = 'receipts'"
#define OWN_ACTION(by, id, action, key, from) \
	"SELECT outcome FROM talent.key_action_request(" by ", 't', NULL, NULL, " id ", '_registry', '" action "', " key \
	", " from ")"
#define OWN_APPROVED(by, id, name) \
	"SELECT outcome, slug, key, signs, new_key, issues FROM talent.key_action_approve(" by ", 't', NULL, NULL, " id \
	", '" name "', sha512('" name "'), sha512('" name "'), NULL, NULL, NULL)"

/* It signs receipts and nothing else, and no issuer's key does. */
static void the_registry_has_one_key_of_its_own(void **state)
{
	expect(R.worker, OWN_KEY("zDnOwn"), "stored|zDnOwn");
	expect(R.worker, OWN_KEY("zDnOther"), "replayed|zDnOwn");
	expect(R.worker, OWN_KEYS, "zDnOwn active");
	expect(R.owner, "SELECT count(*) FROM talent.list_key_waiting WHERE slug = '_registry'", "0");
	expect_error(R.owner, "INSERT INTO talent.issuer_key (key, public, wrapped, signs)"
	                      " VALUES ('zDnTwo', sha512('x'), sha512('x'), 'receipts')",
	             "23505", "issuer_key_active");
	expect_error(R.owner, "INSERT INTO talent.issuer_key (key, public, wrapped)"
	                      " VALUES ('zDnTwo', sha512('x'), sha512('x'))",
	             "23514", "issuer_key_registry");
	expect_error(R.owner, "INSERT INTO talent.issuer_key (key, organisation, public, wrapped, signs)"
	                      " VALUES ('zDnTwo', " SHILI ", sha512('x'), sha512('x'), 'receipts')",
	             "23514", "issuer_key_registry");
	expect_error(R.owner, "INSERT INTO talent.issuer_key (key, public, wrapped, signs)"
	                      " VALUES ('z6MkTwo', sha256('x'), sha512('x'), 'receipts')",
	             "23514", "issuer_key_signs");
}

/* Rotated, retired and revoked by two persons; there is always one that signs. */
static void the_registrys_key_is_followed_by_another(void **state)
{
	expect(R.worker, OWN_KEY("zDnA"), "stored|zDnA");
	expect(R.worker, OWN_ACTION(NINA, ONE, "rotation", "NULL", "NULL"), "requested");
	expect(R.worker, OWN_ACTION(NINA, TWO, "rotation", "NULL", "NULL"), "replayed");
	expect(R.worker, OWN_ACTION(NINA, TWO, "revocation", "'zDnA'", "talent._today()"), "requested");
	expect(R.worker, OWN_ACTION(NINA, TWO, "revocation", "'zDnA'", "talent._today() - 1"), "wrong_state");
	expect(R.worker, "SELECT outcome, slug FROM talent.key_action_reject(" OTTO ", 't', NULL, NULL, " TWO ")",
	       "rejected|_registry");
	expect(R.worker, OWN_APPROVED(NINA, ONE, "zDnB"), "second_person_needed|_registry||||");
	expect(R.worker, OWN_APPROVED(OTTO, ONE, "zDnB"), "approved|_registry|||zDnB|t");
	expect(R.worker, OWN_KEYS, "zDnA active,zDnB published");
	expect(R.owner, TIME_COMES, "");
	expect(jobs, BEGIN_SIGNING, "1");
	expect(R.worker, OWN_KEYS, "zDnA retired,zDnB active");
	expect(R.worker, OWN_ACTION(NINA, FOUR, "revocation", "'zDnB'", "talent._today()"), "requested");
	expect(R.worker, OWN_APPROVED(OTTO, FOUR, "zDnC"), "approved|_registry|zDnB|receipts|zDnC|t");
	expect(R.worker, OWN_KEYS, "zDnA retired,zDnB revoked,zDnC active"); /* at once: no other signs */
	expect(R.worker, OWN_ACTION(NINA, THREE, "retirement", "'z6Mkshili'", "NULL"), "not_found");
	expect(R.worker, OWN_ACTION(NINA, THREE, "retirement", "'zDnC'", "NULL"), "requested");
	expect(R.worker, OWN_APPROVED(OTTO, THREE, "zDnD"), "approved|_registry|zDnC|receipts|zDnD|t");
	expect(R.worker, OWN_KEYS, "zDnA retired,zDnB revoked,zDnC active,zDnD published");
	expect(R.worker, KEYS, "z6Mkshili active,zDnshili active");
}

/* Its journal line enters it again, to verify what it signed; then another one is made. */
static void a_lost_key_of_the_registrys_is_followed_by_another(void **state)
{
	char line[400], sql[1000];
	expect(R.worker, OWN_KEY("zDnOwn"), "stored|zDnOwn");
	snprintf(line, sizeof line, "%s", ask(R.worker, "SELECT replace(journal, 'zDnOwn', 'zDnLost') FROM"
	         " talent.issuer_key_store(NULL, 't', NULL, NULL, NULL, 'receipts', 'zDnX', sha512('x'), sha512('x'))"));
	snprintf(sql, sizeof sql, "SELECT talent._journal_line_ok('%s'), right('%s', 9)", line, line);
	expect(R.owner, sql, "t| receipts");
	expect(R.owner, "BEGIN", "");
	expect(R.owner, "CREATE TABLE talent.recover_line (journal uuid, n bigint, w text[])", "");
	snprintf(sql, sizeof sql, "INSERT INTO talent.recover_line SELECT gen_random_uuid(), 1,"
	         " string_to_array('%s', ' ')", line);
	expect(R.owner, sql, "");
	expect(R.owner, "SELECT n FROM talent._recover('{}') WHERE what LIKE 'issuing keys entered again%'", "1");
	expect(R.owner, "SELECT signs, state, wrapped IS NULL, organisation IS NULL FROM talent.issuer_key"
	                " WHERE key = 'zDnLost'",
	       "receipts|retired|t|t");
	expect(R.owner, "UPDATE talent.issuer_key SET state = 'retired', retired_at = now() WHERE key = 'zDnOwn'", "");
	expect(R.owner, "SELECT slug FROM talent.list_key_waiting WHERE slug = '_registry'", "_registry");
	expect(R.owner, "ROLLBACK", "");
}

static void the_registrys_key_is_wrapped_anew(void **state)
{
	expect(R.worker, OWN_KEY("zDnOwn"), "stored|zDnOwn");
	expect(R.worker, "SELECT outcome FROM talent.issuer_key_rewrap(" NINA ", 't', 'rewrap', sha256('x'), 'zDnOwn',"
	                 " sha512('zDnOwn'), sha512('anew'))",
	       "rewrapped");
	expect(jobs, "SELECT outcome FROM talent.issuer_key_confirm('t', 'zDnOwn', sha512('anew'), true)", "confirmed");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_registry_has_one_key_of_its_own),
		TEST(the_registrys_key_is_followed_by_another),
		TEST(a_lost_key_of_the_registrys_is_followed_by_another),
		TEST(the_registrys_key_is_wrapped_anew),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql registry key", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
