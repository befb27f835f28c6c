/* tests/integration/test_signatures.c - what a worker that somebody has taken over has stored as
 * signed is never called so, nor handed out: before a background job has verified it, and after. */
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
#include "crypt/crypt.h"
#include "crypt/encode.h"

static struct daemon *d;
static char exam[40], number[40], company[40], codes[8][32];
static size_t n_codes;

#define NO_JOBS "database_jobs = \"host=/nowhere\""
#define OPEN_ROWS "SELECT count(*) FROM talent.unverified_signature WHERE failed IS NULL"

static const char *ask(const char *sql)
{
	return cluster_ask(d->cluster, d->database, sql);
}

static const struct answer *verify(const char *code)
{
	char path[96];
	snprintf(path, sizeof path, "/v1/verifications/%s", code);
	return expect_status(ASK(d->https, .path = path, .accept = "application/json"), 200);
}

static void expect_verdict(const char *code, const char *result, const char *check)
{
	for (int i = 0; i < 3; i++) { /* from the database, from the cache of either worker */
		const struct answer *a = verify(code);
		if (strcmp(answer_text(a, "result"), result) != 0 || !strstr(a->body, check))
			fail_msg("no %s with %s: %s", result, check, a->body);
		if (strcmp(result, "no_match") == 0)
			assert_null(answer_at(a, "certificate"));
	}
}

#define PASSED "{\"check\":\"signature\",\"outcome\":\"passed\"}"
#define FAILED "{\"check\":\"signature\",\"outcome\":\"failed\"}"

/* As a worker's own login, by the one write function that stores a text for an existing number. */
static void forge(const char *document)
{
	static unsigned turn;
	char sql[16384];
	PGconn *worker = cluster_connect(d->cluster, d->database, "talent_worker");
	snprintf(sql, sizeof sql,
	         "SELECT r.outcome, encode(r.code, 'hex') FROM talent.certificate_reissue(NULL, 'forged', NULL,"
	         " NULL, '%s', gen_random_uuid(), uuid_send(gen_random_uuid()), (SELECT k.key FROM"
	         " talent.issuer_key k JOIN talent.organisation o ON o.id = k.organisation WHERE o.slug ="
	         " 'shili' AND k.kind = 'ed25519' AND k.signs = 'certificates' AND k.state = 'active'), 77, %u, now(), (%s)) r",
	         number, turn++, document);
	PGresult *res = PQexec(worker, sql);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("%s", PQresultErrorMessage(res));
	assert_string_equal(PQgetvalue(res, 0, 0), "reissued");
	uint8_t code[CODE_BYTES];
	assert_true(hex_decode(slice_of(PQgetvalue(res, 0, 1)), code, sizeof code));
	code_format(code, codes[n_codes++]);
	PQclear(res);
	PQfinish(worker);
}

static void issue(void)
{
	snprintf(exam, sizeof exam, "%s", daemon_exam(d, BY_SHILI, "4", "xingbo"));
	const struct answer *a = expect_status(
		daemon_submit(d, BY_SHILI, exam, "周一", 1, "\"theory\":80,\"skill\":80"), 201);
	snprintf(number, sizeof number, "%s", answer_text(a, "certificates.0.number"));
	snprintf(company, sizeof company, "%s", answer_text(a, "certificates.1.number"));
	for (int i = 0; i < 2; i++) {
		char at[64];
		snprintf(at, sizeof at, "certificates.%d.verification_code", i);
		snprintf(codes[n_codes++], sizeof codes[0], "%s", answer_text(a, at));
	}
}

static void what_is_signed_is_passed_at_once(void **state)
{
	char path[96];
	issue();
	assert_string_equal(ask(OPEN_ROWS), "2");
	expect_verdict(codes[0], "valid", PASSED);
	expect_verdict(codes[1], "valid", PASSED);
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", number);
	expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN],
	                  .accept = "application/jwt"), 200);
	assert_string_equal(ask(OPEN_ROWS), "3");
}

/* Nothing; the honest document of another version; the same under its own id. */
static void what_is_forged_is_not(void **state)
{
	char sql[512];
	forge("'{\"proofValue\":\"z\"}'");
	expect_verdict(codes[2], "no_match", FAILED);
	snprintf(sql, sizeof sql, "SELECT document FROM talent.certificate_document d JOIN"
	         " talent.certificate_version v ON v.id = d.version WHERE v.number = '%s' AND v.ordinal = 1",
	         number);
	forge(sql);
	expect_verdict(codes[3], "no_match", FAILED);
	char body[256];
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"周一\"}", number);
	const struct answer *a = ASK(d->https, .path = "/v1/verifications", .body = body);
	assert_string_equal(answer_text(expect_status(a, 200), "result"), "no_match");
	assert_non_null(strstr(a->body, FAILED));
	/* Who guesses at the name is told nothing. */
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"周二\"}", number);
	a = ASK(d->https, .path = "/v1/verifications", .body = body);
	assert_null(strstr(expect_status(a, 200)->body, FAILED));
	assert_string_equal(ask(OPEN_ROWS), "5");
}

static const struct answer *get(const char *of, const char *what, const char *accept)
{
	char path[192];
	snprintf(path, sizeof path, "/v1/certificates/%s/%s", of, what);
	return ASK(d->https, .path = path, .token = d->token[BY_ADMIN], .accept = accept);
}

static const struct answer *get_batch(const char *without)
{
	char path[192];
	snprintf(path, sizeof path, "/v1/exams/%s/documents.pdf?without=%s", exam, without);
	return ASK(d->https, .path = path, .token = d->token[BY_ADMIN]);
}

static void expect_kept_back(const struct answer *a, const char *of)
{
	assert_string_equal(answer_text(expect_status(a, 500), "code"), "stored_signature_failed");
	assert_string_equal(answer_text(a, "number"), of);
}

/* Neither as it is, nor printed, nor signed anew in another form or version. */
static void what_is_forged_is_not_handed_out(void **state)
{
	char path[192];
	for (int verified = 0; verified < 2; verified++) {
		expect_kept_back(get(number, "credential", "application/vc"), number);
		expect_kept_back(get(number, "credential", "application/jwt"), number);
		expect_kept_back(get(number, "document.pdf", NULL), number);
		expect_kept_back(get_batch(company), number);
		expect_status(get_batch(number), 200);
		snprintf(path, sizeof path, "/v1/certificates/%s/reissue", number);
		expect_kept_back(ASK(d->https, .path = path, .method = "POST",
		                     .token = d->token[BY_ADMIN]), number);
		expect_status(get(company, "credential", "application/vc"), 200);
		expect_status(get(company, "document.pdf", NULL), 200);
		if (!verified)
			ask("UPDATE talent.unverified_signature u SET failed = 'differs', failed_at = now()"
			    " FROM talent.certificate_version v JOIN talent.certificate_state s ON s.version ="
			    " v.id WHERE u.version = v.id AND v.ordinal > 1 RETURNING 1");
	}
	ask("UPDATE talent.unverified_signature u SET failed = NULL, failed_at = NULL RETURNING 1");
	assert_true(daemon_log_has(d, "stored_signature_failed"));
}

/* The certificate is good, a JWT of it is not. */
static void a_forged_jwt_is_not_handed_out(void **state)
{
	char sql[640];
	PGconn *worker = cluster_connect(d->cluster, d->database, "talent_worker");
	snprintf(sql, sizeof sql, "SELECT (talent.certificate_jwt_store('forged', v.id, k.key,"
	         " 'e30.e30.' || repeat('A', 86))).outcome FROM talent.certificate_version v JOIN talent.issuer_key k ON"
	         " k.organisation = v.issuer AND k.kind = 'p256' AND k.state = 'active' WHERE v.number ="
	         " '%s'", company);
	PGresult *res = PQexec(worker, sql);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("%s", PQresultErrorMessage(res));
	assert_string_equal(PQgetvalue(res, 0, 0), "stored");
	PQclear(res);
	PQfinish(worker);
	expect_kept_back(get(company, "credential", "application/jwt"), company);
	expect_status(get(company, "credential", "application/vc"), 200);
	expect_verdict(codes[1], "valid", PASSED);
}

/* The page says what the JSON says, and what to do, in either language. */
static void the_page_says_that_the_signature_failed(void **state)
{
	char path[64];
	snprintf(path, sizeof path, "/v/%s", codes[3]);
	const struct answer *a = ASK(d->https, .path = path, .accept = "text/html");
	assert_non_null(strstr(expect_status(a, 200)->body, "证书签名未通过核验"));
	assert_non_null(strstr(a->body, "请勿采信"));
	assert_null(strstr(a->body, "未找到相符的证书"));
	snprintf(path, sizeof path, "/v/%s?lang=en", codes[3]);
	a = ASK(d->https, .path = path, .accept = "text/html");
	assert_non_null(strstr(expect_status(a, 200)->body, "Do not rely on it"));
	assert_non_null(strstr(a->body, "Ask the issuer"));
}

static void no_worker_says_that_it_is(void **state)
{
	static const char *const tries[] = {
		"SELECT talent.signatures_verified('x', '{1,2,3,4,5}', '{}', '{}')",
		"DELETE FROM talent.unverified_signature", "UPDATE talent.unverified_signature SET failed = NULL",
		"TRUNCATE talent.unverified_signature",
	};
	PGconn *worker = cluster_connect(d->cluster, d->database, "talent_worker");
	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		PGresult *res = PQexec(worker, tries[i]);
		assert_string_equal(PQresultErrorField(res, PG_DIAG_SQLSTATE), "42501");
		PQclear(res);
	}
	PQfinish(worker);
}

static void the_job_tells_one_from_the_other(void **state)
{
	assert_int_equal(daemon_stop(d), 0);
	d->options.conf = NULL;
	daemon_run(d);
	for (int i = 0; i < 1200 && strcmp(ask(OPEN_ROWS), "0") != 0; i++)
		usleep(25000);
	assert_string_equal(ask("SELECT string_agg(failed, ' ' ORDER BY serial) FROM"
	                        " talent.unverified_signature"), "context differs jwt_algorithm");
	assert_string_equal(ask("SELECT count(*) FROM talent.audit WHERE action = 'signature_failed'"), "3");
	assert_true(daemon_log_has(d, "stored_signature_failed"));
	const struct answer *a = ASK(d->https, .path = "/v1/keys/signatures?limit=200",
	                             .token = d->token[BY_AUDITOR]);
	int nobodys = 0; /* for key audit they are what no key signed, though one of them was signed once */
	for (const char *p = expect_status(a, 200)->body; (p = strstr(p, "\"sha256\":null")); p++)
		nobodys++;
	assert_int_equal(nobodys, 3);
	expect_verdict(codes[1], "valid", PASSED);
	expect_verdict(codes[2], "no_match", FAILED);
	expect_verdict(codes[3], "no_match", FAILED);
}

/* Under the owner's maintenance, too: what is changed is verified anew. */
static void what_is_altered_is_verified_anew(void **state)
{
	ask("BEGIN; SET LOCAL talent.maintenance = 'on'; UPDATE talent.certificate_version SET holder = '王五'"
	    " WHERE kind = 'company'; COMMIT; SELECT 1");
	char body[256];
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"王五\"}",
	         ask("SELECT number FROM talent.certificate WHERE kind = 'company'"));
	const struct answer *a = ASK(d->https, .path = "/v1/verifications", .body = body);
	assert_string_equal(answer_text(expect_status(a, 200), "result"), "no_match");
	for (int i = 0; i < 1200 && strcmp(ask(OPEN_ROWS), "0") != 0; i++)
		usleep(25000);
	assert_string_equal(ask("SELECT string_agg(failed, ' ' ORDER BY serial) FROM"
	                        " talent.unverified_signature"), "context differs jwt_algorithm differs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_signed_is_passed_at_once),
		cmocka_unit_test(what_is_forged_is_not),
		cmocka_unit_test(what_is_forged_is_not_handed_out),
		cmocka_unit_test(a_forged_jwt_is_not_handed_out),
		cmocka_unit_test(the_page_says_that_the_signature_failed),
		cmocka_unit_test(no_worker_says_that_it_is),
		cmocka_unit_test(the_job_tells_one_from_the_other),
		cmocka_unit_test(what_is_altered_is_verified_anew),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){.conf = NO_JOBS});
	int failed = cmocka_run_group_tests_name("signatures", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
