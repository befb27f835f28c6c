/* tests/lib/loopback.c - the smallest thing that keeps the promises of net/exchange.h. */
#include "loopback.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/parser.h"

struct visit_exchange {
	struct exchange x;
	struct exchange_peer peer;
	struct arena *head_arena;
	size_t body_max; /* once the app has asked for the body */
	struct visit *visit;
};

struct loopback {
	const struct exchange_app *app;
	struct list visits;
	unsigned made;
};

static struct visit *visit_of(struct exchange *x)
{
	return CONTAINER_OF(x, struct visit_exchange, x)->visit;
}

/* ---- the operations ---- */

static void on_read_body(struct exchange *x, size_t max)
{
	struct visit *v = visit_of(x);
	assert(v->phase == VISIT_WAITS && !v->body_read);
	v->phase = VISIT_READS;
	v->x->body_max = max;
}

static void add_field(struct visit *v, struct slice name, struct slice value)
{
	size_t at = strlen(v->fields);
	int n = snprintf(v->fields + at, sizeof v->fields - at, "%.*s: %.*s\n", SLICE_ARGS(name),
	                 SLICE_ARGS(value));
	assert(n > 0 && (size_t)n < sizeof v->fields - at);
}

static void on_reply(struct exchange *x, const struct http_response *r)
{
	struct visit *v = visit_of(x);
	assert(r && !r->failed && v->phase == VISIT_WAITS && v->status == 0);
	assert(r->body.n <= VISIT_BODY);
	v->phase = VISIT_OVER;
	v->status = r->status;
	v->close = r->close;
	if (r->content_type)
		add_field(v, SLICE("Content-Type"), slice_of(r->content_type));
	add_field(v, SLICE("Cache-Control"),
	          r->cache_control ? slice_of(r->cache_control) : SLICE("no-store"));
	for (size_t i = 0; i < r->n_fields; i++)
		add_field(v, r->fields[i].name, r->fields[i].value);
	if (r->body.n)
		memcpy(v->body, r->body.p, r->body.n);
	v->body_n = r->body.n;
}

static const struct exchange_ops loopback_ops = {.read_body = on_read_body, .reply = on_reply};

/* ---- beginning ---- */

struct loopback *loopback_new(const struct exchange_app *app)
{
	struct loopback *l = calloc(1, sizeof *l);
	assert(l);
	l->app = app;
	list_init(&l->visits);
	return l;
}

static int write_head(const struct visit_request *r, char *text, size_t size)
{
	char length[64] = "";
	if (r->body && r->chunked)
		snprintf(length, sizeof length, "Transfer-Encoding: chunked\r\n");
	else if (r->body)
		snprintf(length, sizeof length, "Content-Length: %zu\r\n", strlen(r->body));
	int n = snprintf(text, size, "%s %s HTTP/1.1\r\nHost: localhost:8443\r\n%s%s\r\n", r->method,
	                 r->target, r->fields ? r->fields : "", length);
	assert(n > 0 && (size_t)n < size);
	return n;
}

/* The head has an arena of its own, so that the exchange's maximum is all the app's. */
static const struct http_head *parse_head(struct visit_exchange *vx, const char *text, int n)
{
	struct http_parser parser;
	struct http_head *head = NULL;
	enum problem_id why;
	vx->head_arena = arena_new(64 * KIB);
	assert(vx->head_arena);
	char *own = arena_copy(vx->head_arena, slice_from(text, (size_t)n));
	enum http_result r =
		http_parser_head(&parser, own, (size_t)n, vx->head_arena, &head, &why);
	assert(r == HTTP_READY);
	return head;
}

struct visit *loopback_open(struct loopback *l, const struct visit_request *r)
{
	char text[HTTP_HEAD_MAX];
	struct visit *v = calloc(1, sizeof *v);
	struct visit_exchange *vx = calloc(1, sizeof *vx);
	assert(v && vx);
	int n = write_head(r, text, sizeof text);
	v->owner = l;
	v->x = vx;
	v->sent = r->body ? slice_of(r->body) : SLICE("");
	vx->visit = v;
	vx->peer = r->peer;
	vx->x = (struct exchange){
		.ops = &loopback_ops,
		.up = l->app,
		.head = parse_head(vx, text, n),
		.peer = &vx->peer,
		.arena = arena_new(r->arena_max ? r->arena_max : EXCHANGE_ARENA_MAX),
	};
	assert(vx->x.arena);
	snprintf(vx->x.id, sizeof vx->x.id, "visit-%u", ++l->made);
	list_append(&l->visits, &v->node);
	return v;
}

/* ---- the end ---- */

static void end_exchange(struct visit *v)
{
	struct visit_exchange *vx = v->x;
	if (!vx)
		return;
	v->x = NULL;
	arena_free(vx->x.arena);
	arena_free(vx->head_arena);
	free(vx);
}

static void end_answered(struct loopback *l)
{
	LIST_FOR (it, &l->visits) {
		struct visit *v = CONTAINER_OF(it, struct visit, node);
		if (v->phase == VISIT_OVER)
			end_exchange(v);
	}
}

void loopback_leave(struct visit *v)
{
	struct loopback *l = v->owner;
	if (v->phase == VISIT_WAITS || v->phase == VISIT_READS)
		l->app->gone(&v->x->x);
	v->phase = VISIT_OVER;
	end_exchange(v);
}

void loopback_forget(struct visit *v)
{
	assert(v->phase == VISIT_OVER);
	end_exchange(v);
	list_remove(&v->node);
	free(v);
}

void loopback_free(struct loopback *l)
{
	struct list *first;
	if (!l)
		return;
	while ((first = list_first(&l->visits)) != NULL) {
		struct visit *v = CONTAINER_OF(first, struct visit, node);
		loopback_leave(v);
		loopback_forget(v);
	}
	free(l);
}

/* ---- running ---- */

void loopback_head(struct visit *v)
{
	struct loopback *l = v->owner;
	assert(v->phase == VISIT_NEW);
	v->phase = VISIT_WAITS;
	l->app->head(&v->x->x, l->app->arg);
	end_answered(l);
}

static void give_body(struct visit *v)
{
	v->body_read = true;
	if (v->sent.n > v->x->body_max) {
		v->owner->app->gone(&v->x->x);
		v->phase = VISIT_OVER;
		v->status = 413;
		return;
	}
	v->phase = VISIT_WAITS;
	v->x->x.body = v->sent;
	v->owner->app->body(&v->x->x);
}

int loopback_run(struct loopback *l)
{
	int n = 0;
	LIST_FOR (it, &l->visits) {
		struct visit *v = CONTAINER_OF(it, struct visit, node);
		if (v->phase != VISIT_READS)
			continue;
		give_body(v);
		n++;
	}
	end_answered(l);
	return n;
}

/* ---- looking ---- */

struct slice visit_field(const struct visit *v, const char *name)
{
	struct slice rest = slice_of(v->fields);
	while (rest.n) {
		struct slice value = slice_cut(&rest, '\n');
		struct slice key = slice_cut(&value, ':');
		if (slice_eq_nocase(key, slice_of(name)))
			return slice_trim(value);
	}
	return SLICE_NONE;
}

/* Where the string that begins at text ends (behind its closing quote). */
static const char *string_end(const char *text)
{
	for (text++; *text && *text != '"'; text++)
		if (*text == '\\' && text[1])
			text++;
	return *text ? text + 1 : text;
}

static struct slice value_at(const char *p)
{
	if (*p == '"')
		return slice_from(p + 1, (size_t)(string_end(p) - p) - 2);
	return slice_from(p, strcspn(p, ",}]"));
}

struct slice visit_member(const struct visit *v, const char *name)
{
	int depth = 0;
	size_t n = strlen(name);
	for (const char *p = v->body; *p; p++) {
		depth += *p == '{' || *p == '[';
		depth -= *p == '}' || *p == ']';
		if (*p != '"')
			continue;
		const char *end = string_end(p);
		if (depth == 1 && *end == ':' && (size_t)(end - p) == n + 2 &&
		    memcmp(p + 1, name, n) == 0)
			return value_at(end + 1);
		p = end - 1;
	}
	return SLICE_NONE;
}
