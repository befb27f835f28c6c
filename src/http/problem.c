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
static void add_standard(const struct problem_report *p, struct buf *out)
{
	const char *text = p->problem->text[p->lang].detail;
	const char *at = p->unstored_unsaid ? strstr(text, unstored(p)) : NULL;
	buf_add(out, slice_from(text, at ? (size_t)(at - text) : strlen(text)));
	if (at)
		buf_adds(out, at + strlen(unstored(p)));
}

void problem_detail(const struct problem_report *p, struct buf *out)
{
	const char *more = p->unstored_unsaid ? "" : unstored(p);
	size_t n = p->fields ? p->fields->total : 0;
	if (p->detail.n)
		buf_add(out, p->detail);
	else if (!p->fields || !fields_any(p->fields))
		add_standard(p, out);
	else if (p->lang == LANG_ZH)
		buf_addf(out, "%zu 处需要更正%s。", n, more);
	else
		buf_addf(out, "%zu %s correction%s.", n, n == 1 ? "place needs" : "places need", more);
}

static void write_detail(struct jsonw *w, const struct problem_report *p, struct buf *scratch)
{
	buf_clear(scratch);
	problem_detail(p, scratch);
	jsonw_kstr(w, "detail", buf_slice(scratch));
}

int64_t problem_retry_after(const struct problem_report *p)
{
	return p->retry_after ? p->retry_after : p->problem->retry_after;
}

const char *problem_retry_words(int64_t seconds, enum lang lang, struct arena *a)
{
	long long minutes = (seconds + 59) / 60;
	if (lang == LANG_ZH)
		return arena_printf(a, "请在 %lld 分钟后再试。", minutes);
	return arena_printf(a, "Try again in %lld minute%s.", minutes, minutes == 1 ? "" : "s");
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
	struct buf scratch = BUF_INIT(PROBLEM_BODY_MAX);
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

void problem_fields(struct http_response *r, const struct problem_report *p, struct arena *a)
{
	int64_t retry = problem_retry_after(p);
	response_header(r, "Content-Language", slice_of(language_tag(p->lang)));
	response_header(r, "Vary", SLICE("Accept, Accept-Language"));
	if (retry > 0) {
		const char *seconds = arena_printf(a, "%lld", (long long)retry);
		response_header(r, "Retry-After", slice_of(seconds ? seconds : "1"));
	}
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
	problem_fields(r, p, a);
	return r;
}
