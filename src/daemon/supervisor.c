/* daemon/supervisor.c - one process that does almost nothing, so that it does not die.
 *
 * Each child is a ward:
 *
 *      start ──► RUNNING ──died──► WAITING ──timer──► RUNNING
 *                   │                  │
 *                   └──── stopping ────┴──► GONE
 *
 * The first death is answered at once; deaths within `stable` of the start are answered with a
 * growing pause, so that a body that cannot live does not eat the machine. Stopping goes in
 * rounds: workers finish while those they depend on still run.
 *
 * Children report through the shared segment and ring the pipe `news`; the supervisor never waits
 * for them anywhere but in its event loop. */
#include "daemon/supervisor.h"

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
#include "loop/loop.h"

struct supervisor_times supervisor_times(void)
{
	return (struct supervisor_times){
		.drain = SECONDS(10),
		.hang = SECONDS(30),
		.confirm = SECONDS(5),
		.stable = SECONDS(1),
		.backoff_max = SECONDS(1),
	};
}

enum ward_state { WARD_WAITING, WARD_RUNNING, WARD_GONE };

struct supervisor;
struct ward {
	struct supervisor *s;
	struct child child;
	enum ward_state state;
	pid_t pid; /* while RUNNING */
	struct mono started;
	int early_deaths; /* in a row */
	struct loop_timer restart;
};

struct supervisor {
	struct supervisor_conf c;
	struct loop *loop;
	struct log_ctx log;
	struct ward *wards;
	size_t n_wards;
	int news[2];
	struct loop_fd news_watch;
	uint32_t generation;
	bool ready, stopping, reload_again;
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

/* ---- starting and dying ---- */

static void ward_start(struct ward *w)
{
	struct supervisor *s = w->s;
	w->child.conf = s->c.conf;
	w->child.generation = s->generation;
	w->started = mono_now();
	pid_t pid = child_start(&w->child);
	if (pid < 0) {
		log_error(&s->log, "fork_failed", LOG_S("child", w->child.name),
			LOG_S("cause", strerror(errno)));
		loop_timer_after(&w->restart, s->c.times.backoff_max);
		return;
	}
	w->pid = pid;
	w->state = WARD_RUNNING;
	log_debug(&s->log, "child_started", LOG_S("child", w->child.name), LOG_I("pid", pid));
}

static void on_restart_due(void *arg)
{
	ward_start(arg);
}

static struct duration restart_delay(struct ward *w, struct duration lived)
{
	const struct supervisor_times *t = &w->s->c.times;
	if (lived.us >= t->stable.us)
		w->early_deaths = 0;
	if (w->early_deaths < 16)
		w->early_deaths++;
	if (w->early_deaths == 1)
		return (struct duration){0};
	int64_t us = MILLIS(25).us << (w->early_deaths - 2);
	return (struct duration){us < t->backoff_max.us ? us : t->backoff_max.us};
}

static const char *describe_status(int status, char text[static 64])
{
	if (WIFSIGNALED(status))
		snprintf(text, 64, "killed by SIG%s", sigabbrev_np(WTERMSIG(status)));
	else
		snprintf(text, 64, "ended with status %d", WEXITSTATUS(status));
	return text;
}

static void stop(struct supervisor *s, int status);
static void advance_stop(struct supervisor *s);

static void ward_died(struct ward *w, int status)
{
	struct supervisor *s = w->s;
	char text[64];
	const char *cause = describe_status(status, text);
	w->pid = 0;
	shared_slot_reset(s->c.shared, w->child.slot);
	if (s->stopping) {
		w->state = WARD_GONE;
		if (status != 0)
			log_warning(&s->log, "child_stopped_badly", LOG_S("child", w->child.name),
				LOG_S("cause", cause));
		return;
	}
	w->state = WARD_WAITING;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CONF) {
		log_error(&s->log, "child_refused", LOG_S("child", w->child.name),
			LOG_S("now", "stopping: a restart would not help, see its message"));
		stop(s, EXIT_CONF);
		return;
	}
	struct duration lived = mono_since(mono_now(), w->started), delay = restart_delay(w, lived);
	log_error(&s->log, "child_died", LOG_S("child", w->child.name), LOG_S("cause", cause),
		LOG_I("lived_ms", lived.us / 1000), LOG_I("restart_in_ms", delay.us / 1000));
	metrics_add(shared_metrics(s->c.shared, 0), METRIC_CHILD_RESTARTS, 1);
	if (delay.us == 0)
		ward_start(w);
	else
		loop_timer_after(&w->restart, delay);
}

static void on_chld(void *arg)
{
	struct supervisor *s = arg;
	for (size_t i = 0; i < s->n_wards; i++) {
		struct ward *w = &s->wards[i];
		int status;
		if (w->pid > 0 && waitpid(w->pid, &status, WNOHANG) == w->pid)
			ward_died(w, status);
	}
	if (s->stopping)
		advance_stop(s);
}

static void signal_all(struct supervisor *s, int number)
{
	for (size_t i = 0; i < s->n_wards; i++)
		if (s->wards[i].pid > 0)
			kill(s->wards[i].pid, number);
}

/* ---- stopping ---- */

static bool round_is_over(const struct supervisor *s)
{
	for (size_t i = 0; i < s->n_wards; i++)
		if (s->wards[i].child.kind->stop_round == s->round && s->wards[i].pid > 0)
			return false;
	return true;
}

static void begin_round(struct supervisor *s)
{
	for (size_t i = 0; i < s->n_wards; i++) {
		struct ward *w = &s->wards[i];
		if (w->child.kind->stop_round == s->round && w->pid > 0)
			kill(w->pid, SIGTERM);
	}
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
	if (s->stopping)
		return;
	s->stopping = true;
	s->status = status;
	sd_notify(0, "STOPPING=1\nSTATUS=Finishing requests");
	log_notice(&s->log, "stopping");
	for (size_t i = 0; i < s->n_wards; i++) {
		loop_timer_stop(&s->wards[i].restart);
		if (s->wards[i].state == WARD_WAITING)
			s->wards[i].state = WARD_GONE;
	}
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
	if (s->stopping) {
		log_warning(&s->log, "interrupted_again", LOG_S("now", "killing what still runs"));
		signal_all(s, SIGKILL);
	}
	stop(s, EXIT_DONE);
}

/* ---- readiness and reload ---- */

/* Each process that announces itself runs and has come so far. */
static bool all(const struct supervisor *s, bool (*come)(const struct ward *))
{
	for (size_t i = 0; i < s->n_wards; i++) {
		const struct ward *w = &s->wards[i];
		if (w->child.kind->announces && (w->pid <= 0 || !come(w)))
			return false;
	}
	return true;
}

static bool is_ready(const struct ward *w)
{
	return shared_state(w->s->c.shared, w->child.slot) == SLOT_READY;
}

static bool has_confirmed(const struct ward *w)
{
	return shared_confirmed(w->s->c.shared, w->child.slot) == w->s->generation;
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

static void refuse_reload(struct supervisor *s, const struct buf *errors)
{
	struct slice rest = buf_slice(errors), first = slice_cut(&rest, '\n');
	char status[512];
	metrics_add(shared_metrics(s->c.shared, 0), METRIC_RELOADS_REFUSED, 1);
	log_error(&s->log, "reload_refused", LOG_SLICE("cause", first),
		LOG_S("now", "the old configuration and certificates stay in force"));
	snprintf(status, sizeof status, "Reload refused, the old configuration stays in force: %.*s",
		first.n > 300 ? 300 : (int)first.n, first.p ? first.p : "");
	end_reload(s, status);
}

static void note_restart_needed(struct supervisor *s, const struct conf *new)
{
	struct buf names = BUF_INIT(2 * KIB);
	if (s->c.conf)
		conf_restart_needed(s->c.conf, new, &names);
	if (names.n)
		log_notice(&s->log, "restart_needed", LOG_SLICE("options", buf_slice(&names)),
			LOG_S("now", "their old values stay in force until then"));
	buf_free(&names);
}

static void begin_reload(struct supervisor *s)
{
	struct buf errors = BUF_INIT(16 * KIB);
	struct conf *new = NULL;
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=Reloading",
		(long long)mono_now().us);
	if (s->c.reload.load(s->c.reload.arg, &new, &errors) != 0) {
		refuse_reload(s, &errors);
	} else {
		note_restart_needed(s, new);
		conf_free(s->c.conf);
		s->c.conf = new;
		log_level_parse(slice_of(new->log.level), &s->c.log->level);
		shared_announce(s->c.shared, ++s->generation);
		loop_timer_after(&s->confirm_deadline, s->c.times.confirm);
		signal_all(s, SIGHUP);
	}
	buf_free(&errors);
}

static void on_hup(void *arg)
{
	struct supervisor *s = arg;
	if (s->stopping || !s->c.reload.load)
		return;
	if (loop_timer_armed(&s->confirm_deadline))
		s->reload_again = true;
	else
		begin_reload(s);
}

static void on_confirm_deadline(void *arg)
{
	struct supervisor *s = arg;
	for (size_t i = 0; i < s->n_wards; i++) {
		const struct ward *w = &s->wards[i];
		if (w->child.kind->announces && !has_confirmed(w))
			log_error(&s->log, "reload_incomplete", LOG_S("child", w->child.name),
				LOG_S("now", "it keeps the old configuration; see its message"));
	}
	metrics_add(shared_metrics(s->c.shared, 0), METRIC_RELOADS_REFUSED, 1);
	end_reload(s, "Reload incomplete: a process keeps the old configuration");
}

static void look(struct supervisor *s)
{
	if (!s->ready && all(s, is_ready)) {
		s->ready = true;
		log_notice(&s->log, "ready", LOG_I("processes", (int64_t)s->n_wards));
		sd_notify(0, "READY=1\nSTATUS=Serving");
	}
	if (loop_timer_armed(&s->confirm_deadline) && all(s, has_confirmed)) {
		metrics_add(shared_metrics(s->c.shared, 0), METRIC_RELOADS_DONE, 1);
		log_notice(&s->log, "reloaded", LOG_I("generation", s->generation));
		end_reload(s, "Serving");
	}
}

static void on_news(void *arg, unsigned ready UNUSED)
{
	struct supervisor *s = arg;
	char bytes[64];
	while (read(s->news[0], bytes, sizeof bytes) > 0)
		;
	if (!s->stopping)
		look(s);
}

/* ---- hanging ---- */

static struct duration silence(const struct ward *w)
{
	struct mono beat = shared_last_beat(w->s->c.shared, w->child.slot);
	return mono_since(mono_now(), beat.us > w->started.us ? beat : w->started);
}

static void on_tick(void *arg)
{
	struct supervisor *s = arg;
	for (size_t i = 0; i < s->n_wards; i++) {
		struct ward *w = &s->wards[i];
		if (!w->child.kind->announces || w->pid <= 0 || silence(w).us <= s->c.times.hang.us)
			continue;
		log_error(&s->log, "child_hangs", LOG_S("child", w->child.name),
			LOG_I("silent_ms", silence(w).us / 1000), LOG_S("now", "killing it"));
		kill(w->pid, SIGKILL);
	}
	int64_t quarter = s->c.times.hang.us / 4;
	loop_timer_after(&s->tick, quarter < SECONDS(1).us ? (struct duration){quarter} : SECONDS(1));
}

/* systemd hears of us only while everybody is alive and well. */
static void on_watchdog(void *arg)
{
	struct supervisor *s = arg;
	bool well = true;
	for (size_t i = 0; i < s->n_wards && !s->stopping; i++) {
		const struct ward *w = &s->wards[i];
		well = well && w->pid > 0 &&
		       (!w->child.kind->announces || silence(w).us < SECONDS(5).us);
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

static void add_wards(struct supervisor *s)
{
	for (size_t k = 0; k < s->c.n_kinds; k++) {
		const struct child_kind *kind = &s->c.kinds[k];
		for (size_t i = 0; i < kind->count; i++) {
			struct ward *w = &s->wards[s->n_wards++];
			*w = (struct ward){.s = s, .state = WARD_WAITING};
			loop_timer_init(&w->restart, s->loop, on_restart_due, w);
			w->child = (struct child){.kind = kind, .slot = s->n_wards,
				.log = s->c.log, .shared = s->c.shared, .source = s->c.source,
				.news_fd = s->news[1]};
			if (kind->count > 1)
				snprintf(w->child.name, sizeof w->child.name, "%s.%zu", kind->name, i + 1);
			else
				snprintf(w->child.name, sizeof w->child.name, "%s", kind->name);
			w->child.ctx = (struct log_ctx){.log = s->c.log, .process = w->child.name};
		}
	}
}

static bool prepare(struct supervisor *s)
{
	uint64_t usec = 0;
	s->loop = loop_new();
	s->wards = calloc(shared_slots(s->c.shared), sizeof *s->wards);
	if (!s->loop || !s->wards || pipe2(s->news, O_CLOEXEC | O_NONBLOCK) < 0)
		return false;
	loop_fd_init(&s->news_watch, s->loop, s->news[0], on_news, s);
	loop_timer_init(&s->tick, s->loop, on_tick, s);
	loop_timer_init(&s->hour, s->loop, on_hour, s);
	loop_timer_init(&s->watchdog, s->loop, on_watchdog, s);
	loop_timer_init(&s->drain_deadline, s->loop, on_drain_deadline, s);
	loop_timer_init(&s->confirm_deadline, s->loop, on_confirm_deadline, s);
	if (sd_watchdog_enabled(0, &usec) > 0)
		s->ping_every = (struct duration){(int64_t)(usec / 2)};
	add_wards(s);
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
	free(s->wards);
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
		for (size_t i = 0; i < s.n_wards; i++)
			ward_start(&s.wards[i]);
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
