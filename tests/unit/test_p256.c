/* tests/unit/test_p256.c - ES256 against published vectors: RFC 6979 A.2.5, RFC 7515 A.3, and the
 * key pair of Data Integrity ECDSA Cryptosuites 1.0, appendix B. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "crypt/encode.h"
#include "crypt/p256.h"

static struct crypt *crypt;

static int setup(void **state)
{
	crypt = crypt_new();
	return crypt ? 0 : -1;
}

static int teardown(void **state)
{
	crypt_free(crypt);
	return 0;
}

static void from_hex(const char *text, uint8_t *out, size_t n)
{
	assert_true(hex_decode(slice_of(text), out, n));
}

static void from_base64url(const char *text, uint8_t *out, size_t n)
{
	struct buf b = BUF_INIT(KIB);
	assert_int_equal(base64url_decode(slice_of(text), &b), 0);
	assert_int_equal(b.n, n);
	memcpy(out, b.p, n);
	buf_free(&b);
}

/* RFC 6979 A.2.5: key pair and two signatures. */
static void test_rfc_6979(void **state)
{
	static const struct {
		const char *message, *signature;
	} cases[] = {
		{"sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
			   "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
		{"test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
			 "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
	};
	uint8_t scalar[P256_SCALAR], public[P256_PUBLIC], signature[P256_SIGNATURE];
	from_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", scalar,
	         sizeof scalar);
	from_hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
	         "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
	         public, sizeof public);
	struct p256_key *k = p256_key_new(scalar);
	assert_non_null(k);
	assert_memory_equal(p256_key_public(k), public, sizeof public);
	p256_key_free(k);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice message = slice_of(cases[i].message);
		from_hex(cases[i].signature, signature, sizeof signature);
		assert_true(p256_verify(crypt, public, message, signature));
		assert_int_equal(p256_is_low(signature), i == 1);
		for (size_t at = 0; at < sizeof signature; at++) {
			signature[at] ^= 0x10;
			assert_false(p256_verify(crypt, public, message, signature));
			signature[at] ^= 0x10;
		}
		assert_false(p256_verify(crypt, public, SLICE("other"), signature));
	}
}

/* RFC 7515 A.3: a JWS. */
static void test_rfc_7515(void **state)
{
	static const char input[] =
		"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9"
		"leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
	uint8_t scalar[P256_SCALAR], public[P256_PUBLIC], signature[P256_SIGNATURE];
	from_base64url("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI", scalar, sizeof scalar);
	from_base64url("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", public, 32);
	from_base64url("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", public + 32, 32);
	from_base64url("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP"
	               "3-Kg6NU1Q", signature, sizeof signature);
	struct p256_key *k = p256_key_new(scalar);
	assert_non_null(k);
	assert_memory_equal(p256_key_public(k), public, sizeof public);
	assert_true(p256_verify(crypt, public, slice_of(input), signature));
	p256_key_free(k);
}

static void test_sign(void **state)
{
	uint8_t scalar[P256_SCALAR], again[P256_PUBLIC], signature[P256_SIGNATURE];
	char id[P256_MULTIKEY_TEXT];
	for (int i = 0; i < 64; i++) {
		struct p256_key *k = p256_key_generate(scalar);
		assert_non_null(k);
		assert_int_equal(p256_sign(k, SLICE("message"), signature), 0);
		assert_true(p256_is_low(signature));
		assert_true(p256_verify(crypt, p256_key_public(k), SLICE("message"), signature));
		p256_multikey_format(p256_key_public(k), id);
		assert_memory_equal(id, "zDn", 3);
		assert_true(p256_multikey_parse(slice_of(id), again));
		assert_memory_equal(again, p256_key_public(k), sizeof again);
		p256_key_free(k);
	}
}

/* The secret Multikey (0x86 0x26) and the public one of the standard's examples belong together. */
static void test_multikey(void **state)
{
	static const char public_text[] = "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP";
	uint8_t secret[2 + P256_SCALAR], public[P256_PUBLIC];
	char text[P256_MULTIKEY_TEXT];
	size_t n;
	assert_int_equal(base58_decode(SLICE("42twTcNeSYcnqg1FLuSFs2bsGH3ZqbRHFmvS9XMsYhjxvHN"), secret,
	                               sizeof secret, &n), 0);
	assert_int_equal(n, sizeof secret);
	assert_memory_equal(secret, "\x86\x26", 2);
	struct p256_key *k = p256_key_new(secret + 2);
	assert_non_null(k);
	p256_multikey_format(p256_key_public(k), text);
	assert_string_equal(text, public_text);
	assert_true(p256_multikey_parse(slice_of(public_text), public));
	assert_memory_equal(public, p256_key_public(k), sizeof public);
	p256_key_free(k);
	assert_false(p256_multikey_parse(slice_from(public_text, 48), public));
	assert_false(p256_multikey_parse(SLICE("z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"), public));
	/* An x that no point of the curve has. */
	uint8_t none[35] = {0x80, 0x24, 0x02};
	struct buf b = BUF_INIT(64);
	memset(none + 3, 0xff, 32);
	buf_addc(&b, 'z');
	base58_add(&b, slice_from(none, sizeof none));
	assert_false(p256_multikey_parse(buf_slice(&b), public));
	buf_free(&b);
}

static void test_scalars(void **state)
{
	uint8_t scalar[P256_SCALAR] = {0}, order[P256_SCALAR], public[P256_PUBLIC] = {1};
	uint8_t signature[P256_SIGNATURE] = {0};
	from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", order,
	         sizeof order);
	assert_null(p256_key_new(scalar));
	assert_null(p256_key_new(order));
	order[31]--;
	struct p256_key *k = p256_key_new(order);
	assert_non_null(k);
	assert_false(p256_verify(crypt, p256_key_public(k), SLICE("m"), signature));
	assert_false(p256_verify(crypt, public, SLICE("m"), signature)); /* no point of the curve */
	p256_key_free(k);
	p256_key_free(NULL);
}

/* The key of RFC 7515 A.3; the thumbprint was computed by two other programs (Python's hashlib
 * over the text of RFC 7638 section 3.2, and npm jose). */
static void test_thumbprint(void **state)
{
	uint8_t public[P256_PUBLIC];
	char text[P256_THUMBPRINT_TEXT];
	from_base64url("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", public, 32);
	from_base64url("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", public + 32, 32);
	p256_thumbprint(crypt, public, text);
	assert_string_equal(text, "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc_6979),
		cmocka_unit_test(test_rfc_7515),
		cmocka_unit_test(test_sign),
		cmocka_unit_test(test_multikey),
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_thumbprint),
	};
	return cmocka_run_group_tests_name("p256", tests, setup, teardown);
}
