/* daemon/life.c - the loop of a child. The heartbeat is written from a timer of the same loop
 * that does the work, so a loop that hangs stops beating. */
#include "daemon/life.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/outcome.h"
#include "daemon/exit.h"
#include "daemon/source.h"

/* The supervisor looks again. A full pipe means that it will anyway. */
static void tell(const struct life *l)
{
	ssize_t n = write(l->child->news_fd, "!", 1);
	(void)n;
}

static void beat(void *arg)
{
	struct life *l = arg;
	shared_beat(l->child->shared, l->child->slot, loop_now(l->loop));
	log_flush(l->child->log, loop_now(l->loop));
	loop_timer_after(&l->_beat, SECONDS(1));
}

static void on_term(void *arg)
{
	struct life *l = arg;
	if (l->draining)
		return;
	l->draining = true;
	shared_set_state(l->child->shared, l->child->slot, SLOT_DRAINING);
	if (l->ops->drain)
		l->ops->drain(l->arg);
	else
		life_end(l);
}

static void use(struct life *l, struct conf *conf, uint32_t generation)
{
	conf_free(l->_reloaded);
	l->_reloaded = conf;
	l->conf = conf;
	log_level_parse(slice_of(conf->log.level), &l->child->log->level);
	shared_confirm(l->child->shared, l->child->slot, generation);
	tell(l);
}

static int read_conf(const struct child *c, uint32_t generation, struct conf **ret)
{
	struct buf text = BUF_INIT(2 * CONF_FILE_MAX), errors = BUF_INIT(4 * KIB);
	int rc = source_get(c->source, generation, &text);
	if (rc == 0)
		rc = conf_parse(buf_slice(&text), source_name(c->source), ret, &errors);
	if (rc != 0)
		log_error(&c->ctx, "configuration_not_read", LOG_I("failure", rc),
		          LOG_SLICE("cause", buf_slice(&errors)));
	buf_free(&text);
	buf_free(&errors);
	return rc;
}

static void refuse(const struct life *l, uint32_t generation)
{
	const struct child *c = l->child;
	log_error(&c->ctx, "reload_failed", LOG_I("generation", generation),
	          LOG_S("now", "the old configuration stays in force"));
	shared_refuse(c->shared, c->slot, generation);
	tell(l);
}

/* Texts are read without a lock: they count only if they were still the latest afterwards. If not,
 * another SIGHUP is on its way. */
static void on_hup(void *arg)
{
	struct life *l = arg;
	struct child *c = l->child;
	uint32_t generation = shared_announced(c->shared);
	struct conf *conf = NULL;
	if (!c->source || generation == shared_confirmed(c->shared, c->slot))
		return;
	int rc = read_conf(c, generation, &conf);
	if (rc == 0 && l->ops->reload)
		rc = l->ops->reload(l->arg, conf, generation);
	bool current = shared_announced(c->shared) == generation;
	if (rc == 0 && current) {
		use(l, conf, generation);
		return;
	}
	conf_free(conf);
	if (current)
		refuse(l, generation);
}

int life_start(struct life *l, struct child *c, const struct life_ops *ops, void *arg)
{
	*l = (struct life){.child = c, .conf = c->conf, .ops = ops, .arg = arg};
	l->loop = loop_new();
	if (!l->loop || loop_signal(l->loop, SIGTERM, on_term, l) != 0 ||
	    loop_signal(l->loop, SIGHUP, on_hup, l) != 0) {
		log_error(&c->ctx, "no_event_loop", LOG_S("cause", strerror(errno)));
		loop_free(l->loop);
		return E_SYSTEM;
	}
	shared_confirm(c->shared, c->slot, c->generation);
	loop_timer_init(&l->_beat, l->loop, beat, l);
	beat(l);
	/* Forked while a reload was under way, with what was in force before it: the SIGHUP for it
	 * may have come before we were there. */
	loop_task_init(&l->_catch_up, on_hup, l);
	if (shared_announced(c->shared) != c->generation)
		loop_defer(l->loop, &l->_catch_up);
	return 0;
}

void life_ready(struct life *l)
{
	if (!l->draining)
		shared_set_state(l->child->shared, l->child->slot, SLOT_READY);
	tell(l);
}

int life_run(struct life *l)
{
	if (loop_run(l->loop) == 0)
		return EXIT_DONE;
	log_error(&l->child->ctx, "event_loop_failed", LOG_S("cause", strerror(errno)));
	return EXIT_TROUBLE;
}

void life_end(struct life *l)
{
	loop_stop(l->loop);
}

void life_finish(struct life *l)
{
	loop_timer_stop(&l->_beat);
	loop_cancel(&l->_catch_up);
	loop_free(l->loop);
	conf_free(l->_reloaded);
}
