/* One process dies, or one operation fails, at each named step of a submission and of a revocation
 * in turn. The client repeats itself as it should; then everything must be there once.
 *
 * Each scenario is a daemon started with FAIL=step:n (src/base/failpoint.h) that does one round of
 * the main job: submit, verify, revoke, verify. FAIL_ONCE lets the restarted process live. */
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
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/fair_clock.h"
#include "../lib/load.h"

enum { PASSES_MAX = 11 }; /* probe, submit: 4, verify, revoke: 3, verify twice */

static const char SESSION[] =
	"{\"title\":\"x\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":"
	"\"livestream-sales\",\"level\":\"4\",\"starts_on\":\"2026-01-05\",\"ends_on\":\"2026-02-06\","
	"\"hours\":104,\"capacity\":40,\"district\":\"310105\"}";

static struct cluster *cluster;
static struct fleet fleet;
static int candidate;

/* Arms a failpoint for the next start, in the signer or in the only worker. */
static void arm(const char *fail, char text[static 96], char once[static FLEET_PATH + 16])
{
	struct host *h = &fleet.host[0];
	snprintf(text, 96, "FAIL=%s", fail);
	snprintf(once, FLEET_PATH + 16, "FAIL_ONCE=%s/once", fleet.dir);
	unlink(once + strlen("FAIL_ONCE="));
	h->env[0] = text;
	h->env[1] = once;
	h->env[2] = strncmp(fail, "signer_", 7) == 0 ? "FAIL_IN=signer" : "FAIL_IN=worker";
}

static bool was_hit(const char *once)
{
	return access(once + strlen("FAIL_ONCE="), F_OK) == 0;
}

/* The same result without a key: answered with the same bytes. */
static void submit_again(struct talk *t, const struct issued *is)
{
	struct talk_answer a;
	if (load_submit_once(&fleet, t, candidate, NULL, &a) == 0) /* the kept connection died */
		load_submit_once(&fleet, t, candidate, NULL, &a);
	if (a.status == 201)
		assert_string_equal(a.body, is->body);
}

/* The main job once. Every answer must be right; what is not definite is repeated. */
static void round_of_the_job(const char *fail, bool again)
{
	struct talk t;
	struct talk_answer a;
	struct tally tally = {0};
	struct issued is = {0};
	char result[24] = "";
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	if (!load_submit(&fleet, &t, ++candidate, &is, &tally, &a))
		fail_msg("%s: submission answered %d %s", fail, a.status, a.body);
	if (again)
		submit_again(&t, &is);
	for (int i = 0; i < LOAD_TRIES && !result[0]; i++, nap_ms(10))
		load_verify(&t, is.code[0], result, &a);
	assert_string_equal(result, "valid");
	if (!load_change(&fleet, &t, LOAD_REVOKE, is.number[0], &tally, &a))
		fail_msg("%s: revocation answered %d %s", fail, a.status, a.body);
	for (int i = 0, n = 0; n < 2 && i < LOAD_TRIES; i++) {
		load_verify(&t, is.code[0], result, &a);
		n += result[0] != '\0';
		if (result[0])
			assert_string_equal(result, "revoked");
	}
	free(is.body);
	talk_close(&t);
}

/* Returns whether the failpoint was reached. */
static bool scenario(const char *fail)
{
	struct host *h = &fleet.host[0];
	char text[96], once[FLEET_PATH + 16];
	arm(fail, text, once);
	host_start(h);
	round_of_the_job(fail, strncmp(fail, "db_", 3) != 0);
	host_kill(h);
	return was_hit(once);
}

static void killed_at_each_step(void **state)
{
	static const char *const steps[] = {
		"submit_begin:1", "submit_loaded:1", "submit_decided:1",  "submit_numbered:1",
		"signer_sign:1",  "signer_sign:2",   "signer_signed:1",   "submit_signed:1",
		"submit_store:1", "submit_committed:1", "submit_replayed:1", "change_begin:1",
		"change_loaded:1", "change_store:1", "change_committed:1",
	};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (!scenario(steps[i]))
			fail_msg("%s was never reached", steps[i]);
	load_check_invariants(&fleet);
	assert_int_equal(load_count(&fleet, "SELECT count(*) FROM talent.assessment"), candidate);
}

/* Every send of the process, its Sync and its answer, until a round has no n-th one. */
static void each_pass(const char *point, const char *how)
{
	char fail[64];
	bool hit = true;
	for (int n = 1; hit && n <= PASSES_MAX; n++) {
		snprintf(fail, sizeof fail, "%s:%d%s", point, n, how);
		hit = scenario(fail);
		assert_true(hit || n > 9);
	}
	load_check_invariants(&fleet);
	assert_int_equal(load_count(&fleet, "SELECT count(*) FROM talent.assessment"), candidate);
}

static void killed_before_sync(void **state)
{
	each_pass("db_sync", "");
}

static void killed_with_commit_sent(void **state)
{
	each_pass("db_sent", "");
}

static void killed_with_commit_unread(void **state)
{
	each_pass("db_reply", "");
}

static void connection_lost_before_sending(void **state)
{
	each_pass("db_send", ":error");
}

static void connection_lost_with_commit_sent(void **state)
{
	each_pass("db_sent", ":error");
}

static void reply_of_commit_lost(void **state)
{
	each_pass("db_reply", ":error");
}

/* Creates without a key and without a natural key: only the repetition inside the daemon can tell
 * its own row from somebody else's. The probe, the token and the write are the first replies. */
static void create_with_replies_lost(const char *path, const char *token, const char *body,
                                     const char *count)
{
	struct host *h = &fleet.host[0];
	struct talk t;
	struct talk_answer a;
	char text[96], once[FLEET_PATH + 16], fail[32];
	const struct talk_request rq = {"POST", path, token, NULL, body};
	for (int n = 1; n <= 5; n++) {
		snprintf(fail, sizeof fail, "db_reply:%d:error", n);
		arm(fail, text, once);
		host_start(h);
		talk_init(&t, fleet.ctx, h->port);
		talk_ask(&t, &rq, &a);
		if (a.status != 201)
			fail_msg("%s %s: %d %s", fail, path, a.status, a.body);
		assert_int_equal(load_count(&fleet, count), n);
		talk_close(&t);
		host_kill(h);
	}
}

static void creates_are_never_failed_falsely(void **state)
{
	create_with_replies_lost("/v1/tokens", fleet.admin, "{\"role\":\"auditor\",\"label\":\"x\"}",
	                         "SELECT count(*) FROM talent.token WHERE label = 'x'");
	create_with_replies_lost(
		"/v1/sessions", fleet.institution, SESSION,
		"SELECT count(*) FROM talent.training_session WHERE title = 'x'");
}

/* A repetition that is refused for good (here: the right to call was taken meanwhile) cannot tell
 * what became of the first: unknown, said at once instead of asked until the deadline. */
static void a_hopeless_repetition_is_not_hammered(void **state)
{
	struct talk t;
	struct talk_answer a;
	char text[96], once[FLEET_PATH + 16];
	cluster_sql(cluster, fleet.database,
	            "CREATE FUNCTION talent.test_shut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
	            "REVOKE EXECUTE ON FUNCTION talent.session_create FROM talent_worker; RETURN NULL; "
	            "END $$; CREATE TRIGGER test_shut AFTER INSERT ON talent.training_session "
	            "EXECUTE FUNCTION talent.test_shut()");
	arm("db_reply:3:error", text, once);
	host_start(&fleet.host[0]);
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	int64_t from = fair_ms();
	talk_ask(&t, &(struct talk_request){"POST", "/v1/sessions", fleet.institution, NULL, SESSION}, &a);
	assert_int_equal(a.status, 503);
	assert_non_null(strstr(a.body, "outcome_unknown"));
	assert_in_range(fair_ms() - from, 0, 2000);
	talk_close(&t);
	host_kill(&fleet.host[0]);
	cluster_sql(cluster, fleet.database,
	            "DROP TRIGGER test_shut ON talent.training_session; DROP FUNCTION talent.test_shut; "
	            "GRANT EXECUTE ON FUNCTION talent.session_create TO talent_worker");
}

static int open_all(void **state)
{
	cluster = cluster_start();
	fleet_open(&fleet, cluster, 1);
	host_start(&fleet.host[0]);
	fleet_furnish(&fleet);
	host_kill(&fleet.host[0]);
	return 0;
}

static int close_all(void **state)
{
	fleet_close(&fleet);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_at_each_step),
		cmocka_unit_test(killed_before_sync),
		cmocka_unit_test(killed_with_commit_sent),
		cmocka_unit_test(killed_with_commit_unread),
		cmocka_unit_test(connection_lost_before_sending),
		cmocka_unit_test(connection_lost_with_commit_sent),
		cmocka_unit_test(reply_of_commit_lost),
		cmocka_unit_test(creates_are_never_failed_falsely),
		cmocka_unit_test(a_hopeless_repetition_is_not_hammered),
	};
	return cmocka_run_group_tests_name("failpoints", tests, open_all, close_all);
}
