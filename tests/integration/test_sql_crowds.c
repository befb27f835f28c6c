/* What 64 clients ask at once that cannot all be: decisions against each other. Whoever is first, what is stored is
 * what one after the other would have stored, everybody else is told so in a word, and nobody waits for ever. */
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

enum { CLIENTS = 64, WAYS = 2, WORDS = 12 };

#define NINA "'0d0000ff-0000-4000-8000-000000000001'"
#define OTTO "'0d0000ff-0000-4000-8000-000000000002'"
#define NINA_IS "'0d0000fe-0000-4000-8000-000000000001'"
#define OTTO_IS "'0d0000fe-0000-4000-8000-000000000002'"
#define SHILI "'0d000000-0000-4000-8000-000000000001'"
#define XINGBO "'0d000000-0000-4000-8000-000000000003'"
#define NEW "'0d0000aa-0000-4000-8000-000000000001'"
#define BY(who) who ", 't', NULL, NULL, "

static struct registry R;
static struct {
	char text[64];
	int n[WAYS];
} words[WORDS];

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

static void count(const char *word, int way)
{
	int i = 0;
	while (i < WORDS && words[i].text[0] && strcmp(words[i].text, word) != 0)
		i++;
	assert_true(i < WORDS);
	snprintf(words[i].text, sizeof words[i].text, "%s", word);
	words[i].n[way]++;
}

/* How many of those who asked that way were told so. */
static int said(const char *word, int way)
{
	for (int i = 0; i < WORDS; i++)
		if (strcmp(words[i].text, word) == 0)
			return words[i].n[way];
	return 0;
}

/* Half ask one way, half the other. */
static void crowd(const char *one, const char *other)
{
	PGconn *conns[CLIENTS];
	memset(words, 0, sizeof words);
	for (int i = 0; i < CLIENTS; i++) {
		conns[i] = registry_connect(&R, "talent_worker");
		expect(conns[i], "SET lock_timeout = '60s'", "");
		expect(conns[i], "SET statement_timeout = '60s'", "");
	}
	for (int i = 0; i < CLIENTS; i++) {
		char sql[1600]; /* $ is the client's number */
		const char *text = i % 2 ? other : one;
		char *out = sql;
		for (; *text && out < sql + sizeof sql - 8; text++)
			if (*text == '$')
				out += snprintf(out, 8, "%d", i);
			else
				*out++ = *text;
		*out = '\0';
		start(conns[i], sql);
	}
	for (int i = 0; i < CLIENTS; i++) {
		count(finish(conns[i]), i % 2);
		PQfinish(conns[i]);
	}
}

/* ---- an agreement ---- */

#define PROPOSAL \
	"SELECT outcome FROM talent.agreement_propose(" BY("NULL") "json_build_object('id', " NEW ", 'proposer', " SHILI "," \
	" 'partner', 'xingbo', 'window_days', 0, 'valid_from', talent._today() + 701, 'titles', json_build_array(" \
	"json_build_object('occupation', '4-01-06-02', 'edition', '2022', 'work_type', '直播销售员', 'level', '4'," \
	" 'title', '星播主播'))))"
#define MOVE(to, party) "SELECT outcome FROM talent.agreement_move(" BY("NULL") NEW ", '" to "', " party ", 'other', NULL)"
#define MOVES "SELECT string_agg(a.action, ' ' ORDER BY a.id) FROM talent.audit a WHERE a.object = " NEW

static void propose(void)
{
	expect(R.owner, "UPDATE talent.accreditation SET valid_to = NULL; UPDATE talent.recognition SET valid_to = NULL", "");
	expect(R.worker, PROPOSAL, "proposed");
}

/* What was withdrawn was confirmed before or never. */
static void confirmed_and_withdrawn(void **state)
{
	propose();
	crowd(MOVE("confirmed", XINGBO), MOVE("withdrawn", SHILI));
	assert_int_equal(said("moved", 1), 1);
	assert_int_equal(said("replayed", 1), CLIENTS / 2 - 1);
	assert_true(said("moved", 0) <= 1);
	assert_int_equal(said("moved", 0) + said("replayed", 0) + said("wrong_state", 0), CLIENTS / 2);
	expect(R.worker, "SELECT state FROM talent.agreement WHERE id = " NEW, "withdrawn");
	expect(R.worker, MOVES, said("moved", 0) ? "agreement_propose agreement_confirm agreement_withdraw"
	                                         : "agreement_propose agreement_withdraw");
}

static void approved_and_withdrawn(void **state)
{
	propose();
	expect(R.worker, MOVE("confirmed", XINGBO), "moved");
	crowd(MOVE("approved", "NULL"), MOVE("withdrawn", XINGBO));
	int approved = said("moved", 0);
	assert_int_equal(approved + said("moved", 1), 1);
	assert_int_equal(said("replayed", !approved), CLIENTS / 2 - 1);
	assert_int_equal(said("wrong_state", approved), CLIENTS / 2);
	expect(R.worker, "SELECT state FROM talent.agreement WHERE id = " NEW, approved ? "approved" : "withdrawn");
}

/* Two of the same work on the same days are proposed, and each is approved by many: one is in force. */
static void of_two_agreements_one_is_in_force(void **state)
{
	static const char twin[] = "'0d0000aa-0000-4000-8000-000000000002'";
	char sql[1600], second[400];
	propose();
	const char *at = strstr(PROPOSAL, NEW);
	snprintf(sql, sizeof sql, "%.*s%s%s", (int)(at - PROPOSAL), PROPOSAL, twin, at + strlen(NEW));
	expect(R.worker, sql, "proposed");
	expect(R.worker, MOVE("confirmed", XINGBO), "moved");
	expect(R.owner, "UPDATE talent.agreement SET state = 'confirmed' WHERE state = 'proposed'", "");
	snprintf(second, sizeof second, "SELECT outcome FROM talent.agreement_move(" BY("NULL") "%s, 'approved', NULL, NULL, NULL)",
	         twin);
	crowd(MOVE("approved", "NULL"), second);
	int loser = said("moved", 0) ? 1 : 0;
	assert_int_equal(said("moved", 0) + said("moved", 1), 1);
	assert_int_equal(said("overlaps", loser), CLIENTS / 2);
	assert_int_equal(said("replayed", !loser), CLIENTS / 2 - 1);
}

/* ---- an organisation that is stopped ---- */

/* What was granted was granted before the stop. */
static void granted_while_it_is_stopped(void **state)
{
	crowd("SELECT outcome FROM talent.standing_grant(" BY("NULL") "'accreditation', json_build_object('id',"
	      " gen_random_uuid(), 'organisation', 'pujiang', 'occupation', '4-01-06-02', 'edition', '2022', 'work_type',"
	      " 'product-selection', 'levels', json_build_array('4'), 'valid_from', talent._today() + 100 * ($ + 1),"
	      " 'valid_to', talent._today() + 100 * ($ + 1) + 99))",
	      "SELECT outcome FROM talent.organisation_move(" BY("NULL") "'pujiang', 'suspended', 'fraud', NULL)");
	assert_int_equal(said("suspended", 1), 1);
	assert_int_equal(said("granted", 0) + said("organisation_not_approved", 0), CLIENTS / 2);
	expect(R.worker, "SELECT count(*) FROM talent.audit g, talent.audit s WHERE g.action = 'accreditation_grant'"
	                 " AND s.action = 'organisation_suspend' AND g.id > s.id", "0");
	char want[16];
	snprintf(want, sizeof want, "%d", said("granted", 0));
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE action = 'accreditation_grant'", want);
}

static void invited_while_it_ends(void **state)
{
	crowd("SELECT outcome FROM talent.staff_add(" BY(NINA) "gen_random_uuid(), " SHILI ", 'institution', 'Person', 'reads',"
	      " '{}', gen_random_uuid(), sha256('$'), now() + interval '1 day')",
	      "SELECT outcome FROM talent.organisation_move(" BY(NINA) "'shili', 'ended', 'merged', NULL)");
	assert_int_equal(said("ended", 1), 1);
	assert_int_equal(said("invited", 0) + said("organisation_not_approved", 0), CLIENTS / 2);
	expect(R.worker, "SELECT count(*) FROM talent.audit g, talent.audit s WHERE g.action = 'staff_add'"
	                 " AND s.action = 'organisation_end' AND g.id > s.id", "0");
}

/* ---- who administers ---- */

#define LEAVE(who) "SELECT outcome FROM talent.staff_leave(" BY("NULL") who ", NULL)"

/* Otto works for an authority that is stopped while Nina leaves: one of them stays. */
static void the_last_two_in_two_ways(void **state)
{
	expect(R.owner, "INSERT INTO talent.organisation_kind VALUES (" XINGBO ", 'authority');"
	                " UPDATE talent.staff SET organisation = " XINGBO " WHERE id = " OTTO_IS, "");
	crowd("SELECT outcome FROM talent.organisation_move(" BY("NULL") "'xingbo', 'suspended', 'fraud', NULL)", LEAVE(NINA_IS));
	int stopped = said("suspended", 0);
	assert_int_equal(stopped + said("left", 1), 1);
	assert_int_equal(said("last_administrator", stopped), CLIENTS / 2);
	assert_int_equal(said("replayed", !stopped), CLIENTS / 2 - 1);
	expect(R.owner, "SELECT talent._administrators(NULL)", "1");
}

#define ASK_FOR "SELECT outcome FROM talent.staff_add(" BY(OTTO) NEW ", NULL, 'administrator', 'Person', 'manages', '{}'," \
	" gen_random_uuid(), sha256('code'), now() + interval '1 day')"
#define REVOKE "SELECT outcome FROM talent.token_revoke(" BY("NULL") NINA ")"
#define APPROVE "SELECT outcome FROM talent.staff_approve(" BY(NINA) NEW ")"

/* What a credential decides it has decided before it was revoked. */
static void revoked_while_it_decides(void **state)
{
	PGconn *first = registry_connect(&R, "talent_worker"), *second = registry_connect(&R, "talent_worker");
	expect(second, "SET lock_timeout = '20s'", "");
	expect(second, "SET statement_timeout = '20s'", "");
	expect(R.worker, ASK_FOR, "requested");
	expect(first, "BEGIN", "");
	expect(first, REVOKE, "revoked");
	start(second, APPROVE);
	until_waiting(&R, second);
	expect(first, "COMMIT", "");
	assert_string_equal(finish(second), "staff_unnamed");
	PQfinish(first);
	PQfinish(second);
}

static void of_many_decisions_none_comes_late(void **state)
{
	expect(R.worker, ASK_FOR, "requested");
	crowd(APPROVE, REVOKE);
	assert_int_equal(said("revoked", 1), 1);
	assert_true(said("approved", 0) <= 1);
	assert_int_equal(said("approved", 0) + said("replayed", 0) + said("staff_unnamed", 0), CLIENTS / 2);
	expect(R.worker, "SELECT count(*) FROM talent.audit a, talent.audit r WHERE a.action = 'staff_approve'"
	                 " AND r.action = 'token_revoke' AND a.id > r.id", "0");
}

/* ---- a person ---- */

#define OF_A(what) "(SELECT array_agg(" what ") FROM talent.certificate_version v WHERE v.holder = 'Name A')"

/* Whoever is erased and whoever is certified is one person, before or after; counts agree. */
static void erased_while_a_result_arrives(void **state)
{
	expect(R.worker, "SELECT test.exam('E1', '4'), test.exam('E2', '5')", "created|created");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM talent.erasure_request(" BY(OTTO) NEW ", (SELECT p.id FROM talent.person p), "
	                 "'holder_request', NULL)", "requested");
	crowd("SELECT outcome FROM talent.erasure_approve(" BY(NINA) NEW ", " OF_A("v.id") ", " OF_A("v.key") ", "
	      OF_A("encode(sha256('x'), 'hex')") ")",
	      "SELECT outcome FROM test.submit('E2', 'A', 80, 80)");
	assert_int_equal(said("stored", 1), 1);
	assert_int_equal(said("replayed", 1), CLIENTS / 2 - 1);
	assert_true(said("approved", 0) <= 1);
	assert_int_equal(said("approved", 0) + said("replayed", 0) + said("terms_changed", 0), CLIENTS / 2);
	expect(R.worker, "SELECT count(*) FROM talent.person", "1");
	expect_audit(R.worker, "shanghai-2025-27", 8);
}

/* ---- a standard ---- */

static void two_versions_from_one_day(void **state)
{
#define VERSION(hours) \
	"SELECT outcome FROM talent.standard_version_add(" BY("NULL") "json_build_object('standard', (SELECT id FROM" \
	" talent.standard WHERE name = '互联网营销师/2021'), 'valid_from', talent._today() + 1, 'work_types'," \
	" '[{\"slug\": \"livestream-sales\", \"name\": \"直播销售员\", \"name_en\": \"x\", \"levels\": [{\"level\": \"4\"," \
	" \"min_hours\": " hours ", \"min_age\": 16, \"conditions\": []}]}]'::json))"
	crowd(VERSION("90"), VERSION("80"));
	int loser = said("created", 0) ? 1 : 0;
	assert_int_equal(said("created", 0) + said("created", 1), 1);
	assert_int_equal(said("replayed", !loser), CLIENTS / 2 - 1);
	assert_int_equal(said("before_version", loser), CLIENTS / 2);
	expect(R.worker, "SELECT count(*) FROM talent.standard_version v JOIN talent.standard s ON s.id = v.standard"
	                 " WHERE s.name = '互联网营销师/2021'", "2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(confirmed_and_withdrawn, setup, teardown),
		cmocka_unit_test_setup_teardown(approved_and_withdrawn, setup, teardown),
		cmocka_unit_test_setup_teardown(of_two_agreements_one_is_in_force, setup, teardown),
		cmocka_unit_test_setup_teardown(granted_while_it_is_stopped, setup, teardown),
		cmocka_unit_test_setup_teardown(invited_while_it_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(the_last_two_in_two_ways, setup, teardown),
		cmocka_unit_test_setup_teardown(revoked_while_it_decides, setup, teardown),
		cmocka_unit_test_setup_teardown(of_many_decisions_none_comes_late, setup, teardown),
		cmocka_unit_test_setup_teardown(erased_while_a_result_arrives, setup, teardown),
		cmocka_unit_test_setup_teardown(two_versions_from_one_day, setup, teardown),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_crowds", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
