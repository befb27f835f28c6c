/* verifying/presented.h - a credential that somebody presents, judged by what the registry itself holds.
 *
 * The keys are those of the issuer as stored, the dates and the status those of the stored
 * version. What cannot be read as a credential is unknown. One that is well signed but is not, word
 * for word, what the registry stored under its id is no_match: a stolen key makes no certificate. The
 * stored version is looked up whatever the credential says, so every answer has a read of its own
 * behind it. */
#pragma once

#include <jansson.h>
#include <libpq-fe.h>

#include "base/uuid.h"
#include "credential/verify.h"
#include "verifying/disclosed.h"
#include "web/request.h"

struct presented {
	struct slice text;    /* the one credential in what was presented */
	const char *wrapping; /* or why there is not one, as a code of the form */
	/* Where to look it up: nil and empty when it cannot be read or names no issuer of ours. */
	struct uuid version;
	struct slice slug;
	/* Findings, after presented_check. */
	struct verify_finding form, issuer, signature;
	bool registered; /* the stored version says the same */
};

/* value: the credential's JSON object, or a string with its text or JWT, or what credential/unwrap.h knows
 * how to take off it. NULL: out of memory. */
struct presented *presented_new(struct request *rq, const json_t *value);

/* version: a row of verdict_by_version; keys: rows of did_document (sql/queries). 0 or E_NOMEM. */
MUSTUSE int presented_check(struct request *rq, struct presented *s, const PGresult *version,
                            const PGresult *keys);

/* The verdict from the facts of the stored row. What is stored without a signature that passed is
 * not registered. */
struct verdict presented_verdict(struct presented *s, struct verdict_facts facts);

/* Every check, and of those that failed the code. Returns how many they are. */
size_t presented_checks(const struct presented *s, const struct verdict *verdict,
                        struct check_disclosed ret[static CHECKS_DISCLOSED_MAX]);
