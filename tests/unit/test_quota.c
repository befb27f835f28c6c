/* test_quota.c - exact counts over processes, generations and floods. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/map.h"
#include "telemetry/quota.h"

static struct quota *q;

static void *shared_memory(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	return p;
}

static int setup(void **state)
{
	q = shared_memory(quota_size());
	quota_init(q);
	return 0;
}

static int teardown(void **state)
{
	return munmap(q, quota_size());
}

/* A key as the daemon makes them: a hash. */
static uint64_t key_of(uint64_t n)
{
	static const uint8_t seed[16] = "keys of a test";
	return siphash(seed, slice_from((const char *)&n, sizeof n));
}

static const struct mono start = {5000000000};

static bool take(uint64_t n, uint32_t limit, struct mono at)
{
	const struct quota_use u = {key_of(n), limit, SECONDS(60)};
	struct duration wait = {0};
	bool has = quota_has(q, &u, at, &wait), taken = quota_take(q, &u, at, &wait);
	assert_int_equal(has, taken);
	assert_int_equal(taken, wait.us == 0);
	if (!taken)
		assert_in_range(wait.us, 1, 61000000);
	return taken;
}

static struct mono after(int64_t s)
{
	return mono_add(start, (struct duration){s * 1000000});
}

static void a_limit_is_reached_to_the_last_one(void **state)
{
	for (int i = 0; i < 5; i++)
		assert_true(take(1, 5, after(i)));
	assert_false(take(1, 5, after(6)));
	assert_true(take(2, 5, after(6)));
	assert_true(take(1, 6, after(6))); /* a greater limit */
	assert_false(take(1, 3, after(6)));
}

static void a_window_begins_with_the_first(void **state)
{
	assert_true(take(1, 2, after(0)));
	assert_true(take(1, 2, after(59)));
	assert_false(take(1, 2, after(60)));
	assert_true(take(1, 2, after(61)));
	assert_true(take(1, 2, after(62)));
	assert_false(take(1, 2, after(121)));
	assert_true(take(1, 2, after(122)));
}

/* The window goes over the end of a generation, which others have begun. */
static void a_window_is_whole_over_generations(void **state)
{
	assert_true(take(1, 1, after(0)));
	for (int i = 0; i < 3; i++)
		assert_true(take(2, 3, after(55 + i)));
	assert_false(take(2, 3, after(58)));
	assert_false(take(1, 1, after(60)));
	assert_true(take(1, 1, after(61))); /* the next generation */
	assert_false(take(2, 3, after(61)));
	assert_false(take(2, 3, after(115)));
	assert_true(take(2, 3, after(116)));
	assert_false(take(1, 1, after(121)));
	assert_true(take(2, 3, after(122)));
	assert_true(take(2, 3, after(170)));
	assert_false(take(2, 3, after(176)));
	assert_true(take(2, 3, after(100000))); /* long after nobody asked */
}

static void what_is_returned_can_be_taken_again(void **state)
{
	const struct quota_use u = {key_of(1), 2, SECONDS(60)};
	quota_return(q, &u, start); /* of nothing: nothing */
	assert_true(take(1, 2, start));
	assert_true(take(1, 2, start));
	quota_return(q, &u, start);
	assert_true(take(1, 2, start));
	assert_false(take(1, 2, start));
	for (int i = 0; i < 9; i++)
		quota_return(q, &u, start);
	assert_true(take(1, 2, start));
	assert_true(take(1, 2, start));
	assert_false(take(1, 2, start));
}

/* The promise: QUOTA_KEYS foreign keys make nobody forgotten and nobody refused; many more make the
 * oldest forgotten, and still nobody refused. */
static void a_flood_refuses_nobody(void **state)
{
	uint64_t fresh = UINT64_C(1) << 40, flood = UINT64_C(1) << 50;
	for (int i = 0; i < 100; i++)
		assert_true(take((uint64_t)i, 1, start));
	for (size_t i = 0; i < QUOTA_KEYS; i++)
		assert_true(take(flood++, 1, start));
	for (int i = 0; i < 100; i++)
		assert_false(take((uint64_t)i, 1, start));
	for (int i = 0; i < 100; i++)
		assert_true(take(fresh++, 1, start));
	for (size_t i = 0; i < 10 * QUOTA_KEYS; i++)
		assert_true(take(flood++, 1, start));
	for (int i = 0; i < 100; i++)
		assert_true(take(fresh++, 1, start));
	for (int i = 0; i < 100; i++)
		assert_true(take((uint64_t)i, 1, start)); /* forgotten, not refused */
	for (uint64_t i = 1; i <= QUOTA_KEYS / 2; i++)
		assert_false(take(flood - i, 1, start)); /* the last ones are remembered */
}

/* Somebody who has not noticed that a generation is over adds to it while another has counted the
 * same key in the next one already. A process that is stopped between finding the free slot and
 * taking it does just that, so the words are put where it would put them: the slot that the key has
 * in the generation before is taken by the mark, and there is no room for the late one. */
static void the_way_into_the_generation_before_is_closed(void **state)
{
	struct { /* as quota.c has it: the present, then two tables of slots */
		_Alignas(64) _Atomic uint64_t present;
		_Alignas(64) struct { _Atomic uint64_t owner, count; } slot[2][2 * QUOTA_KEYS];
	} *inside = (void *)q;
	assert_int_equal(quota_size(), sizeof *inside);
	uint64_t key = key_of(1);
	assert_true(take(2, 1, after(0)));
	assert_true(take(3, 1, after(61))); /* by which the next generation has begun */
	uint64_t now = inside->present >> 48, old = now - 1;
	assert_true(take(1, 1, after(62)));
	uint64_t owner = inside->slot[old % 2][key % (2 * QUOTA_KEYS)].owner;
	assert_int_equal(owner, old << 48); /* of this generation, and nobody's */
}

/* ---- several at once ---- */

enum { PROCESSES = 4, KEYS = 6000, TRIES = 6, LIMIT = 5, FLOOD = 12, STEP = 50 };

struct race {
	_Atomic int arrived[KEYS / STEP + 1];
	_Atomic int taken[KEYS];
};

static void meet(_Atomic int *arrived)
{
	atomic_fetch_add(arrived, 1);
	while (atomic_load(arrived) < PROCESSES)
		sched_yield();
}

static void run(struct race *r, int me)
{
	uint64_t flood = (UINT64_C(1) + (uint64_t)me) << 50;
	for (int k = 0; k < KEYS; k++) {
		if (k % STEP == 0)
			meet(&r->arrived[k / STEP]);
		for (int i = 0; i < TRIES; i++) {
			const struct quota_use u = {key_of((uint64_t)k), LIMIT, SECONDS(60)};
			struct duration wait;
			if (quota_take(q, &u, after(k / 50), &wait))
				atomic_fetch_add(&r->taken[k], 1);
		}
		for (int i = 0; i < FLOOD; i++) {
			const struct quota_use u = {key_of(flood++), 1, SECONDS(60)};
			struct duration wait;
			if (!quota_take(q, &u, after(k / 50), &wait))
				_exit(1);
		}
	}
	_exit(0);
}

/* 24 tries at each key by four processes while generations change by time and by number: five are
 * taken, neither more nor less. */
static void processes_take_no_more_than_the_limit(void **state)
{
	struct race *r = shared_memory(sizeof *r);
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			run(r, i);
	for (int i = 0; i < PROCESSES; i++) {
		int status;
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	for (int k = 0; k < KEYS; k++)
		assert_int_equal(r->taken[k], LIMIT);
	munmap(r, sizeof *r);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_limit_is_reached_to_the_last_one),
		T(a_window_begins_with_the_first),
		T(a_window_is_whole_over_generations),
		T(what_is_returned_can_be_taken_again),
		T(a_flood_refuses_nobody),
		T(the_way_into_the_generation_before_is_closed),
		T(processes_take_no_more_than_the_limit),
	};
	return cmocka_run_group_tests_name("quota", tests, NULL, NULL);
}
