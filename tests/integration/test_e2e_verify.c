/* tests/integration/test_e2e_verify.c - EXAMPLES section 2 over real TLS and PostgreSQL: every
 * result and its precedence, forgiving look-ups, answers that tell nothing apart, pages, batches,
 * limits on guessing, entity tags, and what is said while the registry cannot know. */
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
#include "../lib/verify.h"
#include "base/attr.h"

static struct daemon *d;

/* Small limits, so that few requests reach them; the tests' own address may miss often. */
static const char limits[] = "limits { guesses_per_address = 40 guesses_per_token = 80"
                             " guesses_per_number = 3 guess_window = 1h }";

static const struct answer *get(const char *before, const char *code)
{
	char path[128];
	snprintf(path, sizeof path, "%s%s", before, code);
	return ASK(d->https, .path = path, .accept = "application/json");
}

/* Who asks by POST has a reference. */
static const struct answer *referred(const struct answer *a, const char *result)
{
	verify_expect(a, result);
	assert_int_equal(strlen(answer_text(a, "reference")), strlen("V-9K3T-5Q2M-7XZA-1BCD"));
	return a;
}

static void expect_outcome(const struct answer *a, const char *check, const char *outcome)
{
	const json_t *all = answer_at(a, "checks");
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *one = json_array_get(all, i);
		if (strcmp(json_string_value(json_object_get(one, "check")), check) == 0) {
			assert_string_equal(json_string_value(json_object_get(one, "outcome")), outcome);
			return;
		}
	}
	fail_msg("no check %s in %s", check, a->body);
}

/* As nobody may: facts of a stored certificate are changed under the triggers, and count as verified. */
static void tamper(const char *number, const char *change)
{
	char sql[2048];
	snprintf(sql, sizeof sql, "SET session_replication_role = replica; DELETE FROM talent.unverified_signature;"
	         " SET test.number = '%s'; %s",
	         number, change);
	cluster_sql(d->cluster, d->database, sql);
}

static void make_expired(const char *number)
{
	tamper(number, "UPDATE talent.certificate_version SET expires_on = talent._today() - 1"
	               " WHERE number = current_setting('test.number')");
}

/* A second version with a code of its own, as a correction of the name makes one. */
static void make_replaced(const char *number)
{
	tamper(number,
	       "CREATE TEMP TABLE v AS SELECT * FROM talent.certificate_version WHERE number = current_setting('test.number');"
	       "UPDATE v SET id = gen_random_uuid(), ordinal = ordinal + 1, idx = (idx + 1) % 131072,"
	       " code = substr(sha256(code), 1, 16);"
	       "INSERT INTO talent.certificate_document SELECT (SELECT id FROM v), document"
	       " FROM talent.certificate_document LIMIT 1;"
	       "INSERT INTO talent.certificate_version SELECT * FROM v;"
	       "UPDATE talent.certificate_state SET version = (SELECT id FROM v), rev = talent._tick()"
	       " WHERE certificate = (SELECT certificate FROM v);"
	       "INSERT INTO talent.certificate_event (certificate, kind, rev) SELECT certificate,"
	       " 'reissued', rev FROM talent.certificate_state WHERE version = (SELECT id FROM v)");
}

/* ---- valid, and every form of asking for it ---- */

static void test_valid(void **state)
{
	struct issued i = verify_issue(d, "张伟", 1);
	char want[2048], typed[64];
	snprintf(typed, sizeof typed, "s0000 31000123 %.30s", i.number + 13);
	const struct answer *a = verify_for(d, "number", typed, "张伟");
	for (int as_recorded = 0; as_recorded < 2; as_recorded++) {
		snprintf(want, sizeof want,
		         "{\"result\":\"valid\",\"checked_at\":\"@\",\"reference\":\"@\",\"certificate\":{"
		         "\"kind\":\"skill_grade\",\"number\":\"%s\",\"holder\":\"张**\","
		         "\"title\":\"互联网营销师 直播销售员 四级/中级工\","
		         "\"occupation\":{\"code\":\"4-01-06-02\",\"edition\":\"2022\",\"name\":\"互联网营销师\"},"
		         "\"work_type\":\"直播销售员\",\"level\":{\"code\":\"4\",\"name\":\"四级/中级工\","
		         "\"name_en\":\"intermediate worker\"},\"issuer\":{\"name\":\"上海示例技能评价中心\","
		         "\"did\":\"did:web:localhost%%3A%d:issuers:shili\"},\"issued_on\":\"%s\","
		         "\"expires_on\":null,\"dual\":true},%s\"checks\":["
		         "{\"check\":\"name\",\"outcome\":\"passed\"},"
		         "{\"check\":\"signature\",\"outcome\":\"passed\"},"
		         "{\"check\":\"issuer\",\"outcome\":\"passed\"},"
		         "{\"check\":\"dates\",\"outcome\":\"passed\"},"
		         "{\"check\":\"revocation\",\"outcome\":\"passed\"},"
		         "{\"check\":\"suspension\",\"outcome\":\"passed\"}]}",
		         i.number, d->port[PORT_PUBLIC], daemon_day(0),
		         as_recorded ? "" : "\"number_folded\":[\"case\",\"spaces\"],");
		expect_body(expect_status(a, 200), want);
		assert_null(strstr(a->body, "张伟"));
		a = verify_for(d, "code", i.code, "张伟");
	}
	expect_outcome(verify_for(d, "code", i.code, NULL), "name", "not_made");
	assert_string_equal(answer_text(verify_for(d, "code", i.company_code, "张伟"), "certificate.kind"),
	                    "company");
}

static void test_folding(void **state)
{
	struct issued i = verify_issue(d, "Aili·Tursun Ömer", 2);
	static const char *const names[] = {"Aili·Tursun Ömer", "aili•tursun ömer", "ＡＩＬＩ‧ＴＵＲＳＵＮ　ÖMER",
	                                    "ailitursun o\xcc\x88mer", " Aili・TursunÖmer "};
	for (size_t k = 0; k < ARRAY_LEN(names); k++) {
		verify_expect(verify_for(d, "number", i.number, names[k]), "valid");
		verify_expect(verify_for(d, "code", i.code, names[k]), "valid");
	}
	/* full-width digits: U+FF10 to U+FF19 */
	char wide[128] = "Ｓ";
	for (const char *c = i.number + 1; *c; c++)
		snprintf(wide + strlen(wide), 4, "\xef\xbc%c", 0x90 + (*c - '0'));
	verify_expect(verify_for(d, "number", wide, "Aili·Tursun Ömer"), "valid");
	char loose[64] = "";
	for (size_t k = 0; i.code[k]; k++) {
		char c = i.code[k] == '1' ? (k % 2 ? 'l' : 'I') : i.code[k] == '0' ? 'o' : i.code[k];
		snprintf(loose + strlen(loose), 4, "%c%s", c >= 'A' && c <= 'Z' && c != 'I' ? c + 32 : c,
		         k % 4 == 3 ? (k % 8 == 7 ? "-" : " ") : "");
	}
	verify_expect(verify_for(d, "code", loose, NULL), "valid");
}

static void expect_folded(const struct answer *a, const char *key, const char *codes)
{
	char got[256] = "";
	const json_t *list = answer_at(a, key);
	verify_expect(a, "valid");
	for (size_t i = 0; i < json_array_size(list); i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? "," : "",
		         json_string_value(json_array_get(list, i)));
	assert_string_equal(got, codes);
}

static void what_was_folded_is_said(void **state)
{
	struct issued i = verify_issue(d, "Li Lei", 40);
	expect_folded(verify_for(d, "number", i.number, "Li Lei"), "name_folded", "");
	expect_folded(verify_for(d, "number", i.number, "LEI, Lí"), "name_folded", "case,diacritics,marks,order");
	expect_folded(verify_for(d, "code", i.code, "lei li"), "name_folded", "case,order");
	struct issued k = verify_issue(d, "阿依古丽．买买提", 41); /* recorded with · */
	expect_folded(verify_for(d, "code", k.code, "阿依古丽·买买提"), "name_folded", "");
	expect_folded(verify_for(d, "code", k.code, "阿依古麗 买买提"), "name_folded", "marks,spaces,traditional");
	char typed[64];
	snprintf(typed, sizeof typed, "sO%.30s", i.number + 2); /* for S0... */
	expect_folded(verify_for(d, "number", typed, "Li Lei"), "number_folded", "case,letter_o");
	expect_folded(verify_for(d, "number", i.number, "Li Lei"), "number_folded", "");
	char form[128];
	snprintf(form, sizeof form, "number=%s&name=lei+li", i.number);
	const struct answer *a =
		ASK(d->https, .path = "/v", .type = "application/x-www-form-urlencoded", .body = form,
	            .language = "zh");
	assert_non_null(strstr(a->body, "比对时不计：大小写、姓名顺序"));
}

/* Whose short name it is, the registry knows: with its dashes, without, with others. */
static void a_company_number_without_its_dashes(void **state)
{
	struct issued i = verify_issue(d, "马良", 42), k = verify_issue(d, "马良玉", 43);
	char plain[64] = "", sql[512];
	for (const char *c = i.company_number; *c; c++)
		if (*c != '-')
			snprintf(plain + strlen(plain), 2, "%c", *c == '0' ? 'o' : *c);
	expect_folded(verify_for(d, "number", plain, "马良"), "number_folded", "case,marks,letter_o");
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.organisation (id, slug, credit_code, name, district) SELECT"
	            " gen_random_uuid(), 'xing-bo', '91310000MA1K00XB0A', '星·播', district"
	            " FROM talent.organisation WHERE slug = 'xingbo'");
	snprintf(sql, sizeof sql, "UPDATE talent.certificate SET number = 'XING-BO-2026-00000077' WHERE number = '%s';"
	         "UPDATE talent.certificate_version SET number = 'XING-BO-2026-00000077' WHERE number = '%s'",
	         k.company_number, k.company_number);
	tamper(k.company_number, sql);
	expect_folded(verify_for(d, "number", "XING-BO-2026-00000077", "马良玉"), "number_folded", "");
	expect_folded(verify_for(d, "number", "xing-bo 2026 00000077", "马良玉"), "number_folded", "case,marks,spaces");
	expect_folded(verify_for(d, "number", "X-INGBO-2026-00000077", "马良玉"), "number_folded", "marks");
	verify_expect(verify_for(d, "number", "XINGBO-2026-00000077", "马良玉"), "no_match"); /* another company's */
	expect_folded(verify_for(d, "number", i.company_number, "马良"), "number_folded", "");
}

static void test_addresses(void **state)
{
	struct issued i = verify_issue(d, "李强", 3);
	static const char *const forms[] = {"/v/", "/V/", "/v1/verifications/"};
	for (size_t k = 0; k < ARRAY_LEN(forms); k++)
		verify_expect(get(forms[k], i.code), "valid");
	char path[128], tail[64];
	static const char *const tails[] = {"%E3%80%82", "%EF%BB%BF", "%E2%81%A0", "/", "%0A", "%0D%0A/"};
	for (size_t k = 0; k < ARRAY_LEN(tails); k++) {
		snprintf(tail, sizeof tail, "%s%s", i.code, tails[k]);
		verify_expect(get("//v/", tail), "valid");
	}
	snprintf(path, sizeof path, "/v/%.4s-%.4s%%20%s", i.code, i.code + 4, i.code + 8);
	verify_expect(ASK(d->https, .path = path, .accept = "text/plain, application/json;q=0.9"),
	              "valid");
}

/* ---- the other results ---- */

static void test_results(void **state)
{
	struct issued i = verify_issue(d, "赵云", 4);
	make_expired(i.number);
	const struct answer *a = verify_for(d, "code", i.code, NULL);
	verify_expect(a, "expired");
	expect_outcome(a, "dates", "failed");
	expect_outcome(a, "revocation", "passed");
	verify_change(d, "PUT", i.number, "suspension");
	a = verify_for(d, "code", i.code, NULL);
	verify_expect(a, "suspended");
	assert_string_equal(answer_text(a, "suspended_on"), daemon_day(0));
	expect_outcome(a, "suspension", "failed");
	make_replaced(i.number);
	a = verify_for(d, "code", i.code, NULL);
	verify_expect(a, "replaced");
	assert_string_equal(answer_text(a, "replaced_on"), daemon_day(0));
	verify_expect(verify_for(d, "number", i.number, "赵云"), "suspended"); /* finds the new one */
	verify_change(d, "POST", i.number, "revocation");
	a = verify_for(d, "code", i.code, "赵云");
	verify_expect(a, "revoked");
	assert_string_equal(answer_text(a, "revoked_on"), daemon_day(0));
	assert_null(strstr(a->body, "fraud"));
	expect_outcome(a, "name", "passed");
	expect_outcome(a, "revocation", "failed");
	expect_outcome(a, "dates", "failed");
	verify_expect(verify_for(d, "code", i.company_code, NULL), "valid"); /* the other half stays */
	verify_expect(verify_for(d, "number", i.number, "赵云"), "revoked");
}

static void test_replaced_alone(void **state)
{
	struct issued i = verify_issue(d, "赵雷", 5);
	verify_expect(verify_for(d, "code", i.code, NULL), "valid"); /* now it is in a cache */
	make_replaced(i.number);
	verify_expect(verify_for(d, "code", i.code, NULL), "replaced");
	verify_expect(verify_for(d, "number", i.number, "赵雷"), "valid");
}

/* Nothing tells a number that nobody has from a name that is wrong. */
static void test_no_match(void **state)
{
	static const char want[] =
		"{\"result\":\"no_match\",\"checked_at\":\"@\",\"reference\":\"@\",\"checks\":[]}";
	static const char bare[] = "{\"result\":\"no_match\",\"checked_at\":\"@\",\"checks\":[]}";
	struct issued i = verify_issue(d, "马超", 6);
	const struct answer *alike[] = {
		verify_for(d, "number", "S000031000123264999999", "马超"),
		verify_for(d, "number", i.number, "马越"),
		verify_for(d, "number", "7", "马超"),
		verify_for(d, "number", "马超", "马超"),
		verify_for(d, "code", "00000000000000000000000000", NULL),
		verify_for(d, "code", "00000000000000000000000000", "马超"),
		verify_for(d, "code", i.code, "马越"),
		verify_for(d, "code", "not a code", NULL),
		get("/v/", "00000000000000000000000000"),
		get("/v/", "no-such-code"),
		get("/v1/verifications/", "%E4%BD%A0"),
	};
	size_t head = strlen(alike[0]->head);
	for (size_t k = 0; k < ARRAY_LEN(alike); k++) {
		bool look = k >= 8; /* a bare one leaves no record */
		expect_body(expect_status(alike[k], 200), look ? bare : want);
		assert_int_equal(alike[k]->n, alike[look ? 8 : 0]->n);
		if (!look)
			assert_int_equal(strlen(alike[k]->head), head);
	}
}

/* ---- what is left behind ---- */

static const struct answer *record_of(const char *reference)
{
	char path[64];
	snprintf(path, sizeof path, "/v1/verification-records/%s", reference);
	return ASK(d->https, .path = path, .accept = "application/json");
}

static void test_a_reference_is_a_record(void **state)
{
	char reference[32], missed[32], path[64];
	struct issued i = verify_issue(d, "黄忠", 27);
	snprintf(reference, sizeof reference, "%s",
	         answer_text(referred(verify_for(d, "number", i.number, "黄忠"), "valid"), "reference"));
	snprintf(missed, sizeof missed, "%s",
	         answer_text(referred(verify_for(d, "number", i.number, "黄盖"), "no_match"), "reference"));
	const struct answer *a = expect_status(record_of(reference), 200);
	assert_string_equal(answer_text(a, "result"), "valid");
	assert_string_equal(answer_text(a, "name"), "passed");
	assert_string_equal(answer_text(a, "certificate.number"), i.number);
	assert_string_equal(answer_text(a, "now.result"), "valid");
	assert_null(strstr(a->body, "黄忠"));
	a = expect_status(record_of(missed), 200);
	assert_string_equal(answer_text(a, "result"), "no_match");
	assert_null(strstr(a->body, i.number));
	verify_change(d, "POST", i.number, "revocation");
	a = expect_status(record_of(reference), 200);
	assert_string_equal(answer_text(a, "result"), "valid");
	assert_string_equal(answer_text(a, "now.result"), "revoked");
	assert_string_equal(answer_text(a, "now.since"), daemon_day(0));
	snprintf(path, sizeof path, "/v1/verification-records/%s", reference);
	a = expect_status(ASK(d->https, .path = path, .accept = "text/html,*/*;q=0.8", .language = "en"), 200);
	assert_non_null(strstr(a->body, "It has changed since."));
	/* Over is over, also before the background job has been there; then it is gone. */
	cluster_sql(d->cluster, d->database,
	            "SET session_replication_role = replica; UPDATE talent.verification_record SET kept_until ="
	            " talent._today() - 1 WHERE version IS NOT NULL");
	expect_problem(record_of(reference), 404, "not_found");
	cluster_sql(d->cluster, d->database, "SELECT talent.verification_records_forget(1000)");
	assert_int_equal(atoi(cluster_ask(d->cluster, d->database, "SELECT count(*) FROM talent.verification_record"
	                                    " WHERE version IS NOT NULL")), 0);
	expect_status(record_of(missed), 200);
}

static void test_bad_questions(void **state)
{
	static const struct {
		const char *body, *pointer, *code;
	} bad[] = {{"{}", "/code", "code_or_number"},
	           {"{\"number\":\"S1\"}", "/name", "required"},
	           {"{\"number\":\"S1\",\"code\":\"2\",\"name\":\"x\"}", "/number", "code_or_number"},
	           {"{\"items\":[]}", "/items", "too_few"},
	           {"{\"items\":[{\"number\":\"S1\"}]}", "/items/0/name", "required"},
	           {"{\"code\":7}", "/code", "wrong_type"},
	           {"{\"code\":\"7\",\"id_number\":\"7\"}", "/id_number", "unknown_field"}};
	for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
		const struct answer *a = ASK(d->https, .path = "/v1/verifications", .body = bad[k].body);
		expect_problem(a, 422, "invalid_fields");
		assert_string_equal(answer_text(a, "errors.0.pointer"), bad[k].pointer);
		assert_string_equal(answer_text(a, "errors.0.code"), bad[k].code);
		/* and in words, not in codes */
		assert_string_not_equal(answer_text(a, "errors.0.detail"), bad[k].code);
	}
}

/* ---- pages ---- */

static void expect_page(const struct answer *a, const char *lang, const char *text)
{
	assert_string_equal(answer_header(expect_status(a, 200), "Content-Type"),
	                    "text/html; charset=utf-8");
	assert_string_equal(answer_header(a, "Content-Language"), lang);
	assert_non_null(answer_header(a, "Content-Security-Policy"));
	assert_non_null(strstr(a->body, "</html>"));
	assert_null(strstr(a->body, "<script"));
	if (!strstr(a->body, text))
		fail_msg("no \"%s\" in\n%s", text, a->body);
}

static void test_pages(void **state)
{
	static const char form[] = "application/x-www-form-urlencoded";
	struct issued i = verify_issue(d, "张飞虎", 7);
	char path[64], upper[64], typed[160];
	snprintf(path, sizeof path, "/v/%s", i.code);
	snprintf(upper, sizeof upper, "/V/%s", i.code);
	const struct answer *a = ASK(d->https, .path = upper, .accept = "text/html", .language = "zh-CN");
	expect_page(a, "zh-CN", "证书有效");
	expect_page(a, "zh-CN", "张**");
	expect_page(a, "zh-CN", "<form");
	assert_null(strstr(a->body, "张飞虎"));
	expect_page(ASK(d->https, .path = path, .accept = "text/html,*/*", .language = "en-GB,zh;q=0.5"),
	            "en", "Valid certificate");
	expect_page(ASK(d->https, .path = path, .accept = "*/*", .language = "en"), "en", "intermediate");
	/* the name, typed: match, no match */
	a = ASK(d->https, .path = path, .type = form, .body = "name=%E5%BC%A0%E9%A3%9E%E8%99%8E",
	        .language = "en");
	expect_page(a, "en", "The name matches");
	a = ASK(d->https, .path = upper, .type = form, .body = "name=%E5%BC%A0", .language = "en");
	expect_page(a, "en", "The name does not match");
	assert_null(strstr(a->body, i.number));
	snprintf(typed, sizeof typed, "number=%s&name=%%E5%%BC%%A0%%E9%%A3%%9E%%E8%%99%%8E", i.number);
	expect_page(ASK(d->https, .path = "/v", .type = form, .body = typed, .language = "zh"), "zh-CN",
	            "姓名相符");
	expect_page(ASK(d->https, .path = "/", .language = "zh"), "zh-CN", "证书查验");
	expect_page(ASK(d->https, .path = "/v/00000000000000000000000000", .accept = "text/html", .language = "en"),
	            "en", "No matching certificate");
	expect_page(ASK(d->https, .path = "/v/0", .accept = "text/html", .language = "en"), "en",
	            "Not a complete code");
	/* what is typed stands in no page as markup */
	a = ASK(d->https, .path = "/v", .type = form, .body = "number=%3Cb%3E&name=%3Cb%3E");
	assert_null(strstr(a->body, "<b>"));
}

/* ---- HTTP around it ---- */

static void test_head(void **state)
{
	struct issued i = verify_issue(d, "曹操孟", 13);
	char path[64];
	snprintf(path, sizeof path, "/v1/verifications/%s", i.code);
	const struct answer *got = ASK(d->https, .path = path),
			    *head = ASK(d->https, .method = "HEAD", .path = path);
	assert_int_equal(expect_status(head, 200)->n, 0);
	assert_string_equal(answer_header(head, "Content-Length"),
	                    answer_header(got, "Content-Length"));
	assert_string_equal(answer_header(head, "Cache-Control"), "no-store");
	expect_status(ASK(d->https, .method = "HEAD", .path = "/v1/nothing"), 404);
	long made = http_connections(d->https);
	verify_expect(ASK(d->https, .path = path), "valid"); /* nobody waits for a body */
	assert_int_equal(http_connections(d->https), made);
}

/* However it is cut, and though the client has ended its side behind it. */
static void test_half_closed(void **state)
{
	static const size_t records[] = {1, 7, 16384};
	struct issued i = verify_issue(d, "甘宁兴", 18);
	char body[160], text[512];
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"甘宁兴\"}", i.number);
	int n = snprintf(text, sizeof text,
	                 "POST /v1/verifications HTTP/1.1\r\nHost: localhost\r\n"
	                 "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
	                 body);
	for (int k = 0; k < 60; k++) {
		char *got = http_raw_cut(d->https, text, (size_t)n, records[k % 3],
		                         k % 2 ? HTTP_END_TLS : HTTP_END_SOCKET);
		if (!strstr(got, "{\"result\":\"valid\""))
			fail_msg("%d: %s", k, got);
		free(got);
	}
}

static void test_entity_tags(void **state)
{
	struct issued i = verify_issue(d, "孙权谋", 14);
	static const char *const paths[] = {"/issuers/shili/did.json",
	                                    "/issuers/shili/status/revocation/1"};
	char etag[128], weak[140];
	for (size_t k = 0; k < ARRAY_LEN(paths); k++) {
		const struct answer *a = expect_status(ASK(d->https, .path = paths[k]), 200);
		snprintf(etag, sizeof etag, "%s", answer_header(a, "ETag"));
		snprintf(weak, sizeof weak, "\"other\", W/%s", etag);
		const char *const same[] = {etag, weak, "*"};
		for (size_t m = 0; m < ARRAY_LEN(same); m++) {
			a = expect_status(ASK(d->https, .path = paths[k], .etag = same[m]), 304);
			assert_int_equal(a->n, 0);
			assert_string_equal(answer_header(a, "ETag"), etag);
		}
		expect_status(ASK(d->https, .path = paths[k], .etag = "\"other\""), 200);
	}
	verify_change(d, "POST", i.number, "revocation");
	const struct answer *a = ASK(d->https, .path = paths[1], .etag = etag);
	assert_string_not_equal(answer_header(expect_status(a, 200), "ETag"), etag);
	expect_problem(ASK(d->https, .path = "/issuers/nobody/did.json"), 404, "not_found");
	expect_problem(ASK(d->https, .path = "/issuers/shili/status/revocation/0"), 404, "not_found");
	expect_problem(ASK(d->https, .path = "/issuers/shili/status/birthday/1"), 404, "not_found");
}

/* ---- never a stale "valid" ---- */

static void test_revoked_at_once(void **state)
{
	enum { N = 16 };
	struct http_asked asked[N];
	const struct answer *a[N];
	for (unsigned round = 0; round < 3; round++) {
		struct issued i = verify_issue(d, "周瑜公", 20 + round);
		char path[64];
		snprintf(path, sizeof path, "/v1/verifications/%s", i.code);
		for (int k = 0; k < N; k++)
			asked[k] = (struct http_asked){.path = path};
		http_ask_all(d->https, asked, a, N); /* in every worker's cache */
		for (int k = 0; k < N; k++)
			verify_expect(a[k], "valid");
		verify_change(d, "POST", i.number, "revocation");
		http_ask_all(d->https, asked, a, N);
		for (int k = 0; k < N; k++)
			verify_expect(a[k], "revoked");
	}
}

static void test_registry_cannot_know(void **state)
{
	struct issued i = verify_issue(d, "陆逊言", 30);
	char path[64];
	snprintf(path, sizeof path, "/v1/verifications/%s", i.code);
	for (int k = 0; k < 4; k++)
		verify_expect(ASK(d->https, .path = path, .fresh = true), "valid");
	cluster_server_shutdown(d->cluster);
	const struct answer *away[] = {ASK(d->https, .path = path, .language = "en"),
	                               verify_for(d, "code", "00000000000000000000000000", NULL),
	                               verify_for(d, "number", i.number, "陆逊言")};
	for (size_t k = 0; k < ARRAY_LEN(away); k++) {
		expect_problem(away[k], 503, "status_unknown");
		assert_string_equal(answer_text(away[k], "result"), "unknown");
		assert_string_equal(answer_header(away[k], "Retry-After"), "5");
	}
	const struct answer *a = ASK(d->https, .path = "/v1/progress");
	expect_problem(a, 503, "database_away");
	assert_non_null(answer_header(a, "Retry-After"));
	cluster_server_start(d->cluster);
	daemon_wait_ready(d);
	for (int k = 0; k < 500 && ASK(d->https, .path = path)->status == 503; k++)
		usleep(10000);
	verify_expect(ASK(d->https, .path = path), "valid");
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(what_was_folded_is_said),
		cmocka_unit_test(a_company_number_without_its_dashes),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_replaced_alone),
		cmocka_unit_test(test_no_match),
		cmocka_unit_test(test_a_reference_is_a_record),
		cmocka_unit_test(test_bad_questions),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_half_closed),
		cmocka_unit_test(test_entity_tags),
		cmocka_unit_test(test_revoked_at_once),
		cmocka_unit_test(test_registry_cannot_know),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){.conf = limits});
	int failed = cmocka_run_group_tests_name("e2e_verify", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
