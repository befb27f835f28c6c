/* What an operator sees when something is gone or wrong: /readyz stays 200 while verdicts can be given and names what
 * cannot be done, /readyz/issuing is 503, the log has the cause and the remedy once, and clients are told to come again. */
#include "readiness.h"

static void a_host_that_can_do_everything_says_just_that(void **state)
{
	char text[TEXT];
	expect_issuing_lacks(NULL);
	assert_int_equal(ask_ops("/readyz", text), 200);
	assert_non_null(strstr(text, "\r\n\r\nready\n"));
	assert_null(strstr(text, "not running"));
	expect_submitted(201, NULL);
}

static void a_signer_that_is_gone_is_named(void **state)
{
	char from[FLEET_PATH + 16], to[FLEET_PATH + 16], text[TEXT];
	snprintf(from, sizeof from, "%s/kek", fleet.dir);
	snprintf(to, sizeof to, "%s/kek.kept", fleet.dir);
	assert_int_equal(rename(from, to), 0);
	kill(host_child(host(), "signer"), SIGKILL);
	expect_issuing_lacks("the signer does not answer");
	bool named = false; /* in between it runs, until it refuses to */
	for (int i = 0; i < 1500 && !named; i++, nap_ms(20))
		named = ask_ops("/readyz", text) == 200 && strstr(text, "signer: not running");
	assert_true(named);
	assert_int_equal(rename(to, from), 0);
	expect_issuing_lacks(NULL);
	expect_submitted(201, NULL);
}

static void a_wrong_key_encryption_key_is_named(void **state)
{
	char from[FLEET_PATH + 16], to[FLEET_PATH + 16];
	snprintf(from, sizeof from, "%s/kek", fleet.dir);
	snprintf(to, sizeof to, "%s/kek.kept", fleet.dir);
	assert_int_equal(rename(from, to), 0);
	FILE *f = fopen(from, "we");
	assert_non_null(f);
	assert_int_equal(fwrite("another key-encryption key: 32 b", 1, 32, f), 32);
	fclose(f);
	chmod(from, 0600);
	kill(host_child(host(), "signer"), SIGKILL);
	expect_issuing_lacks("another key-encryption key");
	expect_submitted(503, "signer_key_not_opened");
	assert_true(host_logged_both(host(), "signer_key_not_opened", "signer.key_file") > 0);
	assert_int_equal(rename(to, from), 0);
	kill(host_child(host(), "signer"), SIGKILL);
	expect_issuing_lacks(NULL);
	expect_submitted(201, NULL);
}

/* The registry's journal, without which nothing is confirmed: nobody has to try it first. */
static void a_recorder_that_cannot_write_is_named(void **state)
{
	(void)state;
	char text[TEXT];
	expect_issuing_lacks(NULL);
	pid_t recorder = host_child(host(), "recorder");
	kill(recorder, SIGSTOP);
	expect_issuing_lacks("the recorder does not answer");
	kill(recorder, SIGCONT);
	expect_issuing_lacks(NULL);
	host_kill(host());
	host()->env[0] = "FAIL=journal_write:1:error";
	host()->env[1] = "FAIL_IN=recorder";
	host_start(host());
	host()->env[0] = host()->env[1] = NULL;
	bool named = false;
	for (int i = 0; i < 1500 && !named; i++, nap_ms(20))
		named = ask_ops("/readyz/issuing", text) == 503 &&
			strstr(text, "registry's journal cannot be written");
	assert_true(named);
	expect_issuing_lacks(NULL);
	assert_int_equal(host_logged(host(), "registry_journal_failed"), 1);
	assert_true(host_until(host(), "registry_journal_resumed", "", 1));
	expect_submitted(201, NULL);
}

/* The synchronous standby that PostgreSQL is told to wait for is not there: after a promotion, say, whose
 * server has kept the setting. */
static void a_standby_that_is_away_is_named(void **state)
{
	cluster_sql(cluster, fleet.database, "ALTER SYSTEM SET synchronous_standby_names = 'b'");
	cluster_sql(cluster, fleet.database, "SELECT pg_reload_conf()");
	expect_issuing_lacks("waits for its synchronous standby");
	assert_true(host_until(host(), "event=standby_awaited", "", 1));
	assert_true(host_logged_both(host(), "event=standby_awaited", "reload PostgreSQL") > 0);
	cluster_sql(cluster, fleet.database, "ALTER SYSTEM RESET synchronous_standby_names");
	cluster_sql(cluster, fleet.database, "SELECT pg_reload_conf()");
	expect_issuing_lacks(NULL);
	expect_submitted(201, NULL);
	assert_true(host_until(host(), "event=standby_answers", "", 1));
	assert_int_equal(host_logged(host(), "event=standby_awaited"), 1);
}

static void processes_that_are_down_are_named(void **state)
{
	char text[TEXT];
	cluster_sql(cluster, fleet.database,
		"CREATE TABLE kept AS SELECT name, checksum FROM talent.schema_migration;"
		"UPDATE talent.schema_migration SET checksum = repeat('0', 64) WHERE name LIKE '0001%'");
	kill(host_child(host(), "jobs"), SIGKILL);
	bool named = false;
	for (int i = 0; i < 1500 && !named; i++) {
		named = ask_ops("/readyz", text) == 200 && strstr(text, "jobs: not running");
		nap_ms(20);
	}
	assert_true(named);
	cluster_sql(cluster, fleet.database,
		"UPDATE talent.schema_migration m SET checksum = k.checksum FROM kept k WHERE k.name = m.name;"
		"DROP TABLE kept");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DAEMON(a_host_that_can_do_everything_says_just_that),
		WITH_DAEMON(a_signer_that_is_gone_is_named),
		WITH_DAEMON(a_wrong_key_encryption_key_is_named),
		WITH_DAEMON(a_standby_that_is_away_is_named),
		WITH_DAEMON(a_recorder_that_cannot_write_is_named),
		WITH_DAEMON(processes_that_are_down_are_named),
	};
	return cmocka_run_group_tests_name("readiness", tests, open_all, close_all);
}
