/* tests/integration/test_verifiers.c - other people's verifiers (tests/node) accept what we issue
 * and refuse what was altered. Writes all cases to one file and runs one Node.js process on it.
 * Run from the top folder; skipped where Node.js or its packages are missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/outcome.h"
#include "credential/did.h"
#include "credential/credential.h"
#include "credential/jwk.h"
#include "credential/jwt.h"
#include "credential/proof.h"
#include "credential/status_list.h"
#include "crypt/encode.h"
#include "crypt/random.h"
#include "signer/vault.h"
#include "text/jsonw.h"

#define URL SLICE("https://localhost:8443")
#define NOW "2026-11-22T03:04:05Z"

struct issuer {
	struct slice slug, name, did, document;
	struct generated_key key, jwt_key;
};

static struct arena *arena;
static struct crypt *crypto;
static struct vault *vault;
static struct buf cases;
static uint8_t bits[STATUS_LIST_BYTES];

static struct instant at(const char *text)
{
	struct instant t;
	assert_true(instant_parse(slice_of(text), &t));
	return t;
}

static void issuer_publish(struct issuer *i, const struct did_key *keys, size_t n)
{
	assert_int_equal(did_document(arena, crypto, URL, i->slug, keys, n, &i->document), 0);
}

static struct issuer issuer_new(const char *slug, const char *name)
{
	struct issuer i = {.slug = slice_of(slug), .name = slice_of(name)};
	assert_int_equal(did_web(arena, URL, i.slug, &i.did), 0);
	assert_int_equal(vault_generate(vault, SIGNER_ED25519, i.slug, &i.key), 0);
	assert_int_equal(vault_generate(vault, SIGNER_P256, i.slug, &i.jwt_key), 0);
	const struct did_key keys[] = {
		{.id = arena_slice(arena, slice_of(i.key.id))},
		{.id = arena_slice(arena, slice_of(i.jwt_key.id))},
	};
	issuer_publish(&i, keys, ARRAY_LEN(keys));
	return i;
}

static struct slice sign(const struct issuer *i, const struct unsecured_document *d, struct instant created)
{
	struct proof_options o = {.did = i->did, .key_id = slice_of(i->key.id), .created = created};
	struct sign_job job = {
		.issuer = i->slug, .key_id = o.key_id, .document = d->canonical,
		.wrapped = slice_from(i->key.wrapped, i->key.wrapped_n),
	};
	uint8_t signature[ED25519_SIGNATURE];
	struct slice text;
	assert_int_equal(proof_canonical(arena, &o, &job.proof), 0);
	assert_int_equal(vault_sign(vault, &job, signature), 0);
	assert_int_equal(proof_attach(arena, d->json, &o, signature, &text), 0);
	return text;
}

static struct credential_facts facts_of(const struct issuer *i)
{
	return (struct credential_facts){
		.kind = KIND_SKILL_GRADE, .id = uuid_v4(), .subject = uuid_v4(),
		.title = SLICE("互联网营销师 直播销售员 四级/中级工"),
		.number = SLICE("S000031000123264000001"), .holder = SLICE("张伟"),
		.issuer_slug = i->slug, .issuer_name = i->name, .occupation = SLICE("4-01-06-02"),
		.edition = SLICE("2022"), .work_type = SLICE("livestream-sales"), .level = SLICE("4"),
		.narrative = SLICE("theory and skill each at least 60"),
		.valid_from = at("2026-11-20T02:15:07Z"), .public_url = URL, .list = 1, .index = 73911,
	};
}

static struct slice list_of(const struct issuer *i, const char *now)
{
	struct status_list_facts f = {
		.public_url = URL, .issuer_slug = i->slug, .purpose = SLICE("revocation"), .list = 1,
		.changed = at("2026-11-20T02:15:07Z"), .now = at(now), .ttl = SECONDS(300),
		.bits = bits,
	};
	struct unsecured_document d;
	struct instant created;
	assert_int_equal(status_list_build(arena, &f, &d, &created), 0);
	return sign(i, &d, created);
}

static void add_case(const char *name, bool good, struct slice credential, struct slice issuer,
	struct slice list, struct slice canonical)
{
	struct jsonw w;
	jsonw_init(&w, &cases);
	jsonw_object(&w);
	jsonw_kcstr(&w, "name", name);
	jsonw_kbool(&w, "good", good);
	jsonw_kcstr(&w, "now", NOW);
	jsonw_kraw(&w, "credential", credential);
	jsonw_kraw(&w, "issuer", issuer);
	jsonw_kraw(&w, "list", list);
	jsonw_kstr(&w, "canonical", canonical);
	jsonw_end(&w);
	buf_addc(&cases, '\n');
}

/* The text with the first `from` replaced, which must be there. */
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

/* ------------------------------------------------------------------ cases */

static void add_good(const char *name, const struct issuer *i, const struct credential_facts *f)
{
	struct unsecured_document d;
	assert_int_equal(credential_build(arena, f, &d), 0);
	add_case(name, true, sign(i, &d, f->valid_from), i->document, list_of(i, NOW), d.canonical);
}

static void good_cases(const struct issuer *body, const struct issuer *company)
{
	static const char *const names[] = {
		"张伟", "𠮷野·爱·\xf3\xa0\x84\x80", "Ünal O'Neil-Şahin", "阿卜杜拉·艾力", "a\"b\\c",
		"\xf0\xa0\xae\xb7\xf0\xb0\x80\x80", "é", "e\xcc\x81", "مُحَمَّد", "กิตติ",
	};
	struct credential_facts f = facts_of(body);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		f.holder = slice_of(names[i]);
		add_good(names[i], body, &f);
	}
	f = facts_of(company);
	f.kind = KIND_COMPANY;
	f.title = SLICE("星播直播销售 中级");
	f.number = SLICE("XINGBO-2026-00000001");
	f.expires = true;
	f.valid_until = at("2029-11-20T15:59:59Z");
	add_good("company, expires later", company, &f);
	f = facts_of(body);
	f.level = f.work_type = SLICE("");
	add_good("without level and work type", body, &f);
}

/* A credential signed by a key that was retired since, or revoked. */
static void rotation_cases(struct issuer issuer)
{
	struct credential_facts f = facts_of(&issuer);
	struct unsecured_document d;
	assert_int_equal(credential_build(arena, &f, &d), 0);
	struct slice signed_ = sign(&issuer, &d, f.valid_from);
	struct slice old = arena_slice(arena, slice_of(issuer.key.id));
	assert_int_equal(vault_generate(vault, SIGNER_ED25519, issuer.slug, &issuer.key), 0);
	struct did_key keys[] = {
		{.id = slice_of(issuer.key.id), .state = DID_KEY_ACTIVE},
		{.id = old, .state = DID_KEY_RETIRED},
	};
	issuer_publish(&issuer, keys, 2);
	add_case("key retired", true, signed_, issuer.document, list_of(&issuer, NOW), d.canonical);
	keys[1].state = DID_KEY_REVOKED;
	issuer_publish(&issuer, keys, 2);
	add_case("key revoked", false, signed_, issuer.document, list_of(&issuer, NOW), d.canonical);
	issuer_publish(&issuer, keys, 1);
	add_case("key not listed", false, signed_, issuer.document, list_of(&issuer, NOW),
	         d.canonical);
}

static const struct {
	const char *from, *to;
} alterations[] = {
	{"\"identityHash\":\"张伟\"", "\"identityHash\":\"张玮\""},
	{"\"identityType\":\"name\"", "\"identityType\":\"email\""},
	{"\"hashed\":false", "\"hashed\":true"},
	{"S000031000123264000001", "S000031000123264000002"},
	{"四级/中级工", "三级/高级工"},
	{"\"description\":\"职业技能等级证书\"", "\"description\":\"职业资格证书\""},
	{"上海示例技能评价中心", "上海市示例技能评价中心"},
	{"\"validFrom\":\"2026-11-20", "\"validFrom\":\"2025-11-20"},
	{"\"validFrom\":\"2026-11-20T02:15:07Z\",", "\"validFrom\":\"2026-11-20T02:15:07Z\","
	                                            "\"validUntil\":\"2036-11-20T02:15:07Z\","},
	{"\"id\":\"urn:uuid:", "\"id\":\"urn:uuid:0"},
	{"each at least 60", "each at least 10"},
	{"4-01-06-02/4\",\"criteria", "4-01-06-02/3\",\"criteria"},
	{"\"statusListIndex\":\"73911\"", "\"statusListIndex\":\"73912\""},
	{"\"statusPurpose\":\"revocation\"", "\"statusPurpose\":\"suspension\""},
	{"revocation/1#73911", "revocation/1#73912"},
	{"\"type\":[\"VerifiableCredential\",\"OpenBadgeCredential\"]", "\"type\":[\"OpenBadgeCredential\"]"},
	{",\"credentialStatus\":", ",\"termsOfUse\":"},
	{"context-3.0.3.json", "context-3.0.2.json"},
	{"\"https://www.w3.org/ns/credentials/v2\",", ""},
	{"\"licenseNumber\":", "\"unknownTerm\":1,\"licenseNumber\":"},
	{"\"licenseNumber\":", "\"role\":\"anchor\",\"licenseNumber\":"},
	{"\"created\":\"2026-11-20", "\"created\":\"2026-11-21"},
	{"\"proofPurpose\":\"assertionMethod\"", "\"proofPurpose\":\"authentication\""},
	{"\"cryptosuite\":\"eddsa-rdfc-2022\"", "\"cryptosuite\":\"eddsa-jcs-2022\""},
	{"\"type\":\"DataIntegrityProof\"", "\"type\":\"Ed25519Signature2020\""},
	{"\"proofValue\":\"z", "\"proofValue\":\"z1"},
	{"\"proofValue\":\"z", "\"proofValue\":\"u"},
	{"\"proof\":[", "\"proof\":[],\"evidence\":["},
	{"issuers:shili\",\"type\":[\"Profile\"]", "issuers:xingbo\",\"type\":[\"Profile\"]"},
};

static void altered_cases(const struct issuer *body)
{
	struct credential_facts f = facts_of(body);
	struct unsecured_document d;
	assert_int_equal(credential_build(arena, &f, &d), 0);
	struct slice signed_ = sign(body, &d, f.valid_from), list = list_of(body, NOW);
	for (size_t i = 0; i < ARRAY_LEN(alterations); i++)
		add_case(alterations[i].to[0] ? alterations[i].to : "removed", false,
		         altered(signed_, alterations[i].from, alterations[i].to), body->document,
		         list, d.canonical);
	/* Alterations of what stands around it. */
	add_case("list altered", false, signed_, body->document,
	         altered(list, "\"ttl\":300000", "\"ttl\":300001"), d.canonical);
	add_case("list prolonged", false, signed_, body->document,
	         altered(list, "\"validUntil\":\"2026", "\"validUntil\":\"2036"), d.canonical);
	add_case("list of another purpose", false, signed_, body->document,
	         altered(list, "\"statusPurpose\":\"revocation\"", "\"statusPurpose\":\"other\""),
	         d.canonical);
	add_case("list expired", false, signed_, body->document,
	         list_of(body, "2026-11-20T03:00:00Z"), d.canonical);
}

/* Who else could have signed: a stranger who calls himself the same, the company of the pair. */
static void foreign_cases(const struct issuer *body, const struct issuer *company)
{
	struct issuer stranger = issuer_new("shili", "上海示例技能评价中心");
	struct credential_facts f = facts_of(body), expired = facts_of(body);
	struct unsecured_document d, e;
	assert_int_equal(credential_build(arena, &f, &d), 0);
	struct slice forged = sign(&stranger, &d, f.valid_from);
	add_case("a stranger's key", false, forged, body->document, list_of(body, NOW), d.canonical);
	add_case("a stranger's key under the body's name", false,
	         altered(forged, stranger.key.id, body->key.id), body->document, list_of(body, NOW),
	         d.canonical);
	struct slice good = sign(body, &d, f.valid_from);
	add_case("a stranger's list", false, good, body->document, list_of(&stranger, NOW),
	         d.canonical);
	add_case("another issuer's list", false, good, body->document,
	         altered(list_of(company, NOW), "issuers/xingbo/", "issuers/shili/"), d.canonical);
	add_case("another issuer's document", false, good, company->document, list_of(body, NOW),
	         d.canonical);
	expired.expires = true;
	expired.valid_until = at("2026-11-21T15:59:59Z");
	assert_int_equal(credential_build(arena, &expired, &e), 0);
	add_case("expired", false, sign(body, &e, f.valid_from), body->document, list_of(body, NOW),
	         e.canonical);
	status_bit_set(bits, f.index);
	add_case("revoked", false, good, body->document, list_of(body, NOW), d.canonical);
	memset(bits, 0, sizeof bits);
	status_bit_set(bits, f.index + 1);
	status_bit_set(bits, f.index - 1);
	add_case("neighbours revoked", true, good, body->document, list_of(body, NOW), d.canonical);
	memset(bits, 0, sizeof bits);
}

/* ------------------------------------------------------------------ JWTs */

static struct slice jwt_sign(const struct issuer *i, struct slice input)
{
	struct sign_job job = {
		.kind = SIGNER_P256, .issuer = i->slug, .key_id = slice_of(i->jwt_key.id),
		.wrapped = slice_from(i->jwt_key.wrapped, i->jwt_key.wrapped_n), .document = input,
	};
	uint8_t signature[SIGNER_SIGNATURE];
	struct slice text;
	assert_int_equal(vault_sign(vault, &job, signature), 0);
	assert_int_equal(jwt_attach(arena, input, signature, &text), 0);
	return text;
}

static struct slice jwt_of(const struct issuer *i, const struct credential_facts *f)
{
	struct unsecured_document d;
	struct slice input;
	assert_int_equal(credential_build(arena, f, &d), 0);
	assert_int_equal(jwt_input(arena, crypto, f, d.json, i->jwt_key.public, &input), 0);
	return jwt_sign(i, input);
}

static void add_jwt(struct buf *out, const char *name, bool good, struct slice jwt,
	const struct issuer *i)
{
	struct slice jwk;
	struct jsonw w;
	assert_int_equal(jwk_document(arena, crypto, URL, i->slug, i->jwt_key.public, &jwk), 0);
	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_kcstr(&w, "name", name);
	jsonw_kbool(&w, "good", good);
	jsonw_kcstr(&w, "now", NOW);
	jsonw_kstr(&w, "jwt", jwt);
	jsonw_kraw(&w, "jwk", jwk);
	jsonw_key(&w, "jwks");
	jsonw_object(&w);
	jsonw_karray(&w, "keys");
	jsonw_raw(&w, jwk);
	jsonw_end(&w);
	jsonw_end(&w);
	jsonw_kraw(&w, "issuer", i->document);
	jsonw_end(&w);
	buf_addc(out, '\n');
}

static struct slice first_part_replaced(struct slice jwt, const char *header)
{
	struct buf b = BUF_INIT(KIB);
	struct slice rest = jwt;
	slice_cut(&rest, '.');
	base64url_add(&b, slice_of(header));
	struct slice text = slice_of(arena_printf(arena, "%.*s.%.*s", SLICE_ARGS(buf_slice(&b)),
	                                          SLICE_ARGS(rest)));
	buf_free(&b);
	return text;
}

static void jwt_cases(struct buf *out, const struct issuer *body, const struct issuer *company)
{
	struct credential_facts f = facts_of(body);
	struct slice good = jwt_of(body, &f);
	add_jwt(out, "skill grade", true, good, body);
	f.holder = SLICE("\xf0\xa0\xae\xb7·Ünal \"O'Neil\"");
	add_jwt(out, "rare characters", true, jwt_of(body, &f), body);
	f = facts_of(company);
	f.kind = KIND_COMPANY;
	f.expires = true;
	f.valid_until = at("2029-11-20T15:59:59Z");
	add_jwt(out, "company that expires", true, jwt_of(company, &f), company);
	f.valid_until = at("2026-11-21T15:59:59Z");
	add_jwt(out, "expired", false, jwt_of(company, &f), company);
	add_jwt(out, "another issuer's keys", false, good, company);
	add_jwt(out, "alg none", false, first_part_replaced(good, "{\"alg\":\"none\"}"), body);
	add_jwt(out, "no kid", false, first_part_replaced(good, "{\"alg\":\"ES256\"}"), body);
	add_jwt(out, "cut", false, slice_from(good.p, good.n - 1), body);
	const char *dot = memrchr(good.p, '.', good.n);
	char *copy = arena_copy(arena, good);
	copy[dot - good.p - 20] ^= 1;
	add_jwt(out, "altered payload", false, slice_of(copy), body);
}

/* ------------------------------------------------------------------ running them */

static int run_node(const char *const argv[])
{
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		execvp("node", (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool node_missing(void)
{
	if (access("tests/node/node_modules/jsonld/package.json", R_OK) != 0) {
		print_message("skip: tests/node has no packages; run npm ci there\n");
		return true;
	}
	if (system("node -e 0 >/dev/null 2>&1") != 0) {
		print_message("skip: no Node.js\n");
		return true;
	}
	return false;
}

static int run_cases(const char *script, const struct buf *lines)
{
	char path[] = "/tmp/talent-verifiers-XXXXXX";
	assert_false(buf_failed(lines));
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, lines->p, lines->n), lines->n);
	close(fd);
	int failed = run_node((const char *[]){"node", script, path, NULL});
	unlink(path);
	return failed;
}

static void test_jwts(void **state)
{
	struct buf lines = BUF_INIT(MIB);
	if (node_missing())
		skip();
	struct issuer body = issuer_new("shili", "上海示例技能评价中心");
	struct issuer company = issuer_new("xingbo", "星播示例科技有限公司");
	jwt_cases(&lines, &body, &company);
	assert_int_equal(run_cases("tests/node/jwts.mjs", &lines), 0);
	buf_free(&lines);
}

static void test_verifiers(void **state)
{
	if (node_missing())
		skip();
	struct issuer body = issuer_new("shili", "上海示例技能评价中心");
	struct issuer company = issuer_new("xingbo", "星播示例科技有限公司");
	good_cases(&body, &company);
	rotation_cases(body);
	altered_cases(&body);
	foreign_cases(&body, &company);
	assert_int_equal(run_cases("tests/node/cases.mjs", &cases), 0);
}

/* The vectors that the unit tests compare with are a JSON-LD processor's. */
static void test_vectors(void **state)
{
	if (node_missing())
		skip();
	assert_int_equal(run_node((const char *[]){
		"node", "tests/node/canonical.mjs", "tests/vectors/credential.json",
		"tests/vectors/company.json", "tests/vectors/company_code.json", "tests/vectors/proof.json", NULL}), 0);
}

static int setup(void **state)
{
	static const uint8_t kek[VAULT_KEY] = "key-encryption key of this test";
	cases = BUF_INIT(16 * MIB);
	arena = arena_new(64 * MIB);
	crypto = crypt_new();
	vault = crypto ? vault_new(crypto, kek, NULL) : NULL;
	return arena && vault ? 0 : -1;
}

static int teardown(void **state)
{
	buf_free(&cases);
	arena_free(arena);
	vault_free(vault);
	crypt_free(crypto);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_verifiers),
		cmocka_unit_test(test_jwts),
	};
	return cmocka_run_group_tests_name("verifiers", tests, setup, teardown);
}
