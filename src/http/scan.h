/* http/scan.h - finds the end of a request head and refuses forbidden bytes on the way.
 *
 * The outcome depends on the bytes alone, never on how they were cut into reads. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"
#include "http/problem.h"

enum { HTTP_HEAD_MAX = 8192, HTTP_TARGET_MAX = 4096 };

enum http_result {
	HTTP_MORE,    /* more bytes are needed */
	HTTP_READY,   /* complete */
	HTTP_REFUSED, /* answer the problem and close: what follows cannot be told apart */
};

struct http_scan {
	uint16_t _seen;  /* bytes looked at */
	uint8_t _state;
	uint8_t _lines;  /* lines begun */
};

/* in holds everything since the message began and grows from call to call; only new bytes are
 * looked at. READY: *ret_length is the head's length with its empty line. REFUSED: *ret_why. */
MUSTUSE enum http_result http_scan(struct http_scan *s, struct slice in, size_t *ret_length,
                                   enum problem_id *ret_why);

/* True once a byte of a request line was seen: an idle connection that times out needs no answer,
 * a begun request does. */
bool http_scan_begun(const struct http_scan *s);
