/* api/issuer_list.c - who issues, and which status lists each issuer has: what somebody must know
 * who wants to fetch everything that verifying offline takes. */
#include "api/listing.h"
#include "base/outcome.h"
#include "credential/did.h"
#include "credential/credential.h"
#include "sql/issuer_list.h"
#include "sql/status_lists.h"
#include "web/request.h"

struct issuer {
	struct slice slug, did, name, name_en;
};

static const struct view_field named_fields[] = {
	VIEW_FIELD(struct issuer, slug, "slug"),
	VIEW_FIELD(struct issuer, did, "did"),
};
static const struct view named_view = VIEW(named_issuer, struct issuer, named_fields);

static const struct view_field issuer_fields[] = {
	VIEW_INCLUDE(named_view),
	VIEW_FIELD(struct issuer, name, "name"),
	VIEW_FIELD(struct issuer, name_en, "name_en", .nullable = true),
};
static const struct view issuer_view = VIEW(issuer, struct issuer, issuer_fields);

static int read_issuer(struct request *rq, const PGresult *res, int row, void *to)
{
	struct issuer *issuer = to;
	struct issuer_list_row r;
	issuer_list_read(res, row, &r);
	*issuer = (struct issuer){.slug = r.slug, .name = r.name, .name_en = r.name_en};
	int failed = did_web(rq->arena, request_public_url(rq), r.slug, &issuer->did);
	return failed < 0 ? failed : 1;
}

/* ---- GET /issuers ---- */

static step_fn list_begin, list_done;

static const struct listed issuer_list = {
	.key = {"issuer", 1, {CURSOR_KEY(struct issuer, slug)}},
	.view = &issuer_view,
	.read = read_issuer,
};
LISTING_TABLE(list_query, issuer_list);

const struct route route_issuer_list = {
	.name = "issuer_list",
	.method = HTTP_GET,
	.path = "/issuers",
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = ANSWERS(VIEW_PAGE(issuer_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done,
	                  ISSUER_LIST_CALL(SLICE_NONE, l->after.key[0].text, listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &issuer_list, rq->query, rows->res[0]);
}

/* ---- GET /issuers/{slug}/status ---- */

static step_fn lists_begin, lists_done;

struct status_list_item {
	struct slice purpose, url;
	int64_t list;
};

static const struct view_field status_list_fields[] = {
	VIEW_FIELD(struct status_list_item, purpose, "purpose"),
	VIEW_FIELD(struct status_list_item, list, "list"),
	VIEW_FIELD(struct status_list_item, url, "url"),
};
static const struct view status_list_view = VIEW(status_list, struct status_list_item, status_list_fields);

static int read_status_list(struct request *rq, const PGresult *res, int row, void *to)
{
	struct status_list_item *item = to;
	struct status_lists_row r;
	status_lists_read(res, row, &r);
	item->purpose = r.purpose;
	item->list = r.list;
	item->url = status_list_url(rq->arena, request_public_url(rq), rq->param[0].text, r.purpose,
	                            (uint32_t)r.list);
	return item->url.p ? 1 : E_NOMEM;
}

static const struct listed status_lists = {
	.key = {"status_list", 2, {CURSOR_KEY(struct status_list_item, purpose),
	                           CURSOR_KEY(struct status_list_item, list)}},
	.view = &status_list_view,
	.read = read_status_list,
};
LISTING_TABLE(lists_query, status_lists);

static SHAPE(status_lists, MEMBER(STRING, "slug"), MEMBER(STRING, "did"),
             MEMBER(LIST, "items", .of = SHAPE_OF(status_list_view)),
             MEMBER(STRING, "next_cursor", .nullable = true));

const struct route route_issuer_status_lists = {
	.name = "issuer_status_lists",
	.method = HTTP_GET,
	.path = "/issuers/{slug}/status",
	.query = &lists_query,
	.deadline = INIT_SECONDS(5),
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = ANSWERS(JSON_OF(200, status_lists_shape)),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = lists_begin,
};

static struct step lists_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	const struct cursor *after = &l->after;
	return AWAIT_READ(rq, lists_done, ISSUER_LIST_CALL(rq->param[0].text, SLICE_NONE, 1),
	                  STATUS_LISTS_CALL(rq->param[0].text, after->key[0].text, cursor_number(after, 1),
	                                    listing_rows(l)));
}

static struct step lists_done(struct request *rq, const struct db_result *rows)
{
	struct issuer issuer;
	struct jsonw w;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	int r = read_issuer(rq, rows->res[0], 0, &issuer);
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	if (r > 0) {
		view_write_members(&w, &named_view, &issuer);
		r = listing_write(rq, &w, &status_lists, rq->query, rows->res[1]);
	}
	if (r < 0)
		return listing_failed(rq, r);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
