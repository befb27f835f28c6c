/* The step runtime: what a request is told when the database or the clock fails it, and that a
 * client may leave at any moment without anybody touching what was freed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../lib/fake_db.h"
#include "../lib/loopback.h"
#include "base/outcome.h"
#include "crypt/crypt.h"
#include "db/rows.h"
#include "sql_statements.h"
#include "web/request.h"
#include "web/web.h"

/* A call that no header describes. */
#define CALL(statement, ...) \
	((struct db_call){(statement), \
	                  (int)ARRAY_LEN(((const struct db_arg[]){__VA_ARGS__})), \
	                  (const struct db_arg[]){__VA_ARGS__}})

enum { READ = Q_EXAM_VIEW, WRITE = F_EXAM_CREATE, OTHER = F_TOKEN_CREATE };

/* What the handlers below share with the tests. */
struct desk {
	struct crypt *crypt;
	struct fake_db *db;
	struct web *web;
	struct loopback *loop;
	struct request *waiting; /* of the route that awaits an event */
	int forgotten, steps;
};

static struct desk *desk_of(const struct request *rq)
{
	struct desk *d = request_app(rq);
	d->steps++;
	return d;
}

static struct step answer_row(struct request *rq, const struct db_result *rows)
{
	desk_of(rq);
	buf_add(request_out(rq), row_text(rows->res[0], 0, 0));
	return reply(rq, 200, "text/plain");
}

static struct step read_begin(struct request *rq, const struct db_result *none)
{
	desk_of(rq);
	return AWAIT_READ(rq, answer_row, CALL(READ, db_text(rq->param[0].text)));
}

static struct step write_begin(struct request *rq, const struct db_result *none)
{
	char text[16];
	desk_of(rq);
	memcpy(text, "on the stack", 13);
	struct db_arg c[DB_CONTEXT_ARGS];
	db_context_bind(c, request_context(rq));
	struct step s = AWAIT_WRITE(rq, answer_row,
		CALL(WRITE, c[0], c[1], c[2], c[3], db_cstr(text), db_i64(7), db_null(), db_bytes(rq->body)),
		CALL(OTHER, db_text(rq->body)));
	memset(text, 'x', sizeof text); /* whoever repeats the call must have copied it */
	return s;
}

static struct step then_read(struct request *rq, const struct db_result *none)
{
	return read_begin(rq, NULL);
}

static struct step chain_begin(struct request *rq, const struct db_result *none)
{
	desk_of(rq);
	return AWAIT_WRITE(rq, then_read, CALL(WRITE, db_i64(1)));
}

static struct step chain_again(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, answer_row, CALL(OTHER, db_i64(2)));
}

static struct step two_writes_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, chain_again, CALL(WRITE, db_i64(1)));
}

static void forget(void *arg)
{
	struct desk *d = arg;
	d->forgotten++;
	d->waiting = NULL;
}

static struct step event_done(struct request *rq, const struct db_result *none)
{
	assert_null(none);
	desk_of(rq);
	return reply_empty(rq, 204);
}

static struct step event_begin(struct request *rq, const struct db_result *none)
{
	struct desk *d = desk_of(rq);
	d->waiting = rq;
	return request_await_event(rq, event_done, forget, d);
}

#define ROUTE(n, p, us, fn) ROUTE_OF(HTTP_GET, n, p, us, fn)
#define ROUTE_OF(m, n, p, us, fn) \
	{.name = n, .method = m, .path = p, .deadline = {us}, .open = true, .first = fn}

static const struct route read_route = ROUTE("read", "/read/{x}", 5000000, read_begin);
static const struct route brief_route = ROUTE_OF(HTTP_POST, "brief", "/brief", 1000, chain_begin);
static const struct route late_route = ROUTE("late", "/late/{x}", 0, read_begin);
static const struct route chain_route = ROUTE_OF(HTTP_POST, "chain", "/chain", 5000000, chain_begin);
static const struct route writes_route = ROUTE_OF(HTTP_POST, "writes", "/writes", 5000000, two_writes_begin);
static const struct route event_route = ROUTE("event", "/event", 5000000, event_begin);
static const struct route write_route = {
	.name = "write", .method = HTTP_POST, .path = "/write", .media = "text/plain",
	.body_max = 64, .deadline = INIT_SECONDS(5), .open = true, .first = write_begin};
static const struct route forgetful_route =
	ROUTE_OF(HTTP_POST, "forgetful", "/forgetful/{x}", 5000000, read_begin);
static const struct route internal_route = {
	.name = "internal", .method = HTTP_POST, .path = "/internal/{x}", .deadline = INIT_SECONDS(5),
	.open = true, .internal = true, .first = read_begin};
static const struct route made_route = ROUTE("made", "/made", 5000000, chain_begin);
static const struct route question_route = {
	.name = "question", .method = HTTP_POST, .path = "/question/{x}", .deadline = INIT_SECONDS(5),
	.open = true, .question = true, .first = read_begin};
static const struct route *const table[] = {&forgetful_route, &internal_route, &made_route, &question_route, &read_route, &brief_route, &late_route, &chain_route,
                                            &writes_route, &event_route, &write_route, NULL};
static const struct constraint_problem constraints[] = {{CONSTRAINT_TOKEN_HASH_KEY, P_ALREADY_EXISTS},
                                                        {CONSTRAINT_COUNT, P_INTERNAL}};

static int open_desk(void **state)
{
	struct desk *d = calloc(1, sizeof *d);
	assert_non_null(d);
	d->crypt = crypt_new();
	d->db = fake_db_new();
	fake_db_plain(d->db); /* rows that are none of the statements' */
	const struct web_conf conf = {
		.routes = table, .ops_routes = table, .constraints = constraints, .app = d,
		.db = fake_db_of(d->db), .crypt = d->crypt, .public_url = SLICE("https://localhost")};
	d->web = web_new(&conf);
	d->loop = loopback_new(web_exchange_app(d->web));
	*state = d;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *d = *state;
	loopback_free(d->loop);
	int left = (int)web_active(d->web);
	fake_db_run(d->db); /* a late answer to somebody who left */
	web_free(d->web);
	fake_db_free(d->db);
	crypt_free(d->crypt);
	free(d);
	return left;
}

static struct visit *begin_as(struct desk *d, const char *method, const char *target)
{
	struct visit *v = loopback_open(
		d->loop, &(struct visit_request){.method = method, .target = target});
	loopback_head(v);
	return v;
}

static struct visit *begin(struct desk *d, const char *target)
{
	return begin_as(d, "GET", target);
}

static struct visit *begin_write(struct desk *d)
{
	struct visit *v = loopback_open(d->loop, &(struct visit_request){
		.method = "POST", .target = "/write", .body = "a body",
		.fields = "Content-Type: text/plain\r\nIdempotency-Key: k1\r\n"});
	loopback_head(v);
	return v;
}

static void run(struct desk *d)
{
	while (fake_db_run(d->db) + loopback_run(d->loop) > 0)
		;
}

static void expect_problem(const struct visit *v, int status, const char *code, const char *retry)
{
	assert_int_equal(v->phase, VISIT_OVER);
	assert_int_equal(v->status, status);
	assert_true(slice_is(visit_member(v, "code"), code));
	if (retry)
		assert_true(slice_is(visit_field(v, "Retry-After"), retry));
	else
		assert_null(visit_field(v, "Retry-After").p);
}

static void reads_and_answers(void **state)
{
	struct desk *d = *state;
	fake_db_answer_one(d->db, READ, FAKE_ROW("x", "found"));
	struct visit *v = begin(d, "/read/7");
	assert_int_equal(v->phase, VISIT_WAITS);
	assert_int_equal(web_active(d->web), 1);
	run(d);
	assert_int_equal(v->status, 200);
	assert_string_equal(v->body, "found");
	assert_int_equal(web_active(d->web), 0);
	assert_true(slice_is(fake_db_arg(d->db, READ, 0), "7"));
	assert_int_equal(fake_db_lane(d->db, READ), DB_READ);
}

/* Only a request that wanted to store something is told that nothing was stored. */
static void expect_unstored(struct visit *v, bool told)
{
	static const char words[] = "nothing was stored";
	struct slice detail = visit_member(v, "detail");
	if ((memmem(detail.p, detail.n, words, strlen(words)) != NULL) != told)
		fail_msg("%.*s", SLICE_ARGS(detail));
}

static void database_outcomes(void **state)
{
	struct desk *d = *state;
	static const struct {
		enum db_outcome outcome;
		const char *constraint;
		int status;
		const char *code, *retry;
	} cases[] = {
		{DB_AWAY, NULL, 503, "database_away", "5"},
		{DB_FULL, NULL, 503, "database_full", "30"},
		{DB_CONSTRAINT, "token_hash_key", 409, "already_exists", NULL},
		{DB_CONSTRAINT, "unheard_of", 500, "internal", NULL},
		{DB_ERROR, NULL, 500, "internal", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		fake_db_fail(d->db, READ, cases[i].outcome, cases[i].constraint);
		struct visit *v = begin(d, "/read/7");
		run(d);
		expect_problem(v, cases[i].status, cases[i].code, cases[i].retry);
		expect_unstored(v, false);
		fake_db_fail(d->db, WRITE, cases[i].outcome, cases[i].constraint);
		v = begin_write(d);
		run(d);
		expect_problem(v, cases[i].status, cases[i].code, cases[i].retry);
		expect_unstored(v, cases[i].status == 503);
		assert_int_equal(fake_db_sent(d->db, WRITE), (int)i + 1);
	}
	assert_int_equal(d->steps, (int)(2 * ARRAY_LEN(cases)));
}

/* A POST that only asks is answered like any question, and a GET that had stored what it has made too. */
static void questions_are_not_told_of_storing(void **state)
{
	struct desk *d = *state;
	static const struct {
		enum db_outcome outcome;
		const char *code;
	} cases[] = {
		{DB_AWAY, "database_away"}, {DB_FULL, "database_full"}, {DB_TIMEOUT, "deadline"},
		{DB_UNKNOWN, "database_away"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		fake_db_fail(d->db, READ, cases[i].outcome, NULL);
		struct visit *v = begin_as(d, "POST", "/question/7");
		run(d);
		assert_true(slice_is(visit_member(v, "code"), cases[i].code));
		expect_unstored(v, false);
		fake_db_answer_one(d->db, WRITE, FAKE_ROW("x", "1"));
		fake_db_fail(d->db, READ, cases[i].outcome, NULL);
		v = begin(d, "/made");
		run(d);
		assert_true(slice_is(visit_member(v, "code"), cases[i].code));
		expect_unstored(v, false);
	}
	fake_db_refuse(d->db, E_NOMEM);
	struct visit *v = begin_as(d, "POST", "/question/7");
	run(d);
	expect_problem(v, 503, "overloaded", "2");
	expect_unstored(v, false);
}

/* A 2xx after mere reading would acknowledge what may be on no standby. */
static void nothing_is_acknowledged_without_a_write(void **state)
{
	struct desk *d = *state;
	static const struct {
		const char *method, *target;
		int status;
	} cases[] = {
		{"POST", "/forgetful/7", 500}, {"POST", "/internal/7", 200}, {"POST", "/question/7", 200},
		{"GET", "/read/7", 200},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		fake_db_answer_one(d->db, READ, FAKE_ROW("x", "found"));
		struct visit *v = begin_as(d, cases[i].method, cases[i].target);
		run(d);
		assert_int_equal(v->status, cases[i].status);
	}
	fake_db_answer_one(d->db, WRITE, FAKE_ROW("x", "1"));
	fake_db_answer_one(d->db, READ, FAKE_ROW("x", "found"));
	struct visit *v = begin_as(d, "POST", "/chain");
	run(d);
	assert_int_equal(v->status, 200);
}

/* A statement that ran into its limit: a question took too long, a write can be sent again. */
static void a_statement_takes_too_long(void **state)
{
	struct desk *d = *state;
	fake_db_fail(d->db, READ, DB_TIMEOUT, NULL);
	struct visit *v = begin(d, "/read/7");
	run(d);
	expect_problem(v, 503, "deadline", "5");
	fake_db_fail(d->db, WRITE, DB_TIMEOUT, NULL);
	v = begin_write(d);
	run(d);
	expect_problem(v, 503, "overloaded", "2");
	expect_unstored(v, true);
}

static void database_refuses(void **state)
{
	struct desk *d = *state;
	static const struct {
		int failure, status;
		const char *code, *retry;
	} cases[] = {
		{E_FULL, 503, "overloaded", "2"},
		{E_NOMEM, 503, "overloaded", "2"},
		{E_SYNTAX, 500, "internal", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		fake_db_refuse(d->db, cases[i].failure);
		struct visit *v = begin(d, "/read/7");
		run(d);
		expect_problem(v, cases[i].status, cases[i].code, cases[i].retry);
	}
}

static void the_deadline_has_passed(void **state)
{
	struct desk *d = *state;
	struct visit *v = begin(d, "/late/7");
	expect_problem(v, 503, "deadline", "5");
	assert_int_equal(fake_db_sent(d->db, -1), 0);
	/* Between two waits, too: what was written may have happened. */
	fake_db_answer_one(d->db, WRITE, FAKE_ROW("x", "1"));
	v = begin_as(d, "POST", "/brief");
	usleep(2000);
	run(d);
	expect_problem(v, 503, "outcome_unknown", "5");
	assert_int_equal(fake_db_sent(d->db, READ), 0);
}

static void assert_same_arguments(struct desk *d, int tries)
{
	int n = fake_db_n_args(d->db, WRITE);
	assert_int_equal(n, 8);
	for (int t = 1; t < tries; t++)
		for (int k = 0; k < n; k++)
			assert_true(slice_eq(fake_db_arg_of(d->db, WRITE, 0, k),
			                     fake_db_arg_of(d->db, WRITE, t, k)));
	for (int t = 0; t < tries; t++) {
		assert_true(slice_is(fake_db_arg_of(d->db, WRITE, t, 4), "on the stack"));
		assert_true(slice_is(fake_db_arg_of(d->db, WRITE, t, 7), "a body"));
		assert_true(slice_is(fake_db_arg_of(d->db, OTHER, t, 0), "a body"));
	}
	assert_null(fake_db_arg(d->db, WRITE, 6).p);
	assert_int_equal(fake_db_arg(d->db, WRITE, 2).n, 32);
}

static void an_unknown_write_is_repeated(void **state)
{
	struct desk *d = *state;
	PGresult *both[] = {FAKE_ROW("x", "stored"), FAKE_ROW("x", "2")};
	fake_db_fail(d->db, WRITE, DB_UNKNOWN, NULL);
	fake_db_fail(d->db, WRITE, DB_UNKNOWN, NULL);
	fake_db_answer(d->db, WRITE, 2, both);
	struct visit *v = begin_write(d);
	assert_int_equal(v->phase, VISIT_READS);
	run(d);
	assert_int_equal(v->status, 200);
	assert_string_equal(v->body, "stored");
	assert_int_equal(fake_db_sent(d->db, WRITE), 3);
	assert_int_equal(fake_db_lane(d->db, WRITE), DB_REPEAT);
	assert_same_arguments(d, 3);
}

/* However a doubtful write ends: nobody is told that nothing was stored. */
static void doubt_stays(void **state)
{
	struct desk *d = *state;
	static const enum db_outcome later[] = {DB_AWAY, DB_FULL, DB_TIMEOUT, DB_ERROR};
	for (size_t i = 0; i < ARRAY_LEN(later); i++) {
		fake_db_fail(d->db, WRITE, DB_UNKNOWN, NULL);
		fake_db_fail(d->db, WRITE, later[i], NULL);
		struct visit *v = begin_write(d);
		loopback_run(d->loop);
		fake_db_step(d->db);
		fake_db_step(d->db);
		if (v->phase != VISIT_OVER) { /* it tries on: let that end, too */
			fake_db_refuse(d->db, E_FULL);
			fake_db_fail(d->db, WRITE, DB_AWAY, NULL);
			fake_db_step(d->db);
			fake_db_refuse(d->db, 0);
		}
		run(d);
		expect_problem(v, 503, "outcome_unknown", "5");
	}
}

/* The server's own refusal of a repetition is final: asking again at once would be a busy loop. */
static void a_refused_repetition_ends(void **state)
{
	struct desk *d = *state;
	static const enum db_outcome later[] = {DB_FULL, DB_ERROR};
	for (size_t i = 0; i < ARRAY_LEN(later); i++) {
		int before = fake_db_sent(d->db, WRITE);
		fake_db_fail(d->db, WRITE, DB_UNKNOWN, NULL);
		fake_db_fail(d->db, WRITE, later[i], NULL);
		struct visit *v = begin_write(d);
		run(d);
		expect_problem(v, 503, "outcome_unknown", "5");
		assert_int_equal(fake_db_sent(d->db, WRITE), before + 2);
	}
}

static void doubt_meets_a_constraint(void **state)
{
	struct desk *d = *state;
	fake_db_fail(d->db, WRITE, DB_UNKNOWN, NULL);
	fake_db_fail(d->db, WRITE, DB_CONSTRAINT, "token_hash_key");
	struct visit *v = begin_write(d);
	run(d);
	expect_problem(v, 409, "already_exists", NULL);
}

static void a_refused_repetition_is_unknown(void **state)
{
	struct desk *d = *state;
	fake_db_fail(d->db, WRITE, DB_UNKNOWN, NULL);
	struct visit *v = begin_write(d);
	loopback_run(d->loop);
	fake_db_refuse(d->db, E_FULL);
	run(d);
	expect_problem(v, 503, "outcome_unknown", "5");
}

/* A read that fails behind a write that happened must not say "nothing was stored". */
static void reading_after_writing(void **state)
{
	struct desk *d = *state;
	static const enum db_outcome later[] = {DB_AWAY, DB_FULL, DB_TIMEOUT};
	for (size_t i = 0; i < ARRAY_LEN(later); i++) {
		fake_db_answer_one(d->db, WRITE, FAKE_ROW("x", "1"));
		fake_db_fail(d->db, READ, later[i], NULL);
		struct visit *v = begin_as(d, "POST", "/chain");
		run(d);
		expect_problem(v, 503, "outcome_unknown", "5");
	}
	fake_db_answer_one(d->db, WRITE, FAKE_ROW("x", "1"));
	struct visit *v = begin_as(d, "POST", "/chain");
	fake_db_step(d->db);
	assert_int_equal(v->phase, VISIT_WAITS);
	run(d); /* DB_ERROR: nothing was scripted */
	expect_problem(v, 500, "internal", NULL);
	/* A write of its own says for itself whether it happened; but something was stored before. */
	fake_db_answer_one(d->db, WRITE, FAKE_ROW("x", "1"));
	fake_db_fail(d->db, OTHER, DB_AWAY, NULL);
	v = begin_as(d, "POST", "/writes");
	run(d);
	expect_problem(v, 503, "database_away", "5");
	expect_unstored(v, false);
}

static void gone_while_the_body_is_awaited(void **state)
{
	struct desk *d = *state;
	struct visit *v = begin_write(d);
	assert_int_equal(v->phase, VISIT_READS);
	loopback_leave(v);
	run(d);
	assert_int_equal(d->steps, 0);
	assert_int_equal(web_active(d->web), 0);
}

static void gone_while_the_database_works(void **state)
{
	struct desk *d = *state;
	fake_db_answer_one(d->db, READ, FAKE_ROW("x", "found"));
	struct visit *v = begin(d, "/read/7");
	loopback_leave(v);
	assert_int_equal(fake_db_run(d->db), 1); /* answers nobody */
	assert_int_equal(d->steps, 1);
	/* And while a write is repeated. */
	fake_db_fail(d->db, WRITE, DB_UNKNOWN, NULL);
	v = begin_write(d);
	loopback_run(d->loop);
	fake_db_step(d->db);
	assert_int_equal(fake_db_lane(d->db, WRITE), DB_REPEAT);
	loopback_leave(v);
	run(d);
	assert_int_equal(d->steps, 2);
	assert_int_equal(web_active(d->web), 0);
}

static void gone_while_an_event_is_awaited(void **state)
{
	struct desk *d = *state;
	struct visit *v = begin(d, "/event");
	assert_non_null(d->waiting);
	loopback_leave(v);
	assert_int_equal(d->forgotten, 1);
	assert_null(d->waiting);
	assert_int_equal(d->steps, 1);
}

static void events(void **state)
{
	struct desk *d = *state;
	struct visit *v = begin(d, "/event");
	request_resume(d->waiting);
	loopback_run(d->loop);
	assert_int_equal(v->status, 204);
	v = begin(d, "/event");
	request_fail(d->waiting, P_SIGNER_AWAY);
	loopback_run(d->loop);
	expect_problem(v, 503, "signer_away", "5");
	assert_int_equal(d->forgotten, 0);
}

/* Many at once, as a pipelining client or many clients do: each gets its own answer. */
static void many_at_once(void **state)
{
	struct desk *d = *state;
	enum { MANY = 20 };
	struct visit *v[MANY];
	char text[32];
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof text, "%d", i);
		fake_db_answer_one(d->db, READ, FAKE_ROW("x", text));
		snprintf(text, sizeof text, "/read/%d", i);
		v[i] = begin(d, text);
	}
	assert_int_equal(web_active(d->web), MANY);
	for (int i = 0; i < MANY; i += 3)
		loopback_leave(v[i]);
	run(d);
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof text, "%d", i);
		assert_int_equal(v[i]->status, i % 3 ? 200 : 0);
		assert_string_equal(v[i]->body, i % 3 ? text : "");
	}
	assert_int_equal(web_active(d->web), 0);
}

/* An arena too small for anything at all still ends in an answer. */
static void no_memory_at_all(void **state)
{
	struct desk *d = *state;
	for (size_t max = 16; max < 8192; max += 16) {
		struct visit *v = loopback_open(d->loop, &(struct visit_request){
			.method = "GET", .target = "/read/%41%42?lang=en", .arena_max = max});
		int sent = fake_db_sent(d->db, READ);
		loopback_head(v);
		if (fake_db_sent(d->db, READ) > sent)
			fake_db_answer_one(d->db, READ, FAKE_ROW("x", "found"));
		run(d);
		assert_true(v->status == 200 || v->status == 503);
		if (v->status == 503)
			assert_true(slice_is(visit_field(v, "Retry-After"), "2"));
		loopback_forget(v);
	}
	assert_int_equal(fake_db_sent(d->db, READ) > 0, 1);
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DESK_TEST(reads_and_answers),
		DESK_TEST(database_outcomes),
		DESK_TEST(questions_are_not_told_of_storing),
		DESK_TEST(nothing_is_acknowledged_without_a_write),
		DESK_TEST(a_statement_takes_too_long),
		DESK_TEST(database_refuses),
		DESK_TEST(the_deadline_has_passed),
		DESK_TEST(an_unknown_write_is_repeated),
		DESK_TEST(doubt_stays),
		DESK_TEST(a_refused_repetition_ends),
		DESK_TEST(doubt_meets_a_constraint),
		DESK_TEST(a_refused_repetition_is_unknown),
		DESK_TEST(reading_after_writing),
		DESK_TEST(gone_while_the_body_is_awaited),
		DESK_TEST(gone_while_the_database_works),
		DESK_TEST(gone_while_an_event_is_awaited),
		DESK_TEST(events),
		DESK_TEST(many_at_once),
		DESK_TEST(no_memory_at_all),
	};
	return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
