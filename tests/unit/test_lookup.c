/* What hurried people paste, type and scan, and what of it is a number or a code. */
#include "domain/lookup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/outcome.h"

#define CODE "4R8ZN0V3KX5T7YHQ2MCB6JDW9E"
#define NUMBER "S000031000123264000001"
#define COMPANY "XINGBO-2026-00000001"

static int open_arena(void **state)
{
	*state = arena_new(1 << 20);
	return 0;
}

static int close_arena(void **state)
{
	arena_free(*state);
	return 0;
}

static struct lookup read(void **state, const char *typed)
{
	struct lookup found;
	assert_int_equal(lookup_read(slice_of(typed), *state, &found), 0);
	return found;
}

static void expect_code(void **state, const char *typed)
{
	char text[CODE_TEXT];
	struct lookup found = read(state, typed);
	if (found.kind != LOOKUP_CODE)
		fail_msg("no code: %s", typed);
	code_format(found.code, text);
	if (strcmp(text, CODE) != 0)
		fail_msg("%s in %s", text, typed);
}

static void expect_number(void **state, const char *typed, const char *number)
{
	struct lookup found = read(state, typed);
	if (found.kind != LOOKUP_NUMBER || !slice_is(found.number, number))
		fail_msg("%d %.*s in %s", found.kind, SLICE_ARGS(found.number), typed);
}

/* Behind a code in an address, as applications and pens leave it there. */
static const char *const tails[] = {
	"",   "。", "，", ".",  ",",   ")",  "\"", "'",  "》", "】",  "；", "、", "）", "”",  "’",  "！", "?",  "…",
	">",  "]",  "|",  "\\", "*",   "_",  "~",  "\n", "\r\n", "\t", " ",  "　", "\xef\xbb\xbf", "\xe2\x80\x8e",
	"\xe2\x81\xa0", "\xe2\x80\x8b", "\xc2\xa0", "%0A", "%E3%80%82", "/", "//", "?lang=en", "#x", "&from=wechat",
	"。。\xef\xbb\xbf\n", "点击查看", " 张伟", " 打开链接即可核验", "\xf0\x9f\x98\x80", "\xef\xbc", "\x01",
};

static void a_code_with_a_tail(void **state)
{
	static const char *const before[] = {
		"", " ", "查验码：", "code: ", "“", "https://talent.example/v/", "HTTPS://TALENT.EXAMPLE/V/",
		"https://localhost:8443//v/", "talent.example/v/", "证书查验 https://talent.example/v/", "\xef\xbb\xbf",
	};
	char typed[200];
	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		for (size_t k = 0; k < ARRAY_LEN(tails); k++) {
			snprintf(typed, sizeof typed, "%s%s%s", before[i], CODE, tails[k]);
			expect_code(state, typed);
		}
}

static void a_code_as_it_is_written(void **state)
{
	static const char *const same[] = {
		"4r8zn0v3kx5t7yhq2mcb6jdw9e", "4R8Z-N0V3-KX5T-7YHQ-2MCB-6JDW-9E", "4R8Z N0V3 KX5T 7YHQ 2MCB 6JDW 9E。",
		"4R8ZNoV3KX5T7YHQ2MCB6JDW9E,", "４Ｒ８ＺＮ０Ｖ３ＫＸ５Ｔ７ＹＨＱ２ＭＣＢ６ＪＤＷ９Ｅ",
		"ID 4R8Z N0V3 KX5T 7YHQ 2MCB 6JDW 9E", "4R8Z\xe2\x80\x8eN0V3KX5T7YHQ2MCB6JDW9E", CODE " Li Na",
		"4R8Z–N0V3—KX5T 7YHQ 2MCB 6JDW 9E 张伟",
	};
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		expect_code(state, same[i]);
}

static void a_number_with_what_stands_around_it(void **state)
{
	static const char *const before[] = {"", "证书编号：", "证书编号", "编号: ", "No. ", "NO ", "Certificate number: ", "（",
	                                     "https://talent.example/v1/certificates/", "\xe2\x80\x8e"};
	char typed[200];
	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		for (size_t k = 0; k < ARRAY_LEN(tails); k++) {
			snprintf(typed, sizeof typed, "%s%s%s", before[i], NUMBER, tails[k]);
			expect_number(state, typed, NUMBER);
			snprintf(typed, sizeof typed, "%s%s%s", before[i], COMPANY, tails[k]);
			expect_number(state, typed, COMPANY);
		}
}

static void a_number_as_it_is_written(void **state)
{
	static const char *const same[] = {"s0000 31000123 264000001", "Ｓ０００03１000123264000001",
	                                   "S0000-31-000123-26-4-000001。", "证书编号：S0000—31·000123—26—4·000001 姓名：张伟",
	                                   NUMBER " Li Na", "证书编号：\n" NUMBER "\n姓名：张伟\n"};
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		expect_number(state, same[i], NUMBER);
	expect_number(state, "xingbo－2026—00000001.", COMPANY);
	expect_number(state, "编号：xingbo202600000001。", COMPANY);
	expect_number(state, "XINGBO-2026-0000-0001", COMPANY);
	expect_number(state, "ⓢ000031000123264000001", NUMBER);
	expect_number(state, "No. SOOOO31OOO123264OOOOO1", NUMBER);
	struct lookup found = read(state, "编号：s0000 31000123\xe2\x80\x8e 264000001。");
	assert_true(slice_is(found.typed, "s0000 31000123\xe2\x80\x8e 264000001"));
	expect_number(state, "number " COMPANY, COMPANY);
	expect_number(state, COMPANY " Li Na", COMPANY);
	expect_number(state, " xing-bo – 2026 − 00000001 ", "XING-BO-2026-00000001");
	/* 26 letters and digits, and yet no code */
	expect_number(state, "1ABCDEFGHJKMNP-2026-00000001", "1ABCDEFGHJKMNP-2026-00000001");
}

static void a_piece_is_neither(void **state)
{
	static const char *const none[] = {
		"", " ", "。", "7", "张伟", "not a code", "no-such-code", "4R8ZN0V3KX5T7YHQ2MCB6JDW9", CODE "1", CODE "X。",
		"4R8Z N0V3 KX5T 7YHQ 2MCB 6JDW", "4R8ZN0V3KX5T7YHQ2MCB6JDW9U", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "S00003100012326400000",
		"S0000310001232640000012", "S000031000123269000001", "XINGBO-2026-0000001", "https://talent.example/v/",
		"https://talent.example/v/4R8ZN0V3KX5T", "urn:uuid:7d1c0a52-9d5e-4c3a-8b1f-2f6c1f0e9a11", "\xff",
		"310199198501180174", "91310115MA1TEXT144",
	};
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		if (read(state, none[i]).kind != LOOKUP_NEITHER)
			fail_msg("found something in %s", none[i]);
}

/* However a text is cut into groups, looking through it takes no more of the request's memory than what is
 * found, and nothing is found in it that is longer than a field may be. */
static void a_hostile_text_costs_little(void **state)
{
	static const char *const pieces[] = {"1 ", "1-", "11111111 ", "11111111-", "S1 ", "Z", " ", "-", "ﷺ", "1 11111111 "};
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		struct arena *a = arena_new(4096);
		struct buf b = BUF_INIT(LOOKUP_MAX_BYTES);
		struct lookup found;
		while (b.n + strlen(pieces[i]) <= LOOKUP_MAX_BYTES)
			buf_adds(&b, pieces[i]);
		assert_int_equal(lookup_read(buf_slice(&b), a, &found), 0);
		assert_false(arena_failed(a));
		buf_free(&b);
		arena_free(a);
	}
	char long_one[LOOKUP_MAX_BYTES + 2];
	memset(long_one, ' ', sizeof long_one);
	memcpy(long_one, NUMBER, sizeof NUMBER - 1);
	long_one[sizeof long_one - 1] = '\0';
	assert_int_equal(read(state, long_one).kind, LOOKUP_NEITHER);
}

static void a_full_arena_is_told(void **state)
{
	struct arena *none = arena_new(0);
	struct lookup found;
	assert_int_equal(lookup_read(SLICE("编号：" NUMBER), none, &found), E_NOMEM);
	arena_free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_with_a_tail),
		cmocka_unit_test(a_code_as_it_is_written),
		cmocka_unit_test(a_number_with_what_stands_around_it),
		cmocka_unit_test(a_number_as_it_is_written),
		cmocka_unit_test(a_piece_is_neither),
		cmocka_unit_test(a_hostile_text_costs_little),
		cmocka_unit_test(a_full_arena_is_told),
	};
	return cmocka_run_group_tests_name("domain/lookup", tests, open_arena, close_arena);
}
