/* api/correction.c - corrections: a body asks, with reason and evidence, that a result be another one; what was asked for,
 * and what became of it. Deciding is correction_decide.c. A re-sit is no correction: it is another exam. */
#include "api/correction.h"

#include "api/audit.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "api/person.h"
#include "api/scores.h"
#include "api/two_people.h"
#include "crypt/random.h"
#include "domain/submission.h"
#include "sql/assessment_certificates.h"
#include "sql/assessment_view.h"
#include "sql/correction_list.h"
#include "sql/correction_request.h"
#include "sql/correction_view.h"
#include "sql/exam_load.h"
#include "sql/types/new_correction.h"
#include "store/exam.h"

enum { EVIDENCE_MAX = 200 };

const char *const correction_states[] = {"requested", "approved", "refused", "withdrawn", NULL};
static const char *const kinds[] = {"score", "absence", "name", "id_document", NULL};
static const char *const outcomes[] = {"pass", "fail", "absent", NULL};
static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/correction_reason_list.h"
#undef X
	NULL,
};
static const char *const refusals[] = {
#define X(code, zh) #code,
#include "domain/correction_refusal_list.h"
#undef X
	NULL,
};

/* ---- as it is shown ---- */

static const struct view_field candidate_fields[] = {
	VIEW_COLUMN(correction_row, name, "name"),
	VIEW_COLUMN(correction_row, id_type, "id_type"),
	VIEW_COLUMN(correction_row, id_masked, "id_number"),
};
static const struct view candidate_view = VIEW(candidate_masked, struct correction_row, candidate_fields);

#define SCORES(theory_, skill_, review_) \
	VIEW_COLUMN(correction_row, theory_, "theory", .as = VIEW_NUMBER, .omitted = true), \
	VIEW_COLUMN(correction_row, skill_, "skill", .as = VIEW_NUMBER, .omitted = true), \
	VIEW_COLUMN(correction_row, review_, "review", .as = VIEW_NUMBER, .omitted = true)

static const struct view_field was_score_fields[] = {SCORES(was_theory, was_skill, was_review)};
static const struct view_field score_fields[] = {SCORES(theory, skill, review)};
static const struct view was_scores_view = VIEW(scores, struct correction_row, was_score_fields);
static const struct view scores_view = VIEW(scores, struct correction_row, score_fields);

static const struct view_field from_fields[] = {
	VIEW_COLUMN(correction_row, was_outcome, "outcome", .words = outcomes),
	VIEW_SELF(was_scores_view, "scores", .omitted = true),
	VIEW_COLUMN(correction_row, was_id_type, "id_type", .omitted = true),
	VIEW_COLUMN(correction_row, was_id_masked, "id_number", .omitted = true),
};
static const struct view_field to_fields[] = {
	VIEW_COLUMN(correction_row, outcome, "outcome", .words = outcomes),
	VIEW_COLUMN(correction_row, failed_parts, "failed_parts", .as = VIEW_WORDS),
	VIEW_SELF(scores_view, "scores", .omitted = true),
	VIEW_COLUMN(correction_row, supplied_number, "certificate_number", .omitted = true),
	VIEW_COLUMN(correction_row, to_name, "name", .omitted = true),
	VIEW_COLUMN(correction_row, to_id_type, "id_type", .omitted = true),
	VIEW_COLUMN(correction_row, to_id_masked, "id_number", .omitted = true),
};
static const struct view from_view = VIEW(correction_from, struct correction_row, from_fields);
static const struct view to_view = VIEW(correction_to, struct correction_row, to_fields);

static const struct view_field correction_fields[] = {
	VIEW_COLUMN(correction_row, id, "id"),
	VIEW_COLUMN(correction_row, assessment, "assessment_id"),
	VIEW_COLUMN(correction_row, exam, "exam_id"),
	VIEW_COLUMN(correction_row, exam_code, "exam_code"),
	VIEW_COLUMN(correction_row, body_slug, "body"),
	VIEW_COLUMN(correction_row, body_name, "body_name"),
	VIEW_COLUMN(correction_row, kind, "kind", .words = kinds),
	VIEW_COLUMN(correction_row, state, "state", .words = correction_states),
	VIEW_SELF(candidate_view, "candidate"),
	VIEW_SELF(from_view, "from"),
	VIEW_SELF(to_view, "to"),
	VIEW_COLUMN(correction_row, reason, "reason", .words = reasons),
	VIEW_COLUMN(correction_row, evidence, "evidence"),
	VIEW_COLUMN(correction_row, note, "note"),
	VIEW_COLUMN(correction_row, refusal, "refusal", .words = refusals),
	VIEW_COLUMN(correction_row, decision_note, "decision_note"),
	VIEW_COLUMN(correction_row, made, "result_id"),
};
static const struct view correction_view = VIEW(correction_asked, struct correction_row, correction_fields);

static const struct view_field listed_fields[] = {
	VIEW_INCLUDE_STRUCT(struct correction_list_row, correction, correction_view),
	VIEW_INCLUDE_STRUCT(struct correction_list_row, decision, two_people_view),
};
static const struct view listed_view = VIEW(correction, struct correction_list_row, listed_fields);

static const struct view_field whole_fields[] = {
	VIEW_INCLUDE_STRUCT(struct correction_view_row, correction, correction_view),
	VIEW_INCLUDE_STRUCT(struct correction_view_row, decision, two_people_view),
};
static const struct view whole_view = VIEW(correction, struct correction_view_row, whole_fields);

/* ---- whose it is ---- */

static struct step load(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, CORRECTION_VIEW_CALL(rq->param[0].uuid));
}

static int whose(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct correction_row c;
	correction_row_read(res, row, 0, &c);
	*ret = (struct belongings){.holder = c.body, .partner = c.partner, .district = c.district};
	return 0;
}

const struct route_object correction_object = {.load = load, .whose = whose};
static const struct route_object corrections = {.whose = whose};

static struct step load_assessment(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, ASSESSMENT_VIEW_CALL(rq->param[0].uuid));
}

static int whose_assessment(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct assessment_view_row a;
	assessment_view_read(res, row, &a);
	*ret = (struct belongings){.holder = a.body, .partner = a.partner, .district = a.district};
	return 0;
}

static const struct route_object assessment = {.load = load_assessment, .whose = whose_assessment};

/* ---- POST /v1/assessments/{id}/corrections ---- */

struct ask {
	struct submission result; /* what it should have been */
	struct slice kind, reason, evidence, note;
	bool candidate_given, was_pass;
	struct submission_facts facts;
	struct uuid id;
};

#define AT(member) .offset = offsetof(struct ask, member)
static const struct decode_field ask_fields[] = {
	{.name = "kind", .kind = DECODE_CHOICE, .required = true, .choices = kinds, AT(kind)},
	{.name = "candidate", .kind = DECODE_OBJECT, .table = &candidate_table, AT(result.candidate),
	 .given = DECODE_GIVEN(struct ask, candidate_given)},
	{.name = "scores", .kind = DECODE_OBJECT, .table = &scores_table, AT(result.scores),
	 .given = DECODE_GIVEN(struct ask, result.scores_given)},
	{.name = "certificate_number", .kind = DECODE_ANY_STRING, .nullable = true, AT(result.certificate_number)},
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, .choices = reasons, AT(reason)},
	{.name = "evidence", .kind = DECODE_STRING, .required = true, .min = 1, .max = EVIDENCE_MAX, AT(evidence)},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .max = 1000, AT(note)},
};
static const struct decode_table ask_table = {ask_fields, ARRAY_LEN(ask_fields), sizeof(struct ask)};

struct asked {
	struct uuid id;
	const char *state;
};

static const struct view_field asked_fields[] = {
	VIEW_FIELD(struct asked, id, "id"),
	VIEW_FIELD(struct asked, state, "state", .words = correction_states),
};
static const struct view asked_view = VIEW(correction_requested, struct asked, asked_fields);

/* Whether it is the candidate that was recorded wrongly. */
static bool is_identity(const struct ask *st)
{
	return slice_is(st->kind, "name") || slice_is(st->kind, "id_document");
}

/* As it should have been recorded: the candidate whole, or the result. */
static int check_kind(struct request *rq, void *state, struct fields *errors)
{
	struct ask *st = state;
	const struct {
		const char *pointer;
		bool given;
	} others[] = {
		{"/candidate", !is_identity(st) && st->candidate_given},
		{"/scores", is_identity(st) && st->result.scores_given},
		{"/certificate_number", is_identity(st) && st->result.certificate_number.p},
	};
	for (size_t i = 0; st->kind.p && i < ARRAY_LEN(others); i++)
		if (others[i].given)
			fields_add(errors, others[i].pointer, "not_of_kind");
	if (!is_identity(st))
		return 0;
	if (!st->candidate_given && !fields_has(errors, "/candidate"))
		fields_add(errors, "/candidate", "required");
	return st->candidate_given ? candidate_check(&st->result.candidate, day_of(instant_now()), rq->arena, errors,
	                                             &st->facts.candidate)
	                           : 0;
}

static step_fn ask_begin, ask_check, ask_done;

const struct route route_correction_request = {
	.name = "correction_request",
	.method = HTTP_POST,
	.path = "/v1/assessments/{id:uuid}/corrections",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &assessment,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &ask_table,
	.check = check_kind,
	.answers_fields = true, /* what the exam asks for is checked once it is known */
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, asked_view)),
	.write = &correction_request_statement,
	.first = ask_begin,
};

static struct step ask_begin(struct request *rq, const struct db_result *rows)
{
	struct ask *st = rq->state;
	struct assessment_view_row a;
	const struct slice number = st->result.certificate_number; /* checked when the exam is known */
	assessment_view_read(rows->res[0], 0, &a);
	st->was_pass = slice_is(a.outcome, "pass");
	return AWAIT_READ(rq, ask_check,
	                  EXAM_LOAD_CALL(a.exam_id, SLICE_NONE, SLICE_NONE, number_is_skill_grade(number) ? number : SLICE_NONE,
	                                 (struct uuid){{0}}, SLICE_NONE, SLICE_NONE));
}

/* What is a pass already keeps its number. */
static void check_result(struct request *rq, struct ask *st, const struct exam *exam)
{
	const struct exam_rules rules = {
		.level_digit = exam->level_digit.n ? exam->level_digit.p[0] : '\0',
		.has_review = exam->has_review,
		.number_prefix = exam->number_prefix,
		.numbers = st->was_pass ? NUMBER_EITHER : number_source_from_code(exam->numbers),
		.held_on = exam->held_on,
	};
	if (st->was_pass && st->result.certificate_number.p) {
		fields_add(rq->errors, "/certificate_number", "number_stays");
		st->result.certificate_number = SLICE_NONE;
	}
	submission_check_result(&st->result, &rules, exam->today, rq->errors, &st->facts);
}

static struct step ask_check(struct request *rq, const struct db_result *rows)
{
	struct ask *st = rq->state;
	struct exam exam;
	if (!exam_from_rows(rows->res[0], rq->arena, &exam))
		return reply_out_of_memory(rq);
	if (is_identity(st))
		candidate_check_born(&st->facts.candidate, exam.held_on, "born_after_exam", rq->errors);
	else
		check_result(rq, st, &exam);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	struct slice parts = failed_parts_text(rq, &st->facts.grade);
	const char *array = arena_printf(rq->arena, "{%.*s}", SLICE_ARGS(parts));
	st->id = uuid_v7(exam.now);
	struct new_person person = {.id = st->id};
	if (is_identity(st) && !person_record(rq, st->id, &st->facts.candidate, &person))
		return reply_out_of_memory(rq);
	const struct new_correction correction = {
		.id = st->id,
		.assessment = rq->param[0].uuid,
		.kind = st->kind,
		.theory = score_text(rq, &st->facts.scores, PART_THEORY),
		.skill = score_text(rq, &st->facts.scores, PART_SKILL),
		.review = score_text(rq, &st->facts.scores, PART_REVIEW),
		.outcome = slice_of(exam_outcome_code(st->facts.grade.outcome)),
		.failed_parts = slice_of(array),
		.supplied_number = st->facts.certificate_number,
		.reason = st->reason,
		.evidence = st->evidence,
		.note = st->note,
		.person = person,
	};
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, ask_done,
	                   CORRECTION_REQUEST_CALL(request_context(rq), new_correction_json(request_record(rq), &correction)));
}

/* Which other one stands in the way. */
static struct step reply_refusal(struct request *rq, const struct correction_request_row *r)
{
	if (r->outcome == CORRECTION_REQUEST_CORRECTION_OPEN)
		return reply_problem_about(rq, P_CORRECTION_OPEN, "correction_id", r->other);
	if (r->outcome == CORRECTION_REQUEST_ASSESSMENT_SUPERSEDED)
		return reply_problem_about(rq, P_ASSESSMENT_SUPERSEDED, "assessment_id", r->other);
	return reply_outcome(rq, r->outcome);
}

static struct step ask_done(struct request *rq, const struct db_result *rows)
{
	struct correction_request_row r;
	char id[UUID_TEXT];
	correction_request_read(rows->res[0], 0, &r);
	if (r.outcome == CORRECTION_REQUEST_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != CORRECTION_REQUEST_REQUESTED)
		return reply_refusal(rq, &r);
	uuid_format(r.id, id);
	request_set_header(rq, "Location", slice_of(arena_printf(rq->arena, "/v1/corrections/%s", id)));
	return reply_view(rq, 201, &asked_view, &(struct asked){r.id, "requested"});
}

/* ---- GET /v1/corrections/{id}, …/history ---- */

static step_fn view_done, history_done;

const struct route route_correction_view = {
	.name = "correction_view",
	.method = HTTP_GET,
	.path = "/v1/corrections/{id:uuid}",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &correction_object,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, whole_view)),
	.first = view_done,
};

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	struct correction_view_row c;
	correction_view_read(rows->res[0], 0, &c);
	return reply_view(rq, 200, &whole_view, &c);
}

const struct route route_correction_history = {
	.name = "correction_history",
	.method = HTTP_GET,
	.path = "/v1/corrections/{id:uuid}/history",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &correction_object,
	.query = &history_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(audit_view)),
	.first = history_done,
};

static struct step history_done(struct request *rq, const struct db_result *rows)
{
	return history_reply(rq, rq->param[0].uuid);
}

/* ---- GET /v1/corrections ---- */

static int read_correction(struct request *rq, const PGresult *res, int row, void *item)
{
	correction_list_read(res, row, item);
	return 1;
}

static const struct listed correction_list = {
	.key = {"correction", 1, {CURSOR_KEY(struct correction_list_row, correction.id)}},
	.view = &listed_view,
	.read = read_correction,
};

struct correction_query {
	struct listing page;
	struct slice state, kind;
	struct opt_uuid exam, assessment;
};

#define OF(member) .offset = offsetof(struct correction_query, member)
static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct correction_query, page., correction_list),
	{.name = "state", .kind = DECODE_CHOICE, .choices = correction_states, OF(state)},
	{.name = "kind", .kind = DECODE_CHOICE, .choices = kinds, OF(kind)},
	{.name = "exam", .kind = DECODE_UUID, OF(exam)},
	{.name = "assessment", .kind = DECODE_UUID, OF(assessment)},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields), sizeof(struct correction_query)};

static step_fn list_begin, list_done;

const struct route route_correction_list = {
	.name = "correction_list",
	.method = HTTP_GET,
	.path = "/v1/corrections",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &corrections,
	.query = &query_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(listed_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct correction_query *q = rq->query;
	const struct scope scope = principal_scope(&rq->who);
	return AWAIT_READ(rq, list_done,
	                  CORRECTION_LIST_CALL(scope.holder, scope.districts, q->state, q->kind, q->exam.v, q->assessment.v,
	                                       q->page.after.key[0].uuid, listing_rows(&q->page)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const struct correction_query *q = rq->query;
	return listing_reply(rq, &correction_list, &q->page, rows->res[0]);
}
