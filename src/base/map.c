/* base/map.c - chained hash table over entries that are also kept in order of use. */
#include "base/map.h"

#include <endian.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/outcome.h"

struct entry {
	struct list by_use;
	struct entry *next; /* in its bucket */
	uint64_t hash;
	void *value;
	size_t key_n;
	char key[MAP_KEY_MAX];
};

struct map {
	uint8_t seed[16];
	void (*drop)(void *);
	size_t max, count, mask;
	struct list by_use; /* first = least recent */
	struct entry *buckets[];
};

static uint64_t rotl(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

static uint64_t load64(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return le64toh(v);
}

struct sip {
	uint64_t a, b, c, d;
};

static void sip_rounds(struct sip *s, int n)
{
	while (n-- > 0) {
		s->a += s->b;
		s->b = rotl(s->b, 13) ^ s->a;
		s->a = rotl(s->a, 32);
		s->c += s->d;
		s->d = rotl(s->d, 16) ^ s->c;
		s->a += s->d;
		s->d = rotl(s->d, 21) ^ s->a;
		s->c += s->b;
		s->b = rotl(s->b, 17) ^ s->c;
		s->c = rotl(s->c, 32);
	}
}

uint64_t siphash(const uint8_t key[static 16], struct slice data)
{
	uint64_t k0 = load64(key), k1 = load64(key + 8);
	struct sip s = {k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
	                k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573};
	size_t whole = data.n & ~(size_t)7;
	for (size_t i = 0; i < whole; i += 8) {
		uint64_t m = load64((const uint8_t *)data.p + i);
		s.d ^= m;
		sip_rounds(&s, 2);
		s.a ^= m;
	}
	uint8_t last[8] = {0};
	if (data.n > whole)
		memcpy(last, data.p + whole, data.n - whole);
	last[7] = (uint8_t)data.n;
	uint64_t m = load64(last);
	s.d ^= m;
	sip_rounds(&s, 2);
	s.a ^= m;
	s.c ^= 0xff;
	sip_rounds(&s, 4);
	return s.a ^ s.b ^ s.c ^ s.d;
}

struct map *map_new(size_t max_entries, const uint8_t seed[static 16], void (*drop)(void *))
{
	size_t buckets = 16;
	while (buckets < max_entries)
		buckets *= 2;
	struct map *m = calloc(1, sizeof *m + buckets * sizeof *m->buckets);
	if (!m)
		return NULL;
	memcpy(m->seed, seed, sizeof m->seed);
	m->drop = drop;
	m->max = max_entries;
	m->mask = buckets - 1;
	list_init(&m->by_use);
	return m;
}

/* The link that points to the entry, or to the NULL at the end of its chain. */
static struct entry **locate(struct map *m, struct slice key, uint64_t hash)
{
	struct entry **at = &m->buckets[hash & m->mask];
	while (*at && !((*at)->hash == hash && slice_eq(slice_from((*at)->key, (*at)->key_n), key)))
		at = &(*at)->next;
	return at;
}

static void drop_value(struct map *m, void *value)
{
	if (m->drop)
		m->drop(value);
}

static void unlink_entry(struct map *m, struct entry **at)
{
	struct entry *e = *at;
	*at = e->next;
	list_remove(&e->by_use);
	m->count--;
	drop_value(m, e->value);
	free(e);
}

void *map_get(struct map *m, struct slice key)
{
	if (!m->count)
		return NULL;
	struct entry *e = *locate(m, key, siphash(m->seed, key));
	if (!e)
		return NULL;
	list_remove(&e->by_use);
	list_append(&m->by_use, &e->by_use);
	return e->value;
}

static void evict_oldest(struct map *m)
{
	struct entry *e = CONTAINER_OF(m->by_use.next, struct entry, by_use);
	unlink_entry(m, locate(m, slice_from(e->key, e->key_n), e->hash));
}

int map_put(struct map *m, struct slice key, void *value)
{
	if (key.n > MAP_KEY_MAX) {
		drop_value(m, value);
		return E_LIMIT;
	}
	uint64_t hash = siphash(m->seed, key);
	struct entry **at = locate(m, key, hash);
	if (*at)
		unlink_entry(m, at);
	struct entry *e = calloc(1, sizeof *e);
	if (!e) {
		drop_value(m, value);
		return E_NOMEM;
	}
	if (m->count >= m->max)
		evict_oldest(m);
	e->hash = hash;
	e->value = value;
	e->key_n = key.n;
	memcpy(e->key, key.p, key.n);
	e->next = m->buckets[hash & m->mask];
	m->buckets[hash & m->mask] = e;
	list_append(&m->by_use, &e->by_use);
	m->count++;
	return 0;
}

bool map_remove(struct map *m, struct slice key)
{
	struct entry **at = locate(m, key, siphash(m->seed, key));
	if (!*at)
		return false;
	unlink_entry(m, at);
	return true;
}

void map_clear(struct map *m)
{
	while (m->count)
		evict_oldest(m);
}

void map_free(struct map *m)
{
	if (!m)
		return;
	map_clear(m);
	free(m);
}

size_t map_count(const struct map *m)
{
	return m->count;
}
