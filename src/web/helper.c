/* web/helper.c - calls to helper processes as waits of a request. */
#include "web/helper.h"

#include "base/outcome.h"
#include "telemetry/metrics.h"
#include "web/run.h"

static void forget(void *arg)
{
	struct request *rq = arg;
	channel_cancel(rq->run->call);
}

struct channel_call **request_call(struct request *rq)
{
	return &rq->run->call;
}

struct duration request_left(const struct request *rq)
{
	return mono_since(rq->deadline, mono_now());
}

struct step request_await_call(struct request *rq, step_fn *next)
{
	void *about = rq->run->awaited;
	struct step s = request_await_event(rq, next, forget, rq);
	rq->run->awaited = about;
	return s;
}

/* What was sent is not to blame for any but the first and may be sent again. */
static enum problem_id problem_of(int outcome)
{
	switch (outcome) {
	case E_SYNTAX:
		return P_INTERNAL;
	case E_SYSTEM:
		return P_JOURNAL_AWAY;
	case E_REFUSED: /* it wants another key-encryption key; the signer's log has more */
		return P_SIGNER_KEY_NOT_OPENED;
	default:
		return P_SIGNER_AWAY;
	}
}

/* ---- signatures ---- */

static void on_signed(void *arg, int outcome, const uint8_t *signatures, size_t n)
{
	struct request *rq = arg;
	struct request_run *run = rq->run;
	run->nothing_signed = outcome == E_REFUSED || outcome == E_FULL || outcome == E_SYNTAX;
	if (outcome < 0) {
		request_fail(rq, problem_of(outcome));
		return;
	}
	metrics_add(web_conf_of(rq->web)->metrics, METRIC_SIGNATURES, (int64_t)n);
	struct slice kept = arena_slice(rq->arena, slice_from(signatures, n * SIGNER_SIGNATURE));
	run->signatures = (const uint8_t *)kept.p;
	if (kept.p)
		request_resume(rq);
	else
		request_fail(rq, P_OVERLOADED);
}

struct step request_await_sign(struct request *rq, step_fn *next, const struct sign_job *jobs,
                               size_t n, void *about)
{
	struct request_run *run = rq->run;
	run->awaited = about;
	run->nothing_signed = signer_sign(request_channel(rq, &signer_service), SIGNER_INTERACTIVE, jobs,
	                                  n, request_left(rq), on_signed, rq, &run->call) < 0;
	return run->nothing_signed ? reply_problem(rq, P_OVERLOADED) : request_await_call(rq, next);
}

const uint8_t *request_signatures(const struct request *rq)
{
	return rq->run->signatures;
}

bool request_nothing_signed(const struct request *rq)
{
	return rq->run->nothing_signed;
}

/* ---- keys ---- */

struct keys_wait {
	struct generated_key *keys;
	const enum signer_kind *kinds;
	size_t wanted, n; /* n are generated so far, one after the other */
	struct slice issuer;
};

static signer_generate_done on_key;

static int ask_key(struct request *rq, const struct keys_wait *w)
{
	return signer_generate(request_channel(rq, &signer_service), w->kinds[w->n], w->issuer,
	                       request_left(rq), on_key, rq, &rq->run->call);
}

static void on_key(void *arg, int outcome, const struct generated_key *key)
{
	struct request *rq = arg;
	struct keys_wait *w = rq->run->awaited;
	if (outcome < 0) {
		request_fail(rq, problem_of(outcome));
		return;
	}
	w->keys[w->n++] = *key;
	if (w->n == w->wanted)
		request_resume(rq);
	else if (ask_key(rq, w) < 0)
		request_fail(rq, P_OVERLOADED);
}

struct step request_await_keys(struct request *rq, step_fn *next, struct slice issuer,
                               const enum signer_kind *kinds, size_t n, struct generated_key *keys)
{
	struct keys_wait *w = arena_alloc(rq->arena, sizeof *w);
	if (!w)
		return reply_out_of_memory(rq);
	w->keys = keys;
	w->kinds = kinds;
	w->wanted = n;
	w->issuer = issuer;
	rq->run->awaited = w;
	return ask_key(rq, w) < 0 ? reply_problem(rq, P_OVERLOADED) : request_await_call(rq, next);
}

static void on_rewrapped(void *arg, int outcome, const struct rewrapped_key *key)
{
	struct request *rq = arg;
	struct rewrapped_key *kept = rq->run->awaited;
	if (outcome == 0)
		*kept = *key;
	if (outcome == E_REFUSED)
		rq->run->awaited = NULL;
	if (outcome == 0 || outcome == E_REFUSED)
		request_resume(rq);
	else
		request_fail(rq, problem_of(outcome));
}

struct step request_await_rewrap(struct request *rq, step_fn *next, const struct rewrap_job *job)
{
	struct rewrapped_key *kept = arena_alloc(rq->arena, sizeof *kept);
	if (!kept)
		return reply_out_of_memory(rq);
	rq->run->awaited = kept;
	int r = signer_rewrap(request_channel(rq, &signer_service), job, request_left(rq), on_rewrapped,
	                      rq, &rq->run->call);
	if (r == E_LIMIT) { /* it can be no box at all */
		rq->run->awaited = NULL;
		return request_continue(rq, next);
	}
	return r < 0 ? reply_problem(rq, P_OVERLOADED) : request_await_call(rq, next);
}

const struct rewrapped_key *request_rewrapped(const struct request *rq)
{
	return rq->run->awaited;
}
