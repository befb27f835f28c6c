/* daemon/check_database.c - the two logins, as the user whose processes will use them: PostgreSQL may
 * judge by who connects (peer), and a passfile may be his alone. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "daemon/check.h"
#include "daemon/child.h"
#include "daemon/service.h"
#include "db/login.h"
#include "db/migrate.h"
#include "db/settings.h"

/* 0: connected. */
static int check_login(struct check_report *k, const void *field, const char *conninfo, enum login_for purpose,
                       struct login *ret)
{
	char why[LOGIN_TEXT] = "";
	int rc = login_ask(conninfo, ret, why);
	if (rc != 0 || !login_fits(ret, purpose, why))
		check_refuse(k, field, "%s", why);
	return rc;
}

static void on_foreign(void *arg, const char *sentence)
{
	struct check_report *k = arg;
	check_warn(k, &k->conf->database, "%s", sentence);
}

/* Named, not refused: whoever set it may have reasons, and what we rely on is sent anyway. */
static void check_settings(struct check_report *k)
{
	if (settings_foreign(k->conf->database, on_foreign, k) != 0)
		check_refuse(k, &k->conf->database, "its settings cannot be read");
}

static void check_schema(struct check_report *k)
{
	char why[MIGRATE_TEXT] = "";
	if (migrate_check(k->conf->database, migration_set_builtin(), why) != MIGRATE_CURRENT)
		check_refuse(k, &k->conf->database, "%s", why);
}

static void check_connections(struct check_report *k, const struct login *l)
{
	const struct conf *c = k->conf;
	size_t wanted = conf_workers(c) * service_connections(c);
	if ((int64_t)(wanted + service_connections(c)) > l->connections)
		check_refuse(k, &c->database_connections,
		             "%zu connections are wanted (%zu workers, and %zu for background jobs) and this login "
		             "gets %d at most: fewer workers or connections, or a larger max_connections (or "
		             "CONNECTION LIMIT) in PostgreSQL",
		             wanted + service_connections(c), conf_workers(c),
		             service_connections(c), (int)l->connections);
}

static const void *field_of_jobs(const struct conf *c)
{
	return *c->database_jobs ? &c->database_jobs : &c->database;
}

static void check_jobs(struct check_report *k, const struct login *worker)
{
	char text[CONF_CONNINFO_TEXT];
	struct login jobs = {0};
	const void *field = field_of_jobs(k->conf);
	if (check_login(k, field, conf_database_jobs(k->conf, text), LOGIN_JOBS, &jobs) != 0)
		return;
	if (worker && !login_same_database(worker, &jobs))
		check_refuse(k, field,
		             "background jobs would work in another database (\"%s\") than the workers (\"%s\"): "
		             "nothing would ever be published; name the same one",
		             jobs.database, worker->database);
}

static void check_both(struct check_report *k)
{
	struct login worker = {0};
	bool away = check_login(k, &k->conf->database, k->conf->database, LOGIN_WORKER, &worker) != 0;
	if (!away) {
		check_schema(k);
		check_settings(k);
		check_connections(k, &worker);
	}
	check_jobs(k, away ? NULL : &worker);
}

void check_database(struct check_report *k, const struct identity *id)
{
	struct identity_own own;
	if (identity_assume(id, &own) != 0) {
		check_refuse(k, &k->conf->user, "cannot become this user to try the database: %s", strerror(errno));
		return;
	}
	check_both(k);
	identity_return(&own);
}
