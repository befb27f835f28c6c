/* daemon/sockets.c - opening or inheriting. */
#include "daemon/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/outcome.h"

enum { BACKLOG = 4096 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t parse_address(const struct conf_listen *l, union address *ret)
{
	*ret = (union address){0};
	uint16_t port = htons((uint16_t)l->port);
	if (inet_pton(AF_INET, l->address, &ret->v4.sin_addr) == 1) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = port;
		return sizeof ret->v4;
	}
	if (inet_pton(AF_INET6, l->address, &ret->v6.sin6_addr) == 1) {
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = port;
		return sizeof ret->v6;
	}
	return 0;
}

static int refuse(const struct conf_listen *l, const char *name, int error, struct buf *errors)
{
	struct buf holder = BUF_INIT(KIB);
	if (error == EADDRINUSE)
		port_holder((uint16_t)l->port, &holder);
	if (holder.n)
		buf_addf(errors, "listen %s: port %d is taken by %.*s; stop it, or set another port\n",
		         name, (int)l->port, SLICE_ARGS(buf_slice(&holder)));
	else if (error == EACCES)
		buf_addf(errors, "listen %s: port %d is for root or a systemd socket unit only "
		                 "(talentd.socket)\n",
		         name, (int)l->port);
	else
		buf_addf(errors, "listen %s: %s port %d: %s\n", name, l->address, (int)l->port,
		         strerror(error));
	buf_free(&holder);
	return E_REFUSED;
}

static int open_one(const struct conf_listen *l, const char *name, int *ret, struct buf *errors)
{
	union address a;
	int one = 1;
	socklen_t n = parse_address(l, &a);
	if (n == 0) {
		buf_addf(errors, "listen %s: \"%s\" is not a numeric address\n", name, l->address);
		return E_REFUSED;
	}
	int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		buf_addf(errors, "listen %s: %s\n", name, strerror(errno));
		return E_SYSTEM;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, &a.any, n) < 0 || listen(fd, BACKLOG) < 0) {
		int error = errno;
		close(fd);
		return refuse(l, name, error, errors);
	}
	*ret = fd;
	return 0;
}

static void free_names(char **names)
{
	for (char **n = names; n && *n; n++)
		free(*n);
	free(names);
}

int sockets_inherited(const char *name)
{
	char **names = NULL;
	int found = -1, n = sd_listen_fds_with_names(0, &names);
	for (int i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			found = SD_LISTEN_FDS_START + i;
	free_names(names);
	return found;
}

static void inherit(struct sockets *s)
{
	for (int l = 0; l < LISTENERS; l++) {
		int fd = sockets_inherited(conf_listener_name((enum conf_listener)l));
		if (fd < 0)
			continue;
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		s->fd[l] = fd;
		s->inherited[l] = true;
	}
	sd_listen_fds(1); /* takes the variables away */
}

int sockets_open(const struct conf *c, struct sockets *ret, struct buf *errors)
{
	struct sockets s = {.fd = {-1, -1, -1}};
	int rc = 0;
	inherit(&s);
	for (int l = 0; l < LISTENERS && rc == 0; l++)
		if (!s.inherited[l] && c->listen[l].port)
			rc = open_one(&c->listen[l], conf_listener_name((enum conf_listener)l),
			              &s.fd[l], errors);
	if (rc == 0)
		*ret = s;
	else
		sockets_close(&s);
	return rc;
}

void sockets_close(struct sockets *s)
{
	for (int l = 0; l < LISTENERS; l++) {
		if (s->fd[l] >= 0)
			close(s->fd[l]);
		s->fd[l] = -1;
	}
}

uint16_t sockets_port(const struct sockets *s, enum conf_listener l)
{
	union address a = {0};
	socklen_t n = sizeof a;
	if (s->fd[l] < 0 || getsockname(s->fd[l], &a.any, &n) < 0)
		return 0;
	return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}
