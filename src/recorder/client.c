/* recorder/client.c - after an answer that the journal could not be written an empty request asks
 * again, until it can. */
#include "recorder/client.h"

#include <stdlib.h>

#include "base/outcome.h"

enum { ASK_AGAIN_MS = 500 };

struct recorder {
	struct channel *channel;
	struct loop_timer ask_again;
	bool well;
};

struct recorder_call {
	struct channel_call base; /* first */
	struct recorder *recorder;
	recorder_done *done; /* NULL: we ask for ourselves */
	void *arg;
};

static void note(struct recorder *r, int outcome)
{
	if (outcome == 0 || outcome == E_SYSTEM)
		r->well = outcome == 0;
	if (!r->well && !loop_timer_armed(&r->ask_again))
		loop_timer_after(&r->ask_again, MILLIS(ASK_AGAIN_MS));
}

static bool ended(struct channel_call *base, int outcome, struct slice body)
{
	const struct recorder_call *call = CONTAINER_OF(base, struct recorder_call, base);
	if (outcome == 0 && body.n)
		return false;
	note(call->recorder, outcome);
	if (call->done)
		call->done(call->arg, outcome);
	return true;
}

int recorder_record(struct recorder *r, struct slice entries, struct duration limit,
                    recorder_done *done, void *arg, struct channel_call **ret)
{
	int failure = 0;
	struct channel_call *base = channel_call_new(r->channel, sizeof(struct recorder_call),
	                                             RECORDER_RECORD, ended, &failure);
	if (!base)
		return failure;
	struct recorder_call *call = CONTAINER_OF(base, struct recorder_call, base);
	call->recorder = r;
	call->done = done;
	call->arg = arg;
	buf_add(channel_body(base), entries);
	return channel_send(base, limit, ret);
}

static void ask_again(void *arg)
{
	struct recorder *r = arg;
	if (recorder_record(r, SLICE_NONE, SECONDS(5), NULL, NULL, NULL) != 0)
		loop_timer_after(&r->ask_again, MILLIS(ASK_AGAIN_MS));
}

struct recorder *recorder_new(struct loop *loop, struct channel *channel)
{
	struct recorder *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	*r = (struct recorder){.channel = channel, .well = true};
	loop_timer_init(&r->ask_again, loop, ask_again, r);
	return r;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	loop_timer_stop(&r->ask_again);
	free(r);
}

bool recorder_well(const struct recorder *r)
{
	return r->well;
}
