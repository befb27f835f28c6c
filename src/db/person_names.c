/* db/person_names.c - through the rows in the order of their key, a batch after the other. */
#include "db/person_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "base/uuid.h"
#include "sql/names_key.h"
#include "sql/names_unkeyed.h"
#include "sql/persons_may_be_one.h"
#include "sql/relation_known.h"
#include "text/fold.h"
#include "text/jsonw.h"
#include "text/name.h"

enum { BATCH = 2000, BATCH_BYTES = 4 * MIB, LISTED = 20, LISTED_TEXT = LISTED * (UUID_TEXT + 2) };

struct filling {
	PGconn *conn;
	char *why;
	struct uuid person; /* the last one read */
	int64_t n;
	int64_t filled, respelled;
	struct buf respelled_ids;
};

static int failed(struct filling *f, const char *reason)
{
	snprintf(f->why, MIGRATE_TEXT, "making the keys of names failed: %s", reason);
	return E_REFUSED;
}

static bool is_written_so(struct slice name, struct arena *arena)
{
	struct slice today;
	const char *code;
	return name_check(name, arena, &today, &code) == 0 && slice_eq(name, today);
}

static void note_respelled(struct filling *f, struct uuid person)
{
	char id[UUID_TEXT];
	if (f->respelled++ < LISTED) {
		uuid_format(person, id);
		buf_adds(&f->respelled_ids, f->respelled > 1 ? ", " : "");
		buf_adds(&f->respelled_ids, id);
	}
}

/* One row's keys; a name that has none (it was recorded before any check) is compared as it is. */
static int write_keys(struct filling *f, const struct names_unkeyed_row *row, struct arena *arena, struct jsonw *w)
{
	struct name_key key;
	int r = name_key(row->name, FOLD_ALL, arena, &key);
	if (r == E_NOMEM)
		return r;
	if (r < 0)
		key = (struct name_key){row->name, row->name};
	if (!is_written_so(row->name, arena))
		note_respelled(f, row->person);
	jsonw_object(w);
	jsonw_kuuid(w, "person", row->person);
	jsonw_ki64(w, "n", row->n);
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
		struct names_unkeyed_row row;
		names_unkeyed_read(res, i, &row);
		r = write_keys(f, &row, arena, &w);
		arena_reset(arena);
		f->person = row.person;
		f->n = row.n;
	}
	jsonw_end(&w);
	arena_free(arena);
	return r < 0 || buf_failed(out) ? E_NOMEM : 0;
}

static int store(struct filling *f, const PGresult *read)
{
	struct buf keys = BUF_INIT(BATCH_BYTES);
	char reason[SESSION_REASON];
	int r = keys_of(f, read, &keys);
	if (r < 0)
		r = failed(f, "memory is out");
	else if (session_do(f->conn, NAMES_KEY_CALL(buf_slice(&keys), NAME_KEY_RULE), reason, sizeof reason) < 0)
		r = failed(f, reason);
	buf_free(&keys);
	return r;
}

/* 1: there may be more; 0: all are done. */
static int fill_batch(struct filling *f)
{
	PGresult *res;
	char reason[SESSION_REASON];
	if (session_ask(f->conn, NAMES_UNKEYED_CALL(f->person, f->n, NAME_KEY_RULE, BATCH), &res, reason, sizeof reason) < 0) {
		PQclear(res);
		return failed(f, reason);
	}
	int n = rows_n(res), r = n > 0 ? store(f, res) : 0;
	f->filled += n;
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

static int report_may_be_one(struct filling *f, migrate_report_fn *report, void *arg)
{
	PGresult *res;
	char line[4096], reason[SESSION_REASON];
	if (session_ask(f->conn, PERSONS_MAY_BE_ONE_CALL(), &res, reason, sizeof reason) < 0) {
		PQclear(res);
		return failed(f, reason);
	}
	struct persons_may_be_one_row row;
	persons_may_be_one_read(res, 0, &row);
	if (row.groups > 0 && report) {
		snprintf(line, sizeof line,
		         "people who may be one (names that are one as compared, documents that end alike): %" PRId64 " (%.*s%s)",
		         row.groups, SLICE_ARGS(row.ids), row.groups > LISTED ? ", ..." : "");
		report(arg, line);
	}
	PQclear(res);
	return 0;
}

static bool has_names(PGconn *conn)
{
	struct relation_known_row row = {0};
	PGresult *res;
	char reason[SESSION_REASON];
	if (session_ask(conn, RELATION_KNOWN_CALL(SLICE("talent.known_name")), &res, reason, sizeof reason) == 0)
		relation_known_read(res, 0, &row);
	PQclear(res);
	return row.known;
}

int person_names(PGconn *conn, migrate_report_fn *report, void *arg, char why[static MIGRATE_TEXT])
{
	struct filling f = {.conn = conn, .why = why, .respelled_ids = BUF_INIT(LISTED_TEXT)};
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
