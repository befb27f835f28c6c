/* web/request.h - one request as handlers see it, the waits and the replies.
 *
 * Everything here lives in the exchange's arena and goes with it. Handlers keep what must outlive
 * a step in rq->state, never on the stack. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "db/db.h"
#include "domain/principal.h"
#include "http/language.h"
#include "http/problem.h"
#include "http/response.h"
#include "text/fields.h"
#include "text/jsonw.h"
#include "web/route.h"
#include "web/step.h"

struct channel;
struct channel_service;
struct crypt;
struct exchange;
struct request_run;
struct view;
struct web;

struct request {
	unsigned magic;
	struct web *web;
	struct exchange *x;
	struct arena *arena;
	const struct route *route;
	union param param[ROUTE_PARAMS_MAX]; /* in order of the path */
	void *query; /* the struct of the route's query table; zero where nothing was given */
	struct slice body;
	enum lang lang;
	const char *id; /* X-Request-Id; lives as long as the exchange */
	struct principal who; /* valid behind the gate; id nil on open routes */
	struct mono deadline;
	void *state; /* of the route's state_size, its body decoded */
	struct fields *errors; /* what is wrong with the body: for routes that answer it themselves */
	step_fn *behind_gate; /* the gate's own: what goes on; NULL: the request, from its beginning */
	step_fn *away; /* NULL, or what answers instead of a problem when the database cannot be asked */
	struct request_run *run; /* the runtime's own */
};

/* The application context that daemon installed (api's struct). */
void *request_app(const struct request *rq);

/* To a helper process; NULL: this process does not ask it. */
struct channel *request_channel(const struct request *rq, const struct channel_service *service);

struct crypt *request_crypt(const struct request *rq);

/* public_url of the configuration, without a slash at its end. */
struct slice request_public_url(const struct request *rq);

/* A request header's value, or SLICE_NONE; name in lower case. */
struct slice request_header(const struct request *rq, const char *name);

/* The parameters of the query that the route has read, but those, each followed by '&': for an address that
 * asks the same otherwise. */
void request_add_query(struct request *rq, const char *const *except, struct buf *out);

/* The client for limits: its IPv4 address or IPv6 /64, as bytes into out. */
enum { CLIENT_BYTES = 9 };
struct slice request_client(const struct request *rq, char out[static CLIENT_BYTES]);

/* ---- waiting ---- */

/* Awaits one pipeline segment (= one transaction). Arguments are copied. DB_WRITE segments whose
 * COMMIT was lost are repeated on a fresh connection until the deadline (write functions repeat
 * safely), then answered 503 outcome_unknown. */
MUSTUSE struct step request_await(struct request *rq, step_fn *next, enum db_lane lane,
                                  const struct db_call *calls, int n_calls);

#define AWAIT_LANE(rq, next, lane, ...) \
	request_await(rq, next, lane, (const struct db_call[]){__VA_ARGS__}, \
	              (int)ARRAY_LEN(((const struct db_call[]){__VA_ARGS__})))
#define AWAIT_READ(rq, next, ...) AWAIT_LANE(rq, next, DB_READ, __VA_ARGS__)
#define AWAIT_WRITE(rq, next, ...) AWAIT_LANE(rq, next, DB_WRITE, __VA_ARGS__)

/* What every write function begins with: who, request id, idempotency key and the fingerprint of what
 * was asked. Lives as long as the request. */
const struct db_context *request_context(struct request *rq);

/* Awaits anything else. The waker calls request_resume or request_fail exactly once, from the
 * loop and never from inside the step; or the client leaves first, and forget(arg) must make sure
 * that neither is called. */
MUSTUSE struct step request_await_event(struct request *rq, step_fn *next, void (*forget)(void *arg),
                                        void *arg);
void request_resume(struct request *rq);
void request_fail(struct request *rq, enum problem_id problem);

/* The arg of what was awaited last of this kind, or what web/helper.h was given. */
void *request_awaited(const struct request *rq);

/* Reads the object of the address anew, and begins with the first step. */
MUSTUSE struct step request_load(struct request *rq);

/* Goes on with another step at once. */
MUSTUSE struct step request_continue(struct request *rq, step_fn *next);

/* ---- replying ---- */

/* The cleared buffer for the response body; valid until the step returns. */
struct buf *request_out(struct request *rq);

/* The same, for the record that the awaited call takes: when it has failed, so has the await. */
struct buf *request_record(struct request *rq);

/* Adds a response header; both must live in the arena or be constants. */
void request_set_header(struct request *rq, const char *name, struct slice value);

/* The body is what was written to request_out. */
MUSTUSE struct step reply(struct request *rq, int status, const char *content_type);
MUSTUSE struct step reply_json(struct request *rq, int status);
/* JSON: the row, as the view shows it. */
MUSTUSE struct step reply_view(struct request *rq, int status, const struct view *v, const void *row);
MUSTUSE struct step reply_empty(struct request *rq, int status);

/* A body that was built elsewhere and outlives the step. */
MUSTUSE struct step reply_bytes(struct request *rq, int status, const char *content_type,
                                struct slice body);

/* problem+json (RFC 9457) in the caller's language. */
MUSTUSE struct step reply_problem(struct request *rq, enum problem_id problem);

/* The same with an extra member, e.g. the assessment that is in the way. */
MUSTUSE struct step reply_problem_about(struct request *rq, enum problem_id problem,
                                        const char *member, struct slice value);

/* With another detail (already in the caller's language; SLICE_NONE keeps the table's) and any
 * members. */
MUSTUSE struct step reply_problem_with(struct request *rq, enum problem_id problem,
                                       struct slice detail, const struct problem_member *members,
                                       size_t n_members);

/* 429 or 503 with another Retry-After than the problem's own, and a detail as above. */
MUSTUSE struct step reply_problem_retry(struct request *rq, enum problem_id problem,
                                        struct slice detail, int64_t seconds);

/* 422 with every invalid field at once. */
MUSTUSE struct step reply_fields(struct request *rq, const struct fields *errors);

/* 400 for a query parameter that the route's table took and the handler cannot; code of
 * text/field_text.h. */
MUSTUSE struct step reply_parameter(struct request *rq, const char *name, const char *code);

/* The arena is full. */
MUSTUSE struct step reply_out_of_memory(struct request *rq);

/* Marks the answer as the repetition of an earlier one. */
void request_replayed(struct request *rq);
