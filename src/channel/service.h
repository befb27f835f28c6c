/* channel/service.h - a helper process as those who ask it and itself see it: one constant row,
 * written beside its codec. Every bound of both ends stands here. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel_service {
	const char *name;        /* begins the log's words: NAME_away, NAME_back, NAME_peer_refused */
	uint8_t version;         /* of its frames: those of another one end the connection */
	size_t request_max;      /* bytes of a whole frame to the helper */
	size_t answer_max;       /* and from it */
	size_t calls_max;        /* in flight over one channel; more are E_FULL */
	size_t calls_bytes;      /* their frames */
	bool kept;               /* a call that was cancelled before it was sent is carried out all the same */
	size_t peers_max;        /* connections to the helper; more are closed */
	size_t waiting_max;      /* requests of one connection that wait; more are refused (E_FULL) */
	size_t waiting_bytes;    /* their bodies */
	size_t unread_max;       /* bytes of answers that a connection does not read: it is cut off */
};
