/* credential/did_read.h - looking a key up in an issuer's DID document. */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "base/slice.h"
#include "crypt/p256.h"

enum did_method_kind { DID_METHOD_ED25519, DID_METHOD_P256 };

struct did_method {
	enum did_method_kind kind;
	uint8_t public[P256_PUBLIC]; /* 32 bytes of Ed25519, 64 of P-256 */
	bool asserts;                /* listed in assertionMethod */
	bool revoked;
	struct instant revoked_at;
};

/* The method with this id (did#fragment). E_REFUSED: the document is another identifier's;
 * E_ABSENT: it has no such method; E_SYNTAX: it is no DID document as we read them, the method is
 * of another kind or controller, or listed twice. */
MUSTUSE int did_find_method(const json_t *document, struct slice did, struct slice id,
                            struct did_method *ret);
