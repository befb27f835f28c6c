/* base/uuid.c - text form of 128-bit identifiers. */
#include "base/uuid.h"

static bool dash_at(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

void uuid_format(struct uuid u, char out[static UUID_TEXT])
{
	static const char hex[] = "0123456789abcdef";
	size_t byte = 0;
	for (size_t i = 0; i < UUID_TEXT - 1;) {
		if (dash_at(i)) {
			out[i++] = '-';
			continue;
		}
		out[i++] = hex[u.b[byte] >> 4];
		out[i++] = hex[u.b[byte++] & 15];
	}
	out[UUID_TEXT - 1] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool uuid_parse(struct slice s, struct uuid *ret)
{
	struct uuid u;
	size_t byte = 0;
	if (s.n != UUID_TEXT - 1)
		return false;
	for (size_t i = 0; i < s.n;) {
		if (dash_at(i)) {
			if (s.p[i++] != '-')
				return false;
			continue;
		}
		int hi = hex_value(s.p[i]), lo = hex_value(s.p[i + 1]);
		if (hi < 0 || lo < 0)
			return false;
		u.b[byte++] = (uint8_t)(hi << 4 | lo);
		i += 2;
	}
	*ret = u;
	return true;
}
