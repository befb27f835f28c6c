/* Growing buffers: what is appended, and the failure that stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

static void appending(void **state)
{
	struct buf b = BUF_INIT(4096);
	assert_int_equal(buf_slice(&b).n, 0);
	buf_add(&b, SLICE("ab"));
	buf_add(&b, SLICE_NONE);
	buf_adds(&b, "cd");
	buf_addc(&b, 'e');
	buf_addu(&b, 0);
	buf_addu(&b, UINT64_MAX);
	buf_addf(&b, "<%s %d>", "x", -7);
	assert_true(slice_is(buf_slice(&b), "abcde018446744073709551615<x -7>"));
	assert_false(buf_failed(&b));
	buf_free(&b);
	assert_null(b.p);
	buf_adds(&b, "again");
	assert_true(slice_is(buf_slice(&b), "again"));
	buf_free(&b);
}

static void growing(void **state)
{
	struct buf b = BUF_INIT(100000);
	for (int i = 0; i < 100000; i++)
		buf_addc(&b, (char)('a' + i % 26));
	assert_false(buf_failed(&b));
	for (int i = 0; i < 100000; i++)
		assert_int_equal(b.p[i], 'a' + i % 26);
	buf_addc(&b, 'x');
	assert_true(buf_failed(&b));
	assert_int_equal(b.n, 100000);
	buf_free(&b);
}

/* Nothing is appended in part, and nothing at all behind a failure. */
static void the_failure_stays(void **state)
{
	struct buf b = BUF_INIT(8);
	buf_adds(&b, "123456");
	buf_adds(&b, "789");
	assert_true(buf_failed(&b));
	buf_addc(&b, '7');
	buf_addf(&b, "8");
	assert_null(buf_reserve(&b, 1));
	assert_true(slice_is(buf_slice(&b), "123456"));
	buf_clear(&b);
	assert_false(buf_failed(&b));
	buf_adds(&b, "12345678");
	assert_false(buf_failed(&b));
	buf_free(&b);
	assert_null(buf_reserve(&b, SIZE_MAX));
	buf_clear(&b);
	buf_addc(&b, 'a');
	assert_null(buf_reserve(&b, SIZE_MAX));
	buf_free(&b);
}

static void reserving_and_consuming(void **state)
{
	struct buf b = BUF_INIT(64);
	char *to = buf_reserve(&b, 10);
	assert_non_null(to);
	memcpy(to, "abcdefghij", 10);
	assert_int_equal(b.n, 0);
	buf_commit(&b, 6);
	assert_true(slice_is(buf_slice(&b), "abcdef"));
	buf_consume(&b, 2);
	assert_true(slice_is(buf_slice(&b), "cdef"));
	buf_consume(&b, 0);
	buf_consume(&b, 4);
	assert_int_equal(b.n, 0);
	buf_free(&b);
}

/* A buffer over memory of its own user needs no heap, and fails where that ends. */
static void over_the_stack(void **state)
{
	char room[8];
	struct buf b = {.p = room, .size = sizeof room, .max = sizeof room};
	buf_adds(&b, "12345678");
	assert_false(buf_failed(&b));
	assert_ptr_equal(b.p, room);
	buf_addc(&b, '9');
	assert_true(buf_failed(&b));
	assert_ptr_equal(b.p, room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appending),         cmocka_unit_test(growing),
		cmocka_unit_test(the_failure_stays), cmocka_unit_test(reserving_and_consuming),
		cmocka_unit_test(over_the_stack),
	};
	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
