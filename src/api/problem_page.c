/* api/problem_page.c - what a problem's "type" address shows: the table's own words. */
#include "api/routes.h"

#include "http/problem.h"
#include "net/exchange.h"
#include "text/jsonw.h"
#include "web/html.h"
#include "web/request.h"

static step_fn problem_page_begin;

const struct route route_problem_page = {
	.name = "problem_page",
	.method = HTTP_GET,
	.path = "/problems/{code}",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.first = problem_page_begin,
};

static void write_page(struct request *rq, struct buf *out, const struct problem *p)
{
	struct slice other = slice_of(rq->lang == LANG_ZH ? "?lang=en" : "?lang=zh");
	html_begin(out, rq->lang, p->text[rq->lang].title, other);
	html_raw(out, "<section class=\"card\"><h1>");
	html_cstr(out, p->text[rq->lang].title);
	html_raw(out, "</h1><p>");
	html_cstr(out, p->text[rq->lang].detail);
	html_raw(out, "</p><dl>");
	html_term(out, "code", slice_of(p->code));
	html_raw(out, "<dt>HTTP</dt><dd>");
	buf_addu(out, (uint64_t)p->status);
	html_raw(out, "</dd></dl></section>");
	html_end(out, rq->lang);
}

static struct step problem_page_begin(struct request *rq, const struct db_result *none)
{
	const struct problem *p = problem_find(rq->param[0]);
	if (!p)
		return reply_problem(rq, P_NOT_FOUND);
	request_set_cache(rq, "public, max-age=3600");
	request_set_header(rq, "Vary", SLICE("Accept-Language"));
	request_set_header(rq, "Content-Language", slice_of(language_tag(rq->lang)));
	request_set_header(rq, "Content-Security-Policy", html_policy(request_crypt(rq)));
	write_page(rq, request_out(rq), p);
	return reply(rq, 200, "text/html; charset=utf-8");
}
