/* web/run.h - what the runtime's own files share; handlers have no use for it. */
#pragma once

#include "db/db.h"
#include "http/response.h"
#include "telemetry/log.h"
#include "web/request.h"
#include "web/web.h"

/* One enum, never flags beside it. */
enum run_phase {
	RUN_STEP = 0, /* a step is on the stack */
	RUN_BODY,     /* net reads the body */
	RUN_DATABASE, /* a segment is in flight */
	RUN_EVENT,    /* somebody else will resume */
};

struct request_run {
	enum run_phase phase;
	struct mono started;
	step_fn *next;
	/* RUN_DATABASE */
	struct db_ticket *ticket;
	enum db_lane lane;
	const struct db_call *calls;
	int n_calls;
	bool doubtful; /* an earlier try of this write may have happened */
	bool wrote;    /* an earlier write of this request has happened */
	bool record;   /* the step has put its record into the scratch buffer */
	struct channel_call *recording; /* its outcome is being recorded: RUN_EVENT */
	struct db_result *recorded;      /* a copy, for the step that waits */
	/* RUN_EVENT */
	void (*forget)(void *);
	void *forget_arg;
	void *awaited; /* request_awaited */
	struct channel_call *call;   /* to a helper process */
	const uint8_t *signatures;   /* of the last one that signed */
	bool nothing_signed;
	/* the reply */
	struct http_response *response;
	enum problem_id problem; /* that it says; P_NONE: none */
	struct http_response last_resort; /* when the arena is full */
	int status;
	/* Idempotency-Key */
	bool idempotency_read;
	uint8_t idempotency_key[32], fingerprint[32];
	bool idempotent;
	struct db_context context;
};

const struct web_conf *web_conf_of(const struct web *w);
struct buf *web_scratch(struct web *w);

/* An entity tag for the whole answer of a route that has a cache; 304 for who has it. A full arena is
 * sticky. */
void response_tag(struct request *rq, struct http_response *r);

/* Pages of any origin may read the answer. */
void request_share(struct request *rq);

/* To a method that the address does not have: 405, or to OPTIONS, where something is shared, what a page of
 * another origin may do. */
MUSTUSE struct step reply_other_method(struct request *rq, const struct route_match *m);

enum lang request_language(struct request *rq, enum lang fallback);

/* Reads the query into rq->query: when the address has one, or the route a table. False: *refused is the reply. */
bool request_read_query(struct request *rq, struct step *refused);
MUSTUSE struct step reply_query(struct request *rq, struct slice detail, const struct fields *errors,
                                const struct problem_member *allowed);


/* The segments of the address, by the types in the route's path. As http_decode, or E_ABSENT: there can
 * be nothing at such an address. */
int request_decode_params(struct request *rq, const struct route_match *m);

/* Decodes the body into rq->state. False: *refused is the reply. */
bool request_read_fields(struct request *rq, struct step *refused);

/* 503 from constants only: what is said when there is no memory for saying more. */
extern const struct http_response web_last_resort;

/* So much is read where nothing is taken, to see whether it is {}, which some clients cannot help sending. */
enum { REQUEST_NOTHING_MAX = 64 };

/* Why the announced body cannot be taken, or P_NONE when it can. */
enum problem_id request_body_refusal(struct request *rq);

struct log_ctx request_log_ctx(const struct request *rq);
void request_log(struct request *rq, int status);
