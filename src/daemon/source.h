/* daemon/source.h - the configuration text that was accepted last, in memory that all processes
 * hold a descriptor of. A reload reads it here and not from the file: everybody gets exactly what
 * the supervisor checked, and nobody needs the right to read the file. */
#pragma once

#include "base/buf.h"

struct source; /* opaque */

/* NULL when the system refuses. name is the file's name, for messages; copied. */
struct source *source_new(const char *name);
void source_free(struct source *s);

/* Only the supervisor. Returns 0 or E_SYSTEM. */
MUSTUSE int source_put(struct source *s, struct slice text);

/* Any process. Returns 0, E_SYSTEM, or E_LIMIT when out has no room. */
MUSTUSE int source_get(const struct source *s, struct buf *out);

const char *source_name(const struct source *s);
int source_fd(const struct source *s);
