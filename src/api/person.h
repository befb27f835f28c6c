/* api/person.h - personal data on its way into the database: found by keyed hash, kept encrypted,
 * shown masked (DESIGN section 12). */
#pragma once

#include "domain/candidate.h"
#include "sql/types/new_person.h"
#include "web/request.h"

enum { PERSON_HASH = 32 };

/* HMAC-SHA-256 over type, country and number: the same document gives the same hash. */
void person_hash(struct request *rq, const struct iddoc *document, uint8_t out[static PERSON_HASH]);

/* The number in a box for that person, under the key that this host has. p == NULL: the arena is full. */
struct slice person_seal(struct request *rq, struct uuid id, struct slice number);

/* The number in a box that was sealed for that person, NUL-terminated. False: it opens neither under the key that
 * this host has nor under the one before it, or holds no number. */
bool person_number(struct request *rq, struct uuid id, struct slice box, char out[static ID_NUMBER_MAX + 1]);

/* 500 of a box that does not open, told in the log with what to do about it. */
MUSTUSE struct step reply_sealed(struct request *rq, struct uuid id, int64_t key_version);

/* What the write functions take about a person. id: used only if nobody has the hash yet; the number is
 * sealed for that row. False: the arena is full. */
bool person_record(struct request *rq, struct uuid id, const struct candidate_facts *who,
                   struct new_person *ret);

/* Of a list of candidates, whose keyed hashes these are: whoever is in it twice is told at the second place. */
void person_refuse_twice(struct fields *errors, const struct slice *documents, size_t n);

/* 422 of those whose names differ, at /candidates/N/name, each counted as a guess, or 429. places: N of each, with
 * commas between them. */
MUSTUSE struct step person_names_differ(struct request *rq, const struct slice *documents, size_t n, struct slice places);
