/* signer/journal.c - appending, rotating, and reading back.
 *
 * The sequence number goes on from the last line of the file, or of the one rotated away last
 * when the file is new. */
#include "signer/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/failpoint.h"
#include "base/outcome.h"
#include "crypt/encode.h"

enum {
	LINE_MAX_BYTES = 320,
	BYTES_DEFAULT = 256 * 1024 * 1024,
	FILES_DEFAULT = 16,
	FILES_LIMIT = 9999, /* how far a reader looks for rotated files */
	NAME_EXTRA = 8,
	HASH_TEXT = 2 * SHA256_SIZE,
};

struct journal {
	char *path;
	size_t bytes_max, size;
	unsigned files_max;
	int fd;
	uint64_t last; /* sequence number */
	bool dirty;
	bool broken; /* a torn line could not be taken back */
	struct buf lines;
};

/* ------------------------------------------------------------------ lines */

int journal_line_parse(struct slice line, struct journal_line *ret)
{
	struct journal_line l;
	struct slice rest = line, sequence = slice_cut(&rest, ' '), time = slice_cut(&rest, ' ');
	l.issuer = slice_cut(&rest, ' ');
	l.key_id = slice_cut(&rest, ' ');
	if (!slice_to_u64(sequence, &l.sequence) || !instant_parse(time, &l.time) ||
	    !l.issuer.n || !l.key_id.n || !rest.p ||
	    !hex_decode(rest, l.hash, sizeof l.hash))
		return E_SYNTAX;
	*ret = l;
	return 0;
}

void journal_hash(struct crypt *c, const struct sign_job *job, uint8_t out[static SHA256_SIZE])
{
	uint8_t both[2 * SHA256_SIZE];
	if (job->kind == SIGNER_P256) {
		sha256(c, job->document, out);
		return;
	}
	sha256(c, job->proof, both);
	sha256(c, job->document, both + SHA256_SIZE);
	sha256(c, slice_from(both, sizeof both), out);
}

/* Whether a text can stand in a line as it is. */
static bool word_ok(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f)
			return false;
	return s.n > 0;
}

static void add_line(struct journal *j, struct crypt *c, uint64_t sequence, struct instant now,
                     const struct sign_job *job)
{
	char time[INSTANT_TEXT];
	uint8_t hash[SHA256_SIZE];
	journal_hash(c, job, hash);
	instant_format(now, time);
	buf_addu(&j->lines, sequence);
	buf_addf(&j->lines, " %s %.*s %.*s ", time, SLICE_ARGS(job->issuer),
	         SLICE_ARGS(job->key_id));
	hex_add(&j->lines, slice_from(hash, sizeof hash));
	buf_addc(&j->lines, '\n');
}

/* ------------------------------------------------------------------ opening */

/* Drops a torn last line and finds the last whole one's number. */
static int find_end(int fd, uint64_t *ret_last, size_t *ret_size)
{
	char tail[2 * LINE_MAX_BYTES];
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

static char *numbered(const char *path, unsigned n)
{
	size_t size = strlen(path) + NAME_EXTRA;
	char *name = malloc(size);
	if (name && n)
		snprintf(name, size, "%s.%u", path, n);
	else if (name)
		snprintf(name, size, "%s", path);
	return name;
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
	char *name = numbered(j->path, 1);
	if (!name)
		return E_NOMEM;
	int fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	int r = fd >= 0 ? find_end(fd, &j->last, &size) : errno == ENOENT ? 0 : E_SYSTEM;
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
	j->files_max = conf->files_max ? conf->files_max : FILES_DEFAULT;
	if (j->files_max > FILES_LIMIT)
		j->files_max = FILES_LIMIT;
	j->lines = BUF_INIT((size_t)SIGNER_JOBS_MAX * LINE_MAX_BYTES);
	j->path = numbered(conf->path, 0);
	int r = j->path ? open_file(j) : E_NOMEM;
	if (r == 0 && j->size == 0)
		r = find_last_rotated(j);
	if (r) {
		journal_free(j);
		return r;
	}
	*ret = j;
	return 0;
}

int journal_sync(struct journal *j)
{
	if (!j->dirty)
		return 0;
	if (fdatasync(j->fd) != 0)
		return E_SYSTEM;
	j->dirty = false;
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
	free(j->path);
	free(j);
}

/* ------------------------------------------------------------------ writing */

static int move(const char *path, unsigned from)
{
	char *old = numbered(path, from), *new = numbered(path, from + 1);
	int r = !old || !new ? E_NOMEM : rename(old, new) == 0 || errno == ENOENT ? 0 : E_SYSTEM;
	free(old);
	free(new);
	return r;
}

static int rotate(struct journal *j)
{
	int r = journal_sync(j);
	for (unsigned i = j->files_max; r == 0 && i-- > 0;)
		r = move(j->path, i);
	if (r)
		return r;
	int fd = open(j->path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return E_SYSTEM;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return E_SYSTEM;
	}
	close(j->fd);
	j->fd = fd;
	j->size = 0;
	return 0;
}

static int write_lines(struct journal *j)
{
	struct slice rest = buf_slice(&j->lines);
	while (rest.n) {
		ssize_t n = FAILPOINT("journal_write") ? -1 : write(j->fd, rest.p, rest.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			int saved = errno;
			j->broken = ftruncate(j->fd, (off_t)j->size) != 0;
			errno = saved;
			return E_SYSTEM;
		}
		rest = slice_skip(rest, (size_t)n);
	}
	return 0;
}

int journal_add(struct journal *j, struct crypt *c, struct instant now,
                const struct sign_job *jobs, size_t n)
{
	if (j->broken) {
		errno = EIO;
		return E_SYSTEM;
	}
	buf_clear(&j->lines);
	for (size_t i = 0; i < n; i++) {
		if (!word_ok(jobs[i].issuer) || !word_ok(jobs[i].key_id))
			return E_SYNTAX;
		add_line(j, c, j->last + 1 + i, now, &jobs[i]);
	}
	if (buf_failed(&j->lines))
		return E_NOMEM;
	if (j->size && j->size + j->lines.n > j->bytes_max) {
		int r = rotate(j);
		if (r)
			return r;
	}
	int r = write_lines(j);
	if (r)
		return r;
	j->last += n;
	j->size += j->lines.n;
	j->dirty = true;
	return 0;
}

/* ------------------------------------------------------------------ reading */

struct reading {
	journal_each *each;
	void *arg;
	uint64_t lines, last;
	bool started;
};

static int read_line(struct reading *r, struct slice text)
{
	struct journal_line line;
	r->lines++;
	if (journal_line_parse(text, &line) != 0 || (r->started && line.sequence != r->last + 1))
		return E_SYNTAX;
	r->started = true;
	r->last = line.sequence;
	return r->each(r->arg, &line);
}

static int read_file(struct reading *r, FILE *f)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t n;
	int rc = 0;
	while (rc == 0 && (n = getline(&text, &size, f)) > 0)
		if (text[n - 1] == '\n') /* otherwise torn, or being written just now */
			rc = read_line(r, slice_from(text, (size_t)n - 1));
	if (rc == 0 && ferror(f))
		rc = E_SYSTEM;
	free(text);
	return rc;
}

/* E_ABSENT when there is no such file. */
static int read_numbered(struct reading *r, const char *path, unsigned n)
{
	char *name = numbered(path, n);
	if (!name)
		return E_NOMEM;
	FILE *f = fopen(name, "re");
	int rc = f ? read_file(r, f) : errno == ENOENT ? E_ABSENT : E_SYSTEM;
	if (f)
		fclose(f);
	free(name);
	return rc;
}

static unsigned count_rotated(const char *path)
{
	unsigned n = 0;
	while (n < FILES_LIMIT) {
		char *name = numbered(path, n + 1);
		bool there = name && access(name, F_OK) == 0;
		free(name);
		if (!there)
			break;
		n++;
	}
	return n;
}

int journal_read(const char *path, journal_each *each, void *arg, uint64_t *ret_line)
{
	struct reading r = {.each = each, .arg = arg};
	int rc = 0;
	for (unsigned n = count_rotated(path); rc == 0 && n > 0; n--)
		rc = read_numbered(&r, path, n);
	if (rc == 0)
		rc = read_numbered(&r, path, 0);
	*ret_line = r.lines;
	return rc;
}
