/* store/blocks.h - numbers that this worker has reserved and not used yet.
 *
 * Certificate numbers and status-list positions are taken from blocks that a write function
 * reserved in its own transaction, because a counter row inside the issuing transaction would
 * serialise all issuing of a body. What a worker has left when it ends is a gap; gaps are allowed
 * (DESIGN section 8). */
#pragma once

#include "base/attr.h"
#include "base/slice.h"
#include "base/uuid.h"

enum { BLOCK_SIZE = 256, BLOCK_KEY_TEXT = 64 };

struct blocks; /* opaque */

/* NULL when out of memory. */
struct blocks *blocks_new(const uint8_t seed[static 16]);
void blocks_free(struct blocks *b);

/* Keys of the two families. */
void block_key_number(char out[static BLOCK_KEY_TEXT], struct uuid whose, const char *series);
void block_key_status(char out[static BLOCK_KEY_TEXT], struct uuid issuer);

/* The next number of the block, or false when it has to be reserved first. secret (may be NULL)
 * receives the permutation key the block was filled with. */
enum { BLOCK_SECRET = 16 };
bool blocks_take(struct blocks *b, const char *key, uint64_t *ret, uint8_t *secret);

/* A block of n numbers from first has been reserved: takes the place of an older one
 * only when that is used up, otherwise the new block is dropped. */
MUSTUSE int blocks_fill(struct blocks *b, const char *key, uint64_t first, uint64_t n,
                        const uint8_t *secret);
