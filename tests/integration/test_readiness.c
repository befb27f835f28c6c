/* What an operator sees when something is full, gone or wrong: /readyz stays 200 while verdicts can
 * be given and names what cannot be done, /readyz/issuing is 503, the log has the cause and the
 * remedy once, and clients are told to come again. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <arpa/inet.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/load.h"

enum { TEXT = 4096 };

static struct cluster *cluster;
static struct fleet fleet;
static int candidate = 100;

static struct host *host(void)
{
	return &fleet.host[0];
}

/* ---- the operator's listener: plain HTTP ---- */

static int ask_ops(const char *path, char text[static TEXT])
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)host()->ops_port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t n = 0;
	text[0] = '\0';
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0) {
		dprintf(fd, "GET %s HTTP/1.1\r\nHost: ops\r\nConnection: close\r\n\r\n", path);
		for (ssize_t k; n < TEXT - 1 && (k = read(fd, text + n, TEXT - 1 - n)) > 0;)
			n += (size_t)k;
		text[n] = '\0';
	}
	close(fd);
	return strncmp(text, "HTTP/1.1 ", 9) == 0 ? atoi(text + 9) : 0;
}

/* Until the answer has a text; both listeners' answers at that moment. why NULL: nothing lacks. */
static void expect_issuing_lacks(const char *why)
{
	char ready[TEXT] = "", issuing[TEXT] = "";
	for (int i = 0; i < 1200; i++, nap_ms(50)) {
		int status = ask_ops("/readyz/issuing", issuing);
		bool says = why ? status == 503 && strstr(issuing, why) : status == 200;
		if (says && ask_ops("/readyz", ready) == 200 && strstr(ready, "\r\n\r\nready\n") &&
		    (why ? strstr(ready, why) != NULL : strstr(ready, "issuing:") == NULL))
			return;
	}
	fail_msg("%s\n%s", issuing, ready);
}

/* One attempt; the problem's code, "" when it was stored. */
static int submit(char code[static 40])
{
	struct talk t;
	struct talk_answer a;
	char key[32];
	snprintf(key, sizeof key, "ready-%d", ++candidate);
	talk_init(&t, fleet.ctx, host()->port);
	int status = load_submit_once(&fleet, &t, candidate, key, &a);
	talk_text(&a, "code", 0, code, 40);
	talk_close(&t);
	return status;
}


static void expect_submitted(int status, const char *problem)
{
	char code[40];
	int got = submit(code);
	for (int i = 0; i < 600 && got == 503 && (status != 503 || strcmp(code, problem) != 0); i++) {
		nap_ms(50); /* a worker on a machine that stalls may not have met the other process yet */
		got = submit(code);
	}
	if (got != status)
		host_show_log(host());
	assert_int_equal(got, status);
	if (problem)
		assert_string_equal(code, problem);
}

/* ---- tests ---- */

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

static void reconfigure(const char *extra)
{
	host_kill(host());
	unlink(host()->log);
	host_configure(host(), fleet.pki.cert, fleet.pki.key, extra);
	host_spawn(host());
	assert_true(host_wait(host(), 20000));
	assert_true(host_until(host(), "event=ready", "", 1));
}

static void reconfigure_journal(const char *path)
{
	char extra[FLEET_PATH + 64];
	snprintf(extra, sizeof extra, "signer { journal = \"%s\" }\n", path);
	reconfigure(extra);
}

/* /dev/full takes no byte, whoever we are. */
static void a_journal_without_room_is_named_and_told_once(void **state)
{
	reconfigure_journal("/dev/full");
	expect_issuing_lacks("journal cannot be written");
	int64_t from = now_ms();
	for (int i = 0; i < 40; i++)
		expect_submitted(503, "journal_away");
	int windows = 1 + (int)(now_ms() - from) / 10000; /* of each process, in which a line counts */
	assert_in_range(host_logged(host(), "signer_journal_failed"), 1, 12 * windows);
	assert_true(host_until(host(), "signer_journal_failed", "repeated=", 1));
}

/* A real disk that fills and has room again: nothing has to be started anew. */
static void a_journal_that_has_room_again_is_used(void **state)
{
	char disk[FLEET_PATH + 16], path[FLEET_PATH + 32];
	static char zeros[4096];
	snprintf(disk, sizeof disk, "%s/disk", fleet.dir);
	assert_int_equal(mkdir(disk, 0700), 0);
	if (geteuid() != 0 || mount("tmpfs", disk, "tmpfs", 0, "size=64k") != 0) {
		print_message("skip: a small disk needs root\n");
		skip();
	}
	snprintf(path, sizeof path, "%s/journal", disk);
	reconfigure_journal(path);
	expect_submitted(201, NULL);
	snprintf(path, sizeof path, "%s/filler", disk);
	FILE *f = fopen(path, "we");
	setbuf(f, NULL);
	while (fwrite(zeros, 1, sizeof zeros, f) == sizeof zeros)
		;
	char code[40];
	for (int i = 0; i < 20 && submit(code) == 201; i++) /* the journal's last page */
		;
	expect_issuing_lacks("journal cannot be written");
	expect_submitted(503, "journal_away");
	fclose(f);
	unlink(path);
	expect_issuing_lacks(NULL);
	expect_submitted(201, NULL);
	host_kill(host());
	umount(disk);
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

/* PostgreSQL says 53100 whichever of its disks is full. */
static void a_full_database_says_what_to_do(void **state)
{
	char text[TEXT];
	cluster_sql(cluster, fleet.database,
		"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
		"RAISE EXCEPTION 'could not extend file: No space left on device' "
		"USING ERRCODE = '53100'; END $$;"
		"CREATE TRIGGER full_disk BEFORE INSERT ON talent.assessment "
		"FOR EACH ROW EXECUTE FUNCTION full_disk()");
	expect_submitted(503, "database_full");
	assert_true(host_logged_both(host(), "event=database_full", "make room") > 0);
	assert_true(host_logged_both(host(), "event=database_full", "sqlstate=53100") > 0);
	assert_int_equal(ask_ops("/readyz", text), 200); /* verdicts can be given */
	cluster_sql(cluster, fleet.database, "DROP TRIGGER full_disk ON talent.assessment");
	expect_submitted(201, NULL);
}

/* Whoever asks: the read behind every verdict is no request's own, and its answer says another thing. */
static void a_full_database_is_named_behind_a_verdict(void **state)
{
	struct talk t;
	struct talk_answer a;
	char result[24], code[40];
	cluster_sql(cluster, fleet.database,
		"CREATE OR REPLACE FUNCTION talent._today() RETURNS date LANGUAGE plpgsql STABLE AS $$ BEGIN "
		"RAISE EXCEPTION 'out of memory' USING ERRCODE = '53200'; END $$");
	talk_init(&t, fleet.ctx, host()->port);
	for (int i = 0; i < 20; i++) {
		load_verify(&t, "4R8ZN0V3KX5T7YHQ2MCB6JDW9E", result, &a);
		assert_int_equal(a.status, 503);
		talk_text(&a, "code", 0, code, sizeof code);
		assert_string_equal(code, "status_unknown");
	}
	assert_true(host_logged_both(host(), "event=database_full", "statement=status_read") > 0);
	assert_true(host_logged_both(host(), "sqlstate=53200", "lower work_mem") > 0);
	assert_in_range(host_logged(host(), "event=database_full"), 1, 12);
	cluster_load(cluster, fleet.database, "sql/functions/_today.sql");
	load_verify(&t, "4R8ZN0V3KX5T7YHQ2MCB6JDW9E", result, &a);
	assert_int_equal(a.status, 200);
	talk_close(&t);
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

static void fill(const char *path)
{
	static char zeros[4096];
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	setbuf(f, NULL);
	while (fwrite(zeros, 1, sizeof zeros, f) == sizeof zeros)
		;
	fclose(f);
}

/* The registry's own journal, on a real disk that fills and has room again. */
static void a_registry_journal_without_room_is_named(void **state)
{
	char disk[FLEET_PATH + 16], filler[FLEET_PATH + 32], extra[FLEET_PATH + 64], text[TEXT], code[40];
	snprintf(disk, sizeof disk, "%s/state_disk", fleet.dir);
	assert_int_equal(mkdir(disk, 0700), 0);
	if (geteuid() != 0 || mount("tmpfs", disk, "tmpfs", 0, "size=64k,mode=0700") != 0) {
		print_message("skip: a small disk needs root\n");
		skip();
	}
	snprintf(extra, sizeof extra, "state_directory = \"%s\"\n", disk);
	reconfigure(extra);
	expect_submitted(201, NULL);
	snprintf(filler, sizeof filler, "%s/filler", disk);
	fill(filler);
	for (int i = 0; i < 1200 && ask_ops("/readyz/issuing", text) != 503; i++)
		submit(code); /* into the journal's last page */
	expect_issuing_lacks("the registry's journal cannot be written");
	expect_submitted(503, "journal_away");
	assert_true(host_logged_both(host(), "event=registry_journal_failed", "make room") > 0);
	unlink(filler);
	expect_issuing_lacks(NULL);
	expect_submitted(201, NULL);
	host_kill(host());
	assert_int_equal(umount2(disk, MNT_DETACH), 0);
}

/* PostgreSQL's own disk, a real one: what is acknowledged stays, verdicts are given, and when there
 * is room again nothing has to be started anew. */
static void a_disk_of_the_database_that_fills(void **state)
{
	char disk[FLEET_PATH + 16], filler[FLEET_PATH + 32], sql[FLEET_PATH + 256], code[40] = "";
	snprintf(disk, sizeof disk, "%s/pg_disk", cluster_dir(cluster));
	const struct passwd *server = getpwnam("postgres");
	assert_int_equal(mkdir(disk, 0700), 0);
	if (geteuid() != 0 || mount("tmpfs", disk, "tmpfs", 0, "size=2m,mode=0700") != 0) {
		print_message("skip: a small disk needs root\n");
		skip();
	}
	assert_non_null(server);
	assert_int_equal(chown(disk, server->pw_uid, server->pw_gid), 0);
	snprintf(sql, sizeof sql, "CREATE TABLESPACE small LOCATION '%s'", disk);
	cluster_sql(cluster, fleet.database, sql);
	cluster_sql(cluster, fleet.database, "ALTER TABLE talent.audit SET TABLESPACE small");
	expect_submitted(201, NULL);
	snprintf(filler, sizeof filler, "%s/filler", disk);
	fill(filler);
	int stored = 0, status;
	while ((status = submit(code)) == 201 && ++stored < 200) /* into the table's last pages */
		;
	assert_int_equal(status, 503);
	assert_string_equal(code, "database_full");
	assert_true(host_logged_both(host(), "sqlstate=53100", "make room") > 0);
	long kept = load_count(&fleet, "SELECT count(*) FROM talent.certificate");
	expect_submitted(503, "database_full");
	assert_int_equal(load_count(&fleet, "SELECT count(*) FROM talent.certificate"), kept);
	char text[TEXT];
	assert_int_equal(ask_ops("/readyz", text), 200);
	unlink(filler);
	expect_submitted(201, NULL);
	load_check_invariants(&fleet);
	cluster_sql(cluster, fleet.database, "ALTER TABLE talent.audit SET TABLESPACE pg_default");
	cluster_sql(cluster, fleet.database, "CHECKPOINT");
	cluster_sql(cluster, fleet.database, "DROP TABLESPACE small");
	assert_int_equal(umount2(disk, MNT_DETACH), 0);
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

static int start_daemon(void **state)
{
	unlink(host()->log);
	host_configure(host(), fleet.pki.cert, fleet.pki.key, NULL);
	host_start(host());
	return host_until(host(), "event=ready", "", 1) ? 0 : -1;
}

static int stop_daemon(void **state)
{
	host_kill(host());
	return 0;
}

static int open_all(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	cluster = cluster_start();
	fleet_open(&fleet, cluster, 2);
	host_start(host());
	fleet_furnish(&fleet);
	host_kill(host());
	return 0;
}

static int close_all(void **state)
{
	char disk[FLEET_PATH + 16];
	snprintf(disk, sizeof disk, "%s/disk", fleet.dir);
	host_kill(host());
	umount2(disk, MNT_DETACH);
	snprintf(disk, sizeof disk, "%s/state_disk", fleet.dir);
	umount2(disk, MNT_DETACH);
	snprintf(disk, sizeof disk, "%s/pg_disk", cluster_dir(cluster));
	umount2(disk, MNT_DETACH);
	fleet_close(&fleet);
	cluster_stop(cluster);
	return 0;
}

#define WITH_DAEMON(f) cmocka_unit_test_setup_teardown(f, start_daemon, stop_daemon)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DAEMON(a_host_that_can_do_everything_says_just_that),
		WITH_DAEMON(a_signer_that_is_gone_is_named),
		WITH_DAEMON(a_wrong_key_encryption_key_is_named),
		WITH_DAEMON(a_standby_that_is_away_is_named),
		WITH_DAEMON(a_recorder_that_cannot_write_is_named),
		WITH_DAEMON(a_full_database_says_what_to_do),
		WITH_DAEMON(a_full_database_is_named_behind_a_verdict),
		WITH_DAEMON(a_disk_of_the_database_that_fills),
		WITH_DAEMON(processes_that_are_down_are_named),
		WITH_DAEMON(a_registry_journal_without_room_is_named),
		WITH_DAEMON(a_journal_without_room_is_named_and_told_once),
		WITH_DAEMON(a_journal_that_has_room_again_is_used),
	};
	return cmocka_run_group_tests_name("readiness", tests, open_all, close_all);
}
