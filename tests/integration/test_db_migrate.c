/* Bringing databases up to date, refusing those that are not, two at once, and failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "base/outcome.h"
#include "db/migrate.h"

#define END {NULL, NULL, 0, 0}

static const struct migration_file one[] = {
	{"0001_base.sql", "CREATE TABLE talent.a (x int);\nINSERT INTO talent.a VALUES (1);\n", 1, 0},
	END,
};
static const struct migration_file two[] = {
	{"0001_base.sql", "CREATE TABLE talent.a (x int);\nINSERT INTO talent.a VALUES (1);\n", 1, 0},
	{"0002_more.sql", "-- compatible-with: 1\nCREATE TABLE talent.b (x int);\n", 2, 1},
	END,
};
static const struct migration_file two_incompatible[] = {
	{"0001_base.sql", "CREATE TABLE talent.a (x int);\nINSERT INTO talent.a VALUES (1);\n", 1, 0},
	{"0002_more.sql", "CREATE TABLE talent.b (x int);\n", 2, 0},
	END,
};
static const struct migration_file altered[] = {
	{"0001_base.sql", "CREATE TABLE talent.a (x bigint);\n", 1, 0},
	END,
};
static const struct migration_file broken[] = {
	{"0001_base.sql", "CREATE TABLE talent.a (x int);\nINSERT INTO talent.a VALUES (1);\n", 1, 0},
	{"0002_wrong.sql", "CREATE TABLE talent.c (x int);\n-- 中文\n\nSELECT nonsense;\n", 2, 0},
	END,
};
static const struct migration_file slow[] = {
	{"0001_slow.sql", "SELECT pg_sleep(0.3); CREATE TABLE talent.a (x int);", 1, 0},
	END,
};
static const struct migration_file none[] = {END};
static const struct migration_file f_int[] = {
	{"_helper.sql",
	 "CREATE OR REPLACE FUNCTION talent._helper() RETURNS int LANGUAGE sql AS 'SELECT 1'", 0, 0},
	{"f.sql",
	 "CREATE OR REPLACE FUNCTION talent.f(a int) RETURNS int LANGUAGE sql AS"
	 " 'SELECT talent._helper() + $1'",
	 0, 0},
	END,
};
static const struct migration_file f_text[] = {
	{"f.sql",
	 "CREATE OR REPLACE FUNCTION talent.f(a int) RETURNS text LANGUAGE sql AS 'SELECT ''t'''", 0,
	 0},
	END,
};
static const struct migration_file f_wrong[] = {
	{"f.sql",
	 "CREATE OR REPLACE FUNCTION talent.f(a int) RETURNS int LANGUAGE sql AS 'SELECT 9'", 0, 0},
	{"g.sql", "\nCREATE NONSENSE", 0, 0},
	END,
};

/* New constraints of a filled table: two that older rows break, one that they keep. */
static const struct migration_file filled[] = {
	{"0001_base.sql",
	 "CREATE DOMAIN talent.word AS text;"
	 "CREATE TABLE talent.p (id int PRIMARY KEY);"
	 "CREATE TABLE talent.a (x int, y int, w talent.word, v talent.word, PRIMARY KEY (x, y));"
	 "INSERT INTO talent.p VALUES (1);"
	 "INSERT INTO talent.a SELECT i, i % 2, 'short', CASE i WHEN 7 THEN 'secret words' END"
	 " FROM generate_series(1, 30) i",
	 1, 0},
	END,
};
static const struct migration_file bound = {
	"0002_bound.sql",
	"ALTER TABLE talent.a ADD CONSTRAINT a_small CHECK (x < 6) NOT VALID,"
	" ADD CONSTRAINT a_kept CHECK (x > 0) NOT VALID,"
	" ADD CONSTRAINT a_parent FOREIGN KEY (y) REFERENCES talent.p NOT VALID;"
	"ALTER DOMAIN talent.word ADD CONSTRAINT word_short CHECK (length(VALUE) < 8) NOT VALID",
	2, 0,
};

static struct migration_set set(const struct migration_file *m, const struct migration_file *f)
{
	return (struct migration_set){m, f};
}

struct test {
	struct cluster *cluster;
	const char *database, *conninfo;
	char why[MIGRATE_TEXT], lines[1024];
};

static void on_line(void *arg, const char *line)
{
	struct test *t = arg;
	size_t n = strlen(t->lines);
	snprintf(t->lines + n, sizeof(t->lines) - n, "%s;", line);
}

static int migrate(struct test *t, const struct migration_file *m, const struct migration_file *f)
{
	t->lines[0] = '\0';
	return migrate_run(t->conninfo, set(m, f), on_line, t, t->why);
}

static void ask_is(struct test *t, const char *sql, const char *want)
{
	assert_string_equal(cluster_ask(t->cluster, t->database, sql), want);
}

static void applies_once(void **state)
{
	struct test *t = *state;
	assert_int_equal(migrate_check(t->conninfo, set(one, f_int), t->why), MIGRATE_MISSING);
	assert_non_null(strstr(t->why, "run `talentd migrate`"));
	assert_int_equal(migrate(t, one, f_int), 0);
	assert_string_equal(t->lines, "applied 0001_base.sql;installed functions;");
	assert_int_equal(migrate(t, one, f_int), 0);
	assert_string_equal(t->lines, "");
	ask_is(t, "SELECT count(*) FROM talent.a", "1");
	ask_is(t, "SELECT talent.f(2)", "3");
	assert_int_equal(migrate_check(t->conninfo, set(one, f_int), t->why), MIGRATE_CURRENT);
	assert_string_equal(t->why, "");
	assert_int_equal(migrate(t, two, f_int), 0);
	assert_string_equal(t->lines, "applied 0002_more.sql;");
	ask_is(t,
	       "SELECT string_agg(format('%s %s %s %s', name, number, compatible, applied_by), ';'"
	       " ORDER BY number) FROM talent.schema_migration",
	       "functions 0 0 postgres;0001_base.sql 1 0 postgres;0002_more.sql 2 1 postgres");
	/* sha256sum of the file: the recorded form must not drift */
	ask_is(t,
	       "SELECT checksum = encode(sha256('CREATE TABLE talent.a (x int);\\012INSERT INTO"
	       " talent.a VALUES (1);\\012'::bytea), 'hex') FROM talent.schema_migration"
	       " WHERE number = 1",
	       "t");
}

static void a_newer_database_is_judged(void **state)
{
	struct test *t = *state;
	assert_int_equal(migrate(t, two, f_text), 0);
	/* compatible-with: 1, and the functions are the newer program's: fine */
	assert_int_equal(migrate_check(t->conninfo, set(one, f_int), t->why), MIGRATE_CURRENT);
	assert_int_equal(migrate_check(t->conninfo, set(none, none), t->why), MIGRATE_NEWER);
	assert_non_null(strstr(t->why, "install the newer talentd"));
	assert_int_equal(migrate(t, one, f_int), E_REFUSED); /* would undo the newer functions */
	assert_non_null(strstr(t->why, "migration 2, this program knows 1"));
	ask_is(t, "SELECT talent.f(1)", "t");
}

static void an_incompatible_newer_one_is_refused(void **state)
{
	struct test *t = *state;
	assert_int_equal(migrate(t, two_incompatible, none), 0);
	assert_int_equal(migrate_check(t->conninfo, set(one, none), t->why), MIGRATE_NEWER);
	assert_non_null(strstr(t->why, "0002_more.sql"));
}

static void an_altered_one_is_refused(void **state)
{
	struct test *t = *state;
	assert_int_equal(migrate(t, one, none), 0);
	assert_int_equal(migrate_check(t->conninfo, set(altered, none), t->why), MIGRATE_ALTERED);
	assert_non_null(strstr(t->why, "0001_base.sql"));
	assert_int_equal(migrate(t, altered, none), E_REFUSED);
	assert_non_null(strstr(t->why, "another text"));
}

static void a_missing_one_is_refused(void **state)
{
	struct test *t = *state;
	assert_int_equal(migrate(t, one, f_int), 0);
	assert_int_equal(migrate_check(t->conninfo, set(two, f_int), t->why), MIGRATE_MISSING);
	assert_non_null(strstr(t->why, "0002_more.sql is not applied: run `talentd migrate`"));
	assert_int_equal(migrate_check(t->conninfo, set(one, f_text), t->why), MIGRATE_MISSING);
	assert_non_null(strstr(t->why, "functions"));
}

static void a_failure_leaves_nothing_half(void **state)
{
	struct test *t = *state;
	assert_int_equal(migrate(t, broken, none), E_REFUSED);
	assert_non_null(strstr(t->why, "0002_wrong.sql failed at line 4"));
	ask_is(t, "SELECT to_regclass('talent.a') IS NOT NULL AND to_regclass('talent.c') IS NULL", "t");
	ask_is(t, "SELECT max(number) FROM talent.schema_migration", "1");
	assert_int_equal(migrate(t, two, f_int), 0); /* goes on where it stopped */
	assert_int_equal(migrate(t, two, f_wrong), E_REFUSED);
	assert_non_null(strstr(t->why, "g.sql failed at line 2"));
	ask_is(t, "SELECT talent.f(2)", "3"); /* all functions or none */
}

/* Named by their keys and nothing else, each time, until they keep it. */
static void older_rows_are_listed_not_lost(void **state)
{
	struct test *t = *state;
	struct migration_file more[3] = {filled[0], bound, END};
	assert_int_equal(migrate(t, filled, none), 0);
	assert_int_equal(migrate(t, more, none), 0);
	const char *want = "older rows of talent.a that break word_short: 1 (7/1);"
		"older rows of talent.a that break a_parent: 15 (2/0, 4/0, 6/0, 8/0, 10/0, 12/0, 14/0,"
		" 16/0, 18/0, 20/0, 22/0, 24/0, 26/0, 28/0, 30/0);"
		"older rows of talent.a that break a_small: 25 (6/0, 7/1, 8/0, 9/1, 10/0, 11/1, 12/0,"
		" 13/1, 14/0, 15/1, 16/0, 17/1, 18/0, 19/1, 20/0, 21/1, 22/0, 23/1, 24/0, 25/1, ...);";
	assert_string_equal(strstr(t->lines, "older"), want);
	assert_int_equal(migrate(t, more, none), 0);
	assert_string_equal(t->lines, want);
	ask_is(t, "SELECT count(*) FROM talent.a", "30");
	ask_is(t, "SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint WHERE NOT"
	       " convalidated", "a_parent a_small word_short");
	PGconn *conn = cluster_connect(t->cluster, t->database, NULL);
	static const char *const refused[] = {"INSERT INTO talent.a VALUES (6, 1)",
	                                      "INSERT INTO talent.a VALUES (5, 2)",
	                                      "UPDATE talent.a SET w = 'longer than that' WHERE x = 1"};
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		PGresult *res = PQexec(conn, refused[i]);
		assert_int_equal(strncmp(PQresultErrorField(res, PG_DIAG_SQLSTATE), "23", 2), 0);
		PQclear(res);
	}
	PQfinish(conn);
	cluster_sql(t->cluster, t->database, "DELETE FROM talent.a WHERE x > 5 OR y = 0");
	assert_int_equal(migrate(t, more, none), 0);
	assert_string_equal(t->lines, "");
	ask_is(t, "SELECT count(*) FROM pg_constraint WHERE NOT convalidated", "0");
}

static void another_result_type_replaces(void **state)
{
	struct test *t = *state;
	assert_int_equal(migrate(t, one, f_int), 0);
	assert_int_equal(migrate(t, one, f_text), 0);
	ask_is(t, "SELECT talent.f(2)", "t");
	ask_is(t, "SELECT count(*) FROM pg_proc WHERE proname = 'f'", "1");
}

static void two_at_once_take_turns(void **state)
{
	struct test *t = *state;
	pid_t pids[3];
	fflush(NULL);
	for (int i = 0; i < 3; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(migrate(t, slow, f_int) == 0 ? (int)strlen(t->lines) : 255);
	}
	int workers = 0;
	for (int i = 0; i < 3; i++) {
		int status;
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 255);
		workers += WEXITSTATUS(status) > 0;
	}
	assert_int_equal(workers, 1);
}

static void the_owner_owns_and_workers_may_check(void **state)
{
	struct test *t = *state;
	char sql[256];
	cluster_sql(t->cluster, "postgres",
	            "CREATE ROLE talent_owner NOLOGIN; CREATE ROLE talent_worker LOGIN;"
	            "CREATE ROLE migrator LOGIN; GRANT talent_owner TO migrator;"
	            "CREATE ROLE stranger LOGIN");
	snprintf(sql, sizeof(sql), "GRANT CREATE ON DATABASE %s TO talent_owner", t->database);
	cluster_sql(t->cluster, "postgres", sql);
	t->conninfo = cluster_conninfo(t->cluster, t->database, "migrator");
	assert_int_equal(migrate(t, one, f_int), 0);
	ask_is(t, "SELECT tableowner FROM pg_tables WHERE tablename = 'a'", "talent_owner");
	ask_is(t, "SELECT DISTINCT applied_by FROM talent.schema_migration", "migrator");
	const char *worker = cluster_conninfo(t->cluster, t->database, "talent_worker");
	assert_int_equal(migrate_check(worker, set(one, f_int), t->why), MIGRATE_CURRENT);
	const char *stranger = cluster_conninfo(t->cluster, t->database, "stranger");
	assert_int_equal(migrate_check(stranger, set(one, f_int), t->why), MIGRATE_MISSING);
	assert_non_null(strstr(t->why, "role stranger may not read"));
}

static void no_server_is_explained(void **state)
{
	struct test *t = *state;
	assert_int_equal(migrate_check("host=/nonexistent", set(one, none), t->why), MIGRATE_AWAY);
	assert_non_null(strstr(t->why, "no server at socket /nonexistent"));
	assert_int_equal(migrate_run("host=/nonexistent", set(one, none), NULL, NULL, t->why),
	                 E_REFUSED);
	assert_int_equal(migrate_check("nonsense=1", set(one, none), t->why), MIGRATE_AWAY);
	assert_non_null(strstr(t->why, "nonsense"));
}

static int group_setup(void **state)
{
	static struct test t;
	t.cluster = cluster_start_with((struct cluster_options){.empty = true});
	*state = &t;
	return 0;
}

static int group_teardown(void **state)
{
	struct test *t = *state;
	cluster_stop(t->cluster);
	return 0;
}

static int setup(void **state)
{
	struct test *t = *state;
	t->database = cluster_database(t->cluster);
	t->conninfo = cluster_conninfo(t->cluster, t->database, NULL);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(applies_once, setup),
		cmocka_unit_test_setup(a_newer_database_is_judged, setup),
		cmocka_unit_test_setup(an_incompatible_newer_one_is_refused, setup),
		cmocka_unit_test_setup(an_altered_one_is_refused, setup),
		cmocka_unit_test_setup(a_missing_one_is_refused, setup),
		cmocka_unit_test_setup(a_failure_leaves_nothing_half, setup),
		cmocka_unit_test_setup(older_rows_are_listed_not_lost, setup),
		cmocka_unit_test_setup(another_result_type_replaces, setup),
		cmocka_unit_test_setup(two_at_once_take_turns, setup),
		cmocka_unit_test_setup(no_server_is_explained, setup),
		cmocka_unit_test_setup(the_owner_owns_and_workers_may_check, setup),
	};
	return cmocka_run_group_tests_name("db_migrate", tests, group_setup, group_teardown);
}
