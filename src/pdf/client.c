/* pdf/client.c - the PDF process's one request as a call. */
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

int pdf_print(struct channel *c, const struct pdf_facts *facts, size_t n,
              struct duration limit, pdf_done *done, void *arg, struct channel_call **ret)
{
	int r = 0;
	assert(n >= 1 && n <= PDF_PAGES_MAX);
	struct channel_call *base =
		channel_call_new(c, sizeof(struct pdf_call), PDF_PRINT, print_ended, &r);
	if (!base)
		return r;
	struct pdf_call *call = CONTAINER_OF(base, struct pdf_call, base);
	call->done = done;
	call->arg = arg;
	pdf_write_print(channel_body(base), facts, n);
	return channel_send(base, limit, ret);
}
