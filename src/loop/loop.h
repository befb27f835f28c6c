/* loop/loop.h - one process's event loop over libevent's event_base (epoll): timers,
 * descriptors, signals and deferred calls.
 *
 * Everything that waits is embedded in its owner (no allocation, no failure to arm) and must be
 * stopped before the owner's memory goes away. Callbacks run from loop_run, never from inside a
 * call of this header. A callback may stop or arm anything, and free its own owner. */
#pragma once

#include <event2/event.h>
#include <event2/event_struct.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/list.h"

struct loop; /* opaque */

typedef void loop_fn(void *arg);

/* NULL when the system refuses (descriptors, memory). loop_free takes NULL; the loop must not
 * be running. A process that forked must not touch its parent's loop. */
struct loop *loop_new(void);
void loop_free(struct loop *l);

/* Runs until loop_stop. Returns 0, or E_LIBRARY when the event mechanism itself failed. */
MUSTUSE int loop_run(struct loop *l);

/* One turn: waits at most `wait`, runs what is due. For tests and for draining. */
MUSTUSE int loop_turn(struct loop *l, struct duration wait);

/* loop_run returns at the end of this turn. */
void loop_stop(struct loop *l);

/* The monotonic clock, read once per turn. */
struct mono loop_now(struct loop *l);

/* For libraries that bring their own libevent glue. */
struct event_base *loop_base(struct loop *l);

/* A one-shot timer. */
struct loop_timer {
	struct event _event;
	struct loop *_loop;
	loop_fn *_fn;
	void *_arg;
};
void loop_timer_init(struct loop_timer *t, struct loop *l, loop_fn *fn, void *arg);
void loop_timer_at(struct loop_timer *t, struct mono deadline); /* replaces an earlier deadline */
void loop_timer_after(struct loop_timer *t, struct duration wait);
void loop_timer_stop(struct loop_timer *t); /* also when never armed, or all zero */
bool loop_timer_armed(const struct loop_timer *t);

/* Readiness of a descriptor, level-triggered, until stopped or watched differently. */
enum { LOOP_READ = 1, LOOP_WRITE = 2 };
typedef void loop_fd_fn(void *arg, unsigned ready);
struct loop_fd {
	struct event _event;
	struct loop *_loop;
	loop_fd_fn *_fn;
	void *_arg;
	unsigned _watched;
	int _fd;
};
void loop_fd_init(struct loop_fd *w, struct loop *l, int fd, loop_fd_fn *fn, void *arg);

/* Sets what is waited for (0 = nothing). Returns 0, or E_SYSTEM when the descriptor cannot be
 * watched. Watching the same again costs nothing. */
MUSTUSE int loop_fd_watch(struct loop_fd *w, unsigned what);
void loop_fd_stop(struct loop_fd *w); /* before the descriptor is closed; also when all zero */

/* Calls fn(arg) for each pending signal of this number from now on, until the loop is freed.
 * The signal is blocked and read from a signalfd, so no code ever runs in a handler. Returns 0,
 * E_FULL (more than LOOP_SIGNALS_MAX numbers) or E_SYSTEM. */
enum { LOOP_SIGNALS_MAX = 8 };
MUSTUSE int loop_signal(struct loop *l, int signal, loop_fn *fn, void *arg);

/* A call that runs in the next turn. Deferring a task that waits already does nothing. */
struct loop_task {
	struct list _node;
	loop_fn *_fn;
	void *_arg;
};
void loop_task_init(struct loop_task *t, loop_fn *fn, void *arg);
void loop_defer(struct loop *l, struct loop_task *t);
void loop_cancel(struct loop_task *t);
