/* fuzz_submission - any JSON as a result, an enrolment, a session plan and a completion. A result
 * without errors must be consistent; every error must have its text and a pointer. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/session.h"
#include "domain/submission.h"
#include "text/field_text.h"
#include "text/json.h"
#include "text/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct day today = {20777}; /* 2026-11-20 */

static void check_errors(const struct fields *f)
{
	assert(f->n <= f->total);
	for (size_t i = 0; i < f->n; i++) {
		assert(field_text(f->at[i].code, LANG_EN));
		assert(f->at[i].pointer[0] == '\0' || f->at[i].pointer[0] == '/');
	}
}

static void check_facts(const struct submission_facts *facts, const struct exam_rules *exam,
			struct arena *arena)
{
	struct slice again;
	const char *code;
	int r = name_check(facts->candidate.name, arena, &again, &code);
	assert(r == 0 && slice_eq(again, facts->candidate.name));
	const struct iddoc *document = &facts->candidate.document;
	const struct id_typed typed = {slice_of(document->number), slice_of(document->country), true};
	struct iddoc once_more;
	assert(!iddoc_check(document->type, &typed, today, &once_more).code);
	assert(strcmp(once_more.number, document->number) == 0 && strcmp(once_more.country, document->country) == 0);
	bool pass = true;
	for (size_t i = 0; i < PART_COUNT; i++) {
		const struct opt_int *score = &facts->scores.part[i];
		bool applies = facts->present && (i != PART_REVIEW || exam->has_review);
		assert(score->given == applies);
		assert(score->v >= 0 && score->v <= SCORE_MAX);
		pass = pass && (!applies || score->v >= SCORE_PASS);
	}
	assert((facts->grade.outcome == OUTCOME_PASS) == (facts->present && pass));
	assert(!facts->certificate_number.p || facts->grade.outcome == OUTCOME_PASS);
}

static void submit(json_t *json, bool has_review, struct arena *arena)
{
	struct fields f;
	struct submission s = {0};
	struct submission_facts facts;
	struct exam_rules exam = {.level_digit = has_review ? '2' : '4',
				  .has_review = has_review,
				  .number_prefix = SLICE("S000031000123"),
				  .held_on = today};
	fields_init(&f, arena);
	if (decode_object(json, &submission_table, &s, arena, &f) < 0 ||
	    submission_check(&s, &exam, today, arena, &f, &facts) < 0)
		return; /* the arena is full */
	check_errors(&f);
	if (!fields_any(&f))
		check_facts(&facts, &exam, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *json;
	struct json_error_at err;
	if (json_read(slice_from(data, size), 8, &json, &err) < 0)
		return 0;
	struct arena *arena = arena_new(4 * MIB);
	struct fields f;
	struct candidate_facts candidate = {0};
	struct enrolment enrolment = {0};
	struct session_plan plan = {0};
	struct session_completion completion = {0};
	submit(json, false, arena);
	submit(json, true, arena);
	fields_init(&f, arena);
	if (decode_object(json, &enrolment_table, &enrolment, arena, &f) == 0 &&
	    candidate_check(&enrolment.candidate, today, arena, &f, &candidate) == 0)
		check_errors(&f);
	fields_init(&f, arena);
	if (decode_object(json, &session_plan_table, &plan, arena, &f) == 0) {
		session_plan_check(&plan, &f);
		check_errors(&f);
	}
	fields_init(&f, arena);
	if (decode_object(json, &session_completion_table, &completion, arena, &f) == 0 &&
	    session_completion_check(&completion, today, today, arena, &f) == 0)
		check_errors(&f);
	arena_free(arena);
	json_decref(json);
	return 0;
}
