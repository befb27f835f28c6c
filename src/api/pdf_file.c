/* api/pdf_file.c - see pdf_file.h. */
#include "api/pdf_file.h"

#include <stdlib.h>

#include "base/outcome.h"

void pdf_file_take(struct request *rq, struct pdf_file *file, int outcome, struct slice bytes)
{
	*file = (struct pdf_file){.outcome = outcome};
	if (outcome != 0)
		return;
	file->p = malloc(bytes.n);
	file->n = bytes.n;
	if (!file->p || arena_on_dispose(rq->arena, free, file->p) != 0) {
		free(file->p);
		*file = (struct pdf_file){.outcome = E_NOMEM};
		return;
	}
	memcpy(file->p, bytes.p, bytes.n);
}

struct step pdf_file_failed(struct request *rq, int outcome)
{
	switch (outcome) {
	case E_LIMIT:
		return reply_problem(rq, P_DOCUMENT_TOO_LARGE);
	case E_FULL:
		return reply_problem(rq, P_PDF_BUSY);
	case E_TIMEOUT:
		return reply_problem(rq, P_DEADLINE);
	default:
		return reply_problem(rq, P_PDF_AWAY);
	}
}

struct step pdf_file_reply(struct request *rq, const struct pdf_file *file, struct slice name)
{
	char *how = arena_printf(rq->arena, "attachment; filename=\"%.*s.pdf\"", SLICE_ARGS(name));
	if (!how || arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	request_set_header(rq, "Content-Disposition", slice_of(how));
	return reply_bytes(rq, 200, "application/pdf", slice_from(file->p, file->n));
}
