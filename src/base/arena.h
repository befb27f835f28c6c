/* base/arena.h - memory that lives as long as one request (or one document) and is freed at once.
 *
 * An arena has a maximum: when it is reached, allocations return NULL and the arena remembers it
 * (sticky), so builders may check once at the end. Memory is maximally aligned, and zeroed but for texts.
 * Resources that are not memory hang on it as dispose hooks, run in reverse order. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

struct arena; /* opaque */

/* max is the sum of all bytes the arena may take from the system. NULL when out of memory. */
struct arena *arena_new(size_t max);

/* Runs the dispose hooks, frees everything. NULL is allowed. */
void arena_free(struct arena *a);

/* Runs the hooks and forgets everything, but keeps the first block for the next use. */
void arena_reset(struct arena *a);

/* Zeroed, aligned for any type. NULL when the maximum is reached (sticky) or memory is out. */
void *arena_alloc(struct arena *a, size_t n);

/* Room for n bytes of text that the caller writes at once, with a NUL behind them: these bytes are not zeroed.
 * NULL as arena_alloc. */
char *arena_text(struct arena *a, size_t n);

/* A NUL-terminated copy (the NUL is not counted in any slice length). NULL as arena_alloc. */
char *arena_copy(struct arena *a, struct slice s);
struct slice arena_slice(struct arena *a, struct slice s);
struct slice arena_slice_or_none(struct arena *a, struct slice s); /* SLICE_NONE stays SLICE_NONE */
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The n parts one behind the other, with a NUL behind them: a tenth of what printing costs. A part may be
 * SLICE_NONE. SLICE_NONE as arena_alloc, and once any allocation has failed: a part may be missing then. */
struct slice arena_join(struct arena *a, const struct slice *parts, size_t n);
#define ARENA_JOIN(a, ...)                                                                                             \
	arena_join((a), (const struct slice[]){__VA_ARGS__},                                                           \
	           sizeof((const struct slice[]){__VA_ARGS__}) / sizeof(struct slice))

/* True once any allocation has failed. */
bool arena_failed(const struct arena *a);

/* Calls fn(arg) at reset or free. Returns 0, or E_NOMEM (then fn has been called already, so the
 * resource does not leak). */
MUSTUSE int arena_on_dispose(struct arena *a, void (*fn)(void *), void *arg);

/* Bytes taken from the system at present. */
size_t arena_size(const struct arena *a);
