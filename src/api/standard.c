/* api/standard.c - standards, which exams are held under: by day, by occupation, with all that each of their
 * versions says. */
#include "api/standard.h"

#include "api/audit.h"
#include "api/listing.h"
#include "base/outcome.h"
#include "sql/standard_list.h"
#include "sql/standard_view.h"

/* ---- a standard as it is shown ---- */

static const struct view_field summary_fields[] = {
	VIEW_COLUMN(standard_row, id, "id"),
	VIEW_COLUMN(standard_row, name, "name"),
	VIEW_COLUMN(standard_row, occupation, "occupation"),
	VIEW_COLUMN(standard_row, edition, "edition"),
	VIEW_COLUMN(standard_row, occupation_name, "occupation_name"),
	VIEW_COLUMN(standard_row, document, "document"),
	VIEW_COLUMN(standard_row, issued_on, "issued_on"),
	VIEW_COLUMN(standard_row, printed_code, "printed_code"),
	VIEW_COLUMN(standard_row, valid_from, "valid_from"),
	VIEW_COLUMN(standard_row, valid_to, "valid_to"),
	VIEW_COLUMN(standard_row, version, "version"),
};
static const struct view summary_view = VIEW(standard_summary, struct standard_row, summary_fields);

/* As _standard_versions.sql writes them. */
static SHAPE(standard_condition,
             MEMBER(STRING, "prerequisite", .nullable = true),
             MEMBER(INT, "years", .nullable = true),
             MEMBER(STRING, "education", .nullable = true),
             MEMBER(STRING, "wording", .nullable = true));
static SHAPE(standard_level,
             MEMBER(STRING, "level"),
             MEMBER(STRING, "name"),
             MEMBER(STRING, "name_en"),
             MEMBER(INT, "min_hours", .nullable = true),
             MEMBER(INT, "min_age", .nullable = true),
             MEMBER(LIST, "conditions", .of = &standard_condition_shape));
static SHAPE(standard_work_type,
             MEMBER(STRING, "slug"),
             MEMBER(STRING, "name", .nullable = true),
             MEMBER(STRING, "name_en", .nullable = true),
             MEMBER(LIST, "levels", .of = &standard_level_shape));
static SHAPE(standard_version,
             MEMBER(INT, "version"),
             MEMBER(DAY, "valid_from"),
             MEMBER(STRING, "note", .nullable = true),
             MEMBER(LIST, "work_types", .of = &standard_work_type_shape));

struct shown {
	struct standard_view_row row;
	const char *conditions; /* whether anybody is refused who does not meet them */
};

static const char *const conditions[] = {"stated", NULL};

static const struct view_field whole_fields[] = {
	VIEW_INCLUDE_STRUCT(struct shown, row.standard, summary_view),
	VIEW_FIELD(struct shown, conditions, "conditions", .words = conditions),
	VIEW_FIELD(struct shown, row.versions, "versions", .as = VIEW_JSON, .shape = &standard_version_shape),
};
const struct view standard_view = VIEW(standard, struct shown, whole_fields);

/* ---- GET /v1/standards/{id} ---- */

static step_fn view_begin, view_done;

const struct route route_standard_view = {
	.name = "standard_view",
	.method = HTTP_GET,
	.path = "/v1/standards/{id:uuid}",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.answers = ANSWERS(JSON_VIEW(200, standard_view)),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	return standard_answer(rq, 200, rq->param[0].uuid);
}

static struct step show(struct request *rq, int status, const struct db_result *rows)
{
	struct shown shown = {.conditions = conditions[0]};
	char id[UUID_TEXT];
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	standard_view_read(rows->res[0], 0, &shown.row);
	if (status == 201) {
		uuid_format(shown.row.standard.id, id);
		request_set_header(rq, "Location", slice_of(arena_printf(rq->arena, "/v1/standards/%s", id)));
	}
	return reply_view(rq, status, &standard_view, &shown);
}

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	return show(rq, 200, rows);
}

static struct step created_done(struct request *rq, const struct db_result *rows)
{
	return show(rq, 201, rows);
}

struct step standard_answer(struct request *rq, int status, struct uuid standard)
{
	return AWAIT_READ(rq, status == 201 ? created_done : view_done, STANDARD_VIEW_CALL(standard));
}

/* ---- GET /v1/standards ---- */

static int read_summary(struct request *rq, const PGresult *res, int row, void *item)
{
	standard_row_read(res, row, 0, item);
	return 1;
}

static const struct listed standard_list = {
	.key = {"standard", 1, {CURSOR_KEY(struct standard_row, name)}},
	.view = &summary_view,
	.read = read_summary,
};

struct standard_query {
	struct listing page;
	struct slice name, occupation, edition;
	struct opt_day on;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct standard_query, page., standard_list),
	{.name = "name", .kind = DECODE_STRING, .offset = offsetof(struct standard_query, name), .min = 1,
	 .max = STANDARD_NAME_MAX},
	{.name = "occupation", .kind = DECODE_STRING, .offset = offsetof(struct standard_query, occupation), .min = 1,
	 .max = 32},
	{.name = "edition", .kind = DECODE_STRING, .offset = offsetof(struct standard_query, edition), .min = 1,
	 .max = 16},
	{.name = "on", .kind = DECODE_DAY, .offset = offsetof(struct standard_query, on)},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields),
                                                sizeof(struct standard_query)};

static step_fn list_begin, list_done;

const struct route route_standard_list = {
	.name = "standard_list",
	.method = HTTP_GET,
	.path = "/v1/standards",
	.query = &query_table,
	.deadline = INIT_SECONDS(5),
	.open = true,
	.answers = ANSWERS(VIEW_PAGE(summary_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct standard_query *q = rq->query;
	return AWAIT_READ(rq, list_done,
	                  STANDARD_LIST_CALL(q->name, q->occupation, q->edition, q->on, q->page.after.key[0].text,
	                                     listing_rows(&q->page)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const struct standard_query *q = rq->query;
	return listing_reply(rq, &standard_list, &q->page, rows->res[0]);
}

/* ---- GET /v1/standards/{id}/history ---- */

static step_fn history_begin;

const struct route route_standard_history = {
	.name = "standard_history",
	.method = HTTP_GET,
	.path = "/v1/standards/{id:uuid}/history",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &history_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(audit_view)),
	.first = history_begin,
};

static struct step history_begin(struct request *rq, const struct db_result *none)
{
	return history_reply(rq, rq->param[0].uuid);
}
