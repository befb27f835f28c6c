/* domain/title.h - what a company may call its certificate. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"

enum { TITLE_MAX_CHARACTERS = 100 };

/* 0 and *ret_code = NULL, or title_reserved (it has a word reserved to public certificates, also
 * when it is written with spaces, full-width forms or traditional characters), required, too_long,
 * characters (no valid text). E_NOMEM when the arena is full. */
MUSTUSE int title_check(struct slice title, struct arena *arena, const char **ret_code);
