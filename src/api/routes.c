/* api/routes.c - every route, once: what the listeners serve. Busy routes stand first. */
#include "api/api.h"

#define API_ROUTES(X) \
	X(verification_view) \
	X(verification_create) \
	X(verification_record) \
	X(verification_receipt) \
	X(verification_page) \
	X(verification_page_upper) \
	X(verification_page_name) \
	X(verification_page_name_upper) \
	X(verification_form) \
	X(verification_form_send) \
	X(front_page) \
	X(assessment_submit) \
	X(assessment_view) \
	X(assessment_list) \
	X(recheck_request) \
	X(recheck_list) \
	X(recheck_answer) \
	X(assessment_confirm) \
	X(assessment_veto) \
	X(assessment_annul) \
	X(correction_request) \
	X(correction_view) \
	X(correction_history) \
	X(correction_list) \
	X(correction_approve) \
	X(correction_refuse) \
	X(correction_withdraw) \
	X(certificate_view) \
	X(certificate_history) \
	X(certificate_credential) \
	X(certificate_document) \
	X(certificate_print) \
	X(certificate_revoke) \
	X(certificate_suspend) \
	X(certificate_reinstate) \
	X(certificate_reissue) \
	X(progress_list) \
	X(progress_view) \
	X(progress_audit) \
	X(session_create) \
	X(session_list) \
	X(session_view) \
	X(session_history) \
	X(session_change) \
	X(session_publish) \
	X(session_cancel) \
	X(enrolment_create) \
	X(enrolment_create_list) \
	X(enrolment_list) \
	X(enrolment_view) \
	X(enrolment_history) \
	X(enrolment_withdraw) \
	X(session_attend) \
	X(attendance_list) \
	X(session_complete) \
	X(person_lookup) \
	X(person_report) \
	X(person_key_raise) \
	X(erasure_request) \
	X(erasure_list) \
	X(erasure_approve) \
	X(erasure_reject) \
	X(person_link_request) \
	X(person_link_list) \
	X(person_link_approve) \
	X(person_link_reject) \
	X(exam_create) \
	X(exam_view) \
	X(exam_list) \
	X(eligibility_ask) \
	X(exam_close) \
	X(exam_reopen) \
	X(exam_cancel) \
	X(exam_move) \
	X(exam_number) \
	X(exam_change) \
	X(exam_plan_file) \
	X(exam_plan) \
	X(exam_enrol) \
	X(exam_enrol_session) \
	X(exam_roster) \
	X(exam_unenrol) \
	X(exam_history) \
	X(organisation_apply) \
	X(organisation_list) \
	X(organisation_view) \
	X(organisation_change) \
	X(organisation_history) \
	X(organisation_approve) \
	X(organisation_refuse) \
	X(organisation_suspend) \
	X(organisation_reinstate) \
	X(organisation_end) \
	X(site_create) \
	X(site_list) \
	X(site_view) \
	X(site_history) \
	X(site_change) \
	X(site_end) \
	X(organisation_export) \
	X(issuer_list) \
	X(exam_documents) \
	X(issuer_did) \
	X(registry_did) \
	X(registry_did_of_path) \
	X(issuer_status_lists) \
	X(issuer_status) \
	X(issuer_profile) \
	X(issuer_jwk) \
	X(issuer_jwks) \
	X(registry_jwks) \
	X(key_create) \
	X(key_list) \
	X(key_rotate) \
	X(key_retire) \
	X(key_revoke) \
	X(key_rewrap) \
	X(key_action_list) \
	X(key_action_approve) \
	X(key_action_reject) \
	X(adoption_create) \
	X(adoption_list) \
	X(adoption_approve) \
	X(adoption_reject) \
	X(signature_list) \
	X(token_create) \
	X(token_list) \
	X(token_revoke) \
	X(client_certificate_create) \
	X(client_certificate_list) \
	X(client_certificate_revoke) \
	X(staff_list) \
	X(staff_create) \
	X(staff_view) \
	X(staff_change) \
	X(staff_invite) \
	X(staff_leave) \
	X(staff_history) \
	X(organisation_staff_list) \
	X(organisation_staff_create) \
	X(staff_request_list) \
	X(staff_request_approve) \
	X(staff_request_reject) \
	X(invitation_accept) \
	X(audit_list) \
	X(job_list) \
	X(job_failure_list) \
	X(job_retry) \
	X(area_list) \
	X(area_set) \
	X(area_join) \
	X(area_join_preview) \
	X(programme_list) \
	X(programme_view) \
	X(programme_history) \
	X(programme_create) \
	X(programme_create_preview) \
	X(programme_change) \
	X(programme_change_preview) \
	X(programme_count) \
	X(programme_count_preview) \
	X(rule_list) \
	X(goal_set) \
	X(goal_preview) \
	X(milestone_reach) \
	X(milestone_withdraw) \
	X(policy_list) \
	X(policy_view) \
	X(policy_set) \
	X(policy_preview) \
	X(occupation_list) \
	X(accreditation_create) \
	X(accreditation_list) \
	X(accreditation_view) \
	X(accreditation_history) \
	X(accreditation_suspend) \
	X(accreditation_reinstate) \
	X(accreditation_end) \
	X(recognition_create) \
	X(recognition_list) \
	X(recognition_view) \
	X(recognition_history) \
	X(recognition_suspend) \
	X(recognition_reinstate) \
	X(recognition_end) \
	X(agreement_propose) \
	X(agreement_confirm) \
	X(agreement_approve) \
	X(agreement_withdraw) \
	X(agreement_refuse) \
	X(agreement_history) \
	X(agreement_list) \
	X(agreement_view) \
	X(agreement_suspend) \
	X(agreement_reinstate) \
	X(agreement_end) \
	X(occupation_view) \
	X(occupation_history) \
	X(occupation_create) \
	X(standard_list) \
	X(standard_view) \
	X(standard_history) \
	X(standard_create) \
	X(standard_version_add) \
	X(standard_end) \
	X(standard_preview) \
	X(achievement) \
	X(criteria) \
	X(problem_page) \
	X(favicon) \
	X(robots) \
	X(openapi)

#define INTERNAL_ROUTES(X) \
	X(assessment_publish) \
	X(key_confirm) \
	X(list_key_make) \
	X(person_reseal) \
	X(signature_verify)

#define OPS_ROUTES(X) \
	X(healthz) \
	X(readyz) \
	X(readyz_issuing) \
	X(metrics)

#define DECLARE(name) extern const struct route route_##name;
API_ROUTES(DECLARE)
INTERNAL_ROUTES(DECLARE)
OPS_ROUTES(DECLARE)

#define LIST(name) &route_##name,
const struct route *const api_routes[] = {API_ROUTES(LIST) NULL};
const struct route *const internal_routes[] = {INTERNAL_ROUTES(LIST) NULL};
const struct route *const ops_routes[] = {OPS_ROUTES(LIST) NULL};

/* Names of constraints that a client's request can run into although the write functions answer
 * the expected conflicts with outcomes: two requests at the very same moment. */
const struct constraint_problem api_constraints[] = {
	{CONSTRAINT_CERTIFICATE_ALREADY_CERTIFIED, P_ALREADY_CERTIFIED},
	{CONSTRAINT_CERTIFICATE_NUMBER_KEY, P_NUMBER_TAKEN},
	{CONSTRAINT_ASSESSMENT_SUPPLIED_NUMBER_KEY, P_NUMBER_TAKEN},
	{CONSTRAINT_LOST_NUMBER, P_NUMBER_TAKEN},
	{CONSTRAINT_ASSESSMENT_PERSON_KEY, P_ALREADY_ASSESSED},
	{CONSTRAINT_HISTORY_HELD, P_HISTORY_HELD},
	{CONSTRAINT_COUNT, P_INTERNAL},
};
