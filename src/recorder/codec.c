/* recorder/codec.c - a line is worth having also of whoever went away meanwhile, hence `kept`. What
 * waits is written at the end of each turn, so no honest client gets near the last three bounds. */
#include "recorder/codec.h"

#include "base/attr.h"
#include "channel/frame.h"

const struct channel_service recorder_service = {
	.name = "recorder",
	.version = '1',
	.request_max = RECORDER_ENTRIES_MAX + FRAME_HEAD,
	.answer_max = FRAME_HEAD + 1,
	.calls_max = 1024,
	.calls_bytes = 32 * MIB,
	.kept = true,
	.peers_max = 300,
	.waiting_max = 16384,
	.waiting_bytes = MIB,
	.unread_max = 64 * KIB,
};
