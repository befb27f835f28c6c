/* web/etag.c - entity tags (RFC 9110 sections 8.8, 13): of whatever a route lets its clients keep. The tag
 * follows from the bytes and their type alone, so every host gives the same one, and it lasts over
 * restarts. */
#include <string.h>

#include "crypt/digest.h"
#include "crypt/encode.h"
#include "web/request.h"
#include "web/run.h"

enum { ETAG_BYTES = 12 };

/* If-None-Match is a list of tags, compared weakly, or "*" (RFC 9110 sections 8.8.3.2, 13.1.2). */
static bool has_tag(struct slice list, const char *etag)
{
	while (list.p) {
		struct slice one = slice_trim(slice_cut(&list, ','));
		if (one.n > 2 && one.p[0] == 'W' && one.p[1] == '/')
			one = slice_skip(one, 2);
		if (slice_is(one, etag) || slice_is(one, "*"))
			return true;
	}
	return false;
}

void response_tag(struct request *rq, struct http_response *r)
{
	uint8_t hash[SHA256_SIZE];
	char hex[2 * ETAG_BYTES + 1];
	const struct slice parts[] = {slice_from(r->content_type, strlen(r->content_type) + 1), r->body};
	sha256_parts(request_crypt(rq), parts, ARRAY_LEN(parts), hash);
	hex_format(slice_from(hash, ETAG_BYTES), hex);
	char *etag = arena_printf(rq->arena, "\"%s\"", hex);
	if (!etag)
		return;
	response_header(r, "ETag", slice_of(etag));
	r->cache_control = rq->route->cache;
	if (has_tag(request_header(rq, "if-none-match"), etag)) {
		r->status = 304;
		r->content_type = NULL;
		r->body = SLICE_NONE;
	}
}
