/* api/signature.c - everything that was signed and is stored or abandoned, as hashes: the registry's side of the
 * comparison with the signer's journal (talentctl key audit).
 *
 * The hashes of credentials, JWTs and receipts are worked out anew from the stored documents, so a document
 * that somebody changed in the database does not match what its key signed. Likewise a status list
 * is built anew as of its revision: that its hash was noted proves nothing. Of a receipt whose record is forgotten the
 * hash is left, which the database worked out from what begins as nothing else does that is signed. */
#include "api/api.h"
#include "api/listing.h"
#include "api/signed_list.h"
#include "base/outcome.h"
#include "credential/verify.h"
#include "crypt/digest.h"
#include "crypt/encode.h"
#include "sql/signature_list.h"
#include "verifying/signed_text.h"
#include "web/request.h"

enum source { CREDENTIALS, JWTS, STATUS_LISTS, ABANDONED, RECEIPTS, SOURCES };

static const char *const what[SOURCES] = {"credential", "jwt", "status_list", NULL, "receipt"};

struct signature_state {
	struct arena *scratch;
	uint8_t hash[SHA256_SIZE]; /* the cursor's */
};

/* One as it is told. */
struct signature_item {
	struct signature_list_row row;
	struct slice key, sha256; /* none: unreadable, or found to be unsigned: nobody signed it */
	const char *what;
	struct slice object; /* a certificate's number or version, or ISSUER/PURPOSE/LIST */
	struct instant at;
	struct slice reason;      /* of what was abandoned */
	struct opt_bool voided;   /* of a credential among them */
	struct slice is_list;     /* of a list's note; null: unknown */
	int64_t source;           /* the key of the list */
	struct uuid version;
	struct slice hash;
	char text[2][2 * SHA256_SIZE + 1];
};

static const struct view_field abandoned_fields[] = {
	VIEW_FIELD(struct signature_item, reason, "reason"),
	VIEW_FIELD(struct signature_item, voided, "position_revoked", .omitted = true),
};
static const struct view abandoned_view = VIEW(abandoned, struct signature_item, abandoned_fields);

static const struct view_field signature_fields[] = {
	VIEW_FIELD(struct signature_item, key, "key_id"),
	VIEW_FIELD(struct signature_item, sha256, "sha256", .nullable = true),
	VIEW_FIELD(struct signature_item, what, "what"),
	VIEW_FIELD(struct signature_item, object, "object"),
	VIEW_FIELD(struct signature_item, at, "at"),
	VIEW_SELF(abandoned_view, "abandoned", .omitted = true),
	VIEW_FIELD(struct signature_item, is_list, "is_list", .as = VIEW_JSON, .omitted = true),
};
static const struct view signature_view = VIEW(signature, struct signature_item, signature_fields);

static int read_signature(struct request *rq, const PGresult *res, int row, void *item);

static const struct listed signature_list = {
	.key = {"signature", 4, {CURSOR_KEY(struct signature_item, source),
	                         CURSOR_KEY(struct signature_item, version),
	                         CURSOR_KEY(struct signature_item, key),
	                         CURSOR_KEY(struct signature_item, hash)}},
	.view = &signature_view,
	.read = read_signature,
};
LISTING_TABLE(list_query, signature_list);

static step_fn begin, done;

const struct route route_signature_list = {
	.name = "signature_list",
	.method = HTTP_GET,
	.path = "/v1/keys/signatures",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.state_size = sizeof(struct signature_state),
	.deadline = INIT_SECONDS(30),
	.answers = ANSWERS(VIEW_PAGE(signature_view)),
	.first = begin,
};

/* Of the keys each source has its own; the others are empty. */
static bool read_hash(const struct cursor *c, uint8_t hash[static SHA256_SIZE])
{
	return c->key[3].text.n == 0 || hex_decode(c->key[3].text, hash, SHA256_SIZE);
}

static struct step begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	const struct cursor *c = &l->after;
	struct signature_state *st = rq->state;
	if (c->key[0].number < 0 || c->key[0].number >= SOURCES || !read_hash(c, st->hash))
		return reply_parameter(rq, "after", "cursor");
	return AWAIT_LANE(rq, done, DB_LONG,
	                  SIGNATURE_LIST_CALL(c->key[0].number, c->key[1].uuid,
	                                      c->key[2].text.p ? c->key[2].text : SLICE(""),
	                                      slice_from(st->hash, sizeof st->hash), listing_rows(l)));
}

/* ---- hashes ---- */

/* Whether what was abandoned is harmless: a credential stands where its row says, in a place that
 * is revoked; a JWT says what the stored credential says. Nothing else can be hidden there. */
static int check_abandoned(struct request *rq, struct arena *scratch,
                           const struct signature_list_row *row, const struct verify_result *was)
{
	struct verify_result stored;
	if (row->list.given)
		return was->kind == VERIFY_EMBEDDED && was->facts.list == row->list.v &&
		                       was->facts.index == row->idx.v
		               ? 0
		               : E_SYNTAX;
	int r = signed_text_read(rq, scratch, row->stored, &stored);
	return r == 0 && !slice_eq(stored.document.canonical, was->document.canonical) ? E_SYNTAX : r;
}

static int hash_of(struct request *rq, struct arena *scratch, const struct signature_list_row *row,
                   uint8_t out[static SHA256_SIZE])
{
	struct verify_result result;
	int r = signed_text_read(rq, scratch, row->document, &result);
	if (r == 0 && row->source == ABANDONED)
		r = check_abandoned(rq, scratch, row, &result);
	if (r == 0)
		memcpy(out, result.signed_hash, SHA256_SIZE);
	arena_reset(scratch);
	return r;
}

static const char *what_of(const struct signature_list_row *row)
{
	if (row->source != ABANDONED)
		return what[row->source];
	return row->list.given ? "credential" : "jwt";
}

/* A list's note has its own hash, and says whether that comes out. */
struct worked_out {
	uint8_t hash[SHA256_SIZE];
	bool older, list; /* of a note: of before lists could be worked out; it is a list's */
};

static int work_out(struct request *rq, struct arena *scratch, const struct signature_list_row *row,
                    struct worked_out *ret)
{
	*ret = (struct worked_out){0};
	if (row->failed)
		return E_SYNTAX;
	if (row->source == RECEIPTS && row->document.p) {
		sha256(request_crypt(rq), row->document, ret->hash);
		return 0;
	}
	if (row->source != STATUS_LISTS && row->document.p)
		return hash_of(rq, scratch, row, ret->hash);
	if (!row->has_hash)
		return E_SYNTAX;
	ret->older = row->older.v;
	memcpy(ret->hash, row->hash, sizeof ret->hash);
	if (row->source != STATUS_LISTS) /* erased, or forgotten: its hash was worked out before */
		return 0;
	return ret->older ? 0 : signed_list_check(rq, scratch, row, &ret->list);
}

static struct slice is_list(const struct worked_out *out)
{
	if (out->older)
		return SLICE("null");
	return out->list ? SLICE("true") : SLICE("false");
}

static struct slice hex_into(char text[static 2 * SHA256_SIZE + 1], const uint8_t hash[static SHA256_SIZE])
{
	hex_format(slice_from(hash, SHA256_SIZE), text);
	return slice_from(text, 2 * SHA256_SIZE);
}

/* SLICE_NONE: arena full. */
static struct slice object_of(struct request *rq, const struct signature_list_row *row)
{
	char id[UUID_TEXT], reference[REFERENCE_TEXT];
	if (row->source == STATUS_LISTS)
		return slice_of(arena_printf(rq->arena, "%.*s/%.*s/%lld", SLICE_ARGS(row->slug),
		                             SLICE_ARGS(row->purpose), (long long)row->list.v));
	if (row->source == RECEIPTS) {
		if (!row->has_reference)
			return SLICE("");
		reference_format(row->reference, reference);
		return arena_slice(rq->arena, slice_of(reference));
	}
	if (row->number.p)
		return row->number;
	uuid_format(row->version, id);
	return arena_slice(rq->arena, slice_of(id));
}

static int read_signature(struct request *rq, const PGresult *res, int row, void *to)
{
	const struct signature_state *st = rq->state;
	struct signature_item *item = to;
	const struct signature_list_row *r = &item->row;
	struct worked_out out;
	signature_list_read(res, row, &item->row);
	int failed = work_out(rq, st->scratch, r, &out);
	if (failed == E_NOMEM)
		return failed;
	item->key = r->key;
	item->what = what_of(r);
	item->object = object_of(rq, r);
	if (!item->object.p)
		return E_NOMEM;
	item->at = r->at;
	item->source = r->source;
	item->version = r->version;
	if (!failed)
		item->sha256 = hex_into(item->text[0], out.hash);
	if (r->source == STATUS_LISTS) {
		item->is_list = is_list(&out);
		item->hash = hex_into(item->text[1], r->hash);
	} else if (r->source == RECEIPTS) {
		item->hash = hex_into(item->text[1], r->hash);
		item->reason = r->reason;
	} else if (r->source == ABANDONED) {
		item->reason = r->reason;
		if (r->list.given)
			item->voided = r->voided;
	}
	return 1;
}

static struct step done(struct request *rq, const struct db_result *rows)
{
	struct signature_state *st = rq->state;
	st->scratch = arena_new(VERIFY_ARENA);
	if (!st->scratch)
		return reply_out_of_memory(rq);
	struct step answer = listing_reply(rq, &signature_list, rq->query, rows->res[0]);
	arena_free(st->scratch);
	return answer;
}
