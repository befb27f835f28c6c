/* web/request.c - reading what the client sent besides the body. */
#include "text/json.h"
#include "web/request.h"

#include <netinet/in.h>

#include "base/outcome.h"
#include "channel/channel.h"
#include "crypt/digest.h"
#include "net/exchange.h"
#include "telemetry/metrics.h"
#include "text/fold.h"
#include "web/run.h"

void *request_app(const struct request *rq)
{
	return web_conf_of(rq->web)->app;
}

void request_note_use(const struct request *rq, struct uuid credential)
{
	const struct web_conf *conf = web_conf_of(rq->web);
	if (conf->used)
		conf->used(conf->app, credential);
}

struct channel *request_channel(const struct request *rq, const struct channel_service *service)
{
	return channels_to(web_conf_of(rq->web)->channels, service);
}

struct crypt *request_crypt(const struct request *rq)
{
	return web_conf_of(rq->web)->crypt;
}

struct slice request_public_url(const struct request *rq)
{
	return web_conf_of(rq->web)->public_url;
}

struct slice request_header(const struct request *rq, const char *name)
{
	return http_header(rq->x->head, name);
}

/* A site behind one IPv6 /64 is one client: it can use any of 2^64 addresses. */
struct slice request_client(const struct request *rq, char out[static CLIENT_BYTES])
{
	const struct sockaddr_storage *addr = &rq->x->peer->addr;
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	if (addr->ss_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, addr, sizeof in);
		out[0] = 4;
		memcpy(out + 1, &in.sin_addr, 4);
		return slice_from(out, 5);
	}
	if (addr->ss_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, addr, sizeof in6);
		const uint8_t *b = in6.sin6_addr.s6_addr;
		bool v4 = memcmp(b, mapped, sizeof mapped) == 0;
		out[0] = v4 ? 4 : 6;
		memcpy(out + 1, v4 ? b + 12 : b, v4 ? 4 : 8);
		return slice_from(out, v4 ? 5 : 9);
	}
	out[0] = 0;
	return slice_from(out, 1);
}

enum lang request_language(struct request *rq, enum lang fallback)
{
	enum lang named;
	const struct http_head *head = rq->x->head;
	struct slice wish;
	if (head->query.n && http_query(head, "lang", rq->arena, &wish) == 0 &&
	    language_named(wish, &named))
		return named;
	return language_pick(request_header(rq, "accept-language"), fallback);
}

static int decode_param(struct request *rq, enum param_kind kind, struct slice raw, union param *ret)
{
	struct slice text;
	uint64_t n;
	int r = http_decode(raw, false, rq->arena, &text);
	if (r < 0)
		return r;
	switch (kind) {
	case PARAM_TEXT:
	case PARAM_PATH:
		ret->text = text;
		return 0;
	case PARAM_UUID:
		return uuid_parse(text, &ret->uuid) ? 0 : E_ABSENT;
	case PARAM_INTEGER:
		if (!slice_to_u64(text, &n) || text.p[0] == '0' || n > INT32_MAX)
			return E_ABSENT;
		ret->integer = (int64_t)n;
		return 0;
	case PARAM_CERTIFICATE:
		r = number_fold(text, rq->arena, &ret->text);
		return r == 0 || r == E_NOMEM ? r : E_ABSENT;
	}
	return E_ABSENT;
}

int request_decode_params(struct request *rq, const struct route_match *m)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < ROUTE_PARAMS_MAX && m->param[i].p; i++)
		r = decode_param(rq, m->kind[i], m->param[i], &rq->param[i]);
	return r;
}

static bool media_fits(struct slice have, const char *want)
{
	have = slice_trim(slice_cut(&have, ';'));
	return slice_eq_nocase(have, slice_of(want));
}

static bool has_coding(const struct http_head *head)
{
	for (size_t i = 0; i < head->n_fields; i++)
		if (slice_is(head->fields[i].name, "content-encoding") &&
		    !slice_eq_nocase(head->fields[i].value, SLICE("identity")))
			return true;
	return false;
}

enum problem_id request_body_refusal(struct request *rq)
{
	const struct http_head *head = rq->x->head;
	if (rq->route->body_max == 0) {
		bool much = head->chunked || head->content_length > REQUEST_NOTHING_MAX;
		return head->has_body && (much || route_asks(rq->route)) ? P_UNEXPECTED_BODY : P_NONE;
	}
	if (head->content_length > rq->route->body_max)
		return P_BODY_TOO_LARGE;
	if (!media_fits(request_header(rq, "content-type"), rq->route->media))
		return P_UNSUPPORTED_MEDIA_TYPE;
	if (has_coding(head)) {
		request_set_header(rq, "Accept-Encoding", SLICE("identity"));
		return P_CONTENT_ENCODING;
	}
	struct slice key = request_header(rq, "idempotency-key");
	if (key.p && (key.n == 0 || key.n > 255 ||
	              http_header_count(head, "idempotency-key") != 1))
		return P_INVALID_IDEMPOTENCY_KEY;
	return P_NONE;
}

/* ---- what every write function is told ---- */

/* 78.5, 78.50 and 7.85e1 are one score. */
static struct slice body_meant(struct request *rq)
{
	const size_t max = json_trimmed_max(rq->body);
	struct buf meant = {.size = max, .max = max};
	if (rq->body.n == 0 || !rq->route->media || strcmp(rq->route->media, "application/json") != 0)
		return rq->body;
	meant.p = arena_alloc(rq->arena, max);
	if (!meant.p)
		return rq->body;
	json_trim_numbers(rq->body, &meant);
	return buf_slice(&meant);
}

/* The fingerprint says what the key stands for: method, path and body. An HMAC, because bodies
 * hold ID numbers that could be guessed from a plain digest. */
static void read_idempotency(struct request *rq)
{
	struct request_run *run = rq->run;
	struct slice key = request_header(rq, "idempotency-key");
	if (run->idempotency_read)
		return;
	run->idempotency_read = true;
	run->idempotent = key.n > 0;
	if (!run->idempotent)
		return;
	const struct web_conf *conf = web_conf_of(rq->web);
	sha256(conf->crypt, key, run->idempotency_key);
	const struct slice secret = slice_from(conf->fingerprint_key, sizeof conf->fingerprint_key);
	const struct slice parts[] = {
		slice_of(http_method_name(rq->x->head->method)),
		rq->x->head->path,
		SLICE("\n"),
		body_meant(rq),
	};
	hmac_sha256_parts(conf->crypt, secret, parts, ARRAY_LEN(parts), run->fingerprint);
}

const struct db_context *request_context(struct request *rq)
{
	struct request_run *run = rq->run;
	read_idempotency(rq);
	run->context = (struct db_context){.actor = rq->who.id, .request = slice_of(rq->id)};
	if (run->idempotent) {
		run->context.idem_key = slice_from(run->idempotency_key, 32);
		run->context.idem_print = slice_from(run->fingerprint, 32);
	}
	return &run->context;
}

/* ---- log ---- */

struct log_ctx request_log_ctx(const struct request *rq)
{
	const struct web_conf *conf = web_conf_of(rq->web);
	return (struct log_ctx){.log = conf->log, .process = conf->process, .request = rq->id};
}

/* One line per request when the access log is on. The route's pattern, never the path: paths
 * carry verification codes. */
void request_log(struct request *rq, int status)
{
	const struct web_conf *conf = web_conf_of(rq->web);
	struct duration took = mono_since(mono_now(), rq->run->started);
	metrics_request(conf->metrics, status, took);
	if (!conf->access_log)
		return;
	struct log_ctx log = request_log_ctx(rq);
	log_info(&log, "request", LOG_S("method", http_method_name(rq->x->head->method)),
	         LOG_S("route", rq->route ? rq->route->path : "-"), LOG_I("status", status),
	         LOG_I("us", took.us));
}
