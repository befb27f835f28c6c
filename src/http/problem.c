/* http/problem.c - the table of problems and their JSON (RFC 9457 section 3). */
#include "http/problem.h"

#include "base/arena.h"
#include "http/response.h"
#include "text/field_text.h"
#include "text/jsonw.h"

#define X(ID, code, status, retry, ten, tzh, den, dzh) \
	[P_##ID] = {code, status, retry, {[LANG_EN] = {ten, den}, [LANG_ZH] = {tzh, dzh}}},
const struct problem problems[PROBLEM_COUNT] = {
#include "http/problem_list.h"
};
#undef X

enum { PROBLEM_BODY_MAX = 64 * 1024 };

const struct problem *problem_find(struct slice code)
{
	for (size_t i = 0; i < PROBLEM_COUNT; i++)
		if (slice_is(code, problems[i].code))
			return &problems[i];
	return NULL;
}

static void write_type(struct jsonw *w, const struct problem_report *p, struct buf *scratch)
{
	buf_add(scratch, p->base_url);
	buf_add(scratch, SLICE("/problems/"));
	buf_adds(scratch, p->problem->code);
	jsonw_kstr(w, "type", buf_slice(scratch));
}

static const char *unstored(const struct problem_report *p)
{
	return p->lang == LANG_ZH ? UNSTORED_ZH : UNSTORED_EN;
}

/* The table's, with or without the words on storing. */
static void write_standard(struct jsonw *w, const struct problem_report *p, struct buf *scratch)
{
	const char *text = p->problem->text[p->lang].detail;
	const char *at = p->unstored_unsaid ? strstr(text, unstored(p)) : NULL;
	buf_clear(scratch);
	buf_add(scratch, slice_from(text, at ? (size_t)(at - text) : strlen(text)));
	if (at)
		buf_adds(scratch, at + strlen(unstored(p)));
	jsonw_kstr(w, "detail", buf_slice(scratch));
}

static void write_detail(struct jsonw *w, const struct problem_report *p, struct buf *scratch)
{
	if (p->detail.n || !p->fields || !fields_any(p->fields)) {
		if (p->detail.n)
			jsonw_kstr(w, "detail", p->detail);
		else
			write_standard(w, p, scratch);
		return;
	}
	const char *more = p->unstored_unsaid ? "" : unstored(p);
	size_t n = p->fields->total;
	buf_clear(scratch);
	if (p->lang == LANG_ZH)
		buf_addf(scratch, "%zu 处需要更正%s。", n, more);
	else
		buf_addf(scratch, "%zu %s correction%s.", n, n == 1 ? "place needs" : "places need",
		         more);
	jsonw_kstr(w, "detail", buf_slice(scratch));
}

static void write_error(struct jsonw *w, const struct field *f, enum lang lang,
                        struct arena *a)
{
	jsonw_object(w);
	jsonw_kcstr(w, f->parameter ? "parameter" : "pointer", f->pointer);
	if (f->row)
		jsonw_ki64(w, "row", (int64_t)f->row);
	if (f->column)
		jsonw_kcstr(w, "column", f->column);
	jsonw_kcstr(w, "code", f->code);
	const char *detail = field_detail(f, lang, a);
	jsonw_kcstr(w, "detail", detail ? detail : f->code);
	jsonw_end(w);
}

static void write_errors(struct jsonw *w, const struct problem_report *p)
{
	struct arena *a = arena_new(PROBLEM_BODY_MAX);
	if (!a || !p->fields || !p->fields->n)
		goto done;
	jsonw_karray(w, "errors");
	for (size_t i = 0; i < p->fields->n; i++)
		write_error(w, &p->fields->at[i], p->lang, a);
	jsonw_end(w);
done:
	arena_free(a);
}

static void write_member(struct jsonw *w, const struct problem_member *m)
{
	struct slice rest = m->text;
	switch (m->kind) {
	case PROBLEM_NUMBER:
		jsonw_ki64(w, m->name, m->number);
		break;
	case PROBLEM_TEXT:
		jsonw_kstr(w, m->name, m->text);
		break;
	case PROBLEM_LIST:
		jsonw_karray(w, m->name);
		while (rest.n)
			jsonw_str(w, slice_cut(&rest, ','));
		jsonw_end(w);
		break;
	}
}

void problem_write(const struct problem_report *p, struct buf *out)
{
	struct buf scratch = BUF_INIT(1024);
	struct jsonw w;
	jsonw_init(&w, out);
	jsonw_object(&w);
	write_type(&w, p, &scratch);
	jsonw_kcstr(&w, "title", p->problem->text[p->lang].title);
	jsonw_ki64(&w, "status", p->problem->status);
	jsonw_kcstr(&w, "code", p->problem->code);
	write_detail(&w, p, &scratch);
	for (size_t i = 0; i < p->n_members; i++)
		write_member(&w, &p->members[i]);
	if (p->request_id.n)
		jsonw_kstr(&w, "request_id", p->request_id);
	if (p->fields)
		write_errors(&w, p);
	jsonw_end(&w);
	buf_free(&scratch);
}

struct http_response *problem_response(const struct problem_report *p, struct arena *a)
{
	struct http_response *r = response_new(a, p->problem->status);
	if (!r)
		return NULL;
	struct buf body = BUF_INIT(PROBLEM_BODY_MAX);
	problem_write(p, &body);
	r->body = arena_slice(a, buf_slice(&body));
	bool whole = !buf_failed(&body) && r->body.p;
	buf_free(&body);
	if (!whole)
		return NULL;
	r->content_type = "application/problem+json";
	response_header(r, "Content-Language", slice_of(language_tag(p->lang)));
	response_header(r, "Vary", SLICE("Accept, Accept-Language"));
	if (p->problem->retry_after) {
		char *seconds = arena_printf(a, "%d", p->problem->retry_after);
		response_header(r, "Retry-After", slice_of(seconds ? seconds : "1"));
	}
	return r;
}
