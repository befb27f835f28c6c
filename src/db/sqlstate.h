/* db/sqlstate.h - what an error code of PostgreSQL (appendix A of its documentation) means here. */
#pragma once

#include <stdbool.h>

#include "db/db.h"

struct sqlstate_meaning {
	enum db_outcome outcome; /* when it is not repeated, or not any more */
	enum sqlstate_repeat {
		REPEAT_NEVER,
		REPEAT_SERIAL, /* a conflict between transactions: the whole segment, a few times */
		REPEAT_PLAN,   /* what this connection has prepared is stale: once, prepared anew */
	} repeat;
	bool retire; /* the connection is of no more use once what is in flight has ended */
	bool lost;   /* the server ends the connection: as if it had broken off */
};

/* Our own, beside PostgreSQL's class XX (internal error): a result that its statement's header does
 * not promise. What a write did is done all the same. */
#define SQLSTATE_BREACH "XXHDR"

/* code has five characters; anything else counts as a lost connection. */
struct sqlstate_meaning sqlstate_meaning(const char *code);

/* False for codes whose primary message may quote data (class 22 and 23): not for any log. */
bool sqlstate_message_is_safe(const char *code);
