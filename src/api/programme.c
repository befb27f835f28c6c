/* api/programme.c - programmes as their administrators see them: what they count, their goals, and what was
 * changed. What is public of them is at /v1/progress. */
#include "api/programme.h"

#include "api/audit.h"
#include "api/listing.h"
#include "sql/programme_list.h"
#include "web/request.h"

static const char *const states[] = {"upcoming", "open", "ended", NULL};

static SHAPE(programme_goal, MEMBER(STRING, "key"), MEMBER(STRING, "title", .nullable = true),
             MEMBER(STRING, "title_en", .nullable = true), MEMBER(STRING, "unit", .nullable = true),
             MEMBER(INT, "target", .nullable = true), MEMBER(LIST, "measures"), MEMBER(STRING, "rule", .nullable = true),
             MEMBER(INT, "rule_version", .nullable = true), MEMBER(DAY, "reached_on", .nullable = true),
             MEMBER(STRING, "evidence", .nullable = true));

static const struct view_field window_fields[] = {
	VIEW_COLUMN(programme_list_row, window_from, "from"),
	VIEW_COLUMN(programme_list_row, window_to, "to"),
};
static const struct view window_view = VIEW(programme_window, struct programme_list_row, window_fields);

static const struct view_field programme_fields[] = {
	VIEW_COLUMN(programme_list_row, slug, "programme"),
	VIEW_COLUMN(programme_list_row, id, "id"),
	VIEW_COLUMN(programme_list_row, title, "title"),
	VIEW_COLUMN(programme_list_row, title_en, "title_en"),
	VIEW_SELF(window_view, "window"),
	VIEW_COLUMN(programme_list_row, state, "state", .words = states),
	VIEW_COLUMN(programme_list_row, district_prefix, "district_prefix"),
	VIEW_COLUMN(programme_list_row, area, "area"),
	VIEW_COLUMN(programme_list_row, occupations, "occupations", .as = VIEW_WORDS, .omitted = true),
	VIEW_COLUMN(programme_list_row, measures, "measures", .as = VIEW_WORDS),
	VIEW_COLUMN(programme_list_row, filled, "filled"),
	VIEW_COLUMN(programme_list_row, version, "version"),
	VIEW_COLUMN(programme_list_row, goals, "goals", .as = VIEW_JSON, .shape = &programme_goal_shape),
};
const struct view programme_view = VIEW(programme_as_kept, struct programme_list_row, programme_fields);

/* ---- GET /v1/programmes ---- */

static int read_programme(struct request *rq, const PGresult *res, int row, void *item)
{
	programme_list_read(res, row, item);
	return 1;
}

static const struct listed programme_list = {
	.key = {"programme", 1, {CURSOR_KEY(struct programme_list_row, slug)}},
	.view = &programme_view,
	.read = read_programme,
};
LISTING_TABLE(list_query, programme_list);

static step_fn list_begin, list_done;

const struct route route_programme_list = {
	.name = "programme_list",
	.method = HTTP_GET,
	.path = "/v1/programmes",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(programme_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done, PROGRAMME_LIST_CALL(SLICE_NONE, l->after.key[0].text, listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &programme_list, rq->query, rows->res[0]);
}

/* ---- GET /v1/programmes/{programme} ---- */

static step_fn view_begin, view_done;

const struct route route_programme_view = {
	.name = "programme_view",
	.method = HTTP_GET,
	.path = "/v1/programmes/{programme}",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, programme_view)),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, view_done, PROGRAMME_LIST_CALL(rq->param[0].text, SLICE_NONE, 1));
}

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	struct programme_list_row row;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	programme_list_read(rows->res[0], 0, &row);
	return reply_view(rq, 200, &programme_view, &row);
}

/* ---- GET /v1/programmes/{programme}/history ---- */

static step_fn history_begin, history_of;

const struct route route_programme_history = {
	.name = "programme_history",
	.method = HTTP_GET,
	.path = "/v1/programmes/{programme}/history",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &history_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(audit_view)),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = history_begin,
};

static struct step history_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, history_of, PROGRAMME_LIST_CALL(rq->param[0].text, SLICE_NONE, 1));
}

static struct step history_of(struct request *rq, const struct db_result *rows)
{
	struct programme_list_row row;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	programme_list_read(rows->res[0], 0, &row);
	return history_reply(rq, row.id);
}
