/* daemon/life.h - what every child does: an event loop, a heartbeat, reloads, and an
 * end. The child brings its own work and three callbacks. */
#pragma once

#include "daemon/child.h"
#include "loop/loop.h"

struct life_ops {
	/* SIGHUP brought a configuration, with whatever else was handed down as this generation.
	 * 0 = applied, and conf is in force until the next one; anything else = refused (say why in
	 * the log): the supervisor takes it back for all. NULL = nothing to do. */
	int (*reload)(void *arg, const struct conf *conf, uint32_t generation);
	/* SIGTERM: take nothing new, finish, then call life_end. NULL = end at once. */
	void (*drain)(void *arg);
};

struct life {
	struct child *child;
	struct loop *loop;
	const struct conf *conf; /* in force */
	const struct life_ops *ops;
	void *arg;
	bool draining;
	struct conf *_reloaded; /* owned: what conf points to after a reload */
	struct loop_timer _beat;
	struct loop_task _catch_up;
};

/* Returns 0, or a failure already logged. After 0 call life_finish in the end. */
MUSTUSE int life_start(struct life *l, struct child *c, const struct life_ops *ops, void *arg);

/* Serving: tells the supervisor. */
void life_ready(struct life *l);

/* Runs until life_end. Returns the exit status. */
int life_run(struct life *l);
void life_end(struct life *l);
void life_finish(struct life *l);
