/* tests/integration/test_standing.c - accreditations, recognitions and agreements over HTTP: what is wrong is told by
 * pointer and rule, a suspension acts at once and on nothing that was issued, and while 64 clients submit, no
 * result is stored once a withdrawal was acknowledged. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "../lib/fleet.h"
#include "../lib/load.h"
#include "base/attr.h"

static struct daemon *d;

#define SALES "0d000000-0000-4000-8000-000000000101" /* shili's accreditation */

static const struct answer *post(enum daemon_token by, const char *path, const char *body)
{
	return ASK(d->https, .path = path, .token = d->token[by], .body = body);
}

static const struct answer *change(const char *method, const char *noun, const char *id, const char *what,
                                   const char *body)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/%ss/%s/%s", noun, id, what);
	return ASK(d->https, .method = method, .path = path, .token = d->token[BY_ADMIN], .body = body);
}

/* ---- what is wrong ---- */

#define ACCREDIT(body, work_type, levels, more) \
	"{\"body\":\"" body "\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"" work_type "\"," \
	"\"levels\":[" levels "],\"valid_from\":\"2026-01-02\"" more "}"
#define AGREE(with, terms, level, title) \
	"{\"with\":\"" with "\",\"valid_from\":\"2090-01-02\"" terms ",\"titles\":[" \
	"{\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"直播销售员\",\"level\":\"" level "\"" title "}]}"

static void wrong_fields(void **state)
{
	static const struct {
		enum daemon_token by;
		const char *path, *body, *pointer, *code;
	} cases[] = {
		{BY_ADMIN, "/v1/accreditations", ACCREDIT("nobody", "选品员", "\"4\"", ""), "/body", "organisation_unknown"},
		{BY_ADMIN, "/v1/accreditations", ACCREDIT("xingbo", "选品员", "\"4\"", ""), "/body", "kind_unsuitable"},
		{BY_ADMIN, "/v1/accreditations", ACCREDIT("pujiang", "厨师", "\"4\"", ""), "/work_type", "work_type_unknown"},
		{BY_ADMIN, "/v1/accreditations", ACCREDIT("pujiang", "平台管理员", "\"4\",\"1\"", ""), "/levels/1",
		 "level_not_offered"},
		{BY_ADMIN, "/v1/accreditations", ACCREDIT("pujiang", "选品员", "\"4\",\"}\"", ""), "/levels/1", "level_not_offered"},
		{BY_ADMIN, "/v1/accreditations", ACCREDIT("pujiang", "选品员", "\"4\",\"4\"", ""), "/levels/1", "duplicate"},
		{BY_ADMIN, "/v1/accreditations", ACCREDIT("pujiang", "选品员", "", ""), "/levels", "too_few"},
		{BY_ADMIN, "/v1/accreditations", ACCREDIT("pujiang", "选品员", "\"4\"", ",\"valid_to\":\"2026-01-01\""), "/valid_to",
		 "date_order"},
		{BY_ADMIN, "/v1/accreditations", ACCREDIT("shili", "直播销售员", "\"4\"", ""), "/valid_from", "overlaps"},
		{BY_ADMIN, "/v1/recognitions",
		 "{\"company\":\"shili\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"levels\":[\"4\"],"
		 "\"valid_from\":\"2026-01-02\"}", "/company", "kind_unsuitable"},
		{BY_ADMIN, "/v1/recognitions",
		 "{\"company\":\"xingbo\",\"occupation\":\"4-99-06-02\",\"edition\":\"2022\",\"levels\":[\"4\"],"
		 "\"valid_from\":\"2026-01-02\"}", "/occupation", "occupation_unknown"},
		{BY_ADMIN, "/v1/accreditations/" SALES "/ending", "{\"valid_to\":\"2026-01-02\",\"reason\":\"other\"}", "/valid_to",
		 "date_in_past"},
		{BY_ADMIN, "/v1/accreditations/" SALES "/ending", "{\"valid_to\":\"2090-01-02\",\"reason\":\"other\"}", "/valid_to",
		 "ends_before"},
		{BY_ADMIN, "/v1/accreditations/" SALES "/ending", "{\"valid_to\":\"2090-01-02\",\"reason\":\"mood\"}", "/reason",
		 "not_a_choice"},
		{BY_SHILI, "/v1/agreements", AGREE("xingbo", "", "4", ",\"title\":\"x\""), "/titles/0/level", "not_accredited_then"},
		{BY_SHILI, "/v1/agreements", AGREE("nobody", "", "4", ",\"title\":\"x\""), "/with", "organisation_unknown"},
		{BY_SHILI, "/v1/agreements", AGREE("pujiang", "", "4", ",\"title\":\"x\""), "/with", "kind_unsuitable"},
		{BY_XINGBO, "/v1/agreements", AGREE("yunxuan", "", "4", ",\"title\":\"x\""), "/with", "kind_unsuitable"},
		{BY_SHILI, "/v1/agreements", AGREE("xingbo", "", "4", ""), "/titles/0/title", "required"},
		{BY_SHILI, "/v1/agreements", AGREE("xingbo", ",\"window_days\":5", "4", ",\"title\":\"x\""), "/confirmer", "required"},
		{BY_SHILI, "/v1/agreements", AGREE("xingbo", ",\"confirmer\":\"x\"", "4", ",\"title\":\"x\""), "/confirmer",
		 "confirmer_without_window"},
		{BY_SHILI, "/v1/agreements", AGREE("xingbo", ",\"renewal_months\":5", "4", ",\"title\":\"x\""), "/renewal_months",
		 "renewal_beyond_validity"},
		{BY_SHILI, "/v1/agreements", AGREE("xingbo", ",\"valid_to\":\"2090-01-01\"", "4", ",\"title\":\"x\""), "/valid_to",
		 "date_order"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct answer *a = expect_problem(post(cases[i].by, cases[i].path, cases[i].body), 422, "invalid_fields");
		if (strcmp(answer_text(a, "errors.0.pointer"), cases[i].pointer) != 0 ||
		    strcmp(answer_text(a, "errors.0.code"), cases[i].code) != 0)
			fail_msg("%s: %s", cases[i].body, a->body);
	}
}

/* Words of the state's certificates, and codes that mean something else, in what would be all right otherwise. */
static void titles(void **state)
{
	static const struct {
		const char *title, *pointer, *code;
	} cases[] = {
		{",\"title\":\"国家级主播\"", "/titles/0/title", "reserved_words"},
		{",\"title\":\"x\",\"title_en\":\"National host\"", "/titles/0/title_en", "reserved_words"},
		{",\"title\":\"x\",\"code\":\"4-01-06-02\"", "/titles/0/code", "company_code"},
		{",\"title\":\"x\",\"code\":\"XINGBO-001\"", "/titles/0/code", "company_code_taken"},
	};
	cluster_sql(d->cluster, d->database, "UPDATE talent.accreditation SET valid_to = NULL;"
	                                     "UPDATE talent.recognition SET valid_to = NULL");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char body[512];
		snprintf(body, sizeof body, AGREE("xingbo", "", "4", "%s"), cases[i].title);
		const struct answer *a = expect_problem(post(BY_SHILI, "/v1/agreements", body), 422, "invalid_fields");
		assert_string_equal(answer_text(a, "errors.0.pointer"), cases[i].pointer);
		assert_string_equal(answer_text(a, "errors.0.code"), cases[i].code);
	}
}

/* Those that stand so, or have that day, of one organisation. */
static void lists_by_state_and_day(void **state)
{
	static const char *const nouns[] = {"accreditations", "recognitions", "agreements"};
	char path[128], on[160];
	for (size_t i = 0; i < ARRAY_LEN(nouns); i++) {
		snprintf(path, sizeof path, "/v1/%s?state=in_force", nouns[i]);
		const struct answer *a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN]), 200);
		assert_string_equal(answer_text(a, "items.0.state"), "in_force");
		assert_null(strstr(a->body, "\"ended\""));
		snprintf(path, sizeof path, "/v1/%s?state=ended", nouns[i]);
		a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN]), 200);
		assert_null(strstr(a->body, "in_force"));
		snprintf(on, sizeof on, "/v1/%s?on=2001-01-01", nouns[i]);
		a = expect_status(ASK(d->https, .path = on, .token = d->token[BY_ADMIN]), 200);
		assert_non_null(strstr(a->body, "\"items\":[]"));
		snprintf(on, sizeof on, "/v1/%s?on=%s&organisation=xingbo", nouns[i], daemon_day(0));
		a = expect_status(ASK(d->https, .path = on, .token = d->token[BY_ADMIN]), 200);
		assert_int_equal(strstr(a->body, "\"items\":[]") != NULL, i == 0); /* a company is not accredited */
		snprintf(path, sizeof path, "/v1/%s?state=proposed", nouns[i]);
		expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN]), i == 2 ? 200 : 400);
	}
}

/* ---- suspension ---- */

static const struct answer *submit(const char *exam, unsigned person)
{
	return daemon_submit(d, BY_SHILI, exam, "甲乙丙", person, "\"theory\":80,\"skill\":80");
}

/* Each of the three stops results from its acknowledgement on, and no certificate; lifted, results go on. */
static void suspension_acts_at_once(void **state)
{
	static const struct {
		const char *noun, *id, *problem;
	} cases[] = {
		{"accreditation", SALES, "accreditation_suspended"},
		{"recognition", "0d000000-0000-4000-8000-000000000201", "recognition_not_in_force"},
		{"agreement", "0d000000-0000-4000-8000-000000000301", "agreement_not_in_force"},
	};
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	char code[40], path[80];
	snprintf(code, sizeof code, "%s",
	         answer_text(expect_status(submit(exam, 1), 201), "certificates.1.verification_code"));
	snprintf(path, sizeof path, "/v1/verifications/%s", code);
	for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
		const char *noun = cases[i].noun, *id = cases[i].id;
		expect_status(change("PUT", noun, id, "suspension", "{\"reason\":\"quality\"}"), 200);
		expect_problem(submit(exam, 2 + i), 409, cases[i].problem);
		assert_string_equal(answer_text(ASK(d->https, .path = path), "result"), "valid");
		const struct answer *a = change("PUT", noun, id, "suspension", "{\"reason\":\"fraud\"}");
		assert_string_equal(answer_text(expect_problem(a, 409, "other_reason"), "reason"), "quality");
		a = expect_status(change("DELETE", noun, id, "suspension", "{\"reason\":\"remedied\"}"), 200);
		assert_null(strstr(a->body, "\"suspended\":true"));
		expect_status(submit(exam, 2 + i), 201);
		a = expect_status(change("GET", noun, id, "history", NULL), 200);
		assert_string_equal(answer_text(a, "items.0.detail.reason"), "remedied");
		assert_string_equal(answer_text(a, "items.1.detail.reason"), "quality");
	}
}

/* ---- 64 clients ---- */

enum { CLIENTS = 64, EACH = 4 };

static struct fleet fleet;
static atomic_int begun;
static atomic_bool withdrawn; /* the withdrawal was acknowledged */
static struct {
	int stored, refused, late; /* late: sent behind the acknowledgement, and stored all the same */
} met[CLIENTS];

static void *client(void *arg)
{
	int n = *(int *)arg;
	struct talk t;
	struct talk_answer a;
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	for (int i = 0; i < EACH; i++) {
		bool behind = atomic_load(&withdrawn);
		int status;
		atomic_fetch_add(&begun, 1);
		do
			status = load_submit_once(&fleet, &t, n * EACH + i, NULL, &a);
		while (status != 201 && status != 409);
		met[n].stored += status == 201;
		met[n].refused += status == 409;
		met[n].late += behind && status == 201;
	}
	talk_close(&t);
	return NULL;
}

static void withdrawn_while_results_arrive(void **state)
{
	static pthread_t threads[CLIENTS];
	static int numbers[CLIENTS];
	struct talk t;
	struct talk_answer a;
	int stored = 0, refused = 0, late = 0;
	fleet_open(&fleet, d->cluster, 1);
	host_start(&fleet.host[0]);
	fleet_furnish(&fleet);
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	for (int i = 0; i < CLIENTS; i++) {
		numbers[i] = i;
		assert_int_equal(pthread_create(&threads[i], NULL, client, &numbers[i]), 0);
	}
	while (atomic_load(&begun) < CLIENTS)
		;
	const struct talk_request suspend = {"PUT", "/v1/accreditations/" SALES "/suspension", fleet.admin, NULL,
	                                     "{\"reason\":\"quality\"}"};
	assert_int_equal(talk_ask(&t, &suspend, &a), 200);
	long then = load_count(&fleet, "SELECT count(*) FROM talent.assessment");
	atomic_store(&withdrawn, true);
	for (int i = 0; i < CLIENTS; i++) {
		pthread_join(threads[i], NULL);
		stored += met[i].stored;
		refused += met[i].refused;
		late += met[i].late;
	}
	assert_int_equal(late, 0);
	assert_int_equal(stored + refused, CLIENTS * EACH);
	assert_true(refused > 0);
	assert_int_equal(load_count(&fleet, "SELECT count(*) FROM talent.assessment"), then);
	assert_int_equal(then, stored);
	load_check_invariants(&fleet);
	talk_close(&t);
	fleet_close(&fleet);
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_fields),          cmocka_unit_test(suspension_acts_at_once),
		cmocka_unit_test(titles),                cmocka_unit_test(lists_by_state_and_day),
		cmocka_unit_test(test_logs),
		cmocka_unit_test(withdrawn_while_results_arrive),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	int failed = cmocka_run_group_tests_name("standing", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
