/* daemon/schema.c - a worker asks before it serves. With the database away it serves 503, and
 * the process for background jobs keeps asking, so a database that comes back with a wrong schema is found out. */
#include "daemon/schema.h"

#include "db/login.h"
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

static enum schema_state check_login(const struct child *c, const char *conninfo, enum login_for purpose)
{
	char why[LOGIN_TEXT] = "";
	struct login login = {0};
	if (login_ask(conninfo, &login, why) != 0)
		return SCHEMA_AWAY;
	if (login_fits(&login, purpose, why))
		return SCHEMA_FITS;
	log_error(&c->ctx, "login_refused", LOG_S("cause", why));
	return SCHEMA_REFUSED;
}

enum schema_state schema_check_logins(const struct child *c)
{
	char text[CONF_CONNINFO_TEXT];
	enum schema_state worker = check_login(c, c->conf->database, LOGIN_WORKER);
	enum schema_state jobs = check_login(c, conf_database_jobs(c->conf, text), LOGIN_JOBS);
	return worker > jobs ? worker : jobs; /* refused before away before fits */
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
