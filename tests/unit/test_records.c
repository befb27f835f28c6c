/* What a verification leaves behind: a reference is given out only when its record is kept; nothing is
 * asked of the database for a bare look at a code; and who holds a reference sees what was said, and
 * what has changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../lib/office.h"
#include "base/outcome.h"
#include "crypt/encode.h"
#include "store/records.h"
#include "web/run.h"

#define BY_CODE "/v1/verifications/" OFFICE_CODE
#define ASKED "{\"code\":\"" OFFICE_CODE "\",\"name\":\"张伟\"}"
#define REFERENCE "V-9K3T-5Q2M-7XZA-1BCD"
#define RECORD "/v1/verification-records/"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static int open_office(void **state)
{
	*state = office_new(false);
	office_caller(*state, "employer", NULL, "active");
	return 0;
}

static int close_office(void **state)
{
	office_free(*state);
	return 0;
}

static void row(struct office *o, struct verdict_terms t)
{
	fake_db_answer_one(o->db, Q_VERDICT_BY_CODE, office_verdict(&t));
}

static struct visit *post(struct office *o, const char *body)
{
	return office_done(o, "POST", "/v1/verifications", body);
}

static const char *records_sent(struct office *o, int which)
{
	static char text[8192];
	struct slice s = fake_db_arg_of(o->db, F_VERIFICATION_RECORDS_ADD, which, 0);
	snprintf(text, sizeof text, "%.*s", SLICE_ARGS(s));
	return text;
}

static void has(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no %s in %s", what, text);
}

/* ---- the reference itself ---- */

static void test_a_reference_as_people_type_it(void **state)
{
	uint8_t all[REFERENCE_BYTES], again[REFERENCE_BYTES];
	char text[REFERENCE_TEXT];
	assert_true(reference_parse(SLICE(REFERENCE), all));
	reference_format(all, text);
	assert_string_equal(text, REFERENCE);
	static const char *const same[] = {"v-9k3t-5q2m-7xza-1bcd", "V9K3T 5Q2M 7XZA IBCD",
	                                   "Ｖ-９K3T—5Q2M-7XZA-lBCD"};
	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		assert_true(reference_parse(slice_of(same[i]), again));
		assert_memory_equal(again, all, sizeof all);
	}
	static const char *const other[] = {"", "V", "V-", "V-9K3T-5Q2M-7XZA-1BC", "V-9K3T-5Q2M-7XZA-1BCDE",
	                                    "X-9K3T-5Q2M-7XZA-1BCD", "V-9K3T-5Q2M-7XZA-1BCU", "V-9K3T-5Q2M-7XZA-1BC\xff",
	                                    "V-9K3T-5Q2M", "9K3T-5Q2M-7XZA-1BCD"};
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		assert_false(reference_parse(slice_of(other[i]), again));
	for (int i = 0; i < 256; i++) {
		memset(all, i, sizeof all);
		all[i % REFERENCE_BYTES] ^= 0x5a;
		reference_format(all, text);
		assert_true(reference_parse(slice_of(text), again));
		assert_memory_equal(again, all, sizeof all);
	}
}

/* ---- kept ---- */

static void test_an_answer_waits_for_its_record(void **state)
{
	struct office *o = *state;
	uint8_t all[REFERENCE_BYTES];
	char hex[2 * REFERENCE_BYTES + 1];
	row(o, (struct verdict_terms){0});
	struct visit *v = office_ask(o, "POST", "/v1/verifications", ASKED);
	while (fake_db_sent(o->db, F_VERIFICATION_RECORDS_ADD) == 0)
		assert_true(office_step(o));
	assert_int_equal(v->status, 0); /* not before its COMMIT */
	office_run(o);
	assert_int_equal(v->status, 200);
	struct slice reference = visit_member(v, "reference");
	assert_int_equal(reference.n, REFERENCE_TEXT - 1);
	assert_true(reference_parse(reference, all));
	hex_format(slice_from(all, sizeof all), hex);
	const char *sent = records_sent(o, 0);
	has(sent, hex);
	has(sent, "\"checked_at\":\"2026-11-22T03:04:05");
	has(sent, "\"result\":\"valid\",\"name\":\"passed\",\"version\":\"" OFFICE_VERSION "\",\"asked\":null");
	has(sent, "\"caller\":\"employer\"");
	has(sent, "\"kept_until\":null");
	assert_null(strstr(sent, "张"));
	assert_int_equal(fake_db_lane(o->db, F_VERIFICATION_RECORDS_ADD), DB_WRITE);
}

/* What was not found is remembered by a keyed hash of what was asked, the same for the same. */
static void test_what_was_asked(void **state)
{
	struct office *o = *state;
	char first[8192];
	row(o, (struct verdict_terms){.missing = true});
	post(o, ASKED);
	snprintf(first, sizeof first, "%s", strstr(records_sent(o, 0), "\"asked\":"));
	has(records_sent(o, 0), "\"result\":\"no_match\",\"name\":\"not_made\",\"version\":null,\"asked\":\"\\\\x");
	row(o, (struct verdict_terms){.missing = true});
	post(o, ASKED);
	assert_string_equal(strstr(records_sent(o, 1), "\"asked\":"), first);
	row(o, (struct verdict_terms){0});
	post(o, "{\"code\":\"" OFFICE_CODE "\",\"name\":\"李娜\"}"); /* a wrong name discloses nothing */
	has(records_sent(o, 2), "\"result\":\"no_match\"");
	has(records_sent(o, 2), "\"version\":null");
	assert_string_not_equal(strstr(records_sent(o, 2), "\"asked\":"), first);
}

static void test_a_bare_look_leaves_nothing(void **state)
{
	struct office *o = *state;
	row(o, (struct verdict_terms){0});
	struct visit *v = office_done(o, "GET", BY_CODE, NULL);
	assert_int_equal(v->status, 200);
	assert_null(visit_member(v, "reference").p);
	v = office_done(o, "GET", "/v/" OFFICE_CODE, NULL);
	assert_null(strstr(v->body, "V-"));
	assert_int_equal(fake_db_sent(o->db, F_VERIFICATION_RECORDS_ADD), 0);
}

static void test_not_kept_is_said(void **state)
{
	static const enum db_outcome outcomes[] = {DB_AWAY, DB_FULL, DB_TIMEOUT, DB_UNKNOWN, DB_ERROR};
	struct office *o = *state;
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		row(o, (struct verdict_terms){0});
		fake_db_fail(o->db, F_VERIFICATION_RECORDS_ADD, outcomes[i], NULL);
		struct visit *v = post(o, ASKED);
		assert_int_equal(v->status, 200);
		assert_true(slice_is(visit_member(v, "result"), "valid"));
		has(v->body, "\"record\":\"not_kept\"");
	}
	const struct visit_request form = {.method = "POST", .target = "/v/" OFFICE_CODE, .fields = FORM,
	                                   .body = "name=%E5%BC%A0%E4%BC%9F"};
	for (int kept = 0; kept < 2; kept++) {
		row(o, (struct verdict_terms){0});
		if (!kept)
			fake_db_fail(o->db, F_VERIFICATION_RECORDS_ADD, DB_AWAY, NULL);
		struct visit *v = loopback_open(o->loop, &form);
		loopback_head(v);
		office_run(o);
		assert_int_equal(v->status, 200);
		has(v->body, kept ? "<a href=\"" RECORD "V-" : "本次查验未能留存记录");
	}
	has(records_sent(o, 6), "\"caller\":\"page\"");
}

/* A hundred items are one COMMIT, and each has a reference of its own. */
static void test_a_batch(void **state)
{
	struct office *o = *state;
	for (int i = 0; i < 3; i++)
		row(o, (struct verdict_terms){.missing = i == 1});
	struct visit *v = post(o, "{\"items\":[{\"code\":\"" OFFICE_CODE "\"},{\"code\":\"1\"},{\"code\":\"2\"}]}");
	assert_int_equal(v->status, 200);
	assert_int_equal(fake_db_sent(o->db, F_VERIFICATION_RECORDS_ADD), 1);
	const char *at = v->body, *last = NULL;
	int n = 0;
	while ((at = strstr(at, "\"reference\":\"V-"))) {
		assert_true(!last || strncmp(at, last, 37) != 0);
		last = at++;
		n++;
	}
	assert_int_equal(n, 3);
}

/* Whoever asks without end, and without a token, fills no table; he is answered all the same. */
static void test_one_address_leaves_so_many(void **state)
{
	struct office *o = office_new(true);
	const struct visit_request ask = {.method = "POST", .target = "/v1/verifications",
	                                  .fields = "Content-Type: application/json\r\n",
	                                  .body = "{\"code\":\"" OFFICE_CODE "\"}"};
	for (int i = 0; i < 5; i++) {
		if (i == 0)
			row(o, (struct verdict_terms){0});
		struct visit *v = loopback_open(o->loop, &ask);
		loopback_head(v);
		office_run(o);
		assert_int_equal(v->status, 200);
		assert_true(slice_is(visit_member(v, "result"), "valid"));
		has(v->body, i < 3 ? "\"reference\":\"V-" : "\"record\":\"not_kept\"");
	}
	assert_int_equal(fake_db_sent(o->db, F_VERIFICATION_RECORDS_ADD), 3);
	office_caller(o, "employer", NULL, "active");
	has(post(o, "{\"code\":\"" OFFICE_CODE "\"}")->body, "\"reference\":\"V-");
	office_free(o);
}

static void test_the_client_leaves(void **state)
{
	struct office *o = *state;
	row(o, (struct verdict_terms){0});
	struct visit *v = office_ask(o, "POST", "/v1/verifications", ASKED);
	while (fake_db_sent(o->db, F_VERIFICATION_RECORDS_ADD) == 0)
		assert_true(office_step(o));
	loopback_leave(v);
	office_run(o);
	assert_int_equal(web_active(o->web), 0);
}

/* ---- many at once, by themselves ---- */

struct waiter {
	struct records_wait wait;
	int told, kept;
};

static void on_ready(struct records_wait *w, bool kept)
{
	struct waiter *waiter = CONTAINER_OF(w, struct waiter, wait);
	waiter->told++;
	waiter->kept += kept;
}

static void turn(struct office *o, int64_t ms)
{
	assert_int_equal(loop_turn(o->turns, MILLIS(ms)), 0);
}

static struct waiter waiter_of(const struct new_verification_record *all, size_t n)
{
	return (struct waiter){.wait = {.all = all, .n = n, .ready = on_ready}};
}

static void test_one_batch_gathers_while_another_is_under_way(void **state)
{
	struct office *o = *state;
	struct records *r = o->registry.records;
	const struct new_verification_record record = {.reference = SLICE_NONE, .result = SLICE("valid")};
	struct waiter w[4];
	for (size_t i = 0; i < ARRAY_LEN(w); i++)
		w[i] = waiter_of(&record, 1);
	records_keep(r, &w[0].wait);
	turn(o, 0);
	turn(o, 0);
	assert_int_equal(fake_db_sent(o->db, F_VERIFICATION_RECORDS_ADD), 1);
	for (size_t i = 1; i < ARRAY_LEN(w); i++)
		records_keep(r, &w[i].wait);
	records_cancel(r, &w[3].wait);
	turn(o, 0);
	assert_int_equal(fake_db_sent(o->db, F_VERIFICATION_RECORDS_ADD), 1);
	turn(o, 20); /* five milliseconds later they go although the first is still out */
	assert_int_equal(fake_db_sent(o->db, F_VERIFICATION_RECORDS_ADD), 2);
	fake_db_run(o->db);
	for (size_t i = 0; i < ARRAY_LEN(w); i++)
		assert_int_equal(w[i].kept, i < 3);
	assert_int_equal(w[3].told, 0);
}

/* What there is no room for is refused in the next turn, and the rest is not. */
static void test_a_full_queue(void **state)
{
	struct office *o = *state;
	struct records *r = o->registry.records;
	static struct new_verification_record all[100];
	static struct waiter w[RECORDS_MAX / 100 + 1];
	for (size_t i = 0; i < ARRAY_LEN(w); i++) {
		w[i] = waiter_of(all, 100);
		records_keep(r, &w[i].wait);
	}
	assert_int_equal(w[ARRAY_LEN(w) - 1].told, 0);
	for (int i = 0; i < 100; i++) {
		turn(o, 0);
		fake_db_run(o->db);
	}
	for (size_t i = 0; i < ARRAY_LEN(w); i++) {
		assert_int_equal(w[i].told, 1);
		assert_int_equal(w[i].kept, i < ARRAY_LEN(w) - 1);
	}
	assert_in_range(fake_db_sent(o->db, F_VERIFICATION_RECORDS_ADD), 7, 9);
	/* And so is all that cannot be sent. */
	fake_db_refuse(o->db, E_FULL);
	w[0] = waiter_of(all, 100);
	records_keep(r, &w[0].wait);
	for (int i = 0; i < 4; i++)
		turn(o, 0);
	assert_int_equal(w[0].told, 1);
	assert_int_equal(w[0].kept, 0);
	fake_db_refuse(o->db, 0);
}

/* ---- seen again ---- */

static struct visit *see(struct office *o, const char *accept, const char *result, const char *version,
                         struct verdict_terms now)
{
	char fields[128];
	snprintf(fields, sizeof fields, "Accept: %s\r\n", accept);
	const struct visit_request ask = {.method = "GET", .target = RECORD REFERENCE, .fields = fields};
	fake_db_answer_one(o->db, Q_VERIFICATION_RECORD,
	                   FAKE_ROW("checked_at result name version caller kept_until", "2026-11-22T03:04:05Z", result,
	                            version ? "passed" : "not_made", version, "public", "2029-11-21"));
	if (version)
		fake_db_answer_one(o->db, Q_VERDICT_BY_VERSION, office_verdict(&now));
	struct visit *v = loopback_open(o->loop, &ask);
	loopback_head(v);
	office_run(o);
	assert_int_equal(v->status, 200);
	assert_true(slice_is(visit_field(v, "Cache-Control"), "no-store"));
	return v;
}

#define SEEN "{\"reference\":\"" REFERENCE "\",\"checked_at\":\"2026-11-22T03:04:05Z\","
#define CERTIFICATE "\"certificate\":{\"number\":\"S000031000123264000001\"," \
	"\"title\":\"互联网营销师 直播销售员 四级/中级工\",\"holder\":\"张**\",\"issuer\":\"上海示例技能评价中心\"},"

static void test_seen_again(void **state)
{
	struct office *o = *state;
	struct visit *v = see(o, "application/json", "valid", OFFICE_VERSION, (struct verdict_terms){.state = "valid"});
	assert_string_equal(v->body, SEEN "\"result\":\"valid\",\"name\":\"passed\"," CERTIFICATE
	                    "\"now\":{\"result\":\"valid\",\"since\":null},\"kept_until\":\"2029-11-21\"}");
	assert_true(slice_is(fake_db_arg(o->db, Q_VERDICT_BY_VERSION, 0), OFFICE_VERSION));
	v = see(o, "application/json", "valid", OFFICE_VERSION, (struct verdict_terms){.state = "revoked"});
	has(v->body, "\"result\":\"valid\",\"name\":\"passed\"");
	has(v->body, "\"now\":{\"result\":\"revoked\",\"since\":\"20");
	v = see(o, "text/html", "valid", OFFICE_VERSION, (struct verdict_terms){.state = "revoked"});
	has(v->body, "此后状态已变更。");
	has(v->body, "证书已撤销");
	has(v->body, "张**");
	assert_null(strstr(v->body, "张伟"));
	v = see(o, "text/html", "valid", OFFICE_VERSION, (struct verdict_terms){.state = "valid"});
	assert_null(strstr(v->body, "此后状态已变更。"));
	v = see(o, "application/json", "no_match", NULL, (struct verdict_terms){0});
	assert_string_equal(v->body, SEEN "\"result\":\"no_match\",\"name\":\"not_made\",\"certificate\":null,"
	                    "\"now\":null,\"kept_until\":\"2029-11-21\"}");
	/* What was shown once is not shown when it turns out that nobody signed it. */
	v = see(o, "application/json", "valid", OFFICE_VERSION, (struct verdict_terms){.signature = "failed"});
	has(v->body, "\"certificate\":null,\"now\":{\"result\":\"no_match\",\"since\":null}");
}

static void test_never_stale(void **state)
{
	struct office *o = *state;
	fake_db_always(o->db, Q_STATUS_READ, office_status("7", NULL, false));
	fake_db_answer_one(o->db, Q_VERIFICATION_RECORD,
	                   FAKE_ROW("checked_at result name version caller kept_until", "2026-11-22T03:04:05Z", "valid",
	                            "passed", OFFICE_VERSION, "public", "2029-11-21"));
	fake_db_fail(o->db, Q_STATUS_READ, DB_AWAY, NULL);
	struct visit *v = office_done(o, "GET", RECORD REFERENCE, NULL);
	assert_int_equal(v->status, 503);
	assert_true(slice_is(visit_member(v, "code"), "status_unknown"));
}

static void test_no_such_reference(void **state)
{
	struct office *o = *state;
	fake_db_answer_one(o->db, Q_VERIFICATION_RECORD,
	                   FAKE_NONE("checked_at result name version caller kept_until"));
	struct visit *v = office_done(o, "GET", RECORD REFERENCE, NULL);
	assert_int_equal(v->status, 404);
	v = office_done(o, "GET", RECORD "V-9K3T-5Q2M", NULL); /* of before references were records */
	assert_int_equal(v->status, 404);
	assert_int_equal(fake_db_sent(o->db, Q_VERIFICATION_RECORD), 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_office, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reference_as_people_type_it),
		TEST(test_an_answer_waits_for_its_record),
		TEST(test_what_was_asked),
		TEST(test_a_bare_look_leaves_nothing),
		TEST(test_not_kept_is_said),
		TEST(test_a_batch),
		cmocka_unit_test(test_one_address_leaves_so_many),
		TEST(test_the_client_leaves),
		TEST(test_one_batch_gathers_while_another_is_under_way),
		TEST(test_a_full_queue),
		TEST(test_seen_again),
		TEST(test_never_stale),
		TEST(test_no_such_reference),
	};
	return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
