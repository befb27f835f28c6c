/* db/settings.c - plans are made once for each statement and kept (force_generic_plan), so they
 * must not depend on what was in the tables when they were made: a registry's first hours, with
 * tables that were never analysed, or empty, would leave every worker with plans that read whole
 * tables, also inside functions and foreign-key checks. Short lanes look rows up by key, so there
 * sequential scans are switched off, and a row costs so much that reading all of a small table's
 * index is no bargain. Where a statement has to read a whole table, it is one that stays small. A
 * recount reads everything: it is planned anew each time, by what there is then, and runs in one
 * process, to leave the others their cores. */
#include "db/settings.h"

#include <stdio.h>

#include "base/outcome.h"
#include "db/rows.h"
#include "db/session.h"

/* The order of schemas leaves nothing to whoever may create objects. What a COMMIT waits for, how
 * values are written, and that a parameter is never logged, is not for a role to change. */
#define EVERY                                                                                      \
	"-c search_path=talent,pg_temp -c default_transaction_isolation=read\\ committed"          \
	" -c default_transaction_deferrable=off -c synchronous_commit=on -c row_security=on"       \
	" -c transform_null_equals=off -c DateStyle=ISO -c IntervalStyle=postgres"                 \
	" -c TimeZone=UTC -c bytea_output=hex -c extra_float_digits=1"                             \
	" -c standard_conforming_strings=on -c log_parameter_max_length_on_error=0"                \
	" -c idle_session_timeout=0 -c jit=off -c force_parallel_mode=off"                         \
	" -c max_parallel_workers_per_gather=0 -c enable_indexscan=on -c enable_bitmapscan=on"     \
	" -c enable_nestloop=on -c from_collapse_limit=8 -c join_collapse_limit=8"

/* Short statements only, so short limits; what would be waited for longer is better refused and
 * asked again. */
#define DAEMON                                                                                     \
	EVERY " -c lock_timeout=500ms -c idle_in_transaction_session_timeout=5s"
#define SHORT                                                                                      \
	DAEMON " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"                      \
	       " -c cpu_tuple_cost=0.5 -c cpu_index_tuple_cost=0.25 -c statement_timeout=2s"

/* A reader that left needs no answer. Not for writes: ending a session that waits for a standby
 * would make a commit visible that only this server has. */
#define READ SHORT " -c client_connection_check_interval=1s"
#define LONG                                                                                       \
	DAEMON " -c plan_cache_mode=force_custom_plan -c enable_seqscan=on -c work_mem=64MB"       \
	       " -c statement_timeout=300s -c client_connection_check_interval=1s"

const char *settings_of_lane(enum db_lane lane)
{
	switch (lane) {
	case DB_STATUS:
	case DB_READ:
		return READ;
	case DB_LONG:
		return LONG;
	case DB_WRITE:
	case DB_REPEAT:
		break;
	}
	return SHORT;
}

const char settings_of_session[] =
	EVERY " -c lock_timeout=0 -c statement_timeout=0 -c idle_in_transaction_session_timeout=0";

/* What sql/bootstrap.sql sets, then what is not like it, by whom it is meant for. */
static const char foreign_sql[] =
	"WITH ours (role, setting) AS (VALUES"
	" ('', 'TimeZone=UTC'), ('', 'DateStyle=ISO, YMD'),"
	" ('', 'default_transaction_isolation=read committed'),"
	" ('talent_worker', 'lock_timeout=500ms'), ('talent_worker', 'statement_timeout=2s'),"
	" ('talent_worker', 'idle_in_transaction_session_timeout=5s')"
	" UNION ALL SELECT r.name, s.setting FROM (VALUES ('talent_worker'), ('talent_jobs'), ('talent_clerk')) r (name),"
	"  (VALUES ('plan_cache_mode=force_generic_plan'), ('jit=off'), ('log_error_verbosity=terse'),"
	"  ('log_parameter_max_length=0'), ('log_parameter_max_length_on_error=0')) s (setting))"
	" SELECT r.rolname, d.datname, split_part(u.setting, '=', 1)"
	" FROM pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) u (setting)"
	" LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase"
	" WHERE (s.setdatabase = 0 OR d.datname = current_database())"
	" AND (s.setrole = 0 OR r.rolname IN ('talent_owner', 'talent_worker', 'talent_jobs', 'talent_clerk',"
	"  session_user))"
	" AND NOT (s.setdatabase <> 0 AND EXISTS (SELECT FROM ours o WHERE o.role ="
	"  coalesce(r.rolname, '') AND lower(o.setting) = lower(u.setting)))"
	" ORDER BY 1 NULLS FIRST, 2, 3";

/* Identifiers as they are: whoever may make such names may read the sentence. */
static void say(const PGresult *res, int row, settings_foreign_fn *each, void *arg)
{
	char sentence[512], on[160] = "";
	const char *role = row_cstr(res, row, 0), *database = row_cstr(res, row, 1);
	const char *name = row_cstr(res, row, 2);
	if (*role && *database)
		snprintf(on, sizeof(on), " IN DATABASE %s", database);
	snprintf(sentence, sizeof(sentence),
	         "%s %s%s sets %s, which sql/bootstrap.sql does not: find out who did, then ALTER %s "
	         "%s%s RESET %s",
	         *role ? "role" : "database", *role ? role : database, on, name,
	         *role ? "ROLE" : "DATABASE", *role ? role : database, on, name);
	each(arg, sentence);
}

int settings_foreign(const char *conninfo, settings_foreign_fn *each, void *arg)
{
	PGconn *conn;
	char why[512];
	if (session_open(conninfo, "talentd check", &conn, why, sizeof(why)) < 0)
		return E_CLOSED;
	PGresult *res = PQexec(conn, foreign_sql);
	int r = PQresultStatus(res) == PGRES_TUPLES_OK ? 0 : E_REFUSED;
	for (int i = 0; r == 0 && i < PQntuples(res); i++)
		say(res, i, each, arg);
	PQclear(res);
	PQfinish(conn);
	return r;
}
