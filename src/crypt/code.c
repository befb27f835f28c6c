/* crypt/code.c - verification codes and references: Crockford's base32 and the forgiving way people's typing
 * of it is read. */
#include "crypt/encode.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void code_format(const uint8_t code[static CODE_BYTES], char out[static CODE_TEXT])
{
	uint32_t bits = 0, have = 2; /* two zero bits make 128 a multiple of five */
	size_t n = 0;
	for (size_t i = 0; i < CODE_BYTES; i++) {
		bits = (bits << 8 | code[i]) & 0xffff;
		for (have += 8; have >= 5; have -= 5)
			out[n++] = alphabet[bits >> (have - 5) & 31];
	}
	out[n] = '\0';
}

/* What a character of ASCII is: one more than its digit's value, DROPPED, or 0 for anything else. I, L and O
 * are read as the digits they look like. */
enum { DROPPED = 33 };

#define EITHER(upper, v) [upper] = (v) + 1, [(upper) | 0x20] = (v) + 1

static const uint8_t meaning[128] = {
	['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	EITHER('A', 10),
	EITHER('B', 11),
	EITHER('C', 12),
	EITHER('D', 13),
	EITHER('E', 14),
	EITHER('F', 15),
	EITHER('G', 16),
	EITHER('H', 17),
	EITHER('J', 18),
	EITHER('K', 19),
	EITHER('M', 20),
	EITHER('N', 21),
	EITHER('P', 22),
	EITHER('Q', 23),
	EITHER('R', 24),
	EITHER('S', 25),
	EITHER('T', 26),
	EITHER('V', 27),
	EITHER('W', 28),
	EITHER('X', 29),
	EITHER('Y', 30),
	EITHER('Z', 31),
	EITHER('I', 1),
	EITHER('L', 1),
	EITHER('O', 0),
	[' '] = DROPPED,
	['\t'] = DROPPED,
	['-'] = DROPPED,
};

/* The same of a longer character: spaces and dashes are dropped, full-width forms (U+FF01-FF5E) folded. Moves
 * *s on. */
static uint8_t take_folded(struct slice *s)
{
	const uint8_t *p = (const uint8_t *)s->p;
	if (s->n >= 2 && p[0] == 0xc2 && p[1] == 0xa0) { /* no-break space */
		*s = slice_skip(*s, 2);
		return DROPPED;
	}
	if (s->n < 3 || (p[0] & 0xf0) != 0xe0)
		return 0;
	unsigned cp = (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
	*s = slice_skip(*s, 3);
	if (cp == 0x3000 || cp == 0x2212 || (cp >= 0x2000 && cp <= 0x200b) ||
	    (cp >= 0x2010 && cp <= 0x2015) || cp == 0x202f || cp == 0xff0d)
		return DROPPED;
	return cp >= 0xff01 && cp <= 0xff5e ? meaning[cp - 0xff01 + '!'] : 0;
}

/* The values of the digits that were typed. False unless there are n of them and nothing else. */
static bool take_digits(struct slice typed, uint8_t out[], size_t n)
{
	size_t have = 0;
	while (typed.n) {
		uint8_t m;
		if ((uint8_t)*typed.p < 0x80) {
			m = meaning[(uint8_t)*typed.p];
			typed = slice_from(typed.p + 1, typed.n - 1);
		} else {
			m = take_folded(&typed);
		}
		if (m == DROPPED)
			continue;
		if (m == 0 || have == n)
			return false;
		out[have++] = m - 1;
	}
	return have == n;
}

/* Eight digits are five bytes. */
static void join_eight(const uint8_t digits[static 8], uint8_t out[static 5])
{
	uint64_t bits = 0;
	for (size_t i = 0; i < 8; i++)
		bits = bits << 5 | digits[i];
	for (size_t i = 0; i < 5; i++)
		out[i] = (uint8_t)(bits >> (32 - 8 * i));
}

bool code_parse(struct slice typed, uint8_t out[static CODE_BYTES])
{
	uint8_t digits[CODE_TEXT - 1];
	if (!take_digits(typed, digits, sizeof digits) || digits[0] > 7)
		return false;
	out[0] = (uint8_t)(digits[0] << 5 | digits[1]);
	for (size_t i = 0; i < 3; i++)
		join_eight(digits + 2 + 8 * i, out + 1 + 5 * i);
	return true;
}

/* ---- references ---- */

enum { REFERENCE_DIGITS = 16, REFERENCE_GROUP = 4, REFERENCE_MARK = 27 };

void reference_format(const uint8_t reference[static REFERENCE_BYTES], char out[static REFERENCE_TEXT])
{
	uint32_t bits = 0, have = 0;
	size_t digits = 0, n = 0;
	out[n++] = 'V';
	for (size_t i = 0; i < REFERENCE_BYTES; i++) {
		bits = (bits << 8 | reference[i]) & 0xffff;
		for (have += 8; have >= 5; have -= 5) {
			if (digits++ % REFERENCE_GROUP == 0)
				out[n++] = '-';
			out[n++] = alphabet[bits >> (have - 5) & 31];
		}
	}
	out[n] = '\0';
}

bool reference_parse(struct slice typed, uint8_t out[static REFERENCE_BYTES])
{
	uint8_t all[1 + REFERENCE_DIGITS]; /* the V is a digit, too */
	if (!take_digits(typed, all, sizeof all) || all[0] != REFERENCE_MARK)
		return false;
	join_eight(all + 1, out);
	join_eight(all + 9, out + 5);
	return true;
}
