/* api/key_rewrap.c - after a change of the key-encryption key: every issuing key is wrapped anew
 * under the current one, while serving goes on. Page by page and key by key, one transaction each:
 * what was done stays done, and asking again goes on with the rest. */
#include <stdio.h>

#include "api/api.h"
#include "api/key.h"
#include "api/outcome.h"
#include "sql/issuer_key_rewrap.h"
#include "sql/key_wrapped.h"
#include "text/jsonw.h"
#include "web/request.h"

enum { PAGE = 8 }; /* rows of sql/queries/key_wrapped.sql */

struct kept_key {
	char id[SIGNER_KEY_ID_TEXT], issuer[SIGNER_ISSUER_MAX + 1];
	enum signer_kind kind;
	uint8_t wrapped[SIGNER_WRAPPED_MAX];
	size_t wrapped_n;
};

struct rewrap_state {
	struct kept_key page[PAGE];
	int n, at;
	char after[SIGNER_KEY_ID_TEXT]; /* the last key that is done */
	int64_t rewrapped, unchanged;
};

static const struct view_field rewrapped_fields[] = {
	VIEW_FIELD(struct rewrap_state, rewrapped, "rewrapped"),
	VIEW_FIELD(struct rewrap_state, unchanged, "unchanged"),
};
static const struct view rewrapped_view = VIEW(keys_rewrapped, struct rewrap_state, rewrapped_fields);

static step_fn page_next, page_loaded, key_next, key_wrapped, key_stored;

const struct route route_key_rewrap = {
	.name = "key_rewrap",
	.method = HTTP_POST,
	.path = "/v1/keys/rewrap",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.state_size = sizeof(struct rewrap_state),
	.deadline = INIT_SECONDS(25),
	.answers = ANSWERS(JSON_VIEW(200, rewrapped_view)),
	.problems = PROBLEMS(P_KEY_NOT_OPENED, SIGNER_PROBLEMS),
	.write = &issuer_key_rewrap_statement,
	.first = page_next,
};

static struct step page_next(struct request *rq, const struct db_result *none)
{
	const struct rewrap_state *st = rq->state;
	/* As a write, which is on the standby when it succeeds: what is found done already may be the
	 * work of an earlier request whose answer was lost. */
	return AWAIT_WRITE(rq, page_loaded, KEY_WRAPPED_CALL(slice_of(st->after)));
}

static bool copy_text(struct slice text, char *out, size_t size)
{
	return snprintf(out, size, "%.*s", SLICE_ARGS(text)) < (int)size;
}

static bool read_key(struct request *rq, const PGresult *res, int row, struct kept_key *k)
{
	struct wrapped_key_row kept;
	key_wrapped_read(res, row, rq->arena, &kept);
	const struct rewrap_job job = key_job(&kept);
	if (!job.wrapped.p || job.wrapped.n > sizeof k->wrapped ||
	    !copy_text(job.key_id, k->id, sizeof k->id) ||
	    !copy_text(job.issuer, k->issuer, sizeof k->issuer))
		return false;
	memcpy(k->wrapped, job.wrapped.p, job.wrapped.n);
	k->wrapped_n = job.wrapped.n;
	k->kind = job.kind;
	return true;
}

static struct step page_loaded(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct rewrap_state *st = rq->state;
	st->at = 0;
	st->n = rows_n(res) < PAGE ? rows_n(res) : PAGE;
	for (int i = 0; i < st->n; i++)
		if (!read_key(rq, res, i, &st->page[i]))
			return reply_problem(rq, P_INTERNAL);
	return request_continue(rq, key_next);
}

/* ---- one key ---- */

static struct step key_next(struct request *rq, const struct db_result *none)
{
	struct rewrap_state *st = rq->state;
	if (st->n == 0)
		return reply_view(rq, 200, &rewrapped_view, st);
	if (st->at == st->n)
		return request_continue(rq, page_next);
	const struct kept_key *k = &st->page[st->at];
	const struct rewrap_job job = {
		.kind = k->kind,
		.issuer = slice_of(k->issuer),
		.key_id = slice_of(k->id),
		.wrapped = slice_from(k->wrapped, k->wrapped_n),
	};
	return request_await_rewrap(rq, key_wrapped, &job);
}

static struct step key_done(struct request *rq, struct rewrap_state *st, int64_t *count)
{
	memcpy(st->after, st->page[st->at].id, sizeof st->after);
	st->at++;
	++*count;
	return request_continue(rq, key_next);
}

static struct step key_wrapped(struct request *rq, const struct db_result *none)
{
	struct rewrap_state *st = rq->state;
	const struct kept_key *k = &st->page[st->at];
	struct slice old = slice_from(k->wrapped, k->wrapped_n);
	const struct rewrapped_key *box = request_rewrapped(rq);
	if (!box)
		return reply_problem_about(rq, P_KEY_NOT_OPENED, "key_id", slice_of(k->id));
	struct slice anew = slice_from(box->wrapped, box->wrapped_n);
	if (slice_eq(old, anew))
		return key_done(rq, st, &st->unchanged);
	return AWAIT_WRITE(rq, key_stored,
	                   ISSUER_KEY_REWRAP_CALL(request_context(rq), slice_of(k->id), old, anew));
}

/* Whatever somebody else did to the key meanwhile, it is looked at again. */
static struct step key_stored(struct request *rq, const struct db_result *rows)
{
	struct rewrap_state *st = rq->state;
	struct issuer_key_rewrap_row row;
	issuer_key_rewrap_read(rows->res[0], 0, &row);
	switch (row.outcome) {
	case ISSUER_KEY_REWRAP_REWRAPPED:
	case ISSUER_KEY_REWRAP_UNCHANGED: /* this very box, whose COMMIT was not heard of */
		return key_done(rq, st, &st->rewrapped);
	case ISSUER_KEY_REWRAP_CHANGED_MEANWHILE:
	case ISSUER_KEY_REWRAP_NOT_FOUND:
		return request_continue(rq, page_next);
	case ISSUER_KEY_REWRAP_IDEMPOTENCY_KEY_REUSED:
		break;
	}
	return reply_outcome(rq, row.outcome);
}
