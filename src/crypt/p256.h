/* crypt/p256.h - ES256: ECDSA on P-256 with SHA-256 (FIPS 186-5 section 6, RFC 7518 section 3.4).
 *
 * Signatures are r then s, 32 bytes each, big-endian, as JWS wants them. They are drawn with a
 * random number each (OpenSSL 3.0 has no deterministic mode), so signing the same message twice
 * gives two good signatures. Of the two values of s that would do we always give the smaller
 * one: then nobody can turn one signature into a second without the key. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"
#include "crypt/crypt.h"

enum {
	P256_SCALAR = 32,
	P256_PUBLIC = 64, /* x, y: 32 bytes each, big-endian */
	P256_SIGNATURE = 64,
	P256_MULTIKEY_TEXT = 50,   /* 49 characters and NUL */
	P256_THUMBPRINT_TEXT = 44, /* 43 characters and NUL */
};

struct p256_key; /* opaque: a private key */

/* The key of a scalar, copied. NULL when it is 0, not below the order of the curve, or memory is
 * out. */
struct p256_key *p256_key_new(const uint8_t scalar[static P256_SCALAR]);

/* A fresh key; its scalar is written to ret_scalar, which the caller wipes. NULL: memory. */
struct p256_key *p256_key_generate(uint8_t ret_scalar[static P256_SCALAR]);

/* Wipes and frees. NULL is allowed. */
void p256_key_free(struct p256_key *k);

/* P256_PUBLIC bytes; they live as long as the key. */
const uint8_t *p256_key_public(const struct p256_key *k);

/* E_NOMEM when OpenSSL fails. */
MUSTUSE int p256_sign(struct p256_key *k, struct slice message, uint8_t out[static P256_SIGNATURE]);

/* True when signature is this message's under this public key; false also for a public key that
 * is no point of the curve. Accepts either s: see p256_is_low. */
bool p256_verify(struct crypt *c, const uint8_t public[static P256_PUBLIC], struct slice message,
                 const uint8_t signature[static P256_SIGNATURE]);

/* Whether s is the smaller of the two, as p256_sign makes it. */
bool p256_is_low(const uint8_t signature[static P256_SIGNATURE]);

/* Multikey text (Controlled Identifiers 1.0, section 2.2.2): z, then base58btc of 0x80 0x24 and
 * the compressed point. It always begins with zDn. */
void p256_multikey_format(const uint8_t public[static P256_PUBLIC],
                          char out[static P256_MULTIKEY_TEXT]);

/* False when the text is not the Multikey of a point of the curve. */
bool p256_multikey_parse(struct slice text, uint8_t out[static P256_PUBLIC]);

/* JWK thumbprint (RFC 7638 section 3) with SHA-256, in base64url. */
void p256_thumbprint(struct crypt *c, const uint8_t public[static P256_PUBLIC],
                     char out[static P256_THUMBPRINT_TEXT]);
