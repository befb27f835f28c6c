/* tests/integration/test_sites.c - sites over real TLS: opened by the city, seen by their organisation and nobody
 * else, each prefix given once; results bring or get their numbers as the site says. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "../lib/cluster.h"
#include "base/attr.h"

static struct daemon *d;

#define MAIN_SITE "0d000000-0000-4000-8000-000000000011" /* shili's */
#define ASKED(sql) cluster_ask(d->cluster, d->database, (sql))

/* more: further members, or "". */
static const struct answer *open_site(enum daemon_token by, const char *slug, const char *code, const char *more)
{
	char path[96], body[512];
	snprintf(path, sizeof path, "/v1/organisations/%s/sites", slug);
	snprintf(body, sizeof body, "{\"code\":\"%s\",\"name\":\"示例基地\",\"district\":\"310112\"%s}", code, more);
	return ASK(d->https, .path = path, .body = body, .token = d->token[by]);
}

static const struct answer *look(enum daemon_token by, const char *path)
{
	return ASK(d->https, .path = path, .token = d->token[by]);
}

static void what_is_wrong_is_told(void **state)
{
	static const struct {
		const char *code, *more, *pointer, *said;
	} wrong[] = {
		{"Main", "", "/code", "site_code_form"},
		{"", "", "/code", "site_code_form"},
		{"x", ",\"district\":\"999999\"", "/district", "district_unknown"},
		{"x", ",\"name\":\"基\\u200b地\"", "/name", "characters"},
		{"x", ",\"name\":\" \"", "/name", "required"},
		{"x", ",\"number_prefix\":\"S00003100012\"", "/number_prefix", "number_prefix_form"},
		{"x", ",\"number_prefix\":\"X000031000177\"", "/number_prefix", "number_prefix_form"},
		{"x", ",\"number_prefix\":\"s000031000177\"", "/number_prefix", "number_prefix_form"},
		{"x", ",\"number_prefix\":\"S00003100017O\"", "/number_prefix", "number_prefix_form"},
		{"x", ",\"number_prefix\":\"S000031000123\"", "/number_prefix", "prefix_taken"},
		{"x", ",\"number_mode\":\"minted\"", "/number_prefix", "required"},
		{"x", ",\"number_mode\":\"supplied_later\"", "/number_mode", "not_a_choice"},
		{"x", ",\"also_supplied\":true", "/also_supplied", "also_supplied_minted"},
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		char body[512];
		snprintf(body, sizeof body, "{\"code\":\"%s\"%s%s%s}", wrong[i].code, wrong[i].more,
		         strstr(wrong[i].more, "name\"") ? "" : ",\"name\":\"示例基地\"",
		         strstr(wrong[i].more, "district") ? "" : ",\"district\":\"310112\"");
		const struct answer *a = expect_problem(ASK(d->https, .path = "/v1/organisations/shili/sites", .body = body,
		                                            .token = d->token[BY_ADMIN]), 422, "invalid_fields");
		assert_string_equal(answer_text(a, "errors.0.pointer"), wrong[i].pointer);
		assert_string_equal(answer_text(a, "errors.0.code"), wrong[i].said);
	}
	expect_problem(open_site(BY_ADMIN, "nobody", "x", ""), 404, "not_found");
	assert_string_equal(ASKED("SELECT count(*) FROM talent.site"), "2");
}

/* The city opens; the organisation looks; others know nothing of it. */
static void who_may(void **state)
{
	static const enum daemon_token none[] = {BY_PUJIANG, BY_XINGBO, BY_ELSEWHERE};
	static const enum daemon_token not[] = {BY_SHILI, BY_DISTRICT, BY_AUDITOR};
	static const char *const paths[] = {"/v1/organisations/shili/sites", "/v1/sites/" MAIN_SITE,
	                                    "/v1/sites/" MAIN_SITE "/history"};
	static const enum daemon_token all[] = {BY_SHILI, BY_DISTRICT, BY_AUDITOR, BY_ADMIN};
	for (size_t i = 0; i < ARRAY_LEN(not); i++)
		expect_problem(open_site(not[i], "shili", "x", ""), 403, "forbidden");
	for (size_t p = 0; p < ARRAY_LEN(paths); p++) {
		for (size_t i = 0; i < ARRAY_LEN(all); i++)
			expect_status(look(all[i], paths[p]), 200);
		for (size_t i = 0; i < ARRAY_LEN(none); i++)
			expect_problem(look(none[i], paths[p]), 404, "not_found");
	}
}

static void a_site_is_opened_once(void **state)
{
	char path[96];
	const struct answer *a = expect_status(open_site(BY_ADMIN, "qihang", "main", ""), 201);
	assert_string_equal(answer_text(a, "number_mode"), "supplied");
	snprintf(path, sizeof path, "%s", answer_header(a, "Location"));
	a = expect_status(open_site(BY_ADMIN, "qihang", "main", ""), 201);
	assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
	expect_problem(open_site(BY_ADMIN, "qihang", "main", ",\"number_prefix\":\"S000031000130\""), 409, "already_exists");
	a = expect_status(look(BY_AUDITOR, path), 200);
	assert_string_equal(answer_text(a, "organisation"), "qihang");
	snprintf(path + strlen(path), sizeof path - strlen(path), "/history");
	a = expect_status(look(BY_AUDITOR, path), 200);
	assert_string_equal(answer_text(a, "items.0.action"), "site_create");
	assert_string_equal(answer_text(a, "items.0.by.staff"), "陈静");
	a = expect_status(open_site(BY_ADMIN, "qihang", "other", ",\"number_prefix\":\"S000031000130\""), 201);
	assert_string_equal(answer_text(a, "number_mode"), "minted");
	a = expect_status(look(BY_AUDITOR, "/v1/organisations/qihang/sites"), 200);
	assert_string_equal(answer_text(a, "items.0.code"), "main");
	assert_string_equal(answer_text(a, "items.1.number_prefix"), "S000031000130");
}

enum { CLIENTS = 64 };

/* Many ask for the same prefix at once, for two organisations: one has it, for the others it is taken. */
static void of_many_who_want_a_prefix_one_has_it(void **state)
{
	PGconn *db[CLIENTS];
	unsigned created = 0, taken = 0;
	for (int i = 0; i < CLIENTS; i++) {
		char sql[512];
		db[i] = cluster_connect(d->cluster, d->database, "talent_worker");
		snprintf(sql, sizeof sql, "SELECT outcome FROM talent.site_create(NULL, 'test', NULL, NULL, json_build_object("
		         "'id', gen_random_uuid(), 'organisation', '%s', 'code', 'race-%d', 'name', 'x', 'district', '310112',"
		         " 'number_prefix', 'S000031000155', 'number_mode', 'minted', 'also_supplied', false))",
		         i % 2 ? "shili" : "pujiang", i);
		assert_int_equal(PQsendQuery(db[i], sql), 1);
	}
	for (int i = 0; i < CLIENTS; i++) {
		PGresult *res = PQgetResult(db[i]);
		assert_int_equal(PQresultStatus(res), PGRES_TUPLES_OK);
		created += strcmp(PQgetvalue(res, 0, 0), "created") == 0;
		taken += strcmp(PQgetvalue(res, 0, 0), "prefix_taken") == 0;
		PQclear(res);
		PQfinish(db[i]);
	}
	assert_int_equal(created, 1);
	assert_int_equal(taken, CLIENTS - 1);
}

static int start(void **state)
{
	d = daemon_start(cluster_start(), (struct daemon_options){.workers = 1});
	return 0;
}

static int stop(void **state)
{
	daemon_free(d);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(who_may),
		cmocka_unit_test(a_site_is_opened_once),
		cmocka_unit_test(of_many_who_want_a_prefix_one_has_it),
	};
	return cmocka_run_group_tests_name("sites", tests, start, stop);
}
