/* db/pool.h - a process's connections to PostgreSQL, by lane, behind db/db.h.
 *
 * Each connection looks after itself: it connects to the primary among the hosts, at once after a
 * loss, then after random pauses of 50 ms to 2 s. While a lane has no connection but may have one
 * in a moment, sends wait; once an attempt has failed they end with DB_AWAY at once (reads that
 * were on their way before and DB_REPEAT wait on, up to their limit).
 *
 * Together they work with one server, the primary on the newest timeline that this host has met
 * (db/timeline.h): a connection elsewhere is given up as soon as there is a newer one, and no answer
 * from there is told. Idle connections are probed; when no connection gets an answer for less than
 * two seconds the server counts as frozen and all are given up. */
#pragma once

#include "db/db.h"
#include "db/statement.h"
#include "db/timeline.h"
#include "loop/loop.h"

/* Told when PostgreSQL went away (up = false, cause is one sentence with the remedy) and when every
 * lane has a connection (up = true, cause is ""); once for each change, from the loop. While it is away
 * another cause is told too, but not more often than settings.tell_again: a server that starts up
 * now may turn out to be a former primary later. */
typedef void pool_notice_fn(void *arg, bool up, const char *cause);

/* Told when the server has refused a statement because it has no room (53xxx: a disk, memory or
 * slots), whoever asked: nothing that waiting mends. cause is one sentence with the remedy. */
struct pool_full {
	const char *statement, *sqlstate, *message, *cause;
};
typedef void pool_full_fn(void *arg, const struct pool_full *what);

/* What is counted. */
enum pool_event {
	POOL_CONNECTED,
	POOL_SENT,   /* a caller's segment went out (again, when it was repeated) */
	POOL_FAILED, /* one was refused but for a constraint, was lost, passed its limit, or found no server */
};
typedef void pool_event_fn(void *arg, enum pool_event what);

struct pool_settings {
	const char *conninfo;    /* several hosts allowed */
	const char *application; /* shown in pg_stat_activity */
	const struct statement_text *statements;
	size_t n_statements;
	int read_connections, write_connections; /* at least 1 each */
	int in_flight_max;                       /* segments on one connection; 0: 64 */
	const struct timeline_memory *timelines; /* outlives the pool; NULL: a memory of its own */
	pool_notice_fn *notice;                  /* may be NULL */
	struct duration tell_again;              /* 0: a minute */
	pool_full_fn *full;                      /* may be NULL */
	pool_event_fn *event;                    /* may be NULL */
	void *notice_arg;                        /* of the three */
};

enum { POOL_WHY = 512 };

/* Starts connecting; the first notice says how that went. Texts are copied, statements must live
 * as long. Returns 0 and *ret, freed with db_free while no done is running; E_SYNTAX with a
 * sentence in why when conninfo is wrong; E_NOMEM. */
MUSTUSE int pool_new(struct loop *l, const struct pool_settings *settings, struct db **ret,
                     char why[static POOL_WHY]);

/* True when every lane has a connection. */
bool pool_is_up(const struct db *db);

/* How many connections there are at present, of 2 + read_connections + write_connections. */
int pool_connections(const struct db *db);
