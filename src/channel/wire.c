/* channel/wire.c - see wire.h. */
#include "channel/wire.h"

#include "base/outcome.h"

const uint8_t *wire_take(struct wire_reader *r, size_t n)
{
	const uint8_t *p = (const uint8_t *)r->rest.p;
	if (r->bad || n > r->rest.n) {
		r->bad = true;
		return NULL;
	}
	r->rest = slice_skip(r->rest, n);
	return p;
}

uint32_t wire_number(struct wire_reader *r, size_t bytes)
{
	const uint8_t *p = wire_take(r, bytes);
	uint32_t v = 0;
	for (size_t i = 0; p && i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

struct slice wire_text(struct wire_reader *r, size_t length_bytes, size_t min, size_t max)
{
	size_t n = wire_number(r, length_bytes);
	if (n < min || n > max)
		r->bad = true;
	const uint8_t *p = wire_take(r, n);
	return p ? slice_from(p, n) : SLICE_NONE;
}

int wire_end(const struct wire_reader *r)
{
	return r->bad || r->rest.n ? E_SYNTAX : 0;
}

void wire_put_number(struct buf *b, size_t v, size_t bytes)
{
	char *to = buf_reserve(b, bytes);
	if (!to)
		return;
	for (size_t i = 0; i < bytes; i++)
		to[i] = (char)(v >> (8 * (bytes - 1 - i)));
	buf_commit(b, bytes);
}

void wire_put_text(struct buf *b, struct slice s, size_t length_bytes)
{
	wire_put_number(b, s.n, length_bytes);
	buf_add(b, s);
}
