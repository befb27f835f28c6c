/* db/older_rows.h - constraints that bind new rows only, and the older rows that break them.
 *
 * A migration adds a constraint to a filled table as NOT VALID: new rows keep it from that moment
 * on, older ones are not lost because of it. After the migrations each such constraint is either
 * made valid, or the rows that stand against it are named by their keys. */
#pragma once

#include <libpq-fe.h>

#include "db/migrate.h"

/* Reports one line for each constraint that older rows break, with their number and the keys of
 * the first; nothing for one that every row keeps, which is valid from now on. Returns 0, or
 * E_REFUSED with a sentence in why. Blocks no writer of the tables it reads. */
MUSTUSE int older_rows_report(PGconn *conn, migrate_report_fn *report, void *arg,
                              char why[static MIGRATE_TEXT]);
