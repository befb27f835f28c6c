/* daemon/worker.c - one of the processes that face the network. This file only wires: TLS
 * contexts and ticket keys from below, connections and handlers on top of the loop of its life. */
#include <malloc.h>

#include "daemon/bodies.h"
#include "daemon/boot.h"
#include "daemon/exit.h"
#include "daemon/life.h"
#include "daemon/schema.h"
#include "daemon/service.h"
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

static struct tls_files files_of(const struct conf *c, enum conf_listener l)
{
	const struct conf_listen *listen = &c->listen[l];
	return (struct tls_files){
		.kind = l == LISTEN_CLIENT ? TLS_CLIENT : TLS_PUBLIC,
		.certificate = listen->certificate,
		.key = listen->key,
		.client_ca = l == LISTEN_CLIENT ? listen->client_ca : NULL,
	};
}

static void update_tickets(void *arg)
{
	struct worker *w = arg;
	if (ticket_file_update(w->boot->tickets, &w->tickets, &w->tickets_seen) != 0)
		log_warning(&w->life.child->ctx, "tickets_not_read");
	loop_timer_after(&w->tickets_timer, SECONDS(1));
}

static int make_contexts(struct worker *w)
{
	char error[TLS_ERROR_TEXT] = "";
	for (int l = LISTEN_PUBLIC; l <= LISTEN_CLIENT; l++) {
		struct tls_files files = files_of(w->life.conf, (enum conf_listener)l);
		if (w->boot->sockets.fd[l] < 0)
			continue;
		if (tls_context_new(&files, l == LISTEN_PUBLIC ? &w->tickets : NULL, &w->tls[l],
			    error) == 0)
			continue;
		log_error(&w->life.child->ctx, "certificate_refused",
			LOG_S("listen", conf_listener_name((enum conf_listener)l)),
			LOG_S("cause", error));
		return EXIT_CONF;
	}
	return 0;
}

/* All contexts or none would need a second set; a context that was replaced before another is
 * refused is as valid as the configuration it came from, which the supervisor has tried. */
static int reload(void *arg, const struct conf *conf)
{
	struct worker *w = arg;
	char error[TLS_ERROR_TEXT] = "";
	for (int l = LISTEN_PUBLIC; l <= LISTEN_CLIENT; l++) {
		struct tls_files files = files_of(conf, (enum conf_listener)l);
		if (!w->tls[l] || tls_context_reload(w->tls[l], &files, error) == 0)
			continue;
		log_error(&w->life.child->ctx, "certificate_refused",
			LOG_S("listen", conf_listener_name((enum conf_listener)l)),
			LOG_S("cause", error),
			LOG_S("remedy", "it must be readable by the daemon's user"));
		return -1;
	}
	service_reload(w->service, conf);
	return 0;
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
		.press = &w->boot->press,
		.sockets = &w->boot->sockets,
		.tls = w->tls,
	};
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

int worker_run(struct child *child)
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
	int status = make_contexts(&w);
	if (status == 0)
		status = serve(&w);
	release(&w);
	life_finish(&w.life);
	return status;
}
