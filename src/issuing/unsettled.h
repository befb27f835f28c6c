/* issuing/unsettled.h - signatures that were asked for and of which no write has said yet what became
 * of them.
 *
 * A write that stores them or refuses them settles the matter in its own transaction. Every other
 * way in which a request can end (its client left, its deadline, a database that was away, an
 * error) leaves them unsettled: then they are handed to the outbox, which has them written down
 * as abandoned unless they were stored after all. */
#pragma once

#include "credential/proof.h"
#include "web/request.h"

/* One signed text. Slices live in the request's arena. */
struct unsettled_item {
	struct uuid version;
	struct slice json;            /* the credential without its proof, */
	struct proof_options options; /* and what the proof says; or, json.p NULL: */
	struct slice jwt_input;
	uint32_t list, index; /* of a credential */
};

struct unsettled {
	struct registry *registry;
	const struct request *rq; /* in the same arena */
	const char *request;
	int n;
	struct unsettled_item item[2];
	bool open;    /* a signer may have signed */
	bool watched; /* the end of the request is */
};

/* To be called before the signer is asked; item and n are set. u lives in the request's arena and
 * is zeroed at first. 0 or E_NOMEM. */
MUSTUSE int unsettled_open(struct request *rq, struct unsettled *u);

/* A write has answered, whatever it said. */
void unsettled_settle(struct unsettled *u);
