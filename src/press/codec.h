/* press/codec.h - what goes over the press's channel (channel/frame.h), without I/O.
 *
 *   PRINT     count u16, count facts (press/facts.h)  -> the file
 *   refused   page u16, character u32, name of the text; or nothing
 *
 * Refused is what is malformed or not printable (E_SYNTAX), a character that no font has (E_REFUSED),
 * a text or file that is too long (E_LIMIT), too much that waits (E_FULL), everything while the
 * Chinese fonts are not installed (E_ABSENT), and what failed (E_NOMEM, E_LIBRARY). */
#pragma once

#include "channel/service.h"
#include "press/facts.h"

enum {
	PRESS_REQUEST_MAX = 8 * 1024 * 1024, /* of a whole frame to the press */
	PRESS_FILE_MAX = 16 * 1024 * 1024,   /* of a document */
};

extern const struct channel_service press_service;

enum press_request { PRESS_PRINT = 1 };

/* The count of a PRINT body, 1 to PRESS_PAGES_MAX, with *body moved to the first facts; 0 when
 * it is malformed. */
size_t press_read_count(struct slice *body);

/* E_SYNTAX: malformed. */
MUSTUSE int press_read_fault(struct slice body, struct press_fault *ret);

/* Bodies, appended to a buffer. */
void press_write_print(struct buf *b, const struct press_facts *facts, size_t n);
void press_write_fault(struct buf *b, const struct press_fault *fault);
