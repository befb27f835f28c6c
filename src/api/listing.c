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

static void write_cursor(struct request *rq, struct jsonw *w, const struct listing *l,
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

struct step listing_reply(struct request *rq, const struct db_result *rows, listing_row *write)
{
	const struct listing *l = rq->state;
	const PGresult *res = rows->res[0];
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; i < rows_n(res) && i < l->limit; i++)
		write(rq, &w, res, i);
	jsonw_end(&w);
	write_cursor(rq, &w, l, res);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
