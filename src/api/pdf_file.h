/* api/pdf_file.h - a file from the PDF process, on its way into an answer. */
#pragma once

#include "web/request.h"

#define PDF_PROBLEMS P_PDF_AWAY, P_PDF_BUSY, P_DOCUMENT_TOO_LARGE

struct pdf_file {
	int outcome; /* of pdf/client.h */
	char *p;     /* freed with the request */
	size_t n;
};

/* Keeps what a pdf_done was called with. */
void pdf_file_take(struct request *rq, struct pdf_file *file, int outcome, struct slice bytes);

/* The answer to an outcome that is not 0 and says nothing about a text. */
MUSTUSE struct step pdf_file_failed(struct request *rq, int outcome);

/* The file, offered for saving under this name and ".pdf". */
MUSTUSE struct step pdf_file_reply(struct request *rq, const struct pdf_file *file, struct slice name);
