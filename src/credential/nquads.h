/* credential/nquads.h - canonical N-Quads (RDF Dataset Canonicalization 1.0, section 5), for
 * documents with at most one blank node.
 *
 * Statements are added in any order and written sorted by their UTF-8 bytes, each once. With a
 * single blank node its canonical label is always _:c14n0, so none of the labelling algorithm is
 * needed; the documents of this folder are built to have no more than that.
 *
 * Failures are sticky and reported by nquads_finish. */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

struct nquads; /* opaque; memory of the arena */

/* A resource: an IRI, or the blank node. */
#define NQUADS_BLANK SLICE("_:c14n0")

/* NULL when the arena is full. */
struct nquads *nquads_new(struct arena *a);

/* subject and object are resources; predicate is an IRI. */
void nquads_link(struct nquads *q, struct slice subject, struct slice predicate,
                 struct slice object);

/* datatype: an IRI, or SLICE_NONE for a plain string. */
void nquads_literal(struct nquads *q, struct slice subject, struct slice predicate,
                    struct slice value, struct slice datatype);

/* E_SYNTAX: an IRI with a character that is none, or a literal with a control character (their
 * escapes are defined, but nothing of ours may contain one) or broken UTF-8; E_LIMIT: more
 * than NQUADS_MAX statements; E_NOMEM: arena full. */
enum { NQUADS_MAX = 64 };
MUSTUSE int nquads_finish(struct nquads *q, struct slice *ret);
