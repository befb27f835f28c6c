/* What the signer's journal says against what the registry has stored: talentctl key audit over a
 * real daemon, with lines and rows that do not belong. */
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

#define FORGED "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0"

static const char *path(const char *name)
{
	static char paths[4][160];
	static int turn;
	char *p = paths[turn++ % 4];
	snprintf(p, sizeof paths[0], "%s/%s", d->dir, name);
	return p;
}

/* The exit code of talentctl key audit, its words in said. */
static int audit(const char *journal, const char *option, const char *value)
{
	const char *program = getenv("TALENTCTL_BIN");
	const char *argv[] = {program ? program : "build/test/talentctl", "key", "audit", "--journal",
	                      journal, option, value, NULL};
	int pipes[2], status;
	size_t n = 0;
	ssize_t got;
	fflush(NULL);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		setenv("LC_ALL", "C.UTF-8", 1);
		setenv("HOME", d->dir, 1);
		setenv("TALENT_URL", d->url[PORT_PUBLIC], 1);
		setenv("TALENT_CA", d->pki.ca, 1);
		setenv("TALENT_TOKEN", d->token[BY_AUDITOR], 1);
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

#define expect_audit(want, text, ...) \
	do { \
		int code = audit(__VA_ARGS__); \
		if (code != (want) || !strstr(said, text)) \
			fail_msg("exit %d instead of %d, or no \"%s\" in:\n%s", code, want, text, said); \
	} while (0)

static const char *forger = "z6MkForged"; /* whose key it was */

#define LONG_AGO "2026-01-02T03:04:05Z"
#define LONG_AGO_SHANGHAI "2026-01-02 11:04:05+08:00" /* as people are shown it */

/* The journal as another file: without the line skip, as if of long ago, with a forged line of
 * long ago behind it. */
static void copy_journal(const char *to, unsigned long skip, bool aged, bool forged)
{
	char line[512], last[512] = "";
	unsigned long n = 0;
	FILE *in = fopen(path("journal"), "r"), *out = fopen(path(to), "w");
	assert_non_null(in);
	assert_non_null(out);
	while (fgets(line, sizeof line, in)) {
		if (aged)
			memcpy(strchr(line, ' ') + 1, LONG_AGO, strlen(LONG_AGO));
		if (++n != skip)
			fputs(line, out);
		memcpy(last, line, sizeof last);
	}
	if (forged)
		fprintf(out, "%lu " LONG_AGO " shili %s " FORGED "\n", strtoul(last, NULL, 10) + 1, forger);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

static void test_all_stored(void **state)
{
	char one[128];
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	for (unsigned i = 1; i <= 4; i++) {
		const struct answer *a = expect_status(
			daemon_submit(d, BY_SHILI, exam, "周一", i, "\"theory\":80,\"skill\":80"), 201);
		snprintf(one, sizeof one, "/v1/certificates/%s/credential",
		         answer_text(a, "certificates.0.number"));
		expect_status(ASK(d->https, .path = one, .token = d->token[BY_ADMIN],
		                  .accept = "application/jwt"), 200);
	}
	/* the same result once more: nothing new is signed */
	daemon_submit(d, BY_SHILI, exam, "周一", 1, "\"theory\":80,\"skill\":80");
	for (int i = 0; i < 3; i++) {
		expect_status(ASK(d->https, .path = "/issuers/shili/status/revocation/1"), 200);
		expect_status(ASK(d->https, .path = "/issuers/xingbo/status/suspension/1"), 200);
	}
	for (int i = 0; i < 100; i++) {
		if (strcmp(cluster_ask(d->cluster, d->database, "SELECT count(*) FROM talent.signed_list"),
		           "2") == 0)
			break;
		usleep(50000);
	}
	expect_audit(0, "{\"explained\":true,\"counts\":{\"stored\":", path("journal"), "--json", NULL);
	assert_non_null(strstr(said, "\"abandoned\":0,\"young\":0,\"noted\":0,\"explained\":0,\"lost\":0,\"left\":0,\"unstored\":0,\"outside\":0,"
	                             "\"unsigned\":0,\"altered\":0,\"misnoted\":0},\"findings\":[],\"left\":[]}"));
	expect_audit(0, "every signature is stored or explained", path("journal"), NULL, NULL);
}

/* ---- what is refused is not signed ---- */

static int signed_so_far(void)
{
	int n = 0;
	char line[512];
	FILE *f = fopen(path("journal"), "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		n += strstr(line, " signed: ") != NULL;
	fclose(f);
	return n;
}

static const struct answer *submit_number(const char *exam, unsigned person, const char *number)
{
	char where[96], body[512];
	snprintf(where, sizeof where, "/v1/exams/%s/assessments", exam);
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"name\":\"周二\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"},"
	         "\"scores\":{\"theory\":80,\"skill\":80},\"certificate_number\":\"%s\"}",
	         daemon_resident_id(person), number);
	return ASK(d->https, .path = where, .token = d->token[BY_SHILI], .body = body);
}

static const struct answer *reissue(const char *number, const char *key)
{
	char where[96];
	snprintf(where, sizeof where, "/v1/certificates/%s/reissue", number);
	return ASK(d->https, .method = "POST", .path = where, .token = d->token[BY_ADMIN], .key = key);
}

static const struct answer *revoke_number(const char *number)
{
	char where[96];
	snprintf(where, sizeof where, "/v1/certificates/%s/revocation", number);
	return ASK(d->https, .path = where, .token = d->token[BY_ADMIN],
	           .body = "{\"reason\":\"issued_in_error\"}");
}

static void test_refusals_sign_nothing(void **state)
{
	static const char pass[] = "\"theory\":80,\"skill\":80";
	char one[64], two[64], old_code[64], exam[64], other[64];
	snprintf(exam, sizeof exam, "%s", daemon_exam(d, BY_SHILI, "3", NULL));
	snprintf(other, sizeof other, "%s", daemon_exam(d, BY_SHILI, "3", NULL));
	const struct answer *a = expect_status(daemon_submit(d, BY_SHILI, exam, "周二", 11, pass), 201);
	snprintf(one, sizeof one, "%s", answer_text(a, "certificates.0.number"));
	a = expect_status(daemon_submit(d, BY_SHILI, exam, "周二", 12, pass), 201);
	snprintf(two, sizeof two, "%s", answer_text(a, "certificates.0.number"));
	expect_status(revoke_number(two), 200);
	a = expect_status(reissue(one, "once"), 200);
	snprintf(old_code, sizeof old_code, "%s", answer_text(a, "verification_code"));
	const int before = signed_so_far();
	for (int i = 0; i < 3; i++) {
		a = expect_problem(daemon_submit(d, BY_SHILI, other, "周二", 11, pass), 409,
		                   "already_certified");
		assert_string_equal(answer_text(a, "certificate_number"), one);
		expect_problem(submit_number(other, 13, one), 409, "number_taken");
		expect_problem(daemon_submit(d, BY_SHILI, other, "周三", 11, pass), 409,
		               "person_name_differs");
		expect_problem(reissue(two, NULL), 409, "revoked_is_final");
		a = expect_status(reissue(one, "once"), 200);
		assert_string_equal(answer_text(a, "verification_code"), old_code);
		assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
		expect_problem(reissue(two, "once"), 422, "idempotency_key_reused");
	}
	assert_int_equal(signed_so_far(), before);
	expect_status(daemon_submit(d, BY_SHILI, other, "周二", 12, pass), 201);
	assert_int_equal(signed_so_far(), before + 1);
	expect_audit(0, "every signature is stored or explained", path("journal"), NULL, NULL);
}

/* ---- what a lost race or a lost request has signed ---- */

enum { AT_ONCE = 8 };

static const struct answer *const *at_once(struct http_asked asked)
{
	static const struct answer *answers[AT_ONCE];
	struct http_asked all[AT_ONCE];
	for (int i = 0; i < AT_ONCE; i++)
		all[i] = asked;
	http_ask_all(d->https, all, answers, AT_ONCE);
	return answers;
}

static const char *ask_database(const char *sql)
{
	return cluster_ask(d->cluster, d->database, sql);
}

static size_t count_of(const char *table)
{
	char sql[96];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM talent.%s", table);
	return strtoul(ask_database(sql), NULL, 10);
}

static void until(const char *sql, const char *want)
{
	for (int i = 0; i < 1200 && strcmp(ask_database(sql), want) != 0; i++)
		usleep(50000);
	assert_string_equal(ask_database(sql), want);
}

/* The same requests at the same moment, and a client that does not wait for its answer. */
static void test_lost_races(void **state)
{
	char where[96], number[64], body[512], head[1024];
	const char *exam = daemon_exam(d, BY_SHILI, "5", "xingbo");
	snprintf(where, sizeof where, "/v1/exams/%s/assessments", exam);
	for (unsigned person = 20; person < 24; person++) {
		snprintf(body, sizeof body,
		         "{\"candidate\":{\"name\":\"周二\",\"id_type\":\"resident_id\","
		         "\"id_number\":\"%s\"},\"scores\":{\"theory\":80,\"skill\":80}}",
		         daemon_resident_id(person));
		const struct answer *const *got = at_once(
			(struct http_asked){.path = where, .token = d->token[BY_SHILI], .body = body});
		for (int i = 0; i < AT_ONCE; i++)
			expect_status(got[i], 201);
		snprintf(number, sizeof number, "%s", answer_text(got[0], "certificates.0.number"));
		char path_of[128];
		snprintf(path_of, sizeof path_of, "/v1/certificates/%s/reissue", number);
		got = at_once((struct http_asked){.method = "POST", .path = path_of,
		                                  .token = d->token[BY_ADMIN], .key = number});
		for (int i = 0; i < AT_ONCE; i++)
			expect_status(got[i], 200);
		snprintf(path_of, sizeof path_of, "/v1/certificates/%s/credential", number);
		got = at_once((struct http_asked){.path = path_of, .token = d->token[BY_ADMIN],
		                                  .accept = "application/jwt"});
		for (int i = 0; i < AT_ONCE; i++)
			expect_status(got[i], 200);
		at_once((struct http_asked){.path = "/issuers/shili/status/revocation/1"});
	}
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"name\":\"周二\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"},"
	         "\"scores\":{\"theory\":80,\"skill\":80}}", daemon_resident_id(25));
	snprintf(head, sizeof head,
	         "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
	         "Content-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
	         where, d->token[BY_SHILI], strlen(body), body);
	for (int i = 0; i < 4; i++)
		free(http_raw(d->https, head, strlen(head)));
	until("SELECT count(*) FROM talent.abandoned_signature WHERE list IS NOT NULL"
	      " AND void_rev IS NULL", "0");
	/* Somebody lost, or this shows nothing. */
	assert_string_not_equal(ask_database("SELECT count(*) FROM talent.abandoned_signature"), "0");
	assert_string_equal(ask_database("SELECT count(*) FROM talent.certificate_version v JOIN"
	                                 " talent.abandoned_signature a USING (issuer, list, idx)"), "0");
	usleep(300000); /* for a list's note */
	expect_audit(0, "\"findings\":[]", path("journal"), "--json", NULL);
	assert_non_null(strstr(said, "\"unstored\":0,\"outside\":0,\"unsigned\":0,\"altered\":0"));
	assert_non_null(strstr(said, "\"young\":0"));
	assert_null(strstr(said, "\"abandoned\":0"));
}

#define DUE_NOW \
	"BEGIN; SET LOCAL session_replication_role = replica; UPDATE talent.assessment SET" \
	" publish_on = talent._today() WHERE state = 'awaiting_publication'; COMMIT; SELECT 1"

static void restart(void)
{
	assert_int_equal(daemon_stop(d), 0); /* its first round comes soon after the start */
	daemon_run(d);
}

/* Passes whose day comes: a background job publishes them, or withholds them, and signs nothing for those. */
static void test_publication(void **state)
{
	static const char pass[] = "\"theory\":80,\"skill\":80";
	char exam[64], due[64], blocked[64], where[128];
	snprintf(exam, sizeof exam, "%s", daemon_exam(d, BY_SHILI, "4", "yunxuan"));
	const struct answer *a = expect_status(daemon_submit(d, BY_SHILI, exam, "周二", 40, pass), 201);
	assert_string_equal(answer_text(a, "state"), "awaiting_publication");
	snprintf(due, sizeof due, "%s", answer_text(a, "id"));
	a = expect_status(daemon_submit(d, BY_SHILI, exam, "周二", 41, pass), 201);
	snprintf(blocked, sizeof blocked, "%s", answer_text(a, "id"));
	/* certified elsewhere meanwhile */
	expect_status(daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", NULL), "周二", 41, pass), 201);
	const int before = signed_so_far();
	ask_database(DUE_NOW);
	restart();
	until("SELECT count(*) FROM talent.assessment WHERE state = 'awaiting_publication'", "0");
	assert_int_equal(signed_so_far(), before + 2);
	snprintf(where, sizeof where, "/v1/assessments/%s", due);
	a = ASK(d->https, .path = where, .token = d->token[BY_SHILI]);
	assert_string_equal(answer_text(a, "state"), "published");
	assert_int_equal(json_array_size(answer_at(a, "certificates")), 2);
	snprintf(where, sizeof where, "/v1/assessments/%s", blocked);
	a = ASK(d->https, .path = where, .token = d->token[BY_SHILI]);
	assert_string_equal(answer_text(a, "state"), "withheld");
	assert_string_equal(answer_text(a, "withheld.reason"), "already_certified");
	static const enum daemon_token sees[] = {BY_SHILI, BY_YUNXUAN, BY_ADMIN, BY_DISTRICT, BY_AUDITOR};
	for (size_t i = 0; i < ARRAY_LEN(sees); i++) {
		a = expect_status(ASK(d->https, .path = "/v1/assessments?state=withheld",
		                      .token = d->token[sees[i]]), 200);
		assert_int_equal(json_array_size(answer_at(a, "items")), 1);
		assert_string_equal(answer_text(a, "items.0.id"), blocked);
	}
	static const enum daemon_token does_not[] = {BY_PUJIANG, BY_XINGBO, BY_ELSEWHERE};
	for (size_t i = 0; i < ARRAY_LEN(does_not); i++) {
		a = expect_status(ASK(d->https, .path = "/v1/assessments?state=withheld",
		                      .token = d->token[does_not[i]]), 200);
		assert_int_equal(json_array_size(answer_at(a, "items")), 0);
	}
	expect_problem(ASK(d->https, .path = "/v1/assessments", .token = d->token[BY_ADMIN]), 400,
	               "invalid_query");
	expect_problem(ASK(d->https, .path = "/v1/assessments?state=withheld",
	                   .token = d->token[BY_EMPLOYER]), 403, "forbidden");
	expect_audit(0, "\"findings\":[]", path("journal"), "--json", NULL);
}

/* A series without numbers: withheld once, with the reason, and published when it can give again. */
static void test_publication_without_numbers(void **state)
{
	static const char of_shili[] = "kind = 'skill_grade' AND level = '4' AND series = (SELECT id FROM"
	                               " talent.site WHERE number_prefix = 'S000031000123')";
	char sql[400], where[128], id[64];
	const struct answer *a = expect_status(
		daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "yunxuan"), "周二", 42,
	                      "\"theory\":80,\"skill\":80"), 201);
	snprintf(id, sizeof id, "%s", answer_text(a, "id"));
	snprintf(where, sizeof where, "/v1/assessments/%s", id);
	const int before = signed_so_far();
	ask_database(DUE_NOW);
	snprintf(sql, sizeof sql, "UPDATE talent.number_block SET next = next + 999999 WHERE %s RETURNING 1",
	         of_shili);
	ask_database(sql);
	restart();
	until("SELECT count(*) FROM talent.assessment WHERE state = 'awaiting_publication'", "0");
	a = expect_status(ASK(d->https, .path = where, .token = d->token[BY_SHILI]), 200);
	assert_string_equal(answer_text(a, "state"), "withheld");
	assert_string_equal(answer_text(a, "withheld.reason"), "numbers_used_up");
	assert_int_equal(signed_so_far(), before);
	snprintf(sql, sizeof sql, "UPDATE talent.number_block SET next = next - 999999 WHERE %s RETURNING 1",
	         of_shili);
	ask_database(sql);
	ask_database("UPDATE talent.withheld_pass SET judged_at = judged_at - interval '1 hour' RETURNING 1");
	restart();
	until("SELECT count(*) FROM talent.withheld_pass WHERE reason = 'numbers_used_up'", "0");
	until("SELECT count(*) FROM talent.assessment WHERE state = 'awaiting_publication'", "0");
	a = expect_status(ASK(d->https, .path = where, .token = d->token[BY_SHILI]), 200);
	assert_string_equal(answer_text(a, "state"), "published");
	assert_int_equal(signed_so_far(), before + 2);
}

/* Small pages give what a large one gives, each once. */
static void test_pages(void **state)
{
	size_t kinds[4] = {0}, n = 0;
	char next[256] = "/v1/keys/signatures?limit=1";
	const struct answer *whole = expect_status(
		ASK(d->https, .path = "/v1/keys/signatures?limit=200", .token = d->token[BY_ADMIN]), 200);
	const json_t *items = answer_at(whole, "items");
	for (;; n++) {
		const struct answer *a =
			expect_status(ASK(d->https, .path = next, .token = d->token[BY_ADMIN]), 200);
		assert_true(json_equal(answer_at(a, "items.0"), json_array_get(items, n)));
		const char *what = answer_text(a, "items.0.what");
		bool left = answer_at(a, "items.0.abandoned");
		kinds[left ? 3 : what[0] == 'c' ? 0 : what[0] == 'j' ? 1 : 2]++;
		if (json_is_null(answer_at(a, "next_cursor")))
			break;
		snprintf(next, sizeof next, "/v1/keys/signatures?limit=1&after=%s",
		         answer_text(a, "next_cursor"));
	}
	assert_int_equal(n + 1, json_array_size(items));
	assert_int_equal(kinds[0], count_of("certificate_version"));
	assert_int_equal(kinds[1], count_of("certificate_jwt"));
	assert_true(kinds[2] >= 2);
	assert_true(kinds[3] >= 1);
	static const char *const bad[] = {"after=x", "after=4.00", "after=3.00", "after=2.00", "after=0.x", "limit=0",
	                                  "limit=201", "after=0.00000000-0000-4000-8000-000000000000.z",
	                                  "after=1.00000000-0000-4000-8000-000000000000"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(next, sizeof next, "/v1/keys/signatures?%s", bad[i]);
		expect_problem(ASK(d->https, .path = next, .token = d->token[BY_ADMIN]), 400,
		               "invalid_query");
	}
	expect_problem(ASK(d->https, .path = "/v1/keys/signatures", .token = d->token[BY_DISTRICT]), 403,
	               "forbidden");
}

static void explain_forged(void)
{
	FILE *f = fopen(path("why"), "w");
	assert_non_null(f);
	fputs(FORGED " a rehearsal\n", f);
	assert_int_equal(fclose(f), 0);
}

static void test_signed_outside(void **state)
{
	explain_forged();
	copy_journal("forged", 0, false, true);
	expect_audit(1, "SIGNED, NEVER STORED", path("forged"), NULL, NULL);
	assert_non_null(strstr(said, FORGED));
	assert_non_null(strstr(said, "z6MkForged"));
	assert_non_null(strstr(said, LONG_AGO_SHANGHAI));
	expect_audit(1, "\"verdict\":\"unstored\"", path("forged"), "--json", NULL);
	expect_audit(0, "explained", path("forged"), "--explained", path("why"));
}

/* ---- notes of status lists ---- */

/* Bits that are set, cleared and set again: each list that was signed comes out, long after. */
static void test_lists_of_earlier_revisions(void **state)
{
	char number[64], where[128];
	const struct answer *a = expect_status(
		daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "3", NULL), "周二", 60,
		              "\"theory\":80,\"skill\":80"), 201);
	snprintf(number, sizeof number, "%s", answer_text(a, "certificates.0.number"));
	snprintf(where, sizeof where, "/v1/certificates/%s/suspension", number);
	for (int i = 0; i < 4; i++) {
		expect_status(ASK(d->https, .method = i % 2 ? "DELETE" : "PUT", .path = where,
		                  .token = d->token[BY_ADMIN],
		                  .body = "{\"reason\":\"issued_in_error\"}"), 200);
		expect_status(ASK(d->https, .path = "/issuers/shili/status/suspension/1"), 200);
	}
	expect_status(revoke_number(number), 200);
	expect_status(ASK(d->https, .path = "/issuers/shili/status/revocation/1"), 200);
	/* equal lists of one second have one note */
	until("SELECT count(*) >= 2 FROM talent.signed_list l JOIN talent.organisation o ON o.id = l.issuer"
	      " WHERE o.slug = 'shili' AND l.purpose = 'suspension' AND l.rev > 0", "t");
	for (int i = 0; i < 300 && audit(path("journal"), "--json", NULL) == 0 &&
	     !strstr(said, "\"findings\":[]"); i++)
		usleep(100000);
	expect_audit(0, "\"findings\":[]", path("journal"), "--json", NULL);
	assert_non_null(strstr(said, "\"noted\":0"));
	assert_non_null(strstr(said, "\"misnoted\":0"));
}

/* What a worker that was taken over can say of a hash: all the fields of a note are its own. */
static const char *note(const char *hash, const char *changes)
{
	char sql[1024];
	snprintf(sql, sizeof sql,
	         "SELECT talent.status_list_signed(n.hash, n.slug, n.purpose, n.list, n.rev, n.key, n.day,"
	         " n.encoded) FROM (SELECT decode('%s', 'hex') AS hash, 'shili' AS slug, %s FROM"
	         " (SELECT * FROM talent.signed_list l ORDER BY made_at DESC LIMIT 1) l) n",
	         hash, changes);
	return ask_database(sql);
}

#define AS_NOTED "l.purpose, l.list, l.rev, l.key, l.day, l.encoded"

static void test_a_hash_that_is_no_list(void **state)
{
	char key[80];
	snprintf(key, sizeof key, "%s", ask_database(
		"SELECT key FROM talent.signed_list ORDER BY made_at DESC LIMIT 1"));
	forger = key;
	explain_forged();
	copy_journal("forged", 0, false, true);
	assert_string_equal(note(FORGED, AS_NOTED), "stored");
	expect_audit(1, "NOTED AS A STATUS LIST THAT THERE NEVER WAS", path("forged"), NULL, NULL);
	assert_non_null(strstr(said, "SIGNED, NEVER STORED"));
	expect_audit(1, "\"unstored\":1,", path("forged"), "--json", NULL);
	assert_non_null(strstr(said, "\"misnoted\":1}"));
	expect_audit(0, "explained", path("forged"), "--explained", path("why"));
	/* nor can it be made to look like a note of the version before */
	ask_database("DO $$ BEGIN PERFORM talent.status_list_signed('\\x00'::bytea || substr(l.hash, 2), 'shili',"
	             " l.purpose, l.list, l.rev, l.key, NULL, NULL) FROM talent.signed_list l LIMIT 1;"
	             " RAISE 'taken'; EXCEPTION WHEN check_violation THEN NULL; END $$; SELECT 1");
}

/* A list that somebody else's bits, another day or another revision would make is none either: the
 * true hash with any of them changed does not come out. */
static void test_notes_that_are_not_true(void **state)
{
	static const struct {
		const char *what, *fields;
	} bad[] = {
		{"a revision that it never had", "l.purpose, l.list, l.rev + 1 AS rev, l.key, l.day, l.encoded"},
		{"an earlier revision", "l.purpose, l.list, 0::bigint AS rev, l.key, l.day, l.encoded"},
		{"a day to come", "l.purpose, l.list, l.rev, l.key, l.day + 30 AS day, l.encoded"},
		{"a day before", "l.purpose, l.list, l.rev, l.key, l.day - 1 AS day, l.encoded"},
		{"the other purpose", "'suspension' AS purpose, l.list, l.rev, l.key, l.day, l.encoded"},
		{"another list", "l.purpose, 2 AS list, l.rev, l.key, l.day, l.encoded"},
		{"no bits", "l.purpose, l.list, l.rev, l.key, l.day, 'u' AS encoded"},
		{"bits of another list", "l.purpose, l.list, l.rev, l.key, l.day, (SELECT e.encoded FROM"
		                         " public.true_note e WHERE e.rev = 0 LIMIT 1) AS encoded"},
	};
	char hash[80];
	snprintf(hash, sizeof hash, "%s", ask_database(
		"SELECT encode(hash, 'hex') FROM talent.signed_list WHERE purpose = 'revocation'"
		" ORDER BY rev DESC LIMIT 1"));
	ask_database("CREATE TABLE public.true_note AS SELECT * FROM talent.signed_list; SELECT 1");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char sql[1024];
		snprintf(sql, sizeof sql,
		         "BEGIN; SET LOCAL talent.maintenance = 'on'; TRUNCATE talent.signed_list;"
		         " INSERT INTO talent.signed_list SELECT l.hash, l.issuer, n.purpose, n.list, n.rev,"
		         " n.key, l.made_at, l.older, n.day, n.encoded FROM public.true_note l, LATERAL (SELECT %s) n"
		         " WHERE l.hash = decode('%s', 'hex'); COMMIT; SELECT 1", bad[i].fields, hash);
		ask_database(sql);
		assert_string_equal(ask_database("SELECT count(*) FROM talent.signed_list"), "1");
		audit(path("journal"), "--json", NULL);
		if (!strstr(said, "\"misnoted\":1}"))
			fail_msg("%s: %s", bad[i].what, said);
	}
	ask_database("BEGIN; SET LOCAL talent.maintenance = 'on'; TRUNCATE talent.signed_list;"
	             " INSERT INTO talent.signed_list SELECT * FROM public.true_note"
	             " WHERE hash <> decode('" FORGED "', 'hex'); COMMIT; DROP TABLE public.true_note; SELECT 1");
	expect_audit(0, "\"misnoted\":0}", path("journal"), "--json", NULL);
}

static void test_lines_taken_out(void **state)
{
	copy_journal("gap", 3, false, false);
	expect_audit(1, "lines are missing", path("gap"), NULL, NULL);
	expect_audit(2, "cannot be read", path("absent"), NULL, NULL);
}

/* A worker that is killed between signing and storing: listed apart, with time and process. */
static void test_left_by_a_killed_worker(void **state)
{
	char line[512], last[512] = "", ended[64] = "", body[512], head[1024], exam[64];
	snprintf(exam, sizeof exam, "%s", daemon_exam(d, BY_SHILI, "3", NULL));
	assert_int_equal(daemon_stop(d), 0);
	d->options.fail = "submit_signed:1";
	setenv("FAIL_ONCE", path("once"), 1);
	daemon_run(d);
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"name\":\"周二\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"},"
	         "\"scores\":{\"theory\":80,\"skill\":80}}", daemon_resident_id(70));
	snprintf(head, sizeof head,
	         "POST /v1/exams/%s/assessments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
	         "Content-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
	         exam, d->token[BY_SHILI], strlen(body), body);
	free(http_raw(d->https, head, strlen(head)));
	for (int i = 0; i < 600 && (!*ended || !strstr(last, ended)); i++) {
		FILE *f = fopen(path("journal"), "r");
		assert_non_null(f);
		while (fgets(line, sizeof line, f)) {
			if (strstr(line, " signed: credential "))
				memcpy(last, line, sizeof last);
			else if (strstr(line, " ended: "))
				snprintf(ended, sizeof ended, "%s", strstr(line, " ended: ") + strlen(" ended: "));
		}
		fclose(f);
		usleep(50000);
	}
	assert_true(*ended && strstr(last, ended)); /* its last word is the process */
	ended[strcspn(ended, "\n")] = '\0';
	copy_journal("aged", 0, true, false);
	expect_audit(1, "LEFT BY PROCESSES THAT ENDED", path("aged"), NULL, NULL);
	assert_non_null(strstr(said, ended));
	expect_audit(1, "\"left\":1,\"unstored\":0,", path("aged"), "--json", NULL);
	assert_non_null(strstr(said, "\"findings\":[],\"left\":[{\"verdict\":\"left\""));
	assert_non_null(strstr(said, "\"ended\":\"" LONG_AGO));
	d->options.fail = NULL;
	unsetenv("FAIL_ONCE");
	snprintf(line, sizeof line, "\"process\":%s", ended);
	assert_non_null(strstr(said, line));
}

/* A stored document that somebody changed is not what was signed. */
static void test_altered_in_the_database(void **state)
{
	cluster_ask(d->cluster, d->database,
	            "BEGIN; SET LOCAL talent.maintenance = 'on';"
	            " UPDATE talent.certificate_document SET document = replace(document, '周一', '周七')"
	            " WHERE version = (SELECT min(id::text)::uuid FROM talent.certificate_version"
	            " WHERE holder = '周一');"
	            " COMMIT; SELECT 1");
	copy_journal("aged", 0, true, false);
	/* One more; who asked for it has ended since, within a minute in this journal. */
	expect_audit(1, "\"left\":2,\"unstored\":0,", path("aged"), "--json", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_stored),
		cmocka_unit_test(test_refusals_sign_nothing),
		cmocka_unit_test(test_lost_races),
		cmocka_unit_test(test_publication),
		cmocka_unit_test(test_publication_without_numbers),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_signed_outside),
		cmocka_unit_test(test_lists_of_earlier_revisions),
		cmocka_unit_test(test_a_hash_that_is_no_list),
		cmocka_unit_test(test_notes_that_are_not_true),
		cmocka_unit_test(test_lines_taken_out),
		cmocka_unit_test(test_left_by_a_killed_worker),
		cmocka_unit_test(test_altered_in_the_database),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	int failed = cmocka_run_group_tests_name("key audit", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
