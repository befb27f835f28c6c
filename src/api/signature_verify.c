/* api/signature_verify.c - whether what was stored as signed and nobody has verified yet is. The job
 * "verify" asks for it (jobs/list.c); no listener has the route, and no worker may say what came of it. */
#include <inttypes.h>
#include <stdio.h>

#include "api/job_items.h"
#include "credential/verify.h"
#include "sql/signatures_unverified.h"
#include "sql/signatures_verified.h"
#include "verifying/stored_signature.h"
#include "web/request.h"

struct bad_signature {
	struct uuid version;
	struct slice number, key;
	const char *why;
};

struct round {
	struct job_items asked; /* serials */
	bool left; /* of some it could not be found out */
	size_t n;
	struct bad_signature failed[JOB_MANY_MAX];
	const char *good, *bad, *reasons; /* arrays, as PostgreSQL reads them */
};

static step_fn begin, loaded, written;

static int check_items(struct request *rq, void *state, struct fields *errors)
{
	const struct round *st = state;
	uint64_t serial;
	for (size_t i = 0; !fields_any(errors) && i < st->asked.items.n; i++)
		if (!slice_to_u64(job_item(&st->asked, i), &serial) || serial > INT64_MAX)
			fields_add(errors, "/items", "whole_number");
	return 0;
}

const struct route route_signature_verify = {
	.name = "signature_verify",
	.method = HTTP_POST,
	.path = "/jobs/verify",
	.media = "application/json",
	.body_max = JOB_BODY_MAX,
	.body = &job_many_table,
	.check = check_items,
	.state_size = sizeof(struct round),
	.deadline = INIT_SECONDS(30),
	.open = true,
	.internal = true,
	.answers = ANSWERS(JSON_VIEW(200, job_done_view)),
	.first = begin,
};

static const char *append(struct request *rq, const char *array, const char *item)
{
	return array && item ? arena_printf(rq->arena, "%s%s%s", array, *array ? "," : "", item) : NULL;
}

static struct slice array_of(struct request *rq, const char *items)
{
	const char *array = items ? arena_printf(rq->arena, "{%s}", items) : NULL;
	return array ? slice_of(array) : SLICE_NONE;
}

static struct step begin(struct request *rq, const struct db_result *none)
{
	const struct round *st = rq->state;
	const char *serials = "";
	for (size_t i = 0; i < st->asked.items.n; i++)
		serials = append(rq, serials, arena_copy(rq->arena, job_item(&st->asked, i)));
	struct slice array = array_of(rq, serials);
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	return AWAIT_READ(rq, loaded, SIGNATURES_UNVERIFIED_CALL(array));
}

/* What cannot be found out now is left for another time. */
static void take_row(struct request *rq, struct arena *scratch, const PGresult *res, int i)
{
	struct round *st = rq->state;
	struct signatures_unverified_row row;
	char serial[24];
	const char *why;
	signatures_unverified_read(res, i, &row);
	if (stored_signature_verify(rq, scratch, &row.proof, &why) < 0) {
		st->left = true;
		return;
	}
	snprintf(serial, sizeof serial, "%" PRId64, row.serial);
	if (!why) {
		st->good = append(rq, st->good, serial);
		return;
	}
	st->bad = append(rq, st->bad, serial);
	st->reasons = append(rq, st->reasons, why);
	st->failed[st->n++] = (struct bad_signature){
		.version = row.proof.version,
		.number = arena_slice(rq->arena, row.proof.number),
		.key = arena_slice(rq->arena, row.proof.key),
		.why = why,
	};
}

static struct step answer(struct request *rq, const struct round *st)
{
	return st->left ? reply_problem(rq, P_OVERLOADED) : reply_job(rq, "verified", SLICE_NONE);
}

static struct step loaded(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct round *st = rq->state;
	struct arena *scratch = arena_new(VERIFY_ARENA);
	if (!scratch)
		return reply_out_of_memory(rq);
	st->good = st->bad = st->reasons = "";
	for (int i = 0; i < rows_n(res) && i < JOB_MANY_MAX; i++)
		take_row(rq, scratch, res, i);
	arena_free(scratch);
	struct slice good = array_of(rq, st->good), bad = array_of(rq, st->bad);
	struct slice reasons = array_of(rq, st->reasons);
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	if (!*st->good && !*st->bad)
		return answer(rq, st);
	return AWAIT_WRITE(rq, written,
	                   SIGNATURES_VERIFIED_CALL(slice_of(rq->id), good, bad, reasons));
}

static struct step written(struct request *rq, const struct db_result *none)
{
	const struct round *st = rq->state;
	for (size_t i = 0; i < st->n; i++)
		stored_signature_log(rq, st->failed[i].number, st->failed[i].version, st->failed[i].key,
		                     st->failed[i].why);
	return answer(rq, st);
}
