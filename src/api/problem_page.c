/* api/problem_page.c - what a problem's "type" address shows: the table's own words. */

#include "http/problem.h"
#include "net/exchange.h"
#include "web/page.h"
#include "web/request.h"

static step_fn problem_page_begin;

const struct route route_problem_page = {
	.name = "problem_page",
	.method = HTTP_GET,
	.path = "/problems/{code}",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.local = true,
	.cache = "public, max-age=3600",
	.answers = ANSWERS(HTML_PAGE),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = problem_page_begin,
};

static struct step problem_page_begin(struct request *rq, const struct db_result *none)
{
	const struct problem *p = problem_find(rq->param[0].text);
	if (!p)
		return reply_problem(rq, P_NOT_FOUND);
	struct html h = page_start(rq, slice_of(p->text[rq->lang].title));
	HTML(&h, SECTION, ATTR(CLASS, "card")) {
		HTML(&h, H1)
			html_cstr(&h, p->text[rq->lang].title);
		HTML(&h, P)
			html_cstr(&h, p->text[rq->lang].detail);
		HTML(&h, DL) {
			page_term(&h, W_PROBLEM_CODE, slice_of(p->code));
			page_term(&h, W_PROBLEM_STATUS, slice_of(arena_printf(rq->arena, "%d", p->status)));
		}
	}
	return page_reply(rq, &h);
}
