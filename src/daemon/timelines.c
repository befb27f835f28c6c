/* daemon/timelines.c - a timeline counts when it is durable: written beside, fsync, renamed, fsync
 * of the folder, and only then shown to the other processes. Under a lock, because several meet a
 * promoted server at the same time. */
#include "daemon/timelines.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/outcome.h"
#include "telemetry/shared.h"

enum { CLUSTERS_MAX = 64, LINE = 40, FILE_MAX = CLUSTERS_MAX * LINE };

#define NAME "timelines"

struct list_of {
	struct timeline t[CLUSTERS_MAX];
	size_t n;
};

/* ---- the file ---- */

static int sync_and_close(int fd)
{
	int r = fd < 0 || fsync(fd) != 0 ? E_SYSTEM : 0;
	if (fd >= 0 && close(fd) != 0)
		r = E_SYSTEM;
	return r;
}

/* One line; false at what is none. */
static bool parse_line(struct slice line, struct timeline *t)
{
	uint64_t id;
	bool good = slice_to_u64(slice_cut(&line, ' '), &t->system) && t->system &&
	            slice_to_u64(line, &id) && id > 0 && id <= UINT32_MAX;
	if (good)
		t->id = (uint32_t)id;
	return good;
}

/* 0, E_SYNTAX for a file that is not ours, E_SYSTEM. No file is an empty list. */
static int read_file(int folder, struct list_of *ret)
{
	char text[FILE_MAX + 1];
	int fd = openat(folder, NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ret->n = 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : E_SYSTEM;
	ssize_t n = read(fd, text, sizeof text);
	close(fd);
	if (n < 0)
		return E_SYSTEM;
	struct slice rest = slice_from(text, (size_t)n);
	while (rest.n) {
		if (ret->n == CLUSTERS_MAX || !memchr(rest.p, '\n', rest.n) ||
		    !parse_line(slice_cut(&rest, '\n'), &ret->t[ret->n++]))
			return E_SYNTAX;
	}
	return 0;
}

static int write_file(int folder, const struct list_of *l)
{
	int fd = openat(folder, NAME ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return E_SYSTEM;
	bool written = true;
	for (size_t i = 0; i < l->n && written; i++)
		written = dprintf(fd, "%llu %lu\n", (unsigned long long)l->t[i].system,
		                  (unsigned long)l->t[i].id) > 0;
	if (sync_and_close(fd) < 0 || !written ||
	    renameat(folder, NAME ".new", folder, NAME) != 0 || fsync(folder) != 0)
		return E_SYSTEM;
	return 0;
}

/* The folder, locked until it is closed; E_SYSTEM. */
static int open_locked(const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return E_SYSTEM;
}

/* Where the list has this cluster, or a new place for it; NULL: the list is full. */
static struct timeline *place_of(struct list_of *l, uint64_t system)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->t[i].system == system)
			return &l->t[i];
	if (l->n == CLUSTERS_MAX)
		return NULL;
	l->t[l->n] = (struct timeline){.system = system};
	return &l->t[l->n++];
}

/* The newest of this cluster, met and remembered, is durable then and stands in *t. */
static int remember(int folder, struct timeline *t)
{
	struct list_of l;
	int r = read_file(folder, &l);
	struct timeline *had = r == 0 ? place_of(&l, t->system) : NULL;
	if (!had)
		return r < 0 ? r : E_FULL;
	if (had->id >= t->id) {
		*t = *had;
		return 0;
	}
	*had = *t;
	return write_file(folder, &l);
}

int timelines_forget(const char *directory)
{
	int folder = open_locked(directory);
	if (folder < 0)
		return E_SYSTEM;
	int r = unlinkat(folder, NAME, 0) == 0 || errno == ENOENT ? fsync(folder) : -1;
	close(folder);
	return r == 0 ? 0 : E_SYSTEM;
}

/* ---- the memory ---- */

static struct timeline newest(void *arg)
{
	const struct timelines *t = arg;
	struct timeline now = {0};
	now.system = shared_timeline(t->shared, &now.id);
	return now;
}

static int learn(void *arg, struct timeline met)
{
	const struct timelines *t = arg;
	struct timeline had = newest(arg), now = met;
	int folder = open_locked(t->directory);
	int r = folder < 0 ? folder : remember(folder, &now);
	if (r < 0) {
		log_error(t->log, "timeline_not_kept", LOG_S("directory", t->directory),
		          LOG_S("cause", r == E_SYNTAX ? "its file \"timelines\" is damaged"
		                         : r == E_FULL ? "its file \"timelines\" is full"
		                                       : strerror(errno)));
	} else {
		shared_raise_timeline(t->shared, now.system, now.id);
	}
	if (folder >= 0)
		close(folder); /* and unlock: whoever comes next finds both raised */
	if (r == 0 && had.system && now.id == met.id)
		log_notice(t->log, "database_promoted", LOG_I("timeline", met.id));
	return r;
}

struct timeline_memory timelines_memory(struct timelines *t)
{
	return (struct timeline_memory){.newest = newest, .learn = learn, .arg = t};
}
