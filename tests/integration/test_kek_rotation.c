/* Changing the key-encryption key of a running registry, and the journal of what its signer signed:
 * over real TLS, PostgreSQL and signer. A, B and C are key-encryption keys. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "base/attr.h"
#include "base/outcome.h"
#include "crypt/secret.h"
#include "journal/read.h"

static struct daemon *d;

#define PASS "\"theory\":80,\"skill\":80"

/* ---- short ways ---- */

static const char *file_of(const char *name)
{
	static char paths[4][160];
	static unsigned at;
	char *path = paths[at++ % 4];
	snprintf(path, sizeof paths[0], "%s/%s", d->dir, name);
	return path;
}

/* The daemon started anew: with this key as the current one, and that as the previous or none. */
static void restart(const char *current, const char *previous)
{
	char command[400];
	assert_int_equal(daemon_stop(d), 0);
	snprintf(command, sizeof command, "cp -p %s %s", file_of(current), file_of("kek"));
	assert_int_equal(system(command), 0);
	d->options.kek_previous = previous ? file_of(previous) : NULL;
	daemon_run(d);
}

static const struct answer *rewrap(enum daemon_token by)
{
	return ASK(d->https, .method = "POST", .path = "/v1/keys/rewrap", .token = d->token[by]);
}

static void expect_rewrapped(long long rewrapped, long long unchanged)
{
	const struct answer *a = expect_status(rewrap(BY_ADMIN), 200);
	assert_int_equal(answer_int(a, "rewrapped"), rewrapped);
	assert_int_equal(answer_int(a, "unchanged"), unchanged);
}

static const struct answer *submit(unsigned person)
{
	return daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), "周一", person, PASS);
}

static const struct answer *status_list(void)
{
	return ASK(d->https, .path = "/issuers/shili/status/revocation/1");
}

/* A pair, a JWT and a status list: both kinds of keys, two issuers. */
static void expect_signing(unsigned person)
{
	char path[128];
	const struct answer *made = expect_status(submit(person), 201);
	snprintf(path, sizeof path, "/v1/certificates/%s/credential",
	         answer_text(made, "certificates.0.number"));
	expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN], .accept = "application/jwt"),
	              200);
	expect_status(status_list(), 200);
}

static char *asked(const char *sql)
{
	return strdup(cluster_ask(d->cluster, d->database, sql));
}

/* ---- the journal ---- */

struct seen {
	uint64_t first, last, n;
	int per_issuer[2]; /* shili, xingbo */
};

static int on_line(void *arg, const struct journal_line *line)
{
	struct seen *s = arg;
	if (s->n == 0)
		s->first = line->sequence;
	else
		assert_true(line->sequence == s->last + 1);
	s->last = line->sequence;
	if (line->ended)
		return 0;
	s->n++;
	s->per_issuer[slice_is(line->signature.issuer, "xingbo")]++;
	return 0;
}

static struct seen journal(void)
{
	struct seen s = {0};
	uint64_t line = 0;
	assert_int_equal(journal_read(file_of("journal"), 0, on_line, &s, &line), 0);
	return s;
}

/* One line for each signature that was given out, and none for making or wrapping keys. */
static void test_journal_counts(void **state)
{
	struct seen before = {0}, after;
	expect_signing(1);
	before = journal();
	assert_true(before.first == 1);
	assert_true(before.n >= 4); /* two documents, the JWT, the list */
	expect_status(submit(2), 201);
	after = journal();
	assert_int_equal(after.n - before.n, 2);
	assert_int_equal(after.per_issuer[0] - before.per_issuer[0], 1);
	assert_int_equal(after.per_issuer[1] - before.per_issuer[1], 1);
	daemon_own_key(d);
	expect_rewrapped(0, 13);
	assert_int_equal(journal().n, after.n);
}

/* ---- the change ---- */

/* From A to B while it serves; more keys than fit on a page of the handler. */
static void test_change(void **state)
{
	uint64_t lines = journal().n;
	char *kept = asked("SELECT md5(string_agg(wrapped::text, ',' ORDER BY key)) FROM talent.issuer_key");
	cluster_sql(d->cluster, d->database,
	            "UPDATE talent.issuer_key SET state = 'retired', retired_at = now()"
	            " WHERE organisation = (SELECT id FROM talent.organisation WHERE slug = 'yunxuan')");
	expect_status(ASK(d->https, .method = "POST", .path = "/v1/issuers/yunxuan/keys",
	                  .token = d->token[BY_ADMIN]), 201);
	restart("B", "A");
	expect_signing(3);
	expect_rewrapped(16, 0); /* retired ones too */
	expect_rewrapped(0, 16);
	expect_signing(4);
	char *anew = asked("SELECT md5(string_agg(wrapped::text, ',' ORDER BY key)) FROM talent.issuer_key"
	                   " WHERE state = 'active' OR key LIKE 'z%'");
	assert_string_not_equal(kept, anew);
	free(kept);
	free(anew);
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT count(*) || ' ' || count(DISTINCT detail ->> 'key')"
	                                " FROM talent.audit WHERE action = 'issuer_key_rewrap'"
	                                " AND actor IS NOT NULL"), "16 16");
	restart("B", NULL);
	expect_signing(5);
	expect_rewrapped(0, 16);
	assert_true(journal().n >= lines + 9); /* one sequence over three signers */
}

/* What was wrapped anew has been seen to open. */
static void until_confirmed(void)
{
	static const char unconfirmed[] =
		"SELECT count(*) FROM talent.issuer_key WHERE wrapped_before IS NOT NULL";
	for (int i = 0; i < 600 && strcmp(cluster_ask(d->cluster, d->database, unconfirmed), "0") != 0; i++)
		usleep(50000);
}

/* With the old key alone nothing can be signed, and nothing is lost by trying. */
static void test_old_key_refused(void **state)
{
	until_confirmed(); /* or the old key alone would put the old boxes back */
	restart("A", NULL);
	uint64_t lines = journal().n;
	char *kept = asked("SELECT md5(string_agg(wrapped::text, ',' ORDER BY key)) FROM talent.issuer_key");
	expect_problem(submit(6), 503, "signer_key_not_opened");
	expect_problem(status_list(), 503, "signer_key_not_opened");
	const struct answer *a = rewrap(BY_ADMIN);
	expect_problem(a, 409, "key_not_opened");
	assert_string_equal(answer_text(a, "key_id"),
	                    cluster_ask(d->cluster, d->database, "SELECT min(key) FROM talent.issuer_key"));
	restart("C", "A");
	expect_problem(rewrap(BY_ADMIN), 409, "key_not_opened");
	assert_int_equal(journal().n, lines);
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT md5(string_agg(wrapped::text, ',' ORDER BY key))"
	                                " FROM talent.issuer_key"), kept);
	free(kept);
	restart("B", NULL);
	expect_signing(6);
}

/* A change that was broken off half-way: the rest is done when it is asked for again, and an
 * Idempotency-Key does not keep it from that. */
static void test_half_done(void **state)
{
	restart("C", "B");
	cluster_sql(d->cluster, d->database,
	            "CREATE TABLE talent.half AS SELECT key, wrapped FROM talent.issuer_key"
	            " ORDER BY key LIMIT 4");
	const struct answer *a = ASK(d->https, .method = "POST", .path = "/v1/keys/rewrap",
	                             .token = d->token[BY_ADMIN], .key = "kek-c");
	assert_int_equal(answer_int(expect_status(a, 200), "rewrapped"), 16);
	cluster_sql(d->cluster, d->database,
	            "BEGIN; SET LOCAL talent.maintenance = 'on'; UPDATE talent.issuer_key k"
	            " SET wrapped = h.wrapped FROM talent.half h WHERE h.key = k.key; COMMIT;"
	            " DROP TABLE talent.half");
	a = ASK(d->https, .method = "POST", .path = "/v1/keys/rewrap", .token = d->token[BY_ADMIN],
	        .key = "kek-c");
	assert_int_equal(answer_int(expect_status(a, 200), "rewrapped"), 4);
	assert_int_equal(answer_int(a, "unchanged"), 12);
	restart("C", NULL);
	expect_signing(7);
}

/* A worker that somebody has taken over cannot destroy a key: the box in which it was kept stays
 * until the new one has opened, and comes back when it does not. */
static void test_no_key_is_destroyed(void **state)
{
	static const char boxes[] =
		"SELECT md5(string_agg(wrapped::text, ',' ORDER BY key)) FROM talent.issuer_key";
	static const char theft[] =
		"SELECT string_agg(r.outcome, ',') FROM talent.issuer_key k, LATERAL"
		" talent.issuer_key_rewrap(NULL, 'thief', NULL, NULL, k.key, k.wrapped,"
		" decode(repeat('00', 70), 'hex') || uuid_send(gen_random_uuid())) r";
	until_confirmed(); /* what was wrapped anew before */
	char *before = asked(boxes);
	for (int i = 0; i < 2; i++) /* once more does not help him either */
		cluster_ask(d->cluster, d->database, theft);
	assert_string_not_equal(cluster_ask(d->cluster, d->database, boxes), before);
	until_confirmed();
	assert_string_equal(cluster_ask(d->cluster, d->database, boxes), before);
	free(before);
	assert_true(daemon_log_has(d, "key_box_not_opened"));
	expect_signing(8);
}

static void test_strangers(void **state)
{
	expect_problem(rewrap(BY_NOBODY), 401, "unauthenticated");
	expect_problem(rewrap(BY_SHILI), 403, "forbidden");
	expect_problem(rewrap(BY_AUDITOR), 403, "forbidden");
	assert_int_equal(rewrap(BY_DISTRICT)->status, 403);
}

/* ---- talentd -t ---- */

static void expect_tried(const char *signer, int status, const char *says)
{
	char command[1500], conf[160], out[160], text[2048] = "";
	const char *program = getenv("TALENT_BIN");
	snprintf(conf, sizeof conf, "%s", file_of("check.conf"));
	snprintf(out, sizeof out, "%s", file_of("check.out"));
	snprintf(command, sizeof command,
	         "grep -v '^signer\\|^ previous_key_file' %s | sed 's/^user = .*/user = \"%d\"/' > %s; echo 'signer { socket = \"%s\" %s }' >> %s;"
	         " exec %s -c %s -t > %s 2>&1", d->conf, (int)getuid(), conf, file_of("sign.sock"), signer, conf,
	         program ? program : "build/test/talentd", conf, out);
	int got = system(command);
	FILE *f = fopen(out, "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	if (got >> 8 != status || !strstr(text, says))
		fail_msg("%s: status %d, %s", signer, got >> 8, text);
}

static void test_check(void **state)
{
	char text[700], kek[160];
	snprintf(kek, sizeof kek, "%s", file_of("kek"));
#define SIGNER(...) (snprintf(text, sizeof text, __VA_ARGS__), text)
	expect_tried(SIGNER("spawn = true key_file = \"%s\" journal = \"\"", kek), 0, "would start");
	expect_tried(SIGNER("spawn = true key_file = \"%s\" previous_key_file = \"%s\" journal = \"%s\"", kek,
	                    file_of("A"), file_of("journal")), 0, "would start");
	expect_tried(SIGNER("spawn = true key_file = \"%s\" previous_key_file = \"%s\" journal = \"\"", kek,
	                    file_of("C")), 78, "signer.previous_key_file");
	expect_tried(SIGNER("spawn = true key_file = \"%s\" previous_key_file = \"%s.none\" journal = \"\"",
	                    kek, kek), 78, "No such file");
	expect_tried(SIGNER("spawn = true key_file = \"%s\" journal = \"\"", d->conf), 78, "signer.key_file");
	expect_tried(SIGNER("spawn = true key_file = \"%s\" journal = \"/nowhere/at/all\"", kek), 78,
	             "signer.journal: /nowhere/at");
	expect_tried(SIGNER("spawn = true key_file = \"%s\" journal = \"%s\"", kek, d->dir), 78,
	             "must be a regular file");
	/* a unit of its own has its credentials where nobody else looks */
	expect_tried("", 0, "would start");
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strangers),       cmocka_unit_test(test_journal_counts),
		cmocka_unit_test(test_change),          cmocka_unit_test(test_old_key_refused),
		cmocka_unit_test(test_half_done),       cmocka_unit_test(test_no_key_is_destroyed),
		cmocka_unit_test(test_check),           cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	char command[400];
	snprintf(command, sizeof command, "cp -p %s %s", file_of("kek"), file_of("A"));
	if (system(command) != 0 || secret_key_create(file_of("B")) || secret_key_create(file_of("C")))
		return 99;
	int failed = cmocka_run_group_tests_name("key-encryption key", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
