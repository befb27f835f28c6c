/* daemon/source.h - a text that the supervisor accepted, in memory that children hold a descriptor
 * of. A process reads it here and not from a file: everybody gets exactly what the supervisor
 * checked, also a process that is started after the file on disk has become useless, and nobody
 * needs the right to read the file.
 *
 * Texts are numbered by generation. There is room for two, so that one can be tried while the
 * other is in force: generation g takes the place of g - 2. A generation that takes a refused one
 * back therefore finds its text where it stood, two generations before it, and is not written. */
#pragma once

#include "base/buf.h"

struct source; /* opaque */

/* NULL when the system refuses. name is the file's name, for messages; copied. */
struct source *source_new(const char *name);
void source_free(struct source *s);

/* Only the supervisor. Returns 0, E_LIMIT, or E_SYSTEM. */
MUSTUSE int source_put(struct source *s, uint32_t generation, struct slice text);

/* Any process. Returns 0, E_SYSTEM, or E_LIMIT when out has no room. What was read counts only if
 * the generation is still the one announced last (telemetry/shared.h). */
MUSTUSE int source_get(const struct source *s, uint32_t generation, struct buf *out);

const char *source_name(const struct source *s);
int source_fd(const struct source *s);
