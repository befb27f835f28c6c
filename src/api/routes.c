/* api/routes.c - the table that the listeners serve. Busy routes stand first. */
#include "api/routes.h"

#include "api/api.h"

const struct route *const api_routes[] = {
	&route_verification_view,
	&route_verification_create,
	&route_verification_page,
	&route_verification_page_upper,
	&route_verification_page_name,
	&route_verification_page_name_upper,
	&route_verification_form,
	&route_verification_form_send,
	&route_front_page,
	&route_assessment_submit,
	&route_assessment_view,
	&route_assessment_list,
	&route_assessment_annul,
	&route_certificate_view,
	&route_certificate_credential,
	&route_certificate_document,
	&route_certificate_revoke,
	&route_certificate_suspend,
	&route_certificate_reinstate,
	&route_certificate_reissue,
	&route_progress_list,
	&route_progress_view,
	&route_progress_audit,
	&route_session_create,
	&route_session_list,
	&route_session_view,
	&route_enrolment_create,
	&route_enrolment_list,
	&route_session_complete,
	&route_exam_create,
	&route_exam_view,
	&route_exam_list,
	&route_issuer_list,
	&route_exam_documents,
	&route_issuer_did,
	&route_issuer_status_lists,
	&route_issuer_status,
	&route_issuer_profile,
	&route_issuer_jwk,
	&route_issuer_jwks,
	&route_registry_jwks,
	&route_key_create,
	&route_key_list,
	&route_key_rotate,
	&route_key_retire,
	&route_key_revoke,
	&route_key_rewrap,
	&route_key_action_list,
	&route_key_action_approve,
	&route_key_action_reject,
	&route_adoption_create,
	&route_adoption_approve,
	&route_signature_list,
	&route_token_create,
	&route_token_list,
	&route_token_revoke,
	&route_client_certificate_create,
	&route_client_certificate_list,
	&route_client_certificate_revoke,
	&route_occupation_list,
	&route_problem_page,
	NULL,
};

const struct route *const clerk_routes[] = {
	&route_assessment_publish,
	&route_key_confirm,
	NULL,
};

const struct route *const ops_routes[] = {
	&route_healthz,
	&route_readyz,
	&route_readyz_issuing,
	&route_metrics,
	NULL,
};

/* Names of constraints that a client's request can run into although the write functions answer
 * the expected conflicts with outcomes: two requests at the very same moment. */
const struct constraint_problem api_constraints[] = {
	{"certificate_live_skill_grade", P_ALREADY_CERTIFIED},
	{"certificate_number_key", P_NUMBER_TAKEN},
	{"history_held", P_HISTORY_HELD},
	{"lost_number", P_NUMBER_TAKEN},
	{"assessment_person_exam_key", P_ALREADY_ASSESSED},
	{NULL, P_INTERNAL},
};
