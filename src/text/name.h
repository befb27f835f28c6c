/* text/name.h - people's names and typed numbers: strict when they are submitted, forgiving when
 * they are looked up. All input may be any bytes; all results are valid UTF-8. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"

enum { NAME_MAX_CHARACTERS = 100, NAME_MAX_BYTES = 4096, NUMBER_MAX_BYTES = 128 };

/* Checks a submitted name and normalises it: spaces (also the ideographic one) at both ends go,
 * the rest is put into NFC (Unicode UAX 15). Allowed are letters and marks of every script, 〇,
 * single spaces, and · . ' - ; at least one letter, 1 to 100 code points. Ideographs of the whole
 * of planes 2 and 3 count as letters, also those younger than the Unicode tables in use.
 *
 * Returns 0; E_REFUSED with *ret_code = name_empty, name_too_long, name_space or name_character;
 * E_NOMEM. *ret_nfc is in the arena. */
MUSTUSE int name_check(struct slice raw, struct arena *arena, struct slice *ret_nfc,
		       const char **ret_code);

/* The form in which names are compared in lookups: compatibility forms (full-width ...) and case
 * folded (NFKC and full case folding), spaces, invisible characters and the dots · • ・ ‧ removed.
 * Returns 0, E_SYNTAX (no UTF-8), E_LIMIT (longer than NAME_MAX_BYTES) or E_NOMEM. */
MUSTUSE int name_fold(struct slice name, struct arena *arena, struct slice *ret);

/* "张**": the first character with its marks, then two stars whatever the length. NULL when the
 * arena is full. An empty or broken name gives "**". */
const char *name_mask(struct slice name, struct arena *arena);

/* A typed certificate number: full-width forms folded, ASCII letters raised, spaces and dots
 * removed, every kind of dash made "-". A skill-grade number (a letter and 21 digits) loses its
 * dashes. Returns 0, E_SYNTAX, E_LIMIT (longer than NUMBER_MAX_BYTES) or E_NOMEM. */
MUSTUSE int number_fold(struct slice typed, struct arena *arena, struct slice *ret);

/* A typed verification code: as number_fold, and all dashes removed. */
MUSTUSE int code_fold(struct slice typed, struct arena *arena, struct slice *ret);
