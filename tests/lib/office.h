/* tests/lib/office.h - the whole API over a scripted database and an in-process signer: everything
 * a worker wires together, without sockets. Tests say what the database answers and look at what
 * it was asked. */
#pragma once

#include "api/api.h"
#include "crypt/token.h"
#include "fake_db.h"
#include "fake_signer.h"
#include "loopback.h"
#include "sql_statements.h"
#include "web/web.h"

enum { HEX_TEXT = 512 };

struct office {
	struct fake_db *db;
	struct fake_signer *signer;
	struct api api;
	struct web *web;
	struct loopback *loop;
	char token[TOKEN_TEXT]; /* well-formed; office_caller says whose */
	char fields[512];       /* Authorization and Content-Type for requests with a body */
	struct generated_key keys[2]; /* of slugs "shili" and "xingbo" */
	char wrapped[2][HEX_TEXT];    /* as bytea in text */
};

/* limits: with real counters against guessing (4 an address, 2 a pair, 3 a number, in a minute);
 * otherwise without. */
struct office *office_new(bool limits);
void office_free(struct office *o);

/* From now on the token belongs to somebody of this role and organisation (NULL: none), in this
 * state. The answer to the token's look-up is repeated as often as it is asked. */
void office_caller(struct office *o, const char *role, const char *organisation,
                   const char *state);

/* A request with the token, and JSON when there is a body; goes to the gate. */
struct visit *office_ask(struct office *o, const char *method, const char *target,
                         const char *body);

/* Until nobody waits for anything but the client. */
void office_run(struct office *o);

/* office_ask and office_run. */
struct visit *office_done(struct office *o, const char *method, const char *target,
                          const char *body);

/* Bytes as PostgreSQL writes a bytea, into one of a few rotating buffers. */
const char *office_bytea(const void *p, size_t n);
