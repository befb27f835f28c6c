/* tests/lib/fleet.h - hosts that can be killed: real daemons over one database of a cluster, each a
 * process group with a port, a folder and a log of its own.
 *
 * Whatever goes wrong while setting up ends the program with a message, as in cluster.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "pki.h"
#include "talk.h"

struct cluster;

enum { FLEET_HOSTS = 2, FLEET_PATH = 192, FLEET_ENV = 8 };

struct host {
	struct fleet *fleet;
	int port, ops_port, workers;
	pid_t pid; /* the supervisor; 0: does not run */
	char dir[FLEET_PATH], log[FLEET_PATH], conf[FLEET_PATH];
	const char *env[FLEET_ENV]; /* "NAME=value", set for the next start */
	const char *database;       /* instead of the fleet's conninfo, NULL: that */
};

struct fleet {
	struct cluster *cluster;
	const char *database;
	struct pki pki;
	SSL_CTX *ctx;
	char dir[FLEET_PATH];
	char admin[96], second[96], institution[96]; /* tokens; of two administrators */
	char exam[40];                   /* a dual exam of level 4 */
	struct host host[FLEET_HOSTS];
};

/* A database with the demonstration's organisations, an administrator, and hosts that are not
 * started. workers: of each host. */
void fleet_open(struct fleet *f, struct cluster *c, int workers);
/* Kills what runs and removes the folders. */
void fleet_close(struct fleet *f);

/* Through a running host: keys for both issuers, a token for the institution, an exam. */
void fleet_furnish(struct fleet *f);

/* Starts a host; host_start also waits until it answers. A port that somebody took meanwhile is
 * replaced by another. */
void host_spawn(struct host *h);
void host_start(struct host *h);
/* Until a request over a new connection gets an answer below 500; false after ms, by the fair clock
 * (fair_clock.h). */
bool host_wait(struct host *h, int ms);
/* SIGKILL to the whole process group, all of it gone when this returns. */
void host_kill(struct host *h);
/* SIGTERM; the exit status, or -1 when it did not end within ms of the fair clock. */
int host_stop(struct host *h, int ms);

/* The process id of a child by its name ("worker.1", "jobs", "signer", "pdf"); 0: none. */
pid_t host_child(const struct host *h, const char *name);

/* Sends a signal to all children of a process; how many there were. */
int signal_children(pid_t parent, int signal);

/* Stops or continues a database server with all its backends (each is a process group of its own). */
void server_freeze(struct cluster *c);
void server_thaw(struct cluster *c);

/* How many lines of the log have a text; both texts. */
int host_logged(const struct host *h, const char *text);
int host_logged_both(const struct host *h, const char *text, const char *other);
/* Waits until so many lines have both texts (other: "" for any); false after a minute. */
bool host_until(const struct host *h, const char *text, const char *other, int n);
/* Whether a worker or the jobs process has ever taken the database for silent. A machine that stalls for
 * more than a second brings that about, so what is exact without it is judged without it only. */
bool host_was_cut_off(const struct host *h);
void host_show_log(const struct host *h); /* to stderr, for a failed test */

/* Writes the configuration anew, with extra lines at its end (NULL: none). */
void host_configure(struct host *h, const char *certificate, const char *key, const char *extra);

void nap_ms(int ms);
int64_t now_ms(void);
