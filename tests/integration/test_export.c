/* tests/integration/test_export.c - an organisation takes its records along, over real TLS: all of them, with the ID
 * numbers that it sent, whatever state it is in, and nobody's else. */
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

enum { TRAINED = 1, PASSED, GONE, PAGES_MAX = 40 };

static const struct answer *take(enum daemon_token by, const char *slug, const char *more)
{
	char path[96], body[256];
	snprintf(path, sizeof path, "/v1/organisations/%s/export", slug);
	snprintf(body, sizeof body, "{\"purpose\":\"leaving\",\"note\":\"退出申请 7 号\"%s}", more);
	return ASK(d->https, .path = path, .token = d->token[by], .body = body);
}

/* All of it, as {"part": [items]}; new. */
static json_t *take_all(enum daemon_token by, const char *slug)
{
	json_t *all = json_object();
	char more[200] = "";
	for (int pages = 0;; pages++) {
		const struct answer *a = expect_status(take(by, slug, more), 200);
		json_t *part = json_object_get(all, answer_text(a, "part")), *next = json_object_get(a->json, "next");
		if (!part)
			json_object_set_new(all, answer_text(a, "part"), part = json_array());
		json_array_extend(part, json_object_get(a->json, "items"));
		if (json_is_null(next))
			return all;
		assert_true(pages < PAGES_MAX);
		const char *after = json_string_value(json_object_get(next, "after"));
		snprintf(more, sizeof more, after ? ",\"part\":\"%s\",\"after\":\"%s\"" : ",\"part\":\"%s\"",
		         json_string_value(json_object_get(next, "part")), after);
	}
}

static size_t items(const json_t *all, const char *part)
{
	const json_t *list = json_object_get(all, part);
	assert_non_null(list);
	return json_array_size(list);
}

/* The item of a part in which a member has that text. */
static const json_t *item(const json_t *all, const char *part, const char *member, const char *text)
{
	const json_t *one;
	size_t i;
	json_array_foreach(json_object_get(all, part), i, one) {
		const char *is = json_string_value(json_object_get(one, member));
		if (is && strcmp(is, text) == 0)
			return one;
	}
	fail_msg("%s: no %s %s", part, member, text);
	return NULL;
}

static bool says(const json_t *json, const char *text)
{
	char *dumped = json_dumps(json, JSON_COMPACT);
	bool found = strstr(dumped, text) != NULL;
	free(dumped);
	return found;
}

static const char *text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));
	assert_non_null(text);
	return text;
}

/* ---- what there is ---- */

static void enrol(const char *session, const char *name, unsigned person)
{
	char path[96], body[256];
	snprintf(path, sizeof path, "/v1/sessions/%s/enrolments", session);
	snprintf(body, sizeof body, "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"}}", name,
	         daemon_resident_id(person));
	expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body), 201);
}

static void record(void)
{
	char body[400];
	snprintf(body, sizeof body,
	         "{\"title\":\"十一月班\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"直播销售员\","
	         "\"level\":\"4\",\"starts_on\":\"%s\",\"ends_on\":\"%s\",\"hours\":104,\"capacity\":40}",
	         daemon_day(-41), daemon_day(-16));
	const char *session = answer_text(
		expect_status(ASK(d->https, .path = "/v1/sessions", .token = d->token[BY_SHILI], .body = body), 201), "id");
	enrol(session, "欧阳明", TRAINED);
	enrol(session, "司马光", PASSED);
	enrol(session, "诸葛亮", GONE);
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo"), *there = daemon_exam(d, BY_PUJIANG, "5", NULL);
	expect_status(daemon_submit(d, BY_SHILI, exam, "司马光", PASSED, "\"theory\":80,\"skill\":80"), 201);
	expect_status(daemon_submit(d, BY_SHILI, exam, "诸葛亮", GONE, "\"theory\":50,\"skill\":80"), 201);
	expect_status(daemon_submit(d, BY_PUJIANG, there, "司马光", PASSED, "\"theory\":80,\"skill\":80"), 201);
	cluster_sql(d->cluster, d->database,
	            "SELECT talent._person_forget(p.id) FROM talent.person p"
	            " JOIN talent.name_in_force f ON f.person = p.id WHERE f.name = '诸葛亮'");
}

static void name_staff(const char *slug, const char *name)
{
	char sql[256];
	snprintf(sql, sizeof sql,
	         "UPDATE talent.staff s SET name = '%s', named_at = now() FROM talent.organisation o"
	         " WHERE o.id = s.organisation AND o.slug = '%s' AND s.name IS NULL", name, slug);
	cluster_sql(d->cluster, d->database, sql);
}

/* ---- who may ---- */

static void somebody_named_has_to_ask(void **state)
{
	expect_problem(take(BY_SHILI, "shili", ""), 403, "forbidden");
	cluster_sql(d->cluster, d->database, "UPDATE talent.staff SET rights = 'manages' WHERE name IS NULL");
	expect_problem(take(BY_SHILI, "shili", ""), 403, "caller_unnamed");
	assert_string_equal(ASKED("SELECT count(*) FROM talent.audit WHERE action = 'organisation_export'"), "0");
	name_staff("shili", "林管理");
	name_staff("xingbo", "何经理");
	expect_status(take(BY_SHILI, "shili", ""), 200);
	assert_string_equal(ASKED("SELECT concat_ws('|', staff_name, detail ->> 'purpose', detail ->> 'note',"
	                          " detail ->> 'part', detail ->> 'items') FROM talent.audit_entry"
	                          " WHERE action = 'organisation_export'"),
	                    "林管理|leaving|退出申请 7 号|organisation|1");
}

static void it_is_nobody_elses(void **state)
{
	expect_problem(take(BY_SHILI, "pujiang", ""), 404, "not_found");
	expect_problem(take(BY_PUJIANG, "shili", ""), 404, "not_found");
	expect_problem(take(BY_XINGBO, "shili", ""), 404, "not_found");
	expect_problem(take(BY_ELSEWHERE, "shili", ""), 404, "not_found");
	expect_problem(take(BY_AUDITOR, "shili", ""), 403, "forbidden");
	expect_problem(take(BY_EMPLOYER, "shili", ""), 403, "forbidden");
	expect_problem(take(BY_NOBODY, "shili", ""), 401, "unauthenticated");
	expect_problem(take(BY_ADMIN, "nobody", ""), 404, "not_found");
	cluster_sql(d->cluster, d->database, "UPDATE talent.staff SET rights = 'submits' WHERE name = '林管理'");
	expect_problem(take(BY_SHILI, "shili", ""), 403, "forbidden");
	cluster_sql(d->cluster, d->database, "UPDATE talent.staff SET rights = 'manages' WHERE name = '林管理'");
}

static void a_purpose_and_a_part_are_checked(void **state)
{
	const struct answer *a = expect_problem(take(BY_SHILI, "shili", ",\"part\":\"secrets\""), 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), "/part");
	a = expect_problem(ASK(d->https, .path = "/v1/organisations/shili/export", .token = d->token[BY_SHILI],
	                       .body = "{}"), 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), "/purpose");
	/* a place that nothing is behind */
	a = expect_status(take(BY_SHILI, "shili", ",\"part\":\"enrolments\",\"after\":\"x'/y\""), 200);
	assert_int_equal(items(a->json, "items"), 3);
	a = expect_status(take(BY_SHILI, "shili", ",\"part\":\"history\",\"after\":\"ffffffff-ffff-ffff-ffff-ffffffffffff/9\""),
	                  200);
	assert_int_equal(items(a->json, "items"), 0);
	assert_true(json_is_null(json_object_get(a->json, "next")));
}

/* ---- what it is ---- */

static void all_that_is_theirs_is_there(void **state)
{
	json_t *all = take_all(BY_SHILI, "shili");
	assert_string_equal(text_of(item(all, "organisation", "slug", "shili"), "credit_code"), "52310105000000117N");
	item(all, "staff", "name", "林管理");
	item(all, "standing", "kind", "accreditation");
	item(all, "standing", "kind", "agreement");
	item(all, "sessions", "title", "十一月班");
	assert_true(items(all, "sites") >= 1);
	assert_int_equal(items(all, "exams"), 1);
	assert_int_equal(items(all, "enrolments"), 3);
	assert_string_equal(text_of(item(all, "enrolments", "name", "欧阳明"), "id_number"), daemon_resident_id(TRAINED));
	assert_int_equal(items(all, "results"), 2);
	assert_string_equal(text_of(item(all, "results", "name", "司马光"), "id_number"), daemon_resident_id(PASSED));
	item(all, "history", "action", "organisation_export");
	/* the certificate as its holder has it */
	assert_int_equal(items(all, "certificates"), 1);
	const json_t *certificate = item(all, "certificates", "kind", "skill_grade");
	char path[96];
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", text_of(certificate, "number"));
	const struct answer *a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), 200);
	assert_string_equal(text_of(certificate, "credential"), a->body);
	json_decref(all);
}

/* Numbers stand with enrolments and results alone, and nothing of who was erased. */
static void numbers_stand_where_they_were_sent(void **state)
{
	static const char *const without[] = {"organisation", "sites", "staff", "standing", "sessions", "exams",
	                                      "certificates", "history"};
	json_t *all = take_all(BY_ADMIN, "shili");
	for (size_t i = 0; i < ARRAY_LEN(without); i++)
		for (unsigned person = TRAINED; person <= GONE; person++)
			assert_false(says(json_object_get(all, without[i]), daemon_resident_id(person)));
	assert_false(says(all, daemon_resident_id(GONE)));
	assert_false(says(all, "诸葛亮"));
	assert_null(json_object_get(item(all, "enrolments", "name", "*"), "id_number"));
	assert_null(json_object_get(item(all, "results", "name", "*"), "id_number"));
	json_decref(all);
}

/* The company of a dual exam has its certificate, and no result or number of the body's. */
static void a_company_takes_its_own_half(void **state)
{
	json_t *all = take_all(BY_XINGBO, "xingbo");
	assert_int_equal(items(all, "results"), 0);
	assert_int_equal(items(all, "enrolments"), 0);
	assert_int_equal(items(all, "exams"), 1);
	assert_int_equal(items(all, "certificates"), 1);
	item(all, "certificates", "kind", "company");
	assert_false(says(all, daemon_resident_id(PASSED)));
	json_decref(all);
}

/* Row by row the same as at once, of each part. */
static void pages_add_up(void **state)
{
	assert_string_equal(
		ASKED("SELECT string_agg(p.part || ':' || (p.whole = w.rows), ' ') FROM (SELECT x.part, string_agg(e.key, ','"
		      " ORDER BY e.n) AS whole FROM unnest('{sites,staff,standing,sessions,enrolments,exams,results,certificates,"
		      "history}'::text[]) WITH ORDINALITY x (part, at) CROSS JOIN LATERAL (SELECT *, row_number() OVER () AS n"
		      " FROM talent._export_part((SELECT id FROM talent.organisation WHERE slug = 'shili'), x.part, '', '', 1000)) e"
		      " GROUP BY x.part, x.at ORDER BY x.at) p CROSS JOIN LATERAL ("
		      "WITH RECURSIVE walk AS (SELECT 0 AS n, ''::text AS key UNION ALL SELECT w.n + 1, e.key FROM walk w"
		      " CROSS JOIN LATERAL talent._export_part((SELECT id FROM talent.organisation WHERE slug = 'shili'), p.part,"
		      " split_part(w.key, '/', 1), split_part(w.key, '/', 2), 1) e WHERE w.n < 1000)"
		      " SELECT string_agg(key, ',' ORDER BY n) FILTER (WHERE n > 0) AS rows FROM walk) w"),
		"sites:true staff:true standing:true sessions:true enrolments:true exams:true results:true certificates:true"
		" history:true");
}

/* A page ends early when it would be too long, and what follows is not lost. */
static void a_page_has_a_size(void **state)
{
	static const char page[] =
		"SELECT count(*) FROM talent.organisation_export((SELECT t.id FROM talent.token t JOIN talent.staff s"
		" ON s.id = t.staff WHERE s.name = '林管理' LIMIT 1), 'r', 'shili', 'enrolments', NULL, 'other', NULL, 200, %d)";
	char sql[400];
	snprintf(sql, sizeof sql, page, 1000000);
	assert_string_equal(ASKED(sql), "3");
	snprintf(sql, sizeof sql, page, 1);
	assert_string_equal(ASKED(sql), "1");
}

/* ---- when it leaves ---- */

static void expect_all_the_same(const json_t *before)
{
	json_t *all = take_all(BY_SHILI, "shili");
	assert_true(json_equal(json_object_get(all, "results"), json_object_get(before, "results")));
	assert_true(json_equal(json_object_get(all, "certificates"), json_object_get(before, "certificates")));
	json_decref(all);
	expect_problem(ASK(d->https, .path = "/v1/exams", .token = d->token[BY_SHILI]), 403, "caller_suspended");
}

static void suspended_or_ended_it_has_its_records(void **state)
{
	json_t *before = take_all(BY_SHILI, "shili");
	expect_status(ASK(d->https, .method = "PUT", .path = "/v1/organisations/shili/suspension", .token = d->token[BY_ADMIN],
	                  .body = "{\"reason\":\"investigation\"}"), 200);
	expect_all_the_same(before);
	expect_status(ASK(d->https, .path = "/v1/organisations/shili/ending", .token = d->token[BY_ADMIN],
	                  .body = "{\"reason\":\"closed_down\"}"), 200);
	expect_all_the_same(before);
	json_decref(before);
	/* who has left has left */
	cluster_sql(d->cluster, d->database, "UPDATE talent.staff SET left_at = now() WHERE name = '林管理'");
	expect_problem(take(BY_SHILI, "shili", ""), 401, "unauthenticated");
	expect_status(take(BY_ADMIN, "shili", ""), 200);
}

static void no_number_is_left_behind(void **state)
{
	assert_string_equal(ASKED("SELECT count(*) FROM talent.audit WHERE detail::text ~ '[0-9]{17}[0-9X]'"), "0");
	daemon_expect_clean_logs(d);
}

static int begin(void **state)
{
	d = daemon_start(cluster_start(), (struct daemon_options){.workers = 1});
	record();
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
		cmocka_unit_test(somebody_named_has_to_ask),
		cmocka_unit_test(it_is_nobody_elses),
		cmocka_unit_test(a_purpose_and_a_part_are_checked),
		cmocka_unit_test(all_that_is_theirs_is_there),
		cmocka_unit_test(numbers_stand_where_they_were_sent),
		cmocka_unit_test(a_company_takes_its_own_half),
		cmocka_unit_test(pages_add_up),
		cmocka_unit_test(a_page_has_a_size),
		cmocka_unit_test(suspended_or_ended_it_has_its_records),
		cmocka_unit_test(no_number_is_left_behind),
	};
	return cmocka_run_group_tests_name("export", tests, begin, end);
}
