/* api/stored_signature.h - whether a stored document is signed, and says what its row says.
 *
 * The write functions store what a worker hands them, and a worker can be taken over. So "passed" is
 * said of a signature only after this: by the clerk, soon after each was stored, or by whoever is
 * asked before that. Keys count whatever became of them since; what a revoked one means is the
 * verdict's to say. */
#pragma once

#include <libpq-fe.h>

#include "web/request.h"

/* The columns of one signed form of a version, beside those of what the registry says. */
struct signed_form {
	const char *text, *key, *listed, *signature;
};
extern const struct signed_form signed_document; /* of every statement that has one */
extern const struct signed_form signed_jwt;      /* of Q_CREDENTIAL_LOAD */

/* Row i of Q_SIGNATURE_STORED or Q_SIGNATURES_UNVERIFIED. *ret_why: NULL when it passed, else a code
 * of credential/verify.h, or "differs": well signed, but the registry says something else. 0 or
 * E_NOMEM: it could not be found out. scratch (VERIFY_ARENA) is cleared. */
MUSTUSE int stored_signature_verify(struct request *rq, struct arena *scratch, const PGresult *res,
                                    int i, const char **ret_why);

/* Whether this form of the first n rows may be handed out, printed, or signed anew as the
 * registry's own: those that skip() leaves out apart (NULL: none), each was verified, by the clerk or
 * now. If not, *ret_refused is the reply, which names the certificate. What is found out here is
 * logged here; what the clerk has found, it has logged. */
typedef bool stored_signature_skip(void *arg, struct slice number);
MUSTUSE bool stored_signature_good(struct request *rq, const struct signed_form *form,
                                   const PGresult *res, int n, stored_signature_skip *skip, void *arg,
                                   struct step *ret_refused);
