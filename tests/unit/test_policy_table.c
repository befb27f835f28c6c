/* The policy table against the table of routes: nothing is forgotten on either side. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api.h"
#include "auth/policy.h"

static const struct route *route_named(const char *name)
{
	for (const struct route *const *r = api_routes; *r; r++)
		if (strcmp((*r)->name, name) == 0)
			return *r;
	return NULL;
}

/* Routes have no row of their own when they are open; these ask for a caller in the handler. */
static bool required_by_a_handler(const char *policy)
{
	return strcmp(policy, "verification_by_caller") == 0;
}

static void every_closed_route_has_a_row(void **state)
{
	int closed = 0;
	for (const struct route *const *r = api_routes; *r; r++) {
		const struct policy *p = policy_of((*r)->name);
		assert_int_equal(p != NULL, !(*r)->open);
		closed += !(*r)->open;
	}
	assert_true(closed > 20);
	for (const struct route *const *r = ops_routes; *r; r++)
		assert_true((*r)->open);
}

static void every_row_has_a_route(void **state)
{
	for (const struct policy *p = policies; p->route; p++) {
		const struct route *r = route_named(p->route);
		assert_int_equal(r != NULL, !required_by_a_handler(p->route));
		assert_true(p->roles != 0);
		assert_ptr_equal(policy_of(p->route), p); /* once */
	}
}

static void names_and_paths_are_unique(void **state)
{
	for (const struct route *const *r = api_routes; *r; r++) {
		if (!(*r)->open) /* /v and /V are one page */
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

/* What is neither a question nor the clerk's acknowledges, and web/run.c lets nothing do that after
 * mere reading. A new POST that is to be an exception has to be named here. */
static void few_routes_acknowledge_nothing(void **state)
{
	static const char *const questions[] = {"verification_create", "verification_page",
	                                        "verification_form_send"};
	for (const struct route *const *r = api_routes; *r; r++) {
		bool known = false;
		for (size_t i = 0; i < ARRAY_LEN(questions); i++)
			known |= strcmp((*r)->name, questions[i]) == 0;
		assert_false((*r)->chore);
		if ((*r)->method == HTTP_GET)
			assert_false((*r)->question);
		else
			assert_int_equal((*r)->question, known);
		assert_false((*r)->question && (*r)->recorded);
	}
	for (const struct route *const *r = clerk_routes; *r; r++)
		assert_true((*r)->chore);
	for (const struct route *const *r = ops_routes; *r; r++)
		assert_int_equal((*r)->method, HTTP_GET);
}

static void auditors_only_read(void **state)
{
	int readable = 0;
	for (const struct policy *p = policies; p->route; p++) {
		const struct route *r = route_named(p->route);
		if (!policy_allows(p->route, ROLE_AUDITOR) || !r)
			continue;
		assert_int_equal(r->method, HTTP_GET);
		readable++;
	}
	assert_true(readable > 5);
}

static void the_default_is_no(void **state)
{
	assert_null(policy_of("no_such_route"));
	assert_false(policy_allows("no_such_route", ROLE_ADMINISTRATOR));
	for (const struct policy *p = policies; p->route; p++)
		assert_false(policy_allows(p->route, (enum role)0));
	/* Employers look things up, and nothing else. */
	for (const struct policy *p = policies; p->route; p++)
		assert_int_equal(policy_allows(p->route, ROLE_EMPLOYER),
		                 required_by_a_handler(p->route));
	assert_false(policy_allows("certificate_revoke", ROLE_INSTITUTION));
	assert_false(policy_allows("assessment_submit", ROLE_COMPANY));
	assert_false(policy_allows("assessment_submit", ROLE_ADMINISTRATOR));
}

/* A district's administrator must not be able to make a city's, in any way. */
static void credentials_are_not_a_districts_matter(void **state)
{
	static const char *const city[] = {"token_create", "token_list", "token_revoke",
	                                   "client_certificate_create", "client_certificate_list",
	                                   "client_certificate_revoke", "key_create", "key_list",
	                                   "key_rotate", "key_retire", "key_revoke", "key_rewrap",
	                                   "key_action_list", "key_action_approve",
	                                   "key_action_reject", "signature_list",
	                                   "adoption_create", "adoption_list",
	                                   "adoption_approve", "adoption_reject"};
	struct principal who = {.role = ROLE_ADMINISTRATOR};
	for (size_t i = 0; i < ARRAY_LEN(city); i++) {
		who.districts = SLICE_NONE;
		assert_true(policy_admits(city[i], &who));
		who.districts = SLICE("310105");
		assert_false(policy_admits(city[i], &who));
	}
	assert_true(policy_admits("certificate_revoke", &who));
	assert_false(policy_admits("no_such_route", &who));
	who.role = ROLE_EMPLOYER;
	assert_false(policy_admits("certificate_revoke", &who));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_closed_route_has_a_row),
		cmocka_unit_test(every_row_has_a_route),
		cmocka_unit_test(names_and_paths_are_unique),
		cmocka_unit_test(few_routes_acknowledge_nothing),
		cmocka_unit_test(auditors_only_read),
		cmocka_unit_test(the_default_is_no),
		cmocka_unit_test(credentials_are_not_a_districts_matter),
	};
	return cmocka_run_group_tests_name("policy table", tests, NULL, NULL);
}
