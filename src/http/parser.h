/* http/parser.h - one HTTP/1.1 request from bytes, without I/O (RFC 9112).
 *
 * Usage: http_scan until the head is there; http_parser_head on its bytes, which must stay where
 * they are (an arena); http_parser_body until READY. Bytes behind the message are never touched:
 * pipelining is the caller's matter. Whatever is refused ends the connection. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "http/chunks.h"
#include "http/head.h"
#include "http/scan.h"

struct grammar;

struct http_parser {
	struct grammar *_grammar; /* in the arena; chunked bodies only */
	uint64_t _left;           /* of a Content-Length body */
	struct http_chunks _chunks;
};

/* text: one whole head as http_scan found it, in memory that the head may point into and whose
 * field names are put in lower case here. READY, or REFUSED with *ret_why (P_INTERNAL when the
 * arena is full). */
MUSTUSE enum http_result http_parser_head(struct http_parser *p, char *text, size_t n,
                                          struct arena *a, struct http_head **ret,
                                          enum problem_id *ret_why);

/* Takes the message's body from in: *ret_used bytes of it were consumed, decoded data is appended
 * to out, whose maximum is the body's. REFUSED: *ret_why is malformed_request or body_too_large. */
MUSTUSE enum http_result http_parser_body(struct http_parser *p, const struct http_head *h,
                                          struct slice in, struct buf *out, size_t *ret_used,
                                          enum problem_id *ret_why);
