/* text/letters.c - utf8proc's properties, and short lists of what its categories do not tell apart. */
#include "text/letters.h"

#include "base/outcome.h"
#include "text/character.h"

ptrdiff_t letters_of(struct slice s, utf8proc_option_t options, struct arena *arena, int32_t **ret)
{
	const uint8_t *bytes = (const uint8_t *)s.p;
	ptrdiff_t n = utf8proc_decompose(bytes, (ptrdiff_t)s.n, NULL, 0, options);
	if (n < 0)
		return E_SYNTAX;
	int32_t *points = arena_alloc(arena, ((size_t)n + 1) * sizeof *points);
	if (!points)
		return E_NOMEM;
	n = utf8proc_decompose(bytes, (ptrdiff_t)s.n, points, n, options);
	if (n >= 0)
		n = utf8proc_normalize_utf32(points, n, options);
	if (n < 0)
		return E_SYNTAX;
	*ret = points;
	return n;
}

int letters_encode(const int32_t *points, size_t n, struct arena *arena, struct slice *ret)
{
	char *out = arena_alloc(arena, n * 4 + 1);
	if (!out)
		return E_NOMEM;
	size_t used = 0;
	for (size_t i = 0; i < n; i++)
		used += (size_t)utf8proc_encode_char(points[i], (uint8_t *)out + used);
	*ret = slice_from(out, used);
	return 0;
}

static bool is_one_of(const int32_t *list, int32_t c)
{
	while (*list && *list != c)
		list++;
	return *list != 0;
}

static bool within(int32_t c, int32_t first, int32_t last)
{
	return c >= first && c <= last;
}

bool is_ideograph(int32_t c)
{
	return within(c, 0x4E00, 0x9FFF) || within(c, 0x3400, 0x4DBF) || c == 0x3007 ||
	       within(c, 0xF900, 0xFAFF) || within(c, 0x20000, 0x2FFFD) || within(c, 0x30000, 0x3FFFD);
}

bool is_letter(int32_t c)
{
	if (c == 0x3007 || within(c, 0x20000, 0x2FFFD) || within(c, 0x30000, 0x3FFFD))
		return true;
	utf8proc_category_t k = utf8proc_category(c);
	return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO &&
	       !utf8proc_get_property(c)->ignorable;
}

bool is_latin(int32_t c)
{
	return is_letter(c) && (within(c, 'A', 'z') || within(c, 0xC0, 0x2AF) || within(c, 0x1E00, 0x1EFF) ||
	                        within(c, 0x2C60, 0x2C7F) || within(c, 0xA720, 0xA7FF) ||
	                        within(c, 0xAB30, 0xAB64));
}

bool is_mark(int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);
	return k >= UTF8PROC_CATEGORY_MN && k <= UTF8PROC_CATEGORY_ME;
}

bool is_space(int32_t c)
{
	return within(c, '\t', '\r') || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

bool is_variation_selector(int32_t c)
{
	return within(c, 0xFE00, 0xFE0F) || within(c, 0xE0100, 0xE01EF);
}

bool is_full_stop(int32_t c)
{
	static const int32_t list[] = {'.', 0x2024, 0x3002, 0xFE52, 0xFF0E, 0xFF61, 0};
	return is_one_of(list, c);
}

bool is_dot(int32_t c)
{
	static const int32_t list[] = {0xB7, 0x387, 0x2D9, 0x16EB, 0x2022, 0x2027, 0x2218, 0x2219,
	                               0x22C5, 0x25AA, 0x25CF, 0x25E6, 0x26AB, 0x2981, 0x2E31, 0x2E33,
	                               0x30FB, 0x318D, 0xFF65, 0};
	return is_full_stop(c) || is_one_of(list, c);
}

bool is_dash(int32_t c)
{
	return c == 0x2212 || c == 0x2043 || utf8proc_category(c) == UTF8PROC_CATEGORY_PD;
}

bool is_apostrophe(int32_t c)
{
	static const int32_t list[] = {'\'', '`', 0xB4, 0x2B9, 0x2BB, 0x2BC, 0x2018, 0x2019, 0x201B,
	                               0x2032, 0xA78C, 0xFF07, 0xFF40, 0};
	return is_one_of(list, c);
}

bool is_comma(int32_t c)
{
	static const int32_t list[] = {',', 0x3001, 0xFE10, 0xFE50, 0xFE51, 0xFF0C, 0xFF64, 0};
	return is_one_of(list, c);
}

/* Kangxi radicals stand in text that was copied from a document's picture or file. */
int32_t plain_form(int32_t c)
{
	int32_t one[4];
	int boundary = 0;
	if (!within(c, 0x2F00, 0x2FD5) ||
	    utf8proc_decompose_char(c, one, 4, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary) != 1)
		return character_narrow(c);
	return one[0];
}
