/* tests/unit/test_did.c - did:web identifiers and DID documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "credential/did.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(MIB);
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
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
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_int_equal(did_web(arena, slice_of(names[i].url), SLICE("shili"), &did), 0);
		assert_true(slice_is(did, names[i].did));
	}
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
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(did_web(arena, slice_of(bad[i]), SLICE("shili"), &did), E_SYNTAX);
	static const char *const slugs[] = {"", "a/b", "a:b", "a b", "a%41", "张"};
	for (size_t i = 0; i < ARRAY_LEN(slugs); i++)
		assert_int_equal(did_web(arena, SLICE("https://t.example"), slice_of(slugs[i]), &did),
		                 E_SYNTAX);
}

static void test_ip_addresses_are_recognised(void **state)
{
	(void)state;
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
#define METHOD(key) \
	"{\"id\":\"" DID "#" key "\",\"type\":\"Multikey\",\"controller\":\"" DID \
	"\",\"publicKeyMultibase\":\"" key "\"}"

static void test_document(void **state)
{
	const struct did_key keys[] = {
		{SLICE(KEY1), DID_KEY_ACTIVE}, {SLICE(KEY2), DID_KEY_REVOKED},
		{SLICE(KEY3), DID_KEY_RETIRED},
	};
	struct slice text;
	(void)state;
	assert_int_equal(did_document(arena, SLICE("https://t.example"), SLICE("shili"), keys, 3,
	                              &text), 0);
	assert_true(slice_is(text,
		"{\"@context\":[\"https://www.w3.org/ns/did/v1\","
		"\"https://w3id.org/security/multikey/v1\"],\"id\":\"" DID "\","
		"\"verificationMethod\":[" METHOD(KEY1) "," METHOD(KEY2) "," METHOD(KEY3) "],"
		"\"assertionMethod\":[\"" DID "#" KEY1 "\",\"" DID "#" KEY3 "\"]}"));
}

static void test_document_refuses_what_is_no_key(void **state)
{
	const struct did_key bad = {SLICE("z6MkgYGF3thn8k1Fv4p4dWXKtsXCnLH7q9yw4QgNPULDmDK0"), 0};
	struct slice text;
	(void)state;
	assert_int_equal(did_document(arena, SLICE("https://t.example"), SLICE("shili"), &bad, 1,
	                              &text), E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused_addresses),
		cmocka_unit_test(test_ip_addresses_are_recognised),
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_document_refuses_what_is_no_key),
	};
	return cmocka_run_group_tests_name("did", tests, setup, teardown);
}
