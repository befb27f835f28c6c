/* tests/integration/test_organisations.c - an organisation's life over real TLS: it applies, is decided about once
 * whoever decides at the same time, is stopped at once, is renamed; what it issued stays as it was signed. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "base/attr.h"
#include "domain/organisation.h"

static struct daemon *d;

#define ASKED(sql) cluster_ask(d->cluster, d->database, (sql))

static const struct answer *apply(const char *slug, const char *credit_code, const char *more)
{
	char body[1024];
	snprintf(body, sizeof body,
	         "{\"name\":\"晨光示例学校\",\"credit_code\":\"%s\",\"kinds\":[\"school\"],\"district\":\"310115\","
	         "\"contact\":{\"name\":\"王经理\",\"phone\":\"021-00000000\"}%s%s%s%s}",
	         credit_code, slug ? ",\"slug\":\"" : "", slug ? slug : "", slug ? "\"" : "", more);
	return ASK(d->https, .path = "/v1/organisations", .body = body);
}

static const struct answer *decide(enum daemon_token by, const char *method, const char *slug, const char *what,
                                   const char *reason)
{
	char path[96], body[128];
	snprintf(path, sizeof path, "/v1/organisations/%s/%s", slug, what);
	snprintf(body, sizeof body, reason ? "{\"reason\":\"%s\"}" : "{}", reason);
	return ASK(d->https, .method = method, .path = path, .body = body, .token = d->token[by]);
}

static const struct answer *look(enum daemon_token by, const char *slug)
{
	char path[96];
	snprintf(path, sizeof path, "/v1/organisations/%s", slug);
	return ASK(d->https, .path = path, .token = d->token[by]);
}

/* A credit code of its own for each n, with its check character. */
static const char *credit_code(unsigned n)
{
	static char code[CREDIT_CODE + 1];
	static const char last[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	size_t place;
	for (const char *c = last; *c; c++) {
		snprintf(code, sizeof code, "91310115MA1T%05u%c", n % 100000, *c);
		if (credit_code_check(slice_of(code), &place) == NULL)
			return code;
	}
	fail();
	return NULL;
}

static void what_is_wrong_is_told(void **state)
{
	static const struct {
		const char *slug, *code, *more, *pointer, *said;
	} wrong[] = {
		{"x", "91310115MA1TEXT145", "", "/credit_code", "credit_code_check"},
		{"x", "91310115MA1TEXT14", "", "/credit_code", "credit_code_length"},
		{"x", "91310115MA1TEXT14O", "", "/credit_code", "credit_code_character"},
		{"Shili", "91310115MA1TEXT144", "", "/slug", "slug_form"},
		{"1st", "91310115MA1TEXT144", "", "/slug", "slug_form"},
		{NULL, "91310115MA1TEXT144", "", "/slug", "slug_needed"},
		{"x", "91310115MA1TEXT144", ",\"area\":\"nowhere\"", "/area", "area_unknown"},
		{"x", "91310115MA1TEXT144", ",\"evidence\":[\"a\\u0007\"]", "/evidence/0", "characters"},
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		const struct answer *a = expect_problem(apply(wrong[i].slug, wrong[i].code, wrong[i].more), 422,
		                                        "invalid_fields");
		assert_string_equal(answer_text(a, "errors.0.pointer"), wrong[i].pointer);
		assert_string_equal(answer_text(a, "errors.0.code"), wrong[i].said);
	}
	assert_string_equal(ASKED("SELECT count(*) FROM talent.organisation WHERE state = 'applied'"), "0");
}

static void a_short_name_is_offered_and_final(void **state)
{
	const struct answer *a = expect_status(apply(NULL, credit_code(1), ",\"name_en\":\"Shi Li\""), 201);
	assert_string_equal(answer_text(a, "slug"), "shi-li-2"); /* shili is somebody else's */
	a = expect_problem(apply("s-hili", credit_code(2), ""), 409, "slug_taken");
	assert_string_equal(answer_text(a, "offered"), "s-hili-3"); /* nor is shi-li-2, but for its hyphens */
	expect_problem(apply("other", credit_code(1), ""), 409, "credit_code_taken");
	expect_problem(apply("other", "52310105000000117N", ""), 409, "credit_code_taken"); /* shili's */
	cluster_sql(d->cluster, d->database, "DO $$ BEGIN UPDATE talent.organisation SET slug = 'renamed' WHERE slug ="
	            " 'shi-li-2'; RAISE EXCEPTION 'it was'; EXCEPTION WHEN SQLSTATE 'TA002' THEN NULL; END $$");
}

/* Nobody is let in, accredited or shown to the public before the approval. */
static void before_the_approval_there_is_nothing(void **state)
{
	expect_status(apply("early", credit_code(3), ""), 201);
	expect_problem(ASK(d->https, .path = "/v1/tokens", .token = d->token[BY_ADMIN],
	                   .body = "{\"role\":\"institution\",\"organisation\":\"early\",\"districts\":[],\"label\":\"x\","
	                           "\"expires_on\":\"2099-01-01\"}"), 422, "invalid_fields");
	expect_problem(ASK(d->https, .path = "/issuers/early", .accept = "application/json"), 404, "not_found");
	expect_problem(look(BY_SHILI, "early"), 404, "not_found");
	expect_problem(look(BY_DISTRICT, "early"), 404, "not_found"); /* lies elsewhere */
	assert_string_equal(answer_text(expect_status(look(BY_ADMIN, "early"), 200), "state"), "applied");
	static const char member[] = "{\"name\":\"王经理\",\"role\":\"institution\",\"rights\":\"reads\"}";
	expect_problem(ASK(d->https, .path = "/v1/organisations/early/staff", .token = d->token[BY_ADMIN], .body = member),
	               409, "organisation_not_approved"); /* who sees it is told why */
	expect_problem(ASK(d->https, .path = "/v1/organisations/early/staff", .token = d->token[BY_SHILI]), 404, "not_found");
	expect_problem(decide(BY_DISTRICT, "POST", "early", "approval", NULL), 403, "forbidden");
	expect_status(decide(BY_ADMIN, "POST", "early", "approval", NULL), 200);
	expect_status(ASK(d->https, .path = "/v1/tokens", .token = d->token[BY_ADMIN],
	                  .body = "{\"role\":\"institution\",\"organisation\":\"early\",\"districts\":[],\"label\":\"x\","
	                          "\"expires_on\":\"2099-01-01\"}"), 201);
}

static void who_was_refused_applies_again(void **state)
{
	expect_status(apply("again", credit_code(4), ""), 201);
	const struct answer *a = expect_status(apply("again", credit_code(4), ""), 201); /* the very same */
	assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
	expect_status(decide(BY_ADMIN, "POST", "again", "refusal", "evidence_missing"), 200);
	expect_status(decide(BY_ADMIN, "POST", "again", "refusal", "evidence_missing"), 200);
	expect_problem(decide(BY_ADMIN, "POST", "again", "refusal", "duplicate"), 409, "other_reason");
	expect_problem(decide(BY_ADMIN, "POST", "again", "approval", NULL), 409, "wrong_state");
	a = expect_status(apply("once-more", credit_code(4), ",\"evidence\":[\"page \\\"1\\\", {2}\"]"), 201);
	assert_string_equal(answer_text(a, "evidence.0"), "page \"1\", {2}");
	a = expect_status(look(BY_AUDITOR, "once-more"), 200);
	assert_string_equal(answer_text(a, "evidence.0"), "page \"1\", {2}");
	expect_problem(look(BY_ADMIN, "again"), 404, "not_found");
	assert_string_equal(ASKED("SELECT string_agg(a.action, ' ' ORDER BY a.id) FROM talent.audit a WHERE a.object ="
	                          " (SELECT id FROM talent.organisation WHERE slug = 'once-more')"),
	                    "organisation_apply organisation_refuse organisation_apply");
}

enum { CLIENTS = 64 };

/* A worker who waits for its turn however slow the machine is. */
static PGconn *patient(void)
{
	PGconn *conn = cluster_connect(d->cluster, d->database, "talent_worker");
	PQclear(PQexec(conn, "SET lock_timeout = '300s'; SET statement_timeout = '300s'"));
	return conn;
}

/* Half of them approve, half refuse, all at once: one is first, and is right for ever. */
static void of_many_decisions_at_once_one_is_made(void **state)
{
	PGconn *db[CLIENTS];
	unsigned done = 0, late = 0, same = 0;
	expect_status(apply("wanted", credit_code(5), ""), 201);
	for (int i = 0; i < CLIENTS; i++) {
		char sql[256];
		db[i] = patient();
		snprintf(sql, sizeof sql, "SELECT outcome FROM talent.organisation_move(NULL, 'test %d', NULL, NULL, 'wanted',"
		         " '%s', %s, NULL)", i, i % 2 ? "approved" : "refused", i % 2 ? "NULL" : "'duplicate'");
		assert_int_equal(PQsendQuery(db[i], sql), 1);
	}
	for (int i = 0; i < CLIENTS; i++) {
		PGresult *res = PQgetResult(db[i]);
		assert_int_equal(PQresultStatus(res), PGRES_TUPLES_OK);
		const char *word = PQgetvalue(res, 0, 0);
		late += strcmp(word, "wrong_state") == 0;
		same += strcmp(word, "replayed") == 0;
		done += strcmp(word, "approved") == 0 || strcmp(word, "refused") == 0;
		PQclear(res);
		PQfinish(db[i]);
	}
	assert_int_equal(done, 1);
	assert_int_equal(late, CLIENTS / 2);
	assert_int_equal(same, CLIENTS / 2 - 1);
	assert_string_equal(ASKED("SELECT count(*) FROM talent.audit WHERE action IN ('organisation_approve',"
	                          " 'organisation_refuse') AND object = (SELECT id FROM talent.organisation"
	                          " WHERE slug = 'wanted')"), "1");
}

/* The same code or the same name asked for by many at once is one application's. */
static void of_many_applications_at_once_one_is_taken(void **state)
{
	PGconn *db[CLIENTS];
	unsigned applied = 0, taken = 0;
	for (int i = 0; i < CLIENTS; i++) {
		char sql[512];
		db[i] = patient();
		snprintf(sql, sizeof sql, "SELECT outcome FROM talent.organisation_apply(NULL, 'test', NULL, NULL,"
		         " json_build_object('id', gen_random_uuid(), 'slug', 'popular', 'credit_code', '%s', 'name', 'n%d',"
		         " 'kinds', '{school}', 'district', '310115'), '')", credit_code(100U + (unsigned)i / 2), i);
		assert_int_equal(PQsendQuery(db[i], sql), 1);
	}
	for (int i = 0; i < CLIENTS; i++) {
		PGresult *res = PQgetResult(db[i]);
		assert_int_equal(PQresultStatus(res), PGRES_TUPLES_OK);
		applied += strcmp(PQgetvalue(res, 0, 0), "applied") == 0;
		taken += strstr(PQgetvalue(res, 0, 0), "_taken") != NULL;
		PQclear(res);
		PQfinish(db[i]);
	}
	assert_int_equal(applied, 1);
	assert_int_equal(taken, CLIENTS - 1);
}

static char code_of[64], credential[64 * 1024];

static void issue(void)
{
	const struct answer *a = expect_status(daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", NULL), "吴霞", 7,
	                                                     "\"theory\":80,\"skill\":80"), 201);
	char path[128];
	snprintf(code_of, sizeof code_of, "%s", answer_text(a, "certificates.0.verification_code"));
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", answer_text(a, "certificates.0.number"));
	snprintf(credential, sizeof credential, "%s",
	         expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), 200)->body);
}

static const struct answer *verify(void)
{
	char path[96];
	snprintf(path, sizeof path, "/v1/verifications/%s", code_of);
	return expect_status(ASK(d->https, .path = path), 200);
}

/* What was issued says what was true then, byte by byte; what is issued from now on says what is true now. */
static void a_rename_changes_nothing_that_was_signed(void **state)
{
	static char before[sizeof credential];
	issue();
	assert_string_equal(answer_text(verify(), "certificate.issuer.name"), "上海示例技能评价中心");
	memcpy(before, credential, sizeof before);
	char number[64];
	snprintf(number, sizeof number, "%s", ASKED("SELECT number FROM talent.certificate ORDER BY issued_at DESC LIMIT 1"));
	const struct answer *a = expect_status(
		ASK(d->https, .method = "PATCH", .path = "/v1/organisations/shili", .token = d->token[BY_ADMIN],
	            .body = "{\"name\":\"上海示例职业技能评价中心\",\"note\":\"file 9\"}"), 200);
	assert_string_equal(answer_text(a, "name"), "上海示例职业技能评价中心");
	assert_string_equal(answer_text(verify(), "result"), "valid");
	assert_string_equal(answer_text(verify(), "certificate.issuer.name"), "上海示例技能评价中心");
	char path[128];
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", number);
	assert_string_equal(expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), 200)->body, before);
	a = expect_status(ASK(d->https, .path = "/v1/organisations/shili/history", .token = d->token[BY_SHILI]), 200);
	assert_string_equal(answer_text(a, "items.0.action"), "organisation_change");
	assert_string_equal(answer_text(a, "items.0.detail.name.0"), "上海示例技能评价中心");
	assert_string_equal(answer_text(a, "items.0.detail.name.1"), "上海示例职业技能评价中心");
	a = expect_status(daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "5", NULL), "郑晴", 8,
	                                "\"theory\":80,\"skill\":80"), 201);
	snprintf(code_of, sizeof code_of, "%s", answer_text(a, "certificates.0.verification_code"));
	assert_string_equal(answer_text(verify(), "certificate.issuer.name"), "上海示例职业技能评价中心");
}

static const struct answer *ask(enum daemon_token by, const char *path, const char *body)
{
	return ASK(d->https, .path = path, .token = d->token[by], .body = body);
}

/* Nothing is granted to an organisation that is stopped, and nobody is let in for it; before the stop what was
 * granted holds again as soon as it is lifted. */
static void what_is_stopped_is_granted_nothing(void **state)
{
	static const struct {
		enum daemon_token by;
		const char *path, *body;
	} wanted[] = {
		{BY_ADMIN, "/v1/accreditations", "{\"body\":\"pujiang\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
		                                 "\"work_type\":\"选品员\",\"levels\":[\"4\"],\"valid_from\":\"2027-01-01\"}"},
		{BY_ADMIN, "/v1/organisations/pujiang/staff", "{\"name\":\"赵六\",\"role\":\"institution\",\"rights\":\"reads\"}"},
		{BY_ADMIN, "/v1/tokens", "{\"role\":\"institution\",\"organisation\":\"pujiang\",\"label\":\"x\"}"},
		{BY_XINGBO, "/v1/agreements", "{\"with\":\"pujiang\",\"valid_from\":\"2027-01-01\",\"valid_to\":\"9999-12-31\","
		                              "\"titles\":[{\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
		                              "\"work_type\":\"直播销售员\",\"level\":\"5\",\"title\":\"x\"}]}"},
	};
	char code[128];
	snprintf(code, sizeof code, "{\"code\":\"%s\"}",
	         answer_text(expect_status(ask(BY_ADMIN, wanted[1].path, wanted[1].body), 201), "invitation.code"));
	expect_status(decide(BY_ADMIN, "PUT", "pujiang", "suspension", "investigation"), 200);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		expect_problem(ask(wanted[i].by, wanted[i].path, wanted[i].body), 409, "organisation_not_approved");
	expect_problem(ASK(d->https, .path = "/v1/invitations/acceptance", .body = code), 409, "organisation_not_approved");
	expect_status(decide(BY_ADMIN, "DELETE", "pujiang", "suspension", "remedied"), 200);
	expect_status(ASK(d->https, .path = "/v1/invitations/acceptance", .body = code), 201); /* it stayed good */
	expect_status(ask(wanted[0].by, wanted[0].path, wanted[0].body), 201);
}

/* An authority: one more administrator, of its own, whom two people let in. */
static void make_authority(char token[static 100])
{
	char body[320], path[160];
	snprintf(body, sizeof body, "{\"name\":\"示例区人社局\",\"credit_code\":\"%s\",\"kinds\":[\"authority\"],"
	         "\"district\":\"310115\",\"contact\":{\"name\":\"王经理\",\"phone\":\"021-00000000\"},\"slug\":\"bureau\"}",
	         credit_code(700));
	expect_status(ASK(d->https, .path = "/v1/organisations", .body = body), 201);
	expect_status(decide(BY_ADMIN, "POST", "bureau", "approval", NULL), 200);
	const struct answer *a = expect_status(ask(BY_ADMIN, "/v1/organisations/bureau/staff",
		"{\"name\":\"孙七\",\"role\":\"administrator\",\"rights\":\"manages\"}"), 202);
	snprintf(body, sizeof body, "{\"code\":\"%s\"}", answer_text(a, "invitation.code"));
	snprintf(path, sizeof path, "/v1/staff-requests/%s/approval", answer_text(a, "id"));
	expect_status(ASK(d->https, .method = "POST", .path = path, .token = d->token[BY_SECOND]), 200);
	snprintf(token, 100, "%s", answer_text(expect_status(ASK(d->https, .path = "/v1/invitations/acceptance", .body = body),
	                                                     201), "token"));
}

/* Whoever administers for an authority is stopped with it; the registry is never left without an administrator. */
static void an_authority_that_is_stopped_administers_nothing(void **state)
{
	char token[100];
	make_authority(token);
	expect_status(ASK(d->https, .path = "/v1/staff", .token = token), 200);
	expect_status(decide(BY_ADMIN, "PUT", "bureau", "suspension", "investigation"), 200);
	expect_problem(ASK(d->https, .path = "/v1/staff", .token = token), 403, "caller_suspended");
	expect_status(decide(BY_ADMIN, "DELETE", "bureau", "suspension", "remedied"), 200);
	expect_status(ASK(d->https, .path = "/v1/staff", .token = token), 200);
	/* what he asked for while it could is not his to decide afterwards */
	assert_string_equal(ASKED("SELECT talent._is_administrator(s) FROM talent.staff s WHERE s.name = '孙七'"), "t");
	cluster_sql(d->cluster, d->database, "UPDATE talent.staff SET organisation = (SELECT id FROM talent.organisation"
	            " WHERE slug = 'bureau') WHERE name IN ('陈静', '周明')");
	expect_problem(decide(BY_ADMIN, "PUT", "bureau", "suspension", "investigation"), 409, "last_administrator");
	expect_problem(decide(BY_ADMIN, "POST", "bureau", "ending", "merged"), 409, "last_administrator");
	cluster_sql(d->cluster, d->database, "UPDATE talent.staff SET organisation = NULL WHERE name = '陈静'");
	expect_status(decide(BY_ADMIN, "POST", "bureau", "ending", "merged"), 200);
	expect_problem(ASK(d->https, .path = "/v1/staff", .token = d->token[BY_SECOND]), 403, "caller_suspended");
	assert_string_equal(ASKED("SELECT talent._is_administrator(s) FROM talent.staff s WHERE s.name = '孙七'"), "f");
}

/* From the answer on its accounts may do nothing; its certificates are valid and its keys are shown. */
static void what_is_stopped_is_stopped_at_once(void **state)
{
	static const char *const ways[][2] = {{"suspension", "PUT"}, {"ending", "POST"}};
	const char *exam = daemon_exam(d, BY_SHILI, "3", NULL);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		expect_status(decide(BY_ADMIN, ways[i][1], "shili", ways[i][0], "investigation"), 200);
		expect_problem(daemon_submit(d, BY_SHILI, exam, "王璐", 9, "\"theory\":80,\"skill\":80"), 403, "caller_suspended");
		assert_string_equal(answer_text(verify(), "result"), "valid");
		expect_status(ASK(d->https, .path = "/issuers/shili", .accept = "application/json"), 200);
		expect_status(ASK(d->https, .path = "/issuers/shili/did.json"), 200);
		if (i == 0) {
			expect_status(decide(BY_ADMIN, "DELETE", "shili", "suspension", "remedied"), 200);
			expect_status(look(BY_SHILI, "shili"), 200);
		}
	}
	expect_problem(decide(BY_ADMIN, "DELETE", "shili", "suspension", "remedied"), 409, "wrong_state");
}

/* Who applies needs no credential, so one address may so often. */
static void one_address_applies_so_often(void **state)
{
	const struct answer *a;
	int n = 0;
	daemon_reload(d, "limits { applications_per_address = 3 guess_window = 1m }");
	do {
		a = apply("shili", credit_code(900), ""); /* refused, and counted */
	} while (a->status != 429 && ++n < 60);
	expect_problem(a, 429, "rate_limited");
	assert_non_null(answer_header(a, "Retry-After"));
	assert_non_null(strstr(answer_header(a, "RateLimit-Policy"), "applications"));
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
		cmocka_unit_test(a_short_name_is_offered_and_final),
		cmocka_unit_test(before_the_approval_there_is_nothing),
		cmocka_unit_test(who_was_refused_applies_again),
		cmocka_unit_test(of_many_decisions_at_once_one_is_made),
		cmocka_unit_test(of_many_applications_at_once_one_is_taken),
		cmocka_unit_test(a_rename_changes_nothing_that_was_signed),
		cmocka_unit_test(what_is_stopped_is_granted_nothing),
		cmocka_unit_test(what_is_stopped_is_stopped_at_once),
		cmocka_unit_test(an_authority_that_is_stopped_administers_nothing),
		cmocka_unit_test(one_address_applies_so_often),
	};
	return cmocka_run_group_tests_name("organisations", tests, start, stop);
}
