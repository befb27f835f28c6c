/* domain/verdict.h - from what is known about a certificate to what the asker is told. Pure: the
 * promise that a revoked certificate is never called valid is kept by those who fetch the facts. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/clock.h"
#include "text/fold.h"

enum certificate_state {
	CERTIFICATE_VALID,
	CERTIFICATE_SUSPENDED,
	CERTIFICATE_REVOKED,
	CERTIFICATE_VOID, /* its assessment was annulled */
};
/* "valid", "suspended", "revoked", "void". */
bool certificate_state_parse(struct slice text, enum certificate_state *ret);

enum name_answer { NAME_NOT_GIVEN, NAME_MATCHES, NAME_DIFFERS };

enum check_outcome { CHECK_NOT_MADE, CHECK_PASSED, CHECK_FAILED };
const char *check_outcome_code(enum check_outcome outcome); /* "not_made" */

/* In the order in which they are told. */
enum check {
	CHECK_NAME,
	CHECK_SIGNATURE,
	CHECK_ISSUER,
	CHECK_DATES,
	CHECK_REVOCATION,
	CHECK_SUSPENSION,
};
enum { CHECK_COUNT = CHECK_SUSPENSION + 1 };
const char *check_code(enum check check); /* "name" */

struct verdict_facts {
	bool found;     /* a published certificate has this code or number */
	bool link_over; /* it was asked for by a holder's share link that has ended */
	enum certificate_state state;
	bool replaced; /* the asked-for version is no longer the current one */
	bool key_revoked; /* its key is not to be trusted for the time when it was signed */
	bool expires;
	struct day expires_on, today;
	enum name_answer name;
	enum check_outcome signature, issuer; /* the issuer passed for what the registry itself stored */
	bool status_known; /* false: an offline credential whose status list could not be had */
};

enum verdict_result {
	VERDICT_VALID,
	VERDICT_REVOKED,
	VERDICT_REPLACED,
	VERDICT_SUSPENDED,
	VERDICT_EXPIRED,
	VERDICT_NO_MATCH,
	VERDICT_LINK_EXPIRED,
	VERDICT_UNKNOWN,
};
const char *verdict_result_code(enum verdict_result result); /* "no_match" */
/* The reverse; a code that this program does not know is unknown. */
enum verdict_result verdict_result_of(struct slice code);

struct verdict {
	enum verdict_result result;
	bool discloses; /* the certificate may be shown and the checks told */
	enum check_outcome checks[CHECK_COUNT];
	const char *signature_code, *revocation_code; /* why that check was not made, or NULL */
};

/* Not found, a wrong name, a wrong signature or issuer: no_match, nothing disclosed; all alike, but
 * that a signature is wrong is said to who has found it. Of
 * several that apply the first wins: link_expired, no_match, unknown because of its status, revoked,
 * replaced, unknown because of its key, suspended, expired. A void certificate is told as revoked. */
struct verdict verdict_of(const struct verdict_facts *facts);

/* Compares a typed name with the holder's, both folded (text/fold.h). An empty one counts as not given; one
 * that is no text differs. *ret_folded: what had to be folded for them to match. 0 or E_NOMEM. */
MUSTUSE int verdict_compare_names(struct slice holder, struct slice typed, struct arena *arena,
				  enum name_answer *ret, fold_steps *ret_folded);
