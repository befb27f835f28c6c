/* The promise of DESIGN section 9 across a change of server: the whole API over a scripted
 * database, a certificate that was valid and cached, then a primary with another history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/office.h"

#define CERTIFICATE "c0a1f5d2-2b8e-4a6d-9d33-5b1f7e2a9c10"
#define CODE "4R8ZN0V3KX5T7YHQ2MCB6JDW9E"

#define VERDICT_COLUMNS \
	"epoch rev now today in_recovery found certificate kind number holder title occupation " \
	"edition occupation_name work_type level level_name level_name_en issuer_name issuer_slug " \
	"issued_on expires_on dual state revoked_on suspended_on replaced replaced_on key_revoked held " \
	"signature version"

static void answer_verdict(struct office *o, const char *epoch, const char *rev, const char *state)
{
	const char *revoked_on = strcmp(state, "valid") == 0 ? NULL : "2026-11-21";
	fake_db_answer_one(
		o->db, Q_VERDICT_BY_CODE,
		FAKE_ROW(VERDICT_COLUMNS, epoch, rev, "2026-11-22T03:04:05Z", "2026-11-22", "f", "t",
	             CERTIFICATE, "skill_grade", "S000031000123264000001", "张伟", "title",
	             "4-01-06-02", "2022", "互联网营销师", "直播销售员", "4", "四级/中级工",
	             "intermediate worker", "上海示例技能评价中心", "shili", "2026-11-20", NULL, "t",
	             state, revoked_on, NULL, "f", NULL, "f", "f", "passed", CERTIFICATE));
}

static void answer_status(struct office *o, const char *epoch, const char *rev, const char *changed,
                          const char *in_recovery)
{
	fake_db_answer_one(o->db, Q_STATUS_READ,
	                   FAKE_ROW("epoch rev now today in_recovery changed overflow held", epoch, rev,
	                            "2026-11-22T03:04:05Z", "2026-11-22", in_recovery, changed, "f", "f"));
}

static void expect_result(struct office *o, int status, const char *result)
{
	struct visit *v = office_done(o, "GET", "/v1/verifications/" CODE, NULL);
	assert_int_equal(v->status, status);
	struct slice got = visit_member(v, "result");
	assert_true(slice_is(got, result));
	loopback_forget(v);
}

/* An office whose cache holds the certificate as valid, on server 1 at revision 100. */
static struct office *office_with_cached(void)
{
	struct office *o = office_new(false);
	answer_status(o, "1", "100", NULL, "f");
	answer_verdict(o, "1", "100", "valid");
	expect_result(o, 200, "valid");
	int asked = fake_db_sent(o->db, Q_VERDICT_BY_CODE);
	answer_status(o, "1", "100", NULL, "f");
	expect_result(o, 200, "valid");
	assert_int_equal(fake_db_sent(o->db, Q_VERDICT_BY_CODE), asked); /* from the cache */
	return o;
}

static void revocation_is_seen(void **state)
{
	struct office *o = office_with_cached();
	answer_status(o, "1", "101", CERTIFICATE, "f");
	answer_verdict(o, "1", "101", "revoked");
	expect_result(o, 200, "revoked");
	office_free(o);
}

/* Restored to an earlier point, then revoked there under a revision that the row is ahead of. */
static void clock_that_went_back(void **state)
{
	struct office *o = office_with_cached();
	answer_status(o, "1", "95", NULL, "f");
	answer_verdict(o, "1", "95", "valid");
	expect_result(o, 200, "valid");
	answer_status(o, "1", "96", CERTIFICATE, "f");
	answer_verdict(o, "1", "96", "revoked");
	expect_result(o, 200, "revoked");
	office_free(o);
}

/* A promoted server lacked 96 to 100 and has given them anew, to this revocation among others. */
static void another_server_that_is_ahead(void **state)
{
	struct office *o = office_with_cached();
	answer_status(o, "2", "101", NULL, "f");
	answer_verdict(o, "2", "101", "revoked");
	expect_result(o, 200, "revoked");
	office_free(o);
}

/* The old server's row comes after the new one has been heard: it is not told, but read again. */
static void late_row_of_the_old_server(void **state)
{
	struct office *o = office_with_cached();
	answer_status(o, "2", "95", NULL, "f");
	answer_verdict(o, "1", "100", "valid");
	answer_status(o, "2", "96", NULL, "f");
	answer_verdict(o, "2", "96", "revoked");
	expect_result(o, 200, "revoked");
	office_free(o);
}

/* A read connection that stays behind, or runs ahead, gets nothing told. */
static void row_of_another_server(void **state)
{
	static const char *const epochs[][2] = {{"2", "1"}, {"1", "2"}};
	for (size_t i = 0; i < ARRAY_LEN(epochs); i++) {
		struct office *o = office_new(false);
		for (int k = 0; k < 2; k++) {
			answer_status(o, epochs[i][0], "95", NULL, "f");
			answer_verdict(o, epochs[i][1], "100", "valid");
		}
		expect_result(o, 503, "unknown");
		office_free(o);
	}
}

static void standby_decides_nothing(void **state)
{
	struct office *o = office_with_cached();
	answer_status(o, "1", "100", NULL, "t");
	expect_result(o, 503, "unknown");
	fake_db_fail(o->db, Q_STATUS_READ, DB_AWAY, NULL);
	expect_result(o, 503, "unknown");
	office_free(o);
}

/* Who comes while a read is under way is served by the next one. */
static void read_under_way_is_too_old(void **state)
{
	struct office *o = office_with_cached();
	int read = fake_db_sent(o->db, Q_STATUS_READ);
	struct visit *first = office_ask(o, "GET", "/v1/verifications/" CODE, NULL);
	struct visit *second = office_ask(o, "GET", "/v1/verifications/" CODE, NULL);
	assert_int_equal(fake_db_sent(o->db, Q_STATUS_READ), read + 1);
	answer_status(o, "1", "100", NULL, "f");
	answer_status(o, "1", "101", CERTIFICATE, "f");
	answer_verdict(o, "1", "101", "revoked");
	office_run(o);
	assert_int_equal(fake_db_sent(o->db, Q_STATUS_READ), read + 2);
	assert_true(slice_is(visit_member(first, "result"), "valid"));
	assert_true(slice_is(visit_member(second, "result"), "revoked"));
	office_free(o);
}

/* ---- status lists, kept while nothing has changed ---- */

static struct visit *visit_list(struct office *o, const char *list, const char *rev,
                                const char *indices)
{
	char target[128];
	snprintf(target, sizeof target, "/issuers/shili/status/revocation/%s", list);
	fake_db_answer_one(
		o->db, Q_STATUS_LIST,
		FAKE_ROW("issuer slug name rev changed_at indices key wrapped public now held",
	             "11111111-1111-4111-8111-111111111111", "shili", "上海示例技能评价中心", rev,
	             "2026-11-22T03:04:05Z", indices, o->keys[0].id, o->wrapped[0],
	             office_bytea(o->keys[0].public, sizeof o->keys[0].public),
	             "2026-11-22T03:04:06Z", "f"));
	return office_done(o, "GET", target, NULL);
}

static void ask_list(struct office *o, const char *list, const char *rev, const char *indices,
                     char *body, size_t n)
{
	struct visit *v = visit_list(o, list, rev, indices);
	assert_int_equal(v->status, 200);
	snprintf(body, n, "%s", v->body);
	loopback_forget(v);
}

static void two_revocations_within_one_second(void **state)
{
	static char first[65536], again[65536], second[65536];
	struct office *o = office_new(false);
	ask_list(o, "1", "7", "73911", first, sizeof first);
	ask_list(o, "1", "7", "73911", again, sizeof again);
	assert_string_equal(first, again);
	ask_list(o, "1", "8", "73911,80000", second, sizeof second);
	assert_string_not_equal(first, second);
	office_free(o);
}

/* A list has one address: others would fill the cache with copies under long keys. */
static void list_numbers_with_zeros(void **state)
{
	struct office *o = office_new(false);
	struct visit *v = office_done(o, "GET", "/issuers/shili/status/revocation/01", NULL);
	assert_int_equal(v->status, 404);
	assert_int_equal(fake_db_sent(o->db, Q_STATUS_LIST), 0);
	office_free(o);
}

/* Neither handed out nor kept. */
static void list_that_is_not_signed(void **state)
{
	struct office *o = office_new(false);
	fake_signer_spoil(o->signer, true);
	for (int i = 0; i < 2; i++) {
		struct visit *v = visit_list(o, "1", "7", "73911");
		assert_int_equal(v->status, 500);
		loopback_forget(v);
	}
	fake_signer_spoil(o->signer, false);
	assert_int_equal(visit_list(o, "1", "7", "73911")->status, 200);
	office_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(revocation_is_seen),
		cmocka_unit_test(clock_that_went_back),
		cmocka_unit_test(another_server_that_is_ahead),
		cmocka_unit_test(late_row_of_the_old_server),
		cmocka_unit_test(row_of_another_server),
		cmocka_unit_test(standby_decides_nothing),
		cmocka_unit_test(read_under_way_is_too_old),
		cmocka_unit_test(two_revocations_within_one_second),
		cmocka_unit_test(list_numbers_with_zeros),
		cmocka_unit_test(list_that_is_not_signed),
	};
	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
