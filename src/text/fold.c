/* text/fold.c - three passes. Marks and spaces are looked at as they were typed (compatibility forms take
 * some apart); utf8proc folds; then what it has no word for: Latin letters, traditional characters.
 * Where marks or spaces were dropped a separator stays behind, at which words part. */
#include "text/fold.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "text/letters.h"

enum { SEPARATOR = 0x1F };

const char *fold_step_code(enum fold_step step)
{
#define FOLD_STEP_CODE(name, code, zh, en) [FOLD_STEP_##name] = code,
	static const char *const codes[] = {FOLD_STEPS(FOLD_STEP_CODE)};
	return codes[step];
}

const char *fold_step_words(enum fold_step step, enum lang lang)
{
#define FOLD_STEP_WORDS(name, code, zh, en) [FOLD_STEP_##name] = {[LANG_ZH] = zh, [LANG_EN] = en},
	static const char *const words[][LANG_COUNT] = {FOLD_STEPS(FOLD_STEP_WORDS)};
	return words[step][lang];
}

struct slice fold_codes(fold_steps steps, char out[static FOLD_CODES_TEXT])
{
	struct buf codes = {.p = out, .size = FOLD_CODES_TEXT, .max = FOLD_CODES_TEXT};
	if (!steps)
		return SLICE_NONE;
	for (unsigned i = 0; i < FOLD_STEP_COUNT; i++) {
		if (!(steps & 1u << i))
			continue;
		if (codes.n > 0)
			buf_addc(&codes, ',');
		buf_adds(&codes, fold_step_code((enum fold_step)i));
	}
	return buf_slice(&codes);
}

/* ---- marks and spaces ---- */

static bool is_dropped_mark(int32_t c)
{
	return is_dot(c) || is_dash(c) || is_comma(c);
}

/* The character that stands for c, 0 for none. */
static int32_t part(int32_t c, fold_steps steps)
{
	if (c == SEPARATOR)
		return 0;
	if (is_apostrophe(c) && (steps & FOLD(MARKS)))
		return 0;
	if (is_dropped_mark(c) && (steps & FOLD(MARKS)))
		return SEPARATOR;
	return is_space(c) && (steps & FOLD(SPACES)) ? SEPARATOR : c;
}

/* Every code point through part. Marks are put in order first: folding case can make a letter of one
 * (Unicode D145). */
static int parted(struct slice s, int32_t (*part_of)(int32_t, fold_steps), fold_steps steps,
                  struct arena *arena, struct slice *ret)
{
	utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
	                            (steps & FOLD(FORMS) ? UTF8PROC_IGNORE : 0);
	int32_t *points;
	ptrdiff_t n = letters_of(s, options, arena, &points);
	if (n < 0)
		return (int)n;
	size_t kept = 0;
	for (ptrdiff_t i = 0; i < n; i++) {
		int32_t c = part_of(points[i], steps);
		if (c)
			points[kept++] = c;
	}
	return letters_encode(points, kept, arena, ret);
}

static utf8proc_option_t options_of(fold_steps steps)
{
	return UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
	       (steps & FOLD(FORMS) ? UTF8PROC_COMPAT | UTF8PROC_IGNORE : 0) |
	       (steps & FOLD(CASE) ? UTF8PROC_CASEFOLD : 0);
}

/* ---- letters ---- */

static const struct {
	int32_t letter;
	char plain[3];
} latin[] = {
	{0xC6, "Ae"}, {0xD0, "D"},  {0xD8, "O"},  {0xDE, "Th"}, {0xDF, "ss"}, {0xE6, "ae"}, {0xF0, "d"},
	{0xF8, "o"},  {0xFE, "th"}, {0x110, "D"}, {0x111, "d"}, {0x126, "H"}, {0x127, "h"}, {0x131, "i"},
	{0x141, "L"}, {0x142, "l"}, {0x152, "Oe"}, {0x153, "oe"}, {0x166, "T"}, {0x167, "t"},
};

static const struct pair {
	int32_t traditional, simplified;
} pairs[] = {
#define T(traditional, simplified) {traditional, simplified},
#include "text/traditional_list.h"
#undef T
};

static int by_traditional(const void *key, const void *element)
{
	const struct pair *p = element;
	int32_t c = *(const int32_t *)key;
	return (c > p->traditional) - (c < p->traditional);
}

static int32_t simplified(int32_t c)
{
	const struct pair *p = bsearch(&c, pairs, ARRAY_LEN(pairs), sizeof pairs[0], by_traditional);
	return p ? p->simplified : c;
}

/* Writes one or two letters for a Latin letter that is one with something through or beside it. */
static size_t plain_latin(int32_t c, int32_t *out)
{
	for (size_t i = 0; i < ARRAY_LEN(latin); i++) {
		if (latin[i].letter != c)
			continue;
		size_t n = 0;
		for (const char *p = latin[i].plain; *p; p++)
			out[n++] = *p;
		return n;
	}
	*out = c;
	return 1;
}

/* Decomposed points; out has room for twice as many. */
static size_t fold_letters(const int32_t *points, size_t n, fold_steps steps, int32_t *out)
{
	size_t kept = 0;
	int32_t base = 0;
	for (size_t i = 0; i < n; i++) {
		int32_t c = points[i];
		bool mark = is_mark(c);
		if (!mark)
			base = c;
		if ((steps & FOLD(DIACRITICS)) && mark && is_latin(base))
			continue;
		if ((steps & FOLD(DIACRITICS)) && is_latin(c))
			kept += plain_latin(c, out + kept);
		else
			out[kept++] = steps & FOLD(TRADITIONAL) ? simplified(c) : c;
	}
	return kept;
}

/* By every step but the order. */
static ptrdiff_t fold(struct slice s, fold_steps steps, struct arena *arena, int32_t **ret)
{
	struct slice text;
	int32_t *points;
	if (s.n > FOLD_MAX_BYTES)
		return E_LIMIT;
	int r = parted(s, part, steps, arena, &text);
	if (r < 0)
		return r;
	ptrdiff_t n = letters_of(text, options_of(steps), arena, &points);
	if (n < 0)
		return n;
	int32_t *out = arena_alloc(arena, ((size_t)n * 2 + 1) * sizeof *out);
	if (!out)
		return E_NOMEM;
	n = (ptrdiff_t)fold_letters(points, (size_t)n, steps, out);
	*ret = out;
	return utf8proc_normalize_utf32(out, n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

/* ---- the two halves ---- */

static size_t without_separators(const int32_t *points, size_t n, int32_t *out)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (points[i] != SEPARATOR)
			out[kept++] = points[i];
	return kept;
}

struct word {
	const int32_t *points;
	size_t n;
};

static int by_letters(const void *left, const void *right)
{
	const struct word *a = left, *b = right;
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (a->points[i] != b->points[i])
			return a->points[i] < b->points[i] ? -1 : 1;
	return (a->n > b->n) - (a->n < b->n);
}

static bool parts_words(int32_t c)
{
	return c == SEPARATOR || c == ' ';
}

static size_t words_of(const int32_t *points, size_t n, struct word *words)
{
	size_t n_words = 0;
	for (size_t i = 0; i < n;) {
		size_t from = i;
		while (i < n && !parts_words(points[i]))
			i++;
		if (i > from)
			words[n_words++] = (struct word){points + from, i - from};
		else
			i++;
	}
	return n_words;
}

static bool has_ideograph(const int32_t *points, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_ideograph(points[i]))
			return true;
	return false;
}

static int order(const int32_t *points, size_t n, struct arena *arena, struct name_key *key)
{
	struct word *words = arena_alloc(arena, (n + 1) * sizeof *words);
	int32_t *out = arena_alloc(arena, (n + 1) * sizeof *out);
	if (!words || !out)
		return E_NOMEM;
	size_t n_words = words_of(points, n, words), used = 0;
	if (n_words < 2)
		return 0;
	qsort(words, n_words, sizeof *words, by_letters);
	for (size_t i = 0; i < n_words; i++) {
		if (i > 0)
			out[used++] = ' ';
		memcpy(out + used, words[i].points, words[i].n * sizeof *out);
		used += words[i].n;
	}
	return letters_encode(out, used, arena, &key->ordered);
}

int name_key(struct slice name, fold_steps steps, struct arena *arena, struct name_key *ret)
{
	int32_t *points;
	ptrdiff_t n = fold(name, steps, arena, &points);
	if (n < 0)
		return (int)n;
	int32_t *joined = arena_alloc(arena, ((size_t)n + 1) * sizeof *joined);
	if (!joined)
		return E_NOMEM;
	struct name_key key;
	int r = letters_encode(joined, without_separators(points, (size_t)n, joined), arena,
	                       &key.joined);
	if (r < 0)
		return r;
	key.ordered = key.joined;
	if ((steps & FOLD(ORDER)) && !has_ideograph(points, (size_t)n))
		r = order(points, (size_t)n, arena, &key);
	if (r == 0)
		*ret = key;
	return r;
}

bool name_key_empty(const struct name_key *key)
{
	return key->joined.n == 0;
}

/* 1: one name; 0: not, or what is compared is none; E_NOMEM. */
static int same(struct slice a, struct slice b, fold_steps steps, struct arena *arena)
{
	struct name_key x, y;
	int r = name_key(a, steps, arena, &x);
	int s = r == E_NOMEM ? r : name_key(b, steps, arena, &y);
	if (r == E_NOMEM || s == E_NOMEM)
		return E_NOMEM;
	return r == 0 && s == 0 && !name_key_empty(&x) &&
	       (slice_eq(x.joined, y.joined) || slice_eq(x.ordered, y.ordered));
}

int name_compare(struct slice a, struct slice b, struct arena *arena, bool *ret_same,
                 fold_steps *ret_needed)
{
	bool alike = a.n > 0 && slice_eq(a, b);
	int r = alike ? 1 : same(a, b, FOLD_ALL, arena);
	fold_steps needed = 0;
	if (r < 0)
		return r;
	for (unsigned i = 0; r == 1 && !alike && i < FOLD_STEP_COUNT; i++) {
		int without = same(a, b, FOLD_ALL & ~(1u << i), arena);
		if (without < 0)
			return without;
		if (without == 0)
			needed |= 1u << i;
	}
	*ret_same = r == 1;
	*ret_needed = needed;
	return 0;
}

/* ---- numbers ---- */

enum {
	SKILL_GRADE = 22, /* Y, S or J and 21 digits: domain/number.h */
	COMPANY_TAIL = 12, /* year and sequence */
	COMPANY_SEQUENCE = 8,
};

static int32_t part_of_number(int32_t c, fold_steps steps)
{
	if (is_dash(c))
		return steps & FOLD(MARKS) ? '-' : c;
	if (is_dot(c))
		return steps & FOLD(MARKS) ? 0 : c;
	return is_space(c) && (steps & FOLD(SPACES)) ? 0 : c;
}

static ptrdiff_t fold_number(struct slice typed, fold_steps steps, struct arena *arena, int32_t **ret)
{
	struct slice text;
	int32_t *points;
	if (typed.n > NUMBER_MAX_BYTES)
		return E_LIMIT;
	int r = parted(typed, part_of_number, steps, arena, &text);
	if (r < 0)
		return r;
	utf8proc_option_t options = options_of(steps & ~FOLD(CASE));
	ptrdiff_t n = letters_of(text, (options & ~UTF8PROC_DECOMPOSE) | UTF8PROC_COMPOSE, arena, &points);
	if (n < 0)
		return n;
	ptrdiff_t kept = 0;
	for (ptrdiff_t i = 0; i < n; i++) {
		int32_t c = part_of_number(points[i], steps); /* compatibility forms have spaces in them, too */
		if ((steps & FOLD(CASE)) && c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		if (c)
			points[kept++] = c;
	}
	*ret = points;
	return kept;
}

static bool is_digit(int32_t c, fold_steps steps)
{
	return (c >= '0' && c <= '9') || (c == 'O' && (steps & FOLD(LETTER_O)));
}

static int32_t digit(int32_t c)
{
	return c == 'O' ? '0' : c;
}

static size_t drop_dashes(int32_t *to, const int32_t *points, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (points[i] != '-')
			to[kept++] = points[i];
	return kept;
}

/* In place: the number without its dashes, if that is a skill grade's. */
static bool to_skill_grade(int32_t *plain, size_t n, fold_steps steps)
{
	if (n != SKILL_GRADE || (plain[0] != 'Y' && plain[0] != 'S' && plain[0] != 'J'))
		return false;
	for (size_t i = 1; i < n; i++)
		if (!is_digit(plain[i], steps))
			return false;
	for (size_t i = 1; i < n; i++)
		plain[i] = digit(plain[i]);
	return true;
}

static bool same_dashes(const int32_t *a, size_t n_a, const int32_t *b, size_t n_b)
{
	for (size_t i = 0; i < n_a && n_a == n_b; i++)
		if ((a[i] == '-') != (b[i] == '-'))
			return false;
	return n_a == n_b;
}

/* From the end: twelve digits, wherever dashes were typed among them, and a short name before. Returns
 * the length written to out, which has room for two dashes more; 0: it is no company's number. */
static size_t to_company(const int32_t *points, size_t n, fold_steps steps, int32_t *out)
{
	int32_t tail[COMPANY_TAIL];
	size_t left = COMPANY_TAIL, end = n;
	while (end > 0 && left > 0) {
		int32_t c = points[--end];
		if (c == '-')
			continue;
		if (!is_digit(c, steps))
			return 0;
		tail[--left] = digit(c);
	}
	while (end > 0 && points[end - 1] == '-')
		end--;
	if (left > 0 || end == 0 || tail[0] != '2' || tail[1] != '0') /* years from 2000 on */
		return 0;
	memcpy(out, points, end * sizeof *out);
	for (size_t i = 0; i < COMPANY_TAIL; i++) {
		if (i == 0 || i == COMPANY_TAIL - COMPANY_SEQUENCE)
			out[end++] = '-';
		out[end++] = tail[i];
	}
	return steps & FOLD(MARKS) || same_dashes(points, n, out, end) ? end : 0;
}

static int fold_by(struct slice typed, fold_steps steps, struct arena *arena, struct slice *ret)
{
	int32_t *points;
	ptrdiff_t n = fold_number(typed, steps, arena, &points);
	if (n < 0)
		return (int)n;
	int32_t *out = arena_alloc(arena, ((size_t)n + 3) * sizeof *out);
	if (!out)
		return E_NOMEM;
	size_t used = drop_dashes(out, points, (size_t)n);
	bool told = used == (size_t)n || (steps & FOLD(MARKS));
	if (!told || !to_skill_grade(out, used, steps))
		used = to_company(points, (size_t)n, steps, out);
	return used ? letters_encode(out, used, arena, ret)
	            : letters_encode(points, (size_t)n, arena, ret);
}

int number_fold(struct slice typed, struct arena *arena, struct slice *ret)
{
	return fold_by(typed, FOLD_ALL, arena, ret);
}

/* Equal up to dashes in a company's short name. */
static bool same_number(struct slice a, struct slice b)
{
	size_t i = 0, k = 0;
	for (;;) {
		while (i < a.n && a.p[i] == '-')
			i++;
		while (k < b.n && b.p[k] == '-')
			k++;
		if (i == a.n || k == b.n || a.p[i] != b.p[k])
			return i == a.n && k == b.n;
		i++;
		k++;
	}
}

int number_needed(struct slice typed, struct slice number, struct arena *arena, fold_steps *ret_needed)
{
	fold_steps needed = 0;
	for (unsigned i = 0; !slice_eq(typed, number) && i < FOLD_STEP_COUNT; i++) {
		struct slice folded = SLICE_NONE;
		fold_steps steps = FOLD_ALL & ~(1u << i);
		int r = fold_by(typed, steps, arena, &folded);
		if (r == E_NOMEM)
			return r;
		bool is = steps & FOLD(MARKS) ? same_number(folded, number) : slice_eq(folded, number);
		if (r < 0 || !is)
			needed |= 1u << i;
	}
	*ret_needed = needed;
	return 0;
}

int code_fold(struct slice typed, struct arena *arena, struct slice *ret)
{
	int32_t *points;
	ptrdiff_t n = fold_number(typed, FOLD_ALL, arena, &points);
	if (n < 0)
		return (int)n;
	return letters_encode(points, drop_dashes(points, points, (size_t)n), arena, ret);
}
