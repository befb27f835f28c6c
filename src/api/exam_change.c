/* api/exam_change.c - an announced exam is changed while no result of it is there. What may be changed, the table that
 * draws its life says together with the write function; what is changed is judged as if it were announced so today. */
#include "api/exam.h"
#include "api/outcome.h"
#include "sql/exam_change.h"
#include "sql/exam_view.h"

struct change {
	struct opt_day held_on;
	struct opt_uuid site, session;
	struct opt_bool no_session; /* it ends none any more */
	struct slice work_type, level, candidate_group, note, late_reason;
	struct opt_int publicity_days;
	struct opt_bool roster_required;
};

#define CHANGED(member) .nullable = true, .offset = offsetof(struct change, member)
static const struct decode_field change_fields[] = {
	{.name = "held_on", .kind = DECODE_DAY, CHANGED(held_on)},
	{.name = "site", .kind = DECODE_UUID, CHANGED(site)},
	{.name = "session", .kind = DECODE_UUID, CHANGED(session)},
	{.name = "no_session", .kind = DECODE_BOOL, CHANGED(no_session)},
	{.name = "work_type", .kind = DECODE_STRING, CHANGED(work_type), .min = 1, .max = 64},
	{.name = "level", .kind = DECODE_STRING, CHANGED(level), .min = 1, .max = 16},
	{.name = "publicity_days", .kind = DECODE_INT, CHANGED(publicity_days), .max = 60},
	{.name = "candidate_group", .kind = DECODE_CHOICE, CHANGED(candidate_group), .choices = exam_groups},
	{.name = "roster_required", .kind = DECODE_BOOL, CHANGED(roster_required)},
	{.name = "note", .kind = DECODE_PROSE, CHANGED(note), .max = 1000},
	{.name = "late_reason", .kind = DECODE_PROSE, CHANGED(late_reason), .min = 1, .max = 1000},
};
static const struct decode_table change_table = {change_fields, ARRAY_LEN(change_fields), sizeof(struct change)};

/* As for its announcement: what was held already only an administrator changes, and says why. */
static int check_change(struct request *rq, void *state, struct fields *errors)
{
	const struct change *c = state;
	const bool administers = rq->who.role == ROLE_ADMINISTRATOR;
	if (administers != (c->late_reason.p != NULL))
		fields_add(errors, "/late_reason", administers ? "required" : "administrators_only");
	if (c->no_session.v && c->session.given)
		fields_add(errors, "/session", "session_and_none");
	fields_sort(errors);
	return 0;
}

static step_fn change_store, change_done;

/* ---- PATCH /v1/exams/{id} ---- */

const struct route route_exam_change = {
	.name = "exam_change",
	.method = HTTP_PATCH,
	.path = "/v1/exams/{id:uuid}",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR,
	.own = OWN_ORG,
	.object = &exam_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &change_table,
	.check = check_change,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, exam_whole_view)),
	.write = &exam_change_statement,
	.first = change_store,
};

static struct step change_store(struct request *rq, const struct db_result *rows)
{
	const struct change *c = rq->state;
	const struct exam_terms terms = {
		.held_on = c->held_on,
		.site = c->site.given ? c->site.v : (struct uuid){{0}},
		.session = c->session.given ? c->session.v : (struct uuid){{0}},
		.no_session = c->no_session.v,
		.work_type = c->work_type,
		.level = c->level,
		.candidate_group = c->candidate_group,
		.note = c->note,
		.late_reason = c->late_reason,
	};
	return AWAIT_WRITE(rq, change_done,
	                   EXAM_CHANGE_CALL(request_context(rq), rq->param[0].uuid,
	                                    exam_terms_json(request_record(rq), &terms), c->publicity_days,
	                                    c->roster_required));
}

static struct step change_done(struct request *rq, const struct db_result *rows)
{
	struct exam_change_row r;
	exam_change_read(rows->res[0], 0, &r);
	if (r.outcome == EXAM_CHANGE_EXAM_STATE)
		return reply_state(rq, P_EXAM_STATE, r.state, r.allowed);
	if (r.outcome == EXAM_CHANGE_STANDING)
		return reply_standing(rq, r.other);
	if (r.outcome == EXAM_CHANGE_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != EXAM_CHANGE_CHANGED)
		return reply_outcome(rq, r.outcome);
	return AWAIT_READ(rq, exam_shown, EXAM_VIEW_CALL(rq->param[0].uuid));
}
