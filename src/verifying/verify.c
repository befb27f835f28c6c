/* verifying/verify.c - fetching the facts so that "valid" is never stale, and writing the answer. */
#include "verifying/verify.h"

#include <stdio.h>

#include "base/outcome.h"
#include "crypt/encode.h"
#include "crypt/random.h"
#include "db/rows.h"
#include "domain/lookup.h"
#include "sql/did_document.h"
#include "sql/signature_stored.h"
#include "sql/verdict_by_code.h"
#include "sql/verdict_by_number.h"
#include "sql/verdict_by_version.h"
#include "store/registry.h"
#include "store/status.h"
#include "verifying/presented.h"
#include "verifying/stored_signature.h"
#include "verifying/disclosed.h"
#include "web/request.h"

struct verify *verify_by_code(struct request *rq, struct slice typed, struct slice name)
{
	struct verify *v = arena_alloc(rq->arena, sizeof *v);
	if (!v)
		return NULL;
	v->rq = rq;
	v->name = name;
	v->by_code = true;
	struct lookup found;
	if (lookup_read(typed, rq->arena, &found) < 0)
		return NULL;
	v->incomplete = found.kind != LOOKUP_CODE;
	v->typed = typed;
	/* What cannot be a code is looked up like one that nobody has: same answer, same cost. */
	if (v->incomplete)
		random_bytes(v->code, sizeof v->code);
	else
		memcpy(v->code, found.code, sizeof v->code);
	return v;
}

struct verify *verify_by_number(struct request *rq, struct slice typed, struct slice name)
{
	struct verify *v = arena_alloc(rq->arena, sizeof *v);
	if (!v)
		return NULL;
	v->rq = rq;
	v->name = name;
	struct lookup found;
	if (lookup_read(typed, rq->arena, &found) < 0)
		return NULL;
	v->incomplete = found.kind != LOOKUP_NUMBER;
	v->number = v->incomplete ? SLICE("-") : found.number;
	v->typed = v->incomplete ? typed : found.typed;
	if (code_fold(v->number, rq->arena, &v->number_plain) < 0)
		return NULL;
	return v;
}

struct verify *verify_by_either(struct request *rq, struct slice typed, struct slice name)
{
	struct lookup found;
	if (lookup_read(typed, rq->arena, &found) < 0)
		return NULL;
	return found.kind == LOOKUP_CODE ? verify_by_code(rq, typed, name) : verify_by_number(rq, typed, name);
}

struct verify *verify_by_credential(struct request *rq, const json_t *credential,
                                    struct slice name)
{
	struct verify *v = arena_alloc(rq->arena, sizeof *v);
	if (!v)
		return NULL;
	v->rq = rq;
	v->name = name;
	v->presented = presented_new(rq, credential);
	return v->presented ? v : NULL;
}

struct verify *verify_by_version(struct request *rq, struct uuid version)
{
	struct verify *v = arena_alloc(rq->arena, sizeof *v);
	if (!v)
		return NULL;
	v->rq = rq;
	v->version = version;
	return v;
}

/* ---- the certificate in words ---- */

/* ---- the verdict ---- */

static struct slice presented(const struct verify *v)
{
	return v->by_code ? slice_from(v->code, sizeof v->code) : v->number_plain;
}

static bool by_number(const struct verify *v)
{
	return !v->by_code && !v->presented && uuid_is_nil(v->version);
}

/* Who presents a credential need not guess the name: it stands in there. And a piece of a number or code
 * is nobody's. */
static bool can_guess(const struct verify *v)
{
	return v->name.p && !v->presented && !v->incomplete;
}

/* Others of this caller's may have been judged since this was begun: then it is refused after all. */
static void count_guess(struct verify *v)
{
	bool missed = v->verdict.result == VERDICT_NO_MATCH;
	if (!(missed ? guess_missed : guess_allowed)(v->rq, presented(v), &v->refusal))
		v->verdict = (struct verdict){.result = VERDICT_UNKNOWN};
}

/* Comparing takes some memory for each step, and a batch has many names. */
static int compare_name(struct verify *v, const struct verdict_row *row, enum name_answer *ret)
{
	struct arena *scratch = arena_new(MIB);
	int r = scratch ? verdict_compare_names(row->holder, v->name, scratch, ret, &v->name_folded) : E_NOMEM;
	if (r == 0 && v->number.p && row->found)
		r = number_needed(v->typed, row->number, scratch, &v->number_folded);
	arena_free(scratch);
	return r;
}

static bool only_name_differs(struct verdict_facts facts)
{
	const bool differs = facts.name == NAME_DIFFERS;
	facts.name = NAME_NOT_GIVEN;
	return differs && verdict_of(&facts).discloses;
}

static struct step conclude(struct request *rq, struct verify *v, const struct verdict_row *row,
                            struct instant now, struct day today)
{
	struct verdict_facts facts = {0};
	v->row = row;
	v->now = now;
	if (row) {
		facts = row->facts;
		facts.today = today;
		if (v->name.p && compare_name(v, row, &facts.name) < 0)
			return reply_out_of_memory(rq);
	}
	/* A number alone proves nothing: there is no check digit in it. */
	if (v->incomplete || (by_number(v) && facts.name == NAME_NOT_GIVEN))
		facts.found = false;
	v->name_differs = v->by_code && only_name_differs(facts);
	v->verdict = v->presented ? presented_verdict(v->presented, facts) : verdict_of(&facts);
	if (can_guess(v))
		count_guess(v);
	return v->next(rq, NULL);
}

static void free_held(void *arg)
{
	verdict_row_free(arg);
}

int verify_hold(struct verify *v)
{
	if (!v->row || v->held)
		return 0;
	v->held = verdict_row_hold(v->row);
	return arena_on_dispose(v->rq->arena, free_held, v->held);
}

struct step verify_status_unknown(struct request *rq, const struct db_result *none)
{
	return reply_problem_about(rq, P_STATUS_UNKNOWN, "result", SLICE("unknown"));
}

/* ---- how the primary stands, then the row ---- */

struct status_step {
	struct status_wait wait;
	struct verify *v;
	struct status_now now;
};

static step_fn status_ready, row_read, proof_read;

static void on_status(struct status_wait *s, const struct status_now *now)
{
	struct status_step *w = CONTAINER_OF(s, struct status_step, wait);
	w->now = *now;
	request_resume(w->v->rq);
}

static void forget_status(void *arg)
{
	struct status_step *w = arg;
	status_cancel(&w->wait);
}

/* Whatever is read after the status is read for the same. */
static struct verify *verified(const struct request *rq)
{
	const struct status_step *w = request_awaited(rq);
	return w->v;
}

/* Every verdict waits for a read of the status clock that was sent from here on. */
static struct step await_status(struct request *rq, struct verify *v)
{
	const struct registry *registry = request_app(rq);
	struct status_step *w = arena_alloc(rq->arena, sizeof *w);
	if (!w)
		return reply_out_of_memory(rq);
	w->wait.ready = on_status;
	w->v = v;
	status_await(registry->status, &w->wait);
	return request_await_event(rq, status_ready, forget_status, w);
}

static struct step read_row(struct request *rq, struct verify *v)
{
	if (v->presented)
		return AWAIT_READ(rq, row_read,
		                  VERDICT_BY_VERSION_CALL(v->presented->version),
		                  DID_DOCUMENT_CALL(v->presented->slug));
	if (!uuid_is_nil(v->version))
		return AWAIT_READ(rq, row_read, VERDICT_BY_VERSION_CALL(v->version));
	if (v->by_code)
		return AWAIT_READ(rq, row_read,
		                  VERDICT_BY_CODE_CALL(slice_from(v->code, sizeof v->code)));
	return AWAIT_READ(rq, row_read, VERDICT_BY_NUMBER_CALL(v->number));
}

/* A row that is asked for again has its words kept. Only then: most rows never are. */
static void keep_words(struct request *rq, const struct verify *v, const struct verdict_row *row)
{
	const struct registry *registry = request_app(rq);
	struct buf words = BUF_INIT(8 * KIB);
	struct jsonw w;
	jsonw_init(&w, &words);
	struct disclosed disclosed;
	if (disclosed_of(row, rq->arena, registry->public_url, &disclosed) < 0)
		return;
	view_write(&w, &disclosed_view, &disclosed);
	if (!buf_failed(&words))
		verdict_cache_keep(registry->verdicts, v->code, buf_slice(&words));
	buf_free(&words);
}

static struct step status_ready(struct request *rq, const struct db_result *none)
{
	const struct registry *registry = request_app(rq);
	const struct status_step *w = request_awaited(rq);
	struct verify *v = w->v;
	if (!w->now.known || w->now.held)
		return verify_status_unknown(rq, NULL);
	v->epoch = w->now.epoch;
	v->rev = w->now.rev;
	const struct verdict_row *row = v->by_code ? verdict_cache_get(registry->verdicts, v->code) : NULL;
	if (!row || row->epoch != v->epoch)
		return read_row(rq, v);
	if (!row->disclosed.p)
		keep_words(rq, v, row);
	return conclude(rq, v, row, w->now.now, w->now.today);
}

static void free_own(void *arg)
{
	struct verify *v = arg;
	verdict_row_free(v->own);
	v->own = NULL;
}

/* The row and the status come over two connections. Only a row of the server that the status was
 * read from counts, one that knows of all that the status knows; while the connections move from a
 * server to another they may differ, once. */
static struct step other_server(struct request *rq, struct verify *v)
{
	return v->moved++ == 0 ? await_status(rq, v) : verify_status_unknown(rq, NULL);
}

/* A row whose signature failed is not kept: it is for the owner to repair, and seldom asked for. */
static struct step answer_from(struct request *rq, struct verify *v)
{
	const struct registry *registry = request_app(rq);
	struct verdict_row *row = v->own;
	if (!v->by_code || !row->found || row->facts.signature != CHECK_PASSED ||
	    !status_covers(registry->status, row->epoch, row->rev))
		return conclude(rq, v, row, row->now, row->today);
	v->own = NULL;
	verdict_cache_put(registry->verdicts, v->code, row);
	const struct verdict_row *kept = verdict_cache_get(registry->verdicts, v->code);
	if (!kept)
		return reply_out_of_memory(rq);
	return conclude(rq, v, kept, kept->now, kept->today);
}

static struct step row_read(struct request *rq, const struct db_result *rows)
{
	struct verify *v = verified(rq);
	bool empty;
	struct verdict_row *row = verdict_row_new(rows->res[0], &empty);
	if (empty)
		return conclude(rq, v, NULL, instant_now(), day_of(instant_now()));
	if (!row)
		return reply_out_of_memory(rq);
	if (row->held) {
		verdict_row_free(row);
		return verify_status_unknown(rq, NULL);
	}
	if (row->in_recovery || row->epoch != v->epoch || row->rev < v->rev) {
		verdict_row_free(row);
		return other_server(rq, v);
	}
	if (v->presented && presented_check(rq, v->presented, rows->res[0], rows->res[1]) < 0) {
		verdict_row_free(row);
		return reply_out_of_memory(rq);
	}
	v->own = row;
	if (arena_on_dispose(rq->arena, free_own, v) < 0)
		return reply_out_of_memory(rq);
	if (row->facts.signature == CHECK_NOT_MADE) /* found or not: equal work */
		return AWAIT_READ(rq, proof_read, SIGNATURE_STORED_CALL(row->version));
	return answer_from(rq, v);
}

/* Of a version that is there and whose document is not, nothing is known. */
static struct step proof_read(struct request *rq, const struct db_result *rows)
{
	struct verify *v = verified(rq);
	struct proof_row proof;
	const char *why;
	if (rows_n(rows->res[0]) != 1)
		return verify_status_unknown(rq, NULL);
	signature_stored_read(rows->res[0], 0, &proof);
	struct arena *scratch = arena_new(VERIFY_ARENA);
	int r = scratch ? stored_signature_verify(rq, scratch, &proof, &why) : E_NOMEM;
	arena_free(scratch);
	if (r < 0)
		return reply_out_of_memory(rq);
	v->own->facts.signature = why ? CHECK_FAILED : CHECK_PASSED;
	return answer_from(rq, v);
}

struct step verify_go(struct request *rq, struct verify *v, step_fn *next)
{
	v->next = next;
	rq->away = verify_status_unknown;
	if (can_guess(v) && !guess_allowed(rq, presented(v), &v->refusal))
		return request_continue(rq, next);
	return await_status(rq, v);
}
