/* Issuers' keys and what they signed, over real TLS, PostgreSQL and signer: the forms of a
 * credential, the keys at their addresses, and that what is served verifies. */
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
#include <time.h>

#include "../lib/cluster.h"
#include "base/attr.h"
#include "credential/verify.h"
#include "base/outcome.h"

static struct daemon *d;

#define PASS "\"theory\":80,\"skill\":80"

/* ---- short ways ---- */

static char *credential_path(const char *number)
{
	static char path[128];
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", number);
	return path;
}

static const struct answer *credential(const char *number, const char *accept)
{
	return ASK(d->https, .path = credential_path(number), .token = d->token[BY_ADMIN],
	           .accept = accept);
}

static const struct answer *pair(const char *name, unsigned person)
{
	return expect_status(daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), name,
	                                   person, PASS), 201);
}

/* What our own verifier is given: the documents as served. */
static int fetch(const char *path, struct slice *ret)
{
	const struct answer *a = ASK(d->https, .path = path);
	if (a->status != 200)
		return E_ABSENT;
	*ret = slice_from(a->body, a->n);
	return 0;
}

static int fetch_issuer(void *arg, struct slice did, struct slice *ret)
{
	(void)arg;
	char path[128];
	const char *slug = memrchr(did.p, ':', did.n);
	snprintf(path, sizeof path, "/issuers/%.*s/did.json", (int)(did.p + did.n - slug - 1), slug + 1);
	return fetch(path, ret);
}

static int fetch_list(void *arg, struct slice address, struct slice *ret)
{
	(void)arg;
	char path[256];
	const char *at = memmem(address.p, address.n, "/issuers/", 9);
	snprintf(path, sizeof path, "%.*s", (int)(address.p + address.n - at), at);
	return fetch(path, ret);
}

/* "valid", or the code of the finding that speaks against it. */
static const char *verdict_offline(const struct answer *a)
{
	struct crypt *crypt = crypt_new();
	struct arena *arena = arena_new(VERIFY_ARENA);
	const struct verify_conf conf = {
		.crypt = crypt,
		.now = {(int64_t)time(NULL) * 1000000},
		.tolerance = SECONDS(60),
		.issuer = fetch_issuer,
		.status_list = fetch_list,
	};
	struct verify_result r;
	assert_int_equal(verify_credential(arena, &conf, slice_from(a->body, a->n), &r), 0);
	const char *code = r.answer == VERIFY_VALID ? "valid" : r.code;
	arena_free(arena);
	crypt_free(crypt);
	return code;
}

/* ---- representations ---- */

static void test_forms(void **state)
{
	(void)state;
	static const struct {
		const char *accept, *type;
		bool jwt;
	} forms[] = {
		{NULL, "application/vc", false},
		{"*/*", "application/vc", false},
		{"application/vc", "application/vc", false},
		{"application/vc+ld+json", "application/vc+ld+json", false},
		{"application/json", "application/json", false},
		{"application/vc+jwt", "application/vc+jwt", true},
		{"application/jwt", "application/jwt", true},
		{"text/plain", "text/plain", true},
		{"text/html, text/*;q=0.2", "text/plain", true},
	};
	const char *number = answer_text(pair("周一", 1), "certificates.0.number");
	const char *embedded = NULL, *jwt = NULL;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		const struct answer *a = expect_status(credential(number, forms[i].accept), 200);
		const char **seen = forms[i].jwt ? &jwt : &embedded;
		if (!*seen)
			*seen = a->body;
		assert_string_equal(a->body, *seen); /* the stored bytes, whatever they are called */
		assert_string_equal(answer_header(a, "Content-Type"), forms[i].type);
		assert_string_equal(answer_header(a, "Vary"), "Accept");
		assert_string_equal(verdict_offline(a), "valid");
		const char *etag = answer_header(a, "ETag");
		assert_int_equal(etag[0], '"'); /* strong */
		const struct answer *same =
			ASK(d->https, .path = credential_path(number), .token = d->token[BY_ADMIN],
		            .accept = forms[i].accept, .etag = etag);
		expect_status(same, 304);
		assert_int_equal(same->n, 0);
		assert_string_equal(answer_header(same, "ETag"), etag);
	}
	expect_problem(credential(number, "text/html"), 406, "not_acceptable");
	expect_problem(credential(number, "application/vc;q=0"), 406, "not_acceptable");
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT string_agg(j.jwt, '') FROM talent.certificate_jwt j"), jwt);
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT count(*) FROM talent.audit"
	                                " WHERE action = 'certificate_jwt_store'"), "1");
}

/* Whoever may not see a certificate does not learn that it exists, and mints nothing. */
static void test_strangers(void **state)
{
	(void)state;
	const char *number = answer_text(pair("周二", 2), "certificates.1.number");
	expect_problem(ASK(d->https, .path = credential_path(number), .token = d->token[BY_PUJIANG],
	                   .accept = "application/jwt"), 404, "not_found");
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT count(*) FROM talent.certificate_jwt j"
	                                " JOIN talent.certificate_version v ON v.id = j.version"
	                                " WHERE v.holder = '周二'"), "0");
}

static void test_minted_once(void **state)
{
	(void)state;
	enum { N = 16 };
	struct http_asked asked[N];
	const struct answer *answers[N];
	const char *number = answer_text(pair("周三", 3), "certificates.0.number");
	for (int i = 0; i < N; i++)
		asked[i] = (struct http_asked){.path = credential_path(number), .token = d->token[BY_SHILI],
		                               .accept = "application/vc+jwt"};
	http_ask_all(d->https, asked, answers, N);
	for (int i = 0; i < N; i++) {
		expect_status(answers[i], 200);
		assert_string_equal(answers[i]->body, answers[0]->body);
	}
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT count(*) FROM talent.certificate_jwt j"
	                                " JOIN talent.certificate_version v ON v.id = j.version"
	                                " WHERE v.holder = '周三'"), "1");
}

/* ---- issuers ---- */

static void test_jwks(void **state)
{
	(void)state;
	const struct answer *set = expect_status(ASK(d->https, .path = "/issuers/shili/jwks.json"), 200);
	const char *kid = answer_text(set, "keys.0.kid");
	assert_int_equal(json_array_size(answer_at(set, "keys")), 1);
	assert_string_equal(answer_text(set, "keys.0.crv"), "P-256");
	assert_null(answer_at(set, "keys.0.d"));
	const char *path = strstr(kid, "/issuers/");
	const struct answer *jwk = expect_status(ASK(d->https, .path = path), 200);
	assert_string_equal(answer_text(jwk, "kid"), kid);
	assert_non_null(strstr(set->body, jwk->body));
	expect_status(ASK(d->https, .path = path, .etag = answer_header(jwk, "ETag")), 304);
	const struct answer *all = expect_status(ASK(d->https, .path = "/.well-known/jwks.json"), 200);
	assert_int_equal(json_array_size(answer_at(all, "keys")), 4);
	assert_non_null(strstr(all->body, jwk->body));
	expect_problem(ASK(d->https, .path = "/issuers/nobody/jwks.json"), 404, "not_found");
	expect_problem(ASK(d->https, .path = "/issuers/shili/keys/nothing"), 404, "not_found");
	char other[256];
	snprintf(other, sizeof other, "/issuers/xingbo%s", strstr(path, "/keys/"));
	expect_problem(ASK(d->https, .path = other), 404, "not_found");
	const struct answer *did = expect_status(ASK(d->https, .path = "/issuers/shili/did.json"), 200);
	assert_int_equal(json_array_size(answer_at(did, "verificationMethod")), 2);
	assert_int_equal(json_array_size(answer_at(did, "assertionMethod")), 2);
	assert_non_null(strstr(did->body, "\"Multikey\""));
	assert_non_null(strstr(did->body, "\"JsonWebKey\""));
}

static void test_profile(void **state)
{
	(void)state;
	const struct answer *zh = expect_status(ASK(d->https, .path = "/issuers/xingbo",
	                                            .accept = "application/json", .language = "zh"), 200);
	const struct answer *en = expect_status(ASK(d->https, .path = "/issuers/xingbo",
	                                            .accept = "application/json", .language = "en"), 200);
	assert_string_equal(answer_text(zh, "type.0"), "Profile");
	assert_string_equal(answer_text(zh, "id"), answer_text(en, "id"));
	assert_non_null(strstr(answer_text(zh, "description"), "企业证书，非职业技能等级证书"));
	assert_non_null(strstr(answer_text(en, "description"), "not vocational skill-grade"));
	assert_string_equal(answer_header(en, "Content-Language"), "en");
	const struct answer *page = expect_status(ASK(d->https, .path = "/issuers/shili",
	                                              .accept = "text/html", .language = "zh"), 200);
	assert_non_null(strstr(page->body, "职业技能等级证书"));
	assert_null(strstr(page->body, "企业证书"));
	assert_non_null(strstr(page->body, "/issuers/shili/did.json"));
	assert_non_null(strstr(answer_header(page, "Vary"), "Accept"));
	expect_problem(ASK(d->https, .path = "/issuers/qihang"), 404, "not_found"); /* issues nothing */
	expect_problem(ASK(d->https, .path = "/issuers/nobody"), 404, "not_found");
}

/* A second request for keys makes none. */
static void test_generate(void **state)
{
	(void)state;
	const struct answer *first = ASK(d->https, .method = "POST", .path = "/v1/issuers/shili/keys",
	                                 .token = d->token[BY_ADMIN]);
	expect_status(first, 201);
	assert_string_equal(answer_header(first, "Idempotent-Replayed"), "true");
	assert_int_equal(strncmp(answer_text(first, "key_id"), "z6Mk", 4), 0);
	assert_int_equal(strncmp(answer_text(first, "jwt_key_id"), "zDn", 3), 0);
	const struct answer *list = ASK(d->https, .path = "/v1/issuers/shili/keys",
	                                .token = d->token[BY_AUDITOR]);
	assert_int_equal(json_array_size(answer_at(expect_status(list, 200), "items")), 2);
}

static void test_logs(void **state)
{
	(void)state;
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),   cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_minted_once), cmocka_unit_test(test_jwks),
		cmocka_unit_test(test_profile), cmocka_unit_test(test_generate),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	int failed = cmocka_run_group_tests_name("e2e keys", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
