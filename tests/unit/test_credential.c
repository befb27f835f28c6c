/* tests/unit/test_credential.c - the credential and its proof against byte vectors: tests/vectors
 * holds the canonical form as a JSON-LD processor makes it. Run from the top folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "credential/credential.h"
#include "credential/proof.h"
#include "crypt/digest.h"
#include "crypt/encode.h"
#include "crypt/multikey.h"

static struct arena *arena;

static int setup(void **state)
{
	arena = arena_new(MIB);
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static struct uuid uuid_of(const char *text)
{
	struct uuid u;
	assert_true(uuid_parse(slice_of(text), &u));
	return u;
}

static struct instant instant_of(const char *text)
{
	struct instant t;
	assert_true(instant_parse(slice_of(text), &t));
	return t;
}

static struct credential_facts example(void)
{
	return (struct credential_facts){
		.kind = KIND_SKILL_GRADE,
		.id = uuid_of("c0a1f5d2-2b8e-4a6d-9d33-5b1f7e2a9c10"),
		.subject = uuid_of("e1b70c44-90f2-4d18-8a5b-7c3d2f6e1a09"),
		.title = SLICE("互联网营销师 直播销售员 四级/中级工"),
		.number = SLICE("S000031000123264000001"),
		.holder = SLICE("张伟"),
		.issuer_slug = SLICE("shili"),
		.issuer_name = SLICE("上海示例技能评价中心"),
		.occupation = SLICE("4-01-06-02"),
		.edition = SLICE("2022"),
		.work_type = SLICE("livestream-sales"),
		.level = SLICE("4"),
		.narrative = SLICE("theory and skill each at least 60"),
		.valid_from = instant_of("2026-11-20T02:15:07Z"),
		.public_url = SLICE("https://localhost:8443"),
		.list = 1,
		.index = 73911,
	};
}

static struct slice vector(const char *name)
{
	static char text[16 * KIB];
	char path[128];
	snprintf(path, sizeof path, "tests/vectors/%s", name);
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot open %s", path);
	size_t n = fread(text, 1, sizeof text, f);
	fclose(f);
	return slice_from(text, n);
}

static void expect(struct slice got, const char *name)
{
	struct slice want = vector(name);
	if (!slice_eq(got, want))
		fail_msg("%s differs:\n%.*s", name, SLICE_ARGS(got));
}

static void test_example(void **state)
{
	struct credential_facts f = example();
	struct unsecured_document d;
	assert_int_equal(credential_build(arena, &f, &d), 0);
	expect(d.canonical, "credential.nq");
	expect(d.json, "credential.json");
}

static void test_company_that_expires(void **state)
{
	struct credential_facts f = example();
	struct unsecured_document d;
	f.kind = KIND_COMPANY;
	f.title = SLICE("星播\"直播\\销售\" 中级");
	f.number = SLICE("XINGBO-2026-00000001");
	f.issuer_slug = SLICE("xingbo");
	f.issuer_name = SLICE("星播示例科技有限公司");
	f.holder = SLICE("\xf0\xa0\xae\xb7·Ünal O'Neil");
	f.expires = true;
	f.valid_until = instant_of("2029-11-20T15:59:59Z");
	f.public_url = SLICE("https://talent.example");
	assert_int_equal(credential_build(arena, &f, &d), 0);
	expect(d.canonical, "company.nq");
	expect(d.json, "company.json");
}

/* A company's own code stands where the national ones did; nothing of those is left. */
static void a_company_says_its_own_code(void **state)
{
	struct credential_facts f = example(), again;
	struct unsecured_document d, made;
	enum template_op at;
	f.kind = KIND_COMPANY;
	f.title = SLICE("星播直播销售 中级");
	f.number = SLICE("XINGBO-2026-00000001");
	f.issuer_slug = SLICE("xingbo");
	f.issuer_name = SLICE("星播示例科技有限公司");
	f.code = SLICE("XINGBO-001");
	assert_int_equal(credential_build(arena, &f, &d), 0);
	expect(d.canonical, "company_code.nq");
	expect(d.json, "company_code.json");
	assert_null(memmem(d.json.p, d.json.n, "4-01-06-02", 10));
	json_t *json = json_loadb(d.json.p, d.json.n, 0, NULL);
	assert_int_equal(credential_read(arena, json, &again, &made, &at), 0);
	assert_true(slice_is(again.code, "XINGBO-001"));
	assert_int_equal(again.occupation.n + again.edition.n + again.work_type.n + again.level.n, 0);
	assert_true(slice_eq(made.canonical, d.canonical));
	json_decref(json);
	/* No other kind has one, and none looks like the dictionary's. */
	f.code = SLICE("4-01-06-02"), assert_int_equal(credential_build(arena, &f, &d), E_SYNTAX);
	f.code = SLICE("XINGBO/4"), assert_int_equal(credential_build(arena, &f, &d), E_SYNTAX);
	f = example(), f.code = SLICE("SHILI-001"), assert_int_equal(credential_build(arena, &f, &d), E_SYNTAX);
}

/* One document of each form that was ever signed is read, and is what was signed. */
static void every_form_is_read(void **state)
{
	static const char *const forms[][2] = {{"credential.json", "credential.nq"}, {"company.json", "company.nq"},
	                                       {"company_code.json", "company_code.nq"}};
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct credential_facts f;
		struct unsecured_document d;
		enum template_op at;
		struct slice text = vector(forms[i][0]);
		json_t *json = json_loadb(text.p, text.n, 0, NULL);
		assert_int_equal(credential_read(arena, json, &f, &d, &at), 0);
		expect(d.canonical, forms[i][1]);
		json_decref(json);
	}
}

static bool contains(struct slice s, const char *part)
{
	return memmem(s.p, s.n, part, strlen(part)) != NULL;
}

static void test_without_level_and_work_type(void **state)
{
	struct credential_facts f = example();
	struct unsecured_document d;
	f.level = SLICE("");
	f.work_type = SLICE("");
	assert_int_equal(credential_build(arena, &f, &d), 0);
	assert_true(contains(d.json, "\"id\":\"https://localhost:8443/achievements/4-01-06-02/2022\""));
	assert_true(contains(d.json, "\"humanCode\":\"4-01-06-02\""));
	assert_true(contains(d.json, "\"id\":\"https://localhost:8443/criteria/4-01-06-02\""));
}

static void expect_refused(const struct credential_facts *f)
{
	struct unsecured_document d;
	assert_int_equal(credential_build(arena, f, &d), E_SYNTAX);
}

static void test_refusals(void **state)
{
	struct credential_facts f;
	f = example(), f.holder = SLICE("张\n伟"), expect_refused(&f);
	f = example(), f.holder = SLICE("张\xe4\xbc"), expect_refused(&f);
	f = example(), f.holder = SLICE(""), expect_refused(&f);
	f = example(), f.title = SLICE_NONE, expect_refused(&f);
	f = example(), f.number = SLICE("S\x01"), expect_refused(&f);
	f = example(), f.level = SLICE("4/5"), expect_refused(&f);
	f = example(), f.work_type = SLICE("直播"), expect_refused(&f);
	f = example(), f.occupation = SLICE("4 01"), expect_refused(&f);
	f = example(), f.issuer_slug = SLICE("a:b"), expect_refused(&f);
	f = example(), f.issuer_slug = SLICE(""), expect_refused(&f);
	f = example(), f.list = 0, expect_refused(&f);
	f = example(), f.public_url = SLICE("http://localhost:8443"), expect_refused(&f);
	f = example(), f.public_url = SLICE("https://localhost:8443/"), expect_refused(&f);
}

static void test_full_arena_is_reported(void **state)
{
	struct credential_facts f = example();
	struct unsecured_document d;
	int r = E_NOMEM;
	/* Each size fails somewhere else; the last succeeds. */
	for (size_t size = KIB; r != 0; size += KIB) {
		struct arena *small = arena_new(size);
		r = credential_build(small, &f, &d);
		assert_true(r == 0 || r == E_NOMEM);
		assert_in_range(size, KIB, 64 * KIB);
		arena_free(small);
	}
}

/* The key of RFC 8032 section 7.1, test 1. */
static const uint8_t seed[32] = {
	0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
	0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
};

static void test_signed(void **state)
{
	struct crypt *c = crypt_new();
	struct ed25519_key *k = ed25519_key_new(seed);
	struct credential_facts f = example();
	struct unsecured_document d;
	struct slice options, text;
	char key_id[MULTIKEY_TEXT];
	uint8_t hash[64], signature[64];
	multikey_format(ed25519_key_public(k), key_id);
	struct proof_options o = {
		.did = SLICE("did:web:localhost%3A8443:issuers:shili"),
		.key_id = slice_of(key_id),
		.created = instant_of("2026-11-20T02:15:07Z"),
	};
	assert_int_equal(credential_build(arena, &f, &d), 0);
	assert_int_equal(proof_canonical(arena, &o, &options), 0);
	expect(options, "proof.nq");
	sha256(c, options, hash);
	sha256(c, d.canonical, hash + 32);
	assert_int_equal(ed25519_sign(k, slice_from(hash, 64), signature), 0);
	assert_int_equal(proof_attach(arena, d.json, &o, signature, &text), 0);
	expect(text, "signed.json");
	ed25519_key_free(k);
	crypt_free(c);
}

static void test_multikey(void **state)
{
	static const char *const bad[] = {
		"", "z", "z6Mk", "u6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw",
		"z7MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw",
		"z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMs0",
		"z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMs",
	};
	struct slice known = SLICE("z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw");
	struct ed25519_key *k = ed25519_key_new(seed);
	uint8_t public[32];
	char text[MULTIKEY_TEXT];
	multikey_format(ed25519_key_public(k), text);
	assert_string_equal(text, known.p);
	assert_true(multikey_parse(known, public));
	assert_memory_equal(public, ed25519_key_public(k), 32);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(multikey_parse(slice_of(bad[i]), public));
	ed25519_key_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_company_that_expires),
		cmocka_unit_test(a_company_says_its_own_code),
		cmocka_unit_test(every_form_is_read),
		cmocka_unit_test(test_without_level_and_work_type),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_full_arena_is_reported),
		cmocka_unit_test(test_signed),
		cmocka_unit_test(test_multikey),
	};
	return cmocka_run_group_tests_name("document", tests, setup, teardown);
}
