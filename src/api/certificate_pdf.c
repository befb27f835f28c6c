/* api/certificate_pdf.c - certificates on paper: one as a PDF, or those of an exam as one file. The PDF process
 * makes them (pdf/client.h); what they say is read here, and who may have them is decided as for
 * the credential.
 *
 * A certificate that is not valid now gets no document: paper cannot say later that it was revoked
 * already when it was printed. */

#include <stdio.h>
#include <stdlib.h>

#include "api/api.h"
#include "api/certificate.h"
#include "api/english_title.h"
#include "api/exam.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "api/pdf_file.h"
#include "api/person.h"
#include "verifying/stored_signature.h"
#include "base/outcome.h"
#include "crypt/encode.h"
#include "http/problem.h"
#include "pdf/client.h"
#include "sql/certificate_document.h"
#include "sql/certificate_print.h"
#include "sql/exam_documents.h"
#include "sql/exam_view.h"
#include "store/registry.h"
#include "text/decode.h"
#include "text/name.h"
#include "web/helper.h"
#include "web/request.h"


#define DOCUMENT_PROBLEMS \
	PDF_PROBLEMS, P_NO_DOCUMENTS, P_CHARACTER_NOT_PRINTABLE, P_DOCUMENT_TEXT_REFUSED, P_STORED_SIGNATURE_FAILED

struct pdf_state {
	struct slice name;     /* of the file, without .pdf */
	struct uuid issuer;    /* batch only; nil = all */
	struct slice without;  /* batch only: numbers to leave out, comma separated */
	struct pdf_facts *facts; /* by page; texts point into the result */
	struct slice *numbers;     /* by page, for faults */
	size_t pages;
	struct pdf_fault fault;
	struct slice missed; /* batch only: certificates that are not in the file, for the header */
	struct pdf_file file;
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

static struct slice day_text(struct request *rq, struct day d)
{
	char text[DAY_TEXT];
	day_format(d, text);
	return slice_of(arena_copy(rq->arena, slice_of(text)));
}

/* A company's title is its own, in English too. */
static struct slice title_en(struct request *rq, enum certificate_kind kind, const struct printed_row *printed)
{
	if (!kind_row(kind)->names_grade)
		return printed->title_en;
	return english_title(rq->arena, printed->occupation_en, printed->work_type_en, printed->level_name_en);
}

static struct pdf_facts facts_of(struct request *rq, const struct proof_row *p,
                                 const struct printed_row *printed)
{
	char code[CODE_TEXT];
	code_format(printed->code, code);
	return (struct pdf_facts){
		.kind = p->kind,
		.holder = p->holder,
		.number = p->number,
		.title = p->title,
		.title_en = title_en(rq, p->kind, printed),
		.occupation = printed->occupation_name,
		.occupation_en = printed->occupation_en,
		.work_type = printed->work_type,
		.work_type_en = printed->work_type_en,
		.level = printed->level_name,
		.level_en = printed->level_name_en,
		.issuer = printed->issuer_name,
		.issuer_en = printed->issuer_en,
		.partner = printed->partner,
		.partner_en = printed->partner_en,
		.issued_on = day_text(rq, printed->issued_on),
		.expires_on = p->expires_on.given ? day_text(rq, p->expires_on.v) : SLICE_NONE,
		.url = qr_text(rq, code),
		.code = slice_of(arena_copy(rq->arena, slice_of(code))),
		.host = slice_skip(request_public_url(rq), strlen("https://")),
		.credential = p->document,
	};
}

/* ---- the wait ---- */

enum { NAMED_MAX = 40 }; /* in the header; all are named in the file */

/* Certificates that are not in the file, as a list of RFC 8941. None: SLICE_NONE. */
static struct slice missed_text(struct request *rq, const struct pdf_fault *fault, size_t n)
{
	const struct pdf_state *st = rq->state;
	struct slice list = SLICE_NONE;
	for (size_t i = 0; i < n && i < NAMED_MAX; i++) {
		const char *field = fault[i].field ? fault[i].field : "text";
		if (fault[i].page >= st->pages)
			continue;
		list = slice_of(arena_printf(rq->arena, "%.*s%s%.*s;field=%s", SLICE_ARGS(list), list.n ? ", " : "",
		                             SLICE_ARGS(st->numbers[fault[i].page]), field));
		if (fault[i].character)
			list = slice_of(arena_printf(rq->arena, "%.*s;character=\"U+%04X\"", SLICE_ARGS(list),
			                             (unsigned)fault[i].character));
	}
	return list;
}

static void on_printed(void *arg, int outcome, struct slice file, const struct pdf_fault *fault, size_t n)
{
	struct request *rq = arg;
	struct pdf_state *st = rq->state;
	st->fault = *fault;
	if (outcome == 0)
		st->missed = missed_text(rq, fault, n);
	if (st->fault.page >= st->pages)
		st->fault.page = 0;
	pdf_file_take(rq, &st->file, outcome, file);
	request_resume(rq);
}

static step_fn printed;

static bool left_out(const struct pdf_state *st, struct slice number)
{
	struct slice without = st->without;
	while (without.n)
		if (slice_eq(slice_cut(&without, ','), number))
			return true;
	return false;
}

/* Makes room for n pages. False: *refused is the reply, as of what follows. */
static bool pages_begin(struct request *rq, size_t n, struct step *refused)
{
	struct pdf_state *st = rq->state;
	if (!request_channel(rq, &pdf_service)) {
		*refused = reply_problem(rq, P_PDF_AWAY);
		return false;
	}
	st->facts = arena_alloc(rq->arena, n * sizeof *st->facts);
	st->numbers = arena_alloc(rq->arena, n * sizeof *st->numbers);
	if (st->facts && st->numbers)
		return true;
	*refused = reply_out_of_memory(rq);
	return false;
}

static bool add_page(struct request *rq, const struct proof_row *p, struct slice signature,
                     const struct printed_row *printed, struct step *refused)
{
	struct pdf_state *st = rq->state;
	if (left_out(st, p->number))
		return true;
	if (!stored_signature_good(rq, p, signature, refused))
		return false;
	st->facts[st->pages] = facts_of(rq, p, printed);
	st->numbers[st->pages++] = arena_slice(rq->arena, p->number);
	if (!arena_failed(rq->arena))
		return true;
	*refused = reply_out_of_memory(rq);
	return false;
}

/* The pages as one file. */
static struct step print(struct request *rq)
{
	struct pdf_state *st = rq->state;
	if (st->pages == 0)
		return reply_problem(rq, P_NO_DOCUMENTS);
	int r = pdf_print(request_channel(rq, &pdf_service), st->facts, st->pages, request_left(rq),
	                  on_printed, rq, request_call(rq));
	if (r == E_LIMIT)
		return reply_problem(rq, P_DOCUMENT_TOO_LARGE);
	if (r < 0)
		return reply_problem(rq, P_PDF_BUSY);
	return request_await_call(rq, printed);
}

/* ---- the answer ---- */

/* Names the certificate, the text and, where one of its characters cannot be drawn, that. */
static struct step reply_fault(struct request *rq, const struct pdf_state *st)
{
	char *character = arena_printf(rq->arena, "U+%04X", (unsigned)st->fault.character);
	bool glyph = st->file.outcome == E_REFUSED;
	const struct problem_member members[] = {
		{.name = "number", .kind = PROBLEM_TEXT, .text = st->numbers[st->fault.page]},
		{.name = "field", .kind = PROBLEM_TEXT, .text = slice_of(st->fault.field ? st->fault.field : "")},
		{.name = "character", .kind = PROBLEM_TEXT, .text = slice_of(character)},
	};
	return reply_problem_with(rq, glyph ? P_CHARACTER_NOT_PRINTABLE : P_DOCUMENT_TEXT_REFUSED,
	                          SLICE_NONE, members, glyph ? 3 : 2);
}

static struct step reply_failure(struct request *rq, const struct pdf_state *st)
{
	int r = st->file.outcome;
	if (r == E_REFUSED || r == E_SYNTAX || (r == E_LIMIT && st->fault.field))
		return reply_fault(rq, st);
	return pdf_file_failed(rq, r);
}

static struct step printed(struct request *rq, const struct db_result *none)
{
	const struct pdf_state *st = rq->state;
	if (st->file.outcome != 0)
		return reply_failure(rq, st);
	if (st->missed.p)
		request_set_header(rq, "Not-Printed", st->missed);
	return pdf_file_reply(rq, &st->file, st->name);
}

/* ---- GET /v1/certificates/{number}/document.pdf ---- */

static step_fn print_one;

static struct step load(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, CERTIFICATE_DOCUMENT_CALL(rq->param[0].text));
}

static int whose(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct certificate_document_row c;
	certificate_document_read(res, row, &c);
	return certificate_whose(&c.belongings, ret);
}

static const struct route_object certificate = {.load = load, .whose = whose};

const struct route route_certificate_document = {
	.name = "certificate_document",
	.method = HTTP_GET,
	.path = "/v1/certificates/{number:certificate}/document.pdf",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &certificate,
	.state_size = sizeof(struct pdf_state),
	.deadline = INIT_SECONDS(10),
	.cache = CACHE_PRIVATE,
	.answers = ANSWERS(MEDIA(200, "application/pdf")),
	.problems = PROBLEMS(P_WRONG_STATE, DOCUMENT_PROBLEMS),
	.first = print_one,
};

static struct step reply_not_valid(struct request *rq, struct slice state)
{
	const struct problem_member why = {.name = "state", .kind = PROBLEM_TEXT, .text = state};
	static const char *const suspended[] = {"该证书已被暂停，暂停期间不提供证书文件。",
	                                        "The certificate is suspended; it has no document meanwhile."};
	static const char *const revoked[] = {"该证书已被撤销，不再提供证书文件。",
	                                      "The certificate is revoked; it has no document any more."};
	const char *const *detail = slice_is(state, "suspended") ? suspended : revoked;
	return reply_problem_with(rq, P_WRONG_STATE, slice_of(detail[rq->lang == LANG_EN]), &why, 1);
}

static struct step print_one(struct request *rq, const struct db_result *rows)
{
	struct certificate_document_row row;
	struct pdf_state *st = rq->state;
	struct step refused;
	certificate_document_read(rows->res[0], 0, &row);
	if (!slice_is(row.state, "valid"))
		return reply_not_valid(rq, row.state);
	st->name = arena_slice(rq->arena, row.proof.number);
	if (!pages_begin(rq, 1, &refused) ||
	    !add_page(rq, &row.proof, row.signature, &row.printed, &refused))
		return refused;
	return print(rq);
}

/* ---- POST /v1/certificates/{number}/conforming-print ----
 * The print of the national form, with the holder's identity document, for the evaluation body, which also
 * hands it to the holder: nobody else has a number from here. What an employer checks is the other one. */

static step_fn conform, identified;

const struct route route_certificate_print = {
	.name = "certificate_print",
	.method = HTTP_POST,
	.path = "/v1/certificates/{number:certificate}/conforming-print",
	.shows_numbers = true,
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &certificate,
	.state_size = sizeof(struct pdf_state),
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(MEDIA(200, "application/pdf")),
	.problems = PROBLEMS(DOCUMENT_PROBLEMS),
	.write = &certificate_print_statement,
	.first = conform,
};

static struct step conform(struct request *rq, const struct db_result *rows)
{
	struct certificate_document_row row;
	struct pdf_state *st = rq->state;
	struct step refused;
	certificate_document_read(rows->res[0], 0, &row);
	if (!slice_is(row.state, "valid"))
		return reply_not_valid(rq, row.state);
	if (!kind_row(row.proof.kind)->names_grade)
		return reply_problem(rq, P_NO_DOCUMENTS);
	st->name = arena_slice(rq->arena, row.proof.number);
	if (!pages_begin(rq, 1, &refused) ||
	    !add_page(rq, &row.proof, row.signature, &row.printed, &refused))
		return refused;
	st->facts = pdf_facts_copy(rq->arena, st->facts); /* the rows are gone at the next step */
	if (!st->facts || !st->name.p)
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, identified,
	                   CERTIFICATE_PRINT_CALL(request_context(rq)->actor, slice_of(rq->id), st->name));
}

static struct step identified(struct request *rq, const struct db_result *rows)
{
	struct certificate_print_row row;
	struct pdf_state *st = rq->state;
	enum id_type type;
	char number[ID_NUMBER_MAX + 1];
	certificate_print_read(rows->res[0], 0, rq->arena, &row);
	if (row.outcome != CERTIFICATE_PRINT_TOLD)
		return reply_outcome(rq, row.outcome);
	if (!id_type_parse(row.id_type, &type) || !person_number(rq, row.person, row.id_cipher, number))
		return reply_sealed(rq, row.person, row.id_key.v);
	st->facts->id_type = slice_of(id_type_name(type));
	st->facts->id_number = slice_of(number); /* until it is on its way: print copies */
	return print(rq);
}

/* ---- GET /v1/exams/{id}/documents.pdf?after=CURSOR&without=NUMBER,... ----
 * At most PDF_PAGES_MAX pages a file; Link names the next one, which begins behind the last certificate of this one,
 * whatever was revoked meanwhile. One name that cannot be printed does not keep the others from being printed: the
 * header Not-Printed and a last page name its certificate. Only when none of them can be, the request is refused.
 * without leaves out what the client does not want. */

/* Where a file ends. */
struct place {
	struct uuid assessment;
	struct slice kind;
};

static const struct cursor_shape place_key = {
	"exam_documents", 2, {CURSOR_KEY(struct place, assessment), CURSOR_KEY(struct place, kind)}};

struct batch_query {
	struct cursor after;
	struct slice without;
};

static const struct decode_field query_fields[] = {
	{.name = "after", .kind = DECODE_OWN, .offset = offsetof(struct batch_query, after), .read = cursor_read,
	 .by = &place_key},
	{.name = "without", .kind = DECODE_STRING, .offset = offsetof(struct batch_query, without)},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields),
                                                sizeof(struct batch_query)};

static step_fn batch_load, batch_print;

const struct route route_exam_documents = {
	.name = "exam_documents",
	.method = HTTP_GET,
	.path = "/v1/exams/{id:uuid}/documents.pdf",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &exam_object,
	.query = &query_table,
	.state_size = sizeof(struct pdf_state),
	.deadline = INIT_SECONDS(60),
	.cache = CACHE_PRIVATE,
	.answers = ANSWERS(MEDIA(200, "application/pdf")),
	.problems = PROBLEMS(DOCUMENT_PROBLEMS),
	.first = batch_load,
};

/* A company gets its own half; everybody else who may, both. */
static struct step batch_load(struct request *rq, const struct db_result *rows)
{
	const struct batch_query *q = rq->query;
	struct pdf_state *st = rq->state;
	st->without = q->without;
	if (rq->who.role == ROLE_COMPANY)
		st->issuer = rq->who.organisation;
	return AWAIT_LANE(rq, batch_print, DB_LONG,
	                  EXAM_DOCUMENTS_CALL(rq->param[0].uuid, st->issuer, q->after.key[0].uuid, q->after.key[1].text,
	                                      PDF_PAGES_MAX + 1));
}

static struct step batch_print(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct exam_documents_row row;
	struct pdf_state *st = rq->state;
	struct step refused;
	char exam[UUID_TEXT];
	int n = rows_n(res);
	uuid_format(rq->param[0].uuid, exam);
	if (n == 0)
		return reply_problem(rq, P_NO_DOCUMENTS);
	exam_documents_read(res, 0, &row);
	st->name = slice_of(arena_printf(rq->arena, "%s-%.*s", exam, SLICE_ARGS(row.proof.number)));
	if (n > PDF_PAGES_MAX) {
		n = PDF_PAGES_MAX;
		exam_documents_read(res, n - 1, &row);
		struct place end = {row.assessment, slice_of(kind_code(row.proof.kind))};
		listing_link_next(rq, &place_key, &end, 0);
	}
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	if (!pages_begin(rq, (size_t)n, &refused))
		return refused;
	for (int i = 0; i < n; i++) {
		exam_documents_read(res, i, &row);
		if (!add_page(rq, &row.proof, row.signature, &row.printed, &refused))
			return refused;
	}
	return print(rq);
}
