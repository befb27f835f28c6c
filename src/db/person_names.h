/* db/person_names.h - the keys by which people's names are compared, of rows that have none yet or those of
 * another rule (text/fold.h): the database keeps them, and has no rule of its own. */
#pragma once

#include <libpq-fe.h>

#include "db/migrate.h"

/* Makes them, some thousands in a statement, and reports how many. Says then, by the ids of people and never
 * by what they are called: which of those names would be written otherwise if they were handed in today, and
 * which people have names of different spelling that are one as compared, and documents of the same type whose visible
 * ends are the same: they may be one person. They are listed, not merged. A schema without names has none.
 * Returns 0, or E_REFUSED with a sentence in why; then calling again goes on where it stopped. */
MUSTUSE int person_names(PGconn *conn, migrate_report_fn *report, void *arg, char why[static MIGRATE_TEXT]);
