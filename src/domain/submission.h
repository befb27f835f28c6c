/* domain/submission.h - one result handed in: decoding, checking, grading. Everything wrong is told
 * at once; what is right comes out ready for storing. */
#pragma once

#include "domain/candidate.h"
#include "domain/eligibility.h"
#include "domain/grading.h"
#include "domain/number.h"

/* As sent, JSON types checked. */
struct submission {
	struct candidate candidate;
	bool scores_given;
	struct scores scores;
	struct slice attendance;         /* SLICE_NONE means present */
	struct slice certificate_number; /* SLICE_NONE means mint one */
	struct declared declared;        /* basis.p NULL: nothing */
};

/* What of the exam decides about a submission. */
struct exam_rules {
	char level_digit;           /* of the exam's level, '\0' when it has none */
	bool has_review;            /* three parts instead of two */
	struct slice number_prefix; /* the body's 13 characters; empty: not compared */
	enum number_source numbers;
	struct day held_on;
};

/* Decided. */
struct submission_facts {
	struct candidate_facts candidate;
	bool present;
	struct scores scores; /* only the parts that apply; none when absent */
	struct grade grade;
	struct slice certificate_number; /* in the arena, SLICE_NONE means mint one */
};

extern const struct decode_table submission_table;
extern const struct decode_table scores_table; /* struct scores */

/* Checks what was decoded, errors of decoding being in f already, and sorts f. *ret is complete
 * only when f has no errors. Codes besides candidate's: required, part_not_applicable (/scores/
 * review), absent_with_score (/scores), number_without_pass, number_format, number_body,
 * number_level, number_year, number_minted_here, number_needed (/certificate_number). Returns 0 or E_NOMEM. */
MUSTUSE int submission_check(const struct submission *submission, const struct exam_rules *exam,
			     struct day today, struct arena *arena, struct fields *f,
			     struct submission_facts *ret);

/* The result alone, whoever it is about; the candidate of *ret is zero. */
void submission_check_result(const struct submission *submission, const struct exam_rules *exam, struct day today,
			     struct fields *f, struct submission_facts *ret);

/* Tells f what number_check_supplied has found: of a wrong form which character or how many. */
void submission_tell_number(struct slice number, const char *code, const char *pointer, struct fields *f);
