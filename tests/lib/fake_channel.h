/* tests/lib/fake_channel.h - a helper process that is the test: it keeps what is asked and answers
 * when the test says so. */
#pragma once

#include "channel/channel.h"

struct fake_channel {
	struct channel base;
	struct list calls;
	int refuse; /* what is asked from now on is refused with this failure; 0: taken */
	size_t asked;
};

void fake_channel_init(struct fake_channel *f, const struct channel_service *service);

/* The oldest open call; NULL: none. */
struct channel_call *fake_channel_first(const struct fake_channel *f);

/* What it asks; lives as long as the call. */
struct slice fake_channel_request(const struct channel_call *call);

/* Ends the oldest open call: with an answer's body, or what follows a refusal. False: there is
 * none. */
bool fake_channel_answer(struct fake_channel *f, int outcome, struct slice body);

/* Ends all with E_CLOSED. */
void fake_channel_close(struct fake_channel *f);
