/* crypt/digest.h - SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104).
 *
 * These cannot fail for a reason a caller could act on: with the algorithms fetched, OpenSSL only
 * refuses when memory is out, and a digest that silently stayed empty would be worse than a
 * stop. So they abort then. */
#pragma once

#include "base/slice.h"
#include "crypt/crypt.h"

enum { SHA256_SIZE = 32 };

void sha256(struct crypt *c, struct slice data, uint8_t out[static SHA256_SIZE]);

/* Of all parts one after the other. */
void sha256_parts(struct crypt *c, const struct slice *parts, size_t n,
                  uint8_t out[static SHA256_SIZE]);

/* key: any length, not empty. */
void hmac_sha256(struct crypt *c, struct slice key, struct slice data,
                 uint8_t out[static SHA256_SIZE]);
void hmac_sha256_parts(struct crypt *c, struct slice key, const struct slice *parts, size_t n,
                       uint8_t out[static SHA256_SIZE]);

/* Incremental, for data that arrives in pieces. sha256_new returns NULL when memory is out. */
struct sha256_state; /* opaque */
struct sha256_state *sha256_new(struct crypt *c);
void sha256_update(struct sha256_state *s, struct slice data);
void sha256_final(struct sha256_state *s, uint8_t out[static SHA256_SIZE]); /* then starts anew */
void sha256_free(struct sha256_state *s);
