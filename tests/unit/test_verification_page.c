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
		"number=S000031000123264000001%E3%80%82", "number=s0000+31000123+264000001.",
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

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, open_office, close_office)
	const struct CMUnitTest tests[] = {
		CASE(a_code_with_a_tail),
		CASE(a_piece_of_a_code),
		CASE(a_form_reads_what_is_pasted),
		CASE(the_field_has_room_for_an_address),
	};
	return cmocka_run_group_tests_name("verification_page", tests, NULL, NULL);
}
