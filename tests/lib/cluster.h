/* tests/lib/cluster.h - a throwaway PostgreSQL cluster: own folder below $TMPDIR or /tmp, Unix
 * socket only, run as the user postgres when the test is root (the server refuses root).
 *
 * A watching process takes everything away when the test ends, however it ends. Failures end the
 * test program with a message: without a server there is nothing to test. The tests run from the
 * top of the source tree, where sql/bootstrap.sql is. */
#pragma once

#include <libpq-fe.h>
#include <stdbool.h>
#include <sys/types.h>

struct cluster; /* opaque */

struct cluster_options {
	bool fsync; /* off unless asked for: tests that kill processes only do not need it */
	bool empty; /* no bootstrap and no migrations in the template */
};

/* Starts a server and makes the template database: sql/bootstrap.sql, then all migrations and
 * functions compiled in. Takes one to two seconds, so share one per test program. */
struct cluster *cluster_start(void);
struct cluster *cluster_start_with(struct cluster_options options);

/* Stops it and removes everything. NULL is allowed. Not calling it is harmless. */
void cluster_stop(struct cluster *c);

/* A new database cloned from the template, for one test. The name lives as long as the cluster. */
const char *cluster_database(struct cluster *c);

/* conninfo for a database and role (NULL: the superuser). Lives as long as the cluster; made once
 * per pair, so call it freely. */
const char *cluster_conninfo(struct cluster *c, const char *database, const char *role);

/* A blocking connection; the caller frees it with PQfinish. */
PGconn *cluster_connect(struct cluster *c, const char *database, const char *role);

/* Runs SQL as the superuser in a database; must succeed. */
void cluster_sql(struct cluster *c, const char *database, const char *sql);

/* The same for a file, named from the top of the source tree. */
void cluster_load(struct cluster *c, const char *database, const char *path);

/* The same by psql: for files with COPY data or psql's own commands in them. */
void cluster_file(struct cluster *c, const char *database, const char *path);

/* A new database with tests/lib/organisations.sql. Its programme's window lies around today, so that tests
 * hold in any year. The name lives as long as the cluster. */
const char *cluster_demo(struct cluster *c);

/* A new database with nothing in it. The name lives as long as the cluster. */
const char *cluster_empty_database(struct cluster *c);

/* First column of the first row of a query as the superuser, "" for none or NULL. Valid until the
 * next call. */
const char *cluster_ask(struct cluster *c, const char *database, const char *sql);

/* The server itself: kill -9, orderly "fast" shutdown, and starting again (waits until it accepts
 * connections). The cluster's folder and conninfos stay the same. */
void cluster_server_kill(struct cluster *c);
void cluster_server_shutdown(struct cluster *c);
void cluster_server_start(struct cluster *c);

/* A streaming standby of a running primary, with a folder and a socket of its own; databases and
 * roles are the primary's. Its name in synchronous_standby_names is "standby". Neither is
 * synchronous until cluster_wait_for_standby. */
struct cluster *cluster_standby(struct cluster *primary);
/* Throws away what a server has, copies the primary's data and follows it. */
void cluster_follow(struct cluster *c, struct cluster *primary);
/* From now on each COMMIT of the primary waits for its standby; waits until it is there. */
void cluster_wait_for_standby(struct cluster *primary);
/* Makes a standby the primary of a new timeline; returns when it accepts writes, alone. */
void cluster_promote(struct cluster *c);

pid_t cluster_server_pid(const struct cluster *c); /* the postmaster; for SIGSTOP and SIGCONT */
const char *cluster_dir(const struct cluster *c); /* goes with the cluster: room for more files */
const char *cluster_log(const struct cluster *c); /* file of everything the server said */
const char *cluster_socket(const struct cluster *c); /* folder of the socket; the port is 5432 */
