/* journal/file.c - appending and rotating.
 *
 * The sequence number goes on from the last line of the file, or of the one rotated away last
 * when the file is new. */
#include "journal/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failpoint.h"
#include "base/outcome.h"
#include "journal/name.h"

enum {
	BYTES_DEFAULT = 256 * 1024 * 1024,
	LINES_MAX = 1024 * 1024, /* bytes of one journal_add */
};

struct journal {
	char *path;
	size_t bytes_max, size;
	int fd;
	uint64_t last; /* sequence number */
	size_t forced; /* the size at the last time it was forced to disk */
	uint64_t forced_last;
	bool dirty;
	bool broken; /* a torn line could not be taken back */
	struct buf lines;
	struct buf head; /* the entry that begins each file; empty: none */
};

/* ---- opening ---- */

/* Drops a torn last line and finds the last whole one's number. */
static int find_end(int fd, uint64_t *ret_last, size_t *ret_size)
{
	char tail[2 * JOURNAL_LINE_MAX];
	struct stat st;
	struct journal_line line;
	if (fstat(fd, &st) != 0)
		return E_SYSTEM;
	size_t size = (size_t)st.st_size, n = size < sizeof tail ? size : sizeof tail;
	if (pread(fd, tail, n, (off_t)(size - n)) != (ssize_t)n)
		return E_SYSTEM;
	size_t keep = n;
	while (keep && tail[keep - 1] != '\n')
		keep--;
	if (keep < n && ftruncate(fd, (off_t)(size - n + keep)) != 0)
		return E_SYSTEM;
	*ret_size = size - n + keep;
	if (!keep)
		return size > n ? E_SYNTAX : 0;
	size_t start = keep - 1;
	while (start && tail[start - 1] != '\n')
		start--;
	int r = journal_line_parse(slice_from(tail + start, keep - 1 - start), &line);
	if (r == 0)
		*ret_last = line.sequence;
	return r;
}

static int open_file(struct journal *j)
{
	j->fd = open(j->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (j->fd < 0)
		return E_SYSTEM;
	if (flock(j->fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? E_FULL : E_SYSTEM;
	return find_end(j->fd, &j->last, &j->size);
}

/* The number to go on from when the file is new. */
static int find_last_rotated(struct journal *j)
{
	size_t size;
	char *name = journal_name(j->path, 1);
	if (!name)
		return E_NOMEM;
	int fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	int r = fd >= 0           ? find_end(fd, &j->last, &size)
	        : errno == ENOENT ? 0
	                          : E_SYSTEM;
	if (fd >= 0)
		close(fd);
	free(name);
	return r;
}

int journal_open(const struct journal_conf *conf, struct journal **ret)
{
	struct journal *j = calloc(1, sizeof *j);
	if (!j)
		return E_NOMEM;
	j->fd = -1;
	j->bytes_max = conf->bytes_max ? conf->bytes_max : BYTES_DEFAULT;
	j->lines = BUF_INIT(LINES_MAX);
	j->head = BUF_INIT(JOURNAL_ENTRY_MAX);
	j->path = journal_name(conf->path, 0);
	int r = j->path ? open_file(j) : E_NOMEM;
	if (r == 0 && j->size == 0)
		r = find_last_rotated(j);
	if (r) {
		journal_free(j);
		return r;
	}
	j->forced = j->size;
	j->forced_last = j->last;
	*ret = j;
	return 0;
}

int journal_sync(struct journal *j)
{
	if (!j->dirty)
		return 0;
	if (FAILPOINT("journal_sync") || fdatasync(j->fd) != 0)
		return E_SYSTEM;
	j->dirty = false;
	j->forced = j->size;
	j->forced_last = j->last;
	return 0;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	if (j->fd >= 0) {
		if (j->dirty)
			fdatasync(j->fd);
		close(j->fd);
	}
	buf_free(&j->lines);
	buf_free(&j->head);
	free(j->path);
	free(j);
}

int journal_set_head(struct journal *j, struct slice entry)
{
	buf_clear(&j->head);
	buf_add(&j->head, entry);
	return buf_failed(&j->head) ? E_NOMEM : 0;
}

uint64_t journal_last(const struct journal *j)
{
	return j->last;
}

/* ---- writing ---- */

static int move(const char *path, unsigned from)
{
	char *old = journal_name(path, from), *new = journal_name(path, from + 1);
	int r = !old || !new            ? E_NOMEM
	        : rename(old, new) == 0 ? 0
	                                : E_SYSTEM;
	free(old);
	free(new);
	return r;
}

/* Names move on from the first free one, which may be a hole that a crash has left here. */
static int move_all(const char *path)
{
	unsigned n = journal_count_rotated(path) + 1;
	int r = 0;
	while (r == 0 && n-- > 0)
		r = move(path, n);
	return r;
}

static int make_file(struct journal *j)
{
	int fd = open(j->path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return E_SYSTEM;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return E_SYSTEM;
	}
	close(j->fd);
	j->fd = fd;
	j->size = j->forced = 0;
	return 0;
}

static int rotate(struct journal *j)
{
	int r = journal_sync(j);
	if (r == 0 && access(j->path, F_OK) == 0)
		r = move_all(j->path);
	return r ? r : make_file(j);
}

/* Takes back what is behind the last whole line; keeps errno. */
static void cut_back(struct journal *j)
{
	int saved = errno;
	j->broken = ftruncate(j->fd, (off_t)j->size) != 0;
	errno = saved;
}

void journal_take_back(struct journal *j)
{
	j->size = j->forced;
	j->last = j->forced_last;
	cut_back(j);
	j->dirty = true; /* that it is shorter */
}

static int write_lines(struct journal *j)
{
	struct slice rest = buf_slice(&j->lines);
	while (rest.n) {
		ssize_t n = FAILPOINT("journal_write") ? -1 : write(j->fd, rest.p, rest.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			cut_back(j);
			return E_SYSTEM;
		}
		rest = slice_skip(rest, (size_t)n);
	}
	return 0;
}

static void format_line(struct journal *j, uint64_t number, const char *time, struct slice entry)
{
	buf_addu(&j->lines, number);
	buf_addf(&j->lines, " %s ", time);
	buf_add(&j->lines, entry);
	buf_addc(&j->lines, '\n');
}

/* How many lines, or E_SYNTAX. */
static int64_t format(struct journal *j, struct instant now, struct slice entries)
{
	char time[INSTANT_TEXT];
	int64_t n = 0;
	instant_format(now, time);
	buf_clear(&j->lines);
	if (j->size == 0 && j->head.n && entries.n)
		format_line(j, j->last + (uint64_t)++n, time, buf_slice(&j->head));
	while (entries.n) {
		struct slice entry = slice_cut(&entries, '\n');
		if (!journal_entry_ok(entry))
			return E_SYNTAX;
		format_line(j, j->last + (uint64_t)++n, time, entry);
	}
	return n;
}

int journal_add(struct journal *j, struct instant now, struct slice entries)
{
	if (j->broken) {
		errno = EIO;
		return E_SYSTEM;
	}
	int64_t n = format(j, now, entries);
	int r = n < 0 ? (int)n : 0;
	if (r == 0 && j->size && j->size + j->lines.n > j->bytes_max) {
		r = rotate(j);
		n = format(j, now, entries); /* the new file has its head */
	}
	if (r == 0 && buf_failed(&j->lines))
		r = E_NOMEM;
	if (r == 0)
		r = write_lines(j);
	if (r)
		return r;
	j->last += (uint64_t)n;
	j->size += j->lines.n;
	j->dirty |= n > 0;
	return 0;
}

/* Spaces without a line feed: a torn line, should we die in between, and no longer than one. */
int journal_try(struct journal *j)
{
	errno = EIO;
	if (j->broken)
		cut_back(j);
	if (j->broken)
		return E_SYSTEM;
	buf_clear(&j->lines);
	buf_addf(&j->lines, "%*s", (int)JOURNAL_LINE_MAX, "");
	int r = buf_failed(&j->lines) ? E_NOMEM : write_lines(j);
	if (r == 0)
		cut_back(j);
	return j->broken ? E_SYSTEM : r;
}
