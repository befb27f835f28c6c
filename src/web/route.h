/* web/route.h - what the API offers: one constant descriptor per method and path. */
#pragma once

#include "base/clock.h"
#include "http/head.h"
#include "http/language.h"
#include "web/step.h"

enum { ROUTE_PARAMS_MAX = 4 };

struct decode_table;

struct route {
	const char *name; /* stable; the policy table and the metrics speak of it */
	enum http_method method;
	const char *path;  /* "/v1/exams/{id}/assessments": a {segment} is a parameter */
	const struct decode_table *query; /* its parameters besides lang; NULL: none. rq->query */
	const char *media; /* media type of the body; NULL = the route takes no body */
	size_t body_max;   /* bytes */
	struct duration deadline;
	enum lang speaks; /* to clients that ask for no language; English unless said */
	bool open;         /* anybody may ask: no credential is looked at */
	bool question;     /* a POST that stores nothing, like every GET */
	bool chore;        /* what the clerk asks of itself: its 2xx acknowledges nothing to anybody */
	bool recorded;     /* what it does is also in the journal: it needs one that can be written */
	step_fn *first;
};

/* Whether its caller only wants to know something. (A GET may store what it has made.) */
static inline bool route_asks(const struct route *r)
{
	return r->question || r->method == HTTP_GET;
}

/* Whether a 2xx of it is an acknowledgement: then it comes from a transaction that wrote, also when
 * that only found that all is done, so that it is on the standby too (db/README.md). */
static inline bool route_acknowledges(const struct route *r)
{
	return !route_asks(r) && !r->chore;
}

/* How a path was matched. */
struct route_match {
	const struct route *route; /* NULL = not found or wrong method */
	struct slice param[ROUTE_PARAMS_MAX]; /* in order of the path; still percent-encoded */
	bool path_known;           /* some route has this path, with another method */
	char allow[64];            /* then: the methods it has, for Allow */
};

/* Finds the route of a method and an absolute path without query. HEAD finds GET. The table is
 * a NULL-terminated list of pointers. */
struct route_match route_find(const struct route *const *table, enum http_method method,
                              struct slice path);
