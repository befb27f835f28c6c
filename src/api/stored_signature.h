/* api/stored_signature.h - whether a stored document is signed, and says what its row says.
 *
 * The write functions store what a worker hands them, and a worker can be taken over. So "passed" is
 * said of a signature only after this: by the clerk, soon after each was stored, or by whoever is
 * asked before that. Keys count whatever became of them since; what a revoked one means is the
 * verdict's to say. */
#pragma once

#include <libpq-fe.h>

#include "web/request.h"

/* Row i of Q_SIGNATURE_STORED or Q_SIGNATURES_UNVERIFIED. *ret_why: NULL when it passed, else a code
 * of credential/verify.h, or "differs": well signed, but the registry says something else. 0 or
 * E_NOMEM: it could not be found out. scratch (VERIFY_ARENA) is cleared. */
MUSTUSE int stored_signature_verify(struct request *rq, struct arena *scratch, const PGresult *res,
                                    int i, const char **ret_why);
