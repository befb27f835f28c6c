/* channel/wire.h - numbers and texts as bytes: big-endian, a text behind its length. A reader
 * remembers its first failure, so that the layout of a body can be read off its function. */
#pragma once

#include "base/attr.h"
#include "base/buf.h"

struct wire_reader {
	struct slice rest;
	bool bad; /* something was missing or over its limit: what was read since is nothing */
};

/* n bytes, or NULL. */
const uint8_t *wire_take(struct wire_reader *r, size_t n);

/* Of 1 to 4 bytes. */
uint32_t wire_number(struct wire_reader *r, size_t bytes);

/* Of min to max bytes, behind a length of length_bytes; points into the input. */
struct slice wire_text(struct wire_reader *r, size_t length_bytes, size_t min, size_t max);

/* 0 when everything was good and nothing is left, else E_SYNTAX. */
MUSTUSE int wire_end(const struct wire_reader *r);

void wire_put_number(struct buf *b, size_t v, size_t bytes);
void wire_put_text(struct buf *b, struct slice s, size_t length_bytes);
