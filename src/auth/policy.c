/* auth/policy.c - the policy table. A route that is not open (web/route.h) and has no row here is
 * refused to everybody. Auditors read and change nothing. Who could give out credentials or keys
 * could give itself the whole registry: that is for administrators without a limit. */
#include "auth/policy.h"

enum {
	INSTITUTION = ROLE_INSTITUTION,
	COMPANY = ROLE_COMPANY,
	ADMIN = ROLE_ADMINISTRATOR,
	AUDITOR = ROLE_AUDITOR,
	EMPLOYER = ROLE_EMPLOYER,
};

const struct policy policies[] = {
	{"session_create", INSTITUTION, OWN_ORG},
	{"session_list", INSTITUTION | ADMIN | AUDITOR, OWN_ORG},
	{"session_view", INSTITUTION | ADMIN | AUDITOR, OWN_ORG},
	{"enrolment_create", INSTITUTION, OWN_ORG},
	{"enrolment_list", INSTITUTION | ADMIN | AUDITOR, OWN_ORG},
	{"session_complete", INSTITUTION, OWN_ORG},
	{"exam_create", INSTITUTION, OWN_ORG},
	{"exam_list", INSTITUTION | COMPANY | ADMIN | AUDITOR, OWN_ORG},
	{"exam_view", INSTITUTION | COMPANY | ADMIN | AUDITOR, OWN_ORG},
	{"assessment_submit", INSTITUTION, OWN_ORG},
	{"assessment_view", INSTITUTION | COMPANY | ADMIN | AUDITOR, OWN_ORG},
	{"assessment_list", INSTITUTION | COMPANY | ADMIN | AUDITOR, OWN_ORG},
	{"assessment_annul", ADMIN, OWN_ORG},
	{"certificate_view", INSTITUTION | COMPANY | ADMIN | AUDITOR, OWN_ORG},
	{"certificate_credential", INSTITUTION | COMPANY | ADMIN | AUDITOR, OWN_ORG},
	{"certificate_document", INSTITUTION | COMPANY | ADMIN | AUDITOR, OWN_ORG},
	{"exam_documents", INSTITUTION | COMPANY | ADMIN | AUDITOR, OWN_ORG},
	{"certificate_revoke", ADMIN, OWN_ORG},
	{"certificate_suspend", ADMIN, OWN_ORG},
	{"certificate_reinstate", ADMIN, OWN_ORG},
	{"certificate_reissue", ADMIN, OWN_ORG},
	{"progress_audit", ADMIN | AUDITOR, OWN_NOTHING},
	{"token_create", ADMIN, OWN_REGISTRY},
	{"token_list", ADMIN | AUDITOR, OWN_REGISTRY},
	{"token_revoke", ADMIN, OWN_REGISTRY},
	{"client_certificate_create", ADMIN, OWN_REGISTRY},
	{"client_certificate_list", ADMIN | AUDITOR, OWN_REGISTRY},
	{"client_certificate_revoke", ADMIN, OWN_REGISTRY},
	{"key_create", ADMIN, OWN_REGISTRY},
	{"key_list", ADMIN | AUDITOR, OWN_REGISTRY},
	{"key_rotate", ADMIN, OWN_REGISTRY},
	{"key_retire", ADMIN, OWN_REGISTRY},
	{"key_revoke", ADMIN, OWN_REGISTRY},
	{"key_rewrap", ADMIN, OWN_REGISTRY},
	{"signature_list", ADMIN | AUDITOR, OWN_REGISTRY},
	{"key_action_list", ADMIN | AUDITOR, OWN_REGISTRY},
	{"key_action_approve", ADMIN, OWN_REGISTRY},
	{"key_action_reject", ADMIN, OWN_REGISTRY},
	{"adoption_create", ADMIN, OWN_REGISTRY},
	{"adoption_list", ADMIN | AUDITOR, OWN_REGISTRY},
	{"adoption_approve", ADMIN, OWN_REGISTRY},
	{"adoption_reject", ADMIN, OWN_REGISTRY},
	{"verification_by_caller", INSTITUTION | COMPANY | ADMIN | AUDITOR | EMPLOYER, OWN_NOTHING},
	{NULL, 0, OWN_NOTHING},
};

const struct policy *policy_of(const char *route)
{
	for (const struct policy *p = policies; p->route; p++)
		if (strcmp(p->route, route) == 0)
			return p;
	return NULL;
}

bool policy_admits(const char *route, const struct principal *who)
{
	const struct policy *p = policy_of(route);
	return policy_allows(route, who->role) &&
	       (p->own != OWN_REGISTRY || who->districts.n == 0);
}

bool policy_allows(const char *route, enum role role)
{
	const struct policy *p = policy_of(route);
	return p && (p->roles & (unsigned)role) != 0;
}
