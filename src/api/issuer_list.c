/* api/issuer_list.c - who issues, and which status lists each issuer has: what somebody must know
 * who wants to fetch everything that verifying offline takes. */
#include "api/api.h"
#include "base/outcome.h"
#include "credential/did.h"
#include "credential/credential.h"
#include "sql/issuer_list.h"
#include "sql/status_lists.h"
#include "web/request.h"

/* ---- GET /issuers ---- */

static step_fn list_begin, list_done;

static SHAPE(issuer, MEMBER(STRING, "slug"), MEMBER(STRING, "did"), MEMBER(STRING, "name"), MEMBER(STRING, "name_en", .nullable = true));

const struct route route_issuer_list = {
	.name = "issuer_list",
	.method = HTTP_GET,
	.path = "/issuers",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.answers = ANSWERS(JSON_LIST(issuer_shape)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, list_done, ISSUER_LIST_CALL());
}

/* 0, E_NOMEM, or E_SYNTAX when the registry's address makes no identifiers. */
static int write_issuer(struct request *rq, struct jsonw *w, struct slice slug)
{
	struct slice did;
	int r = did_web(rq->arena, request_public_url(rq), slug, &did);
	if (r == 0) {
		jsonw_kstr(w, "slug", slug);
		jsonw_kstr(w, "did", did);
	}
	return r;
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; i < rows_n(res); i++) {
		struct issuer_list_row row;
		issuer_list_read(res, i, &row);
		jsonw_object(&w);
		if (write_issuer(rq, &w, row.slug) < 0)
			return reply_problem(rq, P_INTERNAL);
		jsonw_kstr(&w, "name", row.name);
		jsonw_kstr(&w, "name_en", row.name_en);
		jsonw_end(&w);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	request_set_cache(rq, "public, max-age=300");
	return reply_json(rq, 200);
}

/* ---- GET /issuers/{slug}/status ---- */

static step_fn lists_begin, lists_done;

static SHAPE(status_list, MEMBER(STRING, "purpose"), MEMBER(INT, "list"), MEMBER(STRING, "url"));
static SHAPE(status_lists, MEMBER(STRING, "slug"), MEMBER(STRING, "did"), MEMBER(LIST, "items", .of = &status_list_shape));

const struct route route_issuer_status_lists = {
	.name = "issuer_status_lists",
	.method = HTTP_GET,
	.path = "/issuers/{slug}/status",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.answers = ANSWERS(JSON_OF(200, status_lists_shape)),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = lists_begin,
};

static struct step lists_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, lists_done, STATUS_LISTS_CALL(rq->param[0].text));
}

static void write_list(struct request *rq, struct jsonw *w, const struct status_lists_row *row)
{
	jsonw_object(w);
	jsonw_kstr(w, "purpose", row->purpose);
	jsonw_ki64(w, "list", row->list.v);
	jsonw_kstr(w, "url", status_list_url(rq->arena, request_public_url(rq), rq->param[0].text,
	                                     row->purpose, (uint32_t)row->list.v));
	jsonw_end(w);
}

static struct step lists_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jsonw w;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	if (write_issuer(rq, &w, rq->param[0].text) < 0)
		return reply_problem(rq, P_INTERNAL);
	jsonw_karray(&w, "items");
	for (int i = 0; i < rows_n(res); i++) {
		struct status_lists_row row;
		status_lists_read(res, i, &row);
		if (row.purpose.p)
			write_list(rq, &w, &row);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	request_set_cache(rq, "public, max-age=300");
	return reply_json(rq, 200);
}
