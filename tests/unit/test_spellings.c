/* test_spellings - names and numbers as people write them: the table tests/vectors/spellings.tsv, row by
 * row, and what no table can say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <utf8proc.h>

#include "base/outcome.h"
#include "text/fold.h"
#include "text/name.h"

enum { COLUMNS = 4 };

struct row {
	struct slice cell[COLUMNS]; /* kind, first, second, steps */
	int line;
};

static struct arena *arena;

static int set_up(void **state)
{
	arena = arena_new(16 * MIB);
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	arena_free(arena);
	return 0;
}

/* What stands for characters that nobody sees: \t \n \r \uHHHH \u{H...}, and \xHH for a byte alone. */
static struct slice unescape(struct slice s)
{
	char *out = arena_alloc(arena, s.n + 1);
	size_t n = 0;
	assert_non_null(out);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\\') {
			out[n++] = s.p[i];
			continue;
		}
		char kind = s.p[++i];
		if (kind == 'u') {
			bool braces = s.p[i + 1] == '{';
			char digits[9] = "";
			size_t n_digits = braces ? (size_t)((char *)memchr(s.p + i, '}', s.n - i) - s.p) - i - 2 : 4;
			memcpy(digits, s.p + i + 1 + braces, n_digits);
			n += (size_t)utf8proc_encode_char((int32_t)strtol(digits, NULL, 16), (uint8_t *)out + n);
			i += n_digits + (braces ? 2 : 0);
		} else if (kind == 'x') {
			char digits[3] = {s.p[i + 1], s.p[i + 2], '\0'};
			out[n++] = (char)strtol(digits, NULL, 16);
			i += 2;
		} else {
			out[n++] = kind == 't' ? '\t' : kind == 'n' ? '\n' : '\r';
		}
	}
	return slice_from(out, n);
}

static void expect(const struct row *r, const char *what, struct slice got, struct slice want)
{
	if (!slice_eq(got, want))
		fail_msg("line %d: %s is \"%.*s\", not \"%.*s\"", r->line, what, SLICE_ARGS(got),
		         SLICE_ARGS(want));
}

static void door(const struct row *r)
{
	struct slice name = SLICE_NONE, again;
	const char *code = "";
	if (name_check(r->cell[1], arena, &name, &code) < 0)
		fail_msg("line %d: refused as %s", r->line, code);
	expect(r, "the name", name, r->cell[2]);
	assert_int_equal(name_check(name, arena, &again, &code), 0);
	expect(r, "the name's name", again, name);
}

static void refused(const struct row *r)
{
	struct slice name = SLICE_NONE;
	const char *code = "";
	assert_int_equal(name_check(r->cell[1], arena, &name, &code), E_REFUSED);
	expect(r, "the code", slice_of(code), r->cell[2]);
	assert_null(name.p);
}

static void compared(const struct row *r)
{
	bool same, reversed;
	fold_steps needed, other;
	char codes[FOLD_CODES_TEXT];
	bool want = slice_is(r->cell[0], "match");
	assert_int_equal(name_compare(r->cell[1], r->cell[2], arena, &same, &needed), 0);
	assert_int_equal(name_compare(r->cell[2], r->cell[1], arena, &reversed, &other), 0);
	if (same != want || reversed != want)
		fail_msg("line %d: %s", r->line, same ? "they match" : "they do not match");
	assert_int_equal(needed, other);
	expect(r, "what was folded", fold_codes(needed, codes), r->cell[3]);
}

static void number(const struct row *r)
{
	struct slice folded, again;
	fold_steps needed;
	char codes[FOLD_CODES_TEXT];
	assert_int_equal(number_fold(r->cell[2], arena, &folded), 0);
	expect(r, "the number", folded, r->cell[1]);
	assert_int_equal(number_fold(folded, arena, &again), 0);
	expect(r, "the number's number", again, folded);
	assert_int_equal(number_needed(r->cell[2], r->cell[1], arena, &needed), 0);
	expect(r, "what was folded", fold_codes(needed, codes), r->cell[3]);
}

static void read_as(const struct row *r)
{
	struct slice folded;
	assert_int_equal(number_fold(r->cell[1], arena, &folded), 0);
	expect(r, "the number", folded, r->cell[2]);
}

static void code_read(const struct row *r)
{
	struct slice folded;
	assert_int_equal(code_fold(r->cell[1], arena, &folded), 0);
	expect(r, "the code", folded, r->cell[2]);
}

static const struct {
	const char *kind;
	void (*check)(const struct row *);
} kinds[] = {{"door", door},       {"refuse", refused}, {"match", compared}, {"differ", compared},
	     {"number", number}, {"read", read_as},   {"code", code_read}};

static void check(const struct row *r)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (slice_is(r->cell[0], kinds[i].kind)) {
			kinds[i].check(r);
			return;
		}
	fail_msg("line %d: no such kind", r->line);
}

static void every_spelling_of_the_table(void **state)
{
	static char text[64 * KIB];
	FILE *f = fopen("tests/vectors/spellings.tsv", "rb");
	assert_non_null(f);
	struct slice left = slice_from(text, fread(text, 1, sizeof text, f));
	fclose(f);
	assert_true(left.n < sizeof text);
	int rows = 0;
	for (int line = 1; left.n > 0; line++) {
		struct slice rest = slice_cut(&left, '\n');
		struct row r = {.line = line};
		if (rest.p[0] == '#')
			continue;
		for (int i = 0; i < COLUMNS; i++)
			r.cell[i] = rest.p ? unescape(slice_cut(&rest, '\t')) : SLICE("");
		check(&r);
		arena_reset(arena);
		rows++;
	}
	assert_true(rows >= 300);
}

/* By rising code point, so that it can be searched; both ways one to one; and nothing is folded twice. */
static void every_pair_of_characters_is_one_to_one(void **state)
{
	static const int32_t pairs[][2] = {
#define T(traditional, simplified) {traditional, simplified},
#include "text/traditional_list.h"
#undef T
	};
	static uint8_t is_simplified[0x40000], is_traditional[0x40000];
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		assert_true(i == 0 || pairs[i - 1][0] < pairs[i][0]);
		is_traditional[pairs[i][0]]++;
		is_simplified[pairs[i][1]]++;
	}
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		assert_int_equal(is_simplified[pairs[i][1]], 1);
		assert_int_equal(is_traditional[pairs[i][1]], 0);
		assert_int_equal(is_simplified[pairs[i][0]], 0);
	}
}

static void a_key_is_made_again_from_itself(void **state)
{
	const char *const names[] = {"阿依古麗·買買提", "Nguyễn Văn Đức", "ＬＩ, na", "O'Brien-Smith Jr."};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct name_key key, again;
		assert_int_equal(name_key(slice_of(names[i]), FOLD_ALL, arena, &key), 0);
		assert_int_equal(name_key(key.joined, FOLD_ALL, arena, &again), 0);
		assert_true(slice_eq(key.joined, again.joined));
		assert_int_equal(name_key(key.ordered, FOLD_ALL, arena, &again), 0);
		assert_true(slice_eq(key.ordered, again.ordered));
	}
}

static void what_is_no_text_or_too_long_has_no_key(void **state)
{
	static char huge[FOLD_MAX_BYTES + 1];
	struct name_key key;
	struct slice folded;
	memset(huge, 'x', sizeof huge);
	assert_int_equal(name_key(SLICE("\xC3"), FOLD_ALL, arena, &key), E_SYNTAX);
	assert_int_equal(name_key(slice_from(huge, sizeof huge), FOLD_ALL, arena, &key), E_LIMIT);
	assert_int_equal(number_fold(SLICE("\xFF"), arena, &folded), E_SYNTAX);
	assert_int_equal(number_fold(slice_from(huge, NUMBER_MAX_BYTES + 1), arena, &folded), E_LIMIT);
}

static void a_full_arena_is_reported(void **state)
{
	struct arena *none = arena_new(0);
	struct name_key key;
	struct slice folded;
	bool same;
	fold_steps needed;
	assert_int_equal(name_key(SLICE("张伟"), FOLD_ALL, none, &key), E_NOMEM);
	assert_int_equal(name_compare(SLICE("张伟"), SLICE("张 伟"), none, &same, &needed), E_NOMEM);
	assert_int_equal(number_fold(SLICE("s1"), none, &folded), E_NOMEM);
	assert_int_equal(number_needed(SLICE("s1"), SLICE("S1"), none, &needed), E_NOMEM);
	assert_int_equal(code_fold(SLICE("s1"), none, &folded), E_NOMEM);
	arena_free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_of_the_table),
		cmocka_unit_test(every_pair_of_characters_is_one_to_one),
		cmocka_unit_test(a_key_is_made_again_from_itself),
		cmocka_unit_test(what_is_no_text_or_too_long_has_no_key),
		cmocka_unit_test(a_full_arena_is_reported),
	};
	return cmocka_run_group_tests_name("text/fold", tests, set_up, tear_down);
}
