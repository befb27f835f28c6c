/* db/pool.c - links and lanes.
 *
 * A link is one connection in one of its lives:
 *
 *   CONNECTING --connected--> UP --lost--> CONNECTING (at once)
 *       ^    \--failed--> PAUSING
 *       +------pause over----/
 *
 * What a lost link had in flight is settled by what it was: a write may or may not have been
 * committed and nobody but the caller can find out (DB_UNKNOWN); a read is sent again elsewhere.
 * Segments without a link wait in their lane's list. Whether the server is frozen is not for one
 * link to say: see pulse.c. */
#include "db/pool_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/outcome.h"
#include "db/cause.h"
#include "db/settings.h"
#include "db/sqlstate.h"

enum { LINKS_MAX = 64, IN_FLIGHT_MAX = 64, SERIAL_TRIES = 3, LOST_TRIES = 3 };
enum { PAUSE_MIN_MS = 50, PAUSE_MAX_MS = 2000, SHORT_LIFE_MS = 200 };

/* One statement at a time, so few may wait. */
enum { LONG_IN_FLIGHT_MAX = 4 };

static struct pool *pool_of(struct db *db)
{
	struct pool *p = (struct pool *)(void *)db;
	CHECK_MAGIC(p, POOL_MAGIC);
	return p;
}

static struct lane *lane_of(struct pool *p, const struct segment *s)
{
	return &p->lanes[s->lane == DB_REPEAT ? DB_WRITE : s->lane];
}

static bool in_lane(const struct link *k, enum db_lane lane)
{
	return k->lane == (lane == DB_REPEAT ? DB_WRITE : lane);
}

/* --- timelines -------------------------------------------------------------------------- */

static struct timeline own_newest(void *arg)
{
	const struct pool *p = arg;
	return p->newest;
}

static int own_learn(void *arg, struct timeline met)
{
	struct pool *p = arg;
	p->newest = met;
	return 0;
}

/* Gives a link up that is elsewhere than on the newest timeline. */
bool pool_link_current(struct link *k)
{
	const struct timeline_memory *m = &k->pool->timelines;
	if (timeline_rank(k->timeline, m->newest(m->arg)) == TIMELINE_CURRENT)
		return true;
	pipeline_lose(k->pipeline, LINK_ELSEWHERE);
	return false;
}

/* --- notices ---------------------------------------------------------------------------- */

static bool lane_is_up(const struct pool *p, enum db_lane lane)
{
	for (int i = 0; i < p->n_links; i++) {
		if (p->links[i].lane == lane && p->links[i].state == LINK_UP)
			return true;
	}
	return false;
}

bool pool_is_up(const struct db *db)
{
	const struct pool *p = (const struct pool *)(const void *)db;
	CHECK_MAGIC(p, POOL_MAGIC);
	return lane_is_up(p, DB_STATUS) && lane_is_up(p, DB_READ) && lane_is_up(p, DB_WRITE);
}

int pool_connections(const struct db *db)
{
	const struct pool *p = (const struct pool *)(const void *)db;
	int n = 0;
	CHECK_MAGIC(p, POOL_MAGIC);
	for (int i = 0; i < p->n_links; i++)
		n += p->links[i].state == LINK_UP;
	return n;
}

/* --- counting --------------------------------------------------------------------------- */

static void count(const struct pool *p, enum pool_event what)
{
	if (p->settings.event)
		p->settings.event(p->settings.notice_arg, what);
}

static void dispatch(struct link *k, struct segment *s)
{
	count(k->pool, POOL_SENT);
	pipeline_send(k->pipeline, s);
}

/* What a constraint refuses is an answer like another. */
static void finish(struct pool *p, struct segment *s, enum db_outcome outcome)
{
	if (outcome != DB_OK && outcome != DB_CONSTRAINT)
		count(p, POOL_FAILED);
	segment_finish(s, outcome);
}

/* --- sending ---------------------------------------------------------------------------- */

static int in_flight_max(const struct pool *p, enum db_lane lane)
{
	int most = p->settings.in_flight_max;
	return lane == DB_LONG && most > LONG_IN_FLIGHT_MAX ? LONG_IN_FLIGHT_MAX : most;
}

static struct link *least_loaded(struct pool *p, enum db_lane lane, bool *ret_any_up)
{
	struct link *best = NULL;
	int least = in_flight_max(p, lane);
	*ret_any_up = false;
	for (int i = 0; i < p->n_links; i++) {
		struct link *k = &p->links[i];
		if (!in_lane(k, lane) || k->state != LINK_UP || !pipeline_usable(k->pipeline) ||
		    !pool_link_current(k))
			continue;
		*ret_any_up = true;
		if (pipeline_in_flight(k->pipeline) < least) {
			best = k;
			least = pipeline_in_flight(k->pipeline);
		}
	}
	return best;
}

/* May a connection be there in a moment? Links that failed their last round do not count. */
static bool lane_has_hope(const struct pool *p, enum db_lane lane)
{
	for (int i = 0; i < p->n_links; i++) {
		if (in_lane(&p->links[i], lane) && p->links[i].failures == 0)
			return true;
	}
	return false;
}

static bool is_patient(const struct segment *s)
{
	return s->resent || s->lane == DB_REPEAT;
}

static void wait_for_link(struct pool *p, struct segment *s)
{
	struct lane *lane = lane_of(p, s);
	list_append(&lane->waiting, &s->node);
	s->place = WAITING;
	lane->n_waiting++;
}

static void stop_waiting(struct pool *p, struct segment *s)
{
	list_remove(&s->node);
	s->place = NOWHERE;
	lane_of(p, s)->n_waiting--;
}

static void doom(struct pool *p, struct segment *s)
{
	list_append(&p->doomed, &s->node);
	s->place = DOOMED;
	loop_defer(p->loop, &p->doom);
}

/* Sends what was sent before once more. No cap: it had its place already. */
static void send_again(struct pool *p, struct segment *s)
{
	bool any_up;
	segment_reset(s);
	s->resent = true;
	if (!s->done) {
		segment_free(s); /* cancelled meanwhile: nobody needs the answer */
		return;
	}
	struct link *k = least_loaded(p, s->lane, &any_up);
	if (k)
		dispatch(k, s);
	else
		wait_for_link(p, s);
}

/* The limit has passed. A segment on its way completes all the same, but nobody is told. */
static void on_limit(void *arg)
{
	struct segment *s = arg;
	struct pool *p = s->owner;
	CHECK_MAGIC(p, POOL_MAGIC);
	if (s->place != IN_FLIGHT) {
		if (s->place == WAITING)
			stop_waiting(p, s);
		finish(p, s, DB_AWAY);
		return;
	}
	struct db_result r = {.outcome = s->write ? DB_UNKNOWN : DB_TIMEOUT,
	                      .n_calls = s->n_calls,
	                      .message = "the limit passed"};
	db_done_fn *done = s->done;
	s->done = NULL;
	count(p, POOL_FAILED);
	if (done)
		done(s->arg, &r);
}

static void on_doom(void *arg)
{
	struct pool *p = arg;
	CHECK_MAGIC(p, POOL_MAGIC);
	struct list *l;
	while ((l = list_pop(&p->doomed)) != NULL)
		finish(p, CONTAINER_OF(l, struct segment, node), DB_AWAY);
}

/* Where a new segment goes. E_FULL when every place is taken. */
static int place(struct pool *p, struct segment *s)
{
	bool any_up;
	struct link *k = least_loaded(p, s->lane, &any_up);
	if (k) {
		dispatch(k, s);
		return 0;
	}
	if (any_up || lane_of(p, s)->n_waiting >= in_flight_max(p, s->lane))
		return E_FULL;
	if (is_patient(s) || lane_has_hope(p, s->lane)) {
		wait_for_link(p, s);
		return 0;
	}
	doom(p, s);
	return 0;
}

static int pool_send(struct db *db, enum db_lane lane, const struct db_call *calls, int n,
                     struct duration limit, db_done_fn *done, void *arg,
                     struct db_ticket **ret_ticket)
{
	struct pool *p = pool_of(db);
	struct segment *s;
	assert(done && lane <= DB_REPEAT);
	int r = segment_new(calls, n, p->settings.statements, p->settings.n_statements, &s);
	if (r < 0)
		return r;
	s->owner = p;
	s->lane = lane;
	s->write = lane == DB_WRITE || lane == DB_REPEAT;
	s->done = done;
	s->arg = arg;
	loop_timer_init(&s->limit, p->loop, on_limit, s);
	if ((r = place(p, s)) < 0) {
		segment_free(s);
		return r;
	}
	loop_timer_after(&s->limit, limit);
	if (ret_ticket)
		*ret_ticket = (struct db_ticket *)(void *)s;
	return 0;
}

static void pool_cancel(struct db *db, struct db_ticket *t)
{
	struct pool *p = pool_of(db);
	struct segment *s = (struct segment *)(void *)t;
	s->done = NULL;
	loop_timer_stop(&s->limit);
	if (s->place == IN_FLIGHT)
		return;
	if (s->place == WAITING)
		stop_waiting(p, s);
	segment_free(s);
}

/* --- links ------------------------------------------------------------------------------ */

/* Whoever waits in the lane gets what is free on this link, oldest first. */
static void send_waiting(struct link *k)
{
	struct pool *p = k->pool;
	struct lane *lane = &p->lanes[k->lane];
	struct list *first;
	while (pipeline_usable(k->pipeline) && pool_link_current(k) &&
	       pipeline_in_flight(k->pipeline) < in_flight_max(p, k->lane) &&
	       (first = list_first(&lane->waiting)) != NULL) {
		struct segment *s = CONTAINER_OF(first, struct segment, node);
		stop_waiting(p, s);
		dispatch(k, s);
	}
}

/* What one link has prepared is stale, so all of the lane have: they go when what they have in
 * flight has ended, and what comes meanwhile waits for new ones. */
static void retire_lane(struct pool *p, enum db_lane lane)
{
	for (int i = 0; i < p->n_links; i++) {
		if (p->links[i].lane == lane && p->links[i].state == LINK_UP)
			pipeline_retire(p->links[i].pipeline);
	}
}

static void settle_answered(struct link *k, struct segment *s)
{
	struct pool *p = k->pool;
	enum db_outcome outcome = segment_outcome(s);
	struct sqlstate_meaning m = {0};
	if (s->failed)
		m = sqlstate_meaning(s->sqlstate);
	if (outcome == DB_FULL)
		notice_full(k, s);
	if (m.repeat == REPEAT_PLAN)
		retire_lane(p, k->lane);
	else if (m.retire)
		pipeline_retire(k->pipeline);
	if ((m.repeat == REPEAT_SERIAL && s->tries_serial++ < SERIAL_TRIES) ||
	    (m.repeat == REPEAT_PLAN && s->tries_plan++ < 1)) {
		s->prepare_nothing |= m.repeat == REPEAT_PLAN;
		send_again(p, s); /* safe: the error has rolled the segment back */
	} else {
		finish(p, s, outcome);
	}
}

static void settle_lost(struct pool *p, struct segment *s)
{
	if (s->write) {
		finish(p, s, DB_UNKNOWN);
	} else if (s->tries_lost++ < LOST_TRIES) {
		count(p, POOL_FAILED);
		send_again(p, s);
	} else {
		finish(p, s, DB_AWAY);
	}
}

static void on_answered(void *arg, struct segment *s)
{
	struct link *k = arg;
	pulse_felt(k->pool);
	if (s->probe)
		pulse_answered(k, s);
	else if (pool_link_current(k))
		settle_answered(k, s);
	else
		settle_lost(k->pool, s); /* nobody hears what a deposed server says */
	send_waiting(k);
}

static void link_connect(struct link *k)
{
	k->state = LINK_CONNECTING;
	connect_start(k->connect, k->pool->good_host);
}

static void link_pause(struct link *k)
{
	int most = PAUSE_MIN_MS << (k->failures < 6 ? k->failures + 1 : 6);
	if (most > PAUSE_MAX_MS)
		most = PAUSE_MAX_MS;
	uint32_t dice = 0;
	if (getrandom(&dice, sizeof(dice), 0) < 0)
		dice = 0; /* only the spread of the pauses suffers */
	k->failures++;
	k->state = LINK_PAUSING;
	loop_timer_after(&k->pause, MILLIS(PAUSE_MIN_MS + (int)(dice % (uint32_t)most)));
}

void pool_give_up_waiting(struct pool *p, enum db_lane lane, bool frozen)
{
	LIST_FOR(it, &p->lanes[lane].waiting) {
		struct segment *s = CONTAINER_OF(it, struct segment, node);
		if (is_patient(s) && (s->write || !frozen))
			continue;
		stop_waiting(p, s);
		doom(p, s);
	}
}

static void connect_again(struct link *k, const char *cause, bool frozen)
{
	bool elsewhere = strcmp(cause, LINK_ELSEWHERE) == 0;
	if (elsewhere && k->pool->good_host == k->host)
		k->pool->good_host = (k->host + 1) % hosts_count(k->pool->hosts);
	bool short_life = mono_since(mono_now(), k->up_since).us < MILLIS(SHORT_LIFE_MS).us;
	if ((frozen && k->lane != DB_STATUS) ||
	    (short_life && !elsewhere && strcmp(cause, PIPELINE_RETIRED) != 0))
		link_pause(k); /* a server that takes and drops connections is not to be hammered */
	else
		link_connect(k);
}

static void on_lost(void *arg, const char *cause)
{
	struct link *k = arg;
	struct list flight;
	struct segment *s;
	bool frozen = strcmp(cause, LINK_FROZEN) == 0;
	list_init(&flight);
	while ((s = pipeline_take(k->pipeline)) != NULL)
		list_append(&flight, &s->node);
	pipeline_free(k->pipeline);
	k->pipeline = NULL;
	connect_again(k, cause, frozen);
	struct list *l;
	while ((l = list_pop(&flight)) != NULL) {
		s = CONTAINER_OF(l, struct segment, node);
		if (frozen && !s->write)
			finish(k->pool, s, DB_AWAY);
		else
			settle_lost(k->pool, s);
	}
}

static const struct pipeline_ops link_ops = {.answered = on_answered, .lost = on_lost};

static void link_failed(struct link *k, const char *cause)
{
	struct pool *p = k->pool;
	link_pause(k);
	if (lane_is_up(p, k->lane))
		return;
	if (!lane_has_hope(p, k->lane))
		pool_give_up_waiting(p, k->lane, false);
	notice_change(p, false, cause);
}

/* While there is no connection at all the status link alone goes on trying: attempts that a frozen
 * server cannot answer wait in its queue, and it would have to work through all of them. */
static void on_pause(void *arg)
{
	struct link *k = arg;
	if (k->lane == DB_STATUS || pool_connections(&k->pool->db) > 0)
		link_connect(k);
	else
		loop_timer_after(&k->pause, MILLIS(PAUSE_MAX_MS));
}

static void end_pauses(struct pool *p)
{
	for (int i = 0; i < p->n_links; i++) {
		if (p->links[i].state != LINK_PAUSING)
			continue;
		loop_timer_stop(&p->links[i].pause);
		link_connect(&p->links[i]);
	}
}

static void on_connect(void *arg, PGconn *conn, size_t which, struct timeline timeline,
                       const char *cause)
{
	struct link *k = arg;
	struct pool *p = k->pool;
	if (!conn) {
		link_failed(k, cause);
		return;
	}
	if (pipeline_new(p->loop, conn, p->settings.statements, p->settings.n_statements, &link_ops,
	                 k, &k->pipeline) < 0) {
		link_failed(k, "the connection could not be used: out of memory or descriptors");
		return;
	}
	if (k->lane == DB_LONG)
		pipeline_set_call_limit(k->pipeline, SECONDS(SETTINGS_LONG_S));
	if (k->lane == DB_STATUS)
		pipeline_set_call_limit(k->pipeline, PIPELINE_QUICK);
	count(p, POOL_CONNECTED);
	p->good_host = k->host = which;
	pulse_felt(p);
	k->timeline = timeline;
	k->failures = 0;
	k->state = LINK_UP;
	k->up_since = mono_now();
	if (k->lane == DB_STATUS)
		end_pauses(p);
	send_waiting(k);
	if (pool_is_up(&p->db))
		notice_change(p, true, "");
}

/* --- making and freeing ----------------------------------------------------------------- */

static void free_list(struct list *l)
{
	struct list *it;
	while ((it = list_pop(l)) != NULL)
		segment_free(CONTAINER_OF(it, struct segment, node));
}

static void link_free(struct link *k)
{
	struct segment *s;
	loop_timer_stop(&k->pause);
	connect_free(k->connect);
	while (k->pipeline && (s = pipeline_take(k->pipeline)) != NULL)
		segment_free(s);
	pipeline_free(k->pipeline);
}

static void pool_free(struct db *db)
{
	struct pool *p = pool_of(db);
	pulse_end(p);
	for (int i = 0; i < p->n_links; i++)
		link_free(&p->links[i]);
	for (int i = 0; i < LANES; i++)
		free_list(&p->lanes[i].waiting);
	free_list(&p->doomed);
	loop_cancel(&p->doom);
	hosts_free(p->hosts);
	free(p->application);
	p->magic = 0;
	free(p);
}

static const struct db_ops pool_ops = {.send = pool_send, .cancel = pool_cancel, .free = pool_free};

static int add_links(struct pool *p, enum db_lane lane, int n)
{
	for (int i = 0; i < n; i++) {
		struct link *k = &p->links[p->n_links];
		k->pool = p;
		k->lane = lane;
		loop_timer_init(&k->pause, p->loop, on_pause, k);
		k->connect = connect_new(p->loop, p->hosts, p->application,
		                         settings_of_lane(lane), &p->timelines, on_connect, k);
		if (!k->connect)
			return E_NOMEM;
		p->n_links++;
		link_connect(k);
	}
	return 0;
}

int pool_new(struct loop *l, const struct pool_settings *settings, struct db **ret,
             char why[static POOL_WHY])
{
	int n = 2 + settings->read_connections + settings->write_connections;
	assert(settings->read_connections > 0 && settings->write_connections > 0 && n <= LINKS_MAX);
	struct pool *p = calloc(1, sizeof(*p) + (size_t)n * sizeof(struct link));
	if (!p)
		return E_NOMEM;
	p->db.ops = &pool_ops;
	p->magic = POOL_MAGIC;
	p->loop = l;
	p->settings = *settings;
	p->settings.conninfo = p->settings.application = NULL; /* copied, or used up here */
	if (p->settings.in_flight_max <= 0)
		p->settings.in_flight_max = IN_FLIGHT_MAX;
	if (p->settings.tell_again.us <= 0)
		p->settings.tell_again = SECONDS(60);
	p->timelines = settings->timelines ? *settings->timelines
	                                   : (struct timeline_memory){own_newest, own_learn, p};
	list_init(&p->doomed);
	pulse_begin(p);
	loop_task_init(&p->doom, on_doom, p);
	for (int i = 0; i < LANES; i++)
		list_init(&p->lanes[i].waiting);
	int r = hosts_parse(settings->conninfo, &p->hosts, why, POOL_WHY);
	if (r == 0)
		r = (p->application = strdup(settings->application)) ? 0 : E_NOMEM;
	if (r == 0)
		r = add_links(p, DB_STATUS, 1);
	if (r == 0)
		r = add_links(p, DB_LONG, 1);
	if (r == 0)
		r = add_links(p, DB_READ, settings->read_connections);
	if (r == 0)
		r = add_links(p, DB_WRITE, settings->write_connections);
	if (r < 0) {
		db_free(&p->db);
		return r;
	}
	*ret = &p->db;
	return 0;
}
