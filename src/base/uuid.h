/* base/uuid.h - 128-bit identifiers in their text form (RFC 9562 section 4). */
#pragma once

#include "base/slice.h"

struct uuid {
	uint8_t b[16];
};

enum { UUID_TEXT = 37 };

/* Lower-case, 36 characters and NUL. */
void uuid_format(struct uuid u, char out[static UUID_TEXT]);

/* Exactly 36 characters, either case. */
bool uuid_parse(struct slice s, struct uuid *ret);

static inline bool uuid_eq(struct uuid a, struct uuid b)
{
	return memcmp(a.b, b.b, 16) == 0;
}

static inline bool uuid_is_nil(struct uuid a)
{
	return uuid_eq(a, (struct uuid){{0}});
}
