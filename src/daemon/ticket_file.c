/* daemon/ticket_file.c - a memfd with two places; generation g stands in place g % 2 and is
 * announced in the shared segment only after it was written, so a reader never meets half a key:
 * its place is written again two rotations later. */
#include "daemon/ticket_file.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/outcome.h"
#include "crypt/secret.h"

struct ticket_file {
	int fd;
	struct shared *shared;
};

static off_t place(uint32_t generation)
{
	return (off_t)(generation % 2 * sizeof(struct tls_tickets));
}

int ticket_file_rotate(struct ticket_file *f)
{
	struct tls_tickets t = {.has_current = false};
	uint32_t generation = shared_tickets(f->shared);
	int rc = 0;
	if (generation && pread(f->fd, &t, sizeof t, place(generation)) != sizeof t)
		rc = E_SYSTEM;
	if (rc == 0)
		rc = tls_tickets_rotate(&t);
	if (rc == 0 && pwrite(f->fd, &t, sizeof t, place(generation + 1)) != sizeof t)
		rc = E_SYSTEM;
	if (rc == 0)
		shared_announce_tickets(f->shared, generation + 1);
	secret_wipe(&t, sizeof t);
	return rc;
}

struct ticket_file *ticket_file_new(struct shared *shared)
{
	struct ticket_file *f = calloc(1, sizeof *f);
	if (!f)
		return NULL;
	f->shared = shared;
	f->fd = memfd_create("tickets", MFD_CLOEXEC);
	if (f->fd < 0 || ticket_file_rotate(f) != 0) {
		ticket_file_free(f);
		return NULL;
	}
	return f;
}

void ticket_file_free(struct ticket_file *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		close(f->fd);
	free(f);
}

int ticket_file_fd(const struct ticket_file *f)
{
	return f->fd;
}

int ticket_file_update(const struct ticket_file *f, struct tls_tickets *t, uint32_t *seen)
{
	uint32_t generation = shared_tickets(f->shared);
	if (generation == *seen)
		return 0;
	struct tls_tickets new;
	if (pread(f->fd, &new, sizeof new, place(generation)) != sizeof new)
		return E_SYSTEM;
	*t = new;
	*seen = generation;
	secret_wipe(&new, sizeof new);
	return 0;
}
