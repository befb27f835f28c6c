/* daemon/supervised.c - the moves of a supervised child, each made in one place and checked. */
#include "daemon/supervised.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "daemon/supervisor.h"

static void move(struct supervised *w, enum supervised_state to)
{
	static const bool MAY[SUPERVISED_STATES][SUPERVISED_STATES] = {
		[SUPERVISED_WAITING] = {[SUPERVISED_RUNNING] = true, [SUPERVISED_GONE] = true},
		[SUPERVISED_RUNNING] = {[SUPERVISED_WAITING] = true, [SUPERVISED_REFUSED] = true, [SUPERVISED_GONE] = true},
		[SUPERVISED_REFUSED] = {[SUPERVISED_RUNNING] = true, [SUPERVISED_GONE] = true},
	};
	assert(MAY[w->state][to]);
	w->state = to;
}

static void on_restart_due(void *arg)
{
	supervised_start(arg);
}

void supervised_init(struct supervised *w, const struct supervised_care *care, struct loop *loop,
                     const struct child *child)
{
	*w = (struct supervised){.care = care, .child = *child, .state = SUPERVISED_WAITING};
	w->child.ctx = (struct log_ctx){.log = child->log, .process = w->child.name};
	loop_timer_init(&w->restart, loop, on_restart_due, w);
	shared_set_name(care->shared, child->slot, child->name);
	shared_set_down(care->shared, child->slot, true);
}

void supervised_start(struct supervised *w)
{
	const struct supervised_care *care = w->care;
	w->child.conf = care->conf;
	w->child.generation = care->generation;
	w->started = mono_now();
	pid_t pid = child_start(&w->child);
	if (pid < 0) {
		log_error(care->log, "fork_failed", LOG_S("child", w->child.name),
		          LOG_S("cause", strerror(errno)));
		loop_timer_after(&w->restart, care->times->backoff_max);
		return;
	}
	w->pid = pid;
	w->starts++;
	move(w, SUPERVISED_RUNNING);
	shared_set_down(care->shared, w->child.slot, false);
	log_debug(care->log, "child_started", LOG_S("child", w->child.name), LOG_I("pid", pid));
}

/* first, twice that, ... most: the nth pause, from 0. */
static struct duration pause_of(struct duration first, int n, struct duration most)
{
	int64_t us = first.us << n;
	return (struct duration){us < most.us ? us : most.us};
}

static void count_trouble(struct supervised *w)
{
	if (w->troubles < 16)
		w->troubles++;
}

static const char *describe_status(int status, char text[static 64])
{
	if (WIFSIGNALED(status))
		snprintf(text, 64, "killed by SIG%s", sigabbrev_np(WTERMSIG(status)));
	else
		snprintf(text, 64, "ended with status %d", WEXITSTATUS(status));
	return text;
}

static void lose_process(struct supervised *w, enum supervised_state to)
{
	w->pid = 0;
	shared_slot_reset(w->care->shared, w->child.slot);
	shared_set_down(w->care->shared, w->child.slot, true);
	move(w, to);
}

void supervised_died(struct supervised *w, int status)
{
	const struct supervised_care *care = w->care;
	const struct supervisor_times *t = care->times;
	char text[64];
	struct duration lived = mono_since(mono_now(), w->started), delay = {0};
	lose_process(w, SUPERVISED_WAITING);
	if (lived.us >= t->stable.us)
		w->troubles = 0;
	count_trouble(w);
	if (w->troubles > 1)
		delay = pause_of(MILLIS(25), w->troubles - 2, t->backoff_max);
	log_error(care->log, "child_died", LOG_S("child", w->child.name),
	          LOG_S("cause", describe_status(status, text)), LOG_I("lived_ms", lived.us / 1000),
	          LOG_I("restart_in_ms", delay.us / 1000));
	metrics_add(shared_metrics(care->shared, 0), METRIC_CHILD_RESTARTS, 1);
	if (delay.us == 0)
		supervised_start(w);
	else
		loop_timer_after(&w->restart, delay);
}

void supervised_refused(struct supervised *w)
{
	const struct supervised_care *care = w->care;
	lose_process(w, SUPERVISED_REFUSED);
	struct duration delay = pause_of(MILLIS(100), w->troubles, care->times->refused_max);
	count_trouble(w);
	log_error(care->log, "child_refused", LOG_S("child", w->child.name),
	          LOG_I("again_in_ms", delay.us / 1000),
	          LOG_S("now", "the others serve on without it; see its message for what to mend"));
	metrics_add(shared_metrics(care->shared, 0), METRIC_CHILD_RESTARTS, 1);
	loop_timer_after(&w->restart, delay);
}

void supervised_stopped(struct supervised *w, int status)
{
	char text[64];
	lose_process(w, SUPERVISED_GONE);
	if (status != 0)
		log_warning(w->care->log, "child_stopped_badly", LOG_S("child", w->child.name),
		            LOG_S("cause", describe_status(status, text)));
}

void supervised_stop_restarting(struct supervised *w)
{
	loop_timer_stop(&w->restart);
	if (w->state == SUPERVISED_WAITING || w->state == SUPERVISED_REFUSED)
		move(w, SUPERVISED_GONE);
}

void supervised_signal(const struct supervised *w, int number)
{
	if (w->pid > 0)
		kill(w->pid, number);
}

struct duration supervised_silence(const struct supervised *w)
{
	struct mono beat = shared_last_beat(w->care->shared, w->child.slot);
	return mono_since(mono_now(), beat.us > w->started.us ? beat : w->started);
}
