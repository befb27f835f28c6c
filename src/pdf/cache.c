/* pdf/cache.c - a list in order of use, searched from its fresh end: a few hundred documents at
 * most, whose keys are compared faster than one of them is sent. */
#include "pdf/cache.h"

#include <stdlib.h>

#include "base/list.h"

struct entry {
	struct list node;
	uint8_t key[CACHE_KEY];
	size_t n;
	char bytes[];
};

struct cache {
	struct list entries; /* the freshest last */
	size_t bytes, max;
};

struct cache *cache_new(size_t max_bytes)
{
	struct cache *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->max = max_bytes;
	list_init(&c->entries);
	return c;
}

static void drop(struct cache *c, struct entry *e)
{
	list_remove(&e->node);
	c->bytes -= e->n;
	free(e);
}

static bool drop_oldest(struct cache *c)
{
	struct list *oldest = list_first(&c->entries);
	if (oldest)
		drop(c, CONTAINER_OF(oldest, struct entry, node));
	return oldest != NULL;
}

void cache_free(struct cache *c)
{
	if (!c)
		return;
	while (drop_oldest(c))
		;
	free(c);
}

static struct entry *find(struct cache *c, const uint8_t key[static CACHE_KEY])
{
	for (struct list *it = c->entries.prev; it != &c->entries; it = it->prev) {
		struct entry *e = CONTAINER_OF(it, struct entry, node);
		if (memcmp(e->key, key, CACHE_KEY) == 0)
			return e;
	}
	return NULL;
}

struct slice cache_get(struct cache *c, const uint8_t key[static CACHE_KEY])
{
	struct entry *e = find(c, key);
	if (!e)
		return SLICE_NONE;
	list_remove(&e->node);
	list_append(&c->entries, &e->node);
	return slice_from(e->bytes, e->n);
}

void cache_put(struct cache *c, const uint8_t key[static CACHE_KEY], struct slice file)
{
	struct entry *old = find(c, key);
	if (old)
		drop(c, old);
	if (file.n > c->max / 8)
		return;
	while (c->bytes + file.n > c->max && drop_oldest(c))
		;
	struct entry *e = malloc(sizeof *e + file.n);
	if (!e)
		return;
	*e = (struct entry){.n = file.n};
	memcpy(e->key, key, CACHE_KEY);
	memcpy(e->bytes, file.p, file.n);
	list_append(&c->entries, &e->node);
	c->bytes += file.n;
}
