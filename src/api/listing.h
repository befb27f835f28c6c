/* api/listing.h - pages of lists: ?limit= and an opaque ?after= cursor, never an offset. */
#pragma once

#include "text/jsonw.h"
#include "web/request.h"

enum { LISTING_LIMIT = 50, LISTING_LIMIT_MAX = 200 };

struct listing {
	struct uuid after; /* nil = from the start */
	int64_t limit;
};

/* Reads both parameters. False: *refused is the reply. */
bool listing_read(struct request *rq, struct listing *ret, struct step *refused);

/* The parameter that asks for one row more than the page has, to know whether there is more. */
struct db_arg listing_rows(const struct listing *l);

/* Writes one row of the page, or nothing when it is not for this caller. */
typedef void listing_row(struct request *rq, struct jsonw *w, const PGresult *res, int row);

/* 200 {"items":[…],"next_cursor":…}: the rows of the page, the cursor (column "id" of its last row,
 * or null) and Link: rel="next". rq->state is the struct listing. */
MUSTUSE struct step listing_reply(struct request *rq, const struct db_result *rows,
                                  listing_row *write);
