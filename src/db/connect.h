/* db/connect.h - one round through the hosts until one takes us and accepts writes. */
#pragma once

#include <libpq-fe.h>

#include "db/hosts.h"
#include "db/resolve.h"

enum { CONNECT_CAUSE = 512 };

/* conn is the receiver's from now on and connected to a primary, the which-th host; or NULL, and
 * cause says why every host failed. Runs from the loop. */
typedef void connect_fn(void *arg, PGconn *conn, size_t which, const char *cause);

struct connect; /* opaque */

/* hosts and the texts must live as long as it does. NULL when out of memory. */
struct connect *connect_new(struct loop *l, const struct hosts *hosts, const char *application,
                            const char *options, connect_fn *fn, void *arg);
void connect_free(struct connect *c);

/* Starts a round at host number first; each attempt has 2 s. Must not be running. */
void connect_start(struct connect *c, size_t first);
