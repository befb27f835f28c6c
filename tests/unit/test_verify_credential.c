/* tests/unit/test_verify_credential.c - the verifier accepts what issuers of ours sign, in both
 * forms, and nothing that was altered in any of the documents; what it cannot know it calls
 * unknown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include <zlib.h>

#include "../lib/issuer.h"
#include "base/outcome.h"
#include "credential/verify.h"
#include "crypt/encode.h"

#define NOW "2026-11-22T03:04:05Z"

enum target { CREDENTIAL, JWT, REVOCATION, SUSPENSION, DOCUMENT, TARGETS };

static struct arena *arena;
static struct crypt *crypto;
static struct issuer body, company;
static uint8_t bits[STATUS_LIST_BYTES_MAX];
static struct slice good[TARGETS];
static struct slice now_text;

/* What the verifier is given; SLICE_NONE: cannot be had. */
struct bundle {
	struct slice issuer, revocation, suspension;
	bool foreign;
};

static int setup(void **state)
{
	memset(bits, 0, sizeof bits);
	arena = arena_new(64 * MIB);
	crypto = crypt_new();
	if (!arena || !crypto)
		return -1;
	now_text = SLICE(NOW);
	body = issuer_new(arena, crypto, "shili", "上海示例技能评价中心", 1);
	company = issuer_new(arena, crypto, "xingbo", "星播示例科技有限公司", 2);
	struct credential_facts f = issuer_facts(&body);
	good[CREDENTIAL] = issuer_credential(&body, &f);
	good[JWT] = issuer_jwt(&body, &f);
	good[REVOCATION] = issuer_list(&body, "revocation", NOW, bits, 0);
	good[SUSPENSION] = issuer_list(&body, "suspension", NOW, bits, 0);
	good[DOCUMENT] = issuer_document(&body, DID_KEY_ACTIVE, DID_KEY_ACTIVE, (struct instant){0});
	return 0;
}

static int teardown(void **state)
{
	issuer_free(&body);
	issuer_free(&company);
	arena_free(arena);
	crypt_free(crypto);
	return 0;
}

static int fetch_issuer(void *arg, struct slice address, struct slice *ret)
{
	const struct bundle *b = arg;
	assert_true(slice_starts(address, SLICE("did:web:localhost%3A8443:issuers:")));
	if (b->foreign)
		return E_REFUSED;
	*ret = b->issuer;
	return ret->p ? 0 : E_ABSENT;
}

static int fetch_list(void *arg, struct slice address, struct slice *ret)
{
	const struct bundle *b = arg;
	bool revocation = memmem(address.p, address.n, "/status/revocation/1", 20) != NULL;
	*ret = revocation ? b->revocation : b->suspension;
	return ret->p ? 0 : E_ABSENT;
}

static struct bundle good_bundle(void)
{
	return (struct bundle){good[DOCUMENT], good[REVOCATION], good[SUSPENSION], false};
}

static struct verify_result verify(struct slice input, struct bundle b)
{
	struct verify_result r;
	struct verify_conf conf = {
		.crypt = crypto, .tolerance = SECONDS(60), .issuer = fetch_issuer,
		.status_list = fetch_list, .arg = &b,
	};
	assert_true(instant_parse(now_text, &conf.now));
	assert_int_equal(verify_credential(arena, &conf, input, &r), 0);
	return r;
}

static void expect(struct verify_result r, enum verify_answer answer, const char *code)
{
	if (r.answer != answer || (code ? !r.code || strcmp(r.code, code) != 0 : r.code != NULL))
		fail_msg("%s %s instead of %s %s", verify_answer_code(r.answer), r.code ? r.code : "",
		         verify_answer_code(answer), code ? code : "");
}

static struct slice altered(struct slice text, const char *from, const char *to)
{
	const char *p = memmem(text.p, text.n, from, strlen(from));
	if (!p)
		fail_msg("nothing to alter: %s", from);
	size_t before = (size_t)(p - text.p);
	struct slice rest = slice_skip(text, before + strlen(from));
	return slice_of(arena_printf(arena, "%.*s%s%.*s", (int)before, text.p, to,
	                             SLICE_ARGS(rest)));
}

/* ------------------------------------------------------------------ what is good */

static void test_good(void **state)
{
	struct verify_result r = verify(good[CREDENTIAL], good_bundle());
	expect(r, VERIFY_VALID, NULL);
	assert_int_equal(r.kind, VERIFY_EMBEDDED);
	for (int i = CHECK_SIGNATURE; i < CHECK_COUNT; i++)
		assert_int_equal(r.checks[i].outcome, CHECK_PASSED);
	assert_int_equal(r.checks[CHECK_NAME].outcome, CHECK_NOT_MADE);
	assert_true(slice_is(r.facts.holder, "张伟"));
	assert_true(slice_eq(r.did, body.did));
	assert_true(slice_is(r.key, body.key_id));
	r = verify(good[JWT], good_bundle());
	expect(r, VERIFY_VALID, NULL);
	assert_int_equal(r.kind, VERIFY_JWT);
	assert_int_equal(r.facts.index, 73911);
	/* White space around it, and another order of members: the same credential. */
	expect(verify(slice_of(arena_printf(arena, " \n%.*s\r\n", SLICE_ARGS(good[JWT]))),
	              good_bundle()), VERIFY_VALID, NULL);
	struct slice moved = altered(good[CREDENTIAL], "\"validFrom\":\"2026-11-20T02:15:07Z\",", "");
	moved = altered(moved, "{", "{ \"validFrom\" : \"2026-11-20T02:15:07Z\",\n");
	expect(verify(moved, good_bundle()), VERIFY_VALID, NULL);
}

/* Each kind of credential comes back to the facts it was made of. */
static void test_facts_come_back(void **state)
{
	static const char *const parts[][2] = {
		{"livestream-sales", "4"}, {"livestream-sales", ""}, {"", "4"}, {"", ""}, {"4", "4"},
		{"4", ""}, {"a.b_c-d", "9"},
	};
	for (size_t i = 0; i < 2 * ARRAY_LEN(parts); i++) {
		const struct issuer *by = i % 2 ? &company : &body;
		struct credential_facts f = issuer_facts(by);
		f.kind = i % 2 ? KIND_COMPANY : KIND_SKILL_GRADE;
		f.work_type = slice_of(parts[i / 2][0]);
		f.level = slice_of(parts[i / 2][1]);
		f.expires = i % 3 == 0;
		f.valid_until = issuer_at("2029-11-20T15:59:59Z");
		f.index = (uint32_t)i;
		struct bundle b = {
			.issuer = issuer_document(by, DID_KEY_RETIRED, DID_KEY_RETIRED, (struct instant){0}),
			.revocation = issuer_list(by, "revocation", NOW, bits, 0),
			.suspension = issuer_list(by, "suspension", NOW, bits, 0),
		};
		struct verify_result r = verify(issuer_credential(by, &f), b);
		expect(r, VERIFY_VALID, NULL);
		assert_int_equal(r.facts.kind, f.kind);
		assert_true(slice_eq(r.facts.work_type, f.work_type));
		assert_true(slice_eq(r.facts.level, f.level));
		assert_true(slice_eq(r.facts.public_url, f.public_url));
		assert_int_equal(r.facts.expires, f.expires);
		assert_int_equal(r.facts.index, i);
		expect(verify(issuer_jwt(by, &f), b), VERIFY_VALID, NULL);
	}
}

/* ------------------------------------------------------------------ what was altered */

static const struct {
	enum target target;
	enum verify_answer answer;
	const char *code, *from, *to;
} alterations[] = {
#define BAD VERIFY_NOT_VALID
#define OPEN VERIFY_UNKNOWN
	{CREDENTIAL, BAD, "signature", "\"identityHash\":\"张伟\"", "\"identityHash\":\"张玮\""},
	{CREDENTIAL, BAD, "unsupported_form", "\"identityType\":\"name\"", "\"identityType\":\"email\""},
	{CREDENTIAL, BAD, "unsupported_form", "\"hashed\":false", "\"hashed\":true"},
	{CREDENTIAL, BAD, "signature", "S000031000123264000001", "S000031000123264000002"},
	{CREDENTIAL, BAD, "unsupported_form", "四级/中级工", "三级/高级工"},
	{CREDENTIAL, BAD, "unsupported_form", "\"description\":\"职业技能等级证书\"",
	 "\"description\":\"职业资格证书\""},
	{CREDENTIAL, BAD, "unsupported_form", "\"description\":\"职业技能等级证书\"",
	 "\"description\":\"企业证书（非职业技能等级证书）\""},
	{CREDENTIAL, BAD, "signature", "上海示例技能评价中心", "上海市示例技能评价中心"},
	{CREDENTIAL, BAD, "signature", "\"validFrom\":\"2026", "\"validFrom\":\"2025"},
	{CREDENTIAL, BAD, "unsupported_form", "\"validFrom\":\"2026-11-20T02:15:07Z\"",
	 "\"validFrom\":\"2026-11-20T02:15:07.000Z\""},
	{CREDENTIAL, BAD, "unsupported_form", "\"validFrom\":\"2026-11-20T02:15:07Z\"",
	 "\"validFrom\":\"2026-11-20T10:15:07+08:00\""},
	{CREDENTIAL, BAD, "signature", "\"issuer\":", "\"validUntil\":\"2036-11-20T02:15:07Z\",\"issuer\":"},
	{CREDENTIAL, BAD, "signature", "urn:uuid:c0a1", "urn:uuid:c0a2"},
	{CREDENTIAL, BAD, "unsupported_form", "urn:uuid:c0a1f5d2", "urn:uuid:C0A1F5D2"},
	{CREDENTIAL, BAD, "signature", "urn:uuid:e1b7", "urn:uuid:e1b8"},
	{CREDENTIAL, BAD, "signature", "each at least 60", "each at least 10"},
	{CREDENTIAL, BAD, "unsupported_form", "\"humanCode\":\"4-01-06-02/4\"", "\"humanCode\":\"4-01-06-02/3\""},
	{CREDENTIAL, BAD, "unsupported_form", "sales/4\",", "sales/3\","},
	{CREDENTIAL, BAD, "unsupported_form", "/criteria/4", "/criteria/5"},
	{CREDENTIAL, BAD, "unsupported_form", "\"statusListIndex\":\"73911\"", "\"statusListIndex\":\"73912\""},
	{CREDENTIAL, BAD, "unsupported_form", "\"statusListIndex\":\"73911\"", "\"statusListIndex\":73911"},
	{CREDENTIAL, BAD, "unsupported_form", "\"statusPurpose\":\"revocation\"",
	 "\"statusPurpose\":\"suspension\""},
	{CREDENTIAL, BAD, "unsupported_form", "\"statusListCredential\":\"https://localhost",
	 "\"statusListCredential\":\"https://other"},
	{CREDENTIAL, BAD, "type", "\"VerifiableCredential\",", ""},
	{CREDENTIAL, BAD, "type", "[\"Profile\"]", "\"Person\""},
	{CREDENTIAL, BAD, "type", "[\"Profile\"]", "[\"Profile\",\"Person\"]"},
	{CREDENTIAL, BAD, "type", "[\"Profile\"]", "[\"Profile\",\"Profile\"]"},
	{CREDENTIAL, BAD, "type", "[\"VerifiableCredential\",\"OpenBadgeCredential\"]",
	 "\"VerifiableCredential\""},
	{CREDENTIAL, BAD, "unsupported_form", "\"statusListIndex\":\"73911\"",
	 "\"statusListIndex\":[\"73911\",\"73912\"]"},
	{CREDENTIAL, BAD, "unsupported_form", "\"statusListIndex\":\"73911\"",
	 "\"statusListIndex\":[[\"73911\"]]"},
	{CREDENTIAL, BAD, "signature", "\"identityHash\":\"张伟\"", "\"identityHash\":[\"张玮\"]"},
	{CREDENTIAL, BAD, "type", "\"BitstringStatusListEntry\"", "\"StatusList2021Entry\""},
	{CREDENTIAL, BAD, "unsupported_form", ",\"credentialStatus\":", ",\"termsOfUse\":"},
	{CREDENTIAL, BAD, "context", "context-3.0.3.json", "context-3.0.2.json"},
	{CREDENTIAL, BAD, "context", "\"https://www.w3.org/ns/credentials/v2\",", ""},
	{CREDENTIAL, BAD, "context", "\"@context\":[", "\"@context\":[{\"name\":\"urn:x\"},"},
	{CREDENTIAL, BAD, "unsupported_form", "\"licenseNumber\":", "\"unknownTerm\":1,\"licenseNumber\":"},
	{CREDENTIAL, BAD, "unsupported_form", "\"licenseNumber\":", "\"role\":\"anchor\",\"licenseNumber\":"},
	{CREDENTIAL, BAD, "unsupported_form", "\"identifier\":[", "\"identifier\":[{},"},
	{CREDENTIAL, BAD, "malformed", "\"name\":", "\"name\":\"甲\",\"name\":"},
	{CREDENTIAL, BAD, "signature", "\"created\":\"2026-11-20", "\"created\":\"2026-11-21"},
	{CREDENTIAL, BAD, "proof_created", "\"created\":\"2026-11-20T02:15:07Z\"", "\"created\":\"2026\""},
	{CREDENTIAL, BAD, "proof_purpose", "\"proofPurpose\":\"assertionMethod\"",
	 "\"proofPurpose\":\"authentication\""},
	{CREDENTIAL, BAD, "cryptosuite", "eddsa-rdfc-2022", "eddsa-jcs-2022"},
	{CREDENTIAL, BAD, "proof_form", "DataIntegrityProof", "Ed25519Signature2020"},
	{CREDENTIAL, BAD, "proof_form", "\"proofValue\":\"z", "\"proofValue\":\"z1"},
	{CREDENTIAL, BAD, "proof_form", "\"proofValue\":\"z", "\"proofValue\":\"u"},
	{CREDENTIAL, BAD, "proof_form", "\"cryptosuite\":", "\"nonce\":\"x\",\"cryptosuite\":"},
	{CREDENTIAL, BAD, "proof_form", "\"proof\":[", "\"proof\":[{},"},
	{CREDENTIAL, BAD, "unsupported_form", "\"proof\":[{", "\"proof\":[],\"Proof\":[{"},
	{CREDENTIAL, BAD, "unsupported_form", "issuers:shili\",\"type\":[\"Profile\"]",
	 "issuers:xingbo\",\"type\":[\"Profile\"]"},
	{CREDENTIAL, BAD, "verification_method", "issuers:shili#z", "issuers:xingbo#z"},
	{CREDENTIAL, BAD, "verification_method", "#z6Mk", "#z6Ml"},
	{REVOCATION, OPEN, "status_list_invalid", "\"ttl\":300000", "\"ttl\":300001"},
	{REVOCATION, OPEN, "status_list_invalid", "\"validUntil\":\"2026", "\"validUntil\":\"2036"},
	{REVOCATION, OPEN, "status_list_invalid", "\"validFrom\":\"2026", "\"validFrom\":\"2025"},
	{REVOCATION, OPEN, "status_list_invalid", "\"statusPurpose\":\"revocation\"",
	 "\"statusPurpose\":\"suspension\""},
	{REVOCATION, OPEN, "status_list_invalid", "\"encodedList\":\"u", "\"encodedList\":\"uA"},
	{REVOCATION, OPEN, "status_list_invalid", "status/revocation/1\"", "status/revocation/2\""},
	{REVOCATION, OPEN, "status_list_invalid", "\"issuer\":\"did:web:localhost%3A8443:issuers:shili",
	 "\"issuer\":\"did:web:localhost%3A8443:issuers:xingbo"},
	{REVOCATION, OPEN, "status_list_invalid", "\"proof\":[", "\"proofs\":["},
	{REVOCATION, OPEN, "status_list_invalid", "{", "{\"name\":\"x\","},
	{SUSPENSION, OPEN, "status_list_invalid", "\"ttl\":300000", "\"ttl\":300000.0"},
	{SUSPENSION, OPEN, "status_list_invalid", "\"proofValue\":\"z", "\"proofValue\":\"z2"},
	{DOCUMENT, BAD, "issuer_mismatch", "\"id\":\"did:web:localhost%3A8443:issuers:shili\"",
	 "\"id\":\"did:web:localhost%3A8443:issuers:xingbo\""},
	{DOCUMENT, BAD, "key_not_for_assertion", "\"assertionMethod\":[\"did:web:localhost%3A8443:issuers:shili#z",
	 "\"assertionMethod\":[\"did:web:localhost%3A8443:issuers:shili#x"},
	{DOCUMENT, BAD, "key_not_listed", "{\"id\":\"did:web:localhost%3A8443:issuers:shili#z",
	 "{\"id\":\"did:web:localhost%3A8443:issuers:shili#x"},
	{DOCUMENT, OPEN, "issuer_document", "\"assertionMethod\":", "\"authentication\":"},
	{DOCUMENT, OPEN, "issuer_document", "\"type\":\"Multikey\"", "\"type\":\"JsonWebKey\""},
	{DOCUMENT, OPEN, "issuer_document", "\"controller\":\"did:web:localhost", "\"controller\":\"did:web:other"},
	{DOCUMENT, OPEN, "issuer_document", "\"publicKeyMultibase\":\"z6Mk", "\"publicKeyMultibase\":\"z6Mj"},
	{DOCUMENT, OPEN, "issuer_document", "\"type\":\"Multikey\"", "\"expires\":\"2026-01-01T00:00:00Z\",\"type\":\"Multikey\""},
	{DOCUMENT, OPEN, "issuer_document", "{", ""},
};

/* What says the same in JSON-LD, as other people's software writes it back. */
static void test_other_spellings(void **state)
{
	static const char *const same[][2] = {
		{"[\"Profile\"]", "\"Profile\""},
		{"\"IdentityObject\"", "[\"IdentityObject\"]"},
		{"[\"VerifiableCredential\",\"OpenBadgeCredential\"]",
		 "[\"OpenBadgeCredential\",\"VerifiableCredential\"]"},
		{"\"identityHash\":\"张伟\"", "\"identityHash\":[\"张伟\"]"},
		{"\"hashed\":false", "\"hashed\":[false]"},
	};
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		expect(verify(altered(good[CREDENTIAL], same[i][0], same[i][1]), good_bundle()), VERIFY_VALID,
		       NULL);
	struct slice alone = altered(good[CREDENTIAL], "\"proof\":[{", "\"proof\":{");
	alone = altered(alone, "}]}", "}}");
	expect(verify(alone, good_bundle()), VERIFY_VALID, NULL);
	alone = altered(alone, "\"identifier\":[{", "\"identifier\":{");
	alone = altered(alone, "}],\"achievement\"", "},\"achievement\"");
	expect(verify(alone, good_bundle()), VERIFY_VALID, NULL);
	expect(verify(altered(alone, "张伟", "张玮"), good_bundle()), VERIFY_NOT_VALID, "signature");
}

static void test_alterations(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(alterations); i++) {
		struct slice t[TARGETS];
		memcpy(t, good, sizeof t);
		enum target at = alterations[i].target;
		t[at] = altered(good[at], alterations[i].from, alterations[i].to);
		struct verify_result r = verify(t[CREDENTIAL],
			(struct bundle){t[DOCUMENT], t[REVOCATION], t[SUSPENSION], false});
		if (r.answer != alterations[i].answer || !r.code || strcmp(r.code, alterations[i].code) != 0)
			fail_msg("%s -> %s: %s %s instead of %s", alterations[i].from, alterations[i].to,
			         verify_answer_code(r.answer), r.code ? r.code : "", alterations[i].code);
	}
	assert_true(ARRAY_LEN(alterations) >= 40);
}

/* Any single byte of any document changed to one of a few others: never valid, unless the change
 * is one between equal meanings (white space does not occur, so there is none). */
static void test_every_byte(void **state)
{
	for (int at = 0; at < TARGETS; at++) {
		bool jwt = at == JWT;
		for (size_t i = 0; i < good[at].n; i += at >= REVOCATION ? 3 : 1) {
			struct arena *old = arena;
			struct slice t[TARGETS];
			char *copy = malloc(good[at].n);
			assert_non_null(copy);
			arena = arena_new(VERIFY_ARENA);
			memcpy(copy, good[at].p, good[at].n);
			copy[i] ^= i % 2 ? 0x01 : 0x10;
			memcpy(t, good, sizeof t);
			t[at] = slice_from(copy, good[at].n);
			struct verify_result r = verify(t[jwt ? JWT : CREDENTIAL],
				(struct bundle){t[DOCUMENT], t[REVOCATION], t[SUSPENSION], false});
			/* Parts of the DID document that say nothing about this key. */
			if (r.answer == VERIFY_VALID && at != DOCUMENT)
				fail_msg("valid with byte %zu of %d changed", i, at);
			arena_free(arena);
			arena = old;
			free(copy);
		}
	}
}

/* ------------------------------------------------------------------ JWTs */

static struct slice part(struct slice jwt, int which)
{
	struct slice rest = jwt, p = slice_cut(&rest, '.');
	while (which-- > 0)
		p = slice_cut(&rest, '.');
	struct buf b = BUF_INIT(64 * KIB);
	assert_int_equal(base64url_decode(p, &b), 0);
	struct slice text = arena_slice(arena, buf_slice(&b));
	buf_free(&b);
	return text;
}

static struct slice input_of(struct slice header, struct slice payload)
{
	struct buf b = BUF_INIT(64 * KIB);
	base64url_add(&b, header);
	buf_addc(&b, '.');
	base64url_add(&b, payload);
	struct slice text = arena_slice(arena, buf_slice(&b));
	buf_free(&b);
	return text;
}

static const struct {
	int part; /* 0 header, 1 payload */
	const char *code, *from, *to;
} jwt_alterations[] = {
	{0, "jwt_algorithm", "ES256", "none"},
	{0, "jwt_algorithm", "ES256", "None"},
	{0, "jwt_algorithm", "ES256", "HS256"},
	{0, "jwt_algorithm", "ES256", "ES384"},
	{0, "jwt_algorithm", "\"alg\":\"ES256\",", ""},
	{0, "jwt_embedded_key", "{", "{\"jwk\":{\"kty\":\"EC\"},"},
	{0, "jwt_header", "{", "{\"jku\":\"https://evil.example/jwks\","},
	{0, "jwt_header", "{", "{\"x5u\":\"https://evil.example/x\","},
	{0, "jwt_header", "{", "{\"crit\":[\"b64\"],\"b64\":false,"},
	{0, "jwt_type", "\"typ\":\"JWT\"", "\"typ\":\"vc+jwt\""},
	{0, "jwt_type", "\"typ\":\"JWT\"", "\"typ\":null"},
	{0, "jwt_key_id", "\"kid\":\"https://localhost:8443/", "\"kid\":\"https://evil.example/"},
	{0, "jwt_key_id", "issuers/shili", "issuers/xingbo"},
	{0, "jwt_key_id", "/keys/", "/keys/../keys/"},
	{0, "malformed", "\"typ\":", "\"kid\":\"x\",\"typ\":"},
	{1, "jwt_claims", "\"iss\":\"did:web:localhost", "\"iss\":\"did:web:other"},
	{1, "jwt_claims", "\"jti\":\"urn:uuid:c0a1", "\"jti\":\"urn:uuid:c0a2"},
	{1, "jwt_claims", "\"sub\":\"urn:uuid:e1b7", "\"sub\":\"urn:uuid:e1b8"},
	{1, "jwt_claims", "\"nbf\":17", "\"nbf\":16"},
	{1, "jwt_claims", "\"nbf\":", "\"exp\":1999999999,\"nbf\":"},
	{1, "jwt_claims", "\"iss\":", "\"exp\":"},
	{1, "unsupported_form", "\"iss\":", "\"ISS\":"},
	{1, "unsupported_form", "{", "{\"vc\":{},"},
	{1, "unsupported_form", "{", "{\"iat\":1,"},
	{1, "unsupported_form", "{", "{\"proof\":[],"},
	{1, "signature", "张伟", "张玮"},
	{1, "signature", "上海示例", "北京示例"},
	{1, "signature", "S000031000123264000001", "S000031000123264000002"},
};

/* Signed anew by the issuer's own key where only the form is at stake, so that nothing but the
 * check itself refuses; otherwise with the old signature. */
static void test_jwt_alterations(void **state)
{
	struct slice header = part(good[JWT], 0), payload = part(good[JWT], 1);
	for (size_t i = 0; i < ARRAY_LEN(jwt_alterations); i++) {
		struct slice parts[] = {header, payload}, text;
		int at = jwt_alterations[i].part;
		parts[at] = altered(parts[at], jwt_alterations[i].from, jwt_alterations[i].to);
		struct slice input = input_of(parts[0], parts[1]), old = good[JWT];
		const char *code = jwt_alterations[i].code;
		if (strcmp(code, "signature") == 0) {
			const char *dot = memrchr(old.p, '.', old.n);
			text = slice_of(arena_printf(arena, "%.*s%.*s", SLICE_ARGS(input),
			                             (int)(old.p + old.n - dot), dot));
		} else {
			text = issuer_jwt_of(&body, input);
		}
		struct verify_result r = verify(text, good_bundle());
		if (r.answer != VERIFY_NOT_VALID || strcmp(r.code, code) != 0)
			fail_msg("%s -> %s: %s %s instead of %s", jwt_alterations[i].from,
			         jwt_alterations[i].to, verify_answer_code(r.answer),
			         r.code ? r.code : "", code);
	}
}

static void test_jwt_shapes(void **state)
{
	struct slice jwt = good[JWT];
	struct slice unsigned_ = slice_from(jwt.p, (size_t)((const char *)memrchr(jwt.p, '.', jwt.n) - jwt.p));
	expect(verify(unsigned_, good_bundle()), VERIFY_NOT_VALID, "malformed");
	expect(verify(slice_from(unsigned_.p, unsigned_.n + 1), good_bundle()), VERIFY_NOT_VALID,
	       "jwt_signature_form");
	expect(verify(slice_of(arena_printf(arena, "%.*s.x", SLICE_ARGS(jwt))), good_bundle()),
	       VERIFY_NOT_VALID, "malformed");
	expect(verify(slice_of(arena_printf(arena, "%.*s==", SLICE_ARGS(jwt))), good_bundle()),
	       VERIFY_NOT_VALID, "jwt_signature_form");
	static const char *const headers[] = {
		"{\"alg\":\"ES256\",\"typ\":\"JWT\"}", "{\"alg\":\"ES256\",\"kid\":7}",
		"{\"alg\":\"ES256\",\"kid\":\"\"}", "{\"alg\":\"ES256\",\"kid\":[\"https://localhost\"]}",
	};
	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		expect(verify(issuer_jwt_of(&body, input_of(slice_of(headers[i]), part(jwt, 1))),
		              good_bundle()), VERIFY_NOT_VALID, "jwt_key_id");
	/* The other s that ECDSA accepts: a second text for the same signature. */
	struct slice signature = part(jwt, 2);
	uint8_t other[64];
	static const uint8_t order[32] = {
		0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63,
		0x25, 0x51,
	};
	memcpy(other, signature.p, 64);
	int borrow = 0;
	for (int i = 31; i >= 0; i--) {
		int d = order[i] - other[32 + i] - borrow;
		borrow = d < 0;
		other[32 + i] = (uint8_t)d;
	}
	assert_true(p256_verify(crypto, p256_key_public(body.jwt_key), unsigned_, other));
	struct slice twin;
	assert_int_equal(jwt_attach(arena, unsigned_, other, &twin), 0);
	expect(verify(twin, good_bundle()), VERIFY_NOT_VALID, "jwt_signature_form");
	/* A stranger signs with his own key and names the issuer's. */
	struct issuer stranger = issuer_new(arena, crypto, "shili", "上海示例技能评价中心", 9);
	expect(verify(issuer_jwt_of(&stranger, unsigned_), good_bundle()), VERIFY_NOT_VALID, "signature");
	struct credential_facts f = issuer_facts(&stranger);
	expect(verify(issuer_jwt(&stranger, &f), good_bundle()), VERIFY_NOT_VALID, "key_not_listed");
	expect(verify(issuer_credential(&stranger, &f), good_bundle()), VERIFY_NOT_VALID, "key_not_listed");
	issuer_free(&stranger);
}

/* ------------------------------------------------------------------ limits */

static void test_no_proof(void **state)
{
	struct slice c = good[CREDENTIAL];
	const char *proof = memmem(c.p, c.n, ",\"proof\":", 9);
	assert_non_null(proof);
	expect(verify(slice_of(arena_printf(arena, "%.*s}", (int)(proof - c.p), c.p)), good_bundle()),
	       VERIFY_NOT_VALID, "proof_missing");
	expect(verify(slice_of(arena_printf(arena, "%.*s,\"proof\":[]}", (int)(proof - c.p), c.p)),
	              good_bundle()), VERIFY_NOT_VALID, "proof_missing");
}

static void test_limits(void **state)
{
	char *big = malloc(VERIFY_SIZE_MAX + 1);
	assert_non_null(big);
	memset(big, ' ', VERIFY_SIZE_MAX + 1);
	memcpy(big, good[CREDENTIAL].p, good[CREDENTIAL].n);
	expect(verify(slice_from(big, VERIFY_SIZE_MAX), good_bundle()), VERIFY_VALID, NULL);
	struct verify_result r = verify(slice_from(big, VERIFY_SIZE_MAX + 1), good_bundle());
	expect(r, VERIFY_UNKNOWN, "too_large");
	assert_int_equal(r.form.limit, 65536);
	free(big);
	r = verify(altered(good[CREDENTIAL], "{", "{\"a\":[[[[[[[[[[[[]]]]]]]]]]]],"), good_bundle());
	expect(r, VERIFY_NOT_VALID, "too_deep");
	assert_int_equal(r.form.limit, 12);
	r = verify(altered(good[CREDENTIAL], "{", "{\"a\":[[[[[[[[[[[]]]]]]]]]]],"), good_bundle());
	expect(r, VERIFY_NOT_VALID, "unsupported_form");
}

/* Something else than a credential of ours is not one that was altered. */
static void test_not_understood(void **state)
{
	static const char *const other[] = {
		"", " ", "{", "[]", "null", "a.b.c", "..", "{}", "\"x\"", "7", "<html></html>", "\xff\xd8\xff\xe0",
		"https://localhost:8443/v/4R8Z", "{\"a\":1,\"a\":2}", "{\"a\":[[[[[[[[[[[[]]]]]]]]]]]]}",
		("{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"type\":\"VerifiableCredential\","
		 "\"issuer\":\"https://university.example/issuers/565049\",\"credentialSubject\":{}}"),
		"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.AAAA",
	};
	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		struct verify_result r = verify(slice_of(other[i]), good_bundle());
		assert_int_equal(r.answer, VERIFY_UNKNOWN);
		assert_int_equal(r.form.outcome, CHECK_NOT_MADE);
		assert_non_null(r.code);
	}
	/* Half a download says nothing either way. */
	for (size_t n = 1; n < good[CREDENTIAL].n; n += 7)
		assert_int_equal(verify(slice_from(good[CREDENTIAL].p, n), good_bundle()).answer, VERIFY_UNKNOWN);
}

/* ------------------------------------------------------------------ status */

static void test_status(void **state)
{
	struct bundle b = good_bundle();
	status_bit_set(bits, 73911);
	b.revocation = issuer_list(&body, "revocation", NOW, bits, 0);
	struct verify_result r = verify(good[CREDENTIAL], b);
	expect(r, VERIFY_NOT_VALID, "revoked");
	assert_int_equal(r.checks[CHECK_SUSPENSION].outcome, CHECK_PASSED);
	b = good_bundle();
	b.suspension = issuer_list(&body, "suspension", NOW, bits, 0);
	expect(verify(good[JWT], b), VERIFY_NOT_VALID, "suspended");
	memset(bits, 0xff, sizeof bits);
	bits[73911 / 8] &= (uint8_t)~(0x80 >> 73911 % 8);
	b.suspension = b.revocation = SLICE_NONE;
	r = verify(good[CREDENTIAL], b);
	expect(r, VERIFY_UNKNOWN, "status_list_unavailable");
	assert_int_equal(r.checks[CHECK_SIGNATURE].outcome, CHECK_PASSED);
	b.revocation = issuer_list(&body, "revocation", NOW, bits, 0);
	expect(verify(good[CREDENTIAL], b), VERIFY_UNKNOWN, "status_list_unavailable");
	b.suspension = issuer_list(&body, "suspension", NOW, bits, 0);
	expect(verify(good[CREDENTIAL], b), VERIFY_VALID, NULL);
	b.suspension = good[REVOCATION]; /* a good list of the other purpose */
	expect(verify(good[CREDENTIAL], b), VERIFY_UNKNOWN, "status_list_invalid");
	b = good_bundle();
	b.revocation = issuer_list(&company, "revocation", NOW, bits, 0);
	expect(verify(good[CREDENTIAL], b), VERIFY_UNKNOWN, "status_list_invalid");
	/* Revoked counts for more than unknown. */
	memset(bits, 0xff, sizeof bits);
	b.revocation = issuer_list(&body, "revocation", NOW, bits, 0);
	b.suspension = SLICE_NONE;
	expect(verify(good[CREDENTIAL], b), VERIFY_NOT_VALID, "revoked");
}

static void test_list_sizes(void **state)
{
	struct bundle b = good_bundle();
	struct credential_facts f = issuer_facts(&body);
	f.index = STATUS_LIST_SIZE_MAX - 1;
	struct slice far = issuer_credential(&body, &f);
	expect(verify(far, b), VERIFY_UNKNOWN, "status_list_invalid"); /* outside of the list */
	for (size_t i = 0; i < sizeof bits; i++)
		bits[i] = (uint8_t)(i * 167 >> 3); /* compresses badly */
	bits[sizeof bits - 1] = 0;
	b.revocation = issuer_list(&body, "revocation", NOW, bits, sizeof bits);
	b.suspension = issuer_list(&body, "suspension", NOW, bits, sizeof bits);
	expect(verify(far, b), VERIFY_VALID, NULL);
	bits[sizeof bits - 1] = 1;
	b.revocation = issuer_list(&body, "revocation", NOW, bits, sizeof bits);
	expect(verify(far, b), VERIFY_NOT_VALID, "revoked");
	memset(bits, 0, sizeof bits);
	b = good_bundle();
	b.revocation = issuer_list(&body, "revocation", NOW, bits, STATUS_LIST_BYTES - 1);
	expect(verify(good[CREDENTIAL], b), VERIFY_UNKNOWN, "status_list_invalid");
}

/* n zeros as one gzip member. */
static void pack_zeros(size_t n, struct buf *out)
{
	static uint8_t zeros[64 * KIB];
	z_stream z = {0};
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = (uint8_t *)buf_reserve(out, 128 * KIB);
	z.avail_out = 128 * KIB;
	for (size_t at = 0; at < n; at += sizeof zeros) {
		z.next_in = zeros;
		z.avail_in = sizeof zeros;
		assert_in_range(deflate(&z, at + sizeof zeros == n ? Z_FINISH : Z_NO_FLUSH), Z_OK,
		                Z_STREAM_END);
	}
	buf_commit(out, 128 * KIB - z.avail_out);
	deflateEnd(&z);
}

static void test_unpack(void **state)
{
	const uint8_t *got;
	size_t n;
	static const char *const bad[] = {"", "u", "z", "uH4sI", "uAAAA", "mH4sIAAAAAAAA"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(status_list_unpack(arena, slice_of(bad[i]), &got, &n), E_SYNTAX);
	/* 64 MiB of zeros in 64 KiB: refused when the most that is allowed has come out. */
	struct buf packed = BUF_INIT(MIB), text = BUF_INIT(MIB);
	pack_zeros(64 * MIB, &packed);
	buf_addc(&text, 'u');
	base64url_add(&text, buf_slice(&packed));
	assert_int_equal(status_list_unpack(arena, buf_slice(&text), &got, &n), E_LIMIT);
	buf_clear(&text);
	buf_clear(&packed);
	pack_zeros(STATUS_LIST_BYTES_MAX, &packed);
	buf_addc(&text, 'u');
	base64url_add(&text, buf_slice(&packed));
	assert_int_equal(status_list_unpack(arena, buf_slice(&text), &got, &n), 0);
	assert_int_equal(n, STATUS_LIST_BYTES_MAX);
	buf_clear(&text);
	buf_addc(&packed, 0); /* something behind the gzip member */
	buf_addc(&text, 'u');
	base64url_add(&text, buf_slice(&packed));
	assert_int_equal(status_list_unpack(arena, buf_slice(&text), &got, &n), E_SYNTAX);
	buf_free(&text);
	buf_free(&packed);
}

/* ------------------------------------------------------------------ time, keys, issuers */

static void test_dates(void **state)
{
	struct credential_facts f = issuer_facts(&body);
	struct bundle b = good_bundle();
	f.expires = true;
	f.valid_until = issuer_at("2026-11-22T03:04:05Z");
	expect(verify(issuer_credential(&body, &f), b), VERIFY_VALID, NULL); /* within the tolerance */
	f.valid_until = issuer_at("2026-11-22T03:03:04Z");
	expect(verify(issuer_credential(&body, &f), b), VERIFY_NOT_VALID, "expired");
	expect(verify(issuer_jwt(&body, &f), b), VERIFY_NOT_VALID, "expired");
	f.expires = false;
	f.valid_from = issuer_at("2026-11-22T03:05:06Z");
	expect(verify(issuer_credential(&body, &f), b), VERIFY_NOT_VALID, "not_yet_valid");
	f.valid_from = issuer_at("2026-11-22T03:05:05Z");
	expect(verify(issuer_credential(&body, &f), b), VERIFY_VALID, NULL);
	now_text = SLICE("2026-11-24T00:00:59Z");
	expect(verify(good[CREDENTIAL], b), VERIFY_VALID, NULL);
	now_text = SLICE("2026-11-24T00:01:00Z");
	expect(verify(good[CREDENTIAL], b), VERIFY_UNKNOWN, "status_list_expired");
	now_text = SLICE("2026-11-20T02:20:00Z");
	expect(verify(good[CREDENTIAL], b), VERIFY_UNKNOWN, "clock"); /* the list was made later */
}

static void test_keys(void **state)
{
	struct bundle b = good_bundle();
	b.issuer = issuer_document(&body, DID_KEY_RETIRED, DID_KEY_RETIRED, (struct instant){0});
	expect(verify(good[CREDENTIAL], b), VERIFY_VALID, NULL);
	expect(verify(good[JWT], b), VERIFY_VALID, NULL);
	/* Revoked since a second before, and since the very second: the proof is not believed. */
	b.issuer = issuer_document(&body, DID_KEY_REVOKED, DID_KEY_ACTIVE,
	                           issuer_at("2026-11-20T02:15:07Z"));
	struct verify_result r = verify(good[CREDENTIAL], b);
	expect(r, VERIFY_UNKNOWN, "key_revoked");
	assert_int_equal(r.checks[CHECK_SIGNATURE].outcome, CHECK_NOT_MADE);
	assert_int_equal(r.checks[CHECK_REVOCATION].outcome, CHECK_NOT_MADE); /* same key */
	/* Revoked later: what it signed before stays good, but not the list it signed after. */
	b.issuer = issuer_document(&body, DID_KEY_REVOKED, DID_KEY_REVOKED,
	                           issuer_at("2026-11-20T02:15:08Z"));
	r = verify(good[CREDENTIAL], b);
	expect(r, VERIFY_UNKNOWN, "status_list_invalid");
	assert_int_equal(r.checks[CHECK_SIGNATURE].outcome, CHECK_PASSED);
	expect(verify(good[JWT], b), VERIFY_UNKNOWN, "key_revoked");
	b.issuer = issuer_document(&body, DID_KEY_REVOKED, DID_KEY_ACTIVE, issuer_at(NOW));
	expect(verify(good[CREDENTIAL], b), VERIFY_VALID, NULL);
	/* A forgery under a revoked key is a forgery, not unknown. */
	b.issuer = issuer_document(&body, DID_KEY_REVOKED, DID_KEY_REVOKED,
	                           issuer_at("2026-11-20T00:00:00Z"));
	expect(verify(altered(good[CREDENTIAL], "张伟", "张玮"), b), VERIFY_NOT_VALID, "signature");
	/* A key that is listed twice is nobody's. */
	b.issuer = altered(good[DOCUMENT], "\"verificationMethod\":[", arena_printf(arena,
		"\"verificationMethod\":[{\"id\":\"%.*s#%s\"},", SLICE_ARGS(body.did), body.key_id));
	expect(verify(good[CREDENTIAL], b), VERIFY_UNKNOWN, "issuer_document");
}

static void test_issuers(void **state)
{
	struct bundle b = good_bundle();
	b.issuer = SLICE_NONE;
	expect(verify(good[CREDENTIAL], b), VERIFY_UNKNOWN, "issuer_unavailable");
	b.foreign = true;
	expect(verify(good[CREDENTIAL], b), VERIFY_NOT_VALID, "foreign_issuer");
	b = good_bundle();
	b.issuer = issuer_document(&company, DID_KEY_ACTIVE, DID_KEY_ACTIVE, (struct instant){0});
	expect(verify(good[CREDENTIAL], b), VERIFY_NOT_VALID, "issuer_mismatch");
	/* The company of the pair calls itself the body. */
	struct credential_facts f = issuer_facts(&company);
	f.issuer_name = body.name;
	struct verify_result r = verify(issuer_credential(&company, &f), b);
	assert_true(slice_eq(r.did, company.did)); /* whoever shows the answer shows this */
}

static void test_peek(void **state)
{
	struct verify_needs n;
	for (int i = CREDENTIAL; i <= JWT; i++) {
		assert_int_equal(verify_peek(arena, good[i], &n), 0);
		assert_int_equal(n.form.outcome, CHECK_PASSED);
		assert_true(slice_eq(n.did, body.did));
		assert_true(slice_is(n.revocation_list, "https://localhost:8443/issuers/shili/status/revocation/1"));
		assert_true(slice_is(n.suspension_list, "https://localhost:8443/issuers/shili/status/suspension/1"));
	}
	assert_int_equal(verify_peek(arena, SLICE("{}"), &n), 0);
	assert_int_equal(n.form.outcome, CHECK_NOT_MADE);
	assert_string_equal(n.form.code, "context");
}

/* With any amount of memory the answer is the true one or none. */
static void test_memory(void **state)
{
	struct bundle b = good_bundle();
	struct verify_conf conf = {
		.crypt = crypto, .now = issuer_at(NOW), .issuer = fetch_issuer, .status_list = fetch_list,
		.arg = &b,
	};
	for (int form = CREDENTIAL; form <= JWT; form++) {
		int r = E_NOMEM;
		for (size_t size = 1 * KIB; r == E_NOMEM && size < VERIFY_ARENA; size += size / 8) {
			struct arena *small = arena_new(size);
			struct verify_result result;
			assert_non_null(small);
			r = verify_credential(small, &conf, good[form], &result);
			if (r == 0)
				expect(result, VERIFY_VALID, NULL);
			arena_free(small);
		}
		assert_int_equal(r, 0);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_good),
		TEST(test_facts_come_back),
		TEST(test_alterations),
		TEST(test_other_spellings),
		TEST(test_not_understood),
		TEST(test_every_byte),
		TEST(test_jwt_alterations),
		TEST(test_jwt_shapes),
		TEST(test_no_proof),
		TEST(test_limits),
		TEST(test_status),
		TEST(test_list_sizes),
		TEST(test_unpack),
		TEST(test_dates),
		TEST(test_keys),
		TEST(test_issuers),
		TEST(test_peek),
		TEST(test_memory),
	};
	return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
