/* signer/sign.h - what is asked of the signer: the types that its client, its wire format and
 * the process itself share. */
#pragma once

#include "base/slice.h"
#include "base/uuid.h"
#include "crypt/ed25519.h"
#include "crypt/multikey.h"
#include "crypt/p256.h"
#include "domain/registry.h"

/* What a key is for. Numbers of the wire format; the key's id shows it too (z6Mk, zDn). */
enum signer_kind {
	SIGNER_ED25519, /* embedded proofs */
	SIGNER_P256,    /* ES256: the JWT form */
	SIGNER_KINDS,
};

/* Interactive requests (somebody waits) go before bulk ones (imports). */
enum signer_priority { SIGNER_INTERACTIVE, SIGNER_BULK, SIGNER_PRIORITIES };

/* What the bytes are, as whoever asks says; the signer does not look into them, its journal keeps
 * the words. Numbers of the wire format. */
enum sign_what {
	SIGN_CREDENTIAL,
	SIGN_JWT,
	SIGN_STATUS_LIST,
	SIGN_RECEIPT, /* of a verification: by the registry's own key, and that signs nothing else */
	SIGN_WHATS,
};
static inline const char *sign_what_code(enum sign_what w)
{
	static const char *const codes[SIGN_WHATS] = {"credential", "jwt", "status_list", "receipt"};
	return codes[w];
}

struct sign_about {
	enum sign_what what;
	struct uuid version;  /* of the certificate; nil: none */
	struct slice subject; /* its number, a list's purpose, or a record's reference; may be empty */
	uint32_t list, index; /* position in a status list; list 0: none */
	bool indexed;         /* index is one */
};

enum {
	SIGNER_SUBJECT_MAX = 64, /* bytes */
	SIGNER_ISSUER_MAX = 64,  /* bytes of an issuer's slug */
	SIGNER_WRAPPED_MAX = 128,
	SIGNER_TEXT_MAX = 256 * 1024, /* bytes of one canonical text */
	SIGNER_JOBS_MAX = 64,    /* signatures asked for in one request */
	SIGNER_SIGNATURE = 64,   /* bytes of a signature of either kind */
	SIGNER_KEY_ID_TEXT = P256_MULTIKEY_TEXT, /* the longest id of either kind, with NUL */
};
_Static_assert((int)SIGNER_SIGNATURE == (int)ED25519_SIGNATURE &&
               (int)SIGNER_SIGNATURE == (int)P256_SIGNATURE, "one length for both");

/* One signature: by Ed25519 over SHA-256(proof) followed by SHA-256(document), by P-256 over the
 * document (ES256 hashes it). */
struct sign_job {
	enum signer_kind kind;
	struct sign_about about;
	struct slice issuer;   /* slug */
	struct slice key_id;   /* multibase, as signer_generate gave it */
	struct slice wrapped;  /* the wrapped private key, likewise */
	struct slice proof;    /* canonical proof options; empty for P-256 */
	struct slice document; /* canonical document; for P-256 the JWS signing input */
};

/* Whether the registry's key is to sign a receipt, and another one something else: by what it says that it is, by
 * whose key it names (which is what opens it) and by how it begins. */
static inline bool sign_job_fits(const struct sign_job *job)
{
	bool receipt = job->about.what == SIGN_RECEIPT;
	return receipt == slice_is(job->issuer, REGISTRY_ISSUER) &&
	       receipt == (job->kind == SIGNER_P256 && slice_starts(job->document, SLICE(RECEIPT_BEGINS)));
}

struct generated_key {
	enum signer_kind kind;
	char id[SIGNER_KEY_ID_TEXT];
	uint8_t public[P256_PUBLIC]; /* the first public_n bytes: 32 of Ed25519, 64 (x, y) of P-256 */
	size_t public_n;
	uint8_t wrapped[SIGNER_WRAPPED_MAX];
	size_t wrapped_n;
};

/* A key to be wrapped anew under the current key-encryption key. */
struct rewrap_job {
	enum signer_kind kind;
	struct slice issuer, key_id, wrapped;
};

struct rewrapped_key {
	uint8_t wrapped[SIGNER_WRAPPED_MAX];
	size_t wrapped_n;
};
