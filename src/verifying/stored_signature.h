/* verifying/stored_signature.h - whether a stored document is signed, and says what its row says.
 *
 * The write functions store what a worker hands them, and a worker can be taken over. So "passed" is
 * said of a signature only after this: by a background job, soon after each was stored, or by whoever is
 * asked before that. Keys count whatever became of them since; what a revoked one means is the
 * verdict's to say. */
#pragma once

#include "sql/rows/proof.h"
#include "web/request.h"

/* *ret_why: NULL when it passed, else a code of credential/verify.h, or "differs": well signed, but the
 * registry says something else. 0 or E_NOMEM: it could not be found out. scratch (VERIFY_ARENA) is
 * cleared. */
MUSTUSE int stored_signature_verify(struct request *rq, struct arena *scratch,
                                    const struct proof_row *p, const char **ret_why);

/* Whether this may be handed out, printed, or signed anew as the registry's own: it was verified, by
 * the background job (known: what a column "signature" says) or now. If not, *ret_refused is the reply, which
 * names the certificate. What is found out here is logged here; what the job has found, it has
 * logged. */
MUSTUSE bool stored_signature_good(struct request *rq, const struct proof_row *p,
                                   struct slice known, struct step *ret_refused);

/* Says to the operator which certificate it is, and what to do. why: as stored_signature_verify's. */
void stored_signature_log(const struct request *rq, struct slice number, struct uuid version,
                          struct slice key, const char *why);
