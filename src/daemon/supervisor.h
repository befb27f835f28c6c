/* daemon/supervisor.h - starts the processes, starts them again when they die, hands them new
 * configurations, stops them, and tells systemd (sd_notify(3)) how it stands.
 *
 * It knows nothing of what its children do: the kinds come from daemon/boot.c, and tests bring
 * their own. */
#pragma once

#include "daemon/child.h"

/* What a reload needs to know; daemon/boot.c has the real one. */
struct supervisor_reload {
	/* Reads and tries the new configuration. 0 and *ret (owned by the supervisor from now on),
	 * with its text already in the source; otherwise the reason in errors, one line each. */
	int (*load)(void *arg, struct conf **ret, struct buf *errors);
	void *arg;
};

struct supervisor_times {
	struct duration drain;       /* from the first signal until SIGKILL */
	struct duration hang;        /* a heartbeat older than this: SIGKILL */
	struct duration confirm;     /* how long a reload waits for the workers */
	struct duration stable;      /* a child that lived so long is started again at once */
	struct duration backoff_max; /* else after 25 ms, 50 ms, ... this */
};

/* What the daemon runs with: 10 s, 30 s, 5 s, 1 s, 1 s. */
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
