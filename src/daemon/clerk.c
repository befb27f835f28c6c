/* daemon/clerk.c - the process for work that nobody waits for (clerk/clerk.h). Until the database
 * has shown a schema that fits, it asks for it; a wrong one stops the daemon. */
#include "clerk/clerk.h"

#include <stdio.h>

#include "base/outcome.h"
#include "daemon/boot.h"
#include "daemon/exit.h"
#include "daemon/life.h"
#include "daemon/process.h"
#include "daemon/recorder.h"
#include "daemon/schema.h"
#include "daemon/service.h"

enum { CONNINFO_TEXT = 2100 };

struct clerk_process {
	struct life life;
	struct loop_timer schema;
	struct service *service;
	struct clerk *clerk;
	char journal[RECORDER_PATH];
	int status;
};

static void stop(struct clerk_process *c, int status)
{
	c->status = status;
	life_end(&c->life);
}

/* In a keyword string a later user= takes the place of an earlier one. */
static const char *database_of(const struct conf *conf, char text[static CONNINFO_TEXT])
{
	if (*conf->database_clerk)
		return conf->database_clerk;
	snprintf(text, CONNINFO_TEXT, "%s user=talent_clerk", conf->database);
	return text;
}

static int begin_work(struct clerk_process *c)
{
	const struct boot *boot = c->life.child->kind->arg;
	char database[CONNINFO_TEXT];
	const struct service_parts parts = {
		.child = c->life.child,
		.loop = c->life.loop,
		.conf = c->life.conf,
		.database = database_of(c->life.conf, database),
		.secrets = boot->secrets,
		.routes = clerk_routes,
		.helpers = &boot->helpers,
	};
	int status = service_new(&parts, &c->service);
	if (status != 0)
		return status;
	const struct clerk_conf conf = {
		.loop = c->life.loop,
		.db = service_db(c->service),
		.app = service_app(c->service),
		.journal = c->journal,
		.log = &c->life.child->ctx,
	};
	c->clerk = clerk_new(&conf);
	return c->clerk ? 0 : EXIT_TROUBLE;
}

static void ask_schema(void *arg)
{
	struct clerk_process *c = arg;
	int status;
	switch (schema_check(c->life.child)) {
	case SCHEMA_FITS:
		schema_name_settings(c->life.child); /* once a host: by its clerk */
		status = begin_work(c);
		if (status != 0)
			stop(c, status);
		break;
	case SCHEMA_AWAY:
		loop_timer_after(&c->schema, SECONDS(2));
		break;
	case SCHEMA_REFUSED:
		stop(c, EXIT_CONF);
		break;
	}
}

static void drained(void *arg)
{
	struct clerk_process *c = arg;
	life_end(&c->life);
}

/* Work in flight is let go; what it leaves behind is put in order first. */
static void drain(void *arg)
{
	struct clerk_process *c = arg;
	loop_timer_stop(&c->schema);
	clerk_free(c->clerk);
	c->clerk = NULL;
	if (c->service)
		service_drain(c->service, drained, c);
	else
		life_end(&c->life);
}

static int run(struct child *child)
{
	static const struct life_ops OPS = {.drain = drain};
	struct clerk_process c = {.status = EXIT_DONE};
	if (recorder_path(child->conf, c.journal) != 0)
		return EXIT_CONF;
	if (life_start(&c.life, child, &OPS, &c) != 0)
		return EXIT_TROUBLE;
	loop_timer_init(&c.schema, c.life.loop, ask_schema, &c);
	loop_timer_after(&c.schema, (struct duration){0});
	life_ready(&c.life);
	int status = life_run(&c.life);
	loop_timer_stop(&c.schema);
	clerk_free(c.clerk);
	service_free(c.service);
	life_finish(&c.life);
	return c.status ? c.status : status;
}

const struct process clerk_process = {.name = "clerk", .run = run, .needs = NEEDS_SECRETS};
