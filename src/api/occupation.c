/* api/occupation.c - the reference table of what can be examined at which levels. */
#include "sql/occupation_list.h"
#include "text/jsonw.h"
#include "web/request.h"

static step_fn occupation_list_begin, occupation_list_done;

static SHAPE(level, MEMBER(STRING, "level"), MEMBER(STRING, "name"), MEMBER(STRING, "name_en"), MEMBER(INT, "min_hours", .omitted = true));
static SHAPE(work_type, MEMBER(STRING, "slug"), MEMBER(STRING, "name"), MEMBER(LIST, "levels", .of = &level_shape));
static SHAPE(occupation,
             MEMBER(STRING, "code"),
             MEMBER(STRING, "edition"),
             MEMBER(STRING, "name"),
             MEMBER(STRING, "name_en", .nullable = true),
             MEMBER(LIST, "work_types", .of = &work_type_shape));
static SHAPE(occupations, MEMBER(LIST, "occupations", .of = &occupation_shape));

const struct route route_occupation_list = {
	.name = "occupation_list",
	.method = HTTP_GET,
	.path = "/v1/occupations",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.answers = ANSWERS(JSON_OF(200, occupations_shape)),
	.first = occupation_list_begin,
};

static struct step occupation_list_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, occupation_list_done, OCCUPATION_LIST_CALL());
}

static void write_level(struct jsonw *w, const struct occupation_list_row *row)
{
	jsonw_object(w);
	jsonw_kstr(w, "level", row->level);
	jsonw_kstr(w, "name", row->level_name);
	jsonw_kstr(w, "name_en", row->level_name_en);
	if (row->min_hours.given)
		jsonw_ki64(w, "min_hours", row->min_hours.v);
	jsonw_end(w);
}

/* Rows come sorted by occupation and work type: open and close the nesting where they change. */
static void write_rows(struct jsonw *w, const PGresult *res)
{
	struct occupation_list_row row, before = {0};
	for (int i = 0; i < rows_n(res); i++, before = row) {
		occupation_list_read(res, i, &row);
		bool new_occupation = i == 0 || !slice_eq(row.code, before.code) ||
		                      !slice_eq(row.edition, before.edition);
		bool new_work_type = new_occupation || !slice_eq(row.work_type, before.work_type);
		if (new_work_type && before.work_type.p) {
			jsonw_end(w);
			jsonw_end(w);
		}
		if (i > 0 && new_occupation) {
			jsonw_end(w);
			jsonw_end(w);
		}
		if (new_occupation) {
			jsonw_object(w);
			jsonw_kstr(w, "code", row.code);
			jsonw_kstr(w, "edition", row.edition);
			jsonw_kstr(w, "name", row.name);
			jsonw_kstr(w, "name_en", row.name_en);
			jsonw_karray(w, "work_types");
		}
		if (new_work_type && row.work_type.p) {
			jsonw_object(w);
			jsonw_kstr(w, "slug", row.work_type);
			jsonw_kstr(w, "name", row.work_type_name);
			jsonw_karray(w, "levels");
		}
		if (row.work_type.p)
			write_level(w, &row);
	}
	if (rows_n(res) == 0)
		return;
	if (before.work_type.p) {
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
