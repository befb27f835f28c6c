/* pdf/codec.h - what goes over the PDF process's channel (channel/frame.h), without I/O.
 *
 *   PRINT     count u16, count facts (pdf/facts.h)  -> count u16 of pages that it goes without, count
 *             (page u16, character u32, name of the text u8 and bytes), the file
 *   RECEIPT   a receipt (pdf/receipt.h)                 -> count u16 0, the file
 *   refused   page u16, character u32, name of the text; or nothing
 *
 * Refused is what is malformed or not printable (E_SYNTAX), a character that no font has (E_REFUSED),
 * a text or file that is too long (E_LIMIT), too much that waits (E_FULL), everything while the
 * Chinese fonts are not installed (E_ABSENT), and what failed (E_NOMEM, E_LIBRARY). */
#pragma once

#include "channel/service.h"
#include "pdf/missed.h"

enum {
	PDF_REQUEST_MAX = 8 * 1024 * 1024, /* of a whole frame to the PDF process */
	PDF_FILE_MAX = 16 * 1024 * 1024,   /* of a document */
};

extern const struct channel_service pdf_service;

enum pdf_request { PDF_PRINT = 1, PDF_RECEIPT = 2 };

/* The count of a PRINT body, 1 to PDF_PAGES_MAX, with *body moved to the first facts; 0 when
 * it is malformed. */
size_t pdf_read_count(struct slice *body);

/* E_SYNTAX: malformed. */
MUSTUSE int pdf_read_fault(struct slice body, struct pdf_fault *ret);

/* What an answer's file goes without, with *body moved to the file: at most PDF_PAGES_MAX into out. E_SYNTAX. */
MUSTUSE int pdf_read_missed(struct slice *body, struct pdf_fault *out, size_t *ret_n);

/* Bodies, appended to a buffer. */
void pdf_write_missed(struct buf *b, const struct missed *missed, size_t n);
void pdf_write_print(struct buf *b, const struct pdf_facts *facts, size_t n);
void pdf_write_fault(struct buf *b, const struct pdf_fault *fault);
