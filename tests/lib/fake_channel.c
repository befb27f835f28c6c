/* tests/lib/fake_channel.c - see fake_channel.h. */
#include "fake_channel.h"

#include <assert.h>

#include "base/outcome.h"
#include "channel/frame.h"

static int fake_send(struct channel *c, struct channel_call *call, struct duration limit)
{
	struct fake_channel *f = CONTAINER_OF(c, struct fake_channel, base);
	if (f->refuse)
		return f->refuse;
	list_append(&f->calls, &call->node);
	f->asked++;
	return 0;
}

static void fake_cancel(struct channel *c, struct channel_call *call)
{
	call->ended = NULL;
	channel_call_end(call, E_CLOSED, SLICE_NONE);
}

static const struct channel_ops ops = {fake_send, fake_cancel};

void fake_channel_init(struct fake_channel *f, const struct channel_service *service)
{
	*f = (struct fake_channel){.base = {.service = service, .ops = &ops}};
	list_init(&f->calls);
}

struct channel_call *fake_channel_first(const struct fake_channel *f)
{
	struct list *first = list_first(&f->calls);
	return first ? CONTAINER_OF(first, struct channel_call, node) : NULL;
}

struct slice fake_channel_request(const struct channel_call *call)
{
	return slice_skip(buf_slice(&call->frame), FRAME_HEAD);
}

bool fake_channel_answer(struct fake_channel *f, int outcome, struct slice body)
{
	struct channel_call *call = fake_channel_first(f);
	if (!call)
		return false;
	bool sense = channel_call_end(call, outcome, body);
	assert(sense);
	return true;
}

void fake_channel_close(struct fake_channel *f)
{
	while (fake_channel_answer(f, E_CLOSED, SLICE_NONE))
		;
}
