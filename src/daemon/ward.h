/* daemon/ward.h - one child in the supervisor's care: what state it is in, and when it is started
 * again.
 *
 *              ┌────────────── timer ──────────────┐
 *   WAITING ───┴──► RUNNING ──── died ──────────► WAITING
 *                      │ └────── refused to live ──► REFUSED ── timer ──► RUNNING
 *                      └──── stopping (or from any other) ──► GONE
 *
 * The first death is answered at once; deaths within `stable` of the start are answered with a
 * growing pause, so that a body that cannot live does not eat the machine. A refusal (EXIT_CONF)
 * means that a file or the schema is wrong: that does not mend itself at once, so the pause is
 * longer, and nobody waits for such a child; but it may be mended, so it is tried again.
 *
 * A process that is started gets the configuration that is in force, never what the file says at
 * that moment. */
#pragma once

#include "daemon/child.h"
#include "loop/loop.h"

struct supervisor_times;

/* What all wards share; the supervisor's. */
struct ward_care {
	struct log_ctx *log;
	struct shared *shared;
	const struct supervisor_times *times;
	const struct conf *conf; /* in force, as this generation */
	uint32_t generation;
};

enum ward_state { WARD_WAITING, WARD_RUNNING, WARD_REFUSED, WARD_GONE, WARD_STATES };

struct ward {
	const struct ward_care *care;
	struct child child;
	enum ward_state state;
	pid_t pid;           /* while RUNNING, else 0 */
	unsigned starts;     /* processes so far */
	struct mono started; /* the last one */
	int troubles;        /* early deaths or refusals in a row */
	struct loop_timer restart;
};

/* WAITING. child has everything but conf and generation set. */
void ward_init(struct ward *w, const struct ward_care *care, struct loop *loop,
	const struct child *child);

void ward_start(struct ward *w);

/* Its process has ended with this wait status; another one follows. */
void ward_died(struct ward *w, int status);
void ward_refused(struct ward *w);

/* The same while everything stops: nobody follows. */
void ward_stopped(struct ward *w, int status);

/* Nothing is started any more; without a process it is gone. */
void ward_stop_restarting(struct ward *w);

void ward_signal(const struct ward *w, int number);

static inline bool ward_runs(const struct ward *w)
{
	return w->state == WARD_RUNNING;
}

/* How long its process has given no sign of life. */
struct duration ward_silence(const struct ward *w);
