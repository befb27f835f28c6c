/* api/job_items.h - what background jobs ask of this process (jobs/job.h) and how they are answered. */
#pragma once

#include "text/decode.h"
#include "web/request.h"

/* {"items":["…", …]}: the items of one request, as the job's claim named them. A route's state begins with it.
 * The table is for those that take one, or many. */
struct job_items {
	struct decode_array items; /* of struct slice */
};
extern const struct decode_table job_one_table, job_many_table;

enum { JOB_MANY_MAX = 100, JOB_BODY_MAX = 32 * 1024 };

static inline struct slice job_item(const struct job_items *items, size_t i)
{
	return ((const struct slice *)items->items.items)[i];
}

extern const struct view job_done_view;

/* 200 {"outcome":…,"reason":…}: the items are settled, one way or another. reason: NULL for none. */
MUSTUSE struct step reply_job(struct request *rq, const char *outcome, struct slice reason);
