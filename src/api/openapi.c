/* api/openapi.c - GET /openapi.json: the whole API, from the routes that are served. It follows from the
 * program alone, so it is made once in a process and is the same everywhere. */
#include "api/openapi.h"

#include <stdlib.h>

#include "api/api.h"
#include "api/operation.h"
#include "base/version.h"
#include "web/asset.h"
#include "web/declared.h"
#include "web/request.h"

static step_fn begin;

const struct route route_openapi = {
	.name = "openapi",
	.method = HTTP_GET,
	.path = "/openapi.json",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.local = true,
	.cache = CACHE_PUBLIC,
	.answers = ANSWERS(MEDIA(200, "application/json")),
	.first = begin,
};

/* ---- the document ---- */

static const char *const methods[] = {
	[HTTP_GET] = "get", [HTTP_POST] = "post", [HTTP_PUT] = "put", [HTTP_PATCH] = "patch",
	[HTTP_DELETE] = "delete"};

static void put_operation(struct description *d, json_t *paths, const struct route *r)
{
	char path[OPERATION_PATH];
	operation_path(r, path);
	if (!json_object_get(paths, path))
		description_put(d, paths, path, json_object());
	description_put(d, json_object_get(paths, path), methods[r->method], operation_describe(d, r));
}

/* What the connection answers before an operation is known. */
static json_t *connection_problems(struct description *d)
{
	json_t *codes = json_array();
	for (int p = 0; p < PROBLEM_COUNT; p++)
		if (problem_is_of_connection((enum problem_id)p) &&
		    json_array_append_new(codes, json_string(problems[p].code)) < 0)
			d->failed = true;
	return json_pack("{s:s, s:{s:o}}", "description",
	                 "Refused before the operation was known · 尚未识别操作即被拒绝", "content",
	                 "application/problem+json", problem_content(codes));
}

json_t *openapi_document(const struct route *const *routes)
{
	struct slice fixed = asset_find("openapi.json");
	struct description d = {.document = json_loadb(fixed.p, fixed.n, JSON_REJECT_DUPLICATES, NULL)};
	if (!d.document)
		return NULL;
	json_t *components = json_object_get(d.document, "components");
	json_t *paths = json_object_get(d.document, "paths");
	d.schemas = json_object_get(components, "schemas");
	description_put(&d, json_object_get(d.document, "info"), "version", json_string(TALENT_VERSION));
	description_put(&d, components, "responses",
	                json_pack("{s:o}", "connection", connection_problems(&d)));
	for (; *routes; routes++)
		put_operation(&d, paths, *routes);
	if (!d.failed)
		return d.document;
	json_decref(d.document);
	return NULL;
}

/* ---- GET /openapi.json ---- */

static struct slice made; /* constant once it is there */

void openapi_prepare(void)
{
	if (made.p)
		return;
	json_t *document = openapi_document(api_routes);
	char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;
	json_decref(document);
	if (text)
		made = slice_of(text);
}

static struct step begin(struct request *rq, const struct db_result *none)
{
	openapi_prepare();
	if (!made.p)
		return reply_out_of_memory(rq);
	return reply_bytes(rq, 200, "application/json", made);
}
