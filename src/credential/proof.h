/* credential/proof.h - Data Integrity proofs of the cryptosuite eddsa-rdfc-2022 (Data Integrity
 * EdDSA Cryptosuites 1.0, section 3.2).
 *
 * What is signed are 64 bytes: SHA-256 of the canonical proof options, then SHA-256 of the
 * canonical document. The signer computes them itself from both texts, so the order here is:
 * build a document, proof_canonical, sign (signer/client.h), proof_attach. */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/slice.h"
#include "crypt/ed25519.h"

struct proof_options {
	struct slice did;    /* of the issuer */
	struct slice key_id; /* multibase; the verification method is did#key_id */
	struct instant created;
};

/* The canonical N-Quads of the options. They are the same for every @context of ours, because
 * all begin with the credentials context, which defines these terms. Failures as nquads_finish. */
MUSTUSE int proof_canonical(struct arena *a, const struct proof_options *o, struct slice *ret);

/* The document with its proof as last member, an array of one as the Open Badges schema wants.
 * json: an object as template_fill makes it. E_NOMEM: arena full. */
MUSTUSE int proof_attach(struct arena *a, struct slice json, const struct proof_options *o,
                         const uint8_t signature[static ED25519_SIGNATURE], struct slice *ret);

/* A proof as it stands in a document. Texts lie in the JSON. */
struct proof_parts {
	struct proof_options options;
	uint8_t signature[ED25519_SIGNATURE];
};

/* Reads the member "proof": an array of one, as proof_attach writes it, or that one alone. NULL, or the code of what
 * is wrong: proof_missing, proof_form (another shape, unknown members, no signature),
 * cryptosuite, proof_purpose, verification_method (not a did:web and an Ed25519 key),
 * proof_created (not a date as we write it). */
const char *proof_read(const json_t *proof, struct proof_parts *ret);
