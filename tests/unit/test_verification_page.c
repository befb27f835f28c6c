/* The pages behind the QR code, and what becomes of what people type, paste and scan there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/office.h"
#include "base/attr.h"

static int open_office(void **state)
{
	*state = office_new(false);
	return 0;
}

static int close_office(void **state)
{
	office_free(*state);
	return 0;
}

static struct visit *ask(struct office *o, const char *method, const char *target, const char *fields,
                         const char *body)
{
	const struct visit_request r = {.method = method, .target = target, .fields = fields, .body = body};
	struct visit *v = loopback_open(o->loop, &r);
	loopback_head(v);
	office_run(o);
	assert_int_equal(v->phase, VISIT_OVER);
	return v;
}

static struct visit *browse(struct office *o, const char *target)
{
	return ask(o, "GET", target, "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n", NULL);
}

/* body: names and values as a browser escapes them. */
static struct visit *send_form(struct office *o, const char *target, const char *body)
{
	return ask(o, "POST", target,
	           "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html,*/*;q=0.8\r\n", body);
}

static void expect_page(const struct visit *v, int status, const char *words)
{
	if (v->status != status || !strstr(v->body, words))
		fail_msg("%d, no \"%s\" in\n%s", v->status, words, v->body);
	assert_true(slice_is(visit_field(v, "Content-Type"), "text/html; charset=utf-8"));
	assert_true(visit_field(v, "Content-Security-Policy").n > 0);
}

static void certificates(struct office *o)
{
	fake_db_always(o->db, Q_VERDICT_BY_CODE, office_verdict(&(struct verdict_terms){0}));
	fake_db_always(o->db, Q_VERDICT_BY_NUMBER, office_verdict(&(struct verdict_terms){0}));
	fake_db_always(o->db, Q_STATUS_READ, office_status("7", NULL, false));
}

/* ---- what stands around a code in an address ---- */

static const char *const before[] = {"/v/", "/V/", "//v/", "/v//", "///V//"};
static const char *const tails[] = {
	"", "%E3%80%82", "%EF%BC%8C", ".", ",", ")", "%22", "'", "%E3%80%8B", "%E3%80%91", "%EF%BC%9B", "%EF%BB%BF",
	"%E2%80%8E", "%E2%81%A0", "/", "%0A", "%0D%0A", "%09", "/%0A", "//", "%20", "%5D", "%3E", "%7C",
	"%E7%82%B9%E5%87%BB%E6%9F%A5%E7%9C%8B", "?from=singlemessage", "&from=timeline", "%E3%80%82%0a?lang=zh",
};

static void a_code_with_a_tail(void **state)
{
	struct office *o = *state;
	char target[200];
	certificates(o);
	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		for (size_t k = 0; k < ARRAY_LEN(tails); k++) {
			snprintf(target, sizeof target, "%s%s%s", before[i], OFFICE_CODE, tails[k]);
			expect_page(browse(o, target), 200, "证书有效");
		}
	expect_page(send_form(o, "//v/" OFFICE_CODE "%E3%80%82/", "name=%E5%BC%A0%E4%BC%9F"), 200, "姓名相符");
}

static void a_piece_of_a_code(void **state)
{
	static const char *const pieces[] = {"/v/4R8Z", "/v/4R8ZN0V3KX5T7YHQ2MCB6JDW9", "/v/" OFFICE_CODE "9",
	                                     "/v/%E5%BC%A0", "/v/4R8Z%0A"};
	struct office *o = *state;
	certificates(o);
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
		expect_page(browse(o, pieces[i]), 200, "查验码不完整");
	expect_page(browse(o, "/v/4R8Z?lang=en"), 200, "Not a complete code");
	expect_page(browse(o, "/v/"), 200, "证书查验"); /* as without the slash */
}

/* ---- what is pasted into the form ---- */

#define NAME "&name=%E5%BC%A0%E4%BC%9F"

static void a_form_reads_what_is_pasted(void **state)
{
	static const char *const pasted[] = {
		"number=https%3A%2F%2Flocalhost%3A8443%2FV%2F" OFFICE_CODE, "number=" OFFICE_CODE "%E3%80%82",
		"number=HTTPS%3A%2F%2FTALENT.EXAMPLE%2FV%2F" OFFICE_CODE "%E2%80%8E",
		"number=https%3A%2F%2Flocalhost%3A8443%2Fv%2F" OFFICE_CODE "%25E3%2580%2582",
		"number=%E8%AF%81%E4%B9%A6%E7%BC%96%E5%8F%B7%EF%BC%9AS000031000123264000001",
		"number=%09S000031000123264000001%0D%0A", "number=S000031000123264000001%E3%80%82", "number=s0000+31000123+264000001.",
		"number=%EF%BC%B30000-31-000123-26-4-000001%EF%BC%8C",
	};
	struct office *o = *state;
	char body[400];
	certificates(o);
	for (size_t i = 0; i < ARRAY_LEN(pasted); i++) {
		snprintf(body, sizeof body, "%s%s", pasted[i], NAME);
		expect_page(send_form(o, "/v", body), 200, "姓名相符");
	}
	assert_true(slice_is(fake_db_arg(o->db, Q_VERDICT_BY_NUMBER, 0), "S000031000123264000001"));
	expect_page(send_form(o, "/v", "number=S00003100012326400000" NAME), 200, "编号或查验码不完整");
	expect_page(send_form(o, "/v", NAME), 200, "编号或查验码不完整");
}

/* An address is longer than a code. */
static void the_field_has_room_for_an_address(void **state)
{
	expect_page(browse(*state, "/"), 200, "name=\"number\" required maxlength=\"500\"");
}

/* ---- what did not match is kept ---- */

static void a_wrong_name_at_a_code_says_so(void **state)
{
	struct office *o = *state;
	certificates(o);
	struct visit *v = send_form(o, "/v/" OFFICE_CODE, "name=%E5%BC%A0%E4%B8%89");
	expect_page(v, 200, "姓名不符");
	expect_page(v, 200, "name=\"name\" required maxlength=\"100\" value=\"张三\"");
	assert_null(strstr(v->body, "name=\"number\""));
	assert_null(strstr(v->body, "张伟")); /* neither whose it is, nor the rest of it */
	assert_null(strstr(v->body, "张**"));
	expect_page(send_form(o, "/V/" OFFICE_CODE "?lang=en", "name=%22%3E%3Cb%3E"), 200, "The name does not match");
	expect_page(send_form(o, "/v/" OFFICE_CODE, "name=%22%3E%3Cb%3E"), 200, "value=\"&quot;&gt;&lt;b&gt;\"");
	/* the same code, typed: there the address does not say it */
	v = send_form(o, "/v", "number=" OFFICE_CODE "&name=%E5%BC%A0%E4%B8%89");
	expect_page(v, 200, "姓名不符");
	expect_page(v, 200, "value=\"" OFFICE_CODE "\"");
	expect_page(v, 200, "value=\"张三\"");
	v = send_form(o, "/v", "number=" OFFICE_CODE);
	expect_page(v, 200, "证书有效");
	expect_page(v, 200, "value=\"" OFFICE_CODE "\"");
	/* a number can be guessed: nothing is said of whose it is */
	v = send_form(o, "/v", "number=S000031000123264000001&name=%E5%BC%A0%E4%B8%89");
	expect_page(v, 200, "未找到相符的证书");
	expect_page(v, 200, "value=\"S000031000123264000001\"");
	expect_page(v, 200, "value=\"张三\"");
	/* programs are told what they always were */
	v = ask(o, "POST", "/v1/verifications", "Content-Type: application/json\r\n",
	        "{\"code\":\"" OFFICE_CODE "\",\"name\":\"张三\"}");
	assert_true(slice_is(visit_member(v, "result"), "no_match"));
}

/* A code whose certificate is not shown has no name to be wrong. */
static void a_wrong_name_of_nobody_is_no_match(void **state)
{
	struct office *o = *state;
	fake_db_always(o->db, Q_VERDICT_BY_CODE, office_verdict(&(struct verdict_terms){.missing = true}));
	fake_db_always(o->db, Q_STATUS_READ, office_status("7", NULL, false));
	expect_page(send_form(o, "/v/" OFFICE_CODE, "name=%E5%BC%A0%E4%B8%89"), 200, "未找到相符的证书");
	struct visit *v = browse(o, "/v/4R8ZN0V3KX5T?lang=en");
	expect_page(v, 200, "Not a complete code");
	expect_page(v, 200, "value=\"4R8ZN0V3KX5T\"");
	expect_page(v, 200, "action=\"/v?lang=en\"");
}

static void a_number_is_broken_nowhere(void **state)
{
	certificates(*state);
	expect_page(browse(*state, "/v/" OFFICE_CODE), 200,
	            "<dd class=\"code\"><span>S000031000123264000001</span></dd>");
}

/* ---- pages for people, problem+json for programs ---- */

static const char *const likes_pages[] = {
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n",
	"Accept: text/html\r\n", "Accept: application/json;q=0.5, text/html;q=0.6\r\n", "Accept: text/*, */*;q=0.1\r\n",
};
static const char *const likes_json[] = {
	"", "Accept: */*\r\n", "Accept: application/json\r\n", "Accept: application/problem+json, text/html;q=0.9\r\n",
	"Accept: text/html;q=0, */*\r\n", "Accept: text/html, application/json\r\n", "Accept: image/png\r\n",
};

static void problems_by_what_is_liked(void **state)
{
	static const struct {
		const char *method, *target, *fields, *body;
		int status;
		const char *title;
	} cases[] = {
		{"GET", "/nothing", "", NULL, 404, "Not found"},
		{"GET", "/v1/exams/7", "", NULL, 404, "Not found"},
		{"GET", "/v1/verifications", "", NULL, 405, "Method not allowed"},
		{"DELETE", "/v", "", NULL, 405, "Method not allowed"},
		{"GET", "/v1/sessions", "", NULL, 401, "Authentication required"},
		{"GET", "/v?lang=zz&lang=zz", "", NULL, 400, "Invalid query"},
		{"POST", "/v", "Content-Type: text/plain\r\n", "x", 415, "Unsupported media type"},
		{"POST", "/v", "Content-Type: application/x-www-form-urlencoded\r\nContent-Encoding: br\r\n", "x", 415,
		 "Unsupported content encoding"},
		{"POST", "/v1/verifications", "Content-Type: application/json\r\n", "{}", 422, "Fields need correction"},
	};
	char fields[300];
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (size_t k = 0; k < ARRAY_LEN(likes_pages); k++) {
			snprintf(fields, sizeof fields, "%s%sAccept-Language: en\r\n", cases[i].fields, likes_pages[k]);
			struct visit *v = ask(*state, cases[i].method, cases[i].target, fields, cases[i].body);
			expect_page(v, cases[i].status, cases[i].title);
			expect_page(v, cases[i].status, "lang=zh"); /* the other language is a link away */
			expect_page(v, cases[i].status, "visit-"); /* what to quote */
			assert_true(slice_is(visit_field(v, "Vary"), "Accept, Accept-Language"));
			assert_int_equal(visit_field(v, "Allow").n > 0, cases[i].status == 405);
		}
		for (size_t k = 0; k < ARRAY_LEN(likes_json); k++) {
			snprintf(fields, sizeof fields, "%s%sAccept-Language: en\r\n", cases[i].fields, likes_json[k]);
			struct visit *v = ask(*state, cases[i].method, cases[i].target, fields, cases[i].body);
			assert_int_equal(v->status, cases[i].status);
			assert_true(slice_is(visit_field(v, "Content-Type"), "application/problem+json"));
			assert_true(slice_is(visit_member(v, "title"), cases[i].title));
		}
	}
}

static void a_page_says_when_to_try_again(void **state)
{
	struct office *o = *state;
	fake_db_fail(o->db, Q_STATUS_READ, DB_AWAY, NULL);
	fake_db_fail(o->db, Q_STATUS_READ, DB_AWAY, NULL);
	struct visit *v = browse(o, "/v/" OFFICE_CODE);
	expect_page(v, 503, "请在 1 分钟后再试。");
	assert_true(slice_is(visit_field(v, "Retry-After"), "5"));
	expect_page(browse(o, "/v/" OFFICE_CODE "?lang=en"), 503, "Try again in 1 minute.");
	fake_db_fail(o->db, Q_STATUS_READ, DB_AWAY, NULL);
	v = send_form(o, "/v", "number=S000031000123264000001" NAME); /* and keeps what was typed until then */
	expect_page(v, 503, "value=\"S000031000123264000001\"");
	expect_page(v, 503, "value=\"张伟\"");
	v = ask(o, "POST", "/v", "Content-Type: application/x-www-form-urlencoded\r\nContent-Encoding: br\r\n"
	                         "Accept: text/html\r\n", "x"); /* nothing was read */
	expect_page(v, 415, "name=\"number\" required maxlength=\"500\" autocomplete");
}

static int open_limited(void **state)
{
	*state = office_new(true);
	return 0;
}

static void a_page_says_that_it_was_too_often(void **state)
{
	struct office *o = *state;
	certificates(o);
	for (int i = 0; i < 2; i++)
		expect_page(send_form(o, "/v/" OFFICE_CODE, "name=%E5%BC%A0%E4%B8%89"), 200, "姓名不符");
	struct visit *v = send_form(o, "/v/" OFFICE_CODE, "name=%E5%BC%A0%E4%BC%9F");
	expect_page(v, 429, "分钟后再试。");
	assert_true(visit_field(v, "Retry-After").n > 0);
	assert_null(strstr(strstr(v->body, "分钟后再试。") + 1, "分钟后再试。")); /* once */
	/* what was typed waits in its fields */
	expect_page(v, 429, "name=\"name\" required maxlength=\"100\" value=\"张伟\"");
	assert_null(strstr(v->body, "name=\"number\""));
	v = send_form(o, "/v?lang=en", "number=" OFFICE_CODE "&name=%22%3E%3Cb%3E");
	expect_page(v, 429, "action=\"/v?lang=en\"");
	expect_page(v, 429, "value=\"" OFFICE_CODE "\"");
	expect_page(v, 429, "value=\"&quot;&gt;&lt;b&gt;\"");
	/* a piece of a code is nobody's: whoever types one is not counted */
	for (int i = 0; i < 5; i++)
		expect_page(send_form(o, "/v", "number=4R8Z&name=%E5%BC%A0"), 200, "编号或查验码不完整");
}

/* What is wrong with a query or a body is said field by field, and stays text. */
static void a_page_names_what_is_wrong(void **state)
{
	struct visit *v = ask(*state, "POST", "/v1/verifications", "Content-Type: application/json\r\nAccept: text/html\r\n",
	                      "{\"<b>\":1}");
	expect_page(v, 422, "<dt>/&lt;b&gt;</dt>");
	assert_null(strstr(v->body, "<b>"));
}

/* The code's own page: by weight, and a page when both are liked alike. */
static void the_page_of_a_code_is_json_for_programs(void **state)
{
	struct office *o = *state;
	static const struct {
		const char *accept;
		bool json;
	} cases[] = {{"application/json", true}, {"text/html;q=0.5, application/json", true},
	             {"application/json;q=0.5, text/html", false}, {"application/json, text/html", false},
	             {"*/*", false}, {"application/json, */*;q=0.1", true}};
	char fields[100];
	certificates(o);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(fields, sizeof fields, "Accept: %s\r\n", cases[i].accept);
		struct visit *v = ask(o, "GET", "/v/" OFFICE_CODE, fields, NULL);
		assert_int_equal(v->status, 200);
		assert_int_equal(slice_is(visit_field(v, "Content-Type"), "application/json"), cases[i].json);
	}
}

/* ---- what is asked of every host ---- */

static void an_icon_and_rules_for_crawlers(void **state)
{
	struct visit *v = browse(*state, "/favicon.ico");
	assert_int_equal(v->status, 200);
	assert_true(slice_is(visit_field(v, "Content-Type"), "image/x-icon"));
	assert_memory_equal(v->body, "\0\0\1\0\1\0\x10\x10", 8); /* one picture of 16 by 16 */
	assert_int_equal(v->body_n, 22 + 40 + 8 + 64 + 64);
	v = browse(*state, "/robots.txt");
	assert_int_equal(v->status, 200);
	assert_non_null(strstr(v->body, "User-agent: *\nDisallow: /v/\nDisallow: /V/\n"));
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, open_office, close_office)
	const struct CMUnitTest tests[] = {
		CASE(a_code_with_a_tail),
		CASE(a_piece_of_a_code),
		CASE(a_form_reads_what_is_pasted),
		CASE(the_field_has_room_for_an_address),
		CASE(a_wrong_name_at_a_code_says_so),
		CASE(a_wrong_name_of_nobody_is_no_match),
		CASE(a_number_is_broken_nowhere),
		CASE(problems_by_what_is_liked),
		CASE(a_page_says_when_to_try_again),
		cmocka_unit_test_setup_teardown(a_page_says_that_it_was_too_often, open_limited, close_office),
		CASE(a_page_names_what_is_wrong),
		CASE(the_page_of_a_code_is_json_for_programs),
		CASE(an_icon_and_rules_for_crawlers),
	};
	return cmocka_run_group_tests_name("verification_page", tests, NULL, NULL);
}
