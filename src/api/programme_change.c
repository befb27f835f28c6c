/* api/programme_change.c - programmes are opened, renamed, and their windows moved; a preview says what that
 * would do to the figures, recounted from the source rows, and stores nothing. What is opened or moved is
 * filled by a background job. */
#include "api/outcome.h"
#include "api/programme.h"
#include "base/outcome.h"
#include "crypt/random.h"
#include "db/array.h"
#include "sql/programme_change.h"
#include "sql/programme_change_preview.h"
#include "sql/programme_create.h"
#include "sql/programme_create_preview.h"
#include "sql/programme_list.h"
#include "sql/progress_audit.h"
#include "sql/types/new_programme.h"
#include "web/request.h"

struct wanted {
	struct slice programme, title, title_en, district_prefix, area, reason;
	struct opt_day from, to;
	struct decode_array occupations, measures;
	bool unfilled; /* by what this request did: answered so, however fast the background job is */
};

#define TITLE_FIELDS(needed) \
	{.name = "title", .kind = DECODE_STRING, .required = (needed), .nullable = !(needed), \
	 .offset = offsetof(struct wanted, title), .min = 1, .max = 200}, \
	{.name = "title_en", .kind = DECODE_STRING, .required = (needed), .nullable = !(needed), \
	 .offset = offsetof(struct wanted, title_en), .min = 1, .max = 200}, \
	{.name = "from", .kind = DECODE_DAY, .required = (needed), .nullable = !(needed), \
	 .offset = offsetof(struct wanted, from)}, \
	{.name = "to", .kind = DECODE_DAY, .required = (needed), .nullable = !(needed), \
	 .offset = offsetof(struct wanted, to)}, \
	{.name = "reason", .kind = DECODE_PROSE, .required = true, .offset = offsetof(struct wanted, reason), \
	 .min = 1, .max = 1000}

static const struct decode_field create_fields[] = {
	{.name = "programme", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct wanted, programme),
	 .min = 1, .max = 40},
	TITLE_FIELDS(true),
	{.name = "district_prefix", .kind = DECODE_STRING, .required = true,
	 .offset = offsetof(struct wanted, district_prefix), .max = 6},
	{.name = "area", .kind = DECODE_STRING, .nullable = true, .offset = offsetof(struct wanted, area), .min = 1,
	 .max = 40},
	{.name = "occupations", .kind = DECODE_ARRAY, .nullable = true, .offset = offsetof(struct wanted, occupations),
	 .max = 100},
	{.name = "measures", .kind = DECODE_ARRAY, .required = true, .offset = offsetof(struct wanted, measures),
	 .min = 1, .max = 20},
};
static const struct decode_table create_table = {create_fields, ARRAY_LEN(create_fields), sizeof(struct wanted)};

static const struct decode_field change_fields[] = {TITLE_FIELDS(false)};
static const struct decode_table change_table = {change_fields, ARRAY_LEN(change_fields), sizeof(struct wanted)};

struct slice programme_names(struct request *rq, const struct decode_array *list)
{
	const struct slice *texts = list->items;
	struct buf b = BUF_INIT(64 * KIB);
	if (list->n == 0)
		return SLICE_NONE;
	db_array_begin(&b);
	for (size_t i = 0; i < list->n; i++)
		db_array_text(&b, texts[i]);
	db_array_end(&b);
	const struct slice made = arena_slice(rq->arena, buf_slice(&b));
	buf_free(&b);
	return made;
}

static struct new_programme_json record_of(struct request *rq)
{
	const struct wanted *w = rq->state;
	const struct new_programme programme = {
		.id = uuid_v7(instant_now()),
		.slug = w->programme,
		.title = w->title,
		.title_en = w->title_en,
		.window_from = w->from,
		.window_to = w->to,
		.district_prefix = w->district_prefix,
		.area = w->area,
		.occupations = programme_names(rq, &w->occupations),
		.measures = programme_names(rq, &w->measures),
	};
	return new_programme_json(request_record(rq), &programme);
}

static step_fn shown;

static struct step reply_programme(struct request *rq, struct slice slug)
{
	return AWAIT_READ(rq, shown, PROGRAMME_LIST_CALL(slug, SLICE_NONE, 1));
}

static struct step shown(struct request *rq, const struct db_result *rows)
{
	const struct wanted *w = rq->state;
	struct programme_list_row row;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_INTERNAL);
	programme_list_read(rows->res[0], 0, &row);
	row.filled = row.filled && !w->unfilled;
	return reply_view(rq, 200, &programme_view, &row);
}

/* ---- POST /v1/programmes ---- */

static step_fn create_begin, create_done;

const struct route route_programme_create = {
	.name = "programme_create",
	.method = HTTP_POST,
	.path = "/v1/programmes",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &create_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, programme_view)),
	.write = &programme_create_statement,
	.first = create_begin,
};

static struct step create_begin(struct request *rq, const struct db_result *none)
{
	const struct wanted *w = rq->state;
	return AWAIT_WRITE(rq, create_done, PROGRAMME_CREATE_CALL(request_context(rq), record_of(rq), w->reason));
}

static struct step create_done(struct request *rq, const struct db_result *rows)
{
	struct wanted *w = rq->state;
	struct programme_create_row row;
	programme_create_read(rows->res[0], 0, &row);
	if (row.outcome == PROGRAMME_CREATE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != PROGRAMME_CREATE_CREATED)
		return reply_outcome(rq, row.outcome);
	w->unfilled = row.outcome == PROGRAMME_CREATE_CREATED;
	return reply_programme(rq, w->programme);
}

/* ---- PATCH /v1/programmes/{programme} ---- */

static step_fn change_begin, change_done;

const struct route route_programme_change = {
	.name = "programme_change",
	.method = HTTP_PATCH,
	.path = "/v1/programmes/{programme}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &change_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, programme_view)),
	.write = &programme_change_statement,
	.first = change_begin,
};

static struct step change_begin(struct request *rq, const struct db_result *none)
{
	const struct wanted *w = rq->state;
	return AWAIT_WRITE(rq, change_done,
	                   PROGRAMME_CHANGE_CALL(request_context(rq), rq->param[0].text, w->title, w->title_en, w->from,
	                                         w->to, w->reason));
}

static struct step change_done(struct request *rq, const struct db_result *rows)
{
	struct wanted *w = rq->state;
	struct programme_change_row row;
	programme_change_read(rows->res[0], 0, &row);
	if (row.outcome == PROGRAMME_CHANGE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != PROGRAMME_CHANGE_CHANGED)
		return reply_outcome(rq, row.outcome);
	w->unfilled = row.outcome == PROGRAMME_CHANGE_CHANGED && (w->from.given || w->to.given);
	return reply_programme(rq, rq->param[0].text);
}

/* ---- what either would do to the figures ---- */

struct preview {
	struct slice programme;
	struct day from, to;
	struct view_list measures;
};

static const struct view_field figure_fields[] = {
	VIEW_COLUMN(progress_audit_row, measure, "measure"),
	VIEW_COLUMN(progress_audit_row, counted, "count"),
	VIEW_COLUMN(progress_audit_row, recounted, "then"),
};
static const struct view figure_view = VIEW(measure_then, struct progress_audit_row, figure_fields);

static const struct view_field window_fields[] = {
	VIEW_FIELD(struct preview, from, "from"),
	VIEW_FIELD(struct preview, to, "to"),
};
static const struct view window_view = VIEW(window_then, struct preview, window_fields);

static const struct view_field preview_fields[] = {
	VIEW_FIELD(struct preview, programme, "programme"),
	VIEW_SELF(window_view, "window"),
	VIEW_FIELD(struct preview, measures, "measures", .view = &figure_view),
};
const struct view programme_preview_view = VIEW(programme_preview, struct preview, preview_fields);

struct step reply_programme_preview(struct request *rq, struct slice programme, struct day from, struct day to,
                                    const PGresult *res)
{
	const size_t n = (size_t)rows_n(res);
	struct progress_audit_row *figures = arena_alloc(rq->arena, (n + 1) * sizeof *figures);
	if (!figures)
		return reply_out_of_memory(rq);
	for (size_t i = 0; i < n; i++)
		progress_audit_read(res, (int)i, &figures[i]);
	return reply_view(rq, 200, &programme_preview_view, &(struct preview){programme, from, to, {figures, n}});
}

/* ---- POST /v1/programmes/preview ---- */

static step_fn create_preview_begin, create_preview_count, create_preview_done;

const struct route route_programme_create_preview = {
	.name = "programme_create_preview",
	.method = HTTP_POST,
	.path = "/v1/programmes/preview",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &create_table,
	.question = true,
	.deadline = INIT_SECONDS(310), /* a recount of everything, and some waiting for its turn */
	.answers = ANSWERS(JSON_VIEW(200, programme_preview_view)),
	.write = &programme_create_statement,
	.first = create_preview_begin,
};

static struct step create_preview_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, create_preview_count, PROGRAMME_CREATE_PREVIEW_CALL(record_of(rq)));
}

static struct step create_preview_count(struct request *rq, const struct db_result *rows)
{
	const struct wanted *w = rq->state;
	struct programme_create_preview_row row;
	programme_create_preview_read(rows->res[0], 0, &row);
	if (row.refusal.p)
		return reply_outcome(rq, (int)outcome_word(row.refusal));
	return AWAIT_LANE(rq, create_preview_done, DB_LONG,
	                  PROGRESS_AUDIT_CALL(w->programme, w->from, w->to, w->district_prefix, w->area,
	                                      programme_names(rq, &w->occupations), programme_names(rq, &w->measures), SLICE_NONE,
	                                      SLICE_NONE, (struct opt_day){0}));
}

static struct step create_preview_done(struct request *rq, const struct db_result *rows)
{
	const struct wanted *w = rq->state;
	return reply_programme_preview(rq, w->programme, w->from.v, w->to.v, rows->res[0]);
}

/* ---- POST /v1/programmes/{programme}/preview ---- */

static step_fn change_preview_begin, change_preview_count, change_preview_done;

const struct route route_programme_change_preview = {
	.name = "programme_change_preview",
	.method = HTTP_POST,
	.path = "/v1/programmes/{programme}/preview",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &change_table,
	.question = true,
	.deadline = INIT_SECONDS(310),
	.answers = ANSWERS(JSON_VIEW(200, programme_preview_view)),
	.write = &programme_change_statement,
	.first = change_preview_begin,
};

static struct step change_preview_begin(struct request *rq, const struct db_result *none)
{
	const struct wanted *w = rq->state;
	return AWAIT_READ(rq, change_preview_count, PROGRAMME_CHANGE_PREVIEW_CALL(rq->param[0].text, w->from, w->to));
}

static struct step change_preview_count(struct request *rq, const struct db_result *rows)
{
	struct wanted *w = rq->state;
	struct programme_change_preview_row row;
	programme_change_preview_read(rows->res[0], 0, &row);
	if (row.refusal.p)
		return reply_outcome(rq, (int)outcome_word(row.refusal));
	w->from = row.window_from;
	w->to = row.window_to;
	return AWAIT_LANE(rq, change_preview_done, DB_LONG,
	                  PROGRESS_AUDIT_CALL(rq->param[0].text, w->from, w->to, SLICE_NONE, SLICE_NONE, SLICE_NONE,
	                                      SLICE_NONE, SLICE_NONE, SLICE_NONE, (struct opt_day){0}));
}

static struct step change_preview_done(struct request *rq, const struct db_result *rows)
{
	const struct wanted *w = rq->state;
	return reply_programme_preview(rq, rq->param[0].text, w->from.v, w->to.v, rows->res[0]);
}
