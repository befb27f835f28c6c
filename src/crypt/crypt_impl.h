/* crypt/crypt_impl.h - inside of struct crypt; only for files of this folder. */
#pragma once

#include <stdbool.h>

#include <openssl/evp.h>

#include "crypt/crypt.h"

struct crypt {
	EVP_MD *sha256;
	EVP_MD_CTX *md;       /* scratch of one-shot digests */
	EVP_MD_CTX *sign;     /* scratch of verifications */
	EVP_MAC *hmac;
	EVP_MAC_CTX *mac;     /* has its digest set, waits for a key */
	EVP_CIPHER *aes_gcm;
	EVP_CIPHER_CTX *cipher;
};
