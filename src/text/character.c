/* text/character.c - Unicode by utf8proc. What it does not know yet (a newer emoji) passes: a text is
 * not wrong because a library is old. */
#include "text/character.h"

#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD, BRAILLE_BLANK = 0x2800 };

int32_t character_next(struct slice *rest)
{
	int32_t c;
	if (rest->n == 0)
		return -1;
	ptrdiff_t n = utf8proc_iterate((const uint8_t *)rest->p, (ptrdiff_t)rest->n, &c);
	if (n <= 0) {
		*rest = slice_skip(*rest, 1);
		return REPLACEMENT;
	}
	*rest = slice_skip(*rest, (size_t)n);
	return c;
}

bool character_is_hidden(int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);
	return (k >= UTF8PROC_CATEGORY_ZL && k <= UTF8PROC_CATEGORY_CO) || c == BRAILLE_BLANK ||
	       utf8proc_get_property(c)->ignorable;
}

bool character_is_space(int32_t c)
{
	return c == '\t' || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

int32_t character_narrow(int32_t c)
{
	return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFF01 + '!' : c;
}

int32_t character_not_plain(struct slice s, size_t *ret_place)
{
	int32_t c;
	for (size_t place = 1; (c = character_next(&s)) >= 0; place++) {
		if (character_narrow(c) == c && !character_is_space(c) && !character_is_hidden(c))
			continue;
		*ret_place = place;
		return c;
	}
	return -1;
}

void character_plain(struct slice s, struct buf *out)
{
	while (s.n) {
		const char *start = s.p;
		int32_t c = character_next(&s), narrow = character_narrow(c);
		if (narrow != c)
			buf_addc(out, (char)narrow);
		else if (!character_is_space(c))
			buf_add(out, slice_from(start, (size_t)(s.p - start)));
	}
}

const char *character_name(int32_t c, struct arena *arena)
{
	uint8_t text[4];
	if (c > ' ' && c < 0x7F)
		return arena_printf(arena, "%c", (char)c);
	if (character_is_hidden(c) || character_is_space(c))
		return arena_printf(arena, "U+%04X", (unsigned)c);
	int n = (int)utf8proc_encode_char(c, text);
	return arena_printf(arena, "%.*s(U+%04X)", n, (const char *)text, (unsigned)c);
}

/* Zero-width joiners spell Persian and join emoji; selectors choose an emoji's look. */
static bool is_of_prose(int32_t c)
{
	return c == '\n' || c == '\t' || c == 0x200C || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F);
}

int32_t character_unfit(struct slice s, bool prose, size_t *ret_place)
{
	int32_t c;
	for (size_t place = 1; (c = character_next(&s)) >= 0; place++) {
		bool odd_space = !prose && character_is_space(c) && c != ' ' && c != 0x3000;
		if ((!character_is_hidden(c) && !odd_space) || (prose && is_of_prose(c)))
			continue;
		*ret_place = place;
		return c;
	}
	return -1;
}
