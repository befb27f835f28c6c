/* http/head.h - the head of one HTTP/1.1 request after it was checked (RFC 9112). */
#pragma once

#include "base/arena.h"
#include "base/slice.h"
#include "http/field.h"

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_OTHER, /* well-formed, but no route of ours has it */
};

/* Slices point into the arena that http_parser_head was given. */
struct http_head {
	enum http_method method;
	struct slice method_name;
	struct slice target; /* as sent */
	struct slice path;   /* absolute, still percent-encoded; http_path_trim of it decodes, and no / is escaped */
	struct slice query;  /* behind '?', still encoded; SLICE_NONE without '?' */
	struct slice host;   /* with port, as sent; SLICE_NONE only in HTTP/1.0 */
	uint64_t content_length; /* 0 when chunked */
	bool chunked;
	bool has_body;        /* chunked, or a Content-Length above 0 */
	bool expect_continue; /* the client waits for 100 Continue before it sends the body */
	bool keep_alive;
	uint8_t minor; /* of HTTP/1.x: 0 or 1 */
	size_t n_fields;
	const struct http_field *fields; /* names in lower case */
};

/* The value of the first field of that name (given in lower case), or SLICE_NONE. */
struct slice http_header(const struct http_head *h, const char *lower_name);

/* How many fields have that name. */
size_t http_header_count(const struct http_head *h, const char *lower_name);

const char *http_method_name(enum http_method m);

/* Percent-decoding of one path segment or query component (RFC 3986 section 2.1). Without '%' the
 * input is returned as it is, else a copy in the arena. plus_is_space for query components
 * (application/x-www-form-urlencoded). Returns 0; E_SYNTAX for a broken escape, an encoded NUL or
 * other control character, or bytes that are not UTF-8; E_NOMEM. */
MUSTUSE int http_decode(struct slice in, bool plus_is_space, struct arena *a, struct slice *ret);

/* A path, still encoded, without slashes, and escaped tabs and line ends, at its end: some readers of QR codes
 * send what the pen behind the code would have typed. */
struct slice http_path_trim(struct slice path);

/* Whether it is UTF-8 without control characters: what http_decode lets pass. */
bool http_is_text(struct slice s);

/* The decoded value of a query parameter: the first of that name. Returns 0, E_ABSENT, or as
 * http_decode. */
MUSTUSE int http_query(const struct http_head *h, const char *name, struct arena *a,
                       struct slice *ret);

/* True if the list-valued field (RFC 9110 section 5.6.1) holds the token, compared without case. */
bool http_list_has(struct slice value, const char *token);
