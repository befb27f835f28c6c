/* db/migrate.c - what is applied is compared with what is compiled in, name by name.
 *
 * A migration's text and its row in talent.schema_migration commit together, so a crash leaves
 * either both or neither and running again goes on where it stopped. The advisory lock belongs to
 * the session: it ends with the connection, whatever happens. Functions are replaced in place so
 * that daemons of the version before keep calling what they know; only where PostgreSQL refuses
 * that (another result type) the old function is dropped first, in the same transaction. */
#include "db/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/outcome.h"
#include "crypt/digest.h"
#include "db/fill.h"
#include "db/older_rows.h"
#include "db/person_names.h"
#include "sql/functions_named.h"
#include "sql/migration_applied.h"
#include "sql/migration_newest.h"
#include "sql/migration_record.h"
#include "sql/migrations_applied.h"
#include "sql/migrations_prepare.h"

enum { CHECKSUM_TEXT = 65 };

#define LOCK_SQL "SELECT pg_advisory_lock(32760346905572452)" /* the letters "talentd" */

/* The set of functions is one row under this name. */
#define FUNCTIONS "functions"

struct migrate {
	PGconn *conn;
	struct crypt *crypt;
	struct migration_set set;
	migrate_report_fn *report;
	void *report_arg;
	char *why;
};

struct migration_set migration_set_builtin(void)
{
	return (struct migration_set){migrations, function_files};
}

static void hex(const uint8_t md[static SHA256_SIZE], char out[static CHECKSUM_TEXT])
{
	for (int i = 0; i < SHA256_SIZE; i++)
		snprintf(out + (ptrdiff_t)2 * i, 3, "%02x", md[i]);
}

static void checksum_file(struct crypt *c, const struct migration_file *f,
                          char out[static CHECKSUM_TEXT])
{
	uint8_t md[SHA256_SIZE];
	sha256(c, slice_of(f->text), md);
	hex(md, out);
}

/* Over names and texts with their NULs, so that an empty file more or two swapped ones count. */
static int checksum_functions(struct crypt *c, struct migration_set set,
                              char out[static CHECKSUM_TEXT])
{
	uint8_t md[SHA256_SIZE];
	struct sha256_state *s = sha256_new(c);
	if (!s)
		return E_NOMEM;
	for (const struct migration_file *f = set.functions; f->name; f++) {
		sha256_update(s, slice_from(f->name, strlen(f->name) + 1));
		sha256_update(s, slice_from(f->text, strlen(f->text) + 1));
	}
	sha256_final(s, md);
	sha256_free(s);
	hex(md, out);
	return 0;
}

static int latest(struct migration_set set)
{
	int n = 0;
	for (const struct migration_file *f = set.migrations; f->name; f++)
		n = f->number;
	return n;
}

static int line_of(const char *text, const char *position)
{
	int line = 1;
	for (long left = position ? strtol(position, NULL, 10) : 0; left > 1 && *text; text++) {
		if (*text == '\n')
			line++;
		if (((unsigned char)*text & 0xc0) != 0x80) /* positions count characters */
			left--;
	}
	return line;
}

static int out_of_memory(char *why)
{
	snprintf(why, MIGRATE_TEXT, "out of memory, or OpenSSL has no SHA-256");
	return E_REFUSED;
}

/* Runs text; on failure writes the sentence: what, at which line, and the server's reason. */
static int run(struct migrate *m, const char *what, const char *text)
{
	PGresult *res = PQexec(m->conn, text);
	ExecStatusType s = PQresultStatus(res);
	bool ok = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_EMPTY_QUERY;
	if (!ok) {
		const char *position = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
		snprintf(m->why, MIGRATE_TEXT, "%s failed at line %d: %s", what,
		         line_of(text, position), session_reason(res));
	}
	PQclear(res);
	return ok ? 0 : E_REFUSED;
}

/* A call of sql/session; on failure writes the sentence that begins with what. */
static int ask(struct migrate *m, struct session_call call, const char *what, const char *name, PGresult **ret)
{
	char reason[SESSION_REASON];
	int r = session_ask(m->conn, call, ret, reason, sizeof reason);
	if (r < 0)
		snprintf(m->why, MIGRATE_TEXT, "%s %s failed: %s", what, name, reason);
	return r;
}

static int record(struct migrate *m, const struct migration_file *f, const char *name,
                  const char *checksum)
{
	PGresult *res;
	int r = ask(m, MIGRATION_RECORD_CALL(slice_of(name), f ? f->number : 0, slice_of(checksum), f ? f->compatible : 0),
	            "recording", name, &res);
	PQclear(res);
	return r;
}

static void report(struct migrate *m, const char *verb, const char *name)
{
	if (!m->report)
		return;
	char line[256];
	snprintf(line, sizeof(line), "%s %s", verb, name);
	m->report(m->report_arg, line);
}

/* The table itself, and that the daemons' roles may read it. */
static int prepare(struct migrate *m)
{
	PGresult *res;
	int r = run(m, "talent.schema_migration", "SET client_min_messages = warning");
	if (r < 0)
		return r;
	r = ask(m, MIGRATIONS_PREPARE_CALL(), "preparing", "talent.schema_migration", &res);
	PQclear(res);
	return r;
}

/* The recorded checksum of name into out; 1 when there is one, 0 when not, negative on failure. */
static int recorded(struct migrate *m, const char *name, char out[static CHECKSUM_TEXT])
{
	PGresult *res;
	int r = ask(m, MIGRATION_APPLIED_CALL(slice_of(name)), "reading", "talent.schema_migration", &res);
	if (r == 0 && rows_n(res) > 0) {
		struct migration_applied_row row;
		migration_applied_read(res, 0, &row);
		snprintf(out, CHECKSUM_TEXT, "%.*s", SLICE_ARGS(row.checksum));
		r = 1;
	}
	PQclear(res);
	return r;
}

static int apply(struct migrate *m, const struct migration_file *f)
{
	char have[CHECKSUM_TEXT], want[CHECKSUM_TEXT];
	checksum_file(m->crypt, f, want);
	int r = recorded(m, f->name, have);
	if (r < 0)
		return r;
	if (r > 0 && strcmp(have, want) == 0)
		return 0;
	if (r > 0) {
		snprintf(m->why, MIGRATE_TEXT,
		         "migration %s was applied with another text than this program has; "
		         "migrations never change: restore the released file",
		         f->name);
		return E_REFUSED;
	}
	if ((r = run(m, "BEGIN", "BEGIN")) < 0 || (r = run(m, f->name, f->text)) < 0 ||
	    (r = record(m, f, f->name, want)) < 0)
		return r; /* the connection is closed next, which rolls back */
	if ((r = run(m, f->name, "COMMIT")) == 0)
		report(m, "applied", f->name);
	return r;
}

/* "foo.sql" -> every talent.foo, for the case that CREATE OR REPLACE cannot replace. */
static int drop_functions(struct migrate *m, const char *file)
{
	PGresult *res;
	struct slice name = slice_from(file, strcspn(file, "."));
	int r = ask(m, FUNCTIONS_NAMED_CALL(name), "looking for", file, &res);
	for (int i = 0; r == 0 && i < rows_n(res); i++) {
		struct functions_named_row row;
		char text[1024];
		functions_named_read(res, i, &row);
		snprintf(text, sizeof(text), "DROP FUNCTION %.*s", SLICE_ARGS(row.signature));
		r = run(m, file, text);
	}
	PQclear(res);
	return r;
}

static int install_function(struct migrate *m, const struct migration_file *f)
{
	int r = run(m, "SAVEPOINT", "SAVEPOINT f");
	if (r < 0)
		return r;
	PGresult *res = PQexec(m->conn, f->text);
	bool refused = strcmp(session_state(res), "42P13") == 0; /* invalid_function_definition */
	bool ok = PQresultStatus(res) == PGRES_COMMAND_OK;
	PQclear(res);
	if (ok)
		return run(m, "RELEASE", "RELEASE f");
	if ((r = run(m, "ROLLBACK", "ROLLBACK TO f")) < 0)
		return r;
	if (refused && (r = drop_functions(m, f->name)) < 0)
		return r;
	return run(m, f->name, f->text);
}

static int apply_functions(struct migrate *m)
{
	char have[CHECKSUM_TEXT], want[CHECKSUM_TEXT];
	int r = checksum_functions(m->crypt, m->set, want);
	if (r < 0)
		return out_of_memory(m->why);
	r = recorded(m, FUNCTIONS, have);
	if (r < 0 || (r > 0 && strcmp(have, want) == 0))
		return r < 0 ? r : 0;
	if ((r = run(m, "BEGIN", "BEGIN; SET LOCAL check_function_bodies = off")) < 0)
		return r;
	for (const struct migration_file *f = m->set.functions; f->name; f++) {
		if ((r = install_function(m, f)) < 0)
			return r;
	}
	if ((r = record(m, NULL, FUNCTIONS, want)) < 0 || (r = run(m, FUNCTIONS, "COMMIT")) < 0)
		return r;
	report(m, "installed", FUNCTIONS);
	return 0;
}

/* A database ahead of this program is not touched: installing our functions would take the newer
 * program's away. */
static int refuse_newer(struct migrate *m)
{
	struct migration_newest_row newest = {0};
	PGresult *res;
	int r = ask(m, MIGRATION_NEWEST_CALL(), "reading", "talent.schema_migration", &res);
	if (r == 0)
		migration_newest_read(res, 0, &newest);
	PQclear(res);
	if (r < 0 || newest.number.v <= latest(m->set))
		return r;
	snprintf(m->why, MIGRATE_TEXT,
	         "the database has migration %" PRId64 ", this program knows %d: run the newer talentd's "
	         "`talentd migrate`",
	         newest.number.v, latest(m->set));
	return E_REFUSED;
}

int migrate_run(const char *conninfo, struct migration_set set, migrate_report_fn *report_fn,
                void *arg, char why[static MIGRATE_TEXT])
{
	struct migrate m = {.set = set, .report = report_fn, .report_arg = arg, .why = why};
	why[0] = '\0';
	int r = E_REFUSED;
	m.crypt = crypt_new();
	if (!m.crypt) {
		out_of_memory(why);
		goto done;
	}
	if (session_open(conninfo, "talentd migrate", &m.conn, why, MIGRATE_TEXT) < 0)
		goto done;
	if ((r = run(&m, "taking the migration lock", LOCK_SQL)) < 0 || (r = prepare(&m)) < 0 ||
	    (r = refuse_newer(&m)) < 0)
		goto done;
	for (const struct migration_file *f = set.migrations; f->name && r == 0; f++)
		r = apply(&m, f);
	if (r == 0)
		r = apply_functions(&m);
	if (r == 0)
		r = fill_programmes(m.conn, report_fn, arg, why);
	if (r == 0)
		r = person_names(m.conn, report_fn, arg, why);
	if (r == 0)
		r = older_rows_report(m.conn, report_fn, arg, why);
done:
	PQfinish(m.conn);
	crypt_free(m.crypt);
	return r;
}

/* Finds what is applied under a name; false when nothing is. */
static bool find(const PGresult *res, const char *name, struct migrations_applied_row *ret)
{
	for (int i = 0; i < rows_n(res); i++) {
		migrations_applied_read(res, i, ret);
		if (slice_is(ret->name, name))
			return true;
	}
	return false;
}

static enum migrate_state compare_migrations(struct crypt *c, const PGresult *res,
                                             struct migration_set set, char *why)
{
	char want[CHECKSUM_TEXT];
	for (const struct migration_file *f = set.migrations; f->name; f++) {
		struct migrations_applied_row applied;
		checksum_file(c, f, want);
		if (!find(res, f->name, &applied)) {
			snprintf(why, MIGRATE_TEXT,
			         "migration %s is not applied: run `talentd migrate`", f->name);
			return MIGRATE_MISSING;
		}
		if (!slice_is(applied.checksum, want)) {
			snprintf(why, MIGRATE_TEXT,
			         "migration %s was applied with another text than this program "
			         "has: install the released talentd, or restore the database",
			         f->name);
			return MIGRATE_ALTERED;
		}
	}
	return MIGRATE_CURRENT;
}

/* Migrations that this program does not know. */
static enum migrate_state judge_newer(const PGresult *res, int known, char *why, bool *ret_newer)
{
	*ret_newer = false;
	for (int i = 0; i < rows_n(res); i++) {
		struct migrations_applied_row m;
		migrations_applied_read(res, i, &m);
		if (m.number <= known)
			continue;
		*ret_newer = true;
		if (m.compatible == 0 || m.compatible > known) {
			snprintf(why, MIGRATE_TEXT,
			         "the database has %.*s, which this program cannot work with: "
			         "install the newer talentd",
			         SLICE_ARGS(m.name));
			return MIGRATE_NEWER;
		}
	}
	return MIGRATE_CURRENT;
}

static enum migrate_state compare(struct crypt *c, const PGresult *res, struct migration_set set,
                                  char *why)
{
	char want[CHECKSUM_TEXT];
	bool newer = false;
	enum migrate_state state = compare_migrations(c, res, set, why);
	if (state == MIGRATE_CURRENT)
		state = judge_newer(res, latest(set), why, &newer);
	if (state != MIGRATE_CURRENT || newer)
		return state; /* a newer database has the newer program's functions */
	if (checksum_functions(c, set, want) < 0) {
		out_of_memory(why);
		return MIGRATE_AWAY;
	}
	struct migrations_applied_row applied;
	if (find(res, FUNCTIONS, &applied) && slice_is(applied.checksum, want))
		return MIGRATE_CURRENT;
	snprintf(why, MIGRATE_TEXT,
	         "the database's functions are not this program's: run `talentd migrate`");
	return MIGRATE_MISSING;
}

enum migrate_state migrate_check(const char *conninfo, struct migration_set set,
                                 char why[static MIGRATE_TEXT])
{
	PGconn *conn;
	why[0] = '\0';
	if (session_open(conninfo, "talentd check", &conn, why, MIGRATE_TEXT) < 0)
		return MIGRATE_AWAY;
	struct crypt *crypt = crypt_new();
	PGresult *res;
	char reason[SESSION_REASON];
	int r = session_ask(conn, MIGRATIONS_APPLIED_CALL(), &res, reason, sizeof reason);
	const char *state = session_state(res);
	enum migrate_state ret = MIGRATE_AWAY;
	if (!crypt) {
		out_of_memory(why);
	} else if (r == 0) {
		ret = compare(crypt, res, set, why);
	} else if (strcmp(state, "42P01") == 0 || strcmp(state, "3F000") == 0) {
		ret = MIGRATE_MISSING;
		snprintf(why, MIGRATE_TEXT, "the database is empty: run `talentd migrate`");
	} else if (strcmp(state, "42501") == 0) {
		ret = MIGRATE_MISSING;
		snprintf(why, MIGRATE_TEXT,
		         "role %s may not read talent.schema_migration: run sql/bootstrap.sql as a "
		         "superuser, then `talentd migrate`",
		         PQuser(conn));
	} else {
		snprintf(why, MIGRATE_TEXT, "reading talent.schema_migration failed: %s", reason);
	}
	PQclear(res);
	PQfinish(conn);
	crypt_free(crypt);
	return ret;
}
