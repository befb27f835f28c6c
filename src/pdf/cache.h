/* pdf/cache.h - documents made lately, by what they were made from. Bounded by bytes; the least
 * recently used go first. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

struct cache; /* opaque */

struct cache *cache_new(size_t max_bytes); /* NULL: memory is out */
void cache_free(struct cache *c);

enum { CACHE_KEY = 32 }; /* bytes: a SHA-256 */

/* Valid until the next cache_put; p == NULL when it is not there. */
struct slice cache_get(struct cache *c, const uint8_t key[static CACHE_KEY]);

/* Copies. What is larger than an eighth of the whole is not kept. */
void cache_put(struct cache *c, const uint8_t key[static CACHE_KEY], struct slice file);
