/* Everything under sql/ against a real server: migrations and functions install on an empty
 * database, every statement prepares as a daemon's role with the arity its file declares, and the
 * program finds the result current. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../lib/cluster.h"
#include "db/migrate.h"
#include "db/statement.h"
#include "sql_statements.h"

struct test {
	struct cluster *cluster;
	const char *database;
};

static void every_statement_prepares(void **state)
{
	struct test *t = *state;
	PGconn *conn = cluster_connect(t->cluster, t->database, "talent_worker");
	int failures = 0;
	for (int i = 0; i < STATEMENT_COUNT; i++) {
		const struct statement_text *s = &statements[i];
		PGresult *res = PQprepare(conn, s->name, s->text, 0, NULL);
		if (PQresultStatus(res) != PGRES_COMMAND_OK) {
			print_error("%s: %s", s->name, PQresultErrorMessage(res));
			failures++;
		}
		PQclear(res);
		res = PQdescribePrepared(conn, s->name);
		if (PQresultStatus(res) == PGRES_COMMAND_OK && PQnparams(res) != s->n_args) {
			print_error("%s: declares %d args, has %d\n", s->name, s->n_args,
			            PQnparams(res));
			failures++;
		}
		PQclear(res);
	}
	PQfinish(conn);
	assert_int_equal(failures, 0);
	assert_null(statements[STATEMENT_COUNT].name);
}

static void the_schema_is_current_for_a_worker(void **state)
{
	struct test *t = *state;
	char why[MIGRATE_TEXT];
	const char *worker = cluster_conninfo(t->cluster, t->database, "talent_worker");
	enum migrate_state s = migrate_check(worker, migration_set_builtin(), why);
	if (s != MIGRATE_CURRENT)
		fail_msg("%s", why);
}

static int setup(void **state)
{
	static struct test t;
	t.cluster = cluster_start();
	t.database = cluster_database(t.cluster);
	*state = &t;
	return 0;
}

static int teardown(void **state)
{
	struct test *t = *state;
	cluster_stop(t->cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_prepares),
		cmocka_unit_test(the_schema_is_current_for_a_worker),
	};
	return cmocka_run_group_tests_name("db_statements", tests, setup, teardown);
}
