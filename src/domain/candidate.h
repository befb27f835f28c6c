/* domain/candidate.h - the person a result, an enrolment or a row is about. */
#pragma once

#include "domain/iddoc.h"
#include "text/decode.h"

/* As sent: {"name":…,"id_type":…,"id_country":…,"id_number":…,"id_confirmed":…}. */
struct candidate {
	struct slice name, id_type, id_country, id_number;
	struct opt_bool id_confirmed; /* the number's zeros at the end are right (iddoc.h) */
};
extern const struct decode_table candidate_table;

/* The rows of its members in the table of a struct that has it as member at. */
#define CANDIDATE_FIELDS(of, at) \
	{"name", DECODE_ANY_STRING, .required = true, .offset = offsetof(of, at.name)}, \
	{"id_type", DECODE_ANY_STRING, .required = true, .offset = offsetof(of, at.id_type)}, \
	{"id_country", DECODE_ANY_STRING, .offset = offsetof(of, at.id_country)}, \
	{"id_number", DECODE_ANY_STRING, .required = true, .offset = offsetof(of, at.id_number)}, \
	{"id_confirmed", DECODE_BOOL, .offset = offsetof(of, at.id_confirmed)}

/* As it is to be stored. */
struct candidate_facts {
	struct slice name; /* NFC, in the arena */
	struct iddoc document;
};

/* Checks what decoding has left to check; adds errors to f below /candidate: name_*, id_*. Members
 * that were not given are passed over: decoding has asked for them. *ret is complete only when f
 * has no errors. Returns 0 or E_NOMEM. */
MUSTUSE int candidate_check(const struct candidate *candidate, struct day today,
			    struct arena *arena, struct fields *f, struct candidate_facts *ret);

/* The document alone: false when it is wrong or incomplete, told to f unless that is NULL. */
bool candidate_document(const struct candidate *candidate, struct day today, struct fields *f, struct iddoc *ret);

/* Adds code to f when the document says that the person was born after that day. The database asks it too, of
 * whoever writes, and does not keep the date (with the digits that are shown it would nearly be the whole number), so
 * nobody can ask this later. */
void candidate_check_born(const struct candidate_facts *who, struct day by, const char *code, struct fields *f);

/* The same of one of a list: errors go to /candidates/N. */
MUSTUSE int candidate_check_at(const struct candidate *candidate, size_t at, struct day today, struct arena *arena,
			       struct fields *f, struct candidate_facts *ret);
void candidate_check_born_at(const struct candidate_facts *who, size_t at, struct day by, const char *code,
			     struct fields *f);

enum { CANDIDATES_MAX = 100 };

/* The whole body {"candidates":[…]} of a list of enrolments. */
struct enrolment_list {
	struct decode_array candidates; /* of struct candidate */
};
extern const struct decode_table enrolment_list_table;

/* The whole body {"candidate":{…}} of an enrolment. */
struct enrolment {
	struct candidate candidate;
};
extern const struct decode_table enrolment_table;
