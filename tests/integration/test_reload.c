/* The reload matrix: what a configuration file says (good, bad, empty, needing a restart) times when
 * a process dies (before the reload, while the file on disk is only a file, and after it) times
 * which. Whatever the combination, what was accepted last is in force in every process, and what
 * needs a restart waits for one. Then the files beside the configuration, while it runs. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <openssl/x509.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/load.h"

enum { TEXT = 8192, BACK_MS = 60000 };

static struct cluster *cluster;
static struct fleet fleet;
static int candidate = 100;

static const char *const CHILDREN[] = {"worker.1", "jobs", "pdf", "recorder", "signer"};
enum { CHILD_COUNT = sizeof CHILDREN / sizeof *CHILDREN };

static struct host *host(void)
{
	return &fleet.host[0];
}

/* ---- files ---- */

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void read_file(const char *path, char text[static TEXT])
{
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	text[fread(text, 1, TEXT - 1, f)] = '\0';
	fclose(f);
}

/* The first configuration with one text in place of another. */
static void write_changed(const char *from, const char *to)
{
	char text[TEXT], changed[2 * TEXT];
	host_configure(host(), fleet.pki.cert, fleet.pki.key, NULL);
	read_file(host()->conf, text);
	char *at = strstr(text, from);
	assert_non_null(at);
	snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	write_file(host()->conf, changed);
}

static void write_good(void)
{
	host_configure(host(), fleet.pki.other_cert, fleet.pki.other_key, NULL);
}

static void write_first(void)
{
	host_configure(host(), fleet.pki.cert, fleet.pki.key, NULL);
}

static void write_bad(void)
{
	host_configure(host(), fleet.pki.junk, fleet.pki.key, NULL);
}

static void write_empty(void)
{
	write_file(host()->conf, "");
}

static void write_needs_restart(void)
{
	write_changed("https://registry.test", "https://elsewhere.test");
}

static void write_without_listener(void)
{
	char with[256];
	snprintf(with, sizeof with, "certificate = \"%s\"", fleet.pki.cert);
	write_changed(with, "");
}

/* ---- what is in force ---- */

static void served_name(char name[static 64])
{
	struct talk t;
	talk_init(&t, fleet.ctx, host()->port);
	name[0] = '\0';
	if (talk_connect(&t)) {
		X509 *x = SSL_get1_peer_certificate(t.ssl);
		X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, name, 64);
		X509_free(x);
	}
	talk_close(&t);
}

/* Both workers are asked, with some luck: new connections go to whoever is free. */
static void expect_served(const char *want)
{
	char name[64];
	for (int i = 0; i < 6; i++) {
		served_name(name);
		assert_string_equal(name, want);
	}
}

static void expect_issuing(void)
{
	struct talk t;
	struct talk_answer a;
	struct tally tally = {0};
	struct issued is = {0};
	talk_init(&t, fleet.ctx, host()->port);
	if (!load_submit(&fleet, &t, ++candidate, &is, &tally, &a))
		fail_msg("%d %s", a.status, a.body);
	assert_null(strstr(is.body, "elsewhere.test"));
	assert_non_null(strstr(is.body, "registry.test"));
	free(is.body);
	talk_close(&t);
}

static void wait_back(const char *name, pid_t was)
{
	pid_t is = 0;
	int64_t from = now_ms();
	while (((is = host_child(host(), name)) == 0 || is == was) && now_ms() - from < BACK_MS)
		nap_ms(5);
	if (is == 0 || is == was)
		fail_msg("no %s after %d ms", name, BACK_MS);
}

static void until_logged(const char *text, int times)
{
	host_until(host(), text, "", times);
	if (host_logged(host(), text) != times)
		host_show_log(host());
	assert_int_equal(host_logged(host(), text), times);
}

/* All at once, because each death would be one more pause. */
static void kill_each(const char *served)
{
	pid_t was[CHILD_COUNT];
	for (int i = 0; i < CHILD_COUNT; i++) {
		was[i] = host_child(host(), CHILDREN[i]);
		assert_true(was[i] > 0);
		kill(was[i], SIGKILL);
	}
	for (int i = 0; i < CHILD_COUNT; i++)
		wait_back(CHILDREN[i], was[i]);
	expect_served(served);
	expect_issuing();
}

/* ---- the matrix ---- */

static const struct row {
	const char *name;
	void (*write)(void);
	const char *logged; /* what the reload comes to */
	const char *served; /* by everybody, afterwards */
} MATRIX[] = {
	{"good", write_good, "event=reloaded", "other"},
	{"bad", write_bad, "cannot load certificate", "localhost"},
	{"empty", write_empty, "public_url is missing", "localhost"},
	{"without what a listener needs", write_without_listener, "listen public needs", "localhost"},
	{"needing a restart", write_needs_restart, "level=warning event=restart_needed", "localhost"},
};

static void reload(void)
{
	kill(host()->pid, SIGHUP);
}

static void whatever_is_reloaded_and_whoever_dies(void **state)
{
	for (size_t i = 0; i < sizeof MATRIX / sizeof *MATRIX; i++) {
		const struct row *r = &MATRIX[i];
		int before = host_logged(host(), r->logged), done = host_logged(host(), "event=reloaded");
		r->write();
		kill_each("localhost");
		reload();
		until_logged(r->logged, before + 1);
		if (r->write == write_needs_restart)
			until_logged("event=reloaded", done + 1);
		kill_each(r->served);
		done = host_logged(host(), "event=reloaded");
		write_first();
		reload();
		until_logged("event=reloaded", done + 1);
		expect_served("localhost");
	}
	assert_int_equal(waitpid(host()->pid, NULL, WNOHANG), 0);
	load_check_invariants(&fleet);
}

/* ---- the files beside it ---- */

static void certificates_and_secrets_on_disk_may_go_bad(void **state)
{
	char path[FLEET_PATH + 16];
	struct {
		const char *dir, *name;
		char kept[FLEET_PATH + 32];
	} files[] = {{fleet.dir, "id_hash", ""}, {fleet.dir, "id_cipher", ""}};
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", files[i].dir, files[i].name);
		snprintf(files[i].kept, sizeof files[i].kept, "%s.kept", path);
		assert_int_equal(rename(path, files[i].kept), 0);
		write_file(path, "short");
	}
	write_bad();
	kill_each("localhost");
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", files[i].dir, files[i].name);
		assert_int_equal(rename(files[i].kept, path), 0);
	}
	assert_int_equal(host_logged(host(), "child_refused"), 0);
}

/* The key-encryption key is the signer's alone, so a new signer needs its file: it is tried again
 * until it is good, and everything but signing goes on. */
static void a_signer_whose_key_has_gone_bad_is_tried_again(void **state)
{
	char path[FLEET_PATH + 16], kept[FLEET_PATH + 16];
	snprintf(path, sizeof path, "%s/kek", fleet.dir);
	snprintf(kept, sizeof kept, "%s/kek.kept", fleet.dir);
	assert_int_equal(rename(path, kept), 0);
	kill(host_child(host(), "signer"), SIGKILL);
	assert_true(host_until(host(), "child_refused", "signer", 1));
	pid_t was = host_child(host(), "worker.1");
	kill(was, SIGKILL);
	wait_back("worker.1", was);
	expect_served("localhost");
	assert_int_equal(waitpid(host()->pid, NULL, WNOHANG), 0);
	assert_int_equal(rename(kept, path), 0);
	expect_issuing();
}

static void a_schema_that_has_gone_wrong_keeps_only_new_workers_out(void **state)
{
	pid_t other = host_child(host(), "worker.2");
	cluster_sql(cluster, fleet.database,
		"CREATE TABLE kept AS SELECT name, checksum FROM talent.schema_migration;"
		"UPDATE talent.schema_migration SET checksum = repeat('0', 64) WHERE name LIKE '0001%'");
	kill(host_child(host(), "worker.1"), SIGKILL);
	assert_true(host_until(host(), "child_refused", "worker.1", 1));
	expect_served("localhost");
	expect_issuing();
	assert_int_equal(host_child(host(), "worker.2"), other);
	cluster_sql(cluster, fleet.database,
		"UPDATE talent.schema_migration m SET checksum = k.checksum FROM kept k WHERE k.name = m.name");
	for (int i = 0; i < 6000 && host_child(host(), "worker.1") == 0; i++)
		nap_ms(10);
	assert_true(host_child(host(), "worker.1") > 0);
}

/* ---- the start ---- */

static void nothing_starts_with_an_empty_file(void **state)
{
	host_kill(host());
	write_empty();
	host_spawn(host());
	int status = 0;
	assert_int_equal(waitpid(host()->pid, &status, 0), host()->pid);
	host()->pid = 0;
	assert_int_equal(WEXITSTATUS(status), 78);
	assert_true(host_logged(host(), "public_url is missing") > 0);
}

static int start_daemon(void **state)
{
	unlink(host()->log);
	write_first();
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
	fleet_close(&fleet);
	cluster_stop(cluster);
	return 0;
}

#define WITH_DAEMON(f) cmocka_unit_test_setup_teardown(f, start_daemon, stop_daemon)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DAEMON(whatever_is_reloaded_and_whoever_dies),
		WITH_DAEMON(certificates_and_secrets_on_disk_may_go_bad),
		WITH_DAEMON(a_signer_whose_key_has_gone_bad_is_tried_again),
		WITH_DAEMON(a_schema_that_has_gone_wrong_keeps_only_new_workers_out),
		WITH_DAEMON(nothing_starts_with_an_empty_file),
	};
	return cmocka_run_group_tests_name("reload", tests, open_all, close_all);
}
