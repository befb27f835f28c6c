/* One connection to the database is lost at each send and each answer of a submission and of a revocation in turn. The
 * daemon repeats what it may, the client the rest; then everything must be there once. */
#include "failpoints.h"

static const char SESSION[] =
	"{\"title\":\"x\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":"
	"\"livestream-sales\",\"level\":\"4\",\"starts_on\":\"2026-01-05\",\"ends_on\":\"2026-02-06\","
	"\"hours\":104,\"capacity\":40,\"district\":\"310105\"}";

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connection_lost_before_sending),
		cmocka_unit_test(connection_lost_with_commit_sent),
		cmocka_unit_test(reply_of_commit_lost),
		cmocka_unit_test(creates_are_never_failed_falsely),
		cmocka_unit_test(a_hopeless_repetition_is_not_hammered),
	};
	return cmocka_run_group_tests_name("failpoints: connections lost", tests, open_all, close_all);
}
