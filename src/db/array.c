/* db/array.c - elements with commas between them. */
#include "db/array.h"

#include <inttypes.h>

void db_array_begin(struct buf *b)
{
	buf_addc(b, '{');
}

static void separate(struct buf *b)
{
	if (b->n && b->p[b->n - 1] != '{')
		buf_addc(b, ',');
}

void db_array_text(struct buf *b, struct slice text)
{
	separate(b);
	buf_addc(b, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_addc(b, '\\');
		buf_addc(b, text.p[i]);
	}
	buf_addc(b, '"');
}

void db_array_hundredths(struct buf *b, int64_t v)
{
	separate(b);
	buf_addf(b, "%" PRId64 ".%02d", v / 100, (int)(v % 100));
}

void db_array_uuid(struct buf *b, struct uuid v)
{
	char text[UUID_TEXT];
	uuid_format(v, text);
	separate(b);
	buf_adds(b, text);
}

void db_array_end(struct buf *b)
{
	buf_addc(b, '}');
}
