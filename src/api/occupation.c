/* api/occupation.c - the dictionary of occupations: what can be examined, at which levels, under the standard that
 * is in force today. Administrators of the whole city add its entries. */
#include "api/audit.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "base/outcome.h"
#include "crypt/random.h"
#include "domain/standard.h"
#include "sql/occupation_create.h"
#include "sql/occupation_list.h"
#include "web/request.h"

struct work_type {
	struct slice slug, name;
	struct view_list levels; /* of rows */
};

struct occupation {
	struct uuid id;
	struct slice code, edition, name, name_en;
	struct slice standard; /* the one in force */
	struct view_list work_types;
};

static const struct view_field level_fields[] = {
	VIEW_COLUMN(occupation_list_row, level, "level"),
	VIEW_COLUMN(occupation_list_row, level_name, "name"),
	VIEW_COLUMN(occupation_list_row, level_name_en, "name_en"),
	VIEW_COLUMN(occupation_list_row, min_hours, "min_hours", .omitted = true),
};
static const struct view level_view = VIEW(occupation_level, struct occupation_list_row, level_fields);

static const struct view_field work_type_fields[] = {
	VIEW_FIELD(struct work_type, slug, "slug"),
	VIEW_FIELD(struct work_type, name, "name"),
	VIEW_FIELD(struct work_type, levels, "levels", .view = &level_view),
};
static const struct view work_type_view = VIEW(work_type, struct work_type, work_type_fields);

static const struct view_field occupation_fields[] = {
	VIEW_FIELD(struct occupation, code, "code"),
	VIEW_FIELD(struct occupation, edition, "edition"),
	VIEW_FIELD(struct occupation, name, "name"),
	VIEW_FIELD(struct occupation, name_en, "name_en"),
	VIEW_FIELD(struct occupation, id, "id"),
	VIEW_FIELD(struct occupation, standard, "standard", .nullable = true),
	VIEW_FIELD(struct occupation, work_types, "work_types", .view = &work_type_view),
};
static const struct view occupation_view = VIEW(occupation, struct occupation, occupation_fields);

/* How many rows from this one on are of one occupation. */
static int count_rows(const PGresult *res, int row)
{
	struct occupation_list_row first, other;
	int n = 1;
	occupation_list_read(res, row, &first);
	for (; row + n < rows_n(res); n++) {
		occupation_list_read(res, row + n, &other);
		if (!slice_eq(other.code, first.code) || !slice_eq(other.edition, first.edition))
			break;
	}
	return n;
}

/* Rows come sorted by work type. */
static size_t group(const struct occupation_list_row *rows, size_t n, struct work_type *ret)
{
	size_t types = 0;
	for (size_t i = 0; i < n && rows[i].work_type.p; i++) {
		if (i == 0 || !slice_eq(rows[i].work_type, rows[i - 1].work_type))
			ret[types++] = (struct work_type){.slug = rows[i].work_type, .name = rows[i].work_type_name, .levels = {&rows[i], 0}};
		ret[types - 1].levels.n++;
	}
	return types;
}

static int read_occupation(struct request *rq, const PGresult *res, int row, void *to)
{
	struct occupation *o = to;
	const int n = count_rows(res, row);
	struct occupation_list_row *rows = arena_alloc(rq->arena, (size_t)n * sizeof *rows);
	struct work_type *types = arena_alloc(rq->arena, (size_t)n * sizeof *types);
	if (!rows || !types)
		return E_NOMEM;
	for (int i = 0; i < n; i++)
		occupation_list_read(res, row + i, &rows[i]);
	*o = (struct occupation){
		.id = rows->id,
		.code = rows->code,
		.edition = rows->edition,
		.name = rows->name,
		.name_en = rows->name_en,
		.standard = rows->standard,
		.work_types = {types, group(rows, (size_t)n, types)},
	};
	return n;
}

static const struct listed occupation_list = {
	.key = {"occupation", 2, {CURSOR_KEY(struct occupation, code), CURSOR_KEY(struct occupation, edition)}},
	.view = &occupation_view,
	.read = read_occupation,
	.items = "occupations",
};

struct occupation_query {
	struct listing page;
	struct slice text;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct occupation_query, page., occupation_list),
	{.name = "text", .kind = DECODE_STRING, .offset = offsetof(struct occupation_query, text), .min = 1, .max = 100},
};
static const struct decode_table list_query = {query_fields, ARRAY_LEN(query_fields), sizeof(struct occupation_query)};

static step_fn begin, done;

static SHAPE(occupations, MEMBER(LIST, "occupations", .of = SHAPE_OF(occupation_view)),
             MEMBER(STRING, "next_cursor", .nullable = true));

const struct route route_occupation_list = {
	.name = "occupation_list",
	.method = HTTP_GET,
	.path = "/v1/occupations",
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.open = true,
	.cache = CACHE_PUBLIC,
	.answers = ANSWERS(JSON_OF(200, occupations_shape), MEDIA(200, CSV_TYPE)),
	.first = begin,
};

static struct step begin(struct request *rq, const struct db_result *none)
{
	const struct occupation_query *q = rq->query;
	return AWAIT_READ(rq, done,
	                  OCCUPATION_LIST_CALL(q->page.after.key[0].text, q->page.after.key[1].text,
	                                       listing_rows(&q->page), SLICE_NONE, SLICE_NONE, q->text));
}

static struct step done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &occupation_list, rq->query, rows->res[0]);
}

/* ---- GET /v1/occupations/{code}/{edition} and its history ---- */

static struct step await_one(struct request *rq, step_fn *next, struct slice code, struct slice edition)
{
	return AWAIT_READ(rq, next, OCCUPATION_LIST_CALL(SLICE_NONE, SLICE_NONE, 1, code, edition, SLICE_NONE));
}

static struct step show(struct request *rq, int status, const PGresult *res)
{
	struct occupation o;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	int r = read_occupation(rq, res, 0, &o);
	return r < 0 ? reply_out_of_memory(rq) : reply_view(rq, status, &occupation_view, &o);
}

static step_fn view_begin, view_done, history_begin, history_found, create_begin, create_done, created;

const struct route route_occupation_view = {
	.name = "occupation_view",
	.method = HTTP_GET,
	.path = "/v1/occupations/{code}/{edition}",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.answers = ANSWERS(JSON_VIEW(200, occupation_view)),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	return await_one(rq, view_done, rq->param[0].text, rq->param[1].text);
}

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	return show(rq, 200, rows->res[0]);
}

const struct route route_occupation_history = {
	.name = "occupation_history",
	.method = HTTP_GET,
	.path = "/v1/occupations/{code}/{edition}/history",
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
	return await_one(rq, history_found, rq->param[0].text, rq->param[1].text);
}

static struct step history_found(struct request *rq, const struct db_result *rows)
{
	struct occupation_list_row o;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	occupation_list_read(rows->res[0], 0, &o);
	return history_reply(rq, o.id);
}

/* ---- POST /v1/occupations ---- */

static int check(struct request *rq, void *state, struct fields *errors)
{
	occupation_check(state, errors);
	return 0;
}

const struct route route_occupation_create = {
	.name = "occupation_create",
	.method = HTTP_POST,
	.path = "/v1/occupations",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &occupation_table,
	.check = check,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, occupation_view)),
	.write = &occupation_create_statement,
	.first = create_begin,
};

static struct step create_begin(struct request *rq, const struct db_result *none)
{
	const struct occupation_body *b = rq->state;
	return AWAIT_WRITE(rq, create_done,
	                   OCCUPATION_CREATE_CALL(request_context(rq), uuid_v7(instant_now()), b->code, b->edition,
	                                          b->name, b->name_en));
}

static struct step create_done(struct request *rq, const struct db_result *rows)
{
	const struct occupation_body *b = rq->state;
	struct occupation_create_row r;
	occupation_create_read(rows->res[0], 0, &r);
	if (r.outcome == OCCUPATION_CREATE_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != OCCUPATION_CREATE_CREATED)
		return reply_outcome(rq, r.outcome);
	return await_one(rq, created, b->code, b->edition);
}

static struct step created(struct request *rq, const struct db_result *rows)
{
	const struct occupation_body *b = rq->state;
	const char *at = arena_printf(rq->arena, "/v1/occupations/%.*s/%.*s", SLICE_ARGS(b->code), SLICE_ARGS(b->edition));
	request_set_header(rq, "Location", slice_of(at));
	return show(rq, 201, rows->res[0]);
}
