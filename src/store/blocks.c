/* store/blocks.c - reserved numbers, by issuer and series. */
#include "store/blocks.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/outcome.h"

enum { BLOCKS_MAX = 4096 }; /* issuers x series a worker keeps at hand */

struct block {
	uint64_t next, end;
	uint8_t secret[BLOCK_SECRET];
};

struct blocks {
	struct map *by_key;
};

struct blocks *blocks_new(const uint8_t seed[static 16])
{
	struct blocks *b = calloc(1, sizeof *b);
	if (!b)
		return NULL;
	b->by_key = map_new(BLOCKS_MAX, seed, free);
	if (!b->by_key) {
		free(b);
		return NULL;
	}
	return b;
}

void blocks_free(struct blocks *b)
{
	if (!b)
		return;
	map_free(b->by_key);
	free(b);
}

void block_key_number(char out[static BLOCK_KEY_TEXT], struct uuid whose, const char *series)
{
	char id[UUID_TEXT];
	uuid_format(whose, id);
	snprintf(out, BLOCK_KEY_TEXT, "n %s %.20s", id, series);
}

void block_key_status(char out[static BLOCK_KEY_TEXT], struct uuid issuer)
{
	char id[UUID_TEXT];
	uuid_format(issuer, id);
	snprintf(out, BLOCK_KEY_TEXT, "s %s", id);
}

bool blocks_take(struct blocks *b, const char *key, uint64_t *ret, uint8_t *secret)
{
	struct block *block = map_get(b->by_key, slice_of(key));
	if (!block || block->next >= block->end)
		return false;
	*ret = block->next++;
	if (secret)
		memcpy(secret, block->secret, sizeof block->secret);
	return true;
}

int blocks_fill(struct blocks *b, const char *key, uint64_t first, uint64_t n,
                const uint8_t *secret)
{
	struct block *old = map_get(b->by_key, slice_of(key));
	if (old && old->next < old->end)
		return 0;
	struct block *block = malloc(sizeof *block);
	if (!block)
		return E_NOMEM;
	*block = (struct block){.next = first, .end = first + n};
	if (secret)
		memcpy(block->secret, secret, sizeof block->secret);
	return map_put(b->by_key, slice_of(key), block);
}
