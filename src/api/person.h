/* api/person.h - personal data on its way into the database: found by keyed hash, kept encrypted,
 * shown masked (DESIGN section 12). */
#pragma once

#include "db/db.h"
#include "domain/candidate.h"
#include "web/request.h"

enum { PERSON_ARGS = 8, PERSON_HASH = 32 };

/* HMAC-SHA-256 over type, country and number: the same document gives the same hash. */
void person_hash(struct request *rq, const struct iddoc *document, uint8_t out[static PERSON_HASH]);

/* The eight arguments that the write functions take about a person: id, type, country, hash,
 * cipher, key version, masked number, name. id is used only if nobody has the hash yet; the
 * number is sealed for that row. False: the arena is full. */
bool person_args(struct request *rq, struct uuid id, const struct candidate_facts *who,
                 struct db_arg out[static PERSON_ARGS]);
