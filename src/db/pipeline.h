/* db/pipeline.h - segments in flight on one connection in libpq's pipeline mode (PostgreSQL 15
 * documentation, section 34.5).
 *
 * Results come in the order of sending. Nothing blocks; ops run from the loop, never from inside
 * pipeline_send. A connection that surprises is not repaired: it is lost. */
#pragma once

#include "db/segment.h"

struct pipeline; /* opaque */

struct pipeline_ops {
	/* The Sync came: s is out of the flight list, its outcome stands in it. May send again. */
	void (*answered)(void *arg, struct segment *s);
	/* The connection is of no use any more; whoever gets this calls pipeline_free. cause is a
	 * word for cause_of_connect. Runs once. */
	void (*lost)(void *arg, const char *cause);
};

/* Takes the connected conn over (also on failure, then it is finished). Returns 0 and *ret, or
 * E_NOMEM, E_LIBRARY, E_SYSTEM. */
MUSTUSE int pipeline_new(struct loop *l, PGconn *conn, const struct statement_text *table,
                         size_t table_n, const struct pipeline_ops *ops, void *arg,
                         struct pipeline **ret);

/* How long one call may take on this connection before a silent server is given up; 2 s unless
 * said. PIPELINE_QUICK: all calls here are answered at once, or the server is frozen. */
#define PIPELINE_QUICK ((struct duration){0})
void pipeline_set_call_limit(struct pipeline *p, struct duration limit);

/* Closes the connection. The flight list must have been emptied by pipeline_take. */
void pipeline_free(struct pipeline *p);

/* Sends; from now on s is in flight. A failure shows as lost, later. Only when usable. */
void pipeline_send(struct pipeline *p, struct segment *s);

/* The first segment still in flight, removed from the list; NULL when there is none. */
struct segment *pipeline_take(struct pipeline *p);

/* How many there are, a probe not counted; whether there is nothing at all. */
int pipeline_in_flight(const struct pipeline *p);
bool pipeline_idle(const struct pipeline *p);

/* Gives the connection up with all that is in flight: lost runs, later, with this cause, which must
 * live on. PIPELINE_SILENT is the pipeline's own, for a server that does not answer. */
#define PIPELINE_SILENT "timeout"
void pipeline_lose(struct pipeline *p, const char *cause);

/* Takes nothing new and, when nothing is in flight any more, is lost for PIPELINE_RETIRED. */
#define PIPELINE_RETIRED "retired"
void pipeline_retire(struct pipeline *p);

/* False once something went wrong, even before lost has run, or when retired: send elsewhere. */
bool pipeline_usable(const struct pipeline *p);
