/* daemon/supervised.h - one child in the supervisor's care: what state it is in, and when it is started
 * again.
 *
 *              ┌────────────── timer ──────────────┐
 *   WAITING ───┴──► RUNNING ──── died ──────────► WAITING
 *                      │ └────── refused to live ──► REFUSED ── timer ──► RUNNING
 *                      └──── stopping (or from any other) ──► GONE
 *
 * The first death is answered at once; deaths within `stable` of the start are answered with a
 * growing pause, so that a child that cannot live does not eat the machine. A refusal (EXIT_CONF)
 * means that a file or the schema is wrong: that does not mend itself at once, so the pause is
 * longer, and nobody waits for such a child; but it may be mended, so it is tried again.
 *
 * A process that is started gets the configuration that is in force, never what the file says at
 * that moment. */
#pragma once

#include "daemon/child.h"
#include "loop/loop.h"

struct supervisor_times;

/* What all children share; the supervisor's. */
struct supervised_care {
	struct log_ctx *log;
	struct shared *shared;
	const struct supervisor_times *times;
	const struct conf *conf; /* in force, as this generation */
	uint32_t generation;
};

enum supervised_state { SUPERVISED_WAITING, SUPERVISED_RUNNING, SUPERVISED_REFUSED, SUPERVISED_GONE, SUPERVISED_STATES };

struct supervised {
	const struct supervised_care *care;
	struct child child;
	enum supervised_state state;
	pid_t pid;           /* while RUNNING, else 0 */
	unsigned starts;     /* processes so far */
	struct mono started; /* the last one */
	int troubles;        /* early deaths or refusals in a row */
	struct loop_timer restart;
};

/* WAITING. child has everything but conf and generation set. */
void supervised_init(struct supervised *w, const struct supervised_care *care, struct loop *loop,
	const struct child *child);

void supervised_start(struct supervised *w);

/* Its process has ended with this wait status; another one follows. */
void supervised_died(struct supervised *w, int status);
void supervised_refused(struct supervised *w);

/* The same while everything stops: nobody follows. */
void supervised_stopped(struct supervised *w, int status);

/* Nothing is started any more; without a process it is gone. */
void supervised_stop_restarting(struct supervised *w);

void supervised_signal(const struct supervised *w, int number);

static inline bool supervised_runs(const struct supervised *w)
{
	return w->state == SUPERVISED_RUNNING;
}

/* How long its process has given no sign of life. */
struct duration supervised_silence(const struct supervised *w);
