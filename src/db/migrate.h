/* db/migrate.h - the schema's version: bringing a database up to date, and refusing to serve one
 * that is not.
 *
 * sql/migrations/NNNN_name.sql are numbered and never change once released; sql/functions/NAME.sql
 * are one repeatable set, installed again whenever any of them changed. Both are compiled into the
 * program. What was applied, by whom, when and with which SHA-256 stands in
 * talent.schema_migration. These calls block: they belong to the start, never onto the loop. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct migration_file {
	const char *name; /* "0001_base.sql", or a function file's name */
	const char *text;
	int number;       /* 0 for function files */
	int compatible;   /* header "-- compatible-with: N": programs that know N may go on; else 0 */
};

/* What the build found in sql/, each ended by an entry of NULLs. Migrations by number; functions
 * in the order they are installed, those whose name begins with '_' first. */
extern const struct migration_file migrations[];
extern const struct migration_file function_files[];

/* Another set than the compiled-in one (tests). */
struct migration_set {
	const struct migration_file *migrations, *functions;
};
struct migration_set migration_set_builtin(void);

enum { MIGRATE_TEXT = 512 };

/* One line of progress, e.g. "applied 0003_numbers.sql"; or of what older rows break, each time
 * (db/older_rows.h). */
typedef void migrate_report_fn(void *arg, const char *line);

/* Applies what is missing, each migration in a transaction of its own, all under one advisory lock
 * (a second caller waits for the first, then finds nothing to do). Works as talent_owner when the
 * login may become it. Returns 0, or E_REFUSED with one sentence in why (cause and remedy). */
MUSTUSE int migrate_run(const char *conninfo, struct migration_set set, migrate_report_fn *report,
                        void *arg, char why[static MIGRATE_TEXT]);

enum migrate_state {
	MIGRATE_CURRENT = 0, /* serve; also when the database is newer and says it is compatible */
	MIGRATE_MISSING,     /* something is not applied: `talentd migrate` */
	MIGRATE_ALTERED,     /* a checksum differs from the program's */
	MIGRATE_NEWER,       /* the database is newer than this program can work with */
	MIGRATE_AWAY,        /* could not be asked: try again later */
};

/* What the daemon asks at boot. why is a sentence with the remedy, empty when current. */
enum migrate_state migrate_check(const char *conninfo, struct migration_set set,
                                 char why[static MIGRATE_TEXT]);
