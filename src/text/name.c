/* text/name.c - character by character into plain forms, then what stands between two letters by what
 * the letters are. */
#include "text/name.h"

#include "base/outcome.h"
#include "text/character.h"
#include "text/letters.h"

static bool is_name_punctuation(int32_t c)
{
	return c == 0xB7 || c == '.' || c == '\'' || c == '-';
}

/* A dot or dash, as opposed to the letters and spaces beside it. */
static bool is_joint(int32_t c)
{
	return is_dot(c) || is_dash(c);
}

static bool is_between(int32_t c)
{
	return c == ' ' || is_joint(c);
}

/* Without selectors; what means the same on its own, whatever stands beside it. U+02BB and U+02BC are
 * letters and stay. */
static size_t to_plain(int32_t *points, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		int32_t c = plain_form(points[i]);
		if (is_variation_selector(c))
			continue;
		if (utf8proc_category(c) == UTF8PROC_CATEGORY_ZS)
			c = ' ';
		if (c == ' ' && kept == 0)
			continue;
		if (is_apostrophe(c) && !is_letter(c))
			c = '\'';
		points[kept++] = c;
	}
	while (kept > 0 && points[kept - 1] == ' ')
		kept--;
	return kept;
}

struct run {
	const int32_t *points; /* spaces, dots and dashes in a row */
	size_t n;
	int32_t before, after; /* 0: the name's end */
};

static size_t joints(const struct run *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++)
		n += is_joint(r->points[i]);
	return n;
}

static const char *write_run(const struct run *r, int32_t *out, size_t *n_out)
{
	bool spaced = false;
	if (is_ideograph(r->before) && is_ideograph(r->after)) {
		if (joints(r) > 1)
			return "name_dot";
		if (joints(r) == 1)
			out[(*n_out)++] = 0xB7;
		return NULL;
	}
	bool closing = r->n == 1 && r->points[0] == '.' && r->before && !is_ideograph(r->before);
	if (joints(r) > 0 && (!r->before || (!r->after && !closing)))
		return "name_dot";
	for (size_t i = 0; i < r->n; i++) {
		int32_t c = r->points[i];
		spaced |= c == ' ' && i > 0 && r->points[i - 1] == ' ';
		out[(*n_out)++] = c == ' ' ? c : is_dash(c) ? '-'
		                         : is_full_stop(c)  ? '.'
		                                            : 0xB7;
	}
	return spaced ? "name_space" : NULL;
}

/* The letter that a run stands behind: marks belong to theirs. */
static int32_t letter_before(const int32_t *points, size_t i)
{
	while (i > 0 && is_mark(points[i - 1]))
		i--;
	return i > 0 ? points[i - 1] : 0;
}

/* NULL, or what is wrong with the runs. */
static const char *join(const int32_t *points, size_t n, int32_t *out, size_t *n_out)
{
	const char *code = NULL;
	for (size_t i = 0; i < n;) {
		if (!is_between(points[i])) {
			out[(*n_out)++] = points[i++];
			continue;
		}
		struct run r = {.points = points + i, .before = letter_before(points, i)};
		while (i < n && is_between(points[i]))
			i++;
		r.n = (size_t)(points + i - r.points);
		r.after = i < n ? points[i] : 0;
		const char *wrong = write_run(&r, out, n_out);
		if (wrong)
			code = wrong;
	}
	return code;
}

/* NULL, or what is wrong. A mark needs something before it. */
static const char *judge(const int32_t *points, size_t n)
{
	if (n > NAME_MAX_CHARACTERS)
		return "name_too_long";
	bool any_letter = false;
	for (size_t i = 0; i < n; i++) {
		int32_t c = points[i];
		if (is_letter(c))
			any_letter |= !is_apostrophe(c);
		else if (is_mark(c) ? i == 0 || points[i - 1] == ' ' : c != ' ' && !is_name_punctuation(c))
			return "name_character";
	}
	return any_letter ? NULL : "name_character";
}

static struct slice trim_spaces(struct slice s)
{
	int32_t c;
	for (;;) {
		ptrdiff_t n = utf8proc_iterate((const uint8_t *)s.p, (ptrdiff_t)s.n, &c);
		if (n <= 0 || utf8proc_category(c) != UTF8PROC_CATEGORY_ZS)
			return s;
		s = slice_skip(s, (size_t)n);
	}
}

static bool may_stand_in_a_name(int32_t c)
{
	c = plain_form(c);
	return is_letter(c) || is_mark(c) || is_joint(c) || is_apostrophe(c) || is_variation_selector(c) ||
	       utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

int32_t name_unfit(struct slice raw, size_t *ret_place)
{
	size_t place = 0;
	while (raw.n) {
		int32_t c = character_next(&raw);
		place++;
		if (may_stand_in_a_name(c))
			continue;
		*ret_place = place;
		return c;
	}
	return -1;
}

static int refuse(const char *code, const char **ret_code)
{
	*ret_code = code;
	return E_REFUSED;
}

int name_check(struct slice raw, struct arena *arena, struct slice *ret_name, const char **ret_code)
{
	if (raw.n > NAME_MAX_BYTES)
		return refuse("name_too_long", ret_code);
	struct slice name = trim_spaces(raw);
	if (name.n == 0)
		return refuse("name_empty", ret_code);
	int32_t *points;
	ptrdiff_t n = letters_of(name, 0, arena, &points);
	if (n >= 0)
		n = letters_encode(points, to_plain(points, (size_t)n), arena, &name);
	if (n >= 0)
		n = letters_of(name, UTF8PROC_STABLE | UTF8PROC_COMPOSE, arena, &points);
	if (n == E_NOMEM)
		return E_NOMEM;
	if (n < 0)
		return refuse("name_character", ret_code);
	size_t joined = 0;
	int32_t *out = arena_alloc(arena, ((size_t)n + 1) * sizeof *out);
	if (!out)
		return E_NOMEM;
	const char *run_code = join(points, (size_t)n, out, &joined);
	const char *code = judge(out, joined);
	if (code || run_code)
		return refuse(code ? code : run_code, ret_code);
	return letters_encode(out, joined, arena, ret_name);
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
