/* api/standard_write.c - standards are added, say something new from a day on, and end; a preview tells what that
 * would touch. Administrators of the whole city maintain them. */

#include "api/api.h"
#include "api/outcome.h"
#include "api/standard.h"
#include "crypt/random.h"
#include "sql/standard_create.h"
#include "sql/standard_end.h"
#include "sql/standard_preview.h"
#include "sql/standard_version_add.h"
#include "sql/types/new_standard_version.h"

/* All versions of a standard fit an answer (_standard_change.sql). */
enum { STANDARD_BODY_MAX = 64 * KIB };

/* ---- from bodies to records ---- */

static bool conditions_of(struct arena *a, const struct decode_array *from, struct new_standard_level *to)
{
	const struct standard_condition *c = from->items;
	struct new_standard_condition *ret = arena_alloc(a, (from->n + 1) * sizeof *ret);
	for (size_t i = 0; ret && i < from->n; i++)
		ret[i] = (struct new_standard_condition){c[i].prerequisite, c[i].years.v, c[i].education, c[i].wording};
	to->conditions = ret;
	to->n_conditions = from->n;
	return ret != NULL;
}

static bool levels_of(struct arena *a, const struct decode_array *from, struct new_standard_work_type *to)
{
	const struct standard_level *l = from->items;
	struct new_standard_level *ret = arena_alloc(a, (from->n + 1) * sizeof *ret);
	for (size_t i = 0; ret && i < from->n; i++) {
		ret[i] = (struct new_standard_level){l[i].level, l[i].min_hours.v, l[i].min_age.v, NULL, 0};
		if (!conditions_of(a, &l[i].conditions, &ret[i]))
			return false;
	}
	to->levels = ret;
	to->n_levels = from->n;
	return ret != NULL;
}

static struct slice text_or_empty(struct slice s)
{
	return s.p ? s : SLICE("");
}

bool standard_work_types(struct arena *a, const struct decode_array *work_types,
                         const struct new_standard_work_type **ret, size_t *ret_n)
{
	const struct standard_work_type *w = work_types->items;
	struct new_standard_work_type *made = arena_alloc(a, (work_types->n + 1) * sizeof *made);
	for (size_t i = 0; made && i < work_types->n; i++) {
		made[i] = (struct new_standard_work_type){w[i].slug, text_or_empty(w[i].name), text_or_empty(w[i].name_en), NULL, 0};
		if (!levels_of(a, &w[i].levels, &made[i]))
			return false;
	}
	*ret = made;
	*ret_n = work_types->n;
	return made != NULL;
}

/* A refusal that says where; other words know their place themselves. */
static struct step refuse(struct request *rq, int outcome, struct slice at)
{
	struct fields errors;
	if (!at.p)
		return reply_outcome(rq, outcome);
	fields_init(&errors, rq->arena);
	fields_addf(&errors, outcome_name((enum outcome)outcome), "%.*s", SLICE_ARGS(at));
	return reply_fields(rq, &errors);
}

/* ---- POST /v1/standards ---- */

static int check_standard(struct request *rq, void *state, struct fields *errors)
{
	standard_check(state, day_of(instant_now()), errors);
	return 0;
}

static step_fn create_begin, create_done;

const struct route route_standard_create = {
	.name = "standard_create",
	.method = HTTP_POST,
	.path = "/v1/standards",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = STANDARD_BODY_MAX,
	.body = &standard_table,
	.check = check_standard,
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(JSON_VIEW(201, standard_view)),
	.write = &standard_create_statement,
	.first = create_begin,
};

static struct step create_begin(struct request *rq, const struct db_result *none)
{
	const struct standard_body *b = rq->state;
	struct new_standard s = {
		.id = uuid_v7(instant_now()),
		.name = b->name,
		.occupation = b->occupation,
		.edition = b->edition,
		.document = b->document,
		.issued_on = b->issued_on,
		.printed_code = b->printed_code,
		.valid_from = b->first.valid_from,
		.valid_to = b->valid_to,
		.note = b->first.note,
	};
	if (!standard_work_types(rq->arena, &b->first.work_types, &s.work_types, &s.n_work_types))
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, create_done,
	                   STANDARD_CREATE_CALL(request_context(rq), new_standard_json(request_record(rq), &s)));
}

static struct step create_done(struct request *rq, const struct db_result *rows)
{
	struct standard_create_row r;
	standard_create_read(rows->res[0], 0, &r);
	if (r.outcome == STANDARD_CREATE_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != STANDARD_CREATE_CREATED)
		return refuse(rq, r.outcome, r.at);
	return standard_answer(rq, 201, r.standard);
}

/* ---- POST /v1/standards/{id}/versions ---- */

static int check_version(struct request *rq, void *state, struct fields *errors)
{
	standard_version_check(state, errors);
	fields_sort(errors);
	return 0;
}

static step_fn version_begin, version_done;

const struct route route_standard_version_add = {
	.name = "standard_version_add",
	.method = HTTP_POST,
	.path = "/v1/standards/{id:uuid}/versions",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = STANDARD_BODY_MAX,
	.body = &standard_version_table,
	.check = check_version,
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(JSON_VIEW(201, standard_view)),
	.write = &standard_version_add_statement,
	.first = version_begin,
};

static struct step version_begin(struct request *rq, const struct db_result *none)
{
	const struct standard_version *b = rq->state;
	struct new_standard_version v = {rq->param[0].uuid, b->valid_from, b->note, NULL, 0};
	if (!standard_work_types(rq->arena, &b->work_types, &v.work_types, &v.n_work_types))
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, version_done,
	                   STANDARD_VERSION_ADD_CALL(request_context(rq),
	                                             new_standard_version_json(request_record(rq), &v)));
}

static struct step version_done(struct request *rq, const struct db_result *rows)
{
	struct standard_version_add_row r;
	standard_version_add_read(rows->res[0], 0, &r);
	if (r.outcome == STANDARD_VERSION_ADD_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != STANDARD_VERSION_ADD_CREATED)
		return refuse(rq, r.outcome, r.at);
	return standard_answer(rq, 201, r.standard);
}

/* ---- POST /v1/standards/{id}/ending ---- */

struct ending {
	struct opt_day valid_to;
	struct opt_bool announced_stay;
	struct slice note;
};

static const struct decode_field ending_fields[] = {
	{.name = "announced_stay", .kind = DECODE_BOOL, .nullable = true, .offset = offsetof(struct ending, announced_stay)},
	{.name = "valid_to", .kind = DECODE_DAY, .required = true, .offset = offsetof(struct ending, valid_to)},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct ending, note), .min = 1,
	 .max = 1000},
};
static const struct decode_table ending_table = {ending_fields, ARRAY_LEN(ending_fields), sizeof(struct ending)};

static step_fn ending_begin, ending_done;

const struct route route_standard_end = {
	.name = "standard_end",
	.method = HTTP_POST,
	.path = "/v1/standards/{id:uuid}/ending",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &ending_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, standard_view)),
	.write = &standard_end_statement,
	.first = ending_begin,
};

static struct step ending_begin(struct request *rq, const struct db_result *none)
{
	const struct ending *b = rq->state;
	return AWAIT_WRITE(rq, ending_done,
	                   STANDARD_END_CALL(request_context(rq), rq->param[0].uuid, b->valid_to.v, b->announced_stay.v, b->note));
}

static struct step ending_done(struct request *rq, const struct db_result *rows)
{
	struct standard_end_row r;
	standard_end_read(rows->res[0], 0, &r);
	if (r.outcome == STANDARD_END_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != STANDARD_END_ENDED)
		return refuse(rq, r.outcome, r.at);
	return standard_answer(rq, 200, r.standard);
}

/* ---- POST /v1/standards/{id}/preview ---- */

static const struct view_field touched_fields[] = {
	VIEW_COLUMN(standard_preview_row, exams, "exams"),
	VIEW_COLUMN(standard_preview_row, sessions, "sessions"),
	VIEW_COLUMN(standard_preview_row, accreditations, "accreditations"),
	VIEW_COLUMN(standard_preview_row, recognitions, "recognitions"),
	VIEW_COLUMN(standard_preview_row, agreement_titles, "agreement_titles"),
};
static const struct view touched_view = VIEW(standard_touched, struct standard_preview_row, touched_fields);

static const struct view_field dropped_fields[] = {
	VIEW_COLUMN(standard_preview_row, exams_dropped, "exams"),
	VIEW_COLUMN(standard_preview_row, sessions_dropped, "sessions"),
	VIEW_COLUMN(standard_preview_row, accreditations_dropped, "accreditations"),
	VIEW_COLUMN(standard_preview_row, recognitions_dropped, "recognitions"),
	VIEW_COLUMN(standard_preview_row, agreement_titles_dropped, "agreement_titles"),
};
static const struct view dropped_view = VIEW(standard_dropped, struct standard_preview_row, dropped_fields);

/* The exams that are no longer covered, the next hundred: each is moved to another standard (exam_move). */
static SHAPE(exam_to_move, MEMBER(STRING, "id"), MEMBER(STRING, "code"), MEMBER(STRING, "body"),
             MEMBER(STRING, "held_on"), MEMBER(STRING, "work_type"), MEMBER(STRING, "level"));

static const struct view_field preview_fields[] = {
	VIEW_SELF(touched_view, "touched"),
	VIEW_SELF(dropped_view, "no_longer_covered"),
	VIEW_COLUMN(standard_preview_row, to_move, "exams_to_move", .as = VIEW_JSON, .shape = &exam_to_move_shape),
};
static const struct view preview_view = VIEW(standard_preview, struct standard_preview_row, preview_fields);

static int check_preview(struct request *rq, void *state, struct fields *errors)
{
	standard_preview_check(state, errors);
	return 0;
}

static step_fn preview_begin, preview_done;

const struct route route_standard_preview = {
	.name = "standard_preview",
	.method = HTTP_POST,
	.path = "/v1/standards/{id:uuid}/preview",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = STANDARD_BODY_MAX,
	.body = &standard_preview_table,
	.check = check_preview,
	.question = true,
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(JSON_VIEW(200, preview_view)),
	.first = preview_begin,
};

static struct step preview_begin(struct request *rq, const struct db_result *none)
{
	const struct standard_preview *b = rq->state;
	const struct new_standard_work_type *work_types;
	size_t n;
	if (b->valid_to.given)
		return AWAIT_READ(rq, preview_done,
		                  STANDARD_PREVIEW_CALL(rq->param[0].uuid, b->valid_to.v, SLICE_NONE));
	if (!standard_work_types(rq->arena, &b->version.work_types, &work_types, &n))
		return reply_out_of_memory(rq);
	return AWAIT_READ(rq, preview_done,
	                  STANDARD_PREVIEW_CALL(rq->param[0].uuid, b->version.valid_from.v,
	                                        new_standard_work_type_array(request_record(rq), work_types, n).json));
}

static struct step preview_done(struct request *rq, const struct db_result *rows)
{
	struct standard_preview_row r;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	standard_preview_read(rows->res[0], 0, &r);
	if (r.refusal.p)
		return refuse(rq, (int)outcome_word(r.refusal), r.at);
	return reply_view(rq, 200, &preview_view, &r);
}
