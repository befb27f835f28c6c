/* api/progress.c - counts against the goals, exact in one snapshot, and their recount. */
#include <stdio.h>

#include "base/outcome.h"
#include "domain/progress.h"
#include "sql/progress.h"
#include "sql/progress_audit.h"
#include "sql/progress_doubtful.h"
#include "sql/progress_untimely.h"
#include "web/request.h"

/* ---- as they are shown ---- */

struct goal {
	struct progress_row row;
	struct slice title; /* in the language of the answer */
	struct progress plan;
};

static const struct view_field rule_fields[] = {
	VIEW_FIELD(struct progress_row, rule, "name"),
	VIEW_FIELD(struct progress_row, rule_version.v, "version"),
};
static const struct view rule_view = VIEW(rule, struct progress_row, rule_fields);

static const struct view_field goal_fields[] = {
	VIEW_FIELD(struct goal, row.goal, "key"),
	VIEW_FIELD(struct goal, title, "title", .omitted = true),
	VIEW_FIELD(struct goal, row.unit, "unit"),
	VIEW_FIELD(struct goal, row.count, "count"),
	VIEW_FIELD(struct goal, row.target.v, "target"),
	VIEW_FIELD(struct goal, plan.remaining, "remaining"),
	VIEW_FIELD(struct goal, plan.percent_hundredths, "percent", .as = VIEW_DECIMAL, .places = 2),
	VIEW_FIELD(struct goal, plan.plan_to_date, "plan_to_date"),
	VIEW_FIELD(struct goal, plan.ahead, "ahead"),
	VIEW_FIELD(struct goal, plan.ahead_weeks_tenths, "ahead_weeks", .as = VIEW_DECIMAL, .places = 1),
	VIEW_STRUCT(struct goal, row, rule_view, "rule"),
};
static const struct view goal_view = VIEW(goal, struct goal, goal_fields);

/* Reached or not: a milestone has no percentage and no plan to be ahead of. */
static const struct view_field milestone_fields[] = {
	VIEW_FIELD(struct goal, row.goal, "key"),
	VIEW_FIELD(struct goal, title, "title"),
	VIEW_FIELD(struct goal, row.reached_on.given, "reached"),
	VIEW_FIELD(struct goal, row.reached_on, "reached_on"),
	VIEW_FIELD(struct goal, row.evidence, "evidence", .nullable = true),
};
static const struct view milestone_view = VIEW(milestone, struct goal, milestone_fields);

struct programme {
	struct progress_row first; /* what is said in each of its rows */
	struct slice title;
	struct view_items goals;
	struct view_figures also;
};

static const struct view_field window_fields[] = {
	VIEW_COLUMN(progress_row, window_from, "from"),
	VIEW_COLUMN(progress_row, window_to, "to"),
};
static const struct view window_view = VIEW(window, struct progress_row, window_fields);

static const struct view_field programme_fields[] = {
	VIEW_FIELD(struct programme, first.programme, "programme"),
	VIEW_FIELD(struct programme, title, "title"),
	VIEW_STRUCT(struct programme, first, window_view, "window"),
	VIEW_FIELD(struct programme, first.now, "as_of"),
	VIEW_FIELD(struct programme, goals, "goals", .view = &goal_view, .or = &milestone_view),
	VIEW_FIELD(struct programme, also, "also"),
};
static const struct view programme_view = VIEW(programme, struct programme, programme_fields);

struct programmes {
	struct view_list list;
};

static const struct view_field programmes_fields[] = {
	VIEW_FIELD(struct programmes, list, "programmes", .view = &programme_view),
};
static const struct view programmes_view = VIEW(programmes, struct programmes, programmes_fields);

/* ---- from rows ---- */

static struct slice in_language(const struct request *rq, struct slice zh, struct slice en)
{
	return rq->lang == LANG_EN && en.n ? en : zh;
}

static struct goal goal_of(const struct request *rq, const struct progress_row *row)
{
	struct goal goal = {.row = *row, .title = in_language(rq, row->goal_title, row->goal_title_en)};
	if (row->target.given)
		goal.plan = progress_of(row->count < 0 ? 0 : row->count, row->target.v, row->window_from,
		                        row->window_to, row->today);
	else if (!row->reached_on.given)
		goal.row.evidence = SLICE_NONE;
	return goal;
}

/* The programme that begins at row *i, which is then the one behind it. E_NOMEM. */
static int programme_of(struct request *rq, const PGresult *res, int *i, struct programme *ret)
{
	size_t n = 0, goals_n = 0, also_n = 0;
	progress_read(res, *i, &ret->first);
	for (struct progress_row row; *i + (int)n < rows_n(res); n++) {
		progress_read(res, *i + (int)n, &row);
		if (!slice_eq(row.programme, ret->first.programme))
			break;
	}
	struct goal *goals = arena_alloc(rq->arena, n * sizeof *goals);
	struct view_item *items = arena_alloc(rq->arena, n * sizeof *items);
	struct view_figure *also = arena_alloc(rq->arena, n * sizeof *also);
	if (!goals || !items || !also)
		return E_NOMEM;
	for (; n > 0; n--, (*i)++) {
		struct progress_row row;
		progress_read(res, *i, &row);
		if (!row.goal.p) {
			also[also_n++] = (struct view_figure){row.also, row.count};
			continue;
		}
		goals[goals_n] = goal_of(rq, &row);
		items[goals_n] = (struct view_item){row.target.given ? &goal_view : &milestone_view, &goals[goals_n],
		                                    SLICE_NONE};
		goals_n++;
	}
	ret->title = in_language(rq, ret->first.title, ret->first.title_en);
	ret->goals = (struct view_items){items, goals_n};
	ret->also = (struct view_figures){also, also_n};
	return 0;
}

static struct step reply_shown(struct request *rq, const struct view *view, const void *shown)
{
	request_set_header(rq, "Content-Language", slice_of(language_tag(rq->lang)));
	request_set_header(rq, "Vary", SLICE("Accept-Language"));
	return reply_view(rq, 200, view, shown);
}

/* ---- GET /v1/progress ---- */

static step_fn list_begin, list_done;

const struct route route_progress_list = {
	.name = "progress_list",
	.method = HTTP_GET,
	.path = "/v1/progress",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.answers = ANSWERS(JSON_VIEW(200, programmes_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, list_done, PROGRESS_CALL(SLICE_NONE, (struct opt_day){0}));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct programme *list = arena_alloc(rq->arena, (size_t)rows_n(res) * sizeof *list);
	struct programmes programmes = {{list, 0}};
	if (!list)
		return reply_out_of_memory(rq);
	for (int row = 0; row < rows_n(res);)
		if (programme_of(rq, res, &row, &list[programmes.list.n++]) < 0)
			return reply_out_of_memory(rq);
	return reply_shown(rq, &programmes_view, &programmes);
}

/* ---- GET /v1/progress/{programme} ---- */

static step_fn view_begin, view_done;

const struct route route_progress_view = {
	.name = "progress_view",
	.method = HTTP_GET,
	.path = "/v1/progress/{programme}",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.answers = ANSWERS(JSON_VIEW(200, programme_view)),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, view_done, PROGRESS_CALL(rq->param[0].text, (struct opt_day){0}));
}

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct programme programme;
	int row = 0;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	if (programme_of(rq, res, &row, &programme) < 0)
		return reply_out_of_memory(rq);
	return reply_shown(rq, &programme_view, &programme);
}

/* ---- GET /v1/progress/{programme}/audit: counted and recounted side by side ---- */

static step_fn audit_begin, audit_done;

struct measure {
	struct progress_audit_row row;
	bool agrees;
};

static const struct view_field measure_fields[] = {
	VIEW_FIELD(struct measure, row.measure, "measure"),
	VIEW_FIELD(struct measure, row.counted, "counted"),
	VIEW_FIELD(struct measure, row.recounted, "recounted"),
	VIEW_FIELD(struct measure, row.folded_days, "by_day"),
	VIEW_FIELD(struct measure, agrees, "agrees"),
};
static const struct view measure_view = VIEW(measure_recounted, struct measure, measure_fields);

static const char *const untimely_kinds[] = {"result_before_exam", "completion_before_end", NULL};

static const struct view_field untimely_row_fields[] = {
	VIEW_COLUMN(progress_untimely_row, what, "what", .words = untimely_kinds),
	VIEW_COLUMN(progress_untimely_row, id, "id"),
	VIEW_COLUMN(progress_untimely_row, organisation, "organisation"),
	VIEW_COLUMN(progress_untimely_row, name, "name"),
	VIEW_COLUMN(progress_untimely_row, recorded_on, "recorded_on"),
	VIEW_COLUMN(progress_untimely_row, not_before, "not_before"),
};
static const struct view untimely_row_view =
	VIEW(untimely_row, struct progress_untimely_row, untimely_row_fields);

/* What earlier versions took before its day, of any programme: the first hundred, and how many there are. */
struct untimely {
	int64_t total;
	struct view_list rows;
};

static const struct view_field untimely_fields[] = {
	VIEW_FIELD(struct untimely, total, "total"),
	VIEW_FIELD(struct untimely, rows, "rows", .view = &untimely_row_view),
};
static const struct view untimely_view = VIEW(untimely, struct untimely, untimely_fields);

static const char *const doubtful_kinds[] = {"session_of_another_district", "people_who_may_be_one", NULL};

static const struct view_field doubtful_row_fields[] = {
	VIEW_COLUMN(progress_doubtful_row, what, "what", .words = doubtful_kinds),
	VIEW_COLUMN(progress_doubtful_row, ids, "ids"),
	VIEW_COLUMN(progress_doubtful_row, organisation, "organisation"),
	VIEW_COLUMN(progress_doubtful_row, name, "name"),
	VIEW_COLUMN(progress_doubtful_row, district, "district"),
	VIEW_COLUMN(progress_doubtful_row, belongs_in, "belongs_in"),
};
static const struct view doubtful_row_view =
	VIEW(doubtful_row, struct progress_doubtful_row, doubtful_row_fields);

/* What somebody should look at: as above. */
struct doubtful {
	int64_t total;
	struct view_list rows;
};

static const struct view_field doubtful_fields[] = {
	VIEW_FIELD(struct doubtful, total, "total"),
	VIEW_FIELD(struct doubtful, rows, "rows", .view = &doubtful_row_view),
};
static const struct view doubtful_view = VIEW(doubtful, struct doubtful, doubtful_fields);

struct recount {
	struct slice programme;
	struct view_list measures;
	bool agrees;
	struct untimely untimely;
	struct doubtful doubtful;
};

static const struct view_field recount_fields[] = {
	VIEW_FIELD(struct recount, programme, "programme"),
	VIEW_FIELD(struct recount, measures, "measures", .view = &measure_view),
	VIEW_FIELD(struct recount, agrees, "agrees"),
	VIEW_STRUCT(struct recount, untimely, untimely_view, "untimely"),
	VIEW_STRUCT(struct recount, doubtful, doubtful_view, "doubtful"),
};
static const struct view recount_view = VIEW(recount, struct recount, recount_fields);

const struct route route_progress_audit = {
	.name = "progress_audit",
	.method = HTTP_GET,
	.path = "/v1/progress/{programme}/audit",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.deadline = INIT_SECONDS(310), /* a recount of everything, and some waiting for its turn */
	.answers = ANSWERS(JSON_VIEW(200, recount_view)),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = audit_begin,
};

static struct step audit_begin(struct request *rq, const struct db_result *none)
{
	const struct opt_day as_it_is = {0};
	return AWAIT_LANE(rq, audit_done, DB_LONG,
	                  PROGRESS_AUDIT_CALL(rq->param[0].text, as_it_is, as_it_is, SLICE_NONE, SLICE_NONE, SLICE_NONE,
	                                      SLICE_NONE, SLICE_NONE, SLICE_NONE, as_it_is),
	                  PROGRESS_UNTIMELY_CALL(), PROGRESS_DOUBTFUL_CALL());
}

static bool read_untimely(struct request *rq, const PGresult *res, struct untimely *ret)
{
	const size_t n = (size_t)rows_n(res);
	struct progress_untimely_row *rows = arena_alloc(rq->arena, (n + 1) * sizeof *rows);
	if (!rows)
		return false;
	for (size_t i = 0; i < n; i++)
		progress_untimely_read(res, (int)i, &rows[i]);
	*ret = (struct untimely){n ? rows[0].total : 0, {rows, n}};
	return true;
}

static bool read_doubtful(struct request *rq, const PGresult *res, struct doubtful *ret)
{
	const size_t n = (size_t)rows_n(res);
	struct progress_doubtful_row *rows = arena_alloc(rq->arena, (n + 1) * sizeof *rows);
	if (!rows)
		return false;
	for (size_t i = 0; i < n; i++)
		progress_doubtful_read(res, (int)i, &rows[i]);
	*ret = (struct doubtful){n ? rows[0].total : 0, {rows, n}};
	return true;
}

static struct step audit_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	const size_t n = (size_t)rows_n(res);
	if (n == 0)
		return reply_problem(rq, P_NOT_FOUND);
	struct measure *measures = arena_alloc(rq->arena, n * sizeof *measures);
	struct recount recount = {.programme = rq->param[0].text, .measures = {measures, n}, .agrees = true};
	if (!measures || !read_untimely(rq, rows->res[1], &recount.untimely) ||
	    !read_doubtful(rq, rows->res[2], &recount.doubtful))
		return reply_out_of_memory(rq);
	for (size_t i = 0; i < n; i++) {
		struct progress_audit_row *row = &measures[i].row;
		progress_audit_read(res, (int)i, row);
		measures[i].agrees = row->recounted.given && row->counted == row->recounted.v &&
		                     row->counted == row->folded_days;
		recount.agrees = recount.agrees && measures[i].agrees;
	}
	return reply_view(rq, 200, &recount_view, &recount);
}
