/* web/form.h - application/x-www-form-urlencoded bodies (WHATWG URL, section 5). */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

/* The decoded value of the first field of that name; SLICE_NONE when there is none, when it is not
 * valid UTF-8, or when the arena is full. */
struct slice form_field(struct slice body, const char *name, struct arena *arena);
