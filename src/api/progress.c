/* api/progress.c - counts against the goals, exact in one snapshot, and their recount. */
#include <stdio.h>

#include "domain/progress.h"
#include "sql/progress.h"
#include "sql/progress_audit.h"
#include "text/jsonw.h"
#include "web/request.h"

static SHAPE(rule, MEMBER(STRING, "name"), MEMBER(INT, "version"));
static SHAPE(goal,
             MEMBER(STRING, "key"),
             MEMBER(STRING, "title", .omitted = true),
             MEMBER(STRING, "unit"),
             MEMBER(INT, "count"),
             MEMBER(INT, "target"),
             MEMBER(INT, "remaining"),
             MEMBER(NUMBER, "percent"),
             MEMBER(INT, "plan_to_date"),
             MEMBER(INT, "ahead"),
             MEMBER(NUMBER, "ahead_weeks"),
             MEMBER(OBJECT, "rule", .of = &rule_shape));
static SHAPE(milestone,
             MEMBER(STRING, "key"),
             MEMBER(STRING, "title"),
             MEMBER(BOOL, "reached"),
             MEMBER(DAY, "reached_on", .nullable = true),
             MEMBER(STRING, "evidence", .nullable = true));
static SHAPE(window, MEMBER(DAY, "from"), MEMBER(DAY, "to"));
static SHAPE(programme,
             MEMBER(STRING, "programme"),
             MEMBER(STRING, "title"),
             MEMBER(OBJECT, "window", .of = &window_shape),
             MEMBER(INSTANT, "as_of"),
             MEMBER(LIST, "goals", .of = &goal_shape, .or = &milestone_shape),
             MEMBER(FIGURES, "also"));
static SHAPE(programmes, MEMBER(LIST, "programmes", .of = &programme_shape));

static struct slice in_language(const struct request *rq, struct slice zh, struct slice en)
{
	return rq->lang == LANG_EN && en.n ? en : zh;
}

static void write_number(struct jsonw *w, const struct progress_row *row)
{
	struct progress p = progress_of(row->count < 0 ? 0 : row->count, row->target.v, row->window_from,
	                                row->window_to, row->today);
	jsonw_kstr(w, "unit", row->unit);
	jsonw_ki64(w, "count", row->count);
	jsonw_ki64(w, "target", row->target.v);
	jsonw_ki64(w, "remaining", p.remaining);
	jsonw_key(w, "percent");
	jsonw_decimal(w, p.percent_hundredths, 2);
	jsonw_ki64(w, "plan_to_date", p.plan_to_date);
	jsonw_ki64(w, "ahead", p.ahead);
	jsonw_key(w, "ahead_weeks");
	jsonw_decimal(w, p.ahead_weeks_tenths, 1);
	jsonw_kobject(w, "rule");
	jsonw_kstr(w, "name", row->rule);
	jsonw_ki64(w, "version", row->rule_version.v);
	jsonw_end(w);
}

/* Reached or not: a milestone has no percentage and no plan to be ahead of. */
static void write_milestone(struct jsonw *w, const struct progress_row *row)
{
	bool reached = row->reached_on.given;
	jsonw_kbool(w, "reached", reached);
	jsonw_kopt_day(w, "reached_on", row->reached_on);
	jsonw_kstr(w, "evidence", reached ? row->evidence : SLICE_NONE);
}

static void write_goal(struct request *rq, struct jsonw *w, const struct progress_row *row)
{
	jsonw_object(w);
	jsonw_kstr(w, "key", row->goal);
	if (row->goal_title.p)
		jsonw_kstr(w, "title", in_language(rq, row->goal_title, row->goal_title_en));
	if (row->target.given)
		write_number(w, row);
	else
		write_milestone(w, row);
	jsonw_end(w);
}

/* The row if it is there, and this programme's. */
static bool row_of(const PGresult *res, int i, struct slice programme, struct progress_row *row)
{
	if (i >= rows_n(res))
		return false;
	progress_read(res, i, row);
	return slice_eq(row->programme, programme);
}

/* Measures at their places, a or b.c, those of one b behind each other. Returns the row behind them. */
static int write_also(struct jsonw *w, const PGresult *res, int i, struct slice programme)
{
	struct progress_row row;
	char group[64] = "";
	jsonw_kobject(w, "also");
	for (; row_of(res, i, programme, &row); i++) {
		const char *dot = strchr(row.also.p, '.');
		int n = dot ? (int)(dot - row.also.p) : 0;
		bool same = n == (int)strlen(group) && memcmp(group, row.also.p, (size_t)n) == 0;
		if (!same && *group)
			jsonw_end(w);
		if (!same) {
			snprintf(group, sizeof group, "%.*s", n, row.also.p);
			if (*group)
				jsonw_kobject(w, group);
		}
		jsonw_ki64(w, dot ? dot + 1 : row.also.p, row.count);
	}
	if (*group)
		jsonw_end(w);
	jsonw_end(w);
	return i;
}

/* Writes the programme that begins at this row; returns the row behind it. */
static int write_programme(struct request *rq, struct jsonw *w, const PGresult *res, int i)
{
	struct progress_row first, row;
	progress_read(res, i, &first);
	jsonw_object(w);
	jsonw_kstr(w, "programme", first.programme);
	jsonw_kstr(w, "title", in_language(rq, first.title, first.title_en));
	jsonw_kobject(w, "window");
	jsonw_kday(w, "from", first.window_from);
	jsonw_kday(w, "to", first.window_to);
	jsonw_end(w);
	jsonw_kinstant(w, "as_of", first.now);
	jsonw_karray(w, "goals");
	for (; row_of(res, i, first.programme, &row) && row.goal.p; i++)
		write_goal(rq, w, &row);
	jsonw_end(w);
	i = write_also(w, res, i, first.programme);
	jsonw_end(w);
	return i;
}

static void set_headers(struct request *rq)
{
	request_set_header(rq, "Content-Language", slice_of(language_tag(rq->lang)));
	request_set_header(rq, "Vary", SLICE("Accept-Language"));
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
	.answers = ANSWERS(JSON_OF(200, programmes_shape)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, list_done, PROGRESS_CALL(SLICE_NONE, (struct opt_day){0}));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "programmes");
	for (int row = 0; row < rows_n(res);)
		row = write_programme(rq, &w, res, row);
	jsonw_end(&w);
	jsonw_end(&w);
	set_headers(rq);
	return reply_json(rq, 200);
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
	.answers = ANSWERS(JSON_OF(200, programme_shape)),
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
	struct jsonw w;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	jsonw_init(&w, request_out(rq));
	write_programme(rq, &w, res, 0);
	set_headers(rq);
	return reply_json(rq, 200);
}

/* ---- GET /v1/progress/{programme}/audit: counted and recounted side by side ---- */

static step_fn audit_begin, audit_done;

static SHAPE(measure_recounted,
             MEMBER(STRING, "measure"),
             MEMBER(INT, "counted"),
             MEMBER(INT, "recounted"),
             MEMBER(INT, "by_day"),
             MEMBER(BOOL, "agrees"));
static SHAPE(recount,
             MEMBER(STRING, "programme"),
             MEMBER(LIST, "measures", .of = &measure_recounted_shape),
             MEMBER(BOOL, "agrees"));

const struct route route_progress_audit = {
	.name = "progress_audit",
	.method = HTTP_GET,
	.path = "/v1/progress/{programme}/audit",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.deadline = INIT_SECONDS(310), /* a recount of everything, and some waiting for its turn */
	.answers = ANSWERS(JSON_OF(200, recount_shape)),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = audit_begin,
};

static struct step audit_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_LANE(rq, audit_done, DB_LONG, PROGRESS_AUDIT_CALL(rq->param[0].text));
}

static struct step audit_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jsonw w;
	bool agrees = true;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kstr(&w, "programme", rq->param[0].text);
	jsonw_karray(&w, "measures");
	for (int i = 0; i < rows_n(res); i++) {
		struct progress_audit_row row;
		progress_audit_read(res, i, &row);
		bool same = row.recounted.given && row.counted == row.recounted.v &&
		            row.counted == row.folded_days;
		agrees = agrees && same;
		jsonw_object(&w);
		jsonw_kstr(&w, "measure", row.measure);
		jsonw_ki64(&w, "counted", row.counted);
		jsonw_kopt_int(&w, "recounted", row.recounted);
		jsonw_ki64(&w, "by_day", row.folded_days);
		jsonw_kbool(&w, "agrees", same);
		jsonw_end(&w);
	}
	jsonw_end(&w);
	jsonw_kbool(&w, "agrees", agrees);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
