/* tests/lib/loopback.h - exchanges without sockets: what net/ does with a connection, done with a
 * text in memory, so that the web layer and every handler can be driven step by step.
 *
 * A visit is one request and what came of it. Its exchange (with arena and head) is freed as soon
 * as the app may no longer touch it, so that a sanitizer sees whoever does. Nothing is allocated
 * after loopback_open, so that tests may let allocations fail from there on. */
#pragma once

#include "base/list.h"
#include "net/exchange.h"

struct loopback; /* opaque */

enum visit_phase {
	VISIT_NEW,
	VISIT_WAITS, /* the app has the head, or the body too */
	VISIT_READS, /* the app wants the body */
	VISIT_OVER,  /* answered, or the client left */
};

enum { VISIT_FIELDS = 4096, VISIT_BODY = 1024 * 1024 };

struct visit {
	struct list node;
	struct loopback *owner;
	enum visit_phase phase;
	struct visit_exchange *x; /* NULL when it is over */
	struct slice sent;        /* the request's body */
	bool body_read;
	/* what came of it; status 0: the client left without an answer */
	int status;
	bool close;
	char fields[VISIT_FIELDS]; /* "Name: value\n" lines, Content-Type and Cache-Control too */
	char body[VISIT_BODY + 1]; /* NUL-terminated */
	size_t body_n;
};

struct visit_request {
	const char *method, *target;
	const char *fields; /* more header lines, each with its CRLF; NULL = none */
	const char *body;   /* NULL = none; must live until the visit is over */
	bool chunked;       /* the length is not announced */
	struct exchange_peer peer; /* zero: the public listener, an unknown address */
	size_t arena_max;   /* 0 = EXCHANGE_ARENA_MAX */
};

struct loopback *loopback_new(const struct exchange_app *app);
void loopback_free(struct loopback *l); /* clients still there leave; NULL is allowed */

/* Parses the request (it must be well-formed); the app does not know of it yet. The visit lives
 * until loopback_free or loopback_forget. */
struct visit *loopback_open(struct loopback *l, const struct visit_request *r);

/* The head reaches the app. */
void loopback_head(struct visit *v);

/* Bodies that are wanted reach the app, too large ones are refused as net does; then exchanges
 * that are over are freed. Returns how many bodies. */
int loopback_run(struct loopback *l);

/* The client leaves, or net gives up on it. */
void loopback_leave(struct visit *v);

/* Frees a visit that is over. */
void loopback_forget(struct visit *v);

/* A field of the answer, or SLICE_NONE. */
struct slice visit_field(const struct visit *v, const char *name);

/* A string or literal member of the answer's outermost object, without quotes (escapes as they
 * are); p == NULL when it is absent. For the JSON that talentd writes: no white space. */
struct slice visit_member(const struct visit *v, const char *name);
