/* The summary, reasons in two languages, CSV cells that no spreadsheet runs, aligned tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "ctl/report.h"
#include "ctl/table.h"

static void assert_text(struct buf *out, const char *expected)
{
	buf_addc(out, '\0');
	assert_false(buf_failed(out));
	assert_string_equal(out->p, expected);
	buf_free(out);
}

static void summary_counts_each_row_once(void **state)
{
	static const enum row_outcome rows[] = {ROW_ISSUED, ROW_ABSENT, ROW_REJECTED, ROW_REJECTED,
						ROW_REJECTED};
	struct summary s = {0};
	struct buf out = BUF_INIT(4096);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		summary_add(&s, rows[i]);
	summary_json(&s, &out);
	assert_text(&out, "{\"rows\":5,\"issued\":1,\"failed_exam\":0,\"absent\":1,"
			  "\"already_there\":0,\"rejected\":3}");
	summary_add(&s, ROW_AWAITING);
	summary_add(&s, ROW_AWAITING_NUMBER);
	summary_add(&s, ROW_UNKNOWN);
	summary_add(&s, ROW_FAILED_EXAM);
	summary_add(&s, ROW_ALREADY_THERE);
	summary_json(&s, &out);
	assert_text(&out, "{\"rows\":10,\"issued\":1,\"failed_exam\":1,\"absent\":1,"
			  "\"already_there\":1,\"rejected\":3,\"awaiting_publication\":1,\"awaiting_number\":1,\"unknown\":1}");
	summary_text(&s, LANG_ZH, &out);
	assert_text(&out, "共 10 行：发证 1，未通过 1，缺考 1，已在库 1，退回 3，公示中 1，待编号 1，结果未知 1");
}

static void equal_refusals_share_a_line(void **state)
{
	json_t *refusals = json_object();
	struct buf out = BUF_INIT(4096);
	refusal_add(refusals, 2, SLICE("no such exam"), SLICE("no such exam"));
	refusal_add(refusals, 3, SLICE("had one"), SLICE("had one (result 7)"));
	for (size_t row = 4; row < 14; row++)
		refusal_add(refusals, row, SLICE("no such exam"), SLICE("no such exam"));
	refusals_text(refusals, LANG_EN, &out);
	assert_text(&out, "11 rows (2, 4, 5, 6, 7, 8, 9, 10, …)  no such exam\nrow 3  had one (result 7)\n");
	refusal_add(refusals, 20, SLICE("had one"), SLICE("had one (result 8)"));
	refusals_text(refusals, LANG_ZH, &out);
	assert_text(&out, "11 行（第 2、4、5、6、7、8、9、10… 行）  no such exam\n2 行（第 3、20 行）  had one\n");
	json_decref(refusals);
}

static void answers_become_outcomes(void **state)
{
	static const struct {
		bool replayed;
		const char *outcome, *state;
		enum row_outcome expected;
	} cases[] = {
		{false, "pass", "published", ROW_ISSUED},
		{false, "pass", "awaiting_publication", ROW_AWAITING},
		{false, "pass", "awaiting_number", ROW_AWAITING_NUMBER},
		{false, "fail", "published", ROW_FAILED_EXAM},
		{false, "absent", "published", ROW_ABSENT},
		{true, "pass", "published", ROW_ALREADY_THERE},
		{false, "", "", ROW_UNKNOWN},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(row_outcome_of(cases[i].replayed, slice_of(cases[i].outcome),
						slice_of(cases[i].state)),
				 cases[i].expected);
}

static void reasons_are_complete_without_a_full_stop_or_absent(void **state)
{
	assert_true(slice_is(reason_text("id_check_digit", LANG_ZH), "校验位不符"));
	assert_true(slice_is(reason_text("out_of_range", LANG_ZH), "应在 0 至 100 之间"));
	assert_true(slice_is(reason_text("duplicate_in_file", LANG_EN), "same person as in an earlier row, other content"));
	assert_true(slice_is(reason_text("unknown_field", LANG_ZH), "不认识的字段"));
	assert_null(reason_text("no_such_code", LANG_EN).p);
	/* Its text has a limit that only the registry knows. */
	assert_null(reason_text("too_long", LANG_ZH).p);
}

static void cells_are_quoted_and_never_formulas(void **state)
{
	static const struct {
		const char *cell;
		bool always;
		const char *expected;
	} cases[] = {
		{"王婷", false, "王婷"},
		{"", false, ""},
		{"校验位不符", true, "\"校验位不符\""},
		{"a,b", false, "\"a,b\""},
		{"say \"hi\"", false, "\"say \"\"hi\"\"\""},
		{"two\nlines", false, "\"two\nlines\""},
		{"=1+1", false, "'=1+1"},
		{"@SUM(A1)", false, "'@SUM(A1)"},
		{"-A1", false, "'-A1"},
		{"+cmd|' /C calc'!A0", false, "'+cmd|' /C calc'!A0"},
		{"=HYPERLINK(\"x\",\"y\")", false, "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
		{"-5", false, "-5"},
		{"+86.5", false, "+86.5"},
		{"-", false, "'-"},
		{"3.10199E+17", false, "3.10199E+17"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT(4096);
		csv_cell(&out, slice_of(cases[i].cell), cases[i].always);
		assert_text(&out, cases[i].expected);
	}
}

static char *printed(enum lang lang, const char *items, bool one)
{
	static const struct column_spec columns[] = {
		{"name", "name", "姓名"},
		{"issuer.slug", "issuer", "机构"},
		{"n", "n", "数量"},
	};
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	json_t *value = json_loads(items, 0, NULL);
	assert_non_null(f);
	assert_non_null(value);
	if (one)
		table_print_item(f, lang, columns, ARRAY_LEN(columns), value);
	else
		table_print(f, lang, columns, ARRAY_LEN(columns), value);
	fclose(f);
	json_decref(value);
	return text;
}

static void tables_align_by_terminal_cells(void **state)
{
	char *text = printed(LANG_EN,
			     "[{\"name\":\"张伟\",\"issuer\":{\"slug\":\"shili\"},\"n\":3},"
			     "{\"name\":\"O\\u001bK\",\"issuer\":null,\"n\":[\"a\",\"b\"]}]",
			     false);
	assert_string_equal(text, "name  issuer  n\n"
				  "张伟  shili   3\n"
				  "O?K   -       a,b\n");
	free(text);
	text = printed(LANG_ZH, "{\"name\":\"张伟\",\"n\":1.5}", true);
	assert_string_equal(text, "  姓名  张伟\n  数量  1.5\n");
	free(text);
	assert_int_equal(table_width("四级 A"), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(summary_counts_each_row_once),
		cmocka_unit_test(equal_refusals_share_a_line),
		cmocka_unit_test(answers_become_outcomes),
		cmocka_unit_test(reasons_are_complete_without_a_full_stop_or_absent),
		cmocka_unit_test(cells_are_quoted_and_never_formulas),
		cmocka_unit_test(tables_align_by_terminal_cells),
	};
	return cmocka_run_group_tests_name("ctl_report", tests, NULL, NULL);
}
