/* db/login.h - what a connection string's login may do, and where it leads: asked before it is used. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/* The roles of sql/bootstrap.sql. */
struct login {
	char user[64], database[64];
	bool superuser, owner; /* may act as talent_owner */
	bool worker, jobs;     /* has what talent_worker, talent_jobs may do */
	char cluster[24];      /* the server's system identifier */
	int64_t oid;           /* of the database */
	int64_t connections;   /* how many the server, the database and the role let this login have */
};

enum login_for { LOGIN_WORKER, LOGIN_JOBS };

enum { LOGIN_TEXT = 512 };

/* Connects and asks; blocks. Returns 0, or E_CLOSED with one sentence, cause and remedy, in why. */
MUSTUSE int login_ask(const char *conninfo, struct login *ret, char why[static LOGIN_TEXT]);

/* Why nobody should be served with this login: one sentence with its remedy in why, and false. Whoever
 * may change tables, triggers or functions is not held by what the database enforces. */
MUSTUSE bool login_fits(const struct login *l, enum login_for purpose, char why[static LOGIN_TEXT]);

/* Whether two logins lead to one database of one server. */
bool login_same_database(const struct login *a, const struct login *b);
