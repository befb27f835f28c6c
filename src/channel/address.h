/* channel/address.h - where a helper process listens: at a path, or at a name of the kernel's choice
 * in the abstract namespace (unix(7)), known to the processes of one daemon. */
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <stdbool.h>

#include "base/attr.h"

struct channel_address {
	struct sockaddr_un at;
	socklen_t n;
};

/* False: longer than an address can be. */
MUSTUSE bool channel_address_at(const char *path, struct channel_address *ret);

/* A listening socket, non-blocking, and its address, which the kernel chooses. The descriptor, or
 * E_SYSTEM. */
MUSTUSE int channel_listen(struct channel_address *ret);

/* One at a path, which anybody may connect to; what a killed process left there is taken away. The
 * descriptor, or E_LIMIT (the path), E_FULL (somebody else serves it), E_SYSTEM. */
MUSTUSE int channel_listen_at(const char *path);

/* Non-blocking. The descriptor, or E_SYSTEM. */
MUSTUSE int channel_connect(const struct channel_address *to);
