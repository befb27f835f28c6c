/* tests/unit/test_permute.c - the permutation is one, for several keys, and keys matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "crypt/permute.h"

static const uint8_t keys[][PERMUTE_KEY] = {
	{0},
	{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
	{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	{0x80},
};

static void test_bijection(void **state)
{
	uint8_t *seen = malloc(PERMUTE_SIZE);
	assert_non_null(seen);
	for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
		memset(seen, 0, PERMUTE_SIZE);
		for (uint32_t n = 0; n < PERMUTE_SIZE; n++) {
			uint32_t to = permute(keys[k], n);
			if (to >= PERMUTE_SIZE || seen[to]++ || permute_inverse(keys[k], to) != n)
				fail_msg("key %zu: %u goes to %u", k, n, to);
		}
	}
	free(seen);
}

/* Consecutive inputs land all over, and hardly any lands in the same place under two keys. */
static void test_scattered(void **state)
{
	uint32_t same = 0, near = 0;
	for (uint32_t n = 0; n + 1 < PERMUTE_SIZE; n++) {
		uint32_t a = permute(keys[1], n), b = permute(keys[1], n + 1);
		same += a == permute(keys[2], n);
		near += (a > b ? a - b : b - a) < 64;
	}
	assert_in_range(same, 0, 10);
	/* Expected 131071 * 127 / 131072 = 127. */
	assert_in_range(near, 60, 220);
}

/* Positions are signed into credentials: the function may never change. */
static void test_fixed(void **state)
{
	assert_int_equal(permute(keys[1], 0), 20311);
	assert_int_equal(permute(keys[1], 1), 72594);
	assert_int_equal(permute(keys[1], 131071), 56730);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bijection),
		cmocka_unit_test(test_scattered),
		cmocka_unit_test(test_fixed),
	};
	return cmocka_run_group_tests_name("permute", tests, NULL, NULL);
}
