/* db/settings.h - what each connection says about itself when it begins.
 *
 * Everything that the program's statements rely on is sent with every connection, where it wins
 * over what stands in the database: a role may ALTER ROLE itself, and an installation may have
 * defaults of its own. What only a superuser may set stands in sql/bootstrap.sql. */
#pragma once

#include <libpq-fe.h>

#include "db/db.h"

/* For libpq's "options" keyword, of a lane's connections. */
const char *settings_of_lane(enum db_lane lane);

/* Of connections that migrate and check: no limits of time. */
extern const char settings_of_session[];

/* How long a statement of DB_LONG may run. */
enum { SETTINGS_LONG_S = 300 };

/* One setting of the database's own that neither bootstrap.sql nor this program made, as a whole
 * sentence with its remedy. */
typedef void settings_foreign_fn(void *arg, const char *sentence);

/* Names those that hold for this program's roles in this database, for every role in it, or for
 * these roles everywhere. Returns 0, E_CLOSED (conninfo cannot be used now) or E_REFUSED (the
 * server did not answer the question). Blocks. */
MUSTUSE int settings_foreign(const char *conninfo, settings_foreign_fn *each, void *arg);
