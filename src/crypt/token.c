/* crypt/token.c - making and cheaply refusing tokens. */
#include "crypt/token.h"

#include <assert.h>

#include <zlib.h>

#include "crypt/random.h"

static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static bool is_base62(char ch)
{
	return ch && strchr(base62, ch) != NULL;
}

static void checksum(struct slice s, char out[static TOKEN_CHECKSUM])
{
	uint64_t v = crc32(0, (const unsigned char *)s.p, (unsigned)s.n);
	for (size_t i = TOKEN_CHECKSUM; i-- > 0; v /= 62)
		out[i] = base62[v % 62];
}

/* "tal_" role "_": returns its length, 0 when malformed. */
static size_t prefix_length(struct slice s)
{
	if (!slice_starts(s, SLICE("tal_")))
		return 0;
	size_t n = 4;
	while (n < s.n && s.p[n] >= 'a' && s.p[n] <= 'z')
		n++;
	return n > 4 && n <= 4 + TOKEN_ROLE_MAX && n < s.n && s.p[n] == '_' ? n + 1 : 0;
}

void token_make(struct slice role, char out[static TOKEN_TEXT])
{
	assert(role.n >= 1 && role.n <= TOKEN_ROLE_MAX);
	memcpy(out, "tal_", 4);
	memcpy(out + 4, role.p, role.n);
	size_t n = 4 + role.n;
	out[n++] = '_';
	assert(prefix_length(slice_from(out, n)) == n);
	for (size_t i = 0; i < TOKEN_RANDOM; i++)
		out[n++] = base62[random_below(62)];
	checksum(slice_from(out, n), out + n);
	out[n + TOKEN_CHECKSUM] = '\0';
}

bool token_check(struct slice text, struct slice *ret_role)
{
	size_t prefix = prefix_length(text);
	char sum[TOKEN_CHECKSUM];
	if (!prefix || text.n != prefix + TOKEN_RANDOM + TOKEN_CHECKSUM)
		return false;
	for (size_t i = prefix; i < text.n; i++)
		if (!is_base62(text.p[i]))
			return false;
	checksum(slice_from(text.p, text.n - TOKEN_CHECKSUM), sum);
	if (memcmp(sum, text.p + text.n - TOKEN_CHECKSUM, TOKEN_CHECKSUM) != 0)
		return false;
	if (ret_role)
		*ret_role = slice_from(text.p + 4, prefix - 5);
	return true;
}

void token_hash(struct crypt *c, struct slice text, uint8_t out[static SHA256_SIZE])
{
	sha256(c, text, out);
}
