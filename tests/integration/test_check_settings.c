/* `talentd -t`: a configuration of which one line is wrong, with the file and the line that the operator
 * reads, what is wrong there, and what to do. What must never start does not. */
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/pki.h"
#include "base/attr.h"
#include "crypt/secret.h"

enum { EXIT_CONF = 78, PATH = 200, TEXT = 16384, HOUR = 3600, DAY = 24 * HOUR };

static struct cluster *cluster;
static const char *database, *other_database;
static char dir[96];
static struct pki pki;

/* The lines of a good configuration, the first being line 1. */
enum line {
	URL = 1, USER, GROUP, STATE, DATABASE, JOBS, CONNECTIONS, WORKERS,
	PUBLIC_BEGIN, PUBLIC_ADDRESS, PUBLIC_PORT, PUBLIC_CERTIFICATE, PUBLIC_KEY, PUBLIC_END,
	CLIENT_BEGIN, CLIENT_ADDRESS, CLIENT_PORT, CLIENT_CERTIFICATE, CLIENT_KEY, CLIENT_CA, CLIENT_END,
	OPS_BEGIN, OPS_ADDRESS, OPS_PORT, OPS_END,
	SIGNER_BEGIN, SOCKET, KEK, KEK_PREVIOUS, JOURNAL, SPAWN, SIGNER_END,
	SECRETS_BEGIN, HASH, CIPHER, SECRETS_END, LINES
};

static char good[LINES][512];

/* In one of eight buffers. */
static const char *at(const char *name)
{
	static char paths[8][PATH];
	static unsigned next;
	char *path = paths[next++ % ARRAY_LEN(paths)];
	snprintf(path, PATH, "%s/%s", dir, name);
	return path;
}

static const char *conninfo(const char *name, const char *role)
{
	return cluster_conninfo(cluster, name, role);
}

/* A loopback address of this process alone, so that no other's ports are in the way. */
static const char *own_address(void)
{
	static char text[32];
	unsigned pid = (unsigned)getpid();
	snprintf(text, sizeof text, "127.%u.%u.%u", 1 + (pid >> 14) % 250, 1 + (pid >> 7) % 128, 1 + pid % 128);
	return text;
}

#define LINE(n, ...) snprintf(good[n], sizeof good[n], __VA_ARGS__)
static void write_good(void)
{
	LINE(URL, "public_url = \"https://localhost:8443\"");
	LINE(USER, "user = \"\"");
	LINE(GROUP, "group = \"\"");
	LINE(STATE, "state_directory = \"%s\"", at("state"));
	LINE(DATABASE, "database = \"%s\"", conninfo(database, "talent_worker"));
	LINE(JOBS, "database_jobs = \"\"");
	LINE(CONNECTIONS, "database_connections = 4");
	LINE(WORKERS, "workers = 1");
	LINE(PUBLIC_BEGIN, "listen public {");
	LINE(PUBLIC_ADDRESS, "address = \"%s\"", own_address());
	LINE(PUBLIC_PORT, "port = 8443");
	LINE(PUBLIC_CERTIFICATE, "certificate = \"%s\"", pki.cert);
	LINE(PUBLIC_KEY, "key = \"%s\"", pki.key);
	LINE(PUBLIC_END, "}");
	LINE(CLIENT_BEGIN, "listen client {");
	LINE(CLIENT_ADDRESS, "address = \"%s\"", own_address());
	LINE(CLIENT_PORT, "port = 8444");
	LINE(CLIENT_CERTIFICATE, "certificate = \"%s\"", pki.cert);
	LINE(CLIENT_KEY, "key = \"%s\"", pki.key);
	LINE(CLIENT_CA, "client_ca = \"%s\"", pki.ca);
	LINE(CLIENT_END, "}");
	LINE(OPS_BEGIN, "listen ops {");
	LINE(OPS_ADDRESS, "address = \"%s\"", own_address());
	LINE(OPS_PORT, "port = 9443");
	LINE(OPS_END, "}");
	LINE(SIGNER_BEGIN, "signer {");
	LINE(SOCKET, "socket = \"%s\"", at("sign.sock"));
	LINE(KEK, "key_file = \"%s\"", at("kek"));
	LINE(KEK_PREVIOUS, "previous_key_file = \"\"");
	LINE(JOURNAL, "journal = \"%s\"", at("journal"));
	LINE(SPAWN, "spawn = true");
	LINE(SIGNER_END, "}");
	LINE(SECRETS_BEGIN, "secrets {");
	LINE(HASH, "id_hash_key = \"%s\"", at("hash"));
	LINE(CIPHER, "id_cipher_key = \"%s\"", at("cipher"));
	LINE(SECRETS_END, "}");
}

/* Each line that is given takes the place of the good one; they are 0-terminated pairs. */
struct change {
	enum line line;
	char text[512];
};

static void write_conf(const struct change *changes, size_t n)
{
	FILE *f = fopen(at("t.conf"), "w");
	assert_non_null(f);
	for (int i = 1; i < LINES; i++) {
		const char *text = good[i];
		for (size_t c = 0; c < n; c++)
			if (changes[c].line == (enum line)i)
				text = changes[c].text;
		fprintf(f, "%s\n", text);
	}
	assert_int_equal(fclose(f), 0);
}

static char said[TEXT];

/* Runs the program with this configuration and an argument; what it said on either stream. */
static int run(const char *argument)
{
	char command[1024];
	const char *program = getenv("TALENT_BIN");
	snprintf(command, sizeof command, "timeout 20 %s -c %s %s > %s 2>&1", program ? program : "build/test/talentd",
	         at("t.conf"), argument, at("said"));
	int status = system(command);
	FILE *f = fopen(at("said"), "r");
	assert_non_null(f);
	said[fread(said, 1, sizeof said - 1, f)] = '\0';
	fclose(f);
	return WEXITSTATUS(status);
}

static void expect_said(const char *wanted)
{
	if (!strstr(said, wanted))
		fail_msg("\"%s\" is not in:\n%s", wanted, said);
}

static void expect_not_said(const char *unwanted)
{
	if (strstr(said, unwanted))
		fail_msg("\"%s\" is in:\n%s", unwanted, said);
}

/* One wrong line: refused there, with these words and these, and nothing else is said. */
static void expect_refused(enum line line, const char *text, const char *wrong, const char *remedy)
{
	struct change change = {.line = line};
	char place[PATH + 16];
	snprintf(change.text, sizeof change.text, "%s", text);
	write_conf(&change, 1);
	int status = run("-t");
	snprintf(place, sizeof place, "%s:%d: ", at("t.conf"), line);
	expect_said(place);
	expect_said(wrong);
	expect_said(remedy);
	expect_not_said(": good");
	if (status != EXIT_CONF || strchr(said, '\n')[1] != '\0')
		fail_msg("status %d for %s:\n%s", status, text, said);
}

static char form[512];
#define FORM(...) (snprintf(form, sizeof form, __VA_ARGS__), form)

/* ---- the cases ---- */

static void a_good_one_is_good(void **state)
{
	write_conf(NULL, 0);
	int status = run("-t");
	expect_said(FORM("%s: good\n", at("t.conf")));
	assert_int_equal(status, 0);
	assert_ptr_equal(strchr(said, '\n')[1], '\0');
}

static void an_address_that_is_only_an_example(void **state)
{
	expect_refused(URL, "public_url = \"https://talent.example\"", "is the example", "can never change");
	expect_refused(URL, "public_url = \"https://registry.example.com\"", "leads nowhere", "RFC 2606");
	expect_refused(URL, "public_url = \"https://a b\"", "cannot be written as a DID", "a host name of letters");
	expect_refused(URL, "public_url = \"https://localhost?x=1\"", "cannot be written as a DID", "nothing else");
}

/* Trials run so; what they sign nobody keeps. */
static void an_address_that_issuers_cannot_be_named_after(void **state)
{
	struct change change = {.line = URL, .text = "public_url = \"https://127.0.0.1:8443\""};
	write_conf(&change, 1);
	run("-t");
	expect_said(FORM("%s:%d: warning: public_url", at("t.conf"), URL));
	expect_said("which the names of issuers (did:web) may not have");
}

static void a_login_that_nothing_holds(void **state)
{
	expect_refused(DATABASE, FORM("database = \"%s\"", conninfo(database, "talent_owner")),
	               "talent_owner", "log in as talent_worker");
	expect_refused(DATABASE, FORM("database = \"%s\"", conninfo(database, NULL)), "a superuser",
	               "log in as talent_worker");
	expect_refused(DATABASE, FORM("database = \"%s\"", conninfo(database, "talent_jobs")),
	               "may not do what talent_worker may", "log in as talent_worker");
}

static void background_jobs_that_work_elsewhere_or_not_at_all(void **state)
{
	expect_refused(JOBS, FORM("database_jobs = \"%s\"", conninfo(other_database, "talent_jobs")),
	               "background jobs would work in another database", "name the same one");
	expect_refused(JOBS, FORM("database_jobs = \"%s\"", conninfo(database, "talent_worker")),
	               "may not do what talent_jobs may", "log in as talent_jobs");
	expect_refused(JOBS, FORM("database_jobs = \"%s\"", conninfo(database, "talent_owner")), "talent_owner",
	               "log in as talent_jobs");
	expect_refused(JOBS, FORM("database_jobs = \"host=%s dbname=%s user=nobody_at_all\"",
	                          cluster_socket(cluster), database), "refused the role", "sql/bootstrap.sql");
	expect_refused(JOBS, "database_jobs = \"host=/nowhere dbname=talent user=talent_jobs\"", "/nowhere",
	               "start PostgreSQL");
	expect_refused(DATABASE, FORM("database = \"postgresql:///%s?host=%s&user=talent_worker\"", database,
	                              cluster_socket(cluster)), "a URI", "give database_jobs too");
}

static void more_connections_than_postgresql_gives(void **state)
{
	expect_refused(CONNECTIONS, "database_connections = 64", "136 connections are wanted",
	               "a larger max_connections");
}

static void one_key_for_two_purposes(void **state)
{
	char copy[512];
	snprintf(copy, sizeof copy, "cp -p %s %s", at("hash"), at("copy"));
	assert_int_equal(system(copy), 0);
	assert_int_equal(symlink(at("hash"), at("link")), 0);
	expect_refused(CIPHER, FORM("id_cipher_key = \"%s\"", at("hash")), "is the key of secrets.id_hash_key too",
	               "openssl rand");
	expect_refused(CIPHER, FORM("id_cipher_key = \"%s\"", at("copy")), "is the key of secrets.id_hash_key too",
	               "openssl rand");
	expect_refused(KEK, FORM("key_file = \"%s\"", at("link")), "is the key of secrets.id_hash_key too",
	               "openssl rand");
	expect_refused(KEK, FORM("key_file = \"%s\"", at("cipher")), "is the key of secrets.id_cipher_key too",
	               "openssl rand");
	expect_refused(KEK_PREVIOUS, FORM("previous_key_file = \"%s\"", at("kek")), "is the current key",
	               "or empty");
	expect_refused(HASH, FORM("id_hash_key = \"%s\"", at("none")), "does not exist", at("none"));
}

static const char *certificate(const char *name, const char *host, long from, long until)
{
	char cert[PATH], key[PATH];
	snprintf(cert, sizeof cert, "%s.pem", at(name));
	snprintf(key, sizeof key, "%s.key", at(name));
	assert_true(pki_make_leaf(cert, key, host, from, until));
	return FORM("certificate = \"%s\" key = \"%s\"", cert, key);
}

static void expect_certificate(const char *text, int status, const char *wrong, const char *remedy)
{
	struct change changes[] = {{.line = PUBLIC_CERTIFICATE}, {.line = PUBLIC_KEY}};
	char place[PATH + 64];
	snprintf(changes[0].text, sizeof changes[0].text, "%s", text);
	write_conf(changes, ARRAY_LEN(changes));
	int got = run("-t");
	snprintf(place, sizeof place, "%s:%d: %slisten public: certificate: ", at("t.conf"), PUBLIC_CERTIFICATE,
	         status ? "" : "warning: ");
	expect_said(place);
	expect_said(wrong);
	expect_said(remedy);
	expect_not_said(": good");
	assert_int_equal(got, status);
}

static void a_certificate_that_clients_refuse_or_soon_will(void **state)
{
	expect_certificate(certificate("a", "elsewhere.test", -HOUR, 90 * DAY), EXIT_CONF,
	                   "is for another host than localhost", "subjectAltName");
	expect_certificate(certificate("b", "localhost", HOUR, 90 * DAY), EXIT_CONF, "begins only at", "set the clock");
	expect_certificate(certificate("c", "localhost", -HOUR, 29 * HOUR + 60), 0, "is over in 29 h", "renew it");
	expect_said("would start; see the warnings above");
	expect_refused(CLIENT_CA, FORM("client_ca = \"%s\"", at("none.pem")), "none.pem", "No such file");
}

static void one_port_twice(void **state)
{
	expect_refused(CLIENT_PORT, "port = 8443", "8443 is the port of listen public already", "each its own");
	expect_refused(OPS_PORT, "port = 8444", "8444 is the port of listen client already", "each its own");
	struct change anywhere[] = {{OPS_ADDRESS, "address = \"0.0.0.0\""}, {OPS_PORT, "port = 8443"}};
	write_conf(anywhere, ARRAY_LEN(anywhere));
	assert_int_equal(run("-t"), EXIT_CONF);
	expect_said(FORM("%s:%d: listen ops: port: 8443 is the port of listen public", at("t.conf"), OPS_PORT));
}

static void an_address_that_is_a_name_or_another_machines(void **state)
{
	expect_refused(PUBLIC_ADDRESS, "address = \"localhost\"", "must be a numeric address such as 127.0.0.1",
	               "not \"localhost\"");
	expect_refused(OPS_ADDRESS, "address = \"192.0.2.1\"", "is no address of this machine", "0.0.0.0 means all");
}

static void folders_that_are_not_there(void **state)
{
	expect_refused(SOCKET, "socket = \"/nowhere/sign.sock\"", "signer.socket: /nowhere", "No such file");
	expect_refused(SOCKET, FORM("socket = \"%s\"", at("kek")), "must be a socket", "something else");
	expect_refused(STATE, "state_directory = \"/nowhere\"", "/nowhere", "No such file");
	expect_refused(JOURNAL, FORM("journal = \"%s/registry-journal\"", at("state")), "registry's own journal",
	               "another file");
}

static void users_and_groups_that_are_not_there(void **state)
{
	expect_refused(USER, "user = \"nobody-at-all\"", "user \"nobody-at-all\" does not exist", "create it");
	expect_refused(GROUP, "group = \"nobody-at-all\"", "group \"nobody-at-all\" does not exist", "create it");
}

/* ---- a signer with a unit of its own ---- */

static void a_signer_that_serves_somebody_else(void **state)
{
	struct change changes[] = {{.line = SPAWN, .text = "spawn = false"}};
	write_conf(changes, 1);
	assert_int_equal(run("-t"), EXIT_CONF);
	expect_said(FORM("%s:%d: user: is empty", at("t.conf"), USER));
	expect_said("signer_peer_refused");
	expect_said(FORM("%s:%d: signer.socket: ", at("t.conf"), SOCKET));
	expect_said("systemctl start talentd-signer.socket");
}

/* ---- what must not start either ---- */

static void expect_no_start(enum line line, const char *text, const char *says)
{
	struct change change = {.line = line};
	snprintf(change.text, sizeof change.text, "%s", text);
	write_conf(&change, 1);
	assert_int_equal(run("run"), EXIT_CONF);
	expect_said(says);
}

static void what_must_never_start(void **state)
{
	expect_no_start(URL, "public_url = \"https://talent.example\"", "is the example");
	expect_no_start(CIPHER, FORM("id_cipher_key = \"%s\"", at("hash")), "is the key of secrets.id_hash_key too");
	expect_no_start(CLIENT_PORT, "port = 8443", "is the port of listen public");
	expect_no_start(DATABASE, FORM("port0 = 1\n"), "unknown option");
}

static void nobody_serves_as_the_owner(void **state)
{
	struct change changes[] = {{.line = DATABASE}, {.line = PUBLIC_PORT, .text = "port = 0"},
	                           {.line = CLIENT_PORT, .text = "port = 0"}, {.line = OPS_PORT, .text = "port = 9443"},
	                           {.line = JOBS}};
	snprintf(changes[0].text, sizeof changes[0].text, "database = \"%s\"", conninfo(database, "talent_owner"));
	snprintf(changes[4].text, sizeof changes[4].text, "database_jobs = \"%s\"", conninfo(database, "talent_jobs"));
	write_conf(changes, ARRAY_LEN(changes));
	assert_int_equal(run("run"), EXIT_CONF);
	expect_said("login_refused");
	expect_said("log in as talent_worker");
}

static void the_version_is_told(void **state)
{
	assert_int_equal(run("--version"), 0);
	assert_true(strncmp(said, "talentd ", 8) == 0 && strchr(said, '\n')[1] == '\0');
}

static int begin(void **state)
{
	cluster = cluster_start();
	database = cluster_database(cluster);
	other_database = cluster_database(cluster);
	snprintf(dir, sizeof dir, "%s/check", cluster_dir(cluster));
	if (mkdir(dir, 0755) != 0 || mkdir(at("state"), 0700) != 0 || !pki_make_in(&pki, dir) ||
	    secret_key_create(at("kek")) || secret_key_create(at("hash")) || secret_key_create(at("cipher")))
		return -1;
	write_good();
	return 0;
}

static int end(void **state)
{
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_one_is_good),
		cmocka_unit_test(an_address_that_is_only_an_example),
		cmocka_unit_test(an_address_that_issuers_cannot_be_named_after),
		cmocka_unit_test(a_login_that_nothing_holds),
		cmocka_unit_test(background_jobs_that_work_elsewhere_or_not_at_all),
		cmocka_unit_test(more_connections_than_postgresql_gives),
		cmocka_unit_test(one_key_for_two_purposes),
		cmocka_unit_test(a_certificate_that_clients_refuse_or_soon_will),
		cmocka_unit_test(one_port_twice),
		cmocka_unit_test(an_address_that_is_a_name_or_another_machines),
		cmocka_unit_test(folders_that_are_not_there),
		cmocka_unit_test(users_and_groups_that_are_not_there),
		cmocka_unit_test(a_signer_that_serves_somebody_else),
		cmocka_unit_test(what_must_never_start),
		cmocka_unit_test(nobody_serves_as_the_owner),
		cmocka_unit_test(the_version_is_told),
	};
	return cmocka_run_group_tests_name("talentd -t", tests, begin, end);
}
