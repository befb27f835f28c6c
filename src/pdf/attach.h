/* pdf/attach.h - files embedded into a finished PDF by an incremental update (ISO 32000-1,
 * sections 7.5.6 and 7.11.4), because cairo cannot attach any. */
#pragma once

#include "base/attr.h"
#include "base/buf.h"

struct attachment {
	struct slice name; /* letters, digits, '-' and '.' */
	struct slice bytes;
};

/* pdf: what cairo wrote, with a classic cross-reference table; grows by the attachments, in the
 * order of their names, stored uncompressed: the signed bytes stand in the file as they are.
 * Returns 0; E_SYNTAX: pdf has another shape; E_LIMIT: it may not become that large. */
MUSTUSE int attach_files(struct buf *pdf, struct attachment *files, size_t n);
