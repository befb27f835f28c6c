/* ctl/patience.c - pauses between repetitions of a request that carries its own key. */
#include "ctl/patience.h"

#include <sys/random.h>
#include <sys/select.h>
#include <time.h>

enum { FIRST_MS = 200, LAST_MS = 10000, ASKED_MAX_MS = 30000, TOTAL_MS = 120000 };

struct patience patience_start(void)
{
	return (struct patience){0};
}

bool patience_is_later(long status)
{
	return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

long patience_next(struct patience *p, int retry_after, unsigned noise)
{
	long ms = FIRST_MS;
	for (int i = 0; i < p->attempts && ms < LAST_MS; i++)
		ms *= 2;
	if (ms > LAST_MS)
		ms = LAST_MS;
	if (retry_after >= 0)
		ms = (long)retry_after * 1000;
	if (ms < FIRST_MS)
		ms = FIRST_MS;
	if (ms > ASKED_MAX_MS)
		ms = ASKED_MAX_MS;
	ms += ms * (long)(noise & 255) / 1024;
	if (p->waited_ms + ms > TOTAL_MS)
		return -1;
	p->attempts++;
	p->waited_ms += ms;
	return ms;
}

/* The signals come in only while it sleeps, so none falls between the look and the sleep. */
static void sleep_unless(const volatile sig_atomic_t *interrupted, long ms)
{
	const struct timespec rest = {ms / 1000, ms % 1000 * 1000000};
	sigset_t interrupts, before;
	sigemptyset(&interrupts);
	sigaddset(&interrupts, SIGINT);
	sigaddset(&interrupts, SIGTERM);
	sigprocmask(SIG_BLOCK, &interrupts, &before);
	if (!*interrupted)
		pselect(0, NULL, NULL, NULL, &rest, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

bool patience_wait(struct patience *p, int retry_after, const volatile sig_atomic_t *interrupted)
{
	unsigned char noise = 0;
	if (getrandom(&noise, 1, 0) != 1)
		noise = 128;
	long ms = *interrupted ? -1 : patience_next(p, retry_after, noise);
	if (ms < 0)
		return false;
	sleep_unless(interrupted, ms);
	return !*interrupted;
}
