/* A pool on a test database, with the statements the tests of src/db use, and a place for what
 * comes back. Included by the test_db_*.c only. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../lib/cluster.h"
#include "../lib/fair_clock.h"
#include "base/outcome.h"
#include "db/pool.h"
#include "db/rows.h"

enum test_statement {
	S_ECHO,
	S_SLEEP,
	S_INSERT,
	S_DIVIDE,
	S_REPEAT,
	S_LOCK,
	S_STAR,
	S_COUNT,
	S_DEFERRED,
	S_PID,
	S_RAISE,
	S_SETTINGS,
	S_LATE,
	S_KILL,
	S_FORGET,
	S_OCCUPY,
	S_TYPED,
	S_TESTS
};

static const struct statement_text test_statements[] = {
	[S_ECHO] = {.name = "echo", .text = "SELECT $1::text", .n_args = 1},
	[S_SLEEP] = {.name = "sleep", .text = "SELECT pg_sleep($1::float8)", .n_args = 1},
	[S_INSERT] = {.name = "insert", .text = "INSERT INTO t (k, v) VALUES ($1::int, $2::text)", .n_args = 2},
	[S_DIVIDE] = {.name = "divide", .text = "SELECT 1 / $1::int", .n_args = 1},
	[S_REPEAT] = {.name = "repeat", .text = "SELECT repeat($1::text, $2::int)", .n_args = 2},
	[S_LOCK] = {.name = "lock", .text = "UPDATE t SET v = v WHERE k = $1::int", .n_args = 1},
	[S_STAR] = {.name = "star", .text = "SELECT * FROM t WHERE k = $1::int", .n_args = 1},
	[S_COUNT] = {.name = "count", .text = "SELECT count(*) FROM t", .n_args = 0},
	[S_DEFERRED] = {.name = "deferred", .text = "INSERT INTO d (k) VALUES ($1::int)", .n_args = 1},
	[S_PID] = {.name = "pid", .text = "SELECT pg_backend_pid()", .n_args = 0},
	[S_RAISE] = {.name = "raise", .text = "SELECT raise($1::text, $2::text)", .n_args = 2},
	[S_SETTINGS] = {.name = "settings", .text = "SELECT current_setting('lock_timeout'), current_setting('statement_timeout'),"
	                " current_setting('search_path'), current_setting('synchronous_commit'),"
	                " current_setting('application_name')", .n_args = 0},
	[S_LATE] = {.name = "late", .text = "INSERT INTO late (k) VALUES ($1::int)", .n_args = 1},
	[S_KILL] = {.name = "kill", .text = "SELECT pg_terminate_backend(pg_backend_pid())", .n_args = 0},
	[S_FORGET] = {.name = "forget", .text = "DEALLOCATE ALL", .n_args = 0},
	[S_OCCUPY] = {.name = "occupy", .text = "PREPARE echo AS SELECT 'taken'", .n_args = 0},
	[S_TYPED] = {.name = "typed", .text = "SELECT typed($1::int)", .n_args = 1},
};

static const char test_schema[] =
	"CREATE SCHEMA talent; SET search_path = talent;"
	"CREATE TABLE t (k int CONSTRAINT t_k_key PRIMARY KEY, v text);"
	"CREATE TABLE d (k int);"
	"CREATE TABLE late (k int);"
	"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
	" RAISE EXCEPTION 'refused' USING ERRCODE = 'TA001', CONSTRAINT = 'pair_complete'; END $$;"
	"CREATE CONSTRAINT TRIGGER d_refuse AFTER INSERT ON d DEFERRABLE INITIALLY DEFERRED"
	" FOR EACH ROW EXECUTE FUNCTION refuse();"
	"CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
	" PERFORM pg_sleep(1.5); RETURN NULL; END $$;"
	"CREATE CONSTRAINT TRIGGER late_late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED"
	" FOR EACH ROW EXECUTE FUNCTION late();"
	"CREATE FUNCTION typed(int) RETURNS text LANGUAGE plpgsql AS $$ DECLARE r t; BEGIN"
	" SELECT * INTO r FROM t WHERE k = $1; RETURN r.v || ''; END $$;"
	"CREATE SEQUENCE raised;"
	"CREATE FUNCTION raise(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN"
	" IF nextval('raised') <= $2::int THEN RAISE EXCEPTION 'raised' USING ERRCODE = $1; END IF;"
	" RETURN 'passed'; END $$;";

struct seen {
	int times, order;
	enum db_outcome outcome;
	char constraint[64], sqlstate[6], text[256]; /* text: first cell of the last result */
	size_t length;                                 /* and its length */
};

struct bench {
	struct cluster *cluster;
	const char *database;
	struct loop *loop;
	struct db *db;
	int order; /* how many answers came */
	int ups, aways;
	int64_t lost; /* of the fair clock, when it was opened */
	char cause[512];
};

static UNUSED const struct timeline_memory *bench_timelines; /* for the next bench_open */
static UNUSED struct duration bench_tell_again;                 /* likewise */
static struct bench *bench_now; /* db_done_fn gets the struct seen; this is the rest */

static UNUSED void on_done(void *arg, const struct db_result *r)
{
	struct seen *s = arg;
	s->times++;
	s->order = ++bench_now->order;
	s->outcome = r->outcome;
	memcpy(s->constraint, r->constraint, sizeof(s->constraint));
	memcpy(s->sqlstate, r->sqlstate, sizeof(s->sqlstate));
	if (r->outcome != DB_OK || rows_n(r->res[r->n_calls - 1]) == 0)
		return;
	struct slice cell = row_text(r->res[r->n_calls - 1], 0, 0);
	s->length = cell.n;
	size_t n = cell.n < sizeof(s->text) ? cell.n : sizeof(s->text) - 1;
	if (n)
		memcpy(s->text, cell.p, n);
	s->text[n] = '\0';
}

static UNUSED void on_notice(void *arg, bool up, const char *cause)
{
	struct bench *b = arg;
	*(up ? &b->ups : &b->aways) += 1;
	strncpy(b->cause, cause, sizeof(b->cause) - 1);
}

static UNUSED void bench_open(struct bench *b, const char *conninfo, int writes, int in_flight)
{
	char why[POOL_WHY] = "";
	struct pool_settings settings = {.conninfo = conninfo,
	                                 .application = "test",
	                                 .statements = test_statements,
	                                 .n_statements = S_TESTS,
	                                 .read_connections = 1,
	                                 .write_connections = writes,
	                                 .in_flight_max = in_flight,
	                                 .timelines = bench_timelines,
	                                 .notice = on_notice,
	                                 .tell_again = bench_tell_again,
	                                 .notice_arg = b};
	b->loop = loop_new();
	assert_non_null(b->loop);
	bench_now = b;
	b->order = b->ups = b->aways = 0;
	b->lost = fair_lost_ms();
	assert_int_equal(pool_new(b->loop, &settings, &b->db, why), 0);
}

static UNUSED void bench_close(struct bench *b)
{
	db_free(b->db);
	loop_free(b->loop);
	b->db = NULL;
	b->loop = NULL;
}

/* Whether the machine has not stalled since the bench was opened. A pool that has stood still takes
 * the server for silent, so what depends on that is said of a calm machine only. */
static UNUSED bool bench_calm(const struct bench *b)
{
	return fair_lost_ms() - b->lost < 500;
}

/* Turns the loop until *what reaches n; fails the test after a minute. */
static UNUSED void bench_until(struct bench *b, const int *what, int n)
{
	struct mono end = mono_add(mono_now(), SECONDS(60));
	while (*what < n) {
		assert_int_equal(loop_turn(b->loop, MILLIS(20)), 0);
		assert_true(mono_since(end, mono_now()).us > 0);
	}
}

/* Until every connection stands: "up" means one in each lane. */
static UNUSED void bench_connected(struct bench *b, int n)
{
	struct mono end = mono_add(mono_now(), SECONDS(60));
	while (pool_connections(b->db) < n && mono_since(end, mono_now()).us > 0)
		assert_int_equal(loop_turn(b->loop, MILLIS(20)), 0);
	assert_int_equal(pool_connections(b->db), n);
}

static UNUSED void bench_spin(struct bench *b, int ms)
{
	struct mono end = mono_add(mono_now(), MILLIS(ms));
	while (mono_since(end, mono_now()).us > 0)
		assert_int_equal(loop_turn(b->loop, MILLIS(5)), 0);
}

/* One call with up to two text arguments. */
static UNUSED int bench_send(struct bench *b, enum db_lane lane, int stmt, const char *a1,
                             const char *a2, struct duration limit, struct seen *s,
                             struct db_ticket **t)
{
	struct db_arg args[] = {db_cstr(a1), db_cstr(a2)};
	struct db_call call = {stmt, test_statements[stmt].n_args, args};
	return db_send(b->db, lane, &call, 1, limit, on_done, s, t);
}

/* Sends and waits for the answer. */
static UNUSED struct seen bench_ask(struct bench *b, enum db_lane lane, int stmt, const char *a1,
                                    const char *a2)
{
	struct seen s = {0};
	assert_int_equal(bench_send(b, lane, stmt, a1, a2, SECONDS(20), &s, NULL), 0);
	assert_int_equal(s.times, 0); /* never from inside db_send */
	bench_until(b, &s.times, 1);
	assert_int_equal(s.times, 1);
	return s;
}

static UNUSED int bench_group_setup(void **state)
{
	static struct bench b;
	b.cluster = cluster_start_with((struct cluster_options){.empty = true});
	cluster_sql(b.cluster, "talent_template", test_schema);
	*state = &b;
	return 0;
}

static UNUSED int bench_group_teardown(void **state)
{
	struct bench *b = *state;
	cluster_stop(b->cluster);
	return 0;
}

/* A fresh database and a pool on it with two writers, connected. */
static UNUSED int bench_setup(void **state)
{
	struct bench *b = *state;
	b->database = cluster_database(b->cluster);
	bench_open(b, cluster_conninfo(b->cluster, b->database, NULL), 2, 0);
	bench_connected(b, 5);
	assert_true(b->ups == 1 || (b->ups > 1 && !bench_calm(b)));
	return 0;
}

static UNUSED int bench_teardown(void **state)
{
	struct bench *b = *state;
	bench_close(b);
	return 0;
}

#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
