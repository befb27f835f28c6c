/* db/pipeline.c - the rules that keep a pipelined connection from deadlock and confusion:
 *
 *  - while PQflush says 1 we wait for reading and writing, because the server may be unable to
 *    read before we take its answers;
 *  - PQgetResult is called only while PQisBusy says no;
 *  - a segment ends at its PGRES_PIPELINE_SYNC and not before: a deferred trigger's error comes
 *    after every TUPLES_OK;
 *  - after an error the rest of the segment is PGRES_PIPELINE_ABORTED up to the Sync;
 *  - NULLs between results carry no meaning for us; several in a row do: we lost count;
 *  - a server that has answered nothing for longer than its own statement_timeout allows is
 *    frozen: the connection is given up. A probe, and whatever is asked of a connection that only
 *    has short reads, is answered at once or not at all. */
#include "db/pipeline.h"

#include <stdlib.h>

#include "base/failpoint.h"
#include "base/magic.h"
#include "base/outcome.h"
#include "db/timeline.h"

#define PIPELINE_MAGIC 0x70697065u

enum { NULLS_MAX = 4, GRACE_S = 3, QUICK_MS = 1400 };

static const struct statement_text own[OWN_STATEMENTS] = {
	[-1 - OWN_CONFIRM] = {
		.name = "own_confirm",
		.text = "SELECT pg_catalog.pg_logical_emit_message(true, 'talentd', '')",
	},
	[-1 - OWN_PROBE] = {.name = "own_probe", .text = TIMELINE_PROBE},
};

enum { NOT_PREPARED, PREPARING, PREPARED };

struct pipeline {
	uint32_t magic;
	struct loop *loop;
	PGconn *conn;
	const struct statement_text *table;
	size_t table_n;
	const struct pipeline_ops *ops;
	void *arg;
	struct loop_fd fd;
	struct duration call_limit; /* {0}: PIPELINE_QUICK */
	struct loop_timer silence; /* runs while something is in flight */
	struct loop_task loss;
	const char *cause; /* why it is lost; NULL while it is not */
	bool retiring;     /* takes nothing new and ends with what is in flight */
	struct list flight;
	int in_flight; /* of others: a probe takes nobody's place */
	uint8_t prepared[]; /* of the table, then of our own */
};

static const struct statement_text *text_of(const struct pipeline *p, int stmt)
{
	return stmt < 0 ? &own[-1 - stmt] : &p->table[stmt];
}

static uint8_t *prepared_of(struct pipeline *p, int stmt)
{
	return &p->prepared[stmt < 0 ? p->table_n + (size_t)(-1 - stmt) : (size_t)stmt];
}

static void on_ready(void *arg, unsigned ready);

/* The loss is told from the loop, so that a caller inside pipeline_send is not surprised. */
static void lose(struct pipeline *p, const char *cause)
{
	if (p->cause)
		return;
	p->cause = cause;
	loop_fd_stop(&p->fd);
	loop_timer_stop(&p->silence);
	loop_defer(p->loop, &p->loss);
}

static void on_loss(void *arg)
{
	struct pipeline *p = arg;
	CHECK_MAGIC(p, PIPELINE_MAGIC);
	p->ops->lost(p->arg, p->cause);
}

static void on_silence(void *arg)
{
	struct pipeline *p = arg;
	CHECK_MAGIC(p, PIPELINE_MAGIC);
	lose(p, PIPELINE_SILENT);
}

static void watch_silence(struct pipeline *p)
{
	struct list *head = list_first(&p->flight);
	if (!head) {
		loop_timer_stop(&p->silence);
		return;
	}
	const struct segment *s = CONTAINER_OF(head, struct segment, node);
	if (s->probe || p->call_limit.us == 0)
		loop_timer_after(&p->silence, MILLIS(QUICK_MS));
	else
		loop_timer_after(&p->silence, (struct duration){SECONDS(GRACE_S).us +
		                                                p->call_limit.us * segment_sends(s)});
}

/* A COMMIT that was cut short while waiting for a standby says so in a WARNING, and only there.
 * The function's name is not translated, unlike the message. */
static void on_notice(void *arg, const PGresult *res)
{
	struct pipeline *p = arg;
	const char *function = PQresultErrorField(res, PG_DIAG_SOURCE_FUNCTION);
	struct list *head = list_first(&p->flight);
	if (head && function && strcmp(function, "SyncRepWaitForLSN") == 0)
		CONTAINER_OF(head, struct segment, node)->uncertain = true;
}

int pipeline_new(struct loop *l, PGconn *conn, const struct statement_text *table, size_t table_n,
                 const struct pipeline_ops *ops, void *arg, struct pipeline **ret)
{
	struct pipeline *p = calloc(1, sizeof(*p) + table_n + OWN_STATEMENTS);
	if (!p) {
		PQfinish(conn);
		return E_NOMEM;
	}
	p->magic = PIPELINE_MAGIC;
	p->loop = l;
	p->conn = conn;
	p->table = table;
	p->table_n = table_n;
	p->ops = ops;
	p->arg = arg;
	p->call_limit = SECONDS(2);
	list_init(&p->flight);
	loop_fd_init(&p->fd, l, PQsocket(conn), on_ready, p);
	loop_timer_init(&p->silence, l, on_silence, p);
	loop_task_init(&p->loss, on_loss, p);
	PQsetNoticeReceiver(conn, on_notice, p);
	if (PQsetnonblocking(conn, 1) != 0 || PQenterPipelineMode(conn) != 1) {
		pipeline_free(p);
		return E_LIBRARY;
	}
	if (loop_fd_watch(&p->fd, LOOP_READ) < 0) {
		pipeline_free(p);
		return E_SYSTEM;
	}
	*ret = p;
	return 0;
}

void pipeline_set_call_limit(struct pipeline *p, struct duration limit)
{
	p->call_limit = limit;
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	CHECK_MAGIC(p, PIPELINE_MAGIC);
	assert(list_empty(&p->flight));
	loop_fd_stop(&p->fd);
	loop_timer_stop(&p->silence);
	loop_cancel(&p->loss);
	PQfinish(p->conn);
	p->magic = 0;
	free(p);
}

struct segment *pipeline_take(struct pipeline *p)
{
	struct list *l = list_pop(&p->flight);
	if (!l)
		return NULL;
	struct segment *s = CONTAINER_OF(l, struct segment, node);
	p->in_flight -= !s->probe;
	s->place = NOWHERE;
	return s;
}

int pipeline_in_flight(const struct pipeline *p)
{
	return p->in_flight;
}

bool pipeline_idle(const struct pipeline *p)
{
	return list_empty(&p->flight);
}

bool pipeline_usable(const struct pipeline *p)
{
	return !p->cause && !p->retiring;
}

void pipeline_lose(struct pipeline *p, const char *cause)
{
	lose(p, cause);
}

void pipeline_retire(struct pipeline *p)
{
	p->retiring = true;
	if (!p->in_flight)
		lose(p, PIPELINE_RETIRED);
}

static void flush(struct pipeline *p)
{
	int r = PQflush(p->conn);
	if (r < 0 || loop_fd_watch(&p->fd, r > 0 ? LOOP_READ | LOOP_WRITE : LOOP_READ) < 0)
		lose(p, "server closed the connection");
}

static bool send_call(struct pipeline *p, const struct segment *s, struct segment_call *c)
{
	const struct statement_text *text = text_of(p, c->stmt);
	uint8_t *prepared = prepared_of(p, c->stmt);
	if (s->prepare_nothing)
		return PQsendQueryParams(p->conn, text->text, c->n_args, NULL, c->values, c->lengths,
		                         c->formats, 0) != 0;
	if (*prepared == NOT_PREPARED) {
		if (!PQsendPrepare(p->conn, text->name, text->text, 0, NULL))
			return false;
		*prepared = PREPARING;
		c->prepares = true;
	}
	return PQsendQueryPrepared(p->conn, text->name, c->n_args, c->values, c->lengths, c->formats,
	                           0) != 0;
}

/* Probes come by the clock: they are not counted. */
static bool fails(const struct segment *s, const char *point)
{
	return !s->probe && FAILPOINT(point);
}

void pipeline_send(struct pipeline *p, struct segment *s)
{
	CHECK_MAGIC(p, PIPELINE_MAGIC);
	assert(pipeline_usable(p));
	bool first = list_empty(&p->flight);
	list_append(&p->flight, &s->node);
	s->place = IN_FLIGHT;
	p->in_flight += !s->probe;
	bool ok = !fails(s, "db_send");
	for (int i = 0; i < segment_sends(s) && ok; i++)
		ok = send_call(p, s, &s->calls[i]);
	ok = ok && !fails(s, "db_sync") && PQpipelineSync(p->conn) == 1 && !fails(s, "db_sent");
	if (!ok) {
		lose(p, "server closed the connection");
		return;
	}
	flush(p);
	if (first && !p->cause)
		watch_silence(p);
}

/* Moves on to what the segment's next result belongs to. */
static void advance(struct segment *s)
{
	const struct segment_call *c = &s->calls[s->call];
	if (c->prepares && !s->prepared) {
		s->prepared = true;
	} else {
		s->prepared = false;
		s->call++;
	}
}

/* One result of the head, or of a command before its Sync. Takes res over. Returns false when it
 * is not one that can be expected. */
static bool take_result(struct pipeline *p, struct segment *s, PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);
	bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
	if (!good && status != PGRES_FATAL_ERROR && status != PGRES_PIPELINE_ABORTED)
		goto unexpected;
	if (status == PGRES_FATAL_ERROR)
		segment_fail(s, res);
	if (s->call >= segment_sends(s)) { /* COMMIT itself can fail, nothing else comes here */
		PQclear(res);
		return !good;
	}
	struct segment_call *c = &s->calls[s->call];
	if (c->prepares && !s->prepared) {
		*prepared_of(p, c->stmt) = good ? PREPARED : NOT_PREPARED;
	} else if (good && s->call < s->n_calls) {
		char why[STATEMENT_WHY];
		const char *breach = statement_breach(text_of(p, c->stmt), res, why);
		if (breach)
			segment_breach(s, breach);
		s->res[s->call] = res;
		res = NULL;
	}
	advance(s);
	PQclear(res);
	return true;
unexpected:
	PQclear(res);
	return false;
}

static void head_synced(struct pipeline *p)
{
	struct segment *s = pipeline_take(p);
	if (fails(s, "db_reply")) {
		s->place = IN_FLIGHT;
		list_append(&p->flight, &s->node); /* as if the reply had been lost */
		p->in_flight++;
		lose(p, "server closed the connection");
		return;
	}
	p->ops->answered(p->arg, s);
	if (p->retiring && !p->in_flight)
		lose(p, PIPELINE_RETIRED);
}

/* Whatever has arrived in full. */
static void take_results(struct pipeline *p)
{
	int nulls = 0;
	while (!p->cause && !list_empty(&p->flight) && !PQisBusy(p->conn)) {
		struct segment *s = CONTAINER_OF(list_first(&p->flight), struct segment, node);
		PGresult *res = PQgetResult(p->conn);
		if (!res) {
			if (++nulls >= NULLS_MAX)
				break; /* the caller sees the connection's state */
			continue;
		}
		nulls = 0;
		if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
			PQclear(res);
			if (s->failed || s->call == segment_sends(s))
				head_synced(p);
			else
				lose(p, "answers are missing");
		} else if (!take_result(p, s, res)) {
			lose(p, "an unexpected answer");
		}
	}
	if (nulls >= NULLS_MAX)
		lose(p, "answers are missing");
}

static void on_ready(void *arg, unsigned ready)
{
	struct pipeline *p = arg;
	CHECK_MAGIC(p, PIPELINE_MAGIC);
	bool alive = !(ready & LOOP_READ) || PQconsumeInput(p->conn) == 1;
	take_results(p); /* also what came before the end */
	if (p->cause)
		return;
	if (!alive || PQstatus(p->conn) == CONNECTION_BAD) {
		lose(p, "server closed the connection");
		return;
	}
	flush(p);
	if (!p->cause && ready & LOOP_READ)
		watch_silence(p);
}
