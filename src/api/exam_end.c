/* api/exam_end.c - an exam is closed by its body and re-opened by an administrator, or cancelled while it has no result.
 * Which of it its state allows, the write function looks up in the table that draws its life (talent.life). */
#include "api/exam.h"
#include "api/outcome.h"
#include "api/reason.h"
#include "sql/exam_end.h"

const char *const exam_states[] = {"open", "closed", "cancelled", NULL};

struct end {
	struct slice reason, note;
	struct uuid id;
	const char *state;
};

static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/exam_reason_list.h"
#undef X
	NULL,
};

#define NOTE {.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct end, note), .max = 1000}
static const struct decode_field cancel_fields[] = {
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct end, reason),
	 .choices = reasons},
	NOTE,
};
static const struct decode_field reopen_fields[] = {
	{.name = "reason", .kind = DECODE_PROSE, .required = true, .offset = offsetof(struct end, reason), .min = 1,
	 .max = 1000},
};
static const struct decode_field close_fields[] = {NOTE};
static const struct decode_table cancel_table = {cancel_fields, ARRAY_LEN(cancel_fields), sizeof(struct end)};
static const struct decode_table reopen_table = {reopen_fields, ARRAY_LEN(reopen_fields), sizeof(struct end)};
static const struct decode_table close_table = {close_fields, ARRAY_LEN(close_fields), sizeof(struct end)};

static const struct view_field ended_fields[] = {
	VIEW_FIELD(struct end, id, "id"),
	VIEW_FIELD(struct end, state, "state", .words = exam_states),
};
static const struct view ended_view = VIEW(exam_state, struct end, ended_fields);

static step_fn end_store, end_done;

/* ---- POST /v1/exams/{id}/closing, …/cancellation; DELETE …/closing ---- */

#define ROUTE(of, verb, at, who, table) \
	const struct route route_exam_##of = { \
		.name = "exam_" #of, \
		.method = verb, \
		.path = "/v1/exams/{id:uuid}/" at, \
		.roles = who, \
		.own = OWN_ORG, \
		.object = &exam_object, \
		.media = "application/json", \
		.body_max = 16 * KIB, \
		.body = &(table), \
		.deadline = INIT_SECONDS(8), \
		.answers = ANSWERS(JSON_VIEW(200, ended_view)), \
		.write = &exam_end_statement, \
		.first = end_store, \
	}

ROUTE(close, HTTP_POST, "closing", ROLE_INSTITUTION, close_table);
ROUTE(reopen, HTTP_DELETE, "closing", ROLE_ADMINISTRATOR, reopen_table);
ROUTE(cancel, HTTP_POST, "cancellation", ROLE_INSTITUTION, cancel_table);

/* What each of them does, and what the exam is then. */
static const struct {
	const struct route *route;
	enum exam_end_outcome done;
	const char *action, *state;
} ends[] = {
	{&route_exam_close, EXAM_END_CLOSED, "close", "closed"},
	{&route_exam_reopen, EXAM_END_REOPENED, "reopen", "open"},
	{&route_exam_cancel, EXAM_END_CANCELLED, "cancel", "cancelled"},
};

static size_t end_of(const struct request *rq)
{
	size_t i = 0;
	while (ends[i].route != rq->route)
		i++;
	return i;
}

static struct step end_store(struct request *rq, const struct db_result *rows)
{
	const struct end *e = rq->state;
	return AWAIT_WRITE(rq, end_done,
	                   EXAM_END_CALL(request_context(rq), rq->param[0].uuid, slice_of(ends[end_of(rq)].action), e->reason,
	                                 e->note));
}

static struct step end_done(struct request *rq, const struct db_result *rows)
{
	struct end *e = rq->state;
	struct exam_end_row row;
	const size_t i = end_of(rq);
	exam_end_read(rows->res[0], 0, &row);
	if (row.outcome == EXAM_END_EXAM_STATE)
		return reply_state(rq, P_EXAM_STATE, row.state, row.allowed);
	if (row.outcome == EXAM_END_OTHER_REASON)
		return reply_other_reason(rq, row.state, row.reason, row.since);
	if (row.outcome == EXAM_END_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != ends[i].done)
		return reply_outcome(rq, row.outcome);
	e->id = rq->param[0].uuid;
	e->state = ends[i].state;
	return reply_view(rq, 200, &ended_view, e);
}
