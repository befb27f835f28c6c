/* daemon/worker.c - one of the processes that face the network. This file only wires: TLS
 * contexts and ticket keys from below, connections and handlers on top of the loop of its life. */
#include <malloc.h>

#include "api/openapi.h"
#include "base/outcome.h"
#include "daemon/boot.h"
#include "daemon/certificates.h"
#include "daemon/exit.h"
#include "daemon/life.h"
#include "daemon/process.h"
#include "daemon/schema.h"
#include "daemon/service.h"
#include "daemon/source.h"
#include "tls/context.h"

struct worker {
	struct life life;
	const struct boot *boot;
	struct tls_tickets tickets;
	uint32_t tickets_seen;
	struct loop_timer tickets_timer;
	struct tls_context *tls[LISTENERS]; /* NULL: off, or without TLS */
	struct service *service;
};

static void update_tickets(void *arg)
{
	struct worker *w = arg;
	if (ticket_file_update(w->boot->tickets, &w->tickets, &w->tickets_seen) != 0)
		log_warning(&w->life.child->ctx, "tickets_not_read");
	loop_timer_after(&w->tickets_timer, SECONDS(1));
}

/* Makes the context of a listener, or gives the one it has other certificates. */
static int use_certificates(struct worker *w, enum conf_listener l, const struct tls_pems *pems,
                            char error[static TLS_ERROR_TEXT])
{
	if (w->tls[l])
		return tls_context_reload(w->tls[l], pems, error);
	return tls_context_new(pems, l == LISTEN_PUBLIC ? &w->tickets : NULL, &w->tls[l], error);
}

static int refused(const struct worker *w, enum conf_listener l, const char *error)
{
	log_error(&w->life.child->ctx, "certificate_refused",
	          LOG_S("listen", conf_listener_name(l)), LOG_S("cause", error));
	return E_REFUSED;
}

static int take_certificates(struct worker *w, const struct conf *conf, struct slice text)
{
	for (int l = LISTEN_PUBLIC; l <= LISTEN_CLIENT; l++) {
		char error[TLS_ERROR_TEXT] = "not what the supervisor wrote";
		struct tls_pems pems;
		if (w->boot->sockets.fd[l] < 0)
			continue;
		if (certificates_of(text, conf, (enum conf_listener)l, &pems) != 0 ||
		    use_certificates(w, (enum conf_listener)l, &pems, error) != 0)
			return refused(w, (enum conf_listener)l, error);
	}
	return 0;
}

/* All listeners or none would need a second set of contexts: if a second listener's certificate is
 * refused, the first has its new one until the supervisor takes the reload back. */
static int read_certificates(struct worker *w, const struct conf *conf, uint32_t generation)
{
	struct buf text = BUF_INIT(CERTIFICATES_MAX);
	int rc = source_get(w->boot->certificates, generation, &text);
	if (rc == 0)
		rc = take_certificates(w, conf, buf_slice(&text));
	else
		log_error(&w->life.child->ctx, "certificates_not_read", LOG_I("failure", rc));
	certificates_wipe(&text);
	return rc;
}

static int reload(void *arg, const struct conf *conf, uint32_t generation)
{
	struct worker *w = arg;
	int rc = read_certificates(w, conf, generation);
	if (rc == 0)
		service_reload(w->service, conf);
	return rc;
}

static void drained(void *arg)
{
	struct worker *w = arg;
	life_end(&w->life);
}

static void drain(void *arg)
{
	struct worker *w = arg;
	service_drain(w->service, drained, w);
}

static int serve(struct worker *w)
{
	const struct service_parts parts = {
		.child = w->life.child,
		.loop = w->life.loop,
		.conf = w->life.conf,
		.database = w->life.conf->database,
		.routes = api_routes,
		.secrets = w->boot->secrets,
		.helpers = &w->boot->helpers,
		.sockets = &w->boot->sockets,
		.tls = w->tls,
	};
	openapi_prepare();
	int status = service_new(&parts, &w->service);
	if (status != 0)
		return status;
	life_ready(&w->life);
	return life_run(&w->life);
}

static void release(struct worker *w)
{
	service_free(w->service);
	loop_timer_stop(&w->tickets_timer);
	for (int l = 0; l < LISTENERS; l++)
		tls_context_free(w->tls[l]);
}

static int run(struct child *child)
{
	static const struct life_ops OPS = {.reload = reload, .drain = drain};
	struct worker w = {.boot = child->kind->arg};
	/* OpenSSL takes and gives back a buffer for each record: the heap's end must not follow. */
	mallopt(M_TRIM_THRESHOLD, 4 << 20);
	if (schema_check(child) == SCHEMA_REFUSED)
		return EXIT_CONF;
	if (life_start(&w.life, child, &OPS, &w) != 0)
		return EXIT_TROUBLE;
	loop_timer_init(&w.tickets_timer, w.life.loop, update_tickets, &w);
	update_tickets(&w);
	int status = EXIT_CONF;
	if (read_certificates(&w, child->conf, child->generation) == 0)
		status = serve(&w);
	release(&w);
	life_finish(&w.life);
	return status;
}

const struct process worker_process = {
	.name = "worker",
	.run = run,
	.count = conf_workers,
	.needs = NEEDS_LISTENERS | NEEDS_CERTIFICATES | NEEDS_SECRETS,
	.announces = true,
};
