/* crypt/permute.h - a keyed permutation of 0 .. 131071.
 *
 * Status list positions must look random, or the order of issuing could be read from them
 * (Bitstring Status List 1.0, section 6.1), and must never repeat. A permutation of a counter
 * gives both without a table of used positions. */
#pragma once

#include <stdint.h>

enum { PERMUTE_SIZE = 1 << 17, PERMUTE_KEY = 16 };

/* n < PERMUTE_SIZE; so is the result. Different keys give unrelated permutations. */
uint32_t permute(const uint8_t key[static PERMUTE_KEY], uint32_t n);

/* permute_inverse(key, permute(key, n)) == n. */
uint32_t permute_inverse(const uint8_t key[static PERMUTE_KEY], uint32_t n);
