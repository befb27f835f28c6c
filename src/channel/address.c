/* channel/address.c - Unix sockets of streams. */
#include "channel/address.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outcome.h"

enum { BACKLOG = 128 };

bool channel_address_at(const char *path, struct channel_address *ret)
{
	*ret = (struct channel_address){.at = {.sun_family = AF_UNIX}, .n = sizeof ret->at};
	if (strlen(path) >= sizeof ret->at.sun_path)
		return false;
	memcpy(ret->at.sun_path, path, strlen(path));
	return true;
}

static int open_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return fd < 0 ? E_SYSTEM : fd;
}

static int give_up(int fd)
{
	int saved = errno;
	close(fd);
	errno = saved;
	return E_SYSTEM;
}

int channel_listen(struct channel_address *ret)
{
	struct channel_address a = {.at = {.sun_family = AF_UNIX}, .n = sizeof a.at};
	int fd = open_socket();
	if (fd < 0)
		return fd;
	/* Nothing but the family: the kernel chooses a free name. */
	if (bind(fd, (const struct sockaddr *)&a.at, sizeof a.at.sun_family) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a.at, &a.n) != 0 || listen(fd, BACKLOG) != 0)
		return give_up(fd);
	*ret = a;
	return fd;
}

int channel_connect(const struct channel_address *to)
{
	int fd = open_socket();
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to->at, to->n) != 0)
		return give_up(fd);
	return fd;
}

/* Whether somebody accepts connections there; a socket left by a killed process does not. */
static bool is_served(const struct channel_address *a)
{
	int fd = channel_connect(a);
	if (fd < 0)
		return errno == EAGAIN;
	close(fd);
	return true;
}

int channel_listen_at(const char *path)
{
	struct channel_address a;
	if (!channel_address_at(path, &a))
		return E_LIMIT;
	if (is_served(&a))
		return E_FULL;
	unlink(path);
	int fd = open_socket();
	if (fd < 0)
		return fd;
	if (bind(fd, (const struct sockaddr *)&a.at, a.n) != 0 || chmod(path, 0666) != 0 ||
	    listen(fd, BACKLOG) != 0)
		return give_up(fd);
	return fd;
}
