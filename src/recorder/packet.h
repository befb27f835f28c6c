/* recorder/packet.h - what goes over the recorder's socket, a sequence of packets (SOCK_SEQPACKET):
 *
 *   request  id u32 | entries, or nothing: could some be written?
 *   answer   id u32 | outcome u8
 *
 * Numbers are the host's own: both ends are processes of one daemon. The id is the client's. */
#pragma once

#include <stdint.h>

#include "recorder/client.h"

enum packet_outcome { PACKET_WRITTEN = 1, PACKET_FAILED = 2, PACKET_MALFORMED = 3 };

struct packet_request {
	uint32_t id;
	char entries[RECORDER_ENTRIES_MAX];
};

struct packet_answer {
	uint32_t id;
	uint8_t outcome;
};

enum {
	PACKET_HEAD = sizeof(uint32_t),
	PACKET_ANSWER = PACKET_HEAD + 1, /* bytes that are sent of it */
};
