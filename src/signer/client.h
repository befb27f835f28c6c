/* signer/client.h - asking the signer over its channel (channel/channel.h), from a worker's loop.
 *
 * A request whose signer died is sent anew. That is safe: a second signature over the same bytes says
 * nothing new, and a generated key that nobody stored is worth nothing. */
#pragma once

#include "channel/channel.h"
#include "signer/codec.h"

/* outcome 0: n signatures of 64 bytes each, in the order of the jobs, valid during the call.
 * Otherwise signatures is NULL: E_TIMEOUT (the deadline passed), E_REFUSED (a wrapped key does not
 * open), E_FULL (the signer's queue is full), E_SYNTAX (it found the request malformed),
 * E_SYSTEM (its journal cannot be written), E_NOMEM (it failed), E_CLOSED (it died twice, or the
 * channel is being freed). */
typedef void signer_sign_done(void *arg, int outcome, const uint8_t *signatures, size_t n);
typedef void signer_generate_done(void *arg, int outcome, const struct generated_key *key);
typedef void signer_rewrap_done(void *arg, int outcome, const struct rewrapped_key *key);
typedef void signer_check_done(void *arg, int outcome);

/* Asks for one signature per job (1 to SIGNER_JOBS_MAX), all or none; copies the jobs. After 0,
 * done runs exactly once unless the call is cancelled (channel_cancel); otherwise never: E_FULL (too
 * much in flight: answer 503), E_LIMIT (a text over the limits of sign.h), E_NOMEM. ret may be
 * NULL. */
MUSTUSE int signer_sign(struct channel *c, enum signer_priority priority, const struct sign_job *jobs,
                        size_t n, struct duration limit, signer_sign_done *done, void *arg,
                        struct channel_call **ret);

/* A fresh key for an issuer. As signer_sign. */
MUSTUSE int signer_generate(struct channel *c, enum signer_kind kind, struct slice issuer,
                            struct duration limit, signer_generate_done *done, void *arg,
                            struct channel_call **ret);

/* The same key wrapped under the current key-encryption key, whether it was under that or the
 * previous one; a key that is under the current one already comes back as it is. Waits behind
 * everything else (SIGNER_BULK). As signer_sign. */
MUSTUSE int signer_rewrap(struct channel *c, const struct rewrap_job *job, struct duration limit,
                          signer_rewrap_done *done, void *arg, struct channel_call **ret);

/* Whether a signature by this key could be had now: it opens, and the journal can be written.
 * Nothing is signed. As signer_sign. */
MUSTUSE int signer_check(struct channel *c, const struct rewrap_job *job, struct duration limit,
                         signer_check_done *done, void *arg, struct channel_call **ret);
