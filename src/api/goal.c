/* api/goal.c - a programme's goals: numbers that measures add up to, and milestones; added and changed from a
 * version of the programme on, and looked at beforehand with what is counted today. */
#include "api/outcome.h"
#include "base/outcome.h"
#include "db/array.h"
#include "domain/progress.h"
#include "sql/goal_preview.h"
#include "sql/goal_set.h"
#include "sql/types/new_goal.h"
#include "text/shape.h"
#include "web/request.h"

/* Without a target it is a milestone. */
struct goal_wanted {
	struct slice title, title_en, rule, reason;
	struct opt_int target, rule_version;
	struct decode_array measures;
};

#define TARGET_MAX 1000000000

static const struct decode_field wanted_fields[] = {
	{.name = "title", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct goal_wanted, title), .min = 1,
	 .max = 200},
	{.name = "title_en", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct goal_wanted, title_en),
	 .min = 1, .max = 200},
	{.name = "target", .kind = DECODE_INT, .nullable = true, .offset = offsetof(struct goal_wanted, target), .min = 1,
	 .max = TARGET_MAX},
	{.name = "measures", .kind = DECODE_ARRAY, .offset = offsetof(struct goal_wanted, measures), .max = 20},
	{.name = "rule", .kind = DECODE_STRING, .nullable = true, .offset = offsetof(struct goal_wanted, rule), .min = 1,
	 .max = 60},
	{.name = "rule_version", .kind = DECODE_INT, .nullable = true,
	 .offset = offsetof(struct goal_wanted, rule_version), .min = 1, .max = 1000},
	{.name = "reason", .kind = DECODE_PROSE, .required = true, .offset = offsetof(struct goal_wanted, reason),
	 .min = 1, .max = 1000},
};
static const struct decode_table wanted_table = {wanted_fields, ARRAY_LEN(wanted_fields), sizeof(struct goal_wanted)};

/* A number says by which rule it counts. */
static int check_wanted(struct request *rq, void *state, struct fields *errors)
{
	const struct goal_wanted *w = state;
	if (w->target.given && !w->rule.p)
		fields_add(errors, "/rule", "required");
	return 0;
}

/* As the write function and the preview take it; its failure is the buffer's. */
static struct new_goal_json record_of(struct request *rq)
{
	const struct goal_wanted *w = rq->state;
	const struct slice *names = w->measures.items;
	struct buf measures = BUF_INIT(8 * KIB);
	db_array_begin(&measures);
	for (size_t i = 0; i < w->measures.n; i++)
		db_array_text(&measures, names[i]);
	db_array_end(&measures);
	const struct new_goal goal = {
		.title = w->title,
		.title_en = w->title_en,
		.target = w->target.given ? w->target.v : 0,
		.measures = buf_slice(&measures),
		.rule = w->rule,
		.rule_version = w->rule_version.given ? w->rule_version.v : 1,
	};
	struct new_goal_json json = new_goal_json(request_record(rq), &goal);
	buf_free(&measures);
	return json;
}

/* ---- PUT /v1/programmes/{programme}/goals/{key} ---- */

struct goal_shown {
	struct slice programme, key;
	const struct goal_wanted *wanted;
};

static SHAPE(goal_as_set, MEMBER(STRING, "programme"), MEMBER(STRING, "key"), MEMBER(STRING, "title"),
             MEMBER(STRING, "title_en"), MEMBER(INT, "target", .nullable = true), MEMBER(LIST, "measures"),
             MEMBER(STRING, "rule", .nullable = true), MEMBER(INT, "rule_version", .nullable = true));

static step_fn set_begin, set_done;

const struct route route_goal_set = {
	.name = "goal_set",
	.method = HTTP_PUT,
	.path = "/v1/programmes/{programme}/goals/{key}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &wanted_table,
	.check = check_wanted,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_OF(200, goal_as_set_shape)),
	.write = &goal_set_statement,
	.first = set_begin,
};

static struct step set_begin(struct request *rq, const struct db_result *none)
{
	const struct goal_wanted *w = rq->state;
	return AWAIT_WRITE(rq, set_done,
	                   GOAL_SET_CALL(request_context(rq), rq->param[0].text, rq->param[1].text, record_of(rq),
	                                 w->reason));
}

/* What is answered follows from what was asked. */
static struct step set_done(struct request *rq, const struct db_result *rows)
{
	const struct goal_wanted *w = rq->state;
	const struct slice *names = w->measures.items;
	struct goal_set_row row;
	struct jsonw j;
	goal_set_read(rows->res[0], 0, &row);
	if (row.outcome == GOAL_SET_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != GOAL_SET_SET)
		return reply_outcome(rq, row.outcome);
	jsonw_init(&j, request_out(rq));
	jsonw_object(&j);
	jsonw_kstr(&j, "programme", rq->param[0].text);
	jsonw_kstr(&j, "key", rq->param[1].text);
	jsonw_kstr(&j, "title", w->title);
	jsonw_kstr(&j, "title_en", w->title_en);
	jsonw_kopt_int(&j, "target", w->target);
	jsonw_key(&j, "measures");
	jsonw_array(&j);
	for (size_t i = 0; i < w->measures.n; i++)
		jsonw_str(&j, names[i]);
	jsonw_end(&j);
	jsonw_kstr(&j, "rule", w->rule);
	jsonw_kopt_int(&j, "rule_version", w->target.given ? (struct opt_int){true, w->rule_version.given ? w->rule_version.v : 1} : (struct opt_int){0});
	jsonw_end(&j);
	return reply_json(rq, 200);
}

/* ---- POST /v1/programmes/{programme}/goals/{key}/preview ---- */

struct goal_preview {
	struct slice programme, key;
	struct opt_int target;
	int64_t count;
	struct progress plan;
};

static const struct view_field preview_fields[] = {
	VIEW_FIELD(struct goal_preview, programme, "programme"),
	VIEW_FIELD(struct goal_preview, key, "key"),
	VIEW_FIELD(struct goal_preview, count, "count"),
	VIEW_FIELD(struct goal_preview, target, "target"),
	VIEW_FIELD(struct goal_preview, plan.remaining, "remaining"),
	VIEW_FIELD(struct goal_preview, plan.percent_hundredths, "percent", .as = VIEW_DECIMAL, .places = 2),
	VIEW_FIELD(struct goal_preview, plan.plan_to_date, "plan_to_date"),
	VIEW_FIELD(struct goal_preview, plan.ahead, "ahead"),
	VIEW_FIELD(struct goal_preview, plan.ahead_weeks_tenths, "ahead_weeks", .as = VIEW_DECIMAL, .places = 1),
};
static const struct view preview_view = VIEW(goal_preview, struct goal_preview, preview_fields);

static step_fn preview_begin, preview_done;

const struct route route_goal_preview = {
	.name = "goal_preview",
	.method = HTTP_POST,
	.path = "/v1/programmes/{programme}/goals/{key}/preview",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &wanted_table,
	.check = check_wanted,
	.question = true,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, preview_view)),
	.write = &goal_set_statement,
	.first = preview_begin,
};

static struct step preview_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, preview_done,
	                  GOAL_PREVIEW_CALL(rq->param[0].text, rq->param[1].text, record_of(rq)));
}

static struct step preview_done(struct request *rq, const struct db_result *rows)
{
	const struct goal_wanted *w = rq->state;
	struct goal_preview_row row;
	goal_preview_read(rows->res[0], 0, &row);
	if (row.refusal.p)
		return reply_outcome(rq, (int)outcome_word(row.refusal));
	struct goal_preview preview = {.programme = rq->param[0].text, .key = rq->param[1].text, .target = w->target, .count = row.count};
	if (w->target.given)
		preview.plan = progress_of(row.count < 0 ? 0 : row.count, w->target.v, row.window_from.v, row.window_to.v,
		                           row.today);
	return reply_view(rq, 200, &preview_view, &preview);
}
