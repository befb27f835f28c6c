/* web/helper.h - awaiting a helper process, beside AWAIT_READ and AWAIT_WRITE: the next step runs only
 * when the answer is there. What went wrong is answered here, once: 503 signer_away, journal_away (the
 * signer's), signer_key_not_opened; 503 overloaded when too much is in flight. */
#pragma once

#include "signer/client.h"
#include "web/request.h"

/* What a route that awaits one of them may answer besides (web/declared.h). */
#define SIGNER_PROBLEMS P_SIGNER_AWAY, P_SIGNER_KEY_NOT_OPENED, P_JOURNAL_AWAY

/* One signature of 64 bytes for each job, all or none; then request_signatures has them. about is what
 * request_awaited returns then. */
MUSTUSE struct step request_await_sign(struct request *rq, step_fn *next,
                                       const struct sign_job *jobs, size_t n, void *about);
#define AWAIT_SIGN(rq, next, jobs, n, about) request_await_sign(rq, next, jobs, n, about)

const uint8_t *request_signatures(const struct request *rq);

/* Nothing was signed for certain by what was awaited last. */
bool request_nothing_signed(const struct request *rq);

/* A fresh key of each of n kinds (at least one) into keys, which live in the request's state, as issuer
 * does; kinds are constant. */
MUSTUSE struct step request_await_keys(struct request *rq, step_fn *next, struct slice issuer,
                                       const enum signer_kind *kinds, size_t n,
                                       struct generated_key *keys);

/* The key in a new box; then request_rewrapped has it, or NULL: the old one does not open. */
MUSTUSE struct step request_await_rewrap(struct request *rq, step_fn *next,
                                         const struct rewrap_job *job);
const struct rewrapped_key *request_rewrapped(const struct request *rq);

/* Any other call: begun with rq as its arg, request_left as its limit and request_call for the call
 * itself, it ends in request_resume or request_fail. A client that leaves has it cancelled. */
struct channel_call **request_call(struct request *rq);
struct duration request_left(const struct request *rq);
MUSTUSE struct step request_await_call(struct request *rq, step_fn *next);
