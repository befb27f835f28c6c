/* api/key.h - issuing keys on their way between the signer and the database. */
#pragma once

#include "signer/client.h"
#include "sql/rows/wrapped_key.h"
#include "web/request.h"

/* One key of each kind, in the making. */
struct key_pair {
	struct generated_key keys[SIGNER_KINDS];
	int n; /* generated so far */
	struct slice issuer;
	step_fn *next;
	struct channel *signer;
	struct channel_call *call;
};

/* Goes on with next when both are there. issuer (the slug) must live as long as the pair, which
 * takes rq->waiting meanwhile. */
MUSTUSE struct step key_pair_generate(struct request *rq, struct key_pair *pair,
                                      struct slice issuer, step_fn *next);

/* A key of the pair as write functions take it; all SLICE_NONE when none was generated. */
struct key_args {
	struct slice id, public, wrapped;
};
struct key_args key_pair_args(const struct key_pair *pair, enum signer_kind kind);

/* A stored key as the signer is asked about it; lives as long as the row. */
struct rewrap_job key_job(const struct wrapped_key_row *key);
