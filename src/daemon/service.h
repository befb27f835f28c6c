/* daemon/service.h - what a worker or the process for background jobs works with: database, signer, caches, handlers, connections,
 * put together and taken apart in one place. */
#pragma once

#include "api/api.h"
#include "conf/conf.h"
#include "daemon/child.h"
#include "daemon/sockets.h"
#include "loop/loop.h"

struct exchange_app;
struct helpers;
struct outbox;
struct tls_context;
struct service; /* opaque */
struct source;

struct service_parts {
	struct child *child;
	struct loop *loop;
	const struct conf *conf;
	const char *database; /* conninfo of the role that this process is */
	const struct source *secrets; /* struct secrets of daemon/check.h */
	const struct route *const *routes;
	const struct helpers *helpers;
	const struct sockets *sockets;  /* NULL: no listeners, the background jobs' case */
	struct tls_context *const *tls; /* by listener; must outlive the service */
};

/* Connects in the background and accepts. Returns 0 and *ret, or the exit status after logging
 * why. */
MUSTUSE int service_new(const struct service_parts *parts, struct service **ret);

/* How many connections to PostgreSQL one has. */
size_t service_connections(const struct conf *c);

struct db *service_db(struct service *s);
const struct exchange_app *service_app(struct service *s);
struct outbox *service_outbox(struct service *s);

/* Applies what a reload may change. */
void service_reload(struct service *s, const struct conf *conf);

/* Takes nothing new; done(arg) when everything is answered and the outbox is empty, or as empty as
 * it gets within some seconds. */
void service_drain(struct service *s, void (*done)(void *arg), void *arg);

void service_free(struct service *s);
