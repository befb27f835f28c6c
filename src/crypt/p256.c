/* crypt/p256.c - keys from scalars, and signatures between OpenSSL's DER and the plain r, s. */
#include "crypt/p256.h"

#include <assert.h>
#include <stdlib.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "crypt/crypt_impl.h"
#include "crypt/digest.h"
#include "crypt/encode.h"
#include "crypt/random.h"

enum { HALF = 32, POINT = 1 + P256_PUBLIC, COMPRESSED = 1 + HALF, DER_MAX = 72 };

/* The order of the curve, and half of it rounded down (SEC 2, section 2.4.2). */
static const uint8_t order[HALF] = {
	0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
};
static const uint8_t half_order[HALF] = {
	0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
};

struct p256_key {
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx;
	uint8_t public[P256_PUBLIC];
};

/* A key object of a point and, unless NULL, its scalar. NULL when the point is not on the curve. */
static EVP_PKEY *pkey_of(const uint8_t point[static POINT], const BIGNUM *scalar)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *pkey = NULL;
	int kind = scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
	bool ok = build && ctx &&
	          OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
	          OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, POINT) &&
	          (!scalar || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar));
	if (ok)
		params = OSSL_PARAM_BLD_to_param(build);
	if (params && (EVP_PKEY_fromdata_init(ctx) != 1 ||
	               EVP_PKEY_fromdata(ctx, &pkey, kind, params) != 1))
		pkey = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static bool multiply_base(const BIGNUM *scalar, uint8_t out[static POINT])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = group ? EC_POINT_new(group) : NULL;
	bool ok = point && EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) == 1 &&
	          EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out, POINT,
	                             NULL) == POINT;
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return ok;
}

static bool scalar_ok(const uint8_t scalar[static P256_SCALAR])
{
	static const uint8_t zero[P256_SCALAR];
	return memcmp(scalar, zero, P256_SCALAR) != 0 && memcmp(scalar, order, P256_SCALAR) < 0;
}

struct p256_key *p256_key_new(const uint8_t scalar[static P256_SCALAR])
{
	uint8_t point[POINT];
	if (!scalar_ok(scalar))
		return NULL;
	struct p256_key *k = calloc(1, sizeof *k);
	BIGNUM *n = BN_secure_new();
	if (k && n && BN_bin2bn(scalar, P256_SCALAR, n) && multiply_base(n, point)) {
		memcpy(k->public, point + 1, P256_PUBLIC);
		BN_set_flags(n, BN_FLG_CONSTTIME);
		k->pkey = pkey_of(point, n);
		k->ctx = EVP_MD_CTX_new();
	}
	BN_clear_free(n);
	if (!k || !k->pkey || !k->ctx ||
	    EVP_DigestSignInit_ex(k->ctx, NULL, "SHA256", NULL, NULL, k->pkey, NULL) != 1) {
		p256_key_free(k);
		return NULL;
	}
	return k;
}

struct p256_key *p256_key_generate(uint8_t ret_scalar[static P256_SCALAR])
{
	do
		random_bytes(ret_scalar, P256_SCALAR);
	while (!scalar_ok(ret_scalar));
	return p256_key_new(ret_scalar);
}

void p256_key_free(struct p256_key *k)
{
	if (!k)
		return;
	EVP_MD_CTX_free(k->ctx);
	EVP_PKEY_free(k->pkey);
	free(k);
}

const uint8_t *p256_key_public(const struct p256_key *k)
{
	return k->public;
}

/* out = order - s, both big-endian. */
static void negate(const uint8_t s[static HALF], uint8_t out[static HALF])
{
	int borrow = 0;
	for (size_t i = HALF; i-- > 0;) {
		int d = order[i] - s[i] - borrow;
		borrow = d < 0;
		out[i] = (uint8_t)(d & 0xff);
	}
}

/* From DER to r, s with the smaller s. */
static bool plain_of(const uint8_t *der, size_t n, uint8_t out[static P256_SIGNATURE])
{
	uint8_t low[HALF];
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)n);
	bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, HALF) == HALF &&
	          BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + HALF, HALF) == HALF;
	ECDSA_SIG_free(sig);
	if (ok && !p256_is_low(out)) {
		negate(out + HALF, low);
		memcpy(out + HALF, low, HALF);
	}
	return ok;
}

int p256_sign(struct p256_key *k, struct slice message, uint8_t out[static P256_SIGNATURE])
{
	uint8_t der[DER_MAX];
	size_t n = sizeof der;
	if (EVP_DigestSignInit_ex(k->ctx, NULL, NULL, NULL, NULL, NULL, NULL) != 1 ||
	    EVP_DigestSign(k->ctx, der, &n, (const unsigned char *)message.p, message.n) != 1 ||
	    !plain_of(der, n, out))
		return E_NOMEM;
	return 0;
}

/* From r, s to DER in out; 0 when memory is out. */
static size_t der_of(const uint8_t signature[static P256_SIGNATURE], uint8_t out[static DER_MAX])
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, HALF, NULL), *s = BN_bin2bn(signature + HALF, HALF, NULL);
	int n = 0;
	if (sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
		r = s = NULL; /* sig owns them now */
		n = i2d_ECDSA_SIG(sig, &out);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(sig);
	return n > 0 ? (size_t)n : 0;
}

bool p256_verify(struct crypt *c, const uint8_t public[static P256_PUBLIC], struct slice message,
                 const uint8_t signature[static P256_SIGNATURE])
{
	uint8_t point[POINT] = {POINT_CONVERSION_UNCOMPRESSED}, der[DER_MAX];
	size_t n = der_of(signature, der);
	memcpy(point + 1, public, P256_PUBLIC);
	EVP_PKEY *pkey = n ? pkey_of(point, NULL) : NULL;
	bool ok = pkey &&
	          EVP_DigestVerifyInit_ex(c->sign, NULL, "SHA256", NULL, NULL, pkey, NULL) == 1 &&
	          EVP_DigestVerify(c->sign, der, n, (const unsigned char *)message.p,
	                           message.n) == 1;
	EVP_MD_CTX_reset(c->sign);
	EVP_PKEY_free(pkey);
	return ok;
}

bool p256_is_low(const uint8_t signature[static P256_SIGNATURE])
{
	return memcmp(signature + HALF, half_order, HALF) <= 0;
}

void p256_multikey_format(const uint8_t public[static P256_PUBLIC],
                          char out[static P256_MULTIKEY_TEXT])
{
	uint8_t bytes[2 + COMPRESSED] = {0x80, 0x24};
	struct buf b = {.p = out + 1, .size = P256_MULTIKEY_TEXT - 1, .max = P256_MULTIKEY_TEXT - 1};
	bytes[2] = public[P256_PUBLIC - 1] & 1 ? 3 : 2; /* SEC 1, section 2.3.3: y is odd or even */
	memcpy(bytes + 3, public, HALF);
	base58_add(&b, slice_from(bytes, sizeof bytes));
	assert(!buf_failed(&b) && b.n == P256_MULTIKEY_TEXT - 2);
	out[0] = 'z';
	out[P256_MULTIKEY_TEXT - 1] = '\0';
}

static bool decompress(const uint8_t in[static COMPRESSED], uint8_t out[static P256_PUBLIC])
{
	uint8_t full[POINT];
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = group ? EC_POINT_new(group) : NULL;
	bool ok = point && EC_POINT_oct2point(group, point, in, COMPRESSED, NULL) == 1 &&
	          EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, full, POINT,
	                             NULL) == POINT;
	EC_POINT_free(point);
	EC_GROUP_free(group);
	if (ok)
		memcpy(out, full + 1, P256_PUBLIC);
	return ok;
}

bool p256_multikey_parse(struct slice text, uint8_t out[static P256_PUBLIC])
{
	uint8_t bytes[2 + COMPRESSED];
	size_t n;
	return text.n == P256_MULTIKEY_TEXT - 1 && text.p[0] == 'z' &&
	       base58_decode(slice_skip(text, 1), bytes, sizeof bytes, &n) == 0 &&
	       n == sizeof bytes && bytes[0] == 0x80 && bytes[1] == 0x24 &&
	       decompress(bytes + 2, out);
}

void p256_thumbprint(struct crypt *c, const uint8_t public[static P256_PUBLIC],
                     char out[static P256_THUMBPRINT_TEXT])
{
	char json[160];
	uint8_t hash[SHA256_SIZE];
	struct buf b = {.p = json, .size = sizeof json, .max = sizeof json};
	struct buf text = {.p = out, .size = P256_THUMBPRINT_TEXT, .max = P256_THUMBPRINT_TEXT};
	buf_adds(&b, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"");
	base64url_add(&b, slice_from(public, HALF));
	buf_adds(&b, "\",\"y\":\"");
	base64url_add(&b, slice_from(public + HALF, HALF));
	buf_adds(&b, "\"}");
	assert(!buf_failed(&b));
	sha256(c, buf_slice(&b), hash);
	base64url_add(&text, slice_from(hash, sizeof hash));
	assert(!buf_failed(&text) && text.n == P256_THUMBPRINT_TEXT - 1);
	out[text.n] = '\0';
}
