/* daemon/service.c - wiring. Whatever is built here is freed here, in reverse order. */
#include "daemon/service.h"

#include <stdlib.h>

#include "api/outcome.h"
#include "auth/gate.h"
#include "base/map.h"
#include "base/outcome.h"
#include "channel/client.h"
#include "crypt/crypt.h"
#include "crypt/digest.h"
#include "crypt/random.h"
#include "crypt/secret.h"
#include "daemon/check.h"
#include "daemon/exit.h"
#include "daemon/process.h"
#include "daemon/source.h"
#include "daemon/timelines.h"
#include "db/pool.h"
#include "net/net.h"
#include "recorder/client.h"
#include "sql_statements.h"
#include "store/blocks.h"
#include "store/outbox.h"
#include "store/records.h"
#include "store/refill.h"
#include "store/status.h"
#include "store/touched.h"
#include "store/verdict.h"
#include "tls/context.h"

enum { VERDICTS_MAX = 100000, STATUS_LISTS_MAX = 256, READ_CONNECTIONS = 2 };

#define OUTBOX_LIMIT SECONDS(3) /* for what is in the outbox when the process ends */

struct service {
	struct child *child;
	char *public_url, *state_directory; /* the configuration may be replaced under us */
	struct crypt *crypt;
	struct timelines timelines;
	struct timeline_memory timeline_memory;
	struct db *db;
	struct channel_client **clients; /* of the helper processes */
	struct channel **channel;        /* the same, as they are asked */
	struct channels channels;
	struct recorder *recorder;
	struct map *status_lists;
	struct status *status;
	struct verdict_cache *verdicts;
	struct blocks *blocks;
	struct refills *refills;
	struct outbox *outbox;
	struct records *records;
	struct touched touched;
	struct loop_timer touch_timer;
	struct registry registry;
	struct web *web;
	struct net *net;
	void (*drained)(void *arg);
	void *drained_arg;
};

/* ---- telling the operator ---- */

static void on_database(void *arg, bool up, const char *cause)
{
	const struct service *s = arg;
	if (up)
		log_notice(&s->child->ctx, "database_up", LOG_END);
	else
		log_error(&s->child->ctx, "database_away", LOG_S("cause", cause),
		          LOG_S("meanwhile", "requests are answered 503 and the connection is tried "
		                             "again by itself"));
}

static void on_full(void *arg, const struct pool_full *what)
{
	const struct service *s = arg;
	log_error(&s->child->ctx, "database_full", LOG_S("statement", what->statement),
	          LOG_S("sqlstate", what->sqlstate), LOG_S("message", what->message),
	          LOG_S("cause", what->cause));
}

static void on_pool(void *arg, enum pool_event what)
{
	static const enum metric METRIC_OF[] = {
		[POOL_CONNECTED] = METRIC_DB_CONNECTS,
		[POOL_SENT] = METRIC_DB_SEGMENTS,
		[POOL_FAILED] = METRIC_DB_FAILURES,
	};
	const struct service *s = arg;
	metrics_add(shared_metrics(s->child->shared, s->child->slot), METRIC_OF[what], 1);
}

static void on_net(void *arg, enum net_event what)
{
	const struct service *s = arg;
	struct metrics *m = shared_metrics(s->child->shared, s->child->slot);
	switch (what) {
	case NET_OPENED:
		metrics_add(m, METRIC_CONNECTIONS_ACCEPTED, 1);
		shared_connections_add(s->child->shared, s->child->slot, 1);
		break;
	case NET_CLOSED:
		shared_connections_add(s->child->shared, s->child->slot, -1);
		break;
	case NET_HANDSHAKE_DONE:
		metrics_add(m, METRIC_HANDSHAKES_DONE, 1);
		break;
	case NET_HANDSHAKE_RESUMED:
		metrics_add(m, METRIC_HANDSHAKES_RESUMED, 1);
		break;
	case NET_HANDSHAKE_FAILED:
		metrics_add(m, METRIC_HANDSHAKES_FAILED, 1);
		break;
	case NET_MALFORMED:
		metrics_add(m, METRIC_REQUESTS_MALFORMED, 1);
		break;
	case NET_TIMED_OUT:
		metrics_add(m, METRIC_DEADLINES_PASSED, 1);
		break;
	case NET_TURNED_AWAY:
		metrics_add(m, METRIC_CONNECTIONS_REFUSED, 1);
		break;
	}
}

static void on_used(void *app, struct uuid credential)
{
	struct service *s = CONTAINER_OF(app, struct service, registry);
	touched_add(&s->touched, credential);
}

static void on_touch(void *arg)
{
	struct service *s = arg;
	touched_flush(&s->touched, s->db);
	loop_timer_after(&s->touch_timer, SECONDS(20));
}

static bool over_share(void *arg)
{
	const struct service *s = arg;
	return shared_connections(s->child->shared, s->child->slot) >
	       shared_connections_share(s->child->shared);
}

/* ---- parts ---- */

static int make_keys(struct service *s, const struct source *from)
{
	struct buf text = BUF_INIT(sizeof(struct secrets));
	struct secrets secrets;
	int r = source_get(from, 0, &text);
	if (r == 0 && text.n != sizeof secrets)
		r = E_SYNTAX;
	if (r == 0) {
		memcpy(&secrets, text.p, sizeof secrets);
		memcpy(s->registry.keys.hash, secrets.hash, sizeof secrets.hash);
		memcpy(s->registry.keys.cipher, secrets.cipher, sizeof secrets.cipher);
		memcpy(s->registry.keys.previous_cipher, secrets.previous_cipher, sizeof secrets.previous_cipher);
		s->registry.keys.has_previous = secrets.has_previous;
		s->registry.keys.cipher_version = secrets.cipher_version;
	}
	secret_wipe(&secrets, sizeof secrets);
	if (text.p)
		secret_wipe(text.p, text.n);
	buf_free(&text);
	return r;
}

/* Two lanes have one each (db/pool.h). */
size_t service_connections(const struct conf *c)
{
	return 2 + READ_CONNECTIONS + (size_t)c->database_connections;
}

static int make_db(struct service *s, const struct service_parts *p)
{
	char why[POOL_WHY] = "";
	s->timelines = (struct timelines){
		.shared = p->child->shared,
		.directory = s->state_directory,
		.log = &p->child->ctx,
	};
	s->timeline_memory = timelines_memory(&s->timelines);
	const struct pool_settings settings = {
		.conninfo = p->database,
		.application = p->child->name,
		.statements = statements,
		.n_statements = STATEMENT_COUNT,
		.read_connections = READ_CONNECTIONS,
		.write_connections = (int)p->conf->database_connections,
		.timelines = &s->timeline_memory,
		.notice = on_database,
		.full = on_full,
		.event = on_pool,
		.notice_arg = s,
	};
	int r = pool_new(p->loop, &settings, &s->db, why);
	if (r < 0)
		log_error(&p->child->ctx, "database_refused", LOG_S("cause", why));
	return r;
}

static int make_channels(struct service *s, const struct service_parts *p)
{
	s->clients = calloc(p->helpers->n, sizeof *s->clients);
	s->channel = calloc(p->helpers->n, sizeof *s->channel);
	if (!s->clients || !s->channel)
		return E_NOMEM;
	s->channels.channel = s->channel;
	for (size_t i = 0; i < p->helpers->n; i++) {
		const struct helper *h = &p->helpers->at[i];
		const struct channel_client_conf conf = {
			.loop = p->loop,
			.service = h->service,
			.to = &h->address,
			.log = &p->child->ctx,
		};
		if (!(s->clients[i] = channel_client_new(&conf)))
			return E_NOMEM;
		s->channel[i] = channel_client_channel(s->clients[i]);
		s->channels.n++;
	}
	return 0;
}

static void free_channels(struct service *s)
{
	for (size_t i = 0; i < s->channels.n; i++)
		channel_client_free(s->clients[i]);
	free(s->clients);
	free(s->channel);
}

static int make_stores(struct service *s, const struct service_parts *p)
{
	uint8_t seed[16];
	random_bytes(seed, sizeof seed);
	s->verdicts = verdict_cache_new(VERDICTS_MAX, seed);
	s->blocks = blocks_new(seed);
	s->recorder = recorder_new(p->loop, channels_to(&s->channels, &recorder_service));
	if (s->blocks && s->recorder)
		s->refills = refills_new(s->db, s->blocks, s->recorder);
	s->outbox = outbox_new(p->loop, s->db);
	s->records = records_new(p->loop, s->db);
	s->status_lists = map_new(STATUS_LISTS_MAX, seed, free);
	const struct status_observer observer = {
		.changed = verdict_cache_changed,
		.forget = verdict_cache_forget,
		.arg = s->verdicts,
	};
	s->status = status_new(p->loop, s->db, &observer);
	bool made = s->verdicts && s->refills && s->outbox && s->status_lists && s->status &&
	            s->recorder && s->records;
	return made ? 0 : E_NOMEM;
}

static struct guess_limits guess_limits_of(const struct conf *conf)
{
	return (struct guess_limits){
		.window = conf->limits.guess_window,
		.per_token = (uint32_t)conf->limits.guesses_per_token,
		.per_address = (uint32_t)conf->limits.guesses_per_address,
		.per_number = (uint32_t)conf->limits.guesses_per_number,
		.records_per_address = (uint32_t)conf->limits.records_per_address,
		.lookups_per_caller = (uint32_t)conf->limits.lookups_per_caller,
		.applications_per_address = (uint32_t)conf->limits.applications_per_address,
	};
}

/* A key of its own for each use, derived from the one that all hosts share: a repetition on another host
 * is recognised by its fingerprint, and what was asked there by its hash. */
static void derive_key(struct service *s, struct slice label, uint8_t out[static 32])
{
	hmac_sha256(s->crypt, slice_from(s->registry.keys.hash, sizeof s->registry.keys.hash), label, out);
}

static void fill_api(struct service *s, const struct conf *conf)
{
	s->registry.crypt = s->crypt;
	s->registry.db = s->db;
	s->registry.log = &s->child->ctx;
	s->registry.recorder = s->recorder;
	s->registry.blocks = s->blocks;
	s->registry.refills = s->refills;
	s->registry.outbox = s->outbox;
	s->registry.status = s->status;
	s->registry.verdicts = s->verdicts;
	s->registry.status_lists = s->status_lists;
	s->registry.guess = guess_limits_of(conf);
	s->registry.shared = s->child->shared;
	s->registry.public_url = slice_of(s->public_url);
	s->registry.records = s->records;
	derive_key(s, SLICE("what verifications asked for"), s->registry.keys.asked);
}

static int make_web(struct service *s, const struct service_parts *p)
{
	const struct conf *conf = p->conf;
	struct web_conf web = {
		.routes = p->routes,
		.ops_routes = ops_routes,
		.constraints = api_constraints,
		.outcome_gives = outcome_gives,
		.gate = auth_gate,
		.db = s->db,
		.channels = &s->channels,
		.recorder = s->recorder,
		.app = &s->registry,
		.public_url = s->registry.public_url,
		.crypt = s->crypt,
		.metrics = shared_metrics(s->child->shared, s->child->slot),
		.log = s->child->log,
		.process = s->child->name,
		.access_log = conf->log.access,
		.used = on_used,
	};
	derive_key(s, SLICE("idempotency fingerprint"), web.fingerprint_key);
	loop_timer_init(&s->touch_timer, p->loop, on_touch, s);
	loop_timer_after(&s->touch_timer, SECONDS(20));
	s->web = web_new(&web);
	return s->web ? 0 : E_NOMEM;
}

/* ---- connections ---- */

/* Limits are for the whole daemon; fair accepting makes each worker's part of them its own. */
static size_t share_of(const struct conf *conf, int64_t all)
{
	size_t workers = conf_workers(conf);
	return ((size_t)all + workers - 1) / workers;
}

static struct net_limits limits_of(const struct conf *conf)
{
	struct net_limits l = NET_LIMITS_DEFAULT;
	l.handshake = conf->limits.handshake;
	l.headers = conf->limits.head;
	l.body = conf->limits.body;
	l.response = conf->limits.response;
	l.idle = conf->limits.idle;
	l.rate_min = (size_t)conf->limits.body_rate_min;
	l.connections_max = share_of(conf, conf->limits.connections);
	l.per_address_max = share_of(conf, conf->limits.connections_per_address);
	return l;
}

static int make_net(struct service *s, const struct service_parts *p)
{
	static const enum listener_kind kinds[LISTENERS] = {
		[LISTEN_PUBLIC] = LISTENER_PUBLIC,
		[LISTEN_CLIENT] = LISTENER_CLIENT,
		[LISTEN_OPS] = LISTENER_OPS,
	};
	const struct net_limits limits = limits_of(p->conf);
	struct net_config config = {
		.limits = &limits,
		.app = web_exchange_app(s->web),
		.hooks = {.event = on_net, .over_share = over_share, .arg = s},
		.base_url = s->registry.public_url,
	};
	random_bytes(config.seed, sizeof config.seed);
	s->net = net_new(loop_base(p->loop), &config);
	if (!s->net)
		return E_NOMEM;
	shared_set_accepts(s->child->shared, s->child->slot);
	for (int l = 0; l < LISTENERS; l++) {
		int fd = p->sockets->fd[l];
		int r = fd < 0 ? 0 : net_listen(s->net, fd, kinds[l], p->tls[l]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- the whole ---- */

int service_new(const struct service_parts *p, struct service **ret)
{
	struct service *s = calloc(1, sizeof *s);
	if (!s)
		return EXIT_TROUBLE;
	s->child = p->child;
	s->public_url = strdup(p->conf->public_url);
	s->state_directory = strdup(p->conf->state_directory);
	s->crypt = crypt_new();
	int r = s->public_url && s->state_directory && s->crypt ? 0 : E_NOMEM;
	if (r == 0)
		r = make_keys(s, p->secrets);
	if (r == 0)
		r = make_db(s, p);
	if (r == 0)
		r = make_channels(s, p);
	if (r == 0)
		r = make_stores(s, p);
	if (r == 0) {
		fill_api(s, p->conf);
		r = make_web(s, p);
	}
	if (r == 0 && p->sockets)
		r = make_net(s, p);
	if (r == 0) {
		*ret = s;
		return 0;
	}
	log_error(&p->child->ctx, "not_started", LOG_I("failure", r));
	service_free(s);
	return EXIT_TROUBLE;
}

struct db *service_db(struct service *s)
{
	return s->db;
}

const struct exchange_app *service_app(struct service *s)
{
	return web_exchange_app(s->web);
}

struct outbox *service_outbox(struct service *s)
{
	return s->outbox;
}

void service_reload(struct service *s, const struct conf *conf)
{
	const struct net_limits limits = limits_of(conf);
	if (s->net)
		net_set_limits(s->net, &limits);
	s->registry.guess = guess_limits_of(conf);
	web_set_access_log(s->web, conf->log.access);
}

static void net_drained(void *arg)
{
	struct service *s = arg;
	outbox_drain(s->outbox, OUTBOX_LIMIT, s->drained, s->drained_arg);
}

void service_drain(struct service *s, void (*done)(void *arg), void *arg)
{
	s->drained = done;
	s->drained_arg = arg;
	if (s->net)
		net_drain(s->net, net_drained, s);
	else
		net_drained(s);
}

void service_free(struct service *s)
{
	if (!s)
		return;
	if (s->net)
		net_free(s->net); /* exchanges get gone, so nobody waits any more */
	loop_timer_stop(&s->touch_timer);
	web_free(s->web);
	status_free(s->status);
	records_free(s->records);
	outbox_free(s->outbox);
	refills_free(s->refills);
	free_channels(s);
	recorder_free(s->recorder);
	db_free(s->db);
	map_free(s->status_lists);
	verdict_cache_free(s->verdicts);
	blocks_free(s->blocks);
	crypt_free(s->crypt);
	secret_wipe(&s->registry.keys, sizeof s->registry.keys);
	free(s->public_url);
	free(s->state_directory);
	free(s);
}
