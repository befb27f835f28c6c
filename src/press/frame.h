/* press/frame.h - the wire format between workers and press, without I/O.
 *
 *   length u32 | type u8 | id u32 | body          numbers big-endian, length counts from type on
 *
 *   PRINT     count u16, count facts (press/facts.h)  -> PRINTED  the file
 *   any                                               -> REFUSED  reason u8, page u16, character u32,
 *                                                                 name of the text
 *
 * The id is the client's and comes back. A frame that cannot be delimited ends the connection; one
 * whose body is malformed is refused. */
#pragma once

#include "press/facts.h"

enum press_frame_type {
	PRESS_FRAME_PRINT = 1,
	PRESS_FRAME_PRINTED = 129,
	PRESS_FRAME_REFUSED = 255,
};

enum press_reason {
	PRESS_MALFORMED = 1,
	PRESS_GLYPH = 2,    /* no font has the character */
	PRESS_TOO_LONG = 3, /* a text, or the file */
	PRESS_FULL = 4,     /* too much is waiting */
	PRESS_FONTS = 5,    /* the Chinese fonts are not installed */
	PRESS_INTERNAL = 6,
};

enum {
	PRESS_FRAME_HEAD = 9,
	PRESS_REQUEST_MAX = 8 * 1024 * 1024, /* of a whole frame to the press */
	PRESS_FILE_MAX = 16 * 1024 * 1024,   /* of a document */
	PRESS_FRAME_MAX = PRESS_FILE_MAX + PRESS_FRAME_HEAD,
};

struct press_frame {
	uint8_t type; /* any value: unknown ones are the receiver's to refuse */
	uint32_t id;
	struct slice body; /* within the input */
};

/* Takes the first frame of in, of at most max bytes. 0, or PRESS_FRAME_PARTIAL: more bytes are
 * needed, or E_SYNTAX: the length is impossible and nothing after it can be understood. */
enum { PRESS_FRAME_PARTIAL = 1 };
MUSTUSE int press_frame_take(struct slice in, size_t max, struct press_frame *ret, size_t *ret_used);

/* The count of a PRINT body, 1 to PRESS_PAGES_MAX, with *body moved to the first facts; 0 when
 * it is malformed. */
size_t press_frame_count(struct slice *body);

/* E_SYNTAX: malformed. *ret_outcome: the outcome that press/client.h has for the reason. */
MUSTUSE int press_frame_read_refused(struct slice body, int *ret_outcome, struct press_fault *ret);

/* Whole frames appended to a buffer; too large fails stickily with it. */
void press_frame_write_print(struct buf *b, uint32_t id, const struct press_facts *facts, size_t n);
void press_frame_write_printed(struct buf *b, uint32_t id, struct slice file);
/* fault may be NULL. */
void press_frame_write_refused(struct buf *b, uint32_t id, enum press_reason reason,
                               const struct press_fault *fault);

/* The reason for an outcome of press/document.h. */
enum press_reason press_reason_of(int outcome);
