/* Issuing keys of both kinds and what is signed with them, as PostgreSQL keeps it. */
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
static PGconn *a, *b, *jobs;

static int setup(void **state)
{
	registry_open(&R);
	a = registry_connect(&R, "talent_worker");
	b = registry_connect(&R, "talent_worker");
	jobs = registry_connect(&R, "talent_jobs");
	expect(R.worker, "SELECT test.exam('E1', '4')", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	return 0;
}

static int teardown(void **state)
{
	PQfinish(a);
	PQfinish(b);
	PQfinish(jobs);
	registry_close(&R);
	return 0;
}

/* ---- kinds ---- */

static void test_kinds(void **state)
{
	expect(R.worker, "SELECT string_agg(kind || ' ' || length(public), ',' ORDER BY kind)"
	                 " FROM talent.issuer_key WHERE organisation = " SHILI,
	       "ed25519 32,p256 64");
	/* one active key of each kind, each of its own length */
	expect(R.worker, "SELECT outcome, key FROM talent.issuer_key_store(NULL, 't', NULL, NULL, " SHILI
	                 ", 'certificates', 'zDnNew', sha512('x'), sha512('x'))",
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

static void test_jwt_first_wins(void **state)
{
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
	expect(a, "BEGIN", "");
	expect(a, JWT("zDnshili", "one"), "stored|one");
	start(b, JWT("zDnshili", "two"));
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "replayed|one");
}

/* ---- the life of a key ---- */

static void test_two_persons(void **state)
{
	expect(R.worker, REQUEST(NINA, ONE, "rotation", "NULL", "NULL"),
	       "requested|0d0000aa-0000-4000-8000-000000000001");
	expect(R.worker, REQUEST(OTTO, TWO, "rotation", "NULL", "NULL"),
	       "replayed|0d0000aa-0000-4000-8000-000000000001");
	expect(R.worker, KEYS, "z6Mkshili active,zDnshili active");
	expect(R.worker, ROTATE(NINA, ONE), "second_person_needed|||");
	expect(R.worker, APPROVE(OTTO, ONE), "wrong_state|||"); /* without new keys */
	expect(R.worker, ROTATE(OTTO, ONE), "approved||z6MkNew|zDnNew");
	expect(R.worker, ROTATE(OTTO, ONE), "replayed||z6MkNew|zDnNew");
	expect(R.worker, REJECT(NINA, ONE), "action_over");
	expect(R.worker, KEYS, "z6MkNew published,z6Mkshili active,zDnNew published,zDnshili active");
	expect(R.worker, "SELECT string_agg(action || ' ' || right(actor::text, 1), ',' ORDER BY id)"
	                 " FROM talent.audit WHERE action LIKE 'key_action%'",
	       "key_action_request 1,key_action_approve 2");
	expect(R.worker, APPROVE(OTTO, TWO), "not_found|||");
	expect(R.worker, REJECT(OTTO, TWO), "not_found");
}

/* Not even the owner gets round it, and daemons touch neither table. */
static void test_two_persons_by_constraint(void **state)
{
	expect(R.worker, REQUEST(NINA, ONE, "retirement", "'zDnshili'", "NULL"),
	       "requested|0d0000aa-0000-4000-8000-000000000001");
	static const struct {
		const char *sql, *state, *constraint;
	} at[] = {
		{"UPDATE talent.key_action SET state = 'approved', decided_by = " NINA ", decided_at = now()",
		 "23514", "key_action_two_persons"},
		{"UPDATE talent.key_action SET state = 'approved', decided_at = now()", "23514",
		 "key_action_decided"},
		{"UPDATE talent.key_action SET requested_by = " OTTO, "TA003", "key_action_transition"},
		{"UPDATE talent.key_action SET expires_at = now() + interval '1 year'", "TA003",
		 "key_action_transition"},
		{"UPDATE talent.key_action SET state = 'expired', decided_at = now()", "TA003",
		 "key_action_transition"},
		{"DELETE FROM talent.key_action", "TA002", "key_action_immutable"},
		{"TRUNCATE talent.key_action", "TA002", "key_action_immutable"},
		{"UPDATE talent.issuer_key SET state = 'revoked', retired_at = now()", "23514",
		 "issuer_key_revoked_from"},
	};
	for (size_t i = 0; i < sizeof at / sizeof at[0]; i++)
		expect_error(R.owner, at[i].sql, at[i].state, at[i].constraint);
	expect_error(R.worker, "UPDATE talent.key_action SET decided_by = " OTTO, "42501", NULL);
	expect_error(R.worker, "UPDATE talent.issuer_key SET state = 'active'", "42501", NULL);
	expect(R.worker, REJECT(NINA, ONE), "rejected"); /* taking back is no approval */
	expect(R.worker, REJECT(OTTO, ONE), "replayed");
	expect(R.worker, APPROVE(OTTO, ONE), "action_over|zDnshili||");
	expect(R.worker, KEYS, "z6Mkshili active,zDnshili active");
}

static void test_actions_expire(void **state)
{
	expect(R.owner, "INSERT INTO talent.key_action (id, organisation, action, key, requested_by,"
	                " requested_at, expires_at) SELECT " ONE ", " SHILI ", 'retirement', 'zDnshili', "
	                NINA ", now() - interval '25 hours', now() - interval '1 hour'", "");
	expect(R.worker, APPROVE(OTTO, ONE), "action_over|zDnshili||");
	expect(R.worker, REJECT(OTTO, ONE), "action_over");
	expect_error(R.owner, "UPDATE talent.key_action SET state = 'approved', decided_by = " OTTO
	                      ", decided_at = now()", "TA003", "key_action_transition");
	expect_query(R.worker, Q_KEY_ACTION_LIST, (const char *const[]){NULL, NULL, "9"}, NULL);
	/* asked anew it may be approved */
	expect(R.worker, REQUEST(OTTO, TWO, "retirement", "'zDnshili'", "NULL"),
	       "requested|0d0000aa-0000-4000-8000-000000000002");
	expect(R.worker, APPROVE(NINA, TWO), "approved|zDnshili||");
	expect(R.worker, "SELECT string_agg(state, ',' ORDER BY id) FROM talent.key_action",
	       "expired,approved");
}

/* What is told of a request is that request, whatever else is asked for. */
static void test_requests_beside_another(void **state)
{
	expect(R.owner, "INSERT INTO talent.key_action (id, organisation, action, key, requested_by,"
	                " requested_at, expires_at) SELECT " TWO ", " SHILI ", 'retirement', 'zDnshili', "
	                OTTO ", now() - interval '2 hours', now() + interval '22 hours'", "");
	static const char asked[] = "SELECT outcome, expires_at = talent._instant(now() + interval '24 hours')"
	                            " FROM talent.key_action_request(" NINA ", 't', %s, %s, " ONE
	                            ", 'shili', 'rotation', NULL, NULL)";
	char sql[256];
	expect(R.worker, "BEGIN", ""); /* for one now() */
	snprintf(sql, sizeof sql, asked, "'k'", "'p'");
	expect(R.worker, sql, "requested|t");
	expect(R.worker, sql, "replayed|t");
	snprintf(sql, sizeof sql, asked, "NULL", "NULL");
	expect(R.worker, sql, "replayed|t");
	expect(R.worker, "COMMIT", "");
	expect(R.worker, "SELECT outcome, expires_at IS NULL FROM talent.key_action_request(" NINA
	                 ", 't', NULL, NULL, gen_random_uuid(), 'shili', 'retirement', 'z6Mknone', NULL)",
	       "not_found|t");
}

static void test_requests_refused(void **state)
{
	expect(R.worker, REQUEST(NINA, ONE, "revocation", "'z6Mkxingbo'", "talent._today()"),
	       "not_found|");
	expect(R.worker, REQUEST(NINA, ONE, "revocation", "'z6Mknone'", "talent._today()"), "not_found|");
	expect(R.worker, REQUEST(NINA, ONE, "revocation", "'z6Mkshili'", "talent._today() + 2"),
	       "from_in_future|");
	expect(R.owner, "UPDATE talent.issuer_key SET state = 'retired', retired_at = now()"
	                " WHERE organisation = " SHILI, "");
	expect(R.worker, REQUEST(NINA, ONE, "retirement", "'z6Mkshili'", "NULL"), "wrong_state|");
	expect(R.worker, REQUEST(NINA, ONE, "rotation", "NULL", "NULL"), "no_active_key|");
	expect(R.worker, REQUEST(NINA, ONE, "revocation", "'z6Mkshili'", "talent._today() - 1"),
	       "requested|0d0000aa-0000-4000-8000-000000000001");
	/* the same with another date waits for the decision on the first */
	expect(R.worker, REQUEST(NINA, TWO, "revocation", "'z6Mkshili'", "talent._today() - 2"),
	       "wrong_state|");
}

/* ---- published before it signs ---- */

static void a_new_pair_is_published_before_it_signs(void **state)
{
	expect(R.worker, REQUEST(NINA, ONE, "rotation", "NULL", "NULL"), NULL);
	expect(R.worker, "SELECT outcome, signs_from::timestamptz - now() > interval '5 minutes', issues,"
	                 " split_part(journal, ' ', 1), journal ~ E'\\nmade: zDnNew' FROM"
	                 " talent.key_action_approve(" OTTO ", 't', NULL, NULL, " ONE
	                 ", 'z6MkNew', sha256('n'), sha512('n'), 'zDnNew', sha512('n'), sha512('n'))",
	       "approved|t|t|made:|t");
	expect(jobs, BEGIN_SIGNING, "0"); /* not yet */
	expect(R.worker, "SELECT min(body_key) FROM talent.exam_facts", "z6Mkshili");
	/* in the document already; and no second successor beside it */
	PGresult *res = PQexecParams(R.worker, statements[Q_DID_DOCUMENT].text, 1, NULL,
	                             (const char *const[]){"shili"}, NULL, NULL, 0);
	assert_int_equal(PQntuples(res), 4);
	PQclear(res);
	expect(R.worker, REQUEST(NINA, TWO, "rotation", "NULL", "NULL"), "wrong_state|");
	expect_error(R.owner, "UPDATE talent.issuer_key SET state = 'published', signs_from = now()"
	                      " WHERE key = 'z6Mkshili'", "TA003", "issuer_key_transition");
	expect(R.owner, TIME_COMES, "");
	expect(jobs, BEGIN_SIGNING, "2");
	expect(jobs, BEGIN_SIGNING, "0");
	expect(R.worker, KEYS, "z6MkNew active,z6Mkshili retired,zDnNew active,zDnshili retired");
	expect(R.worker, "SELECT min(body_key) FROM talent.exam_facts", "z6MkNew");
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE action = 'issuer_key_begin'", "2");
	expect_error(R.owner, "UPDATE talent.issuer_key SET state = 'active', retired_at = NULL"
	                      " WHERE key = 'z6Mkshili'", "TA003", "issuer_key_transition");
}

/* The key that signs falls: the one that waits takes its place at once, because nothing else could. */
static void a_revoked_key_is_followed_by_the_one_that_waits(void **state)
{
	expect(R.worker, REQUEST(NINA, ONE, "rotation", "NULL", "NULL"), NULL);
	expect(R.worker, ROTATE(OTTO, ONE), "approved||z6MkNew|zDnNew");
	expect(R.worker, REQUEST(NINA, TWO, "revocation", "'z6Mkshili'", "talent._today()"), NULL);
	expect(R.worker, "SELECT outcome, key, new_key, other_key, issues FROM talent.key_action_approve(" OTTO
	                 ", 't', NULL, NULL, " TWO ", NULL, NULL, NULL, NULL, NULL, NULL)",
	       "approved|z6Mkshili||zDnshili|t");
	expect(R.worker, KEYS, "z6MkNew active,z6Mkshili revoked,zDnNew published,zDnshili active");
}

/* What is told of the other one of a pair, before and after. */
static void one_of_a_pair_goes(void **state)
{
	expect(R.worker, "SELECT outcome, other_key, issues FROM talent.key_action_request(" NINA
	                 ", 't', NULL, NULL, " ONE ", 'shili', 'retirement', 'zDnshili', NULL)",
	       "requested|z6Mkshili|t");
	expect(R.worker, "SELECT outcome, other_key, issues FROM talent.key_action_approve(" OTTO
	                 ", 't', NULL, NULL, " ONE ", NULL, NULL, NULL, NULL, NULL, NULL)",
	       "approved|z6Mkshili|t");
	expect(R.worker, "SELECT outcome, other_key, issues FROM talent.key_action_request(" NINA
	                 ", 't', NULL, NULL, " TWO ", 'shili', 'revocation', 'z6Mkshili', talent._today())",
	       "requested||f");
}

/* ---- the list key ---- */

#define LIST_KEY(name) \
	"SELECT outcome, key FROM talent.issuer_key_store(NULL, 't', NULL, NULL, " SHILI ", 'lists', '" name \
	"', sha256('" name "'), sha512('" name "'))"

/* Who signs the issuer's lists. */
static const char *list_signer(void)
{
	static char out[64];
	PGresult *res = PQexecParams(R.worker, statements[Q_STATUS_LIST].text, 3, NULL,
	                             (const char *const[]){"shili", "revocation", "1"}, NULL, NULL, 0);
	assert_int_equal(PQntuples(res), 1);
	snprintf(out, sizeof out, "%s", PQgetvalue(res, 0, PQfnumber(res, "key")));
	PQclear(res);
	return out;
}

static void an_issuer_of_old_gets_a_list_key(void **state)
{
	expect(jobs, "SELECT count(*), min(item) FROM talent.job_claim('list_key', 'a', 9, 60000, 3)",
	       "5|_registry");
	assert_string_equal(list_signer(), "z6Mkshili");
	expect(R.worker, LIST_KEY("z6MkList"), "stored|z6MkList");
	expect(R.worker, LIST_KEY("z6MkOther"), "replayed|z6MkList");
	assert_string_equal(list_signer(), "z6Mkshili"); /* until everybody can know the new one */
	expect(R.worker, KEYS, "z6MkList published,z6Mkshili active,zDnshili active");
	expect(R.owner, TIME_COMES, "");
	expect(jobs, BEGIN_SIGNING, "1");
	assert_string_equal(list_signer(), "z6MkList");
	expect(R.worker, KEYS, "z6MkList active,z6Mkshili active,zDnshili active");
	/* it signs no certificate */
	expect(R.worker, "SELECT min(body_key) FROM talent.exam_facts", "z6Mkshili");
	expect_error(R.owner, "UPDATE talent.issuer_key SET signs = 'certificates' WHERE key = 'z6MkList'",
	             "TA002", "issuer_key_immutable");
	expect_error(R.owner, "INSERT INTO talent.issuer_key (key, organisation, public, wrapped, signs)"
	                      " VALUES ('zDnList', " SHILI ", sha512('x'), sha512('x'), 'lists')",
	             "23514", "issuer_key_signs");
}

/* Hosts of the version before ask without saying what for. */
static void an_old_host_stores_a_key(void **state)
{
	expect(R.worker, "SELECT outcome, key FROM talent.issuer_key_store(NULL, 't', NULL, NULL, " SHILI
	                 ", 'zDnNew', sha512('x'), sha512('x'))",
	       "replayed|zDnshili");
	expect(R.worker, "SELECT outcome, key FROM talent.issuer_key_store(NULL, 't', NULL, NULL,"
	                 " (SELECT id FROM talent.organisation WHERE slug = 'qihang'), 'z6MkNew', sha256('x'),"
	                 " sha512('x'))",
	       "stored|z6MkNew");
	expect(R.worker, "SELECT signs, state FROM talent.issuer_key WHERE key = 'z6MkNew'", "certificates|active");
}

/* Whatever becomes of the keys that sign certificates, the lists are signed. */
static void lists_outlive_the_pair(void **state)
{
	expect(R.owner, "UPDATE talent.issuer_key SET state = 'retired', retired_at = now()"
	                " WHERE organisation = " SHILI, "");
	expect(R.worker, LIST_KEY("z6MkList"), "stored|z6MkList");
	assert_string_equal(list_signer(), "z6MkList"); /* nothing else can */
	expect(jobs, BEGIN_SIGNING, "0");
	expect(R.owner, TIME_COMES, "");
	expect(jobs, BEGIN_SIGNING, "1");
	assert_string_equal(list_signer(), "z6MkList");
}

/* Entered again from the journal it verifies the lists that it signed, and another one is made. */
static void a_lost_list_key_is_followed_by_another(void **state)
{
	char line[400];
	expect(R.worker, LIST_KEY("z6MkList"), "stored|z6MkList");
	snprintf(line, sizeof line, "%s", ask(R.worker,
	         "SELECT replace(journal, 'z6MkList', 'z6MkLost') FROM talent.issuer_key_store(NULL, 't', NULL, NULL, "
	         SHILI ", 'lists', 'z6MkX', sha256('x'), sha512('x'))"));
	char sql[1000];
	snprintf(sql, sizeof sql, "SELECT talent._journal_line_ok('%s'), right('%s', 6)", line, line);
	expect(R.owner, sql, "t| lists");
	expect(R.owner, "BEGIN", "");
	expect(R.owner, "CREATE TABLE talent.recover_line (journal uuid, n bigint, w text[])", "");
	snprintf(sql, sizeof sql, "INSERT INTO talent.recover_line SELECT gen_random_uuid(), 1,"
	         " string_to_array('%s', ' ')", line);
	expect(R.owner, sql, "");
	expect(R.owner, "SELECT n FROM talent._recover('{}') WHERE what LIKE 'issuing keys entered again%'", "1");
	expect(R.owner, "SELECT signs, state, wrapped IS NULL FROM talent.issuer_key WHERE key = 'z6MkLost'",
	       "lists|retired|t");
	expect(R.owner, "UPDATE talent.issuer_key SET state = 'retired', retired_at = now() WHERE key = 'z6MkList'",
	       "");
	expect(R.owner, "SELECT slug FROM talent.list_key_waiting WHERE slug = 'shili'", "shili");
	expect(R.owner, "ROLLBACK", "");
}

/* An issuer's first keys sign at once: nobody has a document without them. */
static void first_keys_sign_at_once(void **state)
{
	expect(R.worker, "SELECT string_agg(s.outcome, ',') FROM (VALUES ('certificates', 'z6MkOne'),"
	                 " ('certificates', 'zDnOne'), ('lists', 'z6MkTwo')) k (signs, key), LATERAL"
	                 " talent.issuer_key_store(NULL, 't', NULL, NULL,"
	                 " (SELECT id FROM talent.organisation WHERE slug = 'qihang'), k.signs, k.key,"
	                 " CASE WHEN k.key LIKE 'zDn%' THEN sha512('p') ELSE sha256('p') END, sha512('w')) s",
	       "stored,stored,stored");
	expect(R.worker, "SELECT string_agg(signs || ' ' || state, ',' ORDER BY key) FROM talent.issuer_key"
	                 " WHERE key ~ 'One|Two'",
	       "certificates active,lists active,certificates active");
}

/* One that is retired signs until another one does; of one that is revoked the pair's key takes the place
 * meanwhile, which everybody knows. */
static void a_list_key_is_followed_by_another(void **state)
{
	expect(R.worker, LIST_KEY("z6MkList"), "stored|z6MkList");
	expect(R.owner, TIME_COMES, "");
	expect(jobs, BEGIN_SIGNING, "1");
	expect(R.worker, REQUEST(NINA, ONE, "retirement", "'z6MkList'", "NULL"), NULL);
	expect(R.worker, APPROVE(OTTO, ONE), "wrong_state|z6MkList||"); /* without another one */
#define FOLLOWED(id, name) \
	"SELECT outcome, key, new_key, jwt_key, issues FROM talent.key_action_approve(" OTTO \
	", 't', NULL, NULL, " id ", '" name "', sha256('" name "'), sha512('" name "'), NULL, NULL, NULL)"
	expect(R.worker, FOLLOWED(ONE, "z6MkNext"), "approved|z6MkList|z6MkNext||t");
	assert_string_equal(list_signer(), "z6MkList");
	expect(R.worker, REQUEST(NINA, TWO, "retirement", "'z6MkList'", "NULL"), "wrong_state|");
	expect(R.owner, TIME_COMES, "");
	expect(jobs, BEGIN_SIGNING, "1");
	assert_string_equal(list_signer(), "z6MkNext");

	expect(R.worker, REQUEST(NINA, TWO, "revocation", "'z6MkNext'", "talent._today()"), NULL);
	expect(R.worker, FOLLOWED(TWO, "z6MkThird"), "approved|z6MkNext|z6MkThird||t");
	assert_string_equal(list_signer(), "z6Mkshili");
	expect(R.owner, TIME_COMES, "");
	expect(jobs, BEGIN_SIGNING, "1");
	assert_string_equal(list_signer(), "z6MkThird");
	expect(R.worker, "SELECT string_agg(key || ' ' || state, ',' ORDER BY key) FROM talent.issuer_key"
	                 " WHERE signs = 'lists'",
	       "z6MkList retired,z6MkNext revoked,z6MkThird active");
}

/* ---- repetitions ---- */

#define KEYED(name) "'" name "', sha256('print')"
#define RETIRED(key) \
	"UPDATE talent.issuer_key SET state = 'retired', retired_at = now() WHERE key = '" key "'"

/* Whatever has become of the keys since: asking, approving, and the keys that were made. */
static void a_repetition_is_answered_as_the_first_was(void **state)
{
#define ASKED \
	"SELECT outcome, id, other_key, issues FROM talent.key_action_request(" NINA ", 't', " KEYED("ask") ", " ONE \
	", 'shili', 'retirement', 'zDnshili', NULL)"
#define APPROVED \
	"SELECT outcome, key, other_key, issues FROM talent.key_action_approve(" OTTO ", 't', " KEYED("approve") ", " ONE \
	", NULL, NULL, NULL, NULL, NULL, NULL)"
#define MADE(key, signs) \
	"SELECT outcome, key FROM talent.issuer_key_store(" NINA ", 't', " KEYED("make") ", (SELECT id FROM" \
	" talent.organisation WHERE slug = 'qihang'), '" signs "', '" key "', CASE WHEN '" key "' LIKE 'zDn%' THEN" \
	" sha512('" key "') ELSE sha256('" key "') END, sha512('w'))"
	const char *first = "0d0000aa-0000-4000-8000-000000000001";
	char want[120];
	snprintf(want, sizeof want, "requested|%s|z6Mkshili|t", first);
	expect(R.worker, ASKED, want);
	expect(R.worker, APPROVED, "approved|zDnshili|z6Mkshili|t");
	expect(R.worker, MADE("z6MkOne", "certificates"), "stored|z6MkOne");
	expect(R.worker, MADE("zDnOne", "certificates"), "stored|zDnOne");
	expect(R.worker, MADE("z6MkTwo", "lists"), "stored|z6MkTwo");
	expect(R.owner, RETIRED("z6Mkshili"), "");
	expect(R.owner, RETIRED("z6MkOne"), "");
	snprintf(want, sizeof want, "replayed|%s|z6Mkshili|t", first);
	expect(R.worker, ASKED, want);
	expect(R.worker, APPROVED, "replayed|zDnshili|z6Mkshili|t");
	expect(R.worker, MADE("z6MkNew", "certificates"), "replayed|z6MkOne");
	expect(R.worker, MADE("zDnNew", "certificates"), "replayed|zDnOne");
	expect(R.worker, MADE("z6MkNew", "lists"), "replayed|z6MkTwo");
	expect(R.worker, "SELECT count(*) FROM talent.issuer_key WHERE key LIKE '%New'", "0");
	/* without that key it is as it stands */
	expect(R.worker, "SELECT outcome, other_key, issues FROM talent.key_action_approve(" OTTO ", 't', NULL, NULL, " ONE
	                 ", NULL, NULL, NULL, NULL, NULL, NULL)",
	       "replayed||f");
}

/* A store that read the old key and waits for the new one to begin is told to sign anew; one that was first
 * holds it up. Neither is lost. */
static void test_rotation_and_a_submit(void **state)
{
	expect(R.worker, REQUEST(NINA, ONE, "rotation", "NULL", "NULL"), NULL);
	expect(a, "BEGIN", "");
	expect(a, "SELECT outcome FROM test.submit('E1', 'B', 80, 80)", "stored");
	start(b, ROTATE(OTTO, ONE));
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "approved||z6MkNew|zDnNew");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'D', 80, 80)", "stored");
	expect(R.worker, "SELECT count(*) FROM talent.certificate_version WHERE key = 'z6Mkshili'", "3");

	expect(R.owner, TIME_COMES, "");
	expect(jobs, "BEGIN", "");
	expect(jobs, BEGIN_SIGNING, "2");
	start(b, "SELECT outcome, other FROM test.submit('E1', 'C', 80, 80)");
	until_waiting(&R, b);
	expect(jobs, "COMMIT", "");
	assert_string_equal(finish(b), "standing|terms_changed");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'C', 80, 80)", "stored");
	expect(R.worker, "SELECT count(*) FROM talent.certificate_version WHERE key = 'z6MkNew'", "1");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kinds),
		TEST(test_jwt_first_wins),
		TEST(test_jwt_keys),
		TEST(test_jwt_race),
		TEST(test_two_persons),
		TEST(test_two_persons_by_constraint),
		TEST(test_actions_expire),
		TEST(test_requests_beside_another),
		TEST(test_requests_refused),
		TEST(a_new_pair_is_published_before_it_signs),
		TEST(a_revoked_key_is_followed_by_the_one_that_waits),
		TEST(one_of_a_pair_goes),
		TEST(an_issuer_of_old_gets_a_list_key),
		TEST(an_old_host_stores_a_key),
		TEST(lists_outlive_the_pair),
		TEST(first_keys_sign_at_once),
		TEST(a_lost_list_key_is_followed_by_another),
		TEST(a_list_key_is_followed_by_another),
		TEST(a_repetition_is_answered_as_the_first_was),
		TEST(test_rotation_and_a_submit),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql keys", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
