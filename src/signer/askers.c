/* signer/askers.c - a number of a process is used again, so one that is alive is the one that asked
 * only if it had begun by then. */
#include "signer/askers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <time.h>
#include <unistd.h>

#include "base/outcome.h"
#include "journal/read.h"

/* What a process left is among its last lines, and those of whoever was cut off together with the
 * signer are among the journal's last: seconds of them at any rate, read in a fraction of one. */
enum { LINES_BACK = 10000, ASKERS_MAX = 256 };

struct asker {
	struct askers *all;
	uint32_t process;
	struct instant last; /* when it asked */
	int pidfd;           /* -1: none */
	struct loop_fd watch;
};

struct askers {
	struct loop *loop;
	struct journal *journal;
	const struct log_ctx *log;
	size_t n;
	struct asker asker[ASKERS_MAX];
};

static struct asker *find(struct askers *a, uint32_t process)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->asker[i].process == process)
			return &a->asker[i];
	return NULL;
}

static struct asker *oldest(struct askers *a)
{
	struct asker *best = &a->asker[0];
	for (size_t i = 1; i < a->n; i++)
		if (a->asker[i].last.us < best->last.us)
			best = &a->asker[i];
	return best;
}

static int take_line(void *arg, const struct journal_line *line)
{
	struct askers *a = arg;
	uint32_t process = line->is_signed ? line->signature.process : line->ended;
	struct asker *k = process ? find(a, process) : NULL;
	if (k && line->ended)
		*k = a->asker[--a->n];
	if (!process || line->ended)
		return 0;
	if (!k)
		k = a->n < ASKERS_MAX ? &a->asker[a->n++] : oldest(a);
	*k = (struct asker){.all = a, .process = process, .last = line->time, .pidfd = -1};
	return 0;
}

/* When a process began, by the system's own clock; false: that cannot be seen. */
static bool began_at(uint32_t process, struct instant *ret)
{
	char path[32], text[1024];
	unsigned long long ticks;
	struct timespec up;
	snprintf(path, sizeof path, "/proc/%u/stat", process);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	size_t n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = '\0';
	const char *p = strrchr(text, ')'); /* the name may hold anything; field 22 is the start */
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (!p || sscanf(p, " %llu", &ticks) != 1 || clock_gettime(CLOCK_BOOTTIME, &up) != 0)
		return false;
	int64_t since_boot = (int64_t)(ticks * 1000000 / (unsigned long long)sysconf(_SC_CLK_TCK));
	ret->us = instant_now().us - ((int64_t)up.tv_sec * 1000000 + up.tv_nsec / 1000 - since_boot);
	return true;
}

static bool is_alive(const struct asker *k)
{
	struct instant began;
	if (k->pidfd < 0)
		return errno != ESRCH;
	return !began_at(k->process, &began) || began.us <= k->last.us + SECONDS(1).us;
}

/* Where the journal has no room it stays among those whose end nobody knows. */
static void tell_end(const struct askers *a, uint32_t process)
{
	if (journal_add_end(a->journal, instant_now(), process) != 0)
		log_error(a->log, "signer_journal_failed", LOG_S("system", strerror(errno)));
}

static void force(const struct askers *a)
{
	if (journal_sync(a->journal) != 0)
		log_error(a->log, "signer_journal_failed", LOG_S("system", strerror(errno)));
}

static void forget(struct asker *k)
{
	loop_fd_stop(&k->watch);
	if (k->pidfd >= 0)
		close(k->pidfd);
	k->pidfd = -1;
}

static void on_end(void *arg, unsigned ready UNUSED)
{
	struct asker *k = arg;
	forget(k);
	tell_end(k->all, k->process);
	force(k->all);
}

static int settle(struct askers *a, struct asker *k)
{
	k->pidfd = pidfd_open((pid_t)k->process, 0);
	if (!is_alive(k)) {
		forget(k);
		tell_end(a, k->process);
		return 0;
	}
	loop_fd_init(&k->watch, a->loop, k->pidfd, on_end, k);
	return k->pidfd < 0 ? 0 : loop_fd_watch(&k->watch, LOOP_READ);
}

static void read_back(struct askers *a, const char *path)
{
	uint64_t last = journal_last(a->journal), line;
	if (journal_read(path, last > LINES_BACK ? last - LINES_BACK : 0, take_line, a, &line) != 0)
		a->n = 0;
}

int askers_new(struct loop *loop, struct journal *j, const char *path, const struct log_ctx *log,
               struct askers **ret)
{
	struct askers *a = calloc(1, sizeof *a);
	int r = 0;
	if (!a)
		return E_NOMEM;
	*a = (struct askers){.loop = loop, .journal = j, .log = log};
	read_back(a, path);
	for (size_t i = 0; r == 0 && i < a->n; i++)
		r = settle(a, &a->asker[i]);
	force(a);
	if (r) {
		askers_free(a);
		return r;
	}
	*ret = a;
	return 0;
}

void askers_free(struct askers *a)
{
	for (size_t i = 0; a && i < a->n; i++)
		forget(&a->asker[i]);
	free(a);
}
