/* api/area.c - areas that lie across districts, and which organisations are in them from which day on. What is
 * answered follows from what was asked, so a repetition is answered alike. */
#include "api/listing.h"
#include "api/outcome.h"
#include "base/outcome.h"
#include "db/array.h"
#include "sql/area_join.h"
#include "sql/area_join_preview.h"
#include "sql/area_list.h"
#include "sql/area_set.h"
#include "sql/progress_audit.h"
#include "web/request.h"

/* ---- GET /v1/areas ---- */

static const struct view_field area_fields[] = {
	VIEW_COLUMN(area_list_row, slug, "area"),
	VIEW_COLUMN(area_list_row, id, "id"),
	VIEW_COLUMN(area_list_row, name, "name"),
	VIEW_COLUMN(area_list_row, name_en, "name_en"),
	VIEW_COLUMN(area_list_row, districts, "districts", .as = VIEW_WORDS, .omitted = true),
	VIEW_COLUMN(area_list_row, organisations, "organisations", .as = VIEW_WORDS, .omitted = true),
};
static const struct view area_view = VIEW(area, struct area_list_row, area_fields);

static int read_area(struct request *rq, const PGresult *res, int row, void *item)
{
	area_list_read(res, row, item);
	return 1;
}

static const struct listed area_list = {
	.key = {"area", 1, {CURSOR_KEY(struct area_list_row, slug)}},
	.view = &area_view,
	.read = read_area,
};
LISTING_TABLE(list_query, area_list);

static step_fn list_begin, list_done;

const struct route route_area_list = {
	.name = "area_list",
	.method = HTTP_GET,
	.path = "/v1/areas",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(area_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done, AREA_LIST_CALL(l->after.key[0].text, listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &area_list, rq->query, rows->res[0]);
}

/* ---- PUT /v1/areas/{area} ---- */

struct area {
	struct slice area, name, name_en, reason, organisation;
	struct decode_array districts;
	struct opt_day from;
};

#define REASON_FIELD \
	{.name = "reason", .kind = DECODE_PROSE, .required = true, .offset = offsetof(struct area, reason), .min = 1, \
	 .max = 1000}

static const struct decode_field set_fields[] = {
	{.name = "name", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct area, name), .min = 1,
	 .max = 100},
	{.name = "name_en", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct area, name_en), .min = 1,
	 .max = 100},
	{.name = "districts", .kind = DECODE_ARRAY, .required = true, .offset = offsetof(struct area, districts),
	 .min = 1, .max = 50},
	REASON_FIELD,
};
static const struct decode_table set_table = {set_fields, ARRAY_LEN(set_fields), sizeof(struct area)};

static const struct view_field set_view_fields[] = {
	VIEW_FIELD(struct area, area, "area"),
	VIEW_FIELD(struct area, name, "name"),
	VIEW_FIELD(struct area, name_en, "name_en"),
	VIEW_FIELD(struct area, districts, "districts"),
};
static const struct view set_view = VIEW(area_as_set, struct area, set_view_fields);

static step_fn set_begin, set_done;

const struct route route_area_set = {
	.name = "area_set",
	.method = HTTP_PUT,
	.path = "/v1/areas/{area}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &set_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, set_view)),
	.write = &area_set_statement,
	.first = set_begin,
};

static struct step set_begin(struct request *rq, const struct db_result *none)
{
	const struct area *a = rq->state;
	const struct slice *codes = a->districts.items;
	struct buf b = BUF_INIT(16 * KIB);
	db_array_begin(&b);
	for (size_t i = 0; i < a->districts.n; i++)
		db_array_text(&b, codes[i]);
	db_array_end(&b);
	const struct slice districts = arena_slice(rq->arena, buf_slice(&b));
	buf_free(&b);
	return AWAIT_WRITE(rq, set_done,
	                   AREA_SET_CALL(request_context(rq), rq->param[0].text, a->name, a->name_en, districts, a->reason));
}

static struct step set_done(struct request *rq, const struct db_result *rows)
{
	struct area *a = rq->state;
	struct area_set_row row;
	area_set_read(rows->res[0], 0, &row);
	if (row.outcome == AREA_SET_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != AREA_SET_SET)
		return reply_outcome(rq, row.outcome);
	a->area = rq->param[0].text;
	return reply_view(rq, 200, &set_view, a);
}

/* ---- PUT /v1/areas/{area}/organisations/{organisation}; of the area "none": out of any ---- */

static const struct decode_field join_fields[] = {
	{.name = "from", .kind = DECODE_DAY, .required = true, .offset = offsetof(struct area, from)},
	REASON_FIELD,
};
static const struct decode_table join_table = {join_fields, ARRAY_LEN(join_fields), sizeof(struct area)};

static const struct view_field join_view_fields[] = {
	VIEW_FIELD(struct area, area, "area"),
	VIEW_FIELD(struct area, organisation, "organisation"),
	VIEW_FIELD(struct area, from, "from"),
};
static const struct view join_view = VIEW(area_joined, struct area, join_view_fields);

static step_fn join_begin, join_done;

const struct route route_area_join = {
	.name = "area_join",
	.method = HTTP_PUT,
	.path = "/v1/areas/{area}/organisations/{organisation}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &join_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, join_view)),
	.write = &area_join_statement,
	.first = join_begin,
};

static struct step join_begin(struct request *rq, const struct db_result *none)
{
	const struct area *a = rq->state;
	return AWAIT_WRITE(rq, join_done,
	                   AREA_JOIN_CALL(request_context(rq), rq->param[0].text, rq->param[1].text, a->from.v, a->reason));
}

static struct step join_done(struct request *rq, const struct db_result *rows)
{
	struct area *a = rq->state;
	struct area_join_row row;
	area_join_read(rows->res[0], 0, &row);
	if (row.outcome == AREA_JOIN_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != AREA_JOIN_JOINED)
		return reply_outcome(rq, row.outcome);
	a->area = rq->param[0].text;
	a->organisation = rq->param[1].text;
	return reply_view(rq, 200, &join_view, a);
}

/* ---- POST /v1/areas/{area}/organisations/{organisation}/preview ---- */

struct touched {
	struct slice programme;
	struct opt_day from, to;
};

struct figure {
	struct slice programme;
	struct progress_audit_row row;
};

struct preview {
	struct area asked; /* first: the body is decoded into it */
	struct slice was;
	int64_t exams;
	struct touched *programmes;
	size_t n, counted; /* of programmes */
	struct view_list figures;
};

static const struct decode_table preview_table = {join_fields, ARRAY_LEN(join_fields), sizeof(struct preview)};

static const struct view_field figure_fields[] = {
	VIEW_FIELD(struct figure, programme, "programme"),
	VIEW_FIELD(struct figure, row.measure, "measure"),
	VIEW_FIELD(struct figure, row.counted, "count"),
	VIEW_FIELD(struct figure, row.recounted, "then"),
};
static const struct view figure_view = VIEW(programme_measure_then, struct figure, figure_fields);

static const struct view_field preview_fields[] = {
	VIEW_FIELD(struct preview, asked.area, "area"),
	VIEW_FIELD(struct preview, asked.organisation, "organisation"),
	VIEW_FIELD(struct preview, asked.from, "from"),
	VIEW_FIELD(struct preview, was, "instead_of", .nullable = true),
	VIEW_FIELD(struct preview, exams, "exams"),
	VIEW_FIELD(struct preview, figures, "measures", .view = &figure_view),
};
static const struct view preview_view = VIEW(area_join_preview, struct preview, preview_fields);

static step_fn preview_begin, preview_touches, preview_counted;

const struct route route_area_join_preview = {
	.name = "area_join_preview",
	.method = HTTP_POST,
	.path = "/v1/areas/{area}/organisations/{organisation}/preview",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &preview_table,
	.question = true,
	.deadline = INIT_SECONDS(310), /* for each programme a recount of everything, and some waiting for its turn */
	.answers = ANSWERS(JSON_VIEW(200, preview_view)),
	.write = &area_join_statement,
	.first = preview_begin,
};

static struct step preview_begin(struct request *rq, const struct db_result *none)
{
	const struct preview *p = rq->state;
	return AWAIT_READ(rq, preview_touches,
	                  AREA_JOIN_PREVIEW_CALL(rq->param[0].text, rq->param[1].text, p->asked.from.v));
}

/* Counts what the next programme would, or answers. */
static struct step count_next(struct request *rq)
{
	const struct preview *p = rq->state;
	if (p->counted == p->n)
		return reply_view(rq, 200, &preview_view, p);
	const struct touched *t = &p->programmes[p->counted];
	return AWAIT_LANE(rq, preview_counted, DB_LONG,
	                  PROGRESS_AUDIT_CALL(t->programme, t->from, t->to, SLICE_NONE, SLICE_NONE, SLICE_NONE,
	                                      SLICE_NONE, rq->param[1].text, rq->param[0].text, p->asked.from));
}

static struct step preview_touches(struct request *rq, const struct db_result *rows)
{
	struct preview *p = rq->state;
	const size_t n = (size_t)rows_n(rows->res[0]);
	p->programmes = arena_alloc(rq->arena, n * sizeof *p->programmes);
	if (!p->programmes)
		return reply_out_of_memory(rq);
	for (size_t i = 0; i < n; i++) {
		struct area_join_preview_row row;
		area_join_preview_read(rows->res[0], (int)i, &row);
		if (row.refusal.p)
			return reply_outcome(rq, (int)outcome_word(row.refusal));
		p->exams = row.exams;
		p->was = arena_slice_or_none(rq->arena, row.was);
		const struct slice programme = arena_slice_or_none(rq->arena, row.programme);
		if ((row.was.p && !p->was.p) || (row.programme.p && !programme.p))
			return reply_out_of_memory(rq);
		if (programme.p) /* otherwise none is touched */
			p->programmes[p->n++] = (struct touched){programme, row.window_from, row.window_to};
	}
	p->asked.area = rq->param[0].text;
	p->asked.organisation = rq->param[1].text;
	return count_next(rq);
}

static struct step preview_counted(struct request *rq, const struct db_result *rows)
{
	struct preview *p = rq->state;
	const PGresult *res = rows->res[0];
	const size_t n = (size_t)rows_n(res), before = p->figures.n;
	struct figure *figures = arena_alloc(rq->arena, (before + n + 1) * sizeof *figures);
	if (!figures)
		return reply_out_of_memory(rq);
	if (before)
		memcpy(figures, p->figures.items, before * sizeof *figures);
	for (size_t i = 0; i < n; i++) {
		struct figure *f = &figures[before + i];
		f->programme = p->programmes[p->counted].programme;
		progress_audit_read(res, (int)i, &f->row);
		f->row.measure = arena_slice(rq->arena, f->row.measure);
		if (!f->row.measure.p)
			return reply_out_of_memory(rq);
	}
	p->figures = (struct view_list){figures, before + n};
	p->counted++;
	return count_next(rq);
}
