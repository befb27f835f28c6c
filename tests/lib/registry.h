/* tests/lib/registry.h - a registry to test SQL against: a fresh database with the demo's
 * organisations and the schema test of tests/lib/registry.sql, and short ways to ask it. A failed
 * expectation ends the running cmocka test with the SQL and both answers. */
#pragma once

#include <libpq-fe.h>
#include <stdbool.h>

#include "db/statement.h"
#include "sql_statements.h"

struct cluster;

struct registry {
	struct cluster *cluster;
	const char *database;
	PGconn *owner;  /* talent_owner: may do what no daemon may */
	PGconn *worker; /* talent_worker */
	PGconn *jobs;   /* talent_jobs */
};

/* One new database per test; r->cluster must be set. registry_close frees the connections. */
void registry_open(struct registry *r);
void registry_close(struct registry *r);

/* One more connection, to be freed with PQfinish. Roles as in struct registry. */
PGconn *registry_connect(struct registry *r, const char *role);

/* Runs sql; its first row, columns joined by '|', must be want ("" for no row). A want that is
 * NULL accepts anything. */
void expect(PGconn *conn, const char *sql, const char *want);

/* Runs sql; it must fail with this SQLSTATE and, unless NULL, constraint name. */
void expect_error(PGconn *conn, const char *sql, const char *sqlstate, const char *constraint);

/* The same for a statement of sql/queries with up to three arguments, NULL-terminated. */
void expect_query(PGconn *conn, enum statement stmt, const char *const *args, const char *want);

/* Counted, recounted and the sum of the folded days agree for every measure of a programme; there are so many. */
void expect_audit(PGconn *conn, const char *programme, int measures);

/* First row of sql, columns joined by '|', in one of eight buffers used in turn. */
const char *ask(PGconn *conn, const char *sql);

/* Sends sql without waiting; finish collects its first row as ask does, or "!SQLSTATE". */
void start(PGconn *conn, const char *sql);
const char *finish(PGconn *conn);

/* Waits (at most five seconds) until this connection's backend waits for a lock. */
void until_waiting(struct registry *r, PGconn *conn);

/* So many workers at once send each one of the two; how many of them were answered each of the n words. Another word
 * fails the test. */
enum { REGISTRY_CLIENTS = 64 };
void registry_race(struct registry *r, const char *const sql[2], const char *const words[], int counts[], size_t n);
