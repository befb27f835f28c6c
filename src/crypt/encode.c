/* crypt/encode.c - the encodings without a forgiving reader: base64, base58btc, hexadecimal.
 *
 * base58 works on 32-bit limbs and takes five digits per division, because a signature passes
 * through it for every certificate: digit by digit it would cost a tenth of signing. */
#include "crypt/encode.h"

#include <assert.h>

#include "base/outcome.h"

static const char std64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char alphabet58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

enum { FIVE_DIGITS = 58 * 58 * 58 * 58 * 58, LIMBS = BASE58_MAX / 4 };

static void encode64(struct buf *b, struct slice data, const char *alphabet, bool pad)
{
	const uint8_t *p = (const uint8_t *)data.p;
	char *start = buf_reserve(b, (data.n + 2) / 3 * 4), *out = start;
	if (!start)
		return;
	for (size_t i = 0; i < data.n; i += 3) {
		size_t left = data.n - i;
		uint32_t v = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
		             (left > 2 ? (uint32_t)p[i + 2] : 0);
		*out++ = alphabet[v >> 18];
		*out++ = alphabet[v >> 12 & 63];
		if (left > 1 || pad)
			*out++ = left > 1 ? alphabet[v >> 6 & 63] : '=';
		if (left > 2 || pad)
			*out++ = left > 2 ? alphabet[v & 63] : '=';
	}
	buf_commit(b, (size_t)(out - start));
}

void base64_add(struct buf *b, struct slice data)
{
	encode64(b, data, std64, true);
}

void base64url_add(struct buf *b, struct slice data)
{
	encode64(b, data, url64, false);
}

static int digit64(char ch, const char *alphabet)
{
	if (ch >= 'A' && ch <= 'Z')
		return ch - 'A';
	if (ch >= 'a' && ch <= 'z')
		return ch - 'a' + 26;
	if (ch >= '0' && ch <= '9')
		return ch - '0' + 52;
	return ch == alphabet[62]   ? 62
	       : ch == alphabet[63] ? 63
	                            : -1;
}

/* text without padding. Bits that belong to no byte must be zero: one text per value. */
static int decode64(struct slice text, const char *alphabet, struct buf *out)
{
	if (text.n % 4 == 1)
		return E_SYNTAX;
	char *start = buf_reserve(out, text.n / 4 * 3 + 2);
	if (!start)
		return E_LIMIT;
	uint32_t bits = 0, have = 0;
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		int d = digit64(text.p[i], alphabet);
		if (d < 0)
			return E_SYNTAX;
		bits = (bits << 6 | (uint32_t)d) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			start[n++] = (char)(bits >> have & 0xff);
		}
	}
	if (bits & ((1u << have) - 1))
		return E_SYNTAX;
	buf_commit(out, n);
	return 0;
}

int base64url_decode(struct slice text, struct buf *out)
{
	return decode64(text, url64, out);
}

int base64_decode(struct slice text, struct buf *out)
{
	if (text.n % 4 != 0)
		return E_SYNTAX;
	for (int i = 0; i < 2 && text.n && text.p[text.n - 1] == '='; i++)
		text.n--;
	return decode64(text, std64, out);
}

/* Divides the number by 58^5 in place and returns the remainder. */
static uint32_t divide(uint32_t *limb, size_t n)
{
	uint64_t rest = 0;
	for (size_t i = 0; i < n; i++) {
		rest = rest << 32 | limb[i];
		limb[i] = (uint32_t)(rest / FIVE_DIGITS);
		rest %= FIVE_DIGITS;
	}
	return (uint32_t)rest;
}

void base58_add(struct buf *b, struct slice data)
{
	uint32_t limb[LIMBS] = {0};
	char digits[BASE58_MAX * 2];
	size_t n = (data.n + 3) / 4, zeros = 0, used = 0, first = 0;
	assert(data.n <= BASE58_MAX);
	for (size_t i = 0; i < data.n; i++) {
		size_t at = n * 4 - data.n + i;
		limb[at / 4] |= (uint32_t)(uint8_t)data.p[i] << (24 - 8 * (at % 4));
	}
	while (zeros < data.n && data.p[zeros] == 0)
		zeros++;
	while (first < n && limb[first] == 0)
		first++;
	while (first < n) {
		uint32_t five = divide(limb + first, n - first);
		for (int i = 0; i < 5; i++, five /= 58)
			digits[used++] = alphabet58[five % 58];
		while (first < n && limb[first] == 0)
			first++;
	}
	while (used && digits[used - 1] == '1')
		used--;
	for (; zeros; zeros--)
		buf_addc(b, '1');
	while (used)
		buf_addc(b, digits[--used]);
}

/* number = number * 58 + digit; false when it grows out of size bytes. */
static bool shift58(uint8_t *number, size_t size, uint32_t carry)
{
	for (size_t i = size; i-- > 0;) {
		carry += (uint32_t)number[i] * 58;
		number[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return carry == 0;
}

int base58_decode(struct slice text, uint8_t *out, size_t size, size_t *ret_n)
{
	uint8_t number[BASE58_MAX] = {0};
	size_t zeros = 0, skip = 0;
	assert(size <= BASE58_MAX);
	while (zeros < text.n && text.p[zeros] == '1')
		zeros++;
	if (zeros > size)
		return E_LIMIT;
	for (size_t i = zeros; i < text.n; i++) {
		const char *at = text.p[i] ? strchr(alphabet58, text.p[i]) : NULL;
		if (!at)
			return E_SYNTAX;
		if (!shift58(number, size, (uint32_t)(at - alphabet58)))
			return E_LIMIT;
	}
	while (skip < size && number[skip] == 0)
		skip++;
	if (zeros + size - skip > size)
		return E_LIMIT;
	memset(out, 0, zeros);
	memcpy(out + zeros, number + skip, size - skip);
	*ret_n = zeros + size - skip;
	return 0;
}

void hex_format(struct slice data, char *out)
{
	static const char hex[] = "0123456789abcdef";
	for (size_t i = 0; i < data.n; i++) {
		*out++ = hex[(uint8_t)data.p[i] >> 4];
		*out++ = hex[(uint8_t)data.p[i] & 15];
	}
	*out = '\0';
}

void hex_add(struct buf *b, struct slice data)
{
	char *out = buf_reserve(b, data.n * 2 + 1);
	if (!out)
		return;
	hex_format(data, out);
	buf_commit(b, data.n * 2);
}

static int hex_digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	return ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1;
}

bool hex_decode(struct slice text, uint8_t *out, size_t n)
{
	if (text.n != n * 2)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (hex_digit(text.p[i]) < 0)
			return false;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(hex_digit(text.p[2 * i]) << 4 | hex_digit(text.p[2 * i + 1]));
	return true;
}
