/* tests/unit/test_did.c - did:web identifiers and DID documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "credential/did.h"
#include "credential/did_read.h"
#include "credential/jwk.h"
#include "domain/registry.h"

static struct arena *arena;
static struct crypt *crypto;

static int setup(void **state)
{
	arena = arena_new(MIB);
	crypto = crypt_new();
	return arena && crypto ? 0 : -1;
}

static int teardown(void **state)
{
	arena_free(arena);
	crypt_free(crypto);
	return 0;
}

static const struct {
	const char *url, *did;
} names[] = {
	{"https://localhost:8443", "did:web:localhost%3A8443:issuers:shili"},
	{"https://talent.example", "did:web:talent.example:issuers:shili"},
	{"https://talent.example/registry/v1", "did:web:talent.example:registry:v1:issuers:shili"},
	{"https://t.example:1/a", "did:web:t.example%3A1:a:issuers:shili"},
};

static void test_names(void **state)
{
	struct slice did;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_int_equal(did_web(arena, slice_of(names[i].url), SLICE("shili"), &did), 0);
		assert_true(slice_is(did, names[i].did));
	}
}

/* The registry's own document is at a well-known place, and no issuer's. */
static void the_registry_is_no_issuer(void **state)
{
	static const uint8_t public[P256_PUBLIC] = {1};
	char thumbprint[P256_THUMBPRINT_TEXT];
	struct slice did, url, slug, jwk;
	assert_int_equal(did_web(arena, SLICE("https://t.example:1"), SLICE(REGISTRY_ISSUER), &did), 0);
	assert_true(slice_is(did, "did:web:t.example%3A1"));
	assert_int_equal(did_web(arena, SLICE("https://t.example/a"), SLICE(REGISTRY_ISSUER), &did), 0);
	assert_true(slice_is(did, "did:web:t.example:a"));
	assert_int_equal(did_parse(arena, SLICE("did:web:t.example:issuers:" REGISTRY_ISSUER), &url, &slug), E_SYNTAX);
	assert_int_equal(jwk_document(arena, crypto, SLICE("https://t.example"), SLICE(REGISTRY_ISSUER), public, &jwk),
	                 0);
	p256_thumbprint(crypto, public, thumbprint);
	assert_non_null(memmem(jwk.p, jwk.n, "\"kid\":\"did:web:t.example#", strlen("\"kid\":\"did:web:t.example#")));
	assert_non_null(memmem(jwk.p, jwk.n, thumbprint, strlen(thumbprint)));
}

static void test_refused_addresses(void **state)
{
	static const char *const bad[] = {
		"", "https://", "http://talent.example", "talent.example", "https://talent.example/",
		"https://talent.example:", "https://talent.example:84a", "https://user@talent.example",
		"https://talent.example//a", "https://talent.example/a?b", "https://[::1]:8443",
		"https://人才.example", "https://talent.example:1:2", "https://a b",
	};
	struct slice did;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(did_web(arena, slice_of(bad[i]), SLICE("shili"), &did), E_SYNTAX);
	static const char *const slugs[] = {"", "a/b", "a:b", "a b", "a%41", "张"};
	for (size_t i = 0; i < ARRAY_LEN(slugs); i++)
		assert_int_equal(did_web(arena, SLICE("https://t.example"), slice_of(slugs[i]), &did),
		                 E_SYNTAX);
}

static void test_names_come_back(void **state)
{
	static const char *const bad[] = {
		"", "did", "did:web", "did:web:t.example", "did:web:t.example:shili",
		"did:web:t.example:issuers:", "did:web:t.example:issuers:a:b", "did:web::issuers:a",
		"did:web:t.example%3a1:issuers:a", "did:web:t.example%3A:issuers:a",
		"did:web:t.example:ISSUERS:a", "did:key:t.example:issuers:a", "did:web:t.example:issuers:a#b",
		"did:web:t.example:issuers:a/b", "did:web:t.example::issuers:a", "did:web:a b:issuers:a",
	};
	struct slice url, slug;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_int_equal(did_parse(arena, slice_of(names[i].did), &url, &slug), 0);
		assert_true(slice_is(url, names[i].url));
		assert_true(slice_is(slug, "shili"));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (did_parse(arena, slice_of(bad[i]), &url, &slug) != E_SYNTAX)
			fail_msg("accepted: %s", bad[i]);
}

static void test_ip_addresses_are_recognised(void **state)
{
	assert_true(did_host_is_address(SLICE("https://192.168.1.5:8443")));
	assert_true(did_host_is_address(SLICE("https://10.0.0.1")));
	assert_true(did_host_is_address(SLICE("https://[::1]:8443")));
	assert_false(did_host_is_address(SLICE("https://localhost:8443")));
	assert_false(did_host_is_address(SLICE("https://1a.example")));
}

#define KEY1 "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"
#define KEY2 "z6MkiaMbhXHNA4eJVCCj8dbzKzTgYDKf6crKgHVHid1F1WCT"
#define KEY3 "z6MkwSD8dBdqcXQzKJZQFPy2hh2izzxskndKCjdmC2dBpfME"
#define DID "did:web:t.example:issuers:shili"
#define METHOD(key, revoked) \
	"{\"id\":\"" DID "#" key "\",\"type\":\"Multikey\",\"controller\":\"" DID \
	"\"" revoked ",\"publicKeyMultibase\":\"" key "\"}"
/* The key of RFC 7515 A.3 in three forms. */
#define JWT_KEY "zDnaerGBD7Zxzau2fdfEFaaaTDYBu5XEBYdGV2BmERp3MDSov"
#define THUMBPRINT "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"
#define JWK \
	"\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"," \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""

static void test_credential(void **state)
{
	const struct did_key keys[] = {
		{.id = SLICE(KEY1), .state = DID_KEY_ACTIVE},
		{.id = SLICE(KEY2), .state = DID_KEY_REVOKED, .revoked = {INT64_C(1763604907000000)}},
		{.id = SLICE(KEY3), .state = DID_KEY_RETIRED},
		{.id = SLICE(JWT_KEY), .state = DID_KEY_RETIRED},
	};
	struct slice text;
	assert_int_equal(did_document(arena, crypto, SLICE("https://t.example"), SLICE("shili"), keys, 4,
	                              &text), 0);
	assert_true(slice_is(text,
		"{\"@context\":[\"https://www.w3.org/ns/did/v1\","
		"\"https://w3id.org/security/multikey/v1\",\"https://w3id.org/security/jwk/v1\"],\"id\":\"" DID "\","
		"\"verificationMethod\":[" METHOD(KEY1, "") ","
		METHOD(KEY2, ",\"revoked\":\"2025-11-20T02:15:07Z\"") "," METHOD(KEY3, "")
		",{\"id\":\"" DID "#" THUMBPRINT "\",\"type\":\"JsonWebKey\",\"controller\":\"" DID
		"\",\"publicKeyJwk\":{" JWK "}}," METHOD(JWT_KEY, "") "],"
		"\"assertionMethod\":[\"" DID "#" KEY1 "\",\"" DID "#" KEY3 "\",\"" DID "#" THUMBPRINT
		"\",\"" DID "#" JWT_KEY "\"]}"));
	/* both forms of the one key are found, and are it */
	json_t *json = json_loadb(text.p, text.n, 0, NULL);
	struct did_method as_jwk, as_multikey;
	assert_int_equal(did_find_method(json, SLICE(DID), SLICE(DID "#" THUMBPRINT), &as_jwk), 0);
	assert_int_equal(did_find_method(json, SLICE(DID), SLICE(DID "#" JWT_KEY), &as_multikey), 0);
	assert_int_equal(as_multikey.kind, DID_METHOD_P256);
	assert_true(as_jwk.asserts && as_multikey.asserts);
	assert_memory_equal(as_jwk.public, as_multikey.public, P256_PUBLIC);
	json_decref(json);
}

static void test_json_web_key(void **state)
{
	static const char key[] = "{" JWK ",\"alg\":\"ES256\",\"use\":\"sig\",\"kid\":"
		"\"https://t.example/issuers/shili/keys/" THUMBPRINT "\"}";
	uint8_t public[P256_PUBLIC];
	struct slice text;
	assert_true(p256_multikey_parse(SLICE(JWT_KEY), public));
	assert_int_equal(jwk_document(arena, crypto, SLICE("https://t.example"), SLICE("shili"), public,
	                              &text), 0);
	assert_true(slice_is(text, key));
}

static void test_document_refuses_what_is_no_key(void **state)
{
	const struct did_key bad = {SLICE("z6MkgYGF3thn8k1Fv4p4dWXKtsXCnLH7q9yw4QgNPULDmDK0"), 0, {0}};
	struct slice text;
	assert_int_equal(did_document(arena, crypto, SLICE("https://t.example"), SLICE("shili"), &bad, 1,
	                              &text), E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(the_registry_is_no_issuer),
		cmocka_unit_test(test_refused_addresses),
		cmocka_unit_test(test_ip_addresses_are_recognised),
		cmocka_unit_test(test_names_come_back),
		cmocka_unit_test(test_credential),
		cmocka_unit_test(test_json_web_key),
		cmocka_unit_test(test_document_refuses_what_is_no_key),
	};
	return cmocka_run_group_tests_name("did", tests, setup, teardown);
}
