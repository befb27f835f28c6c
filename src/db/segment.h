/* db/segment.h - one send on its way: a copy of the calls, what came back so far, and whom to
 * tell. Callers know it as their db_ticket. */
#pragma once

#include "base/list.h"
#include "db/db.h"
#include "db/statement.h"
#include "loop/loop.h"

enum { SEGMENT_CALLS_MAX = 32, SEGMENT_ARGS_MAX = 100 };

/* Statements of our own, beside those of the table. */
enum {
	/* Ends every write: a record in the WAL, so that its COMMIT waits for the synchronous standby
	 * also when the write found everything done already. Otherwise the repetition of a write whose
	 * COMMIT no standby has yet would be a success at once. (Having an xid is not enough.) */
	OWN_CONFIRM = -1,
	OWN_PROBE = -2, /* TIMELINE_PROBE */
	OWN_STATEMENTS = 2,
};

struct segment_call {
	int stmt, n_args;
	const char **values; /* NULL entries are NULLs; text has a NUL behind it */
	int *lengths, *formats;
	bool prepares; /* a Prepare of stmt goes before it on this connection */
};

struct segment {
	uint32_t magic;
	struct list node; /* in a link's flight or a lane's waiting list */
	void *owner;      /* the pool, for the timer */
	enum db_lane lane;
	enum segment_place { NOWHERE, WAITING, IN_FLIGHT, DOOMED } place; /* whose list node is in */
	bool resent;    /* was in flight once already: waits for a connection up to its limit */
	bool write;   /* OWN_CONFIRM goes behind its calls */
	bool probe;   /* of an idle connection: its one call is OWN_PROBE */
	bool prepare_nothing; /* parsed anew: what connections have prepared has proved stale */
	struct loop_timer limit;
	db_done_fn *done; /* NULL: nobody wants to know any more */
	void *arg;
	int tries_serial, tries_plan, tries_lost;

	/* The answer so far. */
	int call;      /* whose results come next; n_calls: only the Sync is left */
	bool prepared; /* that call's Prepare is answered */
	bool failed, uncertain;
	int failed_call; /* n_calls: at the end, where what was deferred is done */
	char sqlstate[6], constraint[64], message[160];

	int n_calls; /* of the sender; calls has one more place, for OWN_CONFIRM */
	struct segment_call *calls;
	PGresult **res;
	int *stmt;
};

/* How many calls go out. */
static inline int segment_sends(const struct segment *s)
{
	return s->n_calls + (s->write ? 1 : 0);
}

/* Copies the calls. Returns 0, E_SYNTAX for a text with a NUL byte, or E_NOMEM. The number of
 * arguments must be that of the statement's text. */
MUSTUSE int segment_new(const struct db_call *calls, int n, const struct statement_text *table,
                        size_t table_n, struct segment **ret);

/* A question to an idle connection, for nobody. NULL when out of memory. */
struct segment *segment_new_probe(void);

/* Stops the timer, frees the results. NULL is allowed. */
void segment_free(struct segment *s);

/* Forgets the answer so far, so that it may be sent again. */
void segment_reset(struct segment *s);

/* Notes that a result is not what its statement promises. */
void segment_breach(struct segment *s, const char *why);

/* Notes the first error of the answer. */
void segment_fail(struct segment *s, const PGresult *res);

/* The outcome as far as the segment itself knows, once its Sync has come. */
enum db_outcome segment_outcome(const struct segment *s);

/* Tells whoever waits, then frees. From the loop only. */
void segment_finish(struct segment *s, enum db_outcome outcome);
