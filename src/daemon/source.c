/* daemon/source.c - a memfd (memfd_create(2)) that is inherited over fork, with two places: the
 * length, then the bytes. A place is written only while the other is in force and before it is
 * announced. */
#include "daemon/source.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/outcome.h"

enum { TEXT_MAX = 4 * MIB }; /* holes of a memfd take no memory */

struct source {
	int fd;
	char *name;
};

struct source *source_new(const char *name)
{
	struct source *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->name = strdup(name);
	s->fd = memfd_create("talentd", MFD_CLOEXEC);
	if (!s->name || s->fd < 0) {
		source_free(s);
		return NULL;
	}
	return s;
}

void source_free(struct source *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s->name);
	free(s);
}

static off_t place(uint32_t generation)
{
	return (off_t)(generation % 2) * (TEXT_MAX + (off_t)sizeof(uint64_t));
}

static bool write_all(int fd, const void *p, size_t n, off_t at)
{
	for (size_t done = 0; done < n;) {
		ssize_t k = pwrite(fd, (const char *)p + done, n - done, at + (off_t)done);
		if (k <= 0)
			return false;
		done += (size_t)k;
	}
	return true;
}

int source_put(struct source *s, uint32_t generation, struct slice text)
{
	uint64_t n = text.n;
	off_t at = place(generation);
	if (text.n > TEXT_MAX)
		return E_LIMIT;
	return write_all(s->fd, &n, sizeof n, at) &&
	                       write_all(s->fd, text.p, text.n, at + (off_t)sizeof n)
	               ? 0
	               : E_SYSTEM;
}

int source_get(const struct source *s, uint32_t generation, struct buf *out)
{
	uint64_t n = 0;
	off_t at = place(generation) + (off_t)sizeof n;
	if (pread(s->fd, &n, sizeof n, place(generation)) != sizeof n || n > TEXT_MAX)
		return E_SYSTEM;
	while (n > 0) {
		size_t want = n < 4 * KIB ? n : 4 * KIB;
		char *p = buf_reserve(out, want);
		if (!p)
			return E_LIMIT;
		ssize_t k = pread(s->fd, p, want, at);
		if (k <= 0)
			return E_SYSTEM;
		buf_commit(out, (size_t)k);
		at += k;
		n -= (uint64_t)k;
	}
	return 0;
}

const char *source_name(const struct source *s)
{
	return s->name;
}

int source_fd(const struct source *s)
{
	return s->fd;
}
