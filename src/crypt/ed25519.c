/* crypt/ed25519.c - a key holds a signing context initialised once; each signature only
 * re-initialises it, which spares looking the algorithm up again. */
#include "crypt/ed25519.h"

#include <stdlib.h>

#include "base/outcome.h"
#include "crypt/crypt_impl.h"
#include "crypt/random.h"

struct ed25519_key {
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx;
	uint8_t public[ED25519_PUBLIC];
};

struct ed25519_key *ed25519_key_new(const uint8_t seed[static ED25519_SEED])
{
	struct ed25519_key *k = calloc(1, sizeof *k);
	size_t n = ED25519_PUBLIC;
	if (!k)
		return NULL;
	k->pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ED25519_SEED);
	k->ctx = EVP_MD_CTX_new();
	if (!k->pkey || !k->ctx || EVP_PKEY_get_raw_public_key(k->pkey, k->public, &n) != 1 ||
	    EVP_DigestSignInit(k->ctx, NULL, NULL, NULL, k->pkey) != 1) {
		ed25519_key_free(k);
		return NULL;
	}
	return k;
}

struct ed25519_key *ed25519_key_generate(uint8_t ret_seed[static ED25519_SEED])
{
	random_bytes(ret_seed, ED25519_SEED);
	return ed25519_key_new(ret_seed);
}

void ed25519_key_free(struct ed25519_key *k)
{
	if (!k)
		return;
	EVP_MD_CTX_free(k->ctx);
	EVP_PKEY_free(k->pkey);
	free(k);
}

const uint8_t *ed25519_key_public(const struct ed25519_key *k)
{
	return k->public;
}

int ed25519_sign(struct ed25519_key *k, struct slice message, uint8_t out[static ED25519_SIGNATURE])
{
	size_t n = ED25519_SIGNATURE;
	if (EVP_DigestSignInit(k->ctx, NULL, NULL, NULL, NULL) != 1 ||
	    EVP_DigestSign(k->ctx, out, &n, (const unsigned char *)message.p, message.n) != 1)
		return E_NOMEM;
	return 0;
}

bool ed25519_verify(struct crypt *c, const uint8_t public[static ED25519_PUBLIC],
                    struct slice message, const uint8_t signature[static ED25519_SIGNATURE])
{
	EVP_PKEY *pkey =
		EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public, ED25519_PUBLIC);
	bool ok = pkey && EVP_DigestVerifyInit(c->sign, NULL, NULL, NULL, pkey) == 1 &&
	          EVP_DigestVerify(c->sign, signature, ED25519_SIGNATURE,
	                           (const unsigned char *)message.p, message.n) == 1;
	EVP_MD_CTX_reset(c->sign);
	EVP_PKEY_free(pkey);
	return ok;
}
