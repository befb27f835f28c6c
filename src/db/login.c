/* db/login.c - one question to the catalogs. */
#include "db/login.h"

#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "db/rows.h"
#include "db/session.h"

/* A limit of -1 is none. */
static const char login_sql[] =
	"SELECT session_user::text, current_database()::text, me.rolsuper,"
	" EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'talent_owner'"
	"  AND pg_has_role(session_user, r.oid, 'MEMBER')),"
	" EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'talent_worker'"
	"  AND pg_has_role(session_user, r.oid, 'USAGE')),"
	" EXISTS (SELECT FROM pg_roles r WHERE r.rolname IN ('talent_jobs', 'talent_clerk')"
	"  AND pg_has_role(session_user, r.oid, 'USAGE')),"
	" (SELECT system_identifier::text FROM pg_control_system()), d.oid::bigint,"
	" least(current_setting('max_connections')::bigint"
	"   - current_setting('superuser_reserved_connections')::bigint,"
	"  nullif(me.rolconnlimit, -1), nullif(d.datconnlimit, -1))"
	" FROM pg_roles me, pg_database d"
	" WHERE me.rolname = session_user AND d.datname = current_database()";

enum { USER, DATABASE, SUPERUSER, OWNER, WORKER, JOBS, CLUSTER, OID, CONNECTIONS, COLUMNS };

static void take(const PGresult *res, struct login *ret)
{
	snprintf(ret->user, sizeof(ret->user), "%s", row_cstr(res, 0, USER));
	snprintf(ret->database, sizeof(ret->database), "%s", row_cstr(res, 0, DATABASE));
	ret->superuser = row_bool(res, 0, SUPERUSER);
	ret->owner = row_bool(res, 0, OWNER);
	ret->worker = row_bool(res, 0, WORKER);
	ret->jobs = row_bool(res, 0, JOBS);
	snprintf(ret->cluster, sizeof(ret->cluster), "%s", row_cstr(res, 0, CLUSTER));
	ret->oid = row_i64(res, 0, OID);
	ret->connections = row_i64(res, 0, CONNECTIONS);
}

int login_ask(const char *conninfo, struct login *ret, char why[static LOGIN_TEXT])
{
	PGconn *conn;
	if (session_open(conninfo, "talentd check", &conn, why, LOGIN_TEXT) < 0)
		return E_CLOSED;
	PGresult *res = PQexec(conn, login_sql);
	bool told = PQresultStatus(res) == PGRES_TUPLES_OK && rows_n(res) == 1;
	if (told)
		take(res, ret);
	else
		snprintf(why, LOGIN_TEXT, "what this login may do cannot be read: %.300s", PQerrorMessage(conn));
	PQclear(res);
	PQfinish(conn);
	return told ? 0 : E_CLOSED;
}

bool login_fits(const struct login *l, enum login_for purpose, char why[static LOGIN_TEXT])
{
	const char *role = purpose == LOGIN_JOBS ? "talent_jobs" : "talent_worker";
	bool has = purpose == LOGIN_JOBS ? l->jobs : l->worker;
	why[0] = '\0';
	if (l->superuser || l->owner)
		snprintf(why, LOGIN_TEXT,
		         "the login \"%s\" is %s, whom no constraint and no trigger holds; log in as %s", l->user,
		         l->superuser ? "a superuser" : "talent_owner or may act as it", role);
	else if (!has)
		snprintf(why, LOGIN_TEXT,
		         "the login \"%s\" may not do what %s may; log in as %s (sql/bootstrap.sql makes it)", l->user,
		         role, role);
	return !why[0];
}

bool login_same_database(const struct login *a, const struct login *b)
{
	return strcmp(a->cluster, b->cluster) == 0 && a->oid == b->oid;
}
