/* http/response.h - one response: built in an arena, written as one contiguous piece.
 *
 * Setting a field never allocates a node: fields stand in a fixed array, values are only pointed
 * at. Content-Length, Date, X-Request-Id, Connection and the security fields are put by the
 * writer, and are not to be set by hand. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "http/head.h"

enum { RESPONSE_FIELDS_MAX = 24 };

struct http_response {
	int status;
	const char *content_type;  /* NULL = none */
	const char *cache_control; /* NULL = no-store */
	struct slice body;         /* must live until the response is written */
	bool close;                /* the connection ends after this response */
	bool failed;               /* a field did not fit or held a control character (sticky) */
	uint8_t n_fields;
	struct http_field fields[RESPONSE_FIELDS_MAX];
};

/* In the arena; NULL when it is full. */
struct http_response *response_new(struct arena *a, int status);

/* Points at both: name and value live as long as the response (arena or constant). A value with a
 * control character marks the response failed. */
void response_header(struct http_response *r, const char *name, struct slice value);

/* How the connection wants it written. */
struct response_manner {
	struct slice request_id; /* X-Request-Id; empty = leave out */
	struct slice date;       /* IMF-fixdate (RFC 9110 section 5.6.7); empty = leave out */
	bool head_only;          /* the answer to HEAD: the same fields, no body */
	bool keep_alive;         /* else Connection: close */
	uint8_t minor;           /* of the request: HTTP/1.0 needs Connection: keep-alive said */
	bool secure;             /* sent over TLS: Strict-Transport-Security */
};

/* Appends the whole response. Returns 0; E_REFUSED for a response that failed (nothing is
 * appended; answer 500); E_LIMIT when it does not fit into out (sticky there). */
MUSTUSE int response_write(const struct http_response *r, const struct response_manner *m,
                           struct buf *out);

/* The reason phrase; "" for a status we do not use. */
const char *response_reason(int status);

/* IMF-fixdate of a second, 29 characters and NUL. */
enum { HTTP_DATE_TEXT = 30 };
void http_date_format(int64_t unix_seconds, char out[static HTTP_DATE_TEXT]);
