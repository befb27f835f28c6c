/* signer/client.h - asking the signer, from a worker's loop.
 *
 * Nothing blocks; callbacks run from the loop, never from inside a call. The connection is made
 * and made again by itself: when the signer goes away, requests in flight are sent anew to the
 * next one until their deadline. That is safe: a second signature over the same bytes says nothing
 * new, and a generated key that nobody stored is worth nothing.
 *
 * struct signer is an interface, so that tests can sign in process (tests/lib/fake_signer.h). */
#pragma once

#include "base/clock.h"
#include "loop/loop.h"
#include "signer/sign.h"
#include "telemetry/log.h"

struct signer;
struct signer_call; /* a request in flight; gone once its callback has begun */

/* outcome 0: n signatures of 64 bytes each, in the order of the jobs, valid during the call.
 * Otherwise signatures is NULL: E_TIMEOUT (the deadline passed), E_REFUSED (a wrapped key does not
 * open), E_FULL (the signer's queue is full), E_SYNTAX (it found the request malformed),
 * E_SYSTEM (its journal cannot be written), E_NOMEM (it failed), E_CLOSED (the client is being
 * freed). */
typedef void signer_sign_done(void *arg, int outcome, const uint8_t *signatures, size_t n);
typedef void signer_generate_done(void *arg, int outcome, const struct generated_key *key);
typedef void signer_rewrap_done(void *arg, int outcome, const struct rewrapped_key *key);
typedef void signer_check_done(void *arg, int outcome);

struct signer_ops {
	int (*sign)(struct signer *, enum signer_lane, const struct sign_job *, size_t n,
	            struct duration limit, signer_sign_done *, void *arg, struct signer_call **);
	int (*generate)(struct signer *, enum signer_kind, struct slice issuer,
	                struct duration limit, signer_generate_done *, void *arg,
	                struct signer_call **);
	int (*rewrap)(struct signer *, const struct rewrap_job *, struct duration limit,
	              signer_rewrap_done *, void *arg, struct signer_call **);
	int (*check)(struct signer *, const struct rewrap_job *, struct duration limit,
	             signer_check_done *, void *arg, struct signer_call **);
	void (*cancel)(struct signer *, struct signer_call *);
};

struct signer {
	const struct signer_ops *ops;
};

/* Asks for one signature per job (1 to SIGNER_JOBS_MAX), all or none; copies the jobs. After 0,
 * done runs exactly once unless cancelled; otherwise never: E_FULL (too much in flight: answer
 * 503), E_LIMIT (a text over the limits of sign.h), E_NOMEM. ret_call may be NULL. */
MUSTUSE static inline int signer_sign(struct signer *s, enum signer_lane lane,
	const struct sign_job *jobs, size_t n, struct duration limit, signer_sign_done *done,
	void *arg, struct signer_call **ret_call)
{
	return s->ops->sign(s, lane, jobs, n, limit, done, arg, ret_call);
}

/* A fresh key for an issuer. As signer_sign. */
MUSTUSE static inline int signer_generate(struct signer *s, enum signer_kind kind,
	struct slice issuer, struct duration limit, signer_generate_done *done, void *arg,
	struct signer_call **ret_call)
{
	return s->ops->generate(s, kind, issuer, limit, done, arg, ret_call);
}

/* The same key wrapped under the current key-encryption key, whether it was under that or the
 * previous one; a key that is under the current one already comes back as it is. Waits behind
 * everything else (SIGNER_BULK). As signer_sign. */
MUSTUSE static inline int signer_rewrap(struct signer *s, const struct rewrap_job *job,
	struct duration limit, signer_rewrap_done *done, void *arg, struct signer_call **ret_call)
{
	return s->ops->rewrap(s, job, limit, done, arg, ret_call);
}

/* Whether a signature by this key could be had now: it opens, and the journal can be written.
 * Nothing is signed. As signer_sign. */
MUSTUSE static inline int signer_check(struct signer *s, const struct rewrap_job *job,
	struct duration limit, signer_check_done *done, void *arg, struct signer_call **ret_call)
{
	return s->ops->check(s, job, limit, done, arg, ret_call);
}

/* Forgets the call: its callback will not run. */
static inline void signer_cancel(struct signer *s, struct signer_call *call)
{
	s->ops->cancel(s, call);
}

struct signer_client_conf {
	struct loop *loop;
	const char *socket_path;
	size_t in_flight_max;        /* requests; 0 means 256 */
	const struct log_ctx *log;   /* connection lost and back */
};

struct signer_client; /* opaque; implements struct signer */

/* Starts connecting in the next turn. conf is copied, what it points to is not. NULL: memory. */
struct signer_client *signer_client_new(const struct signer_client_conf *conf);

/* Ends every call with E_CLOSED first. NULL is allowed. Not from inside a callback. */
void signer_client_free(struct signer_client *c);

struct signer *signer_client_signer(struct signer_client *c);

/* Whether the connection is up at present; for readiness checks. */
bool signer_client_up(const struct signer_client *c);
