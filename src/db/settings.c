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
#include "sql/foreign_settings.h"

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

/* Identifiers as they are: whoever may make such names may read the sentence. */
static void say(const PGresult *res, int row, settings_foreign_fn *each, void *arg)
{
	struct foreign_settings_row f;
	char sentence[512], on[160] = "";
	foreign_settings_read(res, row, &f);
	const char *what = f.role.p ? "role" : "database", *alter = f.role.p ? "ROLE" : "DATABASE";
	struct slice whose = f.role.p ? f.role : f.database;
	if (f.role.p && f.database.p)
		snprintf(on, sizeof(on), " IN DATABASE %.*s", SLICE_ARGS(f.database));
	snprintf(sentence, sizeof(sentence),
	         "%s %.*s%s sets %.*s, which sql/bootstrap.sql does not: find out who did, then ALTER %s "
	         "%.*s%s RESET %.*s",
	         what, SLICE_ARGS(whose), on, SLICE_ARGS(f.setting), alter, SLICE_ARGS(whose), on, SLICE_ARGS(f.setting));
	each(arg, sentence);
}

int settings_foreign(const char *conninfo, settings_foreign_fn *each, void *arg)
{
	PGconn *conn;
	char why[512];
	if (session_open(conninfo, "talentd check", &conn, why, sizeof(why)) < 0)
		return E_CLOSED;
	PGresult *res;
	int r = session_ask(conn, FOREIGN_SETTINGS_CALL(), &res, why, sizeof(why));
	for (int i = 0; r == 0 && i < rows_n(res); i++)
		say(res, i, each, arg);
	PQclear(res);
	PQfinish(conn);
	return r;
}
