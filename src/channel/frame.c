/* channel/frame.c - see frame.h. A frame is begun with its length left open. */
#include "channel/frame.h"

#include "base/outcome.h"
#include "channel/wire.h"

int frame_take(struct slice in, uint8_t version, size_t max, struct frame *ret, size_t *ret_used)
{
	struct wire_reader r = {.rest = in};
	if (in.n < 4)
		return FRAME_PARTIAL;
	size_t length = wire_number(&r, 4);
	if (length < FRAME_HEAD - 4 || length > max - 4)
		return E_SYNTAX;
	if (r.rest.n && (uint8_t)r.rest.p[0] != version)
		return E_REFUSED;
	if (r.rest.n < length)
		return FRAME_PARTIAL;
	wire_take(&r, 1);
	ret->type = (uint8_t)wire_number(&r, 1);
	ret->id = wire_number(&r, 4);
	ret->body = slice_from(r.rest.p, length - (FRAME_HEAD - 4));
	*ret_used = 4 + length;
	return 0;
}

static void put_u32(char *to, size_t v)
{
	for (size_t i = 0; i < 4; i++)
		to[i] = (char)(v >> (24 - 8 * i));
}

size_t frame_begin(struct buf *b, uint8_t version, uint8_t type, uint32_t id)
{
	size_t at = b->n;
	char head[FRAME_HEAD] = {[4] = (char)version, [5] = (char)type};
	put_u32(head + 6, id);
	buf_add(b, slice_from(head, sizeof head));
	return at;
}

void frame_end(struct buf *b, size_t at, size_t max)
{
	if (buf_failed(b))
		return;
	if (b->n - at > max) {
		b->failed = true;
		return;
	}
	put_u32(b->p + at, b->n - at - 4);
}

int frame_failure(struct slice *body)
{
	int failure = body->n ? -(int)(uint8_t)body->p[0] : 0;
	if (failure >= 0 || failure < E_LAST)
		return 0;
	*body = slice_skip(*body, 1);
	return failure;
}
