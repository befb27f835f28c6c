/* web/other_method.c - an address that is there, asked with a method that it does not have; and the question that
 * browsers ask before a page of another origin may read what is shared (Fetch, section 3.2: CORS). */
#include "http/head.h"
#include "net/exchange.h"
#include "web/request.h"
#include "web/run.h"

/* With everybody: no credential is looked at there. */
void request_share(struct request *rq)
{
	request_set_header(rq, "Access-Control-Allow-Origin", SLICE("*"));
}

static struct step reply_preflight(struct request *rq)
{
	request_share(rq);
	request_set_header(rq, "Access-Control-Allow-Methods", SLICE("GET, HEAD"));
	request_set_header(rq, "Access-Control-Allow-Headers", SLICE("Accept, If-None-Match"));
	request_set_header(rq, "Access-Control-Max-Age", SLICE("86400"));
	return reply_empty(rq, 204);
}

struct step reply_other_method(struct request *rq, const struct route_match *m)
{
	request_set_header(rq, "Allow", slice_of(arena_copy(rq->arena, slice_of(m->allow))));
	if (m->shared && rq->x->head->method == HTTP_OPTIONS)
		return reply_preflight(rq);
	return reply_problem(rq, P_METHOD_NOT_ALLOWED);
}
