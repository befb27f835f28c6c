/* tests/lib/fair_clock.c - a tick is a nap and some computing; each counts for no more than it may
 * take. Written by the ticking thread, read under a sequence number that is odd meanwhile. */
#include "fair_clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { NAP_US = 5000, WORK_US = 200, TICK_MAX_US = 10000 };

static atomic_uint sequence;
static _Atomic int64_t fair_at, true_at; /* both at the begin of the present tick */
static pid_t owner;                      /* a thread does not go along into a child */

static int64_t us_of(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t counted(int64_t us)
{
	return us < TICK_MAX_US ? us : TICK_MAX_US;
}

static void begin_tick(int64_t now, int64_t fair)
{
	atomic_fetch_add(&sequence, 1);
	atomic_store(&fair_at, fair);
	atomic_store(&true_at, now);
	atomic_fetch_add(&sequence, 1);
}

static void *tick(void *arg)
{
	for (;;) {
		nanosleep(&(struct timespec){.tv_nsec = NAP_US * 1000L}, NULL);
		int64_t until = us_of(CLOCK_THREAD_CPUTIME_ID) + WORK_US;
		while (us_of(CLOCK_THREAD_CPUTIME_ID) < until)
			;
		int64_t now = us_of(CLOCK_MONOTONIC);
		begin_tick(now, fair_at + counted(now - true_at));
	}
	return NULL;
}

static void start(void)
{
	pthread_t thread;
	int64_t now = us_of(CLOCK_MONOTONIC);
	owner = getpid();
	begin_tick(now, now);
	if (pthread_create(&thread, NULL, tick, NULL) != 0 || pthread_detach(thread) != 0)
		abort();
	/* A child that is forked while the thread begins has locks (of a sanitizer) that nobody opens. */
	while (atomic_load(&true_at) == now)
		usleep(1000);
}

static int64_t fair_us(int64_t *ret_now)
{
	unsigned before;
	int64_t fair;
	if (owner != getpid())
		start();
	do {
		before = atomic_load(&sequence);
		*ret_now = us_of(CLOCK_MONOTONIC);
		fair = fair_at + counted(*ret_now - true_at);
	} while (before % 2 != 0 || atomic_load(&sequence) != before);
	return fair;
}

int64_t fair_ms(void)
{
	int64_t now;
	return fair_us(&now) / 1000;
}

int64_t fair_lost_ms(void)
{
	int64_t now, fair = fair_us(&now);
	return (now - fair) / 1000;
}
