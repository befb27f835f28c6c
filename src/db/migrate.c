/* db/migrate.c - what is applied is compared with what is compiled in, name by name.
 *
 * A migration's text and its row in talent.schema_migration commit together, so a crash leaves
 * either both or neither and running again goes on where it stopped. The advisory lock belongs to
 * the session: it ends with the connection, whatever happens. Functions are replaced in place so
 * that daemons of the version before keep calling what they know; only where PostgreSQL refuses
 * that (another result type) the old function is dropped first, in the same transaction. */
#include "db/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/outcome.h"
#include "crypt/digest.h"
#include "db/fill.h"
#include "db/older_rows.h"
#include "db/person_names.h"
#include "db/rows.h"
#include "db/session.h"

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

/* The server's reason on one line; libpq's own when there was no server. */
static const char *reason(const PGresult *res)
{
	const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	return primary ? primary : "the connection was lost";
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
		         line_of(text, position), reason(res));
	}
	PQclear(res);
	return ok ? 0 : E_REFUSED;
}

static int record(struct migrate *m, const struct migration_file *f, const char *name,
                  const char *checksum)
{
	char number[12], compatible[12];
	snprintf(number, sizeof(number), "%d", f ? f->number : 0);
	snprintf(compatible, sizeof(compatible), "%d", f ? f->compatible : 0);
	const char *values[] = {name, number, checksum, compatible};
	PGresult *res = PQexecParams(
		m->conn,
		"INSERT INTO talent.schema_migration (name, number, checksum, compatible)"
		" VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET checksum ="
		" EXCLUDED.checksum, applied_at = now(), applied_by = session_user",
		4, NULL, values, NULL, NULL, 0);
	bool ok = PQresultStatus(res) == PGRES_COMMAND_OK;
	if (!ok)
		snprintf(m->why, MIGRATE_TEXT, "recording %s failed: %s", name, reason(res));
	PQclear(res);
	return ok ? 0 : E_REFUSED;
}

static void report(struct migrate *m, const char *verb, const char *name)
{
	if (!m->report)
		return;
	char line[256];
	snprintf(line, sizeof(line), "%s %s", verb, name);
	m->report(m->report_arg, line);
}

/* The table itself, and that the daemons' roles may read it. Creating a schema needs a right on
 * the database that the owner role need not have once the schema is there. */
static int prepare(struct migrate *m)
{
	static const char text[] =
		"SET client_min_messages = warning;"
		"DO $$ BEGIN"
		" IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'talent_owner'"
		"  AND pg_has_role(rolname, 'MEMBER')) THEN SET ROLE talent_owner; END IF;"
		" IF to_regnamespace('talent') IS NULL THEN CREATE SCHEMA talent; END IF;"
		" IF to_regclass('talent.schema_migration') IS NULL THEN"
		"  CREATE TABLE talent.schema_migration ("
		"   name text PRIMARY KEY,"
		"   number integer NOT NULL CHECK (number >= 0),"
		"   checksum text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),"
		"   compatible integer NOT NULL DEFAULT 0 CHECK (compatible >= 0),"
		"   applied_at timestamptz NOT NULL DEFAULT now(),"
		"   applied_by text NOT NULL DEFAULT session_user);"
		"  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'talent_worker') THEN"
		"   GRANT USAGE ON SCHEMA talent TO talent_worker;"
		"   GRANT SELECT ON talent.schema_migration TO talent_worker; END IF;"
		"  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'talent_clerk') THEN"
		"   GRANT USAGE ON SCHEMA talent TO talent_clerk;" /* 0021 gives talent_jobs what it has */
		"   GRANT SELECT ON talent.schema_migration TO talent_clerk; END IF;"
		" END IF; END $$";
	return run(m, "preparing talent.schema_migration", text);
}

/* The recorded checksum of name into out; 1 when there is one, 0 when not, negative on failure. */
static int recorded(struct migrate *m, const char *name, char out[static CHECKSUM_TEXT])
{
	PGresult *res = PQexecParams(m->conn,
	                             "SELECT checksum FROM talent.schema_migration WHERE name = $1",
	                             1, NULL, &name, NULL, NULL, 0);
	int ret = PQntuples(res) > 0 ? 1 : 0;
	if (PQresultStatus(res) != PGRES_TUPLES_OK) {
		snprintf(m->why, MIGRATE_TEXT, "reading talent.schema_migration failed: %s",
		         reason(res));
		ret = E_REFUSED;
	} else if (ret) {
		snprintf(out, CHECKSUM_TEXT, "%s", PQgetvalue(res, 0, 0));
	}
	PQclear(res);
	return ret;
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
static int drop_function(struct migrate *m, const char *file)
{
	int n = (int)strcspn(file, ".");
	char text[512];
	snprintf(text, sizeof(text),
	         "DO $$ DECLARE f regprocedure; BEGIN FOR f IN SELECT oid FROM pg_proc WHERE"
	         " pronamespace = 'talent'::regnamespace AND proname = '%.*s'"
	         " LOOP EXECUTE 'DROP FUNCTION ' || f; END LOOP; END $$",
	         n, file);
	return run(m, file, text);
}

static int install_function(struct migrate *m, const struct migration_file *f)
{
	int r = run(m, "SAVEPOINT", "SAVEPOINT f");
	if (r < 0)
		return r;
	PGresult *res = PQexec(m->conn, f->text);
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	bool refused = state && strcmp(state, "42P13") == 0; /* invalid_function_definition */
	bool ok = PQresultStatus(res) == PGRES_COMMAND_OK;
	PQclear(res);
	if (ok)
		return run(m, "RELEASE", "RELEASE f");
	if ((r = run(m, "ROLLBACK", "ROLLBACK TO f")) < 0)
		return r;
	if (refused && (r = drop_function(m, f->name)) < 0)
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
	PGresult *res = PQexec(m->conn, "SELECT max(number) FROM talent.schema_migration");
	int newest = PQntuples(res) == 1 ? (int)row_i64(res, 0, 0) : 0;
	PQclear(res);
	if (newest <= latest(m->set))
		return 0;
	snprintf(m->why, MIGRATE_TEXT,
	         "the database has migration %d, this program knows %d: run the newer talentd's "
	         "`talentd migrate`",
	         newest, latest(m->set));
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

/* Finds name among the rows (name, number, checksum, compatible); -1 when absent. */
static int find(const PGresult *res, const char *name)
{
	for (int i = 0; i < PQntuples(res); i++) {
		if (strcmp(PQgetvalue(res, i, 0), name) == 0)
			return i;
	}
	return -1;
}

static enum migrate_state compare_migrations(struct crypt *c, const PGresult *res,
                                             struct migration_set set, char *why)
{
	char want[CHECKSUM_TEXT];
	for (const struct migration_file *f = set.migrations; f->name; f++) {
		int i = find(res, f->name);
		checksum_file(c, f, want);
		if (i < 0) {
			snprintf(why, MIGRATE_TEXT,
			         "migration %s is not applied: run `talentd migrate`", f->name);
			return MIGRATE_MISSING;
		}
		if (strcmp(PQgetvalue(res, i, 2), want) != 0) {
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
	for (int i = 0; i < PQntuples(res); i++) {
		int number = (int)row_i64(res, i, 1), works = (int)row_i64(res, i, 3);
		if (number <= known)
			continue;
		*ret_newer = true;
		if (works == 0 || works > known) {
			snprintf(why, MIGRATE_TEXT,
			         "the database has %s, which this program cannot work with: "
			         "install the newer talentd",
			         PQgetvalue(res, i, 0));
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
	int i = find(res, FUNCTIONS);
	if (i >= 0 && strcmp(PQgetvalue(res, i, 2), want) == 0)
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
	PGresult *res = PQexec(conn, "SELECT name, number, checksum, compatible"
	                             " FROM talent.schema_migration ORDER BY number");
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	enum migrate_state ret = MIGRATE_AWAY;
	if (!crypt) {
		out_of_memory(why);
	} else if (PQresultStatus(res) == PGRES_TUPLES_OK) {
		ret = compare(crypt, res, set, why);
	} else if (state && (strcmp(state, "42P01") == 0 || strcmp(state, "3F000") == 0)) {
		ret = MIGRATE_MISSING;
		snprintf(why, MIGRATE_TEXT, "the database is empty: run `talentd migrate`");
	} else if (state && strcmp(state, "42501") == 0) {
		ret = MIGRATE_MISSING;
		snprintf(why, MIGRATE_TEXT,
		         "role %s may not read talent.schema_migration: run sql/bootstrap.sql as a "
		         "superuser, then `talentd migrate`",
		         PQuser(conn));
	} else {
		snprintf(why, MIGRATE_TEXT, "reading talent.schema_migration failed: %s",
		         reason(res));
	}
	PQclear(res);
	PQfinish(conn);
	crypt_free(crypt);
	return ret;
}
