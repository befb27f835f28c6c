/* api/reason.h - why something is revoked, suspended or annulled: {"reason":…,"note":…}. */
#pragma once

#include "web/request.h"

struct reason {
	struct slice reason; /* one of a fixed list of codes */
	struct slice note;   /* free text for the file, or SLICE_NONE */
};

extern const struct decode_table reason_table;

/* What was read by that table. */
struct reason reason_of(const struct request *rq);

/* 409: it is so already, but for another reason than the caller's, and stays so. Says what is recorded: the
 * state, the reason, and (unless not given) the day. */
MUSTUSE struct step reply_other_reason(struct request *rq, struct slice state, struct slice reason, struct opt_day on);
