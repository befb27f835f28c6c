/* api/listing.c - keyset pages. */
#include "api/listing.h"

#include <assert.h>

#include "base/outcome.h"
#include "http/accept.h"
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

struct page {
	const struct listed *list;
	const PGresult *rows;
	void *item;     /* the last one that was shown */
	bool any, more; /* one was shown; there are more behind the page */
};

typedef void write_fn(void *out, const struct view *v, const void *item);

static int write_items(struct request *rq, write_fn *write, void *out, int64_t limit, struct page *p)
{
	int64_t n = 0;
	for (int row = 0, took; row < rows_n(p->rows); row += took, n++) {
		p->more = n == limit;
		if (p->more)
			return 0;
		int theirs = is_theirs(rq, p->rows, row);
		took = 1;
		if (theirs < 0)
			return theirs;
		if (!theirs)
			continue;
		memset(p->item, 0, p->list->view->size);
		took = p->list->read(rq, p->rows, row, p->item);
		if (took < 0)
			return took;
		assert(took > 0);
		write(out, p->list->view, p->item);
		p->any = true;
	}
	return 0;
}

struct slice listing_link_next(struct request *rq, const struct cursor_shape *key, const void *item, int64_t limit)
{
	struct buf cursor = BUF_INIT(2 * CURSOR_BYTES_MAX), link = BUF_INIT(8 * KIB);
	cursor_add(&cursor, key, item);
	buf_addf(&link, "<%.*s?", SLICE_ARGS(rq->x->head->path));
	request_add_query(rq, (const char *const[]){"after", "limit", NULL}, &link);
	if (limit)
		buf_addf(&link, "limit=%lld&", (long long)limit);
	buf_addf(&link, "after=%.*s>; rel=\"next\"", SLICE_ARGS(buf_slice(&cursor)));
	struct slice text = arena_slice(rq->arena, buf_slice(&link)), ret = arena_slice(rq->arena, buf_slice(&cursor));
	if (text.p && ret.p && !buf_failed(&cursor) && !buf_failed(&link))
		request_set_header(rq, "Link", text);
	else
		ret = SLICE_NONE;
	buf_free(&cursor);
	buf_free(&link);
	return ret;
}

/* *ret lives in the arena; none: the page is the last. False: no room. */
static bool next_cursor(struct request *rq, const struct listing *l, const struct page *p, struct slice *ret)
{
	*ret = SLICE_NONE;
	if (!p->any || !p->more)
		return true;
	*ret = listing_link_next(rq, &p->list->key, p->item, limit_of(l));
	return ret->p != NULL;
}

static void write_json(void *out, const struct view *v, const void *item)
{
	view_write(out, v, item);
}

static void write_csv(void *out, const struct view *v, const void *item)
{
	view_csv_row(out, v, item);
}

int listing_write(struct request *rq, struct jsonw *w, const struct listed *list, const struct listing *l,
                  const PGresult *rows)
{
	struct page p = {.list = list, .rows = rows, .item = arena_alloc(rq->arena, list->view->size)};
	struct slice cursor;
	if (!p.item)
		return E_NOMEM;
	jsonw_karray(w, list->items ? list->items : "items");
	int r = write_items(rq, write_json, w, limit_of(l), &p);
	if (r < 0)
		return r;
	jsonw_end(w);
	if (!next_cursor(rq, l, &p, &cursor))
		return E_NOMEM;
	jsonw_kstr(w, "next_cursor", cursor);
	return arena_failed(rq->arena) ? E_NOMEM : 0;
}

struct step listing_failed(struct request *rq, int error)
{
	return error == E_NOMEM ? reply_out_of_memory(rq) : reply_problem(rq, P_INTERNAL);
}

static struct step reply_csv(struct request *rq, const struct listed *list, const struct listing *l,
                             const PGresult *rows)
{
	struct page p = {.list = list, .rows = rows, .item = arena_alloc(rq->arena, list->view->size)};
	struct slice cursor;
	if (!p.item)
		return reply_out_of_memory(rq);
	struct buf *out = request_out(rq);
	view_csv_head(out, list->view);
	int r = write_items(rq, write_csv, out, limit_of(l), &p);
	if (r < 0)
		return listing_failed(rq, r);
	if (!next_cursor(rq, l, &p, &cursor))
		return reply_out_of_memory(rq);
	return reply(rq, 200, CSV_TYPE);
}

struct step listing_reply(struct request *rq, const struct listed *list, const struct listing *l,
                          const PGresult *rows)
{
	static const char *const types[] = {"application/json", "text/csv"};
	struct jsonw w;
	request_set_header(rq, "Vary", SLICE("Accept"));
	if (accept_pick(request_header(rq, "accept"), types, ARRAY_LEN(types)) == 1)
		return reply_csv(rq, list, l, rows);
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	int r = listing_write(rq, &w, list, l, rows);
	if (r < 0)
		return listing_failed(rq, r);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
