/* api/verification_receipt.c - the receipt of a verification: a page that says what the record says, and attached to it
 * the same, signed by the registry's own key.
 *
 *   load ─┬─ signed today already ───────────────────────────────────────────► print
 *         └─ keep what is to be signed ─► sign ─► keep the signature ─► print
 *
 * What is signed is in the database first, so that the signer's journal holds nothing that nobody knows of, and is
 * signed again when the way of its signature here broke off. "Now" is of this very request: a receipt is served again
 * only on the same day and while the certificate stands as it says. */
#include <string.h>

#include "api/outcome.h"
#include "api/pdf_file.h"
#include "api/verification.h"
#include "api/verification_record.h"
#include "base/outcome.h"
#include "credential/jwt.h"
#include "credential/receipt.h"
#include "crypt/digest.h"
#include "domain/registry.h"
#include "pdf/client.h"
#include "sql/receipt_begin.h"
#include "sql/receipt_load.h"
#include "sql/receipt_signed.h"
#include "verifying/record.h"
#include "web/helper.h"

enum { RECORD_JSON_MAX = 8 * KIB };

struct receipt {
	char reference[REFERENCE_TEXT];
	struct slice standing, record; /* as signed: the certificate now, and all of it as JSON */
	struct instant made;
	struct slice key, wrapped;
	uint8_t hash[SHA256_SIZE];
	struct slice input;
	struct pdf_receipt page;
	struct pdf_file file;
};

static step_fn loaded, begun, signed_now, kept, printed;

static struct receipt *receipt_of(struct request *rq)
{
	const struct record_state *st = rq->state;
	return st->receipt;
}

/* ---- what it says ---- */

static struct slice kept_text(struct request *rq, const char *text)
{
	return arena_slice(rq->arena, slice_of(text));
}

static void line(struct request *rq, struct pdf_receipt *p, enum word label, struct slice value)
{
	if (value.n && p->n < PDF_LINES_MAX)
		p->line[p->n++] = (struct pdf_line){slice_of(word_text(label, rq->lang)), value};
}

static void line_word(struct request *rq, struct pdf_receipt *p, enum word label, enum word value)
{
	line(rq, p, label, slice_of(word_text(value, rq->lang)));
}

static void line_time(struct request *rq, struct pdf_receipt *p, enum word label, struct instant at)
{
	char text[INSTANT_LOCAL_TEXT];
	instant_format_local(at, text);
	line(rq, p, label, kept_text(rq, text));
}

static void line_day(struct request *rq, struct pdf_receipt *p, enum word label, struct day day)
{
	char text[DAY_TEXT];
	day_format(day, text);
	line(rq, p, label, kept_text(rq, text));
}

static void write_certificate(struct request *rq, struct pdf_receipt *p, const struct disclosed *disclosed)
{
	if (!disclosed) {
		line_word(rq, p, W_RECORD_CERTIFICATE, W_RECORD_NO_CERTIFICATE);
		return;
	}
	line(rq, p, W_TITLE, arena_slice(rq->arena, disclosed->title));
	line(rq, p, W_NUMBER, arena_slice(rq->arena, disclosed->number));
	line(rq, p, W_HOLDER, kept_text(rq, disclosed->holder));
	line(rq, p, W_ISSUER, arena_slice(rq->arena, disclosed->issuer));
}

static void write_now(struct request *rq, struct pdf_receipt *p, const struct record_state *st)
{
	const char *now = word_text(verification_title(st->now->verdict.result), rq->lang);
	struct opt_day since = record_since(st);
	if (record_has_changed(st))
		now = arena_printf(rq->arena, "%s　%s", now, word_text(W_RECORD_CHANGED, rq->lang));
	line(rq, p, W_RECORD_NOW, slice_of(now));
	if (since.given)
		line_day(rq, p, W_RECORD_SINCE, since.v);
}

/* All but what depends on the time and the signature. */
static void describe(struct request *rq, struct receipt *r, const struct record_state *st, const struct disclosed *disclosed)
{
	struct pdf_receipt *p = &r->page;
	struct slice url = request_public_url(rq);
	p->reference = slice_of(r->reference);
	p->title = slice_of(word_text(W_RECEIPT, rq->lang));
	p->author = url;
	p->url = slice_of(arena_printf(rq->arena, "%.*s" RECORD_ADDRESS "%s", SLICE_ARGS(url), r->reference));
	p->note = slice_of(arena_printf(rq->arena, "%s %.*s/.well-known/did.json", word_text(W_RECEIPT_NOTE, rq->lang),
	                                SLICE_ARGS(url)));
	line(rq, p, W_RECORD_REFERENCE, p->reference);
	line_time(rq, p, W_RECORD_CHECKED_AT, st->checked_at);
	line_word(rq, p, W_RECORD_RESULT, verification_title(st->result));
	line_word(rq, p, W_RECORD_NAME, record_name_word(st->name));
	write_certificate(rq, p, disclosed);
	if (st->now)
		write_now(rq, p, st);
	line_day(rq, p, W_RECORD_KEPT_UNTIL, st->kept_until);
}

/* By which a receipt is told from another one of the same record and day. */
static struct slice standing_of(struct request *rq, const struct record_state *st)
{
	char day[DAY_TEXT] = "";
	if (!st->now)
		return SLICE("");
	struct opt_day since = record_since(st);
	if (since.given)
		day_format(since.v, day);
	return slice_of(arena_printf(rq->arena, "%s%s%s", verdict_result_code(st->now->verdict.result),
	                             since.given ? " " : "", day));
}

static struct slice record_json(struct request *rq, const struct record_state *st, const struct disclosed *disclosed)
{
	struct buf b = BUF_INIT(RECORD_JSON_MAX);
	struct jsonw w;
	jsonw_init(&w, &b);
	record_write(&w, st, disclosed);
	struct slice json = buf_failed(&b) ? SLICE_NONE : arena_slice(rq->arena, buf_slice(&b));
	buf_free(&b);
	return json;
}

static struct step load(struct request *rq, const struct receipt *r)
{
	const struct record_state *st = rq->state;
	return AWAIT_READ(rq, loaded,
	                  RECEIPT_LOAD_CALL(slice_from(st->reference, sizeof st->reference), r->standing));
}

struct step receipt_reply(struct request *rq, struct record_state *st, const struct disclosed *disclosed)
{
	struct receipt *r = arena_alloc(rq->arena, sizeof *r);
	if (!r)
		return reply_out_of_memory(rq);
	*r = (struct receipt){.made = st->now ? st->now->now : (struct instant){0}};
	reference_format(st->reference, r->reference);
	r->standing = standing_of(rq, st);
	r->record = record_json(rq, st, disclosed);
	describe(rq, r, st, disclosed);
	st->receipt = r;
	if (!r->record.p || arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	if (!request_channel(rq, &pdf_service))
		return reply_problem(rq, P_PDF_AWAY);
	return load(rq, r);
}

/* ---- the signature ---- */

static struct step print(struct request *rq, struct receipt *r, const uint8_t signature[static P256_SIGNATURE]);

static struct step loaded(struct request *rq, const struct db_result *rows)
{
	const struct record_state *st = rq->state;
	struct receipt *r = receipt_of(rq);
	struct receipt_load_row row;
	if (rows_n(rows->res[0]) == 0) /* made as soon as the signer can */
		return reply_problem(rq, P_SIGNER_AWAY);
	receipt_load_read(rows->res[0], 0, rq->arena, &row);
	if (row.has_signature) {
		r->made = row.made.v;
		r->input = arena_slice(rq->arena, row.input);
		return r->input.p ? print(rq, r, row.signature) : reply_out_of_memory(rq);
	}
	r->key = arena_slice(rq->arena, row.key);
	r->wrapped = row.wrapped;
	if (!st->now)
		r->made = row.now;
	const struct receipt_facts facts = {
		.public_url = request_public_url(rq),
		.reference = slice_of(r->reference),
		.record = r->record,
		.made = r->made,
	};
	if (receipt_input(rq->arena, request_crypt(rq), &facts, row.public, &r->input) < 0 || !r->key.p || !r->wrapped.p)
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, begun,
	                   RECEIPT_BEGIN_CALL(slice_from(st->reference, sizeof st->reference), r->standing,
	                                      r->made, r->key, r->input));
}

static struct step begun(struct request *rq, const struct db_result *rows)
{
	struct receipt *r = receipt_of(rq);
	struct receipt_begin_row row;
	receipt_begin_read(rows->res[0], 0, &row);
	if (row.outcome == RECEIPT_BEGIN_TERMS_CHANGED) /* another key signs now */
		return load(rq, r);
	if (row.outcome != RECEIPT_BEGIN_STORED && row.outcome != RECEIPT_BEGIN_REPLAYED)
		return reply_outcome(rq, row.outcome);
	r->made = row.made.v;
	r->input = arena_slice(rq->arena, row.input);
	if (!r->input.p)
		return reply_out_of_memory(rq);
	if (row.has_signature)
		return print(rq, r, row.signature);
	memcpy(r->hash, row.hash, sizeof r->hash);
	const struct sign_job job = {
		.kind = SIGNER_P256,
		.about = {.what = SIGN_RECEIPT, .subject = slice_of(r->reference)},
		.issuer = SLICE(REGISTRY_ISSUER),
		.key_id = r->key,
		.wrapped = r->wrapped,
		.document = r->input,
	};
	return AWAIT_SIGN(rq, signed_now, &job, 1, NULL);
}

static struct step signed_now(struct request *rq, const struct db_result *none)
{
	const struct receipt *r = receipt_of(rq);
	return AWAIT_WRITE(rq, kept,
	                   RECEIPT_SIGNED_CALL(slice_from(r->hash, sizeof r->hash),
	                                       slice_from(request_signatures(rq), P256_SIGNATURE)));
}

static struct step kept(struct request *rq, const struct db_result *rows)
{
	struct receipt_signed_row row;
	receipt_signed_read(rows->res[0], 0, &row);
	if (row.outcome == RECEIPT_SIGNED_NOT_FOUND || !row.has_signature)
		return reply_problem(rq, P_NOT_FOUND);
	return print(rq, receipt_of(rq), row.signature);
}

/* ---- on paper ---- */

static void on_printed(void *arg, int outcome, struct slice file, const struct pdf_fault *fault, size_t n)
{
	struct request *rq = arg;
	pdf_file_take(rq, &receipt_of(rq)->file, outcome, file);
	request_resume(rq);
}

static struct step print(struct request *rq, struct receipt *r, const uint8_t signature[static P256_SIGNATURE])
{
	char day[DAY_TEXT];
	struct pdf_receipt *p = &r->page;
	if (jwt_attach(rq->arena, r->input, signature, &p->jwt) < 0)
		return reply_out_of_memory(rq);
	day_format(day_of(r->made), day);
	p->day = kept_text(rq, day);
	line_time(rq, p, W_RECEIPT_AS_OF, r->made);
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	int failed = pdf_print_receipt(request_channel(rq, &pdf_service), p, request_left(rq), on_printed, rq,
	                               request_call(rq));
	if (failed < 0)
		return reply_problem(rq, failed == E_LIMIT ? P_DOCUMENT_TOO_LARGE : P_PDF_BUSY);
	return request_await_call(rq, printed);
}

static struct step printed(struct request *rq, const struct db_result *none)
{
	const struct receipt *r = receipt_of(rq);
	if (r->file.outcome == E_REFUSED || r->file.outcome == E_SYNTAX)
		return reply_problem(rq, P_DOCUMENT_TEXT_REFUSED);
	if (r->file.outcome)
		return pdf_file_failed(rq, r->file.outcome);
	return pdf_file_reply(rq, &r->file, slice_of(r->reference));
}
