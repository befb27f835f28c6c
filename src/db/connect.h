/* db/connect.h - one round through the hosts until one takes us, accepts writes and is on a timeline
 * to work with. */
#pragma once

#include <libpq-fe.h>

#include "db/hosts.h"
#include "db/resolve.h"
#include "db/timeline.h"

enum { CONNECT_CAUSE = 512 };

/* conn is the receiver's from now on and connected to a primary on that timeline, the which-th host;
 * or NULL, and cause says why every host failed. Runs from the loop. */
typedef void connect_fn(void *arg, PGconn *conn, size_t which, struct timeline timeline,
                        const char *cause);

struct connect; /* opaque */

/* hosts, the texts and the memory must live as long as it does. NULL when out of memory. */
struct connect *connect_new(struct loop *l, const struct hosts *hosts, const char *application,
                            const char *options, const struct timeline_memory *memory,
                            connect_fn *fn, void *arg);
void connect_free(struct connect *c);

/* Starts a round at host number first; each attempt has 2 s. Must not be running. */
void connect_start(struct connect *c, size_t first);
