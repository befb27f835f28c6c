/* tests/unit/test_uuid_random.c - identifiers (RFC 9562) and the random generator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypt/random.h"

static void test_version_and_variant(void **state)
{
	for (int i = 0; i < 200; i++) {
		struct uuid four = uuid_v4(), seven = uuid_v7(instant_now());
		assert_int_equal(four.b[6] >> 4, 4);
		assert_int_equal(four.b[8] >> 6, 2);
		assert_int_equal(seven.b[6] >> 4, 7);
		assert_int_equal(seven.b[8] >> 6, 2);
		assert_false(uuid_eq(uuid_v4(), four));
	}
}

/* RFC 9562 appendix A.6: 2022-02-22T19:22:22Z is 0x017F22E279B0 milliseconds. */
static void test_v7_time(void **state)
{
	struct instant t;
	char text[UUID_TEXT];
	assert_true(instant_parse(SLICE("2022-02-22T19:22:22Z"), &t));
	uuid_format(uuid_v7(t), text);
	assert_memory_equal(text, "017f22e2-79b0-7", 15);
	struct uuid before = uuid_v7(t), after = uuid_v7((struct instant){t.us + 1000});
	assert_true(memcmp(before.b, after.b, 6) < 0);
}

static void test_below_is_uniform_and_bounded(void **state)
{
	unsigned seen[62] = {0};
	for (int i = 0; i < 62 * 400; i++) {
		uint32_t v = random_below(62);
		assert_in_range(v, 0, 61);
		seen[v]++;
	}
	/* 400 expected each, standard deviation 20: eight deviations never happen. */
	for (size_t i = 0; i < 62; i++)
		assert_in_range(seen[i], 240, 560);
	assert_int_equal(random_below(1), 0);
}

static void test_large_request(void **state)
{
	static uint8_t big[1 << 16];
	unsigned ones = 0;
	random_bytes(big, sizeof big);
	for (size_t i = 0; i < sizeof big; i++)
		ones += (unsigned)__builtin_popcount(big[i]);
	/* Half of 524288 bits, standard deviation 362. */
	assert_in_range(ones, 262144 - 3620, 262144 + 3620);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_and_variant),
		cmocka_unit_test(test_v7_time),
		cmocka_unit_test(test_below_is_uniform_and_bounded),
		cmocka_unit_test(test_large_request),
	};
	return cmocka_run_group_tests_name("uuid_random", tests, NULL, NULL);
}
