/* crypt/ed25519.h - Ed25519 signatures (RFC 8032 section 5.1, pure, no context).
 *
 * Keys are kept as objects because making one from its seed costs as much as signing. Signing is
 * deterministic: the same message gives the same bytes. */
#pragma once

#include "base/slice.h"
#include "crypt/crypt.h"

enum { ED25519_SEED = 32, ED25519_PUBLIC = 32, ED25519_SIGNATURE = 64 };

struct ed25519_key; /* opaque: a private key */

/* The key of a seed (RFC 8032's "private key"), copied. NULL when out of memory. */
struct ed25519_key *ed25519_key_new(const uint8_t seed[static ED25519_SEED]);

/* A fresh key; its seed is written to ret_seed, which the caller wipes. NULL as above. */
struct ed25519_key *ed25519_key_generate(uint8_t ret_seed[static ED25519_SEED]);

/* Wipes and frees. NULL is allowed. */
void ed25519_key_free(struct ed25519_key *k);

/* The public half; lives as long as the key. */
const uint8_t *ed25519_key_public(const struct ed25519_key *k);

/* E_NOMEM when OpenSSL fails. */
MUSTUSE int ed25519_sign(struct ed25519_key *k, struct slice message,
                         uint8_t out[static ED25519_SIGNATURE]);

/* True when signature is this message's under this public key. */
bool ed25519_verify(struct crypt *c, const uint8_t public[static ED25519_PUBLIC],
                    struct slice message, const uint8_t signature[static ED25519_SIGNATURE]);
