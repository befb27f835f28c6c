/* tests/integration/test_exams.c - an exam between its announcement and its first result, over real TLS. */
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

static const struct answer *send(const char *method, enum daemon_token by, const char *exam, const char *behind,
                                 const char *body)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/exams/%s%s", exam, behind);
	return ASK(d->https, .method = method, .path = path, .token = d->token[by], .body = body);
}

static const struct answer *change(enum daemon_token by, const char *exam, const char *body)
{
	return send("PATCH", by, exam, "", body);
}

static void expect_wrong(const struct answer *a, const char *pointer, const char *code)
{
	expect_problem(a, 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), pointer);
	assert_string_equal(answer_text(a, "errors.0.code"), code);
}

static char *announced(const char *level, const char *partner)
{
	static char ids[4][64];
	static int n;
	char *id = ids[n++ % 4];
	snprintf(id, 64, "%s", daemon_exam(d, BY_SHILI, level, partner));
	return id;
}

/* ---- changes ---- */

static void an_announced_exam_is_changed(void **state)
{
	char body[200];
	const char *exam = announced("4", "xingbo");
	snprintf(body, sizeof body, "{\"held_on\":\"%s\",\"level\":\"3\",\"candidate_group\":\"own_staff\",\"note\":\"改期\"}",
	         daemon_day(4));
	const struct answer *a = expect_status(change(BY_SHILI, exam, body), 200);
	assert_string_equal(answer_text(a, "held_on"), daemon_day(4));
	assert_string_equal(answer_text(a, "level"), "3");
	assert_string_equal(answer_text(a, "candidate_group"), "own_staff");
	assert_string_equal(answer_text(a, "standing"), "ok");
	a = expect_status(change(BY_SHILI, exam, body), 200);
	assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
	a = expect_status(send("GET", BY_SHILI, exam, "/history", NULL), 200);
	assert_string_equal(answer_text(a, "items.0.action"), "exam_change");
	assert_string_equal(answer_text(a, "items.0.detail.level.0"), "4");
	assert_string_equal(answer_text(a, "items.0.detail.level.1"), "3");
	assert_string_equal(answer_text(a, "items.0.detail.note"), "改期");
	assert_string_equal(answer_text(a, "items.1.action"), "exam_create");
	expect_problem(send("GET", BY_PUJIANG, exam, "/history", NULL), 404, "not_found");
	expect_problem(change(BY_PUJIANG, exam, "{\"level\":\"4\"}"), 404, "not_found");
}

static void what_is_wrong_is_told_where_it_is(void **state)
{
	char body[200];
	const char *exam = announced("4", NULL);
	expect_wrong(change(BY_SHILI, exam, "{\"work_type\":\"没有\"}"), "/work_type", "work_type_unknown");
	expect_wrong(change(BY_SHILI, exam, "{\"level\":\"special\"}"), "/level", "level_not_offered");
	expect_wrong(change(BY_SHILI, exam, "{\"candidate_group\":\"all\"}"), "/candidate_group", "not_a_choice");
	expect_wrong(change(BY_SHILI, exam, "{\"held_on\":\"2020-01-01\"}"), "/held_on", "no_standard_on_day");
	expect_wrong(change(BY_SHILI, exam, "{\"code\":\"X\"}"), "/code", "unknown_field");
	expect_wrong(change(BY_SHILI, exam, "{\"site\":\"0d000000-0000-4000-8000-00000000dead\"}"), "/site", "site_unknown");
	expect_wrong(change(BY_SHILI, exam, "{\"session\":\"0d000000-0000-4000-8000-00000000dead\",\"no_session\":true}"),
	             "/session", "session_and_none");
	expect_problem(change(BY_SHILI, exam, "{\"session\":\"0d000000-0000-4000-8000-00000000dead\"}"), 404, "not_found");
	snprintf(body, sizeof body, "{\"held_on\":\"%s\"}", daemon_day(-1));
	expect_wrong(change(BY_SHILI, exam, body), "/held_on", "announced_late");
	expect_wrong(change(BY_ADMIN, exam, body), "/late_reason", "required");
	expect_wrong(change(BY_SHILI, exam, "{\"level\":\"3\",\"late_reason\":\"x\"}"), "/late_reason", "administrators_only");
	expect_problem(change(BY_SHILI, exam, "{\"work_type\":\"视频创推员\"}"), 409, "not_accredited");
	snprintf(body, sizeof body, "{\"held_on\":\"%s\",\"late_reason\":\"登记日期有误\"}", daemon_day(-1));
	const struct answer *a = expect_status(change(BY_ADMIN, exam, body), 200);
	assert_string_equal(answer_text(a, "held_on"), daemon_day(-1));
}

static void with_its_first_result_it_is_final(void **state)
{
	const char *exam = announced("4", NULL);
	expect_status(daemon_submit(d, BY_SHILI, exam, "赵敏", 1, "\"theory\":50,\"skill\":80"), 201);
	expect_problem(change(BY_SHILI, exam, "{\"level\":\"3\"}"), 409, "exam_has_results");
	exam = announced("4", NULL);
	expect_status(send("POST", BY_SHILI, exam, "/closing", "{}"), 200);
	const struct answer *a = expect_problem(change(BY_SHILI, exam, "{\"level\":\"3\"}"), 409, "exam_state");
	assert_string_equal(answer_text(a, "allowed.0"), "reopen");
	expect_status(send("DELETE", BY_ADMIN, exam, "/closing", "{\"reason\":\"x\"}"), 200);
	expect_status(change(BY_SHILI, exam, "{\"level\":\"3\"}"), 200);
}

static void exams_are_listed_by_who_their_candidates_are(void **state)
{
	const char *exam = announced("5", NULL);
	expect_status(change(BY_SHILI, exam, "{\"candidate_group\":\"commissioned\"}"), 200);
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/exams?candidate_group=commissioned&state=open",
	                                           .token = d->token[BY_SHILI]), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 1);
	assert_string_equal(answer_text(a, "items.0.id"), exam);
	a = ASK(d->https, .path = "/v1/exams?candidate_group=x", .token = d->token[BY_SHILI]);
	expect_status(a, 400);
}

/* ---- plans ---- */

#define PLAN(candidates, assessors) \
	"{\"candidates\":" candidates ",\"rooms\":1,\"stations\":6,\"invigilators\":2,\"assessors\":[" assessors "]," \
	"\"supervisors\":[{\"number\":\"DD-7\",\"name\":\"督导一\"}]}"
#define ONE "{\"number\":\"KP-1\",\"name\":\"考评一\"}"
#define THREE ONE ",{\"number\":\"KP-2\",\"name\":\"考评二\"},{\"number\":\"KP-3\",\"name\":\"考评三\"}"

static void a_plan_is_filed_and_says_what_it_lacks(void **state)
{
	const char *exam = announced("4", NULL);
	assert_true(json_is_null(answer_at(expect_status(send("GET", BY_SHILI, exam, "/plan", NULL), 200), "version")));
	const struct answer *a = expect_status(send("PUT", BY_SHILI, exam, "/plan", PLAN("16", THREE)), 200);
	assert_int_equal(answer_int(a, "version"), 1);
	assert_string_equal(answer_text(a, "lacks.0"), "assessors_per_candidate");
	assert_string_equal(answer_text(a, "supervisors.0.number"), "DD-7");
	a = expect_status(send("PUT", BY_SHILI, exam, "/plan", PLAN("16", THREE)), 200);
	assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
	a = expect_status(send("PUT", BY_SHILI, exam, "/plan", PLAN("15", THREE)), 200);
	assert_int_equal(answer_int(a, "version"), 2);
	assert_int_equal(json_array_size(answer_at(a, "lacks")), 0);
	a = expect_status(send("GET", BY_AUDITOR, exam, "/plan", NULL), 200);
	assert_string_equal(answer_text(a, "assessors.2.name"), "考评三");
	expect_problem(send("GET", BY_PUJIANG, exam, "/plan", NULL), 404, "not_found");
	expect_problem(send("PUT", BY_ADMIN, exam, "/plan", PLAN("15", THREE)), 403, "forbidden");
	expect_wrong(send("PUT", BY_SHILI, exam, "/plan", PLAN("15", ONE "," ONE)), "/assessors/1/number", "duplicate");
	expect_wrong(send("PUT", BY_SHILI, exam, "/plan", PLAN("15", "{\"number\":\"310199199003070014\",\"name\":\"甲\"}")),
	             "/assessors/0/number", "id_number_in_text");
}

static void who_may_not_be_understaffed_is_told_where(void **state)
{
	const char *exam = announced("4", NULL);
	expect_status(ASK(d->https, .path = "/v1/policies/exam_staffing/versions", .token = d->token[BY_ADMIN],
	                  .body = "{\"value\":\"refuse\",\"reason\":\"沪人社 2026-118\"}"), 201);
	const struct answer *a = send("PUT", BY_SHILI, exam, "/plan", PLAN("31", THREE));
	expect_wrong(a, "/assessors", "assessors_per_candidate");
	assert_string_equal(answer_text(a, "errors.1.pointer"), "/invigilators");
	assert_string_equal(answer_text(a, "errors.1.code"), "invigilators_per_candidate");
	assert_true(json_is_null(answer_at(expect_status(send("GET", BY_SHILI, exam, "/plan", NULL), 200), "version")));
	expect_status(send("PUT", BY_SHILI, exam, "/plan", PLAN("15", THREE)), 200);
}

/* ---- rosters ---- */

static const char *person(const char *name, unsigned who, const char *more)
{
	static char texts[4][256];
	static int n;
	char *text = texts[n++ % 4];
	snprintf(text, 256, "{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"%s}", name,
	         daemon_resident_id(who), more);
	return text;
}

static const struct answer *enrol(const char *exam, const char *one, const char *two)
{
	char body[600];
	snprintf(body, sizeof body, "{\"candidates\":[%s%s%s]}", one, two ? "," : "", two ? two : "");
	return send("POST", BY_SHILI, exam, "/roster", body);
}

static void results_are_taken_for_who_stands_on_the_roster(void **state)
{
	char removal[128];
	const char *exam = announced("4", "xingbo");
	assert_true(json_is_true(answer_at(expect_status(change(BY_SHILI, exam, "{\"roster_required\":true}"), 200),
	                                   "roster_required")));
	const struct answer *a = enrol(exam, person("韩雪", 31, ",\"employer\":\"申城传媒有限公司\""), person("沈冰", 32, ""));
	assert_string_equal(answer_text(expect_status(a, 201), "candidates.0.state"), "listed");
	snprintf(removal, sizeof removal, "/roster/%s/removal", answer_text(a, "candidates.1.id"));
	a = enrol(exam, person("韩雪", 31, ""), person("沈冰", 32, ""));
	assert_string_equal(answer_header(expect_status(a, 201), "Idempotent-Replayed"), "true");
	a = daemon_submit(d, BY_SHILI, exam, "陆远", 33, "\"theory\":80,\"skill\":80");
	expect_wrong(a, "/candidate/id_number", "not_on_roster");
	expect_status(daemon_submit(d, BY_SHILI, exam, "韩雪", 31, "\"theory\":80,\"skill\":80"), 201);
	a = expect_status(send("GET", BY_SHILI, exam, "/roster", NULL), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 2);
	assert_null(strstr(a->body, daemon_resident_id(31)));
	assert_non_null(strstr(a->body, "申城传媒有限公司"));
	expect_status(send("POST", BY_SHILI, exam, removal, "{\"reason\":\"own_wish\"}"), 200);
	expect_problem(send("POST", BY_SHILI, exam, removal, "{\"reason\":\"other\"}"), 409, "other_reason");
	expect_wrong(daemon_submit(d, BY_SHILI, exam, "沈冰", 32, "\"theory\":50,\"skill\":80"), "/candidate/id_number",
	             "not_on_roster");
	a = expect_status(send("GET", BY_SHILI, exam, "/roster?state=listed", NULL), 200);
	assert_string_equal(answer_text(a, "items.0.candidate.name"), "韩雪");
	snprintf(removal, sizeof removal, "/roster/%s/removal", answer_text(a, "items.0.id"));
	expect_problem(send("POST", BY_SHILI, exam, removal, "{\"reason\":\"own_wish\"}"), 409, "candidate_has_result");
	a = expect_status(send("GET", BY_SHILI, exam, "/history", NULL), 200);
	assert_string_equal(answer_text(a, "items.0.action"), "exam_unenrol");
	assert_string_equal(answer_text(a, "items.1.action"), "exam_enrol");
	expect_problem(send("GET", BY_PUJIANG, exam, "/roster", NULL), 404, "not_found");
}

static void a_sessions_people_are_put_on_it_in_one_call(void **state)
{
	char path[128], body[300], exam[64];
	snprintf(body, sizeof body, "{\"title\":\"名册班\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":"
	         "\"直播销售员\",\"level\":\"4\",\"starts_on\":\"%s\",\"ends_on\":\"%s\",\"hours\":104,\"capacity\":9}",
	         daemon_day(-9), daemon_day(-1));
	const struct answer *a = ASK(d->https, .path = "/v1/sessions", .token = d->token[BY_SHILI], .body = body);
	char session[64];
	snprintf(session, sizeof session, "%s", answer_text(expect_status(a, 201), "id"));
	snprintf(path, sizeof path, "/v1/sessions/%s/roster", session);
	snprintf(body, sizeof body, "{\"candidates\":[%s]}", person("何晴", 41, ""));
	expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body), 201);
	snprintf(exam, sizeof exam, "%s", announced("4", NULL));
	expect_problem(send("PUT", BY_SHILI, exam, "/roster/session", NULL), 409, "exam_without_session");
	snprintf(body, sizeof body, "{\"session\":\"%s\"}", session);
	expect_status(change(BY_SHILI, exam, body), 200);
	assert_int_equal(answer_int(expect_status(send("PUT", BY_SHILI, exam, "/roster/session", NULL), 200), "added"), 1);
	a = expect_status(send("PUT", BY_SHILI, exam, "/roster/session", NULL), 200);
	assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
	a = expect_status(send("GET", BY_SHILI, exam, "/roster", NULL), 200);
	assert_string_equal(answer_text(a, "items.0.candidate.name"), "何晴");
}

static void what_is_wrong_with_a_list_is_told_where_it_is(void **state)
{
	const char *exam = announced("4", NULL);
	expect_wrong(enrol(exam, person("韩雪", 31, ""), person("韩雪", 31, "")), "/candidates/1/id_number", "duplicate");
	expect_wrong(enrol(exam, person("许晴", 34, ""), person("韩某", 31, "")), "/candidates/1/name", "person_name_differs");
	expect_wrong(enrol(exam, person("许晴", 34, ",\"employer\":\"310199199003070014\""), NULL), "/candidates/0/employer",
	             "id_number_in_text");
	const struct answer *a = expect_status(send("GET", BY_SHILI, exam, "/roster", NULL), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 0);
	expect_status(send("POST", BY_SHILI, exam, "/cancellation", "{\"reason\":\"other\"}"), 200);
	a = expect_problem(enrol(exam, person("许晴", 34, ""), NULL), 409, "exam_state");
	assert_string_equal(answer_text(a, "state"), "cancelled");
}

static int start(void **state)
{
	d = daemon_start(cluster_start(), (struct daemon_options){.workers = 1});
	return 0;
}

static int stop(void **state)
{
	daemon_expect_clean_logs(d);
	struct cluster *cluster = d->cluster;
	daemon_free(d);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_announced_exam_is_changed),
		cmocka_unit_test(what_is_wrong_is_told_where_it_is),
		cmocka_unit_test(with_its_first_result_it_is_final),
		cmocka_unit_test(exams_are_listed_by_who_their_candidates_are),
		cmocka_unit_test(a_plan_is_filed_and_says_what_it_lacks),
		cmocka_unit_test(who_may_not_be_understaffed_is_told_where),
		cmocka_unit_test(results_are_taken_for_who_stands_on_the_roster),
		cmocka_unit_test(a_sessions_people_are_put_on_it_in_one_call),
		cmocka_unit_test(what_is_wrong_with_a_list_is_told_where_it_is),
	};
	return cmocka_run_group_tests_name("exams over TLS", tests, start, stop);
}
