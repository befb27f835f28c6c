/* credential/jwk.h - P-256 keys of issuers as JSON Web Keys (RFC 7517, RFC 7518 section 6.2).
 *
 * A key's address https://…/issuers/slug/keys/thumbprint is the kid of the JWTs it signs, and
 * answers with the bare JWK (Open Badges 3.0 section 8.2.2). The registry's own (domain/registry.h) is named by its
 * place in the DID document, did:web:…#thumbprint. */
#pragma once

#include "base/arena.h"
#include "credential/did.h"
#include "crypt/p256.h"
#include "text/jsonw.h"

/* SLICE_NONE when the arena is full, or public_url none that did_web takes. */
struct slice jwk_url(struct arena *a, struct slice public_url, struct slice slug,
                     struct slice thumbprint);

/* The members kty, crv, x, y into the object that is open. */
void jwk_write(struct jsonw *w, const uint8_t public[static P256_PUBLIC]);

/* The bare JWK with kid, alg and use, as served at its address. E_NOMEM. */
MUSTUSE int jwk_document(struct arena *a, struct crypt *c, struct slice public_url,
                         struct slice slug, const uint8_t public[static P256_PUBLIC],
                         struct slice *ret);
