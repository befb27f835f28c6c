/* api/exam_number.c - numbers that a body was given after the results of its exam: a list, of which each entry that fits
 * is taken and each other one is told why not. What is malformed is told of the whole list, and nothing is taken. */
#include "api/outcome.h"
#include "api/person.h"
#include "base/outcome.h"
#include "crypt/random.h"
#include "domain/number_list.h"
#include "sql/exam_load.h"
#include "sql/exam_number.h"
#include "sql/types/given_number.h"
#include "store/exam.h"

struct numbers {
	struct number_list body;
	struct exam exam;
	struct candidate_facts *who;
};

static struct step load(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next,
	                  EXAM_LOAD_CALL(rq->param[0].uuid, SLICE_NONE, SLICE_NONE, SLICE_NONE, (struct uuid){{0}}, SLICE_NONE, SLICE_NONE));
}

static int keep_exam(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct numbers *st = rq->state;
	if (!exam_from_rows(res, rq->arena, &st->exam))
		return E_NOMEM;
	*ret = (struct belongings){st->exam.body.id, st->exam.company.id, st->exam.district};
	return 0;
}

static const struct route_object object = {.load = load, .whose = keep_exam};

static const char *const outcomes[] = {"numbered", "not_found", "person_name_differs", "no_pass", "assessment_annulled",
                                       "number_not_awaited", "number_taken", NULL};

static SHAPE(numbered_entry,
             MEMBER(INT, "row"),
             MEMBER(STRING, "outcome", .words = outcomes),
             MEMBER(UUID, "assessment_id", .omitted = true),
             MEMBER(DAY, "publish_on", .omitted = true));

static const struct view_field numbered_fields[] = {
	VIEW_FIELD(struct exam_number_row, numbered, "numbered"),
	VIEW_FIELD(struct exam_number_row, refused, "refused"),
	VIEW_FIELD(struct exam_number_row, items, "items", .as = VIEW_JSON, .shape = &numbered_entry_shape),
};
static const struct view numbered_view = VIEW(numbers_taken, struct exam_number_row, numbered_fields);

static step_fn number_check, number_done;

/* ---- POST /v1/exams/{id}/numbers ---- */

const struct route route_exam_number = {
	.name = "exam_number",
	.method = HTTP_POST,
	.path = "/v1/exams/{id:uuid}/numbers",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &object,
	.media = "application/json",
	.body_max = 64 * KIB,
	.body = &number_list_table,
	.answers_fields = true, /* numbers and days are checked against the exam's */
	.state_size = sizeof(struct numbers),
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(JSON_VIEW(200, numbered_view)),
	.write = &exam_number_statement,
	.first = number_check,
};

static struct step number_check(struct request *rq, const struct db_result *rows)
{
	struct numbers *st = rq->state;
	const size_t n = st->body.candidates.n;
	const struct number_entry *entries = st->body.candidates.items;
	const struct exam_rules rules = {
		.level_digit = st->exam.level_digit.n ? st->exam.level_digit.p[0] : '\0',
		.number_prefix = st->exam.number_prefix,
		.held_on = st->exam.held_on,
	};
	struct candidate_facts *who = arena_alloc(rq->arena, (n + 1) * sizeof *who);
	struct given_number *given = arena_alloc(rq->arena, (n + 1) * sizeof *given);
	if (!who || !given || number_list_check(&st->body, &rules, st->exam.today, rq->arena, rq->errors, who) < 0)
		return reply_out_of_memory(rq);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	for (size_t i = 0; i < n; i++) {
		given[i] = (struct given_number){.number = entries[i].certificate_number, .printed_on = entries[i].printed_on};
		if (!person_record(rq, uuid_v7(st->exam.now), &who[i], &given[i].person))
			return reply_out_of_memory(rq);
	}
	return AWAIT_WRITE(rq, number_done,
	                   EXAM_NUMBER_CALL(request_context(rq), st->exam.id, given_number_array(request_record(rq), given, n)));
}

static struct step number_done(struct request *rq, const struct db_result *rows)
{
	struct exam_number_row r;
	exam_number_read(rows->res[0], 0, &r);
	if (r.outcome == EXAM_NUMBER_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != EXAM_NUMBER_NUMBERED)
		return reply_outcome(rq, r.outcome);
	return reply_view(rq, 200, &numbered_view, &r);
}
