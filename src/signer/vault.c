/* signer/vault.c - opening a wrapped key costs as much as a signature, so opened keys are kept
 * in a bounded cache. The cache is keyed by everything that the opening proved (kind, issuer, id
 * and wrapped bytes), so that a hit is worth as much as an opening. */
#include "signer/vault.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/outcome.h"
#include "crypt/aead.h"
#include "crypt/digest.h"
#include "crypt/random.h"
#include "crypt/secret.h"

enum {
	VERSION = 1,
	NAME = 4, /* bytes that name the key-encryption key */
	SECRET = 32,
	HEAD = 1 + NAME,
	WRAPPED = HEAD + SECRET + AEAD_OVERHEAD,
	KEKS = 2, /* current, previous */
	AAD_MAX = SIGNER_ISSUER_MAX + SIGNER_KEY_ID_TEXT + 32,
};

_Static_assert((int)WRAPPED <= (int)SIGNER_WRAPPED_MAX, "wrapped keys must fit the wire format");
_Static_assert((int)ED25519_SEED == (int)SECRET && (int)P256_SCALAR == (int)SECRET,
               "one length for both kinds");

struct vault {
	struct crypt *crypt;
	struct map *keys; /* of struct opened */
	uint8_t *kek;     /* KEKS times VAULT_KEY in a page of its own, locked */
	uint8_t name[KEKS][NAME];
	size_t n_keks;
	bool locked;
};

/* An issuing key that can sign: one of the two, by its kind. */
struct opened {
	struct ed25519_key *ed25519;
	struct p256_key *p256;
};

static void opened_free(void *arg)
{
	struct opened *o = arg;
	if (!o)
		return;
	ed25519_key_free(o->ed25519);
	p256_key_free(o->p256);
	free(o);
}

static struct opened *opened_new(enum signer_kind kind, const uint8_t secret[static SECRET])
{
	struct opened *o = calloc(1, sizeof *o);
	if (!o)
		return NULL;
	if (kind == SIGNER_ED25519)
		o->ed25519 = ed25519_key_new(secret);
	else
		o->p256 = p256_key_new(secret);
	if (!o->ed25519 && !o->p256) {
		opened_free(o);
		return NULL;
	}
	return o;
}

/* Writes the public key and its id. */
static size_t opened_public(const struct opened *o, uint8_t public[static P256_PUBLIC],
                            char id[static SIGNER_KEY_ID_TEXT])
{
	if (o->ed25519) {
		memcpy(public, ed25519_key_public(o->ed25519), ED25519_PUBLIC);
		multikey_format(public, id);
		return ED25519_PUBLIC;
	}
	memcpy(public, p256_key_public(o->p256), P256_PUBLIC);
	p256_multikey_format(public, id);
	return P256_PUBLIC;
}

static uint8_t *locked_page(bool *ret_locked)
{
	size_t size = KEKS * VAULT_KEY;
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	*ret_locked = mlock(p, size) == 0 && madvise(p, size, MADV_DONTDUMP) == 0;
	return p;
}

static void add_kek(struct vault *v, const uint8_t kek[static VAULT_KEY])
{
	uint8_t digest[SHA256_SIZE];
	size_t i = v->n_keks++;
	memcpy(v->kek + i * VAULT_KEY, kek, VAULT_KEY);
	hmac_sha256(v->crypt, slice_from(kek, VAULT_KEY), SLICE("name of a key-encryption key"),
	            digest);
	memcpy(v->name[i], digest, NAME);
}

struct vault *vault_new(struct crypt *c, const uint8_t current[static VAULT_KEY],
                        const uint8_t *previous)
{
	struct vault *v = calloc(1, sizeof *v);
	uint8_t seed[16];
	if (!v)
		return NULL;
	random_bytes(seed, sizeof seed);
	v->crypt = c;
	v->keys = map_new(VAULT_CACHE, seed, opened_free);
	v->kek = locked_page(&v->locked);
	if (!v->keys || !v->kek) {
		vault_free(v);
		return NULL;
	}
	add_kek(v, current);
	if (previous)
		add_kek(v, previous);
	return v;
}

void vault_free(struct vault *v)
{
	if (!v)
		return;
	map_free(v->keys);
	if (v->kek) {
		secret_wipe(v->kek, KEKS * VAULT_KEY);
		munmap(v->kek, KEKS * VAULT_KEY);
	}
	free(v);
}

bool vault_locked(const struct vault *v)
{
	return v->locked;
}

/* What a wrapped key belongs to. */
struct owner {
	enum signer_kind kind;
	struct slice issuer, key_id;
};

static const char *const purpose[SIGNER_KINDS] = {
	[SIGNER_ED25519] = "issuing key",
	[SIGNER_P256] = "issuing key of JWTs",
};

/* Each part ends in a byte that cannot occur in it, so no two owners give the same bytes. */
static struct slice associated(const struct owner *o, char out[static AAD_MAX])
{
	struct buf b = {.p = out, .size = AAD_MAX, .max = AAD_MAX};
	buf_adds(&b, purpose[o->kind]);
	buf_addc(&b, '\0');
	buf_add(&b, o->issuer);
	buf_addc(&b, '\0');
	buf_add(&b, o->key_id);
	buf_addc(&b, '\0');
	return buf_slice(&b);
}

/* Writes WRAPPED bytes. */
static void wrap(struct vault *v, const struct owner *o, const uint8_t secret[static SECRET],
                 uint8_t *out)
{
	char aad[AAD_MAX];
	out[0] = VERSION;
	memcpy(out + 1, v->name[0], NAME);
	aes256gcm_seal(v->crypt, v->kek, slice_from(secret, SECRET), associated(o, aad), out + HEAD);
}

/* Which key-encryption key a wrapped key names; n_keks when it is none of ours. */
static size_t kek_of(const struct vault *v, struct slice wrapped)
{
	size_t i = 0;
	while (i < v->n_keks && memcmp(wrapped.p + 1, v->name[i], NAME) != 0)
		i++;
	return i;
}

static bool owner_ok(const struct owner *o)
{
	size_t id = o->kind == SIGNER_ED25519 ? MULTIKEY_TEXT : P256_MULTIKEY_TEXT;
	return o->kind < SIGNER_KINDS && o->issuer.n && o->issuer.n <= SIGNER_ISSUER_MAX &&
	       !memchr(o->issuer.p, 0, o->issuer.n) && o->key_id.n == id - 1;
}

/* 0 and the secret, which the caller wipes; or E_REFUSED. */
static int unwrap(struct vault *v, const struct owner *o, struct slice wrapped,
                  uint8_t secret[static SECRET])
{
	char aad[AAD_MAX];
	if (!owner_ok(o) || wrapped.n != WRAPPED || wrapped.p[0] != VERSION)
		return E_REFUSED;
	size_t i = kek_of(v, wrapped);
	if (i == v->n_keks)
		return E_REFUSED;
	int r = aes256gcm_open(v->crypt, v->kek + i * VAULT_KEY, slice_skip(wrapped, HEAD),
	                       associated(o, aad), secret);
	return r ? E_REFUSED : 0;
}

int vault_generate(struct vault *v, enum signer_kind kind, struct slice issuer,
                   struct generated_key *ret)
{
	uint8_t secret[SECRET];
	struct opened *k = calloc(1, sizeof *k);
	if (!k)
		return E_NOMEM;
	if (kind == SIGNER_ED25519)
		k->ed25519 = ed25519_key_generate(secret);
	else
		k->p256 = p256_key_generate(secret);
	if (!k->ed25519 && !k->p256) {
		opened_free(k);
		return E_NOMEM;
	}
	ret->kind = kind;
	ret->public_n = opened_public(k, ret->public, ret->id);
	opened_free(k);
	wrap(v, &(struct owner){kind, issuer, slice_of(ret->id)}, secret, ret->wrapped);
	ret->wrapped_n = WRAPPED;
	secret_wipe(secret, sizeof secret);
	return 0;
}

static int open_key(struct vault *v, const struct owner *o, struct slice wrapped,
                    struct opened **ret)
{
	uint8_t secret[SECRET], public[P256_PUBLIC];
	char id[SIGNER_KEY_ID_TEXT];
	int r = unwrap(v, o, wrapped, secret);
	if (r)
		return r;
	struct opened *k = opened_new(o->kind, secret);
	secret_wipe(secret, sizeof secret);
	if (!k)
		return E_NOMEM;
	opened_public(k, public, id);
	if (!slice_is(o->key_id, id)) {
		opened_free(k);
		return E_REFUSED;
	}
	*ret = k;
	return 0;
}

static int find_key(struct vault *v, const struct owner *o, struct slice wrapped,
                    struct opened **ret)
{
	uint8_t digest[SHA256_SIZE], kind = (uint8_t)o->kind;
	struct slice parts[] = {slice_from(&kind, 1), wrapped, o->key_id, o->issuer};
	struct slice key = slice_from(digest, sizeof digest);
	if (wrapped.n != WRAPPED || !owner_ok(o))
		return E_REFUSED; /* lengths follow from the kind: parts cannot be shifted */
	sha256_parts(v->crypt, parts, ARRAY_LEN(parts), digest);
	*ret = map_get(v->keys, key);
	if (*ret)
		return 0;
	int r = open_key(v, o, wrapped, ret);
	return r ? r : map_put(v->keys, key, *ret);
}

int vault_sign(struct vault *v, const struct sign_job *job, uint8_t out[static SIGNER_SIGNATURE])
{
	uint8_t hash[2 * SHA256_SIZE];
	struct opened *k = NULL;
	int r = find_key(v, &(struct owner){job->kind, job->issuer, job->key_id}, job->wrapped, &k);
	if (r)
		return r;
	if (k->p256)
		return p256_sign(k->p256, job->document, out);
	sha256(v->crypt, job->proof, hash);
	sha256(v->crypt, job->document, hash + SHA256_SIZE);
	return ed25519_sign(k->ed25519, slice_from(hash, sizeof hash), out);
}

int vault_rewrap(struct vault *v, const struct rewrap_job *job, struct rewrapped_key *ret)
{
	const struct owner o = {job->kind, job->issuer, job->key_id};
	uint8_t secret[SECRET];
	int r = unwrap(v, &o, job->wrapped, secret);
	if (r)
		return r;
	if (kek_of(v, job->wrapped) == 0)
		memcpy(ret->wrapped, job->wrapped.p, WRAPPED);
	else
		wrap(v, &o, secret, ret->wrapped);
	ret->wrapped_n = WRAPPED;
	secret_wipe(secret, sizeof secret);
	return 0;
}
