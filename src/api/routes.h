/* api/routes.h - every route, by the file that serves it. The table is in routes.c. */
#pragma once

#include "web/route.h"

/* assessment_submit.c */
extern const struct route route_assessment_submit;
/* assessment_publish.c */
extern const struct route route_assessment_publish;
/* stored_signature.c */
extern const struct route route_signature_verify;

/* key_confirm.c */
extern const struct route route_key_confirm;
/* assessment.c */
extern const struct route route_assessment_view, route_assessment_list, route_assessment_annul;
/* certificate.c */
extern const struct route route_certificate_view, route_certificate_revoke,
	route_certificate_suspend, route_certificate_reinstate;
/* client_certificate.c */
extern const struct route route_client_certificate_create, route_client_certificate_list,
	route_client_certificate_revoke;
/* document.c */
extern const struct route route_certificate_document, route_exam_documents;
/* credential.c */
extern const struct route route_certificate_credential;
/* exam.c */
extern const struct route route_exam_create, route_exam_view, route_exam_list;
/* issuer.c */
extern const struct route route_issuer_did, route_issuer_status;
/* issuer_list.c */
extern const struct route route_issuer_list, route_issuer_status_lists;
/* certificate_reissue.c */
extern const struct route route_certificate_reissue;
/* issuer_jwk.c */
extern const struct route route_issuer_jwk, route_issuer_jwks, route_registry_jwks;
/* issuer_profile.c */
extern const struct route route_issuer_profile;
/* key.c */
extern const struct route route_key_create, route_key_list;
/* signature.c */
extern const struct route route_signature_list;
/* key_action.c */
extern const struct route route_key_rotate, route_key_retire, route_key_revoke,
	route_key_action_list, route_key_action_approve, route_key_action_reject;

/* adoption.c */
extern const struct route route_adoption_create, route_adoption_list, route_adoption_approve,
	route_adoption_reject;
/* key_rewrap.c */
extern const struct route route_key_rewrap;
/* occupation.c */
extern const struct route route_occupation_list;
/* problem_page.c */
extern const struct route route_problem_page;
/* progress.c */
extern const struct route route_progress_list, route_progress_view, route_progress_audit;
/* session.c */
extern const struct route route_session_create, route_session_list, route_session_view,
	route_enrolment_create, route_enrolment_list, route_session_complete;
/* token.c */
extern const struct route route_token_create, route_token_list, route_token_revoke;
/* verification.c */
extern const struct route route_verification_view, route_verification_create;
/* verification_page.c */
extern const struct route route_verification_page, route_verification_page_upper,
	route_verification_page_name, route_verification_page_name_upper, route_verification_form,
	route_verification_form_send, route_front_page;
/* ops.c */
extern const struct route route_healthz, route_readyz, route_readyz_issuing, route_metrics;
