/* channel/client.h - a channel over a socket. */
#pragma once

#include "channel/address.h"
#include "channel/channel.h"
#include "telemetry/log.h"

struct channel_client_conf {
	struct loop *loop;
	const struct channel_service *service;
	const struct channel_address *to;
	const struct log_ctx *log; /* once for each time that the helper is away, and once when it is back */
};

struct channel_client; /* opaque; implements struct channel */

/* Starts connecting in the next turn. The address is copied, loop, service and log are not. NULL:
 * memory. */
struct channel_client *channel_client_new(const struct channel_client_conf *conf);

/* Ends every call with E_CLOSED first. NULL is allowed. Not from inside a callback. */
void channel_client_free(struct channel_client *c);

struct channel *channel_client_channel(struct channel_client *c);
