/* tests/lib/issuer.h - an issuer with fixed keys, and documents it has signed: for tests of the
 * verifier and for its fuzz target, which links no other helper. Asserts on lack of memory. */
#pragma once

#include <assert.h>

#include "credential/did.h"
#include "credential/credential.h"
#include "credential/jwt.h"
#include "credential/proof.h"
#include "credential/status_list.h"
#include "crypt/digest.h"
#include "crypt/multikey.h"

#define ISSUER_URL SLICE("https://localhost:8443")

struct issuer {
	struct arena *arena;
	struct crypt *crypt;
	struct slice slug, name, did;
	struct ed25519_key *key;
	struct p256_key *jwt_key;
	char key_id[MULTIKEY_TEXT], jwt_key_id[P256_MULTIKEY_TEXT];
};

static inline struct instant issuer_at(const char *text)
{
	struct instant t = {0};
	bool ok = instant_parse(slice_of(text), &t);
	assert(ok);
	return t;
}

/* number tells issuers with equal slugs apart. */
static inline struct issuer issuer_new(struct arena *a, struct crypt *c, const char *slug,
	const char *name, uint8_t number)
{
	struct issuer i = {.arena = a, .crypt = c, .slug = slice_of(slug), .name = slice_of(name)};
	uint8_t seed[32] = "fixed keys of tests, not secret", scalar[32];
	seed[31] = number;
	memcpy(scalar, seed, sizeof seed);
	i.key = ed25519_key_new(seed);
	i.jwt_key = p256_key_new(scalar);
	int r = did_web(a, ISSUER_URL, i.slug, &i.did);
	assert(i.key && i.jwt_key && r == 0);
	multikey_format(ed25519_key_public(i.key), i.key_id);
	p256_multikey_format(p256_key_public(i.jwt_key), i.jwt_key_id);
	return i;
}

static inline void issuer_free(struct issuer *i)
{
	ed25519_key_free(i->key);
	p256_key_free(i->jwt_key);
}

static inline struct slice issuer_sign(const struct issuer *i, const struct unsecured_document *d,
	struct instant created)
{
	struct proof_options o = {.did = i->did, .key_id = slice_of(i->key_id), .created = created};
	uint8_t hash[64], signature[64];
	struct slice proof, text = SLICE_NONE;
	int r = proof_canonical(i->arena, &o, &proof);
	assert(r == 0);
	sha256(i->crypt, proof, hash);
	sha256(i->crypt, d->canonical, hash + 32);
	r = ed25519_sign(i->key, slice_from(hash, sizeof hash), signature);
	assert(r == 0);
	r = proof_attach(i->arena, d->json, &o, signature, &text);
	assert(r == 0);
	return text;
}

static inline struct credential_facts issuer_facts(const struct issuer *i)
{
	struct credential_facts f = {
		.kind = KIND_SKILL_GRADE, .title = SLICE("互联网营销师 直播销售员 四级/中级工"),
		.number = SLICE("S000031000123264000001"), .holder = SLICE("张伟"),
		.issuer_slug = i->slug, .issuer_name = i->name, .occupation = SLICE("4-01-06-02"),
		.edition = SLICE("2022"), .work_type = SLICE("livestream-sales"), .level = SLICE("4"),
		.narrative = SLICE("theory and skill each at least 60"),
		.valid_from = issuer_at("2026-11-20T02:15:07Z"), .public_url = ISSUER_URL,
		.list = 1, .index = 73911,
	};
	bool ok = uuid_parse(SLICE("c0a1f5d2-2b8e-4a6d-9d33-5b1f7e2a9c10"), &f.id) &&
	          uuid_parse(SLICE("e1b70c44-90f2-4d18-8a5b-7c3d2f6e1a09"), &f.subject);
	assert(ok);
	return f;
}

static inline struct slice issuer_credential(const struct issuer *i,
	const struct credential_facts *f)
{
	struct unsecured_document d;
	int r = credential_build(i->arena, f, &d);
	assert(r == 0);
	return issuer_sign(i, &d, f->valid_from);
}

static inline struct slice issuer_jwt_of(const struct issuer *i, struct slice input)
{
	uint8_t signature[P256_SIGNATURE];
	struct slice text = SLICE_NONE;
	int r = p256_sign(i->jwt_key, input, signature);
	assert(r == 0);
	r = jwt_attach(i->arena, input, signature, &text);
	assert(r == 0);
	return text;
}

static inline struct slice issuer_jwt(const struct issuer *i, const struct credential_facts *f)
{
	struct unsecured_document d;
	struct slice input;
	int r = credential_build(i->arena, f, &d);
	assert(r == 0);
	r = jwt_input(i->arena, i->crypt, f, d.json, p256_key_public(i->jwt_key), &input);
	assert(r == 0);
	return issuer_jwt_of(i, input);
}

static inline struct slice issuer_list(const struct issuer *i, const char *purpose,
	const char *now, const uint8_t *bits, size_t n)
{
	struct status_list_facts f = {
		.public_url = ISSUER_URL, .issuer_slug = i->slug, .purpose = slice_of(purpose),
		.list = 1, .changed = issuer_at("2026-11-20T02:15:07Z"), .now = issuer_at(now),
		.ttl = SECONDS(300), .bits = bits, .n_bytes = n,
	};
	struct unsecured_document d;
	struct instant created;
	int r = status_list_build(i->arena, &f, &d, &created);
	assert(r == 0);
	return issuer_sign(i, &d, created);
}

static inline struct slice issuer_document(const struct issuer *i, enum did_key_state key,
	enum did_key_state jwt_key, struct instant revoked)
{
	const struct did_key keys[] = {
		{slice_of(i->key_id), key, revoked}, {slice_of(i->jwt_key_id), jwt_key, revoked},
	};
	struct slice text = SLICE_NONE;
	int r = did_document(i->arena, i->crypt, ISSUER_URL, i->slug, keys, 2, &text);
	assert(r == 0);
	return text;
}
