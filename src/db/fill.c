/* db/fill.c - asks which programmes are not filled, and fills one after the other. */
#include "db/fill.h"

#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "db/rows.h"

static int failed(const PGresult *res, const char *programme, char *why)
{
	const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	snprintf(why, MIGRATE_TEXT, "filling %s failed: %s", programme,
	         primary ? primary : "the connection was lost");
	return E_REFUSED;
}

static int fill(PGconn *conn, const char *programme, migrate_report_fn *report, void *arg, char *why)
{
	char line[256];
	PGresult *res = PQexecParams(conn, "SELECT talent._programme_fill($1)", 1, NULL, &programme, NULL,
	                             NULL, 0);
	int r = PQresultStatus(res) == PGRES_TUPLES_OK ? 0 : failed(res, programme, why);
	PQclear(res);
	snprintf(line, sizeof line, "filled %s", programme);
	if (r == 0 && report)
		report(arg, line);
	return r;
}

int fill_programmes(PGconn *conn, migrate_report_fn *report, void *arg, char why[static MIGRATE_TEXT])
{
	PGresult *res = PQexec(conn, "SELECT DISTINCT programme FROM talent.programme_measure"
	                             " WHERE filled_at IS NULL ORDER BY programme");
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	bool none = state && strcmp(state, "42P01") == 0; /* undefined_table */
	int r = none || PQresultStatus(res) == PGRES_TUPLES_OK ? 0 : failed(res, "programmes", why);
	for (int i = 0; r == 0 && i < PQntuples(res); i++)
		r = fill(conn, row_cstr(res, i, 0), report, arg, why);
	PQclear(res);
	return r;
}
