/* api/reason.h - why something is revoked, suspended or annulled: {"reason":…,"note":…}. */
#pragma once

#include "web/request.h"

struct reason {
	struct slice reason; /* one of a fixed list of codes */
	struct slice note;   /* free text for the file, or SLICE_NONE */
};

/* Decodes the body into the request's state. False: *refused is the reply. */
bool reason_read(struct request *rq, struct step *refused);

/* What was read; "other" on a route without a body. */
struct reason reason_of(const struct request *rq);
