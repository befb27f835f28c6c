/* clerk/clerk.h - work that nobody waits for: folding counts, publishing what is due, verifying
 * what was stored as signed, revoking the
 * places of what was signed and not stored, forgetting old idempotency keys. Any number of clerks on any number of hosts may run: every piece of work
 * is one write function that finds it done already or waits for the other. */
#pragma once

#include "base/attr.h"
#include "loop/loop.h"
#include "telemetry/log.h"

struct clerk; /* opaque */
struct db;
struct exchange_app;

struct clerk_conf {
	struct loop *loop;
	struct db *db; /* logged in as talent_clerk */
	const struct exchange_app *app; /* serves clerk_routes */
	const char *journal; /* path of the registry's journal of this host */
	const struct log_ctx *log;
};

/* Starts working in the next turn. conf is copied. NULL when out of memory. */
struct clerk *clerk_new(const struct clerk_conf *conf);

/* Work in flight completes in the database unheard. NULL is allowed. */
void clerk_free(struct clerk *c);
