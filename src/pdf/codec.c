/* pdf/codec.c - see codec.h. */
#include "pdf/codec.h"

#include "base/outcome.h"
#include "channel/frame.h"
#include "channel/wire.h"

enum { FIELD_MAX = 32, MISSED_MAX = 2 + PDF_PAGES_MAX * (2 + 4 + 1 + FIELD_MAX) }; /* bytes */

const struct channel_service pdf_service = {
	.name = "pdf",
	.version = '2',
	.request_max = PDF_REQUEST_MAX,
	.answer_max = PDF_FILE_MAX + FRAME_HEAD + MISSED_MAX,
	.calls_max = 32,
	.calls_bytes = 32 * MIB,
	.peers_max = 300,
	.waiting_max = 32, /* as many as one client has in flight; server.h has less for all of them */
	.waiting_bytes = 32 * MIB,
	.unread_max = 2 * (PDF_FILE_MAX + FRAME_HEAD + MISSED_MAX),
};

size_t pdf_read_count(struct slice *body)
{
	struct wire_reader r = {.rest = *body};
	size_t n = wire_number(&r, 2);
	if (r.bad || n > PDF_PAGES_MAX)
		return 0;
	*body = r.rest;
	return n;
}

int pdf_read_fault(struct slice body, struct pdf_fault *ret)
{
	struct wire_reader r = {.rest = body};
	*ret = (struct pdf_fault){0};
	if (body.n == 0)
		return 0;
	ret->page = wire_number(&r, 2);
	ret->character = wire_number(&r, 4);
	ret->field = r.bad ? NULL : pdf_field(r.rest);
	return r.bad ? E_SYNTAX : 0;
}

void pdf_write_print(struct buf *b, const struct pdf_facts *facts, size_t n)
{
	wire_put_number(b, n, 2);
	for (size_t i = 0; i < n; i++)
		pdf_facts_write(b, &facts[i]);
}

void pdf_write_fault(struct buf *b, const struct pdf_fault *fault)
{
	wire_put_number(b, fault->page, 2);
	wire_put_number(b, fault->character, 4);
	if (fault->field)
		buf_adds(b, fault->field);
}

int pdf_read_missed(struct slice *body, struct pdf_fault *out, size_t *ret_n)
{
	struct wire_reader r = {.rest = *body};
	size_t n = wire_number(&r, 2);
	if (n > PDF_PAGES_MAX)
		return E_SYNTAX;
	for (size_t i = 0; i < n; i++) {
		out[i].page = wire_number(&r, 2);
		out[i].character = wire_number(&r, 4);
		out[i].field = pdf_field(wire_text(&r, 1, 0, FIELD_MAX));
	}
	if (r.bad)
		return E_SYNTAX;
	*body = r.rest;
	*ret_n = n;
	return 0;
}

void pdf_write_missed(struct buf *b, const struct missed *missed, size_t n)
{
	wire_put_number(b, n, 2);
	for (size_t i = 0; i < n; i++) {
		wire_put_number(b, missed[i].fault.page, 2);
		wire_put_number(b, missed[i].fault.character, 4);
		wire_put_text(b, slice_of(missed[i].fault.field), 1);
	}
}
