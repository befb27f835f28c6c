/* domain/submission.c - a table says what the body looks like; the checks that need the exam come
 * after. A part that decoding complained about is not complained about again as missing. */
#include "domain/submission.h"


#include "base/outcome.h"
#include "text/character.h"

#define SCORE(name_, part_)                                                                     \
	{                                                                                       \
		name_, DECODE_SCORE, .min = 0, .max = SCORE_MAX, .hint = "score_range",         \
			.offset = offsetof(struct scores, part) + sizeof(struct opt_int) * part_ \
	}
static const struct decode_field score_fields[] = {
	SCORE("theory", PART_THEORY),
	SCORE("skill", PART_SKILL),
	SCORE("review", PART_REVIEW),
};
const struct decode_table scores_table = {score_fields, ARRAY_LEN(score_fields), sizeof(struct scores)};

static const char *const attendances[] = {"present", "absent", NULL};

#define AT(member) .offset = offsetof(struct submission, member)
static const struct decode_field submission_fields[] = {
	{"candidate", DECODE_OBJECT, .required = true, .table = &candidate_table, AT(candidate)},
	{"scores", DECODE_OBJECT, .table = &scores_table, AT(scores),
	 .given = DECODE_GIVEN(struct submission, scores_given)},
	{"attendance", DECODE_CHOICE, .choices = attendances, AT(attendance)},
	{"certificate_number", DECODE_ANY_STRING, AT(certificate_number)},
	{"declared", DECODE_OBJECT, .table = &declared_table, AT(declared)},
};
const struct decode_table submission_table = {
	submission_fields, ARRAY_LEN(submission_fields), sizeof(struct submission)};

static const char *part_pointer(enum part part)
{
	static const char *const pointers[PART_COUNT] = {"/scores/theory", "/scores/skill",
	                                                 "/scores/review"};
	return pointers[part];
}

static void check_present_scores(const struct submission *s, const struct exam_rules *exam,
                                 struct fields *f)
{
	if (!s->scores_given) {
		if (!fields_has(f, "/scores") && !fields_has(f, ""))
			fields_add(f, "/scores", "required");
		return;
	}
	if (fields_has(f, "/scores"))
		return; /* it was no object */
	for (size_t i = 0; i < PART_COUNT; i++) {
		const char *pointer = part_pointer((enum part)i);
		bool applies = i != PART_REVIEW || exam->has_review;
		bool given = s->scores.part[i].given;
		if (applies && !given && !fields_has(f, pointer))
			fields_add(f, pointer, "required");
		else if (!applies && given)
			fields_add(f, pointer, "part_not_applicable");
	}
}

static void check_absent_scores(const struct submission *s, struct fields *f)
{
	for (size_t i = 0; i < PART_COUNT; i++)
		if (s->scores.part[i].given)
			fields_add(f, "/scores", "absent_with_score");
}

/* number_format, and what of it the eye does not see at once. */
static void tell_format(struct slice number, const char *pointer, struct fields *f)
{
	struct field entry = {.pointer = pointer, .code = "number_format"};
	struct slice rest = number;
	int32_t c;
	for (size_t place = 1; (c = character_next(&rest)) >= 0; place++) {
		bool used = (c >= '0' && c <= '9') || (place == 1 && c >= 'A' && c <= 'Z');
		if (used)
			continue;
		entry.hint = "number_character";
		fields_put_character(f, entry, c, place);
		return;
	}
	entry.limit[0] = (int64_t)number.n;
	entry.hint = number.n == NUMBER_SKILL_GRADE ? NULL : "number_length";
	fields_put(f, entry);
}

void submission_tell_number(struct slice number, const char *code, const char *pointer, struct fields *f)
{
	if (strcmp(code, "number_format") == 0)
		tell_format(number, pointer, f);
	else
		fields_add(f, pointer, code);
}

static void check_number(const struct submission *s, const struct exam_rules *exam,
                         struct day today, const struct grade *g, struct fields *f)
{
	int exam_year, issue_year, month, dom;
	day_to_civil(exam->held_on, &exam_year, &month, &dom);
	day_to_civil(today, &issue_year, &month, &dom);
	const char *code = number_check_supplied(s->certificate_number, exam->number_prefix,
	                                         exam->level_digit, exam_year, issue_year);
	if (code)
		submission_tell_number(s->certificate_number, code, "/certificate_number", f);
	else if (exam->numbers == NUMBER_MINTED)
		fields_add(f, "/certificate_number", "number_minted_here");
	if (g && g->outcome != OUTCOME_PASS)
		fields_add(f, "/certificate_number", "number_without_pass");
}

/* Of what was no text it is told already. */
static void check_number_given(const struct grade *g, struct fields *f)
{
	if (g->outcome == OUTCOME_PASS && !fields_has(f, "/certificate_number"))
		fields_add(f, "/certificate_number", "number_needed");
}

static bool any_below(const struct fields *f, const char *prefix)
{
	for (size_t i = 0; i < f->n; i++)
		if (strncmp(f->at[i].pointer, prefix, strlen(prefix)) == 0)
			return true;
	return f->total > f->n;
}

void submission_check_result(const struct submission *s, const struct exam_rules *exam, struct day today,
                             struct fields *f, struct submission_facts *ret)
{
	struct submission_facts facts = {.present = !slice_is(s->attendance, "absent")};
	if (facts.present)
		check_present_scores(s, exam, f);
	else
		check_absent_scores(s, f);
	bool graded = !any_below(f, "/scores") && !fields_has(f, "/attendance");
	if (graded) {
		if (facts.present)
			facts.scores = s->scores;
		facts.grade = grade(&facts.scores, exam->has_review, facts.present);
	}
	if (s->certificate_number.p) {
		check_number(s, exam, today, graded ? &facts.grade : NULL, f);
		facts.certificate_number = s->certificate_number;
	} else if (graded && exam->numbers == NUMBER_SUPPLIED) {
		check_number_given(&facts.grade, f);
	}
	fields_sort(f);
	*ret = facts;
}

int submission_check(const struct submission *s, const struct exam_rules *exam, struct day today,
                     struct arena *arena, struct fields *f, struct submission_facts *ret)
{
	struct candidate_facts candidate;
	int r = candidate_check(&s->candidate, today, arena, f, &candidate);
	if (r < 0)
		return r;
	declared_check(&s->declared, f);
	submission_check_result(s, exam, today, f, ret);
	ret->candidate = candidate;
	return arena_failed(arena) ? E_NOMEM : 0;
}
