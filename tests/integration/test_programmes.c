/* Programmes as administrators keep them: milestones with their evidence, goals that are added and changed, what a
 * preview says and what cannot be. /v1/progress shows what holds, each change is a version and in the history. */
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
#include <unistd.h>

#include "../lib/cluster.h"
#include "base/attr.h"

#define HONGQIAO "/v1/programmes/hongqiao-cbd-2026"
#define SHANGHAI "/v1/programmes/shanghai-2025-27"

static struct daemon *d;

static const struct answer *ask(const char *method, const char *path, const char *body)
{
	return ASK(d->https, .method = method, .path = path, .token = d->token[BY_ADMIN], .body = body);
}

static void expect_wrong(const struct answer *a, const char *pointer, const char *code)
{
	expect_problem(a, 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), pointer);
	assert_string_equal(answer_text(a, "errors.0.code"), code);
}

/* The member of the goal with that key, as /v1/progress or the programme itself has it. */
static const json_t *of_goal(const char *path, const char *key, const char *member)
{
	const struct answer *a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_AUDITOR]), 200);
	json_t *goal;
	size_t i;
	json_array_foreach(answer_at(a, "goals"), i, goal)
		if (strcmp(json_string_value(json_object_get(goal, "key")), key) == 0)
			return json_object_get(goal, member);
	return NULL;
}

static int version_of(const char *path)
{
	return (int)answer_int(expect_status(ask("GET", path, NULL), 200), "version");
}

/* ---- milestones ---- */

static const struct answer *reach(const char *path, const char *on, const char *evidence)
{
	char body[200];
	snprintf(body, sizeof body, "{\"reached_on\":\"%s\",\"evidence\":\"%s\"}", on, evidence);
	return ask("PUT", path, body);
}

static void a_milestone_is_reached_with_evidence(void **state)
{
	static const char bases[] = HONGQIAO "/milestones/bases";
	assert_true(json_is_false(of_goal("/v1/progress/hongqiao-cbd-2026", "bases", "reached")));
	int version = version_of(HONGQIAO);
	expect_wrong(reach(bases, daemon_day(1), "x"), "/reached_on", "reached_in_future");
	expect_wrong(reach(bases, "2024-12-31", "x"), "/reached_on", "before_window");
	expect_wrong(reach(bases, "2026-02-30", "x"), "/reached_on", "date");
	expect_wrong(ask("PUT", bases, "{\"reached_on\":\"2026-01-15\"}"), "/evidence", "required");
	const struct answer *first = expect_status(reach(bases, "2026-01-15", "沪商电商〔2026〕3号"), 200);
	assert_true(json_is_true(answer_at(first, "reached")));
	assert_string_equal(json_string_value(of_goal("/v1/progress/hongqiao-cbd-2026", "bases", "reached_on")),
	                    "2026-01-15");
	assert_string_equal(json_string_value(of_goal("/v1/progress/hongqiao-cbd-2026", "bases", "evidence")),
	                    "沪商电商〔2026〕3号");
	assert_int_equal(version_of(HONGQIAO), version + 1);
	/* The same again is so already; another day is another claim. */
	const struct answer *again = expect_status(reach(bases, "2026-01-15", "沪商电商〔2026〕3号"), 200);
	assert_string_equal(answer_header(again, "Idempotent-Replayed"), "true");
	expect_problem(reach(bases, "2026-01-16", "沪商电商〔2026〕3号"), 409, "wrong_state");
	assert_int_equal(version_of(HONGQIAO), version + 1);
}

static void a_milestone_is_withdrawn_with_a_reason(void **state)
{
	static const char bases[] = HONGQIAO "/milestones/bases";
	expect_wrong(ask("DELETE", bases, "{}"), "/reason", "required");
	assert_true(json_is_false(answer_at(expect_status(ask("DELETE", bases, "{\"reason\":\"核对有误\"}"), 200),
	                                    "reached")));
	assert_true(json_is_false(of_goal("/v1/progress/hongqiao-cbd-2026", "bases", "reached")));
	assert_string_equal(answer_header(expect_status(ask("DELETE", bases, "{\"reason\":\"核对有误\"}"), 200),
	                                  "Idempotent-Replayed"), "true");
	expect_status(reach(bases, "2026-01-16", "沪商电商〔2026〕4号"), 200);
}

static void what_is_no_milestone(void **state)
{
	expect_problem(reach(SHANGHAI "/milestones/newly_certified", "2026-01-15", "x"), 409, "wrong_state");
	expect_problem(ask("DELETE", SHANGHAI "/milestones/newly_certified", "{\"reason\":\"x\"}"), 409, "wrong_state");
	expect_problem(reach(HONGQIAO "/milestones/nothing", "2026-01-15", "x"), 404, "not_found");
	expect_problem(reach("/v1/programmes/nothing/milestones/bases", "2026-01-15", "x"), 404, "not_found");
	expect_problem(ask("DELETE", HONGQIAO "/milestones/nothing", "{\"reason\":\"x\"}"), 404, "not_found");
}

/* ---- goals ---- */

#define TITLES "\"title\":\"结业人次\",\"title_en\":\"completions\",\"reason\":\"沪人社 2026-118\""
#define NUMBER(target, measures, rule) \
	"{" TITLES ",\"target\":" target ",\"measures\":[" measures "],\"rule\":\"" rule "\"}"

static void what_a_goal_cannot_be(void **state)
{
	static const struct {
		const char *body, *pointer, *code;
	} bad[] = {
		{NUMBER("0", "\"training_completions\"", "participation"), "/target", "out_of_range"},
		{NUMBER("10", "", "participation"), "/measures", "measure_unknown"},
		{NUMBER("10", "\"nothing\"", "participation"), "/measures", "measure_unknown"},
		{NUMBER("10", "\"assessments_taken\",\"assessments_taken\"", "participation"), "/measures", "measure_unknown"},
		{NUMBER("10", "\"newly_certified\",\"mid_or_higher\"", "newly-certified"), "/measures", "measures_not_added"},
		{NUMBER("10", "\"sessions_completed\"", "participation"), "/measures", "measures_not_added"},
		{NUMBER("10", "\"training_completions\"", "nothing"), "/rule", "rule_unknown"},
		{"{" TITLES ",\"target\":10,\"measures\":[\"training_completions\"]}", "/rule", "required"},
		{"{" TITLES ",\"measures\":[\"training_completions\"]}", "/measures", "milestone_has_no_measures"},
		{"{\"title\":\"x\",\"title_en\":\"x\"}", "/reason", "required"},
	};
	int version = version_of(SHANGHAI);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		expect_wrong(ask("PUT", SHANGHAI "/goals/completions", bad[i].body), bad[i].pointer, bad[i].code);
		expect_wrong(ask("POST", SHANGHAI "/goals/completions/preview", bad[i].body), bad[i].pointer, bad[i].code);
	}
	expect_wrong(ask("PUT", SHANGHAI "/goals/newly_certified", "{" TITLES "}"), "/target", "goal_kind");
	expect_problem(ask("PUT", "/v1/programmes/nothing/goals/x", "{" TITLES "}"), 404, "not_found");
	assert_int_equal(version_of(SHANGHAI), version);
}

static void a_goal_is_looked_at_then_added_then_changed(void **state)
{
	static const char body[] = NUMBER("4", "\"training_completions\"", "participation");
	int version = version_of(SHANGHAI);
	int64_t counted = json_integer_value(json_object_get(
		answer_at(expect_status(ASK(d->https, .path = "/v1/progress/shanghai-2025-27"), 200), "also"),
		"training_completions"));
	const struct answer *a = expect_status(ask("POST", SHANGHAI "/goals/completions/preview", body), 200);
	assert_int_equal(answer_int(a, "count"), counted);
	assert_int_equal(answer_int(a, "remaining"), counted < 4 ? 4 - counted : 0);
	assert_null(of_goal("/v1/progress/shanghai-2025-27", "completions", "target"));
	assert_int_equal(version_of(SHANGHAI), version);
	expect_status(ask("PUT", SHANGHAI "/goals/completions", body), 200);
	assert_int_equal(json_integer_value(of_goal("/v1/progress/shanghai-2025-27", "completions", "target")), 4);
	assert_string_equal(answer_header(expect_status(ask("PUT", SHANGHAI "/goals/completions", body), 200),
	                                  "Idempotent-Replayed"), "true");
	assert_int_equal(version_of(SHANGHAI), version + 1);
	expect_status(ask("PUT", SHANGHAI "/goals/completions", NUMBER("8", "\"training_completions\"", "participation")),
	              200);
	assert_int_equal(json_integer_value(of_goal("/v1/progress/shanghai-2025-27", "completions", "target")), 8);
	/* What held before is in its version. */
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT string_agg(g ->> 'target', ',' ORDER BY v.version) FROM"
	                                " talent.programme_version v CROSS JOIN jsonb_array_elements(v.state -> 'goals') g"
	                                " WHERE v.programme = 'shanghai-2025-27' AND g ->> 'key' = 'completions'"), "4,8");
}

static void a_milestone_is_added(void **state)
{
	expect_status(ask("PUT", HONGQIAO "/goals/tasks_2", "{" TITLES "}"), 200);
	assert_true(json_is_false(of_goal("/v1/progress/hongqiao-cbd-2026", "tasks_2", "reached")));
	expect_status(reach(HONGQIAO "/milestones/tasks_2", daemon_day(0), "x"), 200);
}

/* ---- opening, renaming, moving ---- */

#define OPEN(slug, from, to, prefix, area, measures) \
	"{\"programme\":\"" slug "\",\"title\":\"x\",\"title_en\":\"x\",\"from\":\"" from "\",\"to\":\"" to \
	"\",\"district_prefix\":\"" prefix "\",\"area\":" area ",\"measures\":[" measures "],\"reason\":\"2026-118\"}"
#define RESULTS "\"assessments_taken\",\"newly_certified\""

static void wait_filled(const char *path)
{
	for (int ms = 0; ms < 60000; ms += 50) {
		if (json_is_true(answer_at(expect_status(ask("GET", path, NULL), 200), "filled")))
			return;
		usleep(50000);
	}
	fail_msg("%s is not filled", path);
}

static int64_t figure(const struct answer *a, size_t at, const char *member)
{
	return json_integer_value(json_object_get(json_array_get(answer_at(a, "measures"), at), member));
}

static void what_a_programme_cannot_be(void **state)
{
	static const struct {
		const char *body, *pointer, *code;
	} bad[] = {
		{OPEN("Bad", "2025-01-01", "2027-12-31", "31", "null", RESULTS), "/programme", "programme_slug"},
		{OPEN("x", "2025-01-01", "2024-12-31", "31", "null", RESULTS), "/to", "window_order"},
		{OPEN("x", "2025-01-01", "2027-12-31", "44", "null", RESULTS), "/district_prefix", "district_prefix"},
		{OPEN("x", "2025-01-01", "2027-12-31", "31", "\"nothing\"", RESULTS), "/area", "area_unknown"},
		{OPEN("x", "2025-01-01", "2027-12-31", "31", "null", "\"nothing\""), "/measures", "measure_unknown"},
		{OPEN("x", "2025-01-01", "2027-12-31", "31", "null", "") , "/measures", "too_few"},
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		expect_wrong(ask("POST", "/v1/programmes", bad[i].body), bad[i].pointer, bad[i].code);
		expect_wrong(ask("POST", "/v1/programmes/preview", bad[i].body), bad[i].pointer, bad[i].code);
	}
	expect_problem(ask("POST", "/v1/programmes", OPEN("hongqiao-cbd-2026", "2025-01-01", "2027-12-31", "31", "null",
	                                                  RESULTS)), 409, "already_exists");
	expect_wrong(ask("PATCH", HONGQIAO, "{\"to\":\"2024-12-31\",\"reason\":\"x\"}"), "/to", "window_order");
	expect_wrong(ask("PATCH", HONGQIAO, "{\"from\":\"2026-02-01\",\"reason\":\"x\"}"), "/from",
	             "milestone_before_window");
	expect_wrong(ask("POST", HONGQIAO "/preview", "{\"from\":\"2026-02-01\",\"reason\":\"x\"}"), "/from",
	             "milestone_before_window");
	expect_problem(ask("PATCH", "/v1/programmes/nothing", "{\"reason\":\"x\"}"), 404, "not_found");
	expect_problem(ask("POST", "/v1/programmes/nothing/preview", "{\"reason\":\"x\"}"), 404, "not_found");
}

/* What the preview said is what it comes to, by counting what was recorded before. */
static void a_programme_is_looked_at_then_opened(void **state)
{
	static const char body[] = OPEN("city-2025-27", "2025-01-01", "2099-12-31", "31", "null", RESULTS);
	const char *exam = daemon_exam(d, BY_SHILI, "4", NULL);
	expect_status(daemon_submit(d, BY_SHILI, exam, "张伟", 1, "\"theory\":80,\"skill\":80"), 201);
	expect_status(daemon_submit(d, BY_SHILI, exam, "李娜", 2, "\"theory\":50,\"skill\":80"), 201);
	const struct answer *a = expect_status(ask("POST", "/v1/programmes/preview", body), 200);
	assert_int_equal(figure(a, 0, "then"), 2);
	assert_int_equal(figure(a, 1, "then"), 1);
	expect_problem(ask("GET", "/v1/programmes/city-2025-27", NULL), 404, "not_found");
	a = expect_status(ask("POST", "/v1/programmes", body), 200);
	assert_int_equal(answer_int(a, "version"), 1);
	wait_filled("/v1/programmes/city-2025-27");
	a = expect_status(ASK(d->https, .path = "/v1/progress/city-2025-27"), 200);
	assert_int_equal(answer_int(a, "also.assessments_taken"), 2);
	assert_int_equal(answer_int(a, "also.newly_certified"), 1);
}

/* Everything is from before the window that it moves to. */
static void a_window_is_moved(void **state)
{
	static const char path[] = "/v1/programmes/city-2025-27";
	char body[160];
	snprintf(body, sizeof body, "{\"from\":\"%s\",\"reason\":\"2026-119\"}", daemon_day(1));
	const struct answer *a = expect_status(ask("POST", "/v1/programmes/city-2025-27/preview", body), 200);
	assert_int_equal(figure(a, 0, "count"), 2);
	assert_int_equal(figure(a, 0, "then"), 0);
	assert_int_equal(figure(a, 1, "count"), 1);
	assert_int_equal(figure(a, 1, "then"), 0);
	a = expect_status(ask("PATCH", path, body), 200);
	assert_string_equal(answer_text(a, "window.from"), daemon_day(1));
	assert_string_equal(answer_text(a, "state"), "upcoming");
	wait_filled(path);
	a = expect_status(ASK(d->https, .path = "/v1/progress/city-2025-27"), 200);
	assert_int_equal(answer_int(a, "also.assessments_taken"), 0);
	assert_string_equal(answer_header(expect_status(ask("PATCH", path, body), 200), "Idempotent-Replayed"), "true");
	a = expect_status(ASK(d->https, .path = "/v1/progress/city-2025-27/audit", .token = d->token[BY_AUDITOR]), 200);
	assert_true(json_is_true(answer_at(a, "agrees")));
	/* Renaming counts nothing anew, and an ended one is still there to be read. */
	expect_status(ask("PATCH", path, "{\"from\":\"2025-01-01\",\"to\":\"2025-12-31\",\"title\":\"改名\","
	                                 "\"reason\":\"2026-120\"}"), 200);
	wait_filled(path);
	a = expect_status(ask("PATCH", path, "{\"title_en\":\"renamed\",\"reason\":\"2026-121\"}"), 200);
	assert_true(json_is_true(answer_at(a, "filled")));
	assert_string_equal(answer_text(a, "state"), "ended");
	expect_status(ASK(d->https, .path = "/v1/progress/city-2025-27"), 200);
}

/* ---- areas ---- */

static const char *areas_of(const char *slug)
{
	char sql[400];
	snprintf(sql, sizeof sql,
	         "SELECT coalesce(string_agg(a.area || ' ' || (a.valid_from - talent._today()) || ' ' || CASE a.valid_to"
	         " WHEN 'infinity' THEN 'on' ELSE (a.valid_to - talent._today())::text END, ',' ORDER BY a.valid_from), '')"
	         " FROM talent.organisation_area a JOIN talent.organisation o ON o.id = a.organisation"
	         " WHERE o.slug = '%s'", slug);
	return cluster_ask(d->cluster, d->database, sql);
}

static const struct answer *join(const char *area, const char *slug, int day)
{
	char path[120], body[100];
	snprintf(path, sizeof path, "/v1/areas/%s/organisations/%s", area, slug);
	snprintf(body, sizeof body, "{\"from\":\"%s\",\"reason\":\"2026-122\"}", daemon_day(day));
	return ask("PUT", path, body);
}

static void an_organisation_is_in_one_area_on_a_day(void **state)
{
	static const char zhangjiang[] = "{\"name\":\"张江\",\"name_en\":\"Zhangjiang\",\"districts\":[\"310115\"],"
	                                 "\"reason\":\"2026-122\"}";
	expect_status(ask("PUT", "/v1/areas/zhangjiang", zhangjiang), 200);
	assert_string_equal(answer_header(expect_status(ask("PUT", "/v1/areas/zhangjiang", zhangjiang), 200),
	                                  "Idempotent-Replayed"), "true");
	expect_problem(ask("PUT", "/v1/areas/none", zhangjiang), 404, "not_found");
	expect_wrong(ask("PUT", "/v1/areas/zhangjiang", "{\"name\":\"x\",\"name_en\":\"x\",\"districts\":[\"440100\"],"
	                                                "\"reason\":\"x\"}"), "/districts", "district_unknown");
	assert_string_equal(areas_of("pujiang"), "");
	expect_wrong(join("zhangjiang", "pujiang", -1), "/from", "from_in_past");
	expect_problem(join("nothing", "pujiang", 1), 404, "not_found");
	expect_problem(join("zhangjiang", "nobody", 1), 404, "not_found");
	expect_status(join("zhangjiang", "pujiang", 5), 200);
	expect_status(join("hongqiao-cbd", "pujiang", 9), 200);
	assert_string_equal(areas_of("pujiang"), "zhangjiang 5 8,hongqiao-cbd 9 on");
	expect_status(join("zhangjiang", "pujiang", 7), 200); /* what was planned for later goes */
	assert_string_equal(areas_of("pujiang"), "zhangjiang 5 on");
	expect_status(join("none", "pujiang", 8), 200);
	assert_string_equal(areas_of("pujiang"), "zhangjiang 5 7");
}

static const struct answer *preview_join(const char *area, const char *slug, int day)
{
	char path[120], body[100];
	snprintf(path, sizeof path, "/v1/areas/%s/organisations/%s/preview", area, slug);
	snprintf(body, sizeof body, "{\"from\":\"%s\",\"reason\":\"2026-122\"}", daemon_day(day));
	return ask("POST", path, body);
}

/* Of the preview's programme and measure. */
static void expect_figure(const struct answer *a, const char *programme, const char *measure, int count, int then)
{
	const json_t *line;
	size_t i;
	json_array_foreach(answer_at(a, "measures"), i, line)
		if (strcmp(json_string_value(json_object_get(line, "programme")), programme) == 0 &&
		    strcmp(json_string_value(json_object_get(line, "measure")), measure) == 0) {
			assert_int_equal(json_integer_value(json_object_get(line, "count")), count);
			assert_int_equal(json_integer_value(json_object_get(line, "then")), then);
			return;
		}
	fail_msg("%s %s is not in the preview", programme, measure);
}

/* What cannot be done is not previewed; what is looked at is not done, and what is so already touches nothing. */
static void an_area_is_previewed_as_it_would_be_joined(void **state)
{
	expect_wrong(preview_join("zhangjiang", "pujiang", -1), "/from", "from_in_past");
	expect_problem(preview_join("nothing", "pujiang", 1), 404, "not_found");
	expect_problem(preview_join("zhangjiang", "nobody", 1), 404, "not_found");
	expect_problem(ASK(d->https, .method = "POST", .path = "/v1/areas/zhangjiang/organisations/pujiang/preview",
	                   .token = d->token[BY_AUDITOR], .body = "{\"from\":\"2099-01-01\",\"reason\":\"x\"}"),
	               403, "forbidden");
	const struct answer *a = expect_status(preview_join("hongqiao-cbd", "pujiang", 6), 200);
	assert_string_equal(answer_text(a, "area"), "hongqiao-cbd");
	assert_string_equal(answer_text(a, "organisation"), "pujiang");
	assert_string_equal(answer_text(a, "from"), daemon_day(6));
	assert_string_equal(answer_text(a, "instead_of"), "zhangjiang");
	assert_string_equal(areas_of("pujiang"), "zhangjiang 5 7");
	a = expect_status(preview_join("none", "pujiang", 8), 200);
	assert_true(json_is_null(answer_at(a, "instead_of")));
	assert_int_equal(json_array_size(answer_at(a, "measures")), 0);
}

/* What was counted of today belongs to the area that it is in now, as the preview said. */
static void todays_figures_move_with_it(void **state)
{
	static const char body[] = OPEN("zhangjiang-2025-27", "2025-01-01", "2099-12-31", "31", "\"zhangjiang\"", RESULTS);
	expect_status(ask("POST", "/v1/programmes", body), 200);
	wait_filled("/v1/programmes/zhangjiang-2025-27");
	/* Examined and certified today; of tomorrow there is nothing yet but what is announced. */
	const struct answer *a = expect_status(preview_join("zhangjiang", "shili", 0), 200);
	const int64_t exams = answer_int(a, "exams");
	assert_true(exams > 0);
	expect_figure(a, "zhangjiang-2025-27", "newly_certified", 0, 1);
	expect_figure(a, "zhangjiang-2025-27", "assessments_taken", 0, 2);
	a = expect_status(preview_join("zhangjiang", "shili", 1), 200);
	assert_true(answer_int(a, "exams") < exams);
	expect_figure(a, "zhangjiang-2025-27", "newly_certified", 0, 0);
	expect_status(join("zhangjiang", "shili", 0), 200);
	wait_filled("/v1/programmes/zhangjiang-2025-27");
	a = expect_status(ASK(d->https, .path = "/v1/progress/zhangjiang-2025-27"), 200);
	assert_int_equal(answer_int(a, "also.newly_certified"), 1);
	assert_int_equal(answer_int(a, "also.assessments_taken"), 2);
	a = expect_status(preview_join("zhangjiang", "shili", 0), 200); /* it is so already */
	assert_int_equal(json_array_size(answer_at(a, "measures")), 0);
	a = expect_status(preview_join("none", "shili", 0), 200);
	expect_figure(a, "zhangjiang-2025-27", "newly_certified", 1, 0);
	expect_figure(a, "zhangjiang-2025-27", "assessments_taken", 2, 0);
}

/* ---- another version of a rule ---- */

#define CITY "/v1/programmes/city-2025-27"

/* What the next version of the program would bring: a rule's text, and a measure that counts by it. */
static void bring_version_2(void)
{
	cluster_ask(d->cluster, d->database,
	            "INSERT INTO talent.counting_rule (name, version, text_zh, text_en)"
	            " VALUES ('newly-certified', 2, '二', 'two') RETURNING version");
	cluster_ask(d->cluster, d->database,
	            "INSERT INTO talent.measure (name, rule, unit, kind, intermediate, first_time, title, title_en, position)"
	            " SELECT 'newly_certified_2', rule, unit, kind, intermediate, false, '新培养持证人才（二）',"
	            " 'newly certified people (2)', 20 FROM talent.measure WHERE name = 'newly_certified' RETURNING name");
}

#define BY_VERSION(n, measure) \
	"{\"title\":\"新培养持证人才\",\"title_en\":\"newly certified\",\"target\":50,\"measures\":[\"" measure \
	"\"],\"rule\":\"newly-certified\",\"rule_version\":" #n ",\"reason\":\"2026-122\"}"

/* It is looked at, filled beside the one that is shown, and shown from the day on which the goal turns to it; the
 * recount agrees all the while. */
static void a_goal_turns_to_another_version_of_its_rule(void **state)
{
	static const char more[] = "{\"measures\":[\"newly_certified_2\"],\"reason\":\"2026-122\"}";
	expect_status(ask("PATCH", CITY, "{\"to\":\"2099-12-31\",\"reason\":\"2026-121\"}"), 200);
	wait_filled(CITY);
	expect_status(ask("PUT", CITY "/goals/newly", BY_VERSION(1, "newly_certified")), 200);
	bring_version_2();
	expect_wrong(ask("PUT", CITY "/goals/newly", BY_VERSION(2, "newly_certified_2")), "/measures", "measure_unknown");
	expect_wrong(ask("POST", CITY "/measures", "{\"measures\":[\"nothing\"],\"reason\":\"x\"}"), "/measures",
	             "measure_unknown");
	expect_problem(ask("POST", "/v1/programmes/nothing/measures", more), 404, "not_found");
	expect_problem(ask("POST", "/v1/programmes/nothing/measures/preview", more), 404, "not_found");
	const struct answer *a = expect_status(ask("POST", CITY "/measures/preview", more), 200);
	assert_string_equal(json_string_value(json_object_get(json_array_get(answer_at(a, "measures"), 0), "measure")),
	                    "newly_certified_2");
	assert_int_equal(figure(a, 0, "count"), 0);
	int64_t then = figure(a, 0, "then");
	assert_true(then > 0);
	expect_status(ask("POST", CITY "/measures", more), 200);
	assert_string_equal(answer_header(expect_status(ask("POST", CITY "/measures", more), 200), "Idempotent-Replayed"),
	                    "true");
	wait_filled(CITY);
	assert_int_equal(json_integer_value(of_goal(CITY, "newly", "rule_version")), 1);
	expect_status(ask("PUT", CITY "/goals/newly", BY_VERSION(2, "newly_certified_2")), 200);
	assert_int_equal(json_integer_value(of_goal("/v1/progress/city-2025-27", "newly", "count")), then);
	a = expect_status(ASK(d->https, .path = "/v1/progress/city-2025-27/audit", .token = d->token[BY_AUDITOR]), 200);
	assert_true(json_is_true(answer_at(a, "agrees")));
	a = expect_status(ASK(d->https, .path = CITY "/history", .token = d->token[BY_AUDITOR]), 200);
	assert_string_equal(answer_text(a, "items.0.action"), "goal_set");
	assert_int_equal(answer_int(a, "items.0.detail.from.rule_version"), 1);
	assert_int_equal(answer_int(a, "items.0.detail.to.rule_version"), 2);
	assert_string_equal(answer_text(a, "items.1.action"), "programme_count");
}

/* ---- who did it ---- */

static void the_history_tells_who_and_why(void **state)
{
	const struct answer *a = expect_status(
		ASK(d->https, .path = SHANGHAI "/history", .token = d->token[BY_AUDITOR]), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 2);
	assert_string_equal(answer_text(a, "items.0.action"), "goal_set");
	assert_string_equal(answer_text(a, "items.0.detail.reason"), "沪人社 2026-118");
	assert_int_equal(answer_int(a, "items.0.detail.from.target"), 4);
	assert_int_equal(answer_int(a, "items.0.detail.to.target"), 8);
	expect_problem(ask("GET", "/v1/programmes/nothing/history", NULL), 404, "not_found");
	expect_problem(ask("GET", "/v1/programmes/nothing", NULL), 404, "not_found");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_milestone_is_reached_with_evidence),
		cmocka_unit_test(a_milestone_is_withdrawn_with_a_reason),
		cmocka_unit_test(what_is_no_milestone),
		cmocka_unit_test(what_a_goal_cannot_be),
		cmocka_unit_test(a_goal_is_looked_at_then_added_then_changed),
		cmocka_unit_test(a_milestone_is_added),
		cmocka_unit_test(what_a_programme_cannot_be),
		cmocka_unit_test(a_programme_is_looked_at_then_opened),
		cmocka_unit_test(a_window_is_moved),
		cmocka_unit_test(an_organisation_is_in_one_area_on_a_day),
		cmocka_unit_test(an_area_is_previewed_as_it_would_be_joined),
		cmocka_unit_test(todays_figures_move_with_it),
		cmocka_unit_test(a_goal_turns_to_another_version_of_its_rule),
		cmocka_unit_test(the_history_tells_who_and_why),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){.workers = 1});
	int failed = cmocka_run_group_tests_name("programmes", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
