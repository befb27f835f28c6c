/* The bounded map that forgets the least recently used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/outcome.h"

static const uint8_t seed[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static char dropped[64];

static void drop(void *value)
{
	size_t n = strlen(dropped);
	snprintf(dropped + n, sizeof dropped - n, "%s ", (const char *)value);
}

static void put(struct map *m, const char *key, const char *value)
{
	assert_int_equal(map_put(m, slice_of(key), (void *)(uintptr_t)value), 0);
}

static void the_least_used_leaves(void **state)
{
	dropped[0] = '\0';
	struct map *m = map_new(3, seed, drop);
	put(m, "a", "A");
	put(m, "b", "B");
	put(m, "c", "C");
	assert_string_equal(map_get(m, SLICE("a")), "A");
	put(m, "d", "D");
	assert_string_equal(dropped, "B ");
	assert_null(map_get(m, SLICE("b")));
	assert_int_equal(map_count(m), 3);
	put(m, "c", "C2");
	assert_string_equal(dropped, "B C ");
	assert_string_equal(map_get(m, SLICE("c")), "C2");
	assert_true(map_remove(m, SLICE("a")));
	assert_false(map_remove(m, SLICE("a")));
	assert_string_equal(dropped, "B C A ");
	map_clear(m);
	assert_string_equal(dropped, "B C A D C2 ");
	assert_int_equal(map_count(m), 0);
	put(m, "e", "E");
	map_free(m);
	assert_string_equal(dropped, "B C A D C2 E ");
	map_free(NULL);
}

static void keys(void **state)
{
	char longest[MAP_KEY_MAX + 1] = {0};
	dropped[0] = '\0';
	struct map *m = map_new(8, seed, drop);
	assert_int_equal(map_put(m, slice_from(longest, MAP_KEY_MAX), (void *)(uintptr_t)"1"), 0);
	assert_int_equal(map_put(m, slice_from(longest, MAP_KEY_MAX + 1), (void *)(uintptr_t)"2"),
	                 E_LIMIT);
	assert_string_equal(dropped, "2 ");
	assert_int_equal(map_put(m, SLICE("a\0b"), (void *)(uintptr_t)"3"), 0);
	assert_null(map_get(m, SLICE("a\0c")));
	assert_null(map_get(m, SLICE("a")));
	assert_string_equal(map_get(m, SLICE("a\0b")), "3");
	assert_string_equal(map_get(m, slice_from(longest, MAP_KEY_MAX)), "1");
	map_free(m);
}

/* Against an array that is searched from one end to the other. */
static void many(void **state)
{
	enum { MAX = 50, KEYS = 200 };
	struct map *m = map_new(MAX, seed, NULL);
	int last_use[KEYS] = {0}, values[KEYS] = {0};
	unsigned random = 1;
	for (int turn = 1; turn < 20000; turn++) {
		random = random * 1103515245u + 12345u;
		int k = (int)(random >> 16) % KEYS, used_later = 0;
		char key[16];
		snprintf(key, sizeof key, "%d", k);
		for (int i = 0; i < KEYS; i++)
			used_later += last_use[i] > last_use[k];
		bool there = last_use[k] > 0 && used_later < MAX;
		assert_ptr_equal(map_get(m, slice_of(key)), there ? &values[k] : NULL);
		assert_int_equal(map_put(m, slice_of(key), &values[k]), 0);
		last_use[k] = turn;
		assert_true(map_count(m) <= MAX);
	}
	map_free(m);
}

/* SipHash-2-4's own vectors: key 00..0f, messages 00, 00 01, ... (Aumasson, Bernstein). */
static void siphash_vectors(void **state)
{
	static const uint64_t expected[] = {0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a,
	                                    0x85676696d7fb7e2d, 0xcf2794e0277187b7, 0x18765564cd99a68d,
	                                    0xcbc9466e58fee3ce, 0xab0200f58b01d137, 0x93f5f5799a932462};
	uint8_t message[16];
	for (uint8_t i = 0; i < sizeof message; i++)
		message[i] = i;
	for (size_t n = 0; n < ARRAY_LEN(expected); n++)
		assert_true(siphash(seed, slice_from(message, n)) == expected[n]);
	assert_true(siphash(seed, slice_from(message, 15)) == 0xa129ca6149be45e5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_used_leaves),
		cmocka_unit_test(keys),
		cmocka_unit_test(many),
		cmocka_unit_test(siphash_vectors),
	};
	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
