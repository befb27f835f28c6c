/* db/fill.c - asks which programmes are not filled, and fills one after the other. */
#include "db/fill.h"

#include <stdio.h>

#include "base/outcome.h"
#include "base/slice.h"
#include "sql/programme_fill.h"
#include "sql/programmes_unfilled.h"
#include "sql/relation_known.h"

static int failed(struct slice programme, const char *reason, char *why)
{
	snprintf(why, MIGRATE_TEXT, "filling %.*s failed: %s", SLICE_ARGS(programme), reason);
	return E_REFUSED;
}

static int fill(PGconn *conn, struct slice programme, migrate_report_fn *report, void *arg, char *why)
{
	char line[256], reason[SESSION_REASON];
	if (session_do(conn, PROGRAMME_FILL_CALL(programme), reason, sizeof reason) < 0)
		return failed(programme, reason, why);
	snprintf(line, sizeof line, "filled %.*s", SLICE_ARGS(programme));
	if (report)
		report(arg, line);
	return 0;
}

/* A set of migrations that ends before there were measures has nothing to fill. */
static int has_measures(PGconn *conn, bool *ret, char *reason)
{
	struct relation_known_row row = {0};
	PGresult *res;
	int r = session_ask(conn, RELATION_KNOWN_CALL(SLICE("talent.programme_measure")), &res, reason, SESSION_REASON);
	if (r == 0)
		relation_known_read(res, 0, &row);
	*ret = row.known;
	PQclear(res);
	return r;
}

int fill_programmes(PGconn *conn, migrate_report_fn *report, void *arg, char why[static MIGRATE_TEXT])
{
	char reason[SESSION_REASON];
	PGresult *res = NULL;
	bool has;
	int r = has_measures(conn, &has, reason);
	if (r == 0 && has)
		r = session_ask(conn, PROGRAMMES_UNFILLED_CALL(), &res, reason, sizeof reason);
	if (r < 0)
		failed(SLICE("programmes"), reason, why);
	for (int i = 0; r == 0 && has && i < rows_n(res); i++) {
		struct programmes_unfilled_row row;
		programmes_unfilled_read(res, i, &row);
		r = fill(conn, row.programme, report, arg, why);
	}
	PQclear(res);
	return r;
}
