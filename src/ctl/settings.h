/* ctl/settings.h - where the registry is and who asks: TALENT_* from the environment, then from
 * a file of NAME=VALUE lines (--env FILE, or ~/.config/talentctl.env when it exists). */
#pragma once

#include "base/slice.h"

struct settings; /* opaque */

/* text is the file's content, or SLICE_NONE; it is copied. A malformed line gives NULL with
 * *ret_line set (0 when memory is out). */
struct settings *settings_new(struct slice text, int *ret_line);
void settings_free(struct settings *s);

/* The environment's value if it is set and not empty, else the file's, else NULL. */
const char *settings_get(const struct settings *s, const char *name);

/* The token to send: the environment's `preferred`, the environment's TALENT_TOKEN, the file's
 * `preferred`, the file's TALENT_TOKEN; NULL when there is none. preferred may be NULL. */
const char *settings_token(const struct settings *s, const char *preferred);
