/* signer/vault.h - the key-encryption key and the issuing keys opened with it.
 *
 * A wrapped key is: version 1, four bytes that name the key-encryption key, AES-256-GCM box of
 * the Ed25519 seed with issuer and key id as associated data. So a wrapped key works only for
 * the issuer and id it was made for, on any host that has the same key-encryption key. */
#pragma once

#include "crypt/crypt.h"
#include "signer/sign.h"

struct vault; /* opaque */

enum { VAULT_KEY = 32, VAULT_CACHE = 2048 };

/* Copies the key-encryption key into memory that is locked and left out of core dumps; the
 * caller wipes his. crypt must outlive the vault. NULL when memory is out. */
struct vault *vault_new(struct crypt *c, const uint8_t kek[static VAULT_KEY]);
void vault_free(struct vault *v); /* wipes; NULL is allowed */

/* Whether the key-encryption key could be locked into memory. */
bool vault_locked(const struct vault *v);

/* A fresh issuing key, wrapped. E_NOMEM. */
MUSTUSE int vault_generate(struct vault *v, struct slice issuer, struct generated_key *ret);

/* Signs one job. E_REFUSED: the wrapped key does not open for this issuer and id; E_NOMEM. */
MUSTUSE int vault_sign(struct vault *v, const struct sign_job *job,
                       uint8_t out[static ED25519_SIGNATURE]);
