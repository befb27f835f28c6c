/* db/person_names.c - through the rows in the order of their key, a batch after the other. */
#include "db/person_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "base/uuid.h"
#include "db/rows.h"
#include "text/fold.h"
#include "text/jsonw.h"
#include "text/name.h"

enum { BATCH = 2000, BATCH_BYTES = 4 * MIB, LISTED = 20, LISTED_TEXT = LISTED * (UUID_TEXT + 2) };

struct filling {
	PGconn *conn;
	char *why;
	char person[UUID_TEXT]; /* the last one read */
	char n[12];
	int64_t filled, respelled;
	struct buf respelled_ids;
};

static int failed(struct filling *f, const PGresult *res)
{
	const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	snprintf(f->why, MIGRATE_TEXT, "making the keys of names failed: %s",
	         primary ? primary : "the connection was lost, or memory is out");
	return E_REFUSED;
}

static bool is_written_so(struct slice name, struct arena *arena)
{
	struct slice today;
	const char *code;
	return name_check(name, arena, &today, &code) == 0 && slice_eq(name, today);
}

static void note_respelled(struct filling *f, const char *person)
{
	if (f->respelled++ < LISTED) {
		buf_adds(&f->respelled_ids, f->respelled > 1 ? ", " : "");
		buf_adds(&f->respelled_ids, person);
	}
}

/* One row's keys; a name that has none (it was recorded before any check) is compared as it is. */
static int write_keys(struct filling *f, const PGresult *res, int row, struct arena *arena, struct jsonw *w)
{
	struct slice name = row_text(res, row, 2);
	struct name_key key;
	int r = name_key(name, FOLD_ALL, arena, &key);
	if (r == E_NOMEM)
		return r;
	if (r < 0)
		key = (struct name_key){name, name};
	if (!is_written_so(name, arena))
		note_respelled(f, row_cstr(res, row, 0));
	jsonw_object(w);
	jsonw_kcstr(w, "person", row_cstr(res, row, 0));
	jsonw_ki64(w, "n", row_i64(res, row, 1));
	jsonw_kstr(w, "joined", key.joined);
	jsonw_kstr(w, "ordered", key.ordered);
	jsonw_end(w);
	return 0;
}

static int keys_of(struct filling *f, const PGresult *res, struct buf *out)
{
	struct arena *arena = arena_new(MIB);
	struct jsonw w;
	int r = arena ? 0 : E_NOMEM;
	jsonw_init(&w, out);
	jsonw_array(&w);
	for (int i = 0; r == 0 && i < rows_n(res); i++) {
		r = write_keys(f, res, i, arena, &w);
		arena_reset(arena);
	}
	jsonw_end(&w);
	arena_free(arena);
	return r < 0 || buf_failed(out) ? E_NOMEM : 0;
}

static int store(struct filling *f, const PGresult *read)
{
	struct buf keys = BUF_INIT(BATCH_BYTES);
	char rule[12];
	if (keys_of(f, read, &keys) < 0) {
		buf_free(&keys);
		return failed(f, NULL);
	}
	buf_addc(&keys, '\0');
	snprintf(rule, sizeof rule, "%d", NAME_KEY_RULE);
	const char *values[] = {keys.p, rule};
	PGresult *res = PQexecParams(f->conn,
	                             "UPDATE talent.known_name k SET rule = $2::smallint, joined = j.joined,"
	                             " ordered = j.ordered FROM json_to_recordset($1::json)"
	                             " j (person uuid, n int, joined text, ordered text)"
	                             " WHERE k.person = j.person AND k.n = j.n",
	                             2, NULL, values, NULL, NULL, 0);
	int r = PQresultStatus(res) == PGRES_COMMAND_OK ? 0 : failed(f, res);
	PQclear(res);
	buf_free(&keys);
	return r;
}

/* 1: there may be more; 0: all are done. */
static int fill_batch(struct filling *f)
{
	char rule[12], limit[12];
	snprintf(rule, sizeof rule, "%d", NAME_KEY_RULE);
	snprintf(limit, sizeof limit, "%d", BATCH);
	const char *values[] = {f->person, f->n, rule, limit};
	PGresult *res = PQexecParams(f->conn,
	                             "SELECT person, n, name FROM talent.known_name"
	                             " WHERE (person, n) > ($1::uuid, $2::int) AND name IS NOT NULL"
	                             " AND rule IS DISTINCT FROM $3::smallint ORDER BY person, n LIMIT $4::int",
	                             4, NULL, values, NULL, NULL, 0);
	int n = rows_n(res), r = PQresultStatus(res) == PGRES_TUPLES_OK ? 0 : failed(f, res);
	if (r == 0 && n > 0) {
		r = store(f, res);
		snprintf(f->person, sizeof f->person, "%s", row_cstr(res, n - 1, 0));
		snprintf(f->n, sizeof f->n, "%s", row_cstr(res, n - 1, 1));
		f->filled += n;
	}
	PQclear(res);
	return r < 0 ? r : n == BATCH;
}

static void report_filled(const struct filling *f, migrate_report_fn *report, void *arg)
{
	char line[LISTED_TEXT + 160];
	if (f->filled == 0 || !report)
		return;
	snprintf(line, sizeof line, "made the keys of %" PRId64 " names", f->filled);
	report(arg, line);
	if (f->respelled == 0)
		return;
	snprintf(line, sizeof line, "names that would be written otherwise today: %" PRId64 ", of people %.*s%s",
	         f->respelled, (int)f->respelled_ids.n, f->respelled_ids.p, f->respelled > LISTED ? ", ..." : "");
	report(arg, line);
}

/* Of each group, the ids. */
static const char may_be_one_sql[] =
	"SELECT count(*), string_agg(x.ids, ', ') FILTER (WHERE x.i <= 20) FROM ("
	" SELECT string_agg(p.id::text, ' and ' ORDER BY p.created_at, p.id) AS ids, row_number() OVER () AS i"
	" FROM talent.name_in_force f"
	" JOIN talent.person p ON p.id = f.person"
	" JOIN talent.known_name k ON k.person = p.id AND k.name = f.name"
	"  AND k.n = (SELECT max(l.n) FROM talent.known_name l WHERE l.person = p.id)"
	" GROUP BY k.ordered, p.id_type, p.id_masked"
	" HAVING count(*) > 1 AND count(DISTINCT f.name) > 1) x";

static int report_may_be_one(struct filling *f, migrate_report_fn *report, void *arg)
{
	PGresult *res = PQexec(f->conn, may_be_one_sql);
	int r = PQresultStatus(res) == PGRES_TUPLES_OK ? 0 : failed(f, res);
	int64_t n = r == 0 ? row_i64(res, 0, 0) : 0;
	char line[4096];
	if (n > 0 && report) {
		snprintf(line, sizeof line,
		         "people who may be one (names that are one as compared, documents that end alike): %" PRId64 " (%s%s)",
		         n, row_cstr(res, 0, 1), n > LISTED ? ", ..." : "");
		report(arg, line);
	}
	PQclear(res);
	return r;
}

static bool has_names(PGconn *conn)
{
	PGresult *res = PQexec(conn, "SELECT to_regclass('talent.known_name') IS NOT NULL");
	bool has = PQresultStatus(res) == PGRES_TUPLES_OK && row_bool(res, 0, 0);
	PQclear(res);
	return has;
}

int person_names(PGconn *conn, migrate_report_fn *report, void *arg, char why[static MIGRATE_TEXT])
{
	struct filling f = {.conn = conn, .why = why, .person = "00000000-0000-0000-0000-000000000000", .n = "0", .respelled_ids = BUF_INIT(LISTED_TEXT)};
	int r = has_names(conn) ? 1 : 0;
	if (r == 0)
		return 0;
	while (r == 1)
		r = fill_batch(&f);
	if (r == 0) {
		report_filled(&f, report, arg);
		r = report_may_be_one(&f, report, arg);
	}
	buf_free(&f.respelled_ids);
	return r;
}
