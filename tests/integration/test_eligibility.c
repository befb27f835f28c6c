/* Who may be examined: age, the level below and how long it is held, a higher level held, what a body declares instead;
 * off, noted or refused as the authority's policies say on the day of announcement; first sitting or re-sit, first
 * certificate or promotion. */
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

/* ---- shorthand ---- */

static const struct answer *submit(const char *exam, const char *name, const char *number, const char *rest)
{
	char path[96], body[600];
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", exam);
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"},%s}", name, number, rest);
	return ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body);
}

#define PASSED "\"scores\":{\"theory\":80,\"skill\":80}"
#define FAILED "\"scores\":{\"theory\":50,\"skill\":80}"

static void set_policy(const char *name, const char *value)
{
	char path[96], body[120];
	snprintf(path, sizeof path, "/v1/policies/%s/versions", name);
	snprintf(body, sizeof body, "{\"value\":\"%s\",\"reason\":\"沪人社 2026-118\"}", value);
	const struct answer *a = ASK(d->https, .path = path, .token = d->token[BY_ADMIN], .body = body);
	if (a->status >= 300)
		fail_msg("%d %s", a->status, a->body);
}

/* The id number of somebody born on that many years, and so many days after, before an exam of daemon_exam. */
static const char *born(const char *exam, int years, int days_after)
{
	static char number[19];
	char sql[300];
	static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;
	snprintf(sql, sizeof sql, "SELECT to_char(held_on - interval '%d years' + interval '%d days', 'YYYYMMDD') FROM talent.exam"
	         " WHERE id = '%s'", years, days_after, exam);
	snprintf(number, sizeof number, "310199%s004", cluster_ask(d->cluster, d->database, sql));
	for (int i = 0; i < 17; i++)
		sum += (number[i] - '0') * weights[i];
	number[17] = "10X98765432"[sum % 11];
	number[18] = '\0';
	return number;
}

static void expect_refused(const struct answer *a, const char *pointer, const char *code)
{
	expect_problem(a, 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), pointer);
	assert_string_equal(answer_text(a, "errors.0.code"), code);
}

static bool says_nothing(const struct answer *a, const char *member)
{
	return answer_at(a, member) == NULL;
}

/* ---- age ---- */

static void nobody_below_the_age_passes(void **state)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", NULL);
	expect_refused(submit(exam, "周小明", born(exam, 16, 1), PASSED), "/candidate/id_number", "age_below_minimum");
	expect_refused(submit(exam, "周小明", born(exam, 8, 0), FAILED), "/candidate/id_number", "age_below_minimum");
	assert_true(says_nothing(expect_status(submit(exam, "周小明", born(exam, 16, 0), PASSED), 201), "warnings"));
}

static void an_exam_asks_what_was_asked_when_it_was_announced(void **state)
{
	const char *before = daemon_exam(d, BY_SHILI, "4", NULL);
	set_policy("eligibility_age", "warn");
	expect_refused(submit(before, "吴小芳", born(before, 15, 0), PASSED), "/candidate/id_number", "age_below_minimum");
	const char *warned = daemon_exam(d, BY_SHILI, "4", NULL);
	const struct answer *a = expect_status(submit(warned, "吴小芳", born(warned, 15, 0), PASSED), 201);
	assert_string_equal(answer_text(a, "warnings.0"), "age_below_minimum");
	/* The same again, and looked at, it says the same. */
	assert_string_equal(submit(warned, "吴小芳", born(warned, 15, 0), PASSED)->body, a->body);
	set_policy("eligibility_age", "off");
	const char *off = daemon_exam(d, BY_SHILI, "3", NULL);
	assert_true(says_nothing(expect_status(submit(off, "郑小强", born(off, 14, 0), PASSED), 201), "warnings"));
	set_policy("eligibility_age", "refuse");
}

/* ---- levels ---- */

/* Level 3 minutes after level 4. */
static void a_level_minutes_after_the_one_below(void **state)
{
	const char *four = daemon_exam(d, BY_SHILI, "4", NULL), *number = daemon_resident_id(301);
	assert_true(says_nothing(expect_status(submit(four, "孙丽", number, PASSED), 201), "advancement"));
	const char *three = daemon_exam(d, BY_SHILI, "3", NULL);
	const struct answer *a = expect_status(submit(three, "孙丽", number, FAILED), 201);
	assert_string_equal(answer_text(a, "warnings.0"), "prerequisite_too_recent");
	assert_string_equal(answer_text(a, "advancement"), "promotion");
	set_policy("eligibility_prerequisite", "refuse");
	const char *refused = daemon_exam(d, BY_SHILI, "3", NULL);
	expect_refused(submit(refused, "孙丽", number, PASSED), "/declared", "prerequisite_too_recent");
	/* Under another name it is told of nobody. */
	expect_problem(submit(refused, "孙小丽", number, PASSED), 409, "person_name_differs");
	/* What the body has seen is taken, and stays on record. */
	a = expect_status(submit(refused, "孙丽", number,
	                         PASSED ",\"declared\":{\"years\":6,\"basis\":\"social_insurance\"}"), 201);
	assert_true(says_nothing(a, "warnings"));
	assert_string_equal(answer_text(a, "declared.basis"), "social_insurance");
	assert_int_equal(answer_int(a, "declared.years"), 6);
	assert_string_equal(answer_text(a, "sitting"), "resit");
	char path[96];
	snprintf(path, sizeof path, "/v1/assessments/%s", answer_text(a, "id"));
	expect_body(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), a->body);
	set_policy("eligibility_prerequisite", "warn");
}

static void a_higher_level_is_held(void **state)
{
	const char *three = daemon_exam(d, BY_SHILI, "3", NULL), *number = daemon_resident_id(302);
	expect_status(submit(three, "马超", number, PASSED), 201);
	const char *four = daemon_exam(d, BY_SHILI, "4", NULL);
	assert_string_equal(answer_text(expect_status(submit(four, "马超", number, FAILED), 201), "warnings.0"), "level_held");
	set_policy("eligibility_level_held", "refuse");
	const char *refused = daemon_exam(d, BY_SHILI, "4", NULL);
	expect_refused(submit(refused, "马超", number, PASSED), "/candidate", "level_held");
	set_policy("eligibility_level_held", "warn");
}

static void what_cannot_be_declared(void **state)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", NULL), *number = daemon_resident_id(303);
	expect_refused(submit(exam, "何静", number, PASSED ",\"declared\":{\"years\":6}"), "/declared/basis", "required");
	expect_refused(submit(exam, "何静", number, PASSED ",\"declared\":{\"basis\":\"diploma\"}"), "/declared",
	               "declared_empty");
	expect_refused(submit(exam, "何静", number, PASSED ",\"declared\":{\"years\":0,\"basis\":\"other\"}"),
	               "/declared/years", "out_of_range");
}

/* ---- sittings ---- */

/* ---- asked before ---- */

static const struct answer *ask(const char *exam, const char *name, const char *number, const char *rest)
{
	char path[96], body[600];
	snprintf(path, sizeof path, "/v1/exams/%s/eligibility", exam);
	snprintf(body, sizeof body, "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"}%s}", name,
	         number, rest);
	return ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body);
}

static void what_would_speak_against_somebody(void **state)
{
	const char *number = daemon_resident_id(305), *four = daemon_exam(d, BY_SHILI, "4", NULL);
	const struct answer *a = expect_status(ask(four, "邓超群", number, ""), 200);
	expect_body(a, "{\"eligible\":true,\"sitting\":\"first\",\"advancement\":\"first\",\"warnings\":[],\"refusals\":[]}");
	expect_body(ask(four, "邓超群", born(four, 12, 0), ""), "{\"eligible\":false,\"sitting\":\"first\",\"advancement\":"
	            "\"first\",\"warnings\":[],\"refusals\":[\"age_below_minimum\"]}");
	expect_status(submit(four, "邓超群", number, PASSED), 201);
	const char *three = daemon_exam(d, BY_SHILI, "3", NULL);
	expect_body(ask(three, "邓超群", number, ""), "{\"eligible\":true,\"sitting\":\"first\",\"advancement\":\"promotion\","
	            "\"warnings\":[\"prerequisite_too_recent\"],\"refusals\":[]}");
	expect_body(ask(three, "邓超群", number, ",\"declared\":{\"years\":6,\"basis\":\"employer_statement\"}"),
	            "{\"eligible\":true,\"sitting\":\"first\",\"advancement\":\"promotion\",\"warnings\":[],\"refusals\":[]}");
	/* Who does not know the name is told nothing; that somebody asked is written down; another's exam is nowhere. */
	expect_problem(ask(three, "邓小群", number, ""), 409, "person_name_differs");
	assert_string_equal(cluster_ask(d->cluster, d->database, "SELECT count(*) FROM talent.audit WHERE action = 'eligibility_ask'"
	                                " AND detail ->> 'found' = 'true'"), "2");
	char path[96];
	snprintf(path, sizeof path, "/v1/exams/%s/eligibility", three);
	expect_problem(ASK(d->https, .path = path, .token = d->token[BY_PUJIANG],
	                   .body = "{\"candidate\":{\"name\":\"邓超群\",\"id_type\":\"resident_id\",\"id_number\":"
	                           "\"310199199003070014\"}}"), 404, "not_found");
}

static void who_comes_again_sits_again(void **state)
{
	const char *first = daemon_exam(d, BY_SHILI, "4", NULL), *number = daemon_resident_id(304);
	assert_true(says_nothing(expect_status(submit(first, "冯军", number, "\"attendance\":\"absent\""), 201), "sitting"));
	const char *again = daemon_exam(d, BY_SHILI, "4", NULL);
	assert_string_equal(answer_text(expect_status(submit(again, "冯军", number, PASSED), 201), "sitting"), "resit");
	/* At another level it is the first. */
	const char *other = daemon_exam(d, BY_SHILI, "3", NULL);
	assert_true(says_nothing(expect_status(submit(other, "冯军", number, PASSED), 201), "sitting"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_below_the_age_passes),
		cmocka_unit_test(an_exam_asks_what_was_asked_when_it_was_announced),
		cmocka_unit_test(a_level_minutes_after_the_one_below),
		cmocka_unit_test(a_higher_level_is_held),
		cmocka_unit_test(what_cannot_be_declared),
		cmocka_unit_test(what_would_speak_against_somebody),
		cmocka_unit_test(who_comes_again_sits_again),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){.workers = 1});
	int failed = cmocka_run_group_tests_name("eligibility", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
