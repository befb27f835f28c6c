/* daemon/timelines.h - the newest timeline of each PostgreSQL cluster that this host has met: one
 * for all its processes (telemetry/shared.h), and over restarts a file in state_directory.
 *
 * The file has a line "SYSTEM TIMELINE" for each cluster, decimal. Another cluster than the one in
 * use is refused until the daemon is started again; then it is taken, and the lines of the others
 * stay, so that a deposed server of theirs is known for what it is for ever. */
#pragma once

#include "base/attr.h"
#include "db/timeline.h"
#include "telemetry/log.h"

struct shared;

struct timelines {
	struct shared *shared;
	const char *directory; /* state_directory; outlives it */
	const struct log_ctx *log;
};

/* For the pool of a process. *t must outlive it. */
struct timeline_memory timelines_memory(struct timelines *t);

/* Forgets them all, durably: what the server's administrator has restored to an older timeline on
 * purpose is taken again by daemons started from then on. For `talentd recover`. Returns 0 (also
 * when there was nothing to forget), or E_SYSTEM with errno. */
MUSTUSE int timelines_forget(const char *directory);
