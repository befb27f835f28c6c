/* api/issuer.c - what other people's software needs to verify offline: an issuer's DID document
 * and its status lists, built from committed state at every request.
 *
 * A list's bytes follow from state, UTC day and key alone (credential/status_list.h), so a signed
 * list is kept until one of them changes, and every host serves the same bytes. */

#include <stdio.h>
#include <stdlib.h>

#include "api/api.h"
#include "verifying/issuer_keys.h"
#include "api/signed_list.h"
#include "base/map.h"
#include "base/outcome.h"
#include "credential/proof.h"
#include "credential/verify.h"
#include "crypt/multikey.h"
#include "domain/registry.h"
#include "http/accept.h"
#include "signer/journal.h"
#include "sql/did_document.h"
#include "sql/status_list.h"
#include "sql/status_list_signed.h"
#include "store/outbox.h"
#include "telemetry/log.h"
#include "web/helper.h"
#include "web/request.h"

static const char *const did_types[] = {"application/did+json", "application/ld+json", "application/json"};
static const char *const list_types[] = {"application/vc", "application/ld+json", "application/json"};

/* The same bytes under the name that the client likes best; what it says that it does not take is no reason to
 * keep from it what it has to verify with. */
static struct step reply_as(struct request *rq, const char *const *types, size_t n, struct slice bytes)
{
	size_t type = accept_pick(request_header(rq, "accept"), types, n);
	request_set_header(rq, "Vary", SLICE("Accept"));
	return reply_bytes(rq, 200, types[type < n ? type : 0], bytes);
}

/* ---- GET /issuers/{slug}/did.json, and the registry's own ---- */

static step_fn did_begin, did_done, own_begin, own_done;

#define DID_ANSWERS \
	ANSWERS(MEDIA(200, "application/did+json"), MEDIA(200, "application/ld+json"), \
	        MEDIA(200, "application/json"))

const struct route route_issuer_did = {
	.name = "issuer_did",
	.method = HTTP_GET,
	.path = "/issuers/{slug}/did.json",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = DID_ANSWERS,
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = did_begin,
};

const struct route route_registry_did = {
	.name = "registry_did",
	.method = HTTP_GET,
	.path = "/.well-known/did.json",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = DID_ANSWERS,
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = own_begin,
};

/* Where it is looked for when the public address has a path, which whatever stands before us takes away (did:web,
 * section 3.2). */
const struct route route_registry_did_of_path = {
	.name = "registry_did_of_path",
	.method = HTTP_GET,
	.path = "/did.json",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = DID_ANSWERS,
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = own_begin,
};

static struct step did_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, did_done, DID_DOCUMENT_CALL(rq->param[0].text));
}

static struct step own_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, own_done, DID_DOCUMENT_CALL(SLICE_NONE));
}

static struct step reply_did(struct request *rq, struct slice slug, const struct db_result *rows)
{
	struct slice json;
	int r = issuer_keys_document(rq, slug, rows->res[0], &json);
	if (r < 0)
		return reply_problem(rq, r == E_ABSENT ? P_NOT_FOUND : P_INTERNAL);
	return reply_as(rq, did_types, ARRAY_LEN(did_types), json);
}

static struct step did_done(struct request *rq, const struct db_result *rows)
{
	return reply_did(rq, rq->param[0].text, rows);
}

static struct step own_done(struct request *rq, const struct db_result *rows)
{
	return reply_did(rq, SLICE(REGISTRY_ISSUER), rows);
}

/* ---- GET /issuers/{slug}/status/{purpose}/{n} ---- */

/* A signed list that is still good while nothing it follows from has changed. */
struct status_kept {
	int64_t rev; /* of the list's last change: changed_at has whole seconds only */
	struct instant changed;
	int64_t utc_day;
	char key_id[64];
	size_t n;
	char json[];
};

struct list_state {
	struct proof_options options;
	struct unsecured_document document;
	struct slice proof, encoded;
	struct instant changed;
	int64_t rev, utc_day;
	uint32_t list;
	uint8_t hash[SHA256_SIZE]; /* of what is signed, as the signer's journal has it */
	char cache_key[MAP_KEY_MAX + 1];
	struct slice json;
};

static step_fn status_begin, status_built, status_signed;

const struct route route_issuer_status = {
	.name = "issuer_status",
	.method = HTTP_GET,
	.path = "/issuers/{slug}/status/{purpose}/{n:integer}",
	.state_size = sizeof(struct list_state),
	.deadline = INIT_SECONDS(8),
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = ANSWERS(MEDIA(200, "application/vc"), MEDIA(200, "application/ld+json"),
	                   MEDIA(200, "application/json")),
	.problems = PROBLEMS(P_HISTORY_HELD, SIGNER_PROBLEMS),
	.first = status_begin,
};

static struct step status_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, status_built,
	                  STATUS_LIST_CALL(rq->param[0].text, rq->param[1].text, rq->param[2].integer));
}

static struct step reply_list(struct request *rq, struct slice json)
{
	return reply_as(rq, list_types, ARRAY_LEN(list_types), json);
}

static const struct status_kept *kept_list(const struct registry *registry, const struct list_state *st)
{
	const struct status_kept *kept = map_get(registry->status_lists, slice_of(st->cache_key));
	if (!kept || kept->rev != st->rev || kept->changed.us != st->changed.us ||
	    kept->utc_day != st->utc_day || !slice_is(st->options.key_id, kept->key_id))
		return NULL;
	return kept;
}

static void keep_list(const struct registry *registry, const struct list_state *st)
{
	struct status_kept *kept = malloc(sizeof *kept + st->json.n);
	if (!kept || st->options.key_id.n >= sizeof kept->key_id) {
		free(kept);
		return; /* built again next time */
	}
	kept->rev = st->rev;
	kept->changed = st->changed;
	kept->utc_day = st->utc_day;
	memcpy(kept->key_id, st->options.key_id.p, st->options.key_id.n);
	kept->key_id[st->options.key_id.n] = '\0';
	kept->n = st->json.n;
	memcpy(kept->json, st->json.p, st->json.n);
	if (map_put(registry->status_lists, slice_of(st->cache_key), kept) < 0)
		map_remove(registry->status_lists, slice_of(st->cache_key));
}

static int build(struct request *rq, struct list_state *st, const struct status_list_row *row)
{
	const uint8_t *bits = signed_list_bits(rq->arena, row->indices);
	struct slice key_id = st->options.key_id;
	if (!bits)
		return E_NOMEM;
	st->list = (uint32_t)rq->param[2].integer;
	int r = status_list_encode(rq->arena, slice_from(bits, STATUS_LIST_BYTES), &st->encoded);
	if (r)
		return r;
	const struct status_list_facts facts = {
		.public_url = request_public_url(rq),
		.issuer_slug = rq->param[0].text,
		.purpose = rq->param[1].text,
		.list = st->list,
		.changed = st->changed,
		.now = row->now,
		.encoded = st->encoded,
	};
	return signed_list_make(rq->arena, &facts, key_id, &st->options, &st->document, &st->proof);
}

/* A list is good for whoever fetches it until it is changed, on any host: one that some fault has
 * spoilt on its way would end all of its certificates meanwhile. */
static bool is_signed(const struct request *rq, const struct list_state *st,
                      const uint8_t *signature)
{
	uint8_t public[ED25519_PUBLIC];
	return multikey_parse(st->options.key_id, public) &&
	       verify_eddsa(request_crypt(rq), public, st->proof, st->document.canonical, signature);
}

static void tell_unsigned(const struct request *rq, const struct list_state *st)
{
	const struct registry *registry = request_app(rq);
	if (registry->log)
		log_error(registry->log, "status_list_signature_failed", LOG_SLICE("issuer", rq->param[0].text),
		          LOG_SLICE("purpose", rq->param[1].text), LOG_I("list", st->list),
		          LOG_SLICE("key_id", st->options.key_id),
		          LOG_S("meaning", "the signer's signature of a status list does not fit; the list "
		                           "is not handed out"),
		          LOG_S("remedy", "restart the signer; if it happens again, test this host's memory"));
}

/* ---- noting what is signed ---- */

/* Noted when the signer is asked, and by the outbox, so that the note does not depend on what
 * becomes of the request. A note of a list that was not signed after all does no harm: its bytes
 * follow from committed state, and whoever reads the note works them out again (api/signed_list.h). */
static void note_list(const struct request *rq, const struct list_state *st)
{
	const struct registry *registry = request_app(rq);
	const struct db_call call = STATUS_LIST_SIGNED_CALL(
		slice_from(st->hash, sizeof st->hash), rq->param[0].text, rq->param[1].text, st->list, st->rev,
		st->options.key_id, (struct day){(int32_t)st->utc_day}, st->encoded);
	outbox_add(registry->outbox, &call, registry->log);
}

static struct step sign(struct request *rq, struct list_state *st, struct slice wrapped)
{
	const struct sign_job job = {
		.about = {.what = SIGN_STATUS_LIST, .subject = rq->param[1].text, .list = st->list},
		.issuer = rq->param[0].text,
		.key_id = st->options.key_id,
		.wrapped = wrapped,
		.proof = st->proof,
		.document = st->document.canonical,
	};
	journal_hash(request_crypt(rq), &job, st->hash);
	struct step s = AWAIT_SIGN(rq, status_signed, &job, 1, NULL);
	if (!request_nothing_signed(rq))
		note_list(rq, st);
	return s;
}

static struct step status_built(struct request *rq, const struct db_result *rows)
{
	const struct registry *registry = request_app(rq);
	struct status_list_row row;
	struct list_state *st = rq->state;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	status_list_read(rows->res[0], 0, rq->arena, &row);
	if (!row.key.p) /* its list key is made as soon as the signer can: the list is there */
		return reply_problem(rq, P_SIGNER_AWAY);
	if (row.held)
		return reply_problem(rq, P_HISTORY_HELD);
	st->changed = row.changed_at;
	st->rev = row.rev;
	st->utc_day = row.now.us / ((int64_t)86400 * 1000000);
	st->options.key_id = arena_slice(rq->arena, row.key);
	snprintf(st->cache_key, sizeof st->cache_key, "%.*s/%.*s/%lld", SLICE_ARGS(rq->param[0].text),
	         SLICE_ARGS(rq->param[1].text), (long long)rq->param[2].integer);
	const struct status_kept *kept = kept_list(registry, st);
	if (kept)
		return reply_list(rq, slice_from(kept->json, kept->n));
	if (build(rq, st, &row) < 0)
		return reply_problem(rq, P_INTERNAL);
	return sign(rq, st, row.wrapped);
}

static struct step status_signed(struct request *rq, const struct db_result *none)
{
	struct list_state *st = rq->state;
	const uint8_t *signature = request_signatures(rq);
	if (!is_signed(rq, st, signature)) {
		tell_unsigned(rq, st);
		return reply_problem(rq, P_INTERNAL);
	}
	if (proof_attach(rq->arena, st->document.json, &st->options, signature, &st->json) < 0)
		return reply_problem(rq, P_INTERNAL);
	keep_list(request_app(rq), st);
	return reply_list(rq, st->json);
}
