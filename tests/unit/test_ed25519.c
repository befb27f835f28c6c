/* tests/unit/test_ed25519.c - signatures against RFC 8032 section 7.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypt/ed25519.h"
#include "crypt/encode.h"

struct vector {
	const char *seed, *public, *message, *signature;
};

static const struct vector vectors[] = {
	{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4"
	 "6bd25bf5f0595bbe24655141438e7a100b"},
	{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
	 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d"
	 "8c387b2eaeb4302aeeb00d291612bb0c00"},
	{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
	 "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
	 "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6"
	 "594a7c15e9716ed28dc027beceea1ec40a"},
};

static void test_vectors(void **state)
{
	struct crypt *c = crypt_new();
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		uint8_t seed[32], public[32], message[8], want[64], got[64];
		size_t n = strlen(vectors[i].message) / 2;
		assert_true(hex_decode(slice_of(vectors[i].seed), seed, 32));
		assert_true(hex_decode(slice_of(vectors[i].public), public, 32));
		assert_true(hex_decode(slice_of(vectors[i].message), message, n));
		assert_true(hex_decode(slice_of(vectors[i].signature), want, 64));
		struct ed25519_key *k = ed25519_key_new(seed);
		assert_non_null(k);
		assert_memory_equal(ed25519_key_public(k), public, 32);
		/* Twice: signing is deterministic and leaves the key ready for the next. */
		for (int round = 0; round < 2; round++) {
			memset(got, 0, sizeof got);
			assert_int_equal(ed25519_sign(k, slice_from(message, n), got), 0);
			assert_memory_equal(got, want, 64);
		}
		assert_true(ed25519_verify(c, public, slice_from(message, n), want));
		ed25519_key_free(k);
	}
	crypt_free(c);
}

static void test_altered(void **state)
{
	struct crypt *c = crypt_new();
	uint8_t seed[32], public[32], sig[64];
	char message[] = "two certificates through one examination";
	struct ed25519_key *k = ed25519_key_generate(seed);
	assert_int_equal(ed25519_sign(k, slice_of(message), sig), 0);
	memcpy(public, ed25519_key_public(k), 32);
	assert_true(ed25519_verify(c, public, slice_of(message), sig));
	for (size_t bit = 0; bit < 64 * 8; bit += 7) {
		sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(ed25519_verify(c, public, slice_of(message), sig));
		sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	message[0] ^= 1;
	assert_false(ed25519_verify(c, public, slice_of(message), sig));
	message[0] ^= 1;
	public[5] ^= 1;
	assert_false(ed25519_verify(c, public, slice_of(message), sig));
	ed25519_key_free(k);
	crypt_free(c);
}

static void test_generated_keys_differ_and_come_back(void **state)
{
	uint8_t a[32], b[32];
	struct ed25519_key *ka = ed25519_key_generate(a), *kb = ed25519_key_generate(b);
	assert_memory_not_equal(a, b, 32);
	struct ed25519_key *again = ed25519_key_new(a);
	assert_memory_equal(ed25519_key_public(ka), ed25519_key_public(again), 32);
	assert_memory_not_equal(ed25519_key_public(ka), ed25519_key_public(kb), 32);
	ed25519_key_free(ka);
	ed25519_key_free(kb);
	ed25519_key_free(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_altered),
		cmocka_unit_test(test_generated_keys_differ_and_come_back),
	};
	return cmocka_run_group_tests_name("ed25519", tests, NULL, NULL);
}
