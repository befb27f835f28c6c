/* api/list_key.c - keys that nobody asks for: for the status lists of an issuer that has none (one that an earlier
 * version knew, or whose list key was lost with a restored database), and the registry's own. The job "list_key"
 * asks for it (jobs/list.c); no listener has the route. */
#include "api/api.h"
#include "api/job_items.h"
#include "api/key.h"
#include "domain/registry.h"
#include "sql/issuer_key_store.h"
#include "sql/organisation_load.h"
#include "web/request.h"

struct list_key {
	struct job_items asked; /* one: the issuer's slug, or the registry's word */
	struct uuid organisation; /* nil: the registry */
	const char *signs;
	struct generated_key key;
};

static step_fn begin, loaded, store, stored;

const struct route route_list_key_make = {
	.name = "list_key_make",
	.method = HTTP_POST,
	.path = "/jobs/list-key",
	.media = "application/json",
	.body_max = JOB_BODY_MAX,
	.body = &job_one_table,
	.state_size = sizeof(struct list_key),
	.deadline = INIT_SECONDS(20),
	.open = true,
	.internal = true,
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(200, job_done_view)),
	.problems = PROBLEMS(SIGNER_PROBLEMS),
	.first = begin,
};

static struct step make(struct request *rq, const char *signs, const enum signer_kind *kind)
{
	struct list_key *st = rq->state;
	st->signs = signs;
	return request_await_keys(rq, store, job_item(&st->asked, 0), kind, 1, &st->key);
}

static struct step begin(struct request *rq, const struct db_result *none)
{
	static const enum signer_kind kind = SIGNER_P256;
	const struct list_key *st = rq->state;
	if (slice_is(job_item(&st->asked, 0), REGISTRY_ISSUER))
		return make(rq, "receipts", &kind);
	return AWAIT_READ(rq, loaded, ORGANISATION_LOAD_CALL(job_item(&st->asked, 0)));
}

static struct step loaded(struct request *rq, const struct db_result *rows)
{
	static const enum signer_kind kind = SIGNER_ED25519;
	struct organisation_load_row row;
	struct list_key *st = rq->state;
	if (rows_n(rows->res[0]) == 0)
		return reply_job(rq, "gone", SLICE_NONE);
	organisation_load_read(rows->res[0], 0, &row);
	st->organisation = row.id;
	return make(rq, "lists", &kind);
}

static struct step store(struct request *rq, const struct db_result *none)
{
	const struct list_key *st = rq->state;
	const struct key_args k = key_args(&st->key);
	return AWAIT_WRITE(rq, stored,
	                   ISSUER_KEY_STORE_CALL(request_context(rq), st->organisation, slice_of(st->signs),
	                                         k.id, k.public, k.wrapped));
}

static struct step stored(struct request *rq, const struct db_result *rows)
{
	struct issuer_key_store_row r;
	issuer_key_store_read(rows->res[0], 0, rq->arena, &r);
	return reply_job(rq, r.outcome == ISSUER_KEY_STORE_STORED ? "made" : "gone", SLICE_NONE);
}
