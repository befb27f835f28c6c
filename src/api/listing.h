/* api/listing.h - pages of lists, as JSON or CSV: ?limit= and an opaque ?after= cursor, never an offset.
 *
 * A list is a constant struct listed: the view of its items, and the key they are sorted by. Its query takes
 * listing_rows() rows behind the cursor's key, of those that principal_scope() leaves; they are judged
 * once more, each by the route's object, before they are shown. A cursor is always a shown row's. */
#pragma once

#include "text/decode.h"
#include "text/view.h"
#include "web/cursor.h"
#include "web/request.h"

enum { LISTING_LIMIT = 50, LISTING_LIMIT_MAX = 200 };

/* What lists are asked. */
struct listing {
	struct cursor after;
	struct opt_int limit;
};

struct listed {
	struct cursor_shape key;
	const struct view *view;
	/* The row, and those behind it that belong to the same item, as the view's struct, which is zero. How
	 * many it took, or E_NOMEM, or another error: 500. */
	int (*read)(struct request *rq, const PGresult *res, int row, void *item);
	const char *items; /* the array's name; NULL: "items" */
};

/* In the query table of a list with filters; of is its struct listed. LISTING_FIELDS(struct query, page., exam_list) */
#define LISTING_FIELDS(type, prefix, of) \
	{.name = "after", .kind = DECODE_OWN, .offset = offsetof(type, prefix after), \
	 .read = cursor_read, .by = &(of).key}, \
	{.name = "limit", .kind = DECODE_INT, .offset = offsetof(type, prefix limit), \
	 .min = 1, .max = LISTING_LIMIT_MAX}

/* The query table of a list without filters. */
#define LISTING_TABLE(name, of) \
	static const struct decode_field name##_fields[] = {LISTING_FIELDS(struct listing, , of)}; \
	static const struct decode_table name = {name##_fields, ARRAY_LEN(name##_fields), \
	                                         sizeof(struct listing)}

/* Link: rel="next" of this request, with its filters, behind the item that was shown last; limit 0: the address takes
 * none. The cursor, or SLICE_NONE: no room. */
struct slice listing_link_next(struct request *rq, const struct cursor_shape *key, const void *item, int64_t limit);

/* How many rows to ask for: one more than the page has, to know whether there is more. */
int64_t listing_rows(const struct listing *l);

/* 200 {"items":[…],"next_cursor":…}: the rows of the page that are for this caller, the cursor behind the
 * last of them, or null, and Link: rel="next" with the same filters (RFC 8288). Or the same rows and Link as
 * CSV, when Accept likes that better. */
MUSTUSE struct step listing_reply(struct request *rq, const struct listed *list, const struct listing *l,
                                  const PGresult *rows);

/* The same two members into an object that is open. 0, or what listing_failed answers. */
MUSTUSE int listing_write(struct request *rq, struct jsonw *w, const struct listed *list,
                          const struct listing *l, const PGresult *rows);
MUSTUSE struct step listing_failed(struct request *rq, int error);
