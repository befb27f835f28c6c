/* verifying/record.h - what an answer leaves behind: when, what was said, of which certificate (or a keyed hash
 * of what was asked), to what kind of caller. Whoever holds its reference may see it again. No name that was
 * typed and no address is kept. */
#pragma once

#include "verifying/verify.h"

/* Where it may be seen, followed by its reference. */
#define RECORD_ADDRESS "/v1/verification-records/"
#define RECEIPT_ADDRESS "/receipt.pdf" /* behind that: the same, signed */

/* Keeps a record of each of them that was judged, all in one COMMIT, and goes on with next when its outcome is
 * known: v->record says which, and v->reference is then one to give out or not. all lives as long as the
 * request. */
MUSTUSE struct step verify_record(struct request *rq, struct verify *const *all, size_t n, step_fn *next);
