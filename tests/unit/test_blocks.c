/* Numbers that were reserved and not used yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/blocks.h"

static const uint8_t seed[16] = "blocks of a test";
static const struct uuid issuer = {"issuer of a test"};

static void numbers_in_order_then_none(void **state)
{
	struct blocks *b = blocks_new(seed);
	uint64_t v = 99;
	assert_false(blocks_take(b, "k", &v, NULL));
	assert_int_equal(v, 99);
	assert_int_equal(blocks_fill(b, "k", 1000, 3, NULL), 0);
	for (uint64_t i = 0; i < 3; i++) {
		assert_true(blocks_take(b, "k", &v, NULL));
		assert_int_equal(v, 1000 + i);
	}
	assert_false(blocks_take(b, "k", &v, NULL));
	assert_false(blocks_take(b, "other", &v, NULL));
	assert_int_equal(blocks_fill(b, "k", 5000, 1, NULL), 0);
	assert_true(blocks_take(b, "k", &v, NULL));
	assert_int_equal(v, 5000);
	blocks_free(b);
}

/* Two requests found the block empty and both reserved: the second block is a gap. */
static void a_second_block_is_dropped(void **state)
{
	struct blocks *b = blocks_new(seed);
	uint64_t v;
	assert_int_equal(blocks_fill(b, "k", 1, 2, NULL), 0);
	assert_int_equal(blocks_fill(b, "k", 257, 2, NULL), 0);
	assert_true(blocks_take(b, "k", &v, NULL));
	assert_int_equal(v, 1);
	assert_true(blocks_take(b, "k", &v, NULL));
	assert_int_equal(v, 2);
	assert_false(blocks_take(b, "k", &v, NULL));
	blocks_free(b);
}

static void secrets_stay_with_their_block(void **state)
{
	struct blocks *b = blocks_new(seed);
	static const uint8_t one[BLOCK_SECRET] = "secret of one  ", two[BLOCK_SECRET] = "secret of two  ";
	uint8_t secret[BLOCK_SECRET];
	uint64_t v;
	assert_int_equal(blocks_fill(b, "1", 0, 2, one), 0);
	assert_int_equal(blocks_fill(b, "2", 0, 2, two), 0);
	assert_true(blocks_take(b, "1", &v, secret));
	assert_memory_equal(secret, one, BLOCK_SECRET);
	assert_true(blocks_take(b, "2", &v, secret));
	assert_memory_equal(secret, two, BLOCK_SECRET);
	assert_true(blocks_take(b, "2", &v, NULL));
	blocks_free(b);
}

static void keys(void **state)
{
	char number[BLOCK_KEY_TEXT], other[BLOCK_KEY_TEXT], status[BLOCK_KEY_TEXT];
	block_key_number(number, issuer, "grade 2026 4");
	block_key_number(other, issuer, "company 2026");
	block_key_status(status, issuer);
	assert_string_not_equal(number, other);
	assert_string_not_equal(number, status);
	block_key_number(other, (struct uuid){"issuer of a tesu"}, "grade 2026 4");
	assert_string_not_equal(number, other);
	block_key_number(other, issuer, "a series that is longer than any there is");
	assert_true(strlen(other) < BLOCK_KEY_TEXT);
}

/* More series than are kept: the least used is forgotten, and that is only a gap. */
static void bounded(void **state)
{
	struct blocks *b = blocks_new(seed);
	uint64_t v;
	char key[BLOCK_KEY_TEXT];
	for (int i = 0; i < 5000; i++) {
		block_key_status(key, (struct uuid){{(uint8_t)i, (uint8_t)(i >> 8)}});
		assert_int_equal(blocks_fill(b, key, 7, 1, NULL), 0);
	}
	assert_true(blocks_take(b, key, &v, NULL));
	block_key_status(key, (struct uuid){{0}});
	assert_false(blocks_take(b, key, &v, NULL));
	blocks_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_in_order_then_none),
		cmocka_unit_test(a_second_block_is_dropped),
		cmocka_unit_test(secrets_stay_with_their_block),
		cmocka_unit_test(keys),
		cmocka_unit_test(bounded),
	};
	return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
