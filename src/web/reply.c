/* web/reply.c - the ways a request ends. The response is made here and leaves when the step has
 * returned (web/run.c). */
#include "base/outcome.h"
#include "http/problem.h"
#include "text/view.h"
#include "web/problem_page.h"
#include "web/request.h"
#include "web/run.h"

static struct http_response *response_of(struct request *rq)
{
	if (!rq->run->response)
		rq->run->response = response_new(rq->arena, 200);
	return rq->run->response;
}

static struct step finish(void)
{
	return (struct step){STEP_REPLIED};
}

void request_set_header(struct request *rq, const char *name, struct slice value)
{
	struct http_response *r = response_of(rq);
	if (r)
		response_header(r, name, value);
}

void request_replayed(struct request *rq)
{
	request_set_header(rq, "Idempotent-Replayed", SLICE("true"));
}

/* A builder that found the arena full may have left something out: that is never sent. */
struct step reply_bytes(struct request *rq, int status, const char *content_type, struct slice body)
{
	struct http_response *r = response_of(rq);
	if (!r || arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	r->status = status;
	r->content_type = content_type;
	r->body = body;
	rq->run->problem = P_NONE;
	if (status == 200 && rq->route && rq->route->cache)
		response_tag(rq, r);
	return arena_failed(rq->arena) ? reply_out_of_memory(rq) : finish();
}

struct step reply(struct request *rq, int status, const char *content_type)
{
	const struct buf *out = web_scratch(rq->web);
	if (buf_failed(out))
		return reply_out_of_memory(rq);
	return reply_bytes(rq, status, content_type, buf_slice(out));
}

struct step reply_json(struct request *rq, int status)
{
	return reply(rq, status, "application/json");
}

struct step reply_view(struct request *rq, int status, const struct view *v, const void *row)
{
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	view_write(&w, v, row);
	return reply_json(rq, status);
}

struct step reply_empty(struct request *rq, int status)
{
	return reply_bytes(rq, status, NULL, SLICE_NONE);
}

static struct step reply_report(struct request *rq, enum problem_id problem, struct problem_report *report)
{
	report->problem = &problems[problem];
	report->lang = rq->lang;
	report->unstored_unsaid = rq->route && (route_asks(rq->route) || rq->run->wrote);
	report->base_url = request_public_url(rq);
	report->request_id = slice_of(rq->id);
	const struct problem_form again = {rq->route ? rq->route->again : NULL, rq->state};
	struct http_response *r =
		problem_answer(report, &again, request_header(rq, "accept"), request_crypt(rq), rq->arena);
	if (!r || arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	const struct http_response *before = rq->run->response;
	for (size_t i = 0; before && i < before->n_fields; i++)
		response_header(r, before->fields[i].name.p, before->fields[i].value);
	rq->run->response = r;
	rq->run->problem = problem;
	return finish();
}

struct step reply_problem(struct request *rq, enum problem_id problem)
{
	struct problem_report report = {.retry_after = 0};
	return reply_report(rq, problem, &report);
}

struct step reply_problem_with(struct request *rq, enum problem_id problem, struct slice detail,
                               const struct problem_member *members, size_t n_members)
{
	struct problem_report report = {
		.detail = detail,
		.members = members,
		.n_members = n_members,
	};
	return reply_report(rq, problem, &report);
}

struct step reply_problem_about(struct request *rq, enum problem_id problem, const char *member,
                                struct slice value)
{
	const struct problem_member about = {.name = member, .kind = PROBLEM_TEXT, .text = value};
	return reply_problem_with(rq, problem, SLICE_NONE, &about, 1);
}

struct step reply_problem_retry(struct request *rq, enum problem_id problem, struct slice detail,
                                int64_t seconds)
{
	struct problem_report report = {.detail = detail, .retry_after = seconds > 0 ? seconds : 1};
	return reply_report(rq, problem, &report);
}

struct step reply_fields(struct request *rq, const struct fields *errors)
{
	struct problem_report report = {.fields = errors};
	return reply_report(rq, P_INVALID_FIELDS, &report);
}

struct step reply_query(struct request *rq, struct slice detail, const struct fields *errors,
                        const struct problem_member *allowed)
{
	struct problem_report report = {
		.detail = detail,
		.fields = errors,
		.members = allowed,
		.n_members = 1,
	};
	return reply_report(rq, P_INVALID_QUERY, &report);
}

#define LAST_RESORT(code) \
	"{\"type\":\"about:blank\",\"title\":\"Out of memory\",\"status\":503,\"code\":\"" code "\"}"

const struct http_response web_last_resort = {
	.status = 503,
	.content_type = "application/problem+json",
	.body = SLICE_CONSTANT(LAST_RESORT("overloaded")),
	.close = true,
	.n_fields = 1,
	.fields = {{SLICE_CONSTANT("Retry-After"), SLICE_CONSTANT("2")}},
};

struct step reply_out_of_memory(struct request *rq)
{
	struct request_run *run = rq->run;
	run->last_resort = web_last_resort;
	if (run->wrote)
		run->last_resort.body = SLICE(LAST_RESORT("outcome_unknown"));
	run->response = &run->last_resort;
	run->problem = run->wrote ? P_OUTCOME_UNKNOWN : P_OVERLOADED;
	return finish();
}
