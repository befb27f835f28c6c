/* signer/sign.h - what is asked of the signer: the types that its client, its wire format and
 * the process itself share. */
#pragma once

#include "base/slice.h"
#include "crypt/ed25519.h"
#include "crypt/multikey.h"

/* Interactive requests (somebody waits) go before bulk ones (imports). */
enum signer_lane { SIGNER_INTERACTIVE, SIGNER_BULK, SIGNER_LANES };

enum {
	SIGNER_ISSUER_MAX = 64,  /* bytes of an issuer's slug */
	SIGNER_WRAPPED_MAX = 128,
	SIGNER_TEXT_MAX = 256 * 1024, /* bytes of one canonical text */
	SIGNER_JOBS_MAX = 64,    /* signatures asked for in one request */
};

/* One signature over SHA-256(proof) followed by SHA-256(document). */
struct sign_job {
	struct slice issuer;   /* slug */
	struct slice key_id;   /* multibase, as signer_generate gave it */
	struct slice wrapped;  /* the wrapped private key, likewise */
	struct slice proof;    /* canonical proof options */
	struct slice document; /* canonical document */
};

struct generated_key {
	char id[MULTIKEY_TEXT];
	uint8_t public[ED25519_PUBLIC];
	uint8_t wrapped[SIGNER_WRAPPED_MAX];
	size_t wrapped_n;
};
