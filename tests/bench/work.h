/* bench/work.h - the requests a run sends, each made from its number. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum work_kind { WORK_PATH, WORK_CODES, WORK_SUBMIT };

struct work {
	enum work_kind kind;
	const char *host;  /* of the Host field */
	const char *path;  /* WORK_PATH: what is asked for; WORK_SUBMIT: where results go */
	const char *token; /* WORK_SUBMIT */
	uint64_t next;     /* number of the next request */
};

/* Writes the request with number w->next++ and returns its length; it fits REQUEST_MAX. */
enum { REQUEST_MAX = 2048 };
size_t work_request(struct work *w, char out[static REQUEST_MAX]);
