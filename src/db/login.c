/* db/login.c - one question to the catalogues. */
#include "db/login.h"

#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "base/slice.h"
#include "sql/login_rights.h"

static void take(const PGresult *res, struct login *ret)
{
	struct login_rights_row row;
	login_rights_read(res, 0, &row);
	snprintf(ret->user, sizeof(ret->user), "%.*s", SLICE_ARGS(row.user));
	snprintf(ret->database, sizeof(ret->database), "%.*s", SLICE_ARGS(row.database));
	snprintf(ret->cluster, sizeof(ret->cluster), "%.*s", SLICE_ARGS(row.cluster));
	ret->superuser = row.superuser;
	ret->owner = row.owner;
	ret->worker = row.worker;
	ret->jobs = row.jobs;
	ret->oid = row.oid;
	ret->connections = row.connections;
}

int login_ask(const char *conninfo, struct login *ret, char why[static LOGIN_TEXT])
{
	PGconn *conn;
	if (session_open(conninfo, "talentd check", &conn, why, LOGIN_TEXT) < 0)
		return E_CLOSED;
	PGresult *res;
	char reason[SESSION_REASON];
	int r = session_ask(conn, LOGIN_RIGHTS_CALL(), &res, reason, sizeof reason);
	if (r == 0)
		take(res, ret);
	else
		snprintf(why, LOGIN_TEXT, "what this login may do cannot be read: %s", reason);
	PQclear(res);
	PQfinish(conn);
	return r == 0 ? 0 : E_CLOSED;
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
