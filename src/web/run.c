/* web/run.c - the life of a request.
 *
 *   head -> route -> gate (who asks, may they) -> body -> first step -> ... -> reply
 *                     waits: database              waits: database, events
 *
 * A step runs only when the client is still there and what it awaited has succeeded; everything
 * else is answered here, once, for all handlers. The reply leaves after the step has returned,
 * because sending it may end the exchange and free the memory that the step stands on. */
#include "web/request.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/magic.h"
#include "base/outcome.h"
#include "http/problem.h"
#include "net/exchange.h"
#include "recorder/client.h"
#include "store/record.h"
#include "telemetry/log.h"
#include "web/declared.h"
#include "web/form.h"
#include "web/problem_page.h"
#include "web/run.h"
#include "web/web.h"

enum { REQUEST_MAGIC = 0x52455155, OUT_MAX = 1024 * 1024, SCRATCH_KEEP = 64 * 1024 };

struct web {
	struct web_conf conf;
	struct exchange_app up;
	struct buf scratch; /* the response body of the step that runs now */
	size_t active;
};

/* ---- the exchange's callbacks ---- */

static void start(struct request *rq, struct step (*fn)(struct request *));

static struct step route_request(struct request *rq)
{
	const struct http_head *head = rq->x->head;
	const struct web_conf *conf = &rq->web->conf;
	bool ops = rq->x->peer->listener == LISTENER_OPS;
	struct route_match m =
		route_find(ops ? conf->ops_routes : conf->routes, head->method, head->path);
	if (!m.route && m.path_known)
		return reply_other_method(rq, &m);
	if (!m.route)
		return reply_problem(rq, P_NOT_FOUND);
	rq->route = m.route;
	if (m.route->shared)
		request_share(rq);
	if (m.route->speaks != LANG_EN)
		rq->lang = request_language(rq, m.route->speaks);
	rq->deadline = mono_add(rq->run->started, m.route->deadline);
	int r = request_decode_params(rq, &m);
	if (r == E_ABSENT)
		return reply_problem(rq, P_NOT_FOUND);
	if (r < 0)
		return r == E_NOMEM ? reply_out_of_memory(rq) : reply_problem(rq, P_MALFORMED_REQUEST);
	enum problem_id refusal = request_body_refusal(rq);
	if (refusal != P_NONE)
		return reply_problem(rq, refusal);
	if (m.route->open)
		return web_admit(rq);
	if (!conf->gate)
		return reply_problem(rq, P_FORBIDDEN);
	return conf->gate(rq);
}

static void on_head(struct exchange *x, void *arg)
{
	struct web *w = arg;
	struct request *rq = arena_alloc(x->arena, sizeof *rq);
	struct request_run *run = arena_alloc(x->arena, sizeof *run);
	if (!rq || !run) { /* the first kilobyte of a fresh arena: the system is out of memory */
		x->ops->reply(x, &web_last_resort);
		return;
	}
	w->active++;
	*run = (struct request_run){.started = mono_now(), .problem = P_NONE};
	*rq = (struct request){.magic = REQUEST_MAGIC, .web = w, .x = x, .arena = x->arena, .run = run};
	rq->deadline = mono_add(run->started, SECONDS(10));
	x->app = rq;
	rq->id = x->id;
	rq->lang = request_language(rq, LANG_EN);
	start(rq, route_request);
}

/* What cannot be recorded is not begun: nothing is signed or stored for it. */
static bool cannot_be_recorded(const struct request *rq)
{
	const struct recorder *r = rq->web->conf.recorder;
	return rq->route->recorded && r && !recorder_well(r);
}

/* The object of the address has been read. */
static struct step object_loaded(struct request *rq, const struct db_result *rows)
{
	const struct route_object *object = rq->route->object;
	struct belongings what;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	if (object->whose(rq, rows->res[0], 0, &what) < 0)
		return reply_out_of_memory(rq);
	if (!principal_owns(&rq->who, &what))
		return reply_problem(rq, P_NOT_FOUND); /* whether it exists is its owner's to know */
	return rq->route->first(rq, rows);
}

struct step request_load(struct request *rq)
{
	const struct route_object *object = rq->route->object;
	if (object && object->load)
		return object->load(rq, object_loaded);
	return rq->route->first(rq, NULL);
}

/* {}, with white space around and in it. */
static bool is_nothing(struct slice body)
{
	static const char nothing[] = "{}";
	const char *next = nothing;
	for (size_t i = 0; i < body.n; i++) {
		if (body.p[i] == *next && *next)
			next++;
		else if (!strchr(" \t\r\n", body.p[i]) || !body.p[i])
			return false;
	}
	return *next == '\0' || next == nothing;
}

static struct step first_step(struct request *rq)
{
	struct step refused;
	if (rq->route->body_max == 0 && rq->body.n) {
		if (!is_nothing(rq->body))
			return reply_problem(rq, P_UNEXPECTED_BODY);
		rq->body = SLICE_NONE; /* the same request as one without */
	}
	if (cannot_be_recorded(rq))
		return reply_problem(rq, P_JOURNAL_AWAY);
	const size_t size = route_state_size(rq->route);
	if (size > 0 && !(rq->state = arena_alloc(rq->arena, size)))
		return reply_out_of_memory(rq);
	if (rq->route->body && !request_read_fields(rq, &refused))
		return refused;
	if (rq->route->form && form_read(rq->body, rq->route->form, rq->arena, rq->state) < 0)
		return reply_out_of_memory(rq);
	return request_load(rq);
}

static void on_body(struct exchange *x)
{
	struct request *rq = x->app;
	CHECK_MAGIC(rq, REQUEST_MAGIC);
	assert(rq->run->phase == RUN_BODY);
	rq->body = x->body;
	start(rq, first_step);
}

/* The client left or net gave up on it: forget every wait; the arena goes with the exchange. */
static void on_gone(struct exchange *x)
{
	struct request *rq = x->app;
	if (!rq)
		return;
	CHECK_MAGIC(rq, REQUEST_MAGIC);
	struct request_run *run = rq->run;
	if (run->phase == RUN_DATABASE && run->ticket)
		db_cancel(rq->web->conf.db, run->ticket);
	if (run->phase == RUN_EVENT && run->forget)
		run->forget(run->forget_arg);
	request_log(rq, 499);
	rq->magic = 0;
	x->app = NULL;
	rq->web->active--;
}

static struct http_response *on_problem(const struct problem_report *p, struct slice accept, struct arena *a,
                                        void *arg)
{
	const struct web *w = arg;
	return problem_answer(p, &(struct problem_form){0}, accept, w->conf.crypt, a);
}

/* ---- steps ---- */

/* Sends the reply as the last thing that touches the request. */
static void deliver(struct request *rq)
{
	struct exchange *x = rq->x;
	struct web *w = rq->web;
	const struct http_response *response = rq->run->response;
	request_log(rq, response->status);
	rq->magic = 0;
	x->app = NULL;
	w->active--;
	x->ops->reply(x, response);
	if (w->scratch.size > SCRATCH_KEEP)
		buf_free(&w->scratch);
}

/* A handler that says "done" after mere reading would say it of what no standby may have: that is a
 * fault of ours, which no test may pass and no client hears as a success. */
static bool is_unconfirmed(const struct request *rq)
{
	int status = rq->run->response->status;
	return status >= 200 && status < 300 && rq->route && route_acknowledges(rq->route) &&
	       !rq->run->wrote;
}

/* A route without answers is a test's. */
static bool is_declared(const struct request *rq)
{
	const struct route *r = rq->route;
	const struct request_run *run = rq->run;
	if (!route_masks(r, run->response))
		return false;
	if (!r || !r->answers)
		return true;
	if (run->problem == P_NONE)
		return route_answers(r, run->response);
	return route_gives(r, run->problem, rq->web->conf.outcome_gives);
}

static void tell_undeclared(const struct request *rq)
{
	struct log_ctx log = request_log_ctx(rq);
	const struct request_run *run = rq->run;
	const char *code = run->problem == P_NONE ? "-" : problems[run->problem].code;
	const char *route = rq->route ? rq->route->name : "-";
	log_error(&log, "undeclared_answer", LOG_S("route", route), LOG_I("status", run->response->status), LOG_S("code", code));
#ifdef TALENT_FAILPOINTS /* a build for tests */
	fprintf(stderr, "route %s answers %d %s%s and does not declare it\n", route, run->response->status, code,
	        route_masks(rq->route, run->response) ? "" : " with a whole ID number");
	abort();
#endif
}

static void settle(struct request *rq, struct step s)
{
	if (s.kind != STEP_REPLIED)
		return;
	if (is_unconfirmed(rq)) {
		struct log_ctx log = request_log_ctx(rq);
		log_error(&log, "acknowledged_without_write", LOG_S("route", rq->route->name));
		rq->run->response = NULL;
		s = reply_problem(rq, P_INTERNAL);
	}
	if (!is_declared(rq))
		tell_undeclared(rq);
	deliver(rq);
}

static void start(struct request *rq, struct step (*fn)(struct request *))
{
	rq->run->phase = RUN_STEP;
	settle(rq, fn(rq));
}

static void resume(struct request *rq, const struct db_result *rows)
{
	CHECK_MAGIC(rq, REQUEST_MAGIC);
	rq->run->phase = RUN_STEP;
	settle(rq, rq->run->next(rq, rows));
}

struct step request_continue(struct request *rq, step_fn *next)
{
	return next(rq, NULL);
}

struct step web_admit(struct request *rq)
{
	struct step refused;
	bool any = rq->route->query || rq->x->head->query.n;
	if (any && !request_read_query(rq, &refused))
		return refused;
	if (rq->route->body_max == 0 && !rq->x->head->has_body)
		return first_step(rq);
	rq->run->phase = RUN_BODY;
	rq->x->ops->read_body(rq->x, rq->route->body_max ? rq->route->body_max : REQUEST_NOTHING_MAX);
	return (struct step){STEP_AWAITS};
}

/* ---- waiting for the database ---- */

static enum problem_id problem_of_constraint(const struct web *w, const char *name)
{
	enum constraint constraint = constraint_named(name);
	const struct constraint_problem *c = w->conf.constraints;
	while (c->constraint != CONSTRAINT_COUNT && c->constraint != constraint)
		c++;
	return c->constraint == CONSTRAINT_COUNT ? P_NONE : c->problem;
}

static bool writes(const struct request_run *run)
{
	return run->lane == DB_WRITE || run->lane == DB_REPEAT;
}

/* "Nothing was stored" is only said when that is certain: not of a write that was repeated, and
 * not when a read fails behind a write that happened. Who only asked is not told of either. */
static enum problem_id problem_unless_stored(const struct request *rq, enum problem_id problem)
{
	const struct request_run *run = rq->run;
	bool doubt = run->doubtful || (run->wrote && !writes(run));
	return doubt && !route_asks(rq->route) ? P_OUTCOME_UNKNOWN : problem;
}

/* The database was not asked, or did not answer in time. */
static struct step reply_away(struct request *rq, enum problem_id problem)
{
	problem = problem_unless_stored(rq, problem);
	if (rq->away && problem != P_OUTCOME_UNKNOWN && problem != P_INTERNAL)
		return rq->away(rq, NULL);
	return reply_problem(rq, problem);
}

static struct step database_refused(struct request *rq, const struct db_result *r)
{
	enum problem_id problem;
	switch (r->outcome) {
	case DB_AWAY:
		return reply_away(rq, P_DATABASE_AWAY);
	case DB_FULL: /* the operator is told by db/pool.c, whoever asked */
		return reply_away(rq, P_DATABASE_FULL);
	case DB_TIMEOUT: /* a question took too long, whoever else waits */
		return reply_away(rq, route_asks(rq->route) ? P_DEADLINE : P_OVERLOADED);
	case DB_UNKNOWN: /* of a write, or of a read that the server broke off */
		return reply_away(rq, route_asks(rq->route) ? P_DATABASE_AWAY : P_OUTCOME_UNKNOWN);
	case DB_CONSTRAINT:
		problem = problem_of_constraint(rq->web, r->constraint);
		if (problem != P_NONE)
			return reply_problem(rq, problem);
		break;
	case DB_OK:
	case DB_ERROR:
		break;
	}
	struct log_ctx log = request_log_ctx(rq);
	log_error(&log, "database_error", LOG_S("route", rq->route->name),
	          LOG_S("outcome", db_outcome_name(r->outcome)), LOG_S("sqlstate", r->sqlstate),
	          LOG_S("constraint", r->constraint), LOG_S("message", r->message));
	return reply_problem(rq, rq->run->doubtful ? problem_unless_stored(rq, P_INTERNAL) : P_INTERNAL);
}

static void on_database(void *arg, const struct db_result *r);

static int send_wait(struct request *rq, enum db_lane lane)
{
	struct request_run *run = rq->run;
	struct duration left = mono_since(rq->deadline, mono_now());
	if (left.us <= 0)
		return E_TIMEOUT;
	run->phase = RUN_DATABASE;
	return db_send(rq->web->conf.db, lane, run->calls, run->n_calls, left, on_database, rq,
	               &run->ticket);
}

/* A write whose fate is unknown is worth sending again, also when the repetition did not get
 * through; what the server itself refused is not: it would refuse it again at once. */
static bool worth_repeating(const struct request_run *run, enum db_outcome outcome)
{
	if (outcome == DB_UNKNOWN)
		return writes(run);
	return run->doubtful && (outcome == DB_AWAY || outcome == DB_TIMEOUT);
}

/* ---- what outlives the database ---- */

static void on_recorded(void *arg, int outcome)
{
	struct request *rq = arg;
	CHECK_MAGIC(rq, REQUEST_MAGIC);
	rq->run->recording = NULL;
	if (outcome == 0) {
		resume(rq, rq->run->recorded);
		return;
	}
	rq->run->phase = RUN_STEP;
	settle(rq, reply_problem(rq, P_JOURNAL_AWAY));
}

static void forget_recording(void *arg)
{
	struct request *rq = arg;
	channel_cancel(rq->run->recording);
}

/* A write has been committed. What it says of itself for the journal is on disk before its step runs,
 * so nothing is acknowledged that a lost database would take with it. */
static int begin_recording(struct request *rq, const struct db_result *r, struct slice entries)
{
	struct request_run *run = rq->run;
	struct duration left = mono_since(rq->deadline, mono_now());
	int rc = record_keep(rq->arena, r, &run->recorded);
	if (rc == 0 && left.us <= 0)
		rc = E_TIMEOUT;
	if (rc == 0)
		rc = recorder_record(rq->web->conf.recorder, entries, left, on_recorded, rq,
		                     &run->recording);
	if (rc == 0) {
		run->phase = RUN_EVENT;
		run->forget = forget_recording;
		run->forget_arg = rq;
	}
	return rc;
}

/* Goes on with the step, or once the journal has it. */
static void go_on(struct request *rq, const struct db_result *r)
{
	struct buf entries = BUF_INIT(RECORDER_ENTRIES_MAX);
	int rc = 0;
	if (writes(rq->run) && rq->web->conf.recorder)
		record_entries(r, &entries);
	bool any = entries.n > 0 || buf_failed(&entries);
	if (any)
		rc = buf_failed(&entries) ? E_NOMEM : begin_recording(rq, r, buf_slice(&entries));
	buf_free(&entries);
	if (!any) {
		resume(rq, r);
	} else if (rc) {
		rq->run->phase = RUN_STEP;
		settle(rq, reply_problem(rq, P_JOURNAL_AWAY));
	}
}

static void on_database(void *arg, const struct db_result *r)
{
	struct request *rq = arg;
	CHECK_MAGIC(rq, REQUEST_MAGIC);
	struct request_run *run = rq->run;
	run->ticket = NULL;
	if (r->outcome == DB_OK) {
		run->doubtful = false;
		run->wrote |= writes(run);
		go_on(rq, r);
		return;
	}
	run->doubtful |= r->outcome == DB_UNKNOWN;
	if (worth_repeating(run, r->outcome) && send_wait(rq, DB_REPEAT) == 0)
		return;
	run->phase = RUN_STEP;
	settle(rq, database_refused(rq, r));
}

/* What an await sends has to outlive the step: the repetition of a write needs it again. */
static bool keep_calls(struct request *rq, const struct db_call *calls, int n_calls)
{
	struct request_run *run = rq->run;
	struct db_call *copy = arena_alloc(rq->arena, (size_t)n_calls * sizeof *copy);
	if (!copy)
		return false;
	for (int i = 0; i < n_calls; i++) {
		size_t n_args = (size_t)calls[i].n_args;
		struct db_arg *args = arena_alloc(rq->arena, n_args * sizeof *args);
		if (!args)
			return false;
		memcpy(args, calls[i].args, n_args * sizeof *args);
		for (size_t k = 0; k < n_args; k++)
			if ((args[k].kind == DB_TEXT || args[k].kind == DB_BYTES) && args[k].v.p)
				args[k].v = arena_slice(rq->arena, args[k].v);
		copy[i] = (struct db_call){calls[i].stmt, calls[i].n_args, args};
	}
	run->calls = copy;
	run->n_calls = n_calls;
	return !arena_failed(rq->arena);
}

static enum problem_id problem_of_failure(int failure)
{
	switch (failure) {
	case E_TIMEOUT:
		return P_DEADLINE;
	case E_FULL:
	case E_NOMEM:
		return P_OVERLOADED;
	default:
		return P_INTERNAL;
	}
}

struct step request_await(struct request *rq, step_fn *next, enum db_lane lane,
                          const struct db_call *calls, int n_calls)
{
	struct request_run *run = rq->run;
	run->next = next;
	run->lane = lane;
	run->doubtful = false;
	if (run->record && buf_failed(&rq->web->scratch))
		return reply_out_of_memory(rq);
	run->record = false;
	if (lane == DB_WRITE) {
		if (!keep_calls(rq, calls, n_calls))
			return reply_out_of_memory(rq);
	} else {
		run->calls = calls; /* only until db_send has copied them */
		run->n_calls = n_calls;
	}
	int r = send_wait(rq, lane);
	if (r == 0)
		return (struct step){STEP_AWAITS};
	run->phase = RUN_STEP;
	return reply_away(rq, problem_of_failure(r));
}

/* ---- waiting for anything else ---- */

struct step request_await_event(struct request *rq, step_fn *next, void (*forget)(void *), void *arg)
{
	struct request_run *run = rq->run;
	run->phase = RUN_EVENT;
	run->next = next;
	run->forget = forget;
	run->forget_arg = arg;
	run->awaited = arg;
	return (struct step){STEP_AWAITS};
}

void *request_awaited(const struct request *rq)
{
	return rq->run->awaited;
}

void request_resume(struct request *rq)
{
	assert(rq->run->phase == RUN_EVENT);
	resume(rq, NULL);
}

void request_fail(struct request *rq, enum problem_id problem)
{
	CHECK_MAGIC(rq, REQUEST_MAGIC);
	assert(rq->run->phase == RUN_EVENT);
	rq->run->phase = RUN_STEP;
	settle(rq, reply_problem(rq, problem));
}

/* ---- the object ---- */

struct web *web_new(const struct web_conf *conf)
{
	struct web *w = calloc(1, sizeof *w);
	if (!w)
		return NULL;
	w->conf = *conf;
	w->scratch = BUF_INIT(OUT_MAX);
	w->up = (struct exchange_app){
		.head = on_head, .body = on_body, .gone = on_gone, .arg = w, .problem = on_problem};
	return w;
}

void web_free(struct web *w)
{
	if (!w)
		return;
	assert(w->active == 0);
	buf_free(&w->scratch);
	free(w);
}

const struct exchange_app *web_exchange_app(struct web *w)
{
	return &w->up;
}

void web_set_access_log(struct web *w, bool on)
{
	w->conf.access_log = on;
}

size_t web_active(const struct web *w)
{
	return w->active;
}

const struct web_conf *web_conf_of(const struct web *w)
{
	return &w->conf;
}

struct buf *request_out(struct request *rq)
{
	buf_clear(&rq->web->scratch);
	return &rq->web->scratch;
}

struct buf *request_record(struct request *rq)
{
	rq->run->record = true;
	return request_out(rq);
}

struct buf *web_scratch(struct web *w)
{
	return &w->scratch;
}
