/* tests/lib/daemon.h - a real talentd for tests: the program $TALENT_BIN (the test build) as a
 * child, over a database of its own in a throwaway cluster that holds tests/lib/organisations.sql, with
 * certificates, secrets, issuer keys and tokens of every kind.
 *
 * All files are in the cluster's folder and go with it, however the test ends; the processes go
 * with the test. Failures end the test program with a message and the daemon's log. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "http.h"
#include "pki.h"

struct cluster;
struct witness;

enum daemon_token {
	BY_SHILI,       /* evaluation body and training institution, district 310105 */
	BY_PUJIANG,     /* another evaluation body, district 310115 */
	BY_XINGBO,      /* company */
	BY_YUNXUAN,     /* another company */
	BY_ADMIN,       /* 陈静, administrator of the whole city */
	BY_SECOND,      /* 周明, another one */
	BY_DISTRICT,    /* administrator of shili's district only */
	BY_ELSEWHERE,   /* administrator of another district only */
	BY_AUDITOR,
	BY_EMPLOYER,
	BY_EXPIRED,     /* shili's, expired */
	BY_REVOKED,     /* shili's, revoked */
	BY_SUSPENDED,   /* of qihang, which is suspended */
	DAEMON_TOKENS,
	BY_NOBODY = DAEMON_TOKENS, /* no token at all */
};

enum { PORT_PUBLIC, PORT_CLIENT, PORT_OPS, DAEMON_PORTS };

struct daemon_options {
	const char *conf;  /* more lines of configuration, in force before anything else */
	const char *fail;  /* FAIL of base/failpoint.h */
	const char *kek_previous; /* path of signer.previous_key_file; NULL = none */
	int workers;       /* 0 = two */
	bool info;         /* log level info instead of debug */
	const char *database;   /* one that is filled already; NULL = a new one with keys of its own */
	const char *secrets;    /* folder with kek, hash and cipher; NULL = random ones */
	const char *public_url; /* NULL = where it listens */
	bool empty;             /* the database is one of nobody and nothing: no tokens, no keys of ours */
};

struct daemon {
	struct cluster *cluster;
	const char *database;
	struct daemon_options options;
	struct witness *witness; /* secrets seen by the clients below */
	/* files of ours in dir: kek, journal (of the signer), hash, cipher */
	char dir[96], conf[112], log[112];
	char url[DAEMON_PORTS][48];
	uint16_t port[DAEMON_PORTS];
	struct pki pki;
	char token[DAEMON_TOKENS + 1][80]; /* BY_NOBODY: "" */
	pid_t pid;          /* of the supervisor; 0 = not running */
	struct http *https; /* client of the public listener */
	struct http *ops;   /* client of the operator's listener */
};

/* A database, files, the daemon, keys. The cluster must outlive it. The folder of the options may
 * hold a signer's journal, too. */
struct daemon *daemon_start(struct cluster *c, struct daemon_options options);

/* Stops and frees; NULL is allowed. Not calling it is harmless. With TALENT_SHOW_LOG in the
 * environment the daemon's log goes to stderr first. */
void daemon_free(struct daemon *d);

/* SIGTERM, then waits for the end; returns the exit status (-1: it had to be killed). */
int daemon_stop(struct daemon *d);
void daemon_kill(struct daemon *d); /* SIGKILL to the supervisor; its children go with it */
void daemon_run(struct daemon *d);  /* starts it again on the same ports and waits until ready */
void daemon_wait_ready(struct daemon *d);

/* Writes the configuration again with these further lines and sends SIGHUP. */
void daemon_reload(struct daemon *d, const char *conf);

/* Whether the log comes to contain a text within some seconds. */
bool daemon_log_has(const struct daemon *d, const char *text);

/* ---- what many tests need ---- */

/* A synthetic, well-formed resident ID number, another for each n. In one of eight buffers. */
const char *daemon_resident_id(unsigned n);

/* One of somebody born on that day, YYYY-MM-DD. */
const char *daemon_resident_id_born(const char *day);

/* A day so many days from today in Shanghai, YYYY-MM-DD. In one of eight buffers. */
const char *daemon_day(int from_today);

/* An exam for 直播销售员, held yesterday by the token's body; partner may be NULL. Returns its id,
 * valid as long as the daemon's client. */
const char *daemon_exam(struct daemon *d, enum daemon_token by, const char *level,
                        const char *partner);

/* Submits a present candidate with these scores; person: see daemon_resident_id. */
const struct answer *daemon_submit(struct daemon *d, enum daemon_token by, const char *exam,
                                   const char *name, unsigned person, const char *scores);

/* The minutes for which new issuing keys are published have passed, and they sign. */
void daemon_keys_begin(struct daemon *d);

/* The registry's own key, once the daemon has made it; until the next call of cluster_ask. */
const char *daemon_own_key(struct daemon *d);

/* Fails the cmocka test when a secret stands in the daemon's or PostgreSQL's log. */
void daemon_expect_clean_logs(struct daemon *d);
