/* api/staff.h - what the routes about staff share. */
#pragma once

#include "crypt/token.h"
#include "web/request.h"

extern const char *const staff_rights[]; /* ends with NULL */

/* The code of a new invitation, its id and its end, to be shown once. */
struct invitation {
	struct uuid id;
	struct instant expires_at;
	char code[TOKEN_TEXT];
	const char *shown; /* it; NULL: it was shown before */
	uint8_t hash[SHA256_SIZE];
};

void invitation_make(struct request *rq, struct invitation *ret);
