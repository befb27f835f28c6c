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

/* How many of the rows belong to the page. */
int listing_count(const struct listing *l, const PGresult *res);

/* Writes next_cursor (column "id" of the page's last row, or null) and sets Link: rel="next". */
void listing_finish(struct request *rq, struct jsonw *w, const struct listing *l,
                    const PGresult *res);
