/* tests/integration/test_staff.c - who works for whom, and that everything done is somebody's: the audit and
 * the histories. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

#include "../lib/cluster.h"

static struct daemon *d;

static const struct answer *get(enum daemon_token by, const char *fmt, ...)
{
	char path[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(path, sizeof path, fmt, ap);
	va_end(ap);
	return ASK(d->https, .path = path, .token = by == BY_NOBODY ? NULL : d->token[by]);
}

static size_t count(const struct answer *a)
{
	return json_array_size(answer_at(expect_status(a, 200), "items"));
}

/* ---- the audit ---- */

static char made[40]; /* a token */

static void the_audit_names_who_did_it(void **state)
{
	snprintf(made, sizeof made, "%s", answer_text(expect_status(ASK(d->https, .path = "/v1/tokens",
		.token = d->token[BY_ADMIN], .body = "{\"role\":\"auditor\",\"label\":\"x\"}"), 201), "id"));
	const struct answer *a = expect_status(get(BY_AUDITOR, "/v1/audit?object=%s", made), 200);
	assert_int_equal(count(a), 1);
	assert_string_equal(answer_text(a, "items.0.action"), "token_create");
	assert_string_equal(answer_text(a, "items.0.detail.role"), "auditor");
	assert_string_equal(answer_text(a, "items.0.by.role"), "administrator");
	assert_string_equal(answer_text(a, "items.0.by.credential"), "test");
	assert_true(json_is_null(answer_at(a, "items.0.by.staff"))); /* whom nobody has named */
	assert_string_equal(answer_text(a, "items.0.request_id"),
	                    cluster_ask(d->cluster, d->database, "SELECT request FROM talent.audit"
	                                                         " WHERE action = 'token_create'"));
	/* what the registry did by itself is nobody's */
	a = get(BY_ADMIN, "/v1/audit?action=journal_joined");
	assert_true(count(a) > 0);
	assert_true(json_is_null(answer_at(a, "items.0.by")));
}

static void the_audit_is_filtered(void **state)
{
	char staff[40];
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	expect_status(daemon_submit(d, BY_SHILI, exam, "甲乙", 1, "\"theory\":80,\"skill\":80"), 201);
	snprintf(staff, sizeof staff, "%s", answer_text(get(BY_ADMIN, "/v1/audit?action=exam_create"), "items.0.by.staff_id"));
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?staff=%s", staff)), 2);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?staff=%s&action=assessment_submit", staff)), 1);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?organisation=shili&action=assessment_submit")), 1);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?organisation=shili&action=issuer_key_store")), 3);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?organisation=pujiang&action=assessment_submit")), 0);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?from=%s&to=%s&action=exam_create", daemon_day(0), daemon_day(0))), 1);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?from=%s", daemon_day(1))), 0);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?to=%s", daemon_day(-1))), 0);
	expect_problem(get(BY_ADMIN, "/v1/audit?from=%s&to=%s", daemon_day(0), daemon_day(-1)), 400, "invalid_query");
	expect_problem(get(BY_ADMIN, "/v1/audit?object=x"), 400, "invalid_query");
	expect_problem(get(BY_ADMIN, "/v1/audit?who=x"), 400, "invalid_query");
}

static void the_audit_is_for_the_city_and_auditors(void **state)
{
	static const enum daemon_token others[] = {BY_SHILI, BY_XINGBO, BY_DISTRICT, BY_EMPLOYER};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		expect_problem(get(others[i], "/v1/audit"), 403, "forbidden");
	expect_problem(get(BY_NOBODY, "/v1/audit"), 401, "unauthenticated");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_audit_names_who_did_it),
		cmocka_unit_test(the_audit_is_filtered),
		cmocka_unit_test(the_audit_is_for_the_city_and_auditors),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	int failed = cmocka_run_group_tests_name("staff", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
