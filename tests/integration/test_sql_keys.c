/* Issuing keys of both kinds and what is signed with them, as PostgreSQL keeps it. */
#include "../lib/registry.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <string.h>

#include "../lib/cluster.h"

static struct registry R;
static PGconn *a, *b;

#define SHILI "'0d000000-0000-4000-8000-000000000001'"

static int setup(void **state)
{
	(void)state;
	registry_open(&R);
	a = registry_connect(&R, "talent_worker");
	b = registry_connect(&R, "talent_worker");
	expect(R.worker, "SELECT test.exam('E1', '4')", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	PQfinish(a);
	PQfinish(b);
	registry_close(&R);
	return 0;
}

/* ---- kinds ---- */

static void test_kinds(void **state)
{
	(void)state;
	expect(R.worker, "SELECT string_agg(kind || ' ' || length(public), ',' ORDER BY kind)"
	                 " FROM talent.issuer_key WHERE organisation = " SHILI,
	       "ed25519 32,p256 64");
	/* one active key of each kind, each of its own length */
	expect(R.worker, "SELECT outcome, key FROM talent.issuer_key_store(NULL, 't', NULL, NULL, " SHILI
	                 ", 'zDnNew', sha512('x'), sha512('x'))",
	       "replayed|zDnshili");
	expect_error(R.owner, "INSERT INTO talent.issuer_key (key, organisation, public, wrapped)"
	                      " VALUES ('zDnNew', " SHILI ", sha512('x'), sha512('x'))",
	             "23505", "issuer_key_active");
	expect_error(R.owner, "INSERT INTO talent.issuer_key (key, organisation, public, wrapped)"
	                      " VALUES ('zDnNew', " SHILI ", sha256('x'), sha512('x'))",
	             "23514", "issuer_key_public_check");
	expect_error(R.owner, "INSERT INTO talent.issuer_key (key, organisation, public, wrapped)"
	                      " VALUES ('z6MkNew', " SHILI ", sha512('x'), sha512('x'))",
	             "23514", "issuer_key_public_check");
	/* an exam's facts name the key for embedded proofs only, once */
	expect(R.worker, "SELECT count(*), min(body_key), min(company_key) FROM talent.exam_facts",
	       "1|z6Mkshili|z6Mkxingbo");
}

/* ---- the JWT form ---- */

#define VERSION "(SELECT version FROM talent.certificate_state WHERE kind = 'skill_grade')"
#define JWT(key, middle) \
	"SELECT outcome, split_part(jwt, '.', 2) FROM talent.certificate_jwt_store('t', " VERSION \
	", '" key "', 'e30." middle ".' || repeat('A', 86))"

static void test_jwt_first_wins(void **state)
{
	(void)state;
	expect(R.worker, JWT("zDnshili", "one"), "stored|one");
	expect(R.worker, JWT("zDnshili", "two"), "replayed|one");
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE action = 'certificate_jwt_store'"
	                 " AND actor IS NULL AND object IN (SELECT id FROM talent.certificate)", "1");
	expect_error(R.owner, "UPDATE talent.certificate_jwt SET made_at = now()", "TA002",
	             "certificate_jwt_immutable");
	expect_error(R.owner, "DELETE FROM talent.certificate_jwt", "TA002", "certificate_jwt_immutable");
	expect_error(R.worker, "INSERT INTO talent.certificate_jwt SELECT * FROM talent.certificate_jwt",
	             "42501", NULL);
}

static void test_jwt_keys(void **state)
{
	(void)state;
	expect(R.worker, JWT("zDnxingbo", "x"), "key_unusable|");
	expect(R.worker, JWT("z6Mkshili", "x"), "key_unusable|");
	expect(R.worker, JWT("zDnnobody", "x"), "key_unusable|");
	expect(R.worker, "SELECT outcome FROM talent.certificate_jwt_store('t', gen_random_uuid(),"
	                 " 'zDnshili', 'a.b.' || repeat('A', 86))", "not_found");
	expect_error(R.worker, "SELECT talent.certificate_jwt_store('t', " VERSION
	                       ", 'zDnshili', 'no jwt')", "23514", NULL);
	/* made just before its key was retired: still good */
	expect(R.owner, "UPDATE talent.issuer_key SET state = 'retired', retired_at = now()"
	                " WHERE key = 'zDnshili'", "");
	expect(R.worker, JWT("zDnshili", "one"), "stored|one");
}

static void test_jwt_race(void **state)
{
	(void)state;
	expect(a, "BEGIN", "");
	expect(a, JWT("zDnshili", "one"), "stored|one");
	start(b, JWT("zDnshili", "two"));
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "replayed|one");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kinds),
		TEST(test_jwt_first_wins),
		TEST(test_jwt_keys),
		TEST(test_jwt_race),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql keys", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
