/* web/problem_page.h - a problem as who hears of it likes it best (Accept): a page for people, problem+json for
 * programs. Also what net refuses before anybody knows of the request. */
#pragma once

#include "base/arena.h"
#include "http/problem.h"
#include "http/response.h"

struct crypt;

/* In the arena; NULL when that is full. */
struct http_response *problem_answer(const struct problem_report *p, struct slice accept, struct crypt *crypt,
                                     struct arena *a);
