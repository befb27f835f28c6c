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
		{"x", ",\"number_mode\":\"later\"", "/number_mode", "not_a_choice"},
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

static const struct answer *change(enum daemon_token by, const char *id, const char *body)
{
	char path[96];
	snprintf(path, sizeof path, "/v1/sites/%s", id);
	return ASK(d->https, .method = "PATCH", .path = path, .body = body, .token = d->token[by]);
}

static const struct answer *end(const char *id, int in_days)
{
	char path[96], body[128];
	snprintf(path, sizeof path, "/v1/sites/%s/ending", id);
	snprintf(body, sizeof body, "{\"valid_to\":\"%s\",\"reason\":\"moved\"}", daemon_day(in_days));
	return ASK(d->https, .path = path, .body = body, .token = d->token[BY_ADMIN]);
}

static const struct answer *announce(const char *code, int in_days, const char *site)
{
	char body[384];
	snprintf(body, sizeof body,
	         "{\"code\":\"%s\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"直播销售员\","
	         "\"level\":\"4\",\"held_on\":\"%s\"%s%s%s}", code, daemon_day(in_days), site ? ",\"site\":\"" : "",
	         site ? site : "", site ? "\"" : "");
	return ASK(d->https, .path = "/v1/exams", .body = body, .token = d->token[BY_PUJIANG]);
}

static void expect_wrong(const struct answer *a, const char *pointer, const char *code)
{
	expect_problem(a, 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), pointer);
	assert_string_equal(answer_text(a, "errors.0.code"), code);
}

/* Until somebody passes, a wrong prefix is mended; afterwards it stays, whoever writes. */
static void a_prefix_stands_once_somebody_passed(void **state)
{
	static const char there[] = "0d000000-0000-4000-8000-000000000012"; /* pujiang's */
	const struct answer *a = expect_status(
		change(BY_ADMIN, there, "{\"number_prefix\":\"S000031000128\",\"note\":\"file 1\"}"), 200);
	assert_string_equal(answer_text(a, "number_prefix"), "S000031000128");
	expect_problem(change(BY_PUJIANG, there, "{\"name\":\"x\"}"), 403, "forbidden");
	a = expect_status(daemon_submit(d, BY_PUJIANG, daemon_exam(d, BY_PUJIANG, "4", NULL), "吴霞", 7,
	                                "\"theory\":80,\"skill\":80"), 201);
	assert_memory_equal(answer_text(a, "certificates.0.number"), "S000031000128", 13);
	expect_problem(change(BY_ADMIN, there, "{\"number_prefix\":\"S000031000129\"}"), 409, "site_numbered");
	expect_problem(change(BY_ADMIN, there, "{\"number_mode\":\"supplied\"}"), 409, "site_numbered");
	cluster_sql(d->cluster, d->database, "DO $$ BEGIN UPDATE talent.site SET number_prefix = 'S000031000129' WHERE"
	            " number_prefix = 'S000031000128'; RAISE EXCEPTION 'it was'; EXCEPTION WHEN SQLSTATE 'TA002' THEN NULL;"
	            " END $$");
	expect_status(change(BY_ADMIN, there, "{\"name\":\"浦江示例考点\",\"district\":\"310104\"}"), 200);
	a = expect_status(look(BY_PUJIANG, "/v1/sites/0d000000-0000-4000-8000-000000000012/history"), 200);
	assert_string_equal(answer_text(a, "items.0.detail.name.1"), "浦江示例考点");
	assert_string_equal(answer_text(a, "items.1.detail.number_prefix.0"), "S000031000124");
}

/* Of several sites one is named; one that ends takes what is held until then, and no more. */
static void a_site_ends(void **state)
{
	char second[64];
	static const char first[] = "0d000000-0000-4000-8000-000000000012";
	snprintf(second, sizeof second, "%s", answer_text(expect_status(open_site(BY_ADMIN, "pujiang", "second", ""), 201), "id"));
	expect_wrong(announce("X1", 5, NULL), "/site", "site_needed");
	expect_wrong(announce("X1", 5, MAIN_SITE), "/site", "site_unknown");
	expect_status(announce("X1", 5, second), 201);
	expect_wrong(end(second, 4), "/valid_to", "used_later");
	expect_wrong(end(second, -1), "/valid_to", "date_in_past");
	expect_status(end(second, 5), 200);
	assert_string_equal(answer_header(expect_status(end(second, 5), 200), "Idempotent-Replayed"), "true");
	expect_wrong(announce("X2", 6, second), "/site", "site_ended");
	expect_status(announce("X2", 5, second), 201);
	/* on that day the other one is the only one */
	const struct answer *a = expect_status(announce("X3", 6, NULL), 201);
	assert_string_equal(answer_text(a, "site"), first);
	expect_wrong(announce("X4", 5, NULL), "/site", "site_needed");
}

/* number: "", or a member that stands before the candidate. */
static const struct answer *submit(const char *exam, unsigned who, const char *number, const char *scores)
{
	char path[96], body[512];
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", exam);
	snprintf(body, sizeof body,
	         "{%s\"candidate\":{\"name\":\"吴霞\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"},\"scores\":{%s}}",
	         number, daemon_resident_id(who), scores);
	return ASK(d->https, .path = path, .token = d->token[BY_PUJIANG], .body = body);
}

/* The number of a certificate of level 4 of the day, n-th of a prefix. */
static const char *numbered(const char *prefix, int n)
{
	static char member[64];
	snprintf(member, sizeof member, "\"certificate_number\":\"%s%.2s4%06d\",", prefix, daemon_day(0) + 2, n);
	return member;
}

#define PASS "\"theory\":80,\"skill\":80"

/* A site that mints takes no number, one that does not takes none without; who failed has none anywhere. */
static void a_number_comes_from_where_its_site_says(void **state)
{
	char minting[64], supplied[64], path[96];
	snprintf(minting, sizeof minting, "%s", answer_text(expect_status(open_site(BY_ADMIN, "pujiang", "minting",
	         ",\"number_prefix\":\"S000031000141\""), 201), "id"));
	snprintf(supplied, sizeof supplied, "%s", answer_text(expect_status(open_site(BY_ADMIN, "pujiang", "supplied", ""),
	         201), "id"));
	snprintf(path, sizeof path, "%s", answer_text(expect_status(announce("M", 0, minting), 201), "id"));
	expect_wrong(submit(path, 20, numbered("S000031000141", 7), PASS), "/certificate_number", "number_minted_here");
	const struct answer *a = expect_status(submit(path, 20, "", PASS), 201);
	assert_memory_equal(answer_text(a, "certificates.0.number"), "S000031000141", 13);

	snprintf(path, sizeof path, "%s", answer_text(expect_status(announce("S", 0, supplied), 201), "id"));
	expect_wrong(submit(path, 21, "", PASS), "/certificate_number", "number_needed");
	expect_problem(submit(path, 21, numbered("S000031000141", 7), PASS), 409, "number_taken");
	a = expect_status(submit(path, 21, numbered("S000031000142", 7), PASS), 201);
	assert_memory_equal(answer_text(a, "certificates.0.number"), "S000031000142", 13);
	expect_status(submit(path, 22, "", "\"theory\":80,\"skill\":59"), 201);
	/* what the site was given is nobody else's to mint */
	expect_wrong(open_site(BY_ADMIN, "shili", "x", ",\"number_prefix\":\"S000031000142\""), "/number_prefix", "prefix_used");
	expect_problem(change(BY_ADMIN, supplied, "{\"number_prefix\":\"S000031000142\"}"), 409, "site_numbered");
	/* and a site that mints may be allowed to be supplied, at any time */
	expect_status(change(BY_ADMIN, minting, "{\"also_supplied\":true}"), 200);
	snprintf(path, sizeof path, "%s", answer_text(expect_status(announce("M2", 0, minting), 201), "id"));
	expect_status(submit(path, 23, numbered("S000031000141", 900), PASS), 201);
}

enum { CLIENTS = 64 };

/* A worker who waits for its turn however slow the machine is. */
static PGconn *patient(void)
{
	PGconn *conn = cluster_connect(d->cluster, d->database, "talent_worker");
	PQclear(PQexec(conn, "SET lock_timeout = '300s'; SET statement_timeout = '300s'"));
	return conn;
}

/* Many ask for the same prefix at once, for two organisations: one has it, for the others it is taken. */
static void of_many_who_want_a_prefix_one_has_it(void **state)
{
	PGconn *db[CLIENTS];
	unsigned created = 0, taken = 0;
	for (int i = 0; i < CLIENTS; i++) {
		char sql[512];
		db[i] = patient();
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
	struct cluster *cluster = d->cluster;
	daemon_free(d);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(who_may),
		cmocka_unit_test(a_site_is_opened_once),
		cmocka_unit_test(a_prefix_stands_once_somebody_passed),
		cmocka_unit_test(a_site_ends),
		cmocka_unit_test(a_number_comes_from_where_its_site_says),
		cmocka_unit_test(of_many_who_want_a_prefix_one_has_it),
	};
	return cmocka_run_group_tests_name("sites", tests, start, stop);
}
