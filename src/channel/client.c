/* channel/client.c - one connection, many calls, matched by id.
 *
 *   no connection ──timer──► connect ──ok──► connected ──closed, nonsense──► no connection
 *                     └── refused: a longer pause ──┘
 *
 * A call keeps its frame until it ends. A new connection gets the frames of all calls in their old
 * order, so a helper that was killed in between costs time only. Pauses grow from 5 ms to half a
 * second, each spread by chance so that not all processes come at once, and begin anew with the first
 * answer. */
#include "channel/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/outcome.h"
#include "channel/end.h"
#include "channel/frame.h"
#include "crypt/random.h"

enum { PAUSE_FIRST_MS = 5, PAUSE_MAX_MS = 500, DEATHS_MAX = 2 };

struct channel_client {
	struct channel base;
	struct loop *loop;
	struct channel_address to;
	const struct log_ctx *log;
	struct channel_end end;
	struct loop_timer retry;
	struct loop_task send; /* in the next turn: calls of one turn go together */
	uint32_t pause_ms;
	bool reported; /* that it is away */
	struct list calls;
};

static bool connected(const struct channel_client *c)
{
	return c->end.fd >= 0;
}

/* ---- the connection ---- */

static void tell(const struct channel_client *c, enum log_level level, const char *what,
                 const char *cause)
{
	char event[LOG_NAME_MAX];
	snprintf(event, sizeof event, "%s_%s", c->base.service->name, what);
	log_at(c->log, level, event, LOG_S(cause ? "cause" : NULL, cause ? cause : ""), LOG_END);
}

/* What had been sent to the helper has seen it die. */
static void count_deaths(struct channel_client *c)
{
	LIST_FOR(it, &c->calls) {
		struct channel_call *call = CONTAINER_OF(it, struct channel_call, node);
		if (call->queued && call->position < c->end.total)
			call->deaths++;
		call->queued = false;
	}
}

static struct channel_call *given_up(struct channel_client *c)
{
	LIST_FOR(it, &c->calls) {
		struct channel_call *call = CONTAINER_OF(it, struct channel_call, node);
		if (call->deaths >= DEATHS_MAX)
			return call;
	}
	return NULL;
}

static void go_down(struct channel_client *c, const char *cause)
{
	struct channel_call *call;
	if (connected(c))
		count_deaths(c);
	channel_end_close(&c->end);
	if (!c->reported)
		tell(c, LEVEL_WARNING, "away", cause);
	c->reported = true;
	loop_timer_after(&c->retry, MILLIS(c->pause_ms / 2 + random_below(c->pause_ms)));
	c->pause_ms = c->pause_ms * 2 < PAUSE_MAX_MS ? c->pause_ms * 2 : PAUSE_MAX_MS;
	while ((call = given_up(c))) /* whoever is told may begin new calls */
		channel_call_end(call, E_CLOSED, SLICE_NONE);
}

static void came_back(struct channel_client *c)
{
	c->pause_ms = PAUSE_FIRST_MS;
	if (c->reported)
		tell(c, LEVEL_NOTICE, "back", NULL);
	c->reported = false;
}

static const char *why(int failure)
{
	return failure == E_CLOSED  ? "it closed the connection"
	       : failure == E_NOMEM ? "out of memory"
	                            : "the connection cannot be watched";
}

static void flush(void *arg)
{
	struct channel_client *c = arg;
	int r = connected(c) ? channel_end_flush(&c->end) : 0;
	if (r)
		go_down(c, why(r));
}

static void queue(struct channel_client *c, struct channel_call *call)
{
	call->queued = true;
	call->position = channel_end_position(&c->end);
	buf_add(&c->end.out, buf_slice(&call->frame));
}

static void ready(void *arg, unsigned what);

static void try_connect(void *arg)
{
	struct channel_client *c = arg;
	int fd = channel_connect(&c->to);
	if (fd < 0 || channel_end_open(&c->end, c->loop, fd, ready, c) != 0) {
		go_down(c, strerror(errno));
		return;
	}
	LIST_FOR(it, &c->calls)
		queue(c, CONTAINER_OF(it, struct channel_call, node));
	flush(c);
}

/* ---- answers ---- */

static struct channel_call *find_call(struct channel_client *c, uint32_t id)
{
	LIST_FOR(it, &c->calls) {
		struct channel_call *call = CONTAINER_OF(it, struct channel_call, node);
		if (call->id == id)
			return call;
	}
	return NULL;
}

/* The answer's bytes lie in c->end.in, which callbacks cannot touch. False: nonsense. */
static bool answer(struct channel_client *c, const struct frame *f)
{
	struct channel_call *call = find_call(c, f->id);
	struct slice body = f->body;
	int failure = f->type == FRAME_REFUSED ? frame_failure(&body) : 0;
	if (!call)
		return true; /* cancelled or expired meanwhile */
	if (!failure && f->type != call->type + FRAME_ANSWER)
		return false;
	return channel_call_end(call, failure, body);
}

static int take_answers(struct channel_client *c, size_t *used)
{
	const struct channel_service *s = c->base.service;
	struct frame f;
	size_t n;
	int r;
	while ((r = frame_take(slice_skip(buf_slice(&c->end.in), *used), s->version, s->answer_max, &f,
	                       &n)) == 0) {
		if (!answer(c, &f))
			return E_SYNTAX;
		*used += n;
		came_back(c);
	}
	return r;
}

static void read_answers(struct channel_client *c)
{
	size_t used = 0;
	int r = channel_end_read(&c->end);
	if (r)
		go_down(c, why(r));
	else if ((r = take_answers(c, &used)) != FRAME_PARTIAL)
		go_down(c, r == E_REFUSED ? "it is of another version: restart both after an upgrade"
		                          : "its answer makes no sense");
	else
		channel_end_used(&c->end, used);
}

static void ready(void *arg, unsigned what)
{
	struct channel_client *c = arg;
	if (what & LOOP_WRITE)
		flush(c);
	if (connected(c) && (what & LOOP_READ))
		read_answers(c);
}

/* ---- calls ---- */

static void call_expired(void *arg)
{
	channel_call_end(arg, E_TIMEOUT, SLICE_NONE);
}

static int client_send(struct channel *base, struct channel_call *call, struct duration limit)
{
	struct channel_client *c = CONTAINER_OF(base, struct channel_client, base);
	loop_timer_init(&call->deadline, c->loop, call_expired, call);
	loop_timer_after(&call->deadline, limit);
	list_append(&c->calls, &call->node);
	if (connected(c)) {
		queue(c, call);
		loop_defer(c->loop, &c->send);
	}
	return 0;
}

static void client_cancel(struct channel *base, struct channel_call *call)
{
	call->ended = NULL;
	if (!base->service->kept)
		channel_call_end(call, E_CLOSED, SLICE_NONE);
}

static const struct channel_ops ops = {client_send, client_cancel};

struct channel_client *channel_client_new(const struct channel_client_conf *conf)
{
	struct channel_client *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->base = (struct channel){.service = conf->service, .ops = &ops};
	c->loop = conf->loop;
	c->to = *conf->to;
	c->log = conf->log;
	c->pause_ms = PAUSE_FIRST_MS;
	channel_end_init(&c->end, conf->service->answer_max, 2 * conf->service->calls_bytes);
	list_init(&c->calls);
	loop_task_init(&c->send, flush, c);
	loop_timer_init(&c->retry, conf->loop, try_connect, c);
	loop_timer_after(&c->retry, MILLIS(0));
	return c;
}

void channel_client_free(struct channel_client *c)
{
	struct list *first;
	if (!c)
		return;
	while ((first = list_first(&c->calls)))
		channel_call_end(CONTAINER_OF(first, struct channel_call, node), E_CLOSED, SLICE_NONE);
	loop_timer_stop(&c->retry);
	loop_cancel(&c->send);
	channel_end_free(&c->end);
	free(c);
}

struct channel *channel_client_channel(struct channel_client *c)
{
	return &c->base;
}
