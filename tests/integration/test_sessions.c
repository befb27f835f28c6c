/* tests/integration/test_sessions.c - training sessions over real TLS, from plan to completion or cancellation: what each
 * answer says, what is refused and why, and who sees it. */
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
#include "base/attr.h"

static struct daemon *d;

/* ---- short ways ---- */

PRINTF_LIKE(4, 5)
static const struct answer *ask(const char *method, enum daemon_token by, const char *body, const char *form, ...)
{
	char path[240];
	va_list ap;
	va_start(ap, form);
	vsnprintf(path, sizeof path, form, ap);
	va_end(ap);
	return ASK(d->https, .method = method, .path = path, .body = body, .token = d->token[by]);
}

/* From 30 days ago to yesterday, of 104 hours. */
static const char *plan(const char *title, int capacity)
{
	char body[512];
	snprintf(body, sizeof body,
	         "{\"title\":\"%s\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"直播销售员\","
	         "\"level\":\"4\",\"starts_on\":\"%s\",\"ends_on\":\"%s\",\"hours\":104,\"capacity\":%d}", title,
	         daemon_day(-30), daemon_day(-1), capacity);
	return answer_text(expect_status(ask("POST", BY_SHILI, body, "/v1/sessions"), 201), "id");
}

static const char *candidate(const char *name, unsigned person)
{
	static char text[4][200];
	static size_t turn;
	char *out = text[turn++ % 4];
	snprintf(out, sizeof text[0], "{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"}", name,
	         daemon_resident_id(person));
	return out;
}

static const struct answer *enrol(const char *session, const char *name, unsigned person)
{
	char body[256];
	snprintf(body, sizeof body, "{\"candidate\":%s}", candidate(name, person));
	return ask("POST", BY_SHILI, body, "/v1/sessions/%s/enrolments", session);
}

static const struct answer *roster(const char *session, const char *one, const char *two)
{
	char body[512];
	snprintf(body, sizeof body, "{\"candidates\":[%s,%s]}", one, two);
	return ask("POST", BY_SHILI, body, "/v1/sessions/%s/roster", session);
}

static const struct answer *attend(const char *session, const char *day, const char *enrolment, const char *hours)
{
	char body[256];
	snprintf(body, sizeof body, "{\"day\":%s%s%s,\"enrolments\":[{\"id\":\"%s\",\"hours_attended\":%s}]}", day ? "\"" : "",
	         day ? day : "null", day ? "\"" : "", enrolment, hours);
	return ask("POST", BY_SHILI, body, "/v1/sessions/%s/attendance", session);
}

static const struct answer *complete(const char *session)
{
	char body[64];
	snprintf(body, sizeof body, "{\"completed_on\":\"%s\"}", daemon_day(-1));
	return ask("POST", BY_SHILI, body, "/v1/sessions/%s/completion", session);
}

static void expect_field(const struct answer *a, const char *pointer, const char *code)
{
	expect_problem(a, 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), pointer);
	assert_string_equal(answer_text(a, "errors.0.code"), code);
	assert_string_not_equal(answer_text(a, "errors.0.detail"), code);
}

/* allowed: the actions, with commas. */
static void expect_state(const struct answer *a, const char *state, const char *allowed)
{
	char got[128] = "";
	json_t *action;
	size_t i;
	expect_problem(a, 409, "session_state");
	assert_string_equal(answer_text(a, "state"), state);
	json_array_foreach(answer_at(a, "allowed"), i, action)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? "," : "", json_string_value(action));
	assert_string_equal(got, allowed);
	assert_non_null(strstr(answer_text(a, "detail"), state));
}

static void expect_replayed(const struct answer *a, int status)
{
	expect_status(a, status);
	assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
}

/* ---- */

static void a_session_from_plan_to_completion(void **state)
{
	char body[256];
	const char *id = plan("全程班", 2);
	const struct answer *a = expect_status(ask("GET", BY_SHILI, NULL, "/v1/sessions/%s", id), 200);
	assert_int_equal(json_array_size(answer_at(a, "allowed")), 7);
	snprintf(body, sizeof body, "{\"title\":\"改期班\",\"starts_on\":\"%s\",\"capacity\":3}", daemon_day(-20));
	a = expect_status(ask("PATCH", BY_SHILI, body, "/v1/sessions/%s", id), 200);
	assert_string_equal(answer_text(a, "title"), "改期班");
	expect_replayed(ask("PATCH", BY_SHILI, body, "/v1/sessions/%s", id), 200);
	a = expect_status(ask("POST", BY_SHILI, "{}", "/v1/sessions/%s/publication", id), 200);
	assert_string_equal(answer_text(a, "state"), "published");
	expect_replayed(ask("POST", BY_SHILI, "{}", "/v1/sessions/%s/publication", id), 200);

	a = expect_status(roster(id, candidate("周一", 1), candidate("周二", 2)), 201);
	const char *one = answer_text(a, "enrolments.0.id"), *two = answer_text(a, "enrolments.1.id");
	expect_replayed(roster(id, candidate("周一", 1), candidate("周二", 2)), 201);
	const char *three = answer_text(expect_status(enrol(id, "周三", 3), 201), "id");
	a = expect_status(ask("POST", BY_SHILI, "{\"reason\":\"own_wish\"}", "/v1/sessions/%s/enrolments/%s/withdrawal", id,
	                      three), 200);
	assert_string_equal(answer_text(a, "state"), "withdrawn");
	expect_replayed(ask("POST", BY_SHILI, "{\"reason\":\"own_wish\"}", "/v1/sessions/%s/enrolments/%s/withdrawal", id,
	                    three), 200);
	a = expect_problem(ask("POST", BY_SHILI, "{\"reason\":\"other\"}", "/v1/sessions/%s/enrolments/%s/withdrawal", id,
	                       three), 409, "other_reason");
	assert_string_equal(answer_text(a, "reason"), "own_wish");

	expect_status(attend(id, daemon_day(-10), one, "7.5"), 200);
	expect_replayed(attend(id, daemon_day(-10), one, "7.5"), 200);
	expect_status(attend(id, NULL, two, "104"), 200);
	a = expect_status(ask("GET", BY_SHILI, NULL, "/v1/sessions/%s/attendance", id), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 1);
	assert_string_equal(answer_text(a, "items.0.enrolment"), one);
	a = expect_status(ask("GET", BY_SHILI, NULL, "/v1/sessions/%s/enrolments?state=withdrawn", id), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 1);
	assert_string_equal(answer_text(a, "items.0.reason"), "own_wish");

	a = expect_status(complete(id), 200);
	assert_int_equal(answer_int(a, "completed"), 1);
	assert_int_equal(json_array_size(answer_at(a, "not_completed")), 1); /* who left is no part of it */
	assert_string_equal(answer_text(a, "not_completed.0.id"), one);
	assert_string_equal(answer_text(a, "not_completed.0.code"), "hours_below_minimum");
	expect_replayed(complete(id), 200);
	a = expect_status(ask("GET", BY_DISTRICT, NULL, "/v1/sessions/%s", id), 200);
	assert_int_equal(answer_int(a, "enrolled"), 2);
	assert_int_equal(json_array_size(answer_at(a, "allowed")), 0);

	static const char *const told[] = {"session_complete", "session_attend", "session_attend", "session_publish",
	                                   "session_change", "session_create"};
	a = expect_status(ask("GET", BY_SHILI, NULL, "/v1/sessions/%s/history", id), 200);
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		char at[32];
		snprintf(at, sizeof at, "items.%zu.action", i);
		assert_string_equal(answer_text(a, at), told[i]);
	}
	a = expect_status(ask("GET", BY_SHILI, NULL, "/v1/sessions/%s/enrolments/%s/history", id, three), 200);
	assert_string_equal(answer_text(a, "items.0.action"), "enrolment_withdraw");
	assert_string_equal(answer_text(a, "items.0.detail.reason"), "own_wish");
}

static void what_a_state_does_not_allow_is_refused_with_what_it_does(void **state)
{
	const char *id = plan("取消班", 5);
	const char *one = answer_text(expect_status(enrol(id, "吴一", 11), 201), "id");
	expect_status(ask("POST", BY_SHILI, "{}", "/v1/sessions/%s/publication", id), 200);
	const struct answer *a = expect_status(ask("POST", BY_SHILI, "{\"reason\":\"too_few\",\"note\":\"file 7\"}",
	                                           "/v1/sessions/%s/cancellation", id), 200);
	assert_string_equal(answer_text(a, "state"), "cancelled");
	assert_int_equal(answer_int(a, "enrolments_cancelled"), 1);
	expect_replayed(ask("POST", BY_SHILI, "{\"reason\":\"too_few\"}", "/v1/sessions/%s/cancellation", id), 200);
	a = expect_problem(ask("POST", BY_SHILI, "{\"reason\":\"other\"}", "/v1/sessions/%s/cancellation", id), 409,
	                   "other_reason");
	assert_string_equal(answer_text(a, "reason"), "too_few");
	expect_state(ask("PATCH", BY_SHILI, "{\"capacity\":9}", "/v1/sessions/%s", id), "cancelled", "");
	expect_state(ask("POST", BY_SHILI, "{}", "/v1/sessions/%s/publication", id), "cancelled", "");
	expect_state(enrol(id, "吴二", 12), "cancelled", "");
	expect_state(enrol(id, "吴一", 11), "cancelled", "");
	expect_state(roster(id, candidate("吴三", 13), candidate("吴四", 14)), "cancelled", "");
	expect_state(attend(id, NULL, one, "8"), "cancelled", "");
	expect_state(complete(id), "cancelled", "");
	expect_state(ask("POST", BY_SHILI, "{\"reason\":\"other\"}", "/v1/sessions/%s/enrolments/%s/withdrawal", id, one),
	             "cancelled", "");
	a = ASK(d->https, .method = "POST", .path = "/v1/sessions", .token = d->token[BY_SHILI], .body = "{}");
	expect_problem(a, 422, "invalid_fields");
	a = expect_status(ask("GET", BY_SHILI, NULL, "/v1/sessions/%s/enrolments/%s", id, one), 200);
	assert_string_equal(answer_text(a, "state"), "cancelled");

	id = plan("结业班", 5);
	expect_status(complete(id), 200);
	expect_state(ask("POST", BY_SHILI, "{\"reason\":\"other\"}", "/v1/sessions/%s/cancellation", id), "completed", "");
}

static void what_is_wrong_is_told_where_it_is(void **state)
{
	char body[256];
	const char *id = plan("错误班", 2);
	const char *one = answer_text(expect_status(enrol(id, "郑一", 21), 201), "id");
	expect_field(ask("PATCH", BY_SHILI, "{\"capacity\":0}", "/v1/sessions/%s", id), "/capacity", "out_of_range");
	snprintf(body, sizeof body, "{\"starts_on\":\"%s\",\"ends_on\":\"%s\"}", daemon_day(-5), daemon_day(-6));
	expect_field(ask("PATCH", BY_SHILI, body, "/v1/sessions/%s", id), "/ends_on", "date_order");
	snprintf(body, sizeof body, "{\"starts_on\":\"%s\"}", daemon_day(0));
	expect_field(ask("PATCH", BY_SHILI, body, "/v1/sessions/%s", id), "/ends_on", "dates_order");
	snprintf(body, sizeof body, "{\"starts_on\":\"%s\"}", daemon_day(-31));
	expect_field(ask("PATCH", BY_SHILI, body, "/v1/sessions/%s", id), "/starts_on", "begins_before_enrolment");

	expect_field(attend(id, daemon_day(1), one, "8"), "/day", "date_in_future");
	expect_field(attend(id, daemon_day(0), one, "8"), "/day", "day_outside_session");
	expect_field(attend(id, daemon_day(-3), one, "24.5"), "/enrolments/0/hours_attended", "hours_above_day");
	expect_field(attend(id, daemon_day(-3), one, "1.234"), "/enrolments/0/hours_attended", "decimals");
	expect_field(attend(id, daemon_day(-3), "0d000000-0000-4000-8000-00000000dead", "8"), "/enrolments",
	             "enrolment_unknown");
	expect_status(attend(id, daemon_day(-3), one, "8"), 200);
	expect_field(attend(id, NULL, one, "8"), "/enrolments", "attendance_mixed");
	snprintf(body, sizeof body, "{\"starts_on\":\"%s\"}", daemon_day(-2));
	expect_field(ask("PATCH", BY_SHILI, body, "/v1/sessions/%s", id), "/starts_on", "attendance_before");
	snprintf(body, sizeof body, "{\"completed_on\":\"%s\",\"enrolments\":[{\"id\":\"%s\",\"hours_attended\":104}]}",
	         daemon_day(-1), one);
	expect_field(ask("POST", BY_SHILI, body, "/v1/sessions/%s/completion", id), "/enrolments", "attendance_differs");

	expect_field(roster(id, candidate("郑二", 22), "{\"name\":\"郑三\",\"id_type\":\"resident_id\",\"id_number\":\"1\"}"),
	             "/candidates/1/id_number", "id_length");
	expect_field(roster(id, candidate("郑二", 22), candidate("郑三", 22)), "/candidates/1/id_number", "duplicate");
	expect_field(roster(id, candidate("郑二", 22), candidate("郑某", 21)), "/candidates/1/name", "person_name_differs");
	const struct answer *a = expect_problem(roster(id, candidate("郑二", 22), candidate("郑三", 23)), 409, "session_full");
	assert_int_equal(answer_int(a, "seats"), 1);
	expect_field(ask("POST", BY_SHILI, "{\"candidates\":[]}", "/v1/sessions/%s/roster", id), "/candidates", "too_few");
	a = expect_status(ask("GET", BY_SHILI, NULL, "/v1/sessions/%s/enrolments", id), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 1);
	expect_field(ask("POST", BY_SHILI, "{\"reason\":\"mood\"}", "/v1/sessions/%s/cancellation", id), "/reason",
	             "not_a_choice");
}

/* The last guess that is told is limited as any other is: a list is no way around. */
static void guessing_names_in_lists_is_limited(void **state)
{
	const char *id = plan("猜名班", 9);
	expect_status(enrol(id, "冯一", 31), 201);
	int told = 0;
	const struct answer *a = roster(id, candidate("冯二", 32), candidate("冯某", 31));
	while (a->status == 422 && told < 100) {
		told++;
		a = roster(id, candidate("冯二", 32), candidate("冯某", 31));
	}
	expect_problem(a, 429, "rate_limited");
	assert_true(told > 0 && told < 100);
}

static void others_see_nothing_of_it(void **state)
{
	const char *id = plan("他人班", 5), *other = plan("另班", 5);
	const char *one = answer_text(expect_status(enrol(id, "陈一", 41), 201), "id");
	expect_problem(ask("PATCH", BY_PUJIANG, "{\"capacity\":9}", "/v1/sessions/%s", id), 404, "not_found");
	expect_problem(ask("PATCH", BY_ADMIN, "{\"capacity\":9}", "/v1/sessions/%s", id), 403, "forbidden");
	expect_problem(ask("GET", BY_PUJIANG, NULL, "/v1/sessions/%s/enrolments/%s", id, one), 404, "not_found");
	expect_problem(ask("GET", BY_PUJIANG, NULL, "/v1/sessions/%s/enrolments/%s/history", id, one), 404, "not_found");
	expect_problem(ask("GET", BY_ELSEWHERE, NULL, "/v1/sessions/%s/attendance", id), 404, "not_found");
	/* an enrolment of another session is none of this one's, whoever's that is */
	expect_problem(ask("GET", BY_SHILI, NULL, "/v1/sessions/%s/enrolments/%s/history", other, one), 404, "not_found");
	expect_problem(ask("POST", BY_SHILI, "{\"reason\":\"other\"}", "/v1/sessions/%s/enrolments/%s/withdrawal", other, one),
	               404, "not_found");
}

static void lists_are_filtered_and_paged(void **state)
{
	const char *id = plan("列表班", 9);
	expect_status(ask("POST", BY_SHILI, "{\"reason\":\"postponed\"}", "/v1/sessions/%s/cancellation", id), 200);
	const struct answer *a = expect_status(ask("GET", BY_ADMIN, NULL, "/v1/sessions?state=cancelled&institution=shili&limit=1"),
	                                       200);
	assert_string_equal(answer_text(a, "items.0.id"), id);
	assert_string_equal(answer_text(a, "items.0.reason"), "postponed");
	assert_non_null(answer_header(a, "Link"));
	a = expect_status(ask("GET", BY_ADMIN, NULL, "/v1/sessions?state=cancelled&institution=pujiang"), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 0);
	a = expect_problem(ask("GET", BY_ADMIN, NULL, "/v1/sessions?state=over"), 400, "invalid_query");

	char path[128];
	id = plan("考勤班", 9);
	for (unsigned i = 0; i < 3; i++) {
		const char *one = answer_text(expect_status(enrol(id, "钱", 51 + i), 201), "id");
		expect_status(attend(id, daemon_day(-3 - (int)i), one, "8"), 200);
		expect_status(attend(id, daemon_day(-9), one, "8"), 200);
	}
	snprintf(path, sizeof path, "/v1/sessions/%s/attendance?limit=2", id);
	size_t seen = 0;
	char last[16] = "";
	for (int page = 0; page < 4; page++) {
		a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), 200);
		seen += json_array_size(answer_at(a, "items"));
		assert_true(strcmp(last, answer_text(a, "items.0.day")) <= 0);
		snprintf(last, sizeof last, "%s", answer_text(a, "items.0.day"));
		if (json_is_null(answer_at(a, "next_cursor")))
			break;
		snprintf(path, sizeof path, "/v1/sessions/%s/attendance?limit=2&after=%s", id, answer_text(a, "next_cursor"));
	}
	assert_int_equal(seen, 6);
	a = expect_status(ask("GET", BY_SHILI, NULL, "/v1/sessions/%s/attendance?day=%s", id, daemon_day(-9)), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 3);
	snprintf(path, sizeof path, "/v1/sessions/%s/enrolments", id);
	a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI], .accept = "text/csv"), 200);
	assert_non_null(strstr(a->body, "hours_attended"));
}

static int begin(void **state)
{
	d = daemon_start(cluster_start(), (struct daemon_options){.workers = 1});
	return 0;
}

static int end(void **state)
{
	struct cluster *cluster = d->cluster;
	daemon_free(d);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_from_plan_to_completion),
		cmocka_unit_test(what_a_state_does_not_allow_is_refused_with_what_it_does),
		cmocka_unit_test(what_is_wrong_is_told_where_it_is),
		cmocka_unit_test(others_see_nothing_of_it),
		cmocka_unit_test(lists_are_filtered_and_paged),
		cmocka_unit_test(guessing_names_in_lists_is_limited),
	};
	return cmocka_run_group_tests_name("sessions", tests, begin, end);
}
