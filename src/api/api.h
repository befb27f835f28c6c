/* api/api.h - what all handlers of one process share, and the table of routes. */
#pragma once

#include "base/clock.h"
#include "base/slice.h"
#include "http/request_id.h"
#include "web/web.h"

struct blocks;
struct crypt;
struct db;
struct shared;
struct recorder;
struct status;
struct log_ctx;
struct map;
struct outbox;
struct refills;
struct verdict_cache;

/* Keys of the personal data of DESIGN section 12. */
struct person_keys {
	uint8_t hash[32];   /* HMAC-SHA-256: finds a person by document */
	uint8_t cipher[32]; /* AES-256-GCM: the number itself */
	int cipher_version;
};

/* How many wrong names within a window (guess.h), for each caller. */
struct guess_limits {
	struct duration window;
	uint32_t per_token;
	uint32_t per_address;
	uint32_t per_number;
};

struct api {
	struct crypt *crypt;
	struct db *db;
	const struct log_ctx *log; /* of the process; NULL in tests: what no request can tell is not said */
	struct recorder *recorder; /* asked by /readyz whether it writes; NULL in tests */
	struct blocks *blocks;
	struct refills *refills; /* of blocks */
	struct outbox *outbox; /* writes that must not be lost though nobody waits for them */
	struct status *status;
	struct verdict_cache *verdicts;
	struct map *status_lists; /* signed lists by address, see issuer.c */
	struct guess_limits guess;
	struct shared *shared; /* guess limits; NULL in tests: no limits */
	struct person_keys keys;
	struct slice public_url; /* without a slash at its end */
	struct request_ids references; /* of verifications, on their receipts */
};

/* Everything the public and client-certificate listeners answer; NULL-terminated. */
extern const struct route *const api_routes[];

/* What the clerk asks of itself; no listener has them. */
extern const struct route *const clerk_routes[];

/* What the operator's listener answers. */
extern const struct route *const ops_routes[];

/* What PostgreSQL's constraints mean to a client. */
extern const struct constraint_problem api_constraints[];
