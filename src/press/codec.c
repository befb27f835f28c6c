/* press/codec.c - see codec.h. */
#include "press/codec.h"

#include "base/outcome.h"
#include "channel/frame.h"
#include "channel/wire.h"

const struct channel_service press_service = {
	.name = "press",
	.version = '1',
	.request_max = PRESS_REQUEST_MAX,
	.answer_max = PRESS_FILE_MAX + FRAME_HEAD,
	.calls_max = 32,
	.calls_bytes = 32 * MIB,
	.peers_max = 300,
	.waiting_max = 32, /* as many as one client has in flight; server.h has less for all of them */
	.waiting_bytes = 32 * MIB,
	.unread_max = 2 * (PRESS_FILE_MAX + FRAME_HEAD),
};

size_t press_read_count(struct slice *body)
{
	struct wire_reader r = {.rest = *body};
	size_t n = wire_number(&r, 2);
	if (r.bad || n > PRESS_PAGES_MAX)
		return 0;
	*body = r.rest;
	return n;
}

int press_read_fault(struct slice body, struct press_fault *ret)
{
	struct wire_reader r = {.rest = body};
	*ret = (struct press_fault){0};
	if (body.n == 0)
		return 0;
	ret->page = wire_number(&r, 2);
	ret->character = wire_number(&r, 4);
	ret->field = r.bad ? NULL : press_field(r.rest);
	return r.bad ? E_SYNTAX : 0;
}

void press_write_print(struct buf *b, const struct press_facts *facts, size_t n)
{
	wire_put_number(b, n, 2);
	for (size_t i = 0; i < n; i++)
		press_facts_write(b, &facts[i]);
}

void press_write_fault(struct buf *b, const struct press_fault *fault)
{
	wire_put_number(b, fault->page, 2);
	wire_put_number(b, fault->character, 4);
	if (fault->field)
		buf_adds(b, fault->field);
}
