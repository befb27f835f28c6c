/* Who may do what, as the routes say it: nothing is forgotten, and nobody may more than meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api.h"

static const struct route *route_named(const char *name)
{
	for (const struct route *const *r = api_routes; *r; r++)
		if (strcmp((*r)->name, name) == 0)
			return *r;
	return NULL;
}

static void every_closed_route_names_somebody(void **state)
{
	int closed = 0;
	for (const struct route *const *r = api_routes; *r; r++) {
		closed += !(*r)->open;
		assert_true((*r)->open || (*r)->roles != 0);
		assert_true((*r)->roles < ROLE_EMPLOYER << 1);
	}
	assert_true(closed > 20);
	for (const struct route *const *r = ops_routes; *r; r++)
		assert_true((*r)->open && (*r)->roles == 0);
	for (const struct route *const *r = internal_routes; *r; r++)
		assert_true((*r)->open && (*r)->roles == 0);
}

/* What belongs to somebody has an owner that the runtime asks for: of an address with something in
 * it, or of each row of a list. What is created belongs to who creates it. */
static void what_is_owned_has_an_owner(void **state)
{
	int owned = 0;
	for (const struct route *const *r = api_routes; *r; r++) {
		bool named = strchr((*r)->path, '{') != NULL;
		bool created = !named && (*r)->method == HTTP_POST;
		owned += (*r)->object != NULL;
		assert_int_equal((*r)->object != NULL, (*r)->own == OWN_ORG && !created);
		if ((*r)->object) {
			assert_int_equal((*r)->object->load != NULL, named);
			assert_non_null((*r)->object->whose);
		}
		assert_true((*r)->own != OWN_ORG || ((*r)->roles & ROLE_EMPLOYER) == 0);
	}
	assert_true(owned > 15);
}

static void the_matrix(void **state)
{
	static const struct {
		const char *route;
		enum role role;
		const char *access;
	} cases[] = {
		{"verification_view", ROLE_EMPLOYER, "open"},  {"verification_create", ROLE_EMPLOYER, "all"},
		{"assessment_submit", ROLE_INSTITUTION, "own"}, {"assessment_submit", ROLE_COMPANY, "-"},
		{"assessment_submit", ROLE_ADMINISTRATOR, "-"}, {"exam_view", ROLE_COMPANY, "partner"},
		{"exam_view", ROLE_ADMINISTRATOR, "district"},  {"exam_view", ROLE_AUDITOR, "all"},
		{"exam_view", ROLE_EMPLOYER, "-"},              {"token_create", ROLE_ADMINISTRATOR, "city"},
		{"token_list", ROLE_AUDITOR, "all"},            {"progress_audit", ROLE_ADMINISTRATOR, "all"},
		{"certificate_revoke", ROLE_INSTITUTION, "-"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(route_access(route_named(cases[i].route), cases[i].role),
		                    cases[i].access);
}

static void names_and_paths_are_unique(void **state)
{
	for (const struct route *const *r = api_routes; *r; r++) {
		assert_ptr_equal(route_named((*r)->name), *r);
		assert_int_equal((*r)->path[0], '/');
		assert_true((*r)->deadline.us > 0);
		assert_non_null((*r)->first);
		assert_int_equal((*r)->body_max > 0, (*r)->media != NULL);
		assert_true((*r)->body_max == 0 || (*r)->method != HTTP_GET);
		for (const struct route *const *other = r + 1; *other; other++)
			assert_false((*r)->method == (*other)->method &&
			             strcmp((*r)->path, (*other)->path) == 0);
	}
}

/* What is neither a question nor for a background job acknowledges, and web/run.c lets nothing do that after
 * mere reading. A new POST that is to be an exception has to be named here. */
static void few_routes_acknowledge_nothing(void **state)
{
	static const char *const questions[] = {"verification_create", "verification_page_name",
	                                        "verification_page_name_upper",
	                                        "verification_form_send", "policy_preview", "goal_preview",
	                                        "standard_preview", "area_join_preview",
	                                        "programme_create_preview", "programme_change_preview",
	                                        "programme_count_preview"};
	for (const struct route *const *r = api_routes; *r; r++) {
		bool known = false;
		for (size_t i = 0; i < ARRAY_LEN(questions); i++)
			known |= strcmp((*r)->name, questions[i]) == 0;
		assert_false((*r)->internal);
		if ((*r)->method == HTTP_GET)
			assert_false((*r)->question);
		else
			assert_int_equal((*r)->question, known);
		assert_false((*r)->question && (*r)->recorded);
	}
	for (const struct route *const *r = internal_routes; *r; r++)
		assert_true((*r)->internal);
	for (const struct route *const *r = ops_routes; *r; r++)
		assert_int_equal((*r)->method, HTTP_GET);
}

/* Looking a person up stores that it was done, and nothing else; the question is a POST for what is in it. */
static void auditors_only_read(void **state)
{
	int readable = 0;
	for (const struct route *const *r = api_routes; *r; r++) {
		if (!((*r)->roles & ROLE_AUDITOR) || (*r)->open)
			continue;
		if ((*r)->method != HTTP_GET)
			assert_string_equal((*r)->name, "person_lookup");
		readable++;
	}
	assert_true(readable > 5);
}

static void the_default_is_no(void **state)
{
	static const struct route forgotten = {.name = "forgotten"};
	const struct principal anybody = {.role = ROLE_ADMINISTRATOR, .right = RIGHT_MANAGES}, unknown = {0};
	assert_false(route_admits(&forgotten, &anybody));
	assert_string_equal(route_access(&forgotten, ROLE_ADMINISTRATOR), "-");
	for (const struct route *const *r = api_routes; *r; r++) {
		assert_false(route_admits(*r, &unknown));
		/* Employers look things up, and nothing else. */
		if ((*r)->roles & ROLE_EMPLOYER)
			assert_string_equal((*r)->name, "verification_create");
	}
}

/* Without the right that a route takes the role is not enough: to ask takes reads, to change what is an
 * organisation's submits, to change what is the registry's, and what makes others powerful, manages. */
static void rights_are_steps(void **state)
{
	static const struct {
		const char *route;
		enum right right;
	} cases[] = {{"exam_view", RIGHT_READS},           {"verification_create", RIGHT_READS},
	             {"assessment_submit", RIGHT_SUBMITS}, {"certificate_revoke", RIGHT_SUBMITS},
	             {"token_list", RIGHT_READS},          {"token_create", RIGHT_MANAGES},
	             {"client_certificate_create", RIGHT_MANAGES}, {"key_rotate", RIGHT_MANAGES},
	             {"key_action_approve", RIGHT_MANAGES},
	             {"standard_create", RIGHT_MANAGES},   {"standard_preview", RIGHT_READS},
	             {"organisation_approve", RIGHT_MANAGES}, {"site_create", RIGHT_MANAGES},
	             {"policy_set", RIGHT_MANAGES},        {"accreditation_create", RIGHT_MANAGES}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct route *r = route_named(cases[i].route);
		assert_int_equal(route_right(r), cases[i].right);
		for (enum right right = 0; right <= RIGHT_MANAGES; right++) {
			const struct principal who = {.role = r->roles & ROLE_ADMINISTRATOR ? ROLE_ADMINISTRATOR
			                                                                     : ROLE_INSTITUTION,
			                              .right = right};
			assert_int_equal(route_admits(r, &who), right >= cases[i].right);
		}
	}
	for (const struct route *const *r = api_routes; *r; r++)
		assert_true(route_right(*r) > RIGHT_READS || route_asks(*r) || strcmp((*r)->name, "person_lookup") == 0 ||
		            strcmp((*r)->name, "person_report") == 0);
}

/* A district's administrator must not be able to make a city's, in any way. */
static void credentials_are_not_a_districts_matter(void **state)
{
	static const char *const city[] = {"area_list", "area_set", "area_join", "area_join_preview",
	                                   "programme_list", "programme_view", "programme_history", "programme_create",
	                                   "programme_create_preview", "programme_change",
	                                   "programme_change_preview", "programme_count",
	                                   "programme_count_preview", "goal_set",
	                                   "goal_preview", "milestone_reach", "milestone_withdraw",
	                                   "token_create", "token_list", "token_revoke",
	                                   "client_certificate_create", "client_certificate_list",
	                                   "client_certificate_revoke", "key_create", "key_list",
	                                   "key_rotate", "key_retire", "key_revoke", "key_rewrap",
	                                   "key_action_list", "key_action_approve",
	                                   "key_action_reject", "signature_list",
	                                   "adoption_create", "adoption_list",
	                                   "adoption_approve", "adoption_reject", "job_list",
	                                   "job_failure_list", "job_retry", "staff_list", "staff_create", "staff_request_list",
	                                   "staff_request_approve", "staff_request_reject", "audit_list", "policy_list",
	                                   "policy_view", "policy_set", "policy_preview",
	                                   "person_report", "person_key_raise", "erasure_request", "erasure_list", "erasure_approve",
	                                   "erasure_reject",
	                                   "organisation_approve", "organisation_refuse", "organisation_suspend",
	                                   "organisation_reinstate", "organisation_end", "organisation_change"};
	struct principal who = {.role = ROLE_ADMINISTRATOR, .right = RIGHT_MANAGES};
	for (size_t i = 0; i < ARRAY_LEN(city); i++) {
		who.districts = SLICE_NONE;
		assert_true(route_admits(route_named(city[i]), &who));
		who.districts = SLICE("310105");
		assert_false(route_admits(route_named(city[i]), &who));
	}
	assert_true(route_admits(route_named("certificate_revoke"), &who));
	who.role = ROLE_EMPLOYER;
	assert_false(route_admits(route_named("certificate_revoke"), &who));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_closed_route_names_somebody),
		cmocka_unit_test(what_is_owned_has_an_owner),
		cmocka_unit_test(the_matrix),
		cmocka_unit_test(names_and_paths_are_unique),
		cmocka_unit_test(few_routes_acknowledge_nothing),
		cmocka_unit_test(auditors_only_read),
		cmocka_unit_test(the_default_is_no),
		cmocka_unit_test(rights_are_steps),
		cmocka_unit_test(credentials_are_not_a_districts_matter),
	};
	return cmocka_run_group_tests_name("policy table", tests, NULL, NULL);
}
