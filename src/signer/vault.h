/* signer/vault.h - the key-encryption keys and the issuing keys opened with them.
 *
 * A wrapped key is: version 1, four bytes that name the key-encryption key, AES-256-GCM box of
 * the Ed25519 seed or P-256 scalar with kind, issuer and key id as associated data. So a wrapped
 * key works only for the purpose, issuer and id it was made for, on any host that has the same
 * key-encryption key.
 *
 * To change the key-encryption key, give the new one as current and the old one as previous on
 * every host; keys under either open, new ones are wrapped under the current one. When
 * vault_rewrap has been applied to all, the previous one is taken away. */
#pragma once

#include "crypt/crypt.h"
#include "signer/sign.h"

struct vault; /* opaque */

enum { VAULT_KEY = 32, VAULT_CACHE = 2048 };

/* Copies the key-encryption keys into memory that is locked and left out of core dumps; the
 * caller wipes his. previous: NULL when there is none. crypt must outlive the vault. NULL when
 * memory is out. */
struct vault *vault_new(struct crypt *c, const uint8_t current[static VAULT_KEY],
                        const uint8_t *previous);
void vault_free(struct vault *v); /* wipes; NULL is allowed */

/* Whether the key-encryption keys could be locked into memory. */
bool vault_locked(const struct vault *v);

/* A fresh issuing key, wrapped. E_NOMEM. */
MUSTUSE int vault_generate(struct vault *v, enum signer_kind kind, struct slice issuer,
                           struct generated_key *ret);

/* Signs one job. E_REFUSED: the wrapped key does not open for this kind, issuer and id; E_NOMEM. */
MUSTUSE int vault_sign(struct vault *v, const struct sign_job *job,
                       uint8_t out[static SIGNER_SIGNATURE]);

/* The key wrapped under the current key-encryption key; unchanged when it is already. Failures as
 * vault_sign. */
MUSTUSE int vault_rewrap(struct vault *v, const struct rewrap_job *job, struct rewrapped_key *ret);
