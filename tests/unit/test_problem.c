/* test_problem.c - the table and the JSON it becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "http/problem.h"
#include "http/response.h"
#include "text/fields.h"

static void table_is_whole(void **state)
{
	for (size_t i = 0; i < PROBLEM_COUNT; i++) {
		const struct problem *p = &problems[i];
		assert_non_null(p->code);
		assert_in_range(p->status, 400, 503);
		assert_ptr_equal(problem_find(slice_of(p->code)), p); /* codes are unique */
		assert_true(*response_reason(p->status) != '\0');
		for (const char *c = p->code; *c; c++)
			assert_true((*c >= 'a' && *c <= 'z') || *c == '_' || (*c >= '0' && *c <= '9'));
		for (int l = 0; l < LANG_COUNT; l++) {
			assert_true(p->text[l].title && *p->text[l].title);
			assert_true(p->text[l].detail && *p->text[l].detail);
		}
		/* Chinese texts are Chinese, English ones ASCII. */
		assert_true((unsigned char)p->text[LANG_ZH].detail[0] >= 0x80 ||
		            strstr(p->text[LANG_ZH].detail, "。"));
		for (const char *c = p->text[LANG_EN].detail; *c; c++)
			assert_true((unsigned char)*c < 0x80);
		if (p->status == 503 || p->status == 429)
			assert_true(p->retry_after > 0);
	}
	assert_null(problem_find(SLICE("no_such_problem")));
}

static void writes(const struct problem_report *p, const char *wanted)
{
	struct buf out = BUF_INIT(8192);
	problem_write(p, &out);
	assert_false(buf_failed(&out));
	buf_addc(&out, '\0');
	assert_string_equal(out.p, wanted);
	buf_free(&out);
}

static void with_a_member(void **state)
{
	struct problem_member member = {.name = "assessment_id", .text = SLICE("3b9d6c1e")};
	struct problem_report p = {
		.problem = &problems[P_ALREADY_ASSESSED],
		.lang = LANG_EN,
		.base_url = SLICE("https://localhost:8443"),
		.request_id = SLICE("01JD7M3Q8W"),
		.members = &member,
		.n_members = 1,
	};
	writes(&p, "{\"type\":\"https://localhost:8443/problems/already_assessed\","
	           "\"title\":\"Already assessed\",\"status\":409,\"code\":\"already_assessed\","
	           "\"detail\":\"This person already has a result in this exam with other scores or another certificate number. "
	           "If it was recorded wrongly, its body asks for a correction; a re-sit is another exam.\",\"assessment_id\":\"3b9d6c1e\","
	           "\"request_id\":\"01JD7M3Q8W\"}");
}

static void position_of_bad_json(void **state)
{
	struct problem_member at[] = {
		{.name = "offset", .kind = PROBLEM_NUMBER, .number = 17},
		{.name = "line", .kind = PROBLEM_NUMBER, .number = 2},
		{.name = "column", .kind = PROBLEM_NUMBER, .number = 5},
	};
	struct problem_report p = {.problem = &problems[P_INVALID_JSON],
	                           .lang = LANG_ZH,
	                           .base_url = SLICE("https://h"),
	                           .detail = SLICE("第 2 行"),
	                           .members = at,
	                           .n_members = 3};
	writes(&p, "{\"type\":\"https://h/problems/invalid_json\",\"title\":\"JSON 格式错误\","
	           "\"status\":400,\"code\":\"invalid_json\",\"detail\":\"第 2 行\","
	           "\"offset\":17,\"line\":2,\"column\":5}");
}

static void counts_the_fields(void **state)
{
	struct arena *a = arena_new(64 * KIB);
	struct fields f;
	fields_init(&f, a);
	fields_add(&f, "/candidate/id_number", "id_check_digit");
	fields_add(&f, "/candidate/nickname", "unknown_field");
	struct problem_report p = {.problem = &problems[P_INVALID_FIELDS],
	                           .lang = LANG_ZH,
	                           .base_url = SLICE("https://localhost:8443"),
	                           .request_id = SLICE("01JD7M3Q8X"),
	                           .fields = &f};
	struct buf out = BUF_INIT(8192);
	problem_write(&p, &out);
	buf_addc(&out, '\0');
	const char *wanted =
		"{\"type\":\"https://localhost:8443/problems/invalid_fields\",\"title\":"
		"\"提交的内容有误\",\"status\":422,\"code\":\"invalid_fields\",\"detail\":"
		"\"2 处需要更正，未保存任何内容。\",\"request_id\":\"01JD7M3Q8X\",\"errors\":["
		"{\"pointer\":\"/candidate/id_number\",\"code\":\"id_check_digit\",\"detail\":"
		"\"身份证号码校验位不符，请核对第 18 位和录入顺序。\"},"
		"{\"pointer\":\"/candidate/nickname\",\"code\":\"unknown_field\",\"detail\":"
		"\"不认识的字段。\"}]}";
	assert_string_equal(out.p, wanted);
	buf_free(&out);
	arena_free(a);
}

static void becomes_a_response(void **state)
{
	struct arena *a = arena_new(64 * KIB);
	struct problem_report p = {.problem = &problems[P_DATABASE_AWAY], .lang = LANG_ZH};
	struct http_response *r = problem_response(&p, a);
	assert_non_null(r);
	assert_int_equal(r->status, 503);
	assert_string_equal(r->content_type, "application/problem+json");
	struct response_manner m = {.keep_alive = true, .minor = 1};
	struct buf out = BUF_INIT(8192);
	assert_int_equal(response_write(r, &m, &out), 0);
	buf_addc(&out, '\0');
	assert_non_null(strstr(out.p, "Retry-After: 5\r\n"));
	assert_non_null(strstr(out.p, "Content-Language: zh-CN\r\n"));
	assert_non_null(strstr(out.p, "Vary: Accept, Accept-Language\r\n"));
	buf_free(&out);
	arena_free(a);
}

/* Every size of arena gives a whole response or none. */
static void small_arenas(void **state)
{
	struct problem_report p = {.problem = &problems[P_INTERNAL]};
	size_t whole = 0;
	for (size_t max = 64; max < 4096; max += 64) {
		struct arena *a = arena_new(max);
		struct http_response *r = problem_response(&p, a);
		if (r) {
			assert_true(r->body.n > 100);
			whole++;
		}
		arena_free(a);
	}
	assert_true(whole > 0);
}

/* No problem speaks of storing to who only asked; the one of doubtful writes is not for questions. */
static void questions_are_not_told_of_storing(void **state)
{
	static const char *const words[] = {"othing was stored", "保存"};
	for (int told = 0; told < 2; told++)
		for (size_t i = 0; i < PROBLEM_COUNT; i++)
			for (int l = 0; l < LANG_COUNT; l++) {
				struct buf out = BUF_INIT(8192);
				problem_write(&(struct problem_report){.problem = &problems[i], .lang = (enum lang)l,
				                                       .unstored_unsaid = !told}, &out);
				buf_addc(&out, '\0');
				for (size_t k = 0; k < ARRAY_LEN(words) && !told && i != P_OUTCOME_UNKNOWN; k++)
					if (strstr(out.p, words[k]))
						fail_msg("%s", out.p);
				if (told && i == P_OVERLOADED)
					assert_non_null(strstr(out.p, words[l == LANG_ZH]));
				buf_free(&out);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_whole),
		cmocka_unit_test(with_a_member),
		cmocka_unit_test(position_of_bad_json),
		cmocka_unit_test(counts_the_fields),
		cmocka_unit_test(becomes_a_response),
		cmocka_unit_test(small_arenas),
		cmocka_unit_test(questions_are_not_told_of_storing),
	};
	return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
