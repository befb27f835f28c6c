/* tests/lib/witness.h - remembers every secret that a test sent or received, to search logs for. */
#pragma once

#include <jansson.h>

enum witness_kind {
	WITNESS_PERSON = 1, /* ID numbers and names of candidates */
	WITNESS_TOKEN = 2,
	WITNESS_CODE = 4, /* verification codes: whoever has one can see a certificate */
	WITNESS_NUMBER = 8, /* the ID numbers among the first, again */
};

struct witness; /* opaque */

struct witness *witness_new(void);
void witness_free(struct witness *w);

/* Texts of fewer than four bytes are passed over: they would be found anywhere. */
void witness_note(struct witness *w, enum witness_kind kind, const char *text);

/* Notes what a request or an answer of the API holds under the names known to be secret. */
void witness_note_json(struct witness *w, json_t *json);

/* How many texts of these kinds are known. */
size_t witness_count(const struct witness *w, unsigned kinds);

/* The first known text of these kinds in some bytes, in any letter case, or NULL. */
const char *witness_find_in(const struct witness *w, unsigned kinds, const char *bytes, size_t n);

/* The same in a file. One that cannot be read is reported as a find. */
const char *witness_find(const struct witness *w, unsigned kinds, const char *path);
