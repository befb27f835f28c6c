/* api/progress.c - counts against the goals, exact in one snapshot, and their recount. */
#include "api/routes.h"

#include "db/rows.h"
#include "domain/progress.h"
#include "sql_statements.h"
#include "text/jsonw.h"
#include "web/request.h"

static int64_t number(const PGresult *res, int row, const char *column)
{
	return row_i64(res, row, rows_col(res, column));
}

static struct slice text(const PGresult *res, int row, const char *column)
{
	return row_text(res, row, rows_col(res, column));
}

static void write_goal(struct jsonw *w, const PGresult *res, int row)
{
	int64_t count = number(res, row, "count"), target = number(res, row, "target");
	struct progress p = progress_of(count < 0 ? 0 : count, target,
	                                row_day(res, row, rows_col(res, "window_from")),
	                                row_day(res, row, rows_col(res, "window_to")),
	                                row_day(res, row, rows_col(res, "today")));
	jsonw_object(w);
	jsonw_kstr(w, "key", text(res, row, "goal"));
	jsonw_kstr(w, "unit", text(res, row, "unit"));
	jsonw_ki64(w, "count", count);
	jsonw_ki64(w, "target", target);
	jsonw_ki64(w, "remaining", p.remaining);
	jsonw_key(w, "percent");
	jsonw_decimal(w, p.percent_hundredths, 2);
	jsonw_ki64(w, "plan_to_date", p.plan_to_date);
	jsonw_ki64(w, "ahead", p.ahead);
	jsonw_key(w, "ahead_weeks");
	jsonw_decimal(w, p.ahead_weeks_tenths, 1);
	jsonw_kobject(w, "rule");
	jsonw_kstr(w, "name", text(res, row, "rule"));
	jsonw_ki64(w, "version", number(res, row, "rule_version"));
	jsonw_end(w);
	jsonw_end(w);
}

static void write_also(struct jsonw *w, const PGresult *res, int row)
{
	static const char *const plain[] = {"sessions_completed", "training_completions",
	                                    "assessments_taken"};
	jsonw_kobject(w, "also");
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		jsonw_ki64(w, plain[i], number(res, row, plain[i]));
	jsonw_kobject(w, "certificates_issued");
	jsonw_ki64(w, "skill_grade", number(res, row, "certificates_skill_grade"));
	jsonw_ki64(w, "company", number(res, row, "certificates_company"));
	jsonw_end(w);
	jsonw_end(w);
}

/* Writes the programme that begins at this row; returns the row behind it. */
static int write_programme(struct request *rq, struct jsonw *w, const PGresult *res, int row)
{
	struct slice slug = text(res, row, "programme");
	struct slice title_en = text(res, row, "title_en");
	bool en = rq->lang == LANG_EN && title_en.n > 0;
	jsonw_object(w);
	jsonw_kstr(w, "programme", slug);
	jsonw_kstr(w, "title", en ? title_en : text(res, row, "title"));
	jsonw_kobject(w, "window");
	jsonw_kstr(w, "from", text(res, row, "window_from"));
	jsonw_kstr(w, "to", text(res, row, "window_to"));
	jsonw_end(w);
	jsonw_kinstant(w, "as_of", row_instant(res, row, rows_col(res, "now")));
	jsonw_karray(w, "goals");
	int first = row;
	for (; row < rows_n(res) && slice_eq(text(res, row, "programme"), slug); row++)
		write_goal(w, res, row);
	jsonw_end(w);
	write_also(w, res, first);
	jsonw_end(w);
	return row;
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
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return AWAIT_READ(rq, list_done, CALL(Q_PROGRESS, db_null()));
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
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return AWAIT_READ(rq, view_done, CALL(Q_PROGRESS, db_text(rq->param[0])));
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

const struct route route_progress_audit = {
	.name = "progress_audit",
	.method = HTTP_GET,
	.path = "/v1/progress/{programme}/audit",
	.deadline = INIT_SECONDS(310), /* a recount of everything, and some waiting for its turn */
	.first = audit_begin,
};

static struct step audit_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return AWAIT_LANE(rq, audit_done, DB_LONG, CALL(Q_PROGRESS_AUDIT, db_text(rq->param[0])));
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
	jsonw_kstr(&w, "programme", rq->param[0]);
	jsonw_karray(&w, "measures");
	for (int i = 0; i < rows_n(res); i++) {
		int64_t counted = number(res, i, "counted"), recounted = number(res, i, "recounted");
		int64_t by_day = number(res, i, "folded_days");
		bool same = counted == recounted && counted == by_day;
		agrees = agrees && same;
		jsonw_object(&w);
		jsonw_kstr(&w, "measure", text(res, i, "measure"));
		jsonw_ki64(&w, "counted", counted);
		jsonw_ki64(&w, "recounted", recounted);
		jsonw_ki64(&w, "by_day", by_day);
		jsonw_kbool(&w, "agrees", same);
		jsonw_end(&w);
	}
	jsonw_end(&w);
	jsonw_kbool(&w, "agrees", agrees);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
