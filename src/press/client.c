/* press/client.c - the press's one request as a call. */
#include "press/client.h"

#include <assert.h>

#include "base/outcome.h"

struct press_call {
	struct channel_call base; /* first */
	press_done *done;
	void *arg;
};

static bool print_ended(struct channel_call *base, int outcome, struct slice body)
{
	const struct press_call *call = CONTAINER_OF(base, struct press_call, base);
	struct press_fault fault = {0};
	if (outcome == 0 ? body.n == 0 : press_read_fault(body, &fault) != 0)
		return false;
	call->done(call->arg, outcome, outcome ? SLICE_NONE : body, &fault);
	return true;
}

int press_print(struct channel *c, const struct press_facts *facts, size_t n,
                struct duration limit, press_done *done, void *arg, struct channel_call **ret)
{
	int r = 0;
	assert(n >= 1 && n <= PRESS_PAGES_MAX);
	struct channel_call *base =
		channel_call_new(c, sizeof(struct press_call), PRESS_PRINT, print_ended, &r);
	if (!base)
		return r;
	struct press_call *call = CONTAINER_OF(base, struct press_call, base);
	call->done = done;
	call->arg = arg;
	press_write_print(channel_body(base), facts, n);
	return channel_send(base, limit, ret);
}
