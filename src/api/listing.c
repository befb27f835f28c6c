/* api/listing.c - keyset pages (RFC 8288 links). */
#include "api/listing.h"

#include "db/rows.h"
#include "net/exchange.h"
#include "web/request.h"

static const struct decode_field listing_fields[] = {
	{.name = "after", .kind = DECODE_UUID, .offset = offsetof(struct listing, after)},
	LISTING_LIMIT_FIELD(struct listing, limit),
};
const struct decode_table listing_table = {listing_fields, ARRAY_LEN(listing_fields),
                                           sizeof(struct listing)};

int64_t listing_limit(const struct opt_int *limit)
{
	return limit->given ? limit->v : LISTING_LIMIT;
}

int64_t listing_rows(const struct listing *l)
{
	return listing_limit(&l->limit) + 1;
}

static void write_cursor(struct request *rq, struct jsonw *w, const struct listing *l,
                         struct uuid last)
{
	char cursor[UUID_TEXT];
	uuid_format(last, cursor);
	jsonw_kcstr(w, "next_cursor", cursor);
	char *link = arena_printf(rq->arena, "<%.*s?limit=%lld&after=%s>; rel=\"next\"",
	                          SLICE_ARGS(rq->x->head->path), (long long)listing_limit(&l->limit), cursor);
	if (link)
		request_set_header(rq, "Link", slice_of(link));
}

/* The row, or nothing when it is not for this caller. False: out of memory. */
static bool write_one(struct request *rq, struct jsonw *w, const PGresult *res, int row,
                      listing_row *write, struct uuid *ret_last)
{
	const struct route_object *object = rq->route->object;
	struct belongings what;
	if (object && object->whose(rq, res, row, &what) < 0)
		return false;
	bool theirs = object && !principal_owns(&rq->who, &what);
	struct buf nowhere = BUF_INIT(0);
	struct jsonw unseen;
	jsonw_init(&unseen, &nowhere);
	*ret_last = write(rq, theirs ? &unseen : w, res, row);
	buf_free(&nowhere);
	return true;
}

struct step listing_reply(struct request *rq, const struct listing *l, const struct db_result *rows,
                          listing_row *write)
{
	const int64_t limit = listing_limit(&l->limit);
	const PGresult *res = rows->res[0];
	struct uuid last = {{0}};
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; i < rows_n(res) && i < limit; i++)
		if (!write_one(rq, &w, res, i, write, &last))
			return reply_out_of_memory(rq);
	jsonw_end(&w);
	if (rows_n(res) > limit)
		write_cursor(rq, &w, l, last);
	else
		jsonw_knull(&w, "next_cursor");
	jsonw_end(&w);
	return reply_json(rq, 200);
}
