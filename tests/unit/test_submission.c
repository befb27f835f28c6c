/* test_submission - bodies of results and enrolments: everything wrong at once, everything right
 * ready to store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "domain/submission.h"
#include "text/field_text.h"
#include "text/json.h"

#define CANDIDATE                                                                              \
	"\"candidate\":{\"name\":\"张伟\",\"id_type\":\"resident_id\","                         \
	"\"id_number\":\"310199199003070014\"}"

struct run {
	struct arena *arena;
	struct fields f;
	struct submission_facts facts;
	struct exam_rules exam;
	struct day today;
};

static int setup(void **state)
{
	static struct run r;
	r = (struct run){.arena = arena_new(MIB)};
	r.exam = (struct exam_rules){.level_digit = '4', .number_prefix = SLICE("S000031000123")};
	if (!r.arena || !day_from_civil(2026, 11, 20, &r.today) ||
	    !day_from_civil(2026, 11, 14, &r.exam.held_on))
		return -1;
	*state = &r;
	return 0;
}

static int teardown(void **state)
{
	struct run *r = *state;
	arena_free(r->arena);
	return 0;
}

static void submit(struct run *r, const char *text)
{
	json_t *json;
	struct json_error_at err;
	struct submission s = {0};
	fields_init(&r->f, r->arena);
	assert_int_equal(json_read(slice_of(text), 8, &json, &err), 0);
	assert_int_equal(decode_object(json, &submission_table, &s, r->arena, &r->f), 0);
	json_decref(json);
	assert_int_equal(submission_check(&s, &r->exam, r->today, r->arena, &r->f, &r->facts), 0);
}

/* "pointer code" of each error in order, separated by commas. */
static void expect_errors(struct run *r, const char *expected)
{
	const char *got = "";
	for (size_t i = 0; i < r->f.n; i++) {
		got = arena_printf(r->arena, "%s%s%s %s", got, i ? "," : "", r->f.at[i].pointer,
				   r->f.at[i].code);
		assert_non_null(field_text(r->f.at[i].code, LANG_ZH));
	}
	assert_string_equal(got, expected);
}

static void passes(void **state)
{
	struct run *r = *state;
	submit(r, "{" CANDIDATE ",\"scores\":{\"theory\":78.5,\"skill\":60}}");
	expect_errors(r, "");
	assert_true(r->facts.present);
	assert_int_equal(r->facts.grade.outcome, OUTCOME_PASS);
	assert_int_equal(r->facts.scores.part[PART_THEORY].v, 7850);
	assert_int_equal(r->facts.scores.part[PART_SKILL].v, 6000);
	assert_false(r->facts.scores.part[PART_REVIEW].given);
	assert_true(slice_is(r->facts.candidate.name, "张伟"));
	assert_string_equal(r->facts.candidate.document.number, "310199199003070014");
	assert_null(r->facts.certificate_number.p);
}

static void fails_and_is_absent(void **state)
{
	struct run *r = *state;
	submit(r, "{" CANDIDATE ",\"scores\":{\"theory\":59.5,\"skill\":100.00}}");
	expect_errors(r, "");
	assert_int_equal(r->facts.grade.outcome, OUTCOME_FAIL);
	assert_int_equal(r->facts.grade.n_failed, 1);
	assert_int_equal(r->facts.grade.failed[0], PART_THEORY);
	submit(r, "{" CANDIDATE ",\"attendance\":\"absent\"}");
	expect_errors(r, "");
	assert_false(r->facts.present);
	assert_int_equal(r->facts.grade.outcome, OUTCOME_ABSENT);
	submit(r, "{" CANDIDATE ",\"attendance\":\"absent\",\"scores\":{}}");
	expect_errors(r, "");
	submit(r, "{" CANDIDATE ",\"attendance\":\"absent\",\"scores\":{\"skill\":0}}");
	expect_errors(r, "/scores absent_with_score");
}

static void tells_the_published_example(void **state)
{
	struct run *r = *state;
	submit(r, "{\"candidate\":{\"name\":\"王婷\",\"id_type\":\"resident_id\","
		  "\"id_number\":\"310199199003070015\",\"nickname\":\"x\"},"
		  "\"scores\":{\"theory\":88,\"skill\":101,\"review\":70}}");
	static const char *const details[][2] = {
		{"/candidate/id_number", "身份证号码校验位不符，请核对第 18 位和录入顺序。"},
		{"/candidate/nickname", "不认识的字段。"},
		{"/scores/review", "综合评审仅适用于二级和一级。"},
		{"/scores/skill", "成绩应在 0 至 100 之间。"},
	};
	expect_errors(r, "/candidate/id_number id_check_digit,/candidate/nickname unknown_field,"
			 "/scores/review part_not_applicable,/scores/skill out_of_range");
	for (size_t i = 0; i < ARRAY_LEN(details); i++) {
		assert_string_equal(r->f.at[i].pointer, details[i][0]);
		assert_string_equal(field_detail(&r->f.at[i], LANG_ZH, r->arena), details[i][1]);
	}
}

static void tells_everything_that_is_missing(void **state)
{
	struct run *r = *state;
	submit(r, "{}");
	expect_errors(r, "/candidate required,/scores required");
	submit(r, "[]");
	expect_errors(r, " wrong_type");
	submit(r, "{\"candidate\":{},\"scores\":{}}");
	expect_errors(r, "/candidate/id_number required,/candidate/id_type required,"
			 "/candidate/name required,/scores/skill required,/scores/theory required");
	submit(r, "{\"candidate\":null,\"scores\":[],\"attendance\":\"late\"}");
	expect_errors(r, "/attendance not_a_choice,/candidate required,/scores wrong_type");
	submit(r, "{" CANDIDATE ",\"scores\":{\"theory\":\"78\",\"skill\":60.125}}");
	expect_errors(r, "/scores/skill decimals,/scores/theory wrong_type");
	submit(r, "{" CANDIDATE ",\"scores\":{\"theory\":-0.01,\"skill\":100.001}}");
	expect_errors(r, "/scores/skill out_of_range,/scores/theory out_of_range");
}

static void asks_for_review_where_it_applies(void **state)
{
	struct run *r = *state;
	r->exam.has_review = true;
	r->exam.level_digit = '2';
	submit(r, "{" CANDIDATE ",\"scores\":{\"theory\":78,\"skill\":60}}");
	expect_errors(r, "/scores/review required");
	submit(r, "{" CANDIDATE ",\"scores\":{\"theory\":78,\"skill\":60,\"review\":59.99}}");
	expect_errors(r, "");
	assert_int_equal(r->facts.grade.failed[0], PART_REVIEW);
	submit(r, "{" CANDIDATE ",\"scores\":{\"theory\":78,\"skill\":60,\"review\":60}}");
	expect_errors(r, "");
	assert_int_equal(r->facts.grade.outcome, OUTCOME_PASS);
}

static void assert_detail(struct run *r, enum lang lang, const char *expected)
{
	assert_string_equal(field_detail(&r->f.at[0], lang, r->arena), expected);
}

/* What is wrong is named as it was typed, in both languages. */
static void names_what_is_wrong_with_a_number(void **state)
{
	struct run *r = *state;
	submit(r, "{\"candidate\":{\"name\":\"李娜\",\"id_type\":\"resident_id\","
		  "\"id_number\":\"310199，199003070014\"},\"scores\":{\"theory\":81,\"skill\":74.5}}");
	expect_errors(r, "/candidate/id_number id_characters");
	assert_detail(r, LANG_ZH, "证件号码的第 7 个字符 ，(U+FF0C) 不是该证件使用的字符，请核对字母大小写和标点。");
	assert_detail(r, LANG_EN, "Character 7 of the document number, ，(U+FF0C), is not used by this document. "
				  "Check capitals and punctuation.");
	submit(r, "{\"candidate\":{\"name\":\"李娜\",\"id_type\":\"resident_id\","
		  "\"id_number\":\"３１０１９９ 19900307001\"},\"scores\":{\"theory\":81,\"skill\":74.5}}");
	expect_errors(r, "/candidate/id_number id_length");
	assert_detail(r, LANG_ZH, "证件号码应为 18 位，现为 17 位，请核对是否漏录或多录。");
	assert_detail(r, LANG_EN, "The document number should have 18 characters and has 17. Check for missing or "
				  "extra ones.");
	submit(r, "{\"candidate\":{\"name\":\"李娜\",\"id_type\":\"resident_id\","
		  "\"id_number\":\"310199198501199000\"},\"scores\":{\"theory\":81,\"skill\":74.5}}");
	assert_non_null(strstr(field_detail(&r->f.at[0], LANG_ZH, r->arena), "已核对"));
	assert_non_null(strstr(field_detail(&r->f.at[0], LANG_EN, r->arena), "id_confirmed"));
}

static void names_what_is_wrong_with_a_name_or_a_certificate(void **state)
{
	struct run *r = *state;
	static const struct {
		const char *name, *number, *pointer, *zh;
	} cases[] = {
		{"李，娜", NULL, "/candidate/name name_character",
		 "姓名的第 2 个字符 ，(U+FF0C) 不能用于姓名，请删去或改正。"},
		{"李\u200b娜", NULL, "/candidate/name name_character",
		 "姓名的第 2 个字符 U+200B 不能用于姓名，请删去或改正。"},
		{"李娜1", NULL, "/candidate/name name_character",
		 "姓名的第 3 个字符 1 不能用于姓名，请删去或改正。"},
		{"李娜", "S0000310001232640000０1", "/certificate_number number_format",
		 "证书编号的第 21 个字符 ０(U+FF10) 不能使用；应为 1 位大写字母（S、Y 或 J）加 21 位数字，半角且不含空格。"},
		{"李娜", "S00003100012326400001", "/certificate_number number_format",
		 "职业技能等级证书编号应为 22 位，现为 21 位：1 位大写字母（S、Y 或 J）加 21 位数字。"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[512];
		snprintf(text, sizeof text,
			 "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"resident_id\","
			 "\"id_number\":\"310199200002290029\"},\"scores\":{\"theory\":81,\"skill\":74.5}%s%s%s}",
			 cases[i].name, cases[i].number ? ",\"certificate_number\":\"" : "",
			 cases[i].number ? cases[i].number : "", cases[i].number ? "\"" : "");
		submit(r, text);
		expect_errors(r, cases[i].pointer);
		assert_detail(r, LANG_ZH, cases[i].zh);
	}
}

static void checks_the_document(void **state)
{
	struct run *r = *state;
	static const char *const cases[][2] = {
		{"\"id_type\":\"passport\",\"id_number\":\"L898902C3\",\"id_country\":\"JPN\"", ""},
		{"\"id_type\":\"passport\",\"id_number\":\"E-1234567\"",
		 "/candidate/id_country id_country_required,/candidate/id_number id_characters"},
		{"\"id_type\":\"resident_id\",\"id_number\":\"3.10199E+17\"",
		 "/candidate/id_number id_spreadsheet_number"},
		{"\"id_type\":\"resident_id\",\"id_number\":\"\"",
		 "/candidate/id_number required"},
		{"\"id_type\":\"身份证\",\"id_number\":\"310199 19900307 0014\"", ""},
		{"\"id_type\":\"军官证\",\"id_number\":\"310199199003070014\"",
		 "/candidate/id_type id_type_unknown"},
		{"\"id_type\":\"resident_id\",\"id_number\":\"310199198501199000\"",
		 "/candidate/id_number id_spreadsheet_number"},
		{"\"id_type\":\"resident_id\",\"id_number\":\"310199198501199000\",\"id_confirmed\":false",
		 "/candidate/id_number id_spreadsheet_number"},
		{"\"id_type\":\"resident_id\",\"id_number\":\"310199198501199000\",\"id_confirmed\":true", ""},
		{"\"id_type\":\"resident_id\",\"id_number\":\"310199198501180000\",\"id_confirmed\":true",
		 "/candidate/id_number id_spreadsheet_number"},
		{"\"id_type\":\"hm_permit\",\"id_number\":\"H12345678\",\"id_country\":\"HKG\"",
		 "/candidate/id_country id_country_not_applicable"},
		{"\"id_type\":\"hm_permit\",\"id_number\":12345678",
		 "/candidate/id_number wrong_type"},
		{"\"id_type\":\"resident_id\",\"id_number\":\"310199202701010013\"",
		 "/candidate/id_number id_future_date"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[400];
		snprintf(text, sizeof text,
			 "{\"candidate\":{\"name\":\"李娜\",%s},\"scores\":{\"theory\":81,"
			 "\"skill\":74.5}}",
			 cases[i][0]);
		submit(r, text);
		expect_errors(r, cases[i][1]);
	}
}

static void checks_the_name(void **state)
{
	struct run *r = *state;
	submit(r, "{\"candidate\":{\"name\":\" 阿依古丽·买买提 \",\"id_type\":\"tw_permit\","
		  "\"id_number\":\"12345678\"},\"attendance\":\"absent\"}");
	expect_errors(r, "");
	assert_true(slice_is(r->facts.candidate.name, "阿依古丽·买买提"));
	submit(r, "{\"candidate\":{\"name\":\"a\\tb\",\"id_type\":\"tw_permit\","
		  "\"id_number\":\"12345678\"},\"attendance\":\"absent\"}");
	expect_errors(r, "/candidate/name name_character");
	submit(r, "{\"candidate\":{\"name\":\"\",\"id_type\":\"tw_permit\","
		  "\"id_number\":\"12345678\"},\"attendance\":\"absent\"}");
	expect_errors(r, "/candidate/name name_empty");
}

static void takes_supplied_numbers(void **state)
{
	struct run *r = *state;
#define WITH(number, theory)                                                                    \
	"{" CANDIDATE ",\"scores\":{\"theory\":" theory ",\"skill\":60},"                        \
	"\"certificate_number\":\"" number "\"}"
	submit(r, WITH("S000031000123264000077", "60"));
	expect_errors(r, "");
	assert_true(slice_is(r->facts.certificate_number, "S000031000123264000077"));
	submit(r, WITH("S000031000123264000077", "59"));
	expect_errors(r, "/certificate_number number_without_pass");
	submit(r, WITH("S000031000123263000077", "60"));
	expect_errors(r, "/certificate_number number_level");
	submit(r, WITH("S000031000123244000077", "60"));
	expect_errors(r, "/certificate_number number_year");
	submit(r, WITH("S000031000124264000077", "60"));
	expect_errors(r, "/certificate_number number_body");
	submit(r, WITH("", "60"));
	expect_errors(r, "/certificate_number number_format");
	submit(r, WITH("s000031000123264000077", "101"));
	expect_errors(r, "/certificate_number number_format,/scores/theory out_of_range");
}

/* The exam's site says where numbers come from: of a pass only, and of nothing that is told already. */
static void takes_numbers_from_where_the_site_does(void **state)
{
	struct run *r = *state;
#define WITHOUT(theory) "{" CANDIDATE ",\"scores\":{\"theory\":" theory ",\"skill\":60}}"
	r->exam.numbers = NUMBER_SUPPLIED;
	submit(r, WITH("S000031000123264000077", "60"));
	expect_errors(r, "");
	submit(r, WITHOUT("60"));
	expect_errors(r, "/certificate_number number_needed");
	submit(r, WITHOUT("59"));
	expect_errors(r, "");
	submit(r, WITHOUT("101"));
	expect_errors(r, "/scores/theory out_of_range");
	submit(r, "{" CANDIDATE ",\"scores\":{\"theory\":60,\"skill\":60},\"certificate_number\":7}");
	expect_errors(r, "/certificate_number wrong_type");
	submit(r, "{" CANDIDATE ",\"attendance\":\"absent\"}");
	expect_errors(r, "");
	r->exam.numbers = NUMBER_MINTED;
	submit(r, WITHOUT("60"));
	expect_errors(r, "");
	submit(r, WITH("S000031000123264000077", "60"));
	expect_errors(r, "/certificate_number number_minted_here");
	submit(r, WITH("S000031000124264000077", "60"));
	expect_errors(r, "/certificate_number number_body");
}

static int enrol(struct run *r, json_t *json, struct candidate_facts *ret)
{
	struct enrolment body = {0};
	int rc = decode_object(json, &enrolment_table, &body, r->arena, &r->f);
	if (rc == 0)
		rc = candidate_check(&body.candidate, r->today, r->arena, &r->f, ret);
	fields_sort(&r->f);
	return rc;
}

static void decodes_enrolments(void **state)
{
	struct run *r = *state;
	json_t *json;
	struct json_error_at err;
	struct candidate_facts facts = {0};
	fields_init(&r->f, r->arena);
	assert_int_equal(json_read(SLICE("{" CANDIDATE "}"), 8, &json, &err), 0);
	assert_int_equal(enrol(r, json, &facts), 0);
	json_decref(json);
	expect_errors(r, "");
	assert_string_equal(facts.document.number, "310199199003070014");
	fields_init(&r->f, r->arena);
	assert_int_equal(json_read(SLICE("{\"candidate\":{\"name\":\"3\"},\"x\":1}"), 8, &json, &err),
			 0);
	assert_int_equal(enrol(r, json, &facts), 0);
	json_decref(json);
	expect_errors(r, "/candidate/id_number required,/candidate/id_type required,"
			 "/candidate/name name_character,/x unknown_field");
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(passes),
		TEST(fails_and_is_absent),
		TEST(tells_the_published_example),
		TEST(tells_everything_that_is_missing),
		TEST(asks_for_review_where_it_applies),
		TEST(checks_the_document),
		TEST(names_what_is_wrong_with_a_number),
		TEST(names_what_is_wrong_with_a_name_or_a_certificate),
		TEST(checks_the_name),
		TEST(takes_supplied_numbers),
		TEST(takes_numbers_from_where_the_site_does),
		TEST(decodes_enrolments),
	};
	return cmocka_run_group_tests_name("domain/submission", tests, NULL, NULL);
}
