/* api/person.h - personal data on its way into the database: found by keyed hash, kept encrypted,
 * shown masked (DESIGN section 12). */
#pragma once

#include "db/db.h"
#include "domain/candidate.h"
#include "web/request.h"

enum { PERSON_HASH = 32 };

/* HMAC-SHA-256 over type, country and number: the same document gives the same hash. */
void person_hash(struct request *rq, const struct iddoc *document, uint8_t out[static PERSON_HASH]);

/* What the write functions take about a person. */
struct person_facts {
	struct uuid id; /* used only if nobody has the hash yet; the number is sealed for that row */
	struct slice id_type, id_country; /* p NULL where the type has none */
	struct slice id_hash, id_cipher;
	int64_t id_key; /* version of the key that id_cipher is sealed with */
	struct slice id_masked, name;
};

/* False: the arena is full. */
bool person_facts(struct request *rq, struct uuid id, const struct candidate_facts *who,
                  struct person_facts *ret);
