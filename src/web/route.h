/* web/route.h - what the API offers: one constant descriptor per method and path. */
#pragma once

#include "base/clock.h"
#include "base/uuid.h"
#include "db/rows.h"
#include "domain/principal.h"
#include "http/head.h"
#include "http/language.h"
#include "http/problem.h"
#include "text/decode.h"
#include "text/shape.h"
#include "web/step.h"

struct fields;
struct page_form; /* web/page.h */

enum { ROUTE_PARAMS_MAX = 4 };

/* What a {name:type} in a path may be; what is none is 404. */
enum param_kind {
	PARAM_TEXT,        /* {name}: any text */
	PARAM_UUID,        /* {name:uuid} */
	PARAM_INTEGER,     /* {name:integer}: 1 to 2^31-1, without zeros before it */
	PARAM_CERTIFICATE, /* {name:certificate}: a certificate's number, folded (text/name.h) */
	PARAM_PATH,        /* {name:path}, last: all that follows, one segment or more */
};

/* The value, decoded: the type in the route's path says which. */
union param {
	struct slice text; /* PARAM_TEXT, PARAM_CERTIFICATE, PARAM_PATH */
	struct uuid uuid;
	int64_t integer;
};

/* An object with an owner. */
struct route_object {
	/* Awaits the read of the one that the address names; NULL: of a list, whose rows are judged one
	 * by one (api/listing.h). */
	struct step (*load)(struct request *rq, step_fn *next);
	/* Whose the object of a row is. 0 or E_NOMEM. */
	int (*whose)(struct request *rq, const PGresult *res, int row, struct belongings *ret);
};

/* A way to answer that is no problem. */
struct route_answer {
	int status;
	const char *media; /* NULL: it has no body */
	/* Of JSON that is our own: what it looks like or, of a page of a list, each of its items. NULL: a
	 * standard says. */
	const struct shape *shape;
	bool page;
};

#define JSON_OF(status, shape) {status, "application/json", &(shape), false}
#define JSON_VIEW(status, shown) {status, "application/json", SHAPE_OF(shown), false}
/* A page of a list, to who likes that better (Accept) as CSV. */
#define CSV_TYPE "text/csv; charset=utf-8"
#define VIEW_PAGE(shown) {200, "application/json", SHAPE_OF(shown), true}, MEDIA(200, CSV_TYPE)
#define HTML_PAGE MEDIA(200, "text/html; charset=utf-8")
#define NO_BODY(status) {status, NULL, NULL, false}
#define MEDIA(status, type) {status, type, NULL, false}
#define ANSWERS(...) ((const struct route_answer[]){__VA_ARGS__, {0}})
#define PROBLEMS(...) ((const enum problem_id[]){__VA_ARGS__, P_NONE})

/* What anybody may keep for some minutes; what its reader may keep and must ask about. */
#define CACHE_PUBLIC "public, max-age=300"
#define CACHE_PRIVATE "private, no-cache"

struct route {
	const char *name; /* stable; logs and the auditor's matrix speak of it */
	enum http_method method;
	const char *path;  /* "/v1/exams/{id:uuid}/assessments": a {segment} is a parameter */
	const struct decode_table *query; /* its parameters besides lang; NULL: none. rq->query */
	const char *media; /* media type of the body; NULL = the route takes no body */
	size_t body_max;   /* bytes */
	/* Of a JSON body: decoded into rq->state, which its struct begins. NULL: none, or no JSON. */
	const struct decode_table *body;
	const struct decode_table *form; /* the same of a form (web/form.h) */
	const struct page_form *again; /* on the page of a problem: that form, with what was typed. NULL: none */
	size_t depth;        /* it may nest so deep; 0: as most do (web/body.c) */
	/* Adds what the table cannot say. 0 or E_NOMEM. */
	int (*check)(struct request *rq, void *state, struct fields *errors);
	bool answers_fields; /* the handler: what is wrong depends on what it loads. rq->errors */
	size_t state_size;   /* of rq->state, zeroed; 0: as the body's struct, or none */
	struct duration deadline;
	unsigned roles;      /* union of enum role: who may ask; of an open route, who when it needs somebody */
	enum right right;    /* how far the caller must be trusted; 0: to ask takes reads, to change what is an
	                      * organisation's submits, to change what is the registry's manages */
	enum ownership own;  /* what of the object besides */
	/* With OWN_ORG. Loaded and judged by the runtime, behind the body: the first step has its rows.
	 * NULL: what is stored becomes the caller's own. */
	const struct route_object *object;
	enum lang speaks; /* to clients that ask for no language; English unless said */
	bool open;         /* anybody may ask: no credential is looked at. Otherwise the default is no */
	bool question;     /* a POST that stores nothing, like every GET */
	bool internal;     /* for background jobs of this process (jobs/internal.h), on no listener: its 2xx
	                    * acknowledges nothing to anybody */
	bool recorded;     /* what it does is also in the journal: it needs one that can be written */
	bool local;        /* nobody else is asked: neither PostgreSQL nor a helper */
	/* It answers with whole numbers of identity documents: a POST that is no question, so that what was shown to whom is
	 * written down before (run.c), and nobody keeps it. All other routes show them masked (declared.h). */
	bool shows_numbers;
	bool while_suspended; /* callers of an organisation that is suspended or has ended are let in, too */
	bool shared;       /* pages of any origin may read it (CORS), and ask whether they may (OPTIONS) */
	/* Cache-Control of its 200, which then has an entity tag: to who has that, the route answers 304 besides
	 * its answers. A constant; NULL: no-store. */
	const char *cache;
	const struct route_answer *answers; /* ANSWERS(...): all of them; web/declared.h */
	const enum problem_id *problems;    /* PROBLEMS(...): those that follow from nothing else here */
	const int *write;  /* the statement whose outcome words become problems */
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
	return !route_asks(r) && !r->internal;
}

/* Whether an address of that path says exactly what it must: programs ask there. */
static inline bool route_is_strict(const char *path)
{
	return strncmp(path, "/v1/", 4) == 0;
}

static inline enum right route_right(const struct route *r)
{
	return r->right                   ? r->right
	       : route_asks(r)            ? RIGHT_READS
	       : r->own == OWN_REGISTRY ? RIGHT_MANAGES
	                                  : RIGHT_SUBMITS;
}

/* Whether this caller may ask for the route at all. Whose the object is, is another question. */
bool route_admits(const struct route *r, const struct principal *who);

/* What somebody of that role may do there: "-" nothing; "all"; "own" what is its organisation's;
 * "partner" what its organisation partners; "district" what lies in its districts; "city" all, and
 * only without a limit to districts; "open" all, and so may anybody. */
const char *route_access(const struct route *r, enum role role);

static inline size_t route_state_size(const struct route *r)
{
	const struct decode_table *table = r->body ? r->body : r->form;
	return r->state_size == 0 && table ? table->size : r->state_size;
}

/* How a path was matched. */
struct route_match {
	const struct route *route; /* NULL = not found or wrong method */
	struct slice param[ROUTE_PARAMS_MAX]; /* in order of the path; still percent-encoded */
	enum param_kind kind[ROUTE_PARAMS_MAX];
	bool path_known;           /* some route has this path, with another method */
	char allow[64];            /* then: the methods it has, for Allow */
	bool shared;               /* then: one of them is */
};

/* Finds the route of a method and an absolute path without query. HEAD finds GET. Outside /v1, where people
 * type addresses and applications append to them, slashes too many and escaped line ends behind the path
 * mean nothing. The table is a NULL-terminated list of pointers. */
struct route_match route_find(const struct route *const *table, enum http_method method,
                              struct slice path);
