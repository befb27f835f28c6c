/* store/registry.h - what all requests of one process share. The daemon fills it in; what it points to
 * outlives the web. */
#pragma once

#include "base/clock.h"
#include "base/slice.h"
#include "http/request_id.h"

struct blocks;
struct crypt;
struct db;
struct shared;
struct recorder;
struct records;
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
	uint8_t previous_cipher[32]; /* the one before it, while numbers are sealed anew */
	bool has_previous;
	uint8_t asked[32];  /* derived from hash: HMAC-SHA-256 of what verifications asked for */
};

/* How many wrong names within a window (guess.h), and records, for each caller. */
struct guess_limits {
	struct duration window;
	uint32_t per_token;
	uint32_t per_address;
	uint32_t per_number;
	uint32_t records_per_address; /* verifications without a token that leave a record */
	uint32_t lookups_per_caller;  /* of people, found or not */
	uint32_t applications_per_address; /* of organisations, taken or not */
};

/* request_app() of every route. */
struct registry {
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
	struct records *records; /* of verifications; NULL: none are kept */
};
