/* base/map.h - a bounded map from short byte keys to pointers that forgets the least recently
 * used entry when it is full: the shape every cache of ours needs. Keys are hashed with SipHash
 * under a random per-map key, because clients choose them. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

struct map; /* opaque */

/* At most max_entries; drop(value) is called for each value that leaves (replaced, evicted,
 * removed, map freed); it may be NULL. NULL when out of memory. */
struct map *map_new(size_t max_entries, const uint8_t seed[static 16], void (*drop)(void *));
void map_free(struct map *m);

/* The value, made most recently used; NULL when absent. */
void *map_get(struct map *m, struct slice key);

/* Copies the key (at most MAP_KEY_MAX bytes). Replaces an existing value. Returns 0, E_LIMIT for
 * a key too long, or E_NOMEM; on failure value has been dropped. */
enum { MAP_KEY_MAX = 64 };
MUSTUSE int map_put(struct map *m, struct slice key, void *value);

bool map_remove(struct map *m, struct slice key);
void map_clear(struct map *m);
size_t map_count(const struct map *m);

/* SipHash-2-4, 64 bits. */
uint64_t siphash(const uint8_t key[static 16], struct slice data);
