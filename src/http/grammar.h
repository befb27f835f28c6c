/* http/grammar.h - the grammar of HTTP/1.1 as llhttp (strict mode) knows it.
 *
 * The only file that speaks to llhttp. It is fed whole heads and whole runs of chunk framing that
 * our own gates have passed, and must come to the same end. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "http/field.h"

struct grammar; /* opaque; in an arena */

/* NULL when the arena is full. */
struct grammar *grammar_new(struct arena *a);

/* Where the parts of a head stand in its text. */
struct grammar_parts {
	struct slice method, target;
	uint8_t minor;
	size_t n_fields;
	struct http_field *fields; /* the caller's array of HTTP_FIELDS_MAX */
};

/* text is one whole head. Returns 0, or E_SYNTAX when llhttp refuses it. */
MUSTUSE int grammar_head(struct grammar *g, struct slice text, struct grammar_parts *ret);

/* What llhttp made of the framing, to be compared with ours. */
bool grammar_chunked(const struct grammar *g);
uint64_t grammar_content_length(const struct grammar *g);

/* Decodes chunked framing: data is appended to out. *ret_done when the last chunk's empty line was
 * in it. Returns 0, E_SYNTAX, or E_LIMIT when out is full. */
MUSTUSE int grammar_chunks(struct grammar *g, struct slice in, struct buf *out, bool *ret_done);
