/* tests/integration/test_e2e_guessing.c - EXAMPLES section 2 over real TLS and PostgreSQL: batches, and limits on guessing
 * by addresses, tokens and numbers. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/verify.h"
#include "base/attr.h"

static struct daemon *d;

/* Small limits, so that few requests reach them; the tests' own address may miss often. */
static const char limits[] = "limits { guesses_per_address = 40 guesses_per_token = 80"
                             " guesses_per_number = 3 guess_window = 1h }";

/* ---- batches ---- */

static void test_batch(void **state)
{
	struct issued i = verify_issue(d, "黄忠", 8), j = verify_issue(d, "黄盖", 9);
	char body[512];
	verify_change(d, "POST", j.number, "revocation");
	snprintf(body, sizeof body,
	         "{\"items\":[{\"code\":\"%s\"},{\"number\":\"%s\",\"name\":\"黄盖\"},{\"code\":\"0\"},"
	         "{\"code\":\"%s\",\"name\":\"黄忠\"}]}", i.code, j.number, i.code);
	static const char *const results[] = {"valid", "revoked", "no_match", "valid"};
	const struct answer *a = ASK(d->https, .path = "/v1/verifications", .body = body,
	                             .token = d->token[BY_EMPLOYER]);
	expect_status(a, 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 4);
	for (unsigned k = 0; k < ARRAY_LEN(results); k++) {
		char at[32];
		snprintf(at, sizeof at, "items.%u.result", k);
		assert_string_equal(answer_text(a, at), results[k]);
	}
	static const int refused[] = {BY_NOBODY, BY_EXPIRED, BY_REVOKED};
	for (size_t k = 0; k < ARRAY_LEN(refused); k++) {
		const char *token = d->token[refused[k]];
		a = ASK(d->https, .path = "/v1/verifications", .body = body, .token = token[0] ? token : NULL);
		expect_problem(a, 401, "unauthenticated");
		assert_non_null(strstr(answer_header(a, "WWW-Authenticate"), "Bearer"));
	}
}

/* ---- guessing ---- */

static void test_guessing(void **state)
{
	struct issued i = verify_issue(d, "关羽飞", 10);
	const struct answer *a;
	for (int k = 0; k < 3; k++)
		verify_expect(verify_from(d, "127.0.0.2", "number", i.number, "关羽"), "no_match");
	a = expect_problem(verify_from(d, "127.0.0.2", "number", i.number, "关羽"), 429, "rate_limited");
	long wait = strtol(answer_header(a, "Retry-After"), NULL, 10);
	assert_true(wait > 0 && wait <= 3601);
	/* the same for a number that nobody has, so that the limit tells nothing either */
	for (int k = 0; k < 3; k++)
		verify_expect(verify_from(d, "127.0.0.2", "number", "S000031000123264888888", "关羽"), "no_match");
	expect_problem(verify_from(d, "127.0.0.2", "number", "S000031000123264888888", "关羽"), 429,
	               "rate_limited");
	/* others are not refused, nor is a code without a name */
	verify_expect(verify_from(d, "127.0.0.3", "number", i.number, "关羽飞"), "valid");
	verify_expect(verify_from(d, "127.0.0.2", "code", i.code, NULL), "valid");
	/* folded alike, counted alike */
	char typed[64];
	snprintf(typed, sizeof typed, "s %.30s", i.number + 1);
	expect_problem(verify_from(d, "127.0.0.2", "number", typed, "关羽"), 429, "rate_limited");
}

/* Many addresses guess at one number: nobody else is hindered, right or wrong. */
static void test_guessing_by_many(void **state)
{
	struct issued i = verify_issue(d, "诸葛亮明", 11);
	char from[32];
	for (int k = 0; k < 12; k++) {
		snprintf(from, sizeof from, "127.0.1.%d", k + 1);
		verify_expect(verify_from(d, from, "number", i.number, "诸葛"), "no_match");
	}
	verify_expect(verify_from(d, "127.0.1.50", "number", i.number, "诸葛亮明"), "valid");
	verify_expect(verify_from(d, "127.0.1.51", "number", i.number, "诸葛"), "no_match");
	verify_expect(verify_from(d, "127.0.1.51", "number", i.number, "诸葛亮明"), "valid");
}

/* 96 guesses at the same moment, over all workers: three are judged. */
static void test_guessing_at_once(void **state)
{
	enum { N = 96 };
	static struct http_asked asked[N];
	static const struct answer *a[N];
	static char body[N][160];
	struct issued i = verify_issue(d, "司马懿达", 16);
	int judged = 0;
	for (int k = 0; k < N; k++) {
		snprintf(body[k], sizeof body[k], "{\"number\":\"%s\",\"name\":\"司马%d\"}", i.number, k);
		asked[k] = (struct http_asked){.path = "/v1/verifications", .body = body[k],
		                               .from = "127.0.4.1"};
	}
	http_ask_all(d->https, asked, a, N);
	for (int k = 0; k < N; k++) {
		judged += a[k]->status == 200;
		if (a[k]->status == 200)
			verify_expect(a[k], "no_match");
		else
			expect_problem(a[k], 429, "rate_limited");
	}
	assert_int_equal(judged, 3);
	expect_problem(verify_from(d, "127.0.4.1", "number", i.number, "司马懿达"), 429, "rate_limited");
	/* as many right ones are all judged */
	for (int k = 0; k < N; k++) {
		snprintf(body[k], sizeof body[k], "{\"number\":\"%s\",\"name\":\"司马懿达\"}", i.number);
		asked[k].from = "127.0.4.2";
	}
	http_ask_all(d->https, asked, a, N);
	for (int k = 0; k < N; k++)
		verify_expect(a[k], "valid");
}

/* A batch of 70 wrong and 30 right: judged one by one, also behind an address that is used up; what
 * is over the token's limit is not, a code alone always is. */
static void test_guessing_in_batches(void **state)
{
	enum { WRONG = 70, RIGHT = 30 };
	static char body[16384];
	struct issued i = verify_issue(d, "夏侯惇武", 17);
	size_t n = (size_t)snprintf(body, sizeof body, "{\"items\":[");
	for (int k = 0; k < WRONG + RIGHT; k++)
		n += (size_t)(k % 10 < 7
			? snprintf(body + n, sizeof body - n,
			           "%s{\"number\":\"S0000310001232646666%02d\",\"name\":\"夏侯\"}",
			           k ? "," : "", k)
			: snprintf(body + n, sizeof body - n, "%s{\"number\":\"%s\",\"name\":\"夏侯惇武\"}",
			           k ? "," : "", i.number));
	snprintf(body + n, sizeof body - n, "]}");
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = body,
	                                           .token = d->token[BY_EMPLOYER]), 200);
	int of[2] = {0};
	char at[40];
	for (unsigned k = 0; k < WRONG + RIGHT; k++) {
		snprintf(at, sizeof at, "items.%u.result", k);
		const char *result = answer_text(a, at);
		of[0] += strcmp(result, "no_match") == 0;
		of[1] += strcmp(result, "valid") == 0;
	}
	assert_int_equal(of[0], WRONG);
	assert_int_equal(of[1], RIGHT);
	/* Ten misses are left, fewer those that test_batch had. */
	a = ASK(d->https, .path = "/v1/verifications", .body = body, .token = d->token[BY_EMPLOYER]);
	expect_status(a, 200);
	assert_string_equal(answer_text(a, "items.0.result"), "no_match");
	assert_string_equal(answer_text(a, "items.99.result"), "unknown");
	assert_string_equal(answer_text(a, "items.99.code"), "rate_limited");
	assert_in_range(answer_int(a, "items.99.retry_after"), 1, 3602);
	a = ASK(d->https, .path = "/v1/verifications", .body = body, .token = d->token[BY_EMPLOYER],
	        .language = "en");
	expect_problem(a, 429, "rate_limited");
	assert_non_null(strstr(answer_text(a, "detail"), " minutes."));
	assert_non_null(strstr(answer_header(a, "RateLimit"), "\"token\";r=0;t="));
	snprintf(body, sizeof body, "{\"items\":[{\"code\":\"%s\"}]}", i.code);
	a = ASK(d->https, .path = "/v1/verifications", .body = body, .token = d->token[BY_EMPLOYER]);
	assert_string_equal(answer_text(expect_status(a, 200), "items.0.result"), "valid");
	/* A single one by the token, and by nobody at the same address. */
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"夏侯惇武\"}", i.number);
	expect_problem(ASK(d->https, .path = "/v1/verifications", .body = body,
	                   .token = d->token[BY_EMPLOYER]), 429, "rate_limited");
	verify_expect(verify_from(d, "127.0.4.3", "number", i.number, "夏侯惇武"), "valid");
	expect_problem(ASK(d->https, .path = "/v1/verifications", .body = body,
	                   .token = d->token[BY_EXPIRED]), 401, "unauthenticated");
}

/* One address guesses at many numbers. */
static void test_guessing_at_many(void **state)
{
	struct issued i = verify_issue(d, "刘备德", 12);
	char number[48];
	for (int k = 0; k < 40; k++) {
		snprintf(number, sizeof number, "S0000310001232647777%02d", k);
		verify_expect(verify_from(d, "127.0.2.1", "number", number, "刘备"), "no_match");
	}
	expect_problem(verify_from(d, "127.0.2.1", "number", i.number, "刘备德"), 429, "rate_limited");
	verify_expect(verify_from(d, "127.0.2.1", "code", i.code, NULL), "valid");
	verify_expect(verify_from(d, "127.0.2.2", "number", i.number, "刘备德"), "valid");
}

/* Limits are among what a reload applies. */
static void test_limits_reloaded(void **state)
{
	struct issued i = verify_issue(d, "赵子龙", 15);
	daemon_reload(d, "limits { guesses_per_pair = 1 }"); /* as the last version called it */
	assert_true(daemon_log_has(d, "event=former_option"));
	assert_true(daemon_log_has(d, "event=reloaded"));
	verify_expect(verify_from(d, "127.0.3.1", "number", i.number, "赵子"), "no_match");
	expect_problem(verify_from(d, "127.0.3.1", "number", i.number, "赵子"), 429, "rate_limited");
	verify_expect(verify_from(d, "127.0.3.2", "number", i.number, "赵子龙"), "valid");
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_guessing),
		cmocka_unit_test(test_guessing_by_many),
		cmocka_unit_test(test_guessing_at_once),
		cmocka_unit_test(test_guessing_in_batches),
		cmocka_unit_test(test_guessing_at_many),
		cmocka_unit_test(test_limits_reloaded),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){.conf = limits});
	int failed = cmocka_run_group_tests_name("e2e_guessing", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
