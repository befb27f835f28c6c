/* api/occupation.c - the reference table of what can be examined at which levels. */
#include "api/routes.h"

#include "db/rows.h"
#include "sql_statements.h"
#include "text/jsonw.h"
#include "web/request.h"

static step_fn occupation_list_begin, occupation_list_done;

const struct route route_occupation_list = {
	.name = "occupation_list",
	.method = HTTP_GET,
	.path = "/v1/occupations",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.first = occupation_list_begin,
};

static struct step occupation_list_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return AWAIT_READ(rq, occupation_list_done, ((struct db_call){Q_OCCUPATION_LIST, 0, NULL}));
}

static bool same(const PGresult *res, int row, const char *column)
{
	int col = rows_col(res, column);
	return row > 0 && slice_eq(row_text(res, row, col), row_text(res, row - 1, col));
}

static void write_level(struct jsonw *w, const PGresult *res, int row)
{
	jsonw_object(w);
	jsonw_kstr(w, "level", row_text(res, row, rows_col(res, "level")));
	jsonw_kstr(w, "name", row_text(res, row, rows_col(res, "level_name")));
	jsonw_kstr(w, "name_en", row_text(res, row, rows_col(res, "level_name_en")));
	if (!row_is_null(res, row, rows_col(res, "min_hours")))
		jsonw_ki64(w, "min_hours", row_i64(res, row, rows_col(res, "min_hours")));
	jsonw_end(w);
}

/* Rows come sorted by occupation and work type: open and close the nesting where they change. */
static void write_rows(struct jsonw *w, const PGresult *res)
{
	int work_type = rows_col(res, "work_type");
	for (int i = 0; i < rows_n(res); i++) {
		bool new_occupation = !same(res, i, "code") || !same(res, i, "edition");
		bool new_work_type = new_occupation || !same(res, i, "work_type");
		bool has_work_type = !row_is_null(res, i, work_type);
		if (i > 0 && new_work_type && !row_is_null(res, i - 1, work_type)) {
			jsonw_end(w);
			jsonw_end(w);
		}
		if (i > 0 && new_occupation) {
			jsonw_end(w);
			jsonw_end(w);
		}
		if (new_occupation) {
			jsonw_object(w);
			jsonw_kstr(w, "code", row_text(res, i, rows_col(res, "code")));
			jsonw_kstr(w, "edition", row_text(res, i, rows_col(res, "edition")));
			jsonw_kstr(w, "name", row_text(res, i, rows_col(res, "name")));
			jsonw_kstr(w, "name_en", row_text(res, i, rows_col(res, "name_en")));
			jsonw_karray(w, "work_types");
		}
		if (new_work_type && has_work_type) {
			jsonw_object(w);
			jsonw_kstr(w, "slug", row_text(res, i, work_type));
			jsonw_kstr(w, "name", row_text(res, i, rows_col(res, "work_type_name")));
			jsonw_karray(w, "levels");
		}
		if (has_work_type)
			write_level(w, res, i);
	}
	if (rows_n(res) == 0)
		return;
	if (!row_is_null(res, rows_n(res) - 1, work_type)) {
		jsonw_end(w);
		jsonw_end(w);
	}
	jsonw_end(w);
	jsonw_end(w);
}

static struct step occupation_list_done(struct request *rq, const struct db_result *rows)
{
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "occupations");
	write_rows(&w, rows->res[0]);
	jsonw_end(&w);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
