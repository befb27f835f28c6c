/* Verification: where the facts come from, so that a revocation that was acknowledged is never
 * missed, and who may try how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <netinet/in.h>

#include "../lib/office.h"
#include "base/outcome.h"

#define BY_CODE "/v1/verifications/" OFFICE_CODE
#define ELSEWHERE "55555555-0000-4000-8000-000000000005"

static int open_office(void **state)
{
	*state = office_new(false);
	office_caller(*state, "employer", NULL, "active");
	return 0;
}

static int open_limited(void **state)
{
	*state = office_new(true);
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

static struct visit *by_code(struct office *o)
{
	return office_done(o, "GET", BY_CODE, NULL);
}

static void expect_result(const struct visit *v, const char *result)
{
	assert_int_equal(v->status, 200);
	assert_true(slice_is(visit_member(v, "result"), result));
	assert_true(slice_is(visit_field(v, "Cache-Control"), "no-store"));
}

static void expect_unknown(const struct visit *v)
{
	assert_int_equal(v->status, 503);
	assert_true(slice_is(visit_member(v, "code"), "status_unknown"));
	assert_true(slice_is(visit_member(v, "result"), "unknown"));
	assert_true(slice_is(visit_field(v, "Retry-After"), "5"));
}

static int reads(struct office *o)
{
	return fake_db_sent(o->db, Q_VERDICT_BY_CODE);
}

static int asked(struct office *o)
{
	return fake_db_sent(o->db, Q_STATUS_READ);
}

/* The cache holds the row of OFFICE_CODE as of rev 7. */
static void warm(struct office *o)
{
	row(o, (struct verdict_terms){0});
	expect_result(by_code(o), "valid");
}

/* A certificate is put into words for the first answer, again for the second, and those are kept:
 * they say the same. */
static void every_answer_has_the_same_words(void **state)
{
	struct office *o = *state;
	row(o, (struct verdict_terms){0});
	struct visit *v[3] = {by_code(o)};
	for (int i = 1; i < 3; i++) {
		fake_db_answer_one(o->db, Q_STATUS_READ, office_status("7", NULL, false));
		v[i] = by_code(o);
	}
	const char *words = strstr(v[0]->body, "\"certificate\":{");
	assert_non_null(words);
	assert_non_null(strstr(words, "\"checks\":["));
	for (int i = 1; i < 3; i++) {
		expect_result(v[i], "valid");
		assert_string_equal(strstr(v[i]->body, "\"certificate\":{"), words);
	}
	assert_int_equal(fake_db_sent(o->db, Q_VERDICT_BY_CODE), 1);
}

static void the_first_answer_is_from_the_primary(void **state)
{
	struct office *o = *state;
	row(o, (struct verdict_terms){0});
	struct visit *v = by_code(o);
	expect_result(v, "valid");
	assert_true(slice_is(visit_member(v, "checked_at"), "2026-11-22T03:04:05Z"));
	assert_non_null(strstr(v->body, "\"holder\":\"张**\""));
	assert_null(strstr(v->body, "张伟"));
	assert_non_null(strstr(v->body, "\"did\":\"did:web:localhost%3A8443:issuers:shili\""));
	assert_non_null(strstr(v->body, "{\"check\":\"name\",\"outcome\":\"not_made\"}"));
	assert_int_equal(asked(o), 1);
	assert_int_equal(fake_db_lane(o->db, Q_STATUS_READ), DB_STATUS);
	assert_int_equal(fake_db_lane(o->db, Q_VERDICT_BY_CODE), DB_READ);
}

/* "passed" is said of what was verified; who comes before the background job has it verified. What failed is
 * told without the certificate, is looked at anew each time, and is not looked for when known. */
static void a_signature_that_is_none_is_told(void **state)
{
	struct office *o = *state;
	static const char told[] = "{\"check\":\"signature\",\"outcome\":\"failed\"}";
	for (int i = 0; i < 2; i++) {
		row(o, (struct verdict_terms){.signature = "not_made"});
		fake_db_answer_one(o->db, Q_SIGNATURE_STORED, FAKE_ROW("version listed", OFFICE_VERSION, "f"));
		struct visit *v = by_code(o);
		expect_result(v, "no_match");
		assert_non_null(strstr(v->body, told));
		assert_null(strstr(v->body, "\"certificate\""));
	}
	assert_true(slice_is(fake_db_arg(o->db, Q_SIGNATURE_STORED, 0), OFFICE_VERSION));
	row(o, (struct verdict_terms){.signature = "not_made"});
	fake_db_answer_one(o->db, Q_SIGNATURE_STORED, FAKE_NONE("version"));
	expect_unknown(by_code(o));
	row(o, (struct verdict_terms){.signature = "failed"});
	struct visit *v = by_code(o);
	expect_result(v, "no_match");
	assert_non_null(strstr(v->body, told));
	assert_int_equal(reads(o), 4);
	assert_int_equal(fake_db_sent(o->db, Q_SIGNATURE_STORED), 3);
}

/* What is at hand is told only behind a read that began after the request had come. */
static void a_cached_row_waits_for_the_clock(void **state)
{
	struct office *o = *state;
	warm(o);
	struct visit *first = office_ask(o, "GET", BY_CODE, NULL);
	assert_int_equal(asked(o), 2);
	assert_int_equal(fake_db_lane(o->db, Q_STATUS_READ), DB_STATUS);
	/* One read is under way; who comes now must not be served by it. */
	struct visit *second = office_ask(o, "GET", BY_CODE, NULL);
	struct visit *third = office_ask(o, "GET", BY_CODE, NULL);
	assert_int_equal(asked(o), 2);
	fake_db_answer_one(o->db, Q_STATUS_READ, office_status("7", NULL, false));
	office_step(o);
	expect_result(first, "valid");
	assert_true(slice_is(visit_member(first, "checked_at"), "2026-11-22T03:04:06Z"));
	assert_int_equal(second->phase, VISIT_WAITS);
	assert_int_equal(asked(o), 3);
	/* Between their coming and their read it was revoked. */
	fake_db_answer_one(o->db, Q_STATUS_READ, office_status("8", OFFICE_CERTIFICATE, false));
	row(o, (struct verdict_terms){.rev = "8", .state = "revoked"});
	row(o, (struct verdict_terms){.rev = "8", .state = "revoked"});
	office_run(o);
	expect_result(second, "revoked");
	expect_result(third, "revoked");
	assert_true(slice_is(visit_member(second, "revoked_on"), "2026-11-21"));
	assert_int_equal(asked(o), 3);
}

static void another_change_keeps_the_row(void **state)
{
	struct office *o = *state;
	warm(o);
	fake_db_answer_one(o->db, Q_STATUS_READ, office_status("9", ELSEWHERE, false));
	expect_result(by_code(o), "valid");
	assert_int_equal(reads(o), 1);
	assert_true(slice_is(fake_db_arg(o->db, Q_STATUS_READ, 0), "7"));
	fake_db_answer_one(o->db, Q_STATUS_READ, office_status("9", NULL, false));
	expect_result(by_code(o), "valid");
	assert_true(slice_is(fake_db_arg(o->db, Q_STATUS_READ, 0), "9"));
	assert_int_equal(reads(o), 1);
}

static void too_many_changes_forget_everything(void **state)
{
	struct office *o = *state;
	warm(o);
	fake_db_answer_one(o->db, Q_STATUS_READ, office_status("2000", ELSEWHERE, true));
	row(o, (struct verdict_terms){.rev = "2000", .state = "suspended"});
	expect_result(by_code(o), "suspended");
	assert_int_equal(reads(o), 2);
}

/* A row read before an event that the clock has told of is not told: it is read again, once. */
static void an_old_row_is_not_told(void **state)
{
	struct office *o = *state;
	warm(o);
	fake_db_answer_one(o->db, Q_STATUS_READ, office_status("9", OFFICE_CERTIFICATE, false));
	row(o, (struct verdict_terms){.rev = "8"});
	fake_db_answer_one(o->db, Q_STATUS_READ, office_status("9", NULL, false));
	row(o, (struct verdict_terms){.rev = "9", .state = "revoked"});
	expect_result(by_code(o), "revoked");
	assert_int_equal(reads(o), 3);
	for (int i = 0; i < 2; i++) {
		fake_db_answer_one(o->db, Q_STATUS_READ, office_status("10", OFFICE_CERTIFICATE, false));
		row(o, (struct verdict_terms){.rev = "9"});
	}
	expect_unknown(by_code(o));
	assert_int_equal(reads(o), 5);
}

static void who_cannot_know_says_so(void **state)
{
	struct office *o = *state;
	row(o, (struct verdict_terms){.in_recovery = true});
	row(o, (struct verdict_terms){.in_recovery = true});
	expect_unknown(by_code(o));
	row(o, (struct verdict_terms){.held = true});
	expect_unknown(by_code(o));
	warm(o);
	static const enum db_outcome outcomes[] = {DB_AWAY, DB_TIMEOUT, DB_FULL, DB_ERROR};
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		fake_db_fail(o->db, Q_STATUS_READ, outcomes[i], NULL);
		expect_unknown(by_code(o));
	}
	fake_db_answer_one(o->db, Q_STATUS_READ,
	                   FAKE_ROW("epoch rev now today in_recovery changed overflow held",
	                            OFFICE_EPOCH_TEXT, "7", "2026-11-22T03:04:06Z", "2026-11-22", "t", NULL,
	                            "f", "f"));
	expect_unknown(by_code(o));
	/* the primary, but its history is in doubt */
	fake_db_answer_one(o->db, Q_STATUS_READ,
	                   FAKE_ROW("epoch rev now today in_recovery changed overflow held",
	                            OFFICE_EPOCH_TEXT, "7", "2026-11-22T03:04:06Z", "2026-11-22", "f", NULL,
	                            "f", "t"));
	expect_unknown(by_code(o));
	fake_db_answer_one(o->db, Q_STATUS_READ, FAKE_NONE("rev"));
	expect_unknown(by_code(o));
	fake_db_refuse(o->db, E_FULL);
	expect_unknown(by_code(o));
	fake_db_refuse(o->db, 0);
	/* Everybody who shares a read that fails is told the same. */
	struct visit *a = office_ask(o, "GET", BY_CODE, NULL);
	struct visit *b = office_ask(o, "GET", BY_CODE, NULL);
	fake_db_fail(o->db, Q_STATUS_READ, DB_AWAY, NULL);
	fake_db_fail(o->db, Q_STATUS_READ, DB_AWAY, NULL);
	office_run(o);
	expect_unknown(a);
	expect_unknown(b);
}

static void the_row_cannot_be_read(void **state)
{
	struct office *o = *state;
	fake_db_fail(o->db, Q_VERDICT_BY_CODE, DB_AWAY, NULL);
	struct visit *v = by_code(o);
	assert_int_equal(v->status, 503);
	assert_int_equal(strncmp(v->body, "{\"type\"", 7), 0);
	assert_null(strstr(v->body, "valid\""));
}

static void precedence_over_the_row(void **state)
{
	struct office *o = *state;
	static const struct {
		struct verdict_terms terms;
		const char *result, *member, *value;
	} cases[] = {
		{{.state = "revoked"}, "revoked", "revoked_on", "2026-11-21"},
		{{.state = "void"}, "revoked", NULL, NULL},
		{{.state = "suspended"}, "suspended", "suspended_on", "2026-11-21"},
		{{.expires_on = "2026-11-21"}, "expired", NULL, NULL},
		{{.expires_on = "2026-11-22"}, "valid", NULL, NULL},
		{{.replaced_on = "2026-11-21"}, "replaced", "replaced_on", "2026-11-21"},
		{{.state = "something_new"}, "revoked", NULL, NULL},
		{{.key_revoked = true}, "unknown", NULL, NULL},
		{{.key_revoked = true, .state = "revoked"}, "revoked", NULL, NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct visit *v;
		fake_db_always(o->db, Q_VERDICT_BY_NUMBER, office_verdict(&cases[i].terms));
		v = office_done(o, "POST", "/v1/verifications",
		                "{\"number\":\"S000031000123264000001\",\"name\":\"张伟\"}");
		expect_result(v, cases[i].result);
		if (cases[i].member)
			assert_true(slice_is(visit_member(v, cases[i].member), cases[i].value));
	}
}

/* A neighbour's row stands in for what does not exist; none of it is told. */
static void no_match_tells_nothing(void **state)
{
	struct office *o = *state;
	const struct verdict_terms missing = {.missing = true};
	fake_db_always(o->db, Q_VERDICT_BY_NUMBER, office_verdict(&(struct verdict_terms){0}));
	fake_db_always(o->db, Q_VERDICT_BY_CODE, office_verdict(&missing));
	static const char *const bodies[] = {
		"{\"number\":\"S000031000123264000001\",\"name\":\"张三\"}",
		"{\"number\":\"S000031000123264000001\",\"name\":\"·\"}",
		"{\"code\":\"" OFFICE_CODE "\",\"name\":\"张伟\"}",
		"{\"code\":\"not a code\",\"name\":\"张伟\"}",
	};
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		struct visit *v = office_done(o, "POST", "/v1/verifications", bodies[i]);
		expect_result(v, "no_match");
		assert_non_null(strstr(v->body, "\"checks\":[]"));
		assert_null(strstr(v->body, "certificate"));
		assert_null(strstr(v->body, "张"));
	}
	expect_result(by_code(o), "no_match");
	expect_result(office_done(o, "GET", "/v1/verifications/xyz", NULL), "no_match");
	/* Each of them cost one read of the database, as a hit does. */
	assert_int_equal(reads(o) + fake_db_sent(o->db, Q_VERDICT_BY_NUMBER), 6);
	fake_db_always(o->db, Q_VERDICT_BY_CODE, FAKE_NONE("rev"));
	expect_result(by_code(o), "no_match"); /* a registry without any certificate */
}

static void names_and_typing_are_forgiven(void **state)
{
	struct office *o = *state;
	fake_db_always(o->db, Q_VERDICT_BY_NUMBER, office_verdict(&(struct verdict_terms){0}));
	struct visit *v = office_done(o, "POST", "/v1/verifications",
	                              "{\"number\":\"ｓ0000 31000123-264000001\",\"name\":\" 张 伟 \"}");
	expect_result(v, "valid");
	assert_true(slice_is(fake_db_arg(o->db, Q_VERDICT_BY_NUMBER, 0), "S000031000123264000001"));
	assert_non_null(strstr(v->body, "{\"check\":\"name\",\"outcome\":\"passed\"}"));
}

/* ---- guessing: 2 misses on a number, 4 of an address, 6 of a token ---- */

enum { GUESS_BODY = 200 };

static const char *guess_body(char body[static GUESS_BODY], const char *number, const char *name)
{
	snprintf(body, GUESS_BODY, "{\"number\":\"%s\",\"name\":\"%s\"}", number, name);
	return body;
}

static struct sockaddr_storage ipv4(uint8_t host)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000000U | host)};
	struct sockaddr_storage addr = {0};
	memcpy(&addr, &in, sizeof in);
	return addr;
}

static struct sockaddr_storage ipv6(uint8_t net, uint8_t host)
{
	struct sockaddr_in6 in = {.sin6_family = AF_INET6};
	struct sockaddr_storage addr = {0};
	in.sin6_addr.s6_addr[0] = 0x20;
	in.sin6_addr.s6_addr[7] = net;
	in.sin6_addr.s6_addr[15] = host;
	memcpy(&addr, &in, sizeof in);
	return addr;
}

/* body lives until it is answered. */
static struct visit *begin_guess(struct office *o, struct sockaddr_storage from, const char *body)
{
	const struct visit_request r = {
		.method = "POST", .target = "/v1/verifications",
		.fields = "Content-Type: application/json\r\n", .body = body, .peer = {.addr = from}};
	struct visit *v = loopback_open(o->loop, &r);
	loopback_head(v);
	return v;
}

static struct visit *guess_from(struct office *o, struct sockaddr_storage from, const char *number,
                                const char *name)
{
	char body[GUESS_BODY];
	struct visit *v = begin_guess(o, from, guess_body(body, number, name));
	office_run(o);
	assert_int_equal(v->phase, VISIT_OVER);
	return v;
}

static struct visit *guess(struct office *o, const char *number, const char *name, uint8_t host)
{
	return guess_from(o, ipv4(host), number, name);
}

static void expect_limited(const struct visit *v, const char *policy)
{
	char want[64];
	uint64_t wait;
	assert_int_equal(v->status, 429);
	assert_true(slice_is(visit_member(v, "code"), "rate_limited"));
	assert_true(slice_to_u64(visit_field(v, "Retry-After"), &wait));
	assert_in_range(wait, 1, 62);
	assert_non_null(strstr(v->body, wait > 60 ? " 2 minutes." : " 1 minute."));
	snprintf(want, sizeof want, "\"%s\";r=0;t=%d", policy, (int)wait);
	assert_true(slice_is(visit_field(v, "RateLimit"), want));
	snprintf(want, sizeof want, "\"%s\";q=", policy);
	assert_true(slice_starts(visit_field(v, "RateLimit-Policy"), slice_of(want)));
}

static void rows_by_number(struct office *o)
{
	fake_db_always(o->db, Q_VERDICT_BY_NUMBER, office_verdict(&(struct verdict_terms){0}));
}

static void guesses_are_limited(void **state)
{
	struct office *o = *state;
	rows_by_number(o);
	/* Twice on one number from one place; then nothing is looked up, right or wrong. */
	expect_result(guess(o, "A-2026-00000001", "张三", 1), "no_match");
	expect_result(guess(o, "A-2026-00000001", "李四", 1), "no_match");
	int before = fake_db_sent(o->db, -1);
	expect_limited(guess(o, "A-2026-00000001", "张伟", 1), "number");
	expect_limited(guess(o, "A-2026-00000001", "张三", 1), "number");
	expect_limited(guess(o, "编号：a－2026 - 00000001。", "张伟", 1), "number"); /* folded before it is counted */
	assert_int_equal(fake_db_sent(o->db, -1), before);
	/* Other numbers: four in all. */
	expect_result(guess(o, "A-2026-00000002", "张三", 1), "no_match");
	expect_result(guess(o, "A-2026-00000003", "张三", 1), "no_match");
	expect_limited(guess(o, "A-2026-00000004", "张三", 1), "address");
	expect_limited(guess(o, "A-2026-00000004", "张伟", 1), "address");
	/* Right answers are not counted. */
	for (int i = 0; i < 6; i++)
		expect_result(guess(o, "A-2026-00000001", "张伟", 2), "valid");
	/* By code alone nothing is counted. */
	fake_db_always(o->db, Q_VERDICT_BY_CODE, office_verdict(&(struct verdict_terms){.missing = true}));
	for (int i = 0; i < 10; i++)
		expect_result(by_code(o), "no_match");
}

static void nobody_is_refused_for_what_others_missed(void **state)
{
	struct office *o = *state;
	rows_by_number(o);
	for (uint8_t host = 1; host <= 40; host++)
		for (int i = 0; i < 2; i++)
			expect_result(guess(o, "A-2026-00000001", "张三", host), "no_match");
	expect_result(guess(o, "A-2026-00000001", "张伟", 100), "valid");
	expect_result(guess(o, "A-2026-00000001", "张三", 101), "no_match");
	expect_result(guess(o, "A-2026-00000001", "张伟", 101), "valid"); /* also after a miss of its own */
}

/* An IPv6 client owns its /64. */
static void one_network_is_one_caller(void **state)
{
	struct office *o = *state;
	rows_by_number(o);
	expect_result(guess_from(o, ipv6(1, 1), "A-2026-00000001", "张三"), "no_match");
	expect_result(guess_from(o, ipv6(1, 2), "A-2026-00000001", "张三"), "no_match");
	expect_limited(guess_from(o, ipv6(1, 3), "A-2026-00000001", "张伟"), "number");
	expect_result(guess_from(o, ipv6(2, 1), "A-2026-00000001", "张伟"), "valid");
}

/* Many at once: all are looked up, but no more are told than the limit says. */
static void guesses_at_once_are_counted_one_by_one(void **state)
{
	enum { N = 96 };
	struct office *o = *state;
	struct visit *v[N];
	char body[N][GUESS_BODY], name[32];
	int judged = 0;
	rows_by_number(o);
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "张三%d", i);
		v[i] = begin_guess(o, ipv4(1), guess_body(body[i], "A-2026-00000001", i == 50 ? "张伟" : name));
	}
	office_run(o);
	for (int i = 0; i < N; i++) {
		judged += v[i]->status == 200;
		if (v[i]->status == 200)
			expect_result(v[i], "no_match");
		else
			expect_limited(v[i], "number");
	}
	assert_int_equal(judged, 2);
	/* Right ones are not in each other's way. */
	for (int i = 0; i < N; i++)
		v[i] = begin_guess(o, ipv4(2), guess_body(body[i], "A-2026-00000001", "张伟"));
	office_run(o);
	for (int i = 0; i < N; i++)
		expect_result(v[i], "valid");
	/* At many numbers the address is what counts, and the numbers that were not judged are not
	 * used up. */
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "A-2026-%08d", i);
		v[i] = begin_guess(o, ipv4(3), guess_body(body[i], name, "张三"));
	}
	office_run(o);
	judged = 0;
	for (int i = 0; i < N; i++)
		judged += v[i]->status == 200;
	assert_int_equal(judged, 4);
}

static struct visit *with_token(struct office *o, const char *number, const char *name)
{
	char body[GUESS_BODY];
	return office_done(o, "POST", "/v1/verifications", guess_body(body, number, name));
}

/* The address does not matter for those who say who they are. */
static void a_token_has_a_budget_of_its_own(void **state)
{
	struct office *o = *state;
	rows_by_number(o);
	office_caller(o, "employer", NULL, "active");
	char number[24];
	for (int i = 0; i < 6; i++) {
		snprintf(number, sizeof number, "A-2026-%08d", i);
		expect_result(with_token(o, number, "张三"), "no_match");
	}
	expect_limited(with_token(o, "A-2026-00000009", "张伟"), "token");
	/* The same address, which is none, without a token. */
	expect_result(guess_from(o, (struct sockaddr_storage){0}, "A-2026-00000009", "张伟"), "valid");
	office_caller(o, "employer", NULL, "expired");
	assert_int_equal(with_token(o, "A-2026-00000009", "张伟")->status, 401);
}

static void expect_items(const struct visit *v, const char *const *results, size_t n)
{
	const char *at = v->body;
	assert_int_equal(v->status, 200);
	for (size_t i = 0; i < n; i++) {
		at = strstr(at, "{\"result\":\"");
		assert_non_null(at);
		at += 11;
		assert_memory_equal(at, results[i], strlen(results[i]));
	}
	assert_null(strstr(at, "{\"result\":"));
}

/* What is left of the budget is used; behind it items are not judged, right or wrong, but a code
 * alone is. Only when nothing was judged the whole is refused. */
static void batches_are_judged_item_by_item(void **state)
{
	struct office *o = *state;
	rows_by_number(o);
	office_caller(o, "employer", NULL, "active");
	fake_db_always(o->db, Q_VERDICT_BY_CODE, office_verdict(&(struct verdict_terms){0}));
	fake_db_always(o->db, Q_STATUS_READ, office_status("7", NULL, false));
	static const char *const results[] = {"valid",    "no_match", "no_match", "unknown", "unknown",
	                                      "no_match", "no_match", "no_match", "valid", "no_match",
	                                      "unknown",  "unknown",  "valid"};
	struct visit *v = office_done(o, "POST", "/v1/verifications",
		"{\"items\":[{\"number\":\"A-2026-00000000\",\"name\":\"张伟\"},"
		"{\"number\":\"A-2026-00000001\",\"name\":\"张三\"},{\"number\":\"A-2026-00000001\",\"name\":\"李四\"},"
		"{\"number\":\"A-2026-00000001\",\"name\":\"张伟\"},{\"number\":\"A-2026-00000001\",\"name\":\"王五\"},"
		"{\"number\":\"A-2026-00000002\",\"name\":\"张三\"},{\"number\":\"A-2026-00000003\",\"name\":\"张三\"},"
		"{\"number\":\"A-2026-00000004\",\"name\":\"张三\"},{\"number\":\"A-2026-00000005\",\"name\":\"张伟\"},"
		"{\"number\":\"A-2026-00000006\",\"name\":\"张三\"},{\"number\":\"A-2026-00000007\",\"name\":\"张三\"},"
		"{\"number\":\"A-2026-00000008\",\"name\":\"张伟\"},{\"code\":\"" OFFICE_CODE "\"}]}");
	expect_items(v, results, ARRAY_LEN(results));
	assert_non_null(strstr(v->body, "{\"result\":\"unknown\",\"code\":\"rate_limited\",\"detail\":\""
	                                "Too many did not match; no name is compared now. Try again in "));
	assert_non_null(strstr(v->body, "\"retry_after\":6"));
	v = office_done(o, "POST", "/v1/verifications",
		"{\"items\":[{\"number\":\"A-2026-00000000\",\"name\":\"张伟\"},{\"number\":\"A-2026-00000009\",\"name\":\"张三\"}]}");
	expect_limited(v, "token");
	static const char *const valid[] = {"valid"};
	v = office_done(o, "POST", "/v1/verifications", "{\"items\":[{\"code\":\"" OFFICE_CODE "\"}]}");
	expect_items(v, valid, 1);
}

static void batches_answer_in_order(void **state)
{
	struct office *o = *state;
	office_caller(o, "employer", NULL, "active");
	row(o, (struct verdict_terms){0});
	fake_db_always(o->db, Q_STATUS_READ, office_status("7", NULL, false));
	fake_db_always(o->db, Q_VERDICT_BY_NUMBER, office_verdict(&(struct verdict_terms){.state = "revoked"}));
	struct visit *v = office_done(o, "POST", "/v1/verifications",
		"{\"items\":[{\"code\":\"" OFFICE_CODE "\"},"
		"{\"number\":\"A-2026-00000001\",\"name\":\"张伟\"},{\"number\":\"A-2026-00000001\",\"name\":\"张三\"},"
		"{\"code\":\"" OFFICE_CODE "\",\"name\":\"张伟\"}]}");
	assert_int_equal(v->status, 200);
	static const char *const order[] = {"valid", "revoked", "no_match", "valid"};
	const char *at = v->body;
	assert_int_equal(strncmp(at, "{\"items\":[{\"result\"", 19), 0);
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		at = strstr(at, "\"result\":\"");
		assert_non_null(at);
		at += 10;
		assert_memory_equal(at, order[i], strlen(order[i]));
	}
	assert_null(strstr(at, "\"result\":"));
}

/* The client leaves while it waits for the shared read: the others do not. */
static void one_of_the_waiters_leaves(void **state)
{
	struct office *o = *state;
	warm(o);
	struct visit *a = office_ask(o, "GET", BY_CODE, NULL);
	struct visit *b = office_ask(o, "GET", BY_CODE, NULL);
	struct visit *c = office_ask(o, "GET", BY_CODE, NULL);
	loopback_leave(a);
	loopback_leave(b);
	fake_db_always(o->db, Q_STATUS_READ, office_status("7", NULL, false));
	office_run(o);
	expect_result(c, "valid");
	assert_int_equal(web_active(o->web), 0);
}

/* Who asks for no language: programs get English problems, people get a Chinese page. */
static void the_language_of_those_who_ask_for_none(void **state)
{
	struct office *o = *state;
	struct visit *problem = office_done(o, "GET", "/v1/nothing", NULL);
	assert_true(slice_is(visit_member(problem, "title"), "Not found"));
	struct visit *page = office_done(o, "GET", "/v", NULL);
	assert_true(slice_is(visit_field(page, "Content-Language"), "zh-CN"));
	struct visit *english = office_done(o, "GET", "/v?lang=en", NULL);
	assert_true(slice_is(visit_field(english, "Content-Language"), "en"));
}

#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)
#define LIMITED_TEST(name) cmocka_unit_test_setup_teardown(name, open_limited, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(every_answer_has_the_same_words),
		OFFICE_TEST(the_first_answer_is_from_the_primary),
		OFFICE_TEST(a_signature_that_is_none_is_told),
		OFFICE_TEST(a_cached_row_waits_for_the_clock),
		OFFICE_TEST(another_change_keeps_the_row),
		OFFICE_TEST(too_many_changes_forget_everything),
		OFFICE_TEST(an_old_row_is_not_told),
		OFFICE_TEST(who_cannot_know_says_so),
		OFFICE_TEST(the_row_cannot_be_read),
		OFFICE_TEST(precedence_over_the_row),
		OFFICE_TEST(no_match_tells_nothing),
		OFFICE_TEST(names_and_typing_are_forgiven),
		LIMITED_TEST(guesses_are_limited),
		LIMITED_TEST(nobody_is_refused_for_what_others_missed),
		LIMITED_TEST(one_network_is_one_caller),
		LIMITED_TEST(guesses_at_once_are_counted_one_by_one),
		LIMITED_TEST(a_token_has_a_budget_of_its_own),
		LIMITED_TEST(batches_are_judged_item_by_item),
		OFFICE_TEST(batches_answer_in_order),
		OFFICE_TEST(one_of_the_waiters_leaves),
		OFFICE_TEST(the_language_of_those_who_ask_for_none),
	};
	return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
