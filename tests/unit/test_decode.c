/* test_decode - tables against objects, and scores to the hundredth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "text/decode.h"
#include "text/field_text.h"
#include "text/json.h"

struct item {
	struct slice name;
	struct opt_int hours;
};
static const struct decode_field item_fields[] = {
	{"name", DECODE_STRING, .required = true, .min = 1, .max = 5,
	 .offset = offsetof(struct item, name)},
	{"hours", DECODE_INT, .min = 1, .max = 100, .offset = offsetof(struct item, hours)},
};
static const struct decode_table item_table = {item_fields, ARRAY_LEN(item_fields),
					       sizeof(struct item)};

static const char *const colours[] = {"red", "blue", NULL};

struct thing {
	struct slice title, note, colour, level;
	struct opt_int score;
	struct opt_bool flag;
	struct opt_day day;
	struct opt_uuid id;
	struct item one;
	bool one_given;
	struct decode_array items, tags;
	json_t *any;
};
#define AT(member) .offset = offsetof(struct thing, member)
static const struct decode_field thing_fields[] = {
	{"title", DECODE_STRING, .required = true, .min = 2, .max = 4, AT(title)},
	{"note", DECODE_PROSE, .max = 10, AT(note)},
	{"colour", DECODE_CHOICE, .choices = colours, AT(colour)},
	{"level", DECODE_STRING, .required = true, .nullable = true, AT(level)},
	{"score", DECODE_SCORE, .min = 0, .max = 10000, .hint = "score_range", AT(score)},
	{"flag", DECODE_BOOL, AT(flag)},
	{"day", DECODE_DAY, AT(day)},
	{"id", DECODE_UUID, AT(id)},
	{"one", DECODE_OBJECT, .table = &item_table, AT(one),
	 .given = DECODE_GIVEN(struct thing, one_given)},
	{"items", DECODE_ARRAY, .min = 1, .max = 3, .table = &item_table, AT(items)},
	{"tags", DECODE_ARRAY, .max = 3, AT(tags)},
	{"any", DECODE_JSON, AT(any)},
};
static const struct decode_table thing_table = {thing_fields, ARRAY_LEN(thing_fields),
						sizeof(struct thing)};

struct run {
	struct arena *arena;
	struct fields fields;
	struct thing thing;
	json_t *json;
};

static void decode(struct run *r, const char *text)
{
	struct json_error_at err;
	memset(r, 0, sizeof *r);
	r->arena = arena_new(MIB);
	fields_init(&r->fields, r->arena);
	assert_int_equal(json_read(slice_of(text), 8, &r->json, &err), 0);
	assert_int_equal(
		decode_object(r->json, &thing_table, &r->thing, r->arena, &r->fields), 0);
	fields_sort(&r->fields);
}

static void done(struct run *r)
{
	json_decref(r->json);
	arena_free(r->arena);
}

static void fills_the_struct(void **state)
{
	struct run r;
	decode(&r, "{\"title\":\"直播\",\"note\":\"a\\nb\",\"colour\":\"blue\",\"level\":null,"
		   "\"score\":78.5,\"flag\":true,\"day\":\"2026-02-28\","
		   "\"id\":\"3b9d6c1e-5a77-4e0b-9a53-6d2f0c8e4b10\",\"one\":{\"name\":\"x\"},"
		   "\"items\":[{\"name\":\"a\",\"hours\":7},{\"name\":\"b\"}],"
		   "\"tags\":[\"p\",\"q\"],\"any\":null}");
	assert_int_equal(r.fields.total, 0);
	assert_true(slice_is(r.thing.title, "直播"));
	assert_true(slice_is(r.thing.note, "a\nb"));
	assert_true(slice_is(r.thing.colour, "blue"));
	assert_null(r.thing.level.p);
	assert_true(r.thing.score.given);
	assert_int_equal(r.thing.score.v, 7850);
	assert_true(r.thing.flag.given && r.thing.flag.v);
	char day[DAY_TEXT];
	day_format(r.thing.day.v, day);
	assert_string_equal(day, "2026-02-28");
	assert_true(r.thing.id.given && r.thing.id.v.b[0] == 0x3b);
	assert_true(r.thing.one_given && slice_is(r.thing.one.name, "x"));
	assert_false(r.thing.one.hours.given);
	const struct item *items = r.thing.items.items;
	assert_int_equal(r.thing.items.n, 2);
	assert_int_equal(items[0].hours.v, 7);
	assert_true(slice_is(items[1].name, "b") && !items[1].hours.given);
	const struct slice *tags = r.thing.tags.items;
	assert_true(r.thing.tags.n == 2 && slice_is(tags[1], "q"));
	assert_true(json_is_null(r.thing.any));
	done(&r);
}

static void tells_everything_at_once(void **state)
{
	struct run r;
	decode(&r, "{\"note\":\"a\\u0007\",\"colour\":\"green\",\"score\":100.01,\"flag\":1,"
		   "\"day\":\"2026-02-29\",\"id\":\"3b9d\",\"one\":[],"
		   "\"items\":[{\"name\":\"123456\",\"hours\":0,\"x/y~\":1},{\"hours\":1.5},7],"
		   "\"tags\":[\"p\",2,\"\"],\"a b\":{},\"title\":\"直\"}");
	static const char *const expected[][2] = {
		{"/a b", "unknown_field"},        {"/colour", "not_a_choice"},
		{"/day", "date"},                 {"/flag", "wrong_type"},
		{"/id", "uuid"},                  {"/items/0/hours", "out_of_range"},
		{"/items/0/name", "too_long"},    {"/items/0/x~1y~0", "unknown_field"},
		{"/items/1/hours", "whole_number"}, {"/items/1/name", "required"},
		{"/items/2", "wrong_type"},       {"/level", "required"},
		{"/note", "characters"},          {"/one", "wrong_type"},
		{"/score", "out_of_range"},       {"/tags/1", "wrong_type"},
		{"/tags/2", "required"},          {"/title", "too_short"},
	};
	assert_int_equal(r.fields.n, ARRAY_LEN(expected));
	for (size_t i = 0; i < r.fields.n; i++) {
		assert_string_equal(r.fields.at[i].pointer, expected[i][0]);
		assert_string_equal(r.fields.at[i].code, expected[i][1]);
		assert_non_null(field_text(r.fields.at[i].code, LANG_ZH));
	}
	assert_string_equal(field_detail(&r.fields.at[1], LANG_EN, r.arena),
			    "Must be one of: red, blue.");
	assert_string_equal(field_detail(&r.fields.at[14], LANG_ZH, r.arena),
			    "成绩应在 0 至 100 之间。");
	assert_string_equal(field_detail(&r.fields.at[5], LANG_EN, r.arena),
			    "Must be between 1 and 100.");
	done(&r);
}

/* Two texts that differ in what does not show look alike, and direction marks show a text as another. */
static void refuses_what_does_not_show(void **state)
{
	static const char *const hidden[] = {
		"00AD", "061C", "180E", "200B", "200C", "200D", "200E", "200F", "202A", "202E", "2060", "2064",
		"2066", "2069", "2028", "FEFF", "FE0F", "3164", "115F", "2800", "E000", "FFF9", "00A0", "2003",
		"202F", "0085", "0009", "DB40\\uDC41",
	};
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
		char text[128];
		struct run r;
		snprintf(text, sizeof text, "{\"level\":\"5\",\"title\":\"直播\\u%s\"}", hidden[i]);
		decode(&r, text);
		assert_int_equal(r.fields.total, 1);
		assert_string_equal(r.fields.at[0].code, "characters");
		assert_int_equal(r.fields.at[0].limit[0], 3);
		done(&r);
	}
	struct run r;
	decode(&r, "{\"level\":\"5\",\"title\":\"a\\u202eb\"}");
	assert_string_equal(field_detail(&r.fields.at[0], LANG_ZH, r.arena),
			    "第 2 个字符 U+202E 不能在此使用，请删去或改正。");
	assert_string_equal(field_detail(&r.fields.at[0], LANG_EN, r.arena),
			    "Character 2, U+202E, is not allowed here. Remove or correct it.");
	done(&r);
	/* nothing but spaces is nothing */
	decode(&r, "{\"level\":\"5\",\"title\":\" \\u3000\"}");
	assert_int_equal(r.fields.total, 1);
	assert_string_equal(r.fields.at[0].code, "required");
	done(&r);
	/* 𠮷, an emoji, both spaces, a combining mark */
	decode(&r, "{\"level\":\"🎬 é\\u0301\\u3000\",\"title\":\"𠮷播 ５\"}");
	assert_int_equal(r.fields.total, 0);
	done(&r);
	/* prose is for reading only: what spells words and emoji is allowed, what turns it round is not */
	decode(&r, "{\"level\":\"5\",\"title\":\"直播\",\"note\":\"می\\u200cخ\\n❤\\uFE0F\"}");
	assert_int_equal(r.fields.total, 0);
	done(&r);
	decode(&r, "{\"level\":\"5\",\"title\":\"直播\",\"note\":\"a\\u2066b\"}");
	assert_int_equal(r.fields.total, 1);
	done(&r);
}

/* ２０２６-02-28 is a date to whoever typed it. */
/* What a field is not there for would be kept and shown as any text. */
static void refuses_id_numbers_in_text(void **state)
{
	static const struct decode_field line = {.kind = DECODE_STRING, .max = 100};
	static const struct decode_field prose = {.kind = DECODE_PROSE};
	static const struct decode_field typed = {.kind = DECODE_TYPED}, any = {.kind = DECODE_ANY_STRING};
	const struct slice number = SLICE("见身份证 310199 19900307 0014");
	struct slice to = SLICE_NONE;
	struct run r;
	assert_string_equal(decode_text(&line, number, &to), "id_number_in_text");
	assert_string_equal(decode_text(&prose, number, &to), "id_number_in_text");
	assert_null(to.p);
	assert_null(decode_text(&typed, number, &to));
	assert_null(decode_text(&any, number, &to));
	decode(&r, "{\"title\":\"直播\",\"level\":null,\"tags\":[\"310199199003070014\"]}");
	assert_int_equal(r.fields.total, 1);
	assert_string_equal(r.fields.at[0].pointer, "/tags/0");
	assert_string_equal(r.fields.at[0].code, "id_number_in_text");
	done(&r);
}

static void names_what_is_not_half_width(void **state)
{
	struct run r;
	decode(&r, "{\"level\":\"5\",\"title\":\"直播\",\"day\":\"2026-0２-28\",\"id\":\"3b9d6c1e \"}");
	assert_int_equal(r.fields.total, 2);
	assert_string_equal(r.fields.at[0].code, "date");
	assert_string_equal(field_detail(&r.fields.at[0], LANG_ZH, r.arena),
			    "第 7 个字符 ２(U+FF12) 不是半角字符，请改用半角数字、字母和标点，且不加空格。");
	assert_string_equal(r.fields.at[1].code, "uuid");
	assert_string_equal(field_detail(&r.fields.at[1], LANG_EN, r.arena),
			    "Character 9, U+0020, is not a plain one: use half-width digits, letters and signs, "
			    "without spaces.");
	done(&r);
}

/* What is looked up is folded, so it may come as it was pasted. */
static void takes_what_was_pasted_to_look_up(void **state)
{
	const struct decode_field typed = {"code", DECODE_TYPED, .min = 1, .max = 128};
	struct slice to;
	assert_null(decode_text(&typed, SLICE("\u200b4R8Z\ufeff\u00a0"), &to));
	assert_null(decode_text(&typed, SLICE("\t4R8Z\r\n"), &to)); /* a cell of a spreadsheet, a line */
	assert_string_equal(decode_text(&typed, SLICE("4R8Z\a"), &to), "characters");
	assert_string_equal(decode_text(&typed, SLICE("4R8Z\xC2\x85"), &to), "characters");
}

static void refuses_wrong_shapes(void **state)
{
	static const char *const shapes[] = {"[]", "null", "\"x\"", "7"};
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct run r;
		decode(&r, shapes[i]);
		assert_int_equal(r.fields.n, 1);
		assert_string_equal(r.fields.at[0].pointer, "");
		assert_string_equal(r.fields.at[0].code, "wrong_type");
		done(&r);
	}
	struct run r;
	decode(&r, "{\"title\":\"ab\",\"level\":\"4\",\"items\":[],\"tags\":[\"1\",\"2\",\"3\",\"4\"]}");
	assert_int_equal(r.fields.n, 2);
	assert_string_equal(r.fields.at[0].code, "too_few");
	assert_string_equal(r.fields.at[1].code, "too_many");
	done(&r);
}

/* A field's name that nobody should be shown again is not repeated. */
static void does_not_repeat_long_keys(void **state)
{
	char text[5000];
	memset(text, 'k', sizeof text);
	memcpy(text, "{\"title\":\"ab\",\"level\":\"4\",\"", 27);
	memcpy(text + 4900, "\":1}", 5);
	struct run r;
	decode(&r, text);
	assert_int_equal(r.fields.n, 1);
	assert_string_equal(r.fields.at[0].pointer, "");
	assert_string_equal(r.fields.at[0].code, "unknown_field");
	done(&r);
}

static void reports_a_full_arena(void **state)
{
	json_t *json;
	struct json_error_at err;
	char text[12000];
	memset(text, 'x', sizeof text);
	memcpy(text, "{\"level\":\"", 10);
	memcpy(text + sizeof text - 3, "\"}", 3);
	assert_int_equal(json_read(slice_of(text), 8, &json, &err), 0);
	struct arena *small = arena_new(8 * KIB);
	struct fields f;
	struct thing thing = {0};
	fields_init(&f, small);
	assert_int_equal(decode_object(json, &thing_table, &thing, small, &f), E_NOMEM);
	json_decref(json);
	arena_free(small);
}

static const char *hundredths(const char *text, int64_t *ret)
{
	json_t *json;
	struct json_error_at err;
	assert_int_equal(json_read(slice_of(text), 8, &json, &err), 0);
	const char *code = decode_hundredths(json, ret);
	json_decref(json);
	return code;
}

static void takes_every_score_exactly(void **state)
{
	for (int h = 0; h <= 10000; h++) {
		char text[24];
		int64_t v = -1;
		snprintf(text, sizeof text, "%d.%02d", h / 100, h % 100);
		assert_null(hundredths(text, &v));
		assert_int_equal(v, h);
		snprintf(text, sizeof text, "%d.%02d000", h / 100, h % 100);
		assert_null(hundredths(text, &v));
		assert_int_equal(v, h);
		snprintf(text, sizeof text, "%d.%02d00000001", h / 100, h % 100);
		assert_string_equal(hundredths(text, &v), "decimals");
		snprintf(text, sizeof text, "%d.%02d9999999", h / 100, h % 100);
		assert_string_equal(hundredths(text, &v), "decimals");
	}
}

static void refuses_what_is_no_score(void **state)
{
	int64_t v = -1;
	assert_string_equal(hundredths("59.999", &v), "decimals");
	assert_string_equal(hundredths("60.001", &v), "decimals");
	assert_string_equal(hundredths("1e300", &v), "out_of_range");
	assert_string_equal(hundredths("\"60\"", &v), "wrong_type");
	assert_string_equal(hundredths("true", &v), "wrong_type");
	assert_int_equal(v, -1);
	assert_null(hundredths("6e1", &v));
	assert_int_equal(v, 6000);
	assert_null(hundredths("-0", &v));
	assert_int_equal(v, 0);
	assert_null(hundredths("-0.5", &v));
	assert_int_equal(v, -50);
}

static void counts_characters(void **state)
{
	assert_int_equal(text_length(SLICE("")), 0);
	assert_int_equal(text_length(SLICE("ab·张𠮷")), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_the_struct),
		cmocka_unit_test(tells_everything_at_once),
		cmocka_unit_test(refuses_what_does_not_show),
		cmocka_unit_test(refuses_id_numbers_in_text),
		cmocka_unit_test(names_what_is_not_half_width),
		cmocka_unit_test(takes_what_was_pasted_to_look_up),
		cmocka_unit_test(refuses_wrong_shapes),
		cmocka_unit_test(does_not_repeat_long_keys),
		cmocka_unit_test(reports_a_full_arena),
		cmocka_unit_test(takes_every_score_exactly),
		cmocka_unit_test(refuses_what_is_no_score),
		cmocka_unit_test(counts_characters),
	};
	return cmocka_run_group_tests_name("text/decode", tests, NULL, NULL);
}
