/* recorder/codec.h - what goes over the recorder's channel (channel/frame.h): a request is entries
 * (journal/file.h: one a line), or nothing: could some be written? An answer has no body. Refused is
 * what is no entry (E_SYNTAX) and what cannot be written (E_SYSTEM). */
#pragma once

#include "channel/service.h"

enum { RECORDER_ENTRIES_MAX = 32 * 1024 }; /* bytes of one request */

enum recorder_request { RECORDER_RECORD = 1 };

extern const struct channel_service recorder_service;
