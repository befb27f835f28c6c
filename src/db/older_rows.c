/* db/older_rows.c - the catalogue knows which constraints are not valid yet, and what they ask. */
#include "db/older_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "db/rows.h"

/* For each constraint: its name, a statement that makes it valid, and one that counts the rows
 * against it and names their keys (never other columns: they may hold personal data). A domain's
 * constraint is asked of each column of that type. */
static const char list_sql[] =
	"WITH open AS ("
	" SELECT c.conname, c.contype, c.conkey, c.confkey, c.confrelid, r.oid AS rel, r.relname,"
	"  a.attname,"
	"  c.contypid, pg_get_expr(c.conbin, c.conrelid) AS expr"
	" FROM pg_constraint c"
	" LEFT JOIN pg_attribute a ON c.contypid <> 0 AND a.atttypid = c.contypid"
	"  AND NOT a.attisdropped"
	" JOIN pg_class r ON r.oid = coalesce(a.attrelid, c.conrelid) AND r.relkind IN ('r', 'p')"
	" WHERE NOT c.convalidated AND c.connamespace = 'talent'::regnamespace"
	") SELECT o.conname AS name, o.relname AS relation,"
	" CASE WHEN o.contypid <> 0 THEN format('ALTER DOMAIN %s', o.contypid::regtype)"
	"  ELSE format('ALTER TABLE %s', o.rel::regclass) END"
	"  || format(' VALIDATE CONSTRAINT %I', o.conname) AS validate,"
	" format('SELECT count(*) AS n, string_agg(x.k, '', '') FILTER (WHERE x.i <= 20) AS keys"
	"  FROM (SELECT concat_ws(''/'', %s) AS k, row_number() OVER () AS i FROM %s',"
	"  coalesce((SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum)"
	"   FROM pg_index i JOIN pg_attribute a ON a.attrelid = o.rel AND a.attnum = ANY (i.indkey)"
	"   WHERE i.indrelid = o.rel AND i.indisprimary), 't'),"
	"  CASE WHEN o.contypid <> 0"
	"   THEN format('(SELECT y.*, y.%I AS value FROM %s y)', o.attname, o.rel::regclass)"
	"   ELSE o.rel::regclass::text END) || ' t WHERE '"
	" || CASE o.contype WHEN 'f' THEN (SELECT string_agg(format('t.%I IS NOT NULL AND ', k.attname),"
	"   '') || format('NOT EXISTS (SELECT FROM %s p WHERE %s)', o.confrelid::regclass,"
	"   string_agg(format('p.%I = t.%I', f.attname, k.attname), ' AND '))"
	"   FROM unnest(o.conkey, o.confkey) u (k, f)"
	"   JOIN pg_attribute k ON k.attrelid = o.rel AND k.attnum = u.k"
	"   JOIN pg_attribute f ON f.attrelid = o.confrelid AND f.attnum = u.f)"
	"  ELSE format('NOT (%s)', o.expr) END || ') x' AS count"
	" FROM open o ORDER BY 3, 2";

static int failed(const PGresult *res, const char *what, char *why)
{
	const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	snprintf(why, MIGRATE_TEXT, "looking for older rows that break %s failed: %s", what,
	         primary ? primary : "the connection was lost");
	return E_REFUSED;
}

/* Asks of one constraint; *ret_n rows break it. */
static int count(PGconn *conn, const char *name, const char *relation, const char *sql,
                 migrate_report_fn *report, void *arg, int64_t *ret_n, char *why)
{
	PGresult *res = PQexec(conn, sql);
	int r = 0;
	if (PQresultStatus(res) == PGRES_TUPLES_OK) {
		*ret_n = row_i64(res, 0, 0);
		char line[2048];
		snprintf(line, sizeof(line), "older rows of talent.%s that break %s: %lld (%s%s)",
		         relation, name, (long long)*ret_n, row_cstr(res, 0, 1),
		         *ret_n > 20 ? ", ..." : "");
		if (*ret_n > 0 && report)
			report(arg, line);
	} else {
		r = failed(res, name, why);
	}
	PQclear(res);
	return r;
}

static int validate(PGconn *conn, const char *name, const char *sql, char *why)
{
	PGresult *res = PQexec(conn, sql);
	int r = PQresultStatus(res) == PGRES_COMMAND_OK ? 0 : failed(res, name, why);
	PQclear(res);
	return r;
}

int older_rows_report(PGconn *conn, migrate_report_fn *report, void *arg,
                      char why[static MIGRATE_TEXT])
{
	PGresult *res = PQexec(conn, list_sql);
	int r = PQresultStatus(res) == PGRES_TUPLES_OK ? 0 : failed(res, "a constraint", why);
	int64_t broken = 0;
	for (int i = 0; r == 0 && i < PQntuples(res); i++) {
		const char *name = row_cstr(res, i, 0), *sql = row_cstr(res, i, 2);
		int64_t n = 0;
		r = count(conn, name, row_cstr(res, i, 1), row_cstr(res, i, 3), report, arg, &n, why);
		broken += n;
		if (r < 0 || (i + 1 < PQntuples(res) && strcmp(row_cstr(res, i + 1, 2), sql) == 0))
			continue; /* a domain's constraint, and another column of it follows */
		if (broken == 0)
			r = validate(conn, name, sql, why);
		broken = 0;
	}
	PQclear(res);
	return r;
}
