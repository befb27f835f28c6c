/* daemon/schema.h - whether this program may work with the database it finds. */
#pragma once

#include "daemon/child.h"

enum schema_state { SCHEMA_FITS, SCHEMA_AWAY, SCHEMA_REFUSED };

/* Asks, blocking at most a few seconds, and logs what is wrong with its remedy; SCHEMA_AWAY is
 * not logged (who connects says so). REFUSED: return EXIT_CONF, a restart would not help. */
enum schema_state schema_check(const struct child *c);

/* Whether the logins may serve (db/login.h): of workers and of background jobs. Logs and returns as
 * schema_check. */
enum schema_state schema_check_logins(const struct child *c);

/* Logs each setting of the database's own that is foreign (db/settings.h). Blocks like that. */
void schema_name_settings(struct child *c);
