/* db/record.c - bytes in the server's own form. */
#include "db/record.h"

#include <assert.h>

#include "crypt/encode.h"

/* bytea's hex format (PostgreSQL 15 documentation, section 8.4.1). */
void record_kbytes(struct jsonw *w, const char *key, struct slice bytes)
{
	char text[2 + 2 * RECORD_BYTES_MAX + 1] = "\\x";
	assert(bytes.n <= RECORD_BYTES_MAX);
	if (bytes.p)
		hex_format(bytes, text + 2);
	jsonw_kcstr(w, key, bytes.p ? text : NULL);
}
