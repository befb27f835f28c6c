/* What the authority decides, by the API: from which day a value holds, what it may be against its bounds and its
 * neighbour, what a preview says, and that what obeys it does: exams that are announced, records of
 * verifications. What was done before stays as it was. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "base/attr.h"

static struct daemon *d;

static const struct answer *get(const char *path)
{
	return ASK(d->https, .path = path, .token = d->token[BY_AUDITOR]);
}

/* from: NULL = left out. */
static const struct answer *wanted(const char *policy, const char *what, const char *value, const char *from)
{
	char path[96], body[256];
	snprintf(path, sizeof path, "/v1/policies/%s/%s", policy, what);
	snprintf(body, sizeof body, "{\"value\":\"%s\",\"reason\":\"沪人社 2026-118\"%s%s%s}", value,
	         from ? ",\"from\":\"" : "", from ? from : "", from ? "\"" : "");
	return ASK(d->https, .path = path, .token = d->token[BY_ADMIN], .body = body);
}

static const struct answer *set(const char *policy, const char *value, const char *from)
{
	return wanted(policy, "versions", value, from);
}

static void expect_wrong(const struct answer *a, const char *pointer, const char *code)
{
	expect_problem(a, 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), pointer);
	assert_string_equal(answer_text(a, "errors.0.code"), code);
}

static const struct answer *announce(const char *code, const char *more)
{
	char body[400];
	snprintf(body, sizeof body,
	         "{\"code\":\"%s\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"直播销售员\","
	         "\"level\":\"4\",\"held_on\":\"%s\"%s}", code, daemon_day(0), more);
	return ASK(d->https, .path = "/v1/exams", .token = d->token[BY_SHILI], .body = body);
}

/* ---- values ---- */

static void what_was_before_holds_since_ever(void **state)
{
	const struct answer *a = expect_status(get("/v1/policies/verification_record_days"), 200);
	assert_string_equal(answer_text(a, "value"), "1095");
	assert_string_equal(answer_text(a, "unit"), "days");
	assert_true(json_is_null(answer_at(a, "from")));
	assert_true(json_is_null(answer_at(a, "next_from")));
	assert_int_equal(json_array_size(answer_at(a, "versions")), 1);
	expect_problem(get("/v1/policies/nothing"), 404, "not_found");
}

static void what_a_policy_cannot_be(void **state)
{
	expect_wrong(set("publicity_days", "61", NULL), "/value", "out_of_range");
	expect_wrong(set("publicity_days", "-1", NULL), "/value", "whole_number");
	expect_wrong(set("publicity_days", "07", NULL), "/value", "whole_number");
	expect_wrong(set("publicity_days", "seven", NULL), "/value", "whole_number");
	expect_wrong(set("verification_record_days", "0", NULL), "/value", "out_of_range");
	expect_wrong(set("publicity_days", "7", daemon_day(-1)), "/from", "from_in_past");
	expect_wrong(set("publicity_days", "7", "2026-02-30"), "/from", "date");
	expect_wrong(set("publicity_days_min", "1", NULL), "/value", "policy_order");
	expect_wrong(wanted("publicity_days_min", "versions/preview", "1", NULL), "/value", "policy_order");
	expect_wrong(wanted("publicity_days", "versions/preview", "61", NULL), "/value", "out_of_range");
	expect_problem(set("nothing", "1", NULL), 404, "not_found");
	expect_problem(wanted("nothing", "versions/preview", "1", NULL), 404, "not_found");
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT count(*) FROM talent.policy_version WHERE version > 1"), "0");
}

/* A day on which it changes again ends the value of an earlier one; nothing is stored by looking. */
static void a_preview_says_from_when_to_when(void **state)
{
	const struct answer *a = expect_status(wanted("publicity_days", "versions/preview", "5", NULL), 200);
	assert_string_equal(answer_text(a, "from"), daemon_day(0));
	assert_string_equal(answer_text(a, "instead_of"), "0");
	assert_true(json_is_null(answer_at(a, "until")));
	a = expect_status(set("publicity_days", "10", daemon_day(30)), 201);
	assert_int_equal(answer_int(a, "version"), 2);
	a = expect_status(wanted("publicity_days", "versions/preview", "5", NULL), 200);
	assert_string_equal(answer_text(a, "until"), daemon_day(29));
	a = expect_status(get("/v1/policies/publicity_days"), 200);
	assert_string_equal(answer_text(a, "value"), "0");
	assert_string_equal(answer_text(a, "next_value"), "10");
	assert_string_equal(answer_text(a, "next_from"), daemon_day(30));
	/* The minimum is compared on each day on which one of them changes. */
	expect_status(set("publicity_days_min", "10", daemon_day(30)), 201);
	expect_wrong(set("publicity_days_min", "5", daemon_day(29)), "/value", "policy_order");
	expect_wrong(set("publicity_days", "9", daemon_day(31)), "/value", "policy_order");
	expect_status(set("publicity_days_min", "0", daemon_day(30)), 201);
}

/* ---- what obeys them ---- */

static void exams_that_name_no_days_have_the_policys(void **state)
{
	const struct answer *a = expect_status(announce("P-BEFORE", ""), 201);
	assert_int_equal(answer_int(a, "publicity_days"), 0);
	expect_status(set("publicity_days", "7", NULL), 201);
	expect_status(set("publicity_days_min", "5", NULL), 201);
	assert_int_equal(answer_int(expect_status(announce("P-SILENT", ""), 201), "publicity_days"), 7);
	assert_int_equal(answer_int(expect_status(announce("P-SIX", ",\"publicity_days\":6"), 201), "publicity_days"), 6);
	expect_wrong(announce("P-FOUR", ",\"publicity_days\":4"), "/publicity_days", "publicity_too_short");
	/* What was announced before is as it was, and may be announced again as it was. */
	assert_int_equal(answer_int(expect_status(announce("P-BEFORE", ""), 201), "publicity_days"), 0);
	assert_int_equal(answer_int(expect_status(announce("P-BEFORE", ",\"publicity_days\":0"), 201),
	                            "publicity_days"), 0);
	expect_problem(announce("P-SIX", ",\"publicity_days\":7"), 409, "already_exists");
}

static void a_pass_waits_as_long_as_the_policy_said(void **state)
{
	const struct answer *a = expect_status(announce("P-WAIT", ""), 201);
	char exam[64];
	snprintf(exam, sizeof exam, "%s", answer_text(a, "id"));
	a = expect_status(daemon_submit(d, BY_SHILI, exam, "公示七", 7, "\"theory\":80,\"skill\":80"), 201);
	assert_string_equal(answer_text(a, "state"), "awaiting_publication");
	assert_string_equal(answer_text(a, "publish_on"), daemon_day(8));
}

static void records_of_verifications_are_kept_as_long(void **state)
{
	static const char body[] = "{\"number\":\"S000031000123264999999\",\"name\":\"张伟\"}";
	char path[2][96];
	for (int i = 0; i < 2; i++) {
		const struct answer *a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200);
		snprintf(path[i], sizeof path[i], "/v1/verification-records/%s", answer_text(a, "reference"));
		if (i == 0)
			expect_status(set("verification_record_days", "30", NULL), 201);
	}
	assert_string_equal(answer_text(expect_status(ASK(d->https, .path = path[0]), 200), "kept_until"), daemon_day(1095));
	assert_string_equal(answer_text(expect_status(ASK(d->https, .path = path[1]), 200), "kept_until"), daemon_day(30));
}

/* ---- what is left behind ---- */

static void the_same_again_changes_nothing(void **state)
{
	const struct answer *first = expect_status(set("verification_record_days", "400", daemon_day(3)), 201);
	int version = (int)answer_int(first, "version");
	const struct answer *again = expect_status(set("verification_record_days", "400", daemon_day(3)), 201);
	assert_int_equal(answer_int(again, "version"), version);
	assert_string_equal(answer_header(again, "Idempotent-Replayed"), "true");
}

static void every_change_is_audited(void **state)
{
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT count(*) = (SELECT count(*) FROM talent.policy_version WHERE version > 1)"
	                                " AND bool_and(u.actor IS NOT NULL AND u.detail ->> 'reason' = '沪人社 2026-118'"
	                                " AND u.detail ? 'from' AND u.detail ? 'to') FROM talent.audit u"
	                                " JOIN talent.policy p ON p.id = u.object WHERE u.action = 'policy_set'"), "t");
}

/* One that no function asks for would be an option that does nothing. */
static void each_is_obeyed(void **state)
{
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT count(*) FROM talent.policy p WHERE NOT EXISTS (SELECT FROM pg_proc f"
	                                " WHERE strpos(f.prosrc, format('_policy(%L', p.name)) > 0)"), "0");
	assert_string_equal(cluster_ask(d->cluster, d->database, "SELECT count(*) > 2 FROM talent.policy"), "t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_obeyed),
		cmocka_unit_test(what_was_before_holds_since_ever),
		cmocka_unit_test(what_a_policy_cannot_be),
		cmocka_unit_test(a_preview_says_from_when_to_when),
		cmocka_unit_test(exams_that_name_no_days_have_the_policys),
		cmocka_unit_test(a_pass_waits_as_long_as_the_policy_said),
		cmocka_unit_test(records_of_verifications_are_kept_as_long),
		cmocka_unit_test(the_same_again_changes_nothing),
		cmocka_unit_test(every_change_is_audited),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){.workers = 1});
	int failed = cmocka_run_group_tests_name("policies", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
