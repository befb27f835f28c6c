/* daemon/supervisor.c - one process that does almost nothing, so that it does not die.
 *
 *   STARTING ──all that announce themselves are ready──► SERVING ──SIGTERM──► STOPPING
 *       └── SIGTERM, or a child refuses to live ──────────────────────────────►┘
 *
 * Each child is supervised (daemon/supervised.h). Before everybody was there once, and when the first process
 * of a child refuses, what is wrong was wrong at the start: the daemon does not start. After that a
 * refusal concerns one child, and the others serve on.
 *
 * A reload is for all or for nobody:
 *
 *   NONE ──SIGHUP, loaded──► TRYING ──all confirmed──► NONE, the new configuration is in force
 *    └─load refuses─► NONE     └──a child refuses, or time is up──► UNDOING ──► NONE, the old one
 *
 * While it is tried, a child that has to be started again is started with the old configuration and
 * has to confirm the new one like the others (daemon/life.c), so that one that dies of it is found
 * out. Nobody waits for a child that refuses to live.
 *
 * Stopping goes in rounds: workers finish while those they depend on still run. Children report
 * through the shared segment and ring the pipe `news`; the supervisor never waits for them anywhere
 * but in its event loop. */
#include "daemon/supervisor.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/outcome.h"
#include "daemon/exit.h"
#include "daemon/supervised.h"
#include "loop/loop.h"

struct supervisor_times supervisor_times(void)
{
	return (struct supervisor_times){
		.drain = SECONDS(10),
		.hang = SECONDS(30),
		.confirm = SECONDS(5),
		.stable = SECONDS(1),
		.backoff_max = SECONDS(1),
		.refused_max = SECONDS(10),
	};
}

enum phase { STARTING, SERVING, STOPPING };
enum reload { RELOAD_NONE, RELOAD_TRYING, RELOAD_UNDOING };

struct supervisor {
	struct supervisor_conf c;
	struct supervised_care care; /* care.conf is c.conf */
	struct loop *loop;
	struct log_ctx log;
	struct supervised *children;
	size_t n_children;
	int news[2];
	struct loop_fd news_watch;
	enum phase phase;
	enum reload reload;
	bool reload_again;   /* a SIGHUP came during a reload */
	uint32_t generation; /* announced last */
	struct conf *tried;  /* while TRYING */
	int round, status;
	struct loop_timer tick, watchdog, hour, drain_deadline, confirm_deadline;
	struct duration ping_every; /* 0 = systemd does not watch */
};

size_t supervisor_slots(const struct child_kind *kinds, size_t n_kinds)
{
	size_t n = 1;
	for (size_t i = 0; i < n_kinds; i++)
		n += kinds[i].count;
	return n;
}

static void enter(struct supervisor *s, enum phase to)
{
	assert(to > s->phase);
	s->phase = to;
}

static void move_reload(struct supervisor *s, enum reload to)
{
	static const bool MAY[][3] = {
		[RELOAD_NONE] = {[RELOAD_TRYING] = true},
		[RELOAD_TRYING] = {[RELOAD_NONE] = true, [RELOAD_UNDOING] = true},
		[RELOAD_UNDOING] = {[RELOAD_NONE] = true},
	};
	assert(MAY[s->reload][to]);
	s->reload = to;
}

static bool announces(const struct supervised *w)
{
	return w->child.kind->announces;
}

/* ---- deaths ---- */

static void stop(struct supervisor *s, int status);
static void advance_stop(struct supervisor *s);
static void look(struct supervisor *s);

/* For systemctl status. */
static void notify_serving(const struct supervisor *s)
{
	for (size_t i = 0; i < s->n_children; i++) {
		if (s->children[i].state != SUPERVISED_REFUSED)
			continue;
		sd_notifyf(0, "STATUS=Serving, but %s refuses to start: see its message",
		           s->children[i].child.name);
		return;
	}
	sd_notify(0, "STATUS=Serving");
}

static void supervised_ended(struct supervisor *s, struct supervised *w, int status)
{
	bool refused = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CONF;
	if (s->phase == STOPPING) {
		supervised_stopped(w, status);
	} else if (!refused) {
		supervised_died(w, status);
	} else {
		bool at_start = s->phase == STARTING || w->starts == 1;
		supervised_refused(w);
		if (at_start)
			stop(s, EXIT_CONF);
		else
			notify_serving(s);
	}
}

static void on_chld(void *arg)
{
	struct supervisor *s = arg;
	for (size_t i = 0; i < s->n_children; i++) {
		struct supervised *w = &s->children[i];
		int status;
		if (w->pid > 0 && waitpid(w->pid, &status, WNOHANG) == w->pid)
			supervised_ended(s, w, status);
	}
	if (s->phase == STOPPING)
		advance_stop(s);
	else
		look(s);
}

static void signal_all(struct supervisor *s, int number)
{
	for (size_t i = 0; i < s->n_children; i++)
		supervised_signal(&s->children[i], number);
}

/* ---- stopping ---- */

static bool round_is_over(const struct supervisor *s)
{
	for (size_t i = 0; i < s->n_children; i++)
		if (s->children[i].child.kind->stop_round == s->round && supervised_runs(&s->children[i]))
			return false;
	return true;
}

static void begin_round(struct supervisor *s)
{
	for (size_t i = 0; i < s->n_children; i++)
		if (s->children[i].child.kind->stop_round == s->round)
			supervised_signal(&s->children[i], SIGTERM);
}

enum { STOP_ROUNDS = 2 };

static void advance_stop(struct supervisor *s)
{
	while (s->round < STOP_ROUNDS && round_is_over(s)) {
		s->round++;
		begin_round(s);
	}
	if (s->round == STOP_ROUNDS)
		loop_stop(s->loop);
}

static void stop(struct supervisor *s, int status)
{
	if (s->phase == STOPPING)
		return;
	enter(s, STOPPING);
	s->status = status;
	sd_notify(0, "STOPPING=1\nSTATUS=Finishing requests");
	if (status == EXIT_CONF)
		log_error(&s->log, "not_started",
		          LOG_S("cause", "a process refused to start: see its message"));
	log_notice(&s->log, "stopping");
	loop_timer_stop(&s->confirm_deadline);
	for (size_t i = 0; i < s->n_children; i++)
		supervised_stop_restarting(&s->children[i]);
	loop_timer_after(&s->drain_deadline, s->c.times.drain);
	begin_round(s);
	advance_stop(s);
}

static void on_drain_deadline(void *arg)
{
	struct supervisor *s = arg;
	log_warning(&s->log, "drain_deadline", LOG_S("now", "killing what still runs"));
	signal_all(s, SIGKILL);
}

static void on_term(void *arg)
{
	stop(arg, EXIT_DONE);
}

static void on_int(void *arg)
{
	struct supervisor *s = arg;
	if (s->phase == STOPPING) {
		log_warning(&s->log, "interrupted_again", LOG_S("now", "killing what still runs"));
		signal_all(s, SIGKILL);
	}
	stop(s, EXIT_DONE);
}

/* ---- readiness and reload ---- */

static bool is_ready(const struct supervised *w)
{
	return shared_state(w->care->shared, w->child.slot) == SLOT_READY;
}

static bool all_ready(const struct supervisor *s)
{
	for (size_t i = 0; i < s->n_children; i++)
		if (announces(&s->children[i]) && !(supervised_runs(&s->children[i]) && is_ready(&s->children[i])))
			return false;
	return true;
}

static bool has_confirmed(const struct supervisor *s, const struct supervised *w)
{
	return supervised_runs(w) && shared_confirmed(s->c.shared, w->child.slot) == s->generation;
}

/* Somebody has, and nobody who could has not. */
static bool all_confirmed(const struct supervisor *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_children; i++) {
		const struct supervised *w = &s->children[i];
		if (!announces(w) || w->state == SUPERVISED_REFUSED)
			continue;
		if (!has_confirmed(s, w))
			return false;
		n++;
	}
	return n > 0;
}

static const struct supervised *who_refused(const struct supervisor *s)
{
	for (size_t i = 0; i < s->n_children; i++)
		if (shared_refused(s->c.shared, s->children[i].child.slot) == s->generation)
			return &s->children[i];
	return NULL;
}

static void put_in_force(struct supervisor *s, struct conf *conf)
{
	s->c.conf = conf;
	s->care.conf = conf;
	s->care.generation = s->generation;
}

static void begin_reload(struct supervisor *s);

static void end_reload(struct supervisor *s, const char *status)
{
	loop_timer_stop(&s->confirm_deadline);
	sd_notifyf(0, "READY=1\nSTATUS=%s", status);
	if (s->reload_again) {
		s->reload_again = false;
		begin_reload(s);
	}
}

static void tell_refused(struct supervisor *s, struct slice cause, char status[static 512])
{
	metrics_add(shared_metrics(s->c.shared, 0), METRIC_RELOADS_REFUSED, 1);
	log_error(&s->log, "reload_refused", LOG_SLICE("cause", cause),
	          LOG_S("now", "the old configuration and certificates stay in force"));
	snprintf(status, 512, "Reload refused, the old configuration stays in force: %.*s",
	         cause.n > 300 ? 300 : (int)cause.n, cause.p ? cause.p : "");
}

static void refuse_reload(struct supervisor *s, const struct buf *errors)
{
	struct slice rest = buf_slice(errors);
	char status[512];
	tell_refused(s, slice_cut(&rest, '\n'), status);
	end_reload(s, status);
}

static void announce(struct supervisor *s)
{
	shared_announce(s->c.shared, ++s->generation);
	loop_timer_after(&s->confirm_deadline, s->c.times.confirm);
	signal_all(s, SIGHUP);
}

static void tell_former(struct supervisor *s, const struct conf *c)
{
	struct slice rest = slice_of(c->warnings);
	while (rest.n)
		log_warning(&s->log, "former_option", LOG_SLICE("cause", slice_cut(&rest, '\n')));
}

static void try_reload(struct supervisor *s, struct conf *new, const struct buf *restart_needed)
{
	tell_former(s, new);
	if (restart_needed->n)
		log_warning(&s->log, "restart_needed", LOG_SLICE("options", buf_slice(restart_needed)),
		            LOG_S("now", "their old values stay in force until then"));
	move_reload(s, RELOAD_TRYING);
	s->tried = new;
	announce(s);
}

static void begin_reload(struct supervisor *s)
{
	struct buf errors = BUF_INIT(16 * KIB), restart_needed = BUF_INIT(4 * KIB);
	const struct supervisor_offer offer = {.in_force = s->c.conf,
	                                       .generation = s->generation + 1,
	                                       .restart_needed = &restart_needed,
	                                       .errors = &errors};
	struct conf *new = NULL;
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=Reloading",
	           (long long)mono_now().us);
	if (s->c.reload.load(s->c.reload.arg, &offer, &new) != 0)
		refuse_reload(s, &errors);
	else
		try_reload(s, new, &restart_needed);
	buf_free(&errors);
	buf_free(&restart_needed);
}

static void accept_reload(struct supervisor *s)
{
	move_reload(s, RELOAD_NONE);
	conf_free(s->c.conf);
	put_in_force(s, s->tried);
	s->tried = NULL;
	log_level_parse(slice_of(s->c.conf->log.level), &s->c.log->level);
	metrics_add(shared_metrics(s->c.shared, 0), METRIC_RELOADS_DONE, 1);
	log_notice(&s->log, "reloaded", LOG_I("generation", s->generation));
	end_reload(s, "Serving");
}

/* What was in force becomes the latest generation: its text still stands two generations before
 * (daemon/source.h), and children take it like any other. */
static void undo_reload(struct supervisor *s, const struct supervised *by, const char *why)
{
	char cause[128], status[512];
	snprintf(cause, sizeof cause, "%s %s", by ? by->child.name : "no process", why);
	tell_refused(s, slice_of(cause), status);
	move_reload(s, RELOAD_UNDOING);
	conf_free(s->tried);
	s->tried = NULL;
	announce(s);
	put_in_force(s, s->c.conf);
	sd_notifyf(0, "STATUS=%s", status);
}

static void end_undoing(struct supervisor *s)
{
	move_reload(s, RELOAD_NONE);
	end_reload(s, "Reload refused, the old configuration stays in force");
}

static void on_hup(void *arg)
{
	struct supervisor *s = arg;
	if (s->phase == STOPPING || !s->c.reload.load)
		return;
	if (s->reload != RELOAD_NONE)
		s->reload_again = true;
	else
		begin_reload(s);
}

static const struct supervised *first_silent(const struct supervisor *s)
{
	for (size_t i = 0; i < s->n_children; i++)
		if (announces(&s->children[i]) && s->children[i].state != SUPERVISED_REFUSED &&
			!has_confirmed(s, &s->children[i]))
			return &s->children[i];
	return NULL;
}

/* A process that does not even take back what it had is hanging: on_tick ends it. */
static void on_confirm_deadline(void *arg)
{
	struct supervisor *s = arg;
	if (s->reload == RELOAD_TRYING)
		undo_reload(s, first_silent(s), "has not confirmed it in time");
	else
		end_undoing(s);
}

static void look_at_reload(struct supervisor *s)
{
	const struct supervised *by = s->reload == RELOAD_TRYING ? who_refused(s) : NULL;
	if (by)
		undo_reload(s, by, "refused it: see its message");
	else if (s->reload == RELOAD_TRYING && all_confirmed(s))
		accept_reload(s);
	else if (s->reload == RELOAD_UNDOING && all_confirmed(s))
		end_undoing(s);
}

static void look(struct supervisor *s)
{
	if (s->phase == STARTING && all_ready(s)) {
		enter(s, SERVING);
		log_notice(&s->log, "ready", LOG_I("processes", (int64_t)s->n_children));
		sd_notify(0, "READY=1\nSTATUS=Serving");
	}
	look_at_reload(s);
}

static void on_news(void *arg, unsigned ready UNUSED)
{
	struct supervisor *s = arg;
	char bytes[64];
	while (read(s->news[0], bytes, sizeof bytes) > 0)
		;
	if (s->phase != STOPPING)
		look(s);
}

/* ---- hanging ---- */

static void on_tick(void *arg)
{
	struct supervisor *s = arg;
	log_flush(s->c.log, mono_now());
	for (size_t i = 0; i < s->n_children; i++) {
		struct supervised *w = &s->children[i];
		if (!announces(w) || !supervised_runs(w) || supervised_silence(w).us <= s->c.times.hang.us)
			continue;
		log_error(&s->log, "child_hangs", LOG_S("child", w->child.name),
		          LOG_I("silent_ms", supervised_silence(w).us / 1000), LOG_S("now", "killing it"));
		supervised_signal(w, SIGKILL);
	}
	int64_t quarter = s->c.times.hang.us / 4;
	loop_timer_after(&s->tick, quarter < SECONDS(1).us ? (struct duration){quarter} : SECONDS(1));
}

/* systemd hears of us while somebody serves. If it ended all of us because one process is down or
 * hangs, those that serve would go too; and what keeps one from living would keep all from
 * starting. */
static void on_watchdog(void *arg)
{
	struct supervisor *s = arg;
	bool well = s->phase == STOPPING;
	for (size_t i = 0; i < s->n_children && !well; i++) {
		const struct supervised *w = &s->children[i];
		well = announces(w) && supervised_runs(w) && is_ready(w) &&
		       supervised_silence(w).us < SECONDS(5).us;
	}
	if (well)
		sd_notify(0, "WATCHDOG=1");
	loop_timer_after(&s->watchdog, s->ping_every);
}

static void on_hour(void *arg)
{
	struct supervisor *s = arg;
	s->c.hourly(s->c.reload.arg);
	loop_timer_after(&s->hour, SECONDS(3600));
}

/* ---- life ---- */

static void add_child(struct supervisor *s, const struct child_kind *kind, size_t i)
{
	struct supervised *w = &s->children[s->n_children++];
	struct child c = {
		.kind = kind,
		.slot = s->n_children,
		.log = s->c.log,
		.shared = s->c.shared,
		.source = s->c.source,
		.news_fd = s->news[1],
	};
	if (kind->count > 1)
		snprintf(c.name, sizeof c.name, "%s.%zu", kind->name, i + 1);
	else
		snprintf(c.name, sizeof c.name, "%s", kind->name);
	supervised_init(w, &s->care, s->loop, &c);
}

static void add_childs(struct supervisor *s)
{
	s->care = (struct supervised_care){.log = &s->log, .shared = s->c.shared, .times = &s->c.times, .conf = s->c.conf};
	for (size_t k = 0; k < s->c.n_kinds; k++)
		for (size_t i = 0; i < s->c.kinds[k].count; i++)
			add_child(s, &s->c.kinds[k], i);
}

static bool prepare(struct supervisor *s)
{
	uint64_t usec = 0;
	s->loop = loop_new();
	s->children = calloc(shared_slots(s->c.shared), sizeof *s->children);
	if (!s->loop || !s->children || pipe2(s->news, O_CLOEXEC | O_NONBLOCK) < 0)
		return false;
	loop_fd_init(&s->news_watch, s->loop, s->news[0], on_news, s);
	loop_timer_init(&s->tick, s->loop, on_tick, s);
	loop_timer_init(&s->hour, s->loop, on_hour, s);
	loop_timer_init(&s->watchdog, s->loop, on_watchdog, s);
	loop_timer_init(&s->drain_deadline, s->loop, on_drain_deadline, s);
	loop_timer_init(&s->confirm_deadline, s->loop, on_confirm_deadline, s);
	if (sd_watchdog_enabled(0, &usec) > 0)
		s->ping_every = (struct duration){(int64_t)(usec / 2)};
	add_childs(s);
	return loop_fd_watch(&s->news_watch, LOOP_READ) == 0 &&
	       loop_signal(s->loop, SIGCHLD, on_chld, s) == 0 &&
	       loop_signal(s->loop, SIGTERM, on_term, s) == 0 &&
	       loop_signal(s->loop, SIGINT, on_int, s) == 0 &&
	       loop_signal(s->loop, SIGHUP, on_hup, s) == 0;
}

static void release(struct supervisor *s)
{
	loop_fd_stop(&s->news_watch);
	loop_free(s->loop);
	for (int i = 0; i < 2; i++)
		if (s->news[i] >= 0)
			close(s->news[i]);
	free(s->children);
	conf_free(s->tried);
	conf_free(s->c.conf);
}

int supervisor_run(const struct supervisor_conf *conf)
{
	struct supervisor s = {.c = *conf, .news = {-1, -1}};
	s.log = (struct log_ctx){.log = conf->log, .process = "supervisor"};
	if (!prepare(&s)) {
		log_error(&s.log, "no_event_loop", LOG_S("cause", strerror(errno)));
		s.status = EXIT_TROUBLE;
	} else {
		tell_former(&s, s.c.conf);
		for (size_t i = 0; i < s.n_children; i++)
			supervised_start(&s.children[i]);
		on_tick(&s);
		if (s.c.hourly)
			loop_timer_after(&s.hour, SECONDS(3600));
		if (s.ping_every.us)
			on_watchdog(&s);
		if (loop_run(s.loop) != 0)
			s.status = EXIT_TROUBLE;
		log_notice(&s.log, "stopped");
	}
	signal_all(&s, SIGKILL); /* only after a failure of the loop is anybody left */
	release(&s);
	return s.status;
}
