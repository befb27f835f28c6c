/* api/signed_list.h - a status list as it is signed: when it is asked for, and long afterwards, when
 * the audit wants to know whether a hash that was noted is a list's. */
#pragma once

#include "credential/proof.h"
#include "credential/status_list.h"
#include "sql/signature_list.h"

struct request;

/* The bits that are set, from "3,17,…". NULL: arena full. */
uint8_t *signed_list_bits(struct arena *a, struct slice indices);

/* The list's document and the canonical options of its proof; facts but did and ttl, which are set
 * here, and the key. Failures as status_list_build. */
MUSTUSE int signed_list_make(struct arena *a, const struct status_list_facts *facts,
                             struct slice key_id, struct proof_options *ret_options,
                             struct unsecured_document *ret, struct slice *ret_proof);

/* Whether a row of signature_list, a note, is of a list that this issuer had: the bits that were set
 * at that revision, the dates of a day on which it stood, and a hash that comes out the same. What
 * the note says is not believed. 0 or E_NOMEM. */
MUSTUSE int signed_list_check(struct request *rq, struct arena *scratch,
                              const struct signature_list_row *note, bool *ret);
