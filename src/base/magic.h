/* base/magic.h - whatever crosses a void pointer carries a checked magic number,
 * so that a callback handed the wrong object stops at once instead of corrupting memory. */
#pragma once

#include <assert.h>
#include <stdint.h>

/* Asserts that obj is non-NULL and really is what the caller believes. The assertion stays on
 * in release builds: NDEBUG is never defined (Makefile). */
#define CHECK_MAGIC(obj, value) assert((obj) != NULL && (obj)->magic == (value))
