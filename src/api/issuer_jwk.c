/* api/issuer_jwk.c - P-256 keys as JSON Web Keys: bare at the address that the JWTs name (Open
 * Badges 3.0 section 8.2.2), and in sets. Retired keys stay, revoked ones are gone. */

#include "credential/jwk.h"
#include "sql/jwks.h"
#include "web/request.h"

/* ---- GET /issuers/{slug}/keys/{thumbprint} ---- */

static step_fn jwk_begin, jwk_done;

const struct route route_issuer_jwk = {
	.name = "issuer_jwk",
	.method = HTTP_GET,
	.path = "/issuers/{slug}/keys/{thumbprint}",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = ANSWERS(MEDIA(200, "application/jwk+json")),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = jwk_begin,
};

static struct step jwk_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, jwk_done, JWKS_CALL(rq->param[0].text));
}

static struct step jwk_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct jwks_row row;
	char thumbprint[P256_THUMBPRINT_TEXT];
	struct slice json;
	for (int i = 0; i < rows_n(res); i++) {
		jwks_read(res, i, &row);
		p256_thumbprint(request_crypt(rq), row.public, thumbprint);
		if (!slice_is(rq->param[1].text, thumbprint))
			continue;
		if (jwk_document(rq->arena, request_crypt(rq), request_public_url(rq), rq->param[0].text,
		                 row.public, &json) < 0)
			return reply_out_of_memory(rq);
		return reply_bytes(rq, 200, "application/jwk+json", json);
	}
	return reply_problem(rq, P_NOT_FOUND);
}

/* ---- GET /issuers/{slug}/jwks.json, GET /.well-known/jwks.json ---- */

static step_fn set_begin, set_done, registry_begin, registry_done;

const struct route route_issuer_jwks = {
	.name = "issuer_jwks",
	.method = HTTP_GET,
	.path = "/issuers/{slug}/jwks.json",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = ANSWERS(MEDIA(200, "application/jwk-set+json")),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = set_begin,
};

const struct route route_registry_jwks = {
	.name = "registry_jwks",
	.method = HTTP_GET,
	.path = "/.well-known/jwks.json",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = ANSWERS(MEDIA(200, "application/jwk-set+json")),
	.first = registry_begin,
};

static struct step set_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, set_done, JWKS_CALL(rq->param[0].text));
}

static struct step registry_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, registry_done, JWKS_CALL(SLICE_NONE));
}

static struct step reply_set(struct request *rq, const PGresult *res)
{
	struct jwks_row row;
	struct buf *out = request_out(rq);
	buf_adds(out, "{\"keys\":[");
	for (int i = 0; i < rows_n(res); i++) {
		struct slice json;
		jwks_read(res, i, &row);
		if (jwk_document(rq->arena, request_crypt(rq), request_public_url(rq), row.slug, row.public,
		                 &json) < 0)
			return reply_out_of_memory(rq);
		if (i > 0)
			buf_addc(out, ',');
		buf_add(out, json);
	}
	buf_adds(out, "]}");
	return reply(rq, 200, "application/jwk-set+json");
}

static struct step set_done(struct request *rq, const struct db_result *rows)
{
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	return reply_set(rq, rows->res[0]);
}

/* The keys of all issuers, and the registry's own. */
static struct step registry_done(struct request *rq, const struct db_result *rows)
{
	return reply_set(rq, rows->res[0]);
}
