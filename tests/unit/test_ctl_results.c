/* Rows of a results file: headings in two languages, what is refused here, the request body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ctl/results.h"
#include "text/csv.h"

static const char zh_heading[] =
	"考试批次,姓名,证件类型,证件号码,签发国家,理论成绩,技能成绩,综合评审成绩,到考,证书编号";
static const char en_heading[] =
	"exam,name,id_type,id_number,id_country,theory,skill,review,attendance,certificate_number";

/* Splits at commas; none of these tests quotes. */
static size_t split(const char *line, struct slice *cells)
{
	struct slice rest = slice_of(line);
	size_t n = 0;
	while (rest.p)
		cells[n++] = slice_cut(&rest, ',');
	return n;
}

static struct results_header header(const char *line)
{
	struct slice cells[CSV_COLUMNS_MAX];
	struct results_header h;
	int culprit = -1;
	size_t n = split(line, cells);
	assert_int_equal(results_header_read(cells, n, &h, &culprit), RESULTS_HEADER_OK);
	return h;
}

static struct results_row row(const char *heading, const char *line)
{
	struct slice cells[CSV_COLUMNS_MAX];
	struct results_header h = header(heading);
	size_t n = split(line, cells);
	return results_row_read(&h, cells, n);
}

/* The first. */
static const struct field *expect_faults(const struct results_row *r, size_t n)
{
	static struct fields f;
	fields_init(&f, NULL);
	results_row_check(r, 7, LANG_ZH, &f);
	assert_int_equal(f.total, n);
	return &f.at[0];
}

static void assert_body(const char *line, const char *expected)
{
	struct buf out = BUF_INIT(4096);
	struct results_row r = row(zh_heading, line);
	expect_faults(&r, 0);
	results_row_body(&r, &out);
	buf_addc(&out, '\0');
	assert_false(buf_failed(&out));
	assert_string_equal(out.p, expected);
	buf_free(&out);
}

static void headings_in_either_language_and_any_order(void **state)
{
	assert_int_equal(header(zh_heading).at[RESULTS_CERTIFICATE], 9);
	assert_int_equal(header(en_heading).at[RESULTS_REVIEW], 7);
	struct results_header h = header(" Skill ,THEORY,id_number,id_type,name,");
	assert_int_equal(h.at[RESULTS_SKILL], 0);
	assert_int_equal(h.at[RESULTS_NAME], 4);
	assert_int_equal(h.at[RESULTS_EXAM], -1);
	h = header("姓名,错误,证件类型,证件号码,理论成绩,技能成绩");
	assert_int_equal(h.reasons_at, 1);
}

static void bad_headings_name_the_culprit(void **state)
{
	static const struct {
		const char *line;
		enum results_header_outcome outcome;
		int culprit;
	} cases[] = {
		{"name,nickname", RESULTS_HEADER_UNKNOWN, 1},
		{"姓名,name", RESULTS_HEADER_TWICE, 1},
		{"name,id_type,theory,skill", RESULTS_HEADER_MISSING, RESULTS_ID_NUMBER},
		{"name,,id_type", RESULTS_HEADER_UNKNOWN, 1},
		{"", RESULTS_HEADER_MISSING, RESULTS_NAME},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice cells[CSV_COLUMNS_MAX];
		struct results_header h;
		int culprit = -1;
		size_t n = split(cases[i].line, cells);
		assert_int_equal(results_header_read(cells, n, &h, &culprit), cases[i].outcome);
		assert_int_equal(culprit, cases[i].culprit);
	}
}

static void rows_become_bodies(void **state)
{
	assert_body("HLW-2026-11-4,李娜,居民身份证,310199200002290029,,81,74.5,,,",
		    "{\"candidate\":{\"name\":\"李娜\",\"id_type\":\"resident_id\","
		    "\"id_number\":\"310199200002290029\"},\"scores\":{\"theory\":81,\"skill\":74.5}}");
	assert_body("HLW-2026-11-4,陈家豪,港澳台居民居住证,810000199208150131,,,,,缺考,",
		    "{\"candidate\":{\"name\":\"陈家豪\",\"id_type\":\"hmt_residence\","
		    "\"id_number\":\"810000199208150131\"},\"attendance\":\"absent\"}");
	assert_body("X,O'Neil-Smith,passport,L898902C3,USA,60.00,59.995,100,到考,S000031000123264000001",
		    "{\"candidate\":{\"name\":\"O'Neil-Smith\",\"id_type\":\"passport\","
		    "\"id_number\":\"L898902C3\",\"id_country\":\"USA\"},"
		    "\"scores\":{\"theory\":60,\"skill\":59.995,\"review\":100},"
		    "\"attendance\":\"present\",\"certificate_number\":\"S000031000123264000001\"}");
	/* What is only written differently is one request. */
	assert_body("X,李娜,身份证,３１０１９９ 20000229 0029,,８１,74.50,,,",
		    "{\"candidate\":{\"name\":\"李娜\",\"id_type\":\"resident_id\","
		    "\"id_number\":\"310199200002290029\"},\"scores\":{\"theory\":81,\"skill\":74.5}}");
	/* A short row: what is missing is empty, and the registry says so. */
	assert_body("X,\"王\"", "{\"candidate\":{\"name\":\"\\\"王\\\"\",\"id_type\":\"\",\"id_number\":\"\"}}");
}

static void what_json_could_not_carry_is_refused(void **state)
{
	static const struct {
		const char *line;
		enum results_column column;
		const char *code;
	} cases[] = {
		{"X,王,居民身份证,3.10199E+17,,70,66,,,", RESULTS_ID_NUMBER, "id_spreadsheet_number"},
		{"X,王,居民身份证,3.10199e+17,,70,66,,,", RESULTS_ID_NUMBER, "id_spreadsheet_number"},
		{"X,王,居民身份证,3E+17,,70,66,,,", RESULTS_ID_NUMBER, "id_spreadsheet_number"},
		{"X,王,居民身份证,310199199003070000.0,,70,66,,,", RESULTS_ID_NUMBER,
		 "id_spreadsheet_number"},
		{"X,王,军官证,310199199003070014,,70,66,,,", RESULTS_ID_TYPE, "id_type_unknown"},
		{"X,王,居民身份证,310199199003070014,,七十,66,,,", RESULTS_THEORY, "not_a_number"},
		{"X,王,居民身份证,310199199003070014,,70,066,,,", RESULTS_SKILL, "not_a_number"},
		{"X,王,居民身份证,310199199003070014,,70,6.,,,", RESULTS_SKILL, "not_a_number"},
		{"X,王,居民身份证,310199199003070014,,70,1e1,,,", RESULTS_SKILL, "not_a_number"},
		{"X,王,居民身份证,310199199003070014,,70,66,},,", RESULTS_REVIEW, "not_a_number"},
		{"X,王,居民身份证,310199199003070014,,70,66,,迟到,", RESULTS_ATTENDANCE, "not_a_choice"},
		{"X,王,居民身份证,310199199003070014,,70,66,,,,,1", RESULTS_NONE, "row_too_wide"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct results_row r = row(zh_heading, cases[i].line);
		const struct field *fault = expect_faults(&r, 1);
		assert_int_equal(results_column_of(fault->pointer), cases[i].column);
		assert_string_equal(fault->code, cases[i].code);
		assert_int_equal(fault->row, 7);
		if (cases[i].column == RESULTS_NONE)
			assert_null(fault->column);
		else
			assert_string_equal(fault->column, results_column_name(cases[i].column, LANG_ZH));
	}
}

static void passport_numbers_are_no_spreadsheet_numbers(void **state)
{
	static const char *const lines[] = {
		"X,A,passport,1E2,FRA,70,66,,,", /* the registry's matter: it may be a number */
		"X,A,passport,E12345678,CHN,70,66,,,",
		"X,A,tw_permit,12345678,,70,66,,,",
		"X,A,resident_id,,,70,66,,,",
	};
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct results_row r = row(en_heading, lines[i]);
		expect_faults(&r, 0);
	}
}

/* 310199198501180174 and …0457 both become …0000 in Excel, and the check digit is right. */
static void zeros_of_a_spreadsheet_are_refused_unless_confirmed(void **state)
{
	static const char heading[] = "姓名,证件类型,证件号码,理论成绩,技能成绩,已核对";
	struct results_row r = row(heading, "李娜,身份证,310199198501180000,81,74.5,是");
	const struct field *fault = expect_faults(&r, 1);
	assert_string_equal(fault->code, "id_spreadsheet_number");
	assert_string_equal(fault->hint, "id_rounded");
	r = row(heading, "李娜,身份证,310199198501199000,81,74.5,");
	assert_string_equal(expect_faults(&r, 1)->hint, "id_perhaps_rounded");
	r = row(heading, "李娜,身份证,310199198501199000,81,74.5,也许");
	assert_string_equal(expect_faults(&r, 2)->code, "not_a_choice");
	static const char *const words[] = {"是", "已核对", "yes", "Y", "TRUE", "1"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		char line[128];
		struct buf out = BUF_INIT(4096);
		snprintf(line, sizeof line, "李娜,身份证,310199198501199000,81,74.5,%s", words[i]);
		r = row(heading, line);
		expect_faults(&r, 0);
		results_row_body(&r, &out);
		buf_addc(&out, '\0');
		assert_non_null(strstr(out.p, "\"id_confirmed\":true"));
		buf_free(&out);
	}
}

static void empty_rows_are_seen(void **state)
{
	struct results_row r = row(zh_heading, " ,,,,,,,,,");
	assert_true(results_row_is_empty(&r));
	r = row(zh_heading, ",,,,,,,,,X");
	assert_false(results_row_is_empty(&r));
	r = row(zh_heading, ",,,,,,,,,,X");
	assert_false(results_row_is_empty(&r));
}

static bool same_person(const char *a, const char *b)
{
	struct buf left = BUF_INIT(4096), right = BUF_INIT(4096);
	struct results_row ra = row(zh_heading, a), rb = row(en_heading, b);
	results_row_person(&ra, &left);
	results_row_person(&rb, &right);
	bool same = slice_eq(buf_slice(&left), buf_slice(&right));
	buf_free(&left);
	buf_free(&right);
	return same;
}

static void a_person_is_known_by_document_and_exam(void **state)
{
	assert_true(same_person("X,李娜,居民身份证,11010519491231002x,,81,74.5,,,",
				"X,李 娜,resident_id,11010519491231002X,,81,60,,,"));
	assert_false(same_person("X,李娜,居民身份证,310199200002290029,,81,74.5,,,",
				 "Y,李娜,resident_id,310199200002290029,,81,74.5,,,"));
	assert_true(same_person("X,Li,护照,C01X00T47,D,81,74.5,,,",
				"X,Li,passport,Ｃ01X 00T47,DEU,81,74.5,,,"));
	assert_false(same_person("X,Li,护照,E12345678,CHN,81,74.5,,,",
				 "X,Li,passport,E12345678,JPN,81,74.5,,,"));
}

static void pointers_name_columns(void **state)
{
	assert_int_equal(results_column_of("/candidate/id_number"), RESULTS_ID_NUMBER);
	assert_int_equal(results_column_of("/scores/skill"), RESULTS_SKILL);
	assert_int_equal(results_column_of("/candidate"), RESULTS_NONE);
	assert_string_equal(results_column_name(RESULTS_NONE, LANG_EN), "row");
	struct slice zh = slice_of(zh_heading), en = slice_of(en_heading);
	assert_string_equal(results_column_name(RESULTS_ID_CONFIRMED, LANG_ZH), "已核对");
	for (int c = 0; c < RESULTS_ID_CONFIRMED; c++) { /* it stands only in files that need it */
		assert_true(slice_is(slice_cut(&zh, ','), results_column_name((enum results_column)c, LANG_ZH)));
		assert_true(slice_is(slice_cut(&en, ','), results_column_name((enum results_column)c, LANG_EN)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headings_in_either_language_and_any_order),
		cmocka_unit_test(bad_headings_name_the_culprit),
		cmocka_unit_test(rows_become_bodies),
		cmocka_unit_test(what_json_could_not_carry_is_refused),
		cmocka_unit_test(passport_numbers_are_no_spreadsheet_numbers),
		cmocka_unit_test(zeros_of_a_spreadsheet_are_refused_unless_confirmed),
		cmocka_unit_test(empty_rows_are_seen),
		cmocka_unit_test(a_person_is_known_by_document_and_exam),
		cmocka_unit_test(pointers_name_columns),
	};
	return cmocka_run_group_tests_name("ctl_results", tests, NULL, NULL);
}
