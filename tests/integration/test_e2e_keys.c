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
#include <unistd.h>
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
	char path[128];
	const char *slug = memrchr(did.p, ':', did.n);
	snprintf(path, sizeof path, "/issuers/%.*s/did.json", (int)(did.p + did.n - slug - 1), slug + 1);
	return fetch(path, ret);
}

static int fetch_list(void *arg, struct slice address, struct slice *ret)
{
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
	static const struct {
		const char *accept, *type;
		bool jwt;
	} forms[] = {
		{NULL, "application/vc", false},
		{"*/*", "application/vc", false},
		{"application/vc", "application/vc", false},
		{"application/vc+ld+json", "application/vc+ld+json", false},
		{"application/ld+json", "application/ld+json", false},
		{"application/json", "application/json", false},
		{"application/vc+jwt, application/jwt;q=0.1", "application/jwt", true},
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
	expect_problem(credential(number, "image/png"), 406, "not_acceptable");
	expect_problem(credential(number, "application/vc;q=0"), 406, "not_acceptable");
	/* its typ would have to be vc+jwt, and is JWT as Open Badges 3.0 wants it */
	expect_problem(credential(number, "application/vc+jwt"), 406, "not_acceptable");
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT string_agg(j.jwt, '') FROM talent.certificate_jwt j"), jwt);
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT count(*) FROM talent.audit"
	                                " WHERE action = 'certificate_jwt_store'"), "1");
}

/* Whoever may not see a certificate does not learn that it exists, and mints nothing. */
static void test_strangers(void **state)
{
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
	enum { N = 16 };
	struct http_asked asked[N];
	const struct answer *answers[N];
	const char *number = answer_text(pair("周三", 3), "certificates.0.number");
	for (int i = 0; i < N; i++)
		asked[i] = (struct http_asked){.path = credential_path(number), .token = d->token[BY_SHILI],
		                               .accept = "application/jwt"};
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
	daemon_own_key(d);
	const struct answer *all = expect_status(ASK(d->https, .path = "/.well-known/jwks.json"), 200);
	assert_int_equal(json_array_size(answer_at(all, "keys")), 5); /* four issuers', and the registry's */
	assert_non_null(strstr(all->body, jwk->body));
	expect_problem(ASK(d->https, .path = "/issuers/nobody/jwks.json"), 404, "not_found");
	expect_problem(ASK(d->https, .path = "/issuers/shili/keys/nothing"), 404, "not_found");
	char other[256];
	snprintf(other, sizeof other, "/issuers/xingbo%s", strstr(path, "/keys/"));
	expect_problem(ASK(d->https, .path = other), 404, "not_found");
	const struct answer *did = expect_status(ASK(d->https, .path = "/issuers/shili/did.json"), 200);
	/* the P-256 key in both forms, and one for the lists */
	assert_int_equal(json_array_size(answer_at(did, "verificationMethod")), 4);
	assert_int_equal(json_array_size(answer_at(did, "assertionMethod")), 4);
	assert_non_null(strstr(did->body, "\"publicKeyMultibase\":\"zDn"));
	assert_non_null(strstr(did->body, "\"Multikey\""));
	assert_non_null(strstr(did->body, "\"JsonWebKey\""));
}

/* Pages of other origins verify in the browser; what they ask first is answered. */
static void other_peoples_pages_may_read_it(void **state)
{
	pair("周四", 4); /* so that there is a list */
	static const char *const shared[] = {
		"/issuers", "/issuers/shili", "/issuers/shili/did.json", "/issuers/shili/status",
		"/issuers/shili/status/revocation/1", "/issuers/shili/jwks.json", "/.well-known/jwks.json",
	};
	for (size_t i = 0; i < ARRAY_LEN(shared); i++) {
		const struct answer *a = expect_status(ASK(d->https, .path = shared[i]), 200);
		assert_string_equal(answer_header(a, "Access-Control-Allow-Origin"), "*");
		const struct answer *same = ASK(d->https, .path = shared[i], .etag = answer_header(a, "ETag"));
		assert_string_equal(answer_header(expect_status(same, 304), "Access-Control-Allow-Origin"), "*");
		const struct answer *may = ASK(d->https, .method = "OPTIONS", .path = shared[i]);
		assert_int_equal(expect_status(may, 204)->n, 0);
		assert_string_equal(answer_header(may, "Access-Control-Allow-Origin"), "*");
		assert_string_equal(answer_header(may, "Access-Control-Allow-Methods"), "GET, HEAD");
		assert_string_equal(answer_header(may, "Allow"), "GET, HEAD, OPTIONS");
	}
	const struct answer *none = ASK(d->https, .path = "/issuers/nobody/did.json");
	expect_problem(none, 404, "not_found");
	assert_string_equal(answer_header(none, "Access-Control-Allow-Origin"), "*");
	/* nothing that a credential opens is shared, nor anything that stores */
	expect_problem(ASK(d->https, .method = "OPTIONS", .path = "/v1/exams"), 405, "method_not_allowed");
	const struct answer *own = ASK(d->https, .path = "/v1/issuers/shili/keys", .token = d->token[BY_ADMIN]);
	assert_null(answer_header(expect_status(own, 200), "Access-Control-Allow-Origin"));
	expect_problem(ASK(d->https, .method = "POST", .path = "/issuers/shili/did.json"), 405,
	               "method_not_allowed");
}

static void documents_under_their_names(void **state)
{
	static const struct {
		const char *path, *accept, *type;
	} at[] = {
		{"/issuers/shili/did.json", NULL, "application/did+json"},
		{"/issuers/shili/did.json", "application/ld+json", "application/ld+json"},
		{"/issuers/shili/did.json", "application/json", "application/json"},
		{"/issuers/shili/did.json", "image/png", "application/did+json"},
		{"/issuers/shili/status/revocation/1", NULL, "application/vc"},
		{"/issuers/shili/status/revocation/1", "application/ld+json;q=0.9, */*;q=0.1", "application/ld+json"},
		{"/issuers/shili/status/revocation/1", "image/png", "application/vc"},
		{"/issuers/shili", "application/ld+json", "application/ld+json"},
	};
	for (size_t i = 0; i < ARRAY_LEN(at); i++) {
		const struct answer *a = expect_status(ASK(d->https, .path = at[i].path, .accept = at[i].accept), 200);
		assert_string_equal(answer_header(a, "Content-Type"), at[i].type);
		assert_non_null(strstr(answer_header(a, "Vary"), "Accept"));
	}
}

static void test_profile(void **state)
{
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

/* ---- the life of a key ---- */

#define second d->token[BY_SECOND]

PRINTF_LIKE(4, 5)
static const struct answer *ask_as(const char *token, const char *method, const char *body,
                                   const char *form, ...)
{
	char path[256];
	va_list ap;
	va_start(ap, form);
	vsnprintf(path, sizeof path, form, ap);
	va_end(ap);
	return ASK(d->https, .method = method, .path = path, .body = body, .token = token);
}

#define ADMIN d->token[BY_ADMIN]

static const struct answer *approve(const char *token, const struct answer *asked)
{
	return ask_as(token, "POST", NULL, "/v1/key-actions/%s/approval", answer_text(asked, "id"));
}

static const char *result_of(const char *code)
{
	char path[64];
	snprintf(path, sizeof path, "/v1/verifications/%s", code);
	return answer_text(expect_status(ASK(d->https, .path = path, .fresh = true), 200), "result");
}

static void test_two_persons(void **state)
{
	const struct answer *asked = ask_as(ADMIN, "POST", NULL, "/v1/issuers/yunxuan/keys/rotation");
	expect_body(expect_status(asked, 202), "{\"id\":\"@\",\"action\":\"rotation\","
	                                       "\"state\":\"awaiting_approval\",\"expires_at\":\"@\","
	                                       "\"other_key_id\":null,\"issues\":true}");
	expect_problem(approve(ADMIN, asked), 409, "second_person_needed");
	expect_problem(approve(d->token[BY_DISTRICT], asked), 403, "forbidden");
	const struct answer *list = ask_as(d->token[BY_AUDITOR], "GET", NULL, "/v1/key-actions");
	assert_string_equal(answer_text(expect_status(list, 200), "items.0.state"), "awaiting_approval");
	assert_string_equal(answer_text(list, "items.0.issuer"), "yunxuan");
	const struct answer *gone =
		ask_as(ADMIN, "DELETE", NULL, "/v1/key-actions/%s", answer_text(asked, "id"));
	assert_string_equal(answer_text(expect_status(gone, 200), "state"), "rejected");
	expect_problem(approve(second, asked), 409, "action_over");
	expect_problem(ask_as(second, "POST", NULL, "/v1/key-actions/"
	                      "00000000-0000-4000-8000-000000000000/approval"), 404, "not_found");
	expect_problem(ask_as(ADMIN, "POST", NULL, "/v1/issuers/nobody/keys/rotation"), 404, "not_found");
	list = ask_as(ADMIN, "GET", NULL, "/v1/issuers/yunxuan/keys");
	assert_int_equal(json_array_size(answer_at(list, "items")), 3);
}

/* The key that an issuer signs something with now. */
static const char *active_key(const char *slug, const char *kind, const char *signs)
{
	const struct answer *list = ask_as(ADMIN, "GET", NULL, "/v1/issuers/%s/keys", slug);
	const json_t *items = answer_at(expect_status(list, 200), "items");
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *it = json_array_get(items, i);
		if (strcmp(json_string_value(json_object_get(it, "state")), "active") == 0 &&
		    strcmp(json_string_value(json_object_get(it, "kind")), kind) == 0 &&
		    strcmp(json_string_value(json_object_get(it, "signs")), signs) == 0)
			return json_string_value(json_object_get(it, "key_id"));
	}
	fail_msg("no active key of %s", slug);
	return NULL;
}

/* Nobody may still keep a document without a key that signs. */
static void published_for_longer_than_documents_are_kept(void **state)
{
	const char *cache = answer_header(ASK(d->https, .path = "/issuers/shili/did.json"), "Cache-Control");
	const char *age = strstr(cache, "max-age=");
	assert_non_null(age);
	const char *published = cluster_ask(d->cluster, d->database,
	                                    "SELECT extract(epoch FROM talent._publication())::int");
	assert_true(strtol(published, NULL, 10) >= strtol(age + sizeof "max-age=" - 1, NULL, 10) + 60);
}

/* Submissions and verifications go on while the key changes; what was signed before verifies as
 * ever. The new keys stand in the document before they sign. */
static void test_rotation(void **state)
{
	enum { N = 8 };
	const struct answer *before = pair("吴一", 11);
	const char *number = answer_text(before, "certificates.0.number");
	const struct answer *jwt = expect_status(credential(number, "application/jwt"), 200);
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	for (int round = 0; round < 2; round++) {
		struct http_asked asked[N + 1];
		const struct answer *answers[N + 1];
		char paths[N + 1][128], bodies[N][256], approval[128];
		const struct answer *rotation = expect_status(
			ask_as(ADMIN, "POST", NULL, "/v1/issuers/shili/keys/rotation"), 202);
		snprintf(approval, sizeof approval, "/v1/key-actions/%s/approval",
		         answer_text(rotation, "id"));
		for (int i = 0; i < N; i++) {
			snprintf(paths[i], sizeof paths[i], "/v1/exams/%s/assessments", exam);
			snprintf(bodies[i], sizeof bodies[i],
			         "{\"candidate\":{\"name\":\"吴二\",\"id_type\":\"resident_id\","
			         "\"id_number\":\"%s\"},\"attendance\":\"present\",\"scores\":{" PASS "}}",
			         daemon_resident_id(20U + (unsigned)(round * N + i)));
			asked[i] = (struct http_asked){.path = paths[i], .body = bodies[i],
			                               .token = d->token[BY_SHILI]};
		}
		const char *old = active_key("shili", "ed25519", "certificates");
		asked[N] = (struct http_asked){.method = "POST", .path = approval, .token = second};
		http_ask_all(d->https, asked, answers, N + 1);
		const struct answer *done = answers[N];
		for (int tries = 0; tries < 20 && done->status == 503; tries++)
			done = approve(second, rotation); /* it had to wait too long for a submission */
		const char *new = answer_text(expect_status(done, 200), "new_key_id");
		assert_non_null(strstr(ASK(d->https, .path = "/issuers/shili/did.json")->body, new));
		assert_string_equal(active_key("shili", "ed25519", "certificates"), old);
		const struct answer *meanwhile = pair("吴四", 60U + (unsigned)round);
		assert_non_null(strstr(credential(answer_text(meanwhile, "certificates.0.number"), NULL)->body, old));
		daemon_keys_begin(d);
		assert_string_equal(active_key("shili", "ed25519", "certificates"), new);
		for (int i = 0; i < N; i++) {
			const struct answer *a = expect_status(answers[i], 201);
			assert_string_equal(result_of(answer_text(a, "certificates.0.verification_code")),
			                    "valid");
			assert_string_equal(verdict_offline(credential(
				answer_text(a, "certificates.0.number"), NULL)), "valid");
		}
	}
	assert_string_equal(verdict_offline(expect_status(credential(number, NULL), 200)), "valid");
	assert_string_equal(credential(number, "application/jwt")->body, jwt->body);
	assert_string_equal(verdict_offline(jwt), "valid");
	const struct answer *did = ASK(d->https, .path = "/issuers/shili/did.json");
	assert_int_equal(json_array_size(answer_at(did, "assertionMethod")), 10);
	const struct answer *after = pair("吴三", 12);
	assert_string_equal(verdict_offline(credential(answer_text(after, "certificates.0.number"),
	                                               "application/jwt")), "valid");
}

static void test_revoked_key(void **state)
{
	char body[64], number[64], old[40];
	const struct answer *made = pair("郑二", 13);
	snprintf(number, sizeof number, "%s", answer_text(made, "certificates.1.number"));
	snprintf(old, sizeof old, "%s", answer_text(made, "certificates.1.verification_code"));
	const char *key = active_key("xingbo", "ed25519", "certificates");
	const struct answer *document = expect_status(credential(number, NULL), 200);
	for (int i = 0; i < 16; i++)
		assert_string_equal(result_of(old), "valid"); /* cached by every worker */
	snprintf(body, sizeof body, "{\"from\":\"%s\"}", daemon_day(1));
	expect_problem(ask_as(ADMIN, "POST", body, "/v1/issuers/xingbo/keys/%s/revocation", key), 422,
	               "invalid_fields");
	snprintf(body, sizeof body, "{\"from\":\"%s\"}", daemon_day(0));
	const struct answer *asked =
		ask_as(ADMIN, "POST", body, "/v1/issuers/xingbo/keys/%s/revocation", key);
	expect_status(asked, 202);
	assert_string_equal(result_of(old), "valid");
	expect_status(approve(second, asked), 200);
	char path[64];
	snprintf(path, sizeof path, "/v1/verifications/%s", old);
	for (int i = 0; i < 16; i++) {
		const struct answer *a = ASK(d->https, .path = path, .fresh = true);
		assert_string_equal(answer_text(expect_status(a, 200), "result"), "unknown");
		assert_non_null(strstr(a->body, "{\"check\":\"signature\",\"outcome\":\"not_made\","
		                                "\"code\":\"key_revoked\"}"));
	}
	snprintf(path, sizeof path, "/v/%s", old);
	const struct answer *page = ASK(d->https, .path = path, .accept = "text/html", .language = "en");
	assert_non_null(strstr(page->body, "Ask the holder to have it issued anew"));
	const struct answer *did = ASK(d->https, .path = "/issuers/xingbo/did.json");
	assert_non_null(strstr(did->body, "\"revoked\":\""));
	assert_null(strstr(strstr(did->body, "assertionMethod"), key));
	assert_string_not_equal(verdict_offline(document), "valid");
	char *text = malloc(document->n + 32);
	assert_non_null(text);
	snprintf(text, document->n + 32, "{\"credential\":%s}", document->body);
	const struct answer *shown = ASK(d->https, .path = "/v1/verifications", .body = text);
	free(text);
	assert_string_equal(answer_text(expect_status(shown, 200), "result"), "unknown");
	assert_non_null(strstr(shown->body, "\"code\":\"key_revoked\""));
	/* the body's half of the pair is not touched */
	assert_string_equal(result_of(answer_text(made, "certificates.0.verification_code")), "valid");

	const struct answer *anew = ask_as(ADMIN, "POST", NULL, "/v1/certificates/%s/reissue", number);
	expect_problem(anew, 409, "issuer_not_ready");
	expect_status(ask_as(ADMIN, "POST", NULL, "/v1/issuers/xingbo/keys"), 201);
	anew = ask_as(ADMIN, "POST", NULL, "/v1/certificates/%s/reissue", number);
	expect_status(anew, 200);
	assert_string_equal(answer_text(anew, "number"), number);
	assert_string_equal(result_of(answer_text(anew, "verification_code")), "valid");
	assert_string_equal(result_of(old), "replaced");
	assert_string_equal(verdict_offline(credential(number, NULL)), "valid");
	assert_string_equal(verdict_offline(credential(number, "application/jwt")), "valid");
	expect_problem(ask_as(d->token[BY_SHILI], "POST", NULL, "/v1/certificates/%s/reissue", number),
	               403, "forbidden");
	expect_problem(ask_as(d->token[BY_ELSEWHERE], "POST", NULL, "/v1/certificates/%s/reissue", number),
	               404, "not_found");
}

/* ---- the key of the status lists ---- */

static const struct answer *list_of(const char *slug)
{
	char path[96];
	snprintf(path, sizeof path, "/issuers/%s/status/revocation/1", slug);
	return expect_status(ASK(d->https, .path = path), 200);
}

static void end_key(const char *slug, const char *key, const char *how, const char *body)
{
	const struct answer *asked = ask_as(ADMIN, "POST", body, "/v1/issuers/%s/keys/%s/%s", slug, key, how);
	expect_status(asked, 202);
	expect_status(approve(second, asked), 200);
}

/* The issuer's pair is gone; what it issued verifies, with its list, at once and later. */
static void lists_outlive_the_pair(void **state)
{
	const struct answer *made = pair("郑四", 15);
	const char *number = answer_text(made, "certificates.1.number");
	const struct answer *document = expect_status(credential(number, NULL), 200);
	const char *list_key = active_key("xingbo", "ed25519", "lists");
	assert_non_null(strstr(list_of("xingbo")->body, list_key));
	end_key("xingbo", active_key("xingbo", "ed25519", "certificates"), "retirement", NULL);
	end_key("xingbo", active_key("xingbo", "p256", "certificates"), "retirement", NULL);
	assert_non_null(strstr(list_of("xingbo")->body, list_key));
	assert_string_equal(verdict_offline(document), "valid");
	expect_status(ask_as(ADMIN, "POST", "{\"reason\":\"fraud\"}", "/v1/certificates/%s/revocation", number), 200);
	assert_string_equal(verdict_offline(document), "revoked");
	expect_status(ask_as(ADMIN, "POST", NULL, "/v1/issuers/xingbo/keys"), 201);
}

/* One that is not to be trusted signs nothing more; what signs meanwhile is known to everybody. */
static void another_list_key_follows(void **state)
{
	char body[64];
	const char *list_key = active_key("shili", "ed25519", "lists");
	const struct answer *document =
		expect_status(credential(answer_text(pair("郑五", 16), "certificates.0.number"), NULL), 200);
	snprintf(body, sizeof body, "{\"from\":\"%s\"}", daemon_day(0));
	end_key("shili", list_key, "revocation", body);
	const struct answer *list = list_of("shili");
	assert_null(strstr(list->body, list_key));
	assert_non_null(strstr(list->body, active_key("shili", "ed25519", "certificates")));
	assert_string_equal(verdict_offline(document), "valid");
	daemon_keys_begin(d);
	assert_non_null(strstr(list_of("shili")->body, active_key("shili", "ed25519", "lists")));
	assert_string_equal(verdict_offline(document), "valid");
}

/* As a release before list keys left it, its only pair retired: served at once, and it gets one. */
static void an_issuer_of_old_gets_a_list_key(void **state)
{
	cluster_sql(d->cluster, d->database,
	            "UPDATE talent.issuer_key SET state = 'retired', retired_at = now() WHERE state = 'active'"
	            " AND organisation = (SELECT id FROM talent.organisation WHERE slug = 'xingbo')");
	const char *list = NULL;
	for (int i = 0; i < 600 && !list; i++) {
		const struct answer *a = ASK(d->https, .path = "/issuers/xingbo/status/revocation/1", .fresh = true);
		assert_true(a->status == 200 || a->status == 503); /* the list has not gone away */
		list = a->status == 200 ? a->body : NULL;
		usleep(50000);
	}
	assert_non_null(list);
	daemon_keys_begin(d);
	assert_non_null(strstr(list_of("xingbo")->body, active_key("xingbo", "ed25519", "lists")));
	const char *recorded = cluster_ask(d->cluster, d->database,
	                                   "SELECT count(*) FROM talent.audit WHERE action = 'issuer_key_store'"
	                                   " AND detail->>'signs' = 'lists'");
	assert_string_equal(recorded, "5");
	expect_status(ask_as(ADMIN, "POST", NULL, "/v1/issuers/xingbo/keys"), 201);
}

/* ---- the registry's own ---- */

/* The daemon makes it; it is in the registry's document and in no issuer's, and no issuer is called so. */
static void the_registry_has_a_document_of_its_own(void **state)
{
	char did[64], method[160];
	const char *key = daemon_own_key(d);
	const struct answer *document = expect_status(ASK(d->https, .path = "/.well-known/did.json"), 200);
	snprintf(did, sizeof did, "did:web:localhost%%3A%d", d->port[PORT_PUBLIC]);
	snprintf(method, sizeof method, "%s#%s", did, key);
	assert_string_equal(answer_text(document, "id"), did);
	assert_int_equal(json_array_size(answer_at(document, "verificationMethod")), 2);
	assert_string_equal(answer_text(document, "verificationMethod.0.type"), "JsonWebKey");
	assert_string_equal(answer_text(document, "verificationMethod.1.id"), method);
	assert_string_equal(answer_text(document, "assertionMethod.1"), method);
	assert_string_equal(expect_status(ASK(d->https, .path = "/did.json"), 200)->body, document->body);
	const struct answer *keys = expect_status(ASK(d->https, .path = "/.well-known/jwks.json"), 200);
	assert_non_null(strstr(keys->body, answer_text(document, "assertionMethod.0")));
	assert_null(strstr(expect_status(ASK(d->https, .path = "/issuers/shili/did.json"), 200)->body, key));
	expect_problem(ASK(d->https, .path = "/issuers/_registry/did.json"), 404, "not_found");
	expect_problem(ASK(d->https, .path = "/issuers/_registry"), 404, "not_found");
	assert_null(strstr(ASK(d->https, .path = "/v1/issuers")->body, "_registry"));
	expect_problem(ask_as(ADMIN, "POST", NULL, "/v1/issuers/_registry/keys"), 404, "not_found");
}

/* As of an issuer: by two persons, published first; of one that is revoked the next one signs at once. */
static void the_registrys_key_changes_as_issuers_do(void **state)
{
	char first[80], body[64];
	snprintf(first, sizeof first, "%s", daemon_own_key(d));
	const struct answer *asked = expect_status(ask_as(ADMIN, "POST", NULL, "/v1/issuers/_registry/keys/rotation"), 202);
	expect_problem(approve(ADMIN, asked), 409, "second_person_needed");
	const struct answer *done = expect_status(approve(second, asked), 200);
	assert_string_equal(answer_text(done, "issuer"), "_registry");
	assert_string_equal(active_key("_registry", "p256", "receipts"), first);
	daemon_keys_begin(d);
	const char *next = active_key("_registry", "p256", "receipts");
	assert_string_equal(next, answer_text(done, "new_key_id"));
	const struct answer *document = expect_status(ASK(d->https, .path = "/.well-known/did.json"), 200);
	assert_non_null(strstr(document->body, first));
	assert_non_null(strstr(document->body, next));
	snprintf(body, sizeof body, "{\"from\":\"%s\"}", daemon_day(0));
	end_key("_registry", next, "revocation", body);
	assert_string_not_equal(active_key("_registry", "p256", "receipts"), next);
	expect_status(ask_as(ADMIN, "POST", NULL, "/v1/keys/rewrap"), 200);
}

/* Without a change of key: the old code is replaced, its copy is revoked in the status list. */
static void test_reissue(void **state)
{
	const struct answer *made = pair("郑三", 14);
	const char *number = answer_text(made, "certificates.0.number");
	const char *old = answer_text(made, "certificates.0.verification_code");
	const struct answer *document = expect_status(credential(number, NULL), 200);
	const struct answer *anew = ask_as(ADMIN, "POST", NULL, "/v1/certificates/%s/reissue", number);
	expect_status(anew, 200);
	assert_string_equal(result_of(old), "replaced");
	assert_string_equal(result_of(answer_text(anew, "verification_code")), "valid");
	assert_string_equal(verdict_offline(document), "revoked");
	assert_string_equal(verdict_offline(credential(number, NULL)), "valid");
	assert_string_equal(result_of(answer_text(made, "certificates.1.verification_code")), "valid");
}

/* A second request for keys makes none. */
static void test_generate(void **state)
{
	const struct answer *first = ASK(d->https, .method = "POST", .path = "/v1/issuers/shili/keys",
	                                 .token = d->token[BY_ADMIN]);
	expect_status(first, 201);
	assert_string_equal(answer_header(first, "Idempotent-Replayed"), "true");
	assert_int_equal(strncmp(answer_text(first, "key_id"), "z6Mk", 4), 0);
	assert_int_equal(strncmp(answer_text(first, "jwt_key_id"), "zDn", 3), 0);
	const struct answer *list = ASK(d->https, .path = "/v1/issuers/shili/keys",
	                                .token = d->token[BY_AUDITOR]);
	assert_int_equal(json_array_size(answer_at(expect_status(list, 200), "items")), 3);
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),   cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_minted_once), cmocka_unit_test(test_jwks),
		cmocka_unit_test(other_peoples_pages_may_read_it),
		cmocka_unit_test(documents_under_their_names),
		cmocka_unit_test(test_profile), cmocka_unit_test(test_generate),
		cmocka_unit_test(published_for_longer_than_documents_are_kept),
		cmocka_unit_test(test_two_persons), cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_revoked_key), cmocka_unit_test(test_reissue),
		cmocka_unit_test(lists_outlive_the_pair), cmocka_unit_test(another_list_key_follows),
		cmocka_unit_test(an_issuer_of_old_gets_a_list_key),
		cmocka_unit_test(the_registry_has_a_document_of_its_own),
		cmocka_unit_test(the_registrys_key_changes_as_issuers_do),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	int failed = cmocka_run_group_tests_name("e2e keys", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
