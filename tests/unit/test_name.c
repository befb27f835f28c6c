/* test_name - names accepted and refused, masks; how they are compared is test_spellings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "text/name.h"

static int new_arena(void **state)
{
	*state = arena_new(4 * MIB);
	return *state ? 0 : -1;
}

static int free_arena(void **state)
{
	arena_free(*state);
	return 0;
}

struct pair {
	const char *in, *out;
};

static void accepts(void **state)
{
	const struct pair names[] = {
		{"张伟", "张伟"},
		{"  张伟　", "张伟"},
		{"阿依古丽·买买提", "阿依古丽·买买提"},
		{"O'Brien-Smith Jr.", "O'Brien-Smith Jr."},
		{"Jose\xCC\x81", "Jos\xC3\xA9"},           /* NFC */
		{"\xE2\x84\xAB", "\xC3\x85"},              /* U+212B angstrom sign is U+00C5 in NFC */
		{"\xEF\xA4\x80", "\xE8\xB1\x88"},          /* compatibility ideograph U+F900 → U+8C48 */
		{"𠮷野家", "𠮷野家"},                      /* plane 2 */
		{"\xF0\xB1\x8D\x90", "\xF0\xB1\x8D\x90"},  /* U+31350, extension H */
		{"\xF0\xB2\x8E\xB0", "\xF0\xB2\x8E\xB0"},  /* U+323B0, younger than the tables */
		{"\xF0\xAE\xAF\xB0", "\xF0\xAE\xAF\xB0"},  /* U+2EBF0, extension I */
		{"葛\xF3\xA0\x84\x80", "葛"},           /* with a variation selector */
		{"王〇", "王〇"},
		{"नेहा", "नेहा"},
		{"Ａ", "A"},
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct slice nfc;
		const char *code;
		assert_int_equal(name_check(slice_of(names[i].in), *state, &nfc, &code), 0);
		assert_true(slice_is(nfc, names[i].out));
	}
}

static void refuses(void **state)
{
	const struct pair names[] = {
		{"", "name_empty"},
		{"   ", "name_empty"},
		{"　", "name_empty"},
		{"Li  Na", "name_space"},
		{"张3", "name_character"},
		{"张\t伟", "name_character"},
		{"张\n", "name_character"},
		{"张_伟", "name_character"},
		{"张，伟", "name_character"},
		{"张•", "name_dot"},
		{"·", "name_character"},
		{"- -", "name_character"},
		{"\xCC\x81x", "name_character"},           /* a mark first */
		{"a \xCC\x81", "name_character"},          /* a mark after a space */
		{"\xEE\x80\x80", "name_character"},        /* private use */
		{"\xF3\xB0\x80\x80", "name_character"},    /* private use, plane 15 */
		{"\xF0\xAF\xBF\xBE", "name_character"},    /* U+2FFFE, no character */
		{"\xE2\x80\x8B张", "name_character"},      /* zero width space */
		{"\xE2\x80\xAE张", "name_character"},      /* right-to-left override */
		{"张\xC2\x85", "name_character"},          /* control */
		{"\xE3\x85\xA4", "name_character"},        /* Hangul filler: an invisible letter */
		{"\xCD\xB8", "name_character"},            /* U+0378, unassigned */
		{"😀", "name_character"},
		{"\xFF", "name_character"},
		{"\xED\xA0\x80", "name_character"},        /* a surrogate */
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct slice nfc = SLICE_NONE;
		const char *code = "";
		assert_int_equal(name_check(slice_of(names[i].in), *state, &nfc, &code),
				 E_REFUSED);
		assert_string_equal(code, names[i].out);
		assert_null(nfc.p);
	}
}

static void names_the_character(void **state)
{
	static const struct {
		const char *name;
		int32_t c;
		size_t place;
	} names[] = {
		{"张3", '3', 2}, {"张，伟", 0xFF0C, 2}, {"\xE2\x80\x8B张", 0x200B, 1}, {"张伟😀", 0x1F600, 3},
		{"张·伟", -1, 0}, {"\xCC\x81x", -1, 0}, {"·", -1, 0}, {"王○", 0x25CB, 2}, {"\xFF", 0xFFFD, 1},
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t place = 0;
		assert_int_equal(name_unfit(slice_of(names[i].name), &place), names[i].c);
		assert_int_equal(place, names[i].place);
	}
}

static void counts_code_points(void **state)
{
	char name[401];
	for (size_t i = 0; i < 100; i++)
		memcpy(name + 4 * i, "𠮷", 4);
	struct slice nfc;
	const char *code;
	assert_int_equal(name_check(slice_from(name, 400), *state, &nfc, &code), 0);
	assert_int_equal(nfc.n, 400);
	name[400] = 'x';
	assert_int_equal(name_check(slice_from(name, 401), *state, &nfc, &code), E_REFUSED);
	assert_string_equal(code, "name_too_long");
	static char huge[NAME_MAX_BYTES + 1];
	memset(huge, 'x', sizeof huge);
	assert_int_equal(name_check(slice_from(huge, sizeof huge), *state, &nfc, &code), E_REFUSED);
	assert_string_equal(code, "name_too_long");
}

/* Every CJK ideograph of every block is a letter. */
static void knows_all_ideographs(void **state)
{
	static const uint32_t ranges[][2] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
					     {0x20000, 0x2A6DF}, {0x2A700, 0x2EE5D},
					     {0x30000, 0x33479}};
	struct arena *arena = *state;
	for (size_t r = 0; r < ARRAY_LEN(ranges); r++) {
		for (uint32_t c = ranges[r][0]; c <= ranges[r][1]; c += 7) {
			char s[4];
			size_t n = c < 0x10000 ? 3 : 4;
			if (n == 3)
				s[0] = (char)(0xE0 | c >> 12);
			else {
				s[0] = (char)(0xF0 | c >> 18);
				s[1] = (char)(0x80 | (c >> 12 & 63));
			}
			s[n - 2] = (char)(0x80 | (c >> 6 & 63));
			s[n - 1] = (char)(0x80 | (c & 63));
			struct slice nfc;
			const char *code;
			assert_int_equal(name_check(slice_from(s, n), arena, &nfc, &code), 0);
			arena_reset(arena);
		}
	}
}

static void masks(void **state)
{
	const struct pair names[] = {
		{"张伟", "张**"}, {"张", "张**"}, {"阿依古丽·买买提", "阿**"},
		{"𠮷野", "𠮷**"}, {"e\xCC\x81mile", "e\xCC\x81**"}, {"", "**"}, {"\xFF", "**"},
		{"葛\xF3\xA0\x84\x80城", "葛\xF3\xA0\x84\x80**"},
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_string_equal(name_mask(slice_of(names[i].in), *state), names[i].out);
	assert_string_equal(name_mask(SLICE_NONE, *state), "**");
}

static void reports_a_full_arena(void **state)
{
	struct arena *none = arena_new(0);
	struct slice out;
	const char *code;
	assert_int_equal(name_check(SLICE("张伟"), none, &out, &code), E_NOMEM);
	assert_null(name_mask(SLICE("张伟"), none));
	arena_free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts),       cmocka_unit_test(refuses),
		cmocka_unit_test(names_the_character),
		cmocka_unit_test(counts_code_points), cmocka_unit_test(knows_all_ideographs),
		cmocka_unit_test(masks),         cmocka_unit_test(reports_a_full_arena),
	};
	return cmocka_run_group_tests_name("text/name", tests, new_arena, free_arena);
}
