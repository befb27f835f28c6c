/* tests/unit/test_digest.c - SHA-256 (FIPS 180-4 examples) and HMAC (RFC 4231). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypt/digest.h"
#include "crypt/encode.h"

static void expect(const uint8_t got[static SHA256_SIZE], const char *want)
{
	char text[2 * SHA256_SIZE + 1];
	hex_format(slice_from(got, SHA256_SIZE), text);
	assert_string_equal(text, want);
}

static const struct {
	const char *data, *digest;
} digests[] = {
	{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void test_sha256(void **state)
{
	struct crypt *c = crypt_new();
	uint8_t out[SHA256_SIZE];
	for (size_t i = 0; i < ARRAY_LEN(digests); i++) {
		sha256(c, slice_of(digests[i].data), out);
		expect(out, digests[i].digest);
	}
	crypt_free(c);
}

static void test_pieces_equal_the_whole(void **state)
{
	struct crypt *c = crypt_new();
	struct sha256_state *s = sha256_new(c);
	uint8_t out[SHA256_SIZE];
	for (size_t i = 0; i < ARRAY_LEN(digests); i++) {
		struct slice all = slice_of(digests[i].data);
		for (size_t cut = 0; cut <= all.n; cut++) {
			struct slice parts[] = {slice_from(all.p, cut), slice_skip(all, cut)};
			sha256_parts(c, parts, 2, out);
			expect(out, digests[i].digest);
			sha256_update(s, parts[0]);
			sha256_update(s, parts[1]);
			sha256_final(s, out);
			expect(out, digests[i].digest);
		}
	}
	sha256_free(s);
	crypt_free(c);
}

/* RFC 4231 section 4: key, data, result, in hexadecimal. */
static const struct {
	const char *key, *data, *mac;
} macs[] = {
	{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
	 "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
	{"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
	 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
	{"0102030405060708090a0b0c0d0e0f10111213141516171819",
	 "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
	 "cdcdcdcdcdcdcdcd",
	 "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
};

static void test_hmac(void **state)
{
	struct crypt *c = crypt_new();
	uint8_t key[64], data[64], out[SHA256_SIZE];
	for (size_t i = 0; i < ARRAY_LEN(macs); i++) {
		size_t k = strlen(macs[i].key) / 2, n = strlen(macs[i].data) / 2;
		assert_true(hex_decode(slice_of(macs[i].key), key, k));
		assert_true(hex_decode(slice_of(macs[i].data), data, n));
		hmac_sha256(c, slice_from(key, k), slice_from(data, n), out);
		expect(out, macs[i].mac);
		struct slice parts[] = {slice_from(data, 3), slice_from(data + 3, n - 3)};
		hmac_sha256_parts(c, slice_from(key, k), parts, 2, out);
		expect(out, macs[i].mac);
	}
	crypt_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_pieces_equal_the_whole),
		cmocka_unit_test(test_hmac),
	};
	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
