/* jobs/run.h - one job at work in this process (jobs/run.c draws its states). */
#pragma once

#include "jobs/job.h"
#include "loop/loop.h"
#include "telemetry/log.h"

struct exchange_app;
struct job_run; /* opaque */
struct outbox;
struct standby;

struct job_conf {
	struct loop *loop;
	struct db *db;
	const struct exchange_app *app; /* serves the jobs' paths */
	struct outbox *outbox;  /* for claims that are let go at the end; NULL in tests: their time passes */
	const struct standby *standby; /* while COMMITs wait for it nothing is begun */
	const char *owner; /* whose claims these are: no other process has that name */
	struct metrics *metrics; /* of this process; NULL in tests */
	const struct log_ctx *log;
};

/* Starts in the next turn. Everything in conf, and conf itself, outlives it. NULL when out of memory. */
struct job_run *job_run_new(const struct job_conf *conf, const struct job *job);

/* What is in flight is let go; what was claimed and is not done is anybody's. NULL is allowed. */
void job_run_free(struct job_run *r);
