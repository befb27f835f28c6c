/* credential/receipt.h - what the registry signs about a verification record: a JWT (RFC 7519) of a type of its own
 * (domain/registry.h), so that nobody takes it for a credential, by the registry's own key (ES256).
 *
 * Header: typ, alg, kid: the key in the registry's DID document. Claims: iss the registry's DID, sub the reference, iat
 * when it was made, record what the registry answers to whoever holds the reference (api/verification_record.c). */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "crypt/p256.h"

struct receipt_facts {
	struct slice public_url, reference;
	struct slice record; /* a JSON object */
	struct instant made;
};

/* The bytes to sign; jwt_attach (credential/jwt.h) makes the whole. E_SYNTAX as did_web; E_NOMEM: arena full. */
MUSTUSE int receipt_input(struct arena *a, struct crypt *c, const struct receipt_facts *f,
                          const uint8_t public[static P256_PUBLIC], struct slice *ret);
