/* api/person.h - personal data on its way into the database: found by keyed hash, kept encrypted,
 * shown masked (DESIGN section 12). */
#pragma once

#include "domain/candidate.h"
#include "sql/types/new_person.h"
#include "web/request.h"

enum { PERSON_HASH = 32 };

/* HMAC-SHA-256 over type, country and number: the same document gives the same hash. */
void person_hash(struct request *rq, const struct iddoc *document, uint8_t out[static PERSON_HASH]);

/* What the write functions take about a person. id: used only if nobody has the hash yet; the number is
 * sealed for that row. False: the arena is full. */
bool person_record(struct request *rq, struct uuid id, const struct candidate_facts *who,
                   struct new_person *ret);
