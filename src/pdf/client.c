/* pdf/client.c - the PDF process's requests as calls. */
#include "pdf/client.h"

#include <assert.h>

#include "base/outcome.h"

struct pdf_call {
	struct channel_call base; /* first */
	pdf_done *done;
	void *arg;
};

static bool print_ended(struct channel_call *base, int outcome, struct slice body)
{
	const struct pdf_call *call = CONTAINER_OF(base, struct pdf_call, base);
	struct pdf_fault fault[PDF_PAGES_MAX] = {{0}};
	size_t n = 1;
	if (outcome == 0 ? pdf_read_missed(&body, fault, &n) != 0 || body.n == 0 : pdf_read_fault(body, fault) != 0)
		return false;
	call->done(call->arg, outcome, outcome ? SLICE_NONE : body, fault, n);
	return true;
}

/* A call whose body is still to be written. */
static struct channel_call *begin(struct channel *c, enum pdf_request what, pdf_done *done, void *arg, int *r)
{
	struct channel_call *base = channel_call_new(c, sizeof(struct pdf_call), (uint8_t)what, print_ended, r);
	if (!base)
		return NULL;
	struct pdf_call *call = CONTAINER_OF(base, struct pdf_call, base);
	call->done = done;
	call->arg = arg;
	return base;
}

int pdf_print(struct channel *c, const struct pdf_facts *facts, size_t n,
              struct duration limit, pdf_done *done, void *arg, struct channel_call **ret)
{
	int r = 0;
	assert(n >= 1 && n <= PDF_PAGES_MAX);
	struct channel_call *base = begin(c, PDF_PRINT, done, arg, &r);
	if (!base)
		return r;
	pdf_write_print(channel_body(base), facts, n);
	return channel_send(base, limit, ret);
}

int pdf_print_receipt(struct channel *c, const struct pdf_receipt *receipt, struct duration limit,
                      pdf_done *done, void *arg, struct channel_call **ret)
{
	int r = 0;
	struct channel_call *base = begin(c, PDF_RECEIPT, done, arg, &r);
	if (!base)
		return r;
	pdf_receipt_write(channel_body(base), receipt);
	return channel_send(base, limit, ret);
}
