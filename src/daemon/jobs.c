/* daemon/jobs.c - the process for work that nobody waits for (jobs/jobs.h). Until the database
 * has shown a schema that fits, it asks for it; a wrong one stops the daemon. */
#include "jobs/jobs.h"


#include "base/outcome.h"
#include "daemon/boot.h"
#include "daemon/exit.h"
#include "daemon/life.h"
#include "daemon/process.h"
#include "daemon/recorder.h"
#include "daemon/schema.h"
#include "daemon/service.h"
#include "telemetry/shared.h"

struct jobs_process {
	struct life life;
	struct loop_timer schema;
	struct service *service;
	struct jobs *jobs;
	char journal[RECORDER_PATH];
	int status;
};

static void stop(struct jobs_process *p, int status)
{
	p->status = status;
	life_end(&p->life);
}

static int begin_work(struct jobs_process *p)
{
	const struct boot *boot = p->life.child->kind->arg;
	char database[CONF_CONNINFO_TEXT];
	const struct service_parts parts = {
		.child = p->life.child,
		.loop = p->life.loop,
		.conf = p->life.conf,
		.database = conf_database_jobs(p->life.conf, database),
		.secrets = boot->secrets,
		.routes = internal_routes,
		.helpers = &boot->helpers,
	};
	int status = service_new(&parts, &p->service);
	if (status != 0)
		return status;
	const struct jobs_conf conf = {
		.loop = p->life.loop,
		.db = service_db(p->service),
		.app = service_app(p->service),
		.outbox = service_outbox(p->service),
		.metrics = shared_metrics(p->life.child->shared, p->life.child->slot),
		.journal = p->journal,
		.log = &p->life.child->ctx,
	};
	p->jobs = jobs_new(&conf);
	return p->jobs ? 0 : EXIT_TROUBLE;
}

static void ask_schema(void *arg)
{
	struct jobs_process *p = arg;
	int status;
	enum schema_state state = schema_check(p->life.child);
	if (state == SCHEMA_FITS)
		state = schema_check_logins(p->life.child);
	switch (state) {
	case SCHEMA_FITS:
		schema_name_settings(p->life.child); /* once a host */
		status = begin_work(p);
		if (status != 0)
			stop(p, status);
		break;
	case SCHEMA_AWAY:
		loop_timer_after(&p->schema, SECONDS(2));
		break;
	case SCHEMA_REFUSED:
		stop(p, EXIT_CONF);
		break;
	}
}

static void drained(void *arg)
{
	struct jobs_process *p = arg;
	life_end(&p->life);
}

/* Work in flight is let go; what it leaves behind is put in order first. */
static void drain(void *arg)
{
	struct jobs_process *p = arg;
	loop_timer_stop(&p->schema);
	jobs_free(p->jobs);
	p->jobs = NULL;
	if (p->service)
		service_drain(p->service, drained, p);
	else
		life_end(&p->life);
}

static int run(struct child *child)
{
	static const struct life_ops OPS = {.drain = drain};
	struct jobs_process p = {.status = EXIT_DONE};
	if (recorder_path(child->conf, p.journal) != 0)
		return EXIT_CONF;
	if (life_start(&p.life, child, &OPS, &p) != 0)
		return EXIT_TROUBLE;
	loop_timer_init(&p.schema, p.life.loop, ask_schema, &p);
	loop_timer_after(&p.schema, (struct duration){0});
	life_ready(&p.life);
	int status = life_run(&p.life);
	loop_timer_stop(&p.schema);
	jobs_free(p.jobs);
	service_free(p.service);
	life_finish(&p.life);
	return p.status ? p.status : status;
}

const struct process jobs_process = {.name = "jobs", .run = run, .needs = NEEDS_SECRETS};
