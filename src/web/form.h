/* web/form.h - application/x-www-form-urlencoded bodies (WHATWG URL, section 5). */
#pragma once

#include "base/arena.h"
#include "text/decode.h"

/* Reads the fields of the table, all of DECODE_ANY_STRING, into *out, which is zero: of each the first that
 * has a value. What is not sent, or is not valid UTF-8, stays SLICE_NONE; fields that the table does not have
 * are ignored: browsers add some. Tabs and line ends are spaces. 0 or E_NOMEM. */
MUSTUSE int form_read(struct slice body, const struct decode_table *table, struct arena *arena, void *out);
