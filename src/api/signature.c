/* api/signature.c - everything that was signed and is stored or abandoned, as hashes: the registry's side of the
 * comparison with the signer's journal (talentctl key audit).
 *
 * The hashes of credentials and JWTs are worked out anew from the stored documents, so a document
 * that somebody changed in the database does not match what its key signed. Likewise a status list
 * is built anew as of its revision: that its hash was noted proves nothing. */
#include "api/api.h"
#include "api/listing.h"
#include "api/signed_list.h"
#include "base/outcome.h"
#include "credential/verify.h"
#include "crypt/digest.h"
#include "crypt/encode.h"
#include "sql/signature_list.h"
#include "web/request.h"

enum source { CREDENTIALS, JWTS, STATUS_LISTS, ABANDONED, SOURCES };

static const char *const what[] = {"credential", "jwt", "status_list"};

struct signature_state {
	int64_t limit, source;
	struct uuid version;
	struct slice key;
	uint8_t hash[SHA256_SIZE];
};

struct signature_query {
	struct slice after;
	struct opt_int limit;
};

static const struct decode_field query_fields[] = {
	{.name = "after", .kind = DECODE_STRING, .offset = offsetof(struct signature_query, after),
	 .min = 1, .max = 300},
	LISTING_LIMIT_FIELD(struct signature_query, limit),
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields),
                                                sizeof(struct signature_query)};

static step_fn begin, done;

const struct route route_signature_list = {
	.name = "signature_list",
	.method = HTTP_GET,
	.path = "/v1/keys/signatures",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &query_table,
	.state_size = sizeof(struct signature_state),
	.deadline = INIT_SECONDS(30),
	.first = begin,
};

/* "0.<version>", "1.<version>.<key>", "2.<hash>", "3.<version>.<key>": the last row that was read. */
static bool read_cursor(struct slice text, struct signature_state *st)
{
	uint64_t source;
	struct slice rest = text;
	if (!slice_to_u64(slice_cut(&rest, '.'), &source) || source >= SOURCES)
		return false;
	st->source = (int64_t)source;
	if (source == STATUS_LISTS)
		return hex_decode(rest, st->hash, sizeof st->hash);
	if (!uuid_parse(slice_cut(&rest, '.'), &st->version))
		return false;
	st->key = rest;
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] <= ' ' || rest.p[i] > '~')
			return false;
	return (source == JWTS || source == ABANDONED) == (rest.n > 0);
}

static struct step begin(struct request *rq, const struct db_result *none)
{
	const struct signature_query *q = rq->query;
	struct signature_state *st = rq->state;
	if (q->after.p && !read_cursor(q->after, st))
		return reply_parameter(rq, "after", "cursor");
	st->limit = listing_limit(&q->limit);
	return AWAIT_LANE(rq, done, DB_LONG,
	                  SIGNATURE_LIST_CALL(st->source, st->version, st->key.p ? st->key : SLICE(""),
	                                      slice_from(st->hash, sizeof st->hash), st->limit + 1));
}

/* ---- hashes ---- */

static int no_document(void *arg, struct slice address, struct slice *ret)
{
	return E_ABSENT;
}

/* A credential in either form; E_SYNTAX: it is none that we sign. */
static int read_document(struct request *rq, struct arena *scratch, struct slice text,
                         struct verify_result *ret)
{
	const struct verify_conf conf = {
		.crypt = request_crypt(rq),
		.issuer = no_document, /* only the hash is wanted */
	};
	int r = verify_credential(scratch, &conf, text, ret);
	return r == 0 && ret->form.outcome != CHECK_PASSED ? E_SYNTAX : r;
}

/* Whether what was abandoned is harmless: a credential stands where its row says, in a place that
 * is revoked; a JWT says what the stored credential says. Nothing else can be hidden there. */
static int check_abandoned(struct request *rq, struct arena *scratch,
                           const struct signature_list_row *row, const struct verify_result *was)
{
	struct verify_result stored;
	if (row->list.given)
		return was->kind == VERIFY_EMBEDDED && was->facts.list == row->list.v &&
		       was->facts.index == row->idx.v ? 0 : E_SYNTAX;
	int r = read_document(rq, scratch, row->stored, &stored);
	return r == 0 && !slice_eq(stored.document.canonical, was->document.canonical) ? E_SYNTAX : r;
}

static int hash_of(struct request *rq, struct arena *scratch, const struct signature_list_row *row,
                   uint8_t out[static SHA256_SIZE])
{
	struct verify_result result;
	int r = read_document(rq, scratch, row->document, &result);
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

static void write_abandoned(struct jsonw *w, const struct signature_list_row *row)
{
	jsonw_kobject(w, "abandoned");
	jsonw_kstr(w, "reason", row->reason);
	if (row->list.given)
		jsonw_kbool(w, "position_revoked", row->voided.v);
	jsonw_end(w);
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
	if (row->source != STATUS_LISTS)
		return hash_of(rq, scratch, row, ret->hash);
	if (!row->has_hash)
		return E_SYNTAX;
	ret->older = row->older.v;
	memcpy(ret->hash, row->hash, sizeof ret->hash);
	return ret->older ? 0 : signed_list_check(rq, scratch, row, &ret->list);
}

/* Null: unknown. */
static void write_list(struct jsonw *w, const struct worked_out *out)
{
	if (out->older)
		jsonw_knull(w, "is_list");
	else
		jsonw_kbool(w, "is_list", out->list);
}

static int write_row(struct request *rq, struct arena *scratch, struct jsonw *w,
                     const struct signature_list_row *row)
{
	struct worked_out out;
	char text[2 * SHA256_SIZE + 1];
	int r = work_out(rq, scratch, row, &out);
	if (r == E_NOMEM)
		return r;
	hex_format(slice_from(out.hash, r ? 0 : sizeof out.hash), text);
	jsonw_object(w);
	jsonw_kstr(w, "key_id", row->key);
	if (r)
		jsonw_knull(w, "sha256"); /* unreadable, or found to be unsigned: nobody signed it */
	else
		jsonw_kcstr(w, "sha256", text);
	jsonw_kcstr(w, "what", what_of(row));
	jsonw_kinstant(w, "at", row->at);
	if (row->source == ABANDONED)
		write_abandoned(w, row);
	if (row->source == STATUS_LISTS)
		write_list(w, &out);
	jsonw_end(w);
	return 0;
}

static void write_cursor(struct request *rq, struct jsonw *w, const struct signature_list_row *last)
{
	char hash[2 * SHA256_SIZE + 1], version[UUID_TEXT];
	const char *cursor;
	hex_format(slice_from(last->hash, sizeof last->hash), hash);
	uuid_format(last->version, version);
	if (last->source == STATUS_LISTS)
		cursor = arena_printf(rq->arena, "%d.%s", STATUS_LISTS, hash);
	else if (last->source == CREDENTIALS)
		cursor = arena_printf(rq->arena, "%d.%s", CREDENTIALS, version);
	else
		cursor = arena_printf(rq->arena, "%d.%s.%.*s", (int)last->source, version,
		                      SLICE_ARGS(last->key));
	if (cursor)
		jsonw_kcstr(w, "next_cursor", cursor);
}

static int write_page(struct request *rq, const PGresult *res, int64_t limit)
{
	struct signature_list_row row;
	struct jsonw w;
	int r = 0;
	struct arena *scratch = arena_new(VERIFY_ARENA);
	if (!scratch)
		return E_NOMEM;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; r == 0 && i < rows_n(res) && i < limit; i++) {
		signature_list_read(res, i, &row);
		r = write_row(rq, scratch, &w, &row);
	}
	jsonw_end(&w);
	if (rows_n(res) > limit)
		write_cursor(rq, &w, &row);
	else
		jsonw_knull(&w, "next_cursor");
	jsonw_end(&w);
	arena_free(scratch);
	return arena_failed(rq->arena) ? E_NOMEM : r;
}

static struct step done(struct request *rq, const struct db_result *rows)
{
	const struct signature_state *st = rq->state;
	if (write_page(rq, rows->res[0], st->limit) < 0)
		return reply_out_of_memory(rq);
	return reply_json(rq, 200);
}
