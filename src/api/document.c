/* api/document.c - certificates on paper: one as a PDF, or those of an exam as one file. The press
 * makes them (press/client.h); what they say is read here, and who may have them is decided as for
 * the credential.
 *
 * A certificate that is not valid now gets no document: paper cannot say later that it was revoked
 * already when it was printed. */
#include "api/routes.h"

#include <stdio.h>
#include <stdlib.h>

#include "api/api.h"
#include "api/stored_signature.h"
#include "auth/gate.h"
#include "base/outcome.h"
#include "crypt/digest.h"
#include "crypt/encode.h"
#include "db/rows.h"
#include "http/problem.h"
#include "press/client.h"
#include "sql_statements.h"
#include "text/name.h"
#include "web/request.h"

enum { ETAG_BYTES = 16 };

struct document_state {
	struct press *press;
	struct press_call *call;
	struct slice name;     /* of the file, without .pdf */
	struct uuid exam;      /* batch only */
	struct uuid issuer;    /* batch only; nil = all */
	int64_t part;          /* batch only, from 1 */
	struct slice without;  /* batch only: numbers to leave out, comma separated */
	struct slice *numbers; /* by page, for faults */
	size_t pages;
	int outcome;
	struct press_fault fault;
	char *file; /* freed with the request */
	size_t n;
};

/* ---- what it says ---- */

/* The QR code's text: everything in upper case makes the smallest code, and /V/ is /v/. */
static struct slice qr_text(struct request *rq, const char *code)
{
	char *url = arena_printf(rq->arena, "%.*s/V/%s", SLICE_ARGS(request_public_url(rq)), code);
	for (char *p = url; p && *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return slice_of(url);
}

/* Texts stay in the result. False: the row is not what the registry writes. */
static bool read_facts(struct request *rq, const PGresult *res, int i, struct press_facts *f)
{
#define TEXT(column) row_text(res, i, rows_col(res, column))
	uint8_t bytes[CODE_BYTES];
	char code[CODE_TEXT];
	if (!row_bytes_exact(res, i, rows_col(res, "code"), bytes, sizeof bytes))
		return false;
	code_format(bytes, code);
	*f = (struct press_facts){
		.kind = slice_is(TEXT("kind"), "company") ? PRESS_COMPANY : PRESS_SKILL_GRADE,
		.holder = TEXT("holder"),
		.number = TEXT("number"),
		.title = TEXT("title"),
		.occupation = TEXT("occupation_name"),
		.occupation_en = TEXT("occupation_en"),
		.work_type = TEXT("work_type"),
		.work_type_en = TEXT("work_type_en"),
		.level = TEXT("level_name"),
		.level_en = TEXT("level_name_en"),
		.issuer = TEXT("issuer_name"),
		.issuer_en = TEXT("issuer_en"),
		.partner = TEXT("partner"),
		.issued_on = TEXT("issued_on"),
		.expires_on = TEXT("expires_on"),
		.url = qr_text(rq, code),
		.code = slice_of(arena_copy(rq->arena, slice_of(code))),
		.host = slice_skip(request_public_url(rq), strlen("https://")),
		.credential = TEXT("document"),
	};
	return f->url.p && f->code.p;
#undef TEXT
}

/* ---- the wait ---- */

static void forget(void *arg)
{
	struct document_state *st = arg;
	press_cancel(st->press, st->call);
}

static void on_printed(void *arg, int outcome, struct slice file, const struct press_fault *fault)
{
	struct request *rq = arg;
	struct document_state *st = rq->state;
	st->call = NULL;
	st->outcome = outcome;
	st->fault = *fault;
	if (st->fault.page >= st->pages)
		st->fault.page = 0;
	if (outcome == 0) {
		st->file = malloc(file.n);
		st->n = file.n;
		if (!st->file || arena_on_dispose(rq->arena, free, st->file) != 0) {
			st->file = NULL;
			st->outcome = E_NOMEM;
		} else {
			memcpy(st->file, file.p, file.n);
		}
	}
	request_resume(rq);
}

static step_fn printed;

static bool left_out(void *arg, struct slice number)
{
	const struct document_state *st = arg;
	struct slice without = st->without;
	while (without.n)
		if (slice_eq(slice_cut(&without, ','), number))
			return true;
	return false;
}

/* Prints n rows, but for those left out, as one file. */
static struct step print(struct request *rq, const PGresult *res, int n)
{
	const struct api *api = request_app(rq);
	struct document_state *st = rq->state;
	struct step refused;
	if (!api->press)
		return reply_problem(rq, P_PRESS_AWAY);
	if (!stored_signature_good(rq, &signed_document, res, n, left_out, st, &refused))
		return refused;
	struct press_facts *facts = arena_alloc(rq->arena, (size_t)n * sizeof *facts);
	st->numbers = arena_alloc(rq->arena, (size_t)n * sizeof *st->numbers);
	if (!facts || !st->numbers)
		return reply_out_of_memory(rq);
	for (int i = 0; i < n; i++) {
		struct press_facts *f = &facts[st->pages];
		if (!read_facts(rq, res, i, f))
			return arena_failed(rq->arena) ? reply_out_of_memory(rq) :
			                                 reply_problem(rq, P_INTERNAL);
		if (!left_out(st, f->number))
			st->numbers[st->pages++] = arena_slice(rq->arena, f->number);
	}
	if (st->pages == 0)
		return reply_problem(rq, P_NO_DOCUMENTS);
	st->press = api->press;
	struct duration left = mono_since(rq->deadline, mono_now());
	int r = press_print(api->press, facts, st->pages, left, on_printed, rq, &st->call);
	if (r == E_LIMIT)
		return reply_problem(rq, P_DOCUMENT_TOO_LARGE);
	if (r < 0)
		return reply_problem(rq, P_PRESS_BUSY);
	return request_await_event(rq, printed, forget, st);
}

/* ---- the answer ---- */

/* Names the certificate, the text and, where one of its characters cannot be drawn, that. */
static struct step reply_fault(struct request *rq, const struct document_state *st)
{
	char *character = arena_printf(rq->arena, "U+%04X", (unsigned)st->fault.character);
	bool glyph = st->outcome == E_REFUSED;
	const struct problem_member members[] = {
		{.name = "number", .kind = PROBLEM_TEXT, .text = st->numbers[st->fault.page]},
		{.name = "field", .kind = PROBLEM_TEXT,
		 .text = slice_of(st->fault.field ? st->fault.field : "")},
		{.name = "character", .kind = PROBLEM_TEXT, .text = slice_of(character)},
	};
	return reply_problem_with(rq, glyph ? P_CHARACTER_NOT_PRINTABLE : P_DOCUMENT_TEXT_REFUSED,
	                          SLICE_NONE, members, glyph ? 3 : 2);
}

static struct step reply_failure(struct request *rq, const struct document_state *st)
{
	switch (st->outcome) {
	case E_LIMIT:
		if (!st->fault.field)
			return reply_problem(rq, P_DOCUMENT_TOO_LARGE);
		return reply_fault(rq, st);
	case E_REFUSED:
	case E_SYNTAX:
		return reply_fault(rq, st);
	case E_FULL:
		return reply_problem(rq, P_PRESS_BUSY);
	case E_TIMEOUT:
		return reply_problem(rq, P_DEADLINE);
	default:
		return reply_problem(rq, P_PRESS_AWAY);
	}
}

static struct step printed(struct request *rq, const struct db_result *none)
{
	(void)none;
	const struct document_state *st = rq->state;
	uint8_t hash[SHA256_SIZE];
	char hex[2 * ETAG_BYTES + 1];
	if (st->outcome != 0)
		return reply_failure(rq, st);
	struct slice file = slice_from(st->file, st->n);
	sha256(request_crypt(rq), file, hash);
	hex_format(slice_from(hash, ETAG_BYTES), hex);
	char *etag = arena_printf(rq->arena, "\"%s\"", hex);
	char *how = arena_printf(rq->arena, "attachment; filename=\"%.*s.pdf\"", SLICE_ARGS(st->name));
	if (!etag || !how)
		return reply_out_of_memory(rq);
	request_set_header(rq, "ETag", slice_of(etag));
	request_set_cache(rq, "private, no-cache");
	if (http_list_has(request_header(rq, "if-none-match"), etag))
		return reply_empty(rq, 304);
	request_set_header(rq, "Content-Disposition", slice_of(how));
	return reply_bytes(rq, 200, "application/pdf", file);
}

/* ---- GET /v1/certificates/{number}/document.pdf ---- */

static step_fn document_begin, document_print;

const struct route route_certificate_document = {
	.name = "certificate_document",
	.method = HTTP_GET,
	.path = "/v1/certificates/{number}/document.pdf",
	.deadline = INIT_SECONDS(10),
	.first = document_begin,
};

static struct step document_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct slice number;
	if (!request_state(rq, sizeof(struct document_state)))
		return reply_out_of_memory(rq);
	if (number_fold(rq->param[0], rq->arena, &number) < 0)
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_READ(rq, document_print, CALL(Q_CERTIFICATE_DOCUMENT, db_text(number)));
}

static struct belongings belongings_of(const PGresult *res, const char *company)
{
	return (struct belongings){
		.holder = row_uuid(res, 0, rows_col(res, "body")),
		.partner = row_uuid(res, 0, rows_col(res, company)),
		.district = row_text(res, 0, rows_col(res, "district")),
	};
}

static struct step reply_not_valid(struct request *rq, struct slice state)
{
	const struct problem_member why = {.name = "state", .kind = PROBLEM_TEXT, .text = state};
	bool zh = rq->lang == LANG_ZH;
	struct slice detail = slice_is(state, "suspended") ?
		(zh ? SLICE("该证书已被暂停，暂停期间不提供证书文件。") :
		      SLICE("The certificate is suspended; it has no document meanwhile.")) :
		(zh ? SLICE("该证书已被撤销，不再提供证书文件。") :
		      SLICE("The certificate is revoked; it has no document any more."));
	return reply_problem_with(rq, P_WRONG_STATE, detail, &why, 1);
}

static struct step document_print(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct document_state *st = rq->state;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	const struct belongings what = belongings_of(res, "company");
	if (!auth_owns(rq, &what))
		return reply_problem(rq, P_NOT_FOUND);
	struct slice state = row_text(res, 0, rows_col(res, "state"));
	if (!slice_is(state, "valid"))
		return reply_not_valid(rq, state);
	st->name = arena_slice(rq->arena, row_text(res, 0, rows_col(res, "number")));
	return print(rq, res, 1);
}

/* ---- GET /v1/exams/{id}/documents.pdf?part=N&without=NUMBER,... ----
 * At most PRESS_PAGES_MAX pages a part. One name that cannot be printed must not keep the others
 * from being printed: the refusal names its certificate, which can then be left out. */

static step_fn batch_begin, batch_load, batch_print;

const struct route route_exam_documents = {
	.name = "exam_documents",
	.method = HTTP_GET,
	.path = "/v1/exams/{id}/documents.pdf",
	.deadline = INIT_SECONDS(60),
	.first = batch_begin,
};

enum { PARTS_MAX = 1000 };

static bool read_part(struct request *rq, int64_t *ret)
{
	struct slice text = request_query(rq, "part");
	uint64_t part = 1;
	if (text.p && (!slice_to_u64(text, &part) || part < 1 || part > PARTS_MAX))
		return false;
	*ret = (int64_t)part;
	return true;
}

static struct step batch_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct document_state *st = request_state(rq, sizeof *st);
	if (!st)
		return reply_out_of_memory(rq);
	if (!uuid_parse(rq->param[0], &st->exam))
		return reply_problem(rq, P_NOT_FOUND);
	if (!read_part(rq, &st->part))
		return reply_problem(rq, P_INVALID_QUERY);
	st->without = request_query(rq, "without");
	return AWAIT_READ(rq, batch_load, CALL(Q_EXAM_VIEW, db_uuid(st->exam)));
}

/* A company gets its own half; everybody else who may, both. */
static struct step batch_load(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct document_state *st = rq->state;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	const struct belongings what = belongings_of(res, "partner");
	if (!auth_owns(rq, &what))
		return reply_problem(rq, P_NOT_OWNER);
	if (rq->who.role == ROLE_COMPANY)
		st->issuer = rq->who.organisation;
	return AWAIT_LANE(rq, batch_print, DB_LONG,
	                  CALL(Q_EXAM_DOCUMENTS, db_uuid(st->exam), db_uuid_or_null(st->issuer),
	                       db_i64((st->part - 1) * PRESS_PAGES_MAX), db_i64(PRESS_PAGES_MAX + 1)));
}

static struct step batch_print(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct document_state *st = rq->state;
	char exam[UUID_TEXT];
	int n = rows_n(res);
	uuid_format(st->exam, exam);
	if (n == 0)
		return reply_problem(rq, P_NO_DOCUMENTS);
	st->name = slice_of(arena_printf(rq->arena, "%s-%d", exam, (int)st->part));
	if (n > PRESS_PAGES_MAX) {
		n = PRESS_PAGES_MAX;
		request_set_header(rq, "Link",
		                   slice_of(arena_printf(rq->arena, "</v1/exams/%s/documents.pdf?part=%d>; "
		                                                    "rel=\"next\"",
		                                         exam, (int)st->part + 1)));
	}
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	return print(rq, res, n);
}
