/* ctl/attachment.h - the credentials attached to a certificate's PDF. Pure.
 *
 * Reads what src/pdf writes and what common tools leave of it: embedded file streams (ISO 32000-1
 * section 7.11.4) that lie in the file as objects of their own, as they are or deflated. Not PDF
 * in general: encrypted files and object streams are refused. Whatever is found is proved by its
 * signature afterwards, so a stream in an odd place can do no harm. */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

enum { ATTACHMENTS_MAX = 512, ATTACHMENT_SIZE_MAX = 64 * 1024 };

/* Its header may have something in front of it, as readers allow. */
bool attachment_is_pdf(struct slice file);

/* Finds the next one at or behind *at and moves *at behind it, or at least behind its beginning. 0: the
 * bytes, in the file or the arena; E_ABSENT: no more; E_SYNTAX: a stream that cannot be read; E_LIMIT:
 * larger than ATTACHMENT_SIZE_MAX; E_NOMEM. */
MUSTUSE int attachment_next(struct arena *a, struct slice file, size_t *at, struct slice *ret);
