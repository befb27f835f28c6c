/* web/problem_page.c - what happened, what to do about it, and what to quote when asking somebody. */
#include "web/problem_page.h"

#include "http/accept.h"
#include "text/field_text.h"
#include "text/fields.h"
#include "web/page.h"

enum { PAGE_MAX = 256 * 1024 };

/* JSON where both are liked alike: a browser says which it likes. */
static bool likes_a_page(struct slice accept)
{
	static const char *const types[] = {"application/problem+json", "application/json", "text/html"};
	return accept_pick(accept, types, ARRAY_LEN(types)) == 2;
}

static void write_what(struct html *h, const struct problem_report *p, struct arena *a)
{
	struct buf detail = BUF_INIT(PAGE_MAX);
	int64_t retry = problem_retry_after(p);
	problem_detail(p, &detail);
	HTML(h, SECTION, ATTR(CLASS, page_sign_class(SIGN_WARN)), ATTR(ROLE, "status")) {
		page_sign(h, SIGN_WARN);
		HTML(h, H1)
			html_cstr(h, p->problem->text[p->lang].title);
		HTML(h, P)
			html_text(h, buf_slice(&detail));
		if (retry > 0 && !p->detail.n) /* words of its own say when */
			HTML(h, P)
				html_cstr(h, problem_retry_words(retry, p->lang, a));
	}
	buf_free(&detail);
}

static void write_errors(struct html *h, const struct fields *fields, enum lang lang, struct arena *a)
{
	HTML(h, SECTION, ATTR(CLASS, "card"))
		HTML(h, DL)
			for (size_t i = 0; i < fields->n; i++) {
				HTML(h, DT)
					html_cstr(h, fields->at[i].pointer);
				HTML(h, DD)
					html_cstr(h, field_detail(&fields->at[i], lang, a));
			}
}

static void write_reference(struct html *h, const struct problem_report *p, struct arena *a)
{
	HTML(h, SECTION, ATTR(CLASS, "card"))
		HTML(h, DL) {
			page_term(h, W_PROBLEM_CODE, slice_of(p->problem->code));
			page_term(h, W_PROBLEM_STATUS, slice_of(arena_printf(a, "%d", p->problem->status)));
			page_term(h, W_REQUEST_ID, p->request_id);
		}
}

/* In the clear there is no page to go to. */
static void write_way_out(struct html *h, const struct problem_report *p, struct arena *a)
{
	const char *front = "/";
	if (p->problem == &problems[P_PLAIN_HTTP])
		front = arena_printf(a, "%.*s/", SLICE_ARGS(p->base_url));
	HTML(h, P)
		HTML(h, A, ATTR(HREF, front))
			html_word(h, W_VERIFY_CERTIFICATE);
}

static struct http_response *page_of(const struct problem_report *p, const struct problem_form *again,
                                     struct crypt *crypt, struct arena *a)
{
	struct http_response *r = response_new(a, p->problem->status);
	struct buf body = BUF_INIT(PAGE_MAX);
	if (!r)
		return NULL;
	struct html h = page_head(&body, p->lang, slice_of(p->problem->text[p->lang].title));
	write_what(&h, p, a);
	if (p->fields && fields_any(p->fields))
		write_errors(&h, p->fields, p->lang, a);
	if (again->form)
		page_form(&h, again->form, again->sent);
	write_reference(&h, p, a);
	write_way_out(&h, p, a);
	page_foot(&h);
	r->body = arena_slice(a, buf_slice(&body));
	bool whole = !buf_failed(&body) && r->body.p;
	buf_free(&body);
	if (!whole)
		return NULL;
	r->content_type = PAGE_TYPE;
	problem_fields(r, p, a);
	page_fields(r, crypt);
	return r;
}

struct http_response *problem_answer(const struct problem_report *p, const struct problem_form *again,
                                     struct slice accept, struct crypt *crypt, struct arena *a)
{
	return likes_a_page(accept) ? page_of(p, again, crypt, a) : problem_response(p, a);
}
