/* db/older_rows.c - the catalogue knows which constraints are not valid yet, and what they ask. */
#include "db/older_rows.h"

#include <stdio.h>

#include "base/outcome.h"
#include "sql/constraints_open.h"

static int failed(const char *what, const char *reason, char *why)
{
	snprintf(why, MIGRATE_TEXT, "looking for older rows that break %s failed: %s", what, reason);
	return E_REFUSED;
}

/* Asks of one constraint; *ret_n rows break it. Both statements are PostgreSQL's own making (constraints_open.sql):
 * the tables, columns and conditions that they name are the catalogue's. */
static int count(PGconn *conn, const struct constraints_open_row *c, migrate_report_fn *report, void *arg,
                 int64_t *ret_n, char *why)
{
	PGresult *res = PQexec(conn, c->count.p);
	int r = 0;
	if (PQresultStatus(res) == PGRES_TUPLES_OK) {
		*ret_n = row_i64(res, 0, 0);
		char line[2048];
		snprintf(line, sizeof(line), "older rows of talent.%s that break %s: %lld (%s%s)",
		         c->relation.p, c->name.p, (long long)*ret_n, row_cstr(res, 0, 1),
		         *ret_n > 20 ? ", ..." : "");
		if (*ret_n > 0 && report)
			report(arg, line);
	} else {
		r = failed(c->name.p, session_reason(res), why);
	}
	PQclear(res);
	return r;
}

static int validate(PGconn *conn, const struct constraints_open_row *c, char *why)
{
	PGresult *res = PQexec(conn, c->validate.p);
	int r = PQresultStatus(res) == PGRES_COMMAND_OK ? 0 : failed(c->name.p, session_reason(res), why);
	PQclear(res);
	return r;
}

/* A domain's constraint is asked of one column after the other: whether the next row is of another constraint. */
static bool is_last(const PGresult *res, int row, const struct constraints_open_row *c)
{
	struct constraints_open_row next;
	if (row + 1 == rows_n(res))
		return true;
	constraints_open_read(res, row + 1, &next);
	return !slice_eq(next.validate, c->validate);
}

int older_rows_report(PGconn *conn, migrate_report_fn *report, void *arg,
                      char why[static MIGRATE_TEXT])
{
	PGresult *res;
	char reason[SESSION_REASON];
	int r = session_ask(conn, CONSTRAINTS_OPEN_CALL(), &res, reason, sizeof reason);
	int64_t broken = 0;
	if (r < 0)
		failed("a constraint", reason, why);
	for (int i = 0; r == 0 && i < rows_n(res); i++) {
		struct constraints_open_row c;
		int64_t n = 0;
		constraints_open_read(res, i, &c);
		r = count(conn, &c, report, arg, &n, why);
		broken += n;
		if (r < 0 || !is_last(res, i, &c))
			continue;
		if (broken == 0)
			r = validate(conn, &c, why);
		broken = 0;
	}
	PQclear(res);
	return r;
}
