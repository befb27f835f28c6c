/* crypt/multikey.h - Ed25519 public keys as Multikey text (Controlled Identifiers 1.0, section
 * 2.2.2): z, then base58btc of 0xed 0x01 and the 32 bytes. It always begins with z6Mk and is the
 * id of an issuing key everywhere: in DID documents, in proofs, in the database. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"
#include "crypt/ed25519.h"

enum { MULTIKEY_TEXT = 49 }; /* 48 characters and NUL */

void multikey_format(const uint8_t public[static ED25519_PUBLIC], char out[static MULTIKEY_TEXT]);

/* False when the text is not an Ed25519 Multikey. */
bool multikey_parse(struct slice text, uint8_t out[static ED25519_PUBLIC]);
