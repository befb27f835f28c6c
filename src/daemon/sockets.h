/* daemon/sockets.h - the listening sockets: inherited from systemd (sd_listen_fds(3), named
 * public, client and ops) or opened here, once, before anything forks. */
#pragma once

#include "base/buf.h"
#include "conf/conf.h"

struct sockets {
	int fd[LISTENERS]; /* -1 = this listener is off */
	bool inherited[LISTENERS];
};

/* Non-blocking, close-on-exec. Where a socket of that name was inherited, address and port of
 * the configuration do not count. Returns 0; or, with one line in errors naming cause and remedy
 * and nothing left open, E_REFUSED when an address cannot be had, E_SYSTEM otherwise. */
MUSTUSE int sockets_open(const struct conf *c, struct sockets *ret, struct buf *errors);
void sockets_close(struct sockets *s);

/* The port a socket is bound to, 0 when it is off. */
uint16_t sockets_port(const struct sockets *s, enum conf_listener l);

/* One socket inherited under this name (the signer's), or -1. Must be called before
 * sockets_open, which takes the environment away. */
int sockets_inherited(const char *name);

/* Adds "name (process 123)" of a process that listens on this TCP port, or "a process of user
 * name" when it belongs to somebody else and we are not root; nothing when nobody listens. */
void port_holder(uint16_t port, struct buf *out);
