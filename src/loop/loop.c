/* loop/loop.c - a turn is one pass of libevent: wait, then run everything that became ready.
 * The clock is forgotten before each wait and read by the first callback that asks. Deferred
 * tasks are moved to a list of their own before they run, so that what they defer runs in the
 * turn after. Signals come through one signalfd: nothing is shared with handlers of a parent. */
#include "loop/loop.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/outcome.h"

struct loop {
	struct event_base *base;
	struct mono now; /* 0 = not read in this turn */
	bool stopping;
	struct list tasks;
	struct loop_timer task_timer; /* due at once while tasks wait */
	sigset_t signals;
	struct loop_fd signal_fd;
	int n_signals;
	struct {
		int number;
		loop_fn *fn;
		void *arg;
	} signal[LOOP_SIGNALS_MAX];
};

static void run_tasks(void *arg)
{
	struct loop *l = arg;
	struct list due;
	list_init(&due);
	for (struct list *n; (n = list_pop(&l->tasks));)
		list_append(&due, n);
	for (struct list *n; (n = list_pop(&due));) {
		struct loop_task *t = CONTAINER_OF(n, struct loop_task, _node);
		t->_fn(t->_arg);
	}
}

struct loop *loop_new(void)
{
	struct loop *l = calloc(1, sizeof *l);
	struct event_config *config = event_config_new();
	if (l && config && event_config_avoid_method(config, "poll") == 0 &&
	    event_config_avoid_method(config, "select") == 0 &&
	    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK) == 0)
		l->base = event_base_new_with_config(config);
	if (config)
		event_config_free(config);
	if (!l || !l->base) {
		free(l);
		return NULL;
	}
	list_init(&l->tasks);
	sigemptyset(&l->signals);
	l->signal_fd._fd = -1;
	loop_timer_init(&l->task_timer, l, run_tasks, l);
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	loop_timer_stop(&l->task_timer);
	if (l->signal_fd._fd >= 0) {
		int fd = l->signal_fd._fd;
		loop_fd_stop(&l->signal_fd);
		close(fd);
	}
	event_base_free(l->base);
	free(l);
}

/* Nothing left to wait for is not an error: a loop of which everything was stopped ends. */
static int turn(struct loop *l, int flags)
{
	l->now = (struct mono){0};
	int rc = event_base_loop(l->base, flags);
	if (rc < 0)
		return E_LIBRARY;
	if (rc == 1)
		l->stopping = true;
	return 0;
}

int loop_run(struct loop *l)
{
	int rc = 0;
	l->stopping = false;
	while (rc == 0 && !l->stopping)
		rc = turn(l, EVLOOP_ONCE);
	return rc;
}

int loop_turn(struct loop *l, struct duration wait)
{
	struct timeval tv = {wait.us / 1000000, wait.us % 1000000};
	if (wait.us <= 0)
		return turn(l, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	if (event_base_loopexit(l->base, &tv) < 0)
		return E_LIBRARY;
	return turn(l, EVLOOP_ONCE);
}

void loop_stop(struct loop *l)
{
	l->stopping = true;
}

struct mono loop_now(struct loop *l)
{
	if (l->now.us == 0)
		l->now = mono_now();
	return l->now;
}

struct event_base *loop_base(struct loop *l)
{
	return l->base;
}

static void timer_due(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct loop_timer *t = arg;
	t->_fn(t->_arg);
}

void loop_timer_init(struct loop_timer *t, struct loop *l, loop_fn *fn, void *arg)
{
	*t = (struct loop_timer){._loop = l, ._fn = fn, ._arg = arg};
	int rc = event_assign(&t->_event, l->base, -1, 0, timer_due, t);
	assert(rc == 0); /* fails only for impossible flags */
}

void loop_timer_after(struct loop_timer *t, struct duration wait)
{
	int64_t us = wait.us > 0 ? wait.us : 0;
	struct timeval tv = {us / 1000000, us % 1000000};
	int rc = event_add(&t->_event, &tv);
	assert(rc == 0); /* a timer needs a slot in the heap only; without memory nothing goes on */
}

void loop_timer_at(struct loop_timer *t, struct mono deadline)
{
	loop_timer_after(t, mono_since(deadline, mono_now()));
}

void loop_timer_stop(struct loop_timer *t)
{
	if (t->_loop)
		event_del(&t->_event);
}

bool loop_timer_armed(const struct loop_timer *t)
{
	return t->_loop && event_pending(&t->_event, EV_TIMEOUT, NULL);
}

static void fd_ready(evutil_socket_t fd UNUSED, short what, void *arg)
{
	struct loop_fd *w = arg;
	unsigned ready = (what & EV_READ ? LOOP_READ : 0) | (what & EV_WRITE ? LOOP_WRITE : 0);
	w->_fn(w->_arg, ready);
}

void loop_fd_init(struct loop_fd *w, struct loop *l, int fd, loop_fd_fn *fn, void *arg)
{
	*w = (struct loop_fd){._loop = l, ._fd = fd, ._fn = fn, ._arg = arg};
}

int loop_fd_watch(struct loop_fd *w, unsigned what)
{
	if (w->_watched == what)
		return 0;
	if (w->_watched)
		event_del(&w->_event);
	w->_watched = 0;
	if (!what)
		return 0;
	int flags = EV_PERSIST | (what & LOOP_READ ? EV_READ : 0) | (what & LOOP_WRITE ? EV_WRITE : 0);
	if (event_assign(&w->_event, w->_loop->base, w->_fd, (short)flags, fd_ready, w) < 0 ||
	    event_add(&w->_event, NULL) < 0)
		return E_SYSTEM;
	w->_watched = what;
	return 0;
}

void loop_fd_stop(struct loop_fd *w)
{
	if (w->_watched)
		event_del(&w->_event);
	w->_watched = 0;
}

static void signals_ready(void *arg, unsigned ready UNUSED)
{
	struct loop *l = arg;
	struct signalfd_siginfo info;
	while (read(l->signal_fd._fd, &info, sizeof info) == sizeof info) {
		for (int i = 0; i < l->n_signals; i++)
			if (l->signal[i].number == (int)info.ssi_signo)
				l->signal[i].fn(l->signal[i].arg);
	}
}

int loop_signal(struct loop *l, int number, loop_fn *fn, void *arg)
{
	if (l->n_signals == LOOP_SIGNALS_MAX)
		return E_FULL;
	sigaddset(&l->signals, number);
	int old = l->signal_fd._fd;
	int fd = signalfd(old, &l->signals, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0 || sigprocmask(SIG_BLOCK, &l->signals, NULL) < 0)
		return E_SYSTEM;
	if (old < 0)
		loop_fd_init(&l->signal_fd, l, fd, signals_ready, l);
	l->signal[l->n_signals].number = number;
	l->signal[l->n_signals].fn = fn;
	l->signal[l->n_signals].arg = arg;
	l->n_signals++;
	return loop_fd_watch(&l->signal_fd, LOOP_READ);
}

void loop_task_init(struct loop_task *t, loop_fn *fn, void *arg)
{
	*t = (struct loop_task){._fn = fn, ._arg = arg};
	list_init(&t->_node);
}

void loop_defer(struct loop *l, struct loop_task *t)
{
	if (!list_empty(&t->_node))
		return;
	list_append(&l->tasks, &t->_node);
	if (!loop_timer_armed(&l->task_timer))
		loop_timer_after(&l->task_timer, (struct duration){0});
}

void loop_cancel(struct loop_task *t)
{
	list_remove(&t->_node);
}
