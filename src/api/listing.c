/* api/listing.c - keyset pages (RFC 8288 links). */
#include "api/listing.h"

#include "db/rows.h"
#include "net/exchange.h"

const struct listing *listing_read(struct request *rq, struct step *refused)
{
	struct slice limit = request_query(rq, "limit"), after = request_query(rq, "after");
	uint64_t n = LISTING_LIMIT;
	struct listing *l = request_state(rq, sizeof *l);
	if (!l) {
		*refused = reply_out_of_memory(rq);
		return NULL;
	}
	if ((limit.p && (!slice_to_u64(limit, &n) || n == 0 || n > LISTING_LIMIT_MAX)) ||
	    (after.p && !uuid_parse(after, &l->after))) {
		*refused = reply_problem(rq, P_INVALID_QUERY);
		return NULL;
	}
	l->limit = (int64_t)n;
	return l;
}

int64_t listing_rows(const struct listing *l)
{
	return l->limit + 1;
}

static void write_cursor(struct request *rq, struct jsonw *w, const struct listing *l,
                         struct uuid last)
{
	char cursor[UUID_TEXT];
	uuid_format(last, cursor);
	jsonw_kcstr(w, "next_cursor", cursor);
	char *link = arena_printf(rq->arena, "<%.*s?limit=%lld&after=%s>; rel=\"next\"",
	                          SLICE_ARGS(rq->x->head->path), (long long)l->limit, cursor);
	if (link)
		request_set_header(rq, "Link", slice_of(link));
}

struct step listing_reply(struct request *rq, const struct db_result *rows, listing_row *write)
{
	const struct listing *l = rq->state;
	const PGresult *res = rows->res[0];
	struct uuid last = {{0}};
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; i < rows_n(res) && i < l->limit; i++)
		last = write(rq, &w, res, i);
	jsonw_end(&w);
	if (rows_n(res) > l->limit)
		write_cursor(rq, &w, l, last);
	else
		jsonw_knull(&w, "next_cursor");
	jsonw_end(&w);
	return reply_json(rq, 200);
}
