/* tests/unit/test_certificate_pdf.c - the routes of documents over a scripted database and PDF process: who
 * gets what, what is asked of the printer, and what its answers become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "../lib/fake_channel.h"
#include "../lib/office.h"
#include "base/outcome.h"
#include "pdf/client.h"

#define NUMBER "S000031000123264000001"
#define ONE "/v1/certificates/" NUMBER "/document.pdf"
#define BATCH "/v1/exams/" OFFICE_EXAM "/documents.pdf"
#define FACT_COLUMNS \
	"number kind holder title occupation_name occupation_en work_type work_type_en level_name " \
	"level_name_en issuer_name issuer_en partner issued_on expires_on code document signature"
#define FACTS \
	NUMBER, "skill_grade", "张伟", "互联网营销师 四级/中级工", "互联网营销师", "Internet marketing", \
		"直播销售员", NULL, "四级/中级工", "intermediate worker", "评价中心", NULL, "星播", "2026-11-20", \
		NULL, "\\x00112233445566778899aabbccddeeff", "{\"signed\":1}", "passed"

struct world {
	struct office *o;
	struct fake_channel printer;
	/* Of what was asked last: */
	size_t n;
	enum certificate_kind kind;
	char url[128], holder[32], host[64], expires_on[16];
};

static bool is_asked(const struct world *w)
{
	return fake_channel_first(&w->printer);
}

static void read_request(struct world *w)
{
	struct pdf_facts f;
	assert_true(is_asked(w));
	struct slice body = fake_channel_request(fake_channel_first(&w->printer));
	w->n = pdf_read_count(&body);
	assert_int_equal(pdf_facts_read(&body, &f), 0);
	w->kind = f.kind;
	snprintf(w->url, sizeof w->url, "%.*s", SLICE_ARGS(f.url));
	snprintf(w->holder, sizeof w->holder, "%.*s", SLICE_ARGS(f.holder));
	snprintf(w->host, sizeof w->host, "%.*s", SLICE_ARGS(f.host));
	snprintf(w->expires_on, sizeof w->expires_on, "%.*s", SLICE_ARGS(f.expires_on));
}

static void answer(struct world *w, int outcome, const char *file, const struct pdf_fault *fault)
{
	struct buf body = BUF_INIT(MIB);
	if (outcome == 0) {
		const struct missed one = {SLICE(NUMBER), fault ? *fault : (struct pdf_fault){0}};
		pdf_write_missed(&body, &one, fault != NULL);
		buf_adds(&body, file);
	}
	else if (fault)
		pdf_write_fault(&body, fault);
	assert_true(fake_channel_answer(&w->printer, outcome, buf_slice(&body)));
	buf_free(&body);
	office_run(w->o);
}

static void certificate_is(struct world *w, const char *state)
{
	fake_db_always(w->o->db, Q_CERTIFICATE_DOCUMENT,
	               FAKE_ROW(FACT_COLUMNS " state body company district", FACTS, state, OFFICE_BODY,
	                        OFFICE_COMPANY, "310105"));
}

static struct visit *ask(struct world *w, const char *target)
{
	struct visit *v = office_ask(w->o, "GET", target, NULL);
	office_run(w->o);
	return v;
}

static void expect_problem(const struct visit *v, int status, const char *code)
{
	assert_int_equal(v->status, status);
	assert_true(slice_is(visit_member(v, "code"), code));
}

/* ---- one ---- */

static void test_one(void **state)
{
	struct world *w = *state;
	certificate_is(w, "valid");
	struct visit *v = ask(w, "/v1/certificates/s0000%2031000123%20264000001/document.pdf");
	assert_true(slice_is(fake_db_arg(w->o->db, Q_CERTIFICATE_DOCUMENT, 0), NUMBER));
	read_request(w);
	assert_int_equal(w->n, 1);
	assert_int_equal(w->kind, KIND_SKILL_GRADE);
	assert_string_equal(w->url, "HTTPS://LOCALHOST:8443/V/0024H36H2NCSVRH6DAQF6DVVQZ");
	assert_string_equal(w->host, "localhost:8443");
	assert_string_equal(w->holder, "张伟");
	assert_string_equal(w->expires_on, "");
	answer(w, 0, "%PDF-1.4 ...", NULL);
	assert_int_equal(v->status, 200);
	assert_string_equal(v->body, "%PDF-1.4 ...");
	assert_true(slice_is(visit_field(v, "Content-Type"), "application/pdf"));
	assert_true(slice_is(visit_field(v, "Content-Disposition"),
	                     "attachment; filename=\"" NUMBER ".pdf\""));
	assert_true(slice_is(visit_field(v, "Cache-Control"), "private, no-cache"));
	/* The entity tag follows the bytes. */
	char tag[80], fields[700];
	snprintf(tag, sizeof tag, "%.*s", SLICE_ARGS(visit_field(v, "ETag")));
	assert_int_equal(tag[0], '"');
	snprintf(fields, sizeof fields, "%sIf-None-Match: %s\r\n", w->o->fields, tag);
	for (int same = 1; same >= 0; same--) {
		v = loopback_open(w->o->loop, &(struct visit_request){
			.method = "GET", .target = ONE, .fields = fields});
		loopback_head(v);
		office_run(w->o);
		answer(w, 0, same ? "%PDF-1.4 ..." : "%PDF-1.4 other", NULL);
		assert_int_equal(v->status, same ? 304 : 200);
		assert_int_equal(v->body_n, same ? 0 : 14);
	}
}

static void test_not_yours_or_none(void **state)
{
	struct world *w = *state;
	certificate_is(w, "valid");
	office_caller(w->o, "institution", OFFICE_COMPANY, "active");
	expect_problem(ask(w, ONE), 404, "not_found");
	office_caller(w->o, "employer", NULL, "active");
	expect_problem(ask(w, ONE), 403, "forbidden");
	office_caller(w->o, "institution", OFFICE_BODY, "active");
	fake_db_always(w->o->db, Q_CERTIFICATE_DOCUMENT,
	               FAKE_NONE(FACT_COLUMNS " state body company district"));
	expect_problem(ask(w, ONE), 404, "not_found");
	assert_false(is_asked(w));
}

static void test_not_valid(void **state)
{
	static const char *const states[] = {"revoked", "suspended", "void"};
	struct world *w = *state;
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		certificate_is(w, states[i]);
		struct visit *v = ask(w, ONE);
		expect_problem(v, 409, "wrong_state");
		assert_true(slice_is(visit_member(v, "state"), states[i]));
		assert_false(is_asked(w));
	}
}

static void test_what_the_press_says(void **state)
{
	static const struct {
		int outcome;
		struct pdf_fault fault;
		int status;
		const char *code;
	} cases[] = {
		{E_REFUSED, {0x20BB7, "holder", 0}, 409, "character_not_printable"},
		{E_REFUSED, {0x20BB7, NULL, 7}, 409, "character_not_printable"}, /* nonsense, but safe */
		{E_LIMIT, {0, "title", 0}, 409, "document_text_refused"},
		{E_LIMIT, {0, NULL, 0}, 409, "document_too_large"},
		{E_SYNTAX, {0, "number", 0}, 409, "document_text_refused"},
		{E_FULL, {0, NULL, 0}, 503, "pdf_busy"},
		{E_TIMEOUT, {0, NULL, 0}, 503, "deadline"},
		{E_CLOSED, {0, NULL, 0}, 503, "pdf_away"},
		{E_ABSENT, {0, NULL, 0}, 503, "pdf_away"},
		{E_NOMEM, {0, NULL, 0}, 503, "pdf_away"},
	};
	struct world *w = *state;
	certificate_is(w, "valid");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct visit *v = ask(w, ONE);
		answer(w, cases[i].outcome, "", &cases[i].fault);
		expect_problem(v, cases[i].status, cases[i].code);
		assert_int_equal(visit_field(v, "Retry-After").n > 0, cases[i].status == 503);
		if (cases[i].outcome == E_REFUSED) {
			assert_true(slice_is(visit_member(v, "character"), "U+20BB7"));
			assert_true(slice_is(visit_member(v, "number"), NUMBER));
		}
	}
	w->printer.refuse = E_FULL;
	expect_problem(ask(w, ONE), 503, "pdf_busy");
	w->printer.refuse = E_LIMIT;
	expect_problem(ask(w, ONE), 409, "document_too_large");
}

static void test_client_leaves(void **state)
{
	struct world *w = *state;
	certificate_is(w, "valid");
	struct visit *v = ask(w, ONE);
	assert_true(is_asked(w));
	loopback_leave(v);
	assert_false(is_asked(w)); /* cancelled */
}

/* ---- the conforming print ---- */

#define CONFORMING "/v1/certificates/" NUMBER "/conforming-print"

static struct visit *ask_conforming(struct world *w)
{
	struct visit *v = office_ask(w->o, "POST", CONFORMING, NULL);
	office_run(w->o);
	return v;
}

/* A number that does not open is not printed as something else, nor is the certificate without it. */
static void a_number_that_does_not_open(void **state)
{
	static const char *const boxes[] = {"\\x00", "\\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"};
	struct world *w = *state;
	certificate_is(w, "valid");
	for (size_t i = 0; i < ARRAY_LEN(boxes); i++) {
		fake_db_answer_one(w->o->db, F_CERTIFICATE_PRINT,
		                   FAKE_ROW("outcome person id_type id_cipher id_key", "told", OFFICE_BODY, "resident_id",
		                            boxes[i], "1"));
		expect_problem(ask_conforming(w), 500, "internal");
		assert_false(is_asked(w));
	}
	fake_db_answer_one(w->o->db, F_CERTIFICATE_PRINT,
	                   FAKE_ROW("outcome person id_type id_cipher id_key", "wrong_state", NULL, NULL, NULL, NULL));
	expect_problem(ask_conforming(w), 409, "wrong_state"); /* revoked meanwhile */
	certificate_is(w, "suspended");
	expect_problem(ask_conforming(w), 409, "wrong_state");
	office_caller(w->o, "company", OFFICE_COMPANY, "active");
	expect_problem(ask_conforming(w), 403, "forbidden");
}

/* ---- the batch ---- */

#define EXAM_COLUMNS "id body partner district"
#define LAST_ASSESSMENT "00000000-0000-4000-8000-0000000000a1"

static void exam_has(struct world *w, int rows)
{
	static const char *const row[] = {FACTS, LAST_ASSESSMENT};
	enum { COLUMNS = ARRAY_LEN(row) };
	const char **cells = calloc((size_t)rows * COLUMNS + 1, sizeof *cells);
	assert_non_null(cells);
	for (int i = 0; i < rows * COLUMNS; i++)
		cells[i] = row[i % COLUMNS];
	fake_db_always(w->o->db, Q_EXAM_VIEW,
	               FAKE_ROW(EXAM_COLUMNS, OFFICE_EXAM, OFFICE_BODY, OFFICE_COMPANY, "310105"));
	fake_db_always(w->o->db, Q_EXAM_DOCUMENTS, fake_rows(FACT_COLUMNS " assessment", rows, cells));
	free(cells);
}

static void test_batch(void **state)
{
	struct world *w = *state;
	exam_has(w, 3);
	struct visit *v = ask(w, BATCH);
	assert_int_equal(fake_db_lane(w->o->db, Q_EXAM_DOCUMENTS), DB_LONG);
	assert_null(fake_db_arg(w->o->db, Q_EXAM_DOCUMENTS, 1).p); /* both halves */
	assert_null(fake_db_arg(w->o->db, Q_EXAM_DOCUMENTS, 2).p); /* from the beginning */
	read_request(w);
	assert_int_equal(w->n, 3);
	answer(w, 0, "%PDF", NULL);
	assert_int_equal(v->status, 200);
	assert_true(slice_is(visit_field(v, "Content-Disposition"),
	                     "attachment; filename=\"" OFFICE_EXAM "-" NUMBER ".pdf\""));
	assert_null(visit_field(v, "Link").p);
}

/* A file goes on behind the last certificate of the one before, and leaves out what that left out. */
static void test_batch_in_parts(void **state)
{
	struct world *w = *state;
	char next[400];
	exam_has(w, PDF_PAGES_MAX + 1);
	struct visit *v = ask(w, BATCH "?without=XINGBO-2026-00000001");
	read_request(w);
	assert_int_equal(w->n, PDF_PAGES_MAX);
	answer(w, 0, "%PDF", NULL);
	assert_int_equal(v->status, 200);
	struct slice link = visit_field(v, "Link");
	assert_true(slice_starts(link, SLICE("<" BATCH "?without=XINGBO-2026-00000001&after=")));
	snprintf(next, sizeof next, "%.*s", (int)(strcspn(link.p, ">") - 1), link.p + 1);
	ask(w, next);
	assert_true(slice_is(fake_db_arg(w->o->db, Q_EXAM_DOCUMENTS, 2), LAST_ASSESSMENT));
	assert_true(slice_is(fake_db_arg(w->o->db, Q_EXAM_DOCUMENTS, 3), "skill_grade"));
	assert_true(slice_is(fake_db_arg(w->o->db, Q_EXAM_DOCUMENTS, 4), "501"));
	read_request(w);
	answer(w, 0, "%PDF", NULL);
	expect_problem(ask(w, BATCH "?part=2"), 400, "invalid_query");
	exam_has(w, 0);
	expect_problem(ask(w, BATCH), 409, "no_documents");
	expect_problem(ask(w, "/v1/exams/x/documents.pdf"), 404, "not_found");
}

static void test_batch_of_a_company(void **state)
{
	struct world *w = *state;
	exam_has(w, 2);
	office_caller(w->o, "company", OFFICE_COMPANY, "active");
	ask(w, BATCH);
	assert_true(slice_is(fake_db_arg(w->o->db, Q_EXAM_DOCUMENTS, 1), OFFICE_COMPANY));
	answer(w, 0, "%PDF", NULL);
	office_caller(w->o, "company", OFFICE_BODY, "active");
	expect_problem(ask(w, BATCH), 404, "not_found");
	fake_db_always(w->o->db, Q_EXAM_VIEW, FAKE_NONE(EXAM_COLUMNS));
	expect_problem(ask(w, BATCH), 404, "not_found");
}

/* The same row of a batch that is named is the one that cannot be printed. */
static void test_batch_fault(void **state)
{
	struct world *w = *state;
	exam_has(w, 3);
	struct visit *v = ask(w, BATCH);
	const struct pdf_fault fault = {0xE000, "holder", 2};
	answer(w, E_REFUSED, "", &fault);
	expect_problem(v, 409, "character_not_printable");
	assert_true(slice_is(visit_member(v, "character"), "U+E000"));
	assert_true(slice_is(visit_member(v, "field"), "holder"));
	expect_problem(ask(w, BATCH "?without=" NUMBER), 409, "no_documents"); /* all have this one */
	v = ask(w, BATCH "?without=S000031000123264000002,");
	read_request(w);
	assert_int_equal(w->n, 3);
	answer(w, 0, "%PDF", NULL);
	assert_int_equal(v->status, 200);
}

/* The others are printed; which is missing is said. */
static void the_rest_is_printed(void **state)
{
	struct world *w = *state;
	exam_has(w, 3);
	struct visit *v = ask(w, BATCH);
	answer(w, 0, "%PDF", &(struct pdf_fault){0xE000, "holder", 2});
	assert_int_equal(v->status, 200);
	assert_true(slice_is(visit_field(v, "Not-Printed"), NUMBER ";field=holder;character=\"U+E000\""));
	v = ask(w, BATCH);
	answer(w, 0, "%PDF", &(struct pdf_fault){0, "title", 0});
	assert_true(slice_is(visit_field(v, "Not-Printed"), NUMBER ";field=title"));
	v = ask(w, BATCH);
	answer(w, 0, "%PDF", NULL);
	assert_null(visit_field(v, "Not-Printed").p);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	if (!w)
		return -1;
	w->o = office_new(false);
	fake_channel_init(&w->printer, &pdf_service);
	w->o->channel[w->o->channels.n++] = &w->printer.base;
	office_caller(w->o, "institution", OFFICE_BODY, "active");
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	fake_channel_close(&w->printer);
	office_free(w->o);
	free(w);
	return 0;
}

int main(void)
{
#define IN_AN_OFFICE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		IN_AN_OFFICE(test_one),
		IN_AN_OFFICE(test_not_yours_or_none),
		IN_AN_OFFICE(test_not_valid),
		IN_AN_OFFICE(test_what_the_press_says),
		IN_AN_OFFICE(test_client_leaves),
		IN_AN_OFFICE(a_number_that_does_not_open),
		IN_AN_OFFICE(test_batch),
		IN_AN_OFFICE(test_batch_in_parts),
		IN_AN_OFFICE(test_batch_of_a_company),
		IN_AN_OFFICE(test_batch_fault),
		IN_AN_OFFICE(the_rest_is_printed),
	};
	return cmocka_run_group_tests_name("document api", tests, NULL, NULL);
}
