/* ctl/patience.h - how long to keep asking a registry that says "later". */
#pragma once

#include <signal.h>
#include <stdbool.h>

struct patience {
	int attempts;
	long waited_ms;
};

struct patience patience_start(void);

/* 429 and the statuses of 5xx that a repetition can end. */
bool patience_is_later(long status);

/* The next pause in milliseconds: what the registry asked for (retry_after seconds, -1: nothing)
 * but 0.2 to 30 s, else doubling from 200 ms to 10 s, each varied by `noise` (0-255) so that
 * many clients do not return together. -1 when two minutes have been spent. */
long patience_next(struct patience *p, int retry_after, unsigned noise);

/* Sleeps that long; false when patience has ended, or when `interrupted`, which a handler of SIGINT and SIGTERM
 * sets, is set: before the pause as well as during it. */
bool patience_wait(struct patience *p, int retry_after, const volatile sig_atomic_t *interrupted);
