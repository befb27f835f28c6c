/* tests/integration/test_offline.c - an employer's way, over real TLS and PostgreSQL: a certificate
 * is issued, downloaded and checked without the registry, by talentctl and by other people's code
 * (tests/node); it is revoked; the keys that signed it are rotated. And whatever is altered in a
 * credential, the registry does not take it for its own. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "base/attr.h"

static struct daemon *d;
static char said[32768]; /* by the last program */

static const char *path(const char *name)
{
	static char paths[8][160];
	static int turn;
	char *p = paths[turn++ % 8];
	snprintf(p, sizeof paths[0], "%s/%s", d->dir, name);
	return p;
}

static void put(const char *name, const char *text, size_t n)
{
	FILE *f = fopen(path(name), "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* The program's exit code; all it prints is kept. online: it may know where the registry is. */
static int run(bool online, const char *const *argv)
{
	int pipes[2], status;
	size_t n = 0;
	ssize_t got;
	fflush(NULL);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		unsetenv("TALENT_URL");
		setenv("LC_ALL", "C.UTF-8", 1);
		setenv("HOME", d->dir, 1);
		if (online) {
			setenv("TALENT_URL", d->url[PORT_PUBLIC], 1);
			setenv("TALENT_CA", d->pki.ca, 1);
		}
		dup2(pipes[1], 1);
		dup2(pipes[1], 2);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(pipes[1]);
	while ((got = read(pipes[0], said + n, sizeof said - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(pipes[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const char *talentctl(void)
{
	const char *program = getenv("TALENTCTL_BIN");
	return program ? program : "build/test/talentctl";
}

static void make_bundle(const char *name)
{
	const char *argv[] = {talentctl(), "bundle", "--issuer", "shili,xingbo", path(name), NULL};
	if (run(true, argv) != 0)
		fail_msg("bundle: %s", said);
}

static void offline(const char *file, const char *bundle, int want, const char *text)
{
	const char *argv[] = {talentctl(), "verify", "--offline", path(file), "--bundle", path(bundle),
	                      "--name", "张伟", NULL};
	int code = run(false, argv);
	if (code != want || !strstr(said, text))
		fail_msg("exit %d instead of %d, or no \"%s\" in:\n%s", code, want, text, said);
}

static bool node_missing(void)
{
	const char *argv[] = {"node", "-e", "0", NULL};
	if (access("tests/node/node_modules/jsonld/package.json", R_OK) != 0)
		print_message("skip: tests/node has no packages; run npm ci there\n");
	else if (run(false, argv) != 0)
		print_message("skip: no Node.js\n");
	else
		return false;
	return true;
}

/* Downloads what a stranger needs and lets Digital Bazaar's code decide. */
static void other_people(const char *credential, bool good, const char *why)
{
	if (node_missing())
		return;
	const struct answer *a = expect_status(ASK(d->https, .path = "/issuers/shili/did.json"), 200);
	put("did.json", a->body, a->n);
	a = expect_status(ASK(d->https, .path = "/issuers/shili/status/revocation/1"), 200);
	put("list.json", a->body, a->n);
	const char *argv[] = {"node", "tests/node/verify.mjs", path(credential), "--issuer",
	                      path("did.json"), "--status", path("list.json"), NULL};
	if (run(false, argv) != (good ? 0 : 1) || !strstr(said, why))
		fail_msg("other people's code: %s", said);
}

/* Issues a pair and downloads the skill-grade one as name; its number in one of four buffers. */
static const char *issue(unsigned person, const char *name)
{
	static char numbers[4][40];
	static int turn;
	char *number = numbers[turn++ % 4], address[128];
	const struct answer *a = daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"),
	                                       "张伟", person, "\"theory\":80,\"skill\":80");
	expect_status(a, 201);
	snprintf(number, sizeof numbers[0], "%s", answer_text(a, "certificates.0.number"));
	snprintf(address, sizeof address, "/v1/certificates/%s/credential", number);
	a = expect_status(ASK(d->https, .path = address, .token = d->token[BY_SHILI]), 200);
	put(name, a->body, a->n);
	return number;
}

/* The JWT form of the same certificate. */
static void download_jwt(const char *number, const char *name)
{
	char address[128];
	snprintf(address, sizeof address, "/v1/certificates/%s/credential", number);
	const struct answer *a = expect_status(ASK(d->https, .path = address,
	                                           .accept = "application/jwt, text/plain",
	                                           .token = d->token[BY_SHILI]), 200);
	assert_int_equal(a->body[0], 'e');
	put(name, a->body, a->n);
}

static const struct answer *present_text(const char *credential)
{
	size_t n = strlen(credential) + 64;
	char *body = malloc(n);
	assert_non_null(body);
	snprintf(body, n, "{\"credential\":%s}", credential);
	const struct answer *a = ASK(d->https, .path = "/v1/verifications", .body = body);
	free(body);
	return a;
}

static json_t *load(const char *name)
{
	json_t *json = json_load_file(path(name), 0, NULL);
	assert_non_null(json);
	return json;
}

static const struct answer *present(const json_t *credential)
{
	char *text = json_dumps(credential, JSON_COMPACT);
	assert_non_null(text);
	const struct answer *a = present_text(text);
	free(text);
	return a;
}

/* With the byte at place `at` changed, at < 0: as it is. */
static const struct answer *present_jwt(const char *name, long at)
{
	static char text[65536];
	FILE *f = fopen(path(name), "r");
	assert_non_null(f);
	size_t n = fread(text + 1, 1, sizeof text - 3, f);
	fclose(f);
	assert_true(at < (long)n);
	if (at >= 0)
		text[1 + at] = text[1 + at] == 'A' ? 'B' : 'A';
	text[0] = text[n + 1] = '"';
	text[n + 2] = '\0';
	return expect_status(present_text(text), 200);
}

static size_t size_of(const char *name)
{
	FILE *f = fopen(path(name), "r");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	long n = ftell(f);
	fclose(f);
	return (size_t)n;
}

static void expect_online(const char *name, const char *result)
{
	json_t *credential = load(name);
	const struct answer *a = expect_status(present(credential), 200);
	json_decref(credential);
	assert_string_equal(answer_text(a, "result"), result);
}

/* ---- issue, check, revoke, rotate ---- */

static void test_revoked_after_the_bundle(void **state)
{
	char address[128];
	const char *number = issue(1, "a.json");
	make_bundle("old.bundle");
	offline("a.json", "old.bundle", 0, "VALID, as of the time of the bundle\n");
	other_people("a.json", true, "good");
	expect_online("a.json", "valid");
	snprintf(address, sizeof address, "/v1/certificates/%s/revocation", number);
	expect_status(ASK(d->https, .path = address, .token = d->token[BY_ADMIN],
	                  .body = "{\"reason\":\"fraud\"}"), 200);
	expect_online("a.json", "revoked");
	offline("a.json", "old.bundle", 0, "as of        20"); /* with its date */
	make_bundle("new.bundle");
	offline("a.json", "new.bundle", 1, "NOT VALID: it was revoked, or replaced by a newer version (revoked)");
	other_people("a.json", false, "revoked");
}

static void test_suspended(void **state)
{
	char address[128];
	const char *number = issue(2, "b.json");
	snprintf(address, sizeof address, "/v1/certificates/%s/suspension", number);
	expect_status(ASK(d->https, .method = "PUT", .path = address, .token = d->token[BY_ADMIN],
	                  .body = "{\"reason\":\"fraud\"}"), 200);
	expect_online("b.json", "suspended");
	make_bundle("suspended.bundle");
	offline("b.json", "suspended.bundle", 1, "NOT VALID: it is suspended (suspended)");
}

static void rotate(void)
{
	cluster_sql(d->cluster, d->database,
	            "UPDATE talent.issuer_key SET state = 'retired', retired_at = now() WHERE state = "
	            "'active' AND organisation = (SELECT id FROM talent.organisation WHERE slug = 'shili')");
	expect_status(ASK(d->https, .method = "POST", .path = "/v1/issuers/shili/keys",
	                  .token = d->token[BY_ADMIN]), 201);
}

static void test_after_two_rotations(void **state)
{
	download_jwt(issue(3, "c.json"), "c.jwt");
	make_bundle("before.bundle");
	rotate();
	rotate();
	make_bundle("after.bundle");
	offline("c.json", "before.bundle", 0, "VALID");
	offline("c.json", "after.bundle", 0, "VALID");
	offline("c.jwt", "after.bundle", 0, "VALID");
	expect_online("c.json", "valid");
	assert_string_equal(answer_text(present_jwt("c.jwt", -1), "result"), "valid");
	other_people("c.json", true, "good");
	const struct answer *a = expect_status(ASK(d->https, .path = "/issuers/shili/did.json"), 200);
	assert_true(json_array_size(answer_at(a, "verificationMethod")) >= 3);
}

/* ---- what there is to fetch ---- */

static void test_lists_of_issuers(void **state)
{
	const struct answer *a = expect_status(ASK(d->https, .path = "/issuers"), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 4);
	assert_string_equal(answer_text(a, "items.0.slug"), "pujiang");
	a = expect_status(ASK(d->https, .path = "/issuers/shili/status"), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 2);
	assert_string_equal(answer_text(a, "items.0.purpose"), "revocation");
	assert_int_equal(answer_int(a, "items.1.list"), 1);
	a = expect_status(ASK(d->https, .path = "/issuers/yunxuan/status"), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 0);
	expect_problem(ASK(d->https, .path = "/issuers/nobody/status"), 404, "not_found");
	const char *argv[] = {talentctl(), "bundle", path("all.bundle"), NULL};
	assert_int_equal(run(true, argv), 0);
	assert_non_null(strstr(said, "4 issuers, "));
	const char *unknown[] = {talentctl(), "bundle", "--issuer", "nobody", path("no.bundle"), NULL};
	assert_int_equal(run(true, unknown), 3);
	assert_int_not_equal(access(path("no.bundle"), F_OK), 0);
}

/* One issuer's list cannot be had: it is named, and everybody else's is in the bundle. */
static void a_bundle_keeps_what_it_can_get(void **state)
{
	expect_status(daemon_submit(d, BY_PUJIANG, daemon_exam(d, BY_PUJIANG, "4", NULL), "沈一", 78,
	                            "\"theory\":80,\"skill\":80"), 201);
	cluster_sql(d->cluster, d->database,
	            "BEGIN; SET LOCAL talent.maintenance = 'on'; CREATE TABLE talent.kept AS SELECT key, wrapped"
	            " FROM talent.issuer_key; UPDATE talent.issuer_key SET wrapped = sha512('x') WHERE organisation ="
	            " (SELECT id FROM talent.organisation WHERE slug = 'pujiang'); COMMIT");
	issue(77, "kept.json");
	const char *argv[] = {talentctl(), "bundle", path("kept.bundle"), NULL};
	assert_int_equal(run(true, argv), 5);
	assert_non_null(strstr(said, "the bundle lacks https://"));
	assert_non_null(strstr(said, "/issuers/pujiang/status/revocation/1"));
	assert_non_null(strstr(said, "4 issuers, "));
	assert_non_null(strstr(said, "2 addresses are missing"));
	offline("kept.json", "kept.bundle", 0, "VALID");
	const char *alone[] = {talentctl(), "bundle", "--issuer", "pujiang,nobody", "--json", path("some.bundle"), NULL};
	assert_int_equal(run(true, alone), 5);
	assert_non_null(strstr(said, "\"issuers\":1,\"status_lists\":0,\"missing\":["));
	assert_non_null(strstr(said, "/issuers/nobody/did.json"));
	cluster_sql(d->cluster, d->database,
	            "BEGIN; SET LOCAL talent.maintenance = 'on'; UPDATE talent.issuer_key k SET wrapped = h.wrapped"
	            " FROM talent.kept h WHERE h.key = k.key; COMMIT; DROP TABLE talent.kept");
	make_bundle("whole.bundle");
	offline("kept.json", "whole.bundle", 0, "VALID");
}

/* ---- alterations ---- */

/* Alters the nth place of value, counting through everything below it: a text gets another last
 * character, anything else another type; then each member or item is taken away. *left counts
 * down; 0 has been done. */
static void alter(json_t *value, int *left);

static void alter_place(json_t *container, const char *key, size_t index, int *left)
{
	bool object = json_is_object(container);
	json_t *value = object ? json_object_get(container, key) : json_array_get(container, index);
	if (json_is_string(value) && --*left == 0) {
		const char *old = json_string_value(value);
		size_t n = json_string_length(value);
		char *new = malloc(n + 2);
		assert_non_null(new);
		memcpy(new, old, n + 1);
		if (n == 0)
			memcpy(new, "x", 2);
		else if ((unsigned char)new[n - 1] < 0x80)
			new[n - 1] = new[n - 1] == '1' ? '2' : '1';
		else
			memcpy(new + n, "1", 2);
		json_string_set(value, new);
		free(new);
		return;
	}
	if (*left > 0 && (json_is_boolean(value) || json_is_number(value)) && --*left == 0) {
		json_t *other = json_string("true");
		if (object)
			json_object_set_new(container, key, other);
		else
			json_array_set_new(container, index, other);
		return;
	}
	if (*left > 0 && --*left == 0) {
		if (object)
			json_object_del(container, key);
		else
			json_array_remove(container, index);
		return;
	}
	if (*left > 0)
		alter(value, left);
}

static void alter(json_t *value, int *left)
{
	const char *key;
	json_t *child;
	void *next;
	json_object_foreach_safe(value, next, key, child) {
		if (*left > 0)
			alter_place(value, key, 0, left);
		if (*left == 0)
			return;
	}
	for (size_t i = 0; i < json_array_size(value) && *left > 0; i++)
		alter_place(value, NULL, i, left);
}

static void test_nothing_altered_is_accepted(void **state)
{
	issue(4, "d.json");
	expect_online("d.json", "valid");
	int n = 0;
	for (;; n++) {
		json_t *credential = load("d.json");
		int left = n + 1;
		alter(credential, &left);
		if (left > 0) {
			json_decref(credential);
			break;
		}
		const struct answer *a = expect_status(present(credential), 200);
		if (strcmp(answer_text(a, "result"), "no_match") != 0)
			fail_msg("alteration %d: %s", n, a->body);
		assert_non_null(strstr(a->body, "\"outcome\":\"failed\",\"code\":\""));
		json_decref(credential);
	}
	assert_true(n >= 40);
	print_message("%d alterations, none accepted\n", n);
}

/* Every 17th character of a JWT but its last, of which some bits say nothing. */
static void test_no_altered_jwt_is_accepted(void **state)
{
	download_jwt(issue(5, "e.json"), "e.jwt");
	assert_string_equal(answer_text(present_jwt("e.jwt", -1), "result"), "valid");
	size_t n = size_of("e.jwt"), tried = 0;
	for (size_t at = 0; at < n - 4; at += 17, tried++) {
		const struct answer *a = present_jwt("e.jwt", (long)at);
		if (strcmp(answer_text(a, "result"), "no_match") != 0)
			fail_msg("character %zu of the JWT: %s", at, a->body);
	}
	assert_true(tried >= 40);
	print_message("%zu alterations, none accepted\n", tried);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_revoked_after_the_bundle),
		cmocka_unit_test(test_suspended),
		cmocka_unit_test(test_after_two_rotations),
		cmocka_unit_test(test_nothing_altered_is_accepted),
		cmocka_unit_test(test_no_altered_jwt_is_accepted),
		cmocka_unit_test(test_lists_of_issuers),
		cmocka_unit_test(a_bundle_keeps_what_it_can_get),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	int failed = cmocka_run_group_tests_name("offline", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
