/* api/tagged.c - the tag follows from the bytes and their type alone, so every host gives the same
 * one, and it lasts over restarts. */
#include "api/tagged.h"

#include <string.h>

#include "crypt/digest.h"
#include "crypt/encode.h"
#include "web/request.h"

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

struct step reply_tagged(struct request *rq, const char *type, const char *cache,
                         struct slice body)
{
	uint8_t hash[SHA256_SIZE];
	char hex[2 * ETAG_BYTES + 1];
	const struct slice parts[] = {slice_from(type, strlen(type) + 1), body};
	sha256_parts(request_crypt(rq), parts, ARRAY_LEN(parts), hash);
	hex_format(slice_from(hash, ETAG_BYTES), hex);
	char *etag = arena_printf(rq->arena, "\"%s\"", hex);
	if (!etag)
		return reply_out_of_memory(rq);
	request_set_header(rq, "ETag", slice_of(etag));
	request_set_cache(rq, cache);
	if (has_tag(request_header(rq, "if-none-match"), etag))
		return reply_empty(rq, 304);
	return reply_bytes(rq, 200, type, body);
}
