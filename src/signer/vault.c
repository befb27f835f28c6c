/* signer/vault.c - opening a wrapped key costs as much as a signature, so opened keys are kept
 * in a bounded cache. The cache is keyed by everything that the opening proved (issuer, id and
 * wrapped bytes), so that a hit is worth as much as an opening. */
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
	WRAPPED = 1 + NAME + ED25519_SEED + AEAD_OVERHEAD,
	AAD_MAX = SIGNER_ISSUER_MAX + MULTIKEY_TEXT + 32,
};

_Static_assert((int)WRAPPED <= (int)SIGNER_WRAPPED_MAX, "wrapped keys must fit the wire format");

struct vault {
	struct crypt *crypt;
	struct map *keys;
	uint8_t *kek; /* a page of its own, locked */
	uint8_t name[NAME];
	bool locked;
};

static void drop_key(void *key)
{
	ed25519_key_free(key);
}

static uint8_t *locked_page(bool *ret_locked)
{
	void *p = mmap(NULL, VAULT_KEY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	*ret_locked = mlock(p, VAULT_KEY) == 0 && madvise(p, VAULT_KEY, MADV_DONTDUMP) == 0;
	return p;
}

struct vault *vault_new(struct crypt *c, const uint8_t kek[static VAULT_KEY])
{
	struct vault *v = calloc(1, sizeof *v);
	uint8_t seed[16], digest[SHA256_SIZE];
	if (!v)
		return NULL;
	random_bytes(seed, sizeof seed);
	v->crypt = c;
	v->keys = map_new(VAULT_CACHE, seed, drop_key);
	v->kek = locked_page(&v->locked);
	if (!v->keys || !v->kek) {
		vault_free(v);
		return NULL;
	}
	memcpy(v->kek, kek, VAULT_KEY);
	hmac_sha256(c, slice_from(kek, VAULT_KEY), SLICE("name of a key-encryption key"), digest);
	memcpy(v->name, digest, NAME);
	return v;
}

void vault_free(struct vault *v)
{
	if (!v)
		return;
	map_free(v->keys);
	if (v->kek) {
		secret_wipe(v->kek, VAULT_KEY);
		munmap(v->kek, VAULT_KEY);
	}
	free(v);
}

bool vault_locked(const struct vault *v)
{
	return v->locked;
}

/* Both parts end in a byte that cannot occur in them, so no two pairs give the same bytes. */
static struct slice associated(struct slice issuer, struct slice key_id, char out[static AAD_MAX])
{
	struct buf b = {.p = out, .size = AAD_MAX, .max = AAD_MAX};
	buf_adds(&b, "issuing key");
	buf_addc(&b, '\0');
	buf_add(&b, issuer);
	buf_addc(&b, '\0');
	buf_add(&b, key_id);
	buf_addc(&b, '\0');
	return buf_slice(&b);
}

int vault_generate(struct vault *v, struct slice issuer, struct generated_key *ret)
{
	uint8_t seed[ED25519_SEED];
	char aad[AAD_MAX];
	struct ed25519_key *k = ed25519_key_generate(seed);
	if (!k)
		return E_NOMEM;
	memcpy(ret->public, ed25519_key_public(k), ED25519_PUBLIC);
	ed25519_key_free(k);
	multikey_format(ret->public, ret->id);
	ret->wrapped[0] = VERSION;
	memcpy(ret->wrapped + 1, v->name, NAME);
	aes256gcm_seal(v->crypt, v->kek, slice_from(seed, sizeof seed),
	               associated(issuer, slice_of(ret->id), aad), ret->wrapped + 1 + NAME);
	ret->wrapped_n = WRAPPED;
	secret_wipe(seed, sizeof seed);
	return 0;
}

static int open_key(struct vault *v, const struct sign_job *job, struct ed25519_key **ret)
{
	uint8_t seed[ED25519_SEED];
	char aad[AAD_MAX];
	char id[MULTIKEY_TEXT];
	if (job->wrapped.n != WRAPPED || job->wrapped.p[0] != VERSION ||
	    memcmp(job->wrapped.p + 1, v->name, NAME) != 0 || job->issuer.n > SIGNER_ISSUER_MAX ||
	    job->key_id.n >= MULTIKEY_TEXT || memchr(job->issuer.p, 0, job->issuer.n))
		return E_REFUSED;
	int r = aes256gcm_open(v->crypt, v->kek, slice_skip(job->wrapped, 1 + NAME),
	                       associated(job->issuer, job->key_id, aad), seed);
	if (r)
		return E_REFUSED;
	struct ed25519_key *k = ed25519_key_new(seed);
	secret_wipe(seed, sizeof seed);
	if (!k)
		return E_NOMEM;
	multikey_format(ed25519_key_public(k), id);
	if (!slice_is(job->key_id, id)) {
		ed25519_key_free(k);
		return E_REFUSED;
	}
	*ret = k;
	return 0;
}

static int find_key(struct vault *v, const struct sign_job *job, struct ed25519_key **ret)
{
	uint8_t digest[SHA256_SIZE];
	struct slice parts[] = {job->wrapped, job->key_id, job->issuer};
	struct slice key = slice_from(digest, sizeof digest);
	if (job->wrapped.n != WRAPPED || job->key_id.n != MULTIKEY_TEXT - 1)
		return E_REFUSED; /* fixed lengths: the parts cannot be shifted against each other */
	sha256_parts(v->crypt, parts, ARRAY_LEN(parts), digest);
	*ret = map_get(v->keys, key);
	if (*ret)
		return 0;
	int r = open_key(v, job, ret);
	return r ? r : map_put(v->keys, key, *ret);
}

int vault_sign(struct vault *v, const struct sign_job *job, uint8_t out[static ED25519_SIGNATURE])
{
	uint8_t hash[2 * SHA256_SIZE];
	struct ed25519_key *k = NULL;
	int r = find_key(v, job, &k);
	if (r)
		return r;
	sha256(v->crypt, job->proof, hash);
	sha256(v->crypt, job->document, hash + SHA256_SIZE);
	return ed25519_sign(k, slice_from(hash, sizeof hash), out);
}
