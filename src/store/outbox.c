/* store/outbox.c - a list of copied calls, the first of which is in flight. */
#include "store/outbox.h"

#include <assert.h>
#include <stdlib.h>

#include "base/list.h"
#include "db/statement.h"

#define SEND_LIMIT SECONDS(30)
#define PAUSE SECONDS(3)

struct letter {
	struct list node;
	const struct log_ctx *log;
	struct db_call call;
	struct db_arg args[OUTBOX_ARGS_MAX];
	char texts[]; /* what args point to */
};

struct outbox {
	struct db *db;
	struct list letters;
	size_t n;
	struct db_ticket *ticket; /* of the first letter */
	struct loop_timer timer, drain_timer;
	void (*drained)(void *arg);
	void *drained_arg;
};

static void send_first(void *arg);

static void tell_drained(void *arg)
{
	struct outbox *o = arg;
	void (*done)(void *) = o->drained;
	o->drained = NULL;
	loop_timer_stop(&o->drain_timer);
	if (done)
		done(o->drained_arg);
}

struct outbox *outbox_new(struct loop *loop, struct db *db)
{
	struct outbox *o = calloc(1, sizeof *o);
	if (!o)
		return NULL;
	o->db = db;
	list_init(&o->letters);
	loop_timer_init(&o->timer, loop, send_first, o);
	loop_timer_init(&o->drain_timer, loop, tell_drained, o);
	return o;
}

/* There is one: o->n > 0. */
static struct letter *first(struct outbox *o)
{
	struct list *node = list_first(&o->letters);
	assert(node);
	return CONTAINER_OF(node, struct letter, node);
}

static void drop_first(struct outbox *o)
{
	struct letter *l = first(o);
	list_remove(&l->node);
	free(l);
	o->n--;
}

void outbox_free(struct outbox *o)
{
	if (!o)
		return;
	if (o->ticket)
		db_cancel(o->db, o->ticket);
	loop_timer_stop(&o->timer);
	loop_timer_stop(&o->drain_timer);
	while (o->n)
		drop_first(o);
	free(o);
}

/* ---- sending ---- */

static void say_lost(const struct log_ctx *log, int stmt, const char *why, const char *message)
{
	if (log)
		log_error(log, "write_lost", LOG_S("statement", statements[stmt].name),
		          LOG_S("cause", why), LOG_S("message", message),
		          LOG_S("meaning", "`talentctl key audit` will ask about a signature"));
}

static void on_sent(void *arg, const struct db_result *r)
{
	struct outbox *o = arg;
	o->ticket = NULL;
	bool later = r->outcome == DB_AWAY || r->outcome == DB_FULL || r->outcome == DB_TIMEOUT ||
	             r->outcome == DB_UNKNOWN;
	if (later) {
		loop_timer_after(&o->timer, PAUSE);
		return;
	}
	if (r->outcome != DB_OK)
		say_lost(first(o)->log, first(o)->call.stmt, r->sqlstate, r->message);
	drop_first(o);
	if (o->n)
		loop_timer_after(&o->timer, (struct duration){0});
	else
		tell_drained(o);
}

static void send_first(void *arg)
{
	struct outbox *o = arg;
	if (o->n && !o->ticket &&
	    db_send(o->db, DB_WRITE, &first(o)->call, 1, SEND_LIMIT, on_sent, o, &o->ticket) < 0)
		loop_timer_after(&o->timer, PAUSE);
}

/* ---- taking in ---- */

static size_t texts_of(const struct db_call *call)
{
	size_t n = 0;
	for (int i = 0; i < call->n_args; i++)
		n += db_arg_slice(&call->args[i]).n;
	return n;
}

static struct letter *letter_new(const struct db_call *call)
{
	struct letter *l = malloc(sizeof *l + texts_of(call));
	if (!l)
		return NULL;
	char *at = l->texts;
	for (int i = 0; i < call->n_args; i++) {
		struct db_arg *copy = &l->args[i];
		*copy = call->args[i];
		if ((copy->kind != DB_TEXT && copy->kind != DB_BYTES) || !copy->v.p)
			continue;
		if (copy->v.n)
			memcpy(at, copy->v.p, copy->v.n);
		copy->v.p = at;
		at += copy->v.n;
	}
	l->call = (struct db_call){call->stmt, call->n_args, l->args};
	return l;
}

void outbox_add(struct outbox *o, const struct db_call *call, const struct log_ctx *log)
{
	assert(call->n_args <= OUTBOX_ARGS_MAX);
	struct letter *l = o->n < OUTBOX_MAX ? letter_new(call) : NULL;
	if (!l) {
		say_lost(log, call->stmt, o->n < OUTBOX_MAX ? "memory" : "full", "");
		return;
	}
	l->log = log;
	list_append(&o->letters, &l->node);
	if (o->n++ == 0)
		loop_timer_after(&o->timer, (struct duration){0});
}

void outbox_drain(struct outbox *o, struct duration limit, void (*done)(void *arg), void *arg)
{
	o->drained = done;
	o->drained_arg = arg;
	loop_timer_after(&o->drain_timer, o->n ? limit : (struct duration){0});
}
