/* api/exam_plan.c - what a body files before it holds an exam: how many it expects, where, and who staffs it. Ratios are
 * asked for as the policy exam_staffing says: what is missing is told with the plan, or refused at its fields. */
#include "api/exam.h"
#include "api/outcome.h"
#include "crypt/random.h"
#include "sql/exam_plan_file.h"
#include "sql/exam_plan_view.h"
#include "sql/types/new_exam_plan.h"

enum { STAFF_MAX = 99 };

static const struct {
	const char *code, *pointer;
} lacks[] = {
#define X(code, field, zh) {#code, "/" #field},
#include "domain/staffing_list.h"
#undef X
};
static const char *const lacks_words[] = {
#define X(code, field, zh) #code,
#include "domain/staffing_list.h"
#undef X
	NULL,
};

/* ---- as it is shown ---- */

static SHAPE(exam_staff, MEMBER(STRING, "number"), MEMBER(STRING, "name"));

static const struct view_field plan_fields[] = {
	VIEW_COLUMN(exam_plan_view_row, exam, "exam"),
	VIEW_COLUMN(exam_plan_view_row, version, "version"),
	VIEW_COLUMN(exam_plan_view_row, candidates, "candidates"),
	VIEW_COLUMN(exam_plan_view_row, rooms, "rooms"),
	VIEW_COLUMN(exam_plan_view_row, stations, "stations"),
	VIEW_COLUMN(exam_plan_view_row, invigilators, "invigilators"),
	VIEW_COLUMN(exam_plan_view_row, assessors, "assessors", .as = VIEW_JSON, .shape = &exam_staff_shape),
	VIEW_COLUMN(exam_plan_view_row, supervisors, "supervisors", .as = VIEW_JSON, .shape = &exam_staff_shape),
	VIEW_COLUMN(exam_plan_view_row, panel, "panel"),
	VIEW_COLUMN(exam_plan_view_row, lacks, "lacks", .as = VIEW_WORDS, .words = lacks_words),
	VIEW_COLUMN(exam_plan_view_row, filed_at, "filed_at"),
};
static const struct view plan_view = VIEW(exam_plan, struct exam_plan_view_row, plan_fields);

static struct step load_plan(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, EXAM_PLAN_VIEW_CALL(rq->param[0].uuid));
}

static int whose_plan(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct exam_plan_view_row p;
	exam_plan_view_read(res, row, &p);
	*ret = (struct belongings){.holder = p.body, .district = p.district};
	return 0;
}

static const struct route_object plan_object = {.load = load_plan, .whose = whose_plan};

/* ---- GET /v1/exams/{id}/plan; nothing but nulls: none was filed ---- */

static step_fn plan_shown, plan_store, plan_done;

const struct route route_exam_plan = {
	.name = "exam_plan",
	.method = HTTP_GET,
	.path = "/v1/exams/{id:uuid}/plan",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &plan_object,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, plan_view)),
	.first = plan_shown,
};

static struct step plan_shown(struct request *rq, const struct db_result *rows)
{
	struct exam_plan_view_row p;
	exam_plan_view_read(rows->res[0], 0, &p);
	return reply_view(rq, 200, &plan_view, &p);
}

/* ---- PUT /v1/exams/{id}/plan ---- */

struct member {
	struct slice number, name;
};

struct plan {
	struct opt_int candidates, rooms, stations, invigilators, panel;
	struct decode_array assessors, supervisors; /* of struct member */
};

static const struct decode_field member_fields[] = {
	{.name = "number", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct member, number), .min = 1,
	 .max = 40},
	{.name = "name", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct member, name), .min = 1,
	 .max = 60},
};
static const struct decode_table member_table = {member_fields, ARRAY_LEN(member_fields), sizeof(struct member)};

#define AT(member) .offset = offsetof(struct plan, member)
static const struct decode_field fields[] = {
	{.name = "candidates", .kind = DECODE_INT, .required = true, AT(candidates), .min = 1, .max = 10000},
	{.name = "rooms", .kind = DECODE_INT, .required = true, AT(rooms), .min = 1, .max = 1000},
	{.name = "stations", .kind = DECODE_INT, .nullable = true, AT(stations), .min = 1, .max = 10000},
	{.name = "invigilators", .kind = DECODE_INT, .required = true, AT(invigilators), .max = 2000},
	{.name = "assessors", .kind = DECODE_ARRAY, .required = true, AT(assessors), .max = STAFF_MAX, .table = &member_table},
	{.name = "supervisors", .kind = DECODE_ARRAY, .nullable = true, AT(supervisors), .max = STAFF_MAX,
	 .table = &member_table},
	{.name = "panel", .kind = DECODE_INT, .nullable = true, AT(panel), .max = 99},
};
static const struct decode_table plan_table = {fields, ARRAY_LEN(fields), sizeof(struct plan)};

/* Nobody stands in a list twice: at most 99 to compare. */
static void refuse_twice(const struct decode_array *staff, const char *list, struct fields *errors)
{
	const struct member *m = staff->items;
	for (size_t i = 1; i < staff->n; i++)
		for (size_t j = 0; j < i; j++)
			if (m[i].number.p && m[j].number.p && slice_eq(m[i].number, m[j].number)) {
				fields_addf(errors, "duplicate", "/%s/%zu/number", list, i);
				break;
			}
}

static int check_plan(struct request *rq, void *state, struct fields *errors)
{
	const struct plan *p = state;
	refuse_twice(&p->assessors, "assessors", errors);
	refuse_twice(&p->supervisors, "supervisors", errors);
	fields_sort(errors);
	return 0;
}

const struct route route_exam_plan_file = {
	.name = "exam_plan_file",
	.method = HTTP_PUT,
	.path = "/v1/exams/{id:uuid}/plan",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &plan_object,
	.media = "application/json",
	.body_max = 32 * KIB,
	.body = &plan_table,
	.check = check_plan,
	.answers_fields = true, /* the ratios are compared once the policy is known */
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, plan_view)),
	.write = &exam_plan_file_statement,
	.first = plan_store,
};

static size_t add_staff(struct new_exam_staff *to, const struct decode_array *staff, struct slice role)
{
	const struct member *m = staff->items;
	for (size_t i = 0; i < staff->n; i++)
		to[i] = (struct new_exam_staff){.role = role, .number = m[i].number, .name = m[i].name};
	return staff->n;
}

static struct step plan_store(struct request *rq, const struct db_result *rows)
{
	const struct plan *p = rq->state;
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	struct new_exam_staff *staff = arena_alloc(rq->arena, (p->assessors.n + p->supervisors.n + 1) * sizeof *staff);
	if (!staff)
		return reply_out_of_memory(rq);
	size_t n = add_staff(staff, &p->assessors, SLICE("assessor"));
	n += add_staff(staff + n, &p->supervisors, SLICE("supervisor"));
	const struct new_exam_plan plan = {
		.id = uuid_v7(instant_now()),
		.exam = rq->param[0].uuid,
		.candidates = p->candidates.v,
		.rooms = p->rooms.v,
		.invigilators = p->invigilators.v,
		.staff = staff,
		.n_staff = n,
	};
	return AWAIT_WRITE(rq, plan_done,
	                   EXAM_PLAN_FILE_CALL(request_context(rq), new_exam_plan_json(request_record(rq), &plan), p->stations,
	                                       p->panel));
}

/* At the field that falls short. */
static struct step reply_understaffed(struct request *rq, struct slice words)
{
	while (words.n) {
		const struct slice word = slice_cut(&words, ',');
		for (size_t i = 0; i < ARRAY_LEN(lacks); i++)
			if (slice_is(word, lacks[i].code))
				fields_add(rq->errors, lacks[i].pointer, lacks[i].code);
	}
	fields_sort(rq->errors);
	return reply_fields(rq, rq->errors);
}

static struct step plan_done(struct request *rq, const struct db_result *rows)
{
	struct exam_plan_file_row r;
	exam_plan_file_read(rows->res[0], 0, &r);
	if (r.outcome == EXAM_PLAN_FILE_EXAM_STATE)
		return reply_state(rq, P_EXAM_STATE, r.state, r.allowed);
	if (r.outcome == EXAM_PLAN_FILE_UNDERSTAFFED)
		return reply_understaffed(rq, r.lacks);
	if (r.outcome == EXAM_PLAN_FILE_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != EXAM_PLAN_FILE_FILED)
		return reply_outcome(rq, r.outcome);
	return AWAIT_READ(rq, plan_shown, EXAM_PLAN_VIEW_CALL(rq->param[0].uuid));
}
