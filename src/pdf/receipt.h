/* pdf/receipt.h - the receipt of a verification on one page: what was answered, line by line in the words of
 * whoever asks for it, with the signed form attached. Nothing on it looks like a certificate. */
#pragma once

#include "pdf/text.h"

enum { PDF_LINES_MAX = 16 };

/* Texts as of pdf/facts.h. */
struct pdf_receipt {
	struct slice reference; /* names the file and what is attached */
	struct slice title, author;
	struct slice day;  /* YYYY-MM-DD: the file's */
	struct slice url;  /* what the QR code holds: where the record is shown */
	struct slice note; /* what it is and what it is not */
	struct slice jwt;  /* attached as it is */
	size_t n;
	struct pdf_line {
		struct slice label, value;
	} line[PDF_LINES_MAX];
};

/* 0, E_SYNTAX or E_LIMIT, as pdf_facts_check. */
MUSTUSE int pdf_receipt_check(const struct pdf_receipt *r, struct pdf_fault *ret);

/* With all texts in the arena; NULL when it is full. */
struct pdf_receipt *pdf_receipt_copy(struct arena *a, const struct pdf_receipt *r);

/* A byte that no certificate's facts begin with, each text as length u32 and bytes, the number of lines u8, label and
 * value of each. */
void pdf_receipt_write(struct buf *b, const struct pdf_receipt *r);

/* All of in; texts point into it. 0 or E_SYNTAX. */
MUSTUSE int pdf_receipt_read(struct slice in, struct pdf_receipt *ret);

/* Draws the page. r has been checked. Returns as pen_text. */
MUSTUSE int pdf_receipt_draw(struct pen *pen, const struct pdf_receipt *r);
