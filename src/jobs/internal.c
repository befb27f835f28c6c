/* jobs/internal.c - the side of an exchange that net is for others. */
#include "jobs/internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/outcome.h"

enum { ARENA_MAX = 1024 * 1024, PATH_TEXT = 64 };

struct internal {
	struct exchange x;
	struct http_head head;
	struct exchange_peer peer;
	struct loop *loop;
	struct loop_task body; /* read_body is answered in the next turn */
	char path[PATH_TEXT], text[INTERNAL_BODY_MAX];
	struct slice sent;
	size_t body_max;
	bool busy;
	internal_done *done;
	void *arg;
	uint64_t serial;
};

static void give_body(void *arg)
{
	struct internal *i = arg;
	i->x.body = i->sent;
	i->x.up->body(&i->x);
}

/* web has looked at the announced length before it asks. */
static void read_body(struct exchange *x, size_t max)
{
	struct internal *i = CONTAINER_OF(x, struct internal, x);
	assert(i->sent.n <= max);
	loop_defer(i->loop, &i->body);
}

static void take_reply(struct exchange *x, const struct http_response *r)
{
	struct internal *i = CONTAINER_OF(x, struct internal, x);
	const struct internal_reply reply = {
		.status = r->status,
		.body = r->body.n <= INTERNAL_REPLY_MAX ? r->body : SLICE_NONE,
	};
	i->busy = false;
	i->done(i->arg, &reply);
}

static const struct exchange_ops ops = {.read_body = read_body, .reply = take_reply};

struct internal *internal_new(struct loop *loop, const struct exchange_app *app)
{
	struct internal *i = calloc(1, sizeof *i);
	if (!i)
		return NULL;
	i->loop = loop;
	i->x = (struct exchange){.ops = &ops, .up = app, .head = &i->head, .peer = &i->peer};
	i->peer.listener = LISTENER_PUBLIC;
	i->x.arena = arena_new(ARENA_MAX);
	loop_task_init(&i->body, give_body, i);
	if (!i->x.arena) {
		free(i);
		return NULL;
	}
	return i;
}

void internal_free(struct internal *i)
{
	if (!i)
		return;
	loop_cancel(&i->body);
	if (i->busy)
		i->x.up->gone(&i->x);
	arena_free(i->x.arena);
	free(i);
}

void internal_end(struct internal *i)
{
	assert(!i->busy);
	arena_reset(i->x.arena);
}

static void fill_head(struct internal *i)
{
	static const struct http_field fields[] = {
		{SLICE_CONSTANT("content-type"), SLICE_CONSTANT("application/json")}};
	i->head = (struct http_head){
		.method = HTTP_POST,
		.method_name = SLICE("POST"),
		.target = slice_of(i->path),
		.path = slice_of(i->path),
		.content_length = i->sent.n,
		.has_body = i->sent.n > 0,
		.keep_alive = true,
		.minor = 1,
		.n_fields = ARRAY_LEN(fields),
		.fields = fields,
	};
}

/* The arena is cleared here, not when the answer came: the step that replied still stands on it
 * then. */
int internal_post(struct internal *i, const char *path, struct slice body, internal_done *done, void *arg)
{
	assert(!i->busy);
	arena_reset(i->x.arena);
	if (body.n > INTERNAL_BODY_MAX)
		return E_LIMIT;
	snprintf(i->path, sizeof i->path, "%s", path);
	memcpy(i->text, body.p, body.n);
	i->sent = slice_from(i->text, body.n);
	fill_head(i);
	snprintf(i->x.id, sizeof i->x.id, "jobs-%llu", (unsigned long long)++i->serial);
	i->busy = true;
	i->done = done;
	i->arg = arg;
	i->x.up->head(&i->x, i->x.up->arg);
	return 0;
}
