/* channel/channel.c - what a call is, whoever answers it. */
#include "channel/channel.h"

#include <stdlib.h>

#include "base/magic.h"
#include "base/outcome.h"
#include "channel/frame.h"

enum { CALL_MAGIC = 0x51ca11ed };

struct channel_call *channel_call_new(struct channel *c, size_t size, uint8_t type,
                                      channel_ended *ended, int *ret_failure)
{
	struct channel_call *call = NULL;
	*ret_failure = E_FULL;
	if (c->n_calls >= c->service->calls_max)
		return NULL;
	*ret_failure = E_NOMEM;
	if (!(call = calloc(1, size)))
		return NULL;
	*call = (struct channel_call){
		.magic = CALL_MAGIC,
		.channel = c,
		.ended = ended,
		.id = ++c->last_id,
		.type = type,
		.frame = BUF_INIT(c->service->request_max),
	};
	list_init(&call->node);
	frame_begin(&call->frame, c->service->version, type, call->id);
	c->n_calls++;
	return call;
}

void channel_call_free(struct channel_call *call)
{
	CHECK_MAGIC(call, CALL_MAGIC);
	list_remove(&call->node);
	loop_timer_stop(&call->deadline);
	buf_free(&call->frame);
	call->magic = 0;
	free(call);
}

static int begin(struct channel_call *call, struct duration limit)
{
	struct channel *c = call->channel;
	frame_end(&call->frame, 0, c->service->request_max);
	if (buf_failed(&call->frame))
		return E_LIMIT;
	if (c->n_bytes + call->frame.n > c->service->calls_bytes)
		return E_FULL;
	return c->ops->send(c, call, limit);
}

int channel_send(struct channel_call *call, struct duration limit, struct channel_call **ret)
{
	CHECK_MAGIC(call, CALL_MAGIC);
	int r = begin(call, limit);
	if (r) {
		call->channel->n_calls--;
		channel_call_free(call);
		return r;
	}
	call->channel->n_bytes += call->frame.n;
	if (ret)
		*ret = call;
	return 0;
}

static void leave(struct channel_call *call)
{
	list_remove(&call->node);
	call->channel->n_calls--;
	call->channel->n_bytes -= call->frame.n;
}

void channel_cancel(struct channel_call *call)
{
	CHECK_MAGIC(call, CALL_MAGIC);
	call->channel->ops->cancel(call->channel, call);
}

/* It has left the counts before anybody is told, who may begin new ones. */
bool channel_call_end(struct channel_call *call, int outcome, struct slice body)
{
	CHECK_MAGIC(call, CALL_MAGIC);
	struct list *before = call->node.prev;
	struct channel *c = call->channel;
	leave(call);
	if (!call->ended || call->ended(call, outcome, body)) {
		channel_call_free(call);
		return true;
	}
	list_append(before->next, &call->node); /* behind what was before it */
	c->n_calls++;
	c->n_bytes += call->frame.n;
	return false;
}

struct channel *channels_to(const struct channels *all, const struct channel_service *service)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->channel[i]->service == service)
			return all->channel[i];
	return NULL;
}
