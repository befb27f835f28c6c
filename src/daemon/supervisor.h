/* daemon/supervisor.h - starts the processes, starts them again when they die, hands them new
 * configurations, stops them, and tells systemd (sd_notify(3)) how it stands.
 *
 * It knows nothing of what its children do: the kinds come from daemon/boot.c, and tests bring
 * their own. */
#pragma once

#include "daemon/child.h"

/* A reload, as the supervisor asks for it. */
struct supervisor_offer {
	const struct conf *in_force; /* NULL in tests that start without one */
	uint32_t generation;         /* as which it is offered to the children (daemon/source.h) */
	struct buf *restart_needed;  /* out: names of options whose start values stay, with commas */
	struct buf *errors;          /* out: why not, one line each */
};

struct supervisor_reload {
	/* Reads and tries the new configuration and hands it down. 0 and *ret, owned by the supervisor
	 * from now on: what is in force if the children take it. Otherwise refused, nothing has
	 * changed. daemon/boot.c has the real one. */
	int (*load)(void *arg, const struct supervisor_offer *offer, struct conf **ret);
	void *arg;
};

struct supervisor_times {
	struct duration drain;       /* from the first signal until SIGKILL */
	struct duration hang;        /* a heartbeat older than this: SIGKILL */
	struct duration confirm;     /* how long a reload waits for those that announce themselves */
	struct duration stable;      /* a child that lived so long is started again at once */
	struct duration backoff_max; /* else after 25 ms, 50 ms, ... this */
	struct duration refused_max; /* one that refuses (EXIT_CONF): after 100 ms, 200 ms, ... this */
};

/* What the daemon runs with: 10 s, 30 s, 5 s, 1 s, 1 s, 10 s. */
struct supervisor_times supervisor_times(void);

struct supervisor_conf {
	const struct child_kind *kinds;
	size_t n_kinds;
	struct conf *conf; /* owned by the supervisor from now on; may be NULL in tests */
	struct shared *shared; /* with supervisor_slots() slots; the supervisor's is 0 */
	const struct source *source;
	struct log *log;
	struct supervisor_reload reload;
	void (*hourly)(void *arg); /* with reload.arg; NULL = nothing */
	struct supervisor_times times;
};

size_t supervisor_slots(const struct child_kind *kinds, size_t n_kinds);

/* Runs until SIGTERM or SIGINT and the end of all children. Returns the exit status. */
int supervisor_run(const struct supervisor_conf *conf);
