/* tests/integration/test_publication.c - passes that wait, over real TLS: what their company says to them, what the
 * background job makes of it, and what others see meanwhile. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "base/attr.h"

static struct daemon *d;
static char id[64];

#define PASSES "\"theory\":80,\"skill\":80"

/* A pass of an exam of shili and yunxuan, which has five whole days. */
static const struct answer *wait_for_company(const char *name, unsigned person)
{
	const struct answer *a = daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "yunxuan"), name, person, PASSES);
	snprintf(id, sizeof id, "%s", answer_text(expect_status(a, 201), "id"));
	return a;
}

static const char *path_of(const char *behind)
{
	static char path[128];
	snprintf(path, sizeof path, "/v1/assessments/%s%s", id, behind);
	return path;
}

static const struct answer *see(int by)
{
	return expect_status(ASK(d->https, .path = path_of(""), .token = d->token[by]), 200);
}

static const struct answer *decide(int by, const char *verb, const char *body)
{
	return ASK(d->https, .path = path_of(verb), .token = d->token[by], .body = body);
}

/* As shili sees it, when the job has published it. */
static const struct answer *until_published(void)
{
	const struct answer *a = see(BY_SHILI);
	for (int ms = 0; ms < 20000 && strcmp(answer_text(a, "state"), "published") != 0; ms += 100) {
		usleep(100 * 1000);
		a = see(BY_SHILI);
	}
	assert_string_equal(answer_text(a, "state"), "published");
	return a;
}

static int certificates(const struct answer *a)
{
	return (int)json_array_size(answer_at(a, "certificates"));
}

static int issued(const char *kind)
{
	char at[80];
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/progress/shanghai-2025-27"), 200);
	snprintf(at, sizeof at, "also.certificates_issued.%s", kind);
	return (int)json_integer_value(answer_at(a, at));
}

static void a_company_confirms(void **state)
{
	const struct answer *a = wait_for_company("赵敏", 1);
	assert_string_equal(answer_text(a, "window.state"), "open");
	assert_string_equal(answer_text(a, "window.to"), daemon_day(5));
	assert_string_equal(answer_text(a, "publish_on"), daemon_day(6));
	a = expect_status(ASK(d->https, .path = "/v1/assessments?state=awaiting_publication&window=open",
	                      .token = d->token[BY_YUNXUAN]), 200);
	assert_string_equal(answer_text(a, "items.0.id"), id);
	assert_string_equal(answer_text(a, "items.0.window.to"), daemon_day(5));
	a = expect_status(decide(BY_YUNXUAN, "/confirmation", "{}"), 200);
	assert_string_equal(answer_text(a, "window"), "confirmed");
	assert_string_equal(answer_text(a, "publish_on"), daemon_day(0));
	const struct answer *again = expect_status(decide(BY_YUNXUAN, "/confirmation", "{}"), 200);
	assert_string_equal(again->body, a->body);
	assert_string_equal(answer_header(again, "Idempotent-Replayed"), "true");
	a = expect_status(ASK(d->https, .path = "/v1/assessments?state=awaiting_publication&window=open",
	                      .token = d->token[BY_YUNXUAN]), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 0);
	a = until_published();
	assert_int_equal(certificates(a), 2);
	assert_string_equal(answer_text(a, "window.state"), "confirmed");
	assert_string_equal(answer_text(a, "certificates.0.issued_on"), daemon_day(0));
	a = expect_problem(decide(BY_YUNXUAN, "/veto", "{\"reason\":\"other\"}"), 409, "window_state");
	assert_string_equal(answer_text(a, "state"), "confirmed");
	assert_int_equal(json_array_size(answer_at(a, "allowed")), 0);
}

static void a_veto_leaves_the_public_certificate(void **state)
{
	char body[200];
	const int skill_grade = issued("skill_grade"), company = issued("company");
	wait_for_company("钱进", 2);
	expect_problem(decide(BY_YUNXUAN, "/veto", "{}"), 422, "invalid_fields");
	const struct answer *a = decide(BY_YUNXUAN, "/veto", "{\"reason\":\"conduct\",\"note\":\"违规直播\"}");
	assert_string_equal(answer_text(expect_status(a, 200), "window"), "vetoed");
	a = expect_problem(decide(BY_YUNXUAN, "/veto", "{\"reason\":\"other\"}"), 409, "other_reason");
	assert_string_equal(answer_text(a, "reason"), "conduct");
	a = expect_problem(decide(BY_YUNXUAN, "/confirmation", "{}"), 409, "window_state");
	assert_string_equal(answer_text(a, "state"), "vetoed");
	a = until_published();
	assert_int_equal(certificates(a), 1);
	assert_string_equal(answer_text(a, "certificates.0.kind"), "skill_grade");
	assert_string_equal(answer_text(a, "window.reason"), "conduct");
	assert_string_equal(answer_text(a, "window.note"), "违规直播");
	snprintf(body, sizeof body, "{\"code\":\"%s\",\"name\":\"钱进\"}", answer_text(a, "certificates.0.verification_code"));
	a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200);
	assert_string_equal(answer_text(a, "result"), "valid");
	assert_false(json_is_true(answer_at(a, "certificate.dual")));
	assert_int_equal(certificates(see(BY_YUNXUAN)), 0);
	assert_int_equal(issued("skill_grade"), skill_grade + 1);
	assert_int_equal(issued("company"), company);
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT string_agg(action, ',' ORDER BY id) FROM talent.audit WHERE object ="
	                                " (SELECT assessment FROM talent.company_decision WHERE reason = 'conduct')"),
	                    "assessment_submit,assessment_veto,assessment_publish");
}

static void a_submission_sent_again_is_answered_as_at_first(void **state)
{
	char path[128];
	static const char body[] = "{\"candidate\":{\"name\":\"孙丽\",\"id_type\":\"resident_id\",\"id_number\":\"310199199003070014\"},"
	                           "\"scores\":{" PASSES "}}";
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", daemon_exam(d, BY_SHILI, "4", "yunxuan"));
	const struct answer *a = ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body, .key = "first");
	snprintf(id, sizeof id, "%s", answer_text(expect_status(a, 201), "id"));
	expect_status(decide(BY_YUNXUAN, "/veto", "{\"reason\":\"other\",\"note\":\"x\"}"), 200);
	until_published();
	const struct answer *again = ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body, .key = "first");
	assert_string_equal(expect_status(again, 201)->body, a->body);
}

static void whose_it_is_to_say(void **state)
{
	wait_for_company("李娜", 4);
	expect_problem(decide(BY_XINGBO, "/confirmation", "{}"), 404, "not_found");
	expect_problem(decide(BY_SHILI, "/confirmation", "{}"), 403, "forbidden");
	expect_problem(decide(BY_ADMIN, "/veto", "{\"reason\":\"other\"}"), 403, "forbidden");
	expect_status(ASK(d->https, .path = path_of("/annulment"), .token = d->token[BY_ADMIN],
	                  .body = "{\"reason\":\"issued_in_error\"}"), 200);
	const struct answer *a = expect_problem(decide(BY_YUNXUAN, "/confirmation", "{}"), 409, "window_state");
	assert_string_equal(answer_text(a, "state"), "annulled");
	/* xingbo's agreement gives it no window */
	a = daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), "周杰", 5, PASSES);
	snprintf(id, sizeof id, "%s", answer_text(expect_status(a, 201), "id"));
	assert_null(answer_at(a, "window"));
	expect_problem(decide(BY_XINGBO, "/veto", "{\"reason\":\"other\"}"), 409, "no_window");
}

/* ---- what is checked again ---- */

/* A result of an exam that is in publicity for three days. */
static void in_publicity(const char *name, unsigned person, const char *scores)
{
	static int n;
	char body[400];
	snprintf(body, sizeof body,
	         "{\"code\":\"PUBLIC-%d\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"直播销售员\","
	         "\"level\":\"4\",\"held_on\":\"%s\",\"publicity_days\":3}", n++, daemon_day(0));
	const struct answer *a = ASK(d->https, .path = "/v1/exams", .token = d->token[BY_SHILI], .body = body);
	char exam[64];
	snprintf(exam, sizeof exam, "%s", answer_text(expect_status(a, 201), "id"));
	a = daemon_submit(d, BY_SHILI, exam, name, person, scores);
	snprintf(id, sizeof id, "%s", answer_text(expect_status(a, 201), "id"));
}

static const struct answer *listed(int by, const char *state)
{
	char path[64];
	snprintf(path, sizeof path, "/v1/rechecks?state=%s", state);
	return expect_status(ASK(d->https, .path = path, .token = d->token[by]), 200);
}

static size_t items(const struct answer *a)
{
	return json_array_size(answer_at(a, "items"));
}

static void a_result_is_checked_again(void **state)
{
	char path[96];
	in_publicity("陈红", 20, PASSES);
	expect_problem(decide(BY_SHILI, "/recheck", "{}"), 422, "invalid_fields");
	expect_problem(decide(BY_PUJIANG, "/recheck", "{\"reason\":\"adding_up\"}"), 404, "not_found");
	expect_problem(decide(BY_ADMIN, "/recheck", "{\"reason\":\"adding_up\"}"), 403, "forbidden");
	const struct answer *a = decide(BY_SHILI, "/recheck", "{\"reason\":\"adding_up\",\"note\":\"第三题\"}");
	assert_string_equal(answer_text(expect_status(a, 201), "answer_by"), daemon_day(10));
	snprintf(path, sizeof path, "/v1/rechecks/%s/answer", answer_text(a, "id"));
	const struct answer *again = decide(BY_SHILI, "/recheck", "{\"reason\":\"adding_up\",\"note\":\"第三题\"}");
	assert_string_equal(expect_status(again, 201)->body, a->body);
	assert_string_equal(answer_header(again, "Idempotent-Replayed"), "true");
	expect_problem(decide(BY_SHILI, "/recheck", "{\"reason\":\"other\"}"), 409, "recheck_exists");
	assert_string_equal(answer_text(see(BY_SHILI), "recheck.state"), "open");
	assert_int_equal(items(listed(BY_SHILI, "open")), 1);
	assert_int_equal(items(listed(BY_PUJIANG, "open")), 0);
	assert_int_equal(items(listed(BY_ADMIN, "overdue")), 0);
	/* its day has come, and nobody has answered */
	cluster_sql(d->cluster, d->database,
	            "BEGIN; SET LOCAL session_replication_role = replica; UPDATE talent.assessment SET publish_on = talent._today()"
	            " WHERE state = 'awaiting_publication'; UPDATE talent.recheck SET answer_by = talent._today() - 1; COMMIT");
	a = listed(BY_ADMIN, "overdue");
	assert_string_equal(answer_text(a, "items.0.assessment_id"), id);
	assert_string_equal(answer_text(a, "items.0.note"), "第三题");
	assert_true(json_is_true(answer_at(a, "items.0.overdue")));
	usleep(3000 * 1000); /* the job has looked */
	assert_string_equal(answer_text(see(BY_SHILI), "state"), "awaiting_publication");
	expect_problem(ASK(d->https, .path = path, .token = d->token[BY_PUJIANG], .body = "{}"), 404, "not_found");
	a = ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = "{\"note\":\"核对无误\"}");
	assert_string_equal(answer_text(expect_status(a, 200), "state"), "stands");
	assert_int_equal(certificates(until_published()), 1);
	a = expect_problem(decide(BY_SHILI, "/recheck", "{\"reason\":\"other\"}"), 409, "recheck_exists");
	assert_int_equal(items(listed(BY_SHILI, "overdue")), 0);
	assert_string_equal(answer_text(listed(BY_SHILI, "stands"), "items.0.answer_note"), "核对无误");
}

/* Who failed is checked again, too, and what was wrong is corrected: that answers. */
static void a_changed_score_is_a_correction(void **state)
{
	char path[96], recheck[96];
	in_publicity("罗刚", 21, "\"theory\":58,\"skill\":80");
	const struct answer *a = decide(BY_SHILI, "/recheck", "{\"reason\":\"marking_omitted\"}");
	snprintf(recheck, sizeof recheck, "/v1/rechecks/%s/answer", answer_text(expect_status(a, 201), "id"));
	a = decide(BY_SHILI, "/corrections", "{\"kind\":\"score\",\"scores\":{\"theory\":61,\"skill\":80},\"reason\":\"recheck\","
	                                     "\"evidence\":\"复核登记表 3 号\"}");
	snprintf(path, sizeof path, "/v1/corrections/%s/approval", answer_text(expect_status(a, 201), "id"));
	a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN], .body = "{}"), 200);
	assert_string_equal(answer_text(see(BY_SHILI), "recheck.state"), "changed");
	a = expect_problem(ASK(d->https, .path = recheck, .token = d->token[BY_SHILI], .body = "{}"), 409, "recheck_state");
	assert_string_equal(answer_text(a, "state"), "changed");
	in_publicity("唐丽", 22, PASSES);
	a = wait_for_company("董平", 23); /* no publicity: nothing to look at */
	expect_problem(decide(BY_SHILI, "/recheck", "{\"reason\":\"other\"}"), 409, "recheck_closed");
}

/* ---- numbers that come after the results ---- */

static char later[64]; /* an exam at such a site */

static const struct answer *list(int by, const char *entries)
{
	char path[96], body[2048];
	snprintf(path, sizeof path, "/v1/exams/%s/numbers", later);
	snprintf(body, sizeof body, "{\"candidates\":[%s]}", entries);
	return ASK(d->https, .path = path, .token = d->token[by], .body = body);
}

/* An entry of the list; the number is of level 4 and of the day's year. In one of four buffers. */
static const char *entry(const char *name, unsigned person, const char *number, const char *day)
{
	static char rooms[4][300];
	static int next;
	char *room = rooms[next++ % 4];
	snprintf(room, sizeof rooms[0],
	         "{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\",\"certificate_number\":\"%s\","
	         "\"printed_on\":\"%s\"}", name, daemon_resident_id(person), number, day);
	return room;
}

static const char *number_of(int n)
{
	static char rooms[4][32];
	char *room = rooms[n % 4];
	snprintf(room, sizeof rooms[0], "S000031000187%.2s4%06d", daemon_day(-1) + 2, n);
	return room;
}

static void a_site_is_given_its_numbers_later(void)
{
	char body[600];
	const struct answer *a = ASK(d->https, .path = "/v1/organisations/shili/sites", .token = d->token[BY_ADMIN],
	                             .body = "{\"code\":\"later\",\"name\":\"闵行考点\",\"district\":\"310112\","
	                                     "\"number_mode\":\"supplied_later\"}");
	assert_string_equal(answer_text(expect_status(a, 201), "number_mode"), "supplied_later");
	snprintf(body, sizeof body,
	         "{\"code\":\"LATER\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"直播销售员\","
	         "\"level\":\"4\",\"held_on\":\"%s\",\"partner\":\"xingbo\",\"site\":\"%s\",\"late_reason\":\"补登\","
	         "\"body\":\"shili\"}", daemon_day(-3), answer_text(a, "id"));
	a = ASK(d->https, .path = "/v1/exams", .token = d->token[BY_ADMIN], .body = body);
	snprintf(later, sizeof later, "%s", answer_text(expect_status(a, 201), "id"));
}

static void a_pass_waits_for_its_number(void **state)
{
	char entries[900], body[200], number[32];
	a_site_is_given_its_numbers_later();
	const struct answer *a = daemon_submit(d, BY_SHILI, later, "何洁", 30, PASSES);
	assert_string_equal(answer_text(expect_status(a, 201), "state"), "awaiting_number");
	assert_string_equal(answer_text(a, "publish_on"), daemon_day(0));
	assert_int_equal(certificates(a), 0);
	snprintf(id, sizeof id, "%s", answer_text(a, "id"));
	expect_status(daemon_submit(d, BY_SHILI, later, "高明", 31, "\"theory\":80,\"skill\":59"), 201);
	a = ASK(d->https, .path = "/v1/assessments?state=awaiting_number", .token = d->token[BY_SHILI]);
	assert_string_equal(answer_text(expect_status(a, 200), "items.0.id"), id);
	/* all that is malformed at once, and nothing is taken */
	snprintf(entries, sizeof entries, "%s,%s,%s", entry("何洁", 30, "S00003100018726400000", daemon_day(-1)),
	         entry("高明", 31, number_of(2), daemon_day(-4)), entry("林涛", 32, number_of(3), daemon_day(1)));
	a = expect_problem(list(BY_SHILI, entries), 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), "/candidates/0/certificate_number");
	assert_string_equal(answer_text(a, "errors.0.code"), "number_format");
	assert_string_equal(answer_text(a, "errors.1.code"), "printed_before_exam");
	assert_string_equal(answer_text(a, "errors.2.code"), "date_in_future");
	snprintf(entries, sizeof entries, "%s,%s", entry("何洁", 30, number_of(1), daemon_day(-1)),
	         entry("何洁", 30, number_of(1), daemon_day(-1)));
	a = expect_problem(list(BY_SHILI, entries), 422, "invalid_fields");
	assert_string_equal(answer_text(a, "errors.0.pointer"), "/candidates/1/certificate_number");
	assert_string_equal(answer_text(a, "errors.1.code"), "duplicate");
	expect_problem(list(BY_PUJIANG, entry("何洁", 30, number_of(1), daemon_day(-1))), 404, "not_found");
	/* one fits */
	snprintf(number, sizeof number, "%s", number_of(1));
	snprintf(entries, sizeof entries, "%s,%s,%s", entry("高明", 31, number_of(2), daemon_day(-1)),
	         entry("何洁", 30, number, daemon_day(-1)), entry("林涛", 32, number_of(3), daemon_day(-1)));
	a = expect_status(list(BY_SHILI, entries), 200);
	assert_string_equal(answer_text(a, "items.0.outcome"), "no_pass");
	assert_string_equal(answer_text(a, "items.1.outcome"), "numbered");
	assert_string_equal(answer_text(a, "items.2.outcome"), "not_found");
	assert_int_equal(json_integer_value(answer_at(a, "numbered")), 1);
	a = until_published();
	assert_string_equal(answer_text(a, "certificates.0.number"), number);
	assert_string_equal(answer_text(a, "certificates.0.issued_on"), daemon_day(-1));
	assert_string_equal(answer_text(a, "certificates.1.issued_on"), daemon_day(0));
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"何洁\"}", number);
	a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200);
	assert_string_equal(answer_text(a, "result"), "valid");
	assert_string_equal(answer_text(a, "certificate.issued_on"), daemon_day(-1));
	snprintf(body, sizeof body, "/v1/certificates/%s/credential", number);
	a = expect_status(ASK(d->https, .path = body, .token = d->token[BY_SHILI], .accept = "application/vc"), 200);
	char midnight[32]; /* of Shanghai: the evening before, elsewhere */
	snprintf(midnight, sizeof midnight, "%sT16:00:00Z", daemon_day(-2));
	assert_string_equal(answer_text(a, "validFrom"), midnight);
}

/* The signature is found good in the background, and the document says what the registry says. */
static void what_was_printed_earlier_is_signed_now(void **state)
{
	static const char left[] = "SELECT count(*) FROM talent.unverified_signature";
	for (int ms = 0; ms < 20000 && strcmp(cluster_ask(d->cluster, d->database, left), "0") != 0; ms += 100)
		usleep(100 * 1000);
	assert_string_equal(cluster_ask(d->cluster, d->database, left), "0");
}

static int start(void **state)
{
	d = daemon_start(cluster_start(), (struct daemon_options){.workers = 1});
	const struct answer *a = ASK(d->https, .path = "/v1/issuers/yunxuan/keys", .token = d->token[BY_ADMIN], .method = "POST");
	return a->status == 201 || a->status == 409 ? 0 : -1;
}

static int stop(void **state)
{
	daemon_expect_clean_logs(d);
	struct cluster *cluster = d->cluster;
	daemon_free(d);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_company_confirms),
		cmocka_unit_test(a_veto_leaves_the_public_certificate),
		cmocka_unit_test(a_submission_sent_again_is_answered_as_at_first),
		cmocka_unit_test(whose_it_is_to_say),
		cmocka_unit_test(a_result_is_checked_again),
		cmocka_unit_test(a_changed_score_is_a_correction),
		cmocka_unit_test(a_pass_waits_for_its_number),
		cmocka_unit_test(what_was_printed_earlier_is_signed_now),
	};
	return cmocka_run_group_tests_name("publication", tests, start, stop);
}
