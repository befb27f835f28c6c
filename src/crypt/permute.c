/* crypt/permute.c - a Feistel network over 17 bits: a left part of 8 bits and a right part of 9
 * bits take turns in being masked by a keyed function of the other. Each turn can be undone, so
 * the whole is a permutation; and since 8 + 9 is exactly 17, no result falls outside and has to
 * be walked back in. */
#include "crypt/permute.h"

#include <assert.h>

#include "base/map.h"

enum { LEFT_BITS = 8, RIGHT_BITS = 9, ROUNDS = 12 };

static uint32_t mask(const uint8_t key[static PERMUTE_KEY], uint32_t round, uint32_t half)
{
	uint8_t in[3] = {(uint8_t)round, (uint8_t)half, (uint8_t)(half >> 8)};
	uint32_t bits = round % 2 ? RIGHT_BITS : LEFT_BITS;
	return (uint32_t)siphash(key, slice_from(in, sizeof in)) & ((1u << bits) - 1);
}

uint32_t permute(const uint8_t key[static PERMUTE_KEY], uint32_t n)
{
	uint32_t left = n >> RIGHT_BITS, right = n & ((1u << RIGHT_BITS) - 1);
	assert(n < PERMUTE_SIZE);
	for (uint32_t round = 0; round < ROUNDS; round += 2) {
		left ^= mask(key, round, right);
		right ^= mask(key, round + 1, left);
	}
	return left << RIGHT_BITS | right;
}

uint32_t permute_inverse(const uint8_t key[static PERMUTE_KEY], uint32_t n)
{
	uint32_t left = n >> RIGHT_BITS, right = n & ((1u << RIGHT_BITS) - 1);
	assert(n < PERMUTE_SIZE);
	for (uint32_t round = ROUNDS; round > 0; round -= 2) {
		right ^= mask(key, round - 1, left);
		left ^= mask(key, round - 2, right);
	}
	return left << RIGHT_BITS | right;
}
