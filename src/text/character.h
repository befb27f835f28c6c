/* text/character.h - one character of a text: which it is, whether it shows, and how it is named to
 * the person who typed it. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"

/* Takes the first character off; -1 when nothing is left. A byte that is no UTF-8 counts as one
 * character, U+FFFD. */
int32_t character_next(struct slice *rest);

/* Shows nothing, or changes how its neighbours show: controls, zero-width characters, direction
 * marks, fillers, variation selectors, private use. Two texts that differ in these look alike. */
bool character_is_hidden(int32_t c);

/* Looks like a gap: U+0020, the ideographic space, the no-break space and the other widths. */
bool character_is_space(int32_t c);

/* Full-width letters, digits and signs (U+FF01-FF5E) as ASCII; any other as it is. */
int32_t character_narrow(int32_t c);

/* The first character that a keyboard set to half width would not give for what it looks like: full-width
 * forms, spaces, what does not show. Returns it and its place as below; -1 when there is none. */
int32_t character_not_plain(struct slice s, size_t *ret_place);

/* Appends s without spaces and in half-width characters. */
void character_plain(struct slice s, struct buf *out);

/* For a message: "A" itself; with the code point beside it when it is not ASCII and could be taken
 * for another, "，(U+FF0C)"; the code point alone, "U+200B", when there is nothing to see. In the
 * arena; NULL when that is full. */
const char *character_name(int32_t c, struct arena *arena);

/* The first character of s that may not stand in a text which people read and others type again - a
 * code, a title: one that is hidden, or a space other than U+0020 and U+3000. Returns it and its
 * place, counted from 1; -1 when there is none. In prose line feeds and tabs are allowed, and what
 * joins or selects the shape of letters and emoji. */
int32_t character_unfit(struct slice s, bool prose, size_t *ret_place);
