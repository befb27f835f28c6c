/* db/pulse.c - whether the server that a pool works with is alive.
 *
 * A frozen server says nothing, and that is not for one link to judge: a COMMIT that waits for a
 * standby is silent too. The status link has nothing but short reads, and its pulse is felt all the
 * time; when it stops and no other link has heard anything meanwhile, all are lost. */
#include <string.h>

#include "db/cause.h"
#include "db/pool_impl.h"

/* Every third beat all idle links are asked, else the status link alone. A beat and the patience of a
 * pipeline with a probe (1.4 s) make less than two seconds. */
enum { BEAT_MS = 400, BEATS_PROBE = 3, SIGN_OF_LIFE_MS = 1200 };

static void probe(struct link *k)
{
	struct segment *s = pipeline_idle(k->pipeline) ? segment_new_probe() : NULL;
	if (s)
		pipeline_send(k->pipeline, s);
}

static void on_beat(void *arg)
{
	struct pool *p = arg;
	CHECK_MAGIC(p, POOL_MAGIC);
	bool all = p->beats++ % BEATS_PROBE == 0;
	for (int i = 0; i < p->n_links; i++) {
		struct link *k = &p->links[i];
		if (k->state == LINK_UP && pipeline_usable(k->pipeline) && pool_link_current(k) &&
		    (all || k->lane == DB_STATUS))
			probe(k);
	}
	loop_timer_after(&p->beat, MILLIS(BEAT_MS));
}

void pulse_begin(struct pool *p)
{
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

bool pulse_stopped(const struct pool *p, const char *cause)
{
	return strcmp(cause, PIPELINE_SILENT) == 0 &&
	       mono_since(mono_now(), p->sign_of_life).us >= MILLIS(SIGN_OF_LIFE_MS).us;
}

void pulse_give_up(struct pool *p, size_t host)
{
	char label[HOST_TEXT + 96], cause[POOL_WHY];
	p->good_host = (host + 1) % hosts_count(p->hosts);
	for (int i = 0; i < p->n_links; i++) {
		if (p->links[i].failures == 0)
			p->links[i].failures = 1;
		if (p->links[i].state == LINK_UP)
			pipeline_lose(p->links[i].pipeline, PIPELINE_SILENT);
	}
	for (int i = 0; i < LANES; i++)
		pool_give_up_waiting(p, (enum db_lane)i);
	host_label(hosts_at(p->hosts, host), label, sizeof(label));
	cause_of_connect(PIPELINE_SILENT, label, cause, sizeof(cause));
	notice_change(p, false, cause);
}
