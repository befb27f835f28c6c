/* crypt/multikey.c - 34 bytes that begin with 0xed 0x01 always take 47 base58 digits. */
#include "crypt/multikey.h"

#include <assert.h>

#include "crypt/encode.h"

enum { PREFIX = 2 };

void multikey_format(const uint8_t public[static ED25519_PUBLIC], char out[static MULTIKEY_TEXT])
{
	uint8_t bytes[PREFIX + ED25519_PUBLIC] = {0xed, 0x01};
	struct buf b = {.p = out + 1, .size = MULTIKEY_TEXT - 1, .max = MULTIKEY_TEXT - 1};
	memcpy(bytes + PREFIX, public, ED25519_PUBLIC);
	base58_add(&b, slice_from(bytes, sizeof bytes));
	assert(!buf_failed(&b) && b.n == MULTIKEY_TEXT - 2);
	out[0] = 'z';
	out[MULTIKEY_TEXT - 1] = '\0';
}

bool multikey_parse(struct slice text, uint8_t out[static ED25519_PUBLIC])
{
	uint8_t bytes[PREFIX + ED25519_PUBLIC];
	size_t n;
	if (text.n != MULTIKEY_TEXT - 1 || text.p[0] != 'z' ||
	    base58_decode(slice_skip(text, 1), bytes, sizeof bytes, &n) != 0 || n != sizeof bytes ||
	    bytes[0] != 0xed || bytes[1] != 0x01)
		return false;
	memcpy(out, bytes + PREFIX, ED25519_PUBLIC);
	return true;
}
