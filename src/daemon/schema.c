/* daemon/schema.c - a worker asks before it serves. With the database away it serves 503, and
 * the process for background jobs keeps asking, so a database that comes back with a wrong schema is found out. */
#include "daemon/schema.h"

#include "db/migrate.h"
#include "db/settings.h"

enum schema_state schema_check(const struct child *c)
{
	char why[MIGRATE_TEXT] = "";
	switch (migrate_check(c->conf->database, migration_set_builtin(), why)) {
	case MIGRATE_CURRENT:
		return SCHEMA_FITS;
	case MIGRATE_AWAY:
		return SCHEMA_AWAY;
	case MIGRATE_MISSING:
	case MIGRATE_ALTERED:
	case MIGRATE_NEWER:
		break;
	}
	log_error(&c->ctx, "schema_refused", LOG_S("cause", why));
	return SCHEMA_REFUSED;
}

static void on_foreign(void *arg, const char *sentence)
{
	const struct child *c = arg;
	log_warning(&c->ctx, "database_setting_foreign", LOG_S("cause", sentence));
}

void schema_name_settings(struct child *c)
{
	if (settings_foreign(c->conf->database, on_foreign, c) != 0)
		log_warning(&c->ctx, "database_settings_unread",
		            LOG_S("cause", "the database went away meanwhile"));
}
