/* Roles, and whose things a caller may touch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "domain/principal.h"

static const struct uuid body = {"the body's own"}, company = {"the company's"}, other = {"other"};

static void roles(void **state)
{
	static const char *const codes[] = {"institution", "company", "administrator", "auditor",
	                                    "employer"};
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		enum role role = role_from_code(slice_of(codes[i]));
		assert_int_equal(role, 1 << i);
		assert_string_equal(role_code(role), codes[i]);
	}
	assert_int_equal(role_from_code(SLICE("")), 0);
	assert_int_equal(role_from_code(SLICE_NONE), 0);
	assert_int_equal(role_from_code(SLICE("Administrator")), 0);
	assert_int_equal(role_from_code(SLICE("admin")), 0);
	assert_null(role_code((enum role)0));
	assert_null(role_code((enum role)(ROLE_AUDITOR | ROLE_COMPANY)));
}

/* What a query leaves that asks for this scope. */
static bool in_scope(const struct principal *who, const struct belongings *what)
{
	const struct scope s = principal_scope(who);
	struct slice districts = s.districts;
	bool inside = !districts.p;
	while (districts.p)
		inside |= slice_eq(slice_cut(&districts, ','), what->district);
	return inside && (uuid_is_nil(s.holder) || uuid_eq(s.holder, what->holder)) &&
	       (uuid_is_nil(s.partner) || uuid_eq(s.partner, what->partner));
}

static void ownership(void **state)
{
	const struct belongings dual = {body, company, SLICE("310105")};
	const struct belongings plain = {.holder = body, .district = SLICE("310105")};
	const struct belongings nobody = {.district = SLICE("310105")};
	const struct {
		enum role role;
		struct uuid organisation;
		const char *districts;
		bool dual, plain, nobody;
	} cases[] = {
		{ROLE_INSTITUTION, body, "", true, true, false},
		{ROLE_INSTITUTION, company, "", false, false, false},
		{ROLE_INSTITUTION, other, "", false, false, false},
		{ROLE_INSTITUTION, {{0}}, "", false, false, false},
		{ROLE_COMPANY, company, "", true, false, false},
		{ROLE_COMPANY, body, "", false, false, false},
		{ROLE_COMPANY, {{0}}, "", false, false, false},
		{ROLE_ADMINISTRATOR, {{0}}, "", true, true, true},
		{ROLE_ADMINISTRATOR, {{0}}, "310105", true, true, true},
		{ROLE_ADMINISTRATOR, {{0}}, "310101,310105", true, true, true},
		{ROLE_ADMINISTRATOR, {{0}}, "310101", false, false, false},
		{ROLE_ADMINISTRATOR, {{0}}, "3101", false, false, false},
		{ROLE_ADMINISTRATOR, {{0}}, "3101050", false, false, false},
		{ROLE_ADMINISTRATOR, body, "310101", false, false, false},
		{ROLE_AUDITOR, {{0}}, "", true, true, true},
		{ROLE_EMPLOYER, body, "", false, false, false},
		{(enum role)0, body, "", false, false, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct principal who = {.role = cases[i].role, .organisation = cases[i].organisation,
		                              .districts = slice_of(cases[i].districts)};
		assert_int_equal(principal_owns(&who, &dual), cases[i].dual);
		assert_int_equal(principal_owns(&who, &plain), cases[i].plain);
		assert_int_equal(principal_owns(&who, &nobody), cases[i].nobody);
		assert_int_equal(in_scope(&who, &dual), cases[i].dual);
		assert_int_equal(in_scope(&who, &plain), cases[i].plain);
		assert_int_equal(in_scope(&who, &nobody), cases[i].nobody);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles),
		cmocka_unit_test(ownership),
	};
	return cmocka_run_group_tests_name("principal", tests, NULL, NULL);
}
