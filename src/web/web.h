/* web/web.h - the step runtime: between exchanges (net, or a test without sockets) and handlers. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "http/problem.h"
#include "sql_constraints.h"
#include "web/declared.h"
#include "web/route.h"

struct channels;
struct crypt;
struct db;
struct exchange_app;
struct log;
struct metrics;
struct recorder;
struct request;

/* What the runtime needs; all of it outlives the web. */
struct web_conf {
	const struct route *const *routes;     /* of the TLS listeners; NULL-terminated */
	const struct route *const *ops_routes; /* of the operator's listener */
	const struct constraint_problem *constraints;
	outcome_gives_fn *outcome_gives; /* NULL: no write function says words */
	struct step (*gate)(struct request *); /* for routes that are not open; NULL = all refused */
	struct db *db;
	const struct channels *channels; /* to the helper processes: request_channel */
	struct recorder *recorder; /* of what outlives the database; NULL in tests: nothing does */
	void *app;                /* request_app() */
	struct slice public_url;  /* without a slash at its end */
	uint8_t fingerprint_key[32]; /* HMAC key of Idempotency-Key fingerprints */
	struct crypt *crypt;
	struct metrics *metrics;  /* of this process; NULL in tests */
	const struct log *log;    /* NULL: silent */
	const char *process;      /* for the log */
	bool access_log;
	void (*used)(void *app, struct uuid credential); /* was admitted; may be NULL */
};

/* The problems behind what PostgreSQL's constraints say (db_result.constraint). CONSTRAINT_COUNT ends. */
struct constraint_problem {
	enum constraint constraint;
	enum problem_id problem;
};

struct web; /* opaque */

/* Copies the conf. NULL when out of memory. */
struct web *web_new(const struct web_conf *conf);

/* The requests in flight must be gone. NULL is allowed. */
void web_free(struct web *w);

/* What the connection side calls; arg is the web itself. Valid as long as the web. */
const struct exchange_app *web_exchange_app(struct web *w);

/* Whether requests are logged, from now on. */
void web_set_access_log(struct web *w, bool on);

/* Requests that have not been answered. */
size_t web_active(const struct web *w);

/* Only for the gate: the caller may go on. Reads the body if there is one, then runs the route's
 * first step. */
MUSTUSE struct step web_admit(struct request *rq);

/* Only for the gate: this credential was good. */
void request_note_use(const struct request *rq, struct uuid credential);
