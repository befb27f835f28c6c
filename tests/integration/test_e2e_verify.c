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
#include "base/attr.h"

static struct daemon *d;

/* Small limits, so that few requests reach them; the tests' own address may miss often. */
static const char limits[] = "limits { guesses_per_address = 40 guesses_per_token = 80"
                             " guesses_per_number = 3 guess_window = 1h }";

struct issued {
	char number[40], code[32], company_code[32], company_number[40];
};

static struct issued issue(const char *name, unsigned person)
{
	struct issued i;
	const struct answer *a = daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), name,
	                                       person, "\"theory\":80,\"skill\":80");
	expect_status(a, 201);
	snprintf(i.number, sizeof i.number, "%s", answer_text(a, "certificates.0.number"));
	snprintf(i.code, sizeof i.code, "%s", answer_text(a, "certificates.0.verification_code"));
	snprintf(i.company_code, sizeof i.company_code, "%s",
	         answer_text(a, "certificates.1.verification_code"));
	snprintf(i.company_number, sizeof i.company_number, "%s", answer_text(a, "certificates.1.number"));
	return i;
}

/* key: "code" or "number"; name NULL: none. from NULL: the usual address. */
static const struct answer *ask_from(const char *from, const char *key, const char *value,
                                     const char *name)
{
	char body[512];
	snprintf(body, sizeof body, "{\"%s\":\"%s\"%s%s%s}", key, value, name ? ",\"name\":\"" : "",
	         name ? name : "", name ? "\"" : "");
	return ASK(d->https, .path = "/v1/verifications", .body = body, .from = from);
}

static const struct answer *ask_for(const char *key, const char *value, const char *name)
{
	return ask_from(NULL, key, value, name);
}

static const struct answer *get(const char *before, const char *code)
{
	char path[128];
	snprintf(path, sizeof path, "%s%s", before, code);
	return ASK(d->https, .path = path, .accept = "application/json");
}

static void expect_result(const struct answer *a, const char *result)
{
	assert_string_equal(answer_text(expect_status(a, 200), "result"), result);
	assert_int_equal(strlen(answer_text(a, "checked_at")), strlen("2026-11-22T03:04:05Z"));
}

/* Who asks by POST has a reference. */
static const struct answer *referred(const struct answer *a, const char *result)
{
	expect_result(a, result);
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

static const struct answer *change(const char *method, const char *number, const char *what)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/certificates/%s/%s", number, what);
	return expect_status(ASK(d->https, .method = method, .path = path, .token = d->token[BY_ADMIN],
	                         .body = "{\"reason\":\"fraud\"}"), 200);
}

/* ---- valid, and every form of asking for it ---- */

static void test_valid(void **state)
{
	struct issued i = issue("张伟", 1);
	char want[2048], typed[64];
	snprintf(typed, sizeof typed, "s0000 31000123 %.30s", i.number + 13);
	const struct answer *a = ask_for("number", typed, "张伟");
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
		a = ask_for("code", i.code, "张伟");
	}
	expect_outcome(ask_for("code", i.code, NULL), "name", "not_made");
	assert_string_equal(answer_text(ask_for("code", i.company_code, "张伟"), "certificate.kind"),
	                    "company");
}

static void test_folding(void **state)
{
	struct issued i = issue("Aili·Tursun Ömer", 2);
	static const char *const names[] = {"Aili·Tursun Ömer", "aili•tursun ömer", "ＡＩＬＩ‧ＴＵＲＳＵＮ　ÖMER",
	                                    "ailitursun o\xcc\x88mer", " Aili・TursunÖmer "};
	for (size_t k = 0; k < ARRAY_LEN(names); k++) {
		expect_result(ask_for("number", i.number, names[k]), "valid");
		expect_result(ask_for("code", i.code, names[k]), "valid");
	}
	/* full-width digits: U+FF10 to U+FF19 */
	char wide[128] = "Ｓ";
	for (const char *c = i.number + 1; *c; c++)
		snprintf(wide + strlen(wide), 4, "\xef\xbc%c", 0x90 + (*c - '0'));
	expect_result(ask_for("number", wide, "Aili·Tursun Ömer"), "valid");
	char loose[64] = "";
	for (size_t k = 0; i.code[k]; k++) {
		char c = i.code[k] == '1' ? (k % 2 ? 'l' : 'I') : i.code[k] == '0' ? 'o' : i.code[k];
		snprintf(loose + strlen(loose), 4, "%c%s", c >= 'A' && c <= 'Z' && c != 'I' ? c + 32 : c,
		         k % 4 == 3 ? (k % 8 == 7 ? "-" : " ") : "");
	}
	expect_result(ask_for("code", loose, NULL), "valid");
}

static void expect_folded(const struct answer *a, const char *key, const char *codes)
{
	char got[256] = "";
	const json_t *list = answer_at(a, key);
	expect_result(a, "valid");
	for (size_t i = 0; i < json_array_size(list); i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? "," : "",
		         json_string_value(json_array_get(list, i)));
	assert_string_equal(got, codes);
}

static void what_was_folded_is_said(void **state)
{
	struct issued i = issue("Li Lei", 40);
	expect_folded(ask_for("number", i.number, "Li Lei"), "name_folded", "");
	expect_folded(ask_for("number", i.number, "LEI, Lí"), "name_folded", "case,diacritics,marks,order");
	expect_folded(ask_for("code", i.code, "lei li"), "name_folded", "case,order");
	struct issued k = issue("阿依古丽．买买提", 41); /* recorded with · */
	expect_folded(ask_for("code", k.code, "阿依古丽·买买提"), "name_folded", "");
	expect_folded(ask_for("code", k.code, "阿依古麗 买买提"), "name_folded", "marks,spaces,traditional");
	char typed[64];
	snprintf(typed, sizeof typed, "sO%.30s", i.number + 2); /* for S0... */
	expect_folded(ask_for("number", typed, "Li Lei"), "number_folded", "case,letter_o");
	expect_folded(ask_for("number", i.number, "Li Lei"), "number_folded", "");
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
	struct issued i = issue("马良", 42), k = issue("马良玉", 43);
	char plain[64] = "", sql[512];
	for (const char *c = i.company_number; *c; c++)
		if (*c != '-')
			snprintf(plain + strlen(plain), 2, "%c", *c == '0' ? 'o' : *c);
	expect_folded(ask_for("number", plain, "马良"), "number_folded", "case,marks,letter_o");
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.organisation (id, slug, credit_code, name, district) SELECT"
	            " gen_random_uuid(), 'xing-bo', '91310000MA1K00XB0A', '星·播', district"
	            " FROM talent.organisation WHERE slug = 'xingbo'");
	snprintf(sql, sizeof sql, "UPDATE talent.certificate SET number = 'XING-BO-2026-00000077' WHERE number = '%s';"
	         "UPDATE talent.certificate_version SET number = 'XING-BO-2026-00000077' WHERE number = '%s'",
	         k.company_number, k.company_number);
	tamper(k.company_number, sql);
	expect_folded(ask_for("number", "XING-BO-2026-00000077", "马良玉"), "number_folded", "");
	expect_folded(ask_for("number", "xing-bo 2026 00000077", "马良玉"), "number_folded", "case,marks,spaces");
	expect_folded(ask_for("number", "X-INGBO-2026-00000077", "马良玉"), "number_folded", "marks");
	expect_result(ask_for("number", "XINGBO-2026-00000077", "马良玉"), "no_match"); /* another company's */
	expect_folded(ask_for("number", i.company_number, "马良"), "number_folded", "");
}

static void test_addresses(void **state)
{
	struct issued i = issue("李强", 3);
	static const char *const forms[] = {"/v/", "/V/", "/v1/verifications/"};
	for (size_t k = 0; k < ARRAY_LEN(forms); k++)
		expect_result(get(forms[k], i.code), "valid");
	char path[128], tail[64];
	static const char *const tails[] = {"%E3%80%82", "%EF%BB%BF", "%E2%81%A0", "/", "%0A", "%0D%0A/"};
	for (size_t k = 0; k < ARRAY_LEN(tails); k++) {
		snprintf(tail, sizeof tail, "%s%s", i.code, tails[k]);
		expect_result(get("//v/", tail), "valid");
	}
	snprintf(path, sizeof path, "/v/%.4s-%.4s%%20%s", i.code, i.code + 4, i.code + 8);
	expect_result(ASK(d->https, .path = path, .accept = "text/plain, application/json;q=0.9"),
	              "valid");
}

/* ---- the other results ---- */

static void test_results(void **state)
{
	struct issued i = issue("赵云", 4);
	make_expired(i.number);
	const struct answer *a = ask_for("code", i.code, NULL);
	expect_result(a, "expired");
	expect_outcome(a, "dates", "failed");
	expect_outcome(a, "revocation", "passed");
	change("PUT", i.number, "suspension");
	a = ask_for("code", i.code, NULL);
	expect_result(a, "suspended");
	assert_string_equal(answer_text(a, "suspended_on"), daemon_day(0));
	expect_outcome(a, "suspension", "failed");
	make_replaced(i.number);
	a = ask_for("code", i.code, NULL);
	expect_result(a, "replaced");
	assert_string_equal(answer_text(a, "replaced_on"), daemon_day(0));
	expect_result(ask_for("number", i.number, "赵云"), "suspended"); /* finds the new one */
	change("POST", i.number, "revocation");
	a = ask_for("code", i.code, "赵云");
	expect_result(a, "revoked");
	assert_string_equal(answer_text(a, "revoked_on"), daemon_day(0));
	assert_null(strstr(a->body, "fraud"));
	expect_outcome(a, "name", "passed");
	expect_outcome(a, "revocation", "failed");
	expect_outcome(a, "dates", "failed");
	expect_result(ask_for("code", i.company_code, NULL), "valid"); /* the other half stays */
	expect_result(ask_for("number", i.number, "赵云"), "revoked");
}

static void test_replaced_alone(void **state)
{
	struct issued i = issue("赵雷", 5);
	expect_result(ask_for("code", i.code, NULL), "valid"); /* now it is in a cache */
	make_replaced(i.number);
	expect_result(ask_for("code", i.code, NULL), "replaced");
	expect_result(ask_for("number", i.number, "赵雷"), "valid");
}

/* Nothing tells a number that nobody has from a name that is wrong. */
static void test_no_match(void **state)
{
	static const char want[] =
		"{\"result\":\"no_match\",\"checked_at\":\"@\",\"reference\":\"@\",\"checks\":[]}";
	static const char bare[] = "{\"result\":\"no_match\",\"checked_at\":\"@\",\"checks\":[]}";
	struct issued i = issue("马超", 6);
	const struct answer *alike[] = {
		ask_for("number", "S000031000123264999999", "马超"),
		ask_for("number", i.number, "马越"),
		ask_for("number", "7", "马超"),
		ask_for("number", "马超", "马超"),
		ask_for("code", "00000000000000000000000000", NULL),
		ask_for("code", "00000000000000000000000000", "马超"),
		ask_for("code", i.code, "马越"),
		ask_for("code", "not a code", NULL),
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
	struct issued i = issue("黄忠", 27);
	snprintf(reference, sizeof reference, "%s",
	         answer_text(referred(ask_for("number", i.number, "黄忠"), "valid"), "reference"));
	snprintf(missed, sizeof missed, "%s",
	         answer_text(referred(ask_for("number", i.number, "黄盖"), "no_match"), "reference"));
	const struct answer *a = expect_status(record_of(reference), 200);
	assert_string_equal(answer_text(a, "result"), "valid");
	assert_string_equal(answer_text(a, "name"), "passed");
	assert_string_equal(answer_text(a, "certificate.number"), i.number);
	assert_string_equal(answer_text(a, "now.result"), "valid");
	assert_null(strstr(a->body, "黄忠"));
	a = expect_status(record_of(missed), 200);
	assert_string_equal(answer_text(a, "result"), "no_match");
	assert_null(strstr(a->body, i.number));
	change("POST", i.number, "revocation");
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
	struct issued i = issue("张飞虎", 7);
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

/* ---- batches ---- */

static void test_batch(void **state)
{
	struct issued i = issue("黄忠", 8), j = issue("黄盖", 9);
	char body[512];
	change("POST", j.number, "revocation");
	snprintf(body, sizeof body,
	         "{\"items\":[{\"code\":\"%s\"},{\"number\":\"%s\",\"name\":\"黄盖\"},{\"code\":\"0\"},"
	         "{\"code\":\"%s\",\"name\":\"黄忠\"}]}", i.code, j.number, i.code);
	static const char *const results[] = {"valid", "revoked", "no_match", "valid"};
	const struct answer *a = ASK(d->https, .path = "/v1/verifications", .body = body,
	                             .token = d->token[BY_EMPLOYER]);
	expect_status(a, 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 4);
	for (unsigned k = 0; k < ARRAY_LEN(results); k++) {
		char at[32];
		snprintf(at, sizeof at, "items.%u.result", k);
		assert_string_equal(answer_text(a, at), results[k]);
	}
	static const int refused[] = {BY_NOBODY, BY_EXPIRED, BY_REVOKED};
	for (size_t k = 0; k < ARRAY_LEN(refused); k++) {
		const char *token = d->token[refused[k]];
		a = ASK(d->https, .path = "/v1/verifications", .body = body, .token = token[0] ? token : NULL);
		expect_problem(a, 401, "unauthenticated");
		assert_non_null(strstr(answer_header(a, "WWW-Authenticate"), "Bearer"));
	}
}

/* ---- guessing ---- */

static void test_guessing(void **state)
{
	struct issued i = issue("关羽飞", 10);
	const struct answer *a;
	for (int k = 0; k < 3; k++)
		expect_result(ask_from("127.0.0.2", "number", i.number, "关羽"), "no_match");
	a = expect_problem(ask_from("127.0.0.2", "number", i.number, "关羽"), 429, "rate_limited");
	long wait = strtol(answer_header(a, "Retry-After"), NULL, 10);
	assert_true(wait > 0 && wait <= 3601);
	/* the same for a number that nobody has, so that the limit tells nothing either */
	for (int k = 0; k < 3; k++)
		expect_result(ask_from("127.0.0.2", "number", "S000031000123264888888", "关羽"), "no_match");
	expect_problem(ask_from("127.0.0.2", "number", "S000031000123264888888", "关羽"), 429,
	               "rate_limited");
	/* others are not refused, nor is a code without a name */
	expect_result(ask_from("127.0.0.3", "number", i.number, "关羽飞"), "valid");
	expect_result(ask_from("127.0.0.2", "code", i.code, NULL), "valid");
	/* folded alike, counted alike */
	char typed[64];
	snprintf(typed, sizeof typed, "s %.30s", i.number + 1);
	expect_problem(ask_from("127.0.0.2", "number", typed, "关羽"), 429, "rate_limited");
}

/* Many addresses guess at one number: nobody else is hindered, right or wrong. */
static void test_guessing_by_many(void **state)
{
	struct issued i = issue("诸葛亮明", 11);
	char from[32];
	for (int k = 0; k < 12; k++) {
		snprintf(from, sizeof from, "127.0.1.%d", k + 1);
		expect_result(ask_from(from, "number", i.number, "诸葛"), "no_match");
	}
	expect_result(ask_from("127.0.1.50", "number", i.number, "诸葛亮明"), "valid");
	expect_result(ask_from("127.0.1.51", "number", i.number, "诸葛"), "no_match");
	expect_result(ask_from("127.0.1.51", "number", i.number, "诸葛亮明"), "valid");
}

/* 96 guesses at the same moment, over all workers: three are judged. */
static void test_guessing_at_once(void **state)
{
	enum { N = 96 };
	static struct http_asked asked[N];
	static const struct answer *a[N];
	static char body[N][160];
	struct issued i = issue("司马懿达", 16);
	int judged = 0;
	for (int k = 0; k < N; k++) {
		snprintf(body[k], sizeof body[k], "{\"number\":\"%s\",\"name\":\"司马%d\"}", i.number, k);
		asked[k] = (struct http_asked){.path = "/v1/verifications", .body = body[k],
		                               .from = "127.0.4.1"};
	}
	http_ask_all(d->https, asked, a, N);
	for (int k = 0; k < N; k++) {
		judged += a[k]->status == 200;
		if (a[k]->status == 200)
			expect_result(a[k], "no_match");
		else
			expect_problem(a[k], 429, "rate_limited");
	}
	assert_int_equal(judged, 3);
	expect_problem(ask_from("127.0.4.1", "number", i.number, "司马懿达"), 429, "rate_limited");
	/* as many right ones are all judged */
	for (int k = 0; k < N; k++) {
		snprintf(body[k], sizeof body[k], "{\"number\":\"%s\",\"name\":\"司马懿达\"}", i.number);
		asked[k].from = "127.0.4.2";
	}
	http_ask_all(d->https, asked, a, N);
	for (int k = 0; k < N; k++)
		expect_result(a[k], "valid");
}

/* A batch of 70 wrong and 30 right: judged one by one, also behind an address that is used up; what
 * is over the token's limit is not, a code alone always is. */
static void test_guessing_in_batches(void **state)
{
	enum { WRONG = 70, RIGHT = 30 };
	static char body[16384];
	struct issued i = issue("夏侯惇武", 17);
	size_t n = (size_t)snprintf(body, sizeof body, "{\"items\":[");
	for (int k = 0; k < WRONG + RIGHT; k++)
		n += (size_t)(k % 10 < 7
			? snprintf(body + n, sizeof body - n,
			           "%s{\"number\":\"S0000310001232646666%02d\",\"name\":\"夏侯\"}",
			           k ? "," : "", k)
			: snprintf(body + n, sizeof body - n, "%s{\"number\":\"%s\",\"name\":\"夏侯惇武\"}",
			           k ? "," : "", i.number));
	snprintf(body + n, sizeof body - n, "]}");
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = body,
	                                           .token = d->token[BY_EMPLOYER]), 200);
	int of[2] = {0};
	char at[40];
	for (unsigned k = 0; k < WRONG + RIGHT; k++) {
		snprintf(at, sizeof at, "items.%u.result", k);
		const char *result = answer_text(a, at);
		of[0] += strcmp(result, "no_match") == 0;
		of[1] += strcmp(result, "valid") == 0;
	}
	assert_int_equal(of[0], WRONG);
	assert_int_equal(of[1], RIGHT);
	/* Ten misses are left, fewer those that test_batch had. */
	a = ASK(d->https, .path = "/v1/verifications", .body = body, .token = d->token[BY_EMPLOYER]);
	expect_status(a, 200);
	assert_string_equal(answer_text(a, "items.0.result"), "no_match");
	assert_string_equal(answer_text(a, "items.99.result"), "unknown");
	assert_string_equal(answer_text(a, "items.99.code"), "rate_limited");
	assert_in_range(answer_int(a, "items.99.retry_after"), 1, 3602);
	a = ASK(d->https, .path = "/v1/verifications", .body = body, .token = d->token[BY_EMPLOYER],
	        .language = "en");
	expect_problem(a, 429, "rate_limited");
	assert_non_null(strstr(answer_text(a, "detail"), " minutes."));
	assert_non_null(strstr(answer_header(a, "RateLimit"), "\"token\";r=0;t="));
	snprintf(body, sizeof body, "{\"items\":[{\"code\":\"%s\"}]}", i.code);
	a = ASK(d->https, .path = "/v1/verifications", .body = body, .token = d->token[BY_EMPLOYER]);
	assert_string_equal(answer_text(expect_status(a, 200), "items.0.result"), "valid");
	/* A single one by the token, and by nobody at the same address. */
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"夏侯惇武\"}", i.number);
	expect_problem(ASK(d->https, .path = "/v1/verifications", .body = body,
	                   .token = d->token[BY_EMPLOYER]), 429, "rate_limited");
	expect_result(ask_from("127.0.4.3", "number", i.number, "夏侯惇武"), "valid");
	expect_problem(ASK(d->https, .path = "/v1/verifications", .body = body,
	                   .token = d->token[BY_EXPIRED]), 401, "unauthenticated");
}

/* One address guesses at many numbers. */
static void test_guessing_at_many(void **state)
{
	struct issued i = issue("刘备德", 12);
	char number[48];
	for (int k = 0; k < 40; k++) {
		snprintf(number, sizeof number, "S0000310001232647777%02d", k);
		expect_result(ask_from("127.0.2.1", "number", number, "刘备"), "no_match");
	}
	expect_problem(ask_from("127.0.2.1", "number", i.number, "刘备德"), 429, "rate_limited");
	expect_result(ask_from("127.0.2.1", "code", i.code, NULL), "valid");
	expect_result(ask_from("127.0.2.2", "number", i.number, "刘备德"), "valid");
}

/* Limits are among what a reload applies. */
static void test_limits_reloaded(void **state)
{
	struct issued i = issue("赵子龙", 15);
	daemon_reload(d, "limits { guesses_per_pair = 1 }"); /* as the last version called it */
	assert_true(daemon_log_has(d, "event=former_option"));
	assert_true(daemon_log_has(d, "event=reloaded"));
	expect_result(ask_from("127.0.3.1", "number", i.number, "赵子"), "no_match");
	expect_problem(ask_from("127.0.3.1", "number", i.number, "赵子"), 429, "rate_limited");
	expect_result(ask_from("127.0.3.2", "number", i.number, "赵子龙"), "valid");
}

/* ---- HTTP around it ---- */

static void test_head(void **state)
{
	struct issued i = issue("曹操孟", 13);
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
	expect_result(ASK(d->https, .path = path), "valid"); /* nobody waits for a body */
	assert_int_equal(http_connections(d->https), made);
}

/* However it is cut, and though the client has ended its side behind it. */
static void test_half_closed(void **state)
{
	static const size_t records[] = {1, 7, 16384};
	struct issued i = issue("甘宁兴", 18);
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
	struct issued i = issue("孙权谋", 14);
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
	change("POST", i.number, "revocation");
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
		struct issued i = issue("周瑜公", 20 + round);
		char path[64];
		snprintf(path, sizeof path, "/v1/verifications/%s", i.code);
		for (int k = 0; k < N; k++)
			asked[k] = (struct http_asked){.path = path};
		http_ask_all(d->https, asked, a, N); /* in every worker's cache */
		for (int k = 0; k < N; k++)
			expect_result(a[k], "valid");
		change("POST", i.number, "revocation");
		http_ask_all(d->https, asked, a, N);
		for (int k = 0; k < N; k++)
			expect_result(a[k], "revoked");
	}
}

static void test_registry_cannot_know(void **state)
{
	struct issued i = issue("陆逊言", 30);
	char path[64];
	snprintf(path, sizeof path, "/v1/verifications/%s", i.code);
	for (int k = 0; k < 4; k++)
		expect_result(ASK(d->https, .path = path, .fresh = true), "valid");
	cluster_server_shutdown(d->cluster);
	const struct answer *away[] = {ASK(d->https, .path = path, .language = "en"),
	                               ask_for("code", "00000000000000000000000000", NULL),
	                               ask_for("number", i.number, "陆逊言")};
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
	expect_result(ASK(d->https, .path = path), "valid");
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
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_guessing),
		cmocka_unit_test(test_guessing_by_many),
		cmocka_unit_test(test_guessing_at_once),
		cmocka_unit_test(test_guessing_in_batches),
		cmocka_unit_test(test_guessing_at_many),
		cmocka_unit_test(test_limits_reloaded),
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
