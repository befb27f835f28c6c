/* api/erasure.c - people who are erased (PIPL 47): one person asks, another one decides within 24 hours. What was
 * signed for the person goes; the hashes by which the signer's journal accounts for it are worked out first, and
 * PostgreSQL refuses the approval when something was signed meanwhile. */
#include "api/listing.h"
#include "api/outcome.h"
#include "api/person_purpose.h"
#include "api/two_people.h"
#include "base/outcome.h"
#include "crypt/digest.h"
#include "crypt/encode.h"
#include "crypt/random.h"
#include "db/array.h"
#include "sql/erasure_approve.h"
#include "sql/erasure_list.h"
#include "sql/erasure_reject.h"
#include "sql/erasure_request.h"
#include "sql/erasure_signed.h"
#include "verifying/signed_text.h"
#include "web/request.h"

static const char *const states[] = {"awaiting_approval", "approved", "rejected", "expired", NULL};
static const char *const bases[] = {
#define X(code, zh) #code,
#include "domain/basis_list.h"
#undef X
	NULL,
};

/* What was asked for or decided. */
struct erasure {
	struct uuid id;
	const char *state;
	struct opt_instant expires_at;
	struct opt_int certificates;
};

static const struct view_field decision_fields[] = {
	VIEW_FIELD(struct erasure, id, "id"),
	VIEW_FIELD(struct erasure, state, "state", .words = states),
	VIEW_FIELD(struct erasure, expires_at, "expires_at", .omitted = true),
	VIEW_FIELD(struct erasure, certificates, "certificates", .omitted = true),
};
static const struct view decision_view = VIEW(erasure_decision, struct erasure, decision_fields);

/* ---- POST /v1/people/{id}/erasure ---- */

struct ask_state {
	struct slice basis, note;
};

static const struct decode_field ask_fields[] = {
	{.name = "basis", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct ask_state, basis),
	 .choices = bases},
	PURPOSE_NOTE(struct ask_state, note),
};
static const struct decode_table ask_table = {ask_fields, ARRAY_LEN(ask_fields), sizeof(struct ask_state)};

static step_fn ask_begin, ask_done;

const struct route route_erasure_request = {
	.name = "erasure_request",
	.method = HTTP_POST,
	.path = "/v1/people/{id:uuid}/erasure",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &ask_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(202, decision_view)),
	.write = &erasure_request_statement,
	.first = ask_begin,
};

static struct step ask_begin(struct request *rq, const struct db_result *none)
{
	const struct ask_state *st = rq->state;
	return AWAIT_WRITE(rq, ask_done,
	                   ERASURE_REQUEST_CALL(request_context(rq), uuid_v7(instant_now()), rq->param[0].uuid,
	                                        st->basis, st->note));
}

static struct step ask_done(struct request *rq, const struct db_result *rows)
{
	struct erasure_request_row row;
	erasure_request_read(rows->res[0], 0, &row);
	if (row.outcome == ERASURE_REQUEST_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != ERASURE_REQUEST_REQUESTED)
		return reply_outcome(rq, row.outcome);
	return reply_view(rq, 202, &decision_view,
	                  &(struct erasure){.id = row.id, .state = "awaiting_approval", .expires_at = row.expires_at});
}

/* ---- GET /v1/erasures ---- */

static const struct view_field erasure_fields[] = {
	VIEW_COLUMN(erasure_list_row, id, "id"),
	VIEW_COLUMN(erasure_list_row, person, "person"),
	VIEW_COLUMN(erasure_list_row, basis, "basis"),
	VIEW_COLUMN(erasure_list_row, note, "note"),
	VIEW_COLUMN(erasure_list_row, state, "state", .words = states),
	VIEW_INCLUDE_STRUCT(struct erasure_list_row, decision, two_people_view),
};
static const struct view erasure_view = VIEW(erasure, struct erasure_list_row, erasure_fields);

static int read_erasure(struct request *rq, const PGresult *res, int row, void *item)
{
	erasure_list_read(res, row, item);
	return 1;
}

static const struct listed erasure_list = {
	.key = {"erasure", 1, {CURSOR_KEY(struct erasure_list_row, id)}},
	.view = &erasure_view,
	.read = read_erasure,
};
LISTING_TABLE(list_query, erasure_list);

static step_fn list_begin, list_done;

const struct route route_erasure_list = {
	.name = "erasure_list",
	.method = HTTP_GET,
	.path = "/v1/erasures",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(erasure_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done,
	                  ERASURE_LIST_CALL((struct uuid){{0}}, l->after.key[0].uuid, listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &erasure_list, rq->query, rows->res[0]);
}

/* ---- POST /v1/erasures/{id}/approval ---- */

enum { SIGNED_MAX = 1000 }; /* documents of one person: a hundred times what anybody has */

static step_fn approve_begin, approve_store, approve_done;

const struct route route_erasure_approve = {
	.name = "erasure_approve",
	.method = HTTP_POST,
	.path = "/v1/erasures/{id:uuid}/approval",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(15),
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(200, decision_view)),
	.write = &erasure_approve_statement,
	.first = approve_begin,
};

static struct step approve_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, approve_store, ERASURE_SIGNED_CALL(rq->param[0].uuid, SIGNED_MAX));
}

/* Array literals of equal length. */
struct signed_arrays {
	struct buf versions, keys, hashes;
};

/* What cannot be read has no hash. 0 or E_NOMEM. */
static int add_signed(struct request *rq, struct arena *scratch, const struct erasure_signed_row *row,
                      struct signed_arrays *a)
{
	char hex[2 * SHA256_SIZE + 1] = "";
	struct verify_result result;
	int r = signed_text_read(rq, scratch, row->document, &result);
	if (r == 0)
		hex_format(slice_from(result.signed_hash, SHA256_SIZE), hex);
	arena_reset(scratch);
	db_array_uuid(&a->versions, row->version);
	db_array_text(&a->keys, row->key);
	db_array_text(&a->hashes, slice_of(hex));
	return r == E_NOMEM ? r : 0;
}

static int add_all(struct request *rq, const PGresult *res, struct signed_arrays *a)
{
	struct arena *scratch = arena_new(VERIFY_ARENA);
	int r = scratch ? 0 : E_NOMEM;
	db_array_begin(&a->versions);
	db_array_begin(&a->keys);
	db_array_begin(&a->hashes);
	for (int i = 0; r == 0 && i < rows_n(res); i++) {
		struct erasure_signed_row row;
		erasure_signed_read(res, i, &row);
		r = add_signed(rq, scratch, &row, a);
	}
	db_array_end(&a->versions);
	db_array_end(&a->keys);
	db_array_end(&a->hashes);
	arena_free(scratch);
	return r;
}

static struct step approve_store(struct request *rq, const struct db_result *rows)
{
	struct signed_arrays a = {BUF_INIT(256 * KIB), BUF_INIT(256 * KIB), BUF_INIT(256 * KIB)};
	int r = add_all(rq, rows->res[0], &a);
	struct slice versions = arena_slice(rq->arena, buf_slice(&a.versions));
	struct slice keys = arena_slice(rq->arena, buf_slice(&a.keys));
	struct slice hashes = arena_slice(rq->arena, buf_slice(&a.hashes));
	bool failed = r < 0 || buf_failed(&a.versions) || buf_failed(&a.keys) || buf_failed(&a.hashes);
	buf_free(&a.versions);
	buf_free(&a.keys);
	buf_free(&a.hashes);
	if (failed || arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, approve_done,
	                   ERASURE_APPROVE_CALL(request_context(rq), rq->param[0].uuid, versions, keys, hashes));
}

static struct step approve_done(struct request *rq, const struct db_result *rows)
{
	struct erasure_approve_row row;
	erasure_approve_read(rows->res[0], 0, &row);
	if (row.outcome == ERASURE_APPROVE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != ERASURE_APPROVE_APPROVED)
		return reply_outcome(rq, row.outcome);
	return reply_view(rq, 200, &decision_view,
	                  &(struct erasure){.id = rq->param[0].uuid, .state = "approved", .certificates = row.certificates});
}

/* ---- POST /v1/erasures/{id}/rejection ---- */

static step_fn reject_begin, reject_done;

const struct route route_erasure_reject = {
	.name = "erasure_reject",
	.method = HTTP_POST,
	.path = "/v1/erasures/{id:uuid}/rejection",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, decision_view)),
	.write = &erasure_reject_statement,
	.first = reject_begin,
};

static struct step reject_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, reject_done, ERASURE_REJECT_CALL(request_context(rq), rq->param[0].uuid));
}

static struct step reject_done(struct request *rq, const struct db_result *rows)
{
	struct erasure_reject_row row;
	erasure_reject_read(rows->res[0], 0, &row);
	if (row.outcome == ERASURE_REJECT_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != ERASURE_REJECT_REJECTED)
		return reply_outcome(rq, row.outcome);
	return reply_view(rq, 200, &decision_view, &(struct erasure){.id = rq->param[0].uuid, .state = "rejected"});
}
