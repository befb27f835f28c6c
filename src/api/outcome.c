/* api/outcome.c - what the write functions say, as HTTP. */
#include "api/outcome.h"

#include "db/rows.h"

/* PROBLEM_COUNT: it is no conflict. A word that is new in sql/ does not compile before it is here. */
static enum problem_id problem_of(enum outcome o)
{
	switch (o) {
	case OUTCOME_ALREADY_ASSESSED:
		return P_ALREADY_ASSESSED;
	case OUTCOME_ALREADY_CERTIFIED:
		return P_ALREADY_CERTIFIED;
	case OUTCOME_ASSESSMENT_ANNULLED:
		return P_ASSESSMENT_ANNULLED;
	case OUTCOME_PERSON_NAME_DIFFERS:
		return P_PERSON_NAME_DIFFERS;
	case OUTCOME_NUMBER_TAKEN:
		return P_NUMBER_TAKEN;
	case OUTCOME_CODE_TAKEN:
	case OUTCOME_SPKI_TAKEN:
		return P_ALREADY_EXISTS;
	case OUTCOME_IDEMPOTENCY_KEY_REUSED:
		return P_IDEMPOTENCY_KEY_REUSED;
	case OUTCOME_REVOKED_IS_FINAL:
		return P_REVOKED_IS_FINAL;
	case OUTCOME_SESSION_FULL:
		return P_SESSION_FULL;
	case OUTCOME_SESSION_CLOSED:
	case OUTCOME_SESSION_CANCELLED:
		return P_SESSION_CLOSED;
	case OUTCOME_ORGANISATION_SUSPENDED:
		return P_ORGANISATION_SUSPENDED;
	case OUTCOME_TERMS_CHANGED:
	case OUTCOME_KEY_UNUSABLE: /* revoked meanwhile: the next try takes the new one */
		return P_OVERLOADED;
	case OUTCOME_ALREADY_COMPLETED:
	case OUTCOME_NOT_DUE:
	case OUTCOME_WRONG_STATE:
		return P_WRONG_STATE;
	case OUTCOME_ACTION_OVER:
		return P_ACTION_OVER;
	case OUTCOME_SECOND_PERSON_NEEDED:
		return P_SECOND_PERSON_NEEDED;
	case OUTCOME_NOT_FOUND:
	case OUTCOME_EXAM_NOT_FOUND:
	case OUTCOME_SESSION_NOT_FOUND:
		return P_NOT_FOUND;
	case OUTCOME_WORK_TYPE_UNKNOWN: /* a field of the body */
	case OUTCOME_LEVEL_NOT_OFFERED:
	case OUTCOME_PARTNER_UNKNOWN:
	case OUTCOME_DISTRICT_UNKNOWN:
	case OUTCOME_ORGANISATION_UNKNOWN:
	case OUTCOME_ROLE_UNSUITABLE:
	case OUTCOME_COMPLETED_BEFORE_START:
	case OUTCOME_DATE_IN_FUTURE:
	case OUTCOME_FROM_IN_FUTURE:
	case OUTCOME_ENROLMENT_UNKNOWN:
		return PROBLEM_COUNT;
	case OUTCOME_ABANDONED: /* successes, and what its handler has words for */
	case OUTCOME_ANNULLED:
	case OUTCOME_APPROVED:
	case OUTCOME_BEHIND:
	case OUTCOME_CHANGED_MEANWHILE:
	case OUTCOME_COMPLETED:
	case OUTCOME_CONFIRMED:
	case OUTCOME_CREATED:
	case OUTCOME_ENROLLED:
	case OUTCOME_FITS:
	case OUTCOME_GAP:
	case OUTCOME_HASH_TAKEN: /* of a token that was drawn at random */
	case OUTCOME_PUBLISHED:
	case OUTCOME_REINSTATED:
	case OUTCOME_REISSUED:
	case OUTCOME_REJECTED:
	case OUTCOME_REPLAYED:
	case OUTCOME_REQUESTED:
	case OUTCOME_RESTORED:
	case OUTCOME_REVOKED:
	case OUTCOME_REWRAPPED:
	case OUTCOME_STANDING: /* reply_standing */
	case OUTCOME_STORED:
	case OUTCOME_SUSPENDED:
	case OUTCOME_UNCHANGED:
	case OUTCOME_WITHHELD:
	case OUTCOME_COUNT:
		break;
	}
	return P_INTERNAL;
}

/* Outcomes that mean one field of the body was wrong. */
static const struct {
	enum outcome outcome;
	const char *pointer;
} wrong_fields[] = {
	{OUTCOME_WORK_TYPE_UNKNOWN, "/work_type"},
	{OUTCOME_LEVEL_NOT_OFFERED, "/level"},
	{OUTCOME_PARTNER_UNKNOWN, "/partner"},
	{OUTCOME_DISTRICT_UNKNOWN, "/district"},
	{OUTCOME_ORGANISATION_UNKNOWN, "/organisation"},
	{OUTCOME_ROLE_UNSUITABLE, "/role"},
	{OUTCOME_COMPLETED_BEFORE_START, "/completed_on"},
	{OUTCOME_DATE_IN_FUTURE, "/completed_on"},
	{OUTCOME_FROM_IN_FUTURE, "/from"},
	{OUTCOME_ENROLMENT_UNKNOWN, "/enrolments"},
};

struct step reply_outcome_word(struct request *rq, int word)
{
	enum outcome outcome = (enum outcome)word;
	enum problem_id problem = problem_of(outcome);
	if (problem != PROBLEM_COUNT)
		return reply_problem(rq, problem);
	for (size_t i = 0; i < ARRAY_LEN(wrong_fields); i++) {
		if (outcome != wrong_fields[i].outcome)
			continue;
		struct fields errors;
		fields_init(&errors, rq->arena);
		fields_add(&errors, wrong_fields[i].pointer, outcome_name(outcome));
		return reply_fields(rq, &errors);
	}
	return reply_problem(rq, P_INTERNAL);
}

/* What exam_load says of an exam's standing, and of what a write found changed. */
static const struct {
	const char *standing;
	enum problem_id problem;
} standings[] = {
	{"organisation_suspended", P_ORGANISATION_SUSPENDED},
	{"not_accredited", P_NOT_ACCREDITED},
	{"accreditation_suspended", P_ACCREDITATION_SUSPENDED},
	{"recognition_not_in_force", P_RECOGNITION_NOT_IN_FORCE},
	{"agreement_not_in_force", P_AGREEMENT_NOT_IN_FORCE},
	{"exam_closed", P_EXAM_CLOSED},
	{"history_held", P_HISTORY_HELD},
	{"terms_changed", P_OVERLOADED},
};

struct step reply_standing(struct request *rq, struct slice standing)
{
	for (size_t i = 0; i < ARRAY_LEN(standings); i++)
		if (slice_is(standing, standings[i].standing))
			return reply_problem(rq, standings[i].problem);
	return reply_problem(rq, P_INTERNAL);
}

struct slice outcome_of(const struct db_result *rows)
{
	return row_text(rows->res[0], 0, 0);
}

struct step reply_outcome(struct request *rq, struct slice outcome)
{
	for (int o = 0; o < OUTCOME_COUNT; o++)
		if (slice_is(outcome, outcome_name((enum outcome)o)))
			return reply_outcome_word(rq, o);
	return reply_standing(rq, outcome);
}
