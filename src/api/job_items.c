/* api/job_items.c */
#include "api/job_items.h"

static const struct decode_field one_field[] = {
	{.name = "items", .kind = DECODE_ARRAY, .required = true,
	 .offset = offsetof(struct job_items, items), .min = 1, .max = 1},
};
const struct decode_table job_one_table = {one_field, ARRAY_LEN(one_field), sizeof(struct job_items)};

static const struct decode_field many_field[] = {
	{.name = "items", .kind = DECODE_ARRAY, .required = true,
	 .offset = offsetof(struct job_items, items), .min = 1, .max = JOB_MANY_MAX},
};
const struct decode_table job_many_table = {many_field, ARRAY_LEN(many_field), sizeof(struct job_items)};

struct job_done {
	const char *outcome;
	struct slice reason;
};

static const struct view_field done_fields[] = {
	VIEW_FIELD(struct job_done, outcome, "outcome"),
	VIEW_FIELD(struct job_done, reason, "reason", .omitted = true),
};
const struct view job_done_view = VIEW(job_done, struct job_done, done_fields);

struct step reply_job(struct request *rq, const char *outcome, struct slice reason)
{
	const struct job_done done = {outcome, reason};
	return reply_view(rq, 200, &job_done_view, &done);
}
