/* web/problem_page.h - a problem as who hears of it likes it best (Accept): a page for people, problem+json for
 * programs. Also what net refuses before anybody knows of the request. */
#pragma once

#include "base/arena.h"
#include "http/problem.h"
#include "http/response.h"

struct crypt;
struct page_form; /* web/page.h */

/* The form that a page asks with again, filled with what was typed; form NULL: it asks for nothing. */
struct problem_form {
	const struct page_form *form;
	const void *sent; /* as page_form takes it */
};

/* In the arena; NULL when that is full. */
struct http_response *problem_answer(const struct problem_report *p, const struct problem_form *again,
                                     struct slice accept, struct crypt *crypt, struct arena *a);
