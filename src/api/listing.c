/* api/listing.c - keyset pages. */
#include "api/listing.h"

#include "base/outcome.h"
#include "net/exchange.h"

static int64_t limit_of(const struct listing *l)
{
	return l->limit.given ? l->limit.v : LISTING_LIMIT;
}

int64_t listing_rows(const struct listing *l)
{
	return limit_of(l) + 1;
}

/* Whether the row is this caller's: 1, 0 or E_NOMEM. Of a route that has loaded the object which its rows
 * belong to, all are. */
static int is_theirs(struct request *rq, const PGresult *rows, int row)
{
	const struct route_object *object = rq->route->object;
	struct belongings what;
	if (!object || object->load)
		return 1;
	if (object->whose(rq, rows, row, &what) < 0)
		return E_NOMEM;
	return principal_owns(&rq->who, &what);
}

/* The rows of the page; item is the last one that was shown, if there is any. */
static int write_items(struct request *rq, struct jsonw *w, const struct list *list, int64_t limit,
                       const PGresult *rows, void *item, bool *ret_any)
{
	for (int i = 0; i < rows_n(rows) && i < limit; i++) {
		int theirs = is_theirs(rq, rows, i);
		if (theirs < 0)
			return theirs;
		if (!theirs)
			continue;
		memset(item, 0, list->view->size);
		if (list->read(rq, rows, i, item) < 0)
			return E_NOMEM;
		view_write(w, list->view, item);
		*ret_any = true;
	}
	return 0;
}

/* False: no room for it. */
static bool write_cursor(struct request *rq, struct jsonw *w, const struct list *list,
                         const struct listing *l, const void *last)
{
	struct buf cursor = BUF_INIT(2 * CURSOR_BYTES_MAX), link = BUF_INIT(8 * KIB);
	cursor_add(&cursor, &list->key, last);
	jsonw_kstr(w, "next_cursor", buf_slice(&cursor));
	buf_addf(&link, "<%.*s?", SLICE_ARGS(rq->x->head->path));
	request_add_query(rq, (const char *const[]){"after", "limit", NULL}, &link);
	buf_addf(&link, "limit=%lld&after=%.*s>; rel=\"next\"", (long long)limit_of(l),
	         SLICE_ARGS(buf_slice(&cursor)));
	struct slice text = arena_slice(rq->arena, buf_slice(&link));
	bool ok = text.p && !buf_failed(&cursor) && !buf_failed(&link);
	if (ok)
		request_set_header(rq, "Link", text);
	buf_free(&cursor);
	buf_free(&link);
	return ok;
}

int listing_write(struct request *rq, struct jsonw *w, const struct list *list, const struct listing *l,
                  const PGresult *rows)
{
	const int64_t limit = limit_of(l);
	void *item = arena_alloc(rq->arena, list->view->size);
	bool any = false;
	if (!item)
		return E_NOMEM;
	jsonw_karray(w, list->items ? list->items : "items");
	if (write_items(rq, w, list, limit, rows, item, &any) < 0)
		return E_NOMEM;
	jsonw_end(w);
	if (!any || rows_n(rows) <= limit)
		jsonw_knull(w, "next_cursor");
	else if (!write_cursor(rq, w, list, l, item))
		return E_NOMEM;
	return arena_failed(rq->arena) ? E_NOMEM : 0;
}

struct step listing_reply(struct request *rq, const struct list *list, const struct listing *l,
                          const PGresult *rows)
{
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	if (listing_write(rq, &w, list, l, rows) < 0)
		return reply_out_of_memory(rq);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
