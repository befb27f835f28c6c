/* db/db.h - what the rest of the program sees of PostgreSQL: send statements, get an outcome.
 *
 * One send is one pipeline segment ending in its own Sync, therefore one implicit transaction: all
 * its calls happen or none. Nothing blocks; done runs from the loop, never from inside db_send.
 * The set of connections is db/pool.h; tests script an answering machine behind the same ops. */
#pragma once

#include <libpq-fe.h>

#include "base/attr.h"
#include "base/opt.h"
#include "base/slice.h"

struct db;        /* a process's set of connections */
struct db_ticket; /* one send whose done has not run yet */

enum db_lane {
	DB_STATUS, /* one connection of its own for the status clock, never behind other work */
	DB_READ,   /* short reads; repeated by itself when a connection is lost */
	DB_WRITE,  /* write functions; never repeated once any of it may have been sent */
	DB_LONG,   /* recounts and other reads that may take minutes: a connection of its own */
	DB_REPEAT, /* DB_WRITE again after DB_UNKNOWN: waits up to its limit for a connection even
	            * while the server is known to be away, where the others fail at once */
};

enum db_outcome {
	DB_OK,
	DB_AWAY,       /* no connection; nothing happened: 503 */
	DB_FULL,       /* the server has no room (53xxx); nothing happened: 503 */
	DB_TIMEOUT,    /* lock_timeout, statement_timeout or the limit passed; nothing happened */
	DB_CONSTRAINT, /* refused: constraint names the rule (constraint or raised TAxxx error) */
	DB_UNKNOWN,    /* a write whose COMMIT may or may not have happened: ask again or DB_REPEAT */
	DB_ERROR,      /* anything else; sqlstate and message are for the log */
};

/* The outcome in lower case, for logs: "ok", "away", ... */
const char *db_outcome_name(enum db_outcome o);

/* A parameter. The constructors below keep numbers inside the value, so that a db_arg may be
 * copied freely; text and bytes must live until db_send returns. */
enum { DB_ARG_SHORT = 40 };
struct db_arg {
	enum db_arg_kind { DB_NULL, DB_TEXT, DB_BYTES, DB_SHORT } kind;
	struct slice v;
	char own[DB_ARG_SHORT]; /* DB_SHORT: NUL-terminated text */
};

struct db_arg db_null(void);
struct db_arg db_text(struct slice s);   /* s.p == NULL is NULL */
struct db_arg db_cstr(const char *s);    /* NULL is NULL */
struct db_arg db_bytes(struct slice s);  /* bytea, sent in binary; s.p == NULL is NULL */
struct db_arg db_uuid(struct uuid u);
struct db_arg db_uuid_or_null(struct uuid u); /* nil is NULL */
struct db_arg db_i64(int64_t v);
struct db_arg db_bool(bool v);
struct db_arg db_day(struct day d);
struct db_arg db_instant(struct instant t); /* to the microsecond */

/* What is not given is NULL. */
struct db_arg db_opt_int(struct opt_int v);
struct db_arg db_opt_bool(struct opt_bool v);
struct db_arg db_opt_day(struct opt_day v);
struct db_arg db_opt_instant(struct opt_instant v);

/* What every write function begins with: who, request id, idempotency key and the fingerprint of
 * what was asked (both p == NULL without the header). */
enum { DB_CONTEXT_ARGS = 4 };
struct db_context {
	struct uuid actor; /* nil: the registry itself */
	struct slice request, idem_key, idem_print;
};
void db_context_bind(struct db_arg a[static DB_CONTEXT_ARGS], const struct db_context *c);

/* The parameter as text or bytes; p == NULL for NULL. Valid as long as *a and what it points to. */
struct slice db_arg_slice(const struct db_arg *a);

struct db_call {
	int stmt; /* enum statement of sql_statements.h */
	int n_args;
	const struct db_arg *args;
};

/* Valid only while done runs. */
struct db_result {
	enum db_outcome outcome;
	int n_calls;
	PGresult *const *res; /* one for each call, when DB_OK; otherwise NULL */
	const int *stmt;      /* which statement each call was, when DB_OK; otherwise NULL */
	char sqlstate[6];     /* "" when there is none */
	char constraint[64];  /* DB_CONSTRAINT: which; otherwise "" */
	const char *message;  /* the server's primary message where it cannot quote data, else "" */
};

/* May send again, also on the same lane. Must not free the db. */
typedef void db_done_fn(void *arg, const struct db_result *r);

struct db_ops {
	int (*send)(struct db *db, enum db_lane lane, const struct db_call *calls, int n,
	            struct duration limit, db_done_fn *done, void *arg,
	            struct db_ticket **ret_ticket);
	void (*cancel)(struct db *db, struct db_ticket *t);
	void (*free)(struct db *db);
};

/* Embedded as the first member by whoever implements it. */
struct db {
	const struct db_ops *ops;
};

/* Queues the calls as one segment; copies them. limit counts from now: when it passes, done runs
 * with DB_TIMEOUT (nothing happened), or DB_UNKNOWN when a write was already on its way.
 * Returns 0, and then done runs exactly once unless cancelled; or, and then done never runs,
 * E_FULL when the lane has its most in flight (answer 503), E_SYNTAX when a text holds a NUL
 * byte, E_NOMEM. ret_ticket may be NULL; it is valid until done runs or it is cancelled. */
MUSTUSE static inline int db_send(struct db *db, enum db_lane lane, const struct db_call *calls,
                                  int n, struct duration limit, db_done_fn *done, void *arg,
                                  struct db_ticket **ret_ticket)
{
	return db->ops->send(db, lane, calls, n, limit, done, arg, ret_ticket);
}

/* The caller forgets: done will not run. What was sent completes all the same. */
static inline void db_cancel(struct db *db, struct db_ticket *t)
{
	db->ops->cancel(db, t);
}

/* Closes everything without a word to anybody: no done runs. NULL is allowed. */
static inline void db_free(struct db *db)
{
	if (db)
		db->ops->free(db);
}
