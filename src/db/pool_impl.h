/* db/pool_impl.h - what a pool is made of, for the files that make it: pool.c has the links and lanes,
 * pulse.c says whether the server is alive. */
#pragma once

#include "base/list.h"
#include "base/magic.h"
#include "db/connect.h"
#include "db/pipeline.h"
#include "db/pool.h"
#include "db/segment.h"

#define POOL_MAGIC 0x706f6f6cu

enum { LANES = 4 };

/* Why a link is lost, besides the pipeline's own reasons. */
#define LINK_ELSEWHERE "older timeline"
#define LINK_FROZEN "frozen server"

enum link_state { LINK_CONNECTING, LINK_UP, LINK_PAUSING };

struct pool;

struct link {
	struct pool *pool;
	enum db_lane lane;
	enum link_state state;
	int failures; /* rounds in a row */
	struct connect *connect;
	struct pipeline *pipeline; /* LINK_UP */
	struct timeline timeline;  /* LINK_UP: of its server */
	size_t host;               /* LINK_UP */
	struct loop_timer pause;
	struct mono up_since;
};

struct lane {
	struct list waiting;
	int n_waiting;
};

struct pool {
	struct db db; /* first: callers hold this */
	uint32_t magic;
	struct loop *loop;
	struct pool_settings settings;
	char *application;
	struct hosts *hosts;
	size_t good_host; /* the last that took us: tried first */
	struct timeline_memory timelines;
	struct timeline newest; /* where no other memory was given */
	struct loop_timer beat;
	struct mono beat_at;
	unsigned beats, silent_beats; /* silent: in a row, nobody heard anything */
	struct mono sign_of_life;     /* when any link had an answer */
	enum { NEVER_TOLD, TOLD_UP, TOLD_AWAY } told;
	struct mono told_at;
	char told_cause[POOL_WHY];
	struct lane lanes[LANES];
	struct list doomed; /* end with DB_AWAY in the next turn */
	struct loop_task doom;
	int n_links;
	struct link links[];
};

/* ---- pool.c ---- */

/* Gives a link up that is elsewhere than on the newest timeline. */
bool pool_link_current(struct link *k);

/* The lane cannot be served for now: nobody waits in vain who need not. Reads that were sent before may
 * wait for a server that comes back or another, but not for a frozen one. */
void pool_give_up_waiting(struct pool *p, enum db_lane lane, bool frozen);

/* ---- notice.c ---- */

/* Once for each change, and now and then for another cause. */
void notice_change(struct pool *p, bool up, const char *cause);

/* The server has no room for what a segment of this link asked. */
void notice_full(const struct link *k, const struct segment *s);

/* ---- pulse.c ---- */

void pulse_begin(struct pool *p);
void pulse_end(struct pool *p);

/* Some link has had an answer. */
void pulse_felt(struct pool *p);

/* The answer to a probe, which is freed: the server is alive, but is it still where it was? */
void pulse_answered(struct link *k, struct segment *probe);
