/* daemon/child.h - one process under the supervisor: how it is described, what its function gets,
 * how it is started. */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "telemetry/log.h"
#include "telemetry/shared.h"

struct source;

/* Whom a process becomes. Resolved before the fork, because name services do not belong into a
 * process that is half made. */
struct identity {
	bool change;
	uid_t uid;
	gid_t gid;
	char name[64]; /* for supplementary groups; "" when the user has no name */
};

/* Names or numbers; "" for user = stay. group "" = the user's own. Nothing to do unless root.
 * Returns 0, or E_ABSENT with a line in errors. */
MUSTUSE int identity_resolve(const char *user, const char *group, struct identity *ret,
	struct buf *errors);

/* The number of a user, whoever we are. Returns as identity_resolve. */
MUSTUSE int identity_uid(const char *user, uid_t *ret, struct buf *errors);

/* Whom the process is after the change: its user, or ourselves. */
uid_t identity_uid_of(const struct identity *id);

/* Becomes it for a while, to try what its processes will do. Nothing to do unless id->change. Returns 0,
 * or E_SYSTEM and nothing has changed; a return that fails ends the process. */
enum { OWN_GROUPS = 64 };
struct identity_own {
	bool changed;
	gid_t gid, groups[OWN_GROUPS];
	int n_groups;
};
MUSTUSE int identity_assume(const struct identity *id, struct identity_own *own);
void identity_return(const struct identity_own *own);

struct child {
	const struct child_kind *kind;
	size_t slot;     /* in the shared segment */
	char name[24];   /* "worker.1", "pdf" */
	const struct conf *conf; /* at the time of the fork; owned by the process */
	uint32_t generation;     /* of conf */
	struct log *log;         /* this process's own copy: its level follows reloads */
	struct log_ctx ctx;
	struct shared *shared;
	const struct source *source; /* where a reload reads the accepted configuration */
	int news_fd;                 /* a byte written here makes the supervisor look again */
};

enum { CHILD_KEEP_MAX = 16 };

struct child_kind {
	const char *name;
	size_t count;
	/* Runs in the new process, privileges dropped, signals TERM and HUP blocked until
	 * it makes a loop (daemon/life.h). Its return value is the exit status; EXIT_CONF makes the
	 * supervisor stop everything instead of starting it again. */
	int (*run)(struct child *);
	struct identity identity;
	bool announces; /* READY=1 and reloads wait for it; its heartbeat is watched */
	int stop_round; /* on SIGTERM: 0 first, 1 when all of 0 are gone (others need them) */
	int keep[CHILD_KEEP_MAX]; /* descriptors it needs besides 0-2 and its own; all others go */
	size_t n_keep;
	void *arg;
};

/* Forks and runs its function there; c->name and the rest are set. Returns the process id, or
 * E_SYSTEM. parent is the pid the child must still have after the fork. */
MUSTUSE pid_t child_start(struct child *c);
