/* text/name.c - Unicode by utf8proc. Its tables are older than the newest blocks of ideographs, so
 * the planes set aside for ideographs (2 and 3, Unicode section 2.8) are taken as letters whole:
 * somebody's name is not wrong because a library is old. */
#include "text/name.h"

#include <utf8proc.h>

#include "base/outcome.h"

/* Decomposes s into code points (in the arena) with utf8proc's options and composes them again.
 * Returns their number, E_SYNTAX or E_NOMEM. */
static ptrdiff_t normalise(struct slice s, utf8proc_option_t options, struct arena *arena,
                           int32_t **ret)
{
	const uint8_t *bytes = (const uint8_t *)s.p;
	ptrdiff_t n = utf8proc_decompose(bytes, (ptrdiff_t)s.n, NULL, 0, options);
	if (n < 0)
		return E_SYNTAX;
	int32_t *points = arena_alloc(arena, ((size_t)n + 1) * sizeof *points);
	if (!points)
		return E_NOMEM;
	n = utf8proc_decompose(bytes, (ptrdiff_t)s.n, points, n, options);
	if (n < 0)
		return E_SYNTAX;
	n = utf8proc_normalize_utf32(points, n, options);
	if (n < 0)
		return E_SYNTAX;
	*ret = points;
	return n;
}

/* The UTF-8 of n code points, in the arena. */
static int encode(const int32_t *points, size_t n, struct arena *arena, struct slice *ret)
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

static bool is_ideograph_plane(int32_t c)
{
	return (c >= 0x20000 && c <= 0x2FFFD) || (c >= 0x30000 && c <= 0x3FFFD);
}

static bool is_ignorable(int32_t c)
{
	return utf8proc_get_property(c)->ignorable;
}

/* Letters that show nothing (Hangul fillers) are none. 〇 (U+3007) is a number by category and a
 * character of Chinese names by use. */
static bool is_letter(int32_t c)
{
	if (is_ideograph_plane(c) || c == 0x3007)
		return true;
	utf8proc_category_t k = utf8proc_category(c);
	return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO && !is_ignorable(c);
}

static bool is_mark(int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);
	return k >= UTF8PROC_CATEGORY_MN && k <= UTF8PROC_CATEGORY_ME;
}

static bool is_name_punctuation(int32_t c)
{
	return c == 0xB7 || c == '.' || c == '\'' || c == '-';
}

/* NULL, or what is wrong. A mark needs something before it; spaces stand alone and inside. */
static const char *judge(const int32_t *points, size_t n)
{
	if (n == 0)
		return "name_empty";
	if (n > NAME_MAX_CHARACTERS)
		return "name_too_long";
	bool any_letter = false;
	const char *code = NULL;
	for (size_t i = 0; i < n; i++) {
		int32_t c = points[i];
		int32_t before = i > 0 ? points[i - 1] : ' ';
		if (is_letter(c))
			any_letter = true;
		else if (c == ' ' && before == ' ')
			code = "name_space";
		else if (is_mark(c) ? before == ' ' : c != ' ' && !is_name_punctuation(c))
			return "name_character";
	}
	return code         ? code
	       : any_letter ? NULL
	                    : "name_character";
}

static struct slice trim_spaces(struct slice s)
{
	const struct slice wide = SLICE("\xE3\x80\x80"); /* U+3000 ideographic space */
	for (;;) {
		if (s.n > 0 && s.p[0] == ' ')
			s = slice_skip(s, 1);
		else if (slice_starts(s, wide))
			s = slice_skip(s, wide.n);
		else if (s.n > 0 && s.p[s.n - 1] == ' ')
			s.n--;
		else if (s.n >= wide.n && memcmp(s.p + s.n - wide.n, wide.p, wide.n) == 0)
			s.n -= wide.n;
		else
			return s;
	}
}

static int refuse(const char *code, const char **ret_code)
{
	*ret_code = code;
	return E_REFUSED;
}

int name_check(struct slice raw, struct arena *arena, struct slice *ret_nfc, const char **ret_code)
{
	if (raw.n > NAME_MAX_BYTES)
		return refuse("name_too_long", ret_code);
	struct slice name = trim_spaces(raw);
	if (name.n == 0)
		return refuse("name_empty", ret_code);
	int32_t *points;
	ptrdiff_t n = normalise(name, UTF8PROC_STABLE | UTF8PROC_COMPOSE, arena, &points);
	if (n == E_NOMEM)
		return E_NOMEM;
	const char *code = n < 0 ? "name_character" : judge(points, (size_t)n);
	if (code)
		return refuse(code, ret_code);
	return encode(points, (size_t)n, arena, ret_nfc);
}

static bool is_folded_dot(int32_t c)
{
	return c == 0xB7 || c == 0x2022 || c == 0x30FB || c == 0x2027;
}

static bool is_space(int32_t c)
{
	return (c >= '\t' && c <= '\r') || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

/* NFKC with the given extra options, spaces and dots dropped. The half-width middle dot becomes
 * the full-width one by NFKC. */
static ptrdiff_t fold(struct slice s, size_t max, utf8proc_option_t extra, struct arena *arena,
                      int32_t **ret)
{
	if (s.n > max)
		return E_LIMIT;
	utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
	                            UTF8PROC_IGNORE | extra;
	int32_t *points;
	ptrdiff_t n = normalise(s, options, arena, &points);
	if (n < 0)
		return n;
	ptrdiff_t kept = 0;
	for (ptrdiff_t i = 0; i < n; i++)
		if (!is_space(points[i]) && !is_folded_dot(points[i]))
			points[kept++] = points[i];
	*ret = points;
	return kept;
}

int name_fold(struct slice name, struct arena *arena, struct slice *ret)
{
	int32_t *points;
	ptrdiff_t n = fold(name, NAME_MAX_BYTES, UTF8PROC_CASEFOLD, arena, &points);
	if (n < 0)
		return (int)n;
	return encode(points, (size_t)n, arena, ret);
}

const char *name_mask(struct slice name, struct arena *arena)
{
	const uint8_t *bytes = (const uint8_t *)name.p;
	size_t end = 0;
	int32_t before = -1, state = 0;
	while (end < name.n) {
		int32_t c;
		ptrdiff_t n = utf8proc_iterate(bytes + end, (ptrdiff_t)(name.n - end), &c);
		if (n <= 0 || (before >= 0 && utf8proc_grapheme_break_stateful(before, c, &state)))
			break;
		before = c;
		end += (size_t)n;
	}
	return arena_printf(arena, "%.*s**", (int)end, end ? name.p : "");
}

/* Hyphens and dashes of all kinds, and the minus sign. */
static bool is_dash(int32_t c)
{
	return c == '-' || c == 0x2212 || utf8proc_category(c) == UTF8PROC_CATEGORY_PD;
}

static bool is_digit(int32_t c)
{
	return c >= '0' && c <= '9';
}

static size_t drop_dashes(int32_t *to, const int32_t *points, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (points[i] != '-')
			to[kept++] = points[i];
	return kept;
}

/* The shape of the 22-character skill-grade number: a letter and 21 digits. */
static bool is_skill_grade_shape(const int32_t *points, size_t n)
{
	if (n != 22 || points[0] < 'A' || points[0] > 'Z')
		return false;
	for (size_t i = 1; i < n; i++)
		if (!is_digit(points[i]))
			return false;
	return true;
}

static ptrdiff_t fold_number(struct slice typed, struct arena *arena, int32_t **ret)
{
	int32_t *points;
	ptrdiff_t n = fold(typed, NUMBER_MAX_BYTES, 0, arena, &points);
	if (n < 0)
		return n;
	for (ptrdiff_t i = 0; i < n; i++) {
		if (points[i] >= 'a' && points[i] <= 'z')
			points[i] -= 'a' - 'A';
		else if (is_dash(points[i]))
			points[i] = '-';
	}
	*ret = points;
	return n;
}

int number_fold(struct slice typed, struct arena *arena, struct slice *ret)
{
	int32_t *points;
	ptrdiff_t n = fold_number(typed, arena, &points);
	if (n < 0)
		return (int)n;
	int32_t *plain = arena_alloc(arena, ((size_t)n + 1) * sizeof *plain);
	if (!plain)
		return E_NOMEM;
	size_t n_plain = drop_dashes(plain, points, (size_t)n);
	if (is_skill_grade_shape(plain, n_plain))
		return encode(plain, n_plain, arena, ret);
	return encode(points, (size_t)n, arena, ret);
}

int code_fold(struct slice typed, struct arena *arena, struct slice *ret)
{
	int32_t *points;
	ptrdiff_t n = fold_number(typed, arena, &points);
	if (n < 0)
		return (int)n;
	return encode(points, drop_dashes(points, points, (size_t)n), arena, ret);
}
