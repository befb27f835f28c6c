/* api/listing.h - pages of lists: ?limit= and an opaque ?after= cursor, never an offset. */
#pragma once

#include "text/jsonw.h"
#include "web/request.h"

enum { LISTING_LIMIT = 50, LISTING_LIMIT_MAX = 200 };

struct listing {
	struct uuid after; /* nil = from the start */
	int64_t limit;
};

/* Reads both parameters into the request's state. NULL: *refused is the reply. */
const struct listing *listing_read(struct request *rq, struct step *refused);

/* How many rows to ask for: one more than the page has, to know whether there is more. */
int64_t listing_rows(const struct listing *l);

/* Writes one row of the page, or nothing when it is not for this caller; its id, which is the cursor
 * behind it. */
typedef struct uuid listing_row(struct request *rq, struct jsonw *w, const PGresult *res, int row);

/* 200 {"items":[…],"next_cursor":…}: the rows of the page, the cursor (the id of its last row, or
 * null) and Link: rel="next". rq->state is the struct listing. */
MUSTUSE struct step listing_reply(struct request *rq, const struct db_result *rows,
                                  listing_row *write);
