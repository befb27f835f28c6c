/* web/declared.h - what a route may answer: what its descriptor says, and what follows from it.
 *
 * run.c asks about every reply. In a build for tests one that is not declared ends the process, so that
 * nothing can be answered that /openapi.json does not say; otherwise it is told in the log. */
#pragma once

#include "web/route.h"

struct http_response;

/* As web_conf's: whether an outcome word of a write function may become that problem. */
typedef bool outcome_gives_fn(struct slice word, enum problem_id problem);

/* Whether the route may answer with that problem: because somebody has to be known, of its path, query,
 * body and object, its waits, the words of its write function, or its own list. */
bool route_gives(const struct route *r, enum problem_id problem, outcome_gives_fn *outcome_gives);

/* Whether one of the route's answers is of that status and media type; in a build for tests, of that body
 * too, when it is JSON of ours. */
bool route_answers(const struct route *r, const struct http_response *response);

/* Whether the route shows whole numbers of identity documents, or there is none in the answer: its body and fields. What
 * asks nobody and may be kept (an example in /openapi.json) has nobody's. Only a build for tests looks. r may be NULL: there is no
 * such route. */
bool route_masks(const struct route *r, const struct http_response *response);

/* Problems that the connection answers with before a route is known, or where there is none. */
bool problem_is_of_connection(enum problem_id problem);
