/* http/request_id.h - the name of one request in headers, problems, logs and audit rows. */
#pragma once

#include "base/slice.h"

/* A sequence of names, unique across processes as far as the seeds are random. */
struct request_ids {
	uint8_t seed[16];
	uint64_t n;
};

enum { REQUEST_ID_MADE = 14, REQUEST_ID_TEXT = 65 };

/* A new one: 13 characters of Crockford's base 32 and NUL. */
void request_id_make(struct request_ids *ids, char out[static REQUEST_ID_MADE]);

/* The client's X-Request-Id if it is usable (1 to 64 of letters, digits, - _ . : +), else a new
 * one. */
void request_id_choose(struct request_ids *ids, struct slice offered,
                       char out[static REQUEST_ID_TEXT]);
