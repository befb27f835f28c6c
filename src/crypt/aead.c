/* crypt/aead.c - AES-256-GCM on the scratch cipher context, which is reset after each use so
 * that no key schedule stays behind. */
#include "crypt/aead.h"

#include <assert.h>
#include <stdlib.h>

#include "base/outcome.h"
#include "crypt/crypt_impl.h"
#include "crypt/random.h"
#include "crypt/secret.h"

enum { INPUT_MAX = 1 << 30 };

static void must(int ok)
{
	if (ok != 1)
		abort();
}

void aes256gcm_seal_nonce(struct crypt *c, const uint8_t key[static AEAD_KEY],
                          const uint8_t nonce[static AEAD_NONCE], struct slice plain,
                          struct slice aad, uint8_t *out)
{
	int n = 0;
	assert(plain.n <= INPUT_MAX && aad.n <= INPUT_MAX);
	memcpy(out, nonce, AEAD_NONCE);
	must(EVP_EncryptInit_ex2(c->cipher, c->aes_gcm, key, nonce, NULL));
	if (aad.n)
		must(EVP_EncryptUpdate(c->cipher, NULL, &n, (const unsigned char *)aad.p,
		                       (int)aad.n));
	if (plain.n)
		must(EVP_EncryptUpdate(c->cipher, out + AEAD_NONCE, &n,
		                       (const unsigned char *)plain.p, (int)plain.n));
	must(EVP_EncryptFinal_ex(c->cipher, out + AEAD_NONCE + plain.n, &n));
	must(EVP_CIPHER_CTX_ctrl(c->cipher, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG,
	                         out + AEAD_NONCE + plain.n));
	EVP_CIPHER_CTX_reset(c->cipher);
}

void aes256gcm_seal(struct crypt *c, const uint8_t key[static AEAD_KEY], struct slice plain,
                    struct slice aad, uint8_t *out)
{
	uint8_t nonce[AEAD_NONCE];
	random_bytes(nonce, sizeof nonce);
	aes256gcm_seal_nonce(c, key, nonce, plain, aad, out);
}

int aes256gcm_open(struct crypt *c, const uint8_t key[static AEAD_KEY], struct slice box,
                   struct slice aad, uint8_t *out)
{
	if (box.n < AEAD_OVERHEAD)
		return E_SYNTAX;
	if (box.n > INPUT_MAX || aad.n > INPUT_MAX)
		return E_LIMIT;
	const unsigned char *p = (const unsigned char *)box.p;
	size_t len = box.n - AEAD_OVERHEAD;
	uint8_t tag[AEAD_TAG];
	int n = 0;
	memcpy(tag, p + AEAD_NONCE + len, AEAD_TAG);
	must(EVP_DecryptInit_ex2(c->cipher, c->aes_gcm, key, p, NULL));
	if (aad.n)
		must(EVP_DecryptUpdate(c->cipher, NULL, &n, (const unsigned char *)aad.p,
		                       (int)aad.n));
	if (len)
		must(EVP_DecryptUpdate(c->cipher, out, &n, p + AEAD_NONCE, (int)len));
	must(EVP_CIPHER_CTX_ctrl(c->cipher, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG, tag));
	int genuine = EVP_DecryptFinal_ex(c->cipher, tag, &n) == 1;
	EVP_CIPHER_CTX_reset(c->cipher);
	if (!genuine) {
		secret_wipe(out, len);
		return E_REFUSED;
	}
	return 0;
}
