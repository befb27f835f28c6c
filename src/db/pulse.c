/* db/pulse.c - whether the server that a pool works with is alive.
 *
 * A frozen server says nothing, and that is not for one link to judge: a COMMIT that waits for a
 * standby is silent too, and a server need not freeze all at once. At each beat somebody is asked, and
 * when nobody heard anything since the last one, everybody; when that lasts, all are lost. */
#include <string.h>

#include "db/cause.h"
#include "db/pool_impl.h"

/* The beat after the freeze may still have heard something; with it three silent ones take 1.6 s. Every
 * third beat all idle links are asked, else the status link alone. */
enum { BEAT_MS = 400, BEATS_PROBE = 3, BEATS_SILENT = 3 };

static void probe(struct link *k)
{
	struct segment *s = pipeline_idle(k->pipeline) ? segment_new_probe() : NULL;
	if (s)
		pipeline_send(k->pipeline, s);
}

static void ask(struct pool *p, bool all)
{
	for (int i = 0; i < p->n_links; i++) {
		struct link *k = &p->links[i];
		if (k->state == LINK_UP && pipeline_usable(k->pipeline) && pool_link_current(k) &&
		    (all || k->lane == DB_STATUS))
			probe(k);
	}
}

/* Nobody has heard of the server for a while: what was asked of it is not asked again, what comes is
 * refused at once, and another host is tried first. */
static void give_up(struct pool *p)
{
	char label[HOST_TEXT + 96], cause[POOL_WHY];
	host_label(hosts_at(p->hosts, p->good_host), label, sizeof(label));
	cause_of_connect(PIPELINE_SILENT, label, cause, sizeof(cause));
	p->good_host = (p->good_host + 1) % hosts_count(p->hosts);
	for (int i = 0; i < p->n_links; i++) {
		if (p->links[i].failures == 0)
			p->links[i].failures = 1;
		if (p->links[i].state == LINK_UP)
			pipeline_lose(p->links[i].pipeline, LINK_FROZEN);
	}
	for (int i = 0; i < LANES; i++)
		pool_give_up_waiting(p, (enum db_lane)i, true);
	notice_change(p, false, cause);
}

/* A process that was itself stopped for some beats has heard nothing either, and counts anew. */
static void on_beat(void *arg)
{
	struct pool *p = arg;
	CHECK_MAGIC(p, POOL_MAGIC);
	struct mono now = mono_now();
	bool late = mono_since(now, p->beat_at).us > MILLIS(2 * BEAT_MS).us;
	bool heard = p->sign_of_life.us >= p->beat_at.us;
	p->silent_beats = heard || late ? 0 : p->silent_beats + 1;
	if (p->told == TOLD_UP && p->silent_beats >= BEATS_SILENT)
		give_up(p);
	ask(p, !heard || p->beats++ % BEATS_PROBE == 0);
	p->beat_at = now;
	loop_timer_after(&p->beat, MILLIS(BEAT_MS));
}

void pulse_begin(struct pool *p)
{
	p->beat_at = mono_now();
	loop_timer_init(&p->beat, p->loop, on_beat, p);
	loop_timer_after(&p->beat, MILLIS(BEAT_MS));
}

void pulse_end(struct pool *p)
{
	loop_timer_stop(&p->beat);
}

void pulse_felt(struct pool *p)
{
	p->sign_of_life = mono_now();
}

void pulse_answered(struct link *k, struct segment *s)
{
	struct timeline t = k->timeline;
	if (s->failed || !timeline_read(s->res[0], &t) || t.id != k->timeline.id)
		pipeline_lose(k->pipeline, LINK_ELSEWHERE);
	segment_free(s);
}
