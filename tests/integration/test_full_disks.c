/* What an operator sees when a disk is full: the journals' and PostgreSQL's, real ones where root may mount them. What
 * is acknowledged stays, verdicts are given, and when there is room again nothing has to be started anew. */
#include "readiness.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DAEMON(a_full_database_says_what_to_do),
		WITH_DAEMON(a_full_database_is_named_behind_a_verdict),
		WITH_DAEMON(a_disk_of_the_database_that_fills),
		WITH_DAEMON(a_registry_journal_without_room_is_named),
		WITH_DAEMON(a_journal_without_room_is_named_and_told_once),
		WITH_DAEMON(a_journal_that_has_room_again_is_used),
	};
	return cmocka_run_group_tests_name("full disks", tests, open_all, close_all);
}
