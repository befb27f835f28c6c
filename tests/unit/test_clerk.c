/* The clerk's round of publications over a scripted database and an application that refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/fake_db.h"
#include "clerk/clerk.h"
#include "http/response.h"
#include "net/exchange.h"
#include "sql_statements.h"

enum { PORTION = 50, REFUSED = PORTION, DUE = PORTION + 2 };

#define ID "0a000000-0000-4000-8000-0000000000%02d"

struct bench {
	struct loop *loop;
	struct fake_db *db;
	struct log log;
	struct log_ctx ctx;
	struct exchange_app app;
	struct clerk *clerk;
	int asked, published;
};

/* Refuses the first portion, all of it. */
static void on_head(struct exchange *x, void *arg)
{
	struct bench *b = arg;
	char path[128];
	if (!slice_starts(x->head->path, SLICE("/assessments/"))) { /* other chores */
		x->ops->reply(x, response_new(x->arena, 204));
		return;
	}
	snprintf(path, sizeof path, "/assessments/" ID "/publication", b->asked);
	assert_true(slice_is(x->head->path, path));
	int status = b->asked++ < REFUSED ? 409 : 204;
	b->published += status == 204;
	x->ops->reply(x, response_new(x->arena, status));
}

static void on_nothing(struct exchange *x)
{
}

static PGresult *due(int from, int n)
{
	static char id[DUE][37];
	const char *cells[DUE * 5];
	for (int i = 0; i < n; i++) {
		snprintf(id[i], sizeof id[i], ID, from + i);
		const char *const row[5] = {id[i], id[i], "张伟", NULL, "2026-11-20"};
		memcpy(&cells[i * 5], row, sizeof row);
	}
	return fake_rows("id exam_id name supplied_number publish_on", n, cells);
}

static void run(struct bench *b, int until_asked)
{
	for (int i = 0; i < 400 && b->asked < until_asked; i++) {
		assert_int_equal(loop_turn(b->loop, MILLIS(10)), 0);
		fake_db_run(b->db);
	}
	assert_int_equal(b->asked, until_asked);
}

static int open_bench(void **state)
{
	static struct bench b;
	b = (struct bench){.loop = loop_new(), .db = fake_db_new(), .log = log_open(-1, LEVEL_ERROR)};
	b.ctx = (struct log_ctx){.log = &b.log, .process = "clerk"};
	b.app = (struct exchange_app){on_head, on_nothing, on_nothing, &b};
	fake_db_always(b.db, F_COUNTS_FOLD, FAKE_ROW("folded", "0"));
	fake_db_always(b.db, F_IDEMPOTENCY_PURGE, FAKE_ROW("purged", "0"));
	fake_db_always(b.db, F_ABANDONED_VOID, FAKE_ROW("voided", "0"));
	fake_db_always(b.db, F_WITHHELD_RECONSIDER, FAKE_ROW("judged due", "0", "0"));
	const struct clerk_conf conf = {b.loop, fake_db_of(b.db), &b.app, "/nonexistent/journal", &b.ctx};
	b.clerk = clerk_new(&conf);
	*state = &b;
	return b.loop && b.clerk ? 0 : -1;
}

static int close_bench(void **state)
{
	struct bench *b = *state;
	clerk_free(b->clerk);
	fake_db_free(b->db);
	loop_free(b->loop);
	return 0;
}

/* A body's standing withdrawn must not keep everybody else's results from being published. */
static void what_cannot_be_published_stands_in_nobodys_way(void **state)
{
	struct bench *b = *state;
	fake_db_answer_one(b->db, Q_ASSESSMENTS_DUE, due(0, PORTION));
	fake_db_answer_one(b->db, Q_ASSESSMENTS_DUE, due(PORTION, DUE - PORTION));
	run(b, DUE);
	assert_int_equal(b->published, DUE - REFUSED);
	assert_null(fake_db_arg_of(b->db, Q_ASSESSMENTS_DUE, 0, 1).p);
	assert_true(slice_is(fake_db_arg_of(b->db, Q_ASSESSMENTS_DUE, 1, 1), "2026-11-20"));
	assert_true(slice_is(fake_db_arg_of(b->db, Q_ASSESSMENTS_DUE, 1, 2),
	                     "0a000000-0000-4000-8000-000000000049"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_cannot_be_published_stands_in_nobodys_way,
		                                open_bench, close_bench),
	};
	return cmocka_run_group_tests_name("clerk", tests, NULL, NULL);
}
