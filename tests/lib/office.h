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
	struct loop *turns; /* for what is put off to the next turn */
	struct fake_db *db;
	struct fake_signer *signer;
	struct channel *channel[2]; /* the signer's, and room for one more */
	struct channels channels;
	struct registry registry;
	struct web *web;
	struct loopback *loop;
	char token[TOKEN_TEXT]; /* well-formed; office_caller says whose */
	char fields[512];       /* Authorization and Content-Type for requests with a body */
	struct generated_key keys[2]; /* of slugs "shili" and "xingbo" */
	char wrapped[2][HEX_TEXT];    /* as bytea in text */
};

/* limits: with real counters against guessing (6 a token, 4 an address, 2 of either on one number,
 * in a minute) and of records (3 an address); otherwise without. */
struct office *office_new(bool limits);
void office_free(struct office *o);

/* From now on the token belongs to somebody of this role and organisation (NULL: none), in this
 * state. The answer to the token's look-up is repeated as often as it is asked. */
void office_caller(struct office *o, const char *role, const char *organisation,
                   const char *state);

/* A request with the token, and JSON when there is a body; goes to the gate. */
struct visit *office_ask(struct office *o, const char *method, const char *target,
                         const char *body);

/* The path with something of the right type in each parameter's place. */
enum { OFFICE_TARGET = 200 };
void office_target(const struct route *r, char out[static OFFICE_TARGET]);

/* Until nobody waits for anything but the client. */
void office_run(struct office *o);

/* office_ask and office_run. */
struct visit *office_done(struct office *o, const char *method, const char *target,
                          const char *body);

/* Does one thing that is waiting; false when there is none. */
bool office_step(struct office *o);

/* What exam_load says: an exam of level 4 held on 2026-11-14, today being 2026-11-20, of
 * OFFICE_BODY, with 张伟's document known or not. */
#define OFFICE_EXAM "7d1c0a52-9d5e-4c3a-8b1f-2f6c1f0e9a11"
#define OFFICE_SITE "11111111-0000-4000-8000-000000000011"
#define OFFICE_BODY "11111111-0000-4000-8000-000000000001"
#define OFFICE_COMPANY "22222222-0000-4000-8000-000000000002"
struct exam_terms {
	bool plain;     /* without the company */
	bool siteless;  /* the body has no site */
	const char *numbers; /* minted, supplied or either */
	bool keyless;   /* the company has no key yet */
	const char *standing, *person, *assessment; /* NULL: "ok", unknown, none */
	const char *publicity_days, *body;          /* NULL: "0", OFFICE_BODY */
	const char *person_name, *certified, *seen; /* what stands in the way; NULL: nothing */
	bool number_taken;
	const char *held_on; /* NULL: "2026-11-14", six days before today */
	const char *level; /* NULL: "4"; any other has no digit in certificate numbers */
};
PGresult *office_exam(struct office *o, const struct exam_terms *t);

/* The next reservation is granted: of number and position for each of n halves, from 1 and 0. */
void office_reserve(struct office *o, int halves);

/* What verdict_by_* say: 张伟's skill-grade certificate of 2026-11-20, valid, found, at rev 7. */
#define OFFICE_EPOCH_TEXT "1"
enum { OFFICE_EPOCH = 1 };
#define OFFICE_CERTIFICATE "44444444-0000-4000-8000-000000000004"
#define OFFICE_VERSION "c0a1f5d2-2b8e-4a6d-9d33-5b1f7e2a9c10"
#define OFFICE_CODE "4R8ZN0V3KX5T7YHQ2MCB6JDW9E"
struct verdict_terms {
	const char *rev, *state, *certificate; /* NULL: "7", "valid", OFFICE_CERTIFICATE */
	const char *expires_on, *replaced_on;  /* NULL: neither */
	const char *document; /* NULL: none; what verdict_by_version says besides */
	bool missing;     /* found = f */
	bool in_recovery;
	bool key_revoked;
	bool held; /* the history is in doubt */
	const char *signature; /* NULL: "passed" */
};
PGresult *office_verdict(const struct verdict_terms *t);

/* What status_read says. changed: uuids separated by commas, or NULL. */
PGresult *office_status(const char *rev, const char *changed, bool overflow);

/* Bytes as PostgreSQL writes a bytea, into one of a few rotating buffers. */
const char *office_bytea(const void *p, size_t n);
