/* tests/integration/test_e2e_submit.c - EXAMPLES section 1 over real TLS, PostgreSQL and signer:
 * bodies byte for byte ('@' stands for what differs from run to run), repetitions, conflicts. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

#include "../lib/cluster.h"
#include "base/attr.h"

static struct daemon *d;

#define CANDIDATE(name, number) \
	"{\"candidate\":{\"name\":\"" name "\",\"id_type\":\"resident_id\"," \
	"\"id_number\":\"" number "\"},"
#define BOTH "\"scores\":{\"theory\":78.5,\"skill\":60}}"

static const char *submit_path(const char *exam)
{
	static char path[96];
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", exam);
	return path;
}

static const struct answer *submit(const char *exam, const char *body)
{
	return ASK(d->https, .path = submit_path(exam), .token = d->token[BY_SHILI], .body = body);
}

static long count(const char *table)
{
	char sql[96];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM talent.%s", table);
	return strtol(cluster_ask(d->cluster, d->database, sql), NULL, 10);
}

/* ---- the five outcomes ---- */

static void write_certificate(char *out, size_t size, const char *kind, const char *number,
                              const char *title, const char *issuer)
{
	snprintf(out, size,
	         "{\"kind\":\"%s\",\"number\":\"%s\",\"level\":\"4\",\"title\":\"%s\","
	         "\"issuer\":\"%s\",\"issued_on\":\"%s\",\"verification_code\":\"@\","
	         "\"links\":{\"verify\":\"%s/v/@\",\"credential\":\"/v1/certificates/%s/credential\","
	         "\"document\":\"/v1/certificates/%s/document.pdf\"}}",
	         kind, number, title, issuer, daemon_day(0), d->url[PORT_PUBLIC], number, number);
}

static void expect_pass(const struct answer *a, const char *exam, const char *number, bool dual)
{
	char skill[1024], company[1024], want[4096];
	const char *company_number = dual ? answer_text(a, "certificates.1.number") : "";
	write_certificate(skill, sizeof skill, "skill_grade", number,
	                  "互联网营销师 直播销售员 四级/中级工", "上海示例技能评价中心");
	write_certificate(company, sizeof company, "company", company_number, "星播直播销售 中级",
	                  "星播示例科技有限公司");
	snprintf(want, sizeof want,
	         "{\"id\":\"@\",\"exam_id\":\"%s\",\"state\":\"published\",\"outcome\":\"pass\","
	         "\"failed_parts\":[],\"candidate\":{\"name\":\"%s\",\"id_type\":\"resident_id\","
	         "\"id_number\":\"**************%s\"},\"scores\":{\"theory\":78.5,\"skill\":60},"
	         "\"certificates\":[%s%s%s]}",
	         exam, answer_text(a, "candidate.name"), answer_text(a, "candidate.id_number") + 14,
	         skill, dual ? "," : "", dual ? company : "");
	expect_body(a, want);
}

static void test_dual_pass(void **state)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const struct answer *a = expect_status(submit(exam, CANDIDATE("张伟", "310199199003070014") BOTH),
	                                       201);
	char path[96], prefix[32];
	snprintf(path, sizeof path, "/v1/assessments/%s", answer_text(a, "id"));
	assert_string_equal(answer_header(a, "Location"), path);
	assert_null(answer_header(a, "Idempotent-Replayed"));
	assert_string_equal(answer_text(a, "candidate.id_number"), "**************0014");
	const char *number = answer_text(a, "certificates.0.number");
	snprintf(prefix, sizeof prefix, "S000031000123%.2s4", daemon_day(0) + 2);
	assert_int_equal(strlen(number), 22);
	assert_memory_equal(number, prefix, strlen(prefix));
	snprintf(prefix, sizeof prefix, "XINGBO-%.4s-", daemon_day(0));
	assert_memory_equal(answer_text(a, "certificates.1.number"), prefix, strlen(prefix));
	assert_int_equal(strlen(answer_text(a, "certificates.1.number")), strlen(prefix) + 8);
	expect_pass(a, exam, number, true);
	/* what is read back is what was answered */
	expect_body(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), a->body);
}

static void test_plain_pass(void **state)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", NULL);
	const struct answer *a = expect_status(submit(exam, CANDIDATE("李娜", "310199200002290029") BOTH),
	                                       201);
	expect_pass(a, exam, answer_text(a, "certificates.0.number"), false);
}

static void test_fail(void **state)
{
	static const struct {
		const char *scores, *failed;
	} cases[] = {{"\"theory\":59.5,\"skill\":60", "\"theory\""},
	             {"\"theory\":59.99,\"skill\":0", "\"theory\",\"skill\""},
	             {"\"theory\":100,\"skill\":59.99", "\"skill\""}};
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
		char want[1024];
		const struct answer *a =
			daemon_submit(d, BY_SHILI, exam, "王芳", 10 + i, cases[i].scores);
		snprintf(want, sizeof want,
		         "{\"id\":\"@\",\"exam_id\":\"%s\",\"state\":\"published\",\"outcome\":\"fail\","
		         "\"failed_parts\":[%s],\"candidate\":{\"name\":\"王芳\",\"id_type\":"
		         "\"resident_id\",\"id_number\":\"**************%s\"},\"scores\":{%s},"
		         "\"certificates\":[]}",
		         exam, cases[i].failed, daemon_resident_id(10 + i) + 14, cases[i].scores);
		expect_body(expect_status(a, 201), want);
		assert_string_equal(daemon_submit(d, BY_SHILI, exam, "王芳", 10 + i, cases[i].scores)->body,
		                    a->body);
	}
}

static void test_absent(void **state)
{
	static const char body[] = CANDIDATE("陈家豪", "31019919991001004X") "\"attendance\":\"absent\"}";
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const struct answer *a = expect_status(submit(exam, body), 201);
	char want[512];
	snprintf(want, sizeof want,
	         "{\"id\":\"@\",\"exam_id\":\"%s\",\"state\":\"published\",\"outcome\":\"absent\","
	         "\"failed_parts\":[],\"candidate\":{\"name\":\"陈家豪\",\"id_type\":\"resident_id\","
	         "\"id_number\":\"**************004X\"},\"certificates\":[]}", exam);
	expect_body(a, want);
	assert_string_equal(submit(exam, body)->body, a->body);
	expect_problem(submit(exam, CANDIDATE("陈家豪", "31019919991001004X") BOTH), 409,
	               "already_assessed");
}

static void test_awaiting_publication(void **state)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", "yunxuan"); /* five whole days to object */
	const struct answer *a =
		daemon_submit(d, BY_SHILI, exam, "赵敏", 20, "\"theory\":70,\"skill\":66.25");
	char want[512];
	snprintf(want, sizeof want,
	         "{\"id\":\"@\",\"exam_id\":\"%s\",\"state\":\"awaiting_publication\","
	         "\"outcome\":\"pass\",\"failed_parts\":[],\"candidate\":{\"name\":\"赵敏\",\"id_type\":"
	         "\"resident_id\",\"id_number\":\"**************%s\"},\"scores\":{\"theory\":70,"
	         "\"skill\":66.25},\"publish_on\":\"%s\",\"window\":{\"state\":\"open\",\"to\":\"%s\"},"
	         "\"certificates\":[]}",
	         exam, daemon_resident_id(20) + 14, daemon_day(6), daemon_day(5));
	expect_body(expect_status(a, 201), want);
	const struct answer *again =
		daemon_submit(d, BY_SHILI, exam, "赵敏", 20, "\"theory\":70,\"skill\":66.25");
	assert_string_equal(again->body, a->body);
	assert_string_equal(answer_header(again, "Idempotent-Replayed"), "true");
}

/* ---- once more ---- */

static void test_repetition(void **state)
{
	static const char body[] = CANDIDATE("刘洋", "11010519491231002X") BOTH;
	static const char *const keys[] = {"row-2", "row-2", "other", NULL};
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const struct answer *first = NULL;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const struct answer *a = ASK(d->https, .path = submit_path(exam), .body = body,
		                             .token = d->token[BY_SHILI], .key = keys[i]);
		expect_status(a, 201);
		const char *replayed = answer_header(a, "Idempotent-Replayed");
		if (first) {
			assert_string_equal(a->body, first->body);
			assert_string_equal(answer_header(a, "Location"), answer_header(first, "Location"));
			assert_string_equal(replayed, "true");
		} else {
			assert_null(replayed);
			first = a;
		}
	}
	/* the same content written otherwise is the same result */
	const struct answer *a = submit(
		exam, " { \"scores\" : {\"skill\": 60.00, \"theory\":7.85e1}, \"attendance\":\"present\","
		      "\"candidate\":{\"id_number\":\"11010519491231002X\",\"id_type\":\"resident_id\","
		      "\"name\":\"\\u5218\\u6d0b\"}}\n");
	assert_string_equal(expect_status(a, 201)->body, first->body);
}

/* 78.5 and 78.50 are one score, a number with spaces is one number, 身份证 is a resident_id: under the
 * same key, under another and under none. What has more decimals is told where it stands. */
static void test_one_result_however_written(void **state)
{
	static const char first[] = CANDIDATE("钱进", "310199198501180174") BOTH;
	static const char zeros[] =
		CANDIDATE("钱进", "310199198501180174") "\"scores\":{\"theory\":78.50,\"skill\":60.0}}";
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const struct http_asked asked = {.path = submit_path(exam), .token = d->token[BY_SHILI], .key = "zeros",
	                                 .body = first};
	struct http_asked again = asked;
	const struct answer *stored = http_ask(d->https, &asked);
	expect_status(stored, 201);
	again.body = zeros;
	const struct answer *a = expect_status(http_ask(d->https, &again), 201);
	assert_string_equal(a->body, stored->body);
	assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
	assert_string_equal(expect_status(submit(exam, zeros), 201)->body, stored->body);
	a = submit(exam, "{\"candidate\":{\"name\":\"钱进\",\"id_type\":\"身份证\","
		         "\"id_number\":\"３１０１９９ 19850118 0174\"}," BOTH);
	assert_string_equal(expect_status(a, 201)->body, stored->body);

	a = submit(exam, CANDIDATE("钱进", "310199198501180174x")
	                         "\"scores\":{\"theory\":78.30000000000001,\"skill\":1e400}}");
	expect_problem(a, 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), "/candidate/id_number");
	assert_string_equal(answer_text(a, "errors.1.pointer"), "/scores/skill");
	assert_string_equal(answer_text(a, "errors.1.code"), "out_of_range");
	assert_string_equal(answer_text(a, "errors.2.pointer"), "/scores/theory");
	assert_string_equal(answer_text(a, "errors.2.code"), "decimals");
	/* between two doubles: 78.3 for a reader that rounds */
	a = submit(exam, CANDIDATE("钱进", "310199198501180174")
	                         "\"scores\":{\"theory\":78.3000000000000000001,\"skill\":60}}");
	expect_problem(a, 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.code"), "decimals");
}

static void test_other_scores(void **state)
{
	char want[1024];
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const struct answer *first =
		daemon_submit(d, BY_SHILI, exam, "孙丽", 30, "\"theory\":78.5,\"skill\":60");
	long audit = count("audit");
	char body[512];
	snprintf(body, sizeof body, CANDIDATE("孙丽", "%s") "\"scores\":{\"theory\":78.5,\"skill\":61}}",
	         daemon_resident_id(30));
	const struct answer *a = ASK(d->https, .path = submit_path(exam), .body = body,
	                             .token = d->token[BY_SHILI], .language = "en");
	expect_problem(a, 409, "already_assessed");
	snprintf(want, sizeof want,
	         "{\"type\":\"%s/problems/already_assessed\",\"title\":\"Already assessed\","
	         "\"status\":409,\"code\":\"already_assessed\",\"detail\":\"This person already has a "
	         "result in this exam with other scores or another certificate number. If it was recorded wrongly, "
	         "its body asks for a correction; a re-sit is another exam.\","
	         "\"assessment_id\":\"%s\",\"request_id\":\"@\"}",
	         d->url[PORT_PUBLIC], answer_text(first, "id"));
	expect_body(a, want);
	assert_int_equal(count("audit"), audit);
}

static void test_invalid(void **state)
{
	static const char body[] =
		"{\"candidate\":{\"name\":\"张伟\",\"nickname\":\"小张\",\"id_type\":\"resident_id\","
		"\"id_number\":\"310199199003070015\"},\"scores\":{\"theory\":78.5,\"skill\":101,"
		"\"review\":80}}";
	char want[2048];
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	long people = count("person"), results = count("assessment");
	const struct answer *a = ASK(d->https, .path = submit_path(exam), .body = body,
	                             .token = d->token[BY_SHILI], .language = "zh-CN");
	expect_problem(a, 422, "invalid_fields");
	snprintf(want, sizeof want,
	         "{\"type\":\"%s/problems/invalid_fields\",\"title\":\"提交的内容有误\",\"status\":422,"
	         "\"code\":\"invalid_fields\",\"detail\":\"4 处需要更正，未保存任何内容。\","
	         "\"request_id\":\"@\",\"errors\":["
	         "{\"pointer\":\"/candidate/id_number\",\"code\":\"id_check_digit\","
	         "\"detail\":\"身份证号码校验位不符，请核对第 18 位和录入顺序。\"},"
	         "{\"pointer\":\"/candidate/nickname\",\"code\":\"unknown_field\","
	         "\"detail\":\"不认识的字段。\"},"
	         "{\"pointer\":\"/scores/review\",\"code\":\"part_not_applicable\","
	         "\"detail\":\"综合评审仅适用于二级和一级。\"},"
	         "{\"pointer\":\"/scores/skill\",\"code\":\"out_of_range\","
	         "\"detail\":\"成绩应在 0 至 100 之间。\"}]}", d->url[PORT_PUBLIC]);
	expect_body(a, want);
	a = ASK(d->https, .path = submit_path(exam), .body = body, .token = d->token[BY_SHILI],
	        .language = "en");
	assert_string_equal(answer_text(a, "errors.3.code"), "out_of_range");
	assert_non_null(strstr(answer_text(a, "detail"), "4 places"));
	assert_int_equal(count("person"), people);
	assert_int_equal(count("assessment"), results);
}

/* ---- conflicts ---- */

static void test_already_certified(void **state)
{
	const char *one = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const char *two = daemon_exam(d, BY_SHILI, "4", NULL);
	const char *five = daemon_exam(d, BY_SHILI, "5", NULL);
	const struct answer *had =
		daemon_submit(d, BY_SHILI, one, "周杰", 40, "\"theory\":90,\"skill\":90");
	const struct answer *a =
		daemon_submit(d, BY_SHILI, two, "周杰", 40, "\"theory\":91,\"skill\":90");
	expect_problem(a, 409, "already_certified");
	assert_string_equal(answer_text(a, "certificate_number"),
	                    answer_text(had, "certificates.0.number"));
	/* failing it again is no second certificate, and another level is another certificate */
	expect_status(daemon_submit(d, BY_SHILI, two, "周杰", 40, "\"theory\":9,\"skill\":90"), 201);
	expect_status(daemon_submit(d, BY_SHILI, five, "周杰", 40, "\"theory\":90,\"skill\":90"), 201);
}

static void test_name_differs(void **state)
{
	const char *one = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const char *two = daemon_exam(d, BY_PUJIANG, "4", NULL);
	expect_status(daemon_submit(d, BY_SHILI, one, "吴霞红", 50, "\"theory\":1,\"skill\":9"), 201);
	const struct answer *a =
		daemon_submit(d, BY_PUJIANG, two, "吴夏红", 50, "\"theory\":90,\"skill\":90");
	expect_problem(a, 409, "person_name_differs");
	assert_null(strstr(a->body, "吴霞红"));
	assert_null(strstr(a->head, "吴霞红"));
}

/* Two bodies, two keyboards: one person. */
static void one_name_however_typed(void **state)
{
	const char *one = daemon_exam(d, BY_SHILI, "4", "xingbo"), *two = daemon_exam(d, BY_PUJIANG, "4", NULL);
	static const char *const typed[][3] = {
		{"阿依古丽.买买提", "阿依古丽·买买提", "阿依古丽·买买提"},
		{"张 伟红", "张伟红", "张伟红"},
		{"LI NA", "Li Na", "LI NA"},
		{"葛󠄀城", "葛城", "葛城"}, /* with a variation selector */
	};
	for (unsigned i = 0; i < ARRAY_LEN(typed); i++) {
		const struct answer *a =
			daemon_submit(d, BY_SHILI, one, typed[i][0], 350 + i, "\"theory\":1,\"skill\":9");
		expect_status(a, 201);
		assert_string_equal(answer_text(a, "candidate.name"), typed[i][2]);
		expect_status(daemon_submit(d, BY_PUJIANG, two, typed[i][1], 350 + i,
		                            "\"theory\":1,\"skill\":9"),
		              201);
	}
	expect_problem(daemon_submit(d, BY_SHILI, one, "张伟红。", 354, "\"theory\":1,\"skill\":9"), 422,
	               "invalid_fields");
}

/* Whose a number is, nobody finds out by trying names: after some, right and wrong are answered alike. */
static void a_number_does_not_tell_its_name(void **state)
{
	const char *one = daemon_exam(d, BY_SHILI, "4", "xingbo"), *two = daemon_exam(d, BY_PUJIANG, "4", NULL);
	static const char scores[] = "\"theory\":1,\"skill\":9";
	expect_status(daemon_submit(d, BY_SHILI, one, "欧阳修远", 360, scores), 201);
	static const char *const guesses[] = {"张伟", "王芳", "李娜", "刘洋", "陈静"};
	for (size_t i = 0; i < ARRAY_LEN(guesses); i++) {
		const struct answer *a = daemon_submit(d, BY_PUJIANG, two, guesses[i], 360, scores);
		expect_problem(a, 409, "person_name_differs");
		assert_null(strstr(a->body, "欧阳"));
	}
	const struct answer *a = daemon_submit(d, BY_PUJIANG, two, "杨光", 360, scores);
	expect_problem(a, 429, "rate_limited");
	assert_non_null(answer_header(a, "Retry-After"));
	expect_problem(daemon_submit(d, BY_PUJIANG, two, "欧阳修远", 360, scores), 429, "rate_limited");
	expect_status(daemon_submit(d, BY_PUJIANG, two, "杨光", 361, scores), 201); /* other people are taken */
	const char *three = daemon_exam(d, BY_SHILI, "5", NULL);
	expect_status(daemon_submit(d, BY_SHILI, three, "欧阳修远", 360, scores), 201); /* and so are other callers */
}

static const struct answer *supply(const char *exam, unsigned person, const char *number,
                                   const char *scores)
{
	char body[512];
	snprintf(body, sizeof body,
	         CANDIDATE("何冰", "%s") "\"scores\":{%s},\"certificate_number\":\"%s\"}",
	         daemon_resident_id(person), scores, number);
	return submit(exam, body);
}

static void test_supplied_number(void **state)
{
	static const char pass[] = "\"theory\":80,\"skill\":80";
	char number[32], other[32];
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	snprintf(number, sizeof number, "S000031000123%.2s4900001", daemon_day(0) + 2);
	const struct answer *a = expect_status(supply(exam, 60, number, pass), 201);
	assert_string_equal(answer_text(a, "certificates.0.number"), number);
	assert_string_equal(supply(exam, 60, number, pass)->body, a->body);
	expect_problem(supply(exam, 61, number, pass), 409, "number_taken");
	static const struct {
		size_t at;
		char put;
		const char *code;
	} wrong[] = {{0, 's', "number_format"}, {12, '4', "number_body"}, {13, '0', "number_year"},
	             {15, '3', "number_level"}};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		memcpy(other, number, sizeof other);
		other[wrong[i].at] = wrong[i].put;
		a = expect_problem(supply(exam, 62, other, pass), 422, "invalid_fields");
		assert_string_equal(answer_text(a, "errors.0.pointer"), "/certificate_number");
		assert_string_equal(answer_text(a, "errors.0.code"), wrong[i].code);
	}
	a = expect_problem(supply(exam, 62, number, "\"theory\":1,\"skill\":80"), 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.code"), "number_without_pass");
}

/* A minted number that somebody has supplied already is passed over. */
static void test_minted_beside_supplied(void **state)
{
	const char *exam = daemon_exam(d, BY_PUJIANG, "5", NULL);
	char body[512], number[32];
	for (unsigned i = 1; i <= 2; i++) {
		snprintf(number, sizeof number, "S000031000124%.2s500000%u", daemon_day(0) + 2, i);
		snprintf(body, sizeof body, CANDIDATE("何洁", "%s")
		         "\"scores\":{\"theory\":80,\"skill\":80},\"certificate_number\":\"%s\"}",
		         daemon_resident_id(64 + i), number);
		expect_status(ASK(d->https, .path = submit_path(exam), .token = d->token[BY_PUJIANG],
		                  .body = body), 201);
	}
	const struct answer *a =
		daemon_submit(d, BY_PUJIANG, exam, "何洁", 67, "\"theory\":80,\"skill\":80");
	expect_status(a, 201);
	assert_true(strcmp(answer_text(a, "certificates.0.number"), number) > 0);
}

/* ---- the input that is taken ---- */

static void test_documents_and_names(void **state)
{
	static const struct {
		const char *name, *candidate, *masked;
	} people[] = {
		{"艾力·吐尔逊", "\"id_type\":\"hmt_residence\",\"id_number\":\"810000199208150131\"",
		 "**************0131"},
		{"陈𬭎", "\"id_type\":\"foreign_pr\",\"id_number\":\"932682198501010017\"",
		 "**************0017"},
		{"O'Neil-Smith Jr.",
		 "\"id_type\":\"passport\",\"id_country\":\"IRL\",\"id_number\":\"AB123456\"", "****3456"},
		{"黄家驹", "\"id_type\":\"hm_permit\",\"id_number\":\"H12345678\"", "*****5678"},
		{"林志明", "\"id_type\":\"tw_permit\",\"id_number\":\"12345678\"", "****5678"},
	};
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		char body[512];
		snprintf(body, sizeof body, "{\"candidate\":{\"name\":\"%s\",%s}," BOTH, people[i].name,
		         people[i].candidate);
		const struct answer *a = expect_status(submit(exam, body), 201);
		assert_string_equal(answer_text(a, "candidate.name"), people[i].name);
		assert_string_equal(answer_text(a, "candidate.id_number"), people[i].masked);
		assert_string_equal(answer_text(a, "outcome"), "pass");
	}
	const struct answer *a =
		expect_problem(submit(exam, CANDIDATE("张伟<b>", "310199199003070014") BOTH), 422,
	                   "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.code"), "name_character");
	assert_non_null(strstr(answer_text(a, "errors.0.detail"), "haracter 3 of the name, <,"));
}

static void test_review_at_level_two(void **state)
{
	const char *exam = daemon_exam(d, BY_SHILI, "2", NULL);
	const struct answer *a =
		expect_problem(daemon_submit(d, BY_SHILI, exam, "郑爽", 70, "\"theory\":70,\"skill\":70"),
	                   422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), "/scores/review");
	assert_string_equal(answer_text(a, "errors.0.code"), "required");
	a = daemon_submit(d, BY_SHILI, exam, "郑爽", 70, "\"theory\":70,\"skill\":70,\"review\":60");
	assert_string_equal(answer_text(expect_status(a, 201), "outcome"), "pass");
	a = daemon_submit(d, BY_SHILI, exam, "郑好", 71, "\"theory\":70,\"skill\":70,\"review\":59.9");
	assert_string_equal(answer_text(a, "failed_parts.0"), "review");
}

/* ---- Idempotency-Key ---- */

static void test_key_reused(void **state)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const struct http_asked first = {.path = submit_path(exam), .token = d->token[BY_SHILI],
	                                 .key = "once", .body = CANDIDATE("冯军", "440524188001010014") BOTH};
	struct http_asked other = first;
	expect_status(http_ask(d->https, &first), 201);
	other.body = CANDIDATE("冯军", "440524188001010014") "\"scores\":{\"theory\":78.5,\"skill\":61}}";
	expect_problem(http_ask(d->https, &other), 422, "idempotency_key_reused");
	other.token = d->token[BY_PUJIANG]; /* the key is one's own */
	expect_problem(http_ask(d->https, &other), 404, "not_found");
	static char long_key[300];
	memset(long_key, 'k', 256);
	other = first;
	other.key = long_key;
	expect_problem(http_ask(d->https, &other), 400, "invalid_idempotency_key");
}

/* 64 clients submit the same candidate, with one key and with none. */
static void test_at_the_same_moment(void **state)
{
	enum { N = 64 };
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	struct http_asked asked[N];
	const struct answer *a[N];
	static char body[512];
	static const char *const keys[] = {"same", NULL};
	for (unsigned k = 0; k < ARRAY_LEN(keys); k++) {
		int first = 0;
		snprintf(body, sizeof body, CANDIDATE("蒋欣", "%s") BOTH, daemon_resident_id(80 + k));
		for (int i = 0; i < N; i++)
			asked[i] = (struct http_asked){.path = submit_path(exam), .body = body,
			                               .token = d->token[BY_SHILI], .key = keys[k]};
		http_ask_all(d->https, asked, a, N);
		for (int i = 0; i < N; i++) {
			expect_status(a[i], 201);
			assert_string_equal(a[i]->body, a[0]->body);
			first += answer_header(a[i], "Idempotent-Replayed") == NULL;
		}
		assert_int_equal(first, 1);
	}
}

/* ---- whose exam ---- */

static void test_not_yours(void **state)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	expect_problem(daemon_submit(d, BY_PUJIANG, exam, "沈腾", 90, "\"theory\":1,\"skill\":1"), 404,
	               "not_found");
	expect_problem(daemon_submit(d, BY_XINGBO, exam, "沈腾", 90, "\"theory\":1,\"skill\":1"), 403,
	               "forbidden");
	expect_problem(daemon_submit(d, BY_SHILI, "00000000-0000-4000-8000-000000000000", "沈腾", 90,
	                             "\"theory\":1,\"skill\":1"), 404, "not_found");
	expect_problem(daemon_submit(d, BY_SHILI, "7", "沈腾", 90, "\"theory\":1,\"skill\":1"), 404,
	               "not_found");
}

/* A refusal is not remembered: the same request succeeds once the cause is gone. */
static void test_key_after_refusal(void **state)
{
	static const char sql[] = "UPDATE talent.accreditation SET suspended_at = %s"
	                          " WHERE id = '0d000000-0000-4000-8000-000000000104'";
	const char *exam = daemon_exam(d, BY_PUJIANG, "4", NULL);
	const struct http_asked q = {.path = submit_path(exam), .token = d->token[BY_PUJIANG],
	                             .key = "later", .body = CANDIDATE("韩梅梅", "110105194912310038") BOTH};
	char change[200];
	snprintf(change, sizeof change, sql, "now()");
	cluster_sql(d->cluster, d->database, change);
	expect_problem(http_ask(d->https, &q), 409, "accreditation_suspended");
	snprintf(change, sizeof change, sql, "NULL");
	cluster_sql(d->cluster, d->database, change);
	const struct answer *a = expect_status(http_ask(d->https, &q), 201);
	assert_null(answer_header(a, "Idempotent-Replayed"));
	assert_string_equal(answer_text(a, "outcome"), "pass");
}

static void test_across_restarts(void **state)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const struct answer *first =
		daemon_submit(d, BY_SHILI, exam, "李雷雷", 95, "\"theory\":80,\"skill\":80");
	const struct answer *again[2];
	assert_int_equal(daemon_stop(d), 0);
	daemon_run(d);
	again[0] = daemon_submit(d, BY_SHILI, exam, "李雷雷", 95, "\"theory\":80,\"skill\":80");
	daemon_kill(d);
	daemon_run(d);
	again[1] = daemon_submit(d, BY_SHILI, exam, "李雷雷", 95, "\"theory\":80,\"skill\":80");
	for (size_t i = 0; i < ARRAY_LEN(again); i++)
		assert_string_equal(expect_status(again[i], 201)->body, first->body);
	/* numbers that a worker had reserved are lost, none is given twice */
	const struct answer *next = daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", NULL),
	                                          "李雷磊", 96, "\"theory\":80,\"skill\":80");
	assert_true(strcmp(answer_text(expect_status(next, 201), "certificates.0.number"),
	                   answer_text(first, "certificates.0.number")) > 0);
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dual_pass),
		cmocka_unit_test(test_plain_pass),
		cmocka_unit_test(test_fail),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_awaiting_publication),
		cmocka_unit_test(test_repetition),
		cmocka_unit_test(test_one_result_however_written),
		cmocka_unit_test(test_other_scores),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_already_certified),
		cmocka_unit_test(test_name_differs),
		cmocka_unit_test(one_name_however_typed),
		cmocka_unit_test(a_number_does_not_tell_its_name),
		cmocka_unit_test(test_supplied_number),
		cmocka_unit_test(test_minted_beside_supplied),
		cmocka_unit_test(test_documents_and_names),
		cmocka_unit_test(test_review_at_level_two),
		cmocka_unit_test(test_key_reused),
		cmocka_unit_test(test_at_the_same_moment),
		cmocka_unit_test(test_not_yours),
		cmocka_unit_test(test_key_after_refusal),
		cmocka_unit_test(test_across_restarts),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	int failed = cmocka_run_group_tests_name("e2e_submit", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
