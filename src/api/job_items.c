/* api/job_items.c */
#include "api/job_items.h"

#include "text/jsonw.h"

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

SHAPE(job_done, MEMBER(STRING, "outcome"), MEMBER(STRING, "reason", .omitted = true));

struct step reply_job(struct request *rq, const char *outcome, struct slice reason)
{
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kcstr(&w, "outcome", outcome);
	if (reason.p)
		jsonw_kstr(&w, "reason", reason);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
