/* tests/lib/load.h - what clients of a registry do while it is being broken, and what must hold
 * afterwards whatever happened: nothing acknowledged is lost, no half pairs, no duplicates, events
 * and states agree, counts equal a recount. */
#pragma once

#include <stdatomic.h>

#include "fleet.h"

enum { LOAD_CODE = 32, LOAD_NUMBER = 40, LOAD_TRIES = 3000 };

struct issued {
	char assessment[40];
	char number[2][LOAD_NUMBER]; /* skill_grade, company */
	char code[2][LOAD_CODE];
	char *body; /* of the first 201; malloc'd */
};

/* What the attempts met on their way to a definite answer. */
struct tally {
	atomic_int lost;        /* connected, then no answer: the outcome is unknown */
	atomic_int refused;     /* no connection */
	atomic_int unavailable; /* 503 */
	atomic_int replayed;    /* Idempotent-Replayed */
};

/* Submits a pass of candidate n, with one key, again and again until 201 (at most LOAD_TRIES times
 * with pauses). False with the answer in a when something else came: a false failure. */
bool load_submit(struct fleet *f, struct talk *t, int n, struct issued *ret, struct tally *tally,
                 struct talk_answer *a);

/* "revocation", or "suspension" with put or remove; until 200. */
enum load_change { LOAD_REVOKE, LOAD_SUSPEND, LOAD_REINSTATE };
bool load_change(struct fleet *f, struct talk *t, enum load_change what, const char *number,
                 struct tally *tally, struct talk_answer *a);

/* One attempt. The result's text, "" when no 200 came (a->status says what did). */
void load_verify(struct talk *t, const char *code, char result[static 24], struct talk_answer *a);

/* One attempt of a submission, for tests that look at single answers. */
int load_submit_once(struct fleet *f, struct talk *t, int n, const char *key, struct talk_answer *a);

/* Fails the running cmocka test unless all invariants hold in the fleet's database. */
void load_check_invariants(struct fleet *f);

/* A count by SQL as the superuser. */
long load_count(struct fleet *f, const char *sql);
