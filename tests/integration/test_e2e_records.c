/* tests/integration/test_e2e_records.c - EXAMPLES sections 3, 5, 8 and 9 over real TLS and
 * PostgreSQL: training sessions, taking certificates and results back, and the counts after every
 * event of section 5's table, exact at once and equal to a recount. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "base/attr.h"

static struct daemon *d;

#define PASS "\"theory\":80,\"skill\":80"
#define FAIL "\"theory\":59.5,\"skill\":80"
#define REASON "{\"reason\":\"issued_in_error\",\"note\":\"file 2026-118\"}"
#define OTHER_REASON "{\"reason\":\"fraud\"}"

/* ---- short ways ---- */

PRINTF_LIKE(4, 5)
static const struct answer *ask_path(const char *method, enum daemon_token by, const char *body,
                                     const char *form, ...)
{
	char path[160];
	va_list ap;
	va_start(ap, form);
	vsnprintf(path, sizeof path, form, ap);
	va_end(ap);
	return ASK(d->https, .method = method, .path = path, .body = body, .token = d->token[by]);
}

static const struct answer *post(enum daemon_token by, const char *path, const char *body,
                                 const char *key)
{
	return ASK(d->https, .path = path, .token = d->token[by], .body = body, .key = key);
}

static void expect_again(const struct answer *again, const struct answer *first)
{
	assert_int_equal(again->status, first->status);
	assert_string_equal(again->body, first->body);
	assert_null(answer_header(first, "Idempotent-Replayed"));
	assert_string_equal(answer_header(again, "Idempotent-Replayed"), "true");
}

static const char *result_of(const char *code)
{
	char path[64];
	snprintf(path, sizeof path, "/v1/verifications/%s", code);
	return answer_text(expect_status(ASK(d->https, .path = path), 200), "result");
}

/* ---- training sessions ---- */

static void session_body(char *out, size_t size, const char *more, int capacity)
{
	snprintf(out, size,
	         "{\"title\":\"直播销售员四级 11月班\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
	         "\"work_type\":\"直播销售员\",\"level\":\"4\",\"starts_on\":\"%s\",\"ends_on\":\"%s\","
	         "\"hours\":104,\"capacity\":%d,\"district\":\"310105\"%s}",
	         daemon_day(-41), daemon_day(-16), capacity, more);
}

static const char *make_session(int capacity)
{
	char body[512];
	session_body(body, sizeof body, "", capacity);
	return answer_text(expect_status(post(BY_SHILI, "/v1/sessions", body, NULL), 201), "id");
}

static const struct answer *enrol(enum daemon_token by, const char *session, const char *name,
                                  unsigned person)
{
	char body[256];
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"}}",
	         name, daemon_resident_id(person));
	return ask_path("POST", by, body, "/v1/sessions/%s/enrolments", session);
}

static void test_session(void **state)
{
	char body[512], want[1000], path[80];
	session_body(body, sizeof body, "", 40);
	const struct answer *a = expect_status(post(BY_SHILI, "/v1/sessions", body, "term-1"), 201);
	session_body(want, sizeof want,
	             ",\"site\":\"0d000000-0000-4000-8000-000000000011\",\"site_name\":\"上海示例技能评价中心\","
	             "\"id\":\"@\",\"state\":\"planned\",\"standard\":\"互联网营销师/2021\"", 40);
	expect_body(a, want);
	const char *id = answer_text(a, "id");
	snprintf(path, sizeof path, "/v1/sessions/%s", id);
	assert_string_equal(answer_header(a, "Location"), path);
	expect_again(post(BY_SHILI, "/v1/sessions", body, "term-1"), a);
	a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), 200);
	assert_string_equal(answer_text(a, "state"), "planned");
	expect_problem(ASK(d->https, .path = path, .token = d->token[BY_PUJIANG]), 404, "not_found");

	const struct answer *one = enrol(BY_SHILI, id, "钱一", 1), *two = enrol(BY_SHILI, id, "钱二", 2);
	expect_body(expect_status(one, 201), "{\"id\":\"@\",\"state\":\"enrolled\"}");
	expect_again(enrol(BY_SHILI, id, "钱一", 1), one);
	expect_problem(enrol(BY_SHILI, id, "钱三", 1), 409, "person_name_differs");
	expect_problem(enrol(BY_PUJIANG, id, "钱三", 3), 404, "not_found");
	a = expect_status(ask_path("GET", BY_SHILI, NULL, "%s/enrolments", path), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 2);
	assert_null(strstr(a->body, daemon_resident_id(1)));

	snprintf(body, sizeof body,
	         "{\"completed_on\":\"%s\",\"enrolments\":[{\"id\":\"%s\",\"hours_attended\":104},"
	         "{\"id\":\"%s\",\"hours_attended\":60}]}", daemon_day(-16), answer_text(one, "id"),
	         answer_text(two, "id"));
	a = ask_path("POST", BY_SHILI, body, "%s/completion", path);
	snprintf(want, sizeof want,
	         "{\"completed\":1,\"not_completed\":[{\"id\":\"%s\",\"code\":\"hours_below_minimum\","
	         "\"minimum\":104}]}", answer_text(two, "id"));
	expect_body(expect_status(a, 200), want);
	expect_again(ask_path("POST", BY_SHILI, body, "%s/completion", path), a);
	char *hours = strstr(body, ":60");
	hours[1] = '9';
	a = expect_problem(ask_path("POST", BY_SHILI, body, "%s/completion", path), 409, "session_state");
	assert_string_equal(answer_text(a, "state"), "completed");
	assert_int_equal(json_array_size(answer_at(a, "allowed")), 0);
	expect_problem(enrol(BY_SHILI, id, "钱四", 4), 409, "session_state");
}

static void test_session_limits(void **state)
{
	char body[512];
	const char *id = make_session(1);
	const struct answer *a = expect_status(enrol(BY_SHILI, id, "钱五", 5), 201);
	expect_problem(enrol(BY_SHILI, id, "钱六", 6), 409, "session_full");
	static const struct {
		int day;
		const char *enrolment, *pointer, *code;
	} bad[] = {{1, NULL, "/completed_on", "date_in_future"},
	           {-17, NULL, "/completed_on", "before_end"},
	           {-16, "00000000-0000-4000-8000-000000000000", "/enrolments", "enrolment_unknown"}};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(body, sizeof body,
		         "{\"completed_on\":\"%s\",\"enrolments\":[{\"id\":\"%s\",\"hours_attended\":104}]}",
		         daemon_day(bad[i].day), bad[i].enrolment ? bad[i].enrolment : answer_text(a, "id"));
		const struct answer *r = ask_path("POST", BY_SHILI, body, "/v1/sessions/%s/completion", id);
		expect_problem(r, 422, "invalid_fields");
		assert_string_equal(answer_text(r, "errors.0.pointer"), bad[i].pointer);
		assert_string_equal(answer_text(r, "errors.0.code"), bad[i].code);
		assert_string_not_equal(answer_text(r, "errors.0.detail"), bad[i].code);
	}
	session_body(body, sizeof body, "", 40);
	char *district = strstr(body, "310105");
	memcpy(district, "310115", 6); /* a district that there is: another administrator would see it */
	a = expect_problem(post(BY_SHILI, "/v1/sessions", body, NULL), 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), "/district");
	assert_string_equal(answer_text(a, "errors.0.code"), "district_differs");
	memcpy(strstr(body, ",\"district\""), "}", 2);
	a = expect_status(post(BY_SHILI, "/v1/sessions", body, NULL), 201);
	assert_string_equal(answer_text(a, "district"), "310105");
	a = expect_problem(post(BY_SHILI, "/v1/sessions", "{\"title\":\"\"}", NULL), 422, "invalid_fields");
	assert_int_equal(json_array_size(answer_at(a, "errors")), 9);
}

/* ---- nothing before its day ---- */

/* As an administrator announces what was forgotten: for shili, with the reason. */
static const char *late(char *exam, size_t size)
{
	size_t n = strlen(exam);
	snprintf(exam + n - 1, size - n, ",\"body\":\"shili\",\"late_reason\":\"漏报\"}");
	return exam;
}

/* Announced for tomorrow: no result today, not even an absence. Nobody is examined or trained before birth. */
static void test_before_its_day(void **state)
{
	char body[512], path[80];
	static const char exam[] = "{\"code\":\"%s\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
		"\"work_type\":\"直播销售员\",\"level\":\"5\",\"held_on\":\"%s\"}";
	static const char result[] = "{\"candidate\":{\"name\":\"时一\",\"id_type\":\"resident_id\","
		"\"id_number\":\"%s\"},\"attendance\":\"absent\"}";
	snprintf(body, sizeof body, exam, "tomorrow", daemon_day(1));
	const struct answer *a = expect_status(post(BY_SHILI, "/v1/exams", body, NULL), 201);
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", answer_text(a, "id"));
	snprintf(body, sizeof body, result, daemon_resident_id(800));
	a = expect_problem(post(BY_SHILI, path, body, NULL), 409, "exam_not_held");
	assert_string_equal(answer_text(a, "held_on"), daemon_day(1));
	assert_non_null(strstr(answer_text(a, "detail"), daemon_day(1)));

	snprintf(body, sizeof body, exam, "earlier", daemon_day(-9));
	expect_problem(post(BY_SHILI, "/v1/exams", body, NULL), 422, "invalid_fields");
	a = expect_status(post(BY_ADMIN, "/v1/exams", late(body, sizeof body), NULL), 201);
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", answer_text(a, "id"));
	snprintf(body, sizeof body, result, daemon_resident_id_born(daemon_day(-8)));
	a = expect_problem(post(BY_SHILI, path, body, NULL), 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), "/candidate/id_number");
	assert_string_equal(answer_text(a, "errors.0.code"), "born_after_exam");

	snprintf(body, sizeof body,
	         "{\"candidate\":{\"name\":\"时二\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"}}",
	         daemon_resident_id_born(daemon_day(-40)));
	a = expect_problem(ask_path("POST", BY_SHILI, body, "/v1/sessions/%s/enrolments", make_session(9)), 422,
	                   "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), "/candidate/id_number");
	assert_string_equal(answer_text(a, "errors.0.code"), "born_after_session");
}

/* ---- taking back ---- */

static const struct answer *pair(const char *name, unsigned person)
{
	return expect_status(daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), name,
	                                   person, PASS), 201);
}

/* Somebody gave another reason before: which one, and when, is said, and stays. */
static void expect_recorded(const struct answer *a, const char *standing)
{
	expect_problem(a, 409, "other_reason");
	assert_string_equal(answer_text(a, "state"), standing);
	assert_string_equal(answer_text(a, "reason"), "issued_in_error");
	if (strcmp(standing, "valid") != 0)
		assert_string_equal(answer_text(a, "on"), daemon_day(0));
	assert_non_null(strstr(answer_text(a, "detail"), "issued_in_error"));
}

static void test_revocation(void **state)
{
	char want[160];
	const struct answer *a = pair("郑一", 10);
	const char *number = answer_text(a, "certificates.0.number");
	const struct answer *first =
		ask_path("POST", BY_ADMIN, REASON, "/v1/certificates/%s/revocation", number);
	snprintf(want, sizeof want, "{\"number\":\"%s\",\"state\":\"revoked\",\"revoked_on\":\"%s\"}",
	         number, daemon_day(0));
	expect_body(expect_status(first, 200), want);
	expect_again(ask_path("POST", BY_ADMIN, "{\"reason\":\"issued_in_error\"}",
	                      "/v1/certificates/%s/revocation", number), first);
	expect_recorded(ask_path("POST", BY_ADMIN, "{\"reason\":\"fraud\"}",
	                         "/v1/certificates/%s/revocation", number), "revoked");
	assert_string_equal(result_of(answer_text(a, "certificates.0.verification_code")), "revoked");
	assert_string_equal(result_of(answer_text(a, "certificates.1.verification_code")), "valid");
	expect_problem(ask_path("DELETE", BY_ADMIN, REASON, "/v1/certificates/%s/suspension", number), 409,
	               "revoked_is_final");
	expect_problem(ask_path("PUT", BY_ADMIN, REASON, "/v1/certificates/%s/suspension", number), 409,
	               "revoked_is_final");
	expect_problem(ask_path("POST", BY_ADMIN, REASON,
	                        "/v1/certificates/S000031000123264999999/revocation"), 404, "not_found");
	a = expect_problem(ask_path("POST", BY_ADMIN, "{\"reason\":\"mood\",\"notes\":1}",
	                            "/v1/certificates/%s/revocation", number), 422, "invalid_fields");
	assert_int_equal(json_array_size(answer_at(a, "errors")), 2);
	/* who may not, may not even know */
	expect_problem(ask_path("POST", BY_ELSEWHERE, REASON, "/v1/certificates/%s/revocation", number),
	               404, "not_found");
	expect_problem(ask_path("POST", BY_SHILI, REASON, "/v1/certificates/%s/revocation", number), 403,
	               "forbidden");
}

static void test_suspension(void **state)
{
	char want[160];
	const struct answer *a = pair("郑二", 11);
	const char *number = answer_text(a, "certificates.0.number");
	const char *code = answer_text(a, "certificates.0.verification_code");
	for (int round = 0; round < 2; round++) {
		const struct answer *on =
			ask_path("PUT", BY_DISTRICT, REASON, "/v1/certificates/%s/suspension", number);
		snprintf(want, sizeof want,
		         "{\"number\":\"%s\",\"state\":\"suspended\",\"suspended_on\":\"%s\"}", number,
		         daemon_day(0));
		expect_body(expect_status(on, 200), want);
		expect_again(ask_path("PUT", BY_ADMIN, REASON, "/v1/certificates/%s/suspension", number), on);
		expect_recorded(ask_path("PUT", BY_ADMIN, OTHER_REASON, "/v1/certificates/%s/suspension", number),
		                "suspended");
		assert_string_equal(result_of(code), "suspended");
		const struct answer *off =
			ask_path("DELETE", BY_ADMIN, REASON, "/v1/certificates/%s/suspension", number);
		snprintf(want, sizeof want, "{\"number\":\"%s\",\"state\":\"valid\"}", number);
		expect_body(expect_status(off, 200), want);
		expect_again(ask_path("DELETE", BY_ADMIN, REASON, "/v1/certificates/%s/suspension", number),
		             off);
		expect_recorded(ask_path("DELETE", BY_ADMIN, OTHER_REASON, "/v1/certificates/%s/suspension", number),
		                "valid");
		assert_string_equal(result_of(code), "valid");
	}
	expect_problem(ask_path("DELETE", BY_ADMIN, "{}", "/v1/certificates/%s/suspension", number), 422,
	               "invalid_fields");
}

static const struct answer *keyed(const char *method, const char *path, const char *body, const char *key)
{
	char header[64];
	snprintf(header, sizeof header, "Idempotency-Key: %s", key);
	return ASK(d->https, .method = method, .path = path, .token = d->token[BY_ADMIN], .body = body,
	           .header = header);
}

/* What was answered first is answered again, whatever has become of it since. */
static void test_repetitions_of_the_past(void **state)
{
	char path[128], reissue[128];
	const struct answer *a = pair("郑七", 16);
	const char *number = answer_text(a, "certificates.1.number");
	snprintf(path, sizeof path, "/v1/certificates/%s/suspension", number);
	snprintf(reissue, sizeof reissue, "/v1/certificates/%s/reissue", number);
	const struct answer *on = expect_status(keyed("PUT", path, REASON, "past-on"), 200);
	const struct answer *off = expect_status(keyed("DELETE", path, REASON, "past-off"), 200);
	expect_again(keyed("PUT", path, REASON, "past-on"), on); /* as if it were suspended now */
	assert_string_equal(answer_text(on, "state"), "suspended");
	expect_status(keyed("PUT", path, REASON, "past-on-2"), 200);
	expect_again(keyed("DELETE", path, REASON, "past-off"), off);
	expect_status(keyed("DELETE", path, REASON, "past-off-2"), 200);

	const struct answer *once = expect_status(keyed("POST", reissue, NULL, "past-reissue"), 200);
	expect_status(keyed("POST", reissue, NULL, "past-reissue-2"), 200);
	expect_again(keyed("POST", reissue, NULL, "past-reissue"), once);
	expect_again(keyed("POST", reissue, " { }\n", "past-reissue"), once); /* the same request */
	expect_problem(keyed("POST", reissue, "{\"code\":1}", "past-reissue"), 400, "unexpected_body");

	snprintf(path, sizeof path, "/v1/certificates/%s/revocation", number);
	const struct answer *gone = expect_status(keyed("POST", path, REASON, "past-gone"), 200);
	snprintf(path, sizeof path, "/v1/assessments/%s/annulment", answer_text(a, "id"));
	expect_status(keyed("POST", path, REASON, "past-annulled"), 200);
	snprintf(path, sizeof path, "/v1/certificates/%s/revocation", number);
	expect_again(keyed("POST", path, REASON, "past-gone"), gone);
	assert_string_equal(answer_text(gone, "state"), "revoked");
}

/* The same of what institutions send. */
static void test_repetitions_of_records(void **state)
{
	char body[512], result[512], path[80];
	snprintf(body, sizeof body, "{\"code\":\"past\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
	         "\"work_type\":\"直播销售员\",\"level\":\"5\",\"held_on\":\"%s\"}", daemon_day(0));
	const struct answer *exam = expect_status(post(BY_SHILI, "/v1/exams", body, "past-exam"), 201);
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", answer_text(exam, "id"));
	snprintf(result, sizeof result, "{\"candidate\":{\"name\":\"郑八\",\"id_type\":\"resident_id\","
	         "\"id_number\":\"%s\"},\"scores\":{%s}}", daemon_resident_id(17), PASS);
	const struct answer *passed = expect_status(post(BY_SHILI, path, result, "past-result"), 201);
	expect_again(post(BY_SHILI, "/v1/exams", body, "past-exam"), exam);
	assert_int_equal(answer_int(exam, "assessed"), 0);
	const struct answer *now = expect_status(post(BY_SHILI, "/v1/exams", body, NULL), 201);
	assert_int_equal(answer_int(now, "assessed"), 1); /* another request: how it stands */

	snprintf(body, sizeof body, "/v1/certificates/%s/reissue", answer_text(passed, "certificates.0.number"));
	expect_status(keyed("POST", body, NULL, "past-card"), 200);
	expect_again(post(BY_SHILI, path, result, "past-result"), passed);
	expect_status(ask_path("POST", BY_ADMIN, REASON, "/v1/assessments/%s/annulment", answer_text(passed, "id")), 200);
	expect_again(post(BY_SHILI, path, result, "past-result"), passed);
	expect_problem(post(BY_SHILI, path, result, NULL), 409, "assessment_annulled");

	session_body(body, sizeof body, "", 40);
	const struct answer *session = expect_status(post(BY_SHILI, "/v1/sessions", body, "past-term"), 201);
	snprintf(result, sizeof result, "{\"completed_on\":\"%s\",\"enrolments\":[]}", daemon_day(-16));
	expect_status(ask_path("POST", BY_SHILI, result, "/v1/sessions/%s/completion", answer_text(session, "id")), 200);
	expect_again(post(BY_SHILI, "/v1/sessions", body, "past-term"), session);
}

static void test_annulment(void **state)
{
	char want[256];
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const struct answer *a = daemon_submit(d, BY_SHILI, exam, "郑三", 12, PASS);
	const char *id = answer_text(a, "id");
	expect_problem(ask_path("POST", BY_ELSEWHERE, REASON, "/v1/assessments/%s/annulment", id), 404,
	               "not_found");
	const struct answer *first =
		ask_path("POST", BY_ADMIN, REASON, "/v1/assessments/%s/annulment", id);
	snprintf(want, sizeof want,
	         "{\"id\":\"%s\",\"state\":\"annulled\",\"annulled_on\":\"%s\",\"certificates\":[\"%s\","
	         "\"%s\"]}", id, daemon_day(0), answer_text(a, "certificates.0.number"),
	         answer_text(a, "certificates.1.number"));
	expect_body(expect_status(first, 200), want);
	expect_again(ask_path("POST", BY_ADMIN, REASON, "/v1/assessments/%s/annulment", id), first);
	expect_recorded(ask_path("POST", BY_ADMIN, OTHER_REASON, "/v1/assessments/%s/annulment", id), "annulled");
	assert_string_equal(result_of(answer_text(a, "certificates.0.verification_code")), "revoked");
	assert_string_equal(result_of(answer_text(a, "certificates.1.verification_code")), "revoked");
	expect_problem(daemon_submit(d, BY_SHILI, exam, "郑三", 12, PASS), 409, "assessment_annulled");
	expect_problem(ask_path("DELETE", BY_ADMIN, REASON, "/v1/certificates/%s/suspension",
	                        answer_text(a, "certificates.0.number")), 409, "revoked_is_final");
	/* the way to a new certificate is open again */
	pair("郑三", 12);
}

/* One key, two addresses: the second is another request. */
static void test_key_of_another_address(void **state)
{
	char path[96], other[96];
	snprintf(path, sizeof path, "/v1/certificates/%s/revocation",
	         answer_text(pair("郑四", 13), "certificates.0.number"));
	snprintf(other, sizeof other, "/v1/certificates/%s/revocation",
	         answer_text(pair("郑五", 14), "certificates.0.number"));
	expect_status(post(BY_ADMIN, path, REASON, "file-118"), 200);
	expect_problem(post(BY_ADMIN, other, REASON, "file-118"), 422, "idempotency_key_reused");
	expect_status(post(BY_ADMIN, other, REASON, "file-119"), 200);
}

static void expect_event(const struct answer *a, int i, const char *event, const char *role,
                         const char *reason)
{
	char at[32];
	snprintf(at, sizeof at, "items.%d.event", i);
	assert_string_equal(answer_text(a, at), event);
	snprintf(at, sizeof at, "items.%d.by_role", i);
	assert_string_equal(answer_text(a, at), role);
	snprintf(at, sizeof at, "items.%d.reason", i);
	if (reason)
		assert_string_equal(answer_text(a, at), reason);
	else
		assert_true(json_is_null(answer_at(a, at)));
}

/* Of a pair the company sees its own certificate, by whichever way it comes; the body and the office see both. */
static void test_a_companys_half(void **state)
{
	static const char *const ways[] = {"", "/history", "/credential", "/document.pdf"};
	const struct answer *a = pair("郑九", 18);
	const char *skill = answer_text(a, "certificates.0.number"), *own = answer_text(a, "certificates.1.number");
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		expect_problem(ask_path("GET", BY_XINGBO, NULL, "/v1/certificates/%s%s", skill, ways[i]), 404, "not_found");
		expect_status(ask_path("GET", BY_SHILI, NULL, "/v1/certificates/%s%s", skill, ways[i]), 200);
		expect_status(ask_path("GET", BY_XINGBO, NULL, "/v1/certificates/%s%s", own, ways[i]), 200);
	}
	const struct answer *seen =
		expect_status(ask_path("GET", BY_XINGBO, NULL, "/v1/assessments/%s", answer_text(a, "id")), 200);
	assert_int_equal(json_array_size(answer_at(seen, "certificates")), 1);
	assert_string_equal(answer_text(seen, "certificates.0.number"), own);
	assert_null(strstr(seen->body, answer_text(a, "certificates.0.verification_code")));
}

/* What happened to a certificate is told to those who issue it, watch it or answer for it. */
static void test_history(void **state)
{
	static const enum daemon_token entitled[] = {BY_SHILI, BY_ADMIN, BY_DISTRICT, BY_AUDITOR};
	const struct answer *a = pair("郑六", 15);
	const char *number = answer_text(a, "certificates.0.number");
	expect_status(ask_path("PUT", BY_DISTRICT, REASON, "/v1/certificates/%s/suspension", number), 200);
	expect_status(ask_path("DELETE", BY_ADMIN, REASON, "/v1/certificates/%s/suspension", number), 200);
	expect_status(ask_path("POST", BY_ADMIN, "{\"reason\":\"fraud\"}",
	                       "/v1/certificates/%s/revocation", number), 200);
	for (size_t i = 0; i < ARRAY_LEN(entitled); i++) {
		a = expect_status(ask_path("GET", entitled[i], NULL, "/v1/certificates/%s/history", number), 200);
		assert_int_equal(json_array_size(answer_at(a, "items")), 5);
		expect_event(a, 0, "submitted", "institution", NULL);
		expect_event(a, 1, "issued", "institution", NULL);
		expect_event(a, 2, "suspended", "administrator", "issued_in_error");
		expect_event(a, 3, "reinstated", "administrator", "issued_in_error");
		expect_event(a, 4, "revoked", "administrator", "fraud");
		assert_string_equal(answer_text(a, "items.0.by_organisation"), "shili");
		assert_string_equal(answer_text(a, "items.2.note"), "file 2026-118");
		assert_null(strstr(a->body, "郑六"));
	}
	expect_problem(ask_path("GET", BY_ELSEWHERE, NULL, "/v1/certificates/%s/history", number), 404,
	               "not_found");
	expect_problem(ask_path("GET", BY_PUJIANG, NULL, "/v1/certificates/%s/history", number), 404,
	               "not_found");
	expect_problem(ask_path("GET", BY_ADMIN, NULL, "/v1/certificates/S000031000123264999999/history"),
	               404, "not_found");
}

/* ---- counting ---- */

static long long counts[4]; /* of the programme when the table begins */

static const struct answer *progress(void)
{
	return expect_status(ASK(d->https, .path = "/v1/progress/shanghai-2025-27"), 200);
}

static void expect_counts(long long participation, long long newly, long long mid)
{
	const long long want[] = {participation, newly, mid};
	static const char *const keys[] = {"training_evaluation", "newly_certified", "mid_or_higher"};
	const struct answer *a = progress();
	for (unsigned i = 0; i < 3; i++) {
		char at[40];
		snprintf(at, sizeof at, "goals.%u.key", i);
		assert_string_equal(answer_text(a, at), keys[i]);
		snprintf(at, sizeof at, "goals.%u.count", i);
		assert_int_equal(answer_int(a, at) - counts[i], want[i]);
	}
	a = expect_status(ask_path("GET", BY_AUDITOR, NULL, "/v1/progress/shanghai-2025-27/audit"), 200);
	if (!json_is_true(answer_at(a, "agrees")))
		fail_msg("the recount differs: %s", a->body);
}

static void begin_counting(void)
{
	const struct answer *a = progress();
	counts[0] = answer_int(a, "goals.0.count");
	counts[1] = answer_int(a, "goals.1.count");
	counts[2] = answer_int(a, "goals.2.count");
}

static void complete_training(const char *name, unsigned person)
{
	char body[256];
	const char *id = make_session(5);
	const struct answer *e = expect_status(enrol(BY_SHILI, id, name, person), 201);
	snprintf(body, sizeof body,
	         "{\"completed_on\":\"%s\",\"enrolments\":[{\"id\":\"%s\",\"hours_attended\":104}]}",
	         daemon_day(-16), answer_text(e, "id"));
	for (int twice = 0; twice < 2; twice++)
		expect_status(ask_path("POST", BY_SHILI, body, "/v1/sessions/%s/completion", id), 200);
}

/* Each event happens twice: the repetition changes nothing. */
static const struct answer *twice(const char *exam, const char *name, unsigned person,
                                  const char *scores)
{
	expect_status(daemon_submit(d, BY_SHILI, exam, name, person, scores), 201);
	return expect_status(daemon_submit(d, BY_SHILI, exam, name, person, scores), 201);
}

PRINTF_LIKE(2, 3) static void change_twice(const char *method, const char *form, ...)
{
	char path[160];
	va_list ap;
	va_start(ap, form);
	vsnprintf(path, sizeof path, form, ap);
	va_end(ap);
	for (int i = 0; i < 2; i++)
		expect_status(ASK(d->https, .method = method, .path = path, .body = REASON,
		                  .token = d->token[BY_ADMIN]), 200);
}

static void test_counting(void **state)
{
	enum { A = 20, B, C };
	begin_counting();
	complete_training("甲某人", A);
	expect_counts(1, 0, 0);
	const char *e1 = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const char *e2 = daemon_exam(d, BY_SHILI, "5", "xingbo");
	const char *e3 = daemon_exam(d, BY_SHILI, "3", NULL);
	const struct answer *a = twice(e1, "甲某人", A, PASS);
	expect_counts(2, 1, 1);
	twice(e1, "乙某人", B, FAIL);
	expect_counts(3, 1, 1);
	char absent[256];
	snprintf(absent, sizeof absent,
	         "{\"candidate\":{\"name\":\"丙某人\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"},"
	         "\"attendance\":\"absent\"}", daemon_resident_id(C));
	for (int i = 0; i < 2; i++)
		expect_status(ask_path("POST", BY_SHILI, absent, "/v1/exams/%s/assessments", e1), 201);
	expect_counts(3, 1, 1);
	twice(e2, "乙某人", B, PASS);
	expect_counts(4, 2, 1);
	const struct answer *b3 = twice(e3, "乙某人", B, PASS);
	expect_counts(5, 2, 2);
	const char *skill = answer_text(a, "certificates.0.number");
	change_twice("POST", "/v1/certificates/%s/revocation", answer_text(a, "certificates.1.number"));
	expect_counts(5, 2, 2);
	change_twice("PUT", "/v1/certificates/%s/suspension", skill);
	expect_counts(5, 2, 2);
	change_twice("DELETE", "/v1/certificates/%s/suspension", skill);
	expect_counts(5, 2, 2);
	change_twice("POST", "/v1/assessments/%s/annulment", answer_text(b3, "id"));
	expect_counts(4, 2, 1);
	change_twice("POST", "/v1/certificates/%s/revocation", skill);
	expect_counts(4, 1, 0);
}

/* Had E2 been annulled instead: B stays certified, by the other certificate. */
static void test_counting_moves(void **state)
{
	begin_counting();
	const struct answer *five =
		twice(daemon_exam(d, BY_SHILI, "5", NULL), "丁某人", 30, PASS);
	twice(daemon_exam(d, BY_SHILI, "3", NULL), "丁某人", 30, PASS);
	expect_counts(2, 1, 1);
	change_twice("POST", "/v1/assessments/%s/annulment", answer_text(five, "id"));
	expect_counts(1, 1, 1);
}

static void write_goal(char *out, size_t size, const char *key, const char *unit, long long count,
                       long long target, const char *rule)
{
	/* 366 of 731 days */
	long long plan = llround((double)target * 366 / 731);
	double weeks = (double)(count - plan) / ((double)target * 7 / 731);
	char percent[32], ahead_weeks[32];
	snprintf(percent, sizeof percent, "%.2f", round((double)count * 10000 / (double)target) / 100);
	snprintf(ahead_weeks, sizeof ahead_weeks, "%.1f", round(weeks * 10) / 10);
	snprintf(out, size,
	         "{\"key\":\"%s\",\"unit\":\"%s\",\"count\":%lld,\"target\":%lld,\"remaining\":%lld,"
	         "\"percent\":%s,\"plan_to_date\":%lld,\"ahead\":%lld,\"ahead_weeks\":%s,"
	         "\"rule\":{\"name\":\"%s\",\"version\":1}}",
	         key, unit, count, target, target - count, percent, plan, count - plan, ahead_weeks, rule);
}

/* EXAMPLES 3, byte for byte but for the numbers. */
static void test_progress_answer(void **state)
{
	char goal[3][512], want[2048];
	const struct answer *a = ASK(d->https, .path = "/v1/progress/shanghai-2025-27",
	                             .language = "zh-CN");
	write_goal(goal[0], sizeof goal[0], "training_evaluation\",\"title\":\"直播技能培训评价", "person-times",
	           answer_int(a, "goals.0.count"), 60000, "participation");
	write_goal(goal[1], sizeof goal[1], "newly_certified\",\"title\":\"新培养持证直播技能人才", "people",
	           answer_int(a, "goals.1.count"), 50000, "newly-certified");
	write_goal(goal[2], sizeof goal[2], "mid_or_higher\",\"title\":\"其中中级及以上", "people",
	           answer_int(a, "goals.2.count"), 40000, "mid-or-higher");
	snprintf(want, sizeof want,
	         "{\"programme\":\"shanghai-2025-27\","
	         "\"title\":\"上海市直播经济技能人才培养工作方案（2025-2027年）\","
	         "\"window\":{\"from\":\"%s\",\"to\":\"%s\"},\"as_of\":\"@\",\"goals\":[%s,%s,%s],"
	         "\"also\":{\"sessions_completed\":%lld,\"training_completions\":%lld,"
	         "\"trained_people\":%lld,\"assessments_taken\":%lld,\"certificates_issued\":{\"skill_grade\":%lld,"
	         "\"company\":%lld}}}",
	         daemon_day(-365), daemon_day(365), goal[0], goal[1], goal[2],
	         answer_int(a, "also.sessions_completed"), answer_int(a, "also.training_completions"),
	         answer_int(a, "also.trained_people"), answer_int(a, "also.assessments_taken"),
	         answer_int(a, "also.certificates_issued.skill_grade"),
	         answer_int(a, "also.certificates_issued.company"));
	expect_body(expect_status(a, 200), want);
	assert_true(answer_int(a, "also.certificates_issued.company") > 0);
	assert_int_equal(answer_int(a, "goals.0.count"),
	                 answer_int(a, "also.training_completions") +
	                         answer_int(a, "also.assessments_taken"));
	a = expect_status(ASK(d->https, .path = "/v1/progress", .language = "zh-CN"), 200);
	assert_int_equal(json_array_size(answer_at(a, "programmes")), 2);
	assert_string_equal(answer_text(a, "programmes.1.programme"), "hongqiao-cbd-2026");
	assert_string_equal(answer_text(a, "programmes.1.goals.0.key"), "talent_system");
	assert_true(json_is_false(answer_at(a, "programmes.1.goals.0.reached")));
	assert_null(answer_at(a, "programmes.1.goals.0.percent"));
	bool open = strcmp(cluster_ask(d->cluster, d->database,
	                               "SELECT talent._today() <= window_to FROM talent.programme"
	                               " WHERE slug = 'hongqiao-cbd-2026'"), "t") == 0;
	assert_int_equal(answer_int(a, "programmes.1.also.newly_certified") > 0, open);
	want[strlen("{\"programme\":\"shanghai-2025-27\",\"title\"")] = '\0';
	assert_non_null(strstr(a->body, want));
	expect_problem(ASK(d->https, .path = "/v1/progress/mars-2040"), 404, "not_found");
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_session_limits),
		cmocka_unit_test(test_before_its_day),
		cmocka_unit_test(test_revocation),
		cmocka_unit_test(test_suspension),
		cmocka_unit_test(test_annulment),
		cmocka_unit_test(test_repetitions_of_the_past),
		cmocka_unit_test(test_repetitions_of_records),
		cmocka_unit_test(test_key_of_another_address),
		cmocka_unit_test(test_a_companys_half),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_counting),
		cmocka_unit_test(test_counting_moves),
		cmocka_unit_test(test_progress_answer),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	int failed = cmocka_run_group_tests_name("e2e_records", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
