/* signer/frame.h - the wire format between workers and signer, without I/O.
 *
 *   length u32 | version u8 | type u8 | id u32 | body      numbers big-endian, length counts from
 *                                                          version on
 *
 *   GENERATE   lane u8, kind u8, issuer str16     -> GENERATED  kind u8, key id str16,
 *                                                               public str16, wrapped str16
 *   SIGN       lane u8, count u16, count jobs     -> SIGNED     count u16, count times 64 bytes
 *              job: kind u8, about, issuer, key id, wrapped str16,
 *                   proof, document str32
 *              about: what u8, version 16 bytes, subject str16, list u32, indexed u8, index u32
 *   REWRAP     lane u8, kind u8, issuer,          -> REWRAPPED  wrapped str16
 *              key id, wrapped str16
 *   CHECK      as REWRAP                          -> CHECKED    (empty)
 *   any                                           -> REFUSED    reason u8
 *
 * str16 and str32 are a length and that many bytes, at least one except for the subject and for the
 * proof of a P-256 job, which is empty. The id is the client's and comes back. A frame that cannot be delimited or
 * is of another version ends the connection; one whose body is malformed is refused. */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "signer/sign.h"

/* Unlike any type of the first version, which had its type here. */
enum { FRAME_VERSION = '3' };

enum frame_type {
	FRAME_GENERATE = 1,
	FRAME_SIGN = 2,
	FRAME_REWRAP = 3,
	FRAME_CHECK = 4,
	FRAME_GENERATED = 129,
	FRAME_SIGNED = 130,
	FRAME_REWRAPPED = 131,
	FRAME_CHECKED = 132,
	FRAME_REFUSED = 255,
};

enum frame_reason {
	REASON_MALFORMED = 1,
	REASON_KEY = 2, /* the wrapped key does not open for this issuer and id */
	REASON_FULL = 3,
	REASON_INTERNAL = 4,
	REASON_JOURNAL = 5, /* what is signed cannot be written down */
};

enum {
	FRAME_HEAD = 10,
	FRAME_MAX = 1024 * 1024, /* of the whole frame */
};

struct frame {
	uint8_t type; /* any value: unknown ones are the receiver's to refuse */
	uint32_t id;
	struct slice body; /* within the input */
};

/* Takes the first frame of in. 0, or FRAME_PARTIAL: more bytes are needed, or E_SYNTAX: the
 * length is impossible or the version another, and nothing after it can be understood. */
enum { FRAME_PARTIAL = 1 };
MUSTUSE int frame_take(struct slice in, struct frame *ret, size_t *ret_used);

struct sign_request {
	enum signer_lane lane;
	size_t n; /* 1 .. SIGNER_JOBS_MAX */
	struct sign_job job[SIGNER_JOBS_MAX];
};

struct generate_request {
	enum signer_lane lane;
	enum signer_kind kind;
	struct slice issuer;
};

struct rewrap_request {
	enum signer_lane lane;
	struct rewrap_job job;
};

/* Bodies. Slices point into body. E_SYNTAX: malformed, empty or over a limit of sign.h. */
MUSTUSE int frame_read_sign(struct slice body, struct sign_request *ret);
MUSTUSE int frame_read_generate(struct slice body, struct generate_request *ret);
MUSTUSE int frame_read_rewrap(struct slice body, struct rewrap_request *ret);
MUSTUSE int frame_read_generated(struct slice body, struct generated_key *ret);
MUSTUSE int frame_read_rewrapped(struct slice body, struct rewrapped_key *ret);
/* ret_signatures: n times 64 bytes within body. */
MUSTUSE int frame_read_signed(struct slice body, size_t n, const uint8_t **ret_signatures);
MUSTUSE int frame_read_refused(struct slice body, enum frame_reason *ret);

/* Whole frames appended to a buffer; too large fails stickily with it. */
void frame_write_sign(struct buf *b, uint32_t id, enum signer_lane lane,
                      const struct sign_job *jobs, size_t n);
void frame_write_generate(struct buf *b, uint32_t id, enum signer_lane lane,
                          enum signer_kind kind, struct slice issuer);
void frame_write_rewrap(struct buf *b, uint32_t id, enum signer_lane lane,
                        const struct rewrap_job *job);
void frame_write_check(struct buf *b, uint32_t id, enum signer_lane lane,
                       const struct rewrap_job *job);
void frame_write_checked(struct buf *b, uint32_t id);
void frame_write_generated(struct buf *b, uint32_t id, const struct generated_key *key);
void frame_write_rewrapped(struct buf *b, uint32_t id, const struct rewrapped_key *key);
void frame_write_signed(struct buf *b, uint32_t id, const uint8_t *signatures, size_t n);
void frame_write_refused(struct buf *b, uint32_t id, enum frame_reason reason);
