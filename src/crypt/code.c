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

/* The next character as ASCII with full-width forms (U+FF01-FF5E) folded; 0 for what is dropped
 * (spaces, hyphens, dashes); -1 for anything else. Moves *s on. */
static int next_typed(struct slice *s)
{
	const uint8_t *p = (const uint8_t *)s->p;
	if (p[0] < 0x80) {
		*s = slice_from(s->p + 1, s->n - 1);
		return p[0] == ' ' || p[0] == '\t' || p[0] == '-' ? 0 : p[0];
	}
	if (s->n >= 2 && p[0] == 0xc2 && p[1] == 0xa0) { /* no-break space */
		*s = slice_skip(*s, 2);
		return 0;
	}
	if (s->n < 3 || (p[0] & 0xf0) != 0xe0)
		return -1;
	unsigned cp = (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
	*s = slice_skip(*s, 3);
	if (cp == 0x3000 || cp == 0x2212 || (cp >= 0x2000 && cp <= 0x200b) ||
	    (cp >= 0x2010 && cp <= 0x2015) || cp == 0x202f || cp == 0xff0d)
		return 0;
	return cp >= 0xff01 && cp <= 0xff5e ? (int)(cp - 0xff01 + '!') : -1;
}

#define EITHER(upper, v) [upper] = (v) + 1, [(upper) | 0x20] = (v) + 1

static int digit32(int ch)
{
	/* One more than the value; I, L and O are read as the digits they look like. */
	static const unsigned char values[128] = {
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
	};
	return ch > 0 && ch < 128 ? values[ch] - 1 : -1;
}

bool code_parse(struct slice typed, uint8_t out[static CODE_BYTES])
{
	uint8_t code[CODE_BYTES];
	uint32_t bits = 0, have = 0;
	size_t digits = 0, n = 0;
	while (typed.n) {
		int ch = next_typed(&typed), d;
		if (ch == 0)
			continue;
		d = digit32(ch);
		if (d < 0 || (digits == 0 && d > 7) || ++digits > CODE_TEXT - 1)
			return false;
		bits = (bits << 5 | (uint32_t)d) & 0xffff;
		have += digits == 1 ? 3 : 5;
		if (have >= 8) {
			have -= 8;
			code[n++] = (uint8_t)(bits >> have);
		}
	}
	if (digits != CODE_TEXT - 1)
		return false;
	memcpy(out, code, sizeof code);
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

/* The values of the digits that were typed, with the V before them; 0: not a reference. */
static size_t digits_of(struct slice typed, uint8_t out[static REFERENCE_DIGITS + 1])
{
	size_t n = 0;
	while (typed.n) {
		int ch = next_typed(&typed);
		int d = ch == 0 ? 0 : digit32(ch);
		if (d < 0 || (ch != 0 && n > REFERENCE_DIGITS))
			return 0;
		if (ch != 0)
			out[n++] = (uint8_t)d;
	}
	return n;
}

bool reference_parse(struct slice typed, uint8_t out[static REFERENCE_BYTES])
{
	uint8_t all[REFERENCE_DIGITS + 1];
	size_t at = 1;
	uint32_t bits = 0, have = 0;
	if (digits_of(typed, all) != ARRAY_LEN(all) || all[0] != REFERENCE_MARK)
		return false;
	for (size_t i = 0; i < REFERENCE_BYTES; have -= 8) {
		for (; have < 8; have += 5)
			bits = (bits << 5 | all[at++]) & 0xffff;
		out[i++] = (uint8_t)(bits >> (have - 8));
	}
	return true;
}
