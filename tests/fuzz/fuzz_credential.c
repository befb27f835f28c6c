/* tests/fuzz/fuzz_credential.c - the verifier with one of its documents made up. The first byte
 * says which (c: the credential or JWT, w: the same in a wrapping, r: the revocation list, d: the DID document), the rest is
 * it; the other documents are good ones. Nothing crashes, and whatever credential is called
 * valid says what the issuer has signed. */
#include <stdint.h>
#include <stdlib.h>

#include "../lib/issuer.h"
#include "base/outcome.h"
#include "credential/unwrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct {
	struct arena *arena;
	struct crypt *crypt;
	struct slice credential, document, revocation, suspension;
	struct slice signed_json; /* without proof */
} good;

static struct slice document, revocation;

static int fetch_issuer(void *arg, struct slice did, struct slice *ret)
{
	*ret = document;
	return 0;
}

static int fetch_list(void *arg, struct slice url, struct slice *ret)
{
	*ret = memmem(url.p, url.n, "/revocation/", 12) ? revocation : good.suspension;
	return 0;
}

static void prepare(void)
{
	static uint8_t bits[STATUS_LIST_BYTES];
	struct unsecured_document d;
	good.arena = arena_new(16 * MIB);
	good.crypt = crypt_new();
	assert(good.arena && good.crypt);
	struct issuer i = issuer_new(good.arena, good.crypt, "shili", "上海示例技能评价中心", 1);
	struct credential_facts f = issuer_facts(&i);
	int r = credential_build(good.arena, &f, &d);
	assert(r == 0);
	good.signed_json = d.json;
	good.credential = issuer_credential(&i, &f);
	good.document = issuer_document(&i, DID_KEY_ACTIVE, DID_KEY_ACTIVE, (struct instant){0});
	good.revocation = issuer_list(&i, "revocation", "2026-11-22T03:04:05Z", bits, 0);
	good.suspension = issuer_list(&i, "suspension", "2026-11-22T03:04:05Z", bits, 0);
	issuer_free(&i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct verify_result result;
	struct verify_needs needs;
	if (n == 0)
		return 0;
	if (!good.arena)
		prepare();
	struct slice text = slice_from(data + 1, n - 1), credential = good.credential;
	document = good.document;
	revocation = good.revocation;
	switch (data[0]) {
	case 'c':
	case 'w': credential = text; break;
	case 'r': revocation = text; break;
	case 'd': document = text; break;
	default: return 0;
	}
	struct verify_conf conf = {
		.crypt = good.crypt, .now = issuer_at("2026-11-22T03:04:05Z"), .issuer = fetch_issuer,
		.status_list = fetch_list,
	};
	struct arena *a = arena_new(VERIFY_ARENA);
	assert(a);
	struct unwrapped found = {.text = {credential}, .n = 1};
	int r = data[0] == 'w' ? unwrap(a, text, &found) : 0;
	assert(r == 0 || r == E_LIMIT);
	if (r == 0 && found.n > 0)
		credential = found.text[found.n - 1];
	r = verify_credential(a, &conf, credential, &result);
	assert(r == 0);
	if (result.answer == VERIFY_VALID)
		assert(slice_eq(result.document.json, good.signed_json));
	r = verify_peek(a, credential, &needs);
	assert(r == 0 && needs.form.outcome == result.form.outcome);
	arena_free(a);
	return 0;
}
