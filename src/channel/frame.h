/* channel/frame.h - what goes over the socket of a helper process, without I/O.
 *
 *   length u32 | version u8 | type u8 | id u32 | body      numbers big-endian, length counts from
 *                                                          version on
 *
 * The id is the caller's and comes back. A request of type t is answered by t + FRAME_ANSWER, or by
 * FRAME_REFUSED, whose body begins with a failure of base/outcome.h, its sign dropped, and goes on
 * as the service likes. What cannot be delimited, or is of another version, ends the connection. */
#pragma once

#include "base/attr.h"
#include "base/buf.h"

enum {
	FRAME_HEAD = 10,
	FRAME_ANSWER = 128,
	FRAME_REFUSED = 255,
};

struct frame {
	uint8_t type; /* any value: unknown ones are the receiver's to refuse */
	uint32_t id;
	struct slice body; /* within the input */
};

/* Takes the first frame of in, of at most max bytes. 0, or FRAME_PARTIAL: more bytes are needed, or
 * E_SYNTAX: the length is impossible; or E_REFUSED: the version is another. Then nothing after it can
 * be understood. */
enum { FRAME_PARTIAL = 1 };
MUSTUSE int frame_take(struct slice in, uint8_t version, size_t max, struct frame *ret,
                       size_t *ret_used);

/* A frame's head, its body to follow; returns where the frame begins. */
size_t frame_begin(struct buf *b, uint8_t version, uint8_t type, uint32_t id);

/* The body is there. A frame of more than max bytes fails stickily with the buffer. */
void frame_end(struct buf *b, size_t at, size_t max);

/* The failure of a FRAME_REFUSED, taken from its body; 0 when there is none that we know. */
int frame_failure(struct slice *body);
