/* crypt/crypt.c - fetches every algorithm once and keeps scratch contexts beside them. */
#include "crypt/crypt_impl.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/params.h>

static bool mac_prepare(struct crypt *c)
{
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	c->mac = c->hmac ? EVP_MAC_CTX_new(c->hmac) : NULL;
	return c->mac && EVP_MAC_CTX_set_params(c->mac, params) == 1;
}

struct crypt *crypt_new(void)
{
	struct crypt *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	c->md = EVP_MD_CTX_new();
	c->sign = EVP_MD_CTX_new();
	c->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	c->aes_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	c->cipher = EVP_CIPHER_CTX_new();
	if (!mac_prepare(c) || !c->sha256 || !c->md || !c->sign || !c->aes_gcm || !c->cipher) {
		crypt_free(c);
		return NULL;
	}
	return c;
}

void crypt_free(struct crypt *c)
{
	if (!c)
		return;
	EVP_CIPHER_CTX_free(c->cipher);
	EVP_CIPHER_free(c->aes_gcm);
	EVP_MAC_CTX_free(c->mac);
	EVP_MAC_free(c->hmac);
	EVP_MD_CTX_free(c->sign);
	EVP_MD_CTX_free(c->md);
	EVP_MD_free(c->sha256);
	free(c);
}
