/* tests/unit/test_pdf_receipt.c - the receipt of a verification on paper, judged by other people's programs, and its
 * way to the printer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "../lib/paper.h"
#include "base/outcome.h"
#include "pdf/document.h"

static struct pdf_fonts *fonts;

#define URL "https://talent.example/v1/verification-records/V-9K3T-5Q2M-7XZA-1BCD"

static struct pdf_receipt receipt(void)
{
	return (struct pdf_receipt){
		.reference = SLICE("V-9K3T-5Q2M-7XZA-1BCD"),
		.title = SLICE("证书查验回执"),
		.author = SLICE("https://talent.example"),
		.day = SLICE("2026-11-30"),
		.url = SLICE(URL),
		.note = SLICE("本回执不是证书。它载明登记系统当时的答复，以及截至所示时间证书的状态。"),
		.jwt = SLICE("eyJ0eXAi.eyJpc3Mi.c2ln"),
		.n = 3,
		.line = {{SLICE("查验记录号"), SLICE("V-9K3T-5Q2M-7XZA-1BCD")},
		         {SLICE("当时结果"), SLICE("有效")},
		         {SLICE("目前状态"), SLICE("已撤销　此后状态已变更。")}},
	};
}

/* 0 and the file in out, or what the first failing step says. */
static int make(const struct pdf_receipt *r, struct buf *out, struct pdf_fault *fault)
{
	struct pdf_document *d = pdf_document_new(fonts);
	assert_non_null(d);
	int failed = pdf_document_add_receipt(d, r, fault);
	if (failed == 0)
		failed = pdf_document_finish(d, out);
	pdf_document_free(d);
	return failed;
}

static void it_can_be_read_and_checked(void **state)
{
	static const char *const wanted[] = {"证书查验回执", "V-9K3T-5Q2M-7XZA-1BCD", "当时结果", "有效", "已撤销",
	                                     "本回执不是证书"};
	const struct pdf_receipt r = receipt();
	struct buf out = BUF_INIT(16 * MIB), again = BUF_INIT(16 * MIB);
	struct pdf_fault fault;
	assert_int_equal(make(&r, &out, &fault), 0);
	assert_int_equal(make(&r, &again, &fault), 0);
	assert_true(slice_eq(buf_slice(&out), buf_slice(&again))); /* same facts, same bytes */
	struct paper *p = paper_new(buf_slice(&out));
	const char *text = paper_text(p);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		if (!strstr(text, wanted[i]))
			fail_msg("no \"%s\" in: %s", wanted[i], text);
	assert_null(strstr(text, "职业技能等级证书"));
	assert_non_null(strstr(paper_run(p, "qpdf --show-attachment=V-9K3T-5Q2M-7XZA-1BCD.jwt a.pdf"),
	                       "eyJ0eXAi.eyJpc3Mi.c2ln"));
	paper_run(p, "qpdf --check a.pdf");
	assert_non_null(strstr(paper_run(p, "pdftoppm -r 150 -png a.pdf a && zbarimg -q --raw a-1.png"), URL));
	if (getenv("TALENT_KEEP_PDF"))
		paper_run(p, "cp a-1.png \"$TALENT_KEEP_PDF\"");
	paper_free(p);
	buf_free(&out);
	buf_free(&again);
}

static void what_does_not_belong_is_refused(void **state)
{
	struct buf out = BUF_INIT(16 * MIB);
	struct pdf_fault fault = {0};
	struct pdf_receipt bad[6];
	static const char *const fields[6] = {"number", "issued_on", "words", "title", "words", "credential"};
	char long_text[2000];
	memset(long_text, 'x', sizeof long_text);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		bad[i] = receipt();
	bad[0].reference = SLICE("V-1)/a");
	bad[1].day = SLICE("2026-02-30");
	bad[2].line[1].value = SLICE("a\nb");
	bad[3].title = SLICE_NONE;
	bad[4].line[2].label = slice_from(long_text, sizeof long_text);
	bad[5].jwt = SLICE_NONE;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(make(&bad[i], &out, &fault), i == 4 ? E_LIMIT : E_SYNTAX);
		assert_string_equal(fault.field, fields[i]);
	}
	bad[0] = receipt();
	bad[0].n = 0;
	assert_int_equal(make(&bad[0], &out, &fault), E_SYNTAX);
	bad[0] = receipt();
	bad[0].line[1].value = SLICE("\xf3\xb0\x80\x80"); /* nobody's character */
	assert_int_equal(make(&bad[0], &out, &fault), E_REFUSED);
	bad[0] = receipt();
	bad[0].n = PDF_LINES_MAX;
	memset(long_text, 'i', sizeof long_text);
	for (size_t i = 0; i < PDF_LINES_MAX; i++)
		bad[0].line[i] = (struct pdf_line){SLICE("l"), slice_from(long_text, 900)};
	assert_int_equal(make(&bad[0], &out, &fault), E_LIMIT);
	buf_free(&out);
}

/* No prefix of one is taken for one, nor one with more behind it. */
static void it_passes_whole_or_not_at_all(void **state)
{
	const struct pdf_receipt r = receipt();
	struct pdf_receipt got;
	struct buf b = BUF_INIT(64 * KIB);
	pdf_receipt_write(&b, &r);
	assert_int_equal(pdf_receipt_read(buf_slice(&b), &got), 0);
	assert_int_equal(got.n, r.n);
	assert_true(slice_eq(got.jwt, r.jwt));
	assert_true(slice_eq(got.line[2].value, r.line[2].value));
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(pdf_receipt_read(slice_from(b.p, n), &got), E_SYNTAX);
	buf_addc(&b, 0);
	assert_int_equal(pdf_receipt_read(buf_slice(&b), &got), E_SYNTAX);
	b.p[1] = PDF_LINES_MAX + 1;
	assert_int_equal(pdf_receipt_read(buf_slice(&b), &got), E_SYNTAX);
	b.p[0] = KIND_SKILL_GRADE;
	assert_int_equal(pdf_receipt_read(buf_slice(&b), &got), E_SYNTAX);
	buf_free(&b);
}

static int setup(void **state)
{
	fonts = pdf_fonts_new();
	return fonts ? 0 : -1;
}

static int teardown(void **state)
{
	pdf_fonts_free(fonts);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_can_be_read_and_checked),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(it_passes_whole_or_not_at_all),
	};
	return cmocka_run_group_tests_name("pdf receipt", tests, setup, teardown);
}
