/* signer/codec.h - what goes over the signer's channel (channel/frame.h), without I/O.
 *
 *   GENERATE   priority u8, kind u8, issuer str16     -> kind u8, key id, public, wrapped str16
 *   SIGN       priority u8, count u16, count jobs     -> count u16, count times 64 bytes
 *              job: kind u8, about, issuer, key id, wrapped str16,
 *                   proof, document str32
 *              about: what u8, version 16 bytes, subject str16, list u32, indexed u8, index u32
 *   REWRAP     priority u8, kind u8, issuer,          -> wrapped str16
 *              key id, wrapped str16
 *   CHECK      as REWRAP                          -> (empty)
 *
 * str16 and str32 are a length and that many bytes, at least one except for the subject and for the
 * proof of a P-256 job, which is empty. Refused is a malformed request (E_SYNTAX), as is one that wants a
 * receipt of an issuer's key or something else of the registry's (sign_job_fits); a wrapped key that
 * does not open for this issuer and id (E_REFUSED), what cannot be written into the journal
 * (E_SYSTEM), and what failed (E_NOMEM). */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "channel/service.h"
#include "signer/sign.h"

enum { SIGNER_FRAME_MAX = 1024 * 1024 }; /* bytes, either way */

extern const struct channel_service signer_service;

enum signer_request {
	SIGNER_GENERATE = 1,
	SIGNER_SIGN = 2,
	SIGNER_REWRAP = 3,
	SIGNER_CHECK = 4,
};

struct sign_request {
	enum signer_priority priority;
	size_t n; /* 1 .. SIGNER_JOBS_MAX */
	struct sign_job job[SIGNER_JOBS_MAX];
};

struct generate_request {
	enum signer_priority priority;
	enum signer_kind kind;
	struct slice issuer;
};

struct rewrap_request {
	enum signer_priority priority;
	struct rewrap_job job;
};

/* Slices point into body. E_SYNTAX: malformed, empty or over a limit of sign.h. */
MUSTUSE int signer_read_sign(struct slice body, struct sign_request *ret);
MUSTUSE int signer_read_generate(struct slice body, struct generate_request *ret);
MUSTUSE int signer_read_key(struct slice body, struct rewrap_request *ret); /* REWRAP and CHECK */
MUSTUSE int signer_read_generated(struct slice body, struct generated_key *ret);
MUSTUSE int signer_read_rewrapped(struct slice body, struct rewrapped_key *ret);
/* ret_signatures: n times 64 bytes within body. */
MUSTUSE int signer_read_signed(struct slice body, size_t n, const uint8_t **ret_signatures);

/* Where a request waits, well formed or not. */
static inline enum signer_priority signer_priority_of(struct slice body)
{
	return body.n && body.p[0] == SIGNER_BULK ? SIGNER_BULK : SIGNER_INTERACTIVE;
}

/* Bodies, appended to a buffer. */
void signer_write_sign(struct buf *b, enum signer_priority priority, const struct sign_job *jobs, size_t n);
void signer_write_generate(struct buf *b, enum signer_priority priority, enum signer_kind kind,
                           struct slice issuer);
void signer_write_key(struct buf *b, enum signer_priority priority, const struct rewrap_job *job);
void signer_write_generated(struct buf *b, const struct generated_key *key);
void signer_write_rewrapped(struct buf *b, const struct rewrapped_key *key);
void signer_write_signed(struct buf *b, const uint8_t *signatures, size_t n);
