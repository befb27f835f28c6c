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

void db_array_int(struct buf *b, int64_t v)
{
	separate(b);
	buf_addf(b, "%" PRId64, v);
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
