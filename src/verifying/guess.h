/* verifying/guess.h - limits on guessing names: whose a certificate is, and whose an ID number.
 *
 * A certificate number can be guessed (no check digit) and so can a common name, so wrong pairs
 * are counted: per caller, and per caller and number (or code). A caller is a token or client
 * certificate, or else everybody behind one address. Over his own limit nothing of a caller is
 * judged, right and wrong alike; within it he is never refused, whatever others do. A verification
 * code alone is 128 random bits and is not limited.
 *
 * Whoever hands in a result or enrols somebody is told when the person's document is bound to another name
 * (person_name_differs). That is a judgement of a name like any other, on the document's keyed hash.
 *
 * A judgement is counted at the moment it is told, and told only if it could be counted: however
 * many are asked at once, on however many workers, no more misses are told than the limit says,
 * and no right answer is held up by others that are under way. The counters are shared by all
 * processes of a host (telemetry/quota.h); several hosts multiply the limits. */
#pragma once

#include "web/request.h"

/* Which limit was reached, and for how long still; all zero: none. */
struct guess_refusal {
	const char *policy; /* "token", "address", "number", "lookups" or "applications" */
	uint32_t limit;
	int64_t window_s, wait_s;
};

/* Whether this caller may be told anything about a name on this number (or code) now. */
bool guess_allowed(struct request *rq, struct slice presented, struct guess_refusal *ret);

/* Counts a wrong one. False when the limit was reached meanwhile: it must not be told. */
bool guess_missed(struct request *rq, struct slice presented, struct guess_refusal *ret);

/* Counts a name that differed from the one that this document is bound to: 409 person_name_differs, which
 * says nothing of the other name, or 429 when the limit was reached meanwhile. */
MUSTUSE struct step guess_name_differs(struct request *rq, struct slice document);

/* Counts a record that a verification is to leave. False: whoever comes without a token has left as many from
 * this address as he may, so this one leaves none. */
bool guess_may_record(struct request *rq);

/* Counts a look-up of a person (POST /v1/people/lookup), whatever it finds. False: as many were made as may be. */
bool guess_may_look_up(struct request *rq, struct guess_refusal *ret);

/* Counts an application of an organisation, whatever becomes of it. False: as many came from this address as may. */
bool guess_may_apply(struct request *rq, struct guess_refusal *ret);

/* 429 with the minutes in words, Retry-After and RateLimit. */
MUSTUSE struct step guess_refuse(struct request *rq, const struct guess_refusal *r);

/* How long, in the caller's language; p == NULL when the arena is full. */
struct slice guess_detail(struct request *rq, const struct guess_refusal *r);
