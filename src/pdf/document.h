/* pdf/document.h - facts to a PDF (ISO 32000-1): A4 pages, one for each certificate, with the
 * signed credentials attached. Pure but for the fonts installed: no clock, no network.
 *
 * A document of many pages is made page by page, so that a caller can do other work between:
 *
 *   pdf_document_add() for every page -> pdf_document_draw() until it says PDF_DRAWN ->
 *   pdf_document_finish() */
#pragma once

#include "pdf/missed.h"
#include "pdf/receipt.h"

/* Fonts, found when the first text is drawn. One for a process. NULL: memory is out. */
struct pdf_fonts;
struct pdf_fonts *pdf_fonts_new(void);
void pdf_fonts_free(struct pdf_fonts *f);

struct pdf_document; /* opaque */

/* fonts must outlive it. NULL: memory is out. */
struct pdf_document *pdf_document_new(struct pdf_fonts *fonts);
void pdf_document_free(struct pdf_document *d); /* NULL is allowed */

/* One more page; copies the facts. 0; E_SYNTAX or E_LIMIT as pdf_facts_check, or a text that does not fit its
 * place even in small print (E_LIMIT); E_REFUSED: no font has fault->character; E_ABSENT: the Chinese fonts
 * are not installed; E_FULL: it has PDF_PAGES_MAX pages; E_NOMEM. After a fault of that page alone
 * (pdf_fault_is_of_page) the document goes on without it, and names it on a last page; after any other it can
 * only be freed. fault->page: which it was of all that were added. */
MUSTUSE int pdf_document_add(struct pdf_document *d, const struct pdf_facts *f,
                               struct pdf_fault *ret);

/* The one page of a document that is a receipt; copies it. As pdf_document_add, but after any fault it can only be
 * freed. */
MUSTUSE int pdf_document_add_receipt(struct pdf_document *d, const struct pdf_receipt *r, struct pdf_fault *ret);

/* Draws the next page. 0; PDF_DRAWN: there is none left; E_LIBRARY or E_NOMEM. */
enum { PDF_DRAWN = 1 };
MUSTUSE int pdf_document_draw(struct pdf_document *d);

/* What it goes on without; lives as long as the document. */
size_t pdf_document_missed(const struct pdf_document *d, const struct missed **ret);

/* Draws what is left and appends the finished file. 0; E_LIMIT: larger than out may become; E_NOMEM; E_LIBRARY: cairo
 * failed, or wrote what cannot be added to. */
MUSTUSE int pdf_document_finish(struct pdf_document *d, struct buf *out);
