/* api/key.h - fresh issuing keys from the signer, shared by making and rotating. */
#pragma once

#include "signer/client.h"
#include "web/request.h"

/* One key of each kind, in the making. */
struct key_pair {
	struct generated_key keys[SIGNER_KINDS];
	int n; /* generated so far */
	struct slice issuer;
	step_fn *next;
	struct signer *signer;
	struct signer_call *call;
};

/* Goes on with next when both are there. issuer (the slug) must live as long as the pair, which
 * takes rq->waiting meanwhile. */
MUSTUSE struct step key_pair_generate(struct request *rq, struct key_pair *pair,
                                      struct slice issuer, step_fn *next);
