/* api/outcome.c - what the write functions say, as HTTP. */
#include "api/outcome.h"

#include "db/rows.h"

static const struct {
	const char *outcome;
	enum problem_id problem;
} conflicts[] = {
	{"already_assessed", P_ALREADY_ASSESSED},
	{"already_certified", P_ALREADY_CERTIFIED},
	{"already_completed", P_WRONG_STATE},
	{"assessment_annulled", P_ASSESSMENT_ANNULLED},
	{"person_name_differs", P_PERSON_NAME_DIFFERS},
	{"number_taken", P_NUMBER_TAKEN},
	{"code_taken", P_ALREADY_EXISTS},
	{"spki_taken", P_ALREADY_EXISTS},
	{"idempotency_key_reused", P_IDEMPOTENCY_KEY_REUSED},
	{"revoked_is_final", P_REVOKED_IS_FINAL},
	{"session_full", P_SESSION_FULL},
	{"session_closed", P_SESSION_CLOSED},
	{"session_cancelled", P_SESSION_CLOSED},
	{"organisation_suspended", P_ORGANISATION_SUSPENDED},
	{"not_accredited", P_NOT_ACCREDITED},
	{"accreditation_suspended", P_ACCREDITATION_SUSPENDED},
	{"recognition_not_in_force", P_RECOGNITION_NOT_IN_FORCE},
	{"agreement_not_in_force", P_AGREEMENT_NOT_IN_FORCE},
	{"exam_closed", P_EXAM_CLOSED},
	{"history_held", P_HISTORY_HELD},
	{"terms_changed", P_OVERLOADED},
	{"key_unusable", P_OVERLOADED}, /* revoked meanwhile: the next try takes the new one */
	{"not_due", P_WRONG_STATE},
	{"wrong_state", P_WRONG_STATE},
	{"action_over", P_ACTION_OVER},
	{"second_person_needed", P_SECOND_PERSON_NEEDED},
	{"not_found", P_NOT_FOUND},
	{"exam_not_found", P_NOT_FOUND},
	{"session_not_found", P_NOT_FOUND},
};

/* Outcomes that mean one field of the body was wrong. */
static const struct {
	const char *outcome, *pointer;
} wrong_fields[] = {
	{"work_type_unknown", "/work_type"},
	{"level_not_offered", "/level"},
	{"partner_unknown", "/partner"},
	{"district_unknown", "/district"},
	{"organisation_unknown", "/organisation"},
	{"role_unsuitable", "/role"},
	{"completed_before_start", "/completed_on"},
	{"date_in_future", "/completed_on"},
	{"from_in_future", "/from"},
	{"enrolment_unknown", "/enrolments"},
};

struct slice outcome_of(const struct db_result *rows)
{
	return row_text(rows->res[0], 0, 0);
}

struct step reply_outcome(struct request *rq, struct slice outcome)
{
	for (size_t i = 0; i < ARRAY_LEN(conflicts); i++)
		if (slice_is(outcome, conflicts[i].outcome))
			return reply_problem(rq, conflicts[i].problem);
	for (size_t i = 0; i < ARRAY_LEN(wrong_fields); i++) {
		if (!slice_is(outcome, wrong_fields[i].outcome))
			continue;
		struct fields errors;
		fields_init(&errors, rq->arena);
		fields_add(&errors, wrong_fields[i].pointer, wrong_fields[i].outcome);
		return reply_fields(rq, &errors);
	}
	return reply_problem(rq, P_INTERNAL);
}
