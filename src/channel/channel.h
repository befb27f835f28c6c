/* channel/channel.h - asking a helper process, from a loop: what each service's typed calls stand on.
 *
 * Nothing blocks; what ends a call runs from the loop, never from inside a call of this header. The
 * connection is made and made again by itself. When the helper dies, its calls are sent anew to the
 * next one until their deadline; a call that has seen two of them die is given up, because it may be
 * what kills them. Whatever is asked must bear being done twice.
 *
 * struct channel is an interface, so that tests can answer in process (tests/lib/fake_channel.h);
 * client.h makes the one over a socket. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/list.h"
#include "channel/service.h"
#include "loop/loop.h"

struct channel;
struct channel_call;

/* How a call ended: the answer's body, valid meanwhile; or, of a refusal, what follows its failure;
 * or nothing, with E_TIMEOUT (the deadline passed) or E_CLOSED (two helpers died of it, or the channel
 * is being freed). False: body makes no sense. Then nobody was told, and the helper counts as dead.
 * The call is not to be touched any more by whoever waited: its memory goes when this returns. */
typedef bool channel_ended(struct channel_call *call, int outcome, struct slice body);

/* The beginning of a service's own struct; all of it is the channel's but for reading. */
struct channel_call {
	unsigned magic;
	struct channel *channel;
	struct list node;
	struct loop_timer deadline;
	channel_ended *ended; /* NULL: nobody waits any more */
	uint32_t id;
	uint8_t type;
	uint8_t deaths;    /* of helpers that had been sent something of it */
	bool queued;       /* over this connection, */
	uint64_t position; /* as this byte of it */
	struct buf frame;
};

struct channel_ops {
	/* Begins a call whose frame is whole. 0, or a failure: then it never ends. */
	int (*send)(struct channel *, struct channel_call *, struct duration limit);
	void (*cancel)(struct channel *, struct channel_call *);
};

struct channel {
	const struct channel_service *service;
	const struct channel_ops *ops;
	size_t n_calls, n_bytes;
	uint32_t last_id;
};

/* Zeroed, of size bytes, which begin with a struct channel_call; its body is to be written with
 * channel_body. NULL: *ret_failure is E_FULL (too much in flight: answer 503) or E_NOMEM. */
struct channel_call *channel_call_new(struct channel *c, size_t size, uint8_t type,
                                      channel_ended *ended, int *ret_failure);

static inline struct buf *channel_body(struct channel_call *call)
{
	return &call->frame;
}

/* Sends what was written. After 0 it ends exactly once, unless it is cancelled; otherwise never, and
 * it is gone: E_LIMIT (more than a frame may hold), E_FULL. ret may be NULL. */
MUSTUSE int channel_send(struct channel_call *call, struct duration limit,
                         struct channel_call **ret);

/* Nobody waits for it any more. */
void channel_cancel(struct channel_call *call);

/* For implementations: ends a call that is in nobody's list but by its node. False: the answer makes
 * no sense, and the call goes on. */
bool channel_call_end(struct channel_call *call, int outcome, struct slice body);
void channel_call_free(struct channel_call *call);

/* The channels of a process, one for each service that it may ask. */
struct channels {
	struct channel *const *channel;
	size_t n;
};

/* NULL: this process does not ask it. */
struct channel *channels_to(const struct channels *all, const struct channel_service *service);
