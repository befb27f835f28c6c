/* api/guess.h - limits on guessing names.
 *
 * A certificate number can be guessed (no check digit) and so can a common name, so wrong pairs
 * are counted: per client, per client and presented number, and per presented number. Somebody
 * who has not guessed on a number himself is never refused because others have; a verification
 * code alone is 128 random bits and is not limited. The counters are shared by all processes of a
 * host; several hosts multiply the limits. */
#pragma once

#include "web/request.h"

/* Whether this client may try a name on this number (or code) now; otherwise seconds to wait. */
bool guess_allowed(struct request *rq, struct slice presented, int64_t *ret_wait_s);

/* The try was wrong. */
void guess_missed(struct request *rq, struct slice presented);
