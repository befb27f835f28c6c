/* tests/unit/test_aead.c - AES-256-GCM against the vectors of the GCM specification (McGrew and
 * Viega, test cases 13 to 16), refusal of everything altered, and key files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outcome.h"
#include "crypt/aead.h"
#include "crypt/encode.h"
#include "crypt/secret.h"

static const struct {
	const char *key, *nonce, *plain, *aad, *sealed;
} vectors[] = {
	{"0000000000000000000000000000000000000000000000000000000000000000",
	 "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
	{"0000000000000000000000000000000000000000000000000000000000000000",
	 "000000000000000000000000", "00000000000000000000000000000000", "",
	 "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
	{"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
	 "cafebabefacedbaddecaf888",
	 "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	 "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
	 "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	 "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	 "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
};

static struct slice unhex(const char *text, uint8_t *out)
{
	size_t n = strlen(text) / 2;
	assert_true(hex_decode(slice_of(text), out, n));
	return slice_from(out, n);
}

static void test_vectors(void **state)
{
	struct crypt *c = crypt_new();
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		uint8_t key[32], nonce[12], plain[64], aad[32], want[96], got[128], back[64];
		unhex(vectors[i].key, key);
		unhex(vectors[i].nonce, nonce);
		struct slice p = unhex(vectors[i].plain, plain), a = unhex(vectors[i].aad, aad);
		struct slice w = unhex(vectors[i].sealed, want);
		aes256gcm_seal_nonce(c, key, nonce, p, a, got);
		assert_memory_equal(got, nonce, AEAD_NONCE);
		assert_int_equal(w.n, p.n + AEAD_TAG);
		assert_memory_equal(got + AEAD_NONCE, want, w.n);
		assert_int_equal(aes256gcm_open(c, key, slice_from(got, p.n + AEAD_OVERHEAD), a, back), 0);
		assert_true(slice_eq(slice_from(back, p.n), p));
	}
	crypt_free(c);
}

static void test_altered_box_does_not_open(void **state)
{
	struct crypt *c = crypt_new();
	uint8_t key[32] = {7}, box[16 + AEAD_OVERHEAD], out[16], zero[16] = {0};
	struct slice whole = slice_from(box, sizeof box);
	aes256gcm_seal(c, key, SLICE("0123456789abcdef"), SLICE("person,id"), box);
	assert_int_equal(aes256gcm_open(c, key, whole, SLICE("person,id"), out), 0);
	assert_memory_equal(out, "0123456789abcdef", 16);
	for (size_t i = 0; i < sizeof box; i++) {
		box[i] ^= 0x20;
		assert_int_equal(aes256gcm_open(c, key, whole, SLICE("person,id"), out), E_REFUSED);
		assert_memory_equal(out, zero, 16);
		box[i] ^= 0x20;
	}
	assert_int_equal(aes256gcm_open(c, key, whole, SLICE("person,name"), out), E_REFUSED);
	key[0] ^= 1;
	assert_int_equal(aes256gcm_open(c, key, whole, SLICE("person,id"), out), E_REFUSED);
	assert_int_equal(aes256gcm_open(c, key, slice_from(box, AEAD_OVERHEAD - 1), SLICE(""), out),
	                 E_SYNTAX);
	crypt_free(c);
}

static void test_nonces_differ(void **state)
{
	struct crypt *c = crypt_new();
	uint8_t key[32] = {9}, a[AEAD_OVERHEAD], b[AEAD_OVERHEAD];
	aes256gcm_seal(c, key, SLICE(""), SLICE(""), a);
	aes256gcm_seal(c, key, SLICE(""), SLICE(""), b);
	assert_memory_not_equal(a, b, AEAD_NONCE);
	crypt_free(c);
}

static void test_key_file(void **state)
{
	char folder[] = "/tmp/talent-key-XXXXXX", path[64];
	uint8_t a[SECRET_KEY], b[SECRET_KEY];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/kek", folder);
	assert_int_equal(secret_key_read(path, a), E_ABSENT);
	assert_int_equal(secret_key_create(path), 0);
	assert_int_equal(secret_key_create(path), E_REFUSED);
	assert_int_equal(secret_key_read(path, a), 0);
	assert_int_equal(secret_key_read(path, b), 0);
	assert_memory_equal(a, b, SECRET_KEY);
	static const mode_t wide[] = {0640, 0604, 0610, 0602};
	for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
		assert_int_equal(chmod(path, wide[i]), 0);
		assert_int_equal(secret_key_read(path, b), E_REFUSED);
	}
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(truncate(path, SECRET_KEY - 1), 0);
	assert_int_equal(secret_key_read(path, b), E_SYNTAX);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_int_equal(secret_key_read(path, b), E_REFUSED);
	unlink(path);
	assert_int_equal(secret_key_read(folder, b), E_REFUSED);
	assert_int_equal(rmdir(folder), 0);
}

static void test_equal(void **state)
{
	assert_true(secret_equal(SLICE("abc"), SLICE("abc")));
	assert_true(secret_equal(SLICE(""), SLICE_NONE));
	assert_false(secret_equal(SLICE("abc"), SLICE("abd")));
	assert_false(secret_equal(SLICE("abc"), SLICE("ab")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_altered_box_does_not_open),
		cmocka_unit_test(test_nonces_differ),
		cmocka_unit_test(test_key_file),
		cmocka_unit_test(test_equal),
	};
	return cmocka_run_group_tests_name("aead", tests, NULL, NULL);
}
