/* clerk/errand.c - an exchange without a connection. */
#include "clerk/errand.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/outcome.h"

enum { ARENA_MAX = 1024 * 1024, PATH_MAX_TEXT = 128 };

struct errand {
	struct exchange x;
	struct http_head head;
	struct exchange_peer peer;
	char path[PATH_MAX_TEXT];
	bool busy;
	errand_done *done;
	void *arg;
	uint64_t serial;
};

static void no_body(struct exchange *x, size_t max)
{
	x->body = SLICE_NONE;
	x->up->body(x);
}

static void take_reply(struct exchange *x, const struct http_response *r)
{
	struct errand *e = CONTAINER_OF(x, struct errand, x);
	int status = r->status;
	e->busy = false;
	e->done(e->arg, status);
}

static const struct exchange_ops ops = {.read_body = no_body, .reply = take_reply};

struct errand *errand_new(const struct exchange_app *app)
{
	struct errand *e = calloc(1, sizeof *e);
	if (!e)
		return NULL;
	e->x = (struct exchange){.ops = &ops, .up = app, .head = &e->head, .peer = &e->peer};
	e->peer.listener = LISTENER_PUBLIC;
	e->x.arena = arena_new(ARENA_MAX);
	if (!e->x.arena) {
		free(e);
		return NULL;
	}
	return e;
}

void errand_free(struct errand *e)
{
	if (!e)
		return;
	if (e->busy)
		e->x.up->gone(&e->x);
	arena_free(e->x.arena);
	free(e);
}

void errand_end(struct errand *e)
{
	assert(!e->busy);
	arena_reset(e->x.arena);
}

bool errand_busy(const struct errand *e)
{
	return e->busy;
}

/* The arena is cleared here, not when the answer came: the step that replied still stands on it
 * then. */
int errand_send(struct errand *e, const char *path, errand_done *done, void *arg)
{
	assert(!e->busy);
	arena_reset(e->x.arena);
	snprintf(e->path, sizeof e->path, "%s", path);
	e->head = (struct http_head){
		.method = HTTP_POST,
		.method_name = SLICE("POST"),
		.target = slice_of(e->path),
		.path = slice_of(e->path),
		.keep_alive = true,
		.minor = 1,
	};
	snprintf(e->x.id, sizeof e->x.id, "clerk-%llu", (unsigned long long)++e->serial);
	e->busy = true;
	e->done = done;
	e->arg = arg;
	e->x.up->head(&e->x, e->x.up->arg);
	return 0;
}
