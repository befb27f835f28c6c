/* credential/verify.h - checks a credential with nothing but the issuer's DID document and status
 * lists: no registry, no network, no clock but the one given.
 *
 * Strict: only credentials of the form this registry issues are read, with embedded proof or as
 * JWT (what may stand around them: unwrap.h); anything else is never guessed at. Every check says
 * passed, failed or not made, the latter two with a stable code. What could not be had (a list, a
 * document) or read is never taken for a good sign: the answer is unknown then.
 *
 * Codes, by finding (not valid unless marked ? for unknown):
 *   form        too_large?, too_deep (with .limit), malformed, context, type, unsupported_form,
 *               proof_missing, proof_form, cryptosuite, proof_purpose, verification_method,
 *               proof_created; of JWTs jwt_header, jwt_algorithm, jwt_type, receipt? (of a
 *               verification), jwt_embedded_key, jwt_key_id, jwt_claims, jwt_signature_form. Each is unknown where no issuer of a
 *               registry like this one is named, or where the text ends too early: not a
 *               credential that was altered, but something else
 *   issuer      foreign_issuer, issuer_mismatch, key_not_listed, key_not_for_assertion,
 *               issuer_unavailable?, issuer_document?
 *   signature   signature, key_revoked?
 *   dates       not_yet_valid, expired
 *   revocation  revoked, status_list_unavailable?, status_list_invalid?, status_list_expired?,
 *               clock? (the list is signed later than now)
 *   suspension  suspended, and the last four
 *
 * A revoked key: its DID document gives the date ("revoked" of the verification method). What has
 * a proof created at that time or later, and every JWT of it (a JWT does not say when it was
 * signed), is key_revoked; what is older stays good. The date must therefore lie before the
 * first misuse that is possible; a thief can still write an earlier date into a forgery, so
 * where the registry can be asked it also compares with what it has stored. */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "credential/credential.h"
#include "crypt/crypt.h"
#include "crypt/ed25519.h"
#include "domain/verdict.h"

enum {
	VERIFY_SIZE_MAX = 64 * 1024, /* bytes of a credential */
	VERIFY_DEPTH_MAX = 12,       /* nested arrays and objects in any document */
	VERIFY_DOCUMENT_MAX = 512 * 1024, /* bytes of a DID document or a status list */
	VERIFY_ARENA = 4 * 1024 * 1024,   /* enough for one credential */
};

/* Allowed difference of clocks where no authority's clock is at hand (talentctl). */
#define VERIFY_TOLERANCE_OFFLINE SECONDS(3600)

/* Finds a document. 0; E_ABSENT: it cannot be had; E_REFUSED (issuers only): it is known that
 * this issuer is none of those asked for; E_NOMEM. *ret lives until verify_credential returns. */
typedef int verify_fetch(void *arg, struct slice address, struct slice *ret);

struct verify_conf {
	struct crypt *crypt;
	struct instant now;
	struct duration tolerance;
	verify_fetch *issuer;      /* DID document by DID */
	verify_fetch *status_list; /* by address; NULL: none can be had */
	void *arg;
};

enum verify_answer { VERIFY_UNKNOWN, VERIFY_VALID, VERIFY_NOT_VALID };
const char *verify_answer_code(enum verify_answer answer); /* "unknown", "valid", "not_valid" */

struct verify_finding {
	enum check_outcome outcome;
	const char *code; /* NULL: passed, or not made because an earlier one failed */
	size_t limit;     /* the limit that too_large and too_deep name */
};

enum verify_kind { VERIFY_EMBEDDED, VERIFY_JWT };

struct verify_result {
	enum verify_answer answer;
	const char *code; /* of the first finding that has one */
	enum verify_kind kind;
	struct verify_finding form, checks[CHECK_COUNT]; /* CHECK_NAME is the caller's to make */
	struct credential_facts facts; /* when form passed */
	struct unsecured_document document;      /* likewise; json is without proof and claims */
	struct slice did;              /* the issuer it names, likewise */
	struct slice key;              /* fragment of the key's address in the DID document */
	struct instant created;        /* of the proof; for a JWT validFrom */
	uint8_t signed_hash[32];       /* as signer/journal.h, when form passed */
};

/* Texts of *ret live as long as the arena. Returns 0 whatever the answer, or E_NOMEM. */
MUSTUSE int verify_credential(struct arena *a, const struct verify_conf *conf, struct slice input,
                              struct verify_result *ret);

/* Checks a status list by itself, as it would count for a credential of this issuer: *ret_code is
 * NULL when it is good, else one of the codes of "revocation" above. Only crypt, now, tolerance and
 * issuer of conf are used. 0 or E_NOMEM. */
MUSTUSE int verify_list(struct arena *a, const struct verify_conf *conf, struct slice did,
                        struct slice url, struct slice purpose, struct slice text,
                        const char **ret_code);

/* What verify_credential will ask for, so that it can be fetched before. Nothing is checked but
 * the form, whose finding is returned when it fails: then nothing else is set. */
struct verify_needs {
	struct verify_finding form;
	struct credential_facts facts;
	struct slice did, revocation_list, suspension_list;
};
MUSTUSE int verify_peek(struct arena *a, struct slice input,
                        struct verify_needs *ret);

/* Whether this key signed an embedded proof: both parts canonical, as proof_canonical and
 * document.canonical have them. */
bool verify_eddsa(struct crypt *c, const uint8_t public[static ED25519_PUBLIC],
                  struct slice proof, struct slice document,
                  const uint8_t signature[static ED25519_SIGNATURE]);
