/* db/fill.h - figures that a migration opened, filled with what was recorded before.
 *
 * What programmes count is data (talent.programme_measure); nothing is counted or shown of what is not
 * filled. Reading years of rows takes its time, and needs the functions: so it follows them. */
#pragma once

#include <libpq-fe.h>

#include "db/migrate.h"

/* Fills each programme in a transaction of its own, during which nobody counts (sql/functions/
 * _programme_fill.sql). Reports one line for each. A schema without programmes has nothing to fill.
 * Returns 0, or E_REFUSED with a sentence in why; then calling again goes on where it stopped. */
MUSTUSE int fill_programmes(PGconn *conn, migrate_report_fn *report, void *arg,
                            char why[static MIGRATE_TEXT]);
