/* api/listing.h - pages of lists: ?limit= and an opaque ?after= cursor, never an offset. */
#pragma once

#include "text/decode.h"
#include "text/jsonw.h"
#include "web/request.h"

enum { LISTING_LIMIT = 50, LISTING_LIMIT_MAX = 200 };

/* What lists are asked; nil after: from the start. */
struct listing {
	struct opt_uuid after;
	struct opt_int limit;
};

#define LISTING_LIMIT_FIELD(type, member) \
	{.name = "limit", .kind = DECODE_INT, .offset = offsetof(type, member), \
	 .min = 1, .max = LISTING_LIMIT_MAX}
#define LISTING_FIELDS(type, member) \
	{.name = "after", .kind = DECODE_UUID, .offset = offsetof(type, member.after)}, \
	LISTING_LIMIT_FIELD(type, member.limit)

/* The query table of a list without filters. */
extern const struct decode_table listing_table;

/* How many rows to ask for: one more than the page has, to know whether there is more. */
int64_t listing_rows(const struct listing *l);

/* Writes one row of the page; its id, which is the cursor behind it. */
typedef struct uuid listing_row(struct request *rq, struct jsonw *w, const PGresult *res, int row);

/* 200 {"items":[…],"next_cursor":…}: the rows of the page that are for this caller (the route's object
 * says whose they are), the cursor (the id of its last row, or null) and Link: rel="next". */
MUSTUSE struct step listing_reply(struct request *rq, const struct listing *l,
                                  const struct db_result *rows, listing_row *write);

/* The page's size. */
int64_t listing_limit(const struct opt_int *limit);
