/* api/listing.c - keyset pages (RFC 8288 links). */
#include "api/listing.h"

#include "db/rows.h"
#include "net/exchange.h"

bool listing_read(struct request *rq, struct listing *ret, struct step *refused)
{
	struct slice limit = request_query(rq, "limit"), after = request_query(rq, "after");
	uint64_t n = LISTING_LIMIT;
	*ret = (struct listing){.limit = LISTING_LIMIT};
	if ((limit.p && (!slice_to_u64(limit, &n) || n == 0 || n > LISTING_LIMIT_MAX)) ||
	    (after.p && !uuid_parse(after, &ret->after))) {
		*refused = reply_problem(rq, P_INVALID_QUERY);
		return false;
	}
	ret->limit = (int64_t)n;
	return true;
}

struct db_arg listing_rows(const struct listing *l)
{
	return db_i64(l->limit + 1);
}

int listing_count(const struct listing *l, const PGresult *res)
{
	int n = rows_n(res);
	return n > l->limit ? (int)l->limit : n;
}

void listing_finish(struct request *rq, struct jsonw *w, const struct listing *l,
                    const PGresult *res)
{
	if (rows_n(res) <= l->limit) {
		jsonw_knull(w, "next_cursor");
		return;
	}
	struct slice cursor = row_text(res, (int)l->limit - 1, rows_col(res, "id"));
	jsonw_kstr(w, "next_cursor", cursor);
	char *link = arena_printf(rq->arena, "<%.*s?limit=%lld&after=%.*s>; rel=\"next\"",
	                          SLICE_ARGS(rq->x->head->path), (long long)l->limit,
	                          SLICE_ARGS(cursor));
	if (link)
		request_set_header(rq, "Link", slice_of(link));
}
