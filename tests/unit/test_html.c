/* Pages: whatever is data is escaped, and the policy fits the style sheet that is really sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/office.h"
#include "base/buf.h"
#include "crypt/crypt.h"
#include "crypt/digest.h"
#include "crypt/encode.h"
#include "web/asset.h"
#include "web/page.h"

static const char *text_of(struct buf *b)
{
	buf_addc(b, '\0');
	assert_false(buf_failed(b));
	return b->p;
}

/* A document in which flow content may stand. */
static struct html in_body(struct buf *b)
{
	struct html h = HTML_INIT(b, LANG_EN);
	h.open[h.depth++] = TAG_BODY;
	return h;
}

static void every_byte(void **state)
{
	for (int c = 1; c < 256; c++) {
		struct buf b = BUF_INIT(64);
		struct html h = in_body(&b);
		char byte = (char)c;
		html_text(&h, slice_from(&byte, 1));
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

static void elements_close_and_attributes_are_escaped(void **state)
{
	struct buf b = BUF_INIT(1024);
	struct html h = in_body(&b);
	HTML(&h, SECTION, ATTR(CLASS, "a<b"), ATTR(ID, SLICE("\"><script>"))) {
		HTML(&h, P)
			html_cstr(&h, "<p>");
		HTML(&h, P)
			HTML(&h, STRONG, ATTR(LANG, NULL))
				html_word(&h, W_HOLDER);
		HTML_EMPTY(&h, INPUT, ATTR(NAME, "n&m"), FLAG(REQUIRED));
	}
	HTML_EMPTY(&h, BR);
	assert_int_equal(h.depth, 1);
	assert_string_equal(text_of(&b), "<section class=\"a&lt;b\" id=\"&quot;&gt;&lt;script&gt;\">"
	                                 "<p>&lt;p&gt;</p><p><strong>Holder</strong></p>"
	                                 "<input name=\"n&amp;m\" required></section>\n<br>");
	buf_free(&b);
}

/* Escaping alone would let these through. */
static void addresses_go_to_the_web_only(void **state)
{
	static const struct {
		const char *address, *written;
	} cases[] = {
		{"/v/x?a=1&b=\"><script>", "<a href=\"/v/x?a=1&amp;b=&quot;&gt;&lt;script&gt;\"></a>"},
		{"?lang=en", "<a href=\"?lang=en\"></a>"},
		{"https://a.cn/", "<a href=\"https://a.cn/\"></a>"},
		{"http://localhost/", "<a href=\"http://localhost/\"></a>"},
		{"javascript:alert(1)", "<a></a>"},
		{" javascript:alert(1)", "<a></a>"},
		{"data:text/html,x", "<a></a>"},
		{"", "<a></a>"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b = BUF_INIT(256);
		struct html h = in_body(&b);
		HTML(&h, A, ATTR(HREF, cases[i].address))
			html_cstr(&h, "");
		assert_string_equal(text_of(&b), cases[i].written);
		buf_free(&b);
	}
}

static void terms(void **state)
{
	struct buf b = BUF_INIT(1024);
	struct html h = in_body(&b);
	HTML(&h, DL) {
		page_term(&h, W_HOLDER, SLICE("张&伟"));
		page_term(&h, W_VALID_UNTIL, SLICE("<2027>"));
		page_term(&h, W_TITLE, SLICE(""));
		page_term(&h, W_TITLE, SLICE_NONE);
		page_term_word(&h, W_STATE, W_KEY_ACTIVE);
		page_term_link(&h, W_DID, SLICE("/a\"b"));
	}
	assert_string_equal(text_of(&b), "<dl><dt>Holder</dt><dd lang=\"zh-CN\">张&amp;伟</dd>\n"
	                                 "<dt>Valid until</dt><dd>&lt;2027&gt;</dd>\n"
	                                 "<dt>State</dt><dd>active</dd>\n"
	                                 "<dt>DID</dt><dd><a href=\"/a&quot;b\">/a&quot;b</a></dd>\n</dl>");
	buf_free(&b);
}

static void tables(void **state)
{
	struct buf b = BUF_INIT(1024);
	struct html h = in_body(&b);
	HTML(&h, TABLE) {
		PAGE_COLUMNS(&h, W_STATE, W_KEY_ID);
		HTML(&h, TR)
			HTML(&h, TD)
				html_cstr(&h, "<td>");
	}
	assert_string_equal(text_of(&b), "<table><tr><th scope=\"col\">State</th>"
	                                 "<th scope=\"col\">Key identifier</th></tr>\n"
	                                 "<tr><td>&lt;td&gt;</td></tr>\n</table>\n");
	buf_free(&b);
}

static void forms(void **state)
{
	static const struct decode_field sent[] = {{.name = "number", .max = 64}, {.name = "name", .max = 100}};
	static const struct page_field number = {&sent[0], W_NUMBER, .code = true};
	static const struct page_field name = {&sent[1], W_HOLDER, .code = false};
	static const struct page_form form = {"/v", {&number, &name}, W_VERIFY, W_NONE};
	static const struct page_form own = {NULL, {&name}, W_CHECK, W_CHECK_NOTE};
	struct buf b = BUF_INIT(2048);
	struct html h = in_body(&b);
	page_form(&h, &form, NULL);
	assert_string_equal(text_of(&b),
		"<form class=\"card\" method=\"post\" action=\"/v?lang=en\"><label for=\"number\">Number</label>"
		"<input id=\"number\" name=\"number\" required maxlength=\"64\" autocomplete=\"off\" "
		"autocapitalize=\"characters\" spellcheck=\"false\"><label for=\"name\">Holder</label>"
		"<input id=\"name\" name=\"name\" required maxlength=\"100\" autocomplete=\"off\">"
		"<button>Verify</button></form>\n");
	buf_clear(&b);
	page_form(&h, &own, NULL);
	assert_memory_equal(text_of(&b), "<form class=\"card\" method=\"post\"><label", 39);
	assert_non_null(strstr(b.p, "</button><p class=\"note\">Enter the full name"));
	buf_clear(&b);
	h.lang = LANG_ZH;
	page_form(&h, &form, NULL);
	assert_non_null(strstr(text_of(&b), "action=\"/v\">"));
	buf_free(&b);
}

/* A verdict printed in black and white, or seen by who does not tell red from green. */
static void signs_differ_in_shape(void **state)
{
	char seen[SIGN_COUNT][256];
	for (int i = 0; i < SIGN_COUNT; i++) {
		struct buf b = BUF_INIT(256);
		struct html h = in_body(&b);
		page_sign(&h, (enum page_sign)i);
		snprintf(seen[i], sizeof seen[i], "%s", text_of(&b));
		assert_non_null(strstr(seen[i], "<svg class=\"sign\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">"
		                                "<path d=\"M"));
		assert_non_null(strstr(seen[i], "\"/></svg>"));
		for (int j = 0; j < i; j++) {
			assert_string_not_equal(seen[i], seen[j]);
			assert_string_not_equal(page_sign_class((enum page_sign)i),
			                        page_sign_class((enum page_sign)j));
		}
		buf_free(&b);
	}
}

/* ---- what ends in an assertion ---- */

static void block_in_paragraph(struct html *h)
{
	HTML(h, P)
		HTML(h, SECTION)
			html_cstr(h, "");
}

static void cell_without_row(struct html *h)
{
	HTML(h, TABLE)
		HTML(h, TD)
			html_cstr(h, "");
}

static void text_between_terms(struct html *h)
{
	HTML(h, DL)
		html_cstr(h, "x");
}

static void shape_outside_svg(struct html *h)
{
	HTML_EMPTY(h, PATH, ATTR(D, "M0 0"));
}

static void left_by_break(struct html *h)
{
	HTML(h, SECTION)
		HTML(h, P)
			break;
}

static void empty_element_opened(struct html *h)
{
	HTML(h, BR)
		html_cstr(h, "");
}

static void closed_more_than_opened(struct html *h)
{
	html_close(h, TAG_BODY);
	html_close(h, TAG_BODY);
}

static void attribute_twice(struct html *h)
{
	HTML_EMPTY(h, INPUT, ATTR(NAME, "a"), ATTR(NAME, "b"));
}

static void rules_in_a_paragraph(struct html *h)
{
	HTML(h, P)
		html_rules(h, SLICE("<b>"));
}

static void deeper_than_there_is_room(struct html *h)
{
	for (int i = 0; i <= HTML_DEPTH; i++)
		html_open(h, TAG_SPAN, HTML_ATTRIBUTES_({ATTR_END_, SLICE_NONE}));
}

static void page_ended_too_early(struct html *h)
{
	*h = page_head(h->out, LANG_EN, SLICE("x"));
	HTML(h, SECTION)
		page_foot(h);
}

static bool aborts(void (*mistake)(struct html *h))
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct buf b = BUF_INIT(64 * KIB);
		struct html h = in_body(&b);
		signal(SIGABRT, SIG_DFL);
		setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
		assert_non_null(freopen("/dev/null", "w", stderr));
		mistake(&h);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void wrong_nesting_is_an_assertion(void **state)
{
	static void (*const mistakes[])(struct html *) = {
		block_in_paragraph, cell_without_row, text_between_terms, shape_outside_svg, left_by_break,
		empty_element_opened, closed_more_than_opened, attribute_twice, rules_in_a_paragraph,
		deeper_than_there_is_room, page_ended_too_early,
	};
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++)
		if (!aborts(mistakes[i]))
			fail_msg("mistake %zu went unnoticed", i);
}

/* ---- words ---- */

static void every_word_is_in_both_languages_and_stands_once(void **state)
{
	for (int i = W_NONE + 1; i < WORD_COUNT; i++) {
		const char *zh = word_text((enum word)i, LANG_ZH), *en = word_text((enum word)i, LANG_EN);
		assert_true(zh && *zh && en && *en);
		for (int j = W_NONE; j < i; j++)
			if (strcmp(zh, word_text((enum word)j, LANG_ZH)) == 0 &&
			    strcmp(en, word_text((enum word)j, LANG_EN)) == 0)
				fail_msg("\"%s\" stands in the table twice", en);
	}
	assert_string_equal(word_text(W_NONE, LANG_ZH), "");
	assert_string_equal(word_text(W_NONE, LANG_EN), "");
}

/* ---- pages ---- */

static void frame(void **state)
{
	struct buf b = BUF_INIT(64 * KIB);
	struct html h = page_head(&b, LANG_ZH, SLICE("</title><script>"));
	page_foot(&h);
	const char *page = text_of(&b);
	assert_int_equal(h.depth, 0);
	assert_memory_equal(page, "<!doctype html>\n<html lang=\"zh-CN\">", 35);
	assert_null(strstr(page, "<script"));
	assert_non_null(strstr(page, "href=\"?lang=en\" hreflang=\"en\" lang=\"en\">English</a>"));
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

/* A suspended one with a key in use and one that is not. */
static PGresult *const *issuer_rows(void)
{
	static PGresult *rows[2];
	rows[0] = FAKE_ROW("slug name name_en kinds state", "shili", "试<例>", NULL, "evaluation_body",
	                   "suspended");
	rows[1] = fake_rows("key state", 2, (const char *const[]){"z6Mk<1>", "active", "z6Mk2", "retired"});
	return rows;
}

static void what_an_issuer_is(void **state)
{
	struct office *o = office_new(false);
	fake_db_answer(o->db, Q_ORGANISATION_LOAD, 2, issuer_rows());
	struct visit *v = loopback_open(o->loop, &(struct visit_request){
		.method = "GET", .target = "/issuers/shili?lang=en", .fields = "Accept: text/html\r\n"});
	loopback_head(v);
	office_run(o);
	assert_int_equal(v->status, 200);
	assert_non_null(strstr(v->body, "<h1>试&lt;例&gt;</h1>"));
	assert_non_null(strstr(v->body, "<dt>State</dt><dd>Suspended: issues nothing at present</dd>"));
	assert_non_null(strstr(v->body, "<tr><td>active</td><td><code>z6Mk&lt;1&gt;</code></td></tr>"));
	assert_non_null(strstr(v->body, "<tr><td>retired, what it signed stays good</td>"));
	assert_non_null(strstr(v->body, "/issuers/shili/did.json</a></dd>"));
	assert_null(strstr(v->body, "English name"));
	office_free(o);
}

static void the_policy_fits_the_pages(void **state)
{
	struct office *o = office_new(false);
	fake_db_always(o->db, Q_VERDICT_BY_CODE, office_verdict(&(struct verdict_terms){.state = "revoked"}));
	fake_db_always(o->db, Q_STATUS_READ, office_status("7", NULL, false));
	fake_db_answer(o->db, Q_ORGANISATION_LOAD, 2, issuer_rows());
	static const char *const pages[] = {"/", "/v", "/v/" OFFICE_CODE, "/V/" OFFICE_CODE "?lang=en",
	                                    "/problems/not_found", "/issuers/shili"};
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct visit *v = loopback_open(o->loop, &(struct visit_request){
			.method = "GET", .target = pages[i], .fields = "Accept: text/html\r\n"});
		loopback_head(v);
		office_run(o);
		assert_int_equal(v->status, 200);
		assert_true(slice_starts(visit_field(v, "Content-Type"), SLICE("text/html")));
		struct slice policy = visit_field(v, "Content-Security-Policy");
		assert_true(policy.n > 0);
		expect_policy_fits(o->registry.crypt, v->body, policy);
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
		cmocka_unit_test(elements_close_and_attributes_are_escaped),
		cmocka_unit_test(addresses_go_to_the_web_only),
		cmocka_unit_test(terms),
		cmocka_unit_test(tables),
		cmocka_unit_test(forms),
		cmocka_unit_test(signs_differ_in_shape),
		cmocka_unit_test(wrong_nesting_is_an_assertion),
		cmocka_unit_test(every_word_is_in_both_languages_and_stands_once),
		cmocka_unit_test(frame),
		cmocka_unit_test(what_an_issuer_is),
		cmocka_unit_test(the_policy_fits_the_pages),
		cmocka_unit_test(assets_are_found_by_name),
	};
	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
