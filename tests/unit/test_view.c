/* Views: what a struct shows, by its table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "text/view.h"

enum colour { RED, GREEN, NO_COLOUR };

static const char *colour_word(int colour)
{
	static const char *const words[] = {"red", "green", NULL};
	return words[colour];
}

struct inner {
	struct slice a;
	struct opt_int b;
};

struct noun {
	struct slice text, number, words, json;
	const char *chars;
	struct uuid id, other;
	int64_t n;
	bool yes;
	struct day day;
	struct instant at;
	struct opt_int opt_n;
	struct opt_bool opt_yes;
	struct opt_day opt_day;
	struct opt_instant opt_at;
	enum colour colour;
	uint8_t bytes[2];
	struct decode_array texts;
	struct view_list several;
	struct inner inner;
};

static void hex(const void *bytes, char *text)
{
	const uint8_t *b = bytes;
	snprintf(text, VIEW_TEXT_MAX, "%02x%02x", b[0], b[1]);
}

static const struct view_field inner_fields[] = {
	VIEW_FIELD(struct inner, a, "a", .omitted = true),
	VIEW_FIELD(struct inner, b, "b"),
};
static const struct view inner_view = VIEW(inner, struct inner, inner_fields);

static const struct view_field few_fields[] = {
	VIEW_FIELD(struct noun, text, "text", .nullable = true),
	VIEW_FIELD(struct noun, chars, "chars", .nullable = true),
};
static const struct view few_view = VIEW(few, struct noun, few_fields);

static const struct view_field fields[] = {
	VIEW_INCLUDE(few_view),
	VIEW_FIELD(struct noun, number, "number", .as = VIEW_NUMBER, .omitted = true),
	VIEW_FIELD(struct noun, words, "words", .as = VIEW_WORDS),
	VIEW_FIELD(struct noun, json, "json", .as = VIEW_JSON, .omitted = true),
	VIEW_FIELD(struct noun, id, "id"),
	VIEW_FIELD(struct noun, other, "other", .nullable = true),
	VIEW_FIELD(struct noun, n, "n"),
	VIEW_FIELD(struct noun, yes, "yes"),
	VIEW_FIELD(struct noun, day, "day"),
	VIEW_FIELD(struct noun, at, "at"),
	VIEW_FIELD(struct noun, opt_n, "opt_n"),
	VIEW_FIELD(struct noun, opt_yes, "opt_yes"),
	VIEW_FIELD(struct noun, opt_day, "opt_day"),
	VIEW_FIELD(struct noun, opt_at, "opt_at"),
	VIEW_FIELD(struct noun, colour, "colour", .code = colour_word, .nullable = true),
	VIEW_FIELD(struct noun, bytes, "bytes", .made = hex),
	VIEW_FIELD(struct noun, texts, "texts"),
	VIEW_FIELD(struct noun, several, "several", .view = &inner_view),
	VIEW_STRUCT(struct noun, inner, inner_view, "inner", .omitted = true),
	VIEW_SELF(few_view, "self", .omitted = true),
	VIEW_INCLUDE_STRUCT(struct noun, inner, inner_view),
};
static const struct view noun_view = VIEW(noun, struct noun, fields);

static void writes(const struct noun *v, const char *expected)
{
	struct buf b = BUF_INIT(4 * KIB);
	struct jsonw w;
	jsonw_init(&w, &b);
	view_write(&w, &noun_view, v);
	buf_addc(&b, '\0');
	assert_string_equal(b.p, expected);
	buf_free(&b);
}

static void every_kind(void **state)
{
	const struct inner several[] = {{SLICE("x"), {true, 1}}, {{NULL, 0}, {false, 0}}};
	struct slice texts[] = {SLICE("t"), SLICE("u")};
	const struct noun v = {
		.text = SLICE("a\"b"), .number = SLICE("78.50"), .words = SLICE("p,q"), .json = SLICE("{\"k\":[]}"),
		.chars = "c", .id = {{0x11}}, .other = {{0x22}}, .n = -5, .yes = true, .day = {0}, .at = {0},
		.opt_n = {true, 7}, .opt_yes = {true, true}, .opt_day = {true, {1}}, .opt_at = {true, {1000000}},
		.colour = GREEN, .bytes = {0xab, 1}, .texts = {texts, 2}, .several = {several, 2}, .inner = {SLICE("i"), {true, 2}},
	};
	writes(&v, "{\"text\":\"a\\\"b\",\"chars\":\"c\",\"number\":78.50,\"words\":[\"p\",\"q\"],"
	           "\"json\":{\"k\":[]},\"id\":\"11000000-0000-0000-0000-000000000000\","
	           "\"other\":\"22000000-0000-0000-0000-000000000000\",\"n\":-5,\"yes\":true,"
	           "\"day\":\"1970-01-01\",\"at\":\"1970-01-01T00:00:00Z\",\"opt_n\":7,\"opt_yes\":true,"
	           "\"opt_day\":\"1970-01-02\",\"opt_at\":\"1970-01-01T00:00:01Z\",\"colour\":\"green\","
	           "\"bytes\":\"ab01\",\"texts\":[\"t\",\"u\"],\"several\":[{\"a\":\"x\",\"b\":1},{\"b\":null}],\"inner\":{\"a\":\"i\",\"b\":2},"
	           "\"self\":{\"text\":\"a\\\"b\",\"chars\":\"c\"},\"a\":\"i\",\"b\":2}");
}

/* Null, or left out where the table says so; an object is absent when all of it is. An id that may not be
 * null is shown whatever it is. */
static void what_is_absent(void **state)
{
	const struct noun v = {.colour = NO_COLOUR};
	writes(&v, "{\"text\":null,\"chars\":null,\"words\":[],\"id\":\"00000000-0000-0000-0000-000000000000\","
	           "\"other\":null,\"n\":0,\"yes\":false,\"day\":\"1970-01-01\",\"at\":\"1970-01-01T00:00:00Z\","
	           "\"opt_n\":null,\"opt_yes\":null,\"opt_day\":null,\"opt_at\":null,\"colour\":null,\"bytes\":\"0000\",\"texts\":[],\"several\":[],"
	           "\"b\":null}");
}

static void what_may_be_null(void **state)
{
	static const char *const nullable[] = {"other", "opt_n", "opt_yes", "opt_day", "opt_at", "colour"};
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		bool is = false;
		for (size_t k = 0; fields[i].name && k < ARRAY_LEN(nullable); k++)
			is |= strcmp(fields[i].name, nullable[k]) == 0;
		assert_int_equal(view_is_nullable(&fields[i]), is);
		n += is;
	}
	assert_int_equal(n, ARRAY_LEN(nullable));
}

static void scalars_as_text(void **state)
{
	static const struct {
		const char *name, *text;
	} expected[] = {
		{"number", "78.50"}, {"id", "11000000-0000-0000-0000-000000000000"}, {"other", ""}, {"n", "-5"},
		{"yes", "true"}, {"day", "1970-01-01"}, {"at", "1970-01-01T00:00:00Z"}, {"opt_n", "7"},
		{"opt_yes", ""}, {"opt_day", "1970-01-02"}, {"opt_at", ""}, {"colour", "green"}, {"bytes", "ab01"},
	};
	const struct noun v = {.number = SLICE("78.50"), .id = {{0x11}}, .n = -5, .yes = true, .opt_n = {true, 7},
	                       .opt_day = {true, {1}}, .colour = GREEN, .bytes = {0xab, 1}};
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		for (size_t k = 0; fields[i].name && k < ARRAY_LEN(expected); k++) {
			char scratch[VIEW_TEXT_MAX];
			if (strcmp(fields[i].name, expected[k].name) != 0)
				continue;
			assert_true(slice_is(view_text(&fields[i], &v, scratch), expected[k].text));
			n++;
		}
	assert_int_equal(n, ARRAY_LEN(expected));
}

static void as_csv(const struct noun *v, const char *expected)
{
	struct buf b = BUF_INIT(4 * KIB);
	view_csv_row(&b, &noun_view, v);
	buf_addc(&b, '\0');
	assert_string_equal(b.p, expected);
	buf_free(&b);
}

/* Objects are columns of their own; what has no cell, lists of objects and JSON, has none in the head either. */
static void a_row_of_a_table(void **state)
{
	struct slice texts[] = {SLICE("t"), SLICE("u")};
	const struct noun v = {
		.text = SLICE("a\"b"), .number = SLICE("-1.50"), .words = SLICE("p,q"), .json = SLICE("{}"),
		.chars = "=1+1", .id = {{0x11}}, .n = -5, .yes = true, .opt_n = {true, -7}, .colour = GREEN,
		.bytes = {0xab, 1}, .texts = {texts, 2}, .inner = {SLICE("x,y"), {true, 2}},
	};
	struct buf b = BUF_INIT(4 * KIB);
	view_csv_head(&b, &noun_view);
	buf_addc(&b, '\0');
	assert_string_equal(b.p, "\xef\xbb\xbftext,chars,number,words,id,other,n,yes,day,at,opt_n,opt_yes,opt_day,"
	                         "opt_at,colour,bytes,texts,inner.a,inner.b,self.text,self.chars,a,b\r\n");
	buf_free(&b);
	as_csv(&v, "\"a\"\"b\",\"'=1+1\",-1.50,\"p;q\",11000000-0000-0000-0000-000000000000,,-5,true,1970-01-01,"
	           "1970-01-01T00:00:00Z,-7,,,,green,ab01,\"t;u\",\"x,y\",2,\"a\"\"b\",\"'=1+1\",\"x,y\",2\r\n");
}

/* A spreadsheet takes none of these for a formula. */
static void what_looks_like_a_formula(void **state)
{
	static const char *const begins[] = {"=1", "+1", "-1", "@a", "\t=1", "\r=1"};
	for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
		struct buf b = BUF_INIT(4 * KIB);
		const struct noun v = {.text = slice_of(begins[i])};
		view_csv_row(&b, &few_view, &v);
		assert_memory_equal(b.p, "\"'", 2);
		assert_memory_equal(b.p + 2, begins[i], strlen(begins[i]));
		buf_free(&b);
	}
}

/* Of one view or another, and what no struct has a member for. */
struct mixed {
	struct view_item one, written, none;
	struct view_items items;
	struct view_figures figures;
	int64_t hundredths, tenths;
};

static const struct view_field mixed_fields[] = {
	VIEW_FIELD(struct mixed, one, "one", .view = &inner_view),
	VIEW_FIELD(struct mixed, written, "written", .view = &inner_view),
	VIEW_FIELD(struct mixed, none, "none", .view = &inner_view, .omitted = true),
	VIEW_FIELD(struct mixed, items, "items", .view = &inner_view, .or = &few_view),
	VIEW_FIELD(struct mixed, figures, "figures"),
	VIEW_FIELD(struct mixed, hundredths, "hundredths", .as = VIEW_DECIMAL, .places = 2),
	VIEW_FIELD(struct mixed, tenths, "tenths", .as = VIEW_DECIMAL, .places = 1),
};
static const struct view mixed_view = VIEW(mixed, struct mixed, mixed_fields);

static void mixed_kinds(void **state)
{
	const struct inner inner = {SLICE("i"), {true, 2}};
	const struct noun noun = {.text = SLICE("t"), .chars = "c"};
	const struct view_item items[] = {{&few_view, &noun, {NULL, 0}}, {&inner_view, &inner, {NULL, 0}}};
	const struct view_figure figures[] = {{SLICE("a"), 1}, {SLICE("b.c"), 2}, {SLICE("b.d"), -3}, {SLICE("e.f"), 4}};
	const struct mixed v = {.one = {&inner_view, &inner, {NULL, 0}}, .written = {.made = SLICE("{\"b\":9}")},
	                        .items = {items, 2}, .figures = {figures, 4}, .hundredths = 6202, .tenths = -270};
	struct buf b = BUF_INIT(KIB);
	struct jsonw w;
	jsonw_init(&w, &b);
	view_write(&w, &mixed_view, &v);
	buf_addc(&b, '\0');
	assert_string_equal(b.p, "{\"one\":{\"a\":\"i\",\"b\":2},\"written\":{\"b\":9},"
	                         "\"items\":[{\"text\":\"t\",\"chars\":\"c\"},{\"a\":\"i\",\"b\":2}],"
	                         "\"figures\":{\"a\":1,\"b\":{\"c\":2,\"d\":-3},\"e\":{\"f\":4}},"
	                         "\"hundredths\":62.02,\"tenths\":-27.0}");
	buf_clear(&b);
	view_csv_head(&b, &mixed_view); /* objects and figures have no cell */
	view_csv_row(&b, &mixed_view, &v);
	buf_addc(&b, '\0');
	assert_string_equal(b.p, "\xef\xbb\xbfhundredths,tenths\r\n62.02,-27.0\r\n");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind),
		cmocka_unit_test(what_is_absent),
		cmocka_unit_test(what_may_be_null),
		cmocka_unit_test(scalars_as_text),
		cmocka_unit_test(a_row_of_a_table),
		cmocka_unit_test(what_looks_like_a_formula),
		cmocka_unit_test(mixed_kinds),
	};
	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
