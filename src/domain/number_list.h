/* domain/number_list.h - certificate numbers that a body was given after the results, as a list: for whom, which
 * number, and the day that is printed with it. */
#pragma once

#include "domain/submission.h"

/* As sent, JSON types checked: a candidate with two members more. */
struct number_entry {
	struct candidate candidate;
	struct slice certificate_number;
	struct opt_day printed_on;
};

/* The whole body {"candidates":[…]}, up to CANDIDATES_MAX. */
struct number_list {
	struct decode_array candidates; /* of struct number_entry */
};
extern const struct decode_table number_list_table;

/* Checks the list against its exam, errors of decoding being in f already, adding to f below /candidates/N and sorting
 * it: candidate's codes; number_format, number_body, number_level, number_year (neither the exam's nor the printed
 * one); printed_before_exam, date_in_future; duplicate, of a document or a number that came before. who: as many as
 * there are candidates, complete only when f has no errors. Returns 0 or E_NOMEM. */
MUSTUSE int number_list_check(const struct number_list *list, const struct exam_rules *exam, struct day today,
			      struct arena *arena, struct fields *f, struct candidate_facts *who);
