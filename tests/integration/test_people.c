/* tests/integration/test_people.c - personal data over real TLS: who may look whom up and what that leaves behind.
 * Wherever a number could be shown or written down, it is looked for at the end. */
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

#define ASKED(sql) cluster_ask(d->cluster, d->database, (sql))

/* Looks up whom daemon_submit calls person; more: members behind the candidate. */
static const struct answer *look_up(enum daemon_token by, unsigned person, const char *name, const char *more)
{
	char body[512];
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"id_type\":\"resident_id\",\"id_number\":\"%s\"%s%s%s}%s}",
	         daemon_resident_id(person), name ? ",\"name\":\"" : "", name ? name : "", name ? "\"" : "", more);
	return ASK(d->https, .path = "/v1/people/lookup", .token = d->token[by], .body = body);
}

#define WHY ",\"purpose\":\"complaint\",\"note\":\"来信 12 号\""

enum { OF_SHILI = 1, OF_BOTH, UNKNOWN };

static void record(void)
{
	const char *here = daemon_exam(d, BY_SHILI, "4", "xingbo"), *there = daemon_exam(d, BY_PUJIANG, "5", NULL);
	expect_status(daemon_submit(d, BY_SHILI, here, "欧阳明", OF_SHILI, "\"theory\":80,\"skill\":80"), 201);
	expect_status(daemon_submit(d, BY_SHILI, here, "司马光", OF_BOTH, "\"theory\":50,\"skill\":80"), 201);
	expect_status(daemon_submit(d, BY_PUJIANG, there, "司马光", OF_BOTH, "\"theory\":80,\"skill\":80"), 201);
}

static size_t items(const struct answer *a, const char *member)
{
	return json_array_size(json_object_get(a->json, member));
}

static void a_person_is_found_with_what_is_recorded(void **state)
{
	const struct answer *a = expect_status(look_up(BY_ADMIN, OF_SHILI, NULL, WHY), 200);
	assert_string_equal(answer_text(a, "name"), "欧阳明");
	assert_true(json_is_null(json_object_get(a->json, "name_matches")));
	assert_non_null(strstr(answer_text(a, "document.id_number"), "**************"));
	assert_int_equal(items(a, "names"), 1);
	assert_int_equal(items(a, "results"), 1);
	assert_int_equal(items(a, "certificates"), 2);
	assert_string_equal(answer_text(a, "results.0.body"), "shili");
	assert_null(strstr(a->body, daemon_resident_id(OF_SHILI)));
}

static void a_name_is_compared_as_people_write_it(void **state)
{
	const struct answer *a = expect_status(look_up(BY_AUDITOR, OF_SHILI, "欧 阳明", WHY), 200);
	assert_true(json_is_true(json_object_get(a->json, "name_matches")));
	a = expect_status(look_up(BY_AUDITOR, OF_SHILI, "欧阳文", WHY), 200);
	assert_true(json_is_false(json_object_get(a->json, "name_matches")));
}

/* Elsewhere there is nobody, and what lies elsewhere is not shown. */
static void a_district_sees_its_own(void **state)
{
	assert_int_equal(items(expect_status(look_up(BY_ADMIN, OF_BOTH, NULL, WHY), 200), "results"), 2);
	const struct answer *a = expect_status(look_up(BY_DISTRICT, OF_BOTH, NULL, WHY), 200);
	assert_int_equal(items(a, "results"), 1);
	assert_int_equal(items(a, "certificates"), 0);
	assert_string_equal(answer_text(a, "results.0.district"), "310105");
	a = expect_problem(look_up(BY_ELSEWHERE, OF_BOTH, NULL, WHY), 404, "not_found");
	char *one = strdup(answer_text(a, "detail"));
	a = expect_problem(look_up(BY_ELSEWHERE, UNKNOWN, NULL, WHY), 404, "not_found");
	assert_string_equal(answer_text(a, "detail"), one);
	free(one);
}

static void a_purpose_is_needed(void **state)
{
	static const char *const wrong[] = {"", ",\"purpose\":\"whim\"", ",\"purpose\":null"};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_string_equal(answer_text(expect_problem(look_up(BY_ADMIN, OF_SHILI, NULL, wrong[i]), 422,
		                                               "invalid_fields"), "errors.0.pointer"), "/purpose");
	expect_problem(look_up(BY_SHILI, OF_SHILI, NULL, WHY), 403, "forbidden");
	expect_problem(look_up(BY_EMPLOYER, OF_SHILI, NULL, WHY), 403, "forbidden");
}

static void a_note_has_no_number_in_it(void **state)
{
	char more[160];
	snprintf(more, sizeof more, ",\"purpose\":\"other\",\"note\":\"关于 %s\"", daemon_resident_id(OF_SHILI));
	const struct answer *a = expect_problem(look_up(BY_ADMIN, OF_SHILI, NULL, more), 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.code"), "id_number_in_text");
}

/* With the person, by whom and why; a miss names nobody, not even somebody elsewhere. */
static void each_look_up_is_in_the_audit(void **state)
{
	char *before = strdup(ASKED("SELECT count(*) FROM talent.audit WHERE action = 'person_lookup'"));
	expect_status(look_up(BY_AUDITOR, OF_SHILI, NULL, WHY), 200);
	look_up(BY_ELSEWHERE, OF_SHILI, NULL, WHY);
	look_up(BY_ELSEWHERE, UNKNOWN, NULL, WHY);
	assert_int_equal(atoi(ASKED("SELECT count(*) FROM talent.audit WHERE action = 'person_lookup'")), atoi(before) + 3);
	assert_string_equal(ASKED("SELECT string_agg(concat_ws('|', p.name, a.detail ->> 'found', a.detail ->> 'purpose',"
	                          " a.detail ->> 'note'), ';' ORDER BY a.id) FROM (SELECT * FROM talent.audit"
	                          " WHERE action = 'person_lookup' ORDER BY id DESC LIMIT 3) a"
	                          " LEFT JOIN talent.person p ON p.id = a.object"),
	                    "欧阳明|true|complaint|来信 12 号;false|complaint|来信 12 号;false|complaint|来信 12 号");
	free(before);
}

/* Whoever asks on a person's behalf gets all of it, in both languages, and is the last who asked. */
static void a_report_says_what_is_held(void **state)
{
	char path[96], body[] = "{\"purpose\":\"holder_request\",\"note\":\"申请书 3 号\"}";
	const struct answer *a = expect_status(look_up(BY_ADMIN, OF_BOTH, NULL, WHY), 200);
	snprintf(path, sizeof path, "/v1/people/%s/report", answer_text(a, "id"));
	expect_problem(ASK(d->https, .path = path, .token = d->token[BY_DISTRICT], .body = body), 403, "forbidden");
	expect_problem(ASK(d->https, .path = path, .token = d->token[BY_ADMIN], .body = "{}"), 422, "invalid_fields");
	a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN], .body = body), 200);
	static const char *const names[] = {"identity", "names", "enrolments", "results", "certificates", "events",
	                                    "verifications", "counted", "asked"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const json_t *section = json_array_get(json_object_get(a->json, "sections"), i), *item, *column;
		size_t k, c;
		assert_string_equal(json_string_value(json_object_get(section, "name")), names[i]);
		json_array_foreach(json_object_get(section, "items"), k, item) {
			size_t headed = 0;
			json_array_foreach(json_object_get(section, "columns"), c, column)
				headed += json_object_get(item, json_string_value(json_object_get(column, "name"))) != NULL;
			assert_int_equal(headed, json_object_size(item)); /* each has its heading, in both languages */
		}
	}
	assert_string_equal(answer_text(a, "sections.8.items.0.action"), "person_report");
	assert_string_equal(answer_text(a, "sections.8.items.0.note"), "申请书 3 号");
	assert_non_null(strstr(a->body, "来信 12 号"));
	assert_null(strstr(a->body, daemon_resident_id(OF_BOTH)));
}

static void callers_may_ask_so_often(void **state)
{
	int n = 0;
	const struct answer *a;
	while ((a = look_up(BY_DISTRICT, UNKNOWN, NULL, WHY))->status == 404 && n < 50)
		n++;
	expect_problem(a, 429, "rate_limited");
	assert_non_null(strstr(answer_header(a, "RateLimit-Policy"), "\"lookups\";q=40"));
	expect_problem(look_up(BY_DISTRICT, OF_SHILI, NULL, WHY), 429, "rate_limited");
	expect_status(look_up(BY_ADMIN, OF_SHILI, NULL, WHY), 200);
	assert_int_equal(n, 39); /* and one before */
}

/* In no column of any table, nor in what the operator scrapes. */
static void no_table_has_a_number(void **state)
{
	static const unsigned people[] = {OF_SHILI, OF_BOTH, UNKNOWN};
	const struct answer *a = expect_status(ASK(d->ops, .path = "/metrics"), 200);
	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		char sql[512];
		const char *id = daemon_resident_id(people[i]);
		assert_null(strstr(a->body, id));
		snprintf(sql, sizeof sql,
		         "SELECT coalesce(string_agg(t.table_name, ' '), 'none') FROM information_schema.tables t"
		         " WHERE t.table_schema = 'talent' AND t.table_type = 'BASE TABLE' AND"
		         " query_to_xml(format('SELECT 1 FROM talent.%%I x WHERE strpos(x::text, %%L) > 0',"
		         " t.table_name, '%s'), false, false, '')::text LIKE '%%row%%'", id);
		assert_string_equal(ASKED(sql), "none");
	}
}

static void nothing_wrote_a_number_down(void **state)
{
	daemon_expect_clean_logs(d);
}

static int start(void **state)
{
	d = daemon_start(cluster_start(), (struct daemon_options){.conf = "limits { lookups_per_caller = 40 }"});
	record();
	return 0;
}

static int stop(void **state)
{
	struct cluster *cluster = d->cluster;
	daemon_free(d);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_is_found_with_what_is_recorded),
		cmocka_unit_test(a_name_is_compared_as_people_write_it),
		cmocka_unit_test(a_district_sees_its_own),
		cmocka_unit_test(a_purpose_is_needed),
		cmocka_unit_test(a_note_has_no_number_in_it),
		cmocka_unit_test(each_look_up_is_in_the_audit),
		cmocka_unit_test(a_report_says_what_is_held),
		cmocka_unit_test(callers_may_ask_so_often),
		cmocka_unit_test(no_table_has_a_number),
		cmocka_unit_test(nothing_wrote_a_number_down),
	};
	return cmocka_run_group_tests_name("people", tests, start, stop);
}
