/* Everything under sql/ against a real server: migrations and functions install on an empty
 * database, every statement prepares as a daemon's role and has the arguments and columns that its
 * file's header says, and the program finds the result current. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "../lib/cluster.h"
#include "db/migrate.h"
#include "base/outcome.h"
#include "sql/recover_begin.h"
#include "sql/recover_damaged.h"
#include "sql/recover_end.h"
#include "sql/recover_lost_keys.h"
#include "sql/relation_known.h"
#include "sql_constraints.h"
#include "sql_statements.h"

struct test {
	struct cluster *cluster;
	const char *database;
};

/* PostgreSQL's name of a type, as headers are generated with. */
static const char *type_name(PGconn *conn, Oid type)
{
	static char name[64];
	char sql[64];
	snprintf(sql, sizeof sql, "SELECT format_type(%u, NULL)", type);
	PGresult *res = PQexec(conn, sql);
	assert_int_equal(PQresultStatus(res), PGRES_TUPLES_OK);
	snprintf(name, sizeof name, "%s", PQgetvalue(res, 0, 0));
	PQclear(res);
	return name;
}

/* What a header says of arguments and columns, held against PostgreSQL's own description. */
static int differences(PGconn *conn, const struct statement_text *s, const PGresult *res)
{
	int n = 0;
	if (PQnparams(res) != s->n_args || PQnfields(res) != s->n_columns) {
		print_error("%s: %d arguments and %d columns, says %d and %d\n", s->name,
		            PQnparams(res), PQnfields(res), s->n_args, s->n_columns);
		return 1;
	}
	for (int i = 0; i < s->n_args; i++) {
		const char *type = type_name(conn, PQparamtype(res, i));
		if (strcmp(type, s->args[i]) != 0) {
			print_error("%s: argument %d is %s, says %s\n", s->name, i + 1, type, s->args[i]);
			n++;
		}
	}
	for (int i = 0; i < s->n_columns; i++) {
		const struct statement_column *c = &s->columns[i];
		const char *type = type_name(conn, PQftype(res, i));
		if (strcmp(PQfname(res, i), c->name) != 0 || strcmp(type, c->type) != 0) {
			print_error("%s: column %d is %s %s, says %s %s\n", s->name, i + 1,
			            PQfname(res, i), type, c->name, c->type);
			n++;
		}
	}
	return n;
}

static int prepare_and_compare(PGconn *conn, const struct statement_text *s)
{
	int failures = 0;
	PGresult *res = PQprepare(conn, s->name, s->text, 0, NULL);
	if (PQresultStatus(res) != PGRES_COMMAND_OK) {
		print_error("%s: %s", s->name, PQresultErrorMessage(res));
		failures++;
	}
	PQclear(res);
	res = PQdescribePrepared(conn, s->name);
	if (PQresultStatus(res) == PGRES_COMMAND_OK)
		failures += differences(conn, s, res);
	PQclear(res);
	return failures;
}

static void every_statement_is_what_its_header_says(void **state)
{
	struct test *t = *state;
	PGconn *conn = cluster_connect(t->cluster, t->database, "talent_worker");
	int failures = 0;
	for (int i = 0; i < STATEMENT_COUNT; i++)
		failures += prepare_and_compare(conn, &statements[i]);
	PQfinish(conn);
	assert_int_equal(failures, 0);
	assert_null(statements[STATEMENT_COUNT].name);
}

/* Some of them are of a recovery, whose table is there for as long as its transaction. */
static void every_statement_of_the_owners_tools_is_what_its_header_says(void **state)
{
	struct test *t = *state;
	PGconn *conn = cluster_connect(t->cluster, t->database, "talent_owner");
	int failures = 0, n = 0;
	char why[SESSION_REASON];
	PQclear(PQexec(conn, "BEGIN"));
	assert_int_equal(session_do(conn, RECOVER_BEGIN_CALL(), why, sizeof why), 0);
	for (; session_statements[n]; n++)
		failures += prepare_and_compare(conn, session_statements[n]);
	PQfinish(conn);
	assert_int_equal(failures, 0);
	assert_true(n > 20);
}

/* What the server says is wrong is told in one line, and a result that is not what the header promises is no
 * answer, whatever the server thinks of it. */
static void a_statement_of_a_session_says_what_went_wrong(void **state)
{
	static const struct statement_column columns[] = {{"n", "integer", false, 0, NULL}};
	static const struct statement_text wrong = {.name = "wrong", .text = "SELECT NULL::int AS n", .columns = columns, .n_columns = 1};
	struct test *t = *state;
	PGconn *conn = cluster_connect(t->cluster, t->database, "talent_owner");
	char why[SESSION_REASON];
	PGresult *res;
	assert_int_equal(session_ask(conn, RECOVER_LOST_KEYS_CALL(), &res, why, sizeof why), 0);
	PQclear(res);
	assert_int_equal(session_do(conn, RECOVER_END_CALL(), why, sizeof why), E_REFUSED);
	assert_string_equal(why, "table \"recover_line\" does not exist");
	assert_int_equal(session_ask(conn, RECOVER_DAMAGED_CALL((struct uuid){{0}}), &res, why, sizeof why), E_REFUSED);
	assert_string_equal(session_state(res), "42P01");
	PQclear(res);
	assert_int_equal(session_do(conn, (struct session_call){&wrong, 0, NULL}, why, sizeof why), E_REFUSED);
	assert_string_equal(why, "wrong: n is null");
	assert_int_equal(session_do(conn, RELATION_KNOWN_CALL(SLICE("a\0b")), why, sizeof why), E_REFUSED);
	assert_string_equal(why, "a text holds a NUL byte");
	PQfinish(conn);
}

/* In the catalogue, or said by a function that raises it: a name that a migration has dropped since
 * has no meaning to give any more. */
static void every_constraint_is_there(void **state)
{
	struct test *t = *state;
	PGconn *conn = cluster_connect(t->cluster, t->database, "talent_owner");
	int missing = 0;
	for (int c = 0; c < CONSTRAINT_COUNT; c++) {
		const char *const name[] = {constraint_name((enum constraint)c)};
		PGresult *res = PQexecParams(
			conn,
			"SELECT EXISTS (SELECT FROM pg_constraint WHERE conname = $1)"
			" OR EXISTS (SELECT FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid"
			" WHERE i.indisunique AND k.relname = $1)"
			" OR EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
			" WHERE n.nspname = 'talent'"
			" AND strpos(p.prosrc, format('CONSTRAINT = %L', $1::text)) > 0)",
			1, NULL, name, NULL, NULL, 0);
		assert_int_equal(PQresultStatus(res), PGRES_TUPLES_OK);
		if (strcmp(PQgetvalue(res, 0, 0), "t") != 0) {
			print_error("%s is no constraint\n", name[0]);
			missing++;
		}
		assert_int_equal(constraint_named(name[0]), c);
		PQclear(res);
	}
	PQfinish(conn);
	assert_int_equal(missing, 0);
	assert_int_equal(constraint_named("certificate_live_skill_grade"), CONSTRAINT_COUNT);
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
		cmocka_unit_test(every_statement_is_what_its_header_says),
		cmocka_unit_test(every_statement_of_the_owners_tools_is_what_its_header_says),
		cmocka_unit_test(a_statement_of_a_session_says_what_went_wrong),
		cmocka_unit_test(every_constraint_is_there),
		cmocka_unit_test(the_schema_is_current_for_a_worker),
	};
	return cmocka_run_group_tests_name("db_statements", tests, setup, teardown);
}
