/* Background jobs over a scripted database and an application that does, refuses or cannot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../lib/fake_db.h"
#include "http/response.h"
#include "jobs/internal.h"
#include "jobs/job.h"
#include "jobs/jobs.h"
#include "jobs/run.h"
#include "net/exchange.h"
#include "sql_statements.h"

enum { PORTION = 50, BODY = 200 };

#define ID "0a000000-0000-4000-8000-0000000000%02d"

struct bench {
	struct loop *loop;
	struct fake_db *db;
	struct log log;
	struct log_ctx ctx;
	struct metrics *metrics;
	struct exchange_app app;
	struct job_conf conf;
	struct job_run *run; /* publishing */
	int asked, status;  /* what publishing is answered, and how often it was asked */
	int refused;        /* so many times; then 200 */
	char path[64], body[BODY], type[32]; /* of the last request */
	const char *reply;
};

static void on_body(struct exchange *x)
{
	struct bench *b = x->up->arg;
	snprintf(b->path, sizeof b->path, "%.*s", SLICE_ARGS(x->head->path));
	snprintf(b->body, sizeof b->body, "%.*s", SLICE_ARGS(x->body));
	snprintf(b->type, sizeof b->type, "%.*s", SLICE_ARGS(http_header(x->head, "content-type")));
	int status = b->asked++ < b->refused ? b->status : 200;
	struct http_response *r = response_new(x->arena, status);
	r->body = slice_of(status == 200 ? b->reply : "{\"code\":\"some_reason\"}");
	x->ops->reply(x, r);
}

static void on_head(struct exchange *x, void *arg)
{
	x->ops->read_body(x, INTERNAL_BODY_MAX);
}

static void on_gone(struct exchange *x)
{
}

static PGresult *claim_of(int from, int n, const char *tries)
{
	static char id[PORTION * 2][40];
	const char *cells[PORTION * 2];
	for (int i = 0; i < n; i++) {
		snprintf(id[from + i], sizeof id[0], ID, from + i);
		cells[i * 2] = id[from + i];
		cells[i * 2 + 1] = tries;
	}
	return fake_rows("item tries", n, cells);
}

static const struct job *job_named(const char *name)
{
	const struct job *const *j = jobs_all;
	while (*j && strcmp((*j)->name, name) != 0)
		j++;
	return *j;
}

static int open_bench(void **state)
{
	static struct bench b;
	b = (struct bench){.loop = loop_new(), .db = fake_db_new(), .log = log_open(-1, LEVEL_ERROR)};
	b.ctx = (struct log_ctx){.log = &b.log, .process = "jobs"};
	b.app = (struct exchange_app){.head = on_head, .body = on_body, .gone = on_gone, .arg = &b};
	b.metrics = calloc(1, sizeof *b.metrics);
	b.reply = "{\"outcome\":\"published\"}";
	fake_db_always(b.db, F_COUNTS_FOLD, FAKE_ROW("folded", "0"));
	fake_db_always(b.db, F_IDEMPOTENCY_PURGE, FAKE_ROW("purged", "0"));
	fake_db_always(b.db, F_ABANDONED_VOID, FAKE_ROW("voided", "0"));
	fake_db_always(b.db, F_JOB_SWEEP, FAKE_ROW("swept", "0"));
	fake_db_always(b.db, F_WITHHELD_RECONSIDER, FAKE_ROW("judged due", "0", "0"));
	fake_db_always(b.db, F_JOB_END, FAKE_ROW("ended", "0"));
	fake_db_always(b.db, F_JOB_FAILED, FAKE_ROW("failed given_up", "1", "0"));
	b.conf = (struct job_conf){
		.loop = b.loop, .db = fake_db_of(b.db), .app = &b.app, .owner = "host/1/00", .metrics = b.metrics,
		.log = &b.ctx,
	};
	b.run = job_run_new(&b.conf, job_named("publish"));
	*state = &b;
	return b.loop && b.run && b.metrics ? 0 : -1;
}

static int close_bench(void **state)
{
	struct bench *b = *state;
	job_run_free(b->run);
	fake_db_free(b->db);
	loop_free(b->loop);
	free(b->metrics);
	return 0;
}

static void run(struct bench *b, int stmt, int until_sent)
{
	for (int i = 0; i < 1000 && fake_db_sent(b->db, stmt) < until_sent; i++) {
		assert_int_equal(loop_turn(b->loop, MILLIS(5)), 0);
		fake_db_run(b->db);
	}
	assert_int_equal(fake_db_sent(b->db, stmt), until_sent);
}

static struct slice arg(struct bench *b, int stmt, int which, int k)
{
	return fake_db_arg_of(b->db, stmt, which, k);
}

/* A body's standing withdrawn must not keep everybody else's results from being published. */
static void what_cannot_be_done_stands_in_nobodys_way(void **state)
{
	struct bench *b = *state;
	b->refused = PORTION;
	b->status = 500;
	fake_db_answer_one(b->db, F_JOB_CLAIM, claim_of(0, PORTION, "1"));
	fake_db_answer_one(b->db, F_JOB_CLAIM, claim_of(PORTION, 2, "1"));
	run(b, F_JOB_END, 2);
	assert_int_equal(b->asked, PORTION + 2);
	assert_int_equal(fake_db_sent(b->db, F_JOB_FAILED), PORTION);
	assert_true(slice_is(arg(b, F_JOB_END, 0, 2), "{}"));
	assert_true(slice_is(arg(b, F_JOB_END, 1, 3), "{}"));
	char two[100];
	snprintf(two, sizeof two, "{\"" ID "\",\"" ID "\"}", PORTION, PORTION + 1);
	assert_true(slice_is(arg(b, F_JOB_END, 1, 2), two));
	assert_int_equal(b->metrics->v[METRIC_JOBS_DONE_PUBLISH], 2);
	assert_int_equal(b->metrics->v[METRIC_JOBS_FAILED_PUBLISH], PORTION);
}

static void an_item_goes_out_as_a_request_with_a_body(void **state)
{
	struct bench *b = *state;
	fake_db_answer_one(b->db, F_JOB_CLAIM, claim_of(7, 1, "1"));
	run(b, F_JOB_END, 1);
	assert_string_equal(b->path, "/jobs/publish");
	assert_string_equal(b->type, "application/json");
	char body[BODY];
	snprintf(body, sizeof body, "{\"items\":[\"" ID "\"]}", 7);
	assert_string_equal(b->body, body);
	assert_true(slice_is(arg(b, F_JOB_CLAIM, 0, 0), "publish"));
	assert_true(slice_is(arg(b, F_JOB_CLAIM, 0, 2), "50"));
	assert_true(slice_is(arg(b, F_JOB_CLAIM, 0, 3), "60000"));
	assert_true(slice_eq(arg(b, F_JOB_CLAIM, 0, 1), arg(b, F_JOB_END, 0, 1)));
}

/* Reason, pause and whose fault it is. */
static void a_failure_is_written_down(void **state)
{
	static const struct {
		int status;
		const char *blamed, *refused;
	} cases[] = {{500, "t", "f"}, {409, "t", "f"}, {503, "f", "f"}, {429, "f", "f"}, {422, "t", "t"}};
	struct bench *b = *state;
	b->refused = 100;
	for (int i = 0; i < (int)ARRAY_LEN(cases); i++) {
		b->status = cases[i].status;
		fake_db_answer_one(b->db, F_JOB_CLAIM, claim_of(i, 1, "4"));
		run(b, F_JOB_FAILED, i + 1);
		assert_true(slice_is(arg(b, F_JOB_FAILED, i, 3), "some_reason"));
		long pause = strtol(arg(b, F_JOB_FAILED, i, 4).p, NULL, 10);
		assert_in_range(pause, 8000, 16000); /* after the fourth: 2 s, 4, 8, 16 */
		assert_true(slice_is(arg(b, F_JOB_FAILED, i, 5), cases[i].blamed));
		assert_true(slice_is(arg(b, F_JOB_FAILED, i, 6), cases[i].refused));
		job_run_free(b->run); /* not to wait for the pace */
		b->run = job_run_new(&b->conf, job_named("publish"));
		assert_non_null(b->run);
	}
}

/* The signer is away, say: three are told so, the rest is let go and nothing claimed for a while. */
static void when_nothing_can_be_done_the_rest_is_let_go(void **state)
{
	struct bench *b = *state;
	b->refused = 100;
	b->status = 503;
	fake_db_answer_one(b->db, F_JOB_CLAIM, claim_of(0, 5, "1"));
	run(b, F_JOB_END, 1);
	assert_int_equal(b->asked, 3);
	char two[100];
	snprintf(two, sizeof two, "{\"" ID "\",\"" ID "\"}", 3, 4);
	assert_true(slice_is(arg(b, F_JOB_END, 0, 3), two));
	int claims = fake_db_sent(b->db, F_JOB_CLAIM);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(loop_turn(b->loop, MILLIS(5)), 0);
		fake_db_run(b->db);
	}
	assert_int_equal(fake_db_sent(b->db, F_JOB_CLAIM), claims);
}

static void pauses_grow_to_a_limit_and_differ(void **state)
{
	static const struct job_pauses p = {{2000000}, {60000000}};
	static const int64_t full[] = {2, 4, 8, 16, 32, 60, 60, 60};
	for (int64_t n = 1; n <= (int64_t)ARRAY_LEN(full); n++) {
		assert_int_equal(job_pause(&p, n, 0).us, full[n - 1] * 1000000);
		assert_in_range(job_pause(&p, n, 1023).us, full[n - 1] * 500000, full[n - 1] * 501000);
	}
	assert_int_equal(job_pause(&p, INT64_MAX, 0).us, 60000000);
	assert_true(job_pause(&p, 3, 17).us != job_pause(&p, 3, 900).us);
}

/* All of them work side by side, and what waits is counted for /metrics. */
static void all_jobs_of_a_host(void **state)
{
	static const char *const cells[] = {"publish", "7", "1", "3", "fold", "5", "0", "0"};
	struct bench *b = *state;
	for (const struct job *const *j = jobs_all; *j; j++)
		fake_db_always(b->db, F_JOB_CLAIM, claim_of(0, 0, NULL));
	fake_db_always(b->db, F_JOB_PROGRESS, fake_rows("job waiting working given_up", 2, cells));
	const struct jobs_conf conf = {
		.loop = b->loop, .db = fake_db_of(b->db), .app = &b->app, .journal = "/nonexistent/journal",
		.metrics = b->metrics, .log = &b->ctx,
	};
	struct jobs *jobs = jobs_new(&conf);
	assert_non_null(jobs);
	run(b, F_JOB_PROGRESS, 1);
	assert_true(fake_db_sent(b->db, F_COUNTS_FOLD) > 0 && fake_db_sent(b->db, F_JOB_SWEEP) > 0);
	assert_true(fake_db_sent(b->db, F_JOB_CLAIM) >= 3);
	assert_int_equal(b->metrics->v[METRIC_JOBS_WAITING_PUBLISH], 7);
	assert_int_equal(b->metrics->v[METRIC_JOBS_GIVEN_UP_PUBLISH], 3);
	assert_int_equal(b->metrics->v[METRIC_JOBS_WAITING_FOLD], 5);
	jobs_free(jobs);
}

static void every_row_is_whole(void **state)
{
	for (const struct job *const *j = jobs_all; *j; j++) {
		assert_int_equal((*j)->call != NULL, (*j)->path == NULL);
		assert_true((*j)->pace.us > 0 && (*j)->retry.first.us > 0 && (*j)->retry.most.us >= (*j)->retry.first.us);
		if ((*j)->path) {
			assert_in_range((*j)->portion, 1, JOB_PORTION_MAX);
			assert_in_range((*j)->at_once, 1, (*j)->portion);
			assert_true((*j)->lease.us > (*j)->request.us && (*j)->failures_max > 1);
			assert_int_equal((*j)->notable != NULL, (*j)->meaning != NULL);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_cannot_be_done_stands_in_nobodys_way, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(an_item_goes_out_as_a_request_with_a_body, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(a_failure_is_written_down, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(when_nothing_can_be_done_the_rest_is_let_go, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(all_jobs_of_a_host, open_bench, close_bench),
		cmocka_unit_test(pauses_grow_to_a_limit_and_differ),
		cmocka_unit_test(every_row_is_whole),
	};
	return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
