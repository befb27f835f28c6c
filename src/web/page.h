/* web/page.h - the layout that every page shares, and the pieces that pages are put together from.
 *
 *     struct html h = page_start(rq, title);
 *     ... elements of main ...
 *     return page_reply(rq, &h);
 *
 * Every page is complete without JavaScript; its only style sheet is inline and named by hash in the
 * Content-Security-Policy that page_reply sends with it. */
#pragma once

#include "text/view.h"
#include "web/html.h"
#include "web/request.h"

/* Everything up to <main>, in the language of the request, with a link to the other one. */
struct html page_start(struct request *rq, struct slice title);

/* The rest, and 200 with the headers of a page. */
MUSTUSE struct step page_reply(struct request *rq, struct html *h);

/* page_start and page_reply without a request: page_head's document is ended by page_foot, and page_fields
 * has the headers that go with it besides its language. */
struct html page_head(struct buf *out, enum lang lang, struct slice title);
void page_foot(struct html *h);
void page_fields(struct http_response *r, struct crypt *crypt);
#define PAGE_TYPE "text/html; charset=utf-8"

/* ---- inside a DL ---- */

/* A term and what it is here; nothing when the value is empty. */
void page_term(struct html *h, enum word term, struct slice value);
/* The same for letters and digits that are read off and typed: broken behind hyphens, never within. */
void page_term_code(struct html *h, enum word term, struct slice code);
void page_term_word(struct html *h, enum word term, enum word value);
void page_term_link(struct html *h, enum word term, struct slice address);

/* A term for each of these fields of a struct that has something to say. */
struct page_row {
	enum word term;
	struct view_field field;
	bool code; /* page_term_code */
};
void page_terms(struct html *h, const struct page_row *rows, size_t n, const void *of);

/* ---- inside a TABLE ---- */

/* The row of headings: PAGE_COLUMNS(h, W_STATE, W_KEY_ID). */
void page_columns(struct html *h, const enum word *columns, size_t n);
#define PAGE_COLUMNS(h, ...) \
	page_columns(h, (const enum word[]){__VA_ARGS__}, \
	             ARRAY_LEN(((const enum word[]){__VA_ARGS__})))

/* ---- forms ---- */

struct page_field {
	const struct decode_field *sent; /* of the route's form: its name, and at most so many characters */
	enum word label;
	bool code; /* capitals and digits: not to be spelled or corrected */
};

enum { PAGE_FIELDS = 4 };
struct page_form {
	const char *action; /* a path; NULL: the page's own address */
	const struct page_field *fields[PAGE_FIELDS]; /* up to the first NULL */
	enum word button, note; /* note may be W_NONE */
};

/* sent: what the fields are filled with, the struct that their form is read into; or NULL. */
void page_form(struct html *h, const struct page_form *form, const void *sent);

/* ---- signs ---- */

/* A tick, an exclamation mark, a cross: told apart without colour. */
enum page_sign { SIGN_GOOD, SIGN_WARN, SIGN_BAD, SIGN_COUNT };

/* The class of the section that it heads. */
const char *page_sign_class(enum page_sign sign);

/* Says nothing to who listens: the words beside it do. */
void page_sign(struct html *h, enum page_sign sign);
