/* text/letters.h - what a code point is, in names and in numbers that people type.
 *
 * utf8proc's tables are older than the newest blocks of ideographs, so the planes set aside for
 * ideographs (2 and 3, Unicode section 2.8) are taken as letters whole: somebody's name is not wrong
 * because a library is old. */
#pragma once

#include <utf8proc.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"

/* UTF-8 to code points in the arena: decomposed with utf8proc's options, and composed again where these
 * ask for it. Returns their number, E_SYNTAX (no UTF-8, or a code point that is none) or E_NOMEM. */
MUSTUSE ptrdiff_t letters_of(struct slice s, utf8proc_option_t options, struct arena *arena,
                                int32_t **ret);

/* The UTF-8 of n code points, in the arena. 0 or E_NOMEM. */
MUSTUSE int letters_encode(const int32_t *points, size_t n, struct arena *arena, struct slice *ret);

/* Letters that show nothing (Hangul fillers) are none. 〇 (U+3007) is a number by category and a
 * character of Chinese names by use. */
bool is_letter(int32_t c);
bool is_ideograph(int32_t c); /* Han, with 〇 */
bool is_latin(int32_t c);     /* a letter of the Latin script */
bool is_mark(int32_t c);      /* combining */
bool is_space(int32_t c);     /* of any width, tabs and line ends */

/* U+FE00 to U+FE0F, U+E0100 to U+E01EF: they choose among the shapes of one and the same character. */
bool is_variation_selector(int32_t c);

/* Marks that people type for one another, because they look alike or because the keyboard has no other. */
bool is_dot(int32_t c);  /* . · • ・ ‧ ∙ ⋅ ● ﹒ 。 and their like, full and half width */
bool is_full_stop(int32_t c); /* of these, the ones that a line of Latin text would end in */
bool is_dash(int32_t c); /* hyphens and dashes of all kinds, and the minus sign */
bool is_apostrophe(int32_t c);
bool is_comma(int32_t c);

/* ! to ~ for their full-width forms, a radical's ideograph for the radical; any other as it is. */
int32_t plain_form(int32_t c);
