/* web/html.h - HTML written by hand, escaped by default.
 *
 * html_text and html_attr escape; html_raw is for markup that stands in our own source, never for
 * data. Every page is complete without JavaScript; its only style sheet is inline and named by
 * hash in the Content-Security-Policy. */
#pragma once

#include "base/buf.h"
#include "http/language.h"

void html_raw(struct buf *out, const char *markup);
void html_text(struct buf *out, struct slice text);
void html_cstr(struct buf *out, const char *text);

/* ` name="value"` with a leading space. */
void html_attr(struct buf *out, const char *name, struct slice value);

/* One term of a description list; nothing when the value is empty. */
void html_term(struct buf *out, const char *term, struct slice value);

/* Everything up to <main>, with the title escaped. other_language is the address of the same page
 * in the other language. */
void html_begin(struct buf *out, enum lang lang, const char *title, struct slice other_language);
void html_end(struct buf *out, enum lang lang);

/* The Content-Security-Policy that fits html_begin's style sheet. Constant after the first call. */
struct crypt;
struct slice html_policy(struct crypt *crypt);
