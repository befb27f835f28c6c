/* tests/unit/test_encode.c - RFC 4648 section 10, base58 vectors of draft-msporny-base58 and
 * Bitcoin's own, verification codes as people type them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "crypt/encode.h"
#include "crypt/random.h"

static void expect(struct buf *b, const char *want)
{
	assert_false(buf_failed(b));
	assert_true(slice_is(buf_slice(b), want));
	buf_clear(b);
}

static const struct {
	const char *plain, *standard, *url;
} base64s[] = {
	{"", "", ""},
	{"f", "Zg==", "Zg"},
	{"fo", "Zm8=", "Zm8"},
	{"foo", "Zm9v", "Zm9v"},
	{"foob", "Zm9vYg==", "Zm9vYg"},
	{"fooba", "Zm9vYmE=", "Zm9vYmE"},
	{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
	{"\xff\xfe\xfb", "//77", "__77"},
	{"\xfb\xef\xbe", "++++", "----"},
};

static void test_base64(void **state)
{
	struct buf b = BUF_INIT(KIB);
	for (size_t i = 0; i < ARRAY_LEN(base64s); i++) {
		base64_add(&b, slice_of(base64s[i].plain));
		expect(&b, base64s[i].standard);
		base64url_add(&b, slice_of(base64s[i].plain));
		expect(&b, base64s[i].url);
		assert_int_equal(base64_decode(slice_of(base64s[i].standard), &b), 0);
		expect(&b, base64s[i].plain);
		assert_int_equal(base64url_decode(slice_of(base64s[i].url), &b), 0);
		expect(&b, base64s[i].plain);
	}
	buf_free(&b);
}

static void test_base64_refuses(void **state)
{
	static const char *const bad[] = {"Z", "Zg=", "Zg===", "Zm9=v", "Zh==", "Zm9v\n", "Zm_v",
	                                  "=", "====", "Zm9\x80"};
	static const char *const bad_url[] = {"Z", "Zg==", "Zh", "Zm9", "Zm+v", "Zm9 "};
	struct buf b = BUF_INIT(KIB);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(base64_decode(slice_of(bad[i]), &b), E_SYNTAX);
	for (size_t i = 0; i < ARRAY_LEN(bad_url); i++)
		assert_int_equal(base64url_decode(slice_of(bad_url[i]), &b), E_SYNTAX);
	assert_int_equal(b.n, 0);
	buf_free(&b);
	struct buf small = BUF_INIT(4);
	assert_int_equal(base64url_decode(SLICE("Zm9vYmFyZm9vYmFy"), &small), E_LIMIT);
	buf_free(&small);
}

static const struct {
	const char *hex, *text;
} base58s[] = {
	{"", ""},
	{"48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U"},
	{"54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f672e",
	 "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"},
	{"0000287fb4cd", "11233QC4"},
	{"61", "2g"},
	{"626262", "a3gV"},
	{"00000000000000000000", "1111111111"},
	{"516b6fcd0f", "ABnLTmg"},
	{"00eb15231dfceb60925886b67d065299925915aeb172c06647", "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"},
};

static void test_base58(void **state)
{
	struct buf b = BUF_INIT(KIB);
	for (size_t i = 0; i < ARRAY_LEN(base58s); i++) {
		uint8_t bytes[64], back[64];
		size_t n = strlen(base58s[i].hex) / 2, got;
		assert_true(hex_decode(slice_of(base58s[i].hex), bytes, n));
		base58_add(&b, slice_from(bytes, n));
		expect(&b, base58s[i].text);
		assert_int_equal(base58_decode(slice_of(base58s[i].text), back, sizeof back, &got), 0);
		assert_int_equal(got, n);
		assert_memory_equal(back, bytes, n);
	}
	buf_free(&b);
}

static void test_base58_round_trip(void **state)
{
	struct buf b = BUF_INIT(KIB);
	for (size_t i = 0; i < 2000; i++) {
		uint8_t bytes[BASE58_MAX] = {0}, back[BASE58_MAX];
		size_t n = random_below(BASE58_MAX + 1), zeros = random_below(4), got = 0;
		random_bytes(bytes, n);
		memset(bytes, 0, zeros < n ? zeros : n);
		base58_add(&b, slice_from(bytes, n));
		assert_int_equal(base58_decode(buf_slice(&b), back, n, &got), 0);
		assert_int_equal(got, n);
		assert_memory_equal(back, bytes, n);
		if (n)
			assert_int_equal(base58_decode(buf_slice(&b), back, n - 1, &got), E_LIMIT);
		buf_clear(&b);
	}
	size_t got;
	uint8_t out[8];
	assert_int_equal(base58_decode(SLICE("2g0"), out, sizeof out, &got), E_SYNTAX);
	assert_int_equal(base58_decode(SLICE("Il"), out, sizeof out, &got), E_SYNTAX);
	assert_int_equal(base58_decode(slice_from("2\0", 2), out, sizeof out, &got), E_SYNTAX);
	buf_free(&b);
}

static void test_hex(void **state)
{
	struct buf b = BUF_INIT(KIB);
	uint8_t out[3];
	hex_add(&b, slice_from("\x00\xab\xff", 3));
	expect(&b, "00abff");
	assert_true(hex_decode(SLICE("00aBFf"), out, 3));
	assert_memory_equal(out, "\x00\xab\xff", 3);
	assert_false(hex_decode(SLICE("00abf"), out, 3));
	assert_false(hex_decode(SLICE("00abfg"), out, 3));
	assert_false(hex_decode(SLICE("00abff00"), out, 3));
	buf_free(&b);
}

static void test_code_bounds(void **state)
{
	uint8_t zero[16] = {0}, ones[16], back[16];
	char text[CODE_TEXT];
	memset(ones, 0xff, sizeof ones);
	code_format(zero, text);
	assert_string_equal(text, "00000000000000000000000000");
	code_format(ones, text);
	assert_string_equal(text, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
	assert_true(code_parse(slice_of(text), back));
	assert_memory_equal(back, ones, 16);
	assert_false(code_parse(SLICE("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"), back));
}

static void test_code_round_trip(void **state)
{
	for (int i = 0; i < 1000; i++) {
		uint8_t code[16], back[16];
		char text[CODE_TEXT];
		random_bytes(code, sizeof code);
		code_format(code, text);
		assert_true(code_parse(slice_of(text), back));
		assert_memory_equal(code, back, 16);
	}
}

static void test_code_as_typed(void **state)
{
	static const char *const same[] = {
		"4R8ZN0V3KX5T7YHQ2MCB6JDW91",
		"4r8zn0v3kx5t7yhq2mcb6jdw91",
		"4R8Z-N0V3-KX5T-7YHQ-2MCB-6JDW-91",
		" 4R8Z N0V3 KX5T 7YHQ 2MCB 6JDW 91 ",
		"4R8ZNOV3KX5T7YHQ2MCB6JDW9I",
		"4R8ZNoV3KX5T7YHQ2MCB6JDW9l",
		"４Ｒ８ＺＮ０Ｖ３ＫＸ５Ｔ７ＹＨＱ２ＭＣＢ６ＪＤＷ９１",
		"４ｒ８ｚ－Ｎ０Ｖ３　KX5T7YHQ2MCB6JDW9Ｉ",
		("4R8Z–N0V3—KX5T7YHQ\xc2\xa0" "2MCB6JDW91"),
	};
	static const char *const other[] = {
		"", "4R8Z", "4R8ZN0V3KX5T7YHQ2MCB6JDW9", "4R8ZN0V3KX5T7YHQ2MCB6JDW911",
		"4R8ZN0V3KX5T7YHQ2MCB6JDW9U", "4R8ZN0V3KX5T7YHQ2MCB6JDW9*",
		"4R8ZN0V3KX5T7YHQ2MCB6JDW9张", "4R8ZN0V3KX5T7YHQ2MCB6JDW91\xef\xbc",
		"4R8ZN0V3KX5T7YHQ2MCB6JDW91\xf0\x9f\x98\x80",
	};
	uint8_t want[16], got[16];
	assert_true(code_parse(slice_of(same[0]), want));
	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		assert_true(code_parse(slice_of(same[i]), got));
		assert_memory_equal(got, want, 16);
	}
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		assert_false(code_parse(slice_of(other[i]), got));
	assert_false(code_parse(slice_from("4R8ZN0V3KX5T7YHQ2MCB6JDW9\0", 26), got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_base64_refuses),
		cmocka_unit_test(test_base58),
		cmocka_unit_test(test_base58_round_trip),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_code_bounds),
		cmocka_unit_test(test_code_round_trip),
		cmocka_unit_test(test_code_as_typed),
	};
	return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
