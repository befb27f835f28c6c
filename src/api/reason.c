/* api/reason.c - the body of everything that takes a certificate or a result back. */
#include "api/reason.h"
#include "web/request.h"


static const char *const reasons[] = {"issued_in_error", "fraud",          "exam_irregularity",
                                      "identity_error",  "holder_request", "investigation",
                                      "appeal_upheld",   "other",          NULL};

static const struct decode_field reason_fields[] = {
	{.name = "reason", .kind = DECODE_CHOICE, .required = true,
	 .offset = offsetof(struct reason, reason), .choices = reasons},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true,
	 .offset = offsetof(struct reason, note), .max = 1000},
};
const struct decode_table reason_table = {reason_fields, ARRAY_LEN(reason_fields),
                                          sizeof(struct reason)};

struct reason reason_of(const struct request *rq)
{
	const struct reason *b = rq->state;
	return b ? *b : (struct reason){.reason = SLICE("other")};
}
