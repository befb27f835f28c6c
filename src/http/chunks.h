/* http/chunks.h - the byte gate of chunked bodies (RFC 9112 section 7.1), exact to the byte. */
#pragma once

#include "http/scan.h"

struct http_chunks {
	uint64_t _left;    /* of the present chunk's data */
	uint64_t _data;    /* bytes of data so far */
	uint64_t _framing; /* bytes that are not data so far */
	uint16_t _line;    /* bytes of the present size line */
	uint8_t _digits;
	uint8_t _state;
};

/* *ret_used: how many bytes of in belong to the body. READY: it ended there. REFUSED: the byte
 * behind them is the first that may not stand there; *ret_why is body_too_large as soon as a size
 * line says that there will be more than max bytes of data, else malformed_request: bad framing, a
 * trailer, a size line above 256 bytes, or far more framing than data. */
MUSTUSE enum http_result http_chunks(struct http_chunks *c, struct slice in, uint64_t max,
                                     size_t *ret_used, enum problem_id *ret_why);
