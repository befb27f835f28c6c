/* journal/read.c - lines in their order, over all files.
 *
 * The file to read next is looked for by the number that comes next, never by its name: a rotation
 * in between changes the names. Within a file the place is found by bisection. */
#include "journal/read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outcome.h"
#include "journal/name.h"

enum { WINDOW = 2 * JOURNAL_LINE_MAX };

struct reading {
	const char *path;
	journal_each *each;
	void *arg;
	uint64_t lines, last;
	bool started; /* last is the line before the next */
};

/* ---- finding ---- */

/* The first whole line that begins at or behind `at` (a line begins at 0). E_ABSENT: none. */
static int line_at(int fd, off_t at, uint64_t *ret_sequence, off_t *ret_start)
{
	char text[WINDOW];
	off_t from = at ? at - 1 : 0; /* its line feed shows whether a line begins at `at` */
	ssize_t n = pread(fd, text, sizeof text, from);
	if (n < 0)
		return E_SYSTEM;
	struct slice rest = slice_from(text, (size_t)n);
	if (at) {
		slice_cut(&rest, '\n');
		if (!rest.p)
			return E_ABSENT;
	}
	const char *begin = rest.p;
	struct slice line = slice_cut(&rest, '\n');
	struct journal_line l;
	if (!rest.p)
		return E_ABSENT;
	if (journal_line_parse(line, &l) != 0)
		return E_SYNTAX;
	*ret_sequence = l.sequence;
	*ret_start = from + (begin - text);
	return 0;
}

/* Where to read on: the start of some line at or before number after + 1. */
static off_t place_of(int fd, uint64_t after, off_t size)
{
	off_t low = 0, high = size;
	while (high - low > WINDOW) {
		off_t middle = low + (high - low) / 2, start;
		uint64_t sequence;
		if (line_at(fd, middle, &sequence, &start) != 0 || sequence > after + 1)
			high = middle;
		else if (start > low)
			low = start;
		else
			break;
	}
	return low;
}

static int open_numbered(const char *path, unsigned n)
{
	char *name = journal_name(path, n);
	if (!name)
		return E_NOMEM;
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	free(name);
	return fd >= 0           ? fd
	       : errno == ENOENT ? E_ABSENT
	                         : E_SYSTEM;
}

/* 0: the file begins at or before the next line, or with one that is none (reading it tells);
 * E_ABSENT: it is empty or begins later. */
static int begins_in_time(const struct reading *r, int fd)
{
	uint64_t first;
	off_t start;
	int rc = line_at(fd, 0, &first, &start);
	if (rc == 0 && r->started && first > r->last + 1)
		return E_ABSENT;
	if (rc == 0 && !r->started)
		return E_ABSENT; /* an older one may be there */
	return rc == E_SYNTAX ? 0 : rc;
}

static bool has_lines(int fd)
{
	uint64_t first;
	off_t start;
	return line_at(fd, 0, &first, &start) == 0;
}

/* The youngest file that begins at or before the next line, or the oldest when nothing was read
 * yet. A descriptor; E_ABSENT: no file at all; E_SYNTAX: the next line is in none. */
static int open_next(const struct reading *r)
{
	int oldest = E_ABSENT;
	bool later = false; /* there are lines, but behind the next one */
	for (unsigned n = 0;; n++) {
		int fd = open_numbered(r->path, n);
		if (fd == E_ABSENT)
			break;
		if (oldest >= 0)
			close(oldest);
		if (fd < 0)
			return fd;
		oldest = fd;
		int rc = begins_in_time(r, fd);
		if (rc != E_ABSENT)
			return fd;
		later |= has_lines(fd);
	}
	if (oldest >= 0 && later && r->started) {
		close(oldest);
		return E_SYNTAX;
	}
	return oldest;
}

/* ---- reading ---- */

/* *in_step: a line of this file has been taken, so the next one follows it; before that there may
 * be lines that were read already. */
static int read_line(struct reading *r, struct slice text, bool *in_step)
{
	struct journal_line line;
	if (journal_line_parse(text, &line) != 0)
		return E_SYNTAX;
	if (!*in_step && r->started && line.sequence <= r->last)
		return 0;
	if (r->started && line.sequence != r->last + 1)
		return E_SYNTAX;
	*in_step = r->started = true;
	r->last = line.sequence;
	return r->each(r->arg, &line);
}

/* 0: a line of *ret_n bytes, its line feed left out, or 1: the end, or a line that is torn or being
 * written just now. E_SYNTAX: what no line can be so long, such as a device or zeros that a crash has left. */
static int next_line(FILE *f, char text[static JOURNAL_LINE_MAX], size_t *ret_n)
{
	size_t n = 0;
	int c;
	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		if (n == JOURNAL_LINE_MAX)
			return E_SYNTAX;
		text[n++] = (char)c;
	}
	*ret_n = n;
	return c == '\n' ? 0 : 1;
}

static int read_lines(struct reading *r, FILE *f)
{
	char text[JOURNAL_LINE_MAX];
	size_t n;
	bool in_step = false;
	int rc = 0, got = 0;
	while (rc == 0 && (got = next_line(f, text, &n)) == 0) {
		r->lines++;
		rc = read_line(r, slice_from(text, n), &in_step);
	}
	if (rc == 0 && got < 0) {
		r->lines++;
		rc = got;
	}
	return rc == 0 && ferror(f) ? E_SYSTEM : rc;
}

static int read_file(struct reading *r, int fd)
{
	struct stat st;
	FILE *f = fdopen(fd, "r");
	if (!f) {
		close(fd);
		return E_NOMEM;
	}
	int rc = fstat(fd, &st) == 0 ? 0 : E_SYSTEM;
	if (rc == 0 && r->started &&
	    fseeko(f, place_of(fd, r->last, st.st_size), SEEK_SET) != 0)
		rc = E_SYSTEM;
	if (rc == 0)
		rc = read_lines(r, f);
	fclose(f);
	return rc;
}

int journal_read(const char *path, uint64_t after, journal_each *each, void *arg,
                 uint64_t *ret_line)
{
	struct reading r = {.path = path, .each = each, .arg = arg, .last = after, .started = after > 0};
	int rc = 0;
	for (bool more = true; rc == 0 && more;) {
		uint64_t before = r.last;
		int fd = open_next(&r);
		rc = fd < 0 ? fd : read_file(&r, fd);
		more = r.last != before;
	}
	*ret_line = r.lines;
	return rc;
}

/* ---- the end ---- */

/* E_ABSENT: the file has no line. */
static int last_of(int fd, uint64_t *ret)
{
	struct stat st;
	off_t at;
	if (fstat(fd, &st) != 0)
		return E_SYSTEM;
	int found = E_ABSENT, rc = line_at(fd, place_of(fd, UINT64_MAX - 1, st.st_size), ret, &at);
	while (rc == 0) {
		found = 0;
		rc = line_at(fd, at + 1, ret, &at);
	}
	return rc == E_ABSENT ? found : rc;
}

int journal_read_last(const char *path, uint64_t *ret)
{
	int rc = E_ABSENT;
	*ret = 0;
	for (unsigned n = 0; rc == E_ABSENT; n++) {
		int fd = open_numbered(path, n);
		if (fd < 0)
			return fd == E_ABSENT && n > 0 ? 0 : fd;
		rc = last_of(fd, ret);
		close(fd);
	}
	return rc;
}
