/* tests/clock/shift_clock.c - preloaded into a test, its daemons and its PostgreSQL, it lets them
 * all believe that it is TALENT_CLOCK_SHIFT seconds later (or earlier, if negative). Deadlines and
 * timers keep their length: the monotonic clock is left alone.
 *
 * Not libfaketime: while it waits on behalf of a program, signal handlers see the true time, and
 * PostgreSQL decides in such a handler which of its timeouts have passed. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t shift;

__attribute__((constructor)) static void read_shift(void)
{
	const char *s = getenv("TALENT_CLOCK_SHIFT");
	shift = s ? (time_t)strtoll(s, NULL, 10) : 0;
}

int clock_gettime(clockid_t which, struct timespec *ret)
{
	int r = (int)syscall(SYS_clock_gettime, which, ret);
	if (r == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
		ret->tv_sec += shift;
	return r;
}

int gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
	struct timespec t;
	if (clock_gettime(CLOCK_REALTIME, &t) != 0)
		return -1;
	*ret = (struct timeval){.tv_sec = t.tv_sec, .tv_usec = t.tv_nsec / 1000};
	return 0;
}

time_t time(time_t *ret)
{
	struct timespec t;
	if (clock_gettime(CLOCK_REALTIME, &t) != 0)
		return (time_t)-1;
	if (ret)
		*ret = t.tv_sec;
	return t.tv_sec;
}
