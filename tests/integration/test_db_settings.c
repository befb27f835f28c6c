/* tests/integration/test_db_settings.c - what a connection relies on is what it sends, whatever a
 * role or an installation sets in the database; and what is set there is named. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "base/attr.h"
#include "base/outcome.h"
#include "db/settings.h"

static struct cluster *cluster;
static const char *database;

struct said {
	char text[4096];
	int n;
};

static void on_foreign(void *arg, const char *sentence)
{
	struct said *s = arg;
	size_t n = strlen(s->text);
	snprintf(s->text + n, sizeof s->text - n, "%s\n", sentence);
	s->n++;
}

static struct said foreign(void)
{
	struct said s = {0};
	assert_int_equal(settings_foreign(cluster_conninfo(cluster, database, "talent_worker"),
	                                  on_foreign, &s), 0);
	return s;
}

/* What a taken-over daemon could leave behind for those that come after it. */
static const char *const left_behind[] = {
	"search_path = public", "synchronous_commit = off", "plan_cache_mode = force_custom_plan",
	"enable_indexscan = off", "enable_seqscan = on", "statement_timeout = 1", "lock_timeout = 1",
	"timezone = 'Pacific/Apia'", "datestyle = 'SQL, DMY'", "bytea_output = 'escape'",
	"transform_null_equals = on", "default_transaction_isolation = 'serializable'",
	"log_parameter_max_length_on_error = -1", "idle_session_timeout = 1000",
};

static void leave_behind(const char *role, const char *verb)
{
	PGconn *conn = cluster_connect(cluster, database, role); /* as itself */
	for (size_t i = 0; i < ARRAY_LEN(left_behind); i++) {
		char sql[200], name[64];
		snprintf(name, sizeof name, "%.*s", (int)strcspn(left_behind[i], " "), left_behind[i]);
		snprintf(sql, sizeof sql, "ALTER ROLE %s %s %s", role, verb,
		         strcmp(verb, "SET") == 0 ? left_behind[i] : name);
		PGresult *res = PQexec(conn, sql);
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			fail_msg("%s: %s", sql, PQerrorMessage(conn));
		PQclear(res);
	}
	PQfinish(conn);
}

static PGconn *connect_with(const char *role, const char *options)
{
	const char *keys[] = {"dbname", "options", NULL};
	const char *values[] = {cluster_conninfo(cluster, database, role), options, NULL};
	PGconn *conn = PQconnectdbParams(keys, values, 1);
	if (PQstatus(conn) != CONNECTION_OK)
		fail_msg("%s", PQerrorMessage(conn));
	return conn;
}

/* Each "-c name=value" of the text is in force. */
static int expect_in_force(PGconn *conn, const char *options)
{
	int n = 0;
	for (const char *at = options; (at = strstr(at, "-c ")) != NULL; n++) {
		char name[64], value[64], sql[500];
		size_t k = 0;
		at += 3;
		snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "="), at);
		for (at += strlen(name) + 1; *at && *at != ' '; at++) {
			at += *at == '\\';
			value[k++] = *at;
		}
		value[k] = '\0';
		/* as the server writes it: 500ms, 5min, "ISO, MDY" */
		snprintf(sql, sizeof sql, "SELECT current_setting('%s'), set_config('%s', '%s', false),"
		         " current_setting('%s')", name, name, value, name);
		PGresult *res = PQexec(conn, sql);
		if (PQresultStatus(res) != PGRES_TUPLES_OK)
			fail_msg("%s: %s", sql, PQerrorMessage(conn));
		if (strcmp(PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 2)) != 0)
			fail_msg("%s is %s, not %s", name, PQgetvalue(res, 0, 0), value);
		PQclear(res);
	}
	return n;
}

static void a_new_database_has_none(void **state)
{
	assert_string_equal(foreign().text, "");
}

static void what_a_role_leaves_behind_has_no_effect(void **state)
{
	static const enum db_lane lanes[] = {DB_STATUS, DB_READ, DB_WRITE, DB_LONG};
	leave_behind("talent_worker", "SET");
	for (size_t i = 0; i < ARRAY_LEN(lanes); i++) {
		PGconn *conn = connect_with("talent_worker", settings_of_lane(lanes[i]));
		assert_true(expect_in_force(conn, settings_of_lane(lanes[i])) > 20);
		PQfinish(conn);
	}
	PGconn *conn = connect_with("talent_worker", settings_of_session);
	assert_true(expect_in_force(conn, settings_of_session) > 15);
	PQfinish(conn);
}

static void it_is_named(void **state)
{
	struct said s = foreign();
	assert_int_equal(s.n, ARRAY_LEN(left_behind));
	assert_non_null(strstr(s.text,
		"role talent_worker sets search_path, which sql/bootstrap.sql does not: find out who did, "
		"then ALTER ROLE talent_worker RESET search_path\n"));
	leave_behind("talent_worker", "RESET");
	assert_string_equal(foreign().text, "");

	char sql[200];
	snprintf(sql, sizeof sql, "ALTER ROLE talent_jobs IN DATABASE %s SET statement_timeout = '9s';"
	         "ALTER DATABASE %s SET work_mem = '1GB'", database, database);
	cluster_sql(cluster, database, sql);
	s = foreign();
	assert_int_equal(s.n, 2);
	snprintf(sql, sizeof sql, "ALTER DATABASE %s RESET work_mem\n", database);
	assert_non_null(strstr(s.text, sql));
	snprintf(sql, sizeof sql, "ALTER ROLE talent_jobs IN DATABASE %s RESET statement_timeout\n",
	         database);
	assert_non_null(strstr(s.text, sql));
}

static void no_server_is_no_answer(void **state)
{
	struct said s = {0};
	assert_int_equal(settings_foreign("host=/nonexistent", on_foreign, &s), E_CLOSED);
	assert_int_equal(s.n, 0);
}

/* Both tell, and serve all the same. */
static void the_start_and_the_check_name_it(void **state)
{
	struct daemon *d = daemon_start(cluster, (struct daemon_options){0});
	assert_true(daemon_log_has(d, "database_setting_foreign"));
	char command[400], said[2000], want[200];
	const char *program = getenv("TALENT_BIN");
	snprintf(command, sizeof command, "%s -c %s -t 2>&1", program ? program : "build/test/talentd",
	         d->conf);
	FILE *f = popen(command, "r");
	assert_non_null(f);
	said[fread(said, 1, sizeof said - 1, f)] = '\0';
	assert_int_equal(pclose(f), 0);
	snprintf(want, sizeof want, "ALTER DATABASE %s RESET log_min_messages", d->database);
	if (!strstr(said, want) || !strstr(said, ": would start"))
		fail_msg("%s", said);
	daemon_free(d);
}

static int begin(void **state)
{
	cluster = cluster_start();
	database = cluster_database(cluster);
	return 0;
}

static int end(void **state)
{
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_database_has_none),
		cmocka_unit_test(what_a_role_leaves_behind_has_no_effect),
		cmocka_unit_test(it_is_named),
		cmocka_unit_test(no_server_is_no_answer),
		cmocka_unit_test(the_start_and_the_check_name_it),
	};
	return cmocka_run_group_tests_name("db_settings", tests, begin, end);
}
