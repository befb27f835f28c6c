/* db/connect.c - the connecting loop.
 *
 *   idle --start--> [resolving] --> connecting --> asking which timeline --ok--> told, idle
 *                       |  ^            |               |
 *                       |  +--next------+---------------+--failed or 2 s--> next address, next
 *                       |                                                   host, or told
 * Every attempt is a PQconnectStart to one address. The descriptor may change between two calls of
 * PQconnectPoll (libpq tries again without TLS, say), so it is watched anew after each. */
#include "db/connect.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/failpoint.h"
#include "base/magic.h"
#include "base/outcome.h"
#include "db/cause.h"
#include "db/session.h"

#define CONNECT_MAGIC 0x636f6e6eu

enum { ATTEMPT_S = 2 };

struct connect {
	uint32_t magic;
	struct loop *loop;
	const struct hosts *hosts;
	const char *application, *options;
	const struct timeline_memory *memory;
	connect_fn *fn;
	void *arg;

	size_t first, tried; /* hosts of this round */
	struct host host;    /* the one being tried, with the address being tried */
	char addrs[RESOLVE_MAX][RESOLVE_TEXT];
	int n_addrs, next_addr;

	struct resolve resolve;
	PGconn *conn;
	bool asking; /* conn is connected and was asked for its timeline */
	struct timeline timeline;
	struct loop_fd fd;
	struct loop_timer limit;
	struct loop_task begin; /* so that nobody is told from inside connect_start */
	char cause[CONNECT_CAUSE];
};

static void next_attempt(struct connect *c);
static void poll_conn(struct connect *c);
static void take_answer(struct connect *c);

static void drop_conn(struct connect *c)
{
	loop_timer_stop(&c->limit);
	loop_fd_stop(&c->fd);
	resolve_stop(&c->resolve);
	PQfinish(c->conn);
	c->conn = NULL;
	c->asking = false;
}

/* Adds the sentence of this attempt, unless it says the same again. */
static void note(struct connect *c, const char *trouble)
{
	char label[HOST_TEXT + 96], sentence[CONNECT_CAUSE / 2];
	host_label(&c->host, label, sizeof(label));
	cause_of_connect(trouble, label, sentence, sizeof(sentence));
	size_t n = strlen(c->cause);
	if (strstr(c->cause, sentence) || n + strlen(sentence) + 3 > sizeof(c->cause))
		return;
	snprintf(c->cause + n, sizeof(c->cause) - n, "%s%s", n ? "; " : "", sentence);
}

static void failed(struct connect *c, const char *trouble)
{
	note(c, trouble);
	drop_conn(c);
	next_attempt(c);
}

static void on_limit(void *arg)
{
	struct connect *c = arg;
	CHECK_MAGIC(c, CONNECT_MAGIC);
	failed(c, c->conn ? "timeout" : "resolve");
}

static void on_ready(void *arg, unsigned ready)
{
	struct connect *c = arg;
	CHECK_MAGIC(c, CONNECT_MAGIC);
	loop_fd_stop(&c->fd);
	if (c->asking)
		take_answer(c);
	else
		poll_conn(c);
}

static void ignore_notice(void *arg, const PGresult *res)
{
}

static void watch(struct connect *c, unsigned what)
{
	loop_fd_init(&c->fd, c->loop, PQsocket(c->conn), on_ready, c);
	if (loop_fd_watch(&c->fd, what) < 0)
		failed(c, "the descriptor cannot be watched");
}

static void connected(struct connect *c)
{
	const char *unfit = timeline_judge(c->memory, c->timeline);
	if (unfit) {
		failed(c, unfit);
		return;
	}
	PGconn *conn = c->conn;
	size_t which = (c->first + c->tried - 1) % hosts_count(c->hosts);
	c->conn = NULL;
	c->asking = false;
	loop_timer_stop(&c->limit);
	PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
	c->fn(c->arg, conn, which, c->timeline, "");
}

/* The answer to TIMELINE_STATEMENT is one result and the NULL behind it. */
static void take_answer(struct connect *c)
{
	PGresult *res;
	int unsent = PQflush(c->conn);
	if (unsent < 0 || PQconsumeInput(c->conn) != 1) {
		failed(c, PQerrorMessage(c->conn));
		return;
	}
	while (!PQisBusy(c->conn)) {
		res = PQgetResult(c->conn);
		if (!res) {
			connected(c);
			return;
		}
		bool good = timeline_read(res, &c->timeline);
		if (!good)
			failed(c, PQresultStatus(res) == PGRES_TUPLES_OK ? "standby"
			                                                 : PQresultErrorMessage(res));
		PQclear(res);
		if (!good)
			return;
	}
	watch(c, unsent > 0 ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void ask_timeline(struct connect *c)
{
	const char *unfit = session_unfit(c->conn);
	c->asking = true;
	c->timeline = (struct timeline){0};
	if (unfit)
		failed(c, unfit);
	else if (PQsetnonblocking(c->conn, 1) != 0 || PQsendQuery(c->conn, TIMELINE_STATEMENT) != 1)
		failed(c, PQerrorMessage(c->conn));
	else
		take_answer(c);
}

static void poll_conn(struct connect *c)
{
	switch (PQconnectPoll(c->conn)) {
	case PGRES_POLLING_READING:
		watch(c, LOOP_READ);
		break;
	case PGRES_POLLING_WRITING:
		watch(c, LOOP_WRITE);
		break;
	case PGRES_POLLING_OK:
		ask_timeline(c);
		break;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
	default:
		failed(c, PQerrorMessage(c->conn));
		break;
	}
}

static void attempt(struct connect *c)
{
	struct host_params p;
	host_params(c->hosts, &c->host, c->application, c->options, &p);
	c->conn = FAILPOINT("db_connect") ? NULL : PQconnectStartParams(p.keywords, p.values, 0);
	if (!c->conn) {
		failed(c, "out of memory");
		return;
	}
	loop_timer_after(&c->limit, SECONDS(ATTEMPT_S));
	PQsetErrorVerbosity(c->conn, PQERRORS_VERBOSE);
	PQsetNoticeReceiver(c->conn, ignore_notice, NULL);
	if (PQstatus(c->conn) == CONNECTION_BAD)
		failed(c, PQerrorMessage(c->conn));
	else
		watch(c, LOOP_WRITE); /* as if PQconnectPoll had said so */
}

static void on_resolved(void *arg, int n, const char (*addrs)[RESOLVE_TEXT])
{
	struct connect *c = arg;
	CHECK_MAGIC(c, CONNECT_MAGIC);
	loop_timer_stop(&c->limit);
	if (n == 0) {
		failed(c, "resolve");
		return;
	}
	memcpy(c->addrs, addrs, sizeof(*addrs) * (size_t)n);
	c->n_addrs = n;
	c->next_addr = 0;
	next_attempt(c);
}

/* The next address of this host, else the next host, else the round is over. Attempts that fail
 * at once call each other; there are at most HOSTS_MAX * RESOLVE_MAX of them. */
static void next_attempt(struct connect *c)
{
	if (c->next_addr < c->n_addrs) {
		snprintf(c->host.addr, sizeof(c->host.addr), "%s", c->addrs[c->next_addr++]);
		attempt(c);
		return;
	}
	c->n_addrs = c->next_addr = 0;
	if (c->tried == hosts_count(c->hosts)) {
		c->fn(c->arg, NULL, 0, (struct timeline){0}, c->cause);
		return;
	}
	c->host = *hosts_at(c->hosts, (c->first + c->tried++) % hosts_count(c->hosts));
	if (host_is_numeric(&c->host)) {
		attempt(c);
		return;
	}
	loop_timer_after(&c->limit, SECONDS(ATTEMPT_S));
	if (resolve_start(&c->resolve, c->loop, c->host.name, on_resolved, c) < 0)
		failed(c, "resolve");
}

static void on_begin(void *arg)
{
	struct connect *c = arg;
	CHECK_MAGIC(c, CONNECT_MAGIC);
	next_attempt(c);
}

void connect_start(struct connect *c, size_t first)
{
	CHECK_MAGIC(c, CONNECT_MAGIC);
	assert(!c->conn);
	c->first = first;
	c->tried = 0;
	c->n_addrs = c->next_addr = 0;
	c->cause[0] = '\0';
	loop_defer(c->loop, &c->begin);
}

struct connect *connect_new(struct loop *l, const struct hosts *hosts, const char *application,
                            const char *options, const struct timeline_memory *memory,
                            connect_fn *fn, void *arg)
{
	struct connect *c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->magic = CONNECT_MAGIC;
	c->loop = l;
	c->hosts = hosts;
	c->application = application;
	c->options = options;
	c->memory = memory;
	c->fn = fn;
	c->arg = arg;
	loop_timer_init(&c->limit, l, on_limit, c);
	loop_task_init(&c->begin, on_begin, c);
	return c;
}

void connect_free(struct connect *c)
{
	if (!c)
		return;
	CHECK_MAGIC(c, CONNECT_MAGIC);
	drop_conn(c);
	loop_cancel(&c->begin);
	c->magic = 0;
	free(c);
}
