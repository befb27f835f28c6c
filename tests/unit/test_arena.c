/* Memory of one request: zeroed, aligned, bounded, freed at once with its hooks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/outcome.h"

static void zeroed_and_aligned(void **state)
{
	struct arena *a = arena_new(1 * MIB);
	for (size_t n = 1; n < 3000; n += 37) {
		unsigned char *p = arena_alloc(a, n);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
	assert_false(arena_failed(a));
	arena_reset(a);
	unsigned char *again = arena_alloc(a, 64);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(again[i], 0);
	arena_free(a);
}

static void the_maximum_is_kept(void **state)
{
	struct arena *a = arena_new(20 * KIB);
	size_t got = 0;
	while (arena_alloc(a, 512))
		got += 512;
	assert_in_range(got, 16 * KIB, 20 * KIB);
	assert_true(arena_size(a) <= 20 * KIB);
	assert_true(arena_failed(a));
	assert_null(arena_alloc(a, 21 * KIB));
	arena_reset(a);
	assert_false(arena_failed(a));
	assert_non_null(arena_alloc(a, 512));
	arena_free(a);
	/* Too large to be counted. */
	a = arena_new(20 * KIB);
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_null(arena_alloc(a, SIZE_MAX - 20));
	assert_true(arena_failed(a));
	arena_free(a);
	/* The failure is remembered even when later allocations succeed. */
	a = arena_new(8 * KIB);
	assert_null(arena_alloc(a, 9 * KIB));
	assert_non_null(arena_alloc(a, 16));
	assert_true(arena_failed(a));
	arena_free(a);
	arena_free(NULL);
}

static void one_large_piece(void **state)
{
	struct arena *a = arena_new(1 * MIB);
	unsigned char *p = arena_alloc(a, 900 * KIB);
	assert_non_null(p);
	p[900 * KIB - 1] = 1;
	assert_non_null(arena_alloc(a, 16));
	assert_true(arena_size(a) <= 1 * MIB);
	arena_free(a);
}

static void texts(void **state)
{
	struct arena *a = arena_new(64 * KIB);
	char *copy = arena_copy(a, slice_from("abcdef", 3));
	assert_string_equal(copy, "abc");
	assert_string_equal(arena_copy(a, SLICE_NONE), "");
	struct slice s = arena_slice(a, SLICE("a\0b"));
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	assert_non_null(arena_slice(a, SLICE("")).p);
	assert_string_equal(arena_printf(a, "%s-%d", "x", 42), "x-42");
	char *room = arena_text(a, 3);
	memset(room, 'x', 3);
	assert_string_equal(room, "xxx");
	s = ARENA_JOIN(a, SLICE("a"), SLICE_NONE, SLICE(""), slice_of(room));
	assert_int_equal(s.n, 4);
	assert_string_equal(s.p, "axxx");
	char *longer = arena_printf(a, "%20000d", 7);
	assert_int_equal(strlen(longer), 20000);
	assert_null(arena_printf(a, "%100000d", 7));
	assert_null(arena_slice(a, slice_from(longer, 60000)).p);
	assert_null(arena_text(a, SIZE_MAX));
	assert_null(ARENA_JOIN(a, SLICE("a")).p); /* what failed before may be what is missing */
	arena_free(a);
}

struct trace {
	char order[8];
	size_t n;
};

struct hook {
	struct trace *trace;
	char name;
};

static void on_dispose(void *arg)
{
	struct hook *h = arg;
	h->trace->order[h->trace->n++] = h->name;
}

static void hooks_run_backwards_and_once(void **state)
{
	struct trace t = {{0}, 0};
	struct hook a_hook = {&t, 'a'}, b_hook = {&t, 'b'}, c_hook = {&t, 'c'};
	struct arena *a = arena_new(8 * KIB);
	assert_int_equal(arena_on_dispose(a, on_dispose, &a_hook), 0);
	assert_int_equal(arena_on_dispose(a, on_dispose, &b_hook), 0);
	arena_reset(a);
	assert_string_equal(t.order, "ba");
	assert_int_equal(arena_on_dispose(a, on_dispose, &c_hook), 0);
	arena_free(a);
	assert_string_equal(t.order, "bac");
	/* Without memory for the hook the resource is released at once. */
	a = arena_new(16);
	assert_non_null(arena_alloc(a, 16));
	assert_int_equal(arena_on_dispose(a, on_dispose, &a_hook), E_NOMEM);
	assert_string_equal(t.order, "baca");
	arena_free(a);
	assert_string_equal(t.order, "baca");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroed_and_aligned),
		cmocka_unit_test(the_maximum_is_kept),
		cmocka_unit_test(one_large_piece),
		cmocka_unit_test(texts),
		cmocka_unit_test(hooks_run_backwards_and_once),
	};
	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
