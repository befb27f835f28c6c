/* crypt/digest.c - one-shot digests on the scratch contexts of struct crypt. */
#include "crypt/digest.h"

#include <stdlib.h>

#include "crypt/crypt_impl.h"

struct sha256_state {
	EVP_MD_CTX *ctx;
	const EVP_MD *md;
};

static void must(int ok)
{
	if (ok != 1)
		abort();
}

void sha256_parts(struct crypt *c, const struct slice *parts, size_t n,
                  uint8_t out[static SHA256_SIZE])
{
	must(EVP_DigestInit_ex2(c->md, c->sha256, NULL));
	for (size_t i = 0; i < n; i++)
		must(EVP_DigestUpdate(c->md, parts[i].p, parts[i].n));
	must(EVP_DigestFinal_ex(c->md, out, NULL));
}

void sha256(struct crypt *c, struct slice data, uint8_t out[static SHA256_SIZE])
{
	sha256_parts(c, &data, 1, out);
}

void hmac_sha256_parts(struct crypt *c, struct slice key, const struct slice *parts, size_t n,
                       uint8_t out[static SHA256_SIZE])
{
	must(EVP_MAC_init(c->mac, (const unsigned char *)key.p, key.n, NULL));
	for (size_t i = 0; i < n; i++)
		must(EVP_MAC_update(c->mac, (const unsigned char *)parts[i].p, parts[i].n));
	must(EVP_MAC_final(c->mac, out, NULL, SHA256_SIZE));
}

void hmac_sha256(struct crypt *c, struct slice key, struct slice data,
                 uint8_t out[static SHA256_SIZE])
{
	hmac_sha256_parts(c, key, &data, 1, out);
}

struct sha256_state *sha256_new(struct crypt *c)
{
	struct sha256_state *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->md = c->sha256;
	s->ctx = EVP_MD_CTX_new();
	if (!s->ctx || EVP_DigestInit_ex2(s->ctx, s->md, NULL) != 1) {
		sha256_free(s);
		return NULL;
	}
	return s;
}

void sha256_update(struct sha256_state *s, struct slice data)
{
	must(EVP_DigestUpdate(s->ctx, data.p, data.n));
}

void sha256_final(struct sha256_state *s, uint8_t out[static SHA256_SIZE])
{
	must(EVP_DigestFinal_ex(s->ctx, out, NULL));
	must(EVP_DigestInit_ex2(s->ctx, s->md, NULL));
}

void sha256_free(struct sha256_state *s)
{
	if (!s)
		return;
	EVP_MD_CTX_free(s->ctx);
	free(s);
}
