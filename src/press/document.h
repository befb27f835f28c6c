/* press/document.h - facts to a PDF (ISO 32000-1): A4 pages, one for each certificate, with the
 * signed credentials attached. Pure but for the fonts installed: no clock, no network.
 *
 * A document of many pages is made page by page, so that a caller can do other work between:
 *
 *   press_document_add() for every page -> press_document_draw() until it says PRESS_DRAWN ->
 *   press_document_finish() */
#pragma once

#include "press/facts.h"

/* Fonts, found when the first text is drawn. One for a process. NULL: memory is out. */
struct press_fonts;
struct press_fonts *press_fonts_new(void);
void press_fonts_free(struct press_fonts *f);

struct press_document; /* opaque */

/* fonts must outlive it. NULL: memory is out. */
struct press_document *press_document_new(struct press_fonts *fonts);
void press_document_free(struct press_document *d); /* NULL is allowed */

/* One more page; copies the facts. 0; or, after which the document can only be freed: E_SYNTAX or E_LIMIT as
 * press_facts_check, or a text that does not fit its place even in small print (E_LIMIT);
 * E_REFUSED: no font has fault->character; E_ABSENT: the Chinese fonts are not installed;
 * E_FULL: it has PRESS_PAGES_MAX pages; E_NOMEM. */
MUSTUSE int press_document_add(struct press_document *d, const struct press_facts *f,
                               struct press_fault *ret);

/* Draws the next page. 0; PRESS_DRAWN: there is none left; E_LIBRARY or E_NOMEM. */
enum { PRESS_DRAWN = 1 };
MUSTUSE int press_document_draw(struct press_document *d);

/* Draws what is left and appends the finished file. 0; E_LIMIT: larger than out may become; E_NOMEM; E_LIBRARY: cairo
 * failed, or wrote what cannot be added to. */
MUSTUSE int press_document_finish(struct press_document *d, struct buf *out);
