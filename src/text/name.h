/* text/name.h - people's names as they are recorded: one spelling of each, and a mask. All input may be
 * any bytes; all results are valid UTF-8. How names are compared is text/fold.h. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"

enum { NAME_MAX_CHARACTERS = 100, NAME_MAX_BYTES = 4096 };

/* Checks a submitted name and brings it into the one form that is recorded, NFC (Unicode UAX 15):
 *
 * - Spaces at both ends go, variation selectors too; full-width Latin and radicals become plain
 *   characters, dashes "-", apostrophes "'".
 * - Between two ideographs there is nothing to space: 张 伟 is 张伟. Any dot or dash there, with spaces
 *   or without, is the dot that parts the names of many peoples: 阿依古丽.买买提 is 阿依古丽·买买提.
 * - Elsewhere a full stop is "." (Jr.), another dot "·", a space of any width one space.
 *
 * Allowed then are letters and marks of every script, 〇, single spaces, and · . ' - ; at least one
 * letter, 1 to 100 code points. Ideographs of the whole of planes 2 and 3 count as letters, also those
 * younger than the Unicode tables in use. A dot or dash needs a name on both sides: only "." may end a
 * word of other letters.
 *
 * Returns 0; E_REFUSED with *ret_code = name_empty, name_too_long, name_character, name_space or
 * name_dot; E_NOMEM. *ret_name is in the arena; the form of it is itself. */
MUSTUSE int name_check(struct slice raw, struct arena *arena, struct slice *ret_name,
                       const char **ret_code);

/* The first character of a submitted name that no name may have, as it was typed, and its place from 1; -1
 * when there is none, and what is wrong with name_character is where they stand. */
int32_t name_unfit(struct slice raw, size_t *ret_place);

/* "张**": the first character with its marks, then two stars whatever the length. NULL when the
 * arena is full. An empty or broken name gives "**". */
const char *name_mask(struct slice name, struct arena *arena);
