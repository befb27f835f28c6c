/* tests/integration/test_receipts.c - the signed receipt of a verification: what it says, that others verify it and
 * nobody takes it for a certificate, how often it is signed, and that the signer's journal is explained. */
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
#include "../lib/terminal.h"
#include "base/arena.h"
#include "base/buf.h"
#include "crypt/encode.h"
#include "crypt/p256.h"
#include "domain/registry.h"

static struct daemon *d;
static struct terminal t;
static struct arena *arena;
static struct crypt *crypto;

#define CTL(code, text, ...) terminal_expect(&t, (code), (text), TERMINAL_ARGV(__VA_ARGS__))

static char number[40], reference[32];

/* A certificate, and a check of it by number and name. */
static void checked(const char *name, unsigned person)
{
	char body[256];
	const struct answer *a = daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", NULL), name, person,
	                                       "\"theory\":80,\"skill\":80");
	snprintf(number, sizeof number, "%s", answer_text(expect_status(a, 201), "certificates.0.number"));
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"%s\"}", number, name);
	a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200);
	snprintf(reference, sizeof reference, "%s", answer_text(a, "reference"));
}

static const struct answer *receipt(const char *behind, const char *accept)
{
	char path[96];
	snprintf(path, sizeof path, "/v1/verification-records/%s%s", reference, behind);
	return ASK(d->https, .path = path, .accept = accept);
}

/* What is attached to the PDF. */
static struct slice attached(const struct answer *a)
{
	static const char type[] = "/Subtype /application#2Fjwt", begins[] = "\nstream\n", ends[] = "\nendstream";
	expect_status(a, 200);
	assert_string_equal(answer_header(a, "Content-Type"), "application/pdf");
	const char *at = memmem(a->body, a->n, type, strlen(type)), *end = a->body + a->n;
	assert_non_null(at);
	at = memmem(at, (size_t)(end - at), begins, strlen(begins));
	assert_non_null(at);
	at += strlen(begins);
	const char *stop = memmem(at, (size_t)(end - at), ends, strlen(ends));
	assert_non_null(stop);
	return arena_slice(arena, slice_from(at, (size_t)(stop - at)));
}

static struct slice decoded(struct slice part)
{
	struct buf b = BUF_INIT(64 * KIB);
	assert_int_equal(base64url_decode(part, &b), 0);
	struct slice text = arena_slice(arena, buf_slice(&b));
	buf_free(&b);
	return text;
}

static json_t *claims_of(struct slice jwt)
{
	struct slice rest = jwt;
	slice_cut(&rest, '.');
	struct slice text = decoded(slice_cut(&rest, '.'));
	json_t *claims = json_loadb(text.p, text.n, 0, NULL);
	assert_non_null(claims);
	return claims;
}

static bool verifies(struct slice jwt, const char *key)
{
	uint8_t public[P256_PUBLIC];
	const char *dot = memrchr(jwt.p, '.', jwt.n);
	struct slice signature = decoded(slice_skip(jwt, (size_t)(dot - jwt.p) + 1));
	assert_int_equal(signature.n, P256_SIGNATURE);
	assert_true(p256_multikey_parse(slice_of(key), public));
	return p256_verify(crypto, public, slice_from(jwt.p, (size_t)(dot - jwt.p)), (const uint8_t *)signature.p);
}

static const char *count(const char *of)
{
	char sql[256];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", of);
	return cluster_ask(d->cluster, d->database, sql);
}

/* ---- */

static void it_says_what_the_record_says(void **state)
{
	char key[80], did[64];
	snprintf(key, sizeof key, "%s", daemon_own_key(d));
	checked("王五", 1);
	struct slice jwt = attached(receipt("", "application/pdf"));
	assert_true(slice_starts(jwt, SLICE(RECEIPT_BEGINS)));
	assert_true(verifies(jwt, key));
	json_t *claims = claims_of(jwt);
	const struct answer *record = expect_status(receipt("", "application/json"), 200);
	json_t *told = json_loads(record->body, 0, NULL);
	assert_true(json_equal(json_object_get(claims, "record"), told));
	snprintf(did, sizeof did, "did:web:localhost%%3A%d", d->port[PORT_PUBLIC]);
	assert_string_equal(json_string_value(json_object_get(claims, "iss")), did);
	assert_string_equal(json_string_value(json_object_get(claims, "sub")), reference);
	assert_null(json_object_get(claims, "credentialSubject"));
	json_decref(claims);
	json_decref(told);
}

/* Asked for again it is not signed again; the address of the link gives the same. */
static void the_same_is_served_again(void **state)
{
	checked("王六", 2);
	struct slice one = attached(receipt("", "application/pdf"));
	const struct answer *a = receipt("/receipt.pdf", NULL);
	assert_true(slice_eq(attached(a), one));
	assert_non_null(strstr(answer_header(a, "Content-Disposition"), reference));
	assert_true(slice_eq(attached(receipt("/receipt.pdf?lang=en", NULL)), one));
	assert_string_equal(count("talent.verification_receipt WHERE standing = 'valid'"), "2");
	a = expect_status(receipt("", "text/html"), 200);
	assert_non_null(strstr(a->body, "/receipt.pdf\""));
	expect_problem(ASK(d->https, .path = "/v1/verification-records/V-9K3T-5Q2M-7XZA-1BCD/receipt.pdf"), 404,
	               "not_found");
}

/* "Now" is never of before: what was printed when it was valid is not served when it is revoked. */
static void what_has_changed_is_signed_anew(void **state)
{
	checked("王七", 3);
	struct slice before = attached(receipt("", "application/pdf"));
	char path[96];
	snprintf(path, sizeof path, "/v1/certificates/%s/revocation", number);
	expect_status(ASK(d->https, .path = path, .body = "{\"reason\":\"fraud\"}", .token = d->token[BY_ADMIN]), 200);
	struct slice after = attached(receipt("", "application/pdf"));
	assert_false(slice_eq(before, after));
	json_t *claims = claims_of(after);
	const json_t *record = json_object_get(claims, "record");
	assert_string_equal(json_string_value(json_object_get(record, "result")), "valid");
	assert_string_equal(json_string_value(json_object_get(json_object_get(record, "now"), "result")), "revoked");
	json_decref(claims);
}

/* Of a check that found nothing there is one, too, which shows nothing. */
static void of_a_check_that_found_nothing(void **state)
{
	char kept[32];
	checked("王八一", 4);
	char body[256];
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"赵云\"}", number);
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200);
	snprintf(kept, sizeof kept, "%s", answer_text(a, "reference"));
	snprintf(reference, sizeof reference, "%s", kept);
	json_t *claims = claims_of(attached(receipt("", "application/pdf")));
	const json_t *record = json_object_get(claims, "record");
	assert_string_equal(json_string_value(json_object_get(record, "result")), "no_match");
	assert_true(json_is_null(json_object_get(record, "certificate")));
	assert_true(json_is_null(json_object_get(record, "now")));
	json_decref(claims);
}

static const char *file(const char *name)
{
	return terminal_path(&t, name);
}

/* Neither offline, as PDF or by itself, nor by the registry. */
static void nobody_takes_it_for_a_certificate(void **state)
{
	char body[8192];
	checked("王九", 5);
	CTL(0, "saved", "verify", "--record", reference, "--receipt", file("r.pdf"));
	CTL(0, "now", "verify", "--record", reference);
	CTL(2, "--record", "verify", number, "--receipt", file("x.pdf"));
	CTL(0, "", "bundle", "--issuer", "shili", file("bundle"));
	CTL(5, "no_credential", "verify", "--offline", file("r.pdf"), "--bundle", file("bundle"));
	struct slice jwt = attached(receipt("", "application/pdf"));
	terminal_write(&t, "r.jwt", arena_copy(arena, jwt));
	CTL(5, "receipt", "verify", "--offline", file("r.jwt"), "--bundle", file("bundle"));
	snprintf(body, sizeof body, "{\"credential\":\"%.*s\"}", SLICE_ARGS(jwt));
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200);
	assert_string_not_equal(answer_text(a, "result"), "valid");
	assert_null(answer_at(a, "certificate"));
}

static void others_verify_it(void **state)
{
	struct buf lines = BUF_INIT(MIB);
	if (access("tests/node/node_modules/jose/package.json", R_OK) != 0) {
		print_message("skip: tests/node has no packages; run npm ci there\n");
		skip();
	}
	checked("王十", 6);
	struct slice jwt = attached(receipt("", "application/pdf"));
	char *altered = arena_copy(arena, jwt), command[256];
	altered[jwt.n - 120] ^= 1;
	char *did = arena_copy(arena, slice_of(ASK(d->https, .path = "/.well-known/did.json")->body));
	char *keys = arena_copy(arena, slice_of(ASK(d->https, .path = "/.well-known/jwks.json")->body));
	const char *issuer = ASK(d->https, .path = "/issuers/shili/did.json")->body;
	buf_addf(&lines, "{\"name\":\"good\",\"good\":true,\"jwt\":\"%.*s\",\"issuer\":%s,\"jwks\":%s}\n", SLICE_ARGS(jwt),
	         did, keys);
	buf_addf(&lines, "{\"name\":\"altered\",\"good\":false,\"jwt\":\"%.*s\",\"issuer\":%s,\"jwks\":%s}\n",
	         (int)jwt.n, altered, did, keys);
	buf_addf(&lines, "{\"name\":\"an issuer's\",\"good\":false,\"jwt\":\"%.*s\",\"issuer\":%s,\"jwks\":%s}\n",
	         SLICE_ARGS(jwt), issuer, keys);
	terminal_write(&t, "cases", arena_copy(arena, buf_slice(&lines)));
	buf_free(&lines);
	snprintf(command, sizeof command, "node tests/node/receipts.mjs %s", file("cases"));
	assert_int_equal(system(command), 0);
}

/* Everything in the signer's journal is explained: while the record is kept, when its signature was lost on the way, and
 * when it is forgotten. */
static void the_journal_is_explained(void **state)
{
	checked("王十一", 7);
	attached(receipt("", "application/pdf"));
	CTL(0, "", "key", "audit", "--journal", file("journal"));
	cluster_sql(d->cluster, d->database,
	            "SET session_replication_role = replica; UPDATE talent.verification_receipt SET signature = NULL,"
	            " signed = false WHERE signature IS NOT NULL AND reference IN (SELECT v.reference FROM"
	            " talent.verification_record v ORDER BY v.checked_at DESC LIMIT 1)");
	CTL(0, "", "key", "audit", "--journal", file("journal"));
	cluster_sql(d->cluster, d->database,
	            "SET session_replication_role = replica; UPDATE talent.verification_record SET kept_until ="
	            " talent._today() - 1");
	cluster_sql(d->cluster, d->database, "SELECT talent.verification_records_forget(1000)");
	assert_string_equal(count("talent.verification_receipt WHERE input IS NOT NULL OR signature IS NOT NULL"), "0");
	expect_problem(receipt("", "application/pdf"), 404, "not_found");
	CTL(0, "", "key", "audit", "--journal", file("journal"));
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_says_what_the_record_says),
		cmocka_unit_test(the_same_is_served_again),
		cmocka_unit_test(what_has_changed_is_signed_anew),
		cmocka_unit_test(of_a_check_that_found_nothing),
		cmocka_unit_test(nobody_takes_it_for_a_certificate),
		cmocka_unit_test(others_verify_it),
		cmocka_unit_test(the_journal_is_explained),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	t = (struct terminal){.d = d};
	arena = arena_new(16 * MIB);
	crypto = crypt_new();
	int failed = cmocka_run_group_tests_name("receipts", tests, NULL, NULL);
	arena_free(arena);
	crypt_free(crypto);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
