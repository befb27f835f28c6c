/* verifying/record.c - from verdicts to records, and the wait for their COMMIT. */
#include "verifying/record.h"

#include "crypt/digest.h"
#include "crypt/random.h"
#include "store/records.h"
#include "store/registry.h"
#include "telemetry/metrics.h"
#include "verifying/presented.h"
#include "web/run.h"

struct record_step {
	struct records_wait wait;
	struct request *rq;
	struct verify *const *all;
	size_t n;
	step_fn *next;
	bool kept;
};

static step_fn record_done;

/* ---- one record ---- */

static const char *caller_of(const struct request *rq)
{
	if (!uuid_is_nil(rq->who.id))
		return role_code(rq->who.role);
	return rq->route->form ? "page" : "public";
}

static struct slice way_of_asking(const struct verify *v)
{
	if (v->presented)
		return SLICE("credential");
	return v->by_code ? SLICE("code") : SLICE("number");
}

/* As it came, not as it was understood: whoever asked it can be told so again as long as the key lives. */
static void hash_asked(const struct verify *v, uint8_t out[static SHA256_SIZE])
{
	const struct registry *registry = request_app(v->rq);
	const struct slice parts[] = {
		way_of_asking(v),
		SLICE("\n"),
		v->presented ? v->presented->text : v->typed,
		SLICE("\n"),
		v->name,
	};
	hmac_sha256_parts(registry->crypt, slice_from(registry->keys.asked, sizeof registry->keys.asked),
	                  parts, ARRAY_LEN(parts), out);
}

/* False: the arena is full. */
static bool describe(struct request *rq, struct verify *v, struct new_verification_record *ret)
{
	uint8_t *asked = arena_alloc(rq->arena, SHA256_SIZE);
	if (!asked)
		return false;
	bool shown = v->verdict.discloses;
	if (!shown)
		hash_asked(v, asked);
	random_bytes(v->reference, sizeof v->reference);
	*ret = (struct new_verification_record){
		.reference = slice_from(v->reference, sizeof v->reference),
		.checked_at = {true, v->now},
		.result = slice_of(verdict_result_code(v->verdict.result)),
		.name = slice_of(check_outcome_code(v->verdict.checks[CHECK_NAME])),
		.version = shown ? v->row->version : (struct uuid){{0}},
		.asked = shown ? SLICE_NONE : slice_from(asked, SHA256_SIZE),
		.caller = slice_of(caller_of(rq)),
	};
	return true;
}

/* Of those that were judged. NULL: the arena is full. */
static const struct new_verification_record *describe_all(struct request *rq, struct record_step *s)
{
	struct new_verification_record *all = arena_alloc(rq->arena, s->n * sizeof *all);
	if (!all)
		return NULL;
	for (size_t i = 0; i < s->n; i++)
		if (!s->all[i]->refusal.policy && !describe(rq, s->all[i], &all[s->wait.n++]))
			return NULL;
	return all;
}

/* ---- the wait ---- */

static void on_kept(struct records_wait *w, bool kept)
{
	struct record_step *s = CONTAINER_OF(w, struct record_step, wait);
	s->kept = kept;
	request_resume(s->rq);
}

static void forget(void *arg)
{
	struct record_step *s = arg;
	const struct registry *registry = request_app(s->rq);
	records_cancel(registry->records, &s->wait);
}

static struct step tell(struct request *rq, const struct record_step *s)
{
	struct metrics *metrics = web_conf_of(rq->web)->metrics;
	if (metrics)
		metrics_add(metrics, s->kept ? METRIC_RECORDS_KEPT : METRIC_RECORDS_NOT_KEPT, (int64_t)s->wait.n);
	for (size_t i = 0; i < s->n; i++)
		s->all[i]->record = s->kept ? RECORD_KEPT : RECORD_NOT_KEPT;
	return s->next(rq, NULL);
}

static struct step record_done(struct request *rq, const struct db_result *none)
{
	return tell(rq, request_awaited(rq));
}

struct step verify_record(struct request *rq, struct verify *const *all, size_t n, step_fn *next)
{
	const struct registry *registry = request_app(rq);
	struct record_step *s = arena_alloc(rq->arena, sizeof *s);
	if (!s)
		return reply_out_of_memory(rq);
	*s = (struct record_step){.rq = rq, .all = all, .n = n, .next = next};
	for (size_t i = 0; i < n; i++)
		if (verify_hold(all[i]) < 0)
			return reply_out_of_memory(rq);
	s->wait.all = describe_all(rq, s);
	if (!s->wait.all)
		return reply_out_of_memory(rq);
	if (s->wait.n == 0 || !registry->records || !guess_may_record(rq))
		return tell(rq, s);
	s->wait.ready = on_kept;
	records_keep(registry->records, &s->wait);
	return request_await_event(rq, record_done, forget, s);
}
