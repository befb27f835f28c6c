/* press/frame.c - see frame.h. A frame is begun with its length left open, and closed. */
#include "press/frame.h"

#include "base/outcome.h"

static uint32_t u32_at(const char *at)
{
	const unsigned char *p = (const unsigned char *)at;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put(char *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(v >> (24 - 8 * i) & 255);
}

static void add_u32(struct buf *b, uint32_t v)
{
	char bytes[4];
	put(bytes, v);
	buf_add(b, slice_from(bytes, sizeof bytes));
}

static void add_u16(struct buf *b, size_t v)
{
	buf_addc(b, (char)(v >> 8 & 255));
	buf_addc(b, (char)(v & 255));
}

static size_t begin(struct buf *b, enum press_frame_type type, uint32_t id)
{
	size_t at = b->n;
	add_u32(b, 0);
	buf_addc(b, (char)type);
	add_u32(b, id);
	return at;
}

static void close_frame(struct buf *b, size_t at)
{
	if (!buf_failed(b))
		put(b->p + at, (uint32_t)(b->n - at - 4));
}

int press_frame_take(struct slice in, size_t max, struct press_frame *ret, size_t *ret_used)
{
	if (in.n < 4)
		return PRESS_FRAME_PARTIAL;
	size_t n = u32_at(in.p);
	if (n < PRESS_FRAME_HEAD - 4 || n > max - 4)
		return E_SYNTAX;
	if (in.n < n + 4)
		return PRESS_FRAME_PARTIAL;
	*ret = (struct press_frame){
		.type = (uint8_t)in.p[4],
		.id = u32_at(in.p + 5),
		.body = {in.p + PRESS_FRAME_HEAD, n + 4 - PRESS_FRAME_HEAD},
	};
	*ret_used = n + 4;
	return 0;
}

size_t press_frame_count(struct slice *body)
{
	const unsigned char *p = (const unsigned char *)body->p;
	size_t n = body->n < 2 ? 0 : (size_t)p[0] << 8 | p[1];
	if (n > PRESS_PAGES_MAX)
		return 0;
	*body = slice_skip(*body, 2);
	return n;
}

int press_frame_read_refused(struct slice body, int *ret_outcome, struct press_fault *ret)
{
	static const int outcomes[] = {
		[PRESS_MALFORMED] = E_SYNTAX, [PRESS_GLYPH] = E_REFUSED, [PRESS_TOO_LONG] = E_LIMIT,
		[PRESS_FULL] = E_FULL, [PRESS_FONTS] = E_ABSENT, [PRESS_INTERNAL] = E_NOMEM,
	};
	const unsigned char *p = (const unsigned char *)body.p;
	if (body.n < 7 || p[0] < PRESS_MALFORMED || p[0] > PRESS_INTERNAL)
		return E_SYNTAX;
	*ret_outcome = outcomes[p[0]];
	*ret = (struct press_fault){
		.page = (size_t)p[1] << 8 | p[2],
		.character = u32_at(body.p + 3),
		.field = press_field(slice_skip(body, 7)),
	};
	return 0;
}

void press_frame_write_print(struct buf *b, uint32_t id, const struct press_facts *facts, size_t n)
{
	size_t at = begin(b, PRESS_FRAME_PRINT, id);
	add_u16(b, n);
	for (size_t i = 0; i < n; i++)
		press_facts_write(b, &facts[i]);
	close_frame(b, at);
}

void press_frame_write_printed(struct buf *b, uint32_t id, struct slice file)
{
	size_t at = begin(b, PRESS_FRAME_PRINTED, id);
	buf_add(b, file);
	close_frame(b, at);
}

void press_frame_write_refused(struct buf *b, uint32_t id, enum press_reason reason,
                               const struct press_fault *fault)
{
	size_t at = begin(b, PRESS_FRAME_REFUSED, id);
	buf_addc(b, (char)reason);
	add_u16(b, fault ? fault->page : 0);
	add_u32(b, fault ? fault->character : 0);
	if (fault && fault->field)
		buf_adds(b, fault->field);
	close_frame(b, at);
}

enum press_reason press_reason_of(int outcome)
{
	switch (outcome) {
	case E_SYNTAX:
		return PRESS_MALFORMED;
	case E_REFUSED:
		return PRESS_GLYPH;
	case E_LIMIT:
		return PRESS_TOO_LONG;
	case E_FULL:
		return PRESS_FULL;
	case E_ABSENT:
		return PRESS_FONTS;
	default:
		return PRESS_INTERNAL;
	}
}
