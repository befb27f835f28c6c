/* crypt/random.c - getrandom(2) directly: right after fork without any state of ours. */
#include "crypt/random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *p, size_t n)
{
	for (uint8_t *at = p; n;) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort();
		at += got;
		n -= (size_t)got;
	}
}

/* Values above the largest multiple of bound would favour small results: drawn again. */
uint32_t random_below(uint32_t bound)
{
	uint32_t v, limit = UINT32_MAX - UINT32_MAX % bound;
	do {
		random_bytes(&v, sizeof v);
	} while (v >= limit);
	return v % bound;
}

static struct uuid mark(struct uuid u, unsigned version)
{
	u.b[6] = (uint8_t)((u.b[6] & 0x0f) | version << 4);
	u.b[8] = (uint8_t)((u.b[8] & 0x3f) | 0x80);
	return u;
}

struct uuid uuid_v4_of(const uint8_t random[static 16])
{
	struct uuid u;
	memcpy(u.b, random, sizeof u.b);
	return mark(u, 4);
}

struct uuid uuid_v7_of(struct instant now, const uint8_t random[static 16])
{
	struct uuid u;
	uint64_t ms = now.us > 0 ? (uint64_t)now.us / 1000 : 0;
	memcpy(u.b, random, sizeof u.b);
	for (size_t i = 0; i < 6; i++)
		u.b[i] = (uint8_t)(ms >> (40 - 8 * i));
	return mark(u, 7);
}

struct uuid uuid_v4(void)
{
	uint8_t random[16];
	random_bytes(random, sizeof random);
	return uuid_v4_of(random);
}

struct uuid uuid_v7(struct instant now)
{
	uint8_t random[16];
	random_bytes(random, sizeof random);
	return uuid_v7_of(now, random);
}
