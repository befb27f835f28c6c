/* Pages: whatever is data is escaped, and the policy fits the style sheet that is really sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/office.h"
#include "base/buf.h"
#include "crypt/crypt.h"
#include "crypt/digest.h"
#include "crypt/encode.h"
#include "web/asset.h"
#include "web/html.h"

static const char *text_of(struct buf *b)
{
	buf_addc(b, '\0');
	assert_false(buf_failed(b));
	return b->p;
}

static void every_byte(void **state)
{
	for (int c = 1; c < 256; c++) {
		struct buf b = BUF_INIT(64);
		char byte = (char)c;
		html_text(&b, slice_from(&byte, 1));
		const char *out = text_of(&b);
		switch (byte) {
		case '&': assert_string_equal(out, "&amp;"); break;
		case '<': assert_string_equal(out, "&lt;"); break;
		case '>': assert_string_equal(out, "&gt;"); break;
		case '"': assert_string_equal(out, "&quot;"); break;
		case '\'': assert_string_equal(out, "&#39;"); break;
		default: assert_int_equal(b.n, 2); assert_int_equal(out[0], byte);
		}
		buf_free(&b);
	}
}

static void attributes_and_terms(void **state)
{
	struct buf b = BUF_INIT(1024);
	html_attr(&b, "href", SLICE("/v/x?a=1&b=\"><script>"));
	assert_string_equal(text_of(&b), " href=\"/v/x?a=1&amp;b=&quot;&gt;&lt;script&gt;\"");
	buf_clear(&b);
	html_term(&b, "a<b", SLICE("张&伟"));
	assert_string_equal(text_of(&b), "<dt>a&lt;b</dt><dd lang=\"zh-CN\">张&amp;伟</dd>\n");
	buf_clear(&b);
	html_term(&b, "Until", SLICE("<2027>"));
	assert_string_equal(text_of(&b), "<dt>Until</dt><dd>&lt;2027&gt;</dd>\n");
	buf_clear(&b);
	html_term(&b, "nothing", SLICE(""));
	html_term(&b, "nothing", SLICE_NONE);
	assert_int_equal(b.n, 0);
	html_raw(&b, "<p>");
	html_cstr(&b, "<p>");
	assert_string_equal(text_of(&b), "<p>&lt;p&gt;");
	buf_free(&b);
}

static void frame(void **state)
{
	struct buf b = BUF_INIT(64 * KIB);
	html_begin(&b, LANG_ZH, "</title><script>", SLICE("?lang=en"));
	html_end(&b, LANG_ZH);
	const char *page = text_of(&b);
	assert_memory_equal(page, "<!doctype html>\n<html lang=\"zh-CN\">", 35);
	assert_null(strstr(page, "<script"));
	assert_non_null(strstr(page, "href=\"?lang=en\" hreflang=\"en\""));
	assert_non_null(strstr(page, "</main>"));
	assert_memory_equal(page + b.n - 9, "</html>\n", 8);
	buf_free(&b);
}

/* The browser applies the style only if its hash stands in the policy (CSP Level 3). */
static void expect_policy_fits(struct crypt *crypt, const char *page, struct slice policy)
{
	uint8_t hash[32];
	const char *style = strstr(page, "<style>");
	assert_non_null(style);
	style += 7;
	sha256(crypt, slice_from(style, (size_t)(strstr(style, "</style>") - style)), hash);
	struct buf want = BUF_INIT(256);
	buf_adds(&want, "style-src 'sha256-");
	base64_add(&want, slice_from(hash, sizeof hash));
	buf_adds(&want, "';");
	assert_non_null(strstr(policy.p, text_of(&want)));
	buf_free(&want);
	assert_true(slice_starts(policy, SLICE("default-src 'none';")));
	assert_non_null(strstr(policy.p, "frame-ancestors 'none'"));
	assert_null(strstr(policy.p, "unsafe"));
	assert_null(strstr(page, "style="));
	assert_null(strstr(page, "<script"));
}

static void the_policy_fits_the_pages(void **state)
{
	struct office *o = office_new(false);
	fake_db_always(o->db, Q_VERDICT_BY_CODE, office_verdict(&(struct verdict_terms){.state = "revoked"}));
	fake_db_always(o->db, Q_STATUS_READ, office_status("7", NULL, false));
	static const char *const pages[] = {"/", "/v", "/v/" OFFICE_CODE, "/V/" OFFICE_CODE "?lang=en",
	                                    "/problems/not_found"};
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct visit *v = loopback_open(o->loop, &(struct visit_request){
			.method = "GET", .target = pages[i], .fields = "Accept: text/html\r\n"});
		loopback_head(v);
		office_run(o);
		assert_int_equal(v->status, 200);
		assert_true(slice_starts(visit_field(v, "Content-Type"), SLICE("text/html")));
		struct slice policy = visit_field(v, "Content-Security-Policy");
		assert_true(policy.n > 0);
		expect_policy_fits(o->api.crypt, v->body, policy);
	}
	office_free(o);
}

static void assets_are_found_by_name(void **state)
{
	assert_true(asset_find("page.css").n > 100);
	assert_null(asset_find("page.cs").p);
	assert_null(asset_find("").p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte),
		cmocka_unit_test(attributes_and_terms),
		cmocka_unit_test(frame),
		cmocka_unit_test(the_policy_fits_the_pages),
		cmocka_unit_test(assets_are_found_by_name),
	};
	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
