/* tests/integration/test_e2e_standards.c - an occupation and its standard come, are examined, say something new
 * from a day on, and end: by public calls only. What a preview tells is what the change then touches. */
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

static struct cluster *cluster;
static struct daemon *d;
static char host[40]; /* the standard's id */

PRINTF_LIKE(3, 4)
static const struct answer *post(enum daemon_token by, const char *path, const char *form, ...)
{
	static char body[4096];
	va_list ap;
	va_start(ap, form);
	vsnprintf(body, sizeof body, form, ap);
	va_end(ap);
	return ASK(d->https, .path = path, .token = d->token[by], .body = body);
}

static const char *of(const char *standard, const char *what)
{
	static char path[96];
	snprintf(path, sizeof path, "/v1/standards/%s%s", standard, what);
	return path;
}

static const struct answer *get(const char *path)
{
	return expect_status(ASK(d->https, .path = path), 200);
}

static void expect_wrong(const struct answer *a, const char *pointer, const char *code)
{
	expect_problem(a, 422, "invalid_fields");
	if (!strstr(answer_text(a, "errors.0.pointer"), pointer) || strcmp(answer_text(a, "errors.0.code"), code) != 0)
		fail_msg("not %s %s: %s", pointer, code, a->body);
}

static void expect_number(const struct answer *a, const char *member, int n)
{
	if (!json_is_integer(answer_at(a, member)) || answer_int(a, member) != n)
		fail_msg("%s is not %d: %s", member, n, a->body);
}

#define LIVE(hours) "[{\"slug\":\"live\",\"name\":\"直播\",\"name_en\":\"live\",\"levels\":[{\"level\":\"5\",\"min_hours\":" \
	hours ",\"min_age\":16},{\"level\":\"4\",\"conditions\":[{\"prerequisite\":\"5\",\"years\":2}]}]}]"
#define ONLY_FIVE "[{\"slug\":\"live\",\"name\":\"直播\",\"name_en\":\"live\",\"levels\":[{\"level\":\"5\"}]}]"
#define EXAM "{\"code\":\"%s\",\"occupation\":\"4-13-01-10\",\"edition\":\"2022\",\"work_type\":\"直播\"," \
	"\"level\":\"%s\",\"held_on\":\"%s\"%s}"

static int year_of(const char *day)
{
	int year = 0;
	assert_int_equal(sscanf(day, "%4d", &year), 1);
	return year;
}

static void the_dictionary(void **state)
{
	const struct answer *a = get("/v1/occupations?limit=200");
	assert_non_null(strstr(a->body, "网络主播"));
	a = get("/v1/occupations/4-13-01-10/2022");
	assert_true(json_is_null(answer_at(a, "standard")));
	a = get("/v1/occupations/4-01-06-02/2022");
	assert_string_equal(answer_text(a, "standard"), "互联网营销师/2021");
	assert_string_equal(answer_text(a, "work_types.0.slug"), "livestream-sales");
	expect_problem(ASK(d->https, .path = "/v1/occupations/4-01-06-02/2021"), 404, "not_found");
	static const char new_one[] =
		"{\"code\":\"4-13-01-12\",\"edition\":\"2022\",\"name\":\"直播助理\",\"name_en\":\"livestream assistant\"}";
	expect_problem(post(BY_DISTRICT, "/v1/occupations", "%s", new_one), 403, "forbidden");
	expect_status(post(BY_ADMIN, "/v1/occupations", "%s", new_one), 201);
	a = expect_status(post(BY_ADMIN, "/v1/occupations", "%s", new_one), 201);
	assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
	expect_problem(post(BY_ADMIN, "/v1/occupations", "{\"code\":\"4-13-01-12\",\"edition\":\"2022\",\"name\":\"x\","
	               "\"name_en\":\"x\"}"), 409, "already_exists");
	a = expect_status(ASK(d->https, .path = "/v1/occupations/4-13-01-12/2022/history", .token = d->token[BY_AUDITOR]),
	                  200);
	assert_string_equal(answer_text(a, "items.0.action"), "occupation_create");
}

/* Nothing of it can be announced before it is in force. */
static void a_standard_comes(void **state)
{
	const struct answer *a;
	const char *from = daemon_day(-5);
	char name[40];
	expect_wrong(post(BY_SHILI, "/v1/exams", EXAM, "A", "5", daemon_day(0), ""), "/occupation", "no_standard_in_force");
	snprintf(name, sizeof name, "网络主播/%d", year_of(daemon_day(-9)));
#define CREATE "{\"name\":\"%s\",\"occupation\":\"4-13-01-10\",\"edition\":\"2022\",\"document\":\"人社厅发〔2026〕99号\"," \
	"\"issued_on\":\"%s\",\"printed_code\":\"4-13-01-10\",\"valid_from\":\"%s\",\"work_types\":" LIVE("40") "}"
	char issued[16];
	snprintf(issued, sizeof issued, "%s", daemon_day(-9));
	expect_problem(post(BY_DISTRICT, "/v1/standards", CREATE, name, issued, from), 403, "forbidden");
	a = expect_status(post(BY_ADMIN, "/v1/standards", CREATE, name, issued, from), 201);
	snprintf(host, sizeof host, "%s", answer_text(a, "id"));
	assert_string_equal(answer_text(a, "conditions"), "stated");
	expect_number(a, "version", 1);
	expect_number(a, "versions.0.work_types.0.levels.1.conditions.0.years", 2);
	assert_string_equal(get(of(host, ""))->body, a->body);
	expect_wrong(post(BY_ADMIN, "/v1/standards", CREATE, name, issued, from), "/name", "name_taken");
	assert_non_null(strstr(get("/v1/standards?occupation=4-13-01-10")->body, host));
	char path[96];
	snprintf(path, sizeof path, "/v1/standards?occupation=4-13-01-10&on=%s", daemon_day(-6));
	assert_null(strstr(get(path)->body, host));
	assert_string_equal(answer_text(get("/v1/occupations/4-13-01-10/2022"), "standard"), name);

	/* accredited, it is examined under that standard */
	expect_status(post(BY_ADMIN, "/v1/accreditations", "{\"body\":\"shili\",\"occupation\":\"4-13-01-10\",\"edition\":"
	                   "\"2022\",\"work_type\":\"直播\",\"levels\":[\"5\",\"4\"],\"valid_from\":\"%s\"}", from), 201);
	a = expect_status(post(BY_SHILI, "/v1/exams", EXAM, "A", "4", daemon_day(0), ""), 201);
	assert_string_equal(answer_text(a, "standard"), name);
	expect_wrong(post(BY_SHILI, "/v1/exams", EXAM, "B", "3", daemon_day(0), ""), "/level", "level_not_offered");
	expect_wrong(post(BY_SHILI, "/v1/exams", EXAM, "B", "4", daemon_day(0), ",\"standard\":\"互联网营销师/2021\""),
	             "/standard", "standard_differs");
	expect_wrong(post(BY_SHILI, "/v1/exams", EXAM, "B", "4", daemon_day(0), ",\"standard\":\"x\""), "/standard",
	             "standard_unknown");
	snprintf(path, sizeof path, ",\"standard\":\"%s\"", name);
	expect_wrong(post(BY_SHILI, "/v1/exams", EXAM, "B", "4", daemon_day(-6), path), "/standard", "standard_not_in_force");
	expect_status(post(BY_SHILI, "/v1/exams", EXAM, "B", "4", daemon_day(20), path), 201);
}

/* What the preview counts stands in the way of the change, and is gone by what it says. */
static void it_says_something_new(void **state)
{
	const struct answer *a;
	const char *versions = "/versions";
#define VERSION(work) "{\"valid_from\":\"%s\",\"note\":\"x\",\"work_types\":" work "}"
	a = expect_status(post(BY_ADMIN, of(host, "/preview"), VERSION(ONLY_FIVE), daemon_day(10)), 200);
	expect_number(a, "touched.exams", 1);
	expect_number(a, "touched.accreditations", 1);
	expect_number(a, "touched.sessions", 0);
	expect_number(a, "no_longer_covered.exams", 1);
	expect_wrong(post(BY_ADMIN, of(host, versions), VERSION(ONLY_FIVE), daemon_day(10)), "/work_types",
	             "standard_in_use");
	expect_wrong(post(BY_ADMIN, of(host, "/preview"), VERSION(LIVE("30")), daemon_day(0)), "/valid_from", "date_gone_by");
	expect_wrong(post(BY_ADMIN, of(host, versions), VERSION(LIVE("30")), daemon_day(0)), "/valid_from", "date_gone_by");
	expect_number(get(of(host, "")), "versions.0.version", 1); /* nothing was stored */
	assert_null(answer_at(get(of(host, "")), "versions.1"));
	a = expect_status(post(BY_ADMIN, of(host, versions), VERSION(LIVE("30")), daemon_day(10)), 201);
	expect_number(a, "version", 1);
	expect_number(a, "versions.0.work_types.0.levels.0.min_hours", 40);
	expect_number(a, "versions.1.work_types.0.levels.0.min_hours", 30);
	a = expect_status(post(BY_ADMIN, of(host, versions), VERSION(LIVE("30")), daemon_day(10)), 201);
	assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
	expect_wrong(post(BY_ADMIN, of(host, versions), VERSION(ONLY_FIVE), daemon_day(10)), "/valid_from", "before_version");
	expect_wrong(post(BY_ADMIN, of(host, versions), VERSION("[{\"slug\":\"live\",\"name\":\"x\",\"name_en\":\"x\","
	             "\"levels\":[]}]"), daemon_day(11)), "/work_types/0/name", "work_type_differs");
}

#define GET_OWN(at) ASK(d->https, .path = at, .token = d->token[BY_SHILI])

/* The address of shili's exam of that code, and what is behind it. */
static const char *exam(const char *code, const char *what)
{
	static char path[128];
	snprintf(path, sizeof path, "/v1/exams?code=%s", code);
	const struct answer *a = expect_status(GET_OWN(path), 200);
	snprintf(path, sizeof path, "/v1/exams/%s%s", answer_text(a, "items.0.id"), what);
	return path;
}

#define END "{\"valid_to\":\"%s\"}"

/* It ends before an exam that is announced: until that is moved to what follows, in another edition of the
 * dictionary, its results would be refused; what has been held stays where it is. */
static void it_is_followed(void)
{
	const struct answer *a;
	char transfer[96], from[16], next[64], history[96];
	snprintf(transfer, sizeof transfer, "%s", exam("B", "/transfer"));
	snprintf(history, sizeof history, "%s", exam("B", "/history"));
	snprintf(from, sizeof from, "%s", daemon_day(15));
	snprintf(next, sizeof next, "网络主播/%d", year_of(daemon_day(-9)) - 1);
#define TRANSFER "{\"standard\":\"%s\",\"reason\":\"标准更替\"}"
	expect_status(post(BY_ADMIN, of(host, "/ending"), "{\"valid_to\":\"%s\",\"announced_stay\":true}", daemon_day(19)), 200);
	assert_string_equal(answer_text(expect_status(GET_OWN(exam("B", "")), 200), "standing"), "standard_not_in_force");
	assert_string_equal(answer_text(expect_status(GET_OWN(exam("A", "")), 200), "standing"), "ok");
	expect_wrong(post(BY_SHILI, transfer, TRANSFER, next), "/standard", "standard_unknown");
	expect_status(post(BY_ADMIN, "/v1/occupations", "{\"code\":\"4-13-01-10\",\"edition\":\"2099\",\"name\":\"网络主播\","
	                   "\"name_en\":\"live streamer\"}"), 201);
	expect_status(post(BY_ADMIN, "/v1/standards", "{\"name\":\"%s\",\"occupation\":\"4-13-01-10\",\"edition\":\"2099\","
	                   "\"document\":\"x\",\"printed_code\":null,\"issued_on\":\"%d-01-01\",\"valid_from\":\"%s\",\"work_types\":" LIVE("40") "}",
	                   next, year_of(daemon_day(-9)) - 1, from), 201);
	expect_problem(post(BY_SHILI, transfer, TRANSFER, next), 409, "not_accredited");
	expect_status(post(BY_ADMIN, "/v1/accreditations", "{\"body\":\"shili\",\"occupation\":\"4-13-01-10\",\"edition\":"
	                   "\"2099\",\"work_type\":\"直播\",\"levels\":[\"4\"],\"valid_from\":\"%s\",\"standard\":\"%s\"}",
	                   from, next), 201);
	expect_problem(post(BY_SHILI, exam("A", "/transfer"), TRANSFER, next), 409, "exam_was_held");
	a = expect_status(post(BY_SHILI, transfer, TRANSFER, next), 200);
	assert_string_equal(answer_text(a, "standard"), next);
	assert_string_equal(answer_text(a, "edition"), "2099");
	assert_string_equal(answer_text(a, "standing"), "ok");
	a = expect_status(post(BY_ADMIN, transfer, TRANSFER, next), 200);
	assert_string_equal(answer_header(a, "Idempotent-Replayed"), "true");
	a = expect_status(ASK(d->https, .path = history, .token = d->token[BY_AUDITOR]), 200);
	assert_string_equal(answer_text(a, "items.0.action"), "exam_move");
	assert_string_equal(answer_text(a, "items.0.detail.reason"), "标准更替");
	assert_string_equal(answer_text(a, "items.0.detail.from.edition"), "2022");
	a = expect_status(post(BY_ADMIN, of(host, "/preview"), END, daemon_day(19)), 200);
	expect_number(a, "no_longer_covered.exams", 0);
}

static void it_ends(void **state)
{
	const struct answer *a = expect_status(post(BY_ADMIN, of(host, "/preview"), END, daemon_day(19)), 200);
	expect_number(a, "no_longer_covered.exams", 1);
	expect_wrong(post(BY_ADMIN, of(host, "/ending"), END, daemon_day(19)), "/valid_to", "standard_in_use");
	expect_wrong(post(BY_ADMIN, of(host, "/ending"), END, daemon_day(9)), "/valid_to", "before_version");
	expect_wrong(post(BY_ADMIN, of(host, "/ending"), END, daemon_day(-1)), "/valid_to", "date_gone_by");
	expect_problem(post(BY_ADMIN, of("0d000000-0000-4000-8000-00000000dead", "/ending"), END, daemon_day(1)), 404,
	               "not_found");
	assert_string_equal(answer_text(a, "exams_to_move.0.code"), "B");
	assert_string_equal(answer_text(a, "exams_to_move.0.held_on"), daemon_day(20));
	it_is_followed();
	expect_status(post(BY_ADMIN, of(host, "/ending"), END, daemon_day(20)), 200);
	expect_wrong(post(BY_SHILI, "/v1/exams", EXAM, "C", "4", daemon_day(21), ""), "/occupation", "no_standard_in_force");
	a = expect_status(ASK(d->https, .path = of(host, "/history"), .token = d->token[BY_AUDITOR]), 200);
	assert_string_equal(answer_text(a, "items.0.action"), "standard_end");
	assert_string_equal(answer_text(a, "items.0.detail.to"), daemon_day(20));
	assert_string_equal(answer_text(a, "items.1.detail.to"), daemon_day(19));
	assert_string_equal(answer_text(a, "items.2.action"), "standard_version_add");
	assert_string_equal(answer_text(a, "items.3.action"), "standard_create");
}

/* The hours of training that count are those of the version in force on the session's last day. */
static void training_under_it(void **state)
{
	static char session[96];
	const struct answer *a = expect_status(post(BY_SHILI, "/v1/sessions",
		"{\"title\":\"班\",\"occupation\":\"4-13-01-10\",\"edition\":\"2022\",\"work_type\":\"直播\",\"level\":\"5\","
		"\"starts_on\":\"%s\",\"ends_on\":\"%s\",\"hours\":50,\"capacity\":9}", daemon_day(-4), daemon_day(-1)), 201);
	assert_memory_equal(answer_text(a, "standard"), "网络主播", strlen("网络主播"));
	snprintf(session, sizeof session, "/v1/sessions/%s", answer_text(a, "id"));
	char path[128];
	snprintf(path, sizeof path, "%s/enrolments", session);
	a = expect_status(post(BY_SHILI, path, "{\"candidate\":{\"name\":\"丁戊己\",\"id_type\":\"resident_id\","
	                       "\"id_number\":\"310199199003070014\"}}"), 201);
	const char *enrolment = answer_text(a, "id");
	snprintf(path, sizeof path, "%s/completion", session);
	a = expect_status(post(BY_SHILI, path, "{\"completed_on\":\"%s\",\"enrolments\":[{\"id\":\"%s\",\"hours_attended\":39}]}",
	                       daemon_day(-1), enrolment), 200);
	expect_number(a, "not_completed.0.minimum", 40);
}

/* One standard of an occupation on a day, up to the day. */
static void one_at_a_time(void **state)
{
#define EARLIER(to) "{\"name\":\"互联网营销师/2019\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"document\":\"x\"," \
	"\"issued_on\":\"2019-05-01\",\"printed_code\":null,\"valid_from\":\"2019-05-01\",\"valid_to\":" to "," \
	"\"work_types\":[{\"slug\":\"livestream-sales\",\"name\":\"直播销售员\",\"name_en\":\"x\",\"levels\":[{\"level\":\"4\"}]}]}"
	expect_wrong(post(BY_ADMIN, "/v1/standards", EARLIER("null")), "/valid_from", "standard_overlaps");
	expect_wrong(post(BY_ADMIN, "/v1/standards", EARLIER("\"2021-10-15\"")), "/valid_from", "standard_overlaps");
	expect_status(post(BY_ADMIN, "/v1/standards", EARLIER("\"2021-10-14\"")), 201);
	/* the names of a work type stay what they were signed as */
	assert_string_equal(cluster_ask(d->cluster, d->database, "SELECT name_en FROM talent.work_type"
	                                " WHERE slug = 'livestream-sales'"), "livestream salesperson");
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

static int start(void **state)
{
	cluster = cluster_start();
	d = daemon_start(cluster, (struct daemon_options){0});
	return 0;
}

static int end(void **state)
{
	daemon_free(d);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dictionary),  cmocka_unit_test(a_standard_comes),
		cmocka_unit_test(training_under_it), cmocka_unit_test(it_says_something_new),
		cmocka_unit_test(it_ends),         cmocka_unit_test(one_at_a_time),
		cmocka_unit_test(test_logs),
	};
	return cmocka_run_group_tests_name("e2e_standards", tests, start, end);
}
