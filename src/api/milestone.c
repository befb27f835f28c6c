/* api/milestone.c - that a programme's milestone was reached, with the evidence; and that this is taken back. What
 * is answered follows from what was asked, so a repetition is answered alike. */
#include "api/outcome.h"
#include "sql/milestone_reach.h"
#include "sql/milestone_withdraw.h"
#include "web/request.h"

/* As /v1/progress shows it. */
struct milestone {
	struct slice programme, key;
	struct opt_day reached_on;
	struct slice evidence, reason;
};

static const struct view_field milestone_fields[] = {
	VIEW_FIELD(struct milestone, programme, "programme"),
	VIEW_FIELD(struct milestone, key, "key"),
	VIEW_FIELD(struct milestone, reached_on.given, "reached"),
	VIEW_FIELD(struct milestone, reached_on, "reached_on"),
	VIEW_FIELD(struct milestone, evidence, "evidence", .nullable = true),
};
static const struct view milestone_view = VIEW(milestone_change, struct milestone, milestone_fields);

static struct step reply_milestone(struct request *rq, int outcome)
{
	struct milestone *m = rq->state;
	if (outcome == OUTCOME_REPLAYED)
		request_replayed(rq);
	else if (outcome != OUTCOME_REACHED && outcome != OUTCOME_WITHDRAWN)
		return reply_outcome(rq, outcome);
	m->programme = rq->param[0].text;
	m->key = rq->param[1].text;
	return reply_view(rq, 200, &milestone_view, m);
}

/* ---- PUT /v1/programmes/{programme}/milestones/{key} ---- */

static const struct decode_field reach_fields[] = {
	{.name = "reached_on", .kind = DECODE_DAY, .required = true, .offset = offsetof(struct milestone, reached_on)},
	{.name = "evidence", .kind = DECODE_PROSE, .required = true, .offset = offsetof(struct milestone, evidence),
	 .min = 1, .max = 1000},
};
static const struct decode_table reach_table = {reach_fields, ARRAY_LEN(reach_fields), sizeof(struct milestone)};

static step_fn reach_begin, reach_done;

const struct route route_milestone_reach = {
	.name = "milestone_reach",
	.method = HTTP_PUT,
	.path = "/v1/programmes/{programme}/milestones/{key}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &reach_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, milestone_view)),
	.write = &milestone_reach_statement,
	.first = reach_begin,
};

static struct step reach_begin(struct request *rq, const struct db_result *none)
{
	const struct milestone *m = rq->state;
	return AWAIT_WRITE(rq, reach_done,
	                   MILESTONE_REACH_CALL(request_context(rq), rq->param[0].text, rq->param[1].text,
	                                        m->reached_on.v, m->evidence));
}

static struct step reach_done(struct request *rq, const struct db_result *rows)
{
	struct milestone_reach_row row;
	milestone_reach_read(rows->res[0], 0, &row);
	return reply_milestone(rq, row.outcome);
}

/* ---- DELETE of the same ---- */

static const struct decode_field withdraw_fields[] = {
	{.name = "reason", .kind = DECODE_PROSE, .required = true, .offset = offsetof(struct milestone, reason),
	 .min = 1, .max = 1000},
};
static const struct decode_table withdraw_table = {withdraw_fields, ARRAY_LEN(withdraw_fields),
                                                   sizeof(struct milestone)};

static step_fn withdraw_begin, withdraw_done;

const struct route route_milestone_withdraw = {
	.name = "milestone_withdraw",
	.method = HTTP_DELETE,
	.path = "/v1/programmes/{programme}/milestones/{key}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &withdraw_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, milestone_view)),
	.write = &milestone_withdraw_statement,
	.first = withdraw_begin,
};

static struct step withdraw_begin(struct request *rq, const struct db_result *none)
{
	const struct milestone *m = rq->state;
	return AWAIT_WRITE(rq, withdraw_done,
	                   MILESTONE_WITHDRAW_CALL(request_context(rq), rq->param[0].text, rq->param[1].text, m->reason));
}

static struct step withdraw_done(struct request *rq, const struct db_result *rows)
{
	struct milestone_withdraw_row row;
	milestone_withdraw_read(rows->res[0], 0, &row);
	return reply_milestone(rq, row.outcome);
}
