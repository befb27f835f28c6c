/* api/reason.h - why something is revoked, suspended or annulled: {"reason":…,"note":…}. */
#pragma once

#include "web/request.h"

struct reason {
	struct slice reason; /* one of a fixed list of codes */
	struct slice note;   /* free text for the file, or SLICE_NONE */
};

extern const struct decode_table reason_table;

/* What was read by that table; "other" on a route without a body. */
struct reason reason_of(const struct request *rq);
