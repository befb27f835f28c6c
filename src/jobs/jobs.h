/* jobs/jobs.h - work that nobody waits for: the jobs of jobs/list.c, and two watches over this host
 * (compare.h, standby.h). Any number of hosts may run it on one database. */
#pragma once

#include "base/attr.h"
#include "loop/loop.h"
#include "telemetry/log.h"

struct db;
struct exchange_app;
struct jobs; /* opaque */
struct metrics;
struct outbox;

struct jobs_conf {
	struct loop *loop;
	struct db *db; /* logged in as the role for background jobs */
	const struct exchange_app *app; /* serves internal_routes */
	struct outbox *outbox; /* drained by whoever made it; NULL in tests */
	const char *journal; /* path of the registry's journal of this host */
	struct metrics *metrics; /* of this process; NULL in tests */
	const struct log_ctx *log;
};

/* Starts working in the next turn. conf is copied. NULL when out of memory. */
struct jobs *jobs_new(const struct jobs_conf *conf);

/* Work in flight completes in the database unheard; what was claimed and not begun is let go by the
 * outbox. NULL is allowed. */
void jobs_free(struct jobs *j);
