/* pdf/update.h - adds to a finished PDF by an incremental update (ISO 32000-1, section 7.5.6): the file stays
 * as it is, behind it come new objects, its catalog and its information dictionary once more, a
 * cross-reference section for these and a trailer that points back to the first one.
 *
 *     update_begin -> (update_object … update_close) for each -> update_end */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

struct update {
	struct buf *pdf;
	struct buf catalog; /* what the catalog says besides: entries, appended to by who adds objects */
	uint64_t _root, _info, _first, _startxref;
	struct slice _was; /* of the catalog's dictionary, without the closing >>; a copy */
	size_t _root_at, _info_at;
	size_t *_at; /* where the new objects stand, from _first */
	size_t _n, _max;
};

/* pdf: what cairo wrote, with a classic cross-reference table. objects: how many will be added at most. 0;
 * E_SYNTAX: it has another shape; E_LIMIT: it has failed; E_NOMEM. update_end must follow a 0. */
MUSTUSE int update_begin(struct update *u, struct buf *pdf, size_t objects);

/* Begins the next object, whose number is returned, or the information dictionary anew; what is added to
 * the PDF until update_close is it. */
uint64_t update_object(struct update *u);
void update_info(struct update *u);
void update_close(struct update *u);

/* The number that the next object will have. */
static inline uint64_t update_next(const struct update *u)
{
	return u->_first + u->_n;
}

/* Writes the rest; id: 32 hexadecimal digits of what the file was made from. 0; E_LIMIT: it may not become
 * that large; E_NOMEM. */
MUSTUSE int update_end(struct update *u, const char *id);
