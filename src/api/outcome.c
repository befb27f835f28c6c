/* api/outcome.c - what the write functions say, as HTTP. */
#include "api/outcome.h"
#include "web/request.h"

/* Successes, and what a handler has words of its own for, are not here. */
static const struct {
	enum outcome outcome;
	enum problem_id problem;
} conflicts[] = {
	{OUTCOME_ALREADY_ASSESSED, P_ALREADY_ASSESSED},
	{OUTCOME_ALREADY_CERTIFIED, P_ALREADY_CERTIFIED},
	{OUTCOME_ALREADY_COMPLETED, P_SESSION_STATE},
	{OUTCOME_ASSESSMENT_ANNULLED, P_ASSESSMENT_ANNULLED},
	{OUTCOME_ASSESSMENT_SUPERSEDED, P_ASSESSMENT_SUPERSEDED},
	{OUTCOME_CORRECTION_OPEN, P_CORRECTION_OPEN},
	{OUTCOME_CORRECTION_STATE, P_CORRECTION_STATE},
	{OUTCOME_DECIDER_OF_BODY, P_DECIDER_OF_BODY},
	{OUTCOME_DOCUMENT_KNOWN, P_DOCUMENT_KNOWN},
	{OUTCOME_ALREADY_LINKED, P_ALREADY_LINKED},
	{OUTCOME_BOTH_ASSESSED, P_BOTH_ASSESSED},
	{OUTCOME_BOTH_CERTIFIED, P_BOTH_CERTIFIED},
	{OUTCOME_PERSON_NAME_DIFFERS, P_PERSON_NAME_DIFFERS},
	{OUTCOME_NUMBER_TAKEN, P_NUMBER_TAKEN},
	{OUTCOME_CODE_TAKEN, P_ALREADY_EXISTS},
	{OUTCOME_PROGRAMME_TAKEN, P_ALREADY_EXISTS},
	{OUTCOME_SLUG_TAKEN, P_SLUG_TAKEN},
	{OUTCOME_CREDIT_CODE_TAKEN, P_CREDIT_CODE_TAKEN},
	{OUTCOME_SPKI_TAKEN, P_ALREADY_EXISTS},
	{OUTCOME_IDEMPOTENCY_KEY_REUSED, P_IDEMPOTENCY_KEY_REUSED},
	{OUTCOME_REVOKED_IS_FINAL, P_REVOKED_IS_FINAL},
	{OUTCOME_OTHER_REASON, P_OTHER_REASON},
	{OUTCOME_SESSION_FULL, P_SESSION_FULL},
	{OUTCOME_EXAM_STATE, P_EXAM_STATE},
	{OUTCOME_WINDOW_STATE, P_WINDOW_STATE},
	{OUTCOME_EXAM_HAS_RESULTS, P_EXAM_HAS_RESULTS},
	{OUTCOME_SESSION_STATE, P_SESSION_STATE},
	{OUTCOME_SESSION_CLOSED, P_SESSION_STATE},
	{OUTCOME_SESSION_CANCELLED, P_SESSION_STATE},
	{OUTCOME_ENROLMENT_NOT_FOUND, P_NOT_FOUND},
	{OUTCOME_CANDIDATE_NOT_FOUND, P_NOT_FOUND},
	{OUTCOME_NO_SESSION, P_EXAM_WITHOUT_SESSION},
	{OUTCOME_CANDIDATE_HAS_RESULT, P_CANDIDATE_HAS_RESULT},
	{OUTCOME_ORGANISATION_SUSPENDED, P_ORGANISATION_SUSPENDED},
	{OUTCOME_ORGANISATION_NOT_APPROVED, P_ORGANISATION_NOT_APPROVED},
	{OUTCOME_TERMS_CHANGED, P_OVERLOADED},
	{OUTCOME_KEY_UNUSABLE, P_OVERLOADED}, /* revoked meanwhile: the next try takes the new one */
	{OUTCOME_NOT_DUE, P_WRONG_STATE},
	{OUTCOME_NOT_A_MILESTONE, P_WRONG_STATE},
	{OUTCOME_ALREADY_REACHED, P_WRONG_STATE},
	{OUTCOME_OTHER_PARTY_NEEDED, P_OTHER_PARTY_NEEDED},
	{OUTCOME_WRONG_STATE, P_WRONG_STATE},
	{OUTCOME_NO_ACTIVE_KEY, P_ISSUER_NOT_READY},
	{OUTCOME_SITE_NUMBERED, P_SITE_NUMBERED},
	{OUTCOME_ACTION_OVER, P_ACTION_OVER},
	{OUTCOME_SECOND_PERSON_NEEDED, P_SECOND_PERSON_NEEDED},
	{OUTCOME_STAFF_UNNAMED, P_STAFF_UNNAMED},
	{OUTCOME_FIRST_PERSON_GONE, P_FIRST_PERSON_GONE},
	{OUTCOME_CALLER_UNNAMED, P_CALLER_UNNAMED},
	{OUTCOME_SECOND_PERSON_TOO_NEW, P_SECOND_PERSON_TOO_NEW},
	{OUTCOME_SECOND_PERSON_NOT_INDEPENDENT, P_SECOND_PERSON_NOT_INDEPENDENT},
	{OUTCOME_LAST_ADMINISTRATOR, P_LAST_ADMINISTRATOR},
	{OUTCOME_INVITATION_USED, P_INVITATION_USED},
	{OUTCOME_INVITATION_EXPIRED, P_INVITATION_EXPIRED},
	{OUTCOME_NOT_APPROVED, P_INVITATION_NOT_APPROVED},
	{OUTCOME_NOT_FOUND, P_NOT_FOUND},
	{OUTCOME_EXAM_NOT_FOUND, P_NOT_FOUND},
	{OUTCOME_EXAM_NOT_HELD, P_EXAM_NOT_HELD},
	{OUTCOME_EXAM_WAS_HELD, P_EXAM_WAS_HELD},
	{OUTCOME_EXAM_CLOSED, P_EXAM_CLOSED},
	{OUTCOME_NO_WINDOW, P_NO_WINDOW},
	{OUTCOME_RECHECK_CLOSED, P_RECHECK_CLOSED},
	{OUTCOME_RECHECK_EXISTS, P_RECHECK_EXISTS},
	{OUTCOME_RECHECK_STATE, P_RECHECK_STATE},
	{OUTCOME_NUMBERS_NOT_AWAITED, P_NUMBERS_NOT_AWAITED},
	{OUTCOME_SESSION_NOT_FOUND, P_NOT_FOUND},
};

/* Outcomes that mean one field of the body was wrong. */
static const struct {
	enum outcome outcome;
	const char *pointer;
} wrong_fields[] = {
	{OUTCOME_SAME_PERSON, "/canonical"},
	{OUTCOME_NOT_ABSENT, "/kind"},
	{OUTCOME_WAS_ABSENT, "/kind"},
	{OUTCOME_NOTHING_CHANGES, "/scores"},
	{OUTCOME_DOCUMENT_DIFFERS, "/candidate/id_number"},
	{OUTCOME_SAME_DOCUMENT, "/candidate/id_number"},
	{OUTCOME_CANDIDATE_NAME_DIFFERS, "/candidate/name"},
	{OUTCOME_SAME_NAME, "/candidate/name"},
	{OUTCOME_WORK_TYPE_UNKNOWN, "/work_type"},
	{OUTCOME_LEVEL_NOT_OFFERED, "/level"},
	{OUTCOME_STANDARD_UNKNOWN, "/standard"},
	{OUTCOME_STANDARD_DIFFERS, "/standard"},
	{OUTCOME_STANDARD_NOT_IN_FORCE, "/standard"},
	{OUTCOME_NOT_A_SUCCESSOR, "/standard"},
	{OUTCOME_NO_STANDARD_IN_FORCE, "/occupation"},
	{OUTCOME_OCCUPATION_UNKNOWN, "/occupation"},
	{OUTCOME_NAME_DIFFERS, "/name"},
	{OUTCOME_NAME_TAKEN, "/name"},
	{OUTCOME_STANDARD_OVERLAPS, "/valid_from"},
	{OUTCOME_STANDARD_ENDED, "/valid_to"},
	{OUTCOME_STANDARD_IN_USE, "/work_types"},
	{OUTCOME_DATE_GONE_BY, "/valid_from"},
	{OUTCOME_BEFORE_VERSION, "/valid_from"},
	{OUTCOME_AFTER_END, "/valid_from"},
	{OUTCOME_VERSIONS_FULL, "/valid_from"},
	{OUTCOME_WORK_TYPE_DIFFERS, "/work_types"},
	{OUTCOME_LEVEL_UNKNOWN, "/work_types"},
	{OUTCOME_PREREQUISITE_NOT_BELOW, "/work_types"},
	{OUTCOME_PARTNER_UNKNOWN, "/partner"},
	{OUTCOME_DISTRICT_UNKNOWN, "/districts"},
	{OUTCOME_DISTRICT_DIFFERS, "/district"},
	{OUTCOME_SITE_UNKNOWN, "/site"},
	{OUTCOME_SITE_NEEDED, "/site"},
	{OUTCOME_PREFIX_TAKEN, "/number_prefix"},
	{OUTCOME_PREFIX_USED, "/number_prefix"},
	{OUTCOME_PREFIX_NEEDED, "/number_prefix"},
	{OUTCOME_ALSO_SUPPLIED_MINTED, "/also_supplied"},
	{OUTCOME_SITE_ENDED, "/site"},
	{OUTCOME_SITE_ENDED_THEN, "/ends_on"},
	{OUTCOME_SESSION_CANCELLED, "/session"},
	{OUTCOME_PARTY_UNCLEAR, "/as"},
	{OUTCOME_NUMBER_NEEDED, "/certificate_number"},
	{OUTCOME_NUMBER_MINTED_HERE, "/certificate_number"},
	{OUTCOME_USED_LATER, "/valid_to"},
	{OUTCOME_ORGANISATION_UNKNOWN, "/organisation"},
	{OUTCOME_ROLE_UNSUITABLE, "/role"},
	{OUTCOME_RIGHT_UNSUITABLE, "/rights"},
	{OUTCOME_NAME_NEEDED, "/name"},
	{OUTCOME_NOT_YOURSELF, "/staff"},
	{OUTCOME_COMPLETED_BEFORE_END, "/completed_on"},
	{OUTCOME_BEFORE_SESSION, "/held_on"},
	{OUTCOME_DATE_IN_FUTURE, "/completed_on"},
	{OUTCOME_FROM_IN_FUTURE, "/from"},
	{OUTCOME_FROM_IN_PAST, "/from"},
	{OUTCOME_POLICY_ORDER, "/value"},
	{OUTCOME_PROGRAMME_SLUG, "/programme"},
	{OUTCOME_WINDOW_ORDER, "/to"},
	{OUTCOME_MILESTONE_BEFORE_WINDOW, "/from"},
	{OUTCOME_DISTRICT_PREFIX, "/district_prefix"},
	{OUTCOME_AREA_UNKNOWN, "/area"},
	{OUTCOME_OCCUPATIONS_UNKNOWN, "/occupations"},
	{OUTCOME_REACHED_IN_FUTURE, "/reached_on"},
	{OUTCOME_BEFORE_WINDOW, "/reached_on"},
	{OUTCOME_GOAL_KIND, "/target"},
	{OUTCOME_MILESTONE_HAS_NO_MEASURES, "/measures"},
	{OUTCOME_MEASURE_UNKNOWN, "/measures"},
	{OUTCOME_MEASURES_NOT_ADDED, "/measures"},
	{OUTCOME_RULE_UNKNOWN, "/rule"},
	{OUTCOME_PUBLICITY_TOO_SHORT, "/publicity_days"},
	{OUTCOME_ENROLMENT_UNKNOWN, "/enrolments"},
	{OUTCOME_ATTENDANCE_MIXED, "/enrolments"},
	{OUTCOME_ATTENDANCE_DIFFERS, "/enrolments"},
	{OUTCOME_DAY_OUTSIDE_SESSION, "/day"},
	{OUTCOME_DAY_IN_FUTURE, "/day"},
	{OUTCOME_DATES_ORDER, "/ends_on"},
	{OUTCOME_CAPACITY_BELOW_ENROLLED, "/capacity"},
	{OUTCOME_ATTENDANCE_BEFORE, "/starts_on"},
	{OUTCOME_ATTENDANCE_AFTER, "/ends_on"},
	{OUTCOME_BEGINS_BEFORE_ENROLMENT, "/starts_on"},
	{OUTCOME_BEGINS_AFTER_EXAM, "/starts_on"},
	{OUTCOME_STANDARD_NOT_IN_FORCE_THEN, "/ends_on"},
	{OUTCOME_ANNOUNCED_LATE, "/held_on"},
	{OUTCOME_NO_STANDARD_THEN, "/level"},
	{OUTCOME_NO_STANDARD_ON_DAY, "/held_on"},
	{OUTCOME_PANEL_NOT_APPLICABLE, "/panel"},
	{OUTCOME_ROSTER_DEMANDED, "/roster_required"},
	{OUTCOME_ROSTER_FULL, "/candidates"},
	{OUTCOME_NOT_ON_ROSTER, "/candidate/id_number"},
	{OUTCOME_UNDERSTAFFED, "/assessors"},
	{OUTCOME_NOT_ACCREDITED_THEN, "/level"},
	{OUTCOME_NOT_RECOGNISED_THEN, "/level"},
	{OUTCOME_DUPLICATE, "/titles"},
	{OUTCOME_RESERVED_WORDS, "/title"},
	{OUTCOME_RESERVED_WORDS_EN, "/title_en"},
	{OUTCOME_COMPANY_CODE, "/code"},
	{OUTCOME_COMPANY_CODE_TAKEN, "/code"},
	{OUTCOME_LEVEL_NOT_AGREED, "/level"},
	{OUTCOME_OCCUPATION_UNKNOWN, "/occupation"},
	{OUTCOME_KIND_UNSUITABLE, "/organisation"},
	{OUTCOME_OVERLAPS, "/valid_from"},
	{OUTCOME_DATE_IN_PAST, "/valid_to"},
	{OUTCOME_DATE_ORDER, "/valid_to"},
	{OUTCOME_ENDS_BEFORE, "/valid_to"},
};

struct step reply_outcome(struct request *rq, int word)
{
	enum outcome outcome = (enum outcome)word;
	for (size_t i = 0; i < ARRAY_LEN(conflicts); i++)
		if (outcome == conflicts[i].outcome)
			return reply_problem(rq, conflicts[i].problem);
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

struct step reply_state(struct request *rq, enum problem_id problem, struct slice state, struct slice allowed)
{
	const bool zh = rq->lang == LANG_ZH;
	const struct problem_member members[] = {
		{.name = "state", .kind = PROBLEM_TEXT, .text = state},
		{.name = "allowed", .kind = PROBLEM_LIST, .text = allowed},
	};
	const char *detail =
		allowed.n ? arena_printf(rq->arena,
	                                 zh ? "当前状态为 %.*s，可进行的操作：%.*s。"
	                                    : "It is %.*s, which allows: %.*s.",
	                                 SLICE_ARGS(state), SLICE_ARGS(allowed))
			  : arena_printf(rq->arena, zh ? "当前状态为 %.*s，不能再作任何操作。" : "It is %.*s, which allows nothing more.",
	                                 SLICE_ARGS(state));
	if (!detail)
		return reply_out_of_memory(rq);
	return reply_problem_with(rq, problem, slice_of(detail), members, ARRAY_LEN(members));
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
	{"standard_not_in_force", P_STANDARD_NOT_IN_FORCE},
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

static bool standing_gives(enum problem_id problem)
{
	for (size_t i = 0; i < ARRAY_LEN(standings); i++)
		if (problem == standings[i].problem)
			return true;
	return false;
}

bool outcome_gives(struct slice word, enum problem_id problem)
{
	enum outcome outcome = outcome_word(word);
	if (outcome == OUTCOME_STANDING)
		return standing_gives(problem);
	for (size_t i = 0; i < ARRAY_LEN(conflicts); i++)
		if (outcome == conflicts[i].outcome && problem == conflicts[i].problem)
			return true;
	for (size_t i = 0; i < ARRAY_LEN(wrong_fields); i++)
		if (outcome == wrong_fields[i].outcome && problem == P_INVALID_FIELDS)
			return true;
	return false;
}
