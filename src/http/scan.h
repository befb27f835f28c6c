/* http/scan.h - finds the end of a request head and refuses forbidden bytes on the way. Cookies are taken out
 * as they come: nobody here reads any, and those of a whole domain would fill the head.
 *
 * The outcome depends on the bytes alone, never on how they were cut into reads. */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "http/problem.h"

/* Of a head without its cookies; of these; of the request line; of the target in it. */
enum { HTTP_HEAD_MAX = 16 * KIB, HTTP_COOKIES_MAX = 64 * KIB - 1, HTTP_LINE_MAX = 8 * KIB, HTTP_TARGET_MAX = 4 * KIB };

enum http_result {
	HTTP_MORE,    /* more bytes are needed */
	HTTP_READY,   /* complete */
	HTTP_REFUSED, /* answer the problem and close: what follows cannot be told apart */
};

struct http_scan {
	uint16_t _dropped; /* bytes of cookies */
	uint16_t _seen;    /* bytes looked at that are still there */
	uint16_t _line;    /* where the field line begins that may be a cookie's */
	uint8_t _state;
	uint8_t _lines;    /* lines begun */
};

/* in holds everything since the message began, without cookies, and grows from call to call; only new bytes
 * are looked at. READY: *ret_length is the head's length with its empty line. REFUSED: *ret_why; a request
 * line that is none is refused at its end. */
MUSTUSE enum http_result http_scan(struct http_scan *s, struct buf *in, size_t *ret_length,
                                   enum problem_id *ret_why);

/* True once a byte of a request line was seen: an idle connection that times out needs no answer,
 * a begun request does. */
bool http_scan_begun(const struct http_scan *s);
