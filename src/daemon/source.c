/* daemon/source.c - a memfd (memfd_create(2)) that is inherited over fork. Readers read with
 * pread while the supervisor is between two reloads: it starts no other before all confirmed or
 * a deadline passed, and a reader that meets a torn text only fails to parse it and keeps what
 * it has. */
#include "daemon/source.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/outcome.h"

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
	s->fd = memfd_create("talentd.conf", MFD_CLOEXEC);
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

int source_put(struct source *s, struct slice text)
{
	if (ftruncate(s->fd, 0) < 0)
		return E_SYSTEM;
	ssize_t n = pwrite(s->fd, text.p, text.n, 0);
	return n == (ssize_t)text.n ? 0 : E_SYSTEM;
}

int source_get(const struct source *s, struct buf *out)
{
	off_t at = 0;
	for (;;) {
		char *p = buf_reserve(out, 4 * KIB);
		if (!p)
			return E_LIMIT;
		ssize_t n = pread(s->fd, p, 4 * KIB, at);
		if (n <= 0)
			return n < 0 ? E_SYSTEM : 0;
		buf_commit(out, (size_t)n);
		at += n;
	}
}

const char *source_name(const struct source *s)
{
	return s->name;
}

int source_fd(const struct source *s)
{
	return s->fd;
}
