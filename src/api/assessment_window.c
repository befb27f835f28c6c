/* api/assessment_window.c - the company of a dual exam confirms a pass or vetoes it, while its window is open. Which of
 * it is allowed, the write function looks up in the table that draws the window's life (talent.life). */
#include "api/assessment.h"
#include "api/assessment_json.h"
#include "api/outcome.h"
#include "api/reason.h"
#include "sql/assessment_decide.h"

struct decision {
	struct slice reason, note;
	struct uuid id;
	const char *state;
	struct opt_day publish_on;
};

static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/veto_reason_list.h"
#undef X
	NULL,
};

#define NOTE \
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct decision, note), .max = 1000}
static const struct decode_field veto_fields[] = {
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct decision, reason),
	 .choices = reasons},
	NOTE,
};
static const struct decode_field confirm_fields[] = {NOTE};
static const struct decode_table veto_table = {veto_fields, ARRAY_LEN(veto_fields), sizeof(struct decision)};
static const struct decode_table confirm_table = {confirm_fields, ARRAY_LEN(confirm_fields), sizeof(struct decision)};

static const struct view_field decided_fields[] = {
	VIEW_FIELD(struct decision, id, "id"),
	VIEW_FIELD(struct decision, state, "window", .words = window_states),
	VIEW_FIELD(struct decision, publish_on, "publish_on"),
};
static const struct view decided_view = VIEW(window_decision, struct decision, decided_fields);

static step_fn decide_store, decide_done;

/* ---- POST /v1/assessments/{id}/confirmation, …/veto ---- */

#define ROUTE(of, at, table) \
	const struct route route_assessment_##of = { \
		.name = "assessment_" #of, \
		.method = HTTP_POST, \
		.path = "/v1/assessments/{id:uuid}/" at, \
		.roles = ROLE_COMPANY, \
		.own = OWN_ORG, \
		.object = &assessment_object, \
		.media = "application/json", \
		.body_max = 16 * KIB, \
		.body = &(table), \
		.deadline = INIT_SECONDS(8), \
		.answers = ANSWERS(JSON_VIEW(200, decided_view)), \
		.write = &assessment_decide_statement, \
		.first = decide_store, \
	}

ROUTE(confirm, "confirmation", confirm_table);
ROUTE(veto, "veto", veto_table);

static bool is_veto(const struct request *rq)
{
	return rq->route == &route_assessment_veto;
}

static struct step decide_store(struct request *rq, const struct db_result *rows)
{
	const struct decision *d = rq->state;
	return AWAIT_WRITE(rq, decide_done,
	                   ASSESSMENT_DECIDE_CALL(request_context(rq), rq->param[0].uuid,
	                                          is_veto(rq) ? SLICE("veto") : SLICE("confirm"), d->reason, d->note));
}

static struct step decide_done(struct request *rq, const struct db_result *rows)
{
	struct decision *d = rq->state;
	struct assessment_decide_row row;
	assessment_decide_read(rows->res[0], 0, &row);
	switch (row.outcome) {
	case ASSESSMENT_DECIDE_WINDOW_STATE:
		return reply_state(rq, P_WINDOW_STATE, row.state, row.allowed);
	case ASSESSMENT_DECIDE_OTHER_REASON:
		return reply_other_reason(rq, row.state, row.reason, row.since);
	case ASSESSMENT_DECIDE_REPLAYED:
		request_replayed(rq);
		break;
	case ASSESSMENT_DECIDE_CONFIRMED:
	case ASSESSMENT_DECIDE_VETOED:
		break;
	case ASSESSMENT_DECIDE_NOT_FOUND:
	case ASSESSMENT_DECIDE_NO_WINDOW:
	case ASSESSMENT_DECIDE_IDEMPOTENCY_KEY_REUSED:
	default:
		return reply_outcome(rq, row.outcome);
	}
	d->id = rq->param[0].uuid;
	d->state = is_veto(rq) ? "vetoed" : "confirmed";
	d->publish_on = row.publish_on;
	return reply_view(rq, 200, &decided_view, d);
}
